//! The printers that this machine reaches, and how bytes come to them.
//!
//! Invariants: nothing here waits without end: a printer that does not answer in time is [`PrinterState::Unknown`] or
//! [`PrinterState::Gone`]; what [`Printers::send`] called sent was taken whole by the printer or its queue.

use super::failure::{Failure, Trouble};
use crate::tag::{PrinterState, Question};
use crate::word::say;
use serde::{Deserialize, Serialize};
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

/// The port of printers that take bytes over a network as they are.
pub const RAW_PORT: u16 = 9100;
/// How fast a serial printer is where nobody says.
pub const BAUD: u32 = 9600;

/// Where a printer is: `cups:Q`, `tcp:HOST[:9100]`, `usb:/dev/usb/lp0`, `serial:/dev/ttyUSB0[@9600]`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub enum PrinterAddress {
    /// A queue of this machine's printing system.
    Cups(String),
    /// A host and a port that take bytes as they are.
    Tcp(String, u16),
    /// A USB printer's device.
    Usb(PathBuf),
    /// A serial port, and how fast.
    Serial(PathBuf, u32),
}

impl fmt::Display for PrinterAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Cups(queue) => write!(f, "cups:{queue}"),
            Self::Tcp(host, port) if host.contains(':') => write!(f, "tcp:[{host}]:{port}"),
            Self::Tcp(host, port) => write!(f, "tcp:{host}:{port}"),
            Self::Usb(path) => write!(f, "usb:{}", path.display()),
            Self::Serial(path, baud) => write!(f, "serial:{}@{baud}", path.display()),
        }
    }
}

impl From<PrinterAddress> for String {
    fn from(address: PrinterAddress) -> Self {
        address.to_string()
    }
}

impl TryFrom<String> for PrinterAddress {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

impl FromStr for PrinterAddress {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || {
            format!("cups:Q | tcp:HOST[:{RAW_PORT}] | usb:/dev/usb/lp0 | serial:/dev/ttyUSB0[@{BAUD}], not {text:?}")
        };
        let (way, rest) = text.trim().split_once(':').ok_or_else(wrong)?;
        let is_plain = |text: &str| !text.is_empty() && !text.starts_with('-') && !text.contains(char::is_control);
        if !is_plain(rest) || rest.contains(char::is_whitespace) {
            return Err(wrong());
        }
        let path = |path: &str| Some(PathBuf::from(path)).filter(|path| path.is_absolute()).ok_or_else(wrong);
        match way {
            // What CUPS itself refuses in a name. Source: lpadmin(8).
            "cups" if !rest.contains(['/', '#', '"', '\'', '?']) => Ok(Self::Cups(rest.to_owned())),
            "tcp" => {
                let (host, port) = match rest.strip_prefix('[') {
                    Some(six) => six.split_once(']').ok_or_else(wrong)?,
                    None => rest.split_at(rest.find(':').unwrap_or(rest.len())),
                };
                let port = match port.strip_prefix(':') {
                    Some(port) => port.parse().ok().filter(|port| *port > 0).ok_or_else(wrong)?,
                    None if port.is_empty() => RAW_PORT,
                    None => return Err(wrong()),
                };
                if is_plain(host) { Ok(Self::Tcp(host.to_owned(), port)) } else { Err(wrong()) }
            }
            "usb" => Ok(Self::Usb(path(rest)?)),
            "serial" => {
                let (port, baud) = rest.rsplit_once('@').unwrap_or((rest, ""));
                let baud = if baud.is_empty() { Ok(BAUD) } else { baud.parse().map_err(|_error| wrong()) }?;
                let usual = [1200, 2400, 4800, 9600, 19200, 38400, 57600, 115_200].contains(&baud);
                if usual { Ok(Self::Serial(path(port)?, baud)) } else { Err(wrong()) }
            }
            _unknown => Err(wrong()),
        }
    }
}

/// What is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PrintForm {
    /// Bytes in the printer's own language: nothing may change them.
    Raw,
    /// A PDF, which a printing system turns into what its printer takes.
    Pdf,
}

/// A printer that was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PrinterSeen {
    /// Where.
    pub address: PrinterAddress,
    /// What it says it is, else where it is.
    pub name: String,
}

