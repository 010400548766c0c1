//! A mounted [`Volume`]: the kernel's own path to a file system that fails as the test says. Needs root and `/dev/fuse`.
//!
//! Invariants: the mount goes when this is dropped, failed test or not; it is dropped after whatever stands on it. Nothing
//! in this process maps a file of it, as SQLite does: unmapping locks the memory of whoever is to answer. Programs that
//! map run as processes of their own.

#![expect(clippy::disallowed_methods, reason = "a mount, its thread, and one for each ask that is held")]
#![expect(clippy::expect_used, clippy::print_stderr, reason = "a test fails by panicking, and says what it tried")]

use super::bench_rig::aloud;
use super::fuse_answer::{
    Answer, EINVAL, ENOENT, TTL, attributes, errno, made, permissions, removed, renamed, say_attributes, say_done,
    say_entry, say_open,
};
use super::fuse_volume::{Asks, Comes, Content, Node, State, Volume};
use fuser::{
    BackgroundSession, Config, FileAttr, FileHandle, Filesystem, FopenFlags, Generation, INodeNo, LockOwner,
    MountOption, OpenFlags, RenameFlags, ReplyAttr, ReplyCreate, ReplyData, ReplyDirectory, ReplyEmpty, ReplyEntry,
    ReplyOpen, ReplyStatfs, ReplyWrite, Request, TimeOrNow, WriteFlags,
};
use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::SystemTime;

/// As many cases of each property mean that time does not matter.
const EXHAUSTIVE: u64 = 20_000;
const EPERM: i32 = 1;

/// A mounted volume.
pub(crate) struct Mounted {
    at: PathBuf,
    session: Option<BackgroundSession>,
    folder: Option<tempfile::TempDir>,
}

impl Mounted {
    /// Mounts it in a folder of its own; none, said aloud, where that cannot be done.
    pub(crate) fn new(volume: &Volume) -> Option<Self> {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let mut mounted = Self::at(volume, folder.path())?;
        mounted.folder = Some(folder);
        Some(mounted)
    }

    /// Mounts it over that folder.
    pub(crate) fn at(volume: &Volume, at: &Path) -> Option<Self> {
        let mut config = Config::default();
        config.mount_options = vec![MountOption::FSName("aoxanh-test".to_owned()), MountOption::NoAtime];
        match fuser::spawn_mount(Served(volume.clone()), at, &config) {
            Ok(session) => Some(Self { at: at.to_owned(), session: Some(session), folder: None }),
            Err(error) => {
                aloud(&format!("NOT RUN: no file system of ours can be mounted here: {error}"));
                None
            }
        }
    }

    pub(crate) fn path(&self) -> &Path {
        &self.at
    }
}

impl Drop for Mounted {
    fn drop(&mut self) {
        let gone = self.session.take().map(BackgroundSession::umount_and_join);
        if !matches!(gone, Some(Ok(()))) {
            // A loop device that is being detached may still hold it; then it goes with that, and nobody waits for it.
            let forced = Command::new("umount").arg("-fl").arg(&self.at).output();
            // A first try that failed may have been made good by now, and then there is nothing left to force.
            assert!(std::thread::panicking() || !is_mounted(&self.at), "a mount stays behind: {gone:?} {forced:?}");
        }
        if let Some(Err(error)) = self.folder.take().map(tempfile::TempDir::close) {
            assert!(std::thread::panicking(), "{error}");
        }
    }
}

fn is_mounted(at: &Path) -> bool {
    let all = std::fs::read_to_string("/proc/self/mountinfo").expect("the kernel's list");
    all.lines().any(|line| line.split(' ').nth(4).is_some_and(|place| Path::new(place) == at))
}

/// The numbers from 1 to `all` that are tried in this run, which is said: about `sample` of them, or, with
/// `scripts/test --long`, all.
pub(crate) fn tried(what: &str, all: u64, sample: u64) -> Vec<u64> {
    let cases = std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok());
    let step = if cases.is_some_and(|cases: u64| cases >= EXHAUSTIVE) { 1 } else { all.div_ceil(sample).max(1) };
    // Another sample for each, so that neighbours are met too.
    let first = 1 + u64::from(blake3::hash(what.as_bytes()).as_bytes()[0]) % step;
    let numbers: Vec<_> = (first..=all).step_by(usize::try_from(step).expect("small")).collect();
    eprintln!("{what}: {} of {all} places tried", numbers.len());
    numbers
}

struct Served(Volume);

