//! Ordering and choosing the devices of a list.
//!
//! Invariants: equal ones stay in the order they came in; what a list is ordered by, and what it leaves out, stands above it.

use crate::custody::Stage;
use crate::word::{Sentence, say};
use crate::workbench::Row;

/// What a list of devices is ordered by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum By {
    /// As its page gives it.
    #[default]
    Given,
    /// Whatever was touched longest ago first.
    Oldest,
    /// Its tag.
    Name,
    /// Maker and model; those that nobody inspected last.
    Model,
    /// How far it is.
    Stage,
}

impl By {
    const ALL: [Self; 5] = [Self::Given, Self::Oldest, Self::Name, Self::Model, Self::Stage];

    /// The next one, the first behind the last.
    pub(super) fn next(self) -> Self {
        let at = Self::ALL.iter().position(|by| *by == self).map_or(0, |at| at + 1);
        Self::ALL.get(at).copied().unwrap_or_default()
    }

    /// By what, in words; none where the page's own order stands.
    pub(super) fn words(self) -> Option<Sentence> {
        Some(match self {
            Self::Given => return None,
            Self::Oldest => say!("sort-oldest"),
            Self::Name => say!("sort-name"),
            Self::Model => say!("sort-model"),
            Self::Stage => say!("sort-stage"),
        })
    }

    /// Orders them, whatever else each of them is.
    pub(super) fn order<T>(self, all: &mut [T], row: fn(&T) -> &Row) {
        let model = |one: &T| row(one).model.as_ref().map(|model| model.to_lowercase());
        match self {
            Self::Given => {}
            Self::Oldest => all.sort_by_key(|one| row(one).changed_at),
            Self::Name => all.sort_by(|one, other| row(one).name.cmp(&row(other).name)),
            Self::Model => all.sort_by_cached_key(|one| (model(one).is_none(), model(one))),
            Self::Stage => all.sort_by_key(|one| row(one).stage),
        }
    }
}

/// The next stage that alone is shown: all of them, then each.
pub(super) fn next_stage(now: Option<Stage>) -> Option<Stage> {
    let after = now.map_or(0, |now| Stage::ALL.iter().position(|stage| *stage == now).map_or(0, |at| at + 1));
    Stage::ALL.get(after).copied()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::intake::DeviceKind;
    use crate::unit::{DeviceId, Moment};

    fn row(name: &str, model: Option<&str>, stage: Stage, at: i64) -> Row {
        Row {
            device: DeviceId::from_random([1; 10]),
            name: name.to_owned(),
            kind: DeviceKind::Laptop,
            model: model.map(str::to_owned),
            stage,
            changed_at: Moment::from_unix_millis(at),
            held: false,
            quarantined: false,
            summary: false,
        }
    }

    #[test]
    fn each_order_is_the_one_it_is_called_and_the_last_leads_back_to_the_first() {
        let rows = [
            row("C", None, Stage::Wiped, 3),
            row("A", Some("thinkpad"), Stage::Ready, 1),
            row("B", Some("Dell"), Stage::Received, 2),
        ];
        let mut by = By::default();
        let mut seen = Vec::new();
        for _each in By::ALL {
            let mut all = rows.clone();
            by.order(&mut all, |row| row);
            seen.push(all.map(|row| row.name).concat());
            by = by.next();
        }
        assert_eq!((seen, by), (["CAB", "ABC", "ABC", "BAC", "BCA"].map(str::to_owned).to_vec(), By::Given));
        assert_eq!(next_stage(Stage::ALL.last().copied()), None);
        assert_eq!(next_stage(None), Stage::ALL.first().copied());
    }
}
