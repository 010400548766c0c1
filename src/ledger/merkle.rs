//! The Merkle tree of RFC 6962 §2.1 over leaf hashes.
//!
//! Invariant: [`Peaks`] holds what appending needs, one hash for each set bit of the size, so that a root costs
//! O(log n) and no tree is stored.

use crate::unit::Digest;
use sha2::{Digest as _, Sha256};

/// SHA-256(0x01 ‖ left ‖ right).
#[must_use]
pub fn node_hash(left: Digest, right: Digest) -> Digest {
    let mut hash = Sha256::new();
    hash.update([1u8]);
    hash.update(left.0);
    hash.update(right.0);
    Digest(hash.finalize().into())
}

/// Root of the empty tree: SHA-256 of nothing.
#[must_use]
pub fn empty_root() -> Digest {
    Digest(Sha256::digest([]).into())
}

/// The roots of the full subtrees that a tree of this size is made of, largest first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Peaks {
    size: u64,
    hashes: Vec<Digest>,
}

impl Peaks {
    /// The empty tree.
    #[must_use]
    pub const fn new() -> Self {
        Self { size: 0, hashes: Vec::new() }
    }

    /// Reads what [`Peaks::bytes`] wrote for a tree of `size` leaves; `None` where the length does not fit the size.
    #[must_use]
    pub fn from_bytes(size: u64, bytes: &[u8]) -> Option<Self> {
        let (chunks, rest) = bytes.as_chunks::<32>();
        let fits = rest.is_empty() && chunks.len() as u64 == u64::from(size.count_ones());
        fits.then(|| Self { size, hashes: chunks.iter().copied().map(Digest).collect() })
    }

    /// Whether `bytes` are what [`Peaks::bytes`] gives.
    #[must_use]
    pub fn are(&self, bytes: &[u8]) -> bool {
        bytes.len() == self.hashes.len() * 32
            && self.hashes.iter().zip(bytes.chunks_exact(32)).all(|(hash, chunk)| hash.0[..] == *chunk)
    }

    /// The hashes, one after another.
    #[must_use]
    pub fn bytes(&self) -> Vec<u8> {
        self.hashes.iter().flat_map(|hash| hash.0).collect()
    }

    /// How many leaves.
    #[must_use]
    pub const fn size(&self) -> u64 {
        self.size
    }

    /// Adds a leaf.
    pub fn push(&mut self, leaf: Digest) {
        let mut hash = leaf;
        let mut below = self.size;
        while below & 1 == 1 {
            if let Some(left) = self.hashes.pop() {
                hash = node_hash(left, hash);
            }
            below >>= 1;
        }
        self.hashes.push(hash);
        self.size += 1;
    }

    /// The root.
    #[must_use]
    pub fn root(&self) -> Digest {
        self.hashes.iter().rev().copied().reduce(|right, left| node_hash(left, right)).unwrap_or_else(empty_root)
    }
}

fn subtree_root(leaves: &[Digest]) -> Digest {
    let mut peaks = Peaks::new();
    for leaf in leaves {
        peaks.push(*leaf);
    }
    peaks.root()
}

/// The largest power of two below `len`; `len` is at least 2.
fn split(len: usize) -> usize {
    1 << (usize::BITS - 1 - (len - 1).leading_zeros())
}

/// The audit path of leaf `index` in the tree of these leaves (RFC 6962 §2.1.1); `None` past the end.
#[must_use]
pub fn inclusion_path(leaves: &[Digest], index: usize) -> Option<Vec<Digest>> {
    if index >= leaves.len() {
        return None;
    }
    let (mut span, mut at, mut path) = (leaves, index, Vec::new());
    while span.len() > 1 {
        let (left, right) = span.split_at(split(span.len()));
        if at < left.len() {
            path.push(subtree_root(right));
            span = left;
        } else {
            path.push(subtree_root(left));
            at -= left.len();
            span = right;
        }
    }
    path.reverse();
    Some(path)
}

/// The audit paths of several leaves, each node of the tree made once; `None` where one is past the end.
#[must_use]
pub fn inclusion_paths(leaves: &[Digest], indices: &[usize]) -> Option<Vec<Vec<Digest>>> {
    if indices.iter().any(|index| *index >= leaves.len()) {
        return None;
    }
    let mut paths = vec![Vec::new(); indices.len()];
    let wanted: Vec<(usize, usize)> = indices.iter().copied().enumerate().collect();
    walk(leaves, &wanted, &mut paths);
    Some(paths)
}

