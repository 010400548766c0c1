//! What the page of the door asks for, beside receiving a device.
//!
//! Invariant: what is refused is told with the device that stands in the way, where one does.

use super::bench::{Bench, Found};
use super::carry::{Tell, tell_anew};
use super::donor::{merge_donors, part_donor};
use super::effect::Answer;
use super::intake::{Donation, Incoming, kind_sentence};
use super::intake_list::{ListTaken, incoming_sentence, take_in_list};
use super::lot_change::{LotOrder, carry_lot};
use super::outward::{note_outward, note_serial, outward_sentence};
use super::receipt::{ReceiptTo, issue_receipt, prints_pages};
use super::report::{Report, Tone};
use super::scan::{Scan, read_scan};
use super::sight::Seen;
use crate::custody::machine_name;
use crate::event::outward::Outward;
use crate::port::{Failure, Trouble};
use crate::tag::TagId;
use crate::unit::{DonorId, LotId};
use crate::word::{Sentence, say};

/// Something at the door.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DoorOrder {
    /// That is what is seen of the device now.
    Note {
        /// The device: its tag, or its id.
        device: String,
        /// What is seen.
        outward: Outward,
    },
    /// Receive these rows of a donor's list.
    TakeIn {
        /// Into which lot.
        lot: LotId,
        /// What was good in the list, each with its row.
        rows: Vec<(u64, Incoming)>,
    },
    /// Make two donors one.
    Merge {
        /// Under whom both are found.
        kept: DonorId,
        /// Who was entered a second time.
        merged: DonorId,
    },
    /// Make a donor who was merged one of their own again.
    Part(DonorId),
    /// A bar code on the device that was received last: its serial.
    Serial {
        /// The device: its tag.
        device: String,
        /// What was scanned.
        serial: String,
    },
    /// Something about a lot.
    Lot(LotOrder),
    /// A receipt for the donor of that lot: on paper, or only its code to be shown.
    Receipt {
        /// Which.
        lot: LotId,
        /// Whether on paper: on the office printer, else as a file in the station's folder.
        paper: bool,
    },
    /// Something was scanned that is no tag: whether it is the serial of a machine that is known.
    Recognise(String),
}

/// Carries it out.
pub(super) fn carry_door(bench: &Bench<'_>, order: &DoorOrder, tell: Tell<'_>) -> Result<Answer, Failure> {
    match order {
        DoorOrder::Note { device, outward } => {
            let found = note_outward(bench, &bench.find(device)?, outward.clone())?;
            tell_anew(bench, &found.id, tell);
            let seen = outward_sentence(&found.file.outward).unwrap_or_else(|| say!("door-nothing-said"));
            let what = say!("door-noted", tag = found.name(), what = seen);
            Ok(Answer::Done(Report::new(Tone::Good, what)))
        }
        DoorOrder::Serial { device, serial } => {
            let found = note_serial(bench, &bench.find(device)?, serial)?;
            tell_anew(bench, &found.id, tell);
            let what = say!("door-serial-noted", tag = found.name(), serial = serial.as_str());
            Ok(Answer::Done(Report::new(Tone::Good, what)))
        }
        DoorOrder::TakeIn { lot, rows } => {
            let taken = take_in_list(bench, Some(lot), &Donation::default(), rows)?;
            if let Some((_, last)) = taken.received.last() {
                tell_anew(bench, &last.found.id, tell);
            }
            Ok(Answer::Done(taken_report(&taken, lot, rows)))
        }
        DoorOrder::Merge { kept, merged } => {
            merge_donors(bench, kept, merged)?;
            let (kept, merged) = (called(bench, kept)?, called(bench, merged)?);
            Ok(Answer::Done(Report::new(Tone::Good, say!("donors-are-one", kept = kept, merged = merged))))
        }
        DoorOrder::Part(merged) => {
            part_donor(bench, merged)?;
            Ok(Answer::Done(Report::new(Tone::Good, say!("donors-are-two", merged = called(bench, merged)?))))
        }
        DoorOrder::Lot(order) => carry_lot(bench, order),
        DoorOrder::Receipt { lot, paper } => receipt(bench, lot, *paper),
        DoorOrder::Recognise(text) => Err(recognised(bench, text)),
    }
}

