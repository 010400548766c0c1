//! Certificates of wipes and records of destroyed disks: made from the ledger, and checked by anybody without one.
//!
//! Invariants: nothing is recorded; a document of a wipe that did not erase is written too, and is called what it is; names
//! go on the page alone, and only where a lead who is signed in asks for them.

use super::bench::{Bench, Found};
use super::correct::outdating;
use crate::custody::{DiskFile, struck};
use crate::event::Fact;
use crate::ledger::{PublicKey, SecretKey};
use crate::port::{Failure, Files, Line, Trouble};
use crate::report::{
    CertificateError, Checked, Document, DocumentKind, Gathering, Paper, Pins, Statement, check, page,
};
use crate::unit::{Digest, PersonId};
use crate::word::{Lang, Words, WordsError, say};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// The largest certificate that is read, bytes.
pub const MOST_CERTIFICATE: u64 = 4 * 1024 * 1024;

/// A certificate that was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Certified {
    /// What it says.
    pub document: Document,
    /// The authoritative file.
    pub json: PathBuf,
    /// The page that renders it.
    pub pdf: PathBuf,
    /// Number of the correction since which whatever was printed before tells of records that no longer count.
    pub replaces: Option<u64>,
}

/// Writes the certificate of the last wipe of a disk, or the record of its destruction, into the folder `to`: the disk's key in the ledger or its serial; none
/// for the one disk there is with something to tell. `key` is the station's; with `names` people's names are on the page.
///
/// Errors: no such wipe, or several disks; the wipe stands in an earlier chain, whose key is not here; names asked for by
/// somebody who may not, or with the vault locked; a file of that name is there already.
pub fn certify(
    bench: &Bench<'_>,
    found: &Found,
    disk: Option<&str>,
    to: &Path,
    key: &SecretKey,
    names: bool,
) -> Result<Certified, Failure> {
    let (document, replaces) = document(bench, found, disk, key)?;
    let names = if names { names_of(bench, &document.certificate)? } else { BTreeMap::new() };
    let drawn = drawn(&document, &names)?;
    let again = replaces.map(|seq| format!("-thay-{seq}")).unwrap_or_default();
    let name = format!("{}{again}", file_name(found, &document));
    let json = to.join(format!("{name}.json"));
    make_folder(bench.files, to)?;
    let pdf = to.join(format!("{name}.pdf"));
    bench.files.write(&json, document.text.as_bytes())?;
    bench.files.write(&pdf, &drawn)?;
    Ok(Certified { document, json, pdf, replaces })
}

/// The same of every disk of the device with a wipe that ended or that was destroyed, where none is named. Errors: as of [`certify`]; those written
/// before one stay.
pub fn certify_all(
    bench: &Bench<'_>,
    found: &Found,
    to: &Path,
    key: &SecretKey,
    names: bool,
) -> Result<Vec<Certified>, Failure> {
    let wiped: Vec<&str> =
        found.file.disks.iter().filter(|(_, disk)| disk.document().is_some()).map(|(disk, _)| disk.as_str()).collect();
    if wiped.is_empty() {
        return Err(nothing(found));
    }
    wiped.into_iter().map(|disk| certify(bench, found, Some(disk), to, key, names)).collect()
}

/// Checks a certificate by nothing but itself and the pinned keys. Errors: [`Trouble::BadData`] where it is no certificate of
/// this form, [`Trouble::No`] where it does not hold.
pub fn check_certificate(files: &dyn Files, path: &Path, pins: Pins) -> Result<Checked, Failure> {
    let text = files.read_text(path, MOST_CERTIFICATE)?;
    check(&text, pins).map_err(|error| {
        let what = say!("certificate-refused", file = path.display().to_string(), why = error.sentence());
        refused(&error, Failure::new(trouble(&error), what))
    })
}

/// The public key in hexadecimal, or in a file as an export has it. Errors: neither.
pub fn read_public_key(files: &dyn Files, text: &str) -> Result<PublicKey, Failure> {
    if let Ok(key) = text.parse::<Digest>() {
        return Ok(PublicKey(key));
    }
    let wrong =
        || Failure::new(Trouble::Usage, say!("station-key-wrong", text = text)).hint(say!("station-key-wrong-hint"));
    let pem = files.read(Path::new(text), 4096).map_err(|failure| Failure { cause: failure.cause, ..wrong() })?;
    let pem = String::from_utf8(pem).map_err(|error| wrong().detail(error))?;
    PublicKey::from_pem(&pem).ok_or_else(wrong)
}

fn trouble(error: &CertificateError) -> Trouble {
    if error.is_bad_data() { Trouble::BadData } else { Trouble::No }
}

fn refused(error: &CertificateError, failure: Failure) -> Failure {
    failure.detail(error).hint(say!("certificate-refused-hint"))
}

/// The document, and the correction since which what was printed before it tells of what no longer counts.
fn document(
    bench: &Bench<'_>,
    found: &Found,
    disk: Option<&str>,
    key: &SecretKey,
) -> Result<(Document, Option<u64>), Failure> {
    let (disk, file) = chosen(found, disk)?;
    let end = file.document().ok_or_else(|| nothing(found))?;
    // A disk that came as a part was wiped in another device.
    let is_own = bench.index.history(&found.id)?.iter().any(|line| line.leaf == end);
    let wiped_in = file.wiped_in.as_ref().filter(|_| !is_own).unwrap_or(&found.id);
    let history = bench.index.history(wiped_in)?;
    if history.iter().any(|line| line.leaf == end && line.earlier.is_some()) {
        return Err(
            Failure::new(Trouble::No, say!("certificate-earlier", disk = disk)).hint(say!("certificate-earlier-hint"))
        );
    }
    let not_made = |error: CertificateError| {
        let failure = Failure::new(trouble(&error), say!("certificate-not-made", disk = disk, why = error.sentence()));
        failure.detail(error)
    };
    let out = struck(history.iter().map(|line| (line.leaf, &line.event.fact)));
    let mut gathering = Gathering::new(wiped_in.clone(), end).without(out.into_keys().collect());
    let mut head = None;
    bench.index.rows(&mut |row| {
        head = Some(row.note);
        gathering.take(row.bytes).map_err(not_made)
    })?;
    if is_taken_over(&history, end) {
        gather_starts(bench, &history, &mut |station, row, counts| {
            gathering.take_of(station, row, counts).map_err(not_made)
        })?;
    }
    let sources = gathering.sources().map_err(not_made)?;
    let document = Document::make_of(&sources, &head.unwrap_or_default(), key).map_err(not_made)?;
    Ok((document, outdating(&history, end).map(|line| line.seq)))
}

