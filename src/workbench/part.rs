//! Parts: taken out of one device, put into another, and the story of each.
//!
//! Invariants: a disk becomes a part only with the wipe that freed it; the rules hold everything else; a part's label carries
//! its id, so that whatever asks for a part takes a scan.

use super::bench::{Bench, Found};
use super::repair::{known, vocabulary};
use crate::custody::{PartFile, Shelf};
use crate::event::repair::{PartDisk, PartFitted, PartTaken};
use crate::port::{Failure, Trouble};
use crate::profile::DISK_PART;
use crate::unit::{Bytes, DeviceId, PartId};
use crate::word::{Lang, Sentence, say};

/// What is taken out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PartOrder {
    /// What it is, by its code in the vocabulary.
    pub kind: String,
    /// What stands on it.
    pub label: Option<String>,
    /// How large, where it stores anything.
    pub size: Option<Bytes>,
    /// Of a disk: its key in the ledger or its serial; none for the only one there is.
    pub disk: Option<String>,
}

/// The longest label, characters.
const MOST_LABEL: usize = 80;

/// A part as it is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PartView {
    /// Its id.
    pub id: PartId,
    /// What is known of it.
    pub file: PartFile,
    /// The tag of the device it came out of.
    pub from: String,
    /// The tag of the device it is in; none on the shelf.
    pub fitted: Option<String>,
}

/// The part that is meant by a label's code or a typed id, in any case and with blanks or without; none where it is no part's.
#[must_use]
pub fn part_code(text: &str) -> Option<PartId> {
    let text: String = text.chars().filter(|sign| !sign.is_whitespace()).collect();
    let symbols = text.strip_prefix("k-").or_else(|| text.strip_prefix("K-"))?;
    format!("k-{symbols}").parse().ok()
}

/// What a part is: the name of its kind, and what stands on it with how large it is. Errors: the vocabulary cannot be used.
pub fn part_words(bench: &Bench<'_>, file: &PartFile, lang: Lang) -> Result<(String, String), Failure> {
    let words = vocabulary(bench)?;
    let kind = words.parts.iter().find(|term| term.id == file.kind).map_or(file.kind.as_str(), |term| term.name(lang));
    let size = file.size.map(|size| if file.kind == "memory" { size.binary() } else { size.decimal() });
    let rest: Vec<String> = file.label.clone().into_iter().chain(size).collect();
    Ok((kind.to_owned(), rest.join(" · ")))
}

/// Where a part is, in one line.
#[must_use]
pub(super) fn part_whereabouts(view: &PartView) -> Sentence {
    let (part, from) = (view.id.as_str(), view.from.as_str());
    match &view.fitted {
        Some(fitted) => say!("scan-part-fitted", part = part, from = from, fitted = fitted.as_str()),
        None if view.file.withdrawn => say!("scan-part-never", part = part, from = from),
        None => say!("scan-part-on-shelf", part = part, from = from),
    }
}

/// Takes a part out of the device, and puts it on the shelf. Errors: a kind that is not in the vocabulary; a disk that is
/// not known, or several; the rules (the donor's consent to take parts; a disk only wiped with evidence; no quarantine).
pub fn take_part(bench: &Bench<'_>, found: &Found, order: &PartOrder) -> Result<PartView, Failure> {
    known(&order.kind, &vocabulary(bench)?.parts, "--kind")?;
    let label = order.label.as_deref().map(str::trim).filter(|label| !label.is_empty());
    if label.is_some_and(|label| label.chars().count() > MOST_LABEL || label.chars().any(char::is_control)) {
        return Err(Failure::new(Trouble::Usage, say!("part-label-wrong", most = MOST_LABEL as u64))
            .hint(say!("part-label-hint")));
    }
    let part = PartId::from_random(bench.chance.bytes());
    let mut taken = PartTaken {
        part: part.clone(),
        kind: order.kind.clone(),
        label: label.map(str::to_owned),
        size: order.size,
        disk: None,
    };
    if order.kind == DISK_PART {
        let (key, file) = disk_of(found, order.disk.as_deref())?;
        let unwiped = || Failure::new(Trouble::No, say!("rule-part-free", disk = key)).by_rule("part-free");
        taken.disk = Some(PartDisk { key: key.to_owned(), wiped: file.last_wipe.ok_or_else(unwiped)? });
        taken.size = Some(file.disk.size);
        taken.label = taken.label.or_else(|| file.disk.model.clone());
    }
    bench.record(Some(&found.id), taken)?;
    part_view(bench, part)
}

/// Puts a part from the shelf into the device. Errors: no such part; the rules (it lies on the shelf; no quarantine).
pub fn fit_part(bench: &Bench<'_>, found: &Found, part: &PartId) -> Result<PartView, Failure> {
    bench.record(Some(&found.id), PartFitted { part: part.clone() })?;
    part_view(bench, part.clone())
}

/// Every part on the shelf.
pub fn shelf(bench: &Bench<'_>) -> Result<Vec<PartView>, Failure> {
    let shelf = bench.index.get::<Shelf>("")?.unwrap_or_default();
    shelf.parts.into_iter().map(|part| part_view(bench, part)).collect()
}

/// The story of a part. Errors: no such part.
pub fn part_view(bench: &Bench<'_>, id: PartId) -> Result<PartView, Failure> {
    let unknown = || Failure::new(Trouble::No, say!("rule-part-unknown", part = id.as_str())).hint(say!("part-hint"));
    let file = bench.index.get::<PartFile>(&id)?.ok_or_else(unknown)?;
    let name = |device: &DeviceId| bench.device(device).map(|found| found.name());
    let (from, fitted) = (name(&file.from)?, file.fitted.as_ref().map(name).transpose()?);
    Ok(PartView { id, file, from, fitted })
}

fn disk_of<'a>(found: &'a Found, name: Option<&str>) -> Result<(&'a str, &'a crate::custody::DiskFile), Failure> {
    let is_meant = |(key, file): &(&String, &crate::custody::DiskFile)| {
        name.is_none_or(|name| key.as_str() == name || file.disk.serial.as_deref() == Some(name))
    };
    let mut meant: Vec<_> = found.file.standing().filter(is_meant).collect();
    match (meant.pop(), meant.is_empty()) {
        (Some((key, file)), true) => Ok((key.as_str(), file)),
        (last, _) => {
            let keys: Vec<_> = found.file.standing().map(|(key, _)| key.as_str()).collect();
            let known = if keys.is_empty() { "–".to_owned() } else { keys.join(", ") };
            let trouble = if last.is_some() { Trouble::Usage } else { Trouble::No };
            Err(Failure::new(trouble, say!("part-which-disk", tag = found.name(), disks = known))
                .hint(say!("part-hint")))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_parts_code_is_read_as_it_is_scanned_typed_and_read_out() {
        let id: PartId = "k-0123456789ABCDEF".parse().expect("an id");
        for text in ["k-0123456789ABCDEF", "K-0123456789ABCDEF", " k-0123 4567 89ab cdef\r", "k-O123456789ABCDEF"] {
            assert_eq!(part_code(text), Some(id.clone()), "{text}");
        }
        for text in
            ["", "k-", "k-0123456789ABCDE", "m-0123456789ABCDEF", "0123456789ABCDEF", "KE:A1", "k-0123456789ABCDEU"]
        {
            assert_eq!(part_code(text), None, "{text}");
        }
    }
}
