//! What a scanned text is, and what to say of one that is no device's tag. Every screen and every verb asks here.
//!
//! Invariants: a code is told by its form alone; what is no tag is never taken for one; a tag that came through a wrong
//! keyboard counts only where its check symbol leaves one reading.

use super::badge::badge_code;
use super::bench::{Bench, Found};
use super::carry_door::known_sentence;
use super::part::{part_code, part_view, part_whereabouts};
use super::place::{place_of_code, place_sentence};
use super::report::{Report, Tone};
use super::stick_summary::{announced_as, summary_name};
use crate::port::{Failure, Trouble};
use crate::tag::{Domain, Layout, Piece, ReceiptCode, TagError, TagId, garbled_by, near, through_keyboard};
use crate::unit::{Digest, PartId};
use crate::word::{Sentence, say};

/// What a certificate's code begins with.
const CERTIFICATE: &str = "AOXANH:";
/// The most devices that one serial is looked for among.
const SERIALS: u32 = 2;
/// The fewest signs of a summary's code.
const LEAST_SUMMARY: usize = 40;
/// The shortest serial by which a scan opens what it finds, signs.
const LEAST_SERIAL: usize = 6;

/// A scanned text by its form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scan {
    /// A tag of the team's own form.
    Tag(TagId),
    /// A tag whose keys came through a wrong keyboard.
    Garbled(TagId, Layout),
    /// Keys that came through a wrong keyboard, and more than one tag may have been meant.
    Unclear(Layout),
    /// A tag under another team's domain.
    Foreign(TagId, String),
    /// A person's badge.
    Badge,
    /// The label of a shelf or a box, and its name as a place.
    Shelf(String),
    /// The label of a part.
    Part(PartId),
    /// The certificate of the wipe that stands in that record, by its number and leaf hash.
    Certificate(u64, Digest),
    /// The secret code of a donor's receipt.
    Receipt,
    /// A code of a machine's summary.
    Summary(Piece),
    /// A link to that host.
    Link(String),
    /// A wireless network.
    Wifi,
    /// The number that a shop knows a product by: EAN-8, UPC-A, EAN-13.
    Product,
    /// The number of a book.
    Book,
    /// A tag with a wrong symbol, as it was read.
    Damaged(String),
    /// None of these: a serial number, or words.
    Other,
}

impl Scan {
    /// Whether it stands for itself: no words or numbers to look for.
    #[must_use]
    pub const fn is_code(&self) -> bool {
        !matches!(self, Self::Other | Self::Product | Self::Book)
    }
}

/// What the text is. Tags under another domain than the team's are foreign; where none is given, none is.
#[must_use]
pub fn read_scan(text: &str, domain: Option<&Domain>) -> Scan {
    let text = text.trim();
    if badge_code(text).is_some() {
        return Scan::Badge;
    }
    if let Some(piece) = summary_of(text) {
        return Scan::Summary(piece);
    }
    if let Some(shelf) = place_of_code(text) {
        return Scan::Shelf(shelf);
    }
    if let Some(part) = part_code(text) {
        return Scan::Part(part);
    }
    if let Some((seq, leaf)) = certificate_of(text) {
        return Scan::Certificate(seq, leaf);
    }
    if is_receipt(text) {
        return Scan::Receipt;
    }
    if text.get(..5).is_some_and(|front| front.eq_ignore_ascii_case("WIFI:")) {
        return Scan::Wifi;
    }
    let other_host = host_of(text).filter(|host| domain.is_none_or(|own| own.to_string() != *host));
    match (TagId::read(text), other_host) {
        (Ok(tag), Some(host)) if domain.is_some() => Scan::Foreign(tag, host),
        (Ok(tag), _) => Scan::Tag(tag),
        (Err(_no_tag), Some(host)) => Scan::Link(host),
        (Err(TagError::Check { read }), None) => Scan::Damaged(read),
        (Err(_no_tag), None) => product_of(text).unwrap_or_else(|| match through_keyboard(text) {
            Some((tag, layout)) => Scan::Garbled(tag, layout),
            None => garbled_by(text).map_or(Scan::Other, Scan::Unclear),
        }),
    }
}

/// The code of a summary, through whatever keyboard.
fn summary_of(text: &str) -> Option<Piece> {
    Some(text).filter(|text| text.chars().count() >= LEAST_SUMMARY).and_then(Piece::read)
}

