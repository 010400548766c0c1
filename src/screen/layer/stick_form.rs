//! The questions for a new stick: which disk, its name, its passphrase, and what confirms that it is meant.
//!
//! Invariant: whether the confirmation is right is for whoever arms the disk; here it is only asked for.

use super::super::entry::Entry;
use super::super::guide::Form;
use super::check_alike;
use crate::port::{Failure, Trouble};
use crate::word::{Sentence, say};
use crate::workbench::{
    LEAST_PASSPHRASE, StickDisk, StickWish, SticksView, Tongue, World, check_passphrase, check_stick_name,
    next_stick_name,
};

/// How many questions there are.
const QUESTIONS: usize = 5;

pub(super) struct StickForm {
    disks: Vec<StickDisk>,
    disk: Entry,
    name: Entry,
    passphrase: [Entry; 2],
    typed: Entry,
}

impl StickForm {
    pub(super) fn new(view: &SticksView, world: &World) -> Self {
        let named = |one: &StickDisk| {
            let model = one.disk.identity.model.clone().unwrap_or_else(|| "?".to_owned());
            say!("plain", text = format!("{} · {model} · {}", one.disk.name, one.disk.identity.size.decimal()))
        };
        // The words are with whoever draws: a name to begin with is one of ours.
        let stem = if world.tongue == Tongue::Own { "Thẻ" } else { "Stick" };
        Self {
            disk: Entry::choice(view.disks.iter().map(named).collect()),
            disks: view.disks.clone(),
            name: Entry::text(&next_stick_name(&view.lines, stem)),
            passphrase: [Entry::secret(), Entry::secret()],
            typed: Entry::text(""),
        }
    }

    fn chosen(&self) -> Option<&StickDisk> {
        self.disks.get(self.disk.chosen())
    }

    /// What is to be made.
    pub(super) fn wish(&self) -> StickWish {
        let [passphrase, _] = &self.passphrase;
        StickWish {
            disk: self.chosen().map(|one| one.disk.name.clone()).unwrap_or_default(),
            typed: self.typed.typed(),
            name: self.name.typed(),
            passphrase: passphrase.hidden(),
        }
    }
}

impl Form for StickForm {
    fn len(&self) -> usize {
        QUESTIONS
    }

    fn question(&self, at: usize) -> (Sentence, Sentence) {
        let disk = self.chosen().map(|one| one.disk.name.clone()).unwrap_or_default();
        match at {
            0 => (say!("stick-ask-disk"), say!("stick-ask-disk-note")),
            1 => (say!("stick-ask-name"), say!("stick-ask-name-note")),
            2 => (say!("stick-ask-passphrase", least = LEAST_PASSPHRASE as u64), say!("stick-ask-passphrase-note")),
            3 => (say!("ask-again"), say!("stick-ask-again-note")),
            _ => match self.chosen().and_then(|one| one.code.clone()) {
                Some(code) => (say!("stick-ask-code", disk = disk, code = code), say!("stick-ask-confirm-note")),
                None => (say!("stick-ask-serial", disk = disk), say!("stick-ask-confirm-note")),
            },
        }
    }

    fn entry(&self, at: usize) -> &Entry {
        match at {
            0 => &self.disk,
            1 => &self.name,
            2 => &self.passphrase[0],
            3 => &self.passphrase[1],
            _ => &self.typed,
        }
    }

    fn entry_mut(&mut self, at: usize) -> &mut Entry {
        match at {
            0 => &mut self.disk,
            1 => &mut self.name,
            2 => &mut self.passphrase[0],
            3 => &mut self.passphrase[1],
            _ => &mut self.typed,
        }
    }

    fn is_writing(&self, at: usize) -> bool {
        at == 1
    }

    fn check(&self, at: usize) -> Result<(), Failure> {
        match at {
            1 => check_stick_name(&self.name.typed()),
            2 => check_passphrase(&self.passphrase[0].hidden()),
            3 => check_alike(&self.passphrase[0], &self.passphrase[1]),
            4 if self.typed.typed().is_empty() => Err(Failure::new(Trouble::Usage, say!("stick-ask-confirm-note"))),
            _ => Ok(()),
        }
    }
}
