//! Which firmware Intel's management engine runs: the small one of home machines has no AMT, the large one of offices may.
//!
//! Sources: Linux `Documentation/ABI/testing/sysfs-class-mei` (`fw_ver`, `fw_status`: what the registers mean depends on the
//! generation); coreboot `src/soc/intel/skylake/include/soc/me.h` and `src/soc/intel/common/block/include/intelblocks/cse.h`
//! (third register, bits 4 to 6, from Skylake on, whose firmware is 11: 2 consumer, 3 corporate, 5 lite), read 2026-11-22.
//! The firmware tables' own structure of type 131, `vPro`, is no sign: home machines have it too. Invariant: a register of an
//! older firmware is never taken for one of these.

/// Firmware from which on the register has this meaning.
const FIRST: u64 = 11;

/// The firmware.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EngineFirmware {
    /// Without AMT.
    Small,
    /// With AMT, where the rest of the board is made for it.
    Large,
}

/// Which firmware that is, by the texts of `fw_ver` (`0:11.8.77.3664`) and `fw_status` (a register a line, in hexadecimal).
#[must_use]
pub fn engine_firmware(version: &str, status: &str) -> Option<EngineFirmware> {
    let first = version.lines().next()?.trim();
    let major: u64 = first.rsplit(':').next()?.split('.').next()?.parse().ok()?;
    let register = u32::from_str_radix(status.lines().nth(2)?.trim(), 16).ok()?;
    match register >> 4 & 7 {
        _older if major < FIRST => None,
        2 | 5 => Some(EngineFirmware::Small),
        3 => Some(EngineFirmware::Large),
        _unlisted => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_third_register_tells_and_only_from_the_generation_on_that_has_it() {
        let of =
            |version: &str, third: &str| engine_firmware(version, &format!("90000255\n82F6150E\n{third}\n00004000\n"));
        assert_eq!(of("0:11.8.77.3664\n0:11.8.77.3664\n", "00000020"), Some(EngineFirmware::Small));
        assert_eq!(of("0:12.0.35.1427", "00000030"), Some(EngineFirmware::Large));
        assert_eq!(of("0:15.0.10.1470", "000000D0"), Some(EngineFirmware::Small));
        assert_eq!(of("0:16.1.25.1917", "00000010"), None);
        assert_eq!(of("0:9.5.61.3012", "00000030"), None, "an older engine");
        assert_eq!(of("", "00000030"), None);
        assert_eq!(engine_firmware("0:11.8.77.3664", "90000255\n82F6150E\n"), None, "two registers alone");
        assert_eq!(of("0:11.8.77.3664", "not hexadecimal"), None);
    }
}
