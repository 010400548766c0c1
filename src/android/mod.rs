//! Tablets and phones: what is plugged in, by the kernel's list of USB devices, and adb.
//!
//! Invariants: nothing here writes to a device; whatever a device says is bounded in length and in time; one that hangs keeps
//! nobody else waiting for more than that time.

mod adb;
mod usb;

pub use adb::{Adb, AdbDevice};
pub use usb::{UsbMobile, usb_mobiles};

use crate::port::{Failure, Mobile, MobileState, Mobiles, MobilesSeen, no_mobile};
use crate::reading::{AndroidTold, questions};
use std::path::PathBuf;
use std::time::Duration;

/// The most that a device answers, bytes: thirty times what the longest known one does.
const MOST: usize = 4 << 20;
/// Apple's vendor at USB.
const APPLE: u16 = 0x05ac;

/// What reaches them.
#[derive(Clone, Debug)]
pub struct AndroidBridge {
    /// Where `sys` is: `/` in life, a made-up tree in tests.
    pub root: PathBuf,
    /// The adb server.
    pub adb: Adb,
    /// As long as a device may take for all answers.
    pub patience: Duration,
}

impl AndroidBridge {
    /// Those at this machine, by the adb server that its other programs use.
    #[must_use]
    pub fn of_this_machine() -> Self {
        // `dumpsys` gives up on a part after ten seconds.
        Self { root: "/".into(), adb: Adb::usual(), patience: Duration::from_secs(30) }
    }
}

impl Mobiles for AndroidBridge {
    fn list(&self) -> Result<MobilesSeen, Failure> {
        let plugged = usb_mobiles(&self.root);
        let (told, adb) = match self.adb.devices() {
            Ok(told) => (told, None),
            Err(failure) => (Vec::new(), Some(failure)),
        };
        Ok(MobilesSeen { mobiles: joined(plugged, told), adb })
    }

    fn ask(&self, name: &str) -> Result<AndroidTold, Failure> {
        let seen = self.list()?;
        let mobile = seen.mobiles.iter().find(|mobile| mobile.name == name);
        let mobile = mobile.ok_or_else(|| seen.adb.clone().unwrap_or_else(|| no_mobile(name)))?;
        let serial = mobile.serial.as_deref().unwrap_or(name);
        let answer = self.adb.shell(serial, mobile.port.as_deref(), &questions(), MOST, self.patience)?;
        Ok(AndroidTold::read(&answer))
    }
}

/// One list of what is plugged in and what adb knows.
fn joined(plugged: Vec<UsbMobile>, mut told: Vec<AdbDevice>) -> Vec<Mobile> {
    let mut mobiles = Vec::new();
    for usb in plugged {
        let is_it = |device: &AdbDevice| match &device.port {
            Some(port) => *port == usb.port,
            None => usb.serial.as_ref() == Some(&device.serial),
        };
        let known = told.iter().position(is_it).map(|at| told.remove(at));
        let state = match &known {
            Some(device) => device.state,
            None if usb.vendor == APPLE => MobileState::Apple,
            None if usb.fastboot => MobileState::Bootloader,
            None if usb.adb => MobileState::Offline,
            None => MobileState::Silent,
        };
        let serial = known.as_ref().map(|device| device.serial.clone()).or(usb.serial);
        mobiles.push(Mobile {
            name: serial.clone().unwrap_or_else(|| usb.port.clone()),
            state,
            port: Some(usb.port),
            vendor: usb.vendor,
            maker: usb.maker,
            model: known.and_then(|device| device.model).or(usb.product),
            serial,
        });
    }
    mobiles.extend(told.into_iter().map(|device| Mobile {
        name: device.serial.clone(),
        state: device.state,
        port: device.port,
        vendor: 0,
        maker: None,
        model: device.model,
        serial: Some(device.serial),
    }));
    // Cheap tablets all have one serial: the port tells them apart.
    let names: Vec<String> = mobiles.iter().map(|mobile| mobile.name.clone()).collect();
    for mobile in &mut mobiles {
        if let Some(port) =
            mobile.port.as_ref().filter(|_| names.iter().filter(|name| **name == mobile.name).count() > 1)
        {
            mobile.name.clone_from(port);
        }
    }
    mobiles
}

#[cfg(test)]
mod tests {
    use super::*;

    fn usb(port: &str, vendor: u16, serial: Option<&str>) -> UsbMobile {
        UsbMobile {
            port: port.to_owned(),
            vendor,
            maker: Some("Xưởng thử".to_owned()),
            product: Some("Máy thử".to_owned()),
            serial: serial.map(str::to_owned),
            adb: false,
            fastboot: false,
        }
    }

    fn adb(serial: &str, port: Option<&str>, state: MobileState) -> AdbDevice {
        AdbDevice {
            serial: serial.to_owned(),
            port: port.map(str::to_owned),
            state,
            model: Some("TB_8505X".to_owned()),
        }
    }

    #[test]
    fn what_is_plugged_in_and_what_adb_knows_are_one_list_and_nothing_is_left_out() {
        let plugged = vec![
            usb("1-1", 0x04e8, Some("S1")),
            usb("1-2", 0x17ef, Some("S2")),
            UsbMobile { fastboot: true, ..usb("1-3", 0x18d1, None) },
            UsbMobile { adb: true, ..usb("1-4", 0x2717, Some("S4")) },
            usb("1-5", APPLE, Some("S5")),
        ];
        let told = vec![
            adb("S2", Some("1-2"), MobileState::Ready),
            adb("127.0.0.1:5555", None, MobileState::Ready),
            adb("S9", Some("2-1"), MobileState::Unauthorised),
        ];
        let states: Vec<_> = joined(plugged, told).into_iter().map(|mobile| (mobile.name, mobile.state)).collect();
        let expected = [
            ("S1", MobileState::Silent),
            ("S2", MobileState::Ready),
            ("1-3", MobileState::Bootloader),
            ("S4", MobileState::Offline),
            ("S5", MobileState::Apple),
            ("127.0.0.1:5555", MobileState::Ready),
            ("S9", MobileState::Unauthorised),
        ];
        assert_eq!(states, expected.map(|(name, state)| (name.to_owned(), state)));
    }

    #[test]
    fn two_with_one_serial_are_called_by_their_ports() {
        let told = vec![
            adb("0123456789ABCDEF", Some("1-1"), MobileState::Ready),
            adb("0123456789ABCDEF", Some("1-2"), MobileState::Ready),
            adb("S3", Some("1-3"), MobileState::Ready),
        ];
        let names: Vec<String> = joined(Vec::new(), told).into_iter().map(|mobile| mobile.name).collect();
        assert_eq!(names, ["1-1", "1-2", "S3"]);
    }
}
