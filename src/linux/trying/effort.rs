//! Full load on processors, and how fast a disk reads.
//!
//! Invariants: every thread ends before the call does; a disk is opened for reading only.

#![expect(clippy::disallowed_methods, reason = "an adapter: it measures time and opens a disk")]

use crate::device::Why;
use crate::linux::probe_tree::Tree;
use crate::port::{Buffer, Exertion, Presence};
use crate::trial::work;
use rustix::fs::{Mode, OFlags, open};
use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// Between two looks of whoever asked.
const LOOK: Duration = Duration::from_secs(1);
/// Rounds between two looks of a thread: well below a millisecond.
const PIECE: u64 = 100_000;
const BLOCKS: &str = "sys/block";
/// What is read of a disk at most, and how long: MiB.
const MOST_READ: usize = 128;
const MOST_TIME: Duration = Duration::from_secs(3);
const MIB: usize = 1 << 20;

/// Works on so many processors for so long, or until `look` says no.
pub(super) fn exert(threads: Option<usize>, time: Duration, look: &mut dyn FnMut() -> bool) -> Exertion {
    let threads = threads.or_else(|| std::thread::available_parallelism().ok().map(usize::from)).unwrap_or(1);
    let (is_over, rounds) = (AtomicBool::new(false), AtomicU64::new(0));
    let begin = Instant::now();
    std::thread::scope(|scope| {
        for seed in 0..threads {
            let (is_over, rounds) = (&is_over, &rounds);
            scope.spawn(move || {
                let mut word = u64::try_from(seed).unwrap_or(0);
                while !is_over.load(Ordering::Relaxed) {
                    word = std::hint::black_box(work(PIECE, word));
                    rounds.fetch_add(PIECE, Ordering::Relaxed);
                }
            });
        }
        while begin.elapsed() < time {
            std::thread::sleep(LOOK.min(time.saturating_sub(begin.elapsed())));
            if !look() {
                break;
            }
        }
        is_over.store(true, Ordering::Relaxed);
    });
    let rounds = rounds.load(Ordering::Relaxed);
    Exertion { threads: u64::try_from(threads).unwrap_or(u64::MAX), rounds, time: begin.elapsed() }
}

/// MiB a second of the largest fixed disk; none where there is none or it may not be read.
pub(super) fn disk_rate(root: &Path) -> Option<u64> {
    let name = largest(Tree::new(root))?;
    let flags = OFlags::RDONLY | OFlags::DIRECT | OFlags::CLOEXEC;
    let Ok(file) = open(root.join("dev").join(name), flags, Mode::empty()) else { return None };
    let (mut file, mut buffer) = (File::from(file), Buffer::zeroed(MIB));
    let begin = Instant::now();
    let mut read = 0;
    while read < MOST_READ * MIB && begin.elapsed() < MOST_TIME {
        match file.read(buffer.bytes_mut()) {
            Ok(0) | Err(_) => break,
            Ok(length) => read += length,
        }
    }
    let bytes = u128::try_from(read).unwrap_or(0);
    let rate = ((bytes * 1_000_000) >> 20).checked_div(begin.elapsed().as_micros());
    rate.filter(|rate| *rate > 0).and_then(|rate| u64::try_from(rate).ok())
}

/// The machine's own disks.
pub(super) fn disks(tree: Tree<'_>) -> Presence {
    match fixed(tree) {
        Some(names) if names.is_empty() => Presence::Absent(BLOCKS.to_owned()),
        Some(names) => Presence::There(names.join(", ")),
        None => Presence::Unknown(Why::NoDriver.sentence()),
    }
}

fn largest(tree: Tree<'_>) -> Option<String> {
    fixed(tree)?.into_iter().max_by_key(|name| tree.number(&format!("{BLOCKS}/{name}/size")))
}

/// Those whose medium stays in; none where the kernel does not tell.
fn fixed(tree: Tree<'_>) -> Option<Vec<String>> {
    let is_fixed = |name: &String| {
        tree.exists(&format!("{BLOCKS}/{name}/device")) && tree.number(&format!("{BLOCKS}/{name}/removable")) == Some(0)
    };
    Some(tree.names(BLOCKS).what.ok()?.into_iter().filter(is_fixed).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn load_is_on_as_many_processors_as_asked_and_ends_when_it_is_told_to() {
        let mut looks = 0;
        let done = exert(Some(2), Duration::from_mins(5), &mut || {
            looks += 1;
            false
        });
        assert_eq!((done.threads, looks), (2, 1));
        assert!(done.rounds >= PIECE && done.megarounds().is_some_and(|rate| rate > 0), "{done:?}");
    }

    #[test]
    fn of_several_disks_the_largest_fixed_one_is_read_and_without_one_nothing_is() {
        let folder = tempfile::tempdir().expect("a folder");
        let tree = Tree::new(folder.path());
        assert_eq!(largest(tree), None);
        for (name, size, removable, is_real) in [
            ("sda", "900", "0", true),
            ("sdb", "5000", "1", true),
            ("loop0", "9000", "0", false),
            ("sdc", "1200", "0", true),
        ] {
            let disk = folder.path().join(BLOCKS).join(name);
            std::fs::create_dir_all(if is_real { disk.join("device") } else { disk.clone() }).expect("a folder");
            std::fs::write(disk.join("size"), size).expect("a file");
            std::fs::write(disk.join("removable"), removable).expect("a file");
        }
        assert_eq!(largest(tree).as_deref(), Some("sdc"));
        assert!(matches!(disks(tree), Presence::There(names) if names.len() == "sda, sdc".len()), "{:?}", disks(tree));
        assert_eq!(disk_rate(folder.path()), None, "there is no such node");
    }
}
