//! The receipt that a donor takes home, and what became of the devices on it.
//!
//! Invariants: the code is in no record, no log and no file's name, the ledger has its hash; a donor's name is on the paper
//! only while the vault is open; a receipt is recorded before anybody has it.

use super::bench::{Bench, Found};
use super::intake::kind_sentence;
use super::lot::{known_lot, lot_view};
use super::outward::{accessories_sentence, condition_sentence, listed, taken_out_sentence, told_sentence};
use crate::custody::{DiskState, ReceiptFile, machine_name};
use crate::event::donation::ReceiptIssued;
use crate::event::outward::Told;
use crate::port::{Failure, Filter, PrintForm, PrintJob, Trouble};
use crate::report::{ReceiptPaper, ReceiptRow, receipt_pages};
use crate::tag::{Domain, ReceiptCode};
use crate::unit::{DeviceId, Digest, LotId, PrintId, Secret};
use crate::word::{Lang, Sentence, Words, WordsError, say};
use sha2::{Digest as _, Sha256};
use std::path::{Path, PathBuf};

/// How many devices are read at a time.
const PAGE: u32 = 1000;

/// Where a receipt goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReceiptTo {
    /// A file in that folder.
    Folder(PathBuf),
    /// That printer, which takes pages; the first of those where none is named.
    Printer(Option<String>),
    /// The screen: only its QR.
    Screen,
}

/// A receipt that was issued.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receipted {
    /// For which lot.
    pub lot: LotId,
    /// Which receipt of the lot.
    pub number: u32,
    /// How many devices it lists.
    pub devices: u64,
    /// The code.
    pub code: ReceiptCode,
    /// What its QR says.
    pub payload: Secret,
    /// The file it was written to.
    pub file: Option<PathBuf>,
    /// The print job that brings it to the printer.
    pub job: Option<PrintJob>,
}

/// What became of a receipt's devices.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReceiptFound {
    /// The receipt.
    pub file: ReceiptFile,
    /// The devices that belong to its lot now.
    pub devices: Vec<Found>,
    /// Whether these are the ones that it lists.
    pub is_same: bool,
}

/// What of a code the ledger has.
fn hashed(code: &ReceiptCode) -> Digest {
    Digest(Sha256::digest(code.as_str().as_bytes()).into())
}

/// The devices of that lot, in the order in which they were received.
fn devices_of(bench: &Bench<'_>, lot: &LotId) -> Result<Vec<Found>, Failure> {
    let filter = Filter { lot: Some(lot.clone()), ..Filter::default() };
    let (mut summaries, mut before) = (Vec::new(), None);
    loop {
        let page = bench.index.page(&filter, before, PAGE)?;
        let Some(last) = page.last() else { break };
        before = Some(last.seq);
        summaries.extend(page);
    }
    summaries.sort_by(|one, other| (one.received_at, &one.tags).cmp(&(other.received_at, &other.tags)));
    summaries.iter().map(|summary| bench.device(&summary.device)).collect()
}

fn digest_of(devices: &[Found]) -> Digest {
    let mut ids: Vec<&DeviceId> = devices.iter().map(|found| &found.id).collect();
    ids.sort();
    let sum = ids.into_iter().fold(Sha256::new(), |sum, id| sum.chain_update(id.as_str()).chain_update(b"\n"));
    Digest(sum.finalize().into())
}

/// Issues a receipt for all that was received into the lot until now. Errors: no such lot, or nothing in it; the folder or the
/// printer cannot take it; the rules.
pub fn issue_receipt(bench: &Bench<'_>, domain: &Domain, lot: &LotId, to: &ReceiptTo) -> Result<Receipted, Failure> {
    let number = known_lot(bench, lot)?.receipts.saturating_add(1);
    let devices = devices_of(bench, lot)?;
    if devices.is_empty() {
        return Err(Failure::new(Trouble::No, say!("rule-receipt-empty", lot = lot.as_str())).by_rule("receipt-code"));
    }
    let code = ReceiptCode::from_random(bench.chance.bytes());
    let payload = Secret::new(code.payload(domain));
    let printer = if let ReceiptTo::Printer(name) = to { Some(page_printer(bench, name.as_deref())?) } else { None };
    let is_paper = !matches!(to, ReceiptTo::Screen);
    let pages = if is_paper { drawn(bench, lot, number, &devices, (&code, payload.expose()))? } else { Vec::new() };
    let file = if let ReceiptTo::Folder(folder) = to { Some(place(bench, folder, lot, number)?) } else { None };
    let count = u32::try_from(devices.len()).unwrap_or(u32::MAX);
    let issued = ReceiptIssued { lot: lot.clone(), code: hashed(&code), devices: count, list: digest_of(&devices) };
    bench.record(None, issued)?;
    if let Some(file) = &file {
        bench.files.write(file, &pages)?;
    }
    let job = printer.map(|printer| PrintJob {
        id: PrintId::from_random(bench.chance.bytes()),
        printer,
        title: format!("biên nhận {lot}"),
        at: bench.clock.now(),
        by: bench.by.clone(),
        form: PrintForm::Pdf,
        labels: Vec::new(),
    });
    if let Some(job) = &job {
        bench.prints.add(job, &pages)?;
    }
    Ok(Receipted { lot: lot.clone(), number, devices: devices.len() as u64, code, payload, file, job })
}

