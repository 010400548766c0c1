//! The files of an ext file system, looked at without mounting it.

use super::inode::Inode;
use super::{FILE_TYPE, Group, Super};
use crate::imaging::file_tree::{FileTree, Node};
use crate::imaging::region::{Region, number};
use crate::imaging::used::{Hole, SWAP_PAGE, SwapStamp, Unclean, UsedError, swap_stamp};
use std::io;

const ROOT: u64 = 2;
/// Where Debian, Ubuntu and Mint swap memory to, if not to a partition.
const SWAP_FILES: [&str; 2] = ["/swapfile", "/swap.img"];
/// A folder longer than this is not read to its end: hundreds of thousands of names.
const MOST_FOLDER: u64 = 32 << 20;

/// An ext file system whose files are looked at.
pub(in crate::imaging) struct ExtTree<'r> {
    region: &'r mut dyn Region,
    found: Super,
    groups: Vec<Group>,
}

impl<'r> ExtTree<'r> {
    /// None where the file system is not understood. Errors: those of the region.
    pub(in crate::imaging) fn open(region: &'r mut dyn Region) -> io::Result<Option<Self>> {
        let Some(found) = Super::read(region)? else { return Ok(None) };
        let groups = found.descriptors(region)?;
        Ok(Some(Self { region, found, groups }))
    }

    fn inode(&mut self, number: u64) -> io::Result<Option<Inode>> {
        Inode::read(self.region, &self.found, &self.groups, number)
    }

    /// The names of a folder with their inodes. Errors: those of the region; it is not understood.
    fn entries(&mut self, folder: &Inode) -> io::Result<Vec<(String, u64)>> {
        let odd = || io::Error::from(io::ErrorKind::InvalidData);
        let raw = folder.content(self.region, &self.found, MOST_FOLDER)?.ok_or_else(odd)?;
        let mut entries = Vec::new();
        let block = usize::try_from(self.found.block).map_err(io::Error::other)?;
        for raw in raw.chunks(block) {
            let mut at = 0;
            while let Some((inode, step)) = number::<4>(raw, at).zip(number::<2>(raw, at + 4)) {
                // In blocks of 64 KiB a whole one is written as none, or as all but the lowest bits.
                let step = if step == 0 || step == 0xFFFF { block } else { usize::try_from(step).unwrap_or(block) };
                let typed = self.found.incompatible & FILE_TYPE != 0;
                let length = if typed { number::<1>(raw, at + 6) } else { number::<2>(raw, at + 6) };
                let length = length.and_then(|length| usize::try_from(length).ok()).unwrap_or(0);
                let name = raw.get(at + 8..at + 8 + length).unwrap_or_default();
                if inode != 0 && !matches!(name, b"" | b"." | b"..") {
                    entries.push((String::from_utf8_lossy(name).into_owned(), inode));
                }
                if step < 8 {
                    return Err(odd());
                }
                at += step;
            }
        }
        Ok(entries)
    }

    /// The blocks in which swapped-out memory stands, but for the page that says so. Errors: the machine sleeps on them; those
    /// of the region.
    pub(super) fn swapped(&mut self) -> Result<Vec<Hole>, UsedError> {
        let mut found = Vec::new();
        for path in SWAP_FILES {
            let Some(file) = self.find(path)?.filter(Inode::is_file) else { continue };
            let page = file.content(self.region, &self.found, SWAP_PAGE)?.unwrap_or_default();
            match swap_stamp(&page) {
                Some(SwapStamp::Asleep) => return Err(UsedError::Unclean(Unclean::Asleep)),
                Some(SwapStamp::Swap) => {
                    let from = SWAP_PAGE.div_ceil(self.found.block);
                    found.extend(file.places(self.region, &self.found, from)?);
                }
                None => {}
            }
        }
        Ok(found)
    }

    fn find(&mut self, path: &str) -> io::Result<Option<Inode>> {
        let mut here = self.inode(ROOT)?;
        for part in path.split('/').filter(|part| !part.is_empty()) {
            let Some(folder) = here.filter(Inode::is_folder) else { return Ok(None) };
            let below = self.entries(&folder)?.into_iter().find(|(name, _)| name == part);
            here = match below {
                Some((_, inode)) => self.inode(inode)?,
                None => None,
            };
        }
        Ok(here)
    }
}

impl FileTree for ExtTree<'_> {
    fn names(&mut self, path: &str) -> io::Result<Vec<String>> {
        let Some(folder) = self.find(path)?.filter(Inode::is_folder) else { return Ok(Vec::new()) };
        Ok(self.entries(&folder)?.into_iter().map(|(name, _)| name).collect())
    }

    fn look(&mut self, path: &str) -> io::Result<Option<Node>> {
        Ok(self.find(path)?.and_then(|inode| {
            if inode.is_folder() {
                Some(Node::Folder)
            } else {
                inode.is_file().then(|| Node::File { length: inode.length() })
            }
        }))
    }

    fn read(&mut self, path: &str, most: u64) -> io::Result<Option<Vec<u8>>> {
        let Some(file) = self.find(path)?.filter(Inode::is_file) else { return Ok(None) };
        file.content(self.region, &self.found, most)
    }
}
