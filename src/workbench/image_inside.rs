//! What stands in an image of the store, read through its chunks: how its disk is divided, and the Windows in it.
//!
//! Invariants: a chunk is believed only where its digest is right; the Windows that is the least fit to be copied is the one
//! that counts, however the image came into the store.

use crate::imaging::{
    Index, LicenceBasis, Partition, Region, Slice, SystemKind, Unpacker, WindowsNote, WindowsSeen, capture_plan,
    file_system, file_tree,
};
use crate::job::unreadable_image;
use crate::port::{Failure, ImageFile, Trouble};
use crate::unit::Bytes;
use crate::word::say;
use std::io::{self, SeekFrom};

/// As much of the start as says how an image is divided.
const START: u64 = 64 * 1024;
/// As much of a partition as says what stands in it.
const HEAD: u64 = crate::imaging::HEAD as u64;
/// As many chunks are held as a folder and its table lie apart.
const HELD: usize = 8;

/// A stored image as one long run of bytes.
pub(super) struct Stored<'f> {
    file: &'f mut dyn ImageFile,
    index: &'f Index,
    /// Where each chunk's frame begins.
    frames: Vec<u64>,
    /// What was decoded, the latest last.
    held: Vec<(usize, Vec<u8>)>,
    unpacker: Unpacker,
    /// A chunk that is not what was stored.
    rotten: Option<usize>,
}

impl<'f> Stored<'f> {
    /// Errors: no memory.
    pub(super) fn new(file: &'f mut dyn ImageFile, index: &'f Index) -> Result<Self, Failure> {
        let begin = |at: &mut u64, packed: u32| {
            let begins = *at;
            *at += u64::from(packed);
            Some(begins)
        };
        let frames = index.chunks.iter().map(|chunk| chunk.packed).scan(0, begin).collect();
        let unpacker = Unpacker::new().map_err(unreadable_image)?;
        Ok(Self { file, index, frames, held: Vec::new(), unpacker, rotten: None })
    }

    /// How its start divides it. Errors: it cannot be read.
    pub(super) fn start(&mut self) -> Result<Vec<u8>, Failure> {
        let mut start = vec![0; usize::try_from(START.min(self.index.length.0)).unwrap_or(0)];
        let read = self.load(0, &mut start);
        read.map_err(|error| self.failed(error)).map(|()| start)
    }

    /// The Windows in it, where there is one that can be looked into. Errors: it cannot be read.
    pub(super) fn windows(&mut self, block: u32) -> Result<Option<WindowsSeen>, Failure> {
        windows_in(self, block).map_err(|error| self.failed(error))
    }

    fn failed(&self, error: io::Error) -> Failure {
        let Some(chunk) = self.rotten else { return unreadable_image(error) };
        Failure::new(Trouble::Io, say!("image-stored-wrong", chunk = chunk as u64))
            .hint(say!("image-stored-wrong-hint"))
    }

    fn chunk(&mut self, number: usize) -> io::Result<&[u8]> {
        if let Some(at) = self.held.iter().position(|(held, _)| *held == number) {
            let found = self.held.remove(at);
            self.held.push(found);
        } else {
            let beyond = || io::Error::from(io::ErrorKind::UnexpectedEof);
            let (chunk, at) = self.index.chunks.get(number).zip(self.frames.get(number)).ok_or_else(beyond)?;
            let mut frame = vec![0; usize::try_from(chunk.packed).map_err(io::Error::other)?];
            self.file.seek(SeekFrom::Start(*at))?;
            self.file.read_exact(&mut frame)?;
            let mut raw = vec![0; self.index.len_of(number)];
            if let Err(rot) = self.unpacker.unpack(&frame, chunk, &mut raw) {
                self.rotten = Some(number);
                return Err(io::Error::other(format!("{rot:?}")));
            }
            if self.held.len() == HELD {
                self.held.remove(0);
            }
            self.held.push((number, raw));
        }
        Ok(self.held.last().map_or(&[], |(_, raw)| raw))
    }
}

impl Region for Stored<'_> {
    fn length(&self) -> Bytes {
        self.index.length
    }

    fn load(&mut self, at: u64, into: &mut [u8]) -> io::Result<()> {
        let beyond = || io::Error::from(io::ErrorKind::UnexpectedEof);
        at.checked_add(into.len() as u64).filter(|end| *end <= self.index.length.0).ok_or_else(beyond)?;
        let mut done = 0;
        while done < into.len() {
            let place = usize::try_from(at).map_err(io::Error::other)? + done;
            let raw = self.chunk(place / crate::imaging::CHUNK)?;
            let here = raw.get(place % crate::imaging::CHUNK..).filter(|here| !here.is_empty()).ok_or_else(beyond)?;
            let length = here.len().min(into.len() - done);
            into[done..done + length].copy_from_slice(&here[..length]);
            done += length;
        }
        Ok(())
    }
}

/// The Windows in a disk of that logical block. What is not understood is none. Errors: the medium.
fn windows_in(disk: &mut dyn Region, block: u32) -> io::Result<Option<WindowsSeen>> {
    let plan = capture_plan(disk, block)?;
    let whole = Partition { number: 1, at: Bytes::ZERO, length: disk.length(), efi: false };
    let partitions = if plan.partitions.is_empty() { vec![whole] } else { plan.partitions };
    let mut worst: Option<WindowsSeen> = None;
    for partition in partitions {
        let mut part = Slice::new(disk, partition.at, partition.length);
        let mut head = vec![0; usize::try_from(HEAD.min(part.length().0)).unwrap_or(0)];
        part.load(0, &mut head)?;
        if file_system(&head).is_none_or(|seen| seen.kind != SystemKind::Ntfs) {
            continue;
        }
        let tree = file_tree(&mut part, SystemKind::Ntfs);
        let seen = tree.and_then(|tree| tree.map_or(Ok(None), |mut tree| WindowsSeen::look(tree.as_mut())));
        let seen = match seen {
            Err(error) if matches!(error.kind(), io::ErrorKind::InvalidData | io::ErrorKind::UnexpectedEof) => None,
            other => other?,
        };
        worst = match (worst, seen) {
            (Some(one), Some(other)) => Some(one.worse(other)),
            (one, other) => one.or(other),
        };
    }
    Ok(worst)
}

/// What the manifest will say of the Windows. Errors: it was not made ready to be copied; its edition is not told; nobody said
/// on what licence it is copied.
pub(super) fn windows_note(seen: &WindowsSeen, basis: Option<LicenceBasis>) -> Result<WindowsNote, Failure> {
    if !seen.is_generalised() {
        let what = match &seen.state {
            Some(state) => say!("capture-windows-state", state = state.as_str()),
            None => say!("capture-windows-no-state"),
        };
        return Err(Failure::new(Trouble::No, what).hint(say!("capture-windows-state-hint")));
    }
    let Some(edition) = seen.edition.clone() else {
        let what = say!("capture-windows-no-edition");
        return Err(Failure::new(Trouble::No, what).hint(say!("capture-windows-state-hint")));
    };
    let Some(basis) = basis else {
        let what = say!("capture-windows-no-basis", edition = edition.as_str());
        return Err(Failure::new(Trouble::Usage, what).hint(say!("capture-windows-no-basis-hint")));
    };
    Ok(WindowsNote { edition, build: seen.build.clone(), basis })
}
