//! The questions to the kernel that have no safe wrapper: block devices and loop devices here, the others
//! beside it.
//!
//! Invariants: this is the only folder with `unsafe`; every struct handed to the kernel has its layout checked at compile
//! time; nothing here opens or closes anything.

#![expect(unsafe_code, reason = "ioctl takes untyped memory: each call states why its memory is the right one")]

mod bluetooth;
mod drive;
mod input;
mod mixer;
mod opal;
mod printer;
mod sound;
mod video;

pub(in crate::linux) use bluetooth::HciAddress;
pub(super) use drive::execute;
pub(in crate::linux) use input::{grab, keys_down, lock_memory, range_of};
pub(in crate::linux) use mixer::{Control, Holds, controls, set_values, values};
pub(in crate::linux) use printer::{bytes_unsent, line_printer_status};
pub(in crate::linux) use sound::{Rhythm, listen, play, record, set_up};
pub(in crate::linux) use video::{Raw, Written, picture};

use super::dev_no::DevNo;
use crate::unit::Bytes;
use rustix::ioctl::{Getter, IntegerSetter, Ioctl, IoctlOutput, NoArg, Opcode, Setter, ioctl, opcode};
use std::ffi::{c_int, c_uint, c_void};
use std::io;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd};

// Source: linux/fs.h. Group 0x12 is older than the encoding, so most of it has no direction and no size.
const BLKROGET: Opcode = opcode::none(0x12, 94);
const BLKFLSBUF: Opcode = opcode::none(0x12, 97);
const BLKSSZGET: Opcode = opcode::none(0x12, 104);
const BLKGETSIZE64: Opcode = opcode::read::<usize>(0x12, 114);
const BLKDISCARD: Opcode = opcode::none(0x12, 119);
const BLKPBSZGET: Opcode = opcode::none(0x12, 123);
const BLKZEROOUT: Opcode = opcode::none(0x12, 127);
// Source: linux/loop.h.
const LOOP_SET_FD: Opcode = 0x4C00;
const LOOP_CLR_FD: Opcode = 0x4C01;
const LOOP_SET_STATUS64: Opcode = 0x4C04;
const LOOP_GET_STATUS64: Opcode = 0x4C05;
const LOOP_SET_DIRECT_IO: Opcode = 0x4C08;
const LOOP_SET_BLOCK_SIZE: Opcode = 0x4C09;
const LOOP_CONFIGURE: Opcode = 0x4C0A;
const LOOP_CTL_GET_FREE: Opcode = 0x4C82;
const LO_FLAGS_AUTOCLEAR: u32 = 4;
const LO_FLAGS_DIRECT_IO: u32 = 16;

#[repr(C)]
#[derive(Clone, Copy)]
struct LoopInfo64 {
    device: u64,
    inode: u64,
    rdevice: u64,
    offset: u64,
    size_limit: u64,
    number: u32,
    encrypt_type: u32,
    encrypt_key_size: u32,
    flags: u32,
    file_name: [u8; 64],
    crypt_name: [u8; 64],
    encrypt_key: [u8; 32],
    init: [u64; 2],
}

#[repr(C)]
#[derive(Clone, Copy)]
struct LoopConfig {
    fd: u32,
    block_size: u32,
    info: LoopInfo64,
    reserved: [u64; 8],
}

const _: () = assert!(size_of::<LoopInfo64>() == 232 && align_of::<LoopInfo64>() == 8);
const _: () = assert!(size_of::<LoopConfig>() == 304 && align_of::<LoopConfig>() == 8);
const _: () = assert!(std::mem::offset_of!(LoopInfo64, flags) == 52 && std::mem::offset_of!(LoopConfig, info) == 8);

/// What a loop device stands on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct LoopStatus {
    /// Device of the file system that the backing file lies on.
    pub(super) device: DevNo,
    /// Inode of the backing file.
    pub(super) inode: u64,
    /// The backing block device, where it is one.
    pub(super) block: Option<DevNo>,
}

