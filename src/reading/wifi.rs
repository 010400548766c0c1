//! Which bands a Wi-Fi card has, by its PCI id: sysfs itself does not tell.
//!
//! Sources: of Intel's, Linux `drivers/net/wireless/intel/iwlwifi/pcie/drv.c` (`bgn` and `bg` are 2.4 GHz, `agn` and `ac`
//! both), read 2026-11-22; of the others, the names in the PCI ID repository (pci-ids.ucw.cz, version 2023.04.10: `802.11b/g/n`
//! is 2.4 GHz, `a/b/g/n` and `ac` both), and for Atheros and Realtek chips that bear no such name there, Linux's drivers
//! `ath9k`, `rtlwifi` and `rtw89`, which offer a 5 GHz band or not. Nobody sells a band with the id alone: some 7260 and 3160
//! are cut down to 2.4 GHz by their subsystem, so that the answer is an estimate. Invariant: a card that is not in the list,
//! or whose id stands for cards with and without 5 GHz (Intel 5100: 4232, 4237), has unknown bands.

const ONE: &str = "2.4";
const BOTH: &str = "2.4 + 5";
const THREE: &str = "2.4 + 5 + 6";

/// Maker, card, bands in GHz.
const CARDS: &[(&str, &str, &str)] = &[
    ("8086", "0082", BOTH),
    ("8086", "0083", ONE),
    ("8086", "0084", ONE),
    ("8086", "0085", BOTH),
    ("8086", "0087", BOTH),
    ("8086", "008a", ONE),
    ("8086", "0887", ONE),
    ("8086", "0888", ONE),
    ("8086", "088e", BOTH),
    ("8086", "0890", ONE),
    ("8086", "0896", ONE),
    ("8086", "08ae", ONE),
    ("8086", "08b1", BOTH),
    ("8086", "08b2", BOTH),
    ("8086", "08b3", BOTH),
    ("8086", "095a", BOTH),
    ("8086", "095b", BOTH),
    ("8086", "24f3", BOTH),
    ("8086", "24fb", BOTH),
    ("8086", "24fd", BOTH),
    ("8086", "2526", BOTH),
    ("8086", "2723", BOTH),
    ("8086", "2725", THREE),
    ("8086", "02f0", BOTH),
    ("8086", "06f0", BOTH),
    ("8086", "9df0", BOTH),
    ("8086", "a0f0", BOTH),
    ("8086", "4235", BOTH),
    ("8086", "4236", BOTH),
    ("8086", "4238", BOTH),
    ("8086", "422b", BOTH),
    ("8086", "0089", BOTH),
    ("8086", "008b", ONE),
    ("8086", "0885", ONE),
    ("8086", "0886", ONE),
    ("8086", "088f", BOTH),
    ("8086", "0891", ONE),
    ("8086", "0892", ONE),
    ("8086", "0893", ONE),
    ("8086", "0894", ONE),
    ("8086", "0895", ONE),
    ("8086", "0897", ONE),
    ("8086", "08af", ONE),
    ("8086", "08b4", BOTH),
    ("8086", "3165", BOTH),
    ("8086", "3166", BOTH),
    ("14c3", "7630", ONE),
    ("14c3", "7662", BOTH),
    ("168c", "0033", BOTH),
    ("168c", "002b", ONE),
    ("168c", "002e", ONE),
    ("168c", "0032", ONE),
    ("168c", "0034", BOTH),
    ("168c", "0036", ONE),
    ("168c", "003e", BOTH),
    ("168c", "0042", BOTH),
    ("10ec", "8176", ONE),
    ("10ec", "8178", ONE),
    ("10ec", "8179", ONE),
    ("10ec", "8723", ONE),
    ("10ec", "b723", ONE),
    ("10ec", "d723", ONE),
    ("10ec", "8812", BOTH),
    ("10ec", "8821", BOTH),
    ("10ec", "b822", BOTH),
    ("10ec", "c821", BOTH),
    ("10ec", "c822", BOTH),
    ("10ec", "8852", BOTH),
    ("14e4", "4311", ONE),
    ("14e4", "4315", ONE),
    ("14e4", "4328", BOTH),
    ("14e4", "4331", BOTH),
    ("14e4", "4353", BOTH),
    ("14e4", "4357", ONE),
    ("14e4", "4365", ONE),
    ("14e4", "4727", ONE),
    ("14e4", "43b1", BOTH),
    ("14e4", "43ba", BOTH),
    ("14e4", "43a0", BOTH),
];

/// The bands of the card of that maker and id, as sysfs writes them (`0x8086`, `0x24fd`); `None` for one not in the list.
#[must_use]
pub fn wifi_bands(vendor: &str, device: &str) -> Option<&'static str> {
    let bare = |id: &str| id.trim().trim_start_matches("0x").to_lowercase();
    let (vendor, device) = (bare(vendor), bare(device));
    CARDS
        .iter()
        .find(|(maker, card, _)| (*maker, *card) == (vendor.as_str(), device.as_str()))
        .map(|(.., bands)| *bands)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn cards_are_listed_once_and_the_unlisted_are_unknown() {
        let ids: BTreeSet<_> = CARDS.iter().map(|(vendor, device, _)| (vendor, device)).collect();
        assert_eq!(ids.len(), CARDS.len());
        assert_eq!(wifi_bands("0x8086", "0x24FD\n"), Some(BOTH));
        assert_eq!(wifi_bands("0x168c", "0x0032"), Some(ONE));
        assert_eq!(wifi_bands("0x8086", "0x4232"), None, "with 5 GHz or without, by its subsystem");
        assert_eq!(wifi_bands("0x8086", "0xffff"), None);
    }
}
