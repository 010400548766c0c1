//! What the job tests stand on: starts, watched ports, and disks that fail at a chosen call.

#![expect(clippy::expect_used, reason = "a test may stop where its ground is gone")]

use aoxanh::event::disk::{AttachmentSeen, DiskSeen, WipeStarted};
use aoxanh::event::image::{ImageSeen, ImageStarted};
use aoxanh::event::{By, How, Kind};
use aoxanh::job::{JobNews, Pace, Run};
use aoxanh::port::{
    DiskIo, Entry, Failure, FakeClock, FakeDisk, FakeJournal, FakeMarks, Journal, Marks, Recorded, Trouble,
};
use aoxanh::unit::{Bytes, Digest, JobId, Moment, PersonId};
use aoxanh::word::say;
use std::cell::Cell;
use std::io;
use std::time::Duration;

pub(crate) const KEY: Digest = Digest([0x5A; 32]);
/// Small pieces and frequent marks, so that small disks have many of both.
pub(crate) const SMALL: Pace = Pace { piece: Bytes(8192), mark: Bytes(16_384) };

pub(crate) fn job() -> JobId {
    JobId::from_random([4; 10])
}

pub(crate) fn recorded<F: Kind>(fact: F) -> Recorded<F> {
    let journal = FakeJournal::default();
    let at = Moment::from_unix_millis(0);
    let by = By { person: PersonId::from_random([1; 10]), how: How::Claimed };
    (&journal as &dyn Journal).append(Entry { at, happened_at: None, by, device: None, fact }).expect("a fake journal")
}

fn disk_seen(size: u64) -> DiskSeen {
    let bus = "file".to_owned();
    DiskSeen { serial: None, wwn: None, model: None, size: Bytes(size), bus, practice: true }
}

fn attachment() -> AttachmentSeen {
    AttachmentSeen { boot_id: "boot".to_owned(), diskseq: None, port: "port".to_owned(), name: "fake".to_owned() }
}

pub(crate) fn wipe_started(method: &str, size: u64, block: u32, from: u64) -> WipeStarted {
    WipeStarted {
        job: job(),
        resumes: None,
        from: Bytes(from),
        method: method.to_owned(),
        pattern_key: (method != "overwrite-zero").then_some(KEY),
        key: "fake".to_owned(),
        disk: disk_seen(size),
        logical_block: block,
        attachment: attachment(),
        namespace: Some(1),
        health_before: None,
        medium: None,
        site: None,
    }
}

pub(crate) fn image_started(raw: &[u8], size: u64, block: u32, from: u64) -> ImageStarted {
    let blake3 = Digest(*blake3::hash(raw).as_bytes());
    ImageStarted {
        job: job(),
        resumes: None,
        from: Bytes(from),
        image: ImageSeen { id: "test".to_owned(), length: Bytes(raw.len() as u64), blake3 },
        key: "fake".to_owned(),
        disk: disk_seen(size),
        logical_block: block,
        attachment: attachment(),
    }
}

/// Every port but the disk, watched.
pub(crate) struct Bench {
    pub(crate) marks: FakeMarks,
    pub(crate) news: Vec<JobNews>,
    pub(crate) clock: FakeClock,
    /// The look at the cancel switch, counted from 1, at which it is found pressed.
    pub(crate) cancel_at: Option<u64>,
    pub(crate) pace: Pace,
}

impl Bench {
    pub(crate) fn new() -> Self {
        let clock = FakeClock::new(Moment::from_unix_millis(1_000_000), Duration::from_millis(30));
        Self { marks: FakeMarks::default(), news: Vec::new(), clock, cancel_at: None, pace: SMALL }
    }

    pub(crate) fn with_cancel_at(look: u64) -> Self {
        Self { cancel_at: Some(look), ..Self::new() }
    }

