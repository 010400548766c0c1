//! The manifest of an image: what it is called, how long it is, what its digest is, what it is for.
//!
//! Invariants: a manifest is read whole or refused with file, line and key; what is written reads back equal.

use super::capture_note::CaptureNote;
use super::first_boot::FirstBoot;
use super::fit_file::FitFile;
use super::fit_plan::Grow;
use super::list_reader::{Reader, flag};
use super::manifest_error::{ManifestError, Problem, Wanted};
use super::windows::WindowsNote;
use crate::unit::{Bytes, Digest};
use crate::word::{Sentence, say};
use std::fmt::Write as _;
use toml::de::DeValue;

const KEYS: &[&str] = &[
    "id",
    "name",
    "length",
    "blake3",
    "os",
    "arch",
    "block",
    "firmware",
    "minimum_memory",
    "minimum_disk",
    "source",
    "licence",
    "partition_offset",
    "partition_length",
    "grow",
    "unique_ids",
    "first_boot",
    "windows",
    "capture",
    "fit",
];

/// Which firmware can start the image.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Firmware {
    /// UEFI only.
    Uefi,
    /// BIOS only.
    Bios,
    /// Either.
    Both,
}

impl Firmware {
    /// Its word in manifests and in JSON.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Uefi => "uefi",
            Self::Bios => "bios",
            Self::Both => "both",
        }
    }

    /// The same for people.
    #[must_use]
    pub fn sentence(self) -> Sentence {
        match self {
            Self::Uefi => say!("firmware-uefi"),
            Self::Bios => say!("firmware-bios"),
            Self::Both => say!("firmware-both"),
        }
    }
}

/// What is known of an image without reading it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Manifest {
    /// Its id: at most 64 small letters, digits, dashes and dots.
    pub id: String,
    /// Its name for people.
    pub name: String,
    /// Its length when decoded, bytes, at least 1.
    pub length: Bytes,
    /// BLAKE3 of the decoded image.
    pub blake3: Digest,
    /// Operating system.
    pub os: String,
    /// Processor architecture.
    pub arch: String,
    /// The logical block its partition table counts in: 512 or 4096 bytes.
    pub block: u32,
    /// Which firmware starts it, where that is said.
    pub firmware: Option<Firmware>,
    /// The least memory it runs in, where that is said.
    pub minimum_memory: Option<Bytes>,
    /// The smallest disk it is of use on, where that is said; its length is needed in any case.
    pub minimum_disk: Option<Bytes>,
    /// Where it comes from, where that is said.
    pub source: Option<String>,
    /// Under which licence it may be given away, where that is said.
    pub licence: Option<String>,
    /// Where its main partition begins in the image, with [`Self::partition_length`].
    pub partition_offset: Option<Bytes>,
    /// How long its main partition is.
    pub partition_length: Option<Bytes>,
    /// How it is fitted to its disk after the write.
    pub fit: FitWish,
    /// The Windows in it, where there is one that was looked at.
    pub windows: Option<WindowsNote>,
    /// That it was captured from a master machine, where it was.
    pub capture: Option<CaptureNote>,
}

/// How an image wants to be fitted to its disk.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FitWish {
    /// When its last partition grows, where that is said.
    pub grow: Option<Grow>,
    /// Whether the disk and its partitions get ids of their own.
    pub unique_ids: bool,
    /// What the machine is to be like at its first start, where the image says otherwise than the station.
    pub first_boot: FirstBoot,
    /// Whether nothing is set for the first start.
    pub as_it_is: bool,
    /// Files that it wants on its partitions.
    pub files: Vec<FitFile>,
}

impl FitWish {
    /// Whether it leaves anything to be done.
    #[must_use]
    pub fn asks(&self) -> bool {
        !(self.as_it_is && self.grow == Some(Grow::No) && !self.unique_ids && self.files.is_empty())
    }
}

impl Manifest {
    /// Reads a manifest. `file` is only what an error will call it.
    pub fn from_toml(file: &str, text: &str) -> Result<Self, ManifestError> {
        Reader::over(file, text, Self::read)
    }

