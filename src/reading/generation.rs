//! Which generation a processor is of, and the year in which that came out.
//!
//! Sources: the makers' numbering of their processors (Intel, "Processor Names, Numbers and Generation List"; AMD, "Ryzen
//! processor naming"), and for those without a number the family and model of Linux's
//! `arch/x86/include/asm/intel-family.h`; years are those of the first models of a generation (Intel ARK, AMD product
//! pages). Invariant: a name that fits no rule has no generation.

/// A generation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Generation {
    /// As the data files of systems name it: `Intel Core gen 8`.
    pub name: String,
    /// The year in which its first models came out.
    pub year: u64,
}

/// First years of Intel Core by generation, the first at 0. Mobile ones where they differ.
const CORE_YEARS: [u64; 14] = [2010, 2011, 2012, 2013, 2015, 2015, 2016, 2017, 2018, 2019, 2020, 2022, 2023, 2023];
/// First years of AMD Ryzen by thousand, the first at 0.
const RYZEN_YEARS: [u64; 8] = [2017, 2018, 2019, 2020, 2021, 2022, 2022, 2024];
/// Intel's family 6 without a Core number: models, name, year.
const INTEL: &[(&[u64], &str, u64)] = &[
    (&[0x09, 0x0D], "Intel Pentium M", 2003),
    (&[0x0E], "Intel Core (32-bit)", 2006),
    (&[0x0F, 0x16], "Intel Core 2", 2006),
    (&[0x17, 0x1D], "Intel Core 2", 2008),
    (&[0x1C, 0x26, 0x27], "Intel Atom (Bonnell)", 2008),
    (&[0x35, 0x36], "Intel Atom (Saltwell)", 2011),
    (&[0x1A, 0x1E, 0x1F, 0x25, 0x2C, 0x2E, 0x2F], "Intel Core gen 1", 2010),
    (&[0x2A, 0x2D], "Intel Core gen 2", 2011),
    (&[0x3A, 0x3E], "Intel Core gen 3", 2012),
    (&[0x3C, 0x45, 0x46, 0x3F], "Intel Core gen 4", 2013),
    (&[0x3D, 0x47, 0x4F, 0x56], "Intel Core gen 5", 2015),
    (&[0x4E, 0x5E, 0x55], "Intel Core gen 6", 2015),
    (&[0x37, 0x4A, 0x4D, 0x5A], "Intel Bay Trail", 2013),
    (&[0x4C], "Intel Cherry Trail", 2015),
    (&[0x5C, 0x5F], "Intel Apollo Lake", 2016),
    (&[0x7A], "Intel Gemini Lake", 2017),
    (&[0x9C, 0x96], "Intel Jasper Lake", 2021),
    (&[0xBE], "Intel Alder Lake-N", 2023),
];
/// AMD's families before Ryzen: family, name, year.
const AMD: &[(u64, &str, u64)] = &[
    (15, "AMD K8", 2003),
    (16, "AMD K10", 2007),
    (17, "AMD Turion X2", 2008),
    (18, "AMD A (Llano)", 2011),
    (20, "AMD Bobcat", 2011),
    (21, "AMD A/FX (Bulldozer)", 2011),
    (22, "AMD Jaguar", 2013),
];
/// The family of the first Ryzens, and its models that are sold as 2000 but are of the first design.
const ZEN: u64 = 23;
const RAVEN: [u64; 2] = [0x11, 0x20];

/// The generation of the processor of that vendor (`GenuineIntel`), name, family and model, as `/proc/cpuinfo` tells them.
#[must_use]
pub fn generation(vendor: &str, name: &str, family: Option<u64>, model: Option<u64>) -> Option<Generation> {
    match vendor {
        "GenuineIntel" => core_by_name(name).or_else(|| {
            let (_, name, year) =
                INTEL.iter().find(|(models, ..)| model.is_some_and(|model| models.contains(&model)))?;
            (family == Some(6)).then(|| Generation { name: (*name).to_owned(), year: *year })
        }),
        "AuthenticAMD" => ryzen_by_name(name, family, model).or_else(|| {
            let (_, name, year) = AMD.iter().find(|(known, ..)| Some(*known) == family)?;
            Some(Generation { name: (*name).to_owned(), year: *year })
        }),
        _other => None,
    }
}

