//! Builds trees that look like `/sys` and `/proc` of a machine, and raw SMBIOS tables, for the probe to read.

#![expect(clippy::disallowed_methods, clippy::expect_used, reason = "a test builder writes its own trees")]

use aoxanh::device::Facts;
use aoxanh::linux::MachineProbe;
use aoxanh::port::Probe;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;

/// A tree in a folder that goes away with it.
pub(crate) struct SysfsTree {
    folder: tempfile::TempDir,
}

/// SMBIOS structures, one after the other.
#[derive(Default)]
pub(crate) struct SmbiosTable {
    bytes: Vec<u8>,
}

/// The fields of one structure, by their offsets.
pub(crate) struct Structure {
    formatted: Vec<u8>,
    strings: Vec<String>,
}

impl SysfsTree {
    pub(crate) fn new() -> Self {
        Self { folder: tempfile::tempdir().expect("a folder for the tree") }
    }

    pub(crate) fn root(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn facts(&self) -> Facts {
        MachineProbe { root: self.root().to_owned() }.facts().expect("the root is a folder")
    }

    pub(crate) fn file(&self, path: &str, bytes: impl AsRef<[u8]>) -> &Self {
        let path = self.root().join(path);
        fs::create_dir_all(path.parent().expect("below the root")).expect("a folder");
        fs::write(path, bytes).expect("a file");
        self
    }

    pub(crate) fn files(&self, folder: &str, files: &[(&str, &str)]) -> &Self {
        for (name, text) in files {
            self.file(&format!("{folder}/{name}"), format!("{text}\n"));
        }
        self
    }

    pub(crate) fn empty_folder(&self, path: &str) -> &Self {
        fs::create_dir_all(self.root().join(path)).expect("a folder");
        self
    }

    /// A folder below `sys/devices` and a link to it from its class, as the kernel makes them.
    pub(crate) fn device(&self, class: &str, name: &str, way: &str, files: &[(&str, &str)]) -> &Self {
        self.files(&format!("sys/devices/{way}"), files)
            .empty_folder(&format!("sys/devices/{way}"))
            .empty_folder(class);
        let up = "../".repeat(class.split('/').count());
        symlink(format!("{up}sys/devices/{way}"), self.root().join(class).join(name)).expect("a link");
        self
    }

    pub(crate) fn link(&self, path: &str, to: &str) -> &Self {
        symlink(to, self.root().join(path)).expect("a link");
        self
    }

    pub(crate) fn smbios(&self, table: &SmbiosTable, version: (u8, u8)) -> &Self {
        let entry_point = [b"_SM3_".as_slice(), &[0, 24, version.0, version.1, 0]].concat();
        self.file("sys/firmware/dmi/tables/smbios_entry_point", entry_point);
        self.file("sys/firmware/dmi/tables/DMI", &table.bytes)
    }

    /// A `cpuinfo` of one socket with `threads` hardware threads on `cores` cores.
    pub(crate) fn cpuinfo(&self, model: &str, cores: usize, threads: usize) -> &Self {
        let one = |number: usize| {
            let core = number % cores.max(1);
            format!(
                "processor\t: {number}\nmodel name\t: {model}\nphysical id\t: 0\ncore id\t\t: {core}\nflags\t\t: fpu lm\n\n"
            )
        };
        self.file("proc/cpuinfo", (0..threads).map(one).collect::<String>())
    }

    pub(crate) fn meminfo(&self, kibibytes: u64) -> &Self {
        self.file("proc/meminfo", format!("MemTotal:       {kibibytes} kB\nMemFree:        1 kB\n"))
    }

    /// A disk of so many bytes at that place below `sys/devices`.
    pub(crate) fn disk(&self, name: &str, way: &str, bytes: u64, rotational: &str) -> &Self {
        let sectors = (bytes / 512).to_string();
        self.device(
            "sys/block",
            name,
            way,
            &[("size", &sectors), ("removable", "0"), ("queue/rotational", rotational)],
        );
        self.empty_folder(&format!("sys/devices/{way}/device"))
    }
}

impl SmbiosTable {
    pub(crate) fn add(&mut self, kind: u8, handle: u16, structure: Structure) {
        let len = u8::try_from(structure.formatted.len()).expect("a short structure");
        let mut formatted = structure.formatted;
        formatted[..4].copy_from_slice(&[kind, len, handle.to_le_bytes()[0], handle.to_le_bytes()[1]]);
        self.bytes.extend(formatted);
        for string in &structure.strings {
            self.bytes.extend(string.as_bytes());
            self.bytes.push(0);
        }
        self.bytes.extend(if structure.strings.is_empty() { &[0, 0][..] } else { &[0][..] });
    }

    pub(crate) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    pub(crate) fn end(mut self) -> Self {
        self.add(127, 0xFEFF, Structure::of_len(4));
        self
    }
}

impl Structure {
    pub(crate) fn of_len(len: usize) -> Self {
        Self { formatted: vec![0; len], strings: Vec::new() }
    }

    pub(crate) fn put(mut self, at: usize, bytes: &[u8]) -> Self {
        self.formatted[at..at + bytes.len()].copy_from_slice(bytes);
        self
    }

    /// A string; `None` leaves number 0, "Not Specified".
    pub(crate) fn text(mut self, at: usize, text: Option<&str>) -> Self {
        let Some(text) = text.filter(|text| !text.is_empty()) else { return self };
        self.strings.push(text.to_owned());
        self.formatted[at] = u8::try_from(self.strings.len()).expect("few strings");
        self
    }
}
