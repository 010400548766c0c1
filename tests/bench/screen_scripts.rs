//! Key scripts, one a line: what was there before, what is pressed, typed and scanned, what can be read afterwards and what
//! not, and what was recorded. The signs are those of `screen_play`.
//!
//! Invariant: a script tells everything that it records, in order.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use super::screen_people::crew;
use super::screen_refusals_before::{lead, volunteer};
use super::screen_refusals_given::nine;
use super::screen_rig::Desk;
use super::screen_shift::as_person;
use super::screen_view::cut_short;
use aoxanh::event::intake::HoldReason;
use aoxanh::workbench::{hold, move_device, read_shelf};

/// Name, before, keys; then what is shown, what is not, and the kinds that were recorded.
type Script = (&'static str, fn() -> Desk, &'static str, After);
type After = (&'static [&'static str], &'static [&'static str], &'static [&'static str]);

static SCRIPTS: &[Script] = &[
    // F2: the bench.
    ("what was opened is left with Esc", volunteer, "w⎋l⎋y⎋f⎋u⎋e⎋k⎋x⎋t⎋", (&["Máy trên bàn"], &["! chờ"], &[])),
    ("a tag is typed, its device is meant", shelves, "❷⏎", (&["② · máy xách tay"], &["Tìm máy"], &[])),
    (
        "a scan and a hold, and what holds it goes on",
        shelves,
        "④w↓⏎r",
        (&["④ · máy xách tay", "! chờ"], &[], &["DeviceHeld"]),
    ),
    ("a hold is put on and released", volunteer, "w⏎w⏎", (&[], &["! chờ"], &["DeviceHeld", "HoldReleased"])),
    (
        "what an inspection says is read before it is closed",
        volunteer,
        "k⏎",
        (&["Kết luận"], &[], &["DeviceInspected"]),
    ),
    ("a grade, from A to D", volunteer, "u⏎⏎⏎⏎⏎⏎⏎⎋", (&["hạng A"], &[], &["DeviceGraded"])),
    (
        "a repair, taken back by whoever recorded it",
        volunteer,
        "u↓⏎⏎⏎⏎⏎⏎⏎⎋z⏎⏎",
        (&["▶ kiểm tra"], &["✓ sửa"], &["RepairRecorded", "Corrected"]),
    ),
    (
        "a donor's password is shown until the next key",
        volunteer,
        "u↓↓↓⏎⏎bi mat 1⏎⎋u↓↓↓⏎⎋",
        (&["bị khóa"], &["bi mat 1"], &["LockFound", "LockShown"]),
    ),
    ("a wipe is left before its serial is whole", volunteer, "x⏎wd-wx8⎋⎋", (&["Máy trên bàn"], &["Gõ"], &[])),
    (
        "a wipe with zeros, validated by the lead",
        volunteer,
        "⏎⏎⏎⏎⏎⇥wd-wx81a⏎a⏎♔",
        (
            &["1/1 ổ đĩa"],
            &["a: xác nhận"],
            &["DeviceInspected", "DiskBound", "WipeStarted", "WipeEnded", "WipeValidated"],
        ),
    ),
    (
        "a wipe that is not accepted is to be done again",
        volunteer,
        "⏎⏎⏎⏎⏎wd-wx81a⏎axđọc lại thấy lạ⏎♔",
        (&["▶ xóa"], &["✓ xóa"], &["DeviceInspected", "DiskBound", "WipeStarted", "WipeEnded", "WipeValidated"]),
    ),
    ("anything is found by its words and left again", volunteer, ":giao⎋", (&["Máy trên bàn"], &["giao ca"], &[])),
    (
        "what was not tested is named as people call it",
        nine,
        "⑥pđủ dùng⏎♔pđủ dùng⏎♔p",
        (&["màn hình, bàn phím"], &["keyboard"], &["RuleOverridden", "RuleOverridden"]),
    ),
    // F3: find.
    (
        "a donor's name, however it is typed, and its device's page",
        shelves,
        "ⅢNGUOI TANGⅣ",
        (&["─ ① ─", "[Tổng quan]"], &[], &[]),
    ),
    (
        "hits by tag, and the one below brought to the bench",
        shelves,
        "Ⅲ^s^s↓⏎",
        (&["Máy trên bàn"], &["theo tem"], &[]),
    ),
    ("nothing is called so, and one key less is", shelves, "Ⅲb2x⌫", (&["③", "1 máy"], &["①"], &[])),
    ("a stage forth and back", shelves, "Ⅲ⇥⇥⇥⇤⇤", (&["4 máy", "giai đoạn: đã nhận"], &[], &[])),
    // F4: all about a device.
    ("its pages forth and back", shelves, "②Ⅳ→→←", (&["─ ② ─", "[Thông số]"], &[], &[])),
    ("a scan on the page goes to another device", shelves, "②Ⅳ③", (&["③ · máy xách tay", "! chờ"], &[], &[])),
    ("a note is begun and left", volunteer, "Ⅳfxong⎋", (&["[Tổng quan]"], &["Ghi chú cho"], &[])),
    (
        "the lead strikes a shelf out with a reason",
        lead,
        "yA1⏎⎋Ⅳz⏎nhầm kệ⏎⏎",
        (&["[Tổng quan]"], &["A1"], &["DeviceMoved", "Corrected"]),
    ),
    ("a correction is looked at and left", shelves, "①Ⅳz⏎⎋⎋", (&["[Tổng quan]"], &["Hoàn tác"], &[])),
    // F5: the store room.
    (
        "what is scanned on a shelf's page is put there",
        shelves,
        "Ⅴm④③⎋",
        (&["④"], &[], &["DeviceMoved", "DeviceMoved"]),
    ),
    ("a shelf that is as the ledger has it", shelves, "Ⅴc①②⏎", (&["khớp sổ: 2 máy"], &[], &[])),
    ("a shelf that misses one, looked at and not recorded", shelves, "Ⅴc①④⏎⎋⎋⏎", (&["A1"], &["đúng chỗ"], &[])),
    ("the device below goes to the bench", shelves, "Ⅴ→↓⏎", (&["② · máy xách tay"], &[], &[])),
    // F6: today.
    ("two days back and one forth", shelves, "Ⅵ←←→", (&["20/09/2026"], &[], &[])),
    ("the week before, and its last day", shelves, "Ⅵw←w", (&["14/09/2026", "w 7 ngày"], &[], &[])),
    // F7: the ledger.
    ("the ledger is checked and says so", shelves, "Ⅶ⏎", (&["nhất quán"], &[], &[])),
    ("a check is not remembered where it was left", shelves, "Ⅶ⏎⎋Ⅶ", (&["Enter"], &["nhất quán"], &[])),
    ("a scan goes from the ledger to its device", shelves, "Ⅶ③", (&["③ · máy xách tay"], &[], &[])),
    // F8: the door.
    (
        "a fresh tag is a device, and does not switch on",
        volunteer,
        "Ⅷ◇↓3⎋⎋",
        (&["Máy trên bàn", "② · máy xách tay"], &[], &["DeviceReceived", "TagBound", "IntakeChecked"]),
    ),
    (
        "a desktop, and its battery swells",
        volunteer,
        "Ⅷ⇥◇^d⏎⎋",
        (&["cách ly"], &[], &["DeviceReceived", "TagBound", "DeviceQuarantined"]),
    ),
    ("a tag that is known receives nothing, and the line says why", volunteer, "Ⅷ①↓", (&["[tag-unique]"], &[], &[])),
    (
        "what was received by mistake was never here",
        lead,
        "Ⅷ◇⎋Ⅳz⇟⏎nhận nhầm⏎⏎",
        (&["①"], &["②"], &["DeviceReceived", "TagBound", "Corrected"]),
    ),
    // F9: jobs.
    (
        "what was cut short goes on where it was",
        cut_short,
        "Ⅸ⏎wd-wx81a⏎",
        (&["dở dang: 0", "mức Clear"], &[], &["WipeStarted", "WipeEnded"]),
    ),
    ("what was cut short is looked at and left", cut_short, "Ⅸ⏎wd⎋⎋⎋", (&["Máy trên bàn"], &["Gõ"], &[])),
    ("no job, and back", volunteer, "Ⅸr", (&["chưa có việc"], &[], &[])),
    // F10: the shift.
    ("a scan takes a device to a bench", shelves, "ⅩbBàn 3⏎④", (&["Bàn 3", "④"], &[], &["DeviceMoved", "DeviceTaken"])),
    ("a tag is begun and left, the page is not", shelves, "Ⅹt7⎋", (&["┌─ Giao ca"], &["Quét hoặc gõ"], &[])),
    (
        "a device goes over to whoever comes",
        shelves,
        "Ⅹt❹⏎gchờ sạc⏎♔",
        (&["Đã giao ca cho Lead: 1 máy"], &[], &["DeviceTaken", "ShiftHandedOver", "DeviceTaken"]),
    ),
    ("a guest takes nothing", || crew(Desk::with_device()), "Ⅹ①", (&["[role-may]"], &[], &[])),
    // F11: settings.
    ("sounds are turned off", volunteer, "Ⅺ⏎", (&["Chuông                  tắt"], &[], &[])),
    ("a place is typed and left", volunteer, "Ⅺ↓↓↓↓↓↓⏎Kho Thử⎋", (&[], &["Kho Thử"], &[])),
    ("a place is typed and kept", volunteer, "Ⅺ↓↓↓↓↓↓⏎Kho Thử⏎", (&["Kho Thử"], &[], &[])),
];

