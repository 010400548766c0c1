//! The kernel's list of input devices: touch screens and touchpads in it.
//!
//! Source: Linux, `Documentation/input/event-codes.rst` and `drivers/input/input.c` (`/proc/bus/input/devices`).
//! Invariant: a device is called a touchpad or a touch screen by what it can do, not by its name alone.

use super::smbios::Tables;

/// Touching: a finger on a pad or a screen.
const BTN_TOUCH: u32 = 0x14A;
/// A finger as a tool: touchpads tell it, screens do not.
const BTN_TOOL_FINGER: u32 = 0x145;
/// A pen as a tool: tablets for drawing.
const BTN_TOOL_PEN: u32 = 0x140;
const ABS_X: u32 = 0;
const ABS_MT_POSITION_X: u32 = 0x35;
/// Where touch falls is where it is seen.
const PROP_DIRECT: u32 = 1;
/// Bits of one word in the list, on the 64-bit machines this program is made for.
const WORD_BITS: u32 = 64;
/// The bus of keyboard and mouse that a laptop has inside. Source: Linux, `include/uapi/linux/input.h`, `BUS_I8042`.
const I8042: &str = "0011";

/// What an input device is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InputKind {
    /// A screen that takes fingers.
    TouchScreen,
    /// A touchpad.
    TouchPad,
    /// A mouse on the machine's own bus: a touchpad whose driver does not know it, or a mouse.
    OwnMouse,
    /// Anything else.
    Other,
}

/// One device.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InputDevice {
    /// Its name.
    pub name: String,
    /// What it is for.
    pub kind: InputKind,
}

/// The devices of the text of `/proc/bus/input/devices`.
#[must_use]
pub fn input_devices(list: &str) -> Vec<InputDevice> {
    let blocks = list.split("\n\n").filter(|block| block.lines().any(|line| line.starts_with("I:")));
    blocks.map(device).collect()
}

/// The keyboard that goes with the firmware's language (DSP0134 §7.14); `None` for English, which most firmwares speak
/// whatever the keyboard.
#[must_use]
pub fn keyboard_hint(tables: &Tables) -> Option<&'static str> {
    let language = tables.of(13).find_map(|structure| structure.text(0x15))?.to_lowercase();
    let layouts = [
        ("ja", "JIS (ja)"),
        ("ko", "QWERTY (ko)"),
        ("de", "QWERTZ (de)"),
        ("fr", "AZERTY (fr)"),
        ("es", "QWERTY (es)"),
        ("it", "QWERTY (it)"),
        ("pt", "QWERTY (pt)"),
        ("ru", "QWERTY (ru)"),
    ];
    // "ja|JP|unicode", "jaJP", "ja-JP".
    let rest = |start: &str| language.strip_prefix(start).map(|rest| rest.trim_start_matches(['|', '-']).len());
    layouts.into_iter().find(|(start, _)| rest(start).is_some_and(|len| len != 1)).map(|(_, layout)| layout)
}

fn device(block: &str) -> InputDevice {
    let field = |start: &str| block.lines().find_map(|line| line.strip_prefix(start)).map(str::trim);
    let bits = |start: &str, bit: u32| field(start).is_some_and(|words| has_bit(words, bit));
    let name = field("N: Name=").map(|name| name.trim_matches('"').to_owned()).unwrap_or_default();
    let places = bits("B: ABS=", ABS_X) || bits("B: ABS=", ABS_MT_POSITION_X);
    let touches = bits("B: KEY=", BTN_TOUCH) && places && !bits("B: KEY=", BTN_TOOL_PEN);
    let own = field("I:").is_some_and(|ids| ids.split(' ').any(|id| id.strip_prefix("Bus=") == Some(I8042)));
    let is_mouse =
        field("H: Handlers=").is_some_and(|handlers| handlers.split(' ').any(|one| one.starts_with("mouse")));
    let kind = if touches && bits("B: PROP=", PROP_DIRECT) {
        InputKind::TouchScreen
    } else if touches && bits("B: KEY=", BTN_TOOL_FINGER) {
        InputKind::TouchPad
    } else if own && is_mouse {
        InputKind::OwnMouse
    } else {
        InputKind::Other
    };
    InputDevice { name, kind }
}

/// Whether the bit is set in words of hexadecimal digits, the highest word first.
fn has_bit(words: &str, bit: u32) -> bool {
    let at = usize::try_from(bit / WORD_BITS).unwrap_or(usize::MAX);
    let word = words.split_whitespace().rev().nth(at).and_then(|word| u64::from_str_radix(word, 16).ok());
    word.is_some_and(|word| word >> (bit % WORD_BITS) & 1 == 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const LIST: &str = r#"I: Bus=0011 Vendor=0001 Product=0001 Version=ab41
N: Name="AT Translated Set 2 keyboard"
H: Handlers=sysrq kbd event0 leds
B: PROP=0
B: EV=120013
B: KEY=402000000 3803078f800d001 feffffdfffefffff fffffffffffffffe

I: Bus=0018 Vendor=04f3 Product=0001 Version=0100
N: Name="Made-up I2C Touchpad"
H: Handlers=mouse1 event5
B: PROP=5
B: EV=b
B: KEY=e520 10000 0 0 0 0
B: ABS=2e0800000000003

I: Bus=0018 Vendor=04f3 Product=0002 Version=0100
N: Name="Made-up Touchscreen"
H: Handlers=mouse2 event6
B: PROP=2
B: EV=b
B: KEY=400 0 0 0 0 0
B: ABS=260800000000003

I: Bus=0018 Vendor=04f3 Product=0003 Version=0100
N: Name="Made-up Stylus"
H: Handlers=mouse3 event7
B: PROP=2
B: KEY=c03 0 0 0 0 0
B: ABS=1000003

I: Bus=0011 Vendor=0002 Product=0001 Version=0000
N: Name="PS/2 Generic Mouse"
H: Handlers=mouse0 event2
B: PROP=1
B: KEY=70000 0 0 0 0
B: REL=3
"#;

    #[test]
    fn devices_are_told_apart_by_what_they_can_do() {
        let found: Vec<_> = input_devices(LIST).into_iter().map(|device| (device.name, device.kind)).collect();
        let expected = [
            ("AT Translated Set 2 keyboard", InputKind::Other),
            ("Made-up I2C Touchpad", InputKind::TouchPad),
            ("Made-up Touchscreen", InputKind::TouchScreen),
            ("Made-up Stylus", InputKind::Other),
            ("PS/2 Generic Mouse", InputKind::OwnMouse),
        ];
        assert_eq!(found, expected.map(|(name, kind)| (name.to_owned(), kind)));
    }

    #[test]
    fn a_firmware_that_speaks_japanese_hints_at_a_japanese_keyboard_and_english_at_none() {
        let hint = |language: &str| {
            let mut table = vec![13u8, 22, 1, 0];
            table.resize(22, 0);
            table[0x15] = 1;
            table.extend(language.as_bytes());
            table.extend([0, 0]);
            keyboard_hint(&Tables::read(&table))
        };
        assert_eq!((hint("jaJP"), hint("ja|JP|unicode")), (Some("JIS (ja)"), Some("JIS (ja)")));
        assert_eq!((hint("en|US|iso8859-1"), hint("eng"), hint("des")), (None, None, None));
    }

    proptest! {
        #[test]
        fn any_list_can_be_read(text in "(I: Bus=[0-9a-f]{0,4}|N: Name=\".{0,9}|B: (KEY|ABS|PROP)=[0-9a-g ]{0,90}|\n){0,12}") {
            let _read = input_devices(&text);
        }
    }
}