/// The name of the printer that pages go to. Errors: none of that name, or it takes labels alone; none takes pages.
fn page_printer(bench: &Bench<'_>, name: Option<&str>) -> Result<String, Failure> {
    let labels_only = |name: &str| {
        Failure::new(Trouble::Usage, say!("receipt-label-printer", name = name)).hint(say!("receipt-printer-hint"))
    };
    if let Some(name) = name {
        let printer = super::printer::printer(bench, Some(name))?;
        let takes = printer.form() == PrintForm::Pdf;
        return if takes { Ok(printer.name.clone()) } else { Err(labels_only(&printer.name)) };
    }
    let takes = bench.own.printers.iter().find(|printer| printer.form() == PrintForm::Pdf);
    let none = || Failure::new(Trouble::Usage, say!("receipt-no-printer")).hint(say!("receipt-printer-hint"));
    takes.map(|printer| printer.name.clone()).ok_or_else(none)
}

/// Whether the station has a printer that takes pages.
#[must_use]
pub fn prints_pages(bench: &Bench<'_>) -> bool {
    page_printer(bench, None).is_ok()
}

/// The file in that folder, which is made where there is none.
fn place(bench: &Bench<'_>, folder: &Path, lot: &LotId, number: u32) -> Result<PathBuf, Failure> {
    super::certificate::make_folder(bench.files, folder)?;
    let practice = if bench.practice()? { "luyen-tap-" } else { "" };
    Ok(folder.join(format!("{practice}bien-nhan-{lot}-{number}.pdf")))
}

fn drawn(
    bench: &Bench<'_>,
    lot: &LotId,
    number: u32,
    devices: &[Found],
    (code, payload): (&ReceiptCode, &str),
) -> Result<Vec<u8>, Failure> {
    let broken = |error: WordsError| Failure::new(Trouble::BadData, say!("receipt-no-page")).detail(error);
    let words = Words::new(Lang::Vi, None).map_err(broken)?;
    let (view, file) = (lot_view(bench, lot)?, known_lot(bench, lot)?);
    let rows: Vec<ReceiptRow> = devices.iter().map(|found| row(found, &words)).collect();
    let kinds = view.tally.kinds().filter(|(_, received, _)| *received > 0);
    let kinds = kinds.map(|(kind, count, _)| say!("receipt-of-kind", count = count, kind = kind_sentence(kind)));
    let paper = ReceiptPaper {
        practice: bench.practice()?,
        site: bench.site.as_ref(),
        lot,
        number,
        at: bench.clock.now(),
        donor: view.name.as_deref(),
        campaign: view.campaign.as_deref(),
        total: listed(kinds).unwrap_or_else(|| say!("plain", text = "–")),
        difference: view.tally.difference_sentence(),
        erase: file.erase,
        parts: file.parts,
        rows: &rows,
        code,
        payload,
        words: &words,
    };
    receipt_pages(&paper).map_err(|error| {
        Failure::new(Trouble::BadData, say!("receipt-no-page")).detail(error.sentence().key()).detail(error)
    })
}

/// A device as the receipt lists it: as it was told, else as an inspection read it.
fn row(found: &Found, words: &Words) -> ReceiptRow {
    let file = &found.file;
    let or = |told: &Option<String>, read: &Option<String>| told.clone().or_else(|| read.clone());
    let told = Told {
        maker: or(&file.told.maker, &file.maker),
        model: or(&file.told.model, &file.model),
        serial: or(&file.told.serial, &file.serial),
    };
    let device = [Some(kind_sentence(file.kind)), told_sentence(&told)].into_iter().flatten();
    let device = device.reduce(|first, second| say!("door-and", first = first, second = second));
    let with = [
        accessories_sentence(&file.outward).map(|what| say!("door-with", what = what)),
        taken_out_sentence(&file.outward).map(|what| say!("door-taken-out", what = what)),
    ];
    let with = with.into_iter().flatten().reduce(|first, second| say!("door-and", first = first, second = second));
    let text = |sentence: Option<Sentence>| sentence.map_or_else(|| "–".to_owned(), |sentence| words.say(&sentence));
    ReceiptRow {
        device: text(device),
        tag: found.name(),
        condition: text(file.outward.condition.map(condition_sentence)),
        with: text(with),
    }
}

/// What became of the devices of the receipt with that code, as scanned or typed. Errors: it is no code; no receipt has it.
pub fn find_receipt(bench: &Bench<'_>, text: &str) -> Result<ReceiptFound, Failure> {
    let wrong =
        |error| Failure::new(Trouble::Usage, say!("receipt-code-wrong")).detail(error).hint(say!("receipt-code-hint"));
    let code = ReceiptCode::read(text).map_err(wrong)?;
    let unknown = || Failure::new(Trouble::No, say!("receipt-unknown")).hint(say!("receipt-code-hint"));
    let file = bench.index.get::<ReceiptFile>(&hashed(&code))?.ok_or_else(unknown)?;
    let devices = devices_of(bench, &file.lot)?;
    let is_same = digest_of(&devices) == file.list;
    Ok(ReceiptFound { file, devices, is_same })
}

/// How a device stands now, for its donor: the stage, and how many of its disks hold nothing any more.
#[must_use]
pub fn fate_sentence(found: &Found) -> Sentence {
    let disks = found.file.counted();
    let (mut all, mut gone) = (0u64, 0u64);
    for (_, disk) in disks {
        all += 1;
        let is_empty = matches!(disk.state, DiskState::Wiped) && disk.doubted.is_none();
        gone += u64::from(is_empty || matches!(disk.state, DiskState::Destroyed));
    }
    let name = machine_name(
        found.file.maker.as_deref().or(found.file.told.maker.as_deref()),
        found.file.model.as_deref().or(found.file.told.model.as_deref()),
    );
    let what = name.map_or_else(|| kind_sentence(found.file.kind), |name| say!("plain", text = name));
    let (tag, stage) = (found.name(), found.file.stage().sentence());
    if all == 0 {
        say!("receipt-fate", tag = tag, what = what, stage = stage)
    } else {
        say!("receipt-fate-disks", tag = tag, what = what, stage = stage, gone = gone, all = all)
    }
}
