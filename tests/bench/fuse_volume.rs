//! A small file system in memory, with a volatile cache and faults that a test chooses.
//!
//! Invariants: what was not synced is not held, names neither, and only [`Volume::after_power_cut`] tells the difference;
//! a failed sync forgets what it was to hold, as Linux does. Page faults are never struck: a failed one is a `SIGBUS`.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::{OsStr, OsString};
use std::ops::{Range, RangeInclusive};
use std::sync::{Arc, Condvar, Mutex, MutexGuard};
use std::time::Duration;

pub(crate) const EIO: i32 = 5;
pub(crate) const ENODEV: i32 = 19;
pub(crate) const ENOSPC: i32 = 28;
pub(crate) const ROOT: u64 = 1;
/// What a power cut keeps or loses as a whole, bytes.
const SECTOR: u64 = 512;

/// What a program asks of the volume.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Asks {
    Look,
    Open,
    Create,
    Read,
    Write,
    Sync,
    Resize,
    Remove,
    Rename,
    MakeFolder,
    List,
}

impl Asks {
    /// Everything but looking at names and attributes, whose number depends on the kernel's caches.
    pub(crate) const IO: &[Self] = &[
        Self::Open,
        Self::Create,
        Self::Read,
        Self::Write,
        Self::Sync,
        Self::Resize,
        Self::Remove,
        Self::Rename,
        Self::MakeFolder,
        Self::List,
    ];
    pub(crate) const LOOK: &[Self] = &[Self::Look];
    pub(crate) const READ: &[Self] = &[Self::Read];
    pub(crate) const WRITE: &[Self] = &[Self::Write];
    pub(crate) const RENAME: &[Self] = &[Self::Rename];
    pub(crate) const SYNC: &[Self] = &[Self::Sync];
    pub(crate) const BLOCKS: &[Self] = &[Self::Read, Self::Write, Self::Sync];
    /// What needs room.
    pub(crate) const GROW: &[Self] = &[Self::Write, Self::Create, Self::Resize, Self::MakeFolder];
}

/// What comes of it instead.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Comes {
    /// That error number.
    Error(i32),
    /// At most so many bytes are read or written; of what is written, all is acknowledged.
    Short(usize),
    /// Nothing, until it is let go.
    Held,
}

/// One fault: the asks it strikes, and what comes of them.
#[derive(Clone, Debug)]
pub(crate) struct Fault {
    on: &'static [Asks],
    file: String,
    bytes: Range<u64>,
    strikes: RangeInclusive<u64>,
    comes: Comes,
    seen: u64,
}

impl Fault {
    /// Strikes every such ask.
    pub(crate) fn new(on: &'static [Asks], comes: Comes) -> Self {
        Self { on, file: String::new(), bytes: 0..u64::MAX, strikes: 1..=u64::MAX, comes, seen: 0 }
    }

    /// Only on files whose name ends so.
    pub(crate) fn of(mut self, file: &str) -> Self {
        file.clone_into(&mut self.file);
        self
    }

    /// Only reads and writes that touch these bytes.
    pub(crate) fn at(mut self, bytes: Range<u64>) -> Self {
        self.bytes = bytes;
        self
    }

    /// Only these of such asks, counted from 1.
    pub(crate) fn strikes(mut self, strikes: RangeInclusive<u64>) -> Self {
        self.strikes = strikes;
        self
    }

    fn meets(&self, asks: Asks, name: &OsStr, bytes: &Range<u64>) -> bool {
        let touches = self.bytes.start < bytes.end && bytes.start < self.bytes.end;
        let blocks = matches!(asks, Asks::Read | Asks::Write);
        self.on.contains(&asks) && name.as_encoded_bytes().ends_with(self.file.as_bytes()) && (touches || !blocks)
    }
}

#[derive(Clone, Debug, Default)]
pub(crate) struct Content {
    pub(crate) now: Vec<u8>,
    held: Vec<u8>,
    /// Sectors that the next sync brings to `held`.
    dirty: BTreeSet<u64>,
}

#[derive(Clone, Debug)]
pub(crate) enum Node {
    File(Content),
    Folder { now: BTreeMap<OsString, u64>, held: BTreeMap<OsString, u64> },
}

/// What stands behind the mount. Every method that takes a node's number may be asked for one that is gone.
#[derive(Debug)]
pub(crate) struct State {
    pub(crate) nodes: BTreeMap<u64, (Node, u16)>,
    next: u64,
    faults: Vec<Fault>,
    hidden: Vec<OsString>,
    held: u64,
    gate_closed: bool,
}

/// The volume; clones are the same one.
#[derive(Clone, Debug)]
pub(crate) struct Volume(Arc<(Mutex<State>, Condvar)>);

/// Asks that are held as long as this lives.
pub(crate) struct Held<'v>(&'v Volume);

