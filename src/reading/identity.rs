//! Who the machine is: maker, model, serial, UUID, chassis and firmware, from the tables or from the kernel's copies.
//!
//! Invariant: a junk string is never taken for an identity; the board's name is a fact of its own and never stands in for
//! the machine's.

use super::Found;
use super::chassis::chassis_word;
use super::junk::{is_junk, tidy};
use super::maker::maker_of;
use super::smbios::{Structure, Tables};
use crate::device::{Certainty, Facts, Value, Why, key};

/// Makers who write a machine type code as the product and the name that people say as the version.
const NAME_IN_VERSION: [&str; 2] = ["lenovo", "ibm"];

/// The strings as given, junk included.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// Maker of the machine.
    pub maker: Found<String>,
    /// Product name.
    pub product: Found<String>,
    /// Version; at some makers the model.
    pub version: Found<String>,
    /// Serial number.
    pub serial: Found<String>,
    /// UUID in its text form.
    pub uuid: Found<String>,
    /// Chassis word, see [`chassis_word`].
    pub chassis: Found<String>,
    /// Version of the BIOS or UEFI.
    pub firmware_version: Found<String>,
    /// Its date.
    pub firmware_date: Found<String>,
    /// Maker of the board.
    pub board_maker: Found<String>,
    /// Name of the board.
    pub board_product: Found<String>,
    /// Serial number of the board, which goes with it into another case.
    pub board_serial: Found<String>,
}

impl Identity {
    /// What the tables say; `version` is that of the entry point, by which the byte order of the UUID is known.
    #[must_use]
    pub fn of_tables(tables: &Tables, version: Option<(u8, u8)>, source: &str) -> Self {
        let text = |kind: u8, at: usize, field: &str| given(tables.of(kind).next(), at, &format!("{source}#{field}"));
        // A notebook in its dock shows two chassis.
        let docking = |structure: &&Structure| structure.byte(5).and_then(chassis_word) == Some("docking station");
        let chassis = tables.of(3).find(|structure| !docking(structure)).or_else(|| tables.of(3).next());
        let word = chassis.and_then(|structure| structure.byte(5)).and_then(chassis_word);
        let uuid = tables.of(1).next().and_then(|structure| structure.bytes::<16>(8));
        let old = version.is_some_and(|version| version < (2, 6));
        Self {
            maker: text(1, 4, "1.manufacturer"),
            product: text(1, 5, "1.product"),
            version: text(1, 6, "1.version"),
            serial: text(1, 7, "1.serial"),
            uuid: found(uuid.map(|bytes| read_uuid(bytes, old)), &format!("{source}#1.uuid")),
            chassis: found(word.map(str::to_owned), &format!("{source}#3.type")),
            firmware_version: text(0, 5, "0.version"),
            firmware_date: text(0, 8, "0.date"),
            board_maker: text(2, 4, "2.manufacturer"),
            board_product: text(2, 5, "2.product"),
            board_serial: text(2, 7, "2.serial"),
        }
    }

    /// Adds the facts.
    pub fn facts(&self, facts: &mut Facts) {
        push_maker(facts, key::MAKER, &self.maker);
        push(facts, key::MODEL, self.model());
        push(facts, key::SERIAL, &self.serial);
        push(facts, key::UUID, &self.uuid);
        let silent = self.chassis.known().is_some_and(|word| matches!(word.as_str(), "other" | "unknown"));
        if silent {
            facts.unknown(key::CHASSIS, &self.chassis.source, Why::TablesUnsure);
        } else {
            push(facts, key::CHASSIS, &self.chassis);
        }
        push_maker(facts, "board.maker", &self.board_maker);
        push(facts, "board.model", &self.board_product);
        push(facts, "board.serial", &self.board_serial);
        push(facts, key::FIRMWARE_VERSION, &self.firmware_version);
        push(facts, key::FIRMWARE_DATE, &self.firmware_date);
    }

    fn model(&self) -> &Found<String> {
        let maker = self.maker.known().map(|maker| tidy(maker).to_lowercase());
        let swapped = maker.is_some_and(|maker| NAME_IN_VERSION.contains(&maker.as_str()));
        let named =
            self.version.known().is_some_and(|version| !is_junk(version) && version.contains(char::is_alphabetic));
        if swapped && named { &self.version } else { &self.product }
    }
}