/// Issues a receipt: to the office printer where there is one, else into the station's folder; or only its code.
fn receipt(bench: &Bench<'_>, lot: &LotId, paper: bool) -> Result<Answer, Failure> {
    let none = || Failure::new(Trouble::Usage, say!("receipt-no-domain"));
    let domain = bench.own.domain.clone().ok_or_else(none)?;
    let to = match paper {
        false => ReceiptTo::Screen,
        true if prints_pages(bench) => ReceiptTo::Printer(None),
        // Beside where notes and photos are kept.
        true => ReceiptTo::Folder(bench.own.blobs.with_file_name("receipts")),
    };
    let issued = issue_receipt(bench, &domain, lot, &to)?;
    let (name, number, count) = (lot.as_str(), u64::from(issued.number), issued.devices);
    let mut report = Report::new(Tone::Good, say!("receipt-issued", lot = name, number = number, count = count));
    if let Some(job) = &issued.job {
        report.lines.push(say!("receipt-queued", printer = job.printer.as_str()));
    } else if let Some(file) = &issued.file {
        report.lines.push(say!("receipt-written", file = file.display().to_string()));
    } else {
        return Ok(Answer::Seen(Box::new(Seen::Receipt(Box::new(issued)))));
    }
    Ok(Answer::Done(report))
}

fn called(bench: &Bench<'_>, donor: &DonorId) -> Result<String, Failure> {
    Ok(bench.name_of(donor.as_str())?.unwrap_or_else(|| donor.to_string()))
}

/// What came of a list, row by row: whoever puts the tags on must know which one belongs to which.
fn taken_report(taken: &ListTaken, lot: &LotId, rows: &[(u64, Incoming)]) -> Report {
    let what = say!("door-list-taken", count = taken.received.len() as u64, lot = lot.as_str());
    let mut report = Report::new(Tone::Good, what);
    report.lines.extend(taken.received.iter().map(|(row, received)| {
        let incoming = rows.iter().find(|(number, _)| number == row).map(|(_, incoming)| incoming_sentence(incoming));
        let tag = say!("plain", text = received.tag.to_string());
        let what = incoming.map_or(tag.clone(), |what| say!("door-and", first = tag, second = what));
        say!("door-list-row", row = *row, what = what)
    }));
    report.lines.extend(
        taken.skipped.iter().map(|(row, known)| {
            say!("door-list-row", row = *row, what = say!("door-list-known", what = known.clone()))
        }),
    );
    report.hint = Some(say!("door-list-tags-next"));
    report
}

/// Why nothing is received by a scan that is no tag: that machine is here already, or it is no tag.
fn recognised(bench: &Bench<'_>, text: &str) -> Failure {
    if let Err(known) = refuse_known_serial(bench, text) {
        return known;
    }
    let scan = read_scan(text, bench.own.domain.as_ref());
    if let Scan::Foreign(tag, _) = &scan {
        return with_bearer(bench, bench.no_tag(text), Some(tag));
    }
    match TagId::read(text) {
        _ if scan != Scan::Other => bench.no_tag(text),
        Ok(_tag) => bench.no_tag(text),
        Err(error) => Failure::new(Trouble::Usage, error.sentence()).detail(&error),
    }
}

/// Errors: a machine of that serial is in the ledger already, and which.
pub fn refuse_known_serial(bench: &Bench<'_>, serial: &str) -> Result<(), Failure> {
    let Some(known) = bench.of_any_serial(serial)? else { return Ok(()) };
    let what = known_sentence(&known);
    Err(Failure::new(Trouble::No, say!("door-serial-known", what = what)).hint(say!("door-known-hint")))
}

/// The same refusal, where the tag stands in the way with the device that has it.
pub(super) fn with_bearer(bench: &Bench<'_>, failure: Failure, tag: Option<&TagId>) -> Failure {
    let bearer = tag.and_then(|tag| bench.index.tagged(tag.as_str()).ok().flatten());
    let Some(Ok(found)) = bearer.map(|id| bench.device(&id)) else { return failure };
    Failure { what: say!("door-tag-known", what = known_sentence(&found)), ..failure }
}

/// A device that is in the ledger already: its tag, what it is and where it stands.
pub(super) fn known_sentence(found: &Found) -> Sentence {
    let file = &found.file;
    let maker = file.maker.as_deref().or(file.told.maker.as_deref());
    let name = machine_name(maker, file.model.as_deref().or(file.told.model.as_deref()));
    let what = name.map_or_else(|| kind_sentence(file.kind), |name| say!("plain", text = name));
    say!("door-known", tag = found.name(), what = what, stage = file.stage().sentence())
}
