//! What a check-up of the program, its machine and its station's folder looks at: signs, unjudged.
//!
//! Invariants: looking changes nothing and needs no key; a sign that cannot be had is told as such, never guessed.

use super::failure::Failure;
use crate::unit::{Bytes, Moment};

/// Looks at this machine and at a station's folder.
pub trait Health {
    /// The program and the machine it runs on.
    fn machine(&self) -> MachineSigns;
    /// The station's folder. Errors: it cannot be looked at.
    fn folder(&self) -> Result<FolderSigns, Failure>;
}

/// The program and its machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MachineSigns {
    /// The program's version.
    pub version: String,
    /// Whether it carries its C library with it.
    pub is_static: bool,
    /// When the program's file was made; none where the file system does not tell.
    pub made: Option<Moment>,
    /// Now, by the machine's clock.
    pub now: Moment,
    /// Whether the clock was set by the network since the start; none where nobody knows.
    pub synced: Option<bool>,
    /// The user's number: 0 is root.
    pub user: u32,
    /// What the environment says of language and characters, if anything.
    pub locale: Option<String>,
    /// What the environment says of the terminal, if anything.
    pub term: Option<String>,
    /// Columns and rows of the terminal; none where standard output is none.
    pub terminal: Option<(u16, u16)>,
    /// The program that reads a disk's health.
    pub smartctl: ToolSign,
    /// The program that knows the print queues; it tells their names, one a line.
    pub queues: ToolSign,
    /// Packages that fitting a written image to its disk needs and that are not here.
    pub fit_lacks: Vec<String>,
    /// Serial ports with hardware behind them.
    pub serial_ports: Vec<SerialPortSign>,
}

/// Another program that we can use where it is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ToolSign {
    /// Not on this machine.
    Missing,
    /// It answered.
    Answered(String),
    /// It is there and does not work.
    Failed(String),
}

/// A serial port.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SerialPortSign {
    /// The kernel's name: `ttyUSB0`.
    pub name: String,
    /// Whether this user may read and write it.
    pub is_accessible: bool,
}

/// A station's folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FolderSigns {
    /// Where it is.
    pub path: String,
    /// What this user may still write there.
    pub free: Bytes,
    /// What it lies on.
    pub file_system: FileSystem,
    /// Whether this user may write in it.
    pub is_writable: bool,
    /// Permission bits.
    pub mode: u32,
    /// Its owner's number.
    pub owner: u32,
    /// The key files that were asked for.
    pub keys: Vec<KeySign>,
}

/// A key file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeySign {
    /// Its name in the folder.
    pub name: String,
    /// Permission bits and owner's number; none where there is no such file.
    pub found: Option<(u32, u32)>,
}

/// A kind of file system by its magic number. Source: `statfs(2)`, `linux/magic.h`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FileSystem(pub u64);

/// The kinds that are known by name, and whether locks and flushes hold on them.
const FILE_SYSTEMS: &[(u32, &str, bool)] = &[
    (0x4d44, "FAT", false),
    (0x2011_bab0, "exFAT", false),
    (0x6969, "NFS", false),
    (0xff53_4d42, "CIFS", false),
    (0x517b, "SMB", false),
    (0xfe53_4d42, "SMB2", false),
    (0xef53, "ext4", true),
    (0x9123_683e, "btrfs", true),
    (0x5846_5342, "XFS", true),
    (0xf2f5_2010, "F2FS", true),
    (0x0102_1994, "tmpfs", true),
    (0x8584_58f6, "ramfs", true),
    (0x794c_7630, "overlay", true),
    (0x2fc1_2fc1, "ZFS", true),
    (0x6573_5546, "FUSE", true),
    (0x7366_746e, "NTFS", true),
];