    pub(crate) fn run<T>(&mut self, io: &mut dyn DiskIo, work: impl FnOnce(&mut Run<'_>) -> T) -> T {
        let looks = Cell::new(0);
        let cancel = || {
            looks.set(looks.get() + 1);
            self.cancel_at.is_some_and(|at| looks.get() >= at)
        };
        let news = &mut self.news;
        let mut tell = |one: JobNews| news.push(one);
        let (marks, clock, pace) = (&mut self.marks, &self.clock, self.pace);
        work(&mut Run { io, marks, clock, cancel: &cancel, news: &mut tell, pace, psid: None })
    }

    pub(crate) fn mark(&self) -> Bytes {
        self.marks.last(&job()).expect("memory").unwrap_or(Bytes::ZERO)
    }
}

/// What goes wrong at the chosen call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Break {
    /// That call fails, the next ones do not.
    Once,
    /// The disk is gone from that call on.
    Gone,
    /// The power goes: everything not flushed is lost, and nothing answers any more.
    PowerCut,
    /// Every write from that call on fails, but the disk stays.
    Unwritable,
    /// Every read from that call on fails, but the disk stays.
    Unreadable,
}

/// A disk with a volatile cache that breaks at its `k`-th call, whichever that is: check, read, write, flush or forget.
pub(crate) struct Breaking {
    seen: FakeDisk,
    flushed: FakeDisk,
    how: Break,
    k: u64,
    pub(crate) calls: u64,
    /// Every call in order; calls of one kind in a row once.
    pub(crate) order: Vec<&'static str>,
}

impl Breaking {
    pub(crate) fn new(disk: FakeDisk, how: Break, k: u64) -> Self {
        Self { flushed: disk.clone(), seen: disk, how, k, calls: 0, order: Vec::new() }
    }

    /// Cuts the power now.
    pub(crate) fn cut(mut self) -> Self {
        self.k = self.calls;
        self
    }

    /// The disk as it is found afterwards.
    pub(crate) fn found(self) -> FakeDisk {
        if self.how == Break::PowerCut && self.calls >= self.k { self.flushed } else { self.seen }
    }

    fn call(&mut self, kind: &'static str) -> io::Result<()> {
        self.calls += 1;
        let (writes, reads) = (kind == "write", kind == "read");
        if self.order.last() != Some(&kind) {
            self.order.push(kind);
        }
        let error = match self.how {
            Break::Once if self.calls == self.k => Some(5),
            Break::Gone | Break::PowerCut if self.calls >= self.k => Some(19),
            Break::Unwritable if self.calls >= self.k && writes => Some(5),
            Break::Unreadable if self.calls >= self.k && reads => Some(5),
            Break::Once | Break::Gone | Break::PowerCut | Break::Unwritable | Break::Unreadable => None,
        };
        error.map_or(Ok(()), |code| Err(io::Error::from_raw_os_error(code)))
    }
}

impl DiskIo for Breaking {
    fn size(&self) -> Bytes {
        self.seen.size()
    }

    fn logical_block(&self) -> u32 {
        self.seen.logical_block()
    }

    fn direct(&self) -> bool {
        self.seen.direct()
    }

    fn check(&mut self) -> Result<(), Failure> {
        let failed = |error: io::Error| Failure::new(Trouble::Io, say!("disk-changed", disk = "fake")).because(error);
        self.call("check").map_err(failed)?;
        self.seen.check()
    }

    fn read_at(&mut self, at: Bytes, into: &mut [u8]) -> io::Result<usize> {
        self.call("read")?;
        self.seen.read_at(at, into)
    }

    fn write_at(&mut self, at: Bytes, from: &[u8]) -> io::Result<usize> {
        self.call("write")?;
        self.seen.write_at(at, from)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.call("flush")?;
        self.seen.flush()?;
        self.flushed = self.seen.clone();
        Ok(())
    }

    fn forget(&mut self) -> io::Result<()> {
        self.call("forget")?;
        self.seen.forget()
    }
}
