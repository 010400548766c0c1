//! A mounted [`Volume`]: the kernel's own path to a file system that fails as the test says. Needs root and `/dev/fuse`.
//!
//! Invariants: the mount goes when this is dropped, failed test or not; it is dropped after whatever stands on it. Nothing
//! in this process maps a file of it, as SQLite does: unmapping locks the memory of whoever is to answer. Programs that
//! map run as processes of their own.

#![expect(clippy::disallowed_methods, reason = "a mount, its thread, and one for each ask that is held")]
#![expect(clippy::expect_used, clippy::print_stderr, reason = "a test fails by panicking, and says what it tried")]

use super::bench_rig::aloud;
use super::fuse_volume::{Asks, Comes, Content, Node, ROOT, State, Volume};
use fuser::{
    BackgroundSession, Config, Errno, FileAttr, FileHandle, FileType, Filesystem, FopenFlags, Generation, INodeNo,
    LockOwner, MountOption, OpenFlags, RenameFlags, ReplyAttr, ReplyCreate, ReplyData, ReplyDirectory, ReplyEmpty,
    ReplyEntry, ReplyOpen, ReplyStatfs, ReplyWrite, Request, TimeOrNow, WriteFlags,
};
use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// Nothing is remembered: a disk may be pulled out at any moment.
const TTL: Duration = Duration::ZERO;
/// As many cases of each property mean that time does not matter.
const EXHAUSTIVE: u64 = 20_000;
const EPERM: i32 = 1;
const ENOENT: i32 = 2;
const EEXIST: i32 = 17;
const EINVAL: i32 = 22;
const ENOTEMPTY: i32 = 39;

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
            let forced = Command::new("umount").arg("-fl").arg(&self.at).status();
            assert!(std::thread::panicking() || forced.is_ok_and(|status| status.success()), "a mount stays behind");
        }
        if let Some(Err(error)) = self.folder.take().map(tempfile::TempDir::close) {
            assert!(std::thread::panicking(), "{error}");
        }
    }
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

type Answer<T> = Result<T, i32>;

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

fn errno(code: i32) -> Errno {
    Errno::from_i32(code)
}

fn attributes(state: &State, number: u64) -> Answer<FileAttr> {
    let (node, mode) = state.nodes.get(&number).ok_or(ENOENT)?;
    let (kind, size, nlink) = match node {
        Node::File(content) => (FileType::RegularFile, content.now.len() as u64, state.named(number).0),
        Node::Folder { .. } => (FileType::Directory, 0, 2),
    };
    Ok(FileAttr {
        ino: INodeNo(number),
        size,
        blocks: size.div_ceil(512),
        atime: UNIX_EPOCH,
        mtime: UNIX_EPOCH,
        ctime: UNIX_EPOCH,
        crtime: UNIX_EPOCH,
        kind,
        perm: *mode,
        nlink,
        uid: 0,
        gid: 0,
        rdev: 0,
        blksize: 4096,
        flags: 0,
    })
}

fn permissions(mode: u32) -> u16 {
    u16::try_from(mode & 0o7777).expect("12 bits")
}

fn made(state: &mut State, folder: u64, name: &OsStr, node: Node, mode: u32) -> Answer<FileAttr> {
    if state.names(folder).contains_key(name) {
        return Err(EEXIST);
    }
    let number = state.add(folder, name, node, permissions(mode)).ok_or(ENOENT)?;
    attributes(state, number)
}

fn removed(state: &mut State, folder: u64, name: &OsStr) -> Answer<()> {
    let number = *state.names(folder).get(name).ok_or(ENOENT)?;
    if !state.names(number).is_empty() {
        return Err(ENOTEMPTY);
    }
    state.names_mut(folder).and_then(|names| names.remove(name)).map(|_number| ()).ok_or(ENOENT)
}

fn renamed(state: &mut State, from: (u64, &OsStr), to: (u64, &OsStr), flags: RenameFlags) -> Answer<()> {
    let number = *state.names(from.0).get(from.1).ok_or(ENOENT)?;
    if !flags.difference(RenameFlags::RENAME_NOREPLACE).is_empty() {
        return Err(EINVAL);
    }
    if let Some(there) = state.names(to.0).get(to.1) {
        if flags.contains(RenameFlags::RENAME_NOREPLACE) {
            return Err(EEXIST);
        }
        if !state.names(*there).is_empty() {
            return Err(ENOTEMPTY);
        }
    }
    state.names_mut(from.0).ok_or(ENOENT)?.remove(from.1);
    state.names_mut(to.0).ok_or(ENOENT)?.insert(to.1.to_owned(), number);
    Ok(())
}

