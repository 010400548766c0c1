//! Questions to input devices, and keeping memory where it is.
//!
//! Invariant: as of the folder.

use rustix::ioctl::{Getter, IntegerSetter, Opcode, ioctl, opcode};
use std::ffi::c_int;
use std::io;
use std::os::fd::AsFd;

// Source: linux/input.h.
const EVIOCGRAB: Opcode = opcode::write::<c_int>(b'E', 0x90);
const EVIOCGKEY: Opcode = opcode::read::<[u8; KEY_BYTES]>(b'E', 0x18);
const EVIOCGABS_X: Opcode = opcode::read::<AbsInfo>(b'E', 0x40);
const EVIOCGABS_Y: Opcode = opcode::read::<AbsInfo>(b'E', 0x41);
/// One bit for each code up to `KEY_MAX`, 0x2ff.
const KEY_BYTES: usize = 96;

/// `struct input_absinfo`.
#[repr(C)]
#[derive(Clone, Copy)]
struct AbsInfo {
    value: i32,
    minimum: i32,
    maximum: i32,
    fuzz: i32,
    flat: i32,
    resolution: i32,
}

const _: () = assert!(size_of::<AbsInfo>() == 24 && EVIOCGABS_X == 0x8018_4540 && EVIOCGRAB == 0x4004_4590);

/// From now on only this opener hears the device, until it is closed. Errors: EBUSY where another has it to itself.
pub(in crate::linux) fn grab(device: impl AsFd) -> io::Result<()> {
    // SAFETY: EVIOCGRAB takes 0 or 1 as its number.
    Ok(unsafe { ioctl(device, IntegerSetter::<EVIOCGRAB>::new_usize(1)) }?)
}

/// One bit for each key that is down, by its code.
pub(in crate::linux) fn keys_down(device: impl AsFd) -> io::Result<[u8; KEY_BYTES]> {
    // SAFETY: EVIOCGKEY writes as many bytes as its number says.
    Ok(unsafe { ioctl(device, Getter::<EVIOCGKEY, [u8; KEY_BYTES]>::new()) }?)
}

/// The least and the greatest place across and along a touch surface.
pub(in crate::linux) fn range_of(device: impl AsFd) -> io::Result<[(i32, i32); 2]> {
    let device = device.as_fd();
    // SAFETY: EVIOCGABS writes one struct input_absinfo, whose layout is asserted above.
    let across: AbsInfo = unsafe { ioctl(device, Getter::<EVIOCGABS_X, AbsInfo>::new()) }?;
    // SAFETY: as above.
    let along: AbsInfo = unsafe { ioctl(device, Getter::<EVIOCGABS_Y, AbsInfo>::new()) }?;
    Ok([(across.minimum, across.maximum), (along.minimum, along.maximum)])
}

/// Keeps these words in memory until they are given back. Errors: not so much is allowed.
pub(in crate::linux) fn lock_memory(words: &mut [u64]) -> io::Result<()> {
    // SAFETY: the range is borrowed for the call, and locking changes nothing that stands in it.
    Ok(unsafe { rustix::mm::mlock(words.as_mut_ptr().cast(), size_of_val(words)) }?)
}
