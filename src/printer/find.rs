//! Printers that show themselves among this machine's devices.

#![expect(clippy::disallowed_methods, reason = "an adapter: it looks into /dev and /sys")]

use crate::port::{BAUD, PrinterAddress, PrinterSeen, SerialPort};
use std::fs;
use std::path::{Path, PathBuf};

/// What lies in that folder, by name.
fn entries(folder: &Path) -> Vec<(String, PathBuf)> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let named = |entry: fs::DirEntry| Some((entry.file_name().into_string().ok()?, entry.path()));
    let mut found: Vec<_> = entries.filter_map(Result::ok).filter_map(named).collect();
    found.sort();
    found
}

/// USB printers, each by what it says it is.
pub(super) fn usb(root: &Path) -> Vec<PrinterSeen> {
    let seen = |(name, path): (String, PathBuf)| {
        let id = root.join("sys/class/usbmisc").join(&name).join("device/ieee1284_id");
        let model = fs::read_to_string(id).ok().and_then(|id| model(&id));
        let address = PrinterAddress::Usb(path);
        PrinterSeen { name: model.unwrap_or_else(|| address.to_string()), address }
    };
    let printers = entries(&root.join("dev/usb")).into_iter().filter(|(name, _)| name.starts_with("lp"));
    printers.map(seen).collect()
}

/// Maker and model in a printer's device id. Source: IEEE 1284-2000, 7.6.
fn model(id: &str) -> Option<String> {
    let field = |names: [&str; 2]| {
        let mut fields = id.split(';').filter_map(|field| field.split_once(':'));
        fields.find(|(name, _)| names.contains(&name.trim())).map(|(_, value)| value.trim().to_owned())
    };
    let parts = [field(["MFG", "MANUFACTURER"]), field(["MDL", "MODEL"])];
    let said: Vec<String> = parts.into_iter().flatten().filter(|part| !part.is_empty()).collect();
    (!said.is_empty()).then(|| said.join(" "))
}

/// Serial ports of converters: any of them may have a printer at its end.
pub(super) fn serial(ports: Vec<SerialPort>) -> impl Iterator<Item = PrinterSeen> {
    ports.into_iter().map(|port| {
        let name = port.path.file_name().map(|name| name.to_string_lossy().into_owned());
        let address = PrinterAddress::Serial(port.path, BAUD);
        PrinterSeen { name: name.unwrap_or_else(|| address.to_string()), address }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_printer_says_who_it_is_in_long_or_short_words() {
        assert_eq!(model("MFG:Brother;CMD:PT-CBP;MDL:QL-700;CLS:PRINTER;"), Some("Brother QL-700".to_owned()));
        assert_eq!(model("MANUFACTURER: Xprinter ;MODEL:XP-420B"), Some("Xprinter XP-420B".to_owned()));
        assert_eq!(model(""), None);
    }

    #[test]
    fn usb_printers_are_found_by_what_they_say_they_are() {
        let root = tempfile::tempdir().expect("a folder");
        let put = |path: &str, text: &str| {
            let path = root.path().join(path);
            fs::create_dir_all(path.parent().expect("a parent")).expect("made");
            fs::write(path, text).expect("written");
        };
        put("dev/usb/lp0", "");
        put("dev/usb/hiddev0", "");
        put("sys/class/usbmisc/lp0/device/ieee1284_id", "MFG:TSC;MDL:TE200;");
        let names = |seen: Vec<PrinterSeen>| seen.into_iter().map(|one| one.name).collect::<Vec<_>>();
        assert_eq!(names(usb(root.path())), ["TSC TE200"]);
    }
}
