//! Amounts in a profile: text with its unit to a value, and a value to text.
//!
//! Invariant: memory is counted in binary units and storage in decimal ones, as both are sold; a wrong unit is no amount.

use super::catalogue::Measure;
use crate::device::Value;
use crate::unit::Bytes;
use crate::word::{Arg, say};

const THOUSAND: u64 = 1000;

/// The amount in the text (`4 GB`, `1.6 GHz`, `13.0 in`, `1366x768`, `80 %`); `None` where number or unit do not fit.
pub(super) fn read(text: &str, measure: Measure) -> Option<Value> {
    let text = text.trim();
    if measure == Measure::Pixels {
        let (width, height) = text.split_once(['x', '×'])?;
        let (width, height) = (width.trim().parse().ok()?, height.trim().parse().ok()?);
        return (width > 0 && height > 0).then_some(Value::Pixels(width, height));
    }
    let split = text.find(|c: char| !c.is_ascii_digit() && c != '.')?;
    let (number, unit) = text.split_at(split);
    let thousandths = thousandths(number).filter(|number| *number > 0)?;
    let of = |factor: u64| thousandths.checked_mul(factor).map(|product| product / THOUSAND);
    match (measure, unit.trim()) {
        (Measure::Memory, unit) => of(scale(unit, 1024)?).map(|bytes| Value::Bytes(Bytes(bytes))),
        (Measure::Storage, unit) => of(scale(unit, 1000)?).map(|bytes| Value::Bytes(Bytes(bytes))),
        (Measure::Megahertz, "MHz") => of(1).map(Value::Megahertz),
        (Measure::Megahertz, "GHz") => of(1000).map(Value::Megahertz),
        (Measure::TenthInches, "in") => of(10).map(Value::TenthInches),
        (Measure::Percent, "%") => of(1).filter(|percent| *percent <= 100).map(Value::Percent),
        (
            Measure::Megahertz
            | Measure::TenthInches
            | Measure::Percent
            | Measure::Pixels
            | Measure::Count
            | Measure::Flag
            | Measure::Text,
            _,
        ) => None,
    }
}

/// The value as people write it; a yes, a no and an unknown are sentences.
pub(super) fn shown(value: &Value, measure: Measure) -> Arg {
    match value {
        Value::Text(text) => Arg::from(text.as_str()),
        Value::Count(number) => Arg::from(*number),
        Value::Bytes(bytes) if measure == Measure::Memory => Arg::from(bytes.binary()),
        Value::Bytes(bytes) => Arg::from(bytes.decimal()),
        Value::Megahertz(mhz) => Arg::from(format!("{mhz} MHz")),
        Value::TenthInches(tenths) => Arg::from(format!("{}.{} in", tenths / 10, tenths % 10)),
        Value::Pixels(width, height) => Arg::from(format!("{width}×{height}")),
        Value::Percent(percent) => Arg::from(format!("{percent} %")),
        // As it is printed on the pack: 41.4 Wh.
        Value::MilliwattHours(mwh) => Arg::from(format!("{}.{} Wh", mwh / 1000, mwh % 1000 / 100)),
        Value::Flag(true) => Arg::from(say!("spec-yes")),
        Value::Flag(false) => Arg::from(say!("spec-no")),
        Value::Unknown(_) => Arg::from(say!("unknown")),
    }
}

fn scale(unit: &str, step: u64) -> Option<u64> {
    let power = ["MB", "GB", "TB"].iter().position(|name| *name == unit)?;
    step.checked_pow(u32::try_from(power).ok()? + 2)
}

/// A decimal number times 1000; `None` for more than three decimals.
fn thousandths(number: &str) -> Option<u64> {
    let (whole, fraction) = number.split_once('.').unwrap_or((number, "0"));
    if fraction.is_empty() || fraction.len() > 3 {
        return None;
    }
    let fraction: u64 = format!("{fraction:0<3}").parse().ok()?;
    whole.parse::<u64>().ok()?.checked_mul(THOUSAND)?.checked_add(fraction)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_is_binary_storage_decimal_and_units_must_fit() {
        assert_eq!(read("4 GB", Measure::Memory), Some(Value::Bytes(Bytes::gib(4))));
        assert_eq!(read("1.5GB", Measure::Memory), Some(Value::Bytes(Bytes::mib(1536))));
        assert_eq!(read("64 GB", Measure::Storage), Some(Value::Bytes(Bytes(64_000_000_000))));
        assert_eq!(read("1.6 GHz", Measure::Megahertz), Some(Value::Megahertz(1600)));
        assert_eq!(read("13.0 in", Measure::TenthInches), Some(Value::TenthInches(130)));
        assert_eq!(read("1366x768", Measure::Pixels), Some(Value::Pixels(1366, 768)));
        assert_eq!(read("80 %", Measure::Percent), Some(Value::Percent(80)));
        for (text, measure) in [
            ("4", Measure::Memory),
            ("4 GHz", Measure::Memory),
            ("4 gb", Measure::Memory),
            ("0 GB", Measure::Memory),
            ("1.2345 GB", Measure::Memory),
            ("1600", Measure::Megahertz),
            ("101 %", Measure::Percent),
            ("1366", Measure::Pixels),
            ("13 cm", Measure::TenthInches),
            ("99999999999 TB", Measure::Storage),
        ] {
            assert_eq!(read(text, measure), None, "{text}");
        }
    }
}
