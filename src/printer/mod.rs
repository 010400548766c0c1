//! Printers: print queues of this machine, printers in the network, at USB and at serial ports; and what waits for them.
//!
//! Invariants: every way has a time limit; bytes go only to what a printer can be behind: never to a disk or a plain file.

mod cups;
mod find;
mod line;
mod queue;
mod serial;
mod socket;
mod usblp;

pub use queue::PrintFolder;

use crate::port::{
    Failure, PrintForm, PrinterAddress, PrinterSeen, Printers, SerialPort, printer_gone, printer_takes_no_pdf,
};
use crate::tag::{PrinterState, Question};
use std::fs::File;
use std::io;
use std::os::fd::BorrowedFd;
use std::path::{Path, PathBuf};

/// Reads the status byte of a USB printer.
pub type UsbStatus = fn(BorrowedFd<'_>) -> io::Result<u8>;
/// How many bytes of a connection the other end has not taken yet.
pub type Unsent = fn(BorrowedFd<'_>) -> io::Result<u32>;
/// Opens a serial port at that speed, to read and to write without blocking. Errors: it is none.
pub type OpenPort = fn(&Path, u32) -> io::Result<File>;

/// [`Printers`] of this machine.
#[derive(Clone, Debug)]
pub struct MachinePrinters {
    /// Where `dev` and `sys` are.
    pub root: PathBuf,
    /// How a USB printer's status is read, without its language.
    pub usb_status: UsbStatus,
    /// How a connection is asked what is on its way.
    pub unsent: Unsent,
    /// The serial ports of converters below a root.
    pub serial_ports: fn(&Path) -> Vec<SerialPort>,
    /// How a serial port is opened.
    pub open_port: OpenPort,
}

impl Printers for MachinePrinters {
    fn list(&self) -> Result<Vec<PrinterSeen>, Failure> {
        let queues =
            cups::queues().into_iter().map(|name| PrinterSeen { address: PrinterAddress::Cups(name.clone()), name });
        Ok(queues.chain(find::usb(&self.root)).chain(find::serial((self.serial_ports)(&self.root))).collect())
    }

    fn state(&self, at: &PrinterAddress, question: Option<&Question>) -> PrinterState {
        match at {
            PrinterAddress::Cups(queue) => cups::state(queue),
            PrinterAddress::Tcp(host, port) => socket::state(host, *port, question),
            PrinterAddress::Usb(path) => usblp::state(path, self.usb_status, question),
            PrinterAddress::Serial(path, baud) => serial::state(path, *baud, self.open_port, question),
        }
    }

    fn send(&self, at: &PrinterAddress, title: &str, form: PrintForm, bytes: &[u8]) -> Result<(), Failure> {
        if let PrinterAddress::Cups(queue) = at {
            return cups::send(queue, title, form, bytes);
        }
        if form == PrintForm::Pdf {
            return Err(printer_takes_no_pdf(at));
        }
        let sent = match at {
            PrinterAddress::Tcp(host, port) => socket::send(host, *port, bytes, self.unsent),
            PrinterAddress::Usb(path) => usblp::send(path, bytes),
            PrinterAddress::Serial(path, baud) => serial::send(path, *baud, self.open_port, bytes),
            PrinterAddress::Cups(_) => Ok(()),
        };
        sent.map_err(|error| printer_gone(at).because(error))
    }
}