fn say_entry(reply: ReplyEntry, answer: Answer<FileAttr>) {
    match answer {
        Ok(attributes) => reply.entry(&TTL, &attributes, Generation(0)),
        Err(code) => reply.error(errno(code)),
    }
}

fn say_attributes(reply: ReplyAttr, answer: Answer<FileAttr>) {
    match answer {
        Ok(attributes) => reply.attr(&TTL, &attributes),
        Err(code) => reply.error(errno(code)),
    }
}

fn say_done(reply: ReplyEmpty, answer: Answer<()>) {
    match answer {
        Ok(()) => reply.ok(),
        Err(code) => reply.error(errno(code)),
    }
}

fn say_open(reply: ReplyOpen, answer: Answer<()>) {
    match answer {
        // Only the mount changes files, so what the kernel keeps stays true.
        Ok(()) => reply.opened(FileHandle(0), FopenFlags::FOPEN_KEEP_CACHE),
        Err(code) => reply.error(errno(code)),
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

#[test]
fn the_mount_keeps_files_as_any_other_and_a_power_cut_keeps_what_was_synced() {
    use std::fs;
    use std::io::{Seek, Write};
    let volume = Volume::empty();
    let Some(mounted) = Mounted::new(&volume) else { return };
    let folder = mounted.path().join("a");
    fs::create_dir(&folder).expect("made");
    let mut file = fs::File::create_new(folder.join("b")).expect("made");
    file.write_all(&[1; 2000]).expect("written");
    assert_eq!(volume.after_power_cut(None).state().names(ROOT).len(), 0, "no name was synced");
    file.sync_all().expect("synced");
    for path in [&folder, mounted.path()] {
        fs::File::open(path).and_then(|folder| folder.sync_all()).expect("synced");
    }
    file.rewind().expect("a file");
    file.write_all(&[2; 1000]).expect("written");
    file.set_len(3000).expect("resized");
    assert_eq!(volume.bytes("b"), [vec![2; 1000], vec![1; 1000], vec![0; 1000]].concat());
    assert_eq!(volume.after_power_cut(None).bytes("b"), vec![1; 2000]);
    let torn: Vec<_> = (0..8).map(|seed| volume.after_power_cut(Some(seed)).bytes("b")).collect();
    assert!(torn.iter().any(|bytes| bytes[0] == 2) && torn.iter().any(|bytes| bytes[0] == 1 && bytes[600] == 2));
    fs::rename(folder.join("b"), mounted.path().join("c")).expect("renamed");
    assert!(fs::remove_dir(mounted.path().join("c")).is_err());
    fs::write(folder.join("d"), b"x").expect("written");
    fs::remove_dir_all(&folder).expect("ours");
    let names = |path: &Path| fs::read_dir(path).expect("a folder").map(|at| at.expect("read").file_name()).collect();
    let there: Vec<_> = names(mounted.path());
    assert_eq!(there, ["c"]);
    let path = mounted.path().to_owned();
    drop((file, mounted));
    assert!(!path.exists(), "mount and folder are gone");
}

#[test]
fn a_sync_that_failed_is_not_made_good_by_the_next_one() {
    use super::fuse_volume::{EIO, Fault};
    use std::io::Write;
    let volume = Volume::empty();
    let Some(mounted) = Mounted::new(&volume) else { return };
    let mut file = std::fs::File::create_new(mounted.path().join("b")).expect("made");
    std::fs::File::open(mounted.path()).and_then(|folder| folder.sync_all()).expect("synced");
    file.write_all(&[1; 600]).expect("written");
    volume.arm(Fault::new(Asks::SYNC, Comes::Error(EIO)).of("b").strikes(1..=1));
    assert_eq!(file.sync_all().expect_err("struck").raw_os_error(), Some(EIO));
    file.write_all(&[2; 600]).expect("written");
    file.sync_all().expect("struck once");
    assert_eq!(volume.mend(), 2);
    let left = volume.after_power_cut(None).bytes("b");
    assert_eq!((left[0], left[511], left[600], left[1199]), (0, 0, 2, 2), "the first sector is lost");
    drop(file);
}
