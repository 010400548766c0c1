//! Verbs about lots: what was announced, what came, and closing them; `aoxanh receipt`.

use super::args::KindArg;
use super::args_lot::{LotCloseArgs, LotExpectArgs, LotVerb, ReceiptArgs};
use super::out::Out;
use super::run;
use crate::event::intake::DeviceKind;
use crate::port::{Failure, Trouble};
use crate::tag::{Domain, Drawing, Ground, Qr};
use crate::word::say;
use crate::workbench::{
    self, Bench, LotView, ReceiptTo, close_lot, expect_lot, fate_sentence, find_receipt, issue_receipt, kind_sentence,
    lot_view, lots, name_sentence, reopen_lot,
};
use clap::ValueEnum as _;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Runs a verb about lots. Errors: as of the workbench's functions.
pub(super) fn run_lot(verb: &LotVerb, bench: &Bench<'_>, out: &mut Out<'_>) -> Result<(), Failure> {
    match verb {
        LotVerb::Open(args) => {
            let lot = workbench::open_lot(bench, &run::donation(args))?;
            out.object("lot", json!({ "lot": lot }))?;
            out.say(&say!("lot-opened", lot = lot.as_str()))
        }
        LotVerb::Consent(args) => run::consent(args, bench, out),
        LotVerb::List => {
            let all = lots(bench)?;
            if all.is_empty() {
                out.say(&say!("lot-none"))?;
            }
            for view in &all {
                out.object("lot", object(view, out))?;
                out.say(&say!("lot-line", lot = view.sentence(), state = view.state_sentence()))?;
            }
            Ok(())
        }
        LotVerb::Show(args) => show(&lot_view(bench, &args.lot)?, out),
        LotVerb::Expect(args) => expect(args, bench, out),
        LotVerb::Close(args) => close(args, bench, out),
        LotVerb::Reopen(args) => {
            reopen_lot(bench, &args.lot, &args.reason)?;
            out.object("lot_reopened", json!({ "lot": args.lot }))?;
            out.say(&say!("lot-reopened", lot = args.lot.as_str()))
        }
    }
}

fn object(view: &LotView, out: &Out<'_>) -> Value {
    let difference = view.tally.difference_sentence().map(|sentence| out.words().say(&sentence));
    json!({
        "lot": view.lot, "donor": view.donor, "name": view.name, "devices": view.devices,
        "received": view.tally.received, "expected": view.tally.expected, "announced": view.tally.announced(),
        "differs": view.tally.differs(), "difference": difference, "campaign": view.campaign, "since": view.since,
        "closed": view.closed, "receipts": view.receipts, "erase": view.erase,
    })
}

fn show(view: &LotView, out: &mut Out<'_>) -> Result<(), Failure> {
    out.object("lot", object(view, out))?;
    out.say(&view.sentence())?;
    let name = name_sentence(view.name.as_deref());
    out.say(&say!("lot-donor", donor = view.donor.as_str(), name = name))?;
    if let Some(campaign) = &view.campaign {
        out.say(&say!("lot-campaign", campaign = campaign.as_str()))?;
    }
    for (kind, received, expected) in view.tally.kinds() {
        let kind = kind_sentence(kind);
        out.say(&match view.tally.announced() {
            Some(_) => say!("lot-kind-of", kind = kind, received = received, expected = expected),
            None => say!("lot-kind", kind = kind, received = received),
        })?;
    }
    out.say(&view.state_sentence())?;
    out.say(&say!("lot-receipts", count = u64::from(view.receipts)))
}

/// What was announced and has not come, where anything is.
pub(super) fn say_awaited(bench: &Bench<'_>, out: &mut Out<'_>) -> Result<(), Failure> {
    let awaited = workbench::awaited(bench)?;
    if awaited.devices == 0 {
        return Ok(());
    }
    out.object("awaited", json!({ "devices": awaited.devices, "lots": awaited.lots }))?;
    out.say(&say!("today-awaited", devices = awaited.devices, lots = awaited.lots))
}

/// `laptop=12`. Errors: no such kind; no number behind it; a kind named twice.
fn counts(typed: &[String]) -> Result<BTreeMap<DeviceKind, u32>, Failure> {
    let mut counts = BTreeMap::new();
    for text in typed {
        let known: Vec<String> = KindArg::value_variants()
            .iter()
            .filter_map(clap::ValueEnum::to_possible_value)
            .map(|value| value.get_name().to_owned())
            .collect();
        let wrong = || {
            let hint = say!("lot-kind-wrong-hint", known = known.join(", "));
            Failure::new(Trouble::Usage, say!("lot-kind-wrong", text = text.as_str())).hint(hint)
        };
        let (kind, count) = text.split_once('=').ok_or_else(wrong)?;
        let kind = KindArg::from_str(kind.trim(), true).ok().ok_or_else(wrong)?;
        let count = count.trim().parse().ok().ok_or_else(wrong)?;
        if counts.insert(DeviceKind::from(kind), count).is_some() {
            return Err(wrong());
        }
    }
    Ok(counts)
}

