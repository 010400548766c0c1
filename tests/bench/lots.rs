//! Lots that are expected, closed and opened again: what is folded, what is refused, and the verbs.

#![expect(clippy::disallowed_methods, reason = "a test writes a secret of its own station")]

use super::bench_rig::{self, Rig};
use super::custody::Step;
use super::golden;
use super::ledger_rig::*;
use aoxanh::custody::{LotFile, ReceiptFile};
use aoxanh::event::donation::{ConsentWithdrawn, LotClosed, LotExpected, LotReopened, OfKind, Purpose, ReceiptIssued};
use aoxanh::event::intake::DeviceKind;
use aoxanh::event::{Event, Fact, How};
use aoxanh::unit::Digest;
use aoxanh::workbench::PRACTICE_PIN;
use serde_json::json;

const ALL: [DeviceKind; 5] =
    [DeviceKind::Laptop, DeviceKind::Desktop, DeviceKind::AllInOne, DeviceKind::Tablet, DeviceKind::Phone];

fn of(kind: DeviceKind, count: u32) -> OfKind {
    OfKind { kind, count }
}

fn expected(number: u8, devices: &[OfKind], campaign: Option<&str>) -> LotExpected {
    LotExpected { lot: lot(number), devices: devices.to_vec(), campaign: campaign.map(str::to_owned) }
}

fn closed(number: u8) -> LotClosed {
    LotClosed { lot: lot(number), received: vec![of(DeviceKind::Laptop, 1)] }
}

fn reopened(number: u8) -> LotReopened {
    LotReopened { lot: lot(number), reason: Digest([3; 32]) }
}

fn issued(code: u8, devices: u32) -> ReceiptIssued {
    ReceiptIssued { lot: lot(1), code: Digest([code; 32]), devices, list: Digest([4; 32]) }
}

/// An event of every shape of their fields.
pub(crate) fn golden() -> Vec<Event> {
    let general = |fact: Fact| golden::event(How::Pin, None, fact);
    let each: Vec<_> = ALL.into_iter().map(|kind| of(kind, 12)).collect();
    vec![
        general(expected(1, &each, Some("Máy tính cho em 2026")).into()),
        general(expected(1, &[], None).into()),
        general(closed(1).into()),
        general(reopened(1).into()),
        general(issued(5, 40).into()),
    ]
}

/// For each rule about them the events that it refuses.
pub(crate) fn refusals() -> Vec<(&'static str, Walk, Step)> {
    let mut shut = Walk::ready();
    shut.goes(None, closed(1));
    let mut receipted = Walk::ready();
    receipted.goes(None, issued(5, 1));
    let one = of(DeviceKind::Laptop, 1);
    let counts =
        |devices: &[OfKind], campaign| ("lot-counts", Walk::ready(), (None, expected(1, devices, campaign).into()));
    let twice = LotClosed { received: vec![one, one], ..closed(1) };
    vec![
        ("lot-closed", shut.clone(), (Some(2), received(1).into())),
        ("lot-closed", shut.clone(), (None, expected(1, &[one], None).into())),
        ("lot-closed", shut, (None, closed(1).into())),
        counts(&[one, one], None),
        counts(&[of(DeviceKind::Tablet, 0)], None),
        counts(&[of(DeviceKind::Tablet, 100_000)], None),
        counts(&[one], Some("")),
        counts(&[one], Some(" hai  dấu cách ")),
        counts(&[one], Some(&"a".repeat(41))),
        ("lot-counts", Walk::ready(), (None, twice.into())),
        ("receipt-code", Walk::ready(), (None, issued(5, 0).into())),
        ("receipt-code", receipted, (None, issued(5, 2).into())),
        ("nothing-to-undo", Walk::ready(), (None, reopened(1).into())),
        ("lot-known", Walk::ready(), (None, expected(7, &[one], None).into())),
        ("lot-known", Walk::ready(), (None, closed(7).into())),
        ("lot-known", Walk::ready(), (None, reopened(7).into())),
        ("lot-known", Walk::ready(), (None, ReceiptIssued { lot: lot(7), ..issued(5, 1) }.into())),
    ]
}

#[test]
fn what_was_announced_last_stands_and_a_lot_is_closed_until_it_is_opened_again() {
    let mut walk = Walk::new(false);
    let file = |walk: &mut Walk| walk.file::<LotFile>(&lot(1)).expect("opened");
    let before = file(&mut walk);
    walk.goes(None, expected(1, &[of(DeviceKind::Laptop, 12), of(DeviceKind::Tablet, 5)], Some("Đợt 1")));
    walk.goes(None, expected(1, &[of(DeviceKind::Laptop, 9)], None));
    let seen = file(&mut walk);
    assert_eq!((seen.expected.clone(), seen.campaign.clone()), ([(DeviceKind::Laptop, 9)].into(), None));
    assert!(seen.closed.is_none() && seen.erase == before.erase && seen.donor == before.donor);
    walk.goes(None, closed(1));
    assert!(file(&mut walk).closed.is_some());
    // Consents are the donor's to give and take whatever becomes of the lot, and a receipt may be asked for later.
    walk.goes(None, ConsentWithdrawn { lot: lot(1), purpose: Purpose::Erase });
    walk.goes(None, issued(5, 1));
    walk.goes(None, issued(6, 1));
    assert_eq!((file(&mut walk).receipts, file(&mut walk).erase), (2, false));
    let receipt = walk.file::<ReceiptFile>(&Digest([6; 32])).expect("found by its code");
    assert_eq!((receipt.lot, receipt.devices, receipt.list), (lot(1), 1, Digest([4; 32])));
    walk.goes(None, reopened(1));
    assert!(file(&mut walk).closed.is_none());
    walk.goes(Some(2), received(1));
    walk.goes(None, expected(1, &[], None));
    assert!(file(&mut walk).expected.is_empty(), "it can be taken back");
    // Of a lot that was never opened here, as another station may say, nothing is kept.
    walk.folds(None, expected(8, &[of(DeviceKind::Laptop, 1)], None));
    assert!(walk.file::<LotFile>(&lot(8)).is_none());
}

