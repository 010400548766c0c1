//! The files of a partition, looked at without mounting it, and finding them by patterns.
//!
//! Invariants: nothing here writes; links are not followed; what cannot be read is an error, never nothing.

use super::ext::ExtTree;
use super::file_system::SystemKind;
use super::ntfs::NtfsTree;
use super::region::Region;
use std::collections::BTreeMap;
use std::io;

/// As many paths as one pattern is followed to.
const MOST_PATHS: usize = 4096;

/// What stands at a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Node {
    /// A folder.
    Folder,
    /// A file.
    File {
        /// How long it is.
        length: u64,
    },
}

/// Files. Paths begin with `/`. Errors: the medium; `InvalidData` where something is not understood.
pub trait FileTree {
    /// The names in a folder; none where there is no such folder.
    fn names(&mut self, path: &str) -> io::Result<Vec<String>>;
    /// What stands there; none where nothing does, or neither a file nor a folder.
    fn look(&mut self, path: &str) -> io::Result<Option<Node>>;
    /// The first `most` bytes of a file; none where there is no such file, or its content is kept in a way that is not read here.
    fn read(&mut self, path: &str, most: u64) -> io::Result<Option<Vec<u8>>>;
}

/// The files of a partition; none where its kind is not looked into here. Errors: the medium.
pub fn file_tree<'r>(region: &'r mut dyn Region, kind: SystemKind) -> io::Result<Option<Box<dyn FileTree + 'r>>> {
    Ok(match kind {
        SystemKind::Ext => ExtTree::open(region)?.map(|tree| Box::new(tree) as Box<dyn FileTree>),
        SystemKind::Ntfs => NtfsTree::open(region)?.map(|tree| Box::new(tree) as Box<dyn FileTree>),
        SystemKind::Fat | SystemKind::Btrfs => None,
    })
}

/// The paths that a pattern names: each part of it may have one `*`, which stands for anything that does not begin with a dot.
pub fn matching(tree: &mut dyn FileTree, pattern: &str) -> io::Result<Vec<String>> {
    let mut paths = vec![String::new()];
    for part in pattern.split('/').filter(|part| !part.is_empty()) {
        let mut below = Vec::new();
        for path in paths {
            match part.split_once('*') {
                None => below.push(format!("{path}/{part}")),
                Some((begins, ends)) => {
                    let room = MOST_PATHS.saturating_sub(below.len());
                    let is_one = |name: &String| {
                        name.len() >= begins.len() + ends.len()
                            && name.starts_with(begins)
                            && name.ends_with(ends)
                            && (!begins.is_empty() || !name.starts_with('.'))
                    };
                    let names = tree.names(&path)?.into_iter().filter(is_one).take(room);
                    below.extend(names.map(|name| format!("{path}/{name}")));
                }
            }
        }
        paths = below;
    }
    let mut there = Vec::new();
    for path in paths {
        if tree.look(&path)?.is_some() {
            there.push(path);
        }
    }
    Ok(there)
}

/// Files in memory.
#[derive(Clone, Debug, Default)]
pub struct MadeUpTree(pub BTreeMap<String, Vec<u8>>);

impl FileTree for MadeUpTree {
    fn names(&mut self, path: &str) -> io::Result<Vec<String>> {
        let path = format!("{}/", path.trim_end_matches('/'));
        let below = self.0.keys().filter_map(|known| known.strip_prefix(&path)?.split('/').next());
        let mut names: Vec<String> = below.map(str::to_owned).collect();
        names.dedup();
        Ok(names)
    }

    fn look(&mut self, path: &str) -> io::Result<Option<Node>> {
        if let Some(file) = self.0.get(path) {
            return Ok(Some(Node::File { length: file.len() as u64 }));
        }
        Ok((!self.names(path)?.is_empty()).then_some(Node::Folder))
    }

    fn read(&mut self, path: &str, most: u64) -> io::Result<Option<Vec<u8>>> {
        let most = usize::try_from(most).unwrap_or(usize::MAX);
        Ok(self.0.get(path).map(|file| file[..file.len().min(most)].to_vec()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_finds_what_stands_there_and_a_star_no_hidden_names() {
        let files = [
            "/etc/ssh/ssh_host_rsa_key",
            "/etc/ssh/ssh_host_rsa_key.pub",
            "/etc/ssh/moduli",
            "/home/a/.x/1",
            "/home/.b/.x/1",
        ];
        let mut tree = MadeUpTree(files.iter().map(|path| ((*path).to_owned(), vec![1])).collect());
        let mut found = |pattern| matching(&mut tree, pattern).expect("in memory");
        assert_eq!(found("/etc/ssh/ssh_host_*_key"), ["/etc/ssh/ssh_host_rsa_key"]);
        assert_eq!(found("/home/*/.x/*"), ["/home/a/.x/1"]);
        assert_eq!(found("/etc/ssh"), ["/etc/ssh"]);
        assert_eq!(found("/etc/no"), [""; 0]);
    }
}
