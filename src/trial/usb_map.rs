//! The USB test: the same stick into each port, and a map that fills.
//!
//! Invariants: a port counts as tried once anything works in it; two halves of one socket (USB 2 and USB 3) are one port;
//! what a maker wired inside is no port.

use std::collections::BTreeSet;

/// A half of a socket, as the kernel tells it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UsbPort {
    /// Its name in sysfs: `usb1-port2`.
    pub id: String,
    /// Its other half.
    pub peer: Option<String>,
    /// Whether it can be plugged into; none where the firmware does not say.
    pub is_open: Option<bool>,
    /// The device in it, as it calls itself.
    pub device: Option<String>,
}

/// The ports of a machine while they are tried.
#[derive(Clone, Debug, Default)]
pub struct UsbMap {
    sockets: Vec<Vec<String>>,
    tried: BTreeSet<usize>,
    is_certain: bool,
}

impl UsbMap {
    /// The map of those ports.
    #[must_use]
    pub fn new(ports: &[UsbPort]) -> Self {
        let mut sockets: Vec<Vec<String>> = Vec::new();
        for port in ports.iter().filter(|port| port.is_open != Some(false)) {
            let half = |socket: &&mut Vec<String>| {
                port.peer.as_ref().is_some_and(|peer| socket.contains(peer))
                    || ports.iter().any(|other| other.peer.as_ref() == Some(&port.id) && socket.contains(&other.id))
            };
            match sockets.iter_mut().find(half) {
                Some(socket) => socket.push(port.id.clone()),
                None => sockets.push(vec![port.id.clone()]),
            }
        }
        let is_certain = ports.iter().all(|port| port.is_open.is_some()) && !sockets.is_empty();
        let mut map = Self { sockets, tried: BTreeSet::new(), is_certain };
        map.see(ports);
        map
    }

    /// Takes in what is plugged in now; whether a port was tried for the first time.
    pub fn see(&mut self, ports: &[UsbPort]) -> bool {
        let before = self.tried.len();
        for port in ports.iter().filter(|port| port.device.is_some()) {
            self.tried.extend(self.sockets.iter().position(|socket| socket.contains(&port.id)));
        }
        self.tried.len() > before
    }

    /// How many ports were tried, and how many there are; the second only where the firmware says which can be plugged into.
    #[must_use]
    pub fn count(&self) -> (usize, Option<usize>) {
        (self.tried.len(), self.is_certain.then_some(self.sockets.len()))
    }

    /// Each port: whether it was tried.
    pub fn sockets(&self) -> impl Iterator<Item = (&str, bool)> {
        self.sockets
            .iter()
            .enumerate()
            .map(|(at, socket)| (socket.first().map_or("", String::as_str), self.tried.contains(&at)))
    }

    /// Whether every port was tried, as far as anybody can know.
    #[must_use]
    pub fn is_done(&self) -> bool {
        self.is_certain && self.tried.len() == self.sockets.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn port(id: &str, peer: Option<&str>, is_open: Option<bool>, device: Option<&str>) -> UsbPort {
        UsbPort { id: id.to_owned(), peer: peer.map(str::to_owned), is_open, device: device.map(str::to_owned) }
    }

    fn machine(stick: &str) -> Vec<UsbPort> {
        let device = |id: &str| (id == stick).then_some("stick");
        vec![
            port("usb1-port1", Some("usb2-port1"), Some(true), device("usb1-port1")),
            port("usb1-port2", None, Some(true), device("usb1-port2")),
            port("usb1-port3", None, Some(false), Some("camera")),
            port("usb2-port1", Some("usb1-port1"), Some(true), device("usb2-port1")),
        ]
    }

    #[test]
    fn a_stick_in_each_port_fills_the_map_either_half_of_a_socket_will_do() {
        let mut map = UsbMap::new(&machine(""));
        assert_eq!((map.count(), map.is_done()), ((0, Some(2)), false));
        assert!(map.see(&machine("usb2-port1")));
        assert!(!map.see(&machine("usb1-port1")), "the same socket");
        assert!(map.see(&machine("usb1-port2")) && map.is_done());
        assert!(map.sockets().all(|(_, tried)| tried));
    }

    #[test]
    fn where_the_firmware_does_not_say_nothing_is_ever_complete() {
        let ports = [port("a", None, None, Some("stick")), port("b", None, Some(true), Some("mouse"))];
        let map = UsbMap::new(&ports);
        assert_eq!((map.count(), map.is_done()), ((2, None), false));
        assert!(!UsbMap::new(&[]).is_done());
    }
}