/// How to make a loop device.
#[derive(Clone, Copy, Debug)]
pub(super) struct LoopSetup<'a> {
    /// Shown by `losetup`; cut at 63 bytes.
    pub(super) name: &'a [u8],
    /// Logical block, bytes.
    pub(super) block: u32,
    /// Where on the backing it begins.
    pub(super) at: Bytes,
    /// How much of the backing it covers; 0 for all behind where it begins.
    pub(super) length: Bytes,
}

impl LoopSetup<'_> {
    fn info(&self) -> LoopInfo64 {
        let mut file_name = [0; 64];
        for (to, from) in file_name.iter_mut().take(63).zip(self.name) {
            *to = *from;
        }
        LoopInfo64 {
            device: 0,
            inode: 0,
            rdevice: 0,
            offset: self.at.0,
            size_limit: self.length.0,
            number: 0,
            encrypt_type: 0,
            encrypt_key_size: 0,
            flags: LO_FLAGS_AUTOCLEAR | LO_FLAGS_DIRECT_IO,
            file_name,
            crypt_name: [0; 64],
            encrypt_key: [0; 32],
            init: [0; 2],
        }
    }
}

/// Size of the block device, bytes.
pub(super) fn size(disk: impl AsFd) -> io::Result<Bytes> {
    // SAFETY: BLKGETSIZE64 writes one u64 on every architecture, whatever the size_t in its number says.
    Ok(Bytes(unsafe { ioctl(disk, Getter::<BLKGETSIZE64, u64>::new()) }?))
}

/// Logical block, bytes.
pub(super) fn logical_block(disk: impl AsFd) -> io::Result<u32> {
    // SAFETY: BLKSSZGET writes one int.
    let block: c_int = unsafe { ioctl(disk, Getter::<BLKSSZGET, c_int>::new()) }?;
    u32::try_from(block).map_err(io::Error::other)
}

/// Physical block, bytes.
pub(super) fn physical_block(disk: impl AsFd) -> io::Result<u32> {
    // SAFETY: BLKPBSZGET writes one unsigned int.
    Ok(unsafe { ioctl(disk, Getter::<BLKPBSZGET, c_uint>::new()) }?)
}

/// Whether the kernel refuses writes.
pub(super) fn is_read_only(disk: impl AsFd) -> io::Result<bool> {
    // SAFETY: BLKROGET writes one int.
    let read_only: c_int = unsafe { ioctl(disk, Getter::<BLKROGET, c_int>::new()) }?;
    Ok(read_only != 0)
}

/// Writes out and throws away what the kernel has cached of the block device.
pub(super) fn flush_buffers(disk: impl AsFd) -> io::Result<()> {
    // SAFETY: BLKFLSBUF takes no memory.
    Ok(unsafe { ioctl(disk, NoArg::<BLKFLSBUF>::new()) }?)
}

/// Tells the drive that these bytes are not needed any more. What it shows of them afterwards is its own affair.
pub(super) fn discard(disk: impl AsFd, at: Bytes, length: Bytes) -> io::Result<()> {
    // SAFETY: BLKDISCARD reads two u64, where it begins and how long it is.
    Ok(unsafe { ioctl(disk, Setter::<BLKDISCARD, [u64; 2]>::new([at.0, length.0])) }?)
}

/// Makes these bytes zero, by the drive's own means where it has them.
pub(super) fn zero_out(disk: impl AsFd, at: Bytes, length: Bytes) -> io::Result<()> {
    // SAFETY: BLKZEROOUT reads two u64, where it begins and how long it is.
    Ok(unsafe { ioctl(disk, Setter::<BLKZEROOUT, [u64; 2]>::new([at.0, length.0])) }?)
}

struct GetFree;

// SAFETY: LOOP_CTL_GET_FREE takes no memory and answers in its return value.
unsafe impl Ioctl for GetFree {
    type Output = u32;
    const IS_MUTATING: bool = false;

