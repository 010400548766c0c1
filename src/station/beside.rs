//! The same work on several disks at once: each on a thread of its own, and what they say told as it comes.
//!
//! Invariant: one that fails, or breaks, ends by itself; the others go on.

use crate::job::JobNews;
use crate::port::{Failure, Trouble};
use crate::word::say;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::channel;
use std::thread::{Builder, scope};

/// What a thread says of its disk.
pub(super) enum Told<T> {
    News(JobNews),
    End(Result<T, Failure>),
}

/// What is done to one, telling how far it is.
type Work<'a, I, T> = &'a (dyn Fn(&I, &mut dyn FnMut(JobNews)) -> Result<T, Failure> + Sync);

/// Does `work` on each side by side, and hears by its number what each says, its end last. Errors: what could not be heard;
/// that stops nobody.
pub(super) fn beside<I: Sync, T: Send>(
    all: &[I],
    work: Work<'_, I, T>,
    hear: &mut dyn FnMut(usize, Told<T>) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let (send, news) = channel();
    scope(|scope| {
        for (number, one) in all.iter().enumerate() {
            let (send, own) = (send.clone(), send.clone());
            let job = move || {
                let mut tell = |news| {
                    let _heard = send.send((number, Told::News(news)));
                };
                let end = catch_unwind(AssertUnwindSafe(|| work(one, &mut tell)));
                let broke = |_panic| Err(Failure::new(Trouble::Io, say!("job-broke")).hint(say!("job-broke-hint")));
                let _heard = send.send((number, Told::End(end.unwrap_or_else(broke))));
            };
            if let Err(error) = Builder::new().name("job".to_owned()).spawn_scoped(scope, job) {
                let failure = Failure::new(Trouble::TryAgain, say!("job-no-thread")).because(error);
                let _heard = own.send((number, Told::End(Err(failure))));
            }
        }
        drop(send);
        let mut said = Ok(());
        for (number, told) in news {
            said = said.and(hear(number, told));
        }
        said
    })
}