/// Whether it is the link on a receipt: `…/R/<CODE>`.
fn is_receipt(text: &str) -> bool {
    let front = text.rsplit_once('/').map(|(front, _)| front).unwrap_or_default();
    front.len() > 2 && front.to_ascii_uppercase().ends_with("/R") && ReceiptCode::read(text).is_ok()
}

/// Record number and leaf hash in a certificate's code.
fn certificate_of(text: &str) -> Option<(u64, Digest)> {
    let (front, rest) = text.split_at_checked(CERTIFICATE.len())?;
    let mut parts = rest.split('/').skip(1);
    let (seq, leaf) = (parts.next()?.parse().ok()?, parts.next()?.to_lowercase().parse().ok()?);
    (front.eq_ignore_ascii_case(CERTIFICATE) && parts.next().is_none()).then_some((seq, leaf))
}

/// The host of a link, in upper case.
fn host_of(text: &str) -> Option<String> {
    let (scheme, rest) = text.split_once("://")?;
    let is_link = ["HTTP", "HTTPS"].iter().any(|known| scheme.eq_ignore_ascii_case(known));
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let host = host.split(':').next().unwrap_or_default();
    (is_link && !host.is_empty()).then(|| host.to_uppercase())
}

/// A number whose last digit is right. Source: GS1 General Specifications §7.9, modulo 10 with weights 3 and 1 from the right.
fn product_of(text: &str) -> Option<Scan> {
    if ![8, 12, 13].contains(&text.len()) || !text.bytes().all(|digit| digit.is_ascii_digit()) {
        return None;
    }
    let weighed = text.bytes().rev().zip([1u32, 3].into_iter().cycle());
    let sum: u32 = weighed.map(|(digit, weight)| u32::from(digit - b'0') * weight).sum();
    let is_book = text.len() == 13 && ["978", "979"].iter().any(|front| text.starts_with(front));
    sum.is_multiple_of(10).then_some(if is_book { Scan::Book } else { Scan::Product })
}

/// What turned the keys of the scanner into something else, and what to do about it.
#[must_use]
pub fn layout_report(layout: Layout) -> Report {
    let what = say!("scan-layout", layout = layout_sentence(layout));
    Report { hint: Some(layout_hint(layout)), ..Report::new(Tone::Warn, what) }
}

fn layout_sentence(layout: Layout) -> Sentence {
    match layout {
        Layout::Azerty => say!("scan-layout-azerty"),
        Layout::Qwertz => say!("scan-layout-qwertz"),
        Layout::Shifted => say!("scan-layout-shifted"),
        Layout::Telex => say!("scan-layout-telex"),
        Layout::Vni => say!("scan-layout-vni"),
    }
}

fn layout_hint(layout: Layout) -> Sentence {
    match layout {
        Layout::Azerty | Layout::Qwertz => say!("scan-layout-hint"),
        Layout::Shifted => say!("scan-caps-hint"),
        Layout::Telex | Layout::Vni => say!("scan-method-hint"),
    }
}

/// Why no device is meant by that text: what it is instead, and what to do.
#[must_use]
pub fn no_tag(text: &str, domain: Option<&Domain>) -> Failure {
    let usage = |what| Failure::new(Trouble::Usage, what);
    let own = || say!("scan-own-hint");
    match read_scan(text, domain) {
        Scan::Foreign(tag, host) => Failure::new(Trouble::No, say!("scan-foreign", host = host))
            .hint(say!("scan-foreign-hint", tag = tag.to_string())),
        Scan::Badge => usage(say!("scan-badge")).hint(say!("scan-badge-hint")),
        Scan::Shelf(shelf) => usage(say!("scan-shelf", place = place_sentence(&shelf))).hint(say!("scan-shelf-hint")),
        Scan::Part(part) => usage(say!("scan-part", part = part.as_str())).hint(say!("scan-part-hint")),
        Scan::Certificate(..) => usage(say!("scan-certificate")).hint(say!("scan-certificate-hint")),
        Scan::Summary(_) => usage(say!("scan-summary")).hint(say!("scan-summary-hint")),
        Scan::Receipt => usage(say!("scan-receipt")).hint(say!("scan-receipt-hint")),
        Scan::Link(host) => usage(say!("scan-link", host = host)).hint(own()),
        Scan::Wifi => usage(say!("scan-wifi")).hint(own()),
        Scan::Product => usage(say!("scan-product")).hint(own()),
        Scan::Book => usage(say!("scan-book")).hint(own()),
        Scan::Unclear(layout) => {
            usage(say!("scan-layout-unclear", layout = layout_sentence(layout))).hint(layout_hint(layout))
        }
        Scan::Damaged(read) => {
            let failure = usage(say!("scan-damaged", text = text)).hint(say!("tag-wrong-hint"));
            failure.detail(TagError::Check { read })
        }
        Scan::Tag(tag) | Scan::Garbled(tag, _) => {
            Failure::new(Trouble::No, say!("tag-unknown", tag = tag.to_string())).hint(say!("tag-unknown-hint"))
        }
        Scan::Other => {
            let failure = usage(say!("tag-wrong", text = text)).hint(say!("tag-wrong-hint"));
            match TagId::read(text) {
                Ok(_tag) => failure,
                Err(error) => failure.detail(error),
            }
        }
    }
}

