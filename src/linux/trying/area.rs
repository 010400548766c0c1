//! Memory that is taken to be tested.
//!
//! Invariant: never more than half of what is free, so that the machine goes on working.

use crate::linux::ioctl::lock_memory;
use crate::linux::probe_tree::Tree;
use crate::port::{Area, Failure, Trouble};
use crate::word::say;

struct Taken {
    words: Vec<u64>,
    is_locked: bool,
}

impl Area for Taken {
    fn words(&mut self) -> &mut [u64] {
        &mut self.words
    }

    fn is_locked(&self) -> bool {
        self.is_locked
    }
}

/// Takes so many bytes, or half of what is free. Errors: the machine has none to spare.
pub(super) fn take(tree: Tree<'_>, bytes: usize) -> Result<Box<dyn Area>, Failure> {
    let failed = |why: &dyn std::fmt::Display| {
        Failure::new(Trouble::Io, say!("hardware-failed", part = "proc/meminfo")).because(why)
    };
    let free = available(&tree.text("proc/meminfo").what.map_err(|why| failed(&format!("{why:?}")))?);
    let half = free.and_then(|free| usize::try_from(free / 2).ok()).unwrap_or(0);
    let count = bytes.min(half) / size_of::<u64>();
    let mut words = Vec::new();
    words.try_reserve_exact(count).map_err(|error| failed(&error))?;
    words.resize(count, 0);
    if words.is_empty() {
        return Err(failed(&"MemAvailable"));
    }
    let is_locked = lock_memory(&mut words).is_ok();
    Ok(Box::new(Taken { words, is_locked }))
}

/// Bytes that can be had without pushing anything out.
fn available(meminfo: &str) -> Option<u64> {
    let line = meminfo.lines().find_map(|line| line.strip_prefix("MemAvailable:"))?;
    line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok()?.checked_mul(1024)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    #[test]
    fn half_of_what_is_free_is_the_most_and_a_machine_that_says_nothing_gives_none() {
        assert_eq!(available("MemTotal: 9 kB\nMemAvailable:   3000 kB\n"), Some(3_072_000));
        assert_eq!((available("MemAvailable: x kB"), available("")), (None, None));
        let mut area = take(Tree::new(Path::new("/")), 1 << 20).expect("this machine has a mebibyte");
        assert_eq!(area.words().len(), 1 << 17);
        let empty = tempfile::tempdir().expect("a folder");
        assert!(take(Tree::new(empty.path()), 1 << 20).is_err());
    }
}
