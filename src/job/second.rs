//! Having another program read what was wiped: making what belongs there, and giving it to that program.
//!
//! Invariant: that program's answer is passed on as it is; nothing here reads the disk.

use super::news::{JobNews, Phase};
use super::progress::Meter;
use super::run::io_failure;
use super::transfer::wide;
use crate::event::disk::WipeStarted;
use crate::port::{Clock, DiskIo, Failure, Recorded, SecondReader, Trouble};
use crate::unit::Bytes;
use crate::wipe::{CrossCheck, CrossFound, overwrite};
use crate::word::say;
use std::path::Path;

/// Bytes made and given at a time.
const PIECE: usize = 1 << 20;

/// Has `second` read the disk at `path` against what the recorded wipe put there; none where a person stopped it.
///
/// Errors: the program is not there; a method that nobody knows; the disk does not give up what is cached of it, or is
/// another one at the end.
pub fn cross_check(
    started: &Recorded<WipeStarted>,
    io: &mut dyn DiskIo,
    path: &Path,
    second: &dyn SecondReader,
    clock: &dyn Clock,
    cancel: &dyn Fn() -> bool,
    news: &mut dyn FnMut(JobNews),
) -> Result<Option<CrossCheck>, Failure> {
    let fact = started.fact();
    let Some(method) = overwrite(&fact.method) else {
        return Err(Failure::new(Trouble::BadData, say!("wipe-unknown-method", method = fact.method.as_str())));
    };
    let program = second.name()?;
    let size = fact.disk.size.0;
    // What is read comes from the medium.
    let name = fact.attachment.name.as_str();
    io.forget().map_err(|error| io_failure(say!("job-forget-failed", disk = name), &error))?;
    let mut comparing = second.begin(path, fact.disk.size)?;
    news(JobNews::Phase(Phase::CrossCheck));
    let (mut meter, first) = Meter::begin(Phase::CrossCheck, Bytes::ZERO, fact.disk.size, clock.elapsed());
    news(JobNews::Progress(first));
    let (mut piece, mut at) = (vec![0; PIECE], 0);
    let mut found = None;
    while at < size {
        if cancel() {
            return Ok(None);
        }
        let len = usize::try_from(size - at).unwrap_or(PIECE).min(PIECE);
        method.fill(fact.pattern_key.as_ref(), Bytes(at), &mut piece[..len]);
        match comparing.give(&piece[..len]) {
            Ok(true) => at += wide(len),
            Ok(false) => break,
            Err(_broken) => {
                found = Some(CrossFound::Failed);
                break;
            }
        }
        if let Some(progress) = meter.advance(Bytes(at), clock.elapsed()) {
            news(JobNews::Progress(progress));
        }
    }
    let found = found.unwrap_or_else(|| comparing.end());
    news(JobNews::Progress(meter.end(Bytes(at), clock.elapsed())));
    io.check()?;
    Ok(Some(CrossCheck { program, found }))
}
