//! Scanners at serial ports as they are shown and asked for, and what a scan is when one is tried out.
//!
//! Invariants: a scanner is kept only once the set-up code came out of its port; of a badge or a network nothing is said but
//! that it is one.

use super::carry::Tell;
use super::effect::Answer;
use super::news::News;
use super::report::Report;
use super::scan::{Scan, layout_report, no_tag, read_scan};
use super::scanner::{SETUP_CODE, ScannerHeard, ScannerKept, find_scanner};
use crate::port::{Failure, Scanners, SerialPort, Trouble};
use crate::tag::{Domain, TagId};
use crate::word::{Sentence, say};
use std::path::{Path, PathBuf};

/// What is asked for about scanners.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ScannerOrder {
    /// Show them, and the ports there are.
    Look,
    /// Listen to every port for the set-up code.
    Find,
    /// Stop that.
    Stop,
    /// Listen to that one from now on.
    Keep(ScannerKept),
    /// Listen to the one at that port no more.
    Remove(PathBuf),
}

/// A scanner that the station listens to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScannerView {
    /// Which.
    pub kept: ScannerKept,
    /// Whether it is plugged in; none where nobody can tell.
    pub is_there: Option<bool>,
}

/// The scanners that the station listens to, and the other ports.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ScannersView {
    /// The scanners.
    pub scanners: Vec<ScannerView>,
    /// The ports that no scanner is known at.
    pub others: Vec<SerialPort>,
}

/// What is told of scanners.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ScannerTold {
    /// How they are now.
    View(ScannersView),
    /// Something came out of that port that is not the code: it is listened to at that speed now.
    Again(PathBuf, u32),
    /// The set-up code came out of that port.
    Found(ScannerKept),
    /// It came out of none.
    Silent(Report),
}

fn is_at(kept: &ScannerKept, port: &SerialPort) -> bool {
    kept.port == port.path || (kept.usb.is_some() && kept.usb == port.usb)
}

/// The scanners and ports as they are now.
#[must_use]
pub fn scanners_view(kept: &[ScannerKept], scanners: &dyn Scanners) -> ScannersView {
    let mut others = scanners.ports();
    let view = |kept: &ScannerKept| {
        let is_there = others.iter().any(|port| is_at(kept, port));
        // A port that is no converter's is never listed, whatever is plugged into it.
        ScannerView { kept: kept.clone(), is_there: (is_there || kept.usb.is_some()).then_some(is_there) }
    };
    let views: Vec<_> = kept.iter().map(view).collect();
    others.retain(|port| kept.iter().all(|kept| !is_at(kept, port)));
    ScannersView { scanners: views, others }
}

/// The scanners with that one among them, in the place of one at the same port.
#[must_use]
pub fn with_scanner(mut all: Vec<ScannerKept>, new: ScannerKept) -> Vec<ScannerKept> {
    all.retain(|other| other.port != new.port);
    all.push(new);
    all
}

/// The scanners without the one at that port. Errors: there is none.
pub fn without_scanner(mut all: Vec<ScannerKept>, port: &Path) -> Result<Vec<ScannerKept>, Failure> {
    let before = all.len();
    all.retain(|kept| kept.port != port);
    if all.len() < before {
        return Ok(all);
    }
    let what = say!("scanner-unknown", port = port.display().to_string());
    Err(Failure::new(Trouble::No, what).hint(say!("scanner-unknown-hint")))
}

/// Carries out what is done at once; `kept` is what the station's settings hold. Errors: none is kept at that port.
pub fn carry_scanner(
    scanners: &dyn Scanners,
    kept: &mut Vec<ScannerKept>,
    order: &ScannerOrder,
) -> Result<Answer, Failure> {
    match order {
        ScannerOrder::Keep(new) => *kept = with_scanner(std::mem::take(kept), new.clone()),
        ScannerOrder::Remove(port) => *kept = without_scanner(kept.clone(), port)?,
        ScannerOrder::Look | ScannerOrder::Find | ScannerOrder::Stop => {}
    }
    Ok(told(ScannerTold::View(scanners_view(kept, scanners))))
}

fn told(told: ScannerTold) -> Answer {
    Answer::Scanner(Box::new(told))
}

/// Listens to every port that no scanner is kept at for the set-up code, until it comes, or `goes_on` says no more.
pub fn search_scanner(
    scanners: &dyn Scanners,
    kept: &[ScannerKept],
    goes_on: &mut dyn FnMut() -> bool,
    tell: Tell<'_>,
) {
    let ports = scanners_view(kept, scanners).others;
    if ports.is_empty() {
        let failure = Failure::new(Trouble::No, say!("scanner-no-port")).hint(say!("scanner-no-port-keys"));
        return tell(News::Answer(told(ScannerTold::Silent((&failure).into()))));
    }
    let found = find_scanner(scanners, &ports, &mut |heard| {
        if let Some(ScannerHeard::Again(port, baud)) = heard {
            tell(News::Answer(told(ScannerTold::Again(port, baud))));
        }
        goes_on()
    });
    let silent = || {
        let failure = Failure::new(Trouble::No, say!("scanner-silent")).hint(say!("scanner-silent-hint"));
        ScannerTold::Silent((&failure).into())
    };
    tell(News::Answer(told(found.map_or_else(silent, ScannerTold::Found))));
}

/// What a scan is that was only tried out: its tag, where it is one, and what to say.
#[must_use]
pub fn tried_scan(text: &str, domain: Option<&Domain>) -> (Option<TagId>, Sentence) {
    if text.trim().eq_ignore_ascii_case(SETUP_CODE) {
        return (None, say!("scanner-is-setup"));
    }
    match read_scan(text, domain) {
        Scan::Tag(tag) => {
            let what = say!("scanner-is-tag", tag = tag.to_string());
            (Some(tag), what)
        }
        Scan::Garbled(tag, layout) => (Some(tag), layout_report(layout).lines.swap_remove(0)),
        Scan::Unclear(_)
        | Scan::Foreign(..)
        | Scan::Badge
        | Scan::Shelf(_)
        | Scan::Part(_)
        | Scan::Certificate(..)
        | Scan::Receipt
        | Scan::Summary(_)
        | Scan::Link(_)
        | Scan::Wifi
        | Scan::Product
        | Scan::Book
        | Scan::Damaged(_) => (None, no_tag(text, domain).what),
        Scan::Other => (None, say!("scanner-is-text", text = text)),
    }
}
