//! Keys, and the tables that bind them: one table feeds dispatch, the help bar and the page of keys.
//!
//! Invariant: a key that a table does not show as valid now does nothing.

use super::effect::{Answer, Effect};
use super::world::World;
use crate::word::Sentence;

/// A key, whatever terminal sent it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Key {
    /// A character.
    Char(char),
    /// A letter with Ctrl.
    Control(char),
    /// A function key.
    Function(u8),
    /// Enter.
    Enter,
    /// Esc.
    Escape,
    /// Tab.
    Tab,
    /// Shift and Tab.
    BackTab,
    /// Arrow up.
    Up,
    /// Arrow down.
    Down,
    /// Arrow left.
    Left,
    /// Arrow right.
    Right,
    /// To the beginning.
    Home,
    /// To the end.
    End,
    /// A page up.
    PageUp,
    /// A page down.
    PageDown,
    /// Rubs out backwards.
    Backspace,
    /// Rubs out forwards.
    Delete,
}

/// What reaches a layer.
#[derive(Clone, Copy, Debug)]
pub enum Input<'a> {
    /// A key was pressed.
    Key(Key),
    /// A scanner typed this and ended it with Enter.
    Scan(&'a str),
    /// Text was pasted.
    Paste(&'a str),
    /// What an effect came to.
    Answer(&'a Answer),
}

/// One line of a key table, for layers of type `L`.
pub struct Binding<L: 'static> {
    /// The key.
    pub key: Key,
    /// What it does, in few words.
    pub words: fn() -> Sentence,
    /// Whether it does so now.
    pub when: fn(&L, &World) -> bool,
    /// Does it.
    pub what: fn(&mut L, &World) -> Vec<Effect>,
}

/// A key that is valid now, for the help bar.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hint {
    /// The key.
    pub key: Key,
    /// What it does.
    pub words: Sentence,
}

/// Does what the table says of `key` now; `None` where it says nothing.
pub fn press<L>(table: &[Binding<L>], layer: &mut L, key: Key, world: &World) -> Option<Vec<Effect>> {
    let bound = table.iter().find(|binding| binding.key == key && (binding.when)(layer, world))?;
    Some((bound.what)(layer, world))
}

/// What the table offers now, in its own order; of two lines for one key, the one that [`press`] would take.
#[must_use]
pub fn hints<L>(table: &[Binding<L>], layer: &L, world: &World) -> Vec<Hint> {
    let mut hints: Vec<Hint> = Vec::new();
    for binding in table.iter().filter(|binding| (binding.when)(layer, world)) {
        if hints.iter().all(|hint| hint.key != binding.key) {
            hints.push(Hint { key: binding.key, words: (binding.words)() });
        }
    }
    hints
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::unit::Moment;
    use crate::word::say;

    struct Lamp(bool);

    static LAMP: &[Binding<Lamp>] = &[
        Binding {
            key: Key::Char('o'),
            words: || say!("unknown"),
            when: |lamp, _| !lamp.0,
            what: |lamp, _| {
                lamp.0 = true;
                vec![Effect::Refresh]
            },
        },
        Binding { key: Key::Escape, words: || say!("unknown"), when: |_, _| true, what: |_, _| vec![Effect::Close] },
    ];

    #[test]
    fn what_the_bar_shows_is_what_the_keys_do() {
        let world = World::new(false, Moment::from_unix_millis(0));
        let mut lamp = Lamp(false);
        let keys = |lamp: &Lamp| hints(LAMP, lamp, &world).iter().map(|hint| hint.key).collect::<Vec<_>>();
        assert_eq!(keys(&lamp), [Key::Char('o'), Key::Escape]);
        assert_eq!(press(LAMP, &mut lamp, Key::Char('o'), &world), Some(vec![Effect::Refresh]));
        assert_eq!(keys(&lamp), [Key::Escape]);
        assert_eq!(press(LAMP, &mut lamp, Key::Char('o'), &world), None);
        assert_eq!(press(LAMP, &mut lamp, Key::Escape, &world), Some(vec![Effect::Close]));
    }
}
