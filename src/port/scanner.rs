//! Scanners at serial ports: which ports there are, and the bytes that come out of one.

use std::collections::{BTreeMap, VecDeque};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// A serial port that a scanner may stand at.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct SerialPort {
    /// Where it is, by a name that stays the same where there is one.
    pub path: PathBuf,
    /// Maker, product and serial as USB tells them, `0c2e:0b61:1234`; none where it is no USB device.
    pub usb: Option<String>,
}

/// The serial ports of this machine.
pub trait Scanners: Send + Sync {
    /// Those of converters and of scanners themselves.
    fn ports(&self) -> Vec<SerialPort>;
    /// Opens one to be listened to, at that speed. Errors: it is not there, or somebody else has it for themselves.
    fn open(&self, path: &Path, baud: u32) -> io::Result<Box<dyn Scanner>>;
    /// Lets that much time pass.
    fn rest(&self, time: Duration);
}

/// An open port.
pub trait Scanner: Send {
    /// What came within that time; nothing where nothing came. Errors: the port is gone.
    fn hear(&mut self, wait: Duration) -> io::Result<Vec<u8>>;
}

/// What a made-up port sends at one look: bytes, silence, or that it is gone.
pub type FakeBytes = Result<Vec<u8>, ()>;

/// Made-up ports for tests: what each sends, look by look; behind the last look it is silent.
#[derive(Debug, Default)]
pub struct FakeScanners {
    /// Every port, where it is plugged in.
    pub plugged: Mutex<Vec<SerialPort>>,
    /// What comes out of each, by path and speed.
    pub sends: Mutex<BTreeMap<(PathBuf, u32), VecDeque<FakeBytes>>>,
    /// Where what is plugged in goes at each rest.
    pub moves: Mutex<VecDeque<Vec<SerialPort>>>,
}

struct FakeScanner<'a> {
    of: &'a FakeScanners,
    at: (PathBuf, u32),
}

fn held<T>(lock: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    lock.lock().unwrap_or_else(PoisonError::into_inner)
}

impl FakeScanners {
    /// Listens as [`Scanners::open`] does, for as long as these ports live.
    fn listen(&self, path: &Path, baud: u32) -> io::Result<FakeScanner<'_>> {
        if held(&self.plugged).iter().all(|port| port.path != path) {
            return Err(io::ErrorKind::NotFound.into());
        }
        Ok(FakeScanner { of: self, at: (path.to_owned(), baud) })
    }
}

impl Scanner for FakeScanner<'_> {
    fn hear(&mut self, _wait: Duration) -> io::Result<Vec<u8>> {
        let next = held(&self.of.sends).get_mut(&self.at).and_then(VecDeque::pop_front);
        next.unwrap_or_else(|| Ok(Vec::new())).map_err(|()| io::ErrorKind::NotConnected.into())
    }
}

impl Scanners for &'static FakeScanners {
    fn ports(&self) -> Vec<SerialPort> {
        held(&self.plugged).clone()
    }

    fn open(&self, path: &Path, baud: u32) -> io::Result<Box<dyn Scanner>> {
        Ok(Box::new(self.listen(path, baud)?))
    }

    fn rest(&self, _time: Duration) {
        if let Some(plugged) = held(&self.moves).pop_front() {
            *held(&self.plugged) = plugged;
        }
    }
}
