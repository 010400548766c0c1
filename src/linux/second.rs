//! `cmp` as the second reader: Debian's own, of GNU diffutils.
//!
//! Invariant: the program reads the disk by itself, through a descriptor of its own; our bytes come to it by a pipe.

#![expect(clippy::disallowed_methods, reason = "an adapter: it runs processes")]

use super::tool::tool;
use crate::port::{Comparing, Failure, SecondReader, Trouble};
use crate::unit::Bytes;
use crate::wipe::CrossFound;
use crate::word::say;
use std::ffi::OsStr;
use std::io::{self, Read, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};

/// [`SecondReader`] by `cmp`.
#[derive(Clone, Copy, Debug, Default)]
pub struct Cmp;

struct Running {
    child: Child,
}

impl SecondReader for Cmp {
    fn name(&self) -> Result<String, Failure> {
        let answer = tool("cmp", &[OsStr::new("--version")])?;
        Ok(answer.out.lines().next().unwrap_or("cmp").to_owned())
    }

    fn begin(&self, path: &Path, size: Bytes) -> Result<Box<dyn Comparing>, Failure> {
        let child = Command::new("cmp")
            .arg(format!("--bytes={}", size.0))
            .arg("--")
            .arg("-")
            .arg(path)
            .env("LC_ALL", "C")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|error| Failure::new(Trouble::Io, say!("tool-missing", tool = "cmp")).because(error))?;
        Ok(Box::new(Running { child }))
    }
}

impl Comparing for Running {
    fn give(&mut self, bytes: &[u8]) -> io::Result<bool> {
        let Some(to) = &mut self.child.stdin else { return Ok(false) };
        match to.write_all(bytes) {
            Ok(()) => Ok(true),
            // It has found a difference, or cannot read on; its answer says which.
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(false),
            Err(error) => Err(error),
        }
    }

    fn end(mut self: Box<Self>) -> CrossFound {
        drop(self.child.stdin.take());
        let mut said = String::new();
        let heard = self.child.stdout.take().map(|mut out| out.read_to_string(&mut said));
        let code = self.child.wait().ok().and_then(|status| status.code());
        match (code, heard) {
            (Some(0), Some(Ok(0))) => CrossFound::Same,
            (Some(1), Some(Ok(_))) => first_difference(&said).map_or(CrossFound::Failed, CrossFound::Differs),
            _other => CrossFound::Failed,
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // After its end both say that there is nothing to do.
        let _gone = self.child.kill();
        let _waited = self.child.wait();
    }
}

/// The offset in `- /dev/sdb differ: byte 4097, line 1`, whose bytes are counted from 1.
fn first_difference(said: &str) -> Option<Bytes> {
    let number = said.rsplit_once("differ: ")?.1.split(", ").next()?.split(' ').next_back()?;
    number.parse::<u64>().ok()?.checked_sub(1).map(Bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn compare(disk: &[u8], given: &[u8], size: u64) -> CrossFound {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("- differ: byte 9, line 1");
        std::fs::write(&path, disk).expect("written");
        let mut comparing = Cmp.begin(&path, Bytes(size)).expect("cmp is here");
        for piece in given.chunks(4096) {
            if !comparing.give(piece).expect("a pipe") {
                break;
            }
        }
        comparing.end()
    }

    #[test]
    fn cmp_finds_what_differs_and_where_and_nothing_short_is_the_same() {
        let good: Vec<u8> = (0..300_000u32).map(|n| n.to_le_bytes()[0]).collect();
        assert!(Cmp.name().expect("cmp is here").starts_with("cmp "));
        assert_eq!(compare(&good, &good, 300_000), CrossFound::Same);
        for at in [0, 1, 4096, 299_999] {
            let mut bad = good.clone();
            bad[at] ^= 1;
            assert_eq!(compare(&bad, &good, 300_000), CrossFound::Differs(Bytes(at as u64)), "{at}");
        }
        // A disk that ends early, or a story that does.
        assert_eq!(compare(&good[..299_999], &good, 300_000), CrossFound::Failed);
        assert_eq!(compare(&good, &good[..4096], 300_000), CrossFound::Failed);
        let missing = Cmp.begin(Path::new("/not/there"), Bytes(1)).expect("it starts").end();
        assert_eq!(missing, CrossFound::Failed);
    }
}