/// The root over a span, with the sibling of each level put to the paths of the leaves wanted in it: (which path, leaf).
fn walk(span: &[Digest], wanted: &[(usize, usize)], paths: &mut [Vec<Digest>]) -> Digest {
    if wanted.is_empty() || span.len() < 2 {
        return subtree_root(span);
    }
    let (left, right) = span.split_at(split(span.len()));
    let (mut in_left, mut in_right) = (Vec::new(), Vec::new());
    for (path, at) in wanted {
        match at.checked_sub(left.len()) {
            Some(at) => in_right.push((*path, at)),
            None => in_left.push((*path, *at)),
        }
    }
    let roots = (walk(left, &in_left, paths), walk(right, &in_right, paths));
    for (wanted, sibling) in [(in_left, roots.1), (in_right, roots.0)] {
        for (path, _) in wanted {
            if let Some(path) = paths.get_mut(path) {
                path.push(sibling);
            }
        }
    }
    node_hash(roots.0, roots.1)
}

/// Whether `leaf` stands at `index` in the tree of `size` leaves with that root (RFC 9162 §2.1.3.2).
#[must_use]
pub fn verify_inclusion(leaf: Digest, index: u64, size: u64, path: &[Digest], root: Digest) -> bool {
    if index >= size {
        return false;
    }
    let (mut node, mut last, mut hash) = (index, size - 1, leaf);
    for sibling in path {
        if last == 0 {
            return false;
        }
        if node & 1 == 1 || node == last {
            hash = node_hash(*sibling, hash);
            while node & 1 == 0 && node != 0 {
                node >>= 1;
                last >>= 1;
            }
        } else {
            hash = node_hash(hash, *sibling);
        }
        node >>= 1;
        last >>= 1;
    }
    last == 0 && hash == root
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::leaf_hash;
    use ct_merkle::mem_backed_tree::MemoryBackedTree;
    use proptest::prelude::*;

    fn contents(n: usize) -> Vec<Vec<u8>> {
        (0..n).map(|i| format!("record {i}").into_bytes()).collect()
    }

    #[test]
    fn roots_agree_with_an_independent_implementation() {
        let mut theirs = MemoryBackedTree::<Sha256, Vec<u8>>::new();
        let mut ours = Peaks::new();
        assert_eq!(ours.root(), empty_root());
        for item in contents(70) {
            ours.push(leaf_hash(&item));
            theirs.push(item);
            assert_eq!(ours.root().0[..], theirs.root().as_bytes()[..], "size {}", ours.size());
            assert_eq!(Peaks::from_bytes(ours.size(), &ours.bytes()), Some(ours.clone()));
            assert_eq!(Peaks::from_bytes(ours.size(), &ours.bytes()[1..]), None);
        }
    }

    proptest! {
        #[test]
        fn every_leaf_is_proved_and_nothing_else(size in 1usize..80, pick in 0usize..80, other in 0usize..80) {
            let leaves: Vec<_> = contents(size).iter().map(|item| leaf_hash(item)).collect();
            let (index, root) = (pick % size, subtree_root(&leaves));
            let path = inclusion_path(&leaves, index).expect("inside");
            let (at, len) = (index as u64, size as u64);
            prop_assert!(verify_inclusion(leaves[index], at, len, &path, root));
            prop_assert!(!verify_inclusion(leaf_hash(b"forged"), at, len, &path, root));
            let wrong = other % size;
            if wrong != index {
                prop_assert!(!verify_inclusion(leaves[index], wrong as u64, len, &path, root));
                prop_assert!(!verify_inclusion(leaves[wrong], at, len, &path, root));
            }
            if let Some((_, short)) = path.split_last() {
                prop_assert!(!verify_inclusion(leaves[index], at, len, short, root));
            }
            prop_assert!(!verify_inclusion(leaves[index], len, len, &path, root));
            let several = inclusion_paths(&leaves, &[wrong, index, index]).expect("inside");
            prop_assert_eq!(several, vec![inclusion_path(&leaves, wrong).expect("inside"), path.clone(), path]);
            prop_assert_eq!(inclusion_paths(&leaves, &[index, size]), None);
        }
    }
}
