//! What lists and searches show of a device: one row each, computed from its file.
//!
//! Invariants: a summary is a function of the device's file alone; nobody's name is in it, donors' names are in the vault.

use super::file::DeviceFile;
use super::stage::Stage;
use crate::event::inspection::Verdict;
use crate::event::intake::DeviceKind;
use crate::tag::TagId;
use crate::unit::{DeviceId, LotId, Moment, fold};

/// One device as lists show it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Summary {
    /// The device.
    pub device: DeviceId,
    /// Number of its last event: lists are in this order, the newest first, and go on after it.
    pub seq: u64,
    /// Where it stands.
    pub stage: Stage,
    /// What it is.
    pub kind: DeviceKind,
    /// Its tags (11 symbols each), the newest last.
    pub tags: Vec<String>,
    /// Its maker, as the last inspection read it, else as it was told.
    pub maker: Option<String>,
    /// Its model, likewise.
    pub model: Option<String>,
    /// The shelf it lies on.
    pub shelf: Option<String>,
    /// Its lot.
    pub lot: LotId,
    /// Whether work on it was stopped.
    pub held: bool,
    /// Whether it is set apart for safety.
    pub quarantined: bool,
    /// The last judgement.
    pub verdict: Option<Verdict>,
    /// When it was received.
    pub received_at: Moment,
    /// When it came to its stage.
    pub stage_since: Moment,
    /// When its last event was recorded.
    pub changed_at: Moment,
    /// Its words for searching; see [`Wanted`].
    pub search: String,
}

impl Summary {
    /// The row of that device.
    #[must_use]
    pub fn of(device: &DeviceId, file: &DeviceFile) -> Self {
        Self {
            device: device.clone(),
            seq: file.last_seq,
            stage: file.stage(),
            kind: file.kind,
            tags: file.tags.clone(),
            maker: file.maker.as_ref().or(file.told.maker.as_ref()).cloned(),
            model: file.model.as_ref().or(file.told.model.as_ref()).cloned(),
            shelf: file.shelf.clone(),
            lot: file.lot.clone(),
            held: file.held.is_some() || file.conflict.is_some(),
            quarantined: file.quarantined.is_some(),
            verdict: file.verdict,
            received_at: file.received_at,
            stage_since: file.stage_since.unwrap_or(file.received_at),
            changed_at: file.changed_at,
            search: search_key(device, file),
        }
    }

    /// Its newest tag in human form, else its id.
    #[must_use]
    pub fn name(&self) -> String {
        let tag = self.tags.last().and_then(|tag| TagId::read(tag).ok());
        tag.map_or_else(|| self.device.to_string(), |tag| tag.to_string())
    }

    /// Whether it is still the team's to work on: in nobody's hands outside.
    #[must_use]
    pub const fn is_open(&self) -> bool {
        !matches!(self.stage, Stage::HandedOver | Stage::OnLoan)
    }
}

/// Maker and model as one name, the maker once; none where neither is known.
#[must_use]
pub fn machine_name(maker: Option<&str>, model: Option<&str>) -> Option<String> {
    let begins = |model: &str, maker: &str| fold(model).starts_with(&fold(maker));
    let maker = maker.filter(|maker| !model.is_some_and(|model| begins(model, maker)));
    let parts: Vec<&str> = [maker, model].into_iter().flatten().collect();
    (!parts.is_empty()).then(|| parts.join(" "))
}

/// Every word that finds the device, each behind a space: maker, model and serial as read and as told, its disks' serials,
/// tags, shelf, lot and id.
fn search_key(device: &DeviceId, file: &DeviceFile) -> String {
    let tags = file.tags.iter().map(|tag| TagId::read(tag).map_or_else(|_odd| tag.clone(), |tag| tag.to_string()));
    let disks = file.disks.values().filter_map(|disk| disk.disk.serial.clone());
    let told = [&file.told.maker, &file.told.model, &file.told.serial];
    let own = [&file.maker, &file.model, &file.serial, &file.shelf].into_iter().chain(told).flatten().cloned();
    let ids = [file.lot.to_string(), device.to_string()];
    own.chain(tags).chain(disks).chain(ids).map(|text| search_words(&text)).collect()
}

/// The words of a text as [`Wanted`] compares them, each behind a space.
#[must_use]
pub fn search_words(text: &str) -> String {
    let mut key = String::new();
    for word in fold(text).split_whitespace() {
        add_word(&mut key, word);
    }
    key
}

/// The word without its punctuation and, where it had some, each of its parts too: `x1-carbon`, `carbon`.
fn add_word(key: &mut String, word: &str) {
    let is_inside = |letter: char| letter.is_alphanumeric();
    let mut add = |word: &str| {
        key.push(' ');
        key.push_str(word);
    };
    let whole: String = word.chars().filter(|letter| is_inside(*letter)).collect();
    if whole.is_empty() {
        return;
    }
    add(&whole);
    if whole.len() < word.len() {
        word.split(|letter| !is_inside(letter)).filter(|part| !part.is_empty()).for_each(add);
    }
}

/// Symbols from which on a word may be the beginning of a tag with O, I or L in it.
const LEAST_OF_TAG: usize = 3;

/// What a person typed or scanned to find devices. Every word of it must begin a word of the device; case, diacritics and
/// dashes do not count, and in tags O reads as 0, I and L as 1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// For each word, its spellings as they stand in a key, the space in front included; one must be found.
    words: Vec<Vec<String>>,
}

impl Wanted {
    /// Reads it; `None` where there is no word in it. A scanned tag with its web address counts as the tag.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        let text = TagId::read(text).map_or_else(|_no_tag| text.to_owned(), |tag| tag.as_str().to_owned());
        let bare = |word: &str| word.chars().filter(|letter| letter.is_alphanumeric()).collect::<String>();
        let words = fold(&text)
            .split_whitespace()
            .map(bare)
            .filter(|word| !word.is_empty())
            .map(|word| spellings(&word))
            .collect();
        Some(Self { words }).filter(|wanted: &Self| !wanted.words.is_empty())
    }

    /// Whether the device of that search key is wanted.
    #[must_use]
    pub fn matches(&self, search: &str) -> bool {
        self.words.iter().all(|spellings| spellings.iter().any(|spelling| search.contains(spelling)))
    }
}

fn spellings(word: &str) -> Vec<String> {
    let as_tag: String = word
        .chars()
        .map(|letter| match letter {
            'o' => '0',
            'i' | 'l' => '1',
            other => other,
        })
        .collect();
    let mut spellings = vec![format!(" {word}")];
    if as_tag != word && word.len() >= LEAST_OF_TAG {
        spellings.push(format!(" {as_tag}"));
    }
    spellings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_maker_that_the_model_names_already_is_not_said_twice() {
        assert_eq!(machine_name(Some("HP"), Some("HP EliteBook 840 G1")).as_deref(), Some("HP EliteBook 840 G1"));
        assert_eq!(machine_name(Some("Lenovo"), Some("ThinkPad T440")).as_deref(), Some("Lenovo ThinkPad T440"));
        assert_eq!(machine_name(Some("Acer"), None).as_deref(), Some("Acer"));
        assert_eq!(machine_name(None, None), None);
    }
}