/// Four devices: two on A1, one on B2 and on hold, one on no shelf; the volunteer is at the bench.
fn shelves() -> Desk {
    let mut desk = volunteer();
    (0..3).for_each(|_| _ = desk.rig.device(true));
    as_person(&mut desk, "Lead", |desk| {
        let bench = desk.rig.bench();
        for (number, shelf) in [(0, "A1"), (1, "A1"), (2, "B2")] {
            move_device(&bench, &desk.nth(number), &read_shelf(shelf).expect("a name")).expect("moved");
        }
        hold(&bench, &desk.nth(2), Some(HoldReason::Part)).expect("held");
    });
    desk.keys("r");
    desk
}

/// The same words with the tags of the devices that are meant.
fn with_tags(desk: &Desk, words: &str) -> String {
    let mut words = words.to_owned();
    for (number, sign) in ('①'..='④').enumerate().filter(|(_, sign)| words.contains(*sign)).collect::<Vec<_>>() {
        words = words.replace(sign, &desk.nth(number).name());
    }
    words
}

#[test]
fn every_script_shows_and_records_what_it_says() {
    let mut wrongs = Vec::new();
    for (name, before, keys, (shows, hides, records)) in SCRIPTS {
        let mut desk = before();
        let from = desk.rig.events().len();
        desk.play(keys);
        let shown = desk.shown(80, 24);
        let stands = |words: &&&str| shown.contains(&with_tags(&desk, words));
        let missing: Vec<_> = shows.iter().filter(|words| !stands(words)).collect();
        let wrong: Vec<_> = hides.iter().filter(stands).collect();
        let recorded = desk.rig.kinds(from);
        if !missing.is_empty() || !wrong.is_empty() || recorded != *records {
            wrongs.push(format!("{name}: {keys}\nmissing {missing:?}, wrong {wrong:?}, {recorded:?}\n{shown}"));
        }
    }
    assert!(wrongs.is_empty(), "{}", wrongs.join("\n"));
}
