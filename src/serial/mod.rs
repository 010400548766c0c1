//! Serial ports: which there are, how one is opened, and the bytes of the scanners at them.
//!
//! Invariants: eight bits, no parity, one stop bit, nothing translated, and nothing sent to a scanner; the lines DTR and RTS stay as the
//! kernel sets them when a port is opened, and are not dropped when it is closed, so that a board at the port resets once
//! at most.

#![expect(clippy::disallowed_methods, reason = "an adapter: it opens devices and lists folders")]

use crate::port::{Scanner, Scanners, SerialPort};
use rustix::event::{PollFd, PollFlags, Timespec};
use rustix::fs::OFlags;
use rustix::io::Errno;
use rustix::termios::{ControlModes, OptionalActions, tcgetattr, tcsetattr};
use std::fs::{self, File, OpenOptions};
use std::io;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// The ports of the machine whose files stand below that folder.
#[derive(Clone, Debug)]
pub struct SerialScanners {
    root: PathBuf,
}

impl SerialScanners {
    /// The ports below that folder: `/` but in tests.
    pub fn new(root: impl Into<PathBuf>) -> Self {
        Self { root: root.into() }
    }

    /// The port of that name, whatever name it is: who is behind it by USB.
    #[must_use]
    pub fn named(&self, path: &Path) -> SerialPort {
        SerialPort { usb: self.usb(path), path: path.to_owned() }
    }

    /// Maker, product and serial of the USB device behind that port.
    fn usb(&self, path: &Path) -> Option<String> {
        let name = fs::canonicalize(path).ok()?.file_name()?.to_owned();
        let device = fs::canonicalize(self.root.join("sys/class/tty").join(name).join("device")).ok()?;
        let device = device.ancestors().find(|above| above.join("idVendor").exists())?;
        let said = |file: &str| fs::read_to_string(device.join(file)).map(|text| text.trim().to_owned());
        Some(format!("{}:{}:{}", said("idVendor").ok()?, said("idProduct").ok()?, said("serial").unwrap_or_default()))
    }
}

fn names(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut names: Vec<_> = entries.map(|entry| entry.path()).collect();
    names.sort();
    names
}

impl Scanners for SerialScanners {
    fn ports(&self) -> Vec<SerialPort> {
        let mut paths = names(&self.root.join("dev/serial/by-id"));
        let known: Vec<_> = paths.iter().filter_map(|path| fs::canonicalize(path).ok()).collect();
        let is_port = |path: &PathBuf| {
            let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
            ["ttyUSB", "ttyACM"].iter().any(|kind| name.starts_with(kind))
        };
        let is_new = |path: &PathBuf| fs::canonicalize(path).is_ok_and(|path| !known.contains(&path));
        paths.extend(names(&self.root.join("dev")).into_iter().filter(is_port).filter(is_new));
        paths.into_iter().map(|path| SerialPort { usb: self.usb(&path), path }).collect()
    }

    fn open(&self, path: &Path, baud: u32) -> io::Result<Box<dyn Scanner>> {
        Ok(Box::new(OpenPort(open(path, baud, File::options().read(true))?)))
    }

    fn rest(&self, time: Duration) {
        let time = Timespec::try_from(time).ok();
        let _passed = rustix::event::poll(&mut [], time.as_ref());
    }
}

fn open(path: &Path, baud: u32, how: &mut OpenOptions) -> io::Result<File> {
    let flags = i32::try_from((OFlags::NONBLOCK | OFlags::NOCTTY).bits()).unwrap_or(0);
    let port = how.custom_flags(flags).open(path)?;
    let mut settings = tcgetattr(&port)?;
    settings.make_raw();
    // Neither scanners nor printers have a modem's wires.
    settings.control_modes |= ControlModes::CLOCAL | ControlModes::CREAD;
    settings.control_modes -= ControlModes::CSTOPB | ControlModes::CRTSCTS | ControlModes::HUPCL;
    settings.set_speed(baud)?;
    tcsetattr(&port, OptionalActions::Now, &settings)?;
    Ok(port)
}

/// The serial ports below that root.
#[must_use]
pub fn serial_ports(root: &Path) -> Vec<SerialPort> {
    SerialScanners::new(root).ports()
}

/// Opens a port for whoever also writes to it. Errors: it is not there, or no port.
pub fn open_port(path: &Path, baud: u32) -> io::Result<File> {
    open(path, baud, File::options().read(true).write(true))
}

struct OpenPort(File);

impl Scanner for OpenPort {
    fn hear(&mut self, wait: Duration) -> io::Result<Vec<u8>> {
        let mut ends = [PollFd::new(&self.0, PollFlags::IN)];
        let wait = Timespec::try_from(wait).ok();
        match rustix::event::poll(&mut ends, wait.as_ref()) {
            Ok(0) | Err(Errno::INTR) => return Ok(Vec::new()),
            Ok(_ready) => {}
            Err(error) => return Err(error.into()),
        }
        let mut bytes = vec![0; 1024];
        match rustix::io::read(&self.0, bytes.as_mut_slice()) {
            // The other end is gone: a plug that was pulled.
            Ok(0) => Err(io::ErrorKind::NotConnected.into()),
            Ok(len) => {
                bytes.truncate(len);
                Ok(bytes)
            }
            Err(Errno::INTR | Errno::AGAIN) => Ok(Vec::new()),
            Err(error) => Err(error.into()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ports_have_lasting_names_and_are_known_by_what_usb_says() {
        let root = tempfile::tempdir().expect("a folder");
        let at = |path: &str| root.path().join(path);
        let put = |path: &str, text: &str| {
            fs::create_dir_all(at(path).parent().expect("a folder")).expect("made");
            fs::write(at(path), text).expect("written");
        };
        for name in ["ttyACM0", "ttyUSB3", "ttyS0", "sda"] {
            put(&format!("dev/{name}"), "");
        }
        put("sys/devices/usb1/1-2/idVendor", "0c2e\n");
        put("sys/devices/usb1/1-2/idProduct", "0b61\n");
        put("sys/devices/usb1/1-2/serial", "77\n");
        put("sys/devices/usb1/1-2/1-2:1.0/x", "");
        put("sys/class/tty/ttyACM0/x", "");
        std::os::unix::fs::symlink(at("sys/devices/usb1/1-2/1-2:1.0"), at("sys/class/tty/ttyACM0/device"))
            .expect("linked");
        fs::create_dir_all(at("dev/serial/by-id")).expect("made");
        std::os::unix::fs::symlink(at("dev/ttyACM0"), at("dev/serial/by-id/usb-Honeywell-if00")).expect("linked");
        let ports = SerialScanners::new(root.path()).ports();
        let port = |path: &str, usb: Option<&str>| SerialPort { path: at(path), usb: usb.map(str::to_owned) };
        assert_eq!(
            ports,
            [port("dev/serial/by-id/usb-Honeywell-if00", Some("0c2e:0b61:77")), port("dev/ttyUSB3", None)]
        );
        // Named by hand it is the same scanner.
        let named = SerialScanners::new(root.path()).named(&at("dev/ttyACM0"));
        assert_eq!(named, port("dev/ttyACM0", Some("0c2e:0b61:77")));
    }
}
