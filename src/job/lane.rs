//! Computing beside the disk, or beside the ledger's file: the one file below the station that has a second thread.
//!
//! Invariants: ports stay with the caller's thread, the other one only computes (decoding an image of the store, it reads
//! its file, which is made for several threads); pieces come out in the order they went
//! in, and when one is waited for depends on the calls alone, so that a job on a fake clock runs the same way every
//! time; the thread has ended when [`beside`] returns.

use crate::port::{Buffer, Failure, Trouble};
use crate::word::say;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;

/// How many pieces of a disk are under way at most: one at the disk, one at the computing, one ready between them.
pub(super) const PIECES: usize = 3;

/// A piece of a disk on its way.
pub(super) struct Piece {
    /// Holds it, and may be longer.
    pub(super) buffer: Buffer,
    /// Where on the disk, or in the image.
    pub(super) at: u64,
    /// How many bytes.
    pub(super) len: usize,
}

impl Piece {
    pub(super) fn bytes(&self) -> &[u8] {
        &self.buffer.bytes()[..self.len]
    }

    pub(super) fn bytes_mut(&mut self) -> &mut [u8] {
        &mut self.buffer.bytes_mut()[..self.len]
    }
}

/// The way to the computing thread and back.
pub struct Lane<G, T> {
    to: SyncSender<G>,
    from: Receiver<T>,
    most: usize,
    under_way: usize,
}

/// Runs `drive` with a lane on which `compute` works, with at most so many under way. Errors: those of `drive`, or the
/// machine has no thread to give.
pub fn beside<G: Send, T: Send, E: From<Failure>>(
    most: usize,
    mut compute: impl FnMut(G) -> T + Send,
    drive: impl FnOnce(&mut Lane<G, T>) -> Result<(), E>,
) -> Result<(), E> {
    thread::scope(|scope| {
        // Each way holds everything that may be under way, so that no sending ever waits.
        let ((to, given), (done, from)) = (sync_channel::<G>(most), sync_channel::<T>(most));
        let work = move || given.into_iter().map(&mut compute).all(|made| done.send(made).is_ok());
        thread::Builder::new()
            .name("compute".to_owned())
            .spawn_scoped(scope, work)
            .map_err(|error| Failure::new(Trouble::TryAgain, say!("job-no-thread")).because(error))?;
        drive(&mut Lane { to, from, most, under_way: 0 })
    })
}

impl<G, T> Lane<G, T> {
    /// Whether one must be taken before another is given.
    #[must_use]
    pub const fn is_full(&self) -> bool {
        self.under_way >= self.most
    }

    /// Whether nothing is under way.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.under_way == 0
    }

    /// Gives one more to be computed. The caller takes one first where the lane is full.
    pub fn give(&mut self, given: G) -> Result<(), Failure> {
        self.to.send(given).map_err(|lost| Failure::new(Trouble::TryAgain, say!("job-no-thread")).because(lost))?;
        self.under_way += 1;
        Ok(())
    }

    /// Waits for the oldest that was given.
    pub fn take(&mut self) -> Result<T, Failure> {
        let made = self.from.recv();
        let made = made.map_err(|lost| Failure::new(Trouble::TryAgain, say!("job-no-thread")).because(lost))?;
        self.under_way -= 1;
        Ok(made)
    }
}

#[cfg(test)]
mod tests {
    use super::super::run::Stop;
    use super::*;

    #[test]
    fn pieces_come_back_in_order_and_are_computed_on_another_thread() {
        let here = thread::current().id();
        let mut computed = 0u32;
        let compute = |given: u32| {
            computed += 1;
            (given * 10, thread::current().id())
        };
        let end: Result<(), Stop> = beside(PIECES, compute, |lane| {
            for round in 0..100 {
                while !lane.is_full() {
                    lane.give(round)?;
                }
                for _ in 0..PIECES {
                    let (made, there) = lane.take()?;
                    assert_eq!(made, round * 10);
                    assert_ne!(there, here);
                }
                assert!(lane.is_empty());
            }
            lane.give(7)?;
            Ok(())
        });
        assert!(end.is_ok());
        assert_eq!(computed, 301, "what is left in the lane is computed before it closes");
    }

    #[test]
    fn what_stops_the_driver_comes_out_and_the_thread_is_gone() {
        let alive = std::sync::Arc::new(());
        let kept = std::sync::Arc::clone(&alive);
        let compute = move |given: u32| (given, std::sync::Arc::strong_count(&kept));
        let end = beside(PIECES, compute, |lane| {
            lane.give(1)?;
            Err(Stop::Cancelled)
        });
        assert!(matches!(end, Err(Stop::Cancelled)));
        assert_eq!(std::sync::Arc::strong_count(&alive), 1);
    }
}
