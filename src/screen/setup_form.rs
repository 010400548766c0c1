//! The questions that a new station asks, in order, what each means, and what is made of the answers.
//!
//! Invariants: what is wrong with an answer is for the same checks that `aoxanh open` asks; nothing is made here.

use super::entry::Entry;
use super::guide::Form;
use super::layer::check_alike;
use crate::port::{Failure, Trouble};
use crate::profile::{self, Profile};
use crate::word::{Lang, Sentence, say};
use crate::workbench::{
    LEAST_PASSPHRASE, ProfileChoice, SetUp, SetUpOrder, TeamKey, check_domain, check_name, check_passphrase, check_pin,
    check_place, check_team,
};
use std::path::PathBuf;

/// What the page begins with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SetUpStart {
    /// Where the station will be.
    pub folder: PathBuf,
    /// Printed in tags where the team has no domain of its own.
    pub domain: String,
    /// What the guest is called.
    pub guest: String,
    /// Where the recovery sheets could go.
    pub sheets: PathBuf,
    /// The language of the names in lists.
    pub lang: Lang,
}

/// What can be asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ask {
    Team,
    Lead,
    Pin,
    PinAgain,
    Passphrase,
    PassphraseAgain,
    Domain,
    Place,
    Spec,
    Key,
    KeyFile,
    Sheets,
}

/// Everything but the file of a key that stays in the station's folder.
const WITHOUT_FILE: [Ask; 11] = [
    Ask::Team,
    Ask::Lead,
    Ask::Pin,
    Ask::PinAgain,
    Ask::Passphrase,
    Ask::PassphraseAgain,
    Ask::Domain,
    Ask::Place,
    Ask::Spec,
    Ask::Key,
    Ask::Sheets,
];
const WITH_FILE: [Ask; 12] = [
    Ask::Team,
    Ask::Lead,
    Ask::Pin,
    Ask::PinAgain,
    Ask::Passphrase,
    Ask::PassphraseAgain,
    Ask::Domain,
    Ask::Place,
    Ask::Spec,
    Ask::Key,
    Ask::KeyFile,
    Ask::Sheets,
];

/// The answers.
pub(super) struct SetUpForm {
    start: SetUpStart,
    specs: Vec<(String, String)>,
    team: Entry,
    lead: Entry,
    pin: [Entry; 2],
    passphrase: [Entry; 2],
    domain: Entry,
    place: Entry,
    spec: Entry,
    key: Entry,
    key_file: Entry,
    sheets: Entry,
}

impl SetUpForm {
    pub(super) fn new(start: SetUpStart) -> Self {
        let specs = specs(start.lang);
        let named = specs.iter().map(|(_, name)| say!("plain", text = name.as_str()));
        let spec = Entry::choice(std::iter::once(say!("setup-spec-suitable")).chain(named).collect());
        let key = Entry::choice(vec![say!("setup-key-new"), say!("setup-key-new-at"), say!("setup-key-from")]);
        Self {
            specs,
            team: Entry::text(""),
            lead: Entry::text(""),
            pin: [Entry::secret(), Entry::secret()],
            passphrase: [Entry::secret(), Entry::secret()],
            domain: Entry::text(&start.domain),
            place: Entry::text(""),
            spec,
            key,
            key_file: Entry::text(""),
            sheets: Entry::text(&start.sheets.display().to_string()),
            start,
        }
    }

    pub(super) fn asks(&self) -> &'static [Ask] {
        if self.key.chosen() == 0 { &WITHOUT_FILE } else { &WITH_FILE }
    }

    fn ask(&self, at: usize) -> Ask {
        self.asks().get(at).copied().unwrap_or(Ask::Sheets)
    }

    /// What is to be made.
    pub(super) fn order(&self) -> SetUpOrder {
        let [pin, _] = &self.pin;
        let [passphrase, _] = &self.passphrase;
        let file = PathBuf::from(self.key_file.typed());
        let setup = SetUp {
            team: self.team.typed(),
            place: self.place.typed(),
            lead: self.lead.typed(),
            pin: pin.hidden(),
            guest: self.start.guest.clone(),
            passphrase: Some(passphrase.hidden()),
            domain: self.domain.typed(),
            profile: match self.spec.chosen().checked_sub(1).and_then(|at| self.specs.get(at)) {
                Some((id, _)) => ProfileChoice::Known(id.clone()),
                None => ProfileChoice::Suitable,
            },
            team_key: match self.key.chosen() {
                0 => TeamKey::New,
                1 => TeamKey::NewAt(file),
                _from => TeamKey::From(file),
            },
        };
        SetUpOrder { setup, sheets: PathBuf::from(self.sheets.typed()) }
    }

    /// Every answer that may be shown, with its name.
    pub(super) fn summary(&self) -> Vec<(Sentence, Sentence)> {
        let plain = |text: String| say!("plain", text = text);
        let option = |entry: &Entry| match entry {
            Entry::Choice(options, at) => options.get(*at).cloned().unwrap_or_else(|| say!("unknown")),
            Entry::Text(_) | Entry::Secret(_) => say!("unknown"),
        };
        let hidden = || say!("setup-hidden");
        let mut lines = vec![
            (say!("setup-folder"), plain(self.start.folder.display().to_string())),
            (say!("setup-team"), plain(self.team.typed())),
            (say!("setup-lead"), plain(self.lead.typed())),
            (say!("setup-pin"), hidden()),
            (say!("setup-passphrase"), hidden()),
            (say!("setup-domain"), plain(self.domain.typed())),
            (say!("setup-place"), plain(self.place.typed())),
            (say!("setup-spec"), option(&self.spec)),
            (say!("setup-key"), option(&self.key)),
        ];
        if self.key.chosen() > 0 {
            lines.push((say!("setup-key-file"), plain(self.key_file.typed())));
        }
        lines.push((say!("setup-sheets"), plain(self.sheets.typed())));
        lines
    }
}

