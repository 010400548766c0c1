//! The floors: which room stands where, and which import is a fault.
//!
//! Source: the design, "The house". A new dependency between rooms is decided here.

/// Every room of the house that is planned, with its floor.
const ROOMS: &[(&str, u8)] = &[
    ("unit", 0),
    ("word", 0),
    ("ledger", 1),
    ("device", 1),
    ("reading", 2),
    ("drive", 2),
    ("profile", 2),
    ("wipe", 2),
    ("imaging", 2),
    ("tag", 2),
    ("trial", 2),
    ("recipient", 2),
    ("link", 2),
    ("event", 3),
    ("custody", 4),
    ("port", 5),
    ("report", 5),
    ("job", ADAPTERS),
    ("linux", ADAPTERS),
    ("android", ADAPTERS),
    ("serial", ADAPTERS),
    ("printer", ADAPTERS),
    ("store", ADAPTERS),
    ("hub", ADAPTERS),
    ("workbench", 7),
    ("screen", 8),
    ("web", 8),
    ("cli", 8),
    ("station", 9),
    // The program itself stands on the roof.
    ("main", 10),
];
/// The floor of the adapters, and of the one room on it that higher floors may see.
const ADAPTERS: u8 = 6;
const JOB: &str = "job";
/// The only room that sees adapters.
const STATION: &str = "station";

/// What is wrong when a file of room `from` names `to`, the first name after the crate's root (`None`: the root itself).
pub(crate) fn fault(from: &str, to: Option<&str>) -> Option<String> {
    let Some(to) = to else {
        return Some(format!("{from} imports the whole house under another name"));
    };
    if from == to {
        return None;
    }
    let unknown = |room: &str| format!("`{room}` is no room of the table in tests/tidy/floor.rs");
    let (Some(own), Some(other)) = (floor_of(from), floor_of(to)) else {
        return Some(unknown(if floor_of(from).is_some() { to } else { from }));
    };
    if other >= own {
        return Some(format!("{from} (floor {own}) imports {to} (floor {other}): not a lower floor"));
    }
    let hidden = other == ADAPTERS && to != JOB && from != STATION;
    hidden.then(|| format!("{from} imports the adapter {to}: only {STATION} sees adapters"))
}

/// Where the map in `lib.rs`, its `pub mod` lines, the rooms that exist and the table disagree.
pub(crate) fn map_faults(lib: &str, exist: &[String]) -> Vec<String> {
    let mut faults = Vec::new();
    let mut mapped = Vec::new();
    for row in lib.lines().filter_map(|line| line.strip_prefix("//! | ")) {
        let mut cells = row.split('|').map(str::trim);
        let (Some(Ok(floor)), Some(names)) = (cells.next().map(str::parse::<u8>), cells.next()) else { continue };
        // A room stands between backticks; around them may be a link.
        for room in names.split('`').skip(1).step_by(2) {
            if floor_of(room) != Some(floor) {
                faults.push(format!("the map puts {room} on floor {floor}, the table on {:?}", floor_of(room)));
            }
            if mapped.contains(&room) {
                faults.push(format!("the map names {room} twice"));
            }
            mapped.push(room);
        }
    }
    let declared: Vec<&str> = lib.lines().filter_map(|line| line.strip_prefix("pub mod ")?.strip_suffix(';')).collect();
    for room in exist.iter().map(String::as_str).filter(|room| !mapped.contains(room)) {
        faults.push(format!("{room} exists but is not on the map"));
    }
    for room in mapped.iter().chain(&declared).filter(|room| !exist.iter().any(|other| other == *room)) {
        faults.push(format!("lib.rs names {room}, which does not exist"));
    }
    for room in exist.iter().map(String::as_str).filter(|room| !declared.contains(room)) {
        faults.push(format!("{room} exists but lib.rs does not say `pub mod {room};`"));
    }
    faults
}

fn floor_of(room: &str) -> Option<u8> {
    ROOMS.iter().find(|(name, _)| *name == room).map(|(_, floor)| *floor)
}

#[test]
fn only_lower_floors_pass() {
    for (from, to) in [("device", "unit"), ("tag", "word"), ("job", "port"), ("workbench", "job"), ("cli", "job")] {
        assert_eq!(fault(from, Some(to)), None, "{from} -> {to}");
    }
    for (from, to) in [
        ("unit", "word"),
        ("word", "unit"),
        ("tag", "wipe"),
        ("device", "event"),
        ("job", "linux"),
        ("store", "job"),
        ("cli", "screen"),
        ("port", "station"),
    ] {
        assert!(fault(from, Some(to)).is_some_and(|fault| fault.contains("not a lower floor")), "{from} -> {to}");
    }
}

#[test]
fn only_the_station_sees_adapters_and_nobody_imports_the_whole_house() {
    assert_eq!(fault("station", Some("linux")), None);
    assert_eq!(fault("main", Some("station")), None);
    for from in ["workbench", "screen", "web", "cli", "main"] {
        assert!(fault(from, Some("linux")).is_some_and(|fault| fault.contains("adapter")), "{from}");
    }
    assert!(fault("station", None).is_some());
    assert!(fault("cellar", Some("unit")).is_some_and(|fault| fault.contains("`cellar` is no room")));
    assert!(fault("tag", Some("cellar")).is_some_and(|fault| fault.contains("`cellar` is no room")));
}

#[test]
fn a_map_that_lies_is_told() {
    let lib = "//! | floor | room | holds |\n//! |---|---|---|\n//! | 0 | [`unit`](mod@unit) | x |\n//! | 6 | [`linux`] [`store`] | x |\n\
               pub mod linux;\npub mod store;\npub mod unit;\n";
    let rooms = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
    let all = rooms(&["linux", "store", "unit"]);
    assert_eq!(map_faults(lib, &all), [""; 0]);
    assert_eq!(map_faults(&lib.replace("| 0 |", "| 1 |"), &all).len(), 1);
    assert_eq!(map_faults(&lib.replace(" [`store`]", ""), &all), ["store exists but is not on the map"]);
    assert_eq!(map_faults(&lib.replace(" [`store`]", " [`store`] [`unit`]"), &all).len(), 2);
    assert_eq!(map_faults(&lib.replace("pub mod unit;\n", ""), &all).len(), 1);
    assert_eq!(map_faults(lib, &rooms(&["linux", "unit"])).len(), 2);
    assert_eq!(map_faults(lib, &rooms(&["linux", "store", "tag", "unit"])).len(), 2);
}