    fn read(reader: &Reader<'_>) -> Result<Self, ManifestError> {
        reader.refuse_unknown(KEYS)?;
        let manifest = Self {
            id: reader.need("id", Wanted::Id, id)?,
            name: reader.need("name", Wanted::Text, some_text)?,
            length: reader.need("length", Wanted::Size, size)?,
            blake3: reader.need("blake3", Wanted::Digest, |value| value.as_str()?.parse().ok())?,
            os: reader.need("os", Wanted::Text, some_text)?,
            arch: reader.need("arch", Wanted::Text, some_text)?,
            block: reader.need("block", Wanted::Block, block)?,
            firmware: reader.may("firmware", Wanted::Firmware, firmware)?,
            minimum_memory: reader.may("minimum_memory", Wanted::Size, size)?,
            minimum_disk: reader.may("minimum_disk", Wanted::Size, size)?,
            source: reader.may("source", Wanted::Text, some_text)?,
            licence: reader.may("licence", Wanted::Text, some_text)?,
            partition_offset: reader.may("partition_offset", Wanted::Offset, offset)?,
            partition_length: reader.may("partition_length", Wanted::Size, size)?,
            fit: FitWish {
                grow: reader.may("grow", Wanted::OneOf("now, first-boot, no"), grow)?,
                unique_ids: reader.may("unique_ids", Wanted::Flag, flag)?.unwrap_or(false),
                first_boot: reader.below("first_boot", FirstBoot::read)?.unwrap_or_default(),
                as_it_is: reader.is_false("first_boot"),
                files: reader.below("fit", FitFile::list)?.unwrap_or_default(),
            },
            windows: reader.below("windows", WindowsNote::read)?,
            capture: reader.below("capture", CaptureNote::read)?,
        };
        match (manifest.partition_offset, manifest.partition_length) {
            (None, None) => Ok(manifest),
            (Some(at), Some(len)) if at.plus(len).is_some_and(|end| end <= manifest.length) => Ok(manifest),
            (Some(_), _) => Err(reader.error("partition_offset", Problem::Wants(Wanted::Partition))),
            (None, Some(_)) => Err(reader.error("partition_length", Problem::Wants(Wanted::Partition))),
        }
    }

    /// The manifest as a file.
    #[must_use]
    pub fn to_toml(&self) -> String {
        let mut lines = Vec::new();
        let mut put = |key: &str, value: String| lines.push(format!("{key} = {value}\n"));
        put("id", quoted(&self.id));
        put("name", quoted(&self.name));
        put("length", self.length.0.to_string());
        put("blake3", quoted(&self.blake3.to_string()));
        put("os", quoted(&self.os));
        put("arch", quoted(&self.arch));
        put("block", self.block.to_string());
        if let Some(firmware) = self.firmware {
            put("firmware", quoted(firmware.word()));
        }
        for (key, value) in [("source", &self.source), ("licence", &self.licence)] {
            if let Some(text) = value {
                put(key, quoted(text));
            }
        }
        for (key, value) in [
            ("minimum_memory", self.minimum_memory),
            ("minimum_disk", self.minimum_disk),
            ("partition_offset", self.partition_offset),
            ("partition_length", self.partition_length),
        ] {
            if let Some(value) = value {
                put(key, value.0.to_string());
            }
        }
        if let Some(grow) = self.fit.grow {
            put("grow", quoted(grow.word()));
        }
        if self.fit.unique_ids {
            put("unique_ids", true.to_string());
        }
        if self.fit.as_it_is {
            put("first_boot", false.to_string());
        }
        let settings = self.fit.first_boot.pairs(quoted);
        lines.extend((!settings.is_empty()).then(|| "\n[first_boot]\n".to_owned()));
        lines.extend(settings.into_iter().map(|(key, value)| format!("{key} = {value}\n")));
        lines.extend(self.windows.iter().flat_map(|windows| windows.lines(quoted)));
        lines.extend(self.capture.iter().flat_map(|capture| capture.lines(quoted)));
        for file in &self.fit.files {
            lines.push("\n[[fit.file]]\n".to_owned());
            lines.extend(file.pairs(quoted).map(|(key, value)| format!("{key} = {value}\n")));
        }
        lines.concat()
    }
}

