//! Cameras: pictures through the kernel's video devices.
//!
//! Invariants: as of the folder; the memory that the camera writes into is not given up before the camera has stopped.

use crate::port::Buffer;
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;
use rustix::ioctl::{Opcode, Setter, Updater, ioctl, opcode};
use std::ffi::{c_int, c_ulong};
use std::io;
use std::os::fd::{AsFd, BorrowedFd};

// Source: linux/videodev2.h.
const VIDIOC_S_FMT: Opcode = opcode::read_write::<Format>(b'V', 5);
const VIDIOC_REQBUFS: Opcode = opcode::read_write::<Request>(b'V', 8);
const VIDIOC_QBUF: Opcode = opcode::read_write::<Slot>(b'V', 15);
const VIDIOC_DQBUF: Opcode = opcode::read_write::<Slot>(b'V', 17);
const VIDIOC_STREAMON: Opcode = opcode::write::<c_int>(b'V', 18);
const VIDIOC_STREAMOFF: Opcode = opcode::write::<c_int>(b'V', 19);
const CAPTURE: u32 = 1;
const MEMORY_USERPTR: u32 = 2;
const FIELD_NONE: u32 = 1;
const BUFFER_ERROR: u32 = 0x40;
/// Two: one is filled while the other is looked at.
const SLOTS: u32 = 2;
/// More is no picture of a camera, bytes.
const MOST: usize = 64 << 20;
/// So long a camera takes for a picture in the dark.
const PATIENCE: Timespec = Timespec { tv_sec: 3, tv_nsec: 0 };
/// Two pixels in four bytes.
const YUYV: u32 = 0x5659_5559;
/// A JPEG picture each, as many cameras send only them; the second is what a few say instead.
const MJPG: u32 = 0x4750_4a4d;
const JPEG: u32 = 0x4745_504a;

/// `struct v4l2_format` with a `struct v4l2_pix_format` in it.
#[repr(C)]
#[derive(Clone, Copy)]
struct Format {
    kind: u32,
    // The union holds pointers and so begins at their alignment.
    gap: u32,
    width: u32,
    height: u32,
    pixels: u32,
    field: u32,
    line: u32,
    size: u32,
    rest: [u32; 44],
}

/// `struct v4l2_requestbuffers`.
#[repr(C)]
#[derive(Clone, Copy)]
struct Request {
    count: u32,
    kind: u32,
    memory: u32,
    capabilities: u32,
    flags: u32,
}

/// `struct v4l2_buffer`.
#[repr(C)]
#[derive(Clone, Copy, Default)]
struct Slot {
    index: u32,
    kind: u32,
    used: u32,
    flags: u32,
    field: u32,
    gap: u32,
    time: [i64; 2],
    timecode: [u32; 4],
    sequence: u32,
    memory: u32,
    address: c_ulong,
    length: u32,
    reserved: [u32; 3],
}

#[cfg(target_pointer_width = "64")]
const _: () = assert!(size_of::<Format>() == 208 && size_of::<Slot>() == 88 && size_of::<Request>() == 20);
#[cfg(target_pointer_width = "64")]
const _: () = assert!(std::mem::offset_of!(Slot, memory) == 60 && std::mem::offset_of!(Slot, address) == 64);
#[cfg(target_pointer_width = "64")]
const _: () = assert!(VIDIOC_S_FMT == 0xC0D0_5605 && VIDIOC_QBUF == 0xC058_560F && VIDIOC_DQBUF == 0xC058_5611);

/// How a picture is written down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::linux) enum Written {
    /// Two pixels in four bytes, line after line.
    Yuyv,
    /// As JPEG.
    Jpeg,
}

/// A picture as the camera sends it.
#[derive(Clone, Debug)]
pub(in crate::linux) struct Raw {
    pub(in crate::linux) written: Written,
    pub(in crate::linux) width: u32,
    pub(in crate::linux) height: u32,
    pub(in crate::linux) bytes: Vec<u8>,
}

