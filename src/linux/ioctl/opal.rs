//! The kernel's own Opal commands.
//!
//! Invariant: as of the folder.

use crate::drive::Answer;
use crate::unit::Secret;
use rustix::io::Errno;
use rustix::ioctl::{Ioctl, IoctlOutput, Opcode, ioctl, opcode};
use std::ffi::c_void;
use std::io;
use std::os::fd::AsFd;
use std::ptr::from_mut;
use zeroize::Zeroize;

// Source: linux/sed-opal.h.
const IOC_OPAL_PSID_REVERT_TPR: Opcode = opcode::write::<Key>(b'p', 232);
const KEY_MAX: usize = 256;

/// `struct opal_key`.
#[repr(C)]
struct Key {
    range: u8,
    length: u8,
    kind: u8,
    reserved: [u8; 5],
    text: [u8; KEY_MAX],
}

const _: () = assert!(size_of::<Key>() == 264 && std::mem::offset_of!(Key, text) == 8);
const _: () = assert!(IOC_OPAL_PSID_REVERT_TPR == 0x4108_70E8);

struct Revert<'k>(&'k mut Key);

// SAFETY: the pointer is to a whole opal_key that is borrowed for the call and that the kernel only reads.
unsafe impl Ioctl for Revert<'_> {
    type Output = IoctlOutput;
    const IS_MUTATING: bool = false;

    fn opcode(&self) -> Opcode {
        IOC_OPAL_PSID_REVERT_TPR
    }

    fn as_ptr(&mut self) -> *mut c_void {
        from_mut(self.0).cast()
    }

    unsafe fn output_from_ptr(out: IoctlOutput, _memory: *mut c_void) -> rustix::io::Result<IoctlOutput> {
        Ok(out)
    }
}

/// Reverts the drive by its PSID; a positive status is the drive's own refusal (1: not authorised, a wrong PSID). Errors: the
/// kernel or the drive has no Opal (`ENOTTY`, `EOPNOTSUPP`), a PSID of no length.
pub(super) fn revert(disk: impl AsFd, psid: &Secret) -> io::Result<Answer> {
    let text = psid.expose().as_bytes();
    let length = u8::try_from(text.len()).ok().filter(|length| *length > 0).ok_or(Errno::INVAL)?;
    let mut key = Key { range: 0, length, kind: 0, reserved: [0; 5], text: [0; KEY_MAX] };
    key.text.iter_mut().zip(text).for_each(|(to, from)| *to = *from);
    // SAFETY: IOC_OPAL_PSID_REVERT_TPR takes one opal_key, whose layout is asserted above.
    let status = unsafe { ioctl(disk, Revert(&mut key)) };
    key.text.zeroize();
    Ok(Answer { status: u16::try_from(status?).unwrap_or(u16::MAX), ..Answer::default() })
}