fn some_text(value: &DeValue<'_>) -> Option<String> {
    value.as_str().filter(|text| !text.trim().is_empty()).map(str::to_owned)
}

fn id(value: &DeValue<'_>) -> Option<String> {
    let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '.';
    some_text(value).filter(|id| id.len() <= 64 && id.chars().all(allowed))
}

fn offset(value: &DeValue<'_>) -> Option<Bytes> {
    let number = value.as_integer()?;
    u64::from_str_radix(number.as_str(), number.radix()).ok().map(Bytes)
}

fn size(value: &DeValue<'_>) -> Option<Bytes> {
    offset(value).filter(|size| *size > Bytes::ZERO)
}

fn block(value: &DeValue<'_>) -> Option<u32> {
    u32::try_from(offset(value)?.0).ok().filter(|block| [512, 4096].contains(block))
}

fn firmware(value: &DeValue<'_>) -> Option<Firmware> {
    let word = value.as_str()?;
    [Firmware::Uefi, Firmware::Bios, Firmware::Both].into_iter().find(|firmware| firmware.word() == word)
}

fn grow(value: &DeValue<'_>) -> Option<Grow> {
    let word = value.as_str()?;
    Grow::ALL.into_iter().find(|grow| grow.word() == word)
}

fn quoted(text: &str) -> String {
    let mut out = String::from('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            c if c.is_control() => {
                // Writing to a String cannot fail.
                let _ = write!(out, "\\u{:04X}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

#[cfg(test)]
pub(super) mod tests {
    use super::super::windows::LicenceBasis;
    use super::*;
    use proptest::prelude::*;

    pub(in crate::imaging) fn manifest() -> Manifest {
        Manifest {
            id: "debian-12".to_owned(),
            name: "Debian 12 cho học sinh".to_owned(),
            length: Bytes(1 << 20),
            blake3: Digest([0xAB; 32]),
            os: "Debian".to_owned(),
            arch: "x86_64".to_owned(),
            block: 512,
            firmware: Some(Firmware::Both),
            minimum_memory: Some(Bytes::gib(2)),
            minimum_disk: None,
            source: None,
            licence: None,
            partition_offset: Some(Bytes(1024)),
            partition_length: Some(Bytes(4096)),
            fit: FitWish::default(),
            windows: None,
            capture: None,
        }
    }

    fn a_file() -> FitFile {
        let text = "{tag}\n\"{{x}}\"\n".to_owned();
        FitFile { partition: "BOOTFS".to_owned(), path: "/a.txt".to_owned(), text }
    }

    fn refused(text: &str) -> (usize, Option<String>, Problem) {
        let error = Manifest::from_toml("a.toml", text).expect_err(text);
        assert_eq!(error.file, "a.toml");
        (error.line, error.key, error.problem)
    }

    /// The good manifest with the line of `key` replaced.
    fn with(key: &str, line: &str) -> String {
        let text = manifest().to_toml();
        let lines = text.lines().map(|old| if old.starts_with(&format!("{key} =")) { line } else { old });
        lines.collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn every_bad_value_is_refused_with_its_line_and_key() {
        for (key, line_number, value, wanted) in [
            ("id", 1, "\"Có dấu\"", Wanted::Id),
            ("id", 1, "7", Wanted::Id),
            ("name", 2, "\" \"", Wanted::Text),
            ("length", 3, "0", Wanted::Size),
            ("length", 3, "-1", Wanted::Size),
            ("length", 3, "\"1\"", Wanted::Size),
            ("length", 3, "99999999999999999999", Wanted::Size),
            ("blake3", 4, "\"abc\"", Wanted::Digest),
            ("os", 5, "true", Wanted::Text),
            ("arch", 6, "[]", Wanted::Text),
            ("block", 7, "1024", Wanted::Block),
            ("firmware", 8, "\"UEFI\"", Wanted::Firmware),
            ("minimum_memory", 9, "1.5", Wanted::Size),
            ("partition_offset", 10, "1048576", Wanted::Partition),
            ("partition_length", 11, "0", Wanted::Size),
        ] {
            let text = with(key, &format!("{key} = {value}"));
            assert_eq!(refused(&text), (line_number, Some(key.to_owned()), Problem::Wants(wanted)), "{text}");
        }
        for (line, wanted) in [
            ("grow = \"later\"", Wanted::OneOf("now, first-boot, no")),
            ("unique_ids = 1", Wanted::Flag),
            ("first_boot = true", Wanted::Settings),
            ("[first_boot]\nuser = \"A\"", Wanted::User),
            ("windows = true", Wanted::Settings),
            ("[windows]\ngeneralised = false", Wanted::OneOf("true")),
            ("[capture]\ntraces = [1]", Wanted::Text),
            ("[fit]\nfile = 1", Wanted::Tables),
        ] {
            let (_, _, problem) = refused(&format!("{}{line}", manifest().to_toml()));
            assert_eq!(problem, Problem::Wants(wanted), "{line}");
        }
        for key in &KEYS[..7] {
            assert_eq!(refused(&with(key, "")), (1, Some((*key).to_owned()), Problem::MissingKey));
        }
        let half = (11, Some("partition_length".to_owned()), Problem::Wants(Wanted::Partition));
        assert_eq!(refused(&with("partition_offset", "# none")), half);
        assert_eq!(refused(&with("os", "os = \"a\"\nsize = 3")), (6, Some("size".to_owned()), Problem::UnknownKey));
        let (line, key, problem) = refused(&with("arch", "arch = "));
        assert!(line == 6 && key.is_none() && matches!(problem, Problem::Syntax(_)), "{line} {key:?} {problem:?}");
    }

    #[test]
    fn numbers_may_be_written_as_toml_allows() {
        let text = with("length", "length = 1_048_576");
        assert_eq!(Manifest::from_toml("a", &text).map(|read| read.length), Ok(Bytes(1 << 20)));
        let text = with("length", "length = 0x10_0000");
        assert_eq!(Manifest::from_toml("a", &text).map(|read| read.length), Ok(Bytes(1 << 20)));
    }

    proptest! {
        #[test]
        fn what_is_written_reads_back_equal(
            name in "\\PC{0,20}[\"\\\\\n\t\u{7f}đ]{1,5}x", os in "\\PC{1,9}o", length in 1u64..1 << 62, whole: bool,
            blake3 in any::<[u8; 32]>(), firmware in prop::sample::select(vec![None, Some(Firmware::Uefi), Some(Firmware::Bios)]),
        ) {
            let partition = whole.then_some((Bytes::ZERO, Bytes(length)));
            let written = Manifest {
                os, length: Bytes(length), blake3: Digest(blake3), firmware,
                minimum_disk: whole.then_some(Bytes(length)), source: Some(name.clone()), licence: whole.then(|| name.clone()),
                name,
                partition_offset: partition.map(|p| p.0), partition_length: partition.map(|p| p.1),
                fit: FitWish {
                    grow: whole.then_some(Grow::FirstBoot), unique_ids: whole, as_it_is: !whole,
                    files: if whole { vec![a_file(); 2] } else { Vec::new() },
                    first_boot: if whole { FirstBoot { wifi: Some("Trường \"Mai\"".to_owned()), ..FirstBoot::default() } } else { FirstBoot::default() },
                },
                windows: whole.then(|| WindowsNote { edition: "Core".to_owned(), build: None, basis: LicenceBasis::Oem }),
                capture: whole.then(|| CaptureNote { traces: vec!["wifi \"a\"".to_owned(), "x".to_owned()] }),
                ..manifest()
            };
            prop_assert_eq!(Manifest::from_toml("a", &written.to_toml()), Ok(written));
        }
    }
}