impl Served {
    /// Does the ask, unless a fault meets it; where it is held, in a thread of its own once it is let go.
    fn answer<T: Send + 'static, R: Send + 'static>(
        &self,
        asks: (Asks, u64, std::ops::Range<u64>),
        reply: R,
        work: impl FnOnce(&mut State, usize) -> Answer<T> + Send + 'static,
        say: impl FnOnce(R, Answer<T>) + Send + 'static,
    ) {
        let (kind, number, bytes) = asks;
        let mut state = self.0.state();
        let name = state.named(number).1;
        match state.strike(kind, &name, &bytes) {
            Some(Comes::Error(code)) => {
                if kind == Asks::Sync
                    && let Some(content) = state.content(number)
                {
                    content.lose();
                }
                say(reply, Err(code));
            }
            Some(Comes::Held) => {
                drop(state);
                let again = Self(self.0.clone());
                std::thread::spawn(move || {
                    again.0.wait_for_release();
                    again.answer((kind, number, bytes), reply, work, say);
                });
            }
            Some(Comes::Short(most)) => say(reply, work(&mut state, most)),
            None => say(reply, work(&mut state, usize::MAX)),
        }
    }

    /// The same about a name in a folder.
    fn name<T>(&self, asks: Asks, name: &OsStr, work: impl FnOnce(&mut State) -> Answer<T>) -> Answer<T> {
        let mut state = self.0.state();
        match state.strike(asks, name, &(0..0)) {
            Some(Comes::Error(code)) => Err(code),
            Some(Comes::Held | Comes::Short(_)) | None => work(&mut state),
        }
    }
}

impl Filesystem for Served {
    fn lookup(&self, _request: &Request, parent: INodeNo, name: &OsStr, reply: ReplyEntry) {
        let look = |state: &mut State| attributes(state, *state.names(parent.0).get(name).ok_or(ENOENT)?);
        say_entry(reply, self.name(Asks::Look, name, look));
    }

    fn getattr(&self, _request: &Request, number: INodeNo, _file: Option<FileHandle>, reply: ReplyAttr) {
        let asks = (Asks::Look, number.0, 0..0);
        self.answer(asks, reply, move |state, _| attributes(state, number.0), say_attributes);
    }

    fn setattr(
        &self,
        _request: &Request,
        number: INodeNo,
        mode: Option<u32>,
        _uid: Option<u32>,
        _gid: Option<u32>,
        size: Option<u64>,
        _accessed: Option<TimeOrNow>,
        _modified: Option<TimeOrNow>,
        _changed: Option<SystemTime>,
        _file: Option<FileHandle>,
        _created: Option<SystemTime>,
        _changed_at: Option<SystemTime>,
        _backed_up: Option<SystemTime>,
        _flags: Option<fuser::BsdFileFlags>,
        reply: ReplyAttr,
    ) {
        let asks = (if size.is_some() { Asks::Resize } else { Asks::Look }, number.0, 0..0);
        let set = move |state: &mut State, _most: usize| {
            if let Some(size) = size {
                state.content(number.0).ok_or(ENOENT)?.resize(size);
            }
            if let (Some(mode), Some((_, kept))) = (mode, state.nodes.get_mut(&number.0)) {
                *kept = permissions(mode);
            }
            attributes(state, number.0)
        };
        self.answer(asks, reply, set, say_attributes);
    }

    fn mkdir(&self, _request: &Request, parent: INodeNo, name: &OsStr, mode: u32, _umask: u32, reply: ReplyEntry) {
        let folder = Node::Folder { now: BTreeMap::new(), held: BTreeMap::new() };
        let make = |state: &mut State| made(state, parent.0, name, folder, mode);
        say_entry(reply, self.name(Asks::MakeFolder, name, make));
    }

    fn create(
        &self,
        _request: &Request,
        parent: INodeNo,
        name: &OsStr,
        mode: u32,
        _umask: u32,
        _flags: i32,
        reply: ReplyCreate,
    ) {
        let file = Node::File(Content::default());
        let make = |state: &mut State| made(state, parent.0, name, file, mode);
        match self.name(Asks::Create, name, make) {
            Ok(file) => reply.created(&TTL, &file, Generation(0), FileHandle(0), FopenFlags::FOPEN_KEEP_CACHE),
            Err(code) => reply.error(errno(code)),
        }
    }

    fn unlink(&self, _request: &Request, parent: INodeNo, name: &OsStr, reply: ReplyEmpty) {
        say_done(reply, self.name(Asks::Remove, name, |state| removed(state, parent.0, name)));
    }

    fn rmdir(&self, _request: &Request, parent: INodeNo, name: &OsStr, reply: ReplyEmpty) {
        say_done(reply, self.name(Asks::Remove, name, |state| removed(state, parent.0, name)));
    }

    fn rename(
        &self,
        _request: &Request,
        parent: INodeNo,
        name: &OsStr,
        to: INodeNo,
        as_name: &OsStr,
        flags: RenameFlags,
        reply: ReplyEmpty,
    ) {
        let rename = |state: &mut State| renamed(state, (parent.0, name), (to.0, as_name), flags);
        say_done(reply, self.name(Asks::Rename, name, rename));
    }

