//! The kernel's device numbers.

use std::str::FromStr;

/// Major and minor number of a block device or of a file system. Major 0 is made up by the kernel: no block device has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct DevNo {
    major: u32,
    minor: u32,
}

impl DevNo {
    /// From `st_dev`, `st_rdev` or what `LOOP_GET_STATUS64` says.
    pub(super) fn from_raw(raw: u64) -> Self {
        Self { major: rustix::fs::major(raw), minor: rustix::fs::minor(raw) }
    }

    /// Whether the number was made up for a file system that is on no one block device (btrfs, overlay, tmpfs).
    pub(super) const fn is_anonymous(self) -> bool {
        self.major == 0
    }
}

impl std::fmt::Display for DevNo {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}", self.major, self.minor)
    }
}

/// The text is not `major:minor`.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a device number: {0:?}")]
pub(super) struct DevNoError(String);

impl FromStr for DevNo {
    type Err = DevNoError;

    fn from_str(text: &str) -> Result<Self, DevNoError> {
        let read = || {
            let (major, minor) = text.split_once(':')?;
            Some(Self { major: major.parse().ok()?, minor: minor.parse().ok()? })
        };
        read().ok_or_else(|| DevNoError(text.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn raw_and_written_numbers_agree_past_eight_bits() {
        assert_eq!("8:17".parse(), Ok(DevNo::from_raw(0x0811)));
        assert_eq!("259:300".parse(), Ok(DevNo::from_raw((0x103 << 8) | 0x2c | (0x100 << 12))));
        assert_eq!("259:300".parse::<DevNo>().expect("good number").to_string(), "259:300");
        assert!("0:21".parse::<DevNo>().expect("good number").is_anonymous());
        assert!("8".parse::<DevNo>().is_err());
    }
}
