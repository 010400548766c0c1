//! `aoxanh scanner`: scanners at serial ports, found by a set-up code and kept in the station's settings.
//!
//! Invariant: a port is kept only once the set-up code came out of it.

use super::folder::Folder;
use super::signal::Interrupt;
use crate::cli::{Out, ScannerFindArgs, ScannerTestArgs, ScannerVerb};
use crate::linux::SystemClock;
use crate::port::{Clock, Failure, Scanners, SerialPort, Trouble};
use crate::serial::SerialScanners;
use crate::tag::{Drawing, Ground, Qr};
use crate::word::{Sentence, say};
use crate::workbench::{
    Answer, SETUP_CODE, Scan, ScannerHeard, ScannerKept, ScannerOrder, carry_scanner, find_scanner, listen_to_scanner,
    read_scan, scanners_view, tried_scan, with_scanner, without_scanner,
};
use serde_json::json;
use std::path::Path;
use std::time::Duration;

/// Carries it out. Errors: no station; no port; nothing came in time; the settings cannot be written.
pub(super) fn run(verb: &ScannerVerb, folder: &Folder, out: &mut Out<'_>) -> Result<(), Failure> {
    let scanners = SerialScanners::new("/");
    match verb {
        ScannerVerb::Find(args) => find(args, folder, &scanners, out),
        ScannerVerb::List => list(folder, &scanners, out),
        ScannerVerb::Remove(args) => remove(&args.port, folder, out),
        ScannerVerb::Test(args) => test(args, folder, &scanners, out),
    }
}

/// Says until when to listen: nobody interrupted, and that many seconds are not over.
struct Patience {
    clock: SystemClock,
    until: Duration,
    interrupt: Interrupt,
}

impl Patience {
    fn new(seconds: u32) -> Result<Self, Failure> {
        let clock = SystemClock::new();
        let until = clock.elapsed() + Duration::from_secs(u64::from(seconds));
        Ok(Self { clock, until, interrupt: Interrupt::watch()? })
    }

    fn lasts(&self) -> bool {
        !self.interrupt.is_set() && self.clock.elapsed() < self.until
    }

    /// Why nothing was heard.
    fn ended(&self, hint: Sentence) -> Failure {
        if self.interrupt.is_set() {
            return Failure::new(Trouble::Cancelled, say!("ask-cancelled"));
        }
        Failure::new(Trouble::No, say!("scanner-silent")).hint(hint)
    }
}

/// What a screen asks for; the settings are written where that changes them.
pub(super) fn carry(folder: &Folder, order: &ScannerOrder) -> Result<Answer, Failure> {
    let mut settings = folder.settings()?;
    let before = settings.scanners.clone();
    let answer = carry_scanner(&SerialScanners::new("/"), &mut settings.scanners, order)?;
    if settings.scanners != before {
        settings.write(folder)?;
    }
    Ok(answer)
}

fn find(args: &ScannerFindArgs, folder: &Folder, scanners: &SerialScanners, out: &mut Out<'_>) -> Result<(), Failure> {
    folder.settings()?;
    let named = args.port.iter().map(|path| scanners.named(path));
    let ports: Vec<SerialPort> = if args.port.is_empty() { scanners.ports() } else { named.collect() };
    if ports.is_empty() {
        return Err(Failure::new(Trouble::No, say!("scanner-no-port")).hint(say!("scanner-no-port-hint")));
    }
    let unfit = |error: crate::tag::TagError| Failure::new(Trouble::BadData, error.sentence());
    let code = Qr::of_text(SETUP_CODE).map_err(unfit)?;
    out.text(&code.terminal(Drawing::HalfBlocks, Ground::Dark))?;
    out.say(&say!("scanner-scan-this", count = ports.len() as u64))?;
    let patience = Patience::new(args.seconds)?;
    let mut said = Ok(());
    let found = find_scanner(scanners, &ports, &mut |heard| {
        if let Some(ScannerHeard::Again(port, baud)) = heard {
            said = out.say(&say!("scanner-again", port = port.display().to_string(), baud = u64::from(baud)));
        }
        said.is_ok() && patience.lasts()
    });
    said?;
    let kept = found.ok_or_else(|| patience.ended(say!("scanner-silent-hint")))?;
    // Somebody else may have changed them while nobody scanned.
    let mut settings = folder.settings()?;
    settings.scanners = with_scanner(settings.scanners, kept.clone());
    settings.write(folder)?;
    out.object("scanner", json!({ "port": kept.port, "baud": kept.baud, "usb": kept.usb }))?;
    out.say(&say!("scanner-found", port = kept.port.display().to_string(), baud = u64::from(kept.baud)))
}

fn list(folder: &Folder, scanners: &SerialScanners, out: &mut Out<'_>) -> Result<(), Failure> {
    let kept = folder.settings()?.scanners;
    for one in &kept {
        out.object("scanner", json!({ "port": one.port, "baud": one.baud, "usb": one.usb }))?;
        out.say(&say!("scanner-line", port = one.port.display().to_string(), baud = u64::from(one.baud)))?;
    }
    for port in &scanners_view(&kept, scanners).others {
        out.object("port", json!({ "port": port.path, "usb": port.usb }))?;
        out.say(&say!("scanner-port", port = port.path.display().to_string()))?;
    }
    if kept.is_empty() {
        out.say(&say!("scanner-none"))?;
    }
    Ok(())
}

fn remove(port: &Path, folder: &Folder, out: &mut Out<'_>) -> Result<(), Failure> {
    let mut settings = folder.settings()?;
    settings.scanners = without_scanner(settings.scanners, port)?;
    settings.write(folder)?;
    out.object("scanner_removed", json!({ "port": port }))?;
    out.say(&say!("scanner-removed", port = port.display().to_string()))
}

/// The one that is meant. Errors: none is kept; more than one is, and none is named.
fn meant(args: &ScannerTestArgs, folder: &Folder) -> Result<ScannerKept, Failure> {
    let mut kept = folder.settings()?.scanners;
    kept.retain(|kept| args.port.as_ref().is_none_or(|port| kept.port == *port));
    if kept.len() > 1 {
        return Err(Failure::new(Trouble::Usage, say!("scanner-several")).hint(say!("scanner-unknown-hint")));
    }
    kept.pop().ok_or_else(|| Failure::new(Trouble::No, say!("scanner-none")).hint(say!("scanner-unknown-hint")))
}

fn test(args: &ScannerTestArgs, folder: &Folder, scanners: &SerialScanners, out: &mut Out<'_>) -> Result<(), Failure> {
    let domain = folder.settings()?.domain()?;
    let kept = meant(args, folder)?;
    out.say(&say!("scanner-try", port = kept.port.display().to_string()))?;
    let patience = Patience::new(args.seconds)?;
    let mut heard = None;
    listen_to_scanner(scanners, &kept, &mut |scan| {
        heard = scan.or(heard.take());
        heard.is_none() && patience.lasts()
    });
    let text = heard.ok_or_else(|| patience.ended(say!("scanner-silent-hint")))?;
    let (tag, what) = tried_scan(&text, Some(&domain));
    // Neither a badge's code nor a receipt's nor a network's password is anybody's to read.
    let is_secret = matches!(read_scan(&text, Some(&domain)), Scan::Badge | Scan::Receipt | Scan::Wifi);
    let shown = (!is_secret).then_some(text.as_str());
    out.object("scan", json!({ "text": shown, "tag": tag.as_ref().map(crate::tag::TagId::as_str) }))?;
    out.say(&what)
}
