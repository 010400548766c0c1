//! A machine of disks in memory, whose disks can be swapped, taken or blocked at a chosen moment.
//!
//! Invariants: like the real one it looks before the open and after it, opens exclusively, and each handle asks again at
//! every check; every call is kept in order, so that a test can see when it was asked.

use super::commands::Commands;
use super::disk::{DiskIo, DiskRead, Disks, FakeDisk, Tally};
use super::failure::{Failure, Trouble};
use super::model::Model;
use crate::device::{Armed, Attachment, Disk, DiskIdentity, Medium, Obstacle, Unsure, obstacle_sentence};
use crate::drive::{self, Answer, Command, Known};
use crate::unit::Bytes;
use crate::word::say;
use std::cell::RefCell;
use std::io;
use std::path::{Path, PathBuf};
use std::rc::Rc;

/// What a [`FakeDisks`] was asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asked {
    /// Which disks there are.
    List,
    /// Whether the armed disk is still there and free: at opening, before and after.
    Look,
    /// To open.
    Open,
    /// Whether an open disk is still the armed one.
    Check,
    /// To write.
    Write,
    /// To read.
    Read,
    /// To flush.
    Flush,
    /// To throw away what is cached.
    Forget,
}

#[derive(Debug)]
struct Slot {
    disk: Disk,
    inside: Inside,
    open: bool,
}

/// What a disk is made of.
#[derive(Debug)]
enum Inside {
    Fake(FakeDisk),
    Model(Model),
}

impl Inside {
    fn io(&mut self) -> &mut dyn DiskIo {
        match self {
            Self::Fake(fake) => fake,
            Self::Model(model) => model,
        }
    }

    fn bytes(&self) -> Vec<u8> {
        match self {
            Self::Fake(fake) => fake.bytes().to_vec(),
            Self::Model(model) => model.bytes(),
        }
    }
}

/// A change that waits for the n-th time that something is asked.
#[derive(Debug)]
struct Change {
    asked: Asked,
    nth: usize,
    disk: Disk,
}

#[derive(Debug, Default)]
struct Bay {
    slots: Vec<Slot>,
    calls: Vec<Asked>,
    changes: Vec<Change>,
    image: Option<(PathBuf, String)>,
    media: Vec<(String, Medium)>,
}

/// Disks in memory. Clones are the same disks.
#[derive(Clone, Debug, Default)]
pub struct FakeDisks(Rc<RefCell<Bay>>);

impl FakeDisks {
    /// A machine with these disks. The names must differ.
    #[must_use]
    pub fn new(disks: Vec<(Disk, FakeDisk)>) -> Self {
        let fakes = Self::default();
        for (disk, fake) in disks {
            fakes.plug(disk, fake);
        }
        fakes
    }

    /// Plugs in one more, or another in place of the one of that name.
    pub fn plug(&self, disk: Disk, fake: FakeDisk) {
        self.put(disk, Inside::Fake(fake));
    }

    /// Plugs in a modelled drive, which answers commands too and so tells its own medium.
    pub fn plug_model(&self, disk: Disk, model: Model) {
        self.put(disk, Inside::Model(model));
    }

    fn put(&self, disk: Disk, inside: Inside) {
        let mut bay = self.0.borrow_mut();
        bay.slots.retain(|slot| slot.disk.name != disk.name);
        bay.slots.push(Slot { disk, inside, open: false });
    }

    /// The disk of that name looks like `disk` from now on; its bytes stay.
    pub fn change(&self, disk: &Disk) {
        self.0.borrow_mut().change(disk);
    }

    /// The disk of that name looks like `disk` from just before the `nth` (from 1) time that this is asked.
    pub fn change_when(&self, asked: Asked, nth: usize, disk: Disk) {
        self.0.borrow_mut().changes.push(Change { asked, nth, disk });
    }

    /// The disk of that name has this medium from now on.
    pub fn tell(&self, name: &str, medium: Medium) {
        self.0.borrow_mut().media.insert(0, (name.to_owned(), medium));
    }

    /// That image file lies on the disk of that name.
    pub fn holds_image(&self, image: &Path, name: &str) {
        self.0.borrow_mut().image = Some((image.to_owned(), name.to_owned()));
    }