impl Bench<'_> {
    /// The same, with where a part is, and with the device whose tag is one slip away from a damaged one, where there is just one.
    pub(super) fn no_tag(&self, text: &str) -> Failure {
        let failure = no_tag(text, self.own.domain.as_ref());
        let read = match read_scan(text, self.own.domain.as_ref()) {
            Scan::Damaged(read) => read,
            Scan::Tag(tag) => {
                let Ok(Some(summary)) = announced_as(self, &tag) else { return failure };
                let what = say!("summary-tag", tag = tag.to_string(), name = summary_name(&summary));
                return Failure { what, hint: Some(say!("summary-tag-hint")), ..failure };
            }
            Scan::Part(part) => {
                let Ok(view) = part_view(self, part) else { return failure };
                return Failure { what: part_whereabouts(&view), ..failure };
            }
            Scan::Garbled(..)
            | Scan::Unclear(_)
            | Scan::Foreign(..)
            | Scan::Badge
            | Scan::Shelf(_)
            | Scan::Certificate(..)
            | Scan::Receipt
            | Scan::Summary(_)
            | Scan::Link(_)
            | Scan::Wifi
            | Scan::Product
            | Scan::Book
            | Scan::Other => return failure,
        };
        let mut likely = near(&read).into_iter().filter_map(|tag| {
            let device = self.index.tagged(tag.as_str()).ok().flatten()?;
            Some((tag, self.device(&device).ok()?))
        });
        let (Some((tag, found)), None) = (likely.next(), likely.next()) else { return failure };
        let slip = read.chars().zip(tag.as_str().chars()).enumerate().find(|(_, (one, other))| one != other);
        let Some((at, (wrong, right))) = slip else { return failure };
        failure.hint(say!(
            "scan-likely-hint",
            at = at as u64 + 1,
            wrong = wrong.to_string(),
            right = right.to_string(),
            device = known_sentence(&found)
        ))
    }

    /// The device whose certificate was scanned; none where that record is not of this ledger.
    pub(super) fn certified(&self, seq: u64, leaf: Digest) -> Result<Option<Found>, Failure> {
        for device in self.index.recent(u32::MAX)? {
            let line =
                self.index.history(&device.device)?.into_iter().find(|line| line.seq == seq && line.leaf == leaf);
            if line.is_some() {
                return self.device(&device.device).map(Some);
            }
        }
        Ok(None)
    }

    /// The one device that has that number: its own serial, or that of a disk known with it.
    pub fn of_any_serial(&self, text: &str) -> Result<Option<Found>, Failure> {
        let text = text.trim();
        if let Some(device) = self.index.of_serial(text)? {
            return self.device(&device).map(Some);
        }
        if text.chars().count() < LEAST_SERIAL || text.contains(char::is_whitespace) {
            return Ok(None);
        }
        let mut one = None;
        for summary in self.index.find(text, SERIALS)? {
            let found = self.device(&summary.device)?;
            let is_it = |disk: &Option<String>| disk.as_deref().is_some_and(|serial| serial.eq_ignore_ascii_case(text));
            if found.file.disks.values().any(|disk| is_it(&disk.disk.serial)) && one.replace(found).is_some() {
                return Ok(None);
            }
        }
        Ok(one)
    }
}