/// The printers of this machine.
pub trait Printers {
    /// Those that show themselves: print queues, USB printers, serial ports that may lead to one. One that is only in the
    /// network does not show itself.
    fn list(&self) -> Result<Vec<PrinterSeen>, Failure>;
    /// How the printer there is, asked by `question` where there is one, within a second or so.
    fn state(&self, at: &PrinterAddress, question: Option<&Question>) -> PrinterState;
    /// Sends it. Errors: [`printer_gone`]; it took not all of it in time; it cannot take that form.
    fn send(&self, at: &PrinterAddress, title: &str, form: PrintForm, bytes: &[u8]) -> Result<(), Failure>;
}

/// What sending says where the printer cannot be reached.
#[must_use]
pub fn printer_gone(at: &PrinterAddress) -> Failure {
    Failure::new(Trouble::TryAgain, say!("printer-unreached", address = at.to_string()))
        .hint(say!("printer-unreached-hint"))
}

/// What sending says where only bytes of the printer's own language can go there.
#[must_use]
pub fn printer_takes_no_pdf(at: &PrinterAddress) -> Failure {
    Failure::new(Trouble::Usage, say!("printer-no-pdf", address = at.to_string())).hint(say!("printer-no-pdf-hint"))
}

/// What one fake printer came to.
#[derive(Clone, Debug)]
pub struct FakePrinter {
    /// How it is; one that does not take anything refuses what is sent.
    pub state: PrinterState,
    /// What it got: titles and bytes.
    pub got: Vec<(String, Vec<u8>)>,
}

/// Printers in memory.
#[derive(Debug, Default)]
pub struct FakePrinters(pub RefCell<BTreeMap<PrinterAddress, FakePrinter>>);

impl FakePrinters {
    /// One printer there, in that state.
    #[must_use]
    pub fn with(address: &PrinterAddress, state: PrinterState) -> Self {
        let printers = Self::default();
        printers.set(address, state);
        printers
    }

    /// From now on the printer there is so.
    pub fn set(&self, address: &PrinterAddress, state: PrinterState) {
        let mut all = self.0.borrow_mut();
        all.entry(address.clone()).or_insert(FakePrinter { state, got: Vec::new() }).state = state;
    }

    /// What the printer there got.
    #[must_use]
    pub fn got(&self, address: &PrinterAddress) -> Vec<(String, Vec<u8>)> {
        self.0.borrow().get(address).map(|printer| printer.got.clone()).unwrap_or_default()
    }
}

impl Printers for FakePrinters {
    fn list(&self) -> Result<Vec<PrinterSeen>, Failure> {
        let seen = |address: &PrinterAddress| PrinterSeen { address: address.clone(), name: address.to_string() };
        Ok(self.0.borrow().keys().map(seen).collect())
    }

    fn state(&self, at: &PrinterAddress, _question: Option<&Question>) -> PrinterState {
        self.0.borrow().get(at).map_or(PrinterState::Gone, |printer| printer.state)
    }

    fn send(&self, at: &PrinterAddress, title: &str, form: PrintForm, bytes: &[u8]) -> Result<(), Failure> {
        if form == PrintForm::Pdf && !matches!(at, PrinterAddress::Cups(_)) {
            return Err(printer_takes_no_pdf(at));
        }
        let mut all = self.0.borrow_mut();
        let printer = all.get_mut(at).filter(|printer| printer.state.takes()).ok_or_else(|| printer_gone(at))?;
        printer.got.push((title.to_owned(), bytes.to_vec()));
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_read_as_it_is_written_and_nothing_else_is() {
        for (text, whole) in [
            ("cups:tem", "cups:tem"),
            ("tcp:192.168.1.9", "tcp:192.168.1.9:9100"),
            ("tcp:tem.lan:9101", "tcp:tem.lan:9101"),
            ("tcp:[fe80::1]", "tcp:[fe80::1]:9100"),
            ("usb:/dev/usb/lp0", "usb:/dev/usb/lp0"),
            ("serial:/dev/ttyUSB0", "serial:/dev/ttyUSB0@9600"),
            ("serial:/dev/ttyUSB0@115200", "serial:/dev/ttyUSB0@115200"),
        ] {
            let read: PrinterAddress = text.parse().expect(text);
            assert_eq!(read.to_string(), whole);
            assert_eq!(whole.parse(), Ok(read));
        }
        for bad in [
            "",
            "tem",
            "cups:",
            "cups:-o raw",
            "cups:a/b",
            "cups:-x",
            "tcp:",
            "tcp:a:0",
            "tcp:a:b",
            "tcp:[fe80::1]x",
            "usb:lp0",
            "serial:ttyUSB0",
            "serial:/dev/ttyUSB0@9601",
            "http://a",
            "tcp:a b",
        ] {
            assert!(bad.parse::<PrinterAddress>().is_err(), "{bad}");
        }
    }
}