/// `Core(TM) i5-8250U`, `Core(TM) i5 CPU M 520`, `Core(TM) m3-6Y30`, `Core(TM) Ultra 5 125H`.
fn core_by_name(name: &str) -> Option<Generation> {
    let (_, rest) = name.split_once("Core(TM)")?;
    let words: Vec<&str> = rest.split_whitespace().collect();
    let first = words.first()?;
    if *first == "Ultra" {
        return Some(Generation { name: "Intel Core Ultra".to_owned(), year: 2023 });
    }
    let (line, number) = first.split_once('-').unwrap_or((first, ""));
    if !matches!(line, "i3" | "i5" | "i7" | "i9" | "m3" | "m5" | "m7" | "M") {
        return None;
    }
    // The first generation stands apart from its line: "i5 CPU M 520".
    let number =
        if number.is_empty() { words.iter().skip(1).find(|word| starts_with_digits(word) >= 3)? } else { number };
    let digits = starts_with_digits(number);
    let leading = |places: usize| number.get(..places).and_then(|text| text.parse::<usize>().ok());
    let generation = match digits {
        3 => 1,
        4 if number.starts_with('1') => leading(2)?,
        1 | 4 => leading(1)?,
        5 => leading(2)?,
        _no_number => return None,
    };
    let year = CORE_YEARS.get(generation.checked_sub(1)?)?;
    Some(Generation { name: format!("Intel Core gen {generation}"), year: *year })
}

/// `AMD Ryzen 5 PRO 3500U w/ Radeon Vega Mobile Gfx`.
fn ryzen_by_name(name: &str, family: Option<u64>, model: Option<u64>) -> Option<Generation> {
    let (_, rest) = name.split_once("Ryzen")?;
    let number = rest.split_whitespace().find(|word| starts_with_digits(word) == 4)?;
    let thousand = number.get(..1)?.parse::<usize>().ok()?;
    let year = RYZEN_YEARS.get(thousand.checked_sub(1)?)?;
    let is_raven = thousand == 2 && family == Some(ZEN) && model.is_some_and(|model| RAVEN.contains(&model));
    let name = if is_raven { "AMD Raven Ridge".to_owned() } else { format!("AMD Ryzen {thousand}000") };
    Some(Generation { name, year: *year })
}

fn starts_with_digits(word: &str) -> usize {
    word.bytes().take_while(u8::is_ascii_digit).count()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn generations_follow_the_makers_numbers_and_the_models_where_there_is_none() {
        let intel = |name: &str, model: u64| generation("GenuineIntel", name, Some(6), Some(model));
        let amd = |name: &str, family: u64, model: u64| generation("AuthenticAMD", name, Some(family), Some(model));
        for (found, name, year) in [
            (intel("Intel(R) Core(TM) i5-8250U CPU @ 1.60GHz", 142), "Intel Core gen 8", 2017),
            (intel("Intel(R) Core(TM) i5-7200U CPU @ 2.50GHz", 142), "Intel Core gen 7", 2016),
            (intel("Intel(R) Core(TM) i3-2370M CPU @ 2.40GHz", 42), "Intel Core gen 2", 2011),
            (intel("Intel(R) Core(TM) i5 CPU       M 520  @ 2.40GHz", 37), "Intel Core gen 1", 2010),
            (intel("Intel(R) Core(TM) i5-1035G1 CPU @ 1.00GHz", 126), "Intel Core gen 10", 2019),
            (intel("Intel(R) Core(TM) i7-10510U CPU @ 1.80GHz", 142), "Intel Core gen 10", 2019),
            (intel("12th Gen Intel(R) Core(TM) i5-1235U", 154), "Intel Core gen 12", 2022),
            (intel("Intel(R) Core(TM) m3-6Y30 CPU @ 0.90GHz", 78), "Intel Core gen 6", 2015),
            (intel("Intel(R) Core(TM)2 Duo CPU     P8600  @ 2.40GHz", 23), "Intel Core 2", 2008),
            (intel("Intel(R) Celeron(R) N4000 CPU @ 1.10GHz", 0x7A), "Intel Gemini Lake", 2017),
            (intel("Intel(R) Pentium(R) CPU B950 @ 2.10GHz", 42), "Intel Core gen 2", 2011),
            (intel("Intel(R) Core(TM) Ultra 5 125H", 170), "Intel Core Ultra", 2023),
            (amd("AMD Ryzen 5 3500U with Radeon Vega Mobile Gfx", 23, 24), "AMD Ryzen 3000", 2019),
            (amd("AMD Ryzen 5 2500U with Radeon Vega Mobile Gfx", 23, 17), "AMD Raven Ridge", 2018),
            (amd("AMD E-350 Processor", 20, 1), "AMD Bobcat", 2011),
        ] {
            assert_eq!(found, Some(Generation { name: name.to_owned(), year }), "{name}");
        }
        assert_eq!(intel("Genuine Intel(R) CPU 0000", 250), None);
        assert_eq!(generation("", "Brand(R) Core i0-1000M", None, None), None);
        assert_eq!(intel("Intel(R) Core(TM) i7-99", 0), None);
    }

    proptest! {
        #[test]
        fn any_name_can_be_read(name in "(Core\\(TM\\)|Ryzen|AMD|Intel)?[ iM-]{0,3}.{0,12}", model: u64) {
            for vendor in ["GenuineIntel", "AuthenticAMD"] {
                if let Some(found) = generation(vendor, &name, Some(6), Some(model)) {
                    prop_assert!((2000..2030).contains(&found.year), "{found:?}");
                }
            }
        }
    }
}
