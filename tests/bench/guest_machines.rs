//! Machines that say they are ten real models, each started with its own SMBIOS tables, inspected by the built program.
//!
//! The strings are those that such models carry; serial numbers and UUIDs are made up. One of them is in every run: see
//! `guest_laptop`.

use super::guest_rig::{Machine, long};

/// What a model's tables say, and what an inspection must make of it.
struct Model {
    maker: &'static str,
    product: &'static str,
    version: &'static str,
    /// The model as people say it; none where the tables say nothing.
    said: Option<&'static str>,
}

const fn model(maker: &'static str, product: &'static str, version: &'static str, said: Option<&'static str>) -> Model {
    Model { maker, product, version, said }
}

/// The first writes a type code as its product, as many donated ones do.
static MODELS: [Model; 10] = [
    model("LENOVO", "20B7S0A600", "ThinkPad T440", Some("ThinkPad T440")),
    model("Dell Inc.", "Latitude E6430", "01", Some("Latitude E6430")),
    model("Hewlett-Packard", "HP EliteBook 840 G1", "A3009DD10303", Some("HP EliteBook 840 G1")),
    model("ASUSTeK COMPUTER INC.", "X540UP", "1.0", Some("X540UP")),
    model("Acer", "Aspire 5738", "0100", Some("Aspire 5738")),
    model("TOSHIBA", "SATELLITE C55-B", "PSCMLU-0C1018", Some("SATELLITE C55-B")),
    model("FUJITSU", "LIFEBOOK E744", "10601115679", Some("LIFEBOOK E744")),
    model("Apple Inc.", "MacBookPro8,1", "1.0", Some("MacBookPro8,1")),
    model("LENOVO", "10A9A01HVN", "ThinkCentre M73", Some("ThinkCentre M73")),
    model("To Be Filled By O.E.M.", "To Be Filled By O.E.M.", "To Be Filled By O.E.M.", None),
];

/// QEMU takes a comma as the end of a value unless it stands twice.
fn quoted(text: &str) -> String {
    text.replace(',', ",,")
}

/// Starts a machine of that model and inspects it.
fn inspected(number: usize, model: &Model) {
    let Some(mut machine) = Machine::new() else { return };
    let serial = format!("GIA-{number:04}");
    let uuid = format!("9a7c1f00-0000-4000-8000-0000000000{number:02}");
    let strings = [("manufacturer", model.maker), ("product", model.product), ("version", model.version)];
    let strings = strings.map(|(name, text)| format!("{name}={}", quoted(text))).join(",");
    machine.part("-smbios", &format!("type=1,{strings},serial={serial},uuid={uuid}"));
    machine.part("-smbios", "type=0,vendor=Thu,version=THU-1.07,date=02/14/2014");
    machine.part("-smbios", "type=17,loc_pfx=Khe,manufacturer=Thu,speed=1600");
    let mut guest = machine.boot(&[]);
    let device = guest.device();
    let facts = guest.json(&["inspect", &device.tag]).good().all("fact");
    let fact = |key: &str| facts.iter().find(|fact| fact["fact"] == key).filter(|fact| fact["known"] == true);
    let text = |key: &str| fact(key).and_then(|fact| fact["text"].as_str());
    let number = |key: &str| fact(key).and_then(|fact| fact["number"].as_u64());
    assert_eq!(text("identity.model"), model.said, "{}", model.product);
    assert_eq!(text("identity.maker").is_some(), model.said.is_some(), "{}", model.maker);
    assert_eq!((text("identity.serial"), text("identity.uuid")), (Some(serial.as_str()), Some(uuid.as_str())));
    assert_eq!((text("firmware.version"), text("firmware.date")), (Some("THU-1.07"), Some("02/14/2014")));
    assert_eq!((number("firmware.uefi"), number("battery.count")), (Some(0), Some(0)));
    assert_eq!(number("memory.total"), Some(768 << 20), "as the tables say, not what the kernel left over");
}

#[test]
fn ten_models_are_recognised_by_their_tables_and_a_board_without_a_name_stays_unknown() {
    if !long("ten models") {
        return;
    }
    for (number, model) in MODELS.iter().enumerate() {
        inspected(number, model);
    }
}
