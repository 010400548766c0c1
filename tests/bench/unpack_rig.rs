//! Image files made and undone by the programs that own the formats, and the reader under test beside them. CI must have
//! those programs; elsewhere their absence is told.

#![expect(
    clippy::disallowed_methods,
    clippy::expect_used,
    clippy::print_stderr,
    reason = "runs other programs on files of its own, says where one is missing, and may stop where they fail"
)]

use aoxanh::imaging::{Content, DecodeError, Packing, Unpacked};
use aoxanh::unit::Bytes;
use std::io::{Cursor, Error, Read};
use std::process::{Command, Stdio};
use tempfile::TempDir;

/// A folder in which other programs work.
pub(crate) struct Shop(TempDir);

impl Shop {
    /// `None` where a program is missing, which is told; CI must have them all.
    pub(crate) fn new(programs: &[&str]) -> Option<Self> {
        for program in programs {
            if Command::new(program).arg("--version").stdin(Stdio::null()).output().is_err() {
                assert_ne!(std::env::var("CI").as_deref(), Ok("true"), "CI must have {program}");
                eprintln!("NOT TESTED: {program} is not installed (./scripts/test installs it)");
                return None;
            }
        }
        Some(Self(tempfile::tempdir().expect("a temporary folder")))
    }

    pub(crate) fn write(&self, name: &str, bytes: &[u8]) {
        std::fs::write(self.0.path().join(name), bytes).expect("a file of ours");
    }

    pub(crate) fn read(&self, name: &str) -> Vec<u8> {
        std::fs::read(self.0.path().join(name)).expect("a file of ours")
    }

    /// A file that has holes, of that many bytes, with these pieces in it.
    pub(crate) fn holed(&self, name: &str, bytes: u64, pieces: &[(u64, &[u8])]) {
        use std::os::unix::fs::FileExt;
        let file = std::fs::File::create(self.0.path().join(name)).expect("a file of ours");
        file.set_len(bytes).expect("holes");
        for (at, piece) in pieces {
            file.write_all_at(piece, *at).expect("a file of ours");
        }
    }

    fn command(&self, line: &str) -> Command {
        let mut words = line.split(' ');
        let mut command = Command::new(words.next().unwrap_or_default());
        command
            .args(words)
            .current_dir(self.0.path())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    /// Runs these at the same time: some programs mostly sleep.
    pub(crate) fn run(&self, lines: &[&str]) {
        let started = lines.iter().map(|line| (line, self.command(line).spawn().expect("the program starts")));
        for (line, child) in started.collect::<Vec<_>>() {
            let ended = child.wait_with_output().expect("the program ends");
            assert!(ended.status.success(), "{line}: {}", String::from_utf8_lossy(&ended.stderr));
        }
    }

    /// What the program makes of `input`.
    pub(crate) fn filter(&self, line: &str, input: &[u8]) -> Vec<u8> {
        self.try_filter(line, input).expect(line)
    }

    /// The same of a program that may refuse.
    pub(crate) fn try_filter(&self, line: &str, input: &[u8]) -> Result<Vec<u8>, String> {
        self.write("input", input);
        let file = std::fs::File::open(self.0.path().join("input")).expect("just written");
        let ended = self.command(line).stdin(file).output().expect("the program runs");
        if ended.status.success() { Ok(ended.stdout) } else { Err(String::from_utf8_lossy(&ended.stderr).into_owned()) }
    }
}

/// What came out of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Out {
    pub(crate) kinds: (Packing, Content),
    pub(crate) checked: bool,
    pub(crate) medium: Vec<u8>,
}

/// Reads the file to its end. An error is the file's own fault, or the test's end.
pub(crate) fn unpack(file: &[u8], most: u64) -> Result<Out, DecodeError> {
    let own = |error: Error| error.downcast::<DecodeError>().expect("the file's own fault");
    let mut unpacked = Unpacked::new(Cursor::new(file.to_vec()), Bytes(most)).map_err(own)?;
    let mut medium = Vec::new();
    unpacked.read_to_end(&mut medium).map_err(own)?;
    assert_eq!(unpacked.taken(), Bytes(file.len() as u64), "the true end");
    let kinds = (unpacked.packing(), unpacked.content());
    Ok(Out { kinds, checked: unpacked.is_checked(), medium })
}

/// Bytes that do not pack, the same every time.
pub(crate) fn noise(len: usize) -> Vec<u8> {
    let mut state = 0x9E37_79B9_7F4A_7C15u64;
    let next = |_| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state.to_le_bytes()[0]
    };
    (0..len).map(next).collect()
}

/// A few kilobytes of which most pack well: 4096 bytes, whole blocks of any kind.
pub(crate) fn little() -> Vec<u8> {
    let mut medium: Vec<u8> = b"ao xanh ".iter().copied().cycle().take(1024).collect();
    medium.extend([0; 1024]);
    medium.extend(noise(160));
    medium.resize(4096, 7);
    medium
}

/// Every packing, with a program that packs to its output and one that unpacks.
pub(crate) const PACKERS: [(Packing, &str, &str); 4] = [
    (Packing::Zstd, "zstd -q -c", "zstd -q -d -c"),
    (Packing::Gzip, "gzip -c", "gzip -d -c"),
    (Packing::Xz, "xz -0 -c", "xz -d -c"),
    (Packing::Bzip2, "bzip2 -c", "bzip2 -d -c"),
];

/// An Android sparse image of [`little`] in three chunks, with a checksum behind them where that is asked for.
pub(crate) fn little_sparse(with_checksum: bool) -> Vec<u8> {
    let medium = little();
    let mut file = vec![0x3A, 0xFF, 0x26, 0xED, 1, 0, 0, 0, 28, 0, 12, 0];
    let chunk = |kind: u16, blocks: u32, data: &[u8]| {
        let mut chunk = u32::from(kind).to_le_bytes().to_vec();
        chunk.extend(blocks.to_le_bytes());
        chunk.extend((12 + u32::try_from(data.len()).expect("short")).to_le_bytes());
        chunk.extend(data);
        chunk
    };
    for number in [512, 8, if with_checksum { 5 } else { 4 }, 0u32] {
        file.extend(number.to_le_bytes());
    }
    file.extend(chunk(0xCAC1, 2, &medium[..1024]));
    file.extend(chunk(0xCAC3, 2, b""));
    file.extend(chunk(0xCAC1, 1, &medium[2048..2560]));
    file.extend(chunk(0xCAC2, 3, &[7; 4]));
    if with_checksum {
        file.extend(chunk(0xCAC4, 0, &crc32fast::hash(&medium).to_le_bytes()));
    }
    file
}