/// The UUID's text form. Before SMBIOS 2.6 its first three fields were written big-endian (DSP0134 §7.2.1).
#[must_use]
pub fn read_uuid(bytes: [u8; 16], big_endian: bool) -> String {
    let little = [3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15];
    let digits = little.into_iter().enumerate().map(|(place, swapped)| {
        let dash = if matches!(place, 4 | 6 | 8 | 10) { "-" } else { "" };
        format!("{dash}{:02x}", bytes[if big_endian { place } else { swapped }])
    });
    digits.collect()
}

fn found(what: Option<String>, source: &str) -> Found<String> {
    Found { what: what.ok_or(Why::NotInTables), source: source.to_owned() }
}

fn given(structure: Option<&Structure>, at: usize, source: &str) -> Found<String> {
    found(structure.and_then(|structure| structure.text(at)).map(str::to_owned), source)
}

fn push(facts: &mut Facts, key: &str, found: &Found<String>) {
    match &found.what {
        Ok(text) if is_junk(text) => facts.unknown(key, &found.source, Why::Junk(tidy(text))),
        Ok(text) => facts.push(key, Value::Text(tidy(text)), &found.source, Certainty::Certain),
        Err(why) => facts.unknown(key, &found.source, why.clone()),
    }
}

/// The maker as people call it; the source tells how it is written there.
fn push_maker(facts: &mut Facts, key: &str, found: &Found<String>) {
    let given = found.known().map(|text| tidy(text)).filter(|text| !is_junk(text));
    match given.as_ref().and_then(|given| Some((given, maker_of(given).filter(|name| name != given)?))) {
        Some((given, name)) => {
            let source = format!("{} \"{given}\"", found.source);
            facts.push(key, Value::Text(name.to_owned()), source, Certainty::Certain);
        }
        None => push(facts, key, found),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn model(maker: &str, product: &str, version: &str) -> Value {
        let table = format!("\u{1}\u{8}\0\0\u{1}\u{2}\u{3}\0{maker}\0{product}\0{version}\0\0");
        let mut facts = Facts::new();
        Identity::of_tables(&Tables::read(table.as_bytes()), None, "DMI").facts(&mut facts);
        facts.get(key::MODEL).expect("always there").value.clone()
    }

    #[test]
    fn the_model_is_what_people_say() {
        assert_eq!(model("LENOVO", "20B7S0A200", "ThinkPad T440"), Value::Text("ThinkPad T440".to_owned()));
        assert_eq!(model("LENOVO", "81WA", "1.0"), Value::Text("81WA".to_owned()));
        assert_eq!(model("Dell Inc.", "Latitude E6410", "0001"), Value::Text("Latitude E6410".to_owned()));
        assert_eq!(model("Acer", "AO725", "V1.08"), Value::Text("AO725".to_owned()));
        assert!(model("LENOVO", "INVALID", "Lenovo Product").is_unknown());
    }

    #[test]
    fn the_maker_is_who_people_say_and_its_own_words_stand_in_the_source() {
        let maker = |given: &str| {
            let identity = Identity::of_tables(&Tables::read(b"\x7f\x04\0\0\0\0"), None, "DMI");
            let mut facts = Facts::new();
            Identity { maker: Found::new(given.to_owned(), "DMI#1"), ..identity }.facts(&mut facts);
            let fact = facts.get(key::MAKER).expect("always there").clone();
            (fact.value, fact.source)
        };
        let told = |name: &str, source: &str| (Value::Text(name.to_owned()), source.to_owned());
        assert_eq!(maker("ASUSTeK COMPUTER INC. "), told("ASUS", "DMI#1 \"ASUSTeK COMPUTER INC.\""));
        assert_eq!(maker("Acer"), told("Acer", "DMI#1"));
        assert_eq!(maker("AOXANH"), told("AOXANH", "DMI#1"));
        assert!(maker("System manufacturer").0.is_unknown());
    }

    #[test]
    fn a_uuid_is_written_in_the_byte_order_of_its_version() {
        let bytes = [0x33, 0x22, 0x11, 0x00, 0x55, 0x44, 0x77, 0x66, 0x88, 0x99, 0xAA, 0xBB, 0xCC, 0xDD, 0xEE, 0xFF];
        assert_eq!(read_uuid(bytes, false), "00112233-4455-6677-8899-aabbccddeeff");
        assert_eq!(read_uuid(bytes, true), "33221100-5544-7766-8899-aabbccddeeff");
    }
}