fn expect(args: &LotExpectArgs, bench: &Bench<'_>, out: &mut Out<'_>) -> Result<(), Failure> {
    // Who says the counts anew has not taken the campaign back.
    let known = lot_view(bench, &args.lot)?.campaign;
    let campaign = args.campaign.clone().or(known);
    show(&expect_lot(bench, &args.lot, &counts(&args.kind)?, campaign.as_deref())?, out)
}

/// Closes it; where something is missing or too many, only once it is said that this is known.
fn close(args: &LotCloseArgs, bench: &Bench<'_>, out: &mut Out<'_>) -> Result<(), Failure> {
    let view = lot_view(bench, &args.lot)?;
    if view.closed.is_none() && view.tally.differs() && !args.yes {
        show(&view, out)?;
        let difference = view.tally.difference_sentence().unwrap_or_else(|| say!("lot-right"));
        let what = say!("lot-close-differs", lot = view.lot.as_str(), difference = difference);
        return Err(Failure::new(Trouble::No, what).hint(say!("lot-close-differs-hint", lot = view.lot.as_str())));
    }
    close_lot(bench, &args.lot, &view.tally)?;
    show(&lot_view(bench, &args.lot)?, out)
}

/// `aoxanh receipt`.
pub(super) fn run_receipt(
    args: &ReceiptArgs,
    bench: &Bench<'_>,
    domain: &Domain,
    out: &mut Out<'_>,
    cancel: &dyn Fn() -> bool,
) -> Result<(), Failure> {
    if let Some(code) = &args.find {
        return find(code, bench, out);
    }
    let to = match (&args.to, &args.printer) {
        (Some(folder), _) => ReceiptTo::Folder(folder.clone()),
        (None, Some(name)) => ReceiptTo::Printer(Some(name.clone())),
        (None, None) if args.qr => ReceiptTo::Screen,
        (None, None) => {
            return Err(Failure::new(Trouble::Usage, say!("receipt-where")).hint(say!("receipt-where-hint")));
        }
    };
    let Some(lot) = &args.lot else { return Err(Failure::new(Trouble::Usage, say!("receipt-where"))) };
    let issued = issue_receipt(bench, domain, lot, &to)?;
    let file = issued.file.as_ref().map(|file| file.display().to_string());
    // The code is said only where it is asked for: what is printed has it.
    let code = args.qr.then(|| issued.code.as_str());
    let payload = args.qr.then(|| issued.payload.expose());
    out.object(
        "receipt",
        json!({
            "lot": issued.lot, "number": issued.number, "devices": issued.devices, "file": file, "code": code,
            "payload": payload,
        }),
    )?;
    if args.qr {
        let odd = |error: crate::tag::TagError| Failure::new(Trouble::BadData, error.sentence()).detail(error);
        let qr = Qr::of_text(issued.payload.expose()).map_err(odd)?;
        out.text(&qr.terminal(Drawing::HalfBlocks, Ground::Dark))?;
        out.say(&say!("receipt-shown", code = issued.code.to_string()))?;
    }
    let (lot, number, devices) = (issued.lot.as_str(), u64::from(issued.number), issued.devices);
    out.say(&say!("receipt-issued", lot = lot, number = number, count = devices))?;
    if let Some(file) = file {
        out.say(&say!("receipt-written", file = file))?;
    }
    match &issued.job {
        Some(job) => super::printer::print_now(bench, std::slice::from_ref(job), out, cancel),
        None => Ok(()),
    }
}

fn find(code: &str, bench: &Bench<'_>, out: &mut Out<'_>) -> Result<(), Failure> {
    let found = find_receipt(bench, code)?;
    let file = &found.file;
    out.object(
        "receipt_found",
        json!({ "lot": file.lot, "at": file.at, "devices": file.devices, "same": found.is_same }),
    )?;
    let (lot, at) = (file.lot.as_str(), file.at.local());
    out.say(&say!("receipt-found", lot = lot, at = at, count = u64::from(file.devices)))?;
    for one in &found.devices {
        let states: Vec<_> = one.file.counted().map(|(_, disk)| json!(disk.state)).collect();
        out.object(
            "receipt_device",
            json!({ "device": one.id, "tag": one.file.tags.last(), "stage": one.file.stage().word(), "disks": states }),
        )?;
        out.say(&fate_sentence(one))?;
    }
    if found.is_same { Ok(()) } else { out.say(&say!("receipt-changed")) }
}
