//! USB ports, from the kernel's own tree of hubs.
//!
//! Invariant: a port inside the machine is no port that anybody can plug into, and one on a hub that was plugged in is not the
//! machine's.

use crate::linux::probe_tree::Tree;
use crate::port::{Failure, Presence, Trouble};
use crate::trial::UsbPort;
use crate::word::say;

const DEVICES: &str = "sys/bus/usb/devices";

/// Whether there is any.
pub(super) fn presence(tree: Tree<'_>) -> Presence {
    match ports(tree) {
        Ok(ports) if ports.is_empty() => Presence::Absent(DEVICES.to_owned()),
        Ok(_) => Presence::There("USB".to_owned()),
        Err(failure) => Presence::Unknown(failure.what),
    }
}

/// Every port. Errors: the kernel has no USB.
pub(super) fn ports(tree: Tree<'_>) -> Result<Vec<UsbPort>, Failure> {
    let names = tree
        .names(DEVICES)
        .what
        .map_err(|why| Failure::new(Trouble::Io, say!("hardware-failed", part = DEVICES)).detail(why))?;
    let mut ports = Vec::new();
    let mut built_in_hubs = Vec::new();
    for hub in names.iter().filter(|name| name.ends_with(":1.0")) {
        let folder = format!("{DEVICES}/{hub}");
        let is_root = hub.ends_with("-0:1.0");
        for port in tree.names(&folder).what.unwrap_or_default().iter().filter(|name| name.contains("-port")) {
            let read = port_at(tree, &folder, port);
            if is_root || read.is_open.is_some() {
                built_in_hubs.extend((!is_root).then(|| hub.trim_end_matches(":1.0").to_owned()));
                ports.push(read);
            }
        }
    }
    // What a built-in hub hangs on is not for people.
    for port in &mut ports {
        if port.device.as_ref().is_some_and(|(path, _)| built_in_hubs.contains(path)) {
            port.is_open = Some(false);
        }
    }
    Ok(ports.into_iter().map(Read::told).collect())
}

/// A port with the path of what is in it.
struct Read {
    id: String,
    peer: Option<String>,
    is_open: Option<bool>,
    device: Option<(String, String)>,
}

impl Read {
    fn told(self) -> UsbPort {
        UsbPort { id: self.id, peer: self.peer, is_open: self.is_open, device: self.device.map(|(_, name)| name) }
    }
}

fn port_at(tree: Tree<'_>, folder: &str, port: &str) -> Read {
    let last = |link: Option<String>| link.and_then(|link| link.rsplit('/').next().map(str::to_owned));
    // Source: the kernel's Documentation/ABI/testing/sysfs-bus-usb, connect_type.
    let is_open = match tree.line(&format!("{folder}/{port}/connect_type")).as_deref() {
        Some("hotplug") => Some(true),
        Some("hardwired" | "not used") => Some(false),
        _untold => None,
    };
    let device = last(tree.link(&format!("{folder}/{port}/device")));
    let named = device.map(|path| {
        let name = tree.line(&format!("{DEVICES}/{path}/product")).unwrap_or_else(|| path.clone());
        (path, name)
    });
    Read { id: port.to_owned(), peer: last(tree.link(&format!("{folder}/{port}/peer"))), is_open, device: named }
}
