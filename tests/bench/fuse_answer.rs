//! What a mounted volume answers the kernel: attributes, changes of names, and replies.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use super::fuse_volume::{Node, State};
use fuser::{
    Errno, FileAttr, FileHandle, FileType, FopenFlags, Generation, INodeNo, RenameFlags, ReplyAttr, ReplyEmpty,
    ReplyEntry, ReplyOpen,
};
use std::ffi::OsStr;
use std::time::{Duration, UNIX_EPOCH};

/// Nothing is remembered: a disk may be pulled out at any moment.
pub(super) const TTL: Duration = Duration::ZERO;
pub(super) const ENOENT: i32 = 2;
const EEXIST: i32 = 17;
pub(super) const EINVAL: i32 = 22;
const ENOTEMPTY: i32 = 39;

pub(super) type Answer<T> = Result<T, i32>;

pub(super) fn errno(code: i32) -> Errno {
    Errno::from_i32(code)
}

pub(super) fn attributes(state: &State, number: u64) -> Answer<FileAttr> {
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

pub(super) fn permissions(mode: u32) -> u16 {
    u16::try_from(mode & 0o7777).expect("12 bits")
}

pub(super) fn made(state: &mut State, folder: u64, name: &OsStr, node: Node, mode: u32) -> Answer<FileAttr> {
    if state.names(folder).contains_key(name) {
        return Err(EEXIST);
    }
    let number = state.add(folder, name, node, permissions(mode)).ok_or(ENOENT)?;
    attributes(state, number)
}

pub(super) fn removed(state: &mut State, folder: u64, name: &OsStr) -> Answer<()> {
    let number = *state.names(folder).get(name).ok_or(ENOENT)?;
    if !state.names(number).is_empty() {
        return Err(ENOTEMPTY);
    }
    state.names_mut(folder).and_then(|names| names.remove(name)).map(|_number| ()).ok_or(ENOENT)
}

pub(super) fn renamed(state: &mut State, from: (u64, &OsStr), to: (u64, &OsStr), flags: RenameFlags) -> Answer<()> {
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

pub(super) fn say_entry(reply: ReplyEntry, answer: Answer<FileAttr>) {
    match answer {
        Ok(attributes) => reply.entry(&TTL, &attributes, Generation(0)),
        Err(code) => reply.error(errno(code)),
    }
}

pub(super) fn say_attributes(reply: ReplyAttr, answer: Answer<FileAttr>) {
    match answer {
        Ok(attributes) => reply.attr(&TTL, &attributes),
        Err(code) => reply.error(errno(code)),
    }
}

pub(super) fn say_done(reply: ReplyEmpty, answer: Answer<()>) {
    match answer {
        Ok(()) => reply.ok(),
        Err(code) => reply.error(errno(code)),
    }
}

pub(super) fn say_open(reply: ReplyOpen, answer: Answer<()>) {
    match answer {
        // Only the mount changes files, so what the kernel keeps stays true.
        Ok(()) => reply.opened(FileHandle(0), FopenFlags::FOPEN_KEEP_CACHE),
        Err(code) => reply.error(errno(code)),
    }
}
