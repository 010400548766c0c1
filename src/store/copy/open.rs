//! Opening safety copies: their heads, whether they are whole, and their files put into a folder.

#![expect(clippy::disallowed_methods, reason = "an adapter: it reads and makes files")]

use super::archive::{self, Entry, Place};
use super::head::{CopyError, CopyHead};
use super::sealed::SealedReader;
use crate::port::{Failure, Trouble};
use crate::word::say;
use std::fs::{self, File};
use std::io::{self, BufReader, Read};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::Path;

/// The clear head of a copy. Nobody vouches for it before a piece behind it was opened.
pub fn read_copy_head(file: &Path) -> Result<CopyHead, Failure> {
    let read = || CopyHead::read(&mut File::open(file)?);
    read().map(|(head, _)| head).map_err(|error| unopened(file, &error))
}

/// Opens a copy under its master key and puts its files below the empty folder `into`, readable by their owner only.
/// Errors: no copy, another key, or damaged in any byte; then what is in the folder is worth nothing.
pub fn unpack_copy(file: &Path, master: &[u8; 32], into: &Path) -> Result<CopyHead, Failure> {
    let unpacked = || unpack(&mut BufReader::new(File::open(file)?), master, into);
    unpacked().map(|(head, _)| head).map_err(|error| unopened(file, &error))
}

/// The same from any reader; also what was unpacked.
pub(super) fn unpack(from: &mut dyn Read, master: &[u8; 32], into: &Path) -> io::Result<(CopyHead, Vec<Entry>)> {
    let (head, bytes) = CopyHead::read(from)?;
    if !head.is_under(master) {
        return Err(io::Error::other(WrongKey));
    }
    let mut sealed = SealedReader::new(from, &head, bytes, master)?;
    let mut plain = zstd::Decoder::new(&mut sealed)?.single_frame();
    let entries = archive::unpack(&mut plain, &mut |place, name| new_file(into, place, name))?;
    // The sealed bytes behind the last frame, of which there are none, and so the last piece's mark.
    let mut rest = plain.finish();
    if rest.read(&mut [0])? != 0 {
        return Err(CopyError::Archive("bytes after its end".to_owned()).into());
    }
    Ok((head, entries))
}

/// The head, where `master` opens the first piece behind it: then whoever held that key wrote the head.
pub(super) fn vouched(file: &Path, master: &[u8; 32]) -> io::Result<Option<CopyHead>> {
    let mut from = File::open(file)?;
    let (head, bytes) = CopyHead::read(&mut from)?;
    if !head.is_under(master) {
        return Ok(None);
    }
    let read = SealedReader::new(from, &head, bytes, master)?.read(&mut [0])?;
    Ok((read == 1).then_some(head))
}

fn new_file(into: &Path, place: Place, name: &str) -> io::Result<File> {
    let folder = into.join(place.folder());
    fs::DirBuilder::new().recursive(true).mode(0o700).create(&folder)?;
    File::options().write(true).create_new(true).mode(0o600).open(folder.join(name))
}

/// The master key is not the one that the copy was made under.
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error("another master key")]
struct WrongKey;

/// What an error while opening a copy means to people.
pub(super) fn unopened(file: &Path, error: &io::Error) -> Failure {
    let name = file.display().to_string();
    let bad = |what| Failure::new(Trouble::BadData, what).detail(error);
    let inner = error.get_ref();
    if inner.and_then(|inner| inner.downcast_ref::<WrongKey>()).is_some() {
        return bad(say!("copy-other-key", file = name)).hint(say!("copy-other-key-hint"));
    }
    match inner.and_then(|inner| inner.downcast_ref::<CopyError>()) {
        Some(CopyError::NoCopy) => bad(say!("copy-none", file = name)).hint(say!("copy-none-hint")),
        Some(CopyError::Newer) => bad(say!("copy-newer", file = name)).hint(say!("ledger-newer-hint")),
        Some(CopyError::Head(_) | CopyError::Piece { .. } | CopyError::Archive(_)) => {
            bad(say!("copy-damaged", file = name)).hint(say!("copy-damaged-hint"))
        }
        // What the decoder cannot read was sealed by no program of ours.
        None if inner.is_some() => bad(say!("copy-damaged", file = name)).hint(say!("copy-damaged-hint")),
        None => Failure::new(Trouble::Io, say!("copy-unreadable", file = name))
            .because(error)
            .hint(say!("copy-unreadable-hint")),
    }
}
