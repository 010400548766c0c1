//! gzip members, one after the other, with their CRC-32 and length. Source: RFC 1952.

use super::codec::{Codec, Fault, File, Opened, Step, behind, corrupt, exactly};
use crate::imaging::DecodeError;
use crc32fast::Hasher;
use flate2::{Decompress, FlushDecompress, Status};
use std::io;

const MAGIC: [u8; 3] = [0x1F, 0x8B, 0x08];
const HEADER_CRC: u8 = 0b0000_0010;
const EXTRA: u8 = 0b0000_0100;
const NAME: u8 = 0b0000_1000;
const COMMENT: u8 = 0b0001_0000;
const RESERVED: u8 = 0b1110_0000;

/// One member's decoder, and what it has come to.
pub(super) struct Gzip {
    decoder: Decompress,
    crc: Hasher,
    len: u64,
}

impl Gzip {
    pub(super) fn new() -> Self {
        Self { decoder: Decompress::new(false), crc: Hasher::new(), len: 0 }
    }
}

impl Codec for Gzip {
    fn open(&mut self, file: &mut File, first: bool) -> io::Result<Option<Opened>> {
        file.hold(MAGIC.len())?;
        // gzip too passes over zeros behind the last member: tapes and blocks end in them.
        if !first && file.held().first() == Some(&0) {
            return padding(file).map(|()| None);
        }
        let held = file.held();
        if held.is_empty() {
            return Ok(None);
        }
        if !held.starts_with(&MAGIC) {
            return Err(behind(file, MAGIC.starts_with(held)));
        }
        header(file)?;
        self.decoder.reset(false);
        self.crc.reset();
        self.len = 0;
        Ok(Some(Opened { checked: true }))
    }

    fn run(&mut self, input: &[u8], into: &mut [u8]) -> Result<Step, Fault> {
        let (before_in, before_out) = (self.decoder.total_in(), self.decoder.total_out());
        let status = self
            .decoder
            .decompress(input, into, FlushDecompress::None)
            .map_err(|error| Fault::Corrupt(error.to_string()))?;
        let used = usize::try_from(self.decoder.total_in() - before_in).unwrap_or(0);
        let made = usize::try_from(self.decoder.total_out() - before_out).unwrap_or(0);
        self.crc.update(&into[..made]);
        self.len = self.len.wrapping_add(u64::try_from(made).unwrap_or(0));
        Ok(Step { used, made, ended: status == Status::StreamEnd })
    }

    fn close(&mut self, file: &mut File) -> io::Result<()> {
        let at = file.taken();
        let (crc, len): (_, [u8; 4]) = (u32::from_le_bytes(exactly(file)?), exactly(file)?);
        if crc != self.crc.clone().finalize() {
            return Err(corrupt(at, "CRC-32"));
        }
        // Modulo 2^32, as the format has it.
        if !self.len.to_le_bytes().starts_with(&len) {
            return Err(corrupt(at, "length"));
        }
        Ok(())
    }
}

/// The header of a member, whose magic is held.
fn header(file: &mut File) -> io::Result<()> {
    let at = file.taken();
    let mut crc = Hasher::new();
    let fixed: [u8; 10] = exactly(file)?;
    crc.update(&fixed);
    let flags = fixed[3];
    if flags & RESERVED != 0 {
        return Err(corrupt(at, "reserved flags"));
    }
    if flags & EXTRA != 0 {
        let len: [u8; 2] = exactly(file)?;
        crc.update(&len);
        for _ in 0..u16::from_le_bytes(len) {
            crc.update(&exactly::<1>(file)?);
        }
    }
    for text in [NAME, COMMENT] {
        if flags & text != 0 {
            // Both end with a zero byte.
            while {
                let letter: [u8; 1] = exactly(file)?;
                crc.update(&letter);
                letter != [0]
            } {}
        }
    }
    if flags & HEADER_CRC != 0 {
        let [low, high, ..] = crc.finalize().to_le_bytes();
        if exactly(file)? != [low, high] {
            return Err(corrupt(at, "the header's CRC"));
        }
    }
    Ok(())
}

/// Zeros to the end of the file.
fn padding(file: &mut File) -> io::Result<()> {
    loop {
        file.hold(1)?;
        let held = file.held().len();
        if held == 0 {
            return Ok(());
        }
        let zeros = file.held().iter().take_while(|byte| **byte == 0).count();
        file.consume(zeros);
        if zeros < held {
            return Err(DecodeError::TrailingGarbage { at: file.taken() }.into());
        }
    }
}