impl Held<'_> {
    /// Waits until somebody is held, a minute at most.
    pub(crate) fn wait(&self) {
        let (state, changed) = (self.0.state(), &self.0.0.1);
        let waited = changed.wait_timeout_while(state, Duration::from_mins(1), |state| state.held == 0);
        let is_held = waited.expect("nobody panicked").0.held > 0;
        assert!(is_held, "nobody came to be held");
    }
}

impl Drop for Held<'_> {
    fn drop(&mut self) {
        let mut state = self.0.state();
        state.faults.retain(|fault| fault.comes != Comes::Held);
        (state.gate_closed, state.held) = (false, 0);
        self.0.0.1.notify_all();
    }
}

impl Volume {
    pub(crate) fn empty() -> Self {
        let root = Node::Folder { now: BTreeMap::new(), held: BTreeMap::new() };
        Self::of(BTreeMap::from([(ROOT, (root, 0o755))]), ROOT + 1)
    }

    fn of(nodes: BTreeMap<u64, (Node, u16)>, next: u64) -> Self {
        let state = State { nodes, next, faults: Vec::new(), hidden: Vec::new(), held: 0, gate_closed: false };
        Self(Arc::new((Mutex::new(state), Condvar::new())))
    }

    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.0.0.lock().expect("nobody panicked")
    }

    /// Arms a fault.
    pub(crate) fn arm(&self, fault: Fault) {
        self.state().faults.push(fault);
    }

    /// Mends everything; says how many asks the first fault saw.
    pub(crate) fn mend(&self) -> u64 {
        let mut state = self.state();
        state.hidden.clear();
        let seen = state.faults.first().map_or(0, |fault| fault.seen);
        state.faults.clear();
        seen
    }

    /// Holds what meets the fault.
    pub(crate) fn hold(&self, fault: Fault) -> Held<'_> {
        let mut state = self.state();
        state.faults.push(fault);
        state.gate_closed = true;
        Held(self)
    }

    /// Waits until what is held here is let go.
    pub(crate) fn wait_for_release(&self) {
        let mut state = self.state();
        state.held += 1;
        self.0.1.notify_all();
        while state.gate_closed {
            state = self.0.1.wait(state).expect("nobody panicked");
        }
    }

    /// The file of that name is pulled out: no name any more, and nothing answers.
    pub(crate) fn pull_out(&self, name: &str) {
        self.arm(Fault::new(Asks::IO, Comes::Error(ENODEV)).of(name));
        self.state().hidden.push(name.into());
    }

    /// Adds a file to the root, held at once.
    pub(crate) fn add(&self, name: &OsStr, bytes: &[u8]) {
        let mut state = self.state();
        state.add(ROOT, name, Node::File(Content::whole(bytes)), 0o600).expect("a root");
        state.sync(ROOT);
    }

    /// Adds an empty folder to the root, held at once.
    pub(crate) fn add_folder(&self, name: &str) {
        let mut state = self.state();
        let folder = Node::Folder { now: BTreeMap::new(), held: BTreeMap::new() };
        state.add(ROOT, OsStr::new(name), folder, 0o700).expect("a root");
        state.sync(ROOT);
    }

    /// Every file of the root, as a program reads it.
    pub(crate) fn files(&self) -> Vec<(OsString, Vec<u8>)> {
        let mut state = self.state();
        let names = state.names(ROOT);
        names.into_iter().filter_map(|(name, number)| Some((name, state.content(number)?.now.clone()))).collect()
    }

    /// The bytes of the only file of that name, as a program reads them.
    pub(crate) fn bytes(&self, name: &str) -> Vec<u8> {
        self.state().file(name).now.clone()
    }

    /// The same as a power cut at this moment leaves them.
    pub(crate) fn held_bytes(&self, name: &str) -> Vec<u8> {
        self.state().file(name).held.clone()
    }

    /// Puts these bytes into it, held at once.
    pub(crate) fn put(&self, name: &str, bytes: &[u8]) {
        *self.state().file(name) = Content::whole(bytes);
    }

    /// What the power cut leaves: nothing that was not synced, or, with a seed, any part of it, sector by sector.
    pub(crate) fn after_power_cut(&self, torn: Option<u64>) -> Self {
        let state = self.state();
        let mut coins = blake3::Hasher::new().update(&torn.unwrap_or(0).to_be_bytes()).finalize_xof();
        let mut coin = || {
            let mut byte = [0];
            coins.fill(&mut byte);
            torn.is_some() && byte[0] & 1 == 1
        };
        let names_too = coin();
        let left = state.nodes.iter().map(|(number, (node, mode))| {
            let node = match node {
                Node::File(content) => Node::File(Content::whole(&content.left(&mut coin))),
                Node::Folder { now, held } => {
                    let names = if names_too { now } else { held };
                    Node::Folder { now: names.clone(), held: names.clone() }
                }
            };
            (*number, (node, *mode))
        });
        Self::of(left.collect(), state.next)
    }
}