    /// A second name is not needed here, and a practice disk with one is none.
    fn link(&self, _request: &Request, _number: INodeNo, _to: INodeNo, _name: &OsStr, reply: ReplyEntry) {
        reply.error(errno(EPERM));
    }

    fn open(&self, _request: &Request, number: INodeNo, _flags: OpenFlags, reply: ReplyOpen) {
        self.answer((Asks::Open, number.0, 0..0), reply, |_, _| Ok(()), say_open);
    }

    fn opendir(&self, _request: &Request, number: INodeNo, _flags: OpenFlags, reply: ReplyOpen) {
        self.answer((Asks::Open, number.0, 0..0), reply, |_, _| Ok(()), say_open);
    }

    fn read(
        &self,
        _request: &Request,
        number: INodeNo,
        _file: FileHandle,
        at: u64,
        len: u32,
        _flags: OpenFlags,
        _owner: Option<LockOwner>,
        reply: ReplyData,
    ) {
        let read = move |state: &mut State, most: usize| {
            let now = &state.content(number.0).ok_or(ENOENT)?.now;
            let start = usize::try_from(at).expect("small").min(now.len());
            let end = start.saturating_add(usize::try_from(len).expect("small").min(most)).min(now.len());
            Ok(now[start..end].to_vec())
        };
        let say = |reply: ReplyData, answer: Answer<Vec<u8>>| match answer {
            Ok(data) => reply.data(&data),
            Err(code) => reply.error(errno(code)),
        };
        self.answer((Asks::Read, number.0, at..at + u64::from(len)), reply, read, say);
    }

    fn write(
        &self,
        _request: &Request,
        number: INodeNo,
        _file: FileHandle,
        at: u64,
        data: &[u8],
        flags: WriteFlags,
        _open_flags: OpenFlags,
        _owner: Option<LockOwner>,
        reply: ReplyWrite,
    ) {
        let data = data.to_vec();
        let len = data.len() as u64;
        let write = move |state: &mut State, most: usize| {
            let done = &data[..most.min(data.len())];
            state.content(number.0).ok_or(ENOENT)?.write(at, done);
            u32::try_from(data.len()).map_err(|_too_long| EINVAL)
        };
        let say = |reply: ReplyWrite, answer: Answer<u32>| match answer {
            Ok(done) => reply.written(done),
            Err(code) => reply.error(errno(code)),
        };
        if flags.contains(WriteFlags::FUSE_WRITE_CACHE) {
            // Mapped pages, whenever the kernel likes: no ask of the program's.
            let answer = write(&mut self.0.state(), usize::MAX);
            return say(reply, answer);
        }
        self.answer((Asks::Write, number.0, at..at + len), reply, write, say);
    }

    fn flush(&self, _request: &Request, _number: INodeNo, _file: FileHandle, _owner: LockOwner, reply: ReplyEmpty) {
        reply.ok();
    }

    fn fsync(&self, _request: &Request, number: INodeNo, _file: FileHandle, _data: bool, reply: ReplyEmpty) {
        let sync = move |state: &mut State, _most: usize| {
            state.sync(number.0);
            Ok(())
        };
        self.answer((Asks::Sync, number.0, 0..0), reply, sync, say_done);
    }

    fn fsyncdir(&self, request: &Request, number: INodeNo, file: FileHandle, data: bool, reply: ReplyEmpty) {
        self.fsync(request, number, file, data, reply);
    }

    fn readdir(&self, _request: &Request, number: INodeNo, _file: FileHandle, from: u64, reply: ReplyDirectory) {
        let list = move |state: &mut State, _most: usize| {
            let names = state.names(number.0).into_iter();
            names.map(|(name, node)| Ok((name, attributes(state, node)?))).collect()
        };
        let say = move |mut reply: ReplyDirectory, answer: Answer<Vec<(OsString, FileAttr)>>| match answer {
            Ok(names) => {
                let skipped = usize::try_from(from).expect("small");
                for (place, (name, file)) in names.iter().enumerate().skip(skipped) {
                    if reply.add(file.ino, place as u64 + 1, file.kind, name) {
                        break;
                    }
                }
                reply.ok();
            }
            Err(code) => reply.error(errno(code)),
        };
        self.answer((Asks::List, number.0, 0..0), reply, list, say);
    }

    fn statfs(&self, _request: &Request, _number: INodeNo, reply: ReplyStatfs) {
        reply.statfs(1 << 20, 1 << 19, 1 << 19, 1 << 20, 1 << 19, 4096, 255, 4096);
    }
}
