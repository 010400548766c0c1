//! Hardware facts: a key, a value with its unit, the source it was read from, and how certain it is.
//!
//! Invariant: what a machine does not tell is [`Value::Unknown`] with the reason, never a guess.

use super::why::Why;
use crate::unit::Bytes;

/// The keys of facts. A disk, screen, battery or memory slot carries its number: `disk.0.size`.
pub mod key {
    /// Maker of the machine, junk strings already removed.
    pub const MAKER: &str = "identity.maker";
    /// Model as people say it.
    pub const MODEL: &str = "identity.model";
    /// Serial number of the machine.
    pub const SERIAL: &str = "identity.serial";
    /// SMBIOS system UUID.
    pub const UUID: &str = "identity.uuid";
    /// Kind of chassis, SMBIOS wording in lower case.
    pub const CHASSIS: &str = "identity.chassis";
    /// BIOS or UEFI version.
    pub const FIRMWARE_VERSION: &str = "firmware.version";
    /// BIOS or UEFI date, as the firmware writes it.
    pub const FIRMWARE_DATE: &str = "firmware.date";
    /// Whether the machine booted by UEFI.
    pub const FIRMWARE_UEFI: &str = "firmware.uefi";
    /// Whether Secure Boot is on.
    pub const SECURE_BOOT: &str = "firmware.secure_boot";
    /// Major version of the TPM; 0 where there is none.
    pub const TPM: &str = "firmware.tpm";
    /// Processor name.
    pub const CPU_MODEL: &str = "cpu.model";
    /// Physical cores.
    pub const CPU_CORES: &str = "cpu.cores";
    /// Hardware threads.
    pub const CPU_THREADS: &str = "cpu.threads";
    /// Highest rated clock, MHz.
    pub const CPU_MHZ: &str = "cpu.mhz";
    /// Whether it runs 64-bit programs.
    pub const CPU_64BIT: &str = "cpu.64bit";
    /// Memory fitted, as sold; bytes.
    pub const MEMORY_TOTAL: &str = "memory.total";
    /// Memory slots on the board.
    pub const MEMORY_SLOTS: &str = "memory.slots";
    /// Memory slots with nothing in them.
    pub const MEMORY_FREE_SLOTS: &str = "memory.free_slots";
    /// Type of the fitted modules (`DDR3`).
    pub const MEMORY_TYPE: &str = "memory.type";
    /// Size of the largest fixed disk, bytes.
    pub const DISK_LARGEST: &str = "disk.largest";
    /// How many fixed disks.
    pub const DISK_COUNT: &str = "disk.count";
    /// Diagonal of the built-in screen, tenths of an inch.
    pub const SCREEN_DIAGONAL: &str = "screen.diagonal";
    /// Resolution of the built-in screen.
    pub const SCREEN_PIXELS: &str = "screen.pixels";
    /// Battery packs found.
    pub const BATTERY_COUNT: &str = "battery.count";
    /// Present full capacity against design, per cent, all packs together.
    pub const BATTERY_HEALTH: &str = "battery.health";
    /// Charge cycles of the most used pack.
    pub const BATTERY_CYCLES: &str = "battery.cycles";
    /// Whether there is a Wi-Fi interface.
    pub const WIFI: &str = "network.wifi";
    /// Whether there is a wired Ethernet interface.
    pub const ETHERNET: &str = "network.ethernet";
    /// Whether there is a camera.
    pub const CAMERA: &str = "camera.present";
    /// Whether there is Bluetooth.
    pub const BLUETOOTH: &str = "network.bluetooth";
    /// Android release, major number.
    pub const ANDROID: &str = "android.release";
}

/// What was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// Words the machine itself gives.
    Text(String),
    /// A plain number.
    Count(u64),
    /// An amount of memory or storage.
    Bytes(Bytes),
    /// Megahertz.
    Megahertz(u64),
    /// Tenths of an inch.
    TenthInches(u64),
    /// Width and height in pixels.
    Pixels(u64, u64),
    /// Per cent.
    Percent(u64),
    /// Yes or no.
    Flag(bool),
    /// The machine does not tell, and why.
    Unknown(Why),
}

impl Value {
    /// The number inside, where there is one: bytes, MHz, tenths of an inch, per cent, a count, the height in pixels
    /// of a screen, 1 or 0 of a flag.
    #[must_use]
    pub const fn number(&self) -> Option<u64> {
        match self {
            Self::Count(n) | Self::Megahertz(n) | Self::TenthInches(n) | Self::Percent(n) | Self::Pixels(_, n) => {
                Some(*n)
            }
            Self::Bytes(bytes) => Some(bytes.0),
            Self::Flag(flag) => Some(*flag as u64),
            Self::Text(_) | Self::Unknown(_) => None,
        }
    }

    /// Whether the machine did not tell.
    #[must_use]
    pub const fn is_unknown(&self) -> bool {
        matches!(self, Self::Unknown(_))
    }
}

/// How sure a fact is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Certainty {
    /// Read from the hardware or the kernel.
    Certain,
    /// Derived (a rounded size, a diagonal from centimetres).
    Estimated,
    /// Typed by a person ("người nhập").
    Typed,
}

/// One fact.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fact {
    /// See [`key`].
    pub key: String,
    /// What was found.
    pub value: Value,
    /// Where: a path below the root, with a field name behind `#` where one helps (`proc/meminfo#MemTotal`).
    pub source: String,
    /// How sure.
    pub certainty: Certainty,
}

/// All facts of one inspection, in the order they were read; the first of a key counts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facts(Vec<Fact>);

impl Facts {
    /// None yet.
    #[must_use]
    pub const fn new() -> Self {
        Self(Vec::new())
    }

    /// Adds a fact.
    pub fn push(&mut self, key: impl Into<String>, value: Value, source: impl Into<String>, certainty: Certainty) {
        self.0.push(Fact { key: key.into(), value, source: source.into(), certainty });
    }

    /// Adds "unknown", with where it was looked for and why it is not there.
    pub fn unknown(&mut self, key: impl Into<String>, source: impl Into<String>, why: Why) {
        self.push(key, Value::Unknown(why), source, Certainty::Certain);
    }

    /// The fact of that key.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Fact> {
        self.0.iter().find(|fact| fact.key == key)
    }

    /// The known value of that key; `None` where it is missing or unknown.
    #[must_use]
    pub fn known(&self, key: &str) -> Option<&Value> {
        self.get(key).map(|fact| &fact.value).filter(|value| !value.is_unknown())
    }

    /// Every fact.
    pub fn iter(&self) -> impl Iterator<Item = &Fact> {
        self.0.iter()
    }
}

impl Extend<Fact> for Facts {
    fn extend<T: IntoIterator<Item = Fact>>(&mut self, facts: T) {
        self.0.extend(facts);
    }
}