    /// What is on the disk of that name; nothing where there is none.
    #[must_use]
    pub fn bytes(&self, name: &str) -> Vec<u8> {
        let bay = self.0.borrow();
        bay.slots.iter().find(|slot| slot.disk.name == name).map(|slot| slot.inside.bytes()).unwrap_or_default()
    }

    /// Everything asked so far in order, the same in a row once.
    #[must_use]
    pub fn calls(&self) -> Vec<Asked> {
        let mut calls = self.0.borrow().calls.clone();
        calls.dedup();
        calls
    }

    /// How often that was asked.
    #[must_use]
    pub fn count(&self, asked: Asked) -> usize {
        self.0.borrow().count(asked)
    }
}

impl Bay {
    fn count(&self, asked: Asked) -> usize {
        self.calls.iter().filter(|call| **call == asked).count()
    }

    fn change(&mut self, disk: &Disk) {
        for slot in self.slots.iter_mut().filter(|slot| slot.disk.name == disk.name) {
            slot.disk = disk.clone();
        }
    }

    fn asked(&mut self, asked: Asked) {
        self.calls.push(asked);
        let nth = self.count(asked);
        let (due, later): (Vec<Change>, _) =
            self.changes.drain(..).partition(|change| change.asked == asked && change.nth <= nth);
        self.changes = later;
        for change in due {
            self.change(&change.disk);
        }
    }

    fn look(&mut self, armed: &Disk, reads: bool) -> Result<(), Failure> {
        self.asked(Asked::Look);
        let name = armed.name.as_str();
        let now = self.slots.iter().find(|slot| slot.disk.name == name).map(|slot| &slot.disk);
        let Some(now) = now else {
            return Err(Failure::new(Trouble::No, say!("disk-gone", disk = name)).hint(say!("disk-gone-hint")));
        };
        if (&armed.identity, &armed.attachment) != (&now.identity, &now.attachment) {
            return Err(changed(name));
        }
        let mut obstacles = now.obstacles.iter().filter(|obstacle| !reads || **obstacle != Obstacle::ReadOnly);
        obstacles.next().map_or(Ok(()), |obstacle| {
            Err(Failure::new(Trouble::No, say!("disk-refused", disk = name, why = obstacle_sentence(obstacle))))
        })
    }

    fn slot(&mut self, name: &str) -> io::Result<&mut Slot> {
        let gone = || io::Error::from_raw_os_error(19);
        self.slots.iter_mut().find(|slot| slot.disk.name == name).ok_or_else(gone)
    }
}

fn changed(name: &str) -> Failure {
    Failure::new(Trouble::No, say!("disk-changed", disk = name)).hint(say!("disk-changed-hint"))
}

impl Disks for FakeDisks {
    fn list(&self, image: Option<&Path>) -> Result<Vec<Disk>, Failure> {
        let mut bay = self.0.borrow_mut();
        bay.asked(Asked::List);
        let holds =
            |disk: &Disk| bay.image.as_ref().is_some_and(|(file, name)| image == Some(file) && *name == disk.name);
        let with_image = |slot: &Slot| {
            let mut disk = slot.disk.clone();
            disk.obstacles.extend(holds(&disk).then_some(Obstacle::HoldsImage));
            disk
        };
        Ok(bay.slots.iter().map(with_image).collect())
    }

    fn medium(&self, disk: &Disk) -> Medium {
        let mut bay = self.0.borrow_mut();
        if let Ok(Slot { inside: Inside::Model(model), .. }) = bay.slot(&disk.name) {
            let known = Known { disk, bridge: None, soldered: Some(true), namespace: 1 };
            return drive::medium(&known, &drive::ask(&known, &mut |command| model.execute(command)));
        }
        let told = bay.media.iter().find(|(name, _)| *name == disk.name);
        told.map_or_else(|| Medium::unasked(disk, Unsure::NotAsked), |(_, medium)| medium.clone())
    }

    fn open(&self, armed: &Armed) -> Result<Box<dyn DiskIo>, Failure> {
        self.handle(armed.disk(), false).map(|handle| Box::new(handle) as Box<dyn DiskIo>)
    }

    fn open_to_read(&self, disk: &Disk) -> Result<Box<dyn DiskRead>, Failure> {
        self.handle(disk, true).map(|handle| Box::new(Reading(handle)) as Box<dyn DiskRead>)
    }
}