/// The picture of that number, counted from 0: the first ones come before a camera is used to the light. Errors: EINVAL where
/// it sends none that can be read, EBUSY where another program has it, ETIMEDOUT where none comes.
pub(in crate::linux) fn picture(camera: impl AsFd, width: u32, height: u32, number: u32) -> io::Result<Raw> {
    let camera = camera.as_fd();
    let (format, written) = match agree(camera, width, height, YUYV)? {
        (_, None) => agree(camera, width, height, MJPG)?,
        agreed => agreed,
    };
    let Some(written) = written else {
        let pixels = String::from_utf8_lossy(&format.pixels.to_le_bytes()).into_owned();
        return Err(io::Error::other(format!("pixel format {pixels}")));
    };
    let size = usize::try_from(format.size).map_err(io::Error::other)?;
    if size == 0 || size > MOST {
        return Err(Errno::RANGE.into());
    }
    let mut request = Request { count: SLOTS, kind: CAPTURE, memory: MEMORY_USERPTR, capabilities: 0, flags: 0 };
    // SAFETY: VIDIOC_REQBUFS reads and writes one struct v4l2_requestbuffers, whose layout is asserted above.
    unsafe { ioctl(camera, Updater::<VIDIOC_REQBUFS, Request>::new(&mut request)) }?;
    let mut buffers: Vec<Buffer> = (0..SLOTS).map(|_slot| Buffer::zeroed(size)).collect();
    for (index, buffer) in (0u32..).zip(&mut buffers) {
        queue(camera, index, buffer)?;
    }
    let taken = stream(camera, &mut buffers, number);
    // SAFETY: VIDIOC_STREAMOFF reads one int. From here on the camera writes into no buffer any more.
    let stopped = unsafe { ioctl(camera, Setter::<VIDIOC_STREAMOFF, c_int>::new(1)) };
    if stopped.is_err() {
        // A camera that cannot be stopped may go on writing: the memory stays its own.
        std::mem::forget(buffers);
    }
    Ok(Raw { written, width: format.width, height: format.height, bytes: taken? })
}

/// Asks for pictures of that size and kind; what the camera sends instead, and how it is written where that can be read.
fn agree(camera: BorrowedFd<'_>, width: u32, height: u32, pixels: u32) -> io::Result<(Format, Option<Written>)> {
    let (line, size, rest) = (0, 0, [0; 44]);
    let mut format = Format { kind: CAPTURE, gap: 0, width, height, pixels, field: FIELD_NONE, line, size, rest };
    // SAFETY: VIDIOC_S_FMT reads and writes one struct v4l2_format, whose layout is asserted above.
    unsafe { ioctl(camera, Updater::<VIDIOC_S_FMT, Format>::new(&mut format)) }?;
    let written = match format.pixels {
        YUYV if format.line == format.width.saturating_mul(2) => Some(Written::Yuyv),
        MJPG | JPEG => Some(Written::Jpeg),
        _other => None,
    };
    Ok((format, written))
}

/// Gives the camera a buffer to write into.
fn queue(camera: BorrowedFd<'_>, index: u32, buffer: &mut Buffer) -> io::Result<()> {
    let bytes = buffer.bytes_mut();
    let address = c_ulong::try_from(bytes.as_mut_ptr().expose_provenance()).map_err(io::Error::other)?;
    let length = u32::try_from(bytes.len()).map_err(io::Error::other)?;
    let mut slot = Slot { index, kind: CAPTURE, memory: MEMORY_USERPTR, address, length, ..Slot::default() };
    // SAFETY: VIDIOC_QBUF reads and writes one struct v4l2_buffer, whose layout is asserted above; the memory that it points
    // to lives until the camera was stopped.
    Ok(unsafe { ioctl(camera, Updater::<VIDIOC_QBUF, Slot>::new(&mut slot)) }?)
}

fn stream(camera: BorrowedFd<'_>, buffers: &mut [Buffer], number: u32) -> io::Result<Vec<u8>> {
    // SAFETY: VIDIOC_STREAMON reads one int.
    unsafe { ioctl(camera, Setter::<VIDIOC_STREAMON, c_int>::new(1)) }?;
    let mut left = number;
    loop {
        if poll(&mut [PollFd::new(&camera, PollFlags::IN)], Some(&PATIENCE))? == 0 {
            return Err(Errno::TIMEDOUT.into());
        }
        let mut slot = Slot { kind: CAPTURE, memory: MEMORY_USERPTR, ..Slot::default() };
        // SAFETY: VIDIOC_DQBUF reads and writes one struct v4l2_buffer, whose layout is asserted above.
        unsafe { ioctl(camera, Updater::<VIDIOC_DQBUF, Slot>::new(&mut slot)) }?;
        let index = usize::try_from(slot.index).map_err(io::Error::other)?;
        let buffer = buffers.get_mut(index).ok_or(Errno::RANGE)?;
        let is_whole = slot.flags & BUFFER_ERROR == 0;
        if left == 0 && is_whole {
            let used = usize::try_from(slot.used).map_err(io::Error::other)?;
            return Ok(buffer.bytes().get(..used).ok_or(Errno::RANGE)?.to_vec());
        }
        left = left.saturating_sub(u32::from(is_whole));
        queue(camera, slot.index, buffer)?;
    }
}