impl FileSystem {
    fn known(self) -> Option<&'static (u32, &'static str, bool)> {
        // `f_type` is a signed word: on some machines it comes sign-extended.
        FILE_SYSTEMS.iter().find(|(magic, _, _)| u64::from(*magic) == self.0 & 0xffff_ffff)
    }

    /// Its name, or its number where it has none here.
    #[must_use]
    pub fn name(self) -> String {
        self.known().map_or_else(|| format!("0x{:x}", self.0), |(_, name, _)| (*name).to_owned())
    }

    /// Whether locks and flushes hold on it, so that it may keep a ledger.
    #[must_use]
    pub fn keeps_ledgers(self) -> bool {
        self.known().is_none_or(|(_, _, keeps)| *keeps)
    }

    /// Whether it is gone when the machine is switched off.
    #[must_use]
    pub fn is_memory(self) -> bool {
        [0x0102_1994, 0x8584_58f6].contains(&(self.0 & 0xffff_ffff))
    }
}

/// How the ledger's file is really kept, read back from an open connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LedgerSigns {
    /// `wal`, or something else.
    pub journal_mode: String,
    /// 2 is FULL. Source: SQLite, "PRAGMA synchronous".
    pub synchronous: i64,
    /// Whether the file's own schema may call unsafe functions.
    pub trusts_schema: bool,
}

/// How the vault answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum VaultSign {
    /// It opens, with so many names in it.
    Opens(u64),
    /// Whole, and waits for a passphrase.
    Locked,
    /// It does not open, or something in it does not.
    Broken(Failure),
}

/// Signs that were made up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FakeHealth {
    /// Of the machine.
    pub machine: MachineSigns,
    /// Of the folder.
    pub folder: Result<FolderSigns, Failure>,
}

impl Default for FakeHealth {
    /// A machine and a folder with which everything is right.
    fn default() -> Self {
        let now = Moment::from_unix_millis(1_795_206_965_000);
        let key = |name: &str| KeySign { name: name.to_owned(), found: Some((0o600, 0)) };
        Self {
            machine: MachineSigns {
                version: "1.2.3".to_owned(),
                is_static: false,
                made: Some(Moment::from_unix_millis(now.unix_millis() - 86_400_000)),
                now,
                synced: Some(true),
                user: 0,
                locale: Some("vi_VN.UTF-8".to_owned()),
                term: Some("xterm-256color".to_owned()),
                terminal: Some((80, 24)),
                smartctl: ToolSign::Answered("smartctl 7.3 2022-02-28 r5338".to_owned()),
                queues: ToolSign::Answered("TEM".to_owned()),
                fit_lacks: Vec::new(),
                serial_ports: vec![SerialPortSign { name: "ttyUSB0".to_owned(), is_accessible: true }],
            },
            folder: Ok(FolderSigns {
                path: "/tram".to_owned(),
                free: Bytes::gib(40),
                file_system: FileSystem(0xef53),
                is_writable: true,
                mode: 0o700,
                owner: 0,
                keys: ["station.key", "team.key", "vault.key", "codes.key"].map(key).into(),
            }),
        }
    }
}

impl Health for FakeHealth {
    fn machine(&self) -> MachineSigns {
        self.machine.clone()
    }

    fn folder(&self) -> Result<FolderSigns, Failure> {
        self.folder.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fat_and_network_drives_keep_no_ledger_and_linux_file_systems_do() {
        // FAT, exFAT, NFS, CIFS (as a 64-bit number and sign-extended from 32), SMB, SMB2.
        for bad in [0x4d44, 0x2011_bab0, 0x6969, 0xff53_4d42, 0xffff_ffff_ff53_4d42, 0x517b, 0xfe53_4d42] {
            assert!(!FileSystem(bad).keeps_ledgers(), "{bad:x}");
        }
        // ext4, btrfs, XFS, tmpfs, overlayfs, f2fs, and one that nobody here has heard of.
        for good in [0xef53, 0x9123_683e, 0x5846_5342, 0x0102_1994, 0x794c_7630, 0xf2f5_2010, 0x1234_5678] {
            assert!(FileSystem(good).keeps_ledgers(), "{good:x}");
        }
        assert_eq!((FileSystem(0xef53).name(), FileSystem(0x1234).name()), ("ext4".to_owned(), "0x1234".to_owned()));
        assert!(FileSystem(0x0102_1994).is_memory() && !FileSystem(0xef53).is_memory());
    }
}
