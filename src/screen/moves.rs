//! The cursor keys of lists and pages, bound once for all of them.
//!
//! Invariant: a key that would move nothing is not valid.

use crate::word::say;
use crate::workbench::{Binding, Effect, Key, World};

/// Places that one key moves by at most.
const PAGE: usize = 10;

/// What has places to move between: the lines of a list, or those of a page by which it can be scrolled.
pub(super) trait Moves: 'static {
    /// How many places there are.
    fn places(&self, world: &World) -> usize;
    /// The place that is meant now.
    fn at(&self) -> usize;
    /// Another one is meant; what is to be done about it.
    fn go(&mut self, at: usize, world: &World) -> Vec<Effect>;
}

/// One line further down.
pub(super) const fn down<L: Moves>() -> Binding<L> {
    let words = || say!("key-down");
    Binding {
        key: Key::Down,
        words,
        when: |layer, world| can_sink(layer, world),
        what: |layer, world| sink(layer, world, 1),
    }
}

/// One line further up.
pub(super) const fn up<L: Moves>() -> Binding<L> {
    let words = || say!("key-up");
    Binding { key: Key::Up, words, when: |layer, _| layer.at() > 0, what: |layer, world| rise(layer, world, 1) }
}

/// Many lines further down.
pub(super) const fn page_down<L: Moves>() -> Binding<L> {
    let words = || say!("key-page-down");
    let what = |layer: &mut L, world: &World| sink(layer, world, PAGE);
    Binding { key: Key::PageDown, words, when: |layer, world| can_sink(layer, world), what }
}

/// Many lines further up.
pub(super) const fn page_up<L: Moves>() -> Binding<L> {
    let words = || say!("key-page-up");
    Binding { key: Key::PageUp, words, when: |layer, _| layer.at() > 0, what: |layer, world| rise(layer, world, PAGE) }
}

fn last<L: Moves>(layer: &L, world: &World) -> usize {
    layer.places(world).saturating_sub(1)
}

fn can_sink<L: Moves>(layer: &L, world: &World) -> bool {
    layer.at() < last(layer, world)
}

fn sink<L: Moves>(layer: &mut L, world: &World, by: usize) -> Vec<Effect> {
    let at = layer.at().saturating_add(by).min(last(layer, world));
    layer.go(at, world)
}

fn rise<L: Moves>(layer: &mut L, world: &World, by: usize) -> Vec<Effect> {
    let at = layer.at().saturating_sub(by);
    layer.go(at, world)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::unit::Moment;
    use crate::workbench::{hints, press};

    struct List(usize);

    impl Moves for List {
        fn places(&self, _world: &World) -> usize {
            25
        }

        fn at(&self) -> usize {
            self.0
        }

        fn go(&mut self, at: usize, _world: &World) -> Vec<Effect> {
            self.0 = at;
            Vec::new()
        }
    }

    static KEYS: &[Binding<List>] = &[down(), up(), page_down(), page_up()];

    #[test]
    fn a_list_moves_within_its_places_and_offers_no_key_that_leads_out() {
        let world = World::new(false, Moment::from_unix_millis(0));
        let mut list = List(0);
        let keys = |list: &List| hints(KEYS, list, &world).iter().map(|hint| hint.key).collect::<Vec<_>>();
        assert_eq!(keys(&list), [Key::Down, Key::PageDown]);
        let mut at = |key: Key| {
            press(KEYS, &mut list, key, &world);
            list.0
        };
        let places = [Key::Down, Key::PageDown, Key::PageDown, Key::PageDown, Key::Down, Key::PageUp, Key::Up];
        assert_eq!(places.map(&mut at), [1, 11, 21, 24, 24, 14, 13]);
        assert_eq!(keys(&List(24)), [Key::Up, Key::PageUp]);
    }
}
