//! Makers as people call them: "Hewlett-Packard" is HP.
//!
//! Source of the strings on the left: DMI tables of real machines, as `dmidecode` users publish them (linux-hardware.org,
//! u-root's and coreboot's test data). Invariant: a maker that is not in the list keeps the name that it gives itself.

/// How makers begin their own name, in lower case, and what people call them; what is longer stands before what is shorter.
const MAKERS: &[(&str, &str)] = &[
    ("acer", "Acer"),
    ("apple", "Apple"),
    ("asrock", "ASRock"),
    ("asus", "ASUS"),
    ("asustek", "ASUS"),
    ("biostar", "Biostar"),
    ("dell", "Dell"),
    ("dynabook", "Dynabook"),
    ("ecs", "ECS"),
    ("elitegroup", "ECS"),
    ("emachines", "eMachines"),
    ("fujitsu siemens", "Fujitsu Siemens"),
    ("fujitsu", "Fujitsu"),
    ("gateway", "Gateway"),
    ("giga-byte", "Gigabyte"),
    ("gigabyte", "Gigabyte"),
    ("google", "Google"),
    ("hewlett-packard", "HP"),
    ("hp", "HP"),
    ("huawei", "Huawei"),
    ("ibm", "IBM"),
    ("intel", "Intel"),
    ("lenovo", "Lenovo"),
    ("lg", "LG"),
    ("matsushita", "Panasonic"),
    ("medion", "Medion"),
    ("micro-star", "MSI"),
    ("microsoft", "Microsoft"),
    ("msi", "MSI"),
    ("nec", "NEC"),
    ("packard bell", "Packard Bell"),
    ("panasonic", "Panasonic"),
    ("samsung", "Samsung"),
    ("sony", "Sony"),
    ("supermicro", "Supermicro"),
    ("timi", "Xiaomi"),
    ("toshiba", "Toshiba"),
    ("xiaomi", "Xiaomi"),
];

/// What people call the maker of that name; none for one that is not in the list.
#[must_use]
pub fn maker_of(given: &str) -> Option<&'static str> {
    let given = given.to_lowercase();
    let is_it = |start: &str| {
        given.strip_prefix(start).is_some_and(|rest| !rest.starts_with(|next: char| next.is_alphanumeric()))
    };
    MAKERS.iter().find(|(start, _)| is_it(start)).map(|(_, name)| *name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn makers_have_the_name_that_people_use_and_strangers_keep_their_own() {
        for (given, name) in [
            ("ASUSTeK COMPUTER INC.", "ASUS"),
            ("ASUSTeK Computer Inc.", "ASUS"),
            ("Hewlett-Packard", "HP"),
            ("HP", "HP"),
            ("Dell Inc.", "Dell"),
            ("LENOVO", "Lenovo"),
            ("TOSHIBA", "Toshiba"),
            ("FUJITSU", "Fujitsu"),
            ("FUJITSU SIEMENS", "Fujitsu Siemens"),
            ("SAMSUNG ELECTRONICS CO., LTD.", "Samsung"),
            ("Micro-Star International Co., Ltd.", "MSI"),
            ("Gigabyte Technology Co., Ltd.", "Gigabyte"),
            ("Apple Inc.", "Apple"),
            ("Intel(R) Client Systems", "Intel"),
        ] {
            assert_eq!(maker_of(given), Some(name), "{given}");
        }
        for stranger in ["HPE", "Necromancer", "AOXANH", "", "Dellwood"] {
            assert_eq!(maker_of(stranger), None, "{stranger}");
        }
    }

    #[test]
    fn a_longer_beginning_stands_before_a_shorter_one() {
        for (at, (start, _)) in MAKERS.iter().enumerate() {
            assert!(!MAKERS[..at].iter().any(|(other, _)| start.starts_with(&format!("{other} "))), "{start}");
        }
    }
}