#[test]
fn a_lot_tells_what_is_missing_closes_over_it_by_a_word_and_takes_nothing_until_a_lead_opens_it_again() {
    let rig = Rig::practice();
    let pin = rig.memory().join("practice-pin");
    std::fs::write(&pin, PRACTICE_PIN).expect("written");
    let pin = pin.display().to_string();
    let signed = ["--by", bench_rig::LEAD, "--pin-file", &pin];
    let lot = rig.json(&["lot", "open", "--donor", "Công ty Giả Định", "--consent-erase"]).good().one("lot");
    let lot = lot["lot"].as_str().expect("an id").to_owned();
    let said = rig.run(&["lot", "expect", &lot, "--kind", "laptop=2,tablet=1", "--campaign", "Máy tính cho em"]).good();
    assert!(said.out.contains("thiếu 2 máy xách tay, thiếu 1 máy tính bảng"), "{said:#?}");
    for kind in ["laptop", "phone"] {
        rig.run(&["intake", "--lot", &lot, "--kind", kind]).good();
    }
    let seen = || rig.json(&["lot", "show", &lot]).good().one("lot");
    let one = seen();
    assert_eq!(
        (&one["received"], &one["expected"]),
        (&json!({ "laptop": 1, "phone": 1 }), &json!({ "laptop": 2, "tablet": 1 }))
    );
    assert_eq!(
        (&one["campaign"], &one["differs"], &one["announced"]),
        (&json!("Máy tính cho em"), &json!(true), &json!(3))
    );
    let difference = "thiếu 1 máy xách tay, thiếu 1 máy tính bảng, thừa 1 điện thoại";
    assert_eq!(one["difference"], difference);
    let list = rig.run(&["lot", "list"]).good().out;
    assert!(list.contains("2 / 3 máy") && list.contains(difference) && list.contains("Công ty Giả Định"), "{list}");
    // Said anew without a campaign, the campaign stays; named empty, it goes.
    rig.run(&["lot", "expect", &lot, "--kind", "laptop=3"]).good();
    assert_eq!((&seen()["campaign"], &seen()["expected"]), (&json!("Máy tính cho em"), &json!({ "laptop": 3 })));
    rig.run(&["lot", "expect", &lot, "--kind", "laptop=3", "--campaign", ""]).good();
    assert_eq!(seen()["campaign"], json!(null));
    let awaited = rig.json(&["today"]).good().one("awaited");
    assert_eq!(
        (&awaited["devices"], &awaited["lots"]),
        (&json!(2), &json!(1)),
        "what is too many makes up for nothing"
    );
    rig.run(&["lot", "close", &lot]).refused(1, &["thiếu 2 máy xách tay, thừa 1 điện thoại"]);
    assert_eq!(seen()["closed"], json!(null), "looking closes nothing");
    rig.run(&["lot", "close", &lot, "--yes"]).good();
    assert!(seen()["closed"].is_string());
    assert!(rig.json(&["today"]).good().all("awaited").is_empty(), "nothing is waited for any more");
    rig.run(&["intake", "--lot", &lot, "--kind", "laptop"]).refused(1, &["đã đóng", "lot-closed"]);
    rig.run(&["lot", "reopen", &lot, "--reason", "gửi thêm"]).refused(1, &["signed-in"]);
    rig.run(&[&signed[..], &["lot", "reopen", &lot, "--reason", "gửi thêm"]].concat()).good();
    rig.run(&["intake", "--lot", &lot, "--kind", "laptop"]).good();
    assert_eq!(seen()["received"], json!({ "laptop": 2, "phone": 1 }));
    rig.verified();
}

#[test]
fn a_lot_that_is_as_announced_closes_at_once_and_what_is_mistyped_is_said() {
    let rig = Rig::practice();
    let device = rig.device();
    rig.run(&["lot", "expect", &device.lot, "--kind", "laptop=1"]).good();
    for (wrong, words) in
        [("fridge=1", "fridge=1"), ("laptop", "laptop"), ("laptop=x", "laptop=x"), ("laptop=1,laptop=2", "laptop=2")]
    {
        rig.run(&["lot", "expect", &device.lot, "--kind", wrong]).refused(2, &[words]);
    }
    rig.run(&["lot", "expect", &device.lot, "--kind", "laptop=100000"]).refused(1, &["99"]);
    let nowhere = "l-0000000000000000";
    rig.run(&["lot", "show", nowhere]).refused(1, &[nowhere]);
    rig.run(&["lot", "close", nowhere]).refused(1, &[nowhere]);
    let closed = rig.run(&["lot", "close", &device.lot]).good().out;
    assert!(closed.contains("đủ như đã hẹn"), "{closed}");
    rig.run(&["lot", "close", &device.lot]).refused(1, &["lot-closed"]);
}
