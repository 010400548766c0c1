//! What a donated disk of a virtual machine holds: every sector says where it stands, and is read from outside.

#![expect(clippy::disallowed_methods, clippy::expect_used, reason = "a test looks at the disks of its machine")]

use aoxanh::event::disk::WipeStarted;
use aoxanh::unit::Bytes;
use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

const SECTOR: usize = 512;
/// What the donor wrote all over the disk.
const LETTER: &str = "Học bạ của em Nguyễn Thị Thử, lớp 3A. ";

/// What a disk of the machine stands on.
pub(crate) struct Donated {
    file: PathBuf,
    size: Bytes,
}

impl Donated {
    /// A file of that size, full of what the donor wrote.
    pub(crate) fn new(file: PathBuf, size: Bytes) -> Self {
        let donated = Self { file, size };
        donated.fill();
        donated
    }

    /// Writes again what the donor wrote.
    pub(crate) fn fill(&self) {
        let sectors = usize::try_from(self.size.0).expect("small") / SECTOR;
        let mut file = BufWriter::new(File::create(&self.file).expect("ours"));
        for number in 0..sectors {
            file.write_all(&letter(number)).expect("ours");
        }
        file.flush().expect("ours");
    }

    /// Where it stands.
    pub(crate) fn file(&self) -> &Path {
        &self.file
    }

    /// Every byte that stands there now.
    pub(crate) fn bytes(&self) -> Vec<u8> {
        let bytes = fs::read(&self.file).expect("ours");
        assert_eq!(bytes.len() as u64, self.size.0);
        bytes
    }

    /// Where it still holds what the donor wrote: first byte and length of each stretch of whole sectors.
    pub(crate) fn left(&self) -> Vec<(usize, usize)> {
        stretches(&self.bytes(), |number, sector| letter(number) == sector)
    }

    /// Where it holds something else than that overwrite puts there, made without the program's own methods: the keyed BLAKE3
    /// stream of nothing, or zeros. First byte and length of each stretch.
    pub(crate) fn amiss(&self, started: &WipeStarted) -> Vec<(usize, usize)> {
        let bytes = self.bytes();
        let mut due = vec![0; bytes.len()];
        if let Some(key) = &started.pattern_key {
            blake3::Hasher::new_keyed(&key.0).finalize_xof().fill(&mut due);
        }
        stretches(&bytes, |number, sector| sector != &due[number * SECTOR..][..SECTOR])
    }
}

/// What the donor wrote in the sector of that number.
fn letter(number: usize) -> Vec<u8> {
    let mut text = format!("{number:>12} ").into_bytes();
    text.extend(LETTER.bytes().cycle().take(SECTOR - text.len()));
    text
}

fn stretches(bytes: &[u8], is: impl Fn(usize, &[u8]) -> bool) -> Vec<(usize, usize)> {
    let mut found: Vec<(usize, usize)> = Vec::new();
    for (number, sector) in bytes.chunks(SECTOR).enumerate().filter(|(number, sector)| is(*number, sector)) {
        let at = number * SECTOR;
        match found.last_mut() {
            Some((begin, length)) if *begin + *length == at => *length += sector.len(),
            _other => found.push((at, sector.len())),
        }
    }
    found
}
