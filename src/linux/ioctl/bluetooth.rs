//! The kernel's control channel for Bluetooth: an address that no library has.
//!
//! Invariant: as of the folder.

use rustix::net::addr::{SocketAddrArg, SocketAddrLen, SocketAddrOpaque};

/// `struct sockaddr_hci`. Source: `net/bluetooth/hci_sock.h`.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub(in crate::linux) struct HciAddress {
    family: u16,
    device: u16,
    channel: u16,
}

const LENGTH: SocketAddrLen = 6;
const _: () = assert!(size_of::<HciAddress>() == 6);

impl HciAddress {
    /// Where every controller is managed: `HCI_DEV_NONE`, `HCI_CHANNEL_CONTROL`.
    pub(in crate::linux) const CONTROL: Self = Self { family: 31, device: 0xffff, channel: 3 };
}

// SAFETY: the pointer is to one struct sockaddr_hci, borrowed for the call, and the length is its own.
unsafe impl SocketAddrArg for HciAddress {
    unsafe fn with_sockaddr<R>(&self, f: impl FnOnce(*const SocketAddrOpaque, SocketAddrLen) -> R) -> R {
        f(std::ptr::from_ref(self).cast(), LENGTH)
    }
}
