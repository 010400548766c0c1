//! Which tablets and phones the kernel sees at USB, adb or not.
//!
//! Source of the interfaces: AOSP (adb: class ff, subclass 42, protocol 01; fastboot: 03), USB "still image" 06/01/01 (MTP and
//! PTP). Invariant: what may be something else (a disk, a printer, a keyboard) is left out.

#![expect(clippy::disallowed_methods, reason = "an adapter: it reads the kernel's list")]

use std::fs;
use std::path::Path;

/// Vendors of which hardly anything but tablets and phones is plugged into a bench. In this order: Samsung, Xiaomi, OPPO,
/// `OnePlus`, vivo, Huawei, Lenovo, ASUS, LG, Sony, HTC, Google, Motorola, HMD, Nokia, TCL, ZTE, Amazon, `MediaTek`, Unisoc,
/// Rockchip, Apple.
const VENDORS: [u16; 22] = [
    0x04e8, 0x2717, 0x22d9, 0x2a70, 0x2d95, 0x12d1, 0x17ef, 0x0b05, 0x1004, 0x0fce, 0x0bb4, 0x18d1, 0x22b8, 0x2e04,
    0x0421, 0x1bbb, 0x19d2, 0x1949, 0x0e8d, 0x1782, 0x2207, 0x05ac,
];
/// Classes that no tablet or phone has alone: sound, keyboards, printers, disks, hubs, cameras, wireless.
const OTHERS: [&str; 7] = ["01", "03", "07", "08", "09", "0e", "e0"];

/// One of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UsbMobile {
    /// Its port, as the kernel counts them.
    pub port: String,
    /// Its vendor.
    pub vendor: u16,
    /// Who made it, as it says.
    pub maker: Option<String>,
    /// What it is, as it says.
    pub product: Option<String>,
    /// Its serial.
    pub serial: Option<String>,
    /// Whether it offers adb.
    pub adb: bool,
    /// Whether it offers fastboot.
    pub fastboot: bool,
}

/// Every tablet and phone below that root, by its port. A list that cannot be read is empty.
#[must_use]
pub fn usb_mobiles(root: &Path) -> Vec<UsbMobile> {
    let folder = root.join("sys/bus/usb/devices");
    let mut ports: Vec<String> = fs::read_dir(&folder)
        .into_iter()
        .flatten()
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        // "1-2.3"; "1-2.3:1.0" is an interface of it, "usb1" a root hub.
        .filter(|name| name.contains('-') && !name.contains(':'))
        .collect();
    ports.sort();
    ports.into_iter().filter_map(|port| mobile(&folder, port)).collect()
}

fn mobile(folder: &Path, port: String) -> Option<UsbMobile> {
    let at = folder.join(&port);
    let vendor = u16::from_str_radix(&line(&at, "idVendor")?, 16).ok()?;
    let interfaces: Vec<[String; 3]> = fs::read_dir(&at)
        .into_iter()
        .flatten()
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .filter(|name| name.starts_with(&format!("{port}:")))
        .filter_map(|name| {
            let of = |field| line(&at.join(&name), field);
            Some([of("bInterfaceClass")?, of("bInterfaceSubClass")?, of("bInterfaceProtocol")?])
        })
        .collect();
    let has = |wanted: [&str; 3]| interfaces.iter().any(|found| *found == wanted);
    let (adb, fastboot) = (has(["ff", "42", "01"]), has(["ff", "42", "03"]));
    let shows_files = has(["06", "01", "01"]);
    let may_be_other = interfaces.iter().any(|[class, ..]| OTHERS.contains(&class.as_str()));
    let is_one = adb || fastboot || VENDORS.contains(&vendor) && (shows_files || !may_be_other);
    is_one.then(|| UsbMobile {
        vendor,
        maker: line(&at, "manufacturer"),
        product: line(&at, "product"),
        serial: line(&at, "serial"),
        adb,
        fastboot,
        port,
    })
}

/// The one line of an attribute, without what no terminal should be told; none where it is empty.
fn line(at: &Path, name: &str) -> Option<String> {
    let text = fs::read_to_string(at.join(name)).ok()?;
    let text: String = text.trim().chars().filter(|letter| !letter.is_control()).take(128).collect();
    (!text.is_empty()).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plug(root: &Path, port: &str, vendor: &str, interfaces: &[&str]) {
        let at = root.join("sys/bus/usb/devices").join(port);
        fs::create_dir_all(&at).expect("writable");
        for (name, text) in [("idVendor", vendor), ("product", "Máy\u{1b}[2J thử\n"), ("serial", "S1\n")] {
            fs::write(at.join(name), text).expect("writable");
        }
        for (number, triple) in interfaces.iter().enumerate() {
            let interface = at.join(format!("{port}:1.{number}"));
            fs::create_dir_all(&interface).expect("writable");
            for (name, word) in
                ["bInterfaceClass", "bInterfaceSubClass", "bInterfaceProtocol"].iter().zip(triple.split('/'))
            {
                fs::write(interface.join(name), word).expect("writable");
            }
        }
    }

    #[test]
    fn tablets_are_told_from_disks_printers_and_keyboards_of_the_same_makers() {
        let root = tempfile::tempdir().expect("writable");
        plug(root.path(), "1-1", "04e8", &["06/01/01"]);
        plug(root.path(), "1-2", "04e8", &["08/06/50"]);
        plug(root.path(), "1-3", "17ef", &["03/01/01", "03/00/00"]);
        plug(root.path(), "1-4", "abcd", &["ff/42/01", "08/06/50"]);
        plug(root.path(), "1-5", "18d1", &["ff/42/03"]);
        plug(root.path(), "1-6", "abcd", &["ff/00/00"]);
        plug(root.path(), "1-7", "0e8d", &[]);
        let seen = usb_mobiles(root.path());
        let told: Vec<_> = seen.iter().map(|seen| (seen.port.as_str(), seen.adb, seen.fastboot)).collect();
        assert_eq!(told, [("1-1", false, false), ("1-4", true, false), ("1-5", false, true), ("1-7", false, false)]);
        assert_eq!(seen[0].product.as_deref(), Some("Máy[2J thử"), "no escapes reach a terminal");
    }
}
