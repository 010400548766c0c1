//! Disks that note what stands in the ledger when they are first written to.

use aoxanh::device::{Armed, Disk};
use aoxanh::port::{DiskIo, Disks, Failure, FakeDisks, Index, Row};
use aoxanh::store::Store;
use aoxanh::unit::Bytes;
use std::cell::RefCell;
use std::io;
use std::path::Path;
use std::rc::Rc;

/// Disks that note the ledger's last record at the first write after each opening.
pub(crate) struct Watched {
    pub(crate) disks: FakeDisks,
    pub(crate) store: Rc<Store>,
    pub(crate) seen: Rc<RefCell<Vec<Vec<u8>>>>,
}

struct WatchedIo {
    io: Box<dyn DiskIo>,
    store: Rc<Store>,
    seen: Rc<RefCell<Vec<Vec<u8>>>>,
    wrote: bool,
}

impl Disks for Watched {
    fn list(&self, image: Option<&Path>) -> Result<Vec<Disk>, Failure> {
        self.disks.list(image)
    }

    fn open(&self, armed: &Armed) -> Result<Box<dyn DiskIo>, Failure> {
        let io = self.disks.open(armed)?;
        Ok(Box::new(WatchedIo { io, store: Rc::clone(&self.store), seen: Rc::clone(&self.seen), wrote: false }))
    }
}

impl DiskIo for WatchedIo {
    fn size(&self) -> Bytes {
        self.io.size()
    }

    fn logical_block(&self) -> u32 {
        self.io.logical_block()
    }

    fn direct(&self) -> bool {
        self.io.direct()
    }

    fn check(&mut self) -> Result<(), Failure> {
        self.io.check()
    }

    fn read_at(&mut self, at: Bytes, into: &mut [u8]) -> io::Result<usize> {
        self.io.read_at(at, into)
    }

    fn write_at(&mut self, at: Bytes, from: &[u8]) -> io::Result<usize> {
        if !std::mem::replace(&mut self.wrote, true) {
            let mut last = Vec::new();
            let note = &mut |row: Row| {
                last = row.bytes;
                Ok(())
            };
            self.store.rows(note).map_err(io::Error::other)?;
            self.seen.borrow_mut().push(last);
        }
        self.io.write_at(at, from)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.io.flush()
    }

    fn forget(&mut self) -> io::Result<()> {
        self.io.forget()
    }
}
