//! What the words of a donor's list come to: kinds of device, conditions, accessories.
//!
//! Invariant: words that are not known come to nothing and are told; nothing of them is kept.

use crate::event::intake::DeviceKind;
use crate::event::outward::{Accessory, Condition};
use crate::reading::plain_words;

/// Words of a kind, the narrower before the wider: "máy tính bảng" is not "máy tính".
const KINDS: &[(DeviceKind, &[&str])] = &[
    (DeviceKind::AllInOne, &["all in one", "allinone", "aio", "lien man", "lien man hinh"]),
    (DeviceKind::Tablet, &["may tinh bang", "may bang", "bang", "tablet", "ipad"]),
    (DeviceKind::Phone, &["dien thoai", "dt", "phone", "smartphone", "iphone"]),
    (
        DeviceKind::Laptop,
        &["laptop", "may tinh xach tay", "xach tay", "notebook", "ultrabook", "macbook", "chromebook"],
    ),
    (
        DeviceKind::Desktop,
        &[
            "may ban",
            "may tinh ban",
            "de ban",
            "may cay",
            "may tinh cay",
            "cay",
            "case",
            "thung may",
            "may bo",
            "desktop",
            "pc",
            "may tinh de ban",
            "workstation",
            "mini pc",
        ],
    ),
];

/// Words of a condition; those that deny come before what they deny.
const CONDITIONS: &[(Condition, &[&str])] = &[
    (
        Condition::Untried,
        &[
            "chua thu",
            "chua kiem tra",
            "khong ro",
            "chua biet",
            "chua ro",
            "untried",
            "untested",
            "unknown",
            "not tried",
            "not tested",
        ],
    ),
    (
        Condition::Dead,
        &[
            "khong len",
            "khong len nguon",
            "khong bat duoc",
            "khong khoi dong",
            "khong hoat dong",
            "khong chay",
            "mat nguon",
            "chet",
            "dead",
            "no power",
            "does not start",
            "not working",
            "not starting",
            "won t start",
        ],
    ),
    (Condition::Broken, &["vo", "vo man", "vo hong", "be", "gay", "nut", "broken", "cracked", "damaged"]),
    (
        Condition::Faulty,
        &[
            "loi",
            "co loi",
            "chap chon",
            "len may nhung co loi",
            "hu",
            "hong",
            "hong pin",
            "chai pin",
            "faulty",
            "defective",
            "partly working",
        ],
    ),
    (
        Condition::Works,
        &[
            "tot",
            "con tot",
            "chay tot",
            "chay duoc",
            "hoat dong",
            "hoat dong tot",
            "hoat dong binh thuong",
            "binh thuong",
            "con chay",
            "con dung duoc",
            "dung duoc",
            "moi",
            "works",
            "working",
            "ok",
            "good",
            "new",
            "fine",
        ],
    ),
];

const ACCESSORIES: &[(Accessory, &[&str])] = &[
    (Accessory::Charger, &["sac", "cuc sac", "bo sac", "day sac", "adapter", "adaptor", "charger", "nguon"]),
    (Accessory::Battery, &["pin", "pin roi", "battery"]),
    (Accessory::Bag, &["tui", "tui dung", "cap dung", "balo", "ba lo", "bao da", "bag", "case"]),
    (Accessory::Mouse, &["chuot", "mouse"]),
    (Accessory::Keyboard, &["ban phim", "phim", "keyboard"]),
    (Accessory::Cable, &["day", "day nguon", "day cap", "cap nguon", "day noi", "cable", "power cable", "power cord"]),
    (Accessory::Monitor, &["man hinh", "man", "monitor", "screen", "display"]),
    (Accessory::Pen, &["but", "but cam ung", "pen", "stylus"]),
];

/// Words that say there is nothing.
const NOTHING: [&str; 9] = ["", "khong", "khong co", "ko", "k", "none", "no", "na", "n a"];

/// Whether it says that there is nothing.
pub(super) fn says_nothing(text: &str) -> bool {
    NOTHING.contains(&plain_words(text).as_str())
}

/// The kind that is named; none where no word of it is known.
pub(super) fn kind_named(text: &str) -> Option<DeviceKind> {
    within(KINDS, text)
}

/// The condition that is named; none where no word of it is known.
pub(super) fn condition_named(text: &str) -> Option<Condition> {
    within(CONDITIONS, text)
}

/// The accessories that are named, and whether there was more that is not known.
pub(super) fn accessories_named(text: &str) -> (Vec<Accessory>, bool) {
    let (mut named, mut more) = (Vec::new(), false);
    let text = plain_words(&text.replace([',', ';', '+', '/', '&', '|'], " , ").replace(',', " zqz "));
    let text = text.replace(" va ", " zqz ").replace(" and ", " zqz ");
    for part in text.split("zqz").map(str::trim).filter(|part| !NOTHING.contains(part)) {
        let whole = ACCESSORIES.iter().find(|(_, words)| words.contains(&part));
        match whole.map(|(accessory, _)| *accessory).or_else(|| within(ACCESSORIES, part)) {
            Some(accessory) => named.push(accessory),
            None => more = true,
        }
    }
    (named, more)
}

/// The first of the set of which some words stand in the text, as whole words.
fn within<T: Copy>(set: &[(T, &[&str])], text: &str) -> Option<T> {
    let text = format!(" {} ", plain_words(text));
    let stands = |words: &&str| text.contains(&format!(" {words} "));
    set.iter().find(|(_, known)| known.iter().any(stands)).map(|(named, _)| *named)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_donors_come_to_what_they_mean() {
        for (text, kind) in [
            ("Laptop", Some(DeviceKind::Laptop)),
            ("Máy tính xách tay Dell", Some(DeviceKind::Laptop)),
            ("MÁY TÍNH BẢNG", Some(DeviceKind::Tablet)),
            ("Máy tính bàn", Some(DeviceKind::Desktop)),
            ("PC/thùng máy", Some(DeviceKind::Desktop)),
            ("All-in-One", Some(DeviceKind::AllInOne)),
            ("điện thoại", Some(DeviceKind::Phone)),
            ("máy in", None),
            ("pcmcia", None),
        ] {
            assert_eq!(kind_named(text), kind, "{text}");
        }
        for (text, condition) in [
            ("Hoạt động tốt", Some(Condition::Works)),
            ("Không hoạt động", Some(Condition::Dead)),
            ("không lên nguồn", Some(Condition::Dead)),
            ("Chạy được, lỗi bàn phím", Some(Condition::Faulty)),
            ("vỡ màn", Some(Condition::Broken)),
            ("chưa thử", Some(Condition::Untried)),
            ("cũ", None),
        ] {
            assert_eq!(condition_named(text), condition, "{text}");
        }
    }

    #[test]
    fn accessories_are_told_apart_and_what_is_not_known_is_told() {
        use Accessory::{Bag, Cable, Charger, Mouse};
        assert_eq!(accessories_named("Sạc, chuột và túi"), (vec![Charger, Mouse, Bag], false));
        assert_eq!(accessories_named("dây nguồn + sạc zin"), (vec![Cable, Charger], false));
        assert_eq!(accessories_named("sạc; loa"), (vec![Charger], true));
        assert_eq!(accessories_named("không"), (Vec::new(), false));
        assert!(says_nothing("Không có") && says_nothing(" - ") && !says_nothing("sạc"));
    }
}
