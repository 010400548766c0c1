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
    /// The Windows key in the firmware, all but its last five symbols hidden; "no" where there is none.
    pub const WINDOWS_KEY: &str = "firmware.windows_key";
    /// Whether the firmware asks for a password before it lets itself be changed.
    pub const FIRMWARE_PASSWORD: &str = "lock.firmware_password";
    /// Whether Absolute (once Computrace) is switched on in the firmware.
    pub const ABSOLUTE: &str = "lock.absolute";
    /// Whether the firmware hands Windows a program to run at every start (a WPBT table).
    pub const WPBT: &str = "lock.wpbt";
    /// Whether the board can be steered over the network by Intel AMT.
    pub const AMT: &str = "lock.amt";
    /// Whether it is a Chromebook.
    pub const CHROMEBOOK: &str = "lock.chromebook";
    /// Whether a Chromebook's firmware is protected against writing.
    pub const WRITE_PROTECT: &str = "lock.write_protect";
    /// Whether an organisation locks it over the network (MDM, Autopilot): never known before it is online.
    pub const ONLINE_LOCK: &str = "lock.online";
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
    /// Clock that it keeps up under load, MHz.
    pub const CPU_BASE_MHZ: &str = "cpu.base_mhz";
    /// Whether it knows SSE4.2.
    pub const CPU_SSE42: &str = "cpu.sse42";
    /// Whether it knows AVX2.
    pub const CPU_AVX2: &str = "cpu.avx2";
    /// Whether it can run virtual machines.
    pub const CPU_VIRTUALISATION: &str = "cpu.virtualisation";
    /// The level of the x86-64 psABI that it reaches (`x86-64-v2`).
    pub const CPU_LEVEL: &str = "cpu.level";
    /// Its family as makers count them (`Intel Core gen 4`).
    pub const CPU_GENERATION: &str = "cpu.generation";
    /// The year in which that family came out.
    pub const CPU_YEAR: &str = "cpu.year";
    /// Memory fitted, as sold; bytes.
    pub const MEMORY_TOTAL: &str = "memory.total";
    /// Memory slots on the board.
    pub const MEMORY_SLOTS: &str = "memory.slots";
    /// Memory slots with nothing in them.
    pub const MEMORY_FREE_SLOTS: &str = "memory.free_slots";
    /// Type of the fitted modules (`DDR3`).
    pub const MEMORY_TYPE: &str = "memory.type";
    /// Form of the modules (`SODIMM`, `DIMM`), or `soldered`.
    pub const MEMORY_FORM: &str = "memory.form";
    /// Whether some of the memory is soldered to the board.
    pub const MEMORY_SOLDERED: &str = "memory.soldered";
    /// The most memory that the board takes, as its tables say; bytes.
    pub const MEMORY_MAXIMUM: &str = "memory.maximum";
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
    /// What the packs do now: `charging`, `discharging`, `full`, `not charging`.
    pub const BATTERY_STATUS: &str = "battery.status";
    /// Whether a charger is plugged in.
    pub const CHARGER: &str = "battery.charger";
    /// Whether there is a Wi-Fi interface.
    pub const WIFI: &str = "network.wifi";
    /// The bands of its Wi-Fi, GHz (`2.4 + 5`).
    pub const WIFI_BANDS: &str = "network.wifi_bands";
    /// Whether there is a wired Ethernet interface.
    pub const ETHERNET: &str = "network.ethernet";
    /// Whether there is a camera.
    pub const CAMERA: &str = "camera.present";
    /// Whether there is Bluetooth.
    pub const BLUETOOTH: &str = "network.bluetooth";
    /// Name of the sound chip.
    pub const SOUND_CHIP: &str = "sound.chip";
    /// Whether there are built-in speakers.
    pub const SPEAKERS: &str = "sound.speakers";
    /// Whether there is a built-in microphone.
    pub const MICROPHONE: &str = "sound.microphone";
    /// Whether the screen takes touch.
    pub const TOUCHSCREEN: &str = "input.touchscreen";
    /// Whether there is a touchpad.
    pub const TOUCHPAD: &str = "input.touchpad";
    /// Which keyboard it seems to have.
    pub const KEYBOARD_LAYOUT: &str = "input.layout";
    /// Whether there is a fingerprint reader.
    pub const FINGERPRINT: &str = "input.fingerprint";
    /// Whether there is a reader for memory cards.
    pub const CARD_READER: &str = "port.card_reader";
    /// The highest USB version of its controllers.
    pub const USB_VERSION: &str = "port.usb";
    /// Android release, major number.
    pub const ANDROID: &str = "android.release";
    /// Day of its last security patch, as it writes it (`2023-04-01`).
    pub const ANDROID_PATCH: &str = "android.patch";
    /// How its data is encrypted: `file`, `block` or `none`.
    pub const ENCRYPTION: &str = "android.encryption";
    /// The state of its verified boot: `green`, `yellow`, `orange`, `red`.
    pub const VERIFIED_BOOT: &str = "android.verified_boot";
    /// Whether it has two sets of system partitions.
    pub const SLOTS: &str = "android.slots";
    /// Whether its first set-up was gone through.
    pub const SET_UP: &str = "android.set_up";
    /// Whether its bootloader refuses other systems than its maker's.
    pub const BOOTLOADER_LOCK: &str = "lock.bootloader";
    /// Whether Samsung's fuse for changed systems is blown.
    pub const WARRANTY_BIT: &str = "lock.warranty_bit";
    /// How many accounts there are on it, of all users together.
    pub const ACCOUNTS: &str = "lock.accounts";
    /// The program that an organisation manages it with; "no" where it said that there is none.
    pub const DEVICE_OWNER: &str = "lock.device_owner";
    /// Memory that the system counts, bytes: less than was sold.
    pub const MEMORY_COUNTED: &str = "memory.counted";
    /// Storage that the system counts, bytes: less than was sold.
    pub const STORAGE_COUNTED: &str = "storage.counted";
    /// How full the battery is, per cent.
    pub const BATTERY_LEVEL: &str = "battery.level";
    /// What the battery says of itself: `good`, `overheat`, `dead`, `over voltage`, `failure`, `cold`.
    pub const BATTERY_CONDITION: &str = "battery.condition";
    /// Whether it telephones or has mobile data.
    pub const MOBILE_NETWORK: &str = "network.mobile";
    /// How many SIM cards it takes.
    pub const SIM_SLOTS: &str = "network.sim_slots";
    /// Whether it has NFC.
    pub const NFC: &str = "network.nfc";
    /// How many cameras.
    pub const CAMERA_COUNT: &str = "camera.count";

    /// Those that only tablets and phones tell.
    pub const OF_HANDHELDS: [&str; 18] = [
        ANDROID,
        ANDROID_PATCH,
        ENCRYPTION,
        VERIFIED_BOOT,
        SLOTS,
        SET_UP,
        BOOTLOADER_LOCK,
        WARRANTY_BIT,
        ACCOUNTS,
        DEVICE_OWNER,
        MEMORY_COUNTED,
        STORAGE_COUNTED,
        BATTERY_LEVEL,
        BATTERY_CONDITION,
        MOBILE_NETWORK,
        SIM_SLOTS,
        NFC,
        CAMERA_COUNT,
    ];
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
    /// Milliwatt-hours.
    MilliwattHours(u64),
    /// Yes or no.
    Flag(bool),
    /// The machine does not tell, and why.
    Unknown(Why),
}

impl Value {
    /// The number inside, where there is one: bytes, MHz, tenths of an inch, per cent, mWh, a count, the height in
    /// pixels of a screen, 1 or 0 of a flag.
    #[must_use]
    pub const fn number(&self) -> Option<u64> {
        match self {
            Self::Count(n)
            | Self::Megahertz(n)
            | Self::TenthInches(n)
            | Self::Percent(n)
            | Self::MilliwattHours(n)
            | Self::Pixels(_, n) => Some(*n),
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
