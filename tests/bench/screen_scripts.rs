//! Key scripts, one a line: what was there before, what is pressed, typed and scanned, what can be read afterwards and what
//! not, and what was recorded. The signs are those of `screen_play`.
//!
//! Invariant: a script tells everything that it records, in order.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use super::screen_matrix::TROUBLES;
use super::screen_people::crew;
use super::screen_play::{Act, acts, is_readable, nothing, sentence};
use super::screen_refusals_before::{lead, volunteer};
use super::screen_refusals_disks::three;
use super::screen_refusals_given::{mended, nine};
use super::screen_rig::Desk;
use super::screen_shift::as_person;
use super::screen_view::cut_short;
use aoxanh::event::intake::HoldReason;
use aoxanh::workbench::{Key, hold, move_device, read_shelf};

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
    (
        "a device comes into the last lot",
        volunteer,
        "n↓↓↓⏎",
        (&["Máy trên bàn: 2"], &[], &["DeviceReceived", "TagBound"]),
    ),
    ("another tag", volunteer, "em⏎", (&["Máy trên bàn"], &[], &["TagBound"])),
    (
        "a function fails, in its own words",
        volunteer,
        "thc⏎Ⅳ→→→→→",
        (&["9 mục, hỏng: bàn phím"], &["keyboard"], &["FunctionTested"]),
    ),
    ("a danger, and what to do now", volunteer, "l⏎", (&["Không bấm nguồn"], &[], &["DeviceQuarantined"])),
    (
        "a lock is found and gone",
        volunteer,
        "u↓↓↓⏎⏎⏎⎋u↓↓↓⏎",
        (&["Đã gỡ khóa"], &["! bị khóa"], &["LockFound", "LockCleared"]),
    ),
    (
        "facts of a machine that shows nothing",
        volunteer,
        "u↓↓↓↓⏎⏎Giả 1⏎⏎⏎4⏎128⏎14⏎⏎⎋",
        (&["Giả 1"], &[], &["DeviceInspected"]),
    ),
    ("a part is taken out", mended, "③u↓↓⏎⏎⏎⏎", (&["đặt lên kệ"], &[], &["PartTaken"])),
    ("a part is put in", mended, "①u↓↓↓⏎⏎", (&["Kiểm tra lại máy (k)"], &[], &["PartFitted"])),
    ("a disk is drilled before a witness", three, "①h⏎⏎⏎♙", (&["1 đã hủy"], &[], &["DiskDestroyed"])),
    ("a device is set aside", nine, "①⏎⏎↓⏎⎋", (&["✓ đã phân"], &[], &["DeviceAllocated"])),
    ("somebody is added", lead, "mtPhạm Kho⏎⏎5544⏎5544⏎", (&["Phạm Kho"], &[], &["PersonAdded", "RoleGranted"])),
    ("a role is given", lead, "mv⏎", (&["thủ kho"], &[], &["RoleGranted"])),
    ("a PIN is set by the lead's own", lead, "mp918273⏎6677⏎6677⏎", (&["Người ở trạm này"], &["✗"], &["PinSet"])),
    ("the day is closed onto a stick", volunteer, "s⏎", (&["Chép dòng này"], &[], &["BackupMade", "DayClosed"])),
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
    ("a shelf that is as the ledger has it", shelves, "Ⅴc①②⏎⏎", (&["khớp sổ: 2 máy"], &[], &["StockTaken"])),
    ("a shelf that misses one, looked at and not recorded", shelves, "Ⅴc①④⏎⎋⎋⏎", (&["A1"], &["đúng chỗ"], &[])),
    ("a shelf is as it was found", shelves, "Ⅴc①④⏎⏎", (&["đúng chỗ 2"], &[], &["DeviceMoved", "StockTaken"])),
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
    (
        "a donor's list is read and its good rows are received",
        listed,
        "Ⅷ^o/media/usb/list.csv⏎⏎",
        (
            &["Đã nhận 3 máy"],
            &[],
            &["DeviceReceived", "TagBound", "DeviceReceived", "TagBound", "DeviceReceived", "TagBound"],
        ),
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
    ("a shift ends and nobody comes", volunteer, "Ⅹg⏎^n", (&["không có người nhận"], &[], &["ShiftHandedOver"])),
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

/// A donor's list on a stick.
fn listed() -> Desk {
    let desk = volunteer();
    desk.rig.give_file("/media/usb/list.csv", super::donor_list::LIST.into());
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

/// Plays the script where nothing can be recorded, once for each trouble; where it did not tell why on its way, what stands
/// at its end.
fn silent(script: &Script) -> Vec<String> {
    let (what, before, keys, _) = script;
    let mut desk = before();
    let mut wrongs = Vec::new();
    // A key that was revoked stays so.
    for (name, bring, says) in TROUBLES.into_iter().rev() {
        desk.come_back();
        bring(&mut desk);
        let from = desk.rig.events().len();
        let why = sentence(says);
        let is_told = acts(keys).into_iter().any(|act| {
            desk.act(act, nothing);
            !matches!(act, Act::Press(Key::Char(_))) && is_readable(&desk.shown(80, 24), &why)
        });
        let recorded = desk.rig.kinds(from);
        if !is_told || !recorded.is_empty() {
            wrongs.push(format!("{what}, {name}: {keys} {recorded:?}\n{}", desk.shown(80, 24)));
        }
        desk.rig.is_full.set(false);
    }
    wrongs
}

#[test]
fn whatever_records_tells_why_where_nothing_can_be_recorded() {
    let recording = || SCRIPTS.iter().filter(|(.., (_, _, records))| !records.is_empty());
    let wrongs: Vec<String> = recording().flat_map(silent).collect();
    assert!(recording().count() > 30 && wrongs.is_empty(), "{}", wrongs.join("\n"));
}
