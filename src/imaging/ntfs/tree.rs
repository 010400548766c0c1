//! The files of an NTFS volume, looked at without mounting it. Names are told apart without regard to case, as Windows does.

use super::attribute::{Value, text};
use super::{DATA, INDEX_ALLOCATION, INDEX_BITMAP, INDEX_ROOT, Ntfs, REFERENCE, ROOT, fixed, odd};
use crate::imaging::file_tree::{FileTree, Node};
use crate::imaging::region::{Region, number};
use crate::imaging::used::Hole;
use std::io;

/// The name of an index of names.
const NAMES: &str = "$I30";
/// A folder longer than this is not read to its end.
const MOST_FOLDER: u64 = 64 << 20;
const LAST: u64 = 2;
/// The names that only old programs see.
const SHORT_NAMES: u64 = 2;
const FOLDER: u64 = 0x1000_0000;

/// A volume whose files are looked at.
pub(in crate::imaging) struct NtfsTree<'r>(Ntfs<'r>);

struct Entry {
    name: String,
    record: u64,
    is_folder: bool,
    length: u64,
}

impl<'r> NtfsTree<'r> {
    /// None where the volume is not understood. Errors: the medium; `InvalidData`.
    pub(in crate::imaging) fn open(region: &'r mut dyn Region) -> io::Result<Option<Self>> {
        Ok(Ntfs::open(region)?.map(Self))
    }

    fn entries(&mut self, folder: u64) -> io::Result<Vec<Entry>> {
        let Some(Value::Here(root)) = self.0.find(folder, INDEX_ROOT, NAMES)? else { return Ok(Vec::new()) };
        let mut found = Vec::new();
        entries(root.get(16..).unwrap_or_default(), &mut found).ok_or_else(odd)?;
        let Some(blocks) = self.0.find(folder, INDEX_ALLOCATION, NAMES)? else { return Ok(found) };
        let size = number::<4>(&root, 8).and_then(|size| usize::try_from(size).ok());
        let size = size.filter(|size| size.is_power_of_two() && (512..=65536).contains(size)).ok_or_else(odd)?;
        let in_use = match self.0.find(folder, INDEX_BITMAP, NAMES)? {
            Some(bits) => self.0.content(&bits, MOST_FOLDER)?.ok_or_else(odd)?,
            None => return Err(odd()),
        };
        let mut blocks = self.0.content(&blocks, MOST_FOLDER)?.ok_or_else(odd)?;
        for (place, block) in blocks.chunks_exact_mut(size).enumerate() {
            if in_use.get(place / 8).is_none_or(|byte| byte & (1 << (place % 8)) == 0) {
                continue;
            }
            if !block.starts_with(b"INDX") {
                return Err(odd());
            }
            fixed(block).ok_or_else(odd)?;
            entries(block.get(24..).unwrap_or_default(), &mut found).ok_or_else(odd)?;
        }
        Ok(found)
    }

    /// The clusters in which a file in the root stands as it is; none where there is no such file.
    pub(super) fn places(&mut self, name: &str) -> io::Result<Vec<Hole>> {
        let Some(file) = self.find(name)?.filter(|entry| !entry.is_folder) else { return Ok(Vec::new()) };
        Ok(match self.0.find(file.record, DATA, "")? {
            Some(Value::Runs { runs, plain: true, .. }) => {
                runs.into_iter().filter_map(|run| Some(Hole { at: run.from?, length: run.count })).collect()
            }
            Some(Value::Runs { .. } | Value::Here(_)) | None => Vec::new(),
        })
    }

    fn find(&mut self, path: &str) -> io::Result<Option<Entry>> {
        let mut here = Some(Entry { name: String::new(), record: ROOT, is_folder: true, length: 0 });
        for part in path.split('/').filter(|part| !part.is_empty()) {
            let Some(folder) = here.filter(|entry| entry.is_folder) else { return Ok(None) };
            let part = part.to_lowercase();
            here = self.entries(folder.record)?.into_iter().find(|entry| entry.name.to_lowercase() == part);
        }
        Ok(here)
    }
}

/// The names in a node of an index, from its header on.
fn entries(node: &[u8], found: &mut Vec<Entry>) -> Option<()> {
    let mut at = usize::try_from(number::<4>(node, 0)?).ok()?;
    loop {
        let (length, flags) = (usize::try_from(number::<2>(node, at + 8)?).ok()?, number::<2>(node, at + 12)?);
        if flags & LAST != 0 {
            return Some(());
        }
        let key = node.get(at + 16..at.checked_add(length)?)?;
        let name_length = usize::try_from(number::<1>(key, 0x40)?).ok()? * 2;
        if number::<1>(key, 0x41)? != SHORT_NAMES {
            found.push(Entry {
                name: text(key.get(0x42..0x42 + name_length)?),
                record: number::<8>(node, at)? & REFERENCE,
                is_folder: number::<4>(key, 0x38)? & FOLDER != 0,
                length: number::<8>(key, 0x30)?,
            });
        }
        at += length;
    }
}

impl FileTree for NtfsTree<'_> {
    fn names(&mut self, path: &str) -> io::Result<Vec<String>> {
        let Some(folder) = self.find(path)?.filter(|entry| entry.is_folder) else { return Ok(Vec::new()) };
        // The volume's own files stand in its root.
        let entries = self.entries(folder.record)?.into_iter().filter(|entry| entry.record >= 16);
        Ok(entries.map(|entry| entry.name).collect())
    }

    fn look(&mut self, path: &str) -> io::Result<Option<Node>> {
        let node = |entry: Entry| if entry.is_folder { Node::Folder } else { Node::File { length: entry.length } };
        Ok(self.find(path)?.map(node))
    }

    fn read(&mut self, path: &str, most: u64) -> io::Result<Option<Vec<u8>>> {
        let Some(file) = self.find(path)?.filter(|entry| !entry.is_folder) else { return Ok(None) };
        let Some(value) = self.0.find(file.record, DATA, "")? else { return Ok(None) };
        self.0.content(&value, most)
    }
}
