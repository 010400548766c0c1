//! A sound card's controls: volumes, switches, and jacks that tell whether something is plugged in.
//!
//! Invariant: as of the folder.

use rustix::ioctl::{Opcode, Updater, ioctl, opcode};
use std::ffi::{c_long, c_void};
use std::io;
use std::os::fd::AsFd;

// Source: sound/asound.h.
const ELEM_LIST: Opcode = opcode::read_write::<List>(b'U', 0x10);
const ELEM_INFO: Opcode = opcode::read_write::<Info>(b'U', 0x11);
const ELEM_READ: Opcode = opcode::read_write::<Values>(b'U', 0x12);
const ELEM_WRITE: Opcode = opcode::read_write::<Values>(b'U', 0x13);
const BOOLEAN: u32 = 1;
const INTEGER: u32 = 2;
/// More values has no control.
const MOST: usize = 128;
/// More controls has no card.
const MOST_CONTROLS: u32 = 4096;
const RANGE: usize = 3 * size_of::<c_long>();

/// `struct snd_ctl_elem_id`.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Id {
    number: u32,
    interface: u32,
    device: u32,
    subdevice: u32,
    name: [u8; 44],
    index: u32,
}

/// `struct snd_ctl_elem_list`.
#[repr(C)]
#[derive(Clone, Copy)]
struct List {
    offset: u32,
    space: u32,
    used: u32,
    count: u32,
    ids: *mut c_void,
    reserved: [u8; 50],
}

/// `struct snd_ctl_elem_info`, of its union only what whole numbers have.
#[repr(C)]
#[derive(Clone, Copy)]
struct Info {
    id: Id,
    kind: u32,
    access: u32,
    count: u32,
    owner: i32,
    range: [c_long; 3],
    rest: [u8; 128 - RANGE],
    reserved: [u8; 64],
}

/// `struct snd_ctl_elem_value`, of its union only whole numbers.
#[repr(C)]
#[derive(Clone, Copy)]
struct Values {
    id: Id,
    indirect: u32,
    numbers: [c_long; MOST],
    reserved: [u8; 128],
}

#[cfg(target_pointer_width = "64")]
const _: () = assert!(size_of::<Id>() == 64 && size_of::<List>() == 80 && std::mem::offset_of!(List, ids) == 16);
#[cfg(target_pointer_width = "64")]
const _: () = assert!(size_of::<Info>() == 272 && std::mem::offset_of!(Info, range) == 80);
#[cfg(target_pointer_width = "64")]
const _: () = assert!(size_of::<Values>() == 1224 && std::mem::offset_of!(Values, numbers) == 72);
#[cfg(target_pointer_width = "64")]
const _: () = assert!(ELEM_LIST == 0xC050_5510 && ELEM_INFO == 0xC110_5511 && ELEM_READ == 0xC4C8_5512);

const NO_ID: Id = Id { number: 0, interface: 0, device: 0, subdevice: 0, name: [0; 44], index: 0 };

/// What a control holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::linux) enum Holds {
    /// Off or on.
    Switch,
    /// A number between these two.
    Number(i64, i64),
    /// Something else.
    Other,
}

/// A control of a card.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::linux) struct Control {
    id: Id,
    /// How many values it has: one for each side.
    pub(in crate::linux) count: usize,
    /// What each of them is.
    pub(in crate::linux) holds: Holds,
    /// What it is called.
    pub(in crate::linux) name: String,
}

/// The controls of a card, those that hold numbers or switches by what they hold. Errors: the card is gone.
pub(in crate::linux) fn controls(card: impl AsFd) -> io::Result<Vec<Control>> {
    let card = card.as_fd();
    let mut ids: Vec<Id> = Vec::new();
    let mut list = List { offset: 0, space: 0, used: 0, count: 0, ids: std::ptr::null_mut(), reserved: [0; 50] };
    // SAFETY: ELEM_LIST reads and writes one struct snd_ctl_elem_list, whose layout is asserted above; for no space it writes
    // no names.
    unsafe { ioctl(card, Updater::<ELEM_LIST, List>::new(&mut list)) }?;
    list.space = list.count.min(MOST_CONTROLS);
    ids.resize(usize::try_from(list.space).map_err(io::Error::other)?, NO_ID);
    list.ids = ids.as_mut_ptr().cast();
    // SAFETY: as above; it writes as many names as there is space for, which is borrowed for the call.
    unsafe { ioctl(card, Updater::<ELEM_LIST, List>::new(&mut list)) }?;
    ids.truncate(usize::try_from(list.used).map_err(io::Error::other)?);
    Ok(ids.into_iter().filter_map(|id| describe(card, id).ok()).collect())
}

fn describe(card: impl AsFd, id: Id) -> io::Result<Control> {
    let (rest, reserved) = ([0; 128 - RANGE], [0; 64]);
    let mut info = Info { id, kind: 0, access: 0, count: 0, owner: 0, range: [0; 3], rest, reserved };
    // SAFETY: ELEM_INFO reads and writes one struct snd_ctl_elem_info, whose layout is asserted above.
    unsafe { ioctl(card, Updater::<ELEM_INFO, Info>::new(&mut info)) }?;
    let holds = match info.kind {
        BOOLEAN => Holds::Switch,
        INTEGER => Holds::Number(long(info.range[0]), long(info.range[1])),
        _other => Holds::Other,
    };
    let name: Vec<u8> = id.name.iter().copied().take_while(|byte| *byte != 0).collect();
    let count = usize::try_from(info.count).unwrap_or(0).min(MOST);
    Ok(Control { id: info.id, count, holds, name: String::from_utf8_lossy(&name).into_owned() })
}

#[expect(clippy::useless_conversion, reason = "the kernel's long is shorter on other machines")]
fn long(number: c_long) -> i64 {
    i64::from(number)
}

/// What a control is set to. Errors: it does not tell.
pub(in crate::linux) fn values(card: impl AsFd, control: &Control) -> io::Result<Vec<i64>> {
    let mut values = Values { id: control.id, indirect: 0, numbers: [0; MOST], reserved: [0; 128] };
    // SAFETY: ELEM_READ reads and writes one struct snd_ctl_elem_value, whose layout is asserted above.
    unsafe { ioctl(card, Updater::<ELEM_READ, Values>::new(&mut values)) }?;
    Ok(values.numbers.iter().take(control.count).map(|number| long(*number)).collect())
}

/// Sets a control. Errors: it cannot be set, or not to that.
pub(in crate::linux) fn set_values(card: impl AsFd, control: &Control, wanted: &[i64]) -> io::Result<()> {
    let mut values = Values { id: control.id, indirect: 0, numbers: [0; MOST], reserved: [0; 128] };
    for (value, wanted) in values.numbers.iter_mut().zip(wanted) {
        *value = c_long::try_from(*wanted).map_err(io::Error::other)?;
    }
    // SAFETY: ELEM_WRITE reads and writes one struct snd_ctl_elem_value, whose layout is asserted above.
    unsafe { ioctl(card, Updater::<ELEM_WRITE, Values>::new(&mut values)) }?;
    Ok(())
}