    fn opcode(&self) -> Opcode {
        LOOP_CTL_GET_FREE
    }

    fn as_ptr(&mut self) -> *mut c_void {
        std::ptr::null_mut()
    }

    unsafe fn output_from_ptr(out: IoctlOutput, _memory: *mut c_void) -> rustix::io::Result<u32> {
        u32::try_from(out).or(Err(rustix::io::Errno::RANGE))
    }
}

/// Number of a loop device that nobody uses at this moment; made where there is none.
pub(super) fn free_loop(control: impl AsFd) -> io::Result<u32> {
    // SAFETY: see `GetFree`.
    Ok(unsafe { ioctl(control, GetFree) }?)
}

fn raw(backing: BorrowedFd<'_>) -> io::Result<u32> {
    u32::try_from(backing.as_raw_fd()).map_err(io::Error::other)
}

/// Attaches `backing` to the loop device in one step. Errors: EINVAL on kernels before 5.8, EBUSY where somebody was faster.
pub(super) fn configure_loop(device: impl AsFd, backing: BorrowedFd<'_>, setup: &LoopSetup<'_>) -> io::Result<()> {
    let config = LoopConfig { fd: raw(backing)?, block_size: setup.block, info: setup.info(), reserved: [0; 8] };
    // SAFETY: LOOP_CONFIGURE reads one struct loop_config, whose layout is asserted above.
    Ok(unsafe { ioctl(device, Setter::<LOOP_CONFIGURE, LoopConfig>::new(config)) }?)
}

/// The same in the steps of kernels before 5.8. Direct I/O is asked for and may be refused. Whoever fails half-way clears.
pub(super) fn configure_loop_in_steps(
    device: impl AsFd,
    backing: BorrowedFd<'_>,
    setup: &LoopSetup<'_>,
) -> io::Result<()> {
    let device = device.as_fd();
    let fd = usize::try_from(raw(backing)?).map_err(io::Error::other)?;
    // SAFETY: LOOP_SET_FD takes a file descriptor as its number.
    unsafe { ioctl(device, IntegerSetter::<LOOP_SET_FD>::new_usize(fd)) }?;
    // SAFETY: LOOP_SET_STATUS64 reads one struct loop_info64, whose layout is asserted above.
    unsafe { ioctl(device, Setter::<LOOP_SET_STATUS64, LoopInfo64>::new(setup.info())) }?;
    let block = usize::try_from(setup.block).map_err(io::Error::other)?;
    // SAFETY: LOOP_SET_BLOCK_SIZE takes bytes as its number.
    unsafe { ioctl(device, IntegerSetter::<LOOP_SET_BLOCK_SIZE>::new_usize(block)) }?;
    // SAFETY: LOOP_SET_DIRECT_IO takes 0 or 1 as its number.
    let _refused = unsafe { ioctl(device, IntegerSetter::<LOOP_SET_DIRECT_IO>::new_usize(1)) };
    Ok(())
}

/// Detaches the loop device, at once or when its last opener closes it.
pub(super) fn clear_loop(device: impl AsFd) -> io::Result<()> {
    // SAFETY: LOOP_CLR_FD takes no memory.
    Ok(unsafe { ioctl(device, NoArg::<LOOP_CLR_FD>::new()) }?)
}

/// What the loop device stands on. Errors: ENXIO where it stands on nothing.
pub(super) fn loop_status(device: impl AsFd) -> io::Result<LoopStatus> {
    // SAFETY: LOOP_GET_STATUS64 writes one struct loop_info64, whose layout is asserted above.
    let info: LoopInfo64 = unsafe { ioctl(device, Getter::<LOOP_GET_STATUS64, LoopInfo64>::new()) }?;
    Ok(LoopStatus {
        device: DevNo::from_raw(info.device),
        inode: info.inode,
        block: (info.rdevice != 0).then(|| DevNo::from_raw(info.rdevice)),
    })
}