impl Content {
    pub(crate) fn write(&mut self, at: u64, data: &[u8]) {
        let start = usize::try_from(at).expect("small");
        let end = start + data.len();
        if self.now.len() < end {
            self.resize(end as u64);
        }
        self.now[start..end].copy_from_slice(data);
        self.dirty.extend(at / SECTOR..(end as u64).div_ceil(SECTOR));
    }

    pub(crate) fn resize(&mut self, len: u64) {
        let was = self.now.len() as u64;
        self.dirty.extend(was.min(len) / SECTOR..was.max(len).div_ceil(SECTOR));
        self.now.resize(usize::try_from(len).expect("small"), 0);
    }

    pub(crate) fn sync(&mut self) {
        self.held = self.left(&mut || true);
        self.dirty.clear();
    }

    /// The kernel calls the pages clean after a failed write-back: nobody tries again.
    pub(crate) fn lose(&mut self) {
        self.dirty.clear();
    }

    /// What there is once each dirty sector was kept or lost.
    fn left(&self, keeps: &mut dyn FnMut() -> bool) -> Vec<u8> {
        let mut held = self.held.clone();
        if keeps() {
            held.resize(self.now.len(), 0);
        }
        for sector in &self.dirty {
            let start = usize::try_from(sector * SECTOR).expect("small");
            let end = (start + 512).min(self.now.len()).min(held.len());
            if start < end && keeps() {
                held[start..end].copy_from_slice(&self.now[start..end]);
            }
        }
        held
    }

    fn whole(bytes: &[u8]) -> Self {
        Self { now: bytes.to_vec(), held: bytes.to_vec(), dirty: BTreeSet::new() }
    }
}

impl State {
    /// What comes of this ask; none where it goes well.
    pub(crate) fn strike(&mut self, asks: Asks, name: &OsStr, bytes: &Range<u64>) -> Option<Comes> {
        if asks == Asks::Read && name.as_encoded_bytes().ends_with(b"-shm") {
            return None;
        }
        let mut comes = None;
        for fault in self.faults.iter_mut().filter(|fault| fault.meets(asks, name, bytes)) {
            fault.seen += 1;
            if fault.strikes.contains(&fault.seen) {
                comes = comes.or(Some(fault.comes));
            }
        }
        comes
    }

    /// Names in a folder, those that were pulled out left away.
    pub(crate) fn names(&self, folder: u64) -> BTreeMap<OsString, u64> {
        let Some((Node::Folder { now, .. }, _)) = self.nodes.get(&folder) else { return BTreeMap::new() };
        now.iter().filter(|(name, _)| !self.hidden.contains(name)).map(|(name, node)| (name.clone(), *node)).collect()
    }

    pub(crate) fn names_mut(&mut self, folder: u64) -> Option<&mut BTreeMap<OsString, u64>> {
        match self.nodes.get_mut(&folder) {
            Some((Node::Folder { now, .. }, _)) => Some(now),
            Some((Node::File(_), _)) | None => None,
        }
    }

    pub(crate) fn content(&mut self, number: u64) -> Option<&mut Content> {
        match self.nodes.get_mut(&number) {
            Some((Node::File(content), _)) => Some(content),
            Some((Node::Folder { .. }, _)) | None => None,
        }
    }

    pub(crate) fn add(&mut self, folder: u64, name: &OsStr, node: Node, mode: u16) -> Option<u64> {
        let number = self.next;
        self.names_mut(folder)?.insert(name.to_owned(), number);
        self.nodes.insert(number, (node, mode));
        self.next += 1;
        Some(number)
    }

    pub(crate) fn sync(&mut self, number: u64) {
        match self.nodes.get_mut(&number) {
            Some((Node::File(content), _)) => content.sync(),
            Some((Node::Folder { now, held }, _)) => held.clone_from(now),
            None => {}
        }
    }

    /// In how many folders it stands, and under which name: the last.
    pub(crate) fn named(&self, number: u64) -> (u32, OsString) {
        let mut found = (0, OsString::new());
        for (node, _) in self.nodes.values() {
            let Node::Folder { now, .. } = node else { continue };
            for (name, _) in now.iter().filter(|(_, there)| **there == number) {
                found = (found.0 + 1, name.clone());
            }
        }
        found
    }

    fn file(&mut self, name: &str) -> &mut Content {
        let mut folders = self.nodes.values().filter_map(|(node, _)| match node {
            Node::Folder { now, .. } => now.get(OsStr::new(name)).copied(),
            Node::File(_) => None,
        });
        let number = folders.next_back().expect("a file of that name");
        self.content(number).expect("a file")
    }
}