/// The program's own profiles: id and name.
fn specs(lang: Lang) -> Vec<(String, String)> {
    let name = |spec: Profile| match lang {
        Lang::Vi => (spec.id, spec.name_vi),
        Lang::En => (spec.id, spec.name_en),
    };
    profile::EMBEDDED.iter().filter_map(|(file, text)| Profile::parse(file, text).ok()).map(name).collect()
}

/// Refuses an answer that names no place.
fn check_file(entry: &Entry) -> Result<(), Failure> {
    if entry.typed().starts_with('/') {
        return Ok(());
    }
    Err(Failure::new(Trouble::Usage, say!("setup-place-wrong")))
}

impl Form for SetUpForm {
    fn len(&self) -> usize {
        self.asks().len()
    }

    fn question(&self, at: usize) -> (Sentence, Sentence) {
        match self.ask(at) {
            Ask::Team => (say!("setup-team"), say!("setup-team-note")),
            Ask::Lead => (say!("setup-lead"), say!("setup-lead-note")),
            Ask::Pin => (say!("setup-pin"), say!("setup-pin-note")),
            Ask::PinAgain => (say!("setup-pin-again"), say!("again-note")),
            Ask::Passphrase => {
                (say!("setup-passphrase"), say!("setup-passphrase-note", least = LEAST_PASSPHRASE as u64))
            }
            Ask::PassphraseAgain => (say!("setup-passphrase-again"), say!("again-note")),
            Ask::Domain => (say!("setup-domain"), say!("setup-domain-note", none = self.start.domain.as_str())),
            Ask::Place => (say!("setup-place"), say!("setup-place-note")),
            Ask::Spec => (say!("setup-spec"), say!("setup-spec-note")),
            Ask::Key => (say!("setup-key"), say!("setup-key-note")),
            Ask::KeyFile => (say!("setup-key-file"), say!("setup-key-file-note")),
            Ask::Sheets => (say!("setup-sheets"), say!("setup-sheets-note")),
        }
    }

    fn entry(&self, at: usize) -> &Entry {
        let ([pin, pin_again], [passphrase, passphrase_again]) = (&self.pin, &self.passphrase);
        match self.ask(at) {
            Ask::Team => &self.team,
            Ask::Lead => &self.lead,
            Ask::Pin => pin,
            Ask::PinAgain => pin_again,
            Ask::Passphrase => passphrase,
            Ask::PassphraseAgain => passphrase_again,
            Ask::Domain => &self.domain,
            Ask::Place => &self.place,
            Ask::Spec => &self.spec,
            Ask::Key => &self.key,
            Ask::KeyFile => &self.key_file,
            Ask::Sheets => &self.sheets,
        }
    }

    fn entry_mut(&mut self, at: usize) -> &mut Entry {
        let ask = self.ask(at);
        let ([pin, pin_again], [passphrase, passphrase_again]) = (&mut self.pin, &mut self.passphrase);
        match ask {
            Ask::Team => &mut self.team,
            Ask::Lead => &mut self.lead,
            Ask::Pin => pin,
            Ask::PinAgain => pin_again,
            Ask::Passphrase => passphrase,
            Ask::PassphraseAgain => passphrase_again,
            Ask::Domain => &mut self.domain,
            Ask::Place => &mut self.place,
            Ask::Spec => &mut self.spec,
            Ask::Key => &mut self.key,
            Ask::KeyFile => &mut self.key_file,
            Ask::Sheets => &mut self.sheets,
        }
    }

    fn is_writing(&self, at: usize) -> bool {
        matches!(self.ask(at), Ask::Team | Ask::Lead | Ask::Place)
    }

    fn check(&self, at: usize) -> Result<(), Failure> {
        let ([pin, pin_again], [passphrase, passphrase_again]) = (&self.pin, &self.passphrase);
        match self.ask(at) {
            Ask::Team => check_team(&self.team.typed()),
            Ask::Lead => check_name(&self.lead.typed()).map(|_name| ()),
            Ask::Pin => check_pin(&pin.hidden()),
            Ask::PinAgain => check_alike(pin, pin_again),
            Ask::Passphrase => check_passphrase(&passphrase.hidden()),
            Ask::PassphraseAgain => check_alike(passphrase, passphrase_again),
            Ask::Domain => check_domain(&self.domain.typed()),
            Ask::Place => check_place(&self.place.typed()),
            Ask::Spec | Ask::Key => Ok(()),
            Ask::KeyFile => check_file(&self.key_file),
            Ask::Sheets => check_file(&self.sheets),
        }
    }
}