/// Whether any run of what ended there was recorded on a machine that was started from a stick.
#[expect(clippy::wildcard_enum_match_arm, reason = "a wipe is its ends and starts")]
fn is_taken_over(history: &[Line], end: Digest) -> bool {
    let at = |leaf: Digest| history.iter().find(|line| line.leaf == leaf);
    let (mut next, mut left) = (at(end), history.len());
    while let Some(line) = next.filter(|_| left > 0) {
        if line.foreign.is_some() {
            return true;
        }
        left -= 1;
        next = match &line.event.fact {
            Fact::WipeEnded(ended) => at(ended.started),
            Fact::WipeStarted(started) => started.resumes.and_then(at),
            _other => None,
        };
    }
    false
}

/// What hears of a start's record: of which start, its bytes with the head up to it, and which records count.
type OfStart<'a> = &'a mut dyn FnMut(Digest, (Vec<u8>, Option<String>), &BTreeSet<Digest>) -> Result<(), Failure>;

/// Shows every record of each start that told of the device.
fn gather_starts(bench: &Bench<'_>, history: &[Line], take: OfStart<'_>) -> Result<(), Failure> {
    let counts: BTreeSet<Digest> = history.iter().filter(|line| line.foreign.is_some()).map(|line| line.leaf).collect();
    let starts: BTreeSet<Digest> = history.iter().filter_map(|line| Some(line.foreign?.station)).collect();
    for station in starts {
        bench.index.foreign_rows(station, &mut |bytes, _leaf, head| take(station, (bytes, head), &counts))?;
    }
    Ok(())
}

fn nothing(found: &Found) -> Failure {
    Failure::new(Trouble::No, say!("certificate-nothing", tag = found.name())).hint(say!("certificate-nothing-hint"))
}

/// Makes the folder where there is none.
pub(super) fn make_folder(files: &dyn Files, to: &Path) -> Result<(), Failure> {
    match files.make_empty_folder(to) {
        // It is there, with other files in it.
        Err(failure) if failure.trouble == Trouble::Usage => Ok(()),
        other => other,
    }
}

fn drawn(document: &Document, names: &BTreeMap<PersonId, String>) -> Result<Vec<u8>, Failure> {
    let words = |lang| {
        Words::new(lang, None)
            .map_err(|error: WordsError| Failure::new(Trouble::BadData, say!("certificate-no-page")).detail(error))
    };
    let (vi, en) = (words(Lang::Vi)?, words(Lang::En)?);
    let paper = Paper { certificate: &document.certificate, station: document.station, names, vi: &vi, en: &en };
    page(&paper).map_err(|error| Failure::new(trouble(&error), error.sentence()).detail(&error))
}

/// The names behind the ids. Errors: whoever asks is no lead who is signed in; a name cannot be had.
fn names_of(bench: &Bench<'_>, certificate: &Statement) -> Result<BTreeMap<PersonId, String>, Failure> {
    if !bench.is_lead_signed_in()? {
        return Err(Failure::new(Trouble::No, say!("certificate-names-lead")).hint(say!("certificate-names-hint")));
    }
    let mut names = BTreeMap::new();
    for person in certificate.people() {
        if let Some(name) = bench.vault.open(person.as_str())? {
            names.insert(person.clone(), name);
        }
    }
    Ok(names)
}

/// The disk that is meant, among those whose last wipe ended or that were destroyed.
fn chosen<'a>(found: &'a Found, disk: Option<&str>) -> Result<(&'a str, &'a DiskFile), Failure> {
    let ended = found.file.disks.iter().filter(|(_, file)| file.document().is_some());
    let is_named =
        |key: &str, file: &DiskFile| disk.is_none_or(|name| key == name || file.disk.serial.as_deref() == Some(name));
    let mut named: Vec<_> = ended.filter(|(key, file)| is_named(key, file)).collect();
    match (named.pop(), named.is_empty()) {
        (Some((key, file)), true) => Ok((key, file)),
        (Some(_), false) => {
            let keys: Vec<_> = found.file.disks.keys().map(String::as_str).collect();
            Err(Failure::new(Trouble::Usage, say!("certificate-which", disks = keys.join(", "))))
        }
        (None, _) => Err(nothing(found)),
    }
}

/// What the files are called: practice says so, and what is no certificate is not called one.
fn file_name(found: &Found, document: &Document) -> String {
    let certificate = &document.certificate;
    let practice = if certificate.practice() { "luyen-tap-" } else { "" };
    let kind = match certificate.document() {
        DocumentKind::CertificateOfErasure => "chung-nhan-xoa",
        DocumentKind::ErasedWithExceptions | DocumentKind::NotErased | DocumentKind::Cancelled => "bien-ban-chua-xoa",
        DocumentKind::Destroyed => "bien-ban-tieu-huy",
    };
    format!("{practice}{kind}-{}-{}", found.name(), certificate.seq())
}
