//! Who made it, what it is called, and which Android it runs.
//!
//! Invariant: where the system calls itself something else than what made its image (a ROM of another maker), the maker is
//! an estimate.

use super::properties::Properties;
use crate::device::{Certainty, Facts, Value, Why, key};
use crate::reading::{is_junk, maker_of, tidy};

const SOURCE: &str = "getprop";
/// Names that people know it by; makers keep them in different places.
const NAMES: [&str; 8] = [
    "ro.product.marketname",
    "ro.product.vendor.marketname",
    "ro.config.marketing_name",
    "ro.product.odm.marketname",
    "ro.vendor.oplus.market.name",
    "ro.oppo.market.name",
    "ro.vivo.market.name",
    "ro.product.nickname",
];
/// First level of each release's interface (AOSP, "Codenames, tags, and build numbers").
const RELEASES: [(u64, u64); 17] = [
    (36, 16),
    (35, 15),
    (34, 14),
    (33, 13),
    (31, 12),
    (30, 11),
    (29, 10),
    (28, 9),
    (26, 8),
    (24, 7),
    (23, 6),
    (21, 5),
    (14, 4),
    (11, 3),
    (5, 2),
    (1, 1),
    (0, 0),
];

pub(super) fn identity_facts(properties: &Properties, facts: &mut Facts) {
    let why = || if properties.is_empty() { Why::NotThere } else { Why::NotTold };
    let of = |name: &str| format!("{SOURCE}#{name}");
    let usable = |names: &[&'static str]| properties.first(names).filter(|(_, value)| !is_junk(value));
    maker(properties, facts);
    let model = usable(&["ro.product.model", "ro.product.vendor.model", "ro.product.odm.model"]);
    match (model, properties.first(&NAMES)) {
        (Some((_, model)), Some((name, known))) if !is_junk(known) && known != model => {
            let text = format!("{} ({})", tidy(known), tidy(model));
            facts.push(key::MODEL, Value::Text(text), of(name), Certainty::Certain);
        }
        (Some((name, model)), _) => {
            facts.push(key::MODEL, Value::Text(tidy(model)), of(name), Certainty::Certain);
        }
        (None, _) => facts.unknown(key::MODEL, SOURCE, why()),
    }
    match usable(&["ro.serialno", "ro.boot.serialno"]) {
        // What every board of a kind has tells none apart.
        Some((name, serial)) if is_serial(serial) => {
            facts.push(key::SERIAL, Value::Text(serial.to_owned()), of(name), Certainty::Certain);
        }
        Some((name, serial)) => facts.unknown(key::SERIAL, of(name), Why::Junk(tidy(serial))),
        None => facts.unknown(key::SERIAL, SOURCE, why()),
    }
    release(properties, facts);
    let text = |key: &str, names: &[&'static str], facts: &mut Facts| match usable(names) {
        Some((name, value)) => facts.push(key, Value::Text(tidy(value)), of(name), Certainty::Certain),
        None => facts.unknown(key, SOURCE, why()),
    };
    text(key::ANDROID_PATCH, &["ro.build.version.security_patch"], facts);
    text(key::CPU_MODEL, &["ro.soc.model", "ro.hardware.chipname", "ro.board.platform", "ro.hardware"], facts);
    match properties.first(&["ro.product.cpu.abilist64", "ro.product.cpu.abilist", "ro.product.cpu.abi"]) {
        Some((name, list)) => {
            let is_64 = list.contains("64");
            facts.push(key::CPU_64BIT, Value::Flag(is_64), of(name), Certainty::Certain);
        }
        None => facts.unknown(key::CPU_64BIT, SOURCE, why()),
    }
}

/// Letters and digits, and not one symbol again and again, nor counted up.
fn is_serial(serial: &str) -> bool {
    let plain = serial.len() >= 6 && serial.bytes().all(|byte| byte.is_ascii_alphanumeric());
    let first = serial.bytes().next();
    plain && serial.bytes().any(|byte| Some(byte) != first) && !"0123456789ABCDEF".starts_with(&serial.to_uppercase())
}

fn maker(properties: &Properties, facts: &mut Facts) {
    let names = ["ro.product.manufacturer", "ro.product.vendor.manufacturer", "ro.product.brand"];
    let Some((name, given)) = properties.first(&names).filter(|(_, given)| !is_junk(given)) else {
        let why = if properties.is_empty() { Why::NotThere } else { Why::NotTold };
        facts.unknown(key::MAKER, SOURCE, why);
        return;
    };
    let maker = maker_of(given).map_or_else(|| tidy(given), str::to_owned);
    // "brand/product/device:release/id/…": what made the image calls itself that.
    let printed = properties.get("ro.build.fingerprint").and_then(|text| text.split('/').next());
    let brand = properties.get("ro.product.brand");
    let same = |other: Option<&str>| other.is_none_or(|other| is_of(&maker, other));
    let certainty = if same(printed) && same(brand) { Certainty::Certain } else { Certainty::Estimated };
    facts.push(key::MAKER, Value::Text(maker), format!("{SOURCE}#{name}"), certainty);
}

/// Whether that brand is the maker's.
fn is_of(maker: &str, brand: &str) -> bool {
    let sub: &[(&str, &[&str])] = &[
        ("xiaomi", &["redmi", "poco", "blackshark"]),
        ("huawei", &["honor"]),
        ("oppo", &["realme", "oneplus"]),
        ("hmd global", &["nokia"]),
        ("tcl", &["alcatel"]),
    ];
    let (maker, brand) = (maker.to_lowercase(), brand.to_lowercase());
    brand == maker || sub.iter().any(|(owner, brands)| *owner == maker && brands.contains(&brand.as_str()))
}

/// The release; where it and the level of the interface disagree, the level counts: programs go by it.
fn release(properties: &Properties, facts: &mut Facts) {
    let said = properties.get("ro.build.version.release");
    let named = said.and_then(|text| text.split('.').next()?.parse::<u64>().ok()).filter(|major| *major < 100);
    let level = properties.get("ro.build.version.sdk").and_then(|text| text.parse::<u64>().ok());
    let by_level = level.filter(|level| *level < 1000).and_then(|level| {
        RELEASES.iter().find(|(first, _)| level >= *first).map(|(_, major)| *major).filter(|major| *major > 0)
    });
    let newest = level.is_some_and(|level| level > RELEASES[0].0);
    let (value, name, certainty) = match (named, by_level) {
        (Some(named), Some(by_level)) if named == by_level || newest => {
            (named, "ro.build.version.release", Certainty::Certain)
        }
        (_, Some(by_level)) => (by_level, "ro.build.version.sdk", Certainty::Estimated),
        (Some(named), None) => (named, "ro.build.version.release", Certainty::Estimated),
        (None, None) => {
            let why = if properties.is_empty() { Why::NotThere } else { Why::NotTold };
            facts.unknown(key::ANDROID, SOURCE, why);
            return;
        }
    };
    facts.push(key::ANDROID, Value::Count(value), format!("{SOURCE}#{name}"), certainty);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts(text: &str) -> Facts {
        let mut facts = Facts::new();
        identity_facts(&Properties::read(text), &mut facts);
        facts
    }

    fn of(facts: &Facts, key: &str) -> (Value, Certainty) {
        facts.get(key).map(|fact| (fact.value.clone(), fact.certainty)).expect("always told")
    }

    #[test]
    fn a_release_that_its_interface_contradicts_is_not_believed() {
        let box_ = facts("[ro.build.version.release]: [9.1]\n[ro.build.version.sdk]: [25]\n");
        assert_eq!(of(&box_, key::ANDROID), (Value::Count(7), Certainty::Estimated));
        let honest = facts("[ro.build.version.release]: [8.1.0]\n[ro.build.version.sdk]: [27]\n");
        assert_eq!(of(&honest, key::ANDROID), (Value::Count(8), Certainty::Certain));
        let newer = facts("[ro.build.version.release]: [17]\n[ro.build.version.sdk]: [37]\n");
        assert_eq!(of(&newer, key::ANDROID), (Value::Count(17), Certainty::Certain));
        let named = facts("[ro.build.version.release]: [S]\n[ro.build.version.sdk]: [31]\n");
        assert_eq!(of(&named, key::ANDROID), (Value::Count(12), Certainty::Estimated));
    }

    #[test]
    fn a_serial_that_every_board_has_is_none() {
        for (serial, is_one) in [
            ("R9WN60ABCDE", true),
            ("0123456789ABCDEF", false),
            ("00000000", false),
            ("123", false),
            ("unknown", false),
        ] {
            let told = facts(&format!("[ro.serialno]: [{serial}]\n[x]: [y]\n"));
            assert_eq!(of(&told, key::SERIAL).0 == Value::Text(serial.to_owned()), is_one, "{serial}");
        }
    }

    #[test]
    fn a_maker_that_its_image_contradicts_is_an_estimate_and_its_other_brands_are_not() {
        let of = |brand: &str, print: &str| {
            let text = format!(
                "[ro.product.manufacturer]: [Xiaomi]\n[ro.product.brand]: [{brand}]\n[ro.build.fingerprint]: [{print}/x/y]\n"
            );
            of(&facts(&text), key::MAKER)
        };
        assert_eq!(of("Redmi", "Redmi"), (Value::Text("Xiaomi".to_owned()), Certainty::Certain));
        assert_eq!(of("Huawei", "Xiaomi").1, Certainty::Estimated);
    }
}
