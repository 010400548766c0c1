//! What is asked of accessories that are new in stock, question by question.
//!
//! Invariant: of what is no charger, nobody is asked for volts.

use super::super::entry::Entry;
use super::super::guide::Form;
use crate::custody::stock_kind_sentence;
use crate::event::accessory::StockKind;
use crate::port::{Failure, Trouble};
use crate::tag::TagId;
use crate::word::{Sentence, say};
use crate::workbench::{StockOrder, read_power, read_shelf};

/// The questions, in their order.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Ask {
    Kind,
    Plug,
    Volts,
    Watts,
    Count,
    Shelf,
    Works,
    Tag,
}

const OF_CHARGERS: [Ask; 8] =
    [Ask::Kind, Ask::Plug, Ask::Volts, Ask::Watts, Ask::Count, Ask::Shelf, Ask::Works, Ask::Tag];
const OF_OTHERS: [Ask; 5] = [Ask::Kind, Ask::Count, Ask::Shelf, Ask::Works, Ask::Tag];

/// The answers.
pub(super) struct About {
    kind: Entry,
    plug: Entry,
    volts: Entry,
    watts: Entry,
    count: Entry,
    shelf: Entry,
    works: Entry,
    tag: Entry,
}

impl About {
    pub(super) fn new() -> Self {
        let works = vec![say!("accessory-works"), say!("accessory-untried"), say!("accessory-broken")];
        Self {
            kind: Entry::choice(StockKind::ALL.into_iter().map(stock_kind_sentence).collect()),
            plug: Entry::text(""),
            volts: Entry::text(""),
            watts: Entry::text(""),
            count: Entry::text("1"),
            shelf: Entry::text(""),
            works: Entry::choice(works),
            tag: Entry::text(""),
        }
    }

    fn stock_kind(&self) -> StockKind {
        StockKind::ALL.get(self.kind.chosen()).copied().unwrap_or(StockKind::Charger)
    }

    fn questions(&self) -> &'static [Ask] {
        if self.stock_kind() == StockKind::Charger { &OF_CHARGERS } else { &OF_OTHERS }
    }

    fn ask(&self, at: usize) -> Ask {
        self.questions().get(at).copied().unwrap_or(Ask::Tag)
    }

    fn count(&self) -> Result<u64, Failure> {
        let text = self.count.typed();
        let wrong = || Failure::new(Trouble::Usage, say!("accessory-count-wrong", text = text.as_str()));
        text.parse().ok().filter(|count| *count > 0).ok_or_else(wrong)
    }

    fn watts(&self) -> Result<u64, Failure> {
        let text = self.watts.typed();
        let wrong = || Failure::new(Trouble::Usage, say!("accessory-watts-wrong", text = text.as_str()));
        text.trim_end_matches(['w', 'W', ' ']).parse().ok().filter(|watts| *watts > 0).ok_or_else(wrong)
    }

    fn tag(&self) -> Result<Option<TagId>, Failure> {
        let text = self.tag.typed();
        if text.is_empty() {
            return Ok(None);
        }
        let read = TagId::read(&text).map(Some);
        read.map_err(|error| Failure::new(Trouble::Usage, error.sentence()).hint(say!("tag-wrong-hint")))
    }

    /// What was answered. Errors: which question has no good answer, and why.
    pub(super) fn order(&self) -> Result<StockOrder, (usize, Failure)> {
        let at = |ask: Ask| self.questions().iter().position(|one| *one == ask).unwrap_or(0);
        let kind = self.stock_kind();
        let power = if kind == StockKind::Charger {
            let watts = self.watts().map_err(|failure| (at(Ask::Watts), failure))?;
            let power = read_power(&self.plug.typed(), &self.volts.typed(), watts);
            Some(power.map_err(|failure| (at(Ask::Volts), failure))?)
        } else {
            None
        };
        Ok(StockOrder {
            tag: self.tag().map_err(|failure| (at(Ask::Tag), failure))?,
            kind,
            power,
            works: [Some(true), None, Some(false)].get(self.works.chosen()).copied().flatten(),
            count: self.count().map_err(|failure| (at(Ask::Count), failure))?,
            shelf: read_shelf(&self.shelf.typed()).map_err(|failure| (at(Ask::Shelf), failure))?,
        })
    }
}

impl Form for About {
    fn len(&self) -> usize {
        self.questions().len()
    }

    fn question(&self, at: usize) -> (Sentence, Sentence) {
        match self.ask(at) {
            Ask::Kind => (say!("accessory-ask-kind"), say!("accessory-ask-kind-note")),
            Ask::Plug => (say!("accessory-ask-plug"), say!("accessory-ask-plug-note")),
            Ask::Volts => (say!("accessory-ask-volts"), say!("accessory-ask-volts-note")),
            Ask::Watts => (say!("accessory-ask-watts"), say!("accessory-ask-watts-note")),
            Ask::Count => (say!("accessory-ask-count"), say!("accessory-ask-count-note")),
            Ask::Shelf => (say!("shelve-name"), say!("accessory-ask-shelf-note")),
            Ask::Works => (say!("accessory-ask-works"), say!("accessory-ask-works-note")),
            Ask::Tag => (say!("accessory-ask-tag"), say!("accessory-ask-tag-note")),
        }
    }

    fn entry(&self, at: usize) -> &Entry {
        match self.ask(at) {
            Ask::Kind => &self.kind,
            Ask::Plug => &self.plug,
            Ask::Volts => &self.volts,
            Ask::Watts => &self.watts,
            Ask::Count => &self.count,
            Ask::Shelf => &self.shelf,
            Ask::Works => &self.works,
            Ask::Tag => &self.tag,
        }
    }

    fn entry_mut(&mut self, at: usize) -> &mut Entry {
        match self.ask(at) {
            Ask::Kind => &mut self.kind,
            Ask::Plug => &mut self.plug,
            Ask::Volts => &mut self.volts,
            Ask::Watts => &mut self.watts,
            Ask::Count => &mut self.count,
            Ask::Shelf => &mut self.shelf,
            Ask::Works => &mut self.works,
            Ask::Tag => &mut self.tag,
        }
    }

    fn is_writing(&self, _at: usize) -> bool {
        false
    }

    fn check(&self, at: usize) -> Result<(), Failure> {
        match self.ask(at) {
            Ask::Plug if self.plug.typed().is_empty() => {
                Err(Failure::new(Trouble::Usage, say!("rule-accessory-power")))
            }
            Ask::Kind | Ask::Works | Ask::Plug => Ok(()),
            Ask::Volts => read_power(&self.plug.typed(), &self.volts.typed(), 1).map(|_power| ()),
            Ask::Watts => self.watts().map(|_watts| ()),
            Ask::Count => self.count().map(|_count| ()),
            Ask::Shelf => read_shelf(&self.shelf.typed()).map(|_shelf| ()),
            Ask::Tag => self.tag().map(|_tag| ()),
        }
    }
}