impl FakeDisks {
    fn handle(&self, disk: &Disk, reads: bool) -> Result<Handle, Failure> {
        let name = disk.name.as_str();
        let mut bay = self.0.borrow_mut();
        bay.look(disk, reads)?;
        bay.asked(Asked::Open);
        let slot = bay.slot(name).map_err(|error| changed(name).because(error))?;
        if slot.open {
            return Err(Failure::new(Trouble::TryAgain, say!("disk-busy", disk = name)).hint(say!("disk-busy-hint")));
        }
        slot.open = true;
        drop(bay);
        // From here on the handle's drop gives the disk free again.
        let handle = Handle {
            bay: Rc::clone(&self.0),
            name: name.to_owned(),
            identity: disk.identity.clone(),
            attachment: disk.attachment.clone(),
            block: disk.logical_block,
        };
        self.0.borrow_mut().look(disk, reads)?;
        Ok(handle)
    }
}

/// A handle through which nothing is written.
struct Reading(Handle);

impl DiskRead for Reading {
    fn size(&self) -> Bytes {
        self.0.size()
    }

    fn logical_block(&self) -> u32 {
        self.0.logical_block()
    }

    fn check(&mut self) -> Result<(), Failure> {
        self.0.check()
    }

    fn read_at(&mut self, at: Bytes, into: &mut [u8]) -> io::Result<usize> {
        self.0.read_at(at, into)
    }
}

struct Handle {
    bay: Rc<RefCell<Bay>>,
    name: String,
    identity: DiskIdentity,
    attachment: Attachment,
    block: u32,
}

impl Handle {
    fn with<T>(&self, asked: Asked, work: impl FnOnce(&mut dyn DiskIo) -> io::Result<T>) -> io::Result<T> {
        let mut bay = self.bay.borrow_mut();
        bay.asked(asked);
        work(bay.slot(&self.name)?.inside.io())
    }
}

impl Commands for Handle {
    fn execute(&mut self, command: &Command) -> io::Result<Answer> {
        let asked = if command.only_reads() { Asked::Read } else { Asked::Write };
        self.with(asked, |io| io.commands().ok_or(io::ErrorKind::Unsupported)?.execute(command))
    }
}

impl Drop for Handle {
    fn drop(&mut self) {
        if let Ok(slot) = self.bay.borrow_mut().slot(&self.name) {
            slot.open = false;
        }
    }
}

impl DiskIo for Handle {
    fn size(&self) -> Bytes {
        self.identity.size
    }

    fn logical_block(&self) -> u32 {
        self.block
    }

    fn direct(&self) -> bool {
        self.bay.borrow_mut().slot(&self.name).is_ok_and(|slot| slot.inside.io().direct())
    }

    fn check(&mut self) -> Result<(), Failure> {
        let mut bay = self.bay.borrow_mut();
        bay.asked(Asked::Check);
        let slot = bay.slot(&self.name).map_err(|error| changed(&self.name).because(error))?;
        if slot.disk.identity != self.identity || slot.disk.attachment != self.attachment {
            return Err(changed(&self.name));
        }
        slot.inside.io().check()
    }

    fn read_at(&mut self, at: Bytes, into: &mut [u8]) -> io::Result<usize> {
        self.with(Asked::Read, |fake| fake.read_at(at, into))
    }

    fn write_at(&mut self, at: Bytes, from: &[u8]) -> io::Result<usize> {
        self.with(Asked::Write, |fake| fake.write_at(at, from))
    }

    fn flush(&mut self) -> io::Result<()> {
        self.with(Asked::Flush, |io| io.flush())
    }

    fn forget(&mut self) -> io::Result<()> {
        self.with(Asked::Forget, |io| io.forget())
    }

    fn discard(&mut self, at: Bytes, length: Bytes) -> io::Result<()> {
        self.with(Asked::Write, |io| io.discard(at, length))
    }

    fn tally(&mut self) -> Option<Tally> {
        self.bay.borrow_mut().slot(&self.name).ok()?.inside.io().tally()
    }

    fn commands(&mut self) -> Option<&mut dyn Commands> {
        Some(self)
    }
}
