//! The bytes of a modelled drive, kept only where they were written: a drive of terabytes takes little memory.
//!
//! Invariant: what was erased last, or written since, is what is read.

use std::collections::BTreeMap;
use std::ops::Range;

const PAGE: usize = 4096;
const PAGE_BYTES: u64 = 4096;

/// What lies where nothing was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Ground {
    /// This byte everywhere.
    Fill(u8),
    /// These four bytes over and over.
    Pattern([u8; 4]),
    /// What reads as noise, as under a new key.
    Noise,
}

#[derive(Clone, Debug)]
pub(super) struct Cells {
    size: u64,
    pages: BTreeMap<u64, Vec<u8>>,
    /// What was erased, in order: the last one that covers a byte counts.
    grounds: Vec<(Range<u64>, Ground)>,
}

impl Cells {
    /// A drive of so many bytes, this one everywhere.
    pub(super) fn filled(size: u64, byte: u8) -> Self {
        Self { size, pages: BTreeMap::new(), grounds: vec![(0..size, Ground::Fill(byte))] }
    }

    /// A drive of these bytes.
    pub(super) fn of(bytes: &[u8]) -> Self {
        let mut cells = Self::filled(bytes.len() as u64, 0);
        for (number, page) in (0u64..).zip(bytes.chunks(PAGE)) {
            let mut whole = page.to_vec();
            whole.resize(PAGE, 0);
            cells.pages.insert(number, whole);
        }
        cells
    }

    pub(super) const fn size(&self) -> u64 {
        self.size
    }

    /// Everything on it. For small drives.
    pub(super) fn all(&self) -> Vec<u8> {
        let mut bytes = vec![0; usize::try_from(self.size).unwrap_or(0)];
        self.read(0, &mut bytes);
        bytes
    }

    pub(super) fn read(&self, at: u64, into: &mut [u8]) {
        self.strips(at, into.len(), |page, within, strip| {
            let target = &mut into[strip.clone()];
            match self.pages.get(&page) {
                Some(bytes) => target.copy_from_slice(&bytes[within..within + strip.len()]),
                None => self.lay(page * PAGE_BYTES + within as u64, target),
            }
        });
    }

    pub(super) fn write(&mut self, at: u64, from: &[u8]) {
        let mut strips = Vec::new();
        self.strips(at, from.len(), |page, within, strip| strips.push((page, within, strip)));
        for (page, within, strip) in strips {
            if !self.pages.contains_key(&page) {
                let mut bytes = vec![0; PAGE];
                self.lay(page * PAGE_BYTES, &mut bytes);
                self.pages.insert(page, bytes);
            }
            if let Some(bytes) = self.pages.get_mut(&page) {
                bytes[within..within + strip.len()].copy_from_slice(&from[strip]);
            }
        }
    }

    /// Leaves that everywhere in the range.
    pub(super) fn erase(&mut self, range: Range<u64>, ground: &Ground) {
        if range.is_empty() {
            return;
        }
        match self.grounds.last_mut() {
            Some((last, same)) if last.end == range.start && same == ground => last.end = range.end,
            Some(_) | None => self.grounds.push((range.clone(), ground.clone())),
        }
        let touched = self.pages.range_mut(range.start / PAGE_BYTES..range.end.div_ceil(PAGE_BYTES));
        for (page, bytes) in touched {
            let start = page * PAGE_BYTES;
            let (from, to) = (range.start.max(start), range.end.min(start + PAGE_BYTES));
            let place = |at: u64| usize::try_from(at - start).unwrap_or(PAGE);
            ground.fill(from, &mut bytes[place(from)..place(to)]);
        }
    }

    /// The bytes of the ground from `at` on.
    fn lay(&self, at: u64, into: &mut [u8]) {
        let end = at + into.len() as u64;
        for (range, ground) in &self.grounds {
            let (from, to) = (range.start.max(at), range.end.min(end));
            if from < to {
                let place = |byte: u64| usize::try_from(byte - at).unwrap_or(0);
                ground.fill(from, &mut into[place(from)..place(to)]);
            }
        }
    }

    fn strips(&self, at: u64, length: usize, mut each: impl FnMut(u64, usize, Range<usize>)) {
        let length = length.min(usize::try_from(self.size.saturating_sub(at)).unwrap_or(usize::MAX));
        let mut done = 0;
        while done < length {
            let here = at + done as u64;
            let within = usize::try_from(here % PAGE_BYTES).unwrap_or(0);
            let strip = (PAGE - within).min(length - done);
            each(here / PAGE_BYTES, within, done..done + strip);
            done += strip;
        }
    }
}

impl Ground {
    fn fill(&self, at: u64, into: &mut [u8]) {
        match self {
            Self::Fill(byte) => into.fill(*byte),
            Self::Pattern(pattern) => {
                let turn = usize::try_from(at % 4).unwrap_or(0);
                into.iter_mut().enumerate().for_each(|(offset, byte)| *byte = pattern[(turn + offset) % 4]);
            }
            Self::Noise => {
                let mut noise = blake3::Hasher::new().update(b"a new key").finalize_xof();
                noise.set_position(at);
                noise.fill(into);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[derive(Clone, Debug)]
    enum Deed {
        Write(u64, Vec<u8>),
        Erase(Range<u64>, Ground),
    }

    fn deeds() -> impl Strategy<Value = Deed> {
        let ground = prop_oneof![
            any::<u8>().prop_map(Ground::Fill),
            any::<[u8; 4]>().prop_map(Ground::Pattern),
            Just(Ground::Noise)
        ];
        prop_oneof![
            (0u64..20_000, prop::collection::vec(any::<u8>(), 0..6000)).prop_map(|(at, bytes)| Deed::Write(at, bytes)),
            (0u64..20_000, 0u64..9000, ground).prop_map(|(at, len, ground)| Deed::Erase(at..at + len, ground)),
        ]
    }

    proptest! {
        #[test]
        fn a_drive_kept_in_pages_is_the_same_as_one_kept_whole(deeds in prop::collection::vec(deeds(), 0..12)) {
            let (mut cells, mut whole) = (Cells::filled(20_000, 7), vec![7u8; 20_000]);
            let place = |at: u64| usize::try_from(at).expect("small");
            for deed in deeds {
                match deed {
                    Deed::Write(at, mut bytes) => {
                        bytes.truncate(place(20_000 - at));
                        cells.write(at, &bytes);
                        whole[place(at)..place(at) + bytes.len()].copy_from_slice(&bytes);
                    }
                    Deed::Erase(range, ground) => {
                        let range = range.start..range.end.min(20_000);
                        cells.erase(range.clone(), &ground);
                        ground.fill(range.start, &mut whole[place(range.start)..place(range.end)]);
                    }
                }
            }
            prop_assert!(cells.all() == whole);
            let copy = Cells::of(&whole);
            prop_assert!(copy.all() == whole);
        }
    }
}
