//! Sound cards: what is asked of a PCM device.
//!
//! Invariant: as of the folder; the samples handed over outlive the call that reads or writes them.

use rustix::ioctl::{NoArg, Opcode, Setter, Updater, ioctl, opcode};
use std::ffi::{c_long, c_ulong, c_void};
use std::io;
use std::os::fd::AsFd;

// Source: sound/asound.h.
const HW_PARAMS: Opcode = opcode::read_write::<HwParams>(b'A', 0x11);
const PREPARE: Opcode = opcode::none(b'A', 0x40);
const START: Opcode = opcode::none(b'A', 0x42);
const DRAIN: Opcode = opcode::none(b'A', 0x44);
const WRITEI_FRAMES: Opcode = opcode::write::<Xfer>(b'A', 0x50);
const READI_FRAMES: Opcode = opcode::read::<Xfer>(b'A', 0x51);
const MASKS: usize = 3;
const INTERVALS: usize = 12;
const FIRST_INTERVAL: usize = 8;
const ACCESS: usize = 0;
const FORMAT: usize = 1;
const CHANNELS: usize = 10 - FIRST_INTERVAL;
const RATE: usize = 11 - FIRST_INTERVAL;
const PERIOD_SIZE: usize = 13 - FIRST_INTERVAL;
const ACCESS_RW_INTERLEAVED: u32 = 3;
const FORMAT_S16_LE: u32 = 2;
/// Frames between two interrupts at least: less costs more than it gives.
const LEAST_PERIOD: u32 = 512;

#[repr(C)]
#[derive(Clone, Copy)]
struct Interval {
    min: u32,
    max: u32,
    flags: u32,
}

/// `struct snd_pcm_hw_params`.
#[repr(C)]
#[derive(Clone, Copy)]
struct HwParams {
    flags: u32,
    masks: [[u32; 8]; MASKS],
    reserved_masks: [[u32; 8]; 5],
    intervals: [Interval; INTERVALS],
    reserved_intervals: [Interval; 9],
    asked: u32,
    changed: u32,
    info: u32,
    significant_bits: u32,
    rate_numerator: u32,
    rate_denominator: u32,
    fifo_size: c_ulong,
    reserved: [u8; 64],
}

/// `struct snd_xferi`.
#[repr(C)]
#[derive(Clone, Copy)]
struct Xfer {
    result: c_long,
    samples: *mut c_void,
    frames: c_ulong,
}

#[cfg(target_pointer_width = "64")]
const _: () = assert!(size_of::<HwParams>() == 608 && std::mem::offset_of!(HwParams, intervals) == 260);
#[cfg(target_pointer_width = "64")]
const _: () = assert!(HW_PARAMS == 0xC260_4111 && WRITEI_FRAMES == 0x4018_4150 && READI_FRAMES == 0x8018_4151);

/// Frames a second, and samples a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::linux) struct Rhythm {
    pub(in crate::linux) rate: u32,
    pub(in crate::linux) channels: u32,
}

/// Sets the card to signed 16 bit at a rhythm between these two; which one it chose. Errors: EINVAL where it cannot.
pub(in crate::linux) fn set_up(card: impl AsFd, least: Rhythm, most: Rhythm) -> io::Result<Rhythm> {
    let any = Interval { min: 0, max: u32::MAX, flags: 0 };
    let mut params = HwParams {
        flags: 0,
        masks: [[u32::MAX; 8]; MASKS],
        reserved_masks: [[0; 8]; 5],
        intervals: [any; INTERVALS],
        reserved_intervals: [Interval { min: 0, max: 0, flags: 0 }; 9],
        asked: u32::MAX,
        changed: 0,
        info: u32::MAX,
        significant_bits: 0,
        rate_numerator: 0,
        rate_denominator: 0,
        fifo_size: 0,
        reserved: [0; 64],
    };
    params.masks[ACCESS] = [1 << ACCESS_RW_INTERLEAVED, 0, 0, 0, 0, 0, 0, 0];
    params.masks[FORMAT] = [1 << FORMAT_S16_LE, 0, 0, 0, 0, 0, 0, 0];
    params.intervals[CHANNELS] = Interval { min: least.channels, max: most.channels, flags: 0 };
    params.intervals[RATE] = Interval { min: least.rate, max: most.rate, flags: 0 };
    params.intervals[PERIOD_SIZE].min = LEAST_PERIOD;
    let card = card.as_fd();
    // SAFETY: HW_PARAMS reads and writes one struct snd_pcm_hw_params, whose layout is asserted above.
    unsafe { ioctl(card, Updater::<HW_PARAMS, HwParams>::new(&mut params)) }?;
    // SAFETY: PREPARE takes no memory.
    unsafe { ioctl(card, NoArg::<PREPARE>::new()) }?;
    Ok(Rhythm { rate: params.intervals[RATE].min, channels: params.intervals[CHANNELS].min })
}

/// How many frames these samples are. Errors: half a frame is left over.
fn frames(samples: &[i16], channels: u32) -> io::Result<c_ulong> {
    let channels = usize::try_from(channels).map_err(io::Error::other)?;
    if channels == 0 || !samples.len().is_multiple_of(channels) {
        return Err(io::Error::from(io::ErrorKind::InvalidInput));
    }
    c_ulong::try_from(samples.len() / channels).map_err(io::Error::other)
}

/// Plays whole frames, and waits until they were played. Errors: EPIPE where the card ran dry.
pub(in crate::linux) fn play(card: impl AsFd, samples: &[i16], channels: u32) -> io::Result<()> {
    let frames = frames(samples, channels)?;
    let xfer = Xfer { result: 0, samples: samples.as_ptr().cast_mut().cast(), frames };
    let card = card.as_fd();
    // SAFETY: WRITEI_FRAMES reads one struct snd_xferi, whose layout is asserted above, and that many frames at its pointer,
    // which are borrowed for the call; it writes none.
    unsafe { ioctl(card, Setter::<WRITEI_FRAMES, Xfer>::new(xfer)) }?;
    // SAFETY: DRAIN takes no memory.
    Ok(unsafe { ioctl(card, NoArg::<DRAIN>::new()) }?)
}

/// Begins to record. Errors: the card cannot.
pub(in crate::linux) fn listen(card: impl AsFd) -> io::Result<()> {
    // SAFETY: START takes no memory.
    Ok(unsafe { ioctl(card, NoArg::<START>::new()) }?)
}

/// Takes what was recorded since, whole frames, into the beginning of `samples`; how many samples that were. A card that was
/// opened not to wait has none with EAGAIN. Errors: EPIPE where the card ran over.
pub(in crate::linux) fn record(card: impl AsFd, samples: &mut [i16], channels: u32) -> io::Result<usize> {
    let frames = frames(samples, channels)?;
    let mut xfer = Xfer { result: 0, samples: samples.as_mut_ptr().cast(), frames };
    // SAFETY: READI_FRAMES reads and writes one struct snd_xferi, whose layout is asserted above, and writes at most that many
    // frames at its pointer, which are borrowed for the call.
    unsafe { ioctl(card, Updater::<READI_FRAMES, Xfer>::new(&mut xfer)) }?;
    let taken = usize::try_from(xfer.result).map_err(io::Error::other)?;
    Ok(taken * usize::try_from(channels).map_err(io::Error::other)?)
}
