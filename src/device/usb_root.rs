//! Which disks share one port of a USB root hub, and with it that port's speed.
//!
//! Invariant: told from the device path alone, so that nothing has to be asked.

/// The device path down to what is plugged in at the root hub, `…/usb3/3-1`: disks with the same one share its speed. None
/// where the path leads over no USB. Source: Linux, `Documentation/ABI/stable/sysfs-bus-usb`: a device is called by its bus
/// and the ports on the way to it, `3-1.2`.
#[must_use]
pub fn usb_root(port: &str) -> Option<&str> {
    let mut end = 0;
    let mut bus = None;
    for step in port.split('/') {
        end += step.len();
        if let Some(bus) = bus {
            let way = step.strip_prefix(bus)?.strip_prefix('-')?;
            return way.bytes().all(|byte| byte.is_ascii_digit()).then(|| &port[..end]);
        }
        bus = step.strip_prefix("usb").filter(|bus| !bus.is_empty() && bus.bytes().all(|byte| byte.is_ascii_digit()));
        end += 1;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_behind_one_hub_share_and_two_at_the_root_hub_do_not() {
        let at = |way: &str| format!("pci0000:00/0000:00:14.0/usb3/{way}/host6/target6:0:0/6:0:0:0");
        let root = Some("pci0000:00/0000:00:14.0/usb3/3-1");
        for way in ["3-1/3-1:1.0", "3-1/3-1.2/3-1.2:1.0", "3-1/3-1.4/3-1.4.3/3-1.4.3:1.0"] {
            assert_eq!(usb_root(&at(way)), root, "{way}");
        }
        assert_eq!(usb_root(&at("3-2/3-2:1.0")), Some("pci0000:00/0000:00:14.0/usb3/3-2"));
        assert_eq!(usb_root(&at("3-11/3-11:1.0")), Some("pci0000:00/0000:00:14.0/usb3/3-11"), "another port than 3-1");
        assert_eq!(usb_root("usb3/3-1"), Some("usb3/3-1"));
    }

    #[test]
    fn what_is_not_on_usb_or_is_no_such_path_shares_nothing() {
        for port in
            ["pci0000:00/0000:00:17.0/ata1/host0", "usb", "usb3", "usb3/", "usb3/4-1", "usbx/x-1", "usb3/3-a", "", "x"]
        {
            assert_eq!(usb_root(port), None, "{port}");
        }
    }
}
