//! How worn an SSD is: the standard's own fields first, then what makers put into attributes.
//!
//! Invariant: an attribute counts only under a name whose meaning is known, since makers use the same numbers for other
//! things (233 is a wear-out indicator here and gigabytes written there).

use super::smart::{Wear, items, number, text};
use serde_json::Value;

/// Where smartctl tells the standards' "percentage used", the newest place first. Sources: NVM Express Base Specification,
/// "Percentage Used"; SBC-4, "Solid State Media log page".
const STANDARD: [(&str, &str); 3] = [
    ("/endurance_used/current_percent", "endurance_used"),
    ("/nvme_smart_health_information_log/percentage_used", "NVMe percentage_used"),
    ("/scsi_percentage_used_endurance_indicator", "SCSI percentage_used_endurance_indicator"),
];
/// The page of an ATA disk's statistics that is about solid state. Source: ACS-4, "Solid State Device Statistics".
const SOLID_STATE_PAGE: u64 = 7;
/// Attributes whose normalised value is the per cent of life left. Source: the smartmontools drive database.
const LEFT: [(u64, &str); 7] = [
    (169, "Remaining_Lifetime_Perc"),
    (173, "Ave_Block-Erase_Count"),
    (177, "Wear_Leveling_Count"),
    (202, "Percent_Lifetime_Remain"),
    (202, "Perc_Rated_Life_Used"),
    (231, "SSD_Life_Left"),
    (233, "Media_Wearout_Indicator"),
];

/// How worn the disk says it is; none where it does not.
pub(super) fn wear_of(root: &Value) -> Option<Wear> {
    let told = STANDARD.iter().find_map(|(at, source)| {
        let used = number(root, at)?;
        Some(Wear { used, source: (*source).to_owned() })
    });
    told.or_else(|| by_statistics(root)).or_else(|| by_attributes(root))
}

fn by_statistics(root: &Value) -> Option<Wear> {
    let page =
        items(root, "/ata_device_statistics/pages").find(|page| number(page, "/number") == Some(SOLID_STATE_PAGE))?;
    let used = items(page, "/table")
        .find(|line| text(line, "/name").is_some_and(|name| name.starts_with("Percentage Used")))
        .and_then(|line| number(line, "/value"))?;
    Some(Wear { used, source: "ATA statistics, Percentage Used Endurance Indicator".to_owned() })
}

/// The attribute that tells most wear.
fn by_attributes(root: &Value) -> Option<Wear> {
    items(root, "/ata_smart_attributes/table").filter_map(by_attribute).max_by_key(|wear| wear.used)
}

fn by_attribute(attribute: &Value) -> Option<Wear> {
    let (id, name) = (number(attribute, "/id")?, text(attribute, "/name")?);
    LEFT.iter().find(|(known, called)| (*known, *called) == (id, name.as_str()))?;
    let (value, raw) = (number(attribute, "/value")?, number(attribute, "/raw/value"));
    let threshold = number(attribute, "/thresh").unwrap_or(0);
    // Phison's firmware (Kingston A400, PNY CS900) keeps no threshold, means the raw value, and lets the other one go
    // astray: 84 % left was seen beside a value of 16. SandForce's has a threshold and means the value.
    let left = match raw {
        Some(raw) if id == 231 && threshold == 0 && (1..=100).contains(&raw) => raw,
        Some(_) | None => value,
    };
    (left <= 100).then(|| Wear { used: 100 - left, source: format!("{id} {name}") })
}
