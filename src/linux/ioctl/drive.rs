//! Commands to a drive through the kernel: `SG_IO`, `NVME_IOCTL_ADMIN_CMD`, `MMC_IOC_CMD`.
//!
//! Invariants: the memory behind every pointer handed over is owned by the caller of the call and outlives it; its length is
//! the one in the struct; every command has a timeout; nothing here chooses commands.

use crate::drive::{Admin, Answer, Card, Command, Form, Transfer};
use rustix::io::Errno;
use rustix::ioctl::{Ioctl, IoctlOutput, Opcode, ioctl, opcode};
use std::ffi::{c_int, c_uint, c_void};
use std::io;
use std::os::fd::AsFd;
use std::ptr::{from_mut, null_mut};

// Source: scsi/sg.h, linux/nvme_ioctl.h, linux/mmc/ioctl.h.
const SG_IO: Opcode = 0x2285;
const NVME_IOCTL_ADMIN_CMD: Opcode = opcode::read_write::<NvmeAdmin>(b'N', 0x41);
const MMC_IOC_CMD: Opcode = opcode::read_write::<MmcCommand>(179, 0);
const SG_DXFER_NONE: c_int = -1;
const SG_DXFER_TO_DEV: c_int = -2;
const SG_DXFER_FROM_DEV: c_int = -3;
/// What sense data may have, bytes. Source: SPC-4, 4.5.1.
const SENSE: usize = 252;
// Source: scsi/scsi_host.h as `include/scsi/scsi_status.h` numbers them.
const DID_NO_CONNECT: u16 = 0x01;
const DID_BUS_BUSY: u16 = 0x02;
const DID_TIME_OUT: u16 = 0x03;
/// The part of `driver_status` that is no suggestion: 8 is "there is sense data".
const DRIVER_SENSE: u16 = 0x08;
const DRIVER_TIMEOUT: u16 = 0x06;
// Source: linux/mmc/core.h.
const MMC_RSP_R1: c_uint = 1 | 1 << 2 | 1 << 4;
const MMC_RSP_BUSY: c_uint = 1 << 3;
const MMC_RSP_SPI_R1: c_uint = 1 << 7;
const MMC_RSP_SPI_BUSY: c_uint = 1 << 10;
const MMC_CMD_ADTC: c_uint = 1 << 5;
const MMC_BLOCK: usize = 512;

/// `sg_io_hdr_t` of version 3.
#[repr(C)]
struct SgHeader {
    interface: c_int,
    direction: c_int,
    command_length: u8,
    most_sense: u8,
    pieces: u16,
    data_length: c_uint,
    data: *mut c_void,
    command: *mut u8,
    sense: *mut u8,
    timeout_ms: c_uint,
    flags: c_uint,
    pack_id: c_int,
    user: *mut c_void,
    status: u8,
    masked_status: u8,
    message_status: u8,
    sense_written: u8,
    host_status: u16,
    driver_status: u16,
    residual: c_int,
    duration: c_uint,
    info: c_uint,
}

/// `struct nvme_admin_cmd`.
#[repr(C)]
struct NvmeAdmin {
    opcode: u8,
    flags: u8,
    reserved: u16,
    nsid: u32,
    dword2: u32,
    dword3: u32,
    metadata: u64,
    data: u64,
    metadata_length: u32,
    data_length: u32,
    dwords: [u32; 6],
    timeout_ms: u32,
    result: u32,
}

/// `struct mmc_ioc_cmd`.
#[repr(C)]
struct MmcCommand {
    writes: c_int,
    application: c_int,
    index: u32,
    argument: u32,
    response: [u32; 4],
    flags: c_uint,
    block: c_uint,
    blocks: c_uint,
    least_sleep_us: c_uint,
    most_sleep_us: c_uint,
    data_timeout_ns: c_uint,
    command_timeout_ms: c_uint,
    pad: u32,
    data: u64,
}

#[cfg(target_pointer_width = "64")]
const _: () = assert!(size_of::<SgHeader>() == 88 && std::mem::offset_of!(SgHeader, data) == 16);
#[cfg(target_pointer_width = "64")]
const _: () = assert!(std::mem::offset_of!(SgHeader, timeout_ms) == 40 && std::mem::offset_of!(SgHeader, status) == 64);
#[cfg(target_pointer_width = "64")]
const _: () = assert!(std::mem::offset_of!(SgHeader, residual) == 72);
const _: () = assert!(size_of::<NvmeAdmin>() == 72 && std::mem::offset_of!(NvmeAdmin, dwords) == 40);
const _: () = assert!(std::mem::offset_of!(NvmeAdmin, data) == 24 && std::mem::offset_of!(NvmeAdmin, result) == 68);
const _: () = assert!(size_of::<MmcCommand>() == 72 && std::mem::offset_of!(MmcCommand, data) == 64);
const _: () = assert!(std::mem::offset_of!(MmcCommand, flags) == 32);
const _: () = assert!(NVME_IOCTL_ADMIN_CMD == 0xC048_4E41 && MMC_IOC_CMD == 0xC048_B300);

/// A struct that the kernel reads and writes, and its number.
struct Passed<'a, const NUMBER: Opcode, T>(&'a mut T);

// SAFETY: the pointer is to a whole T that is borrowed for the call; who makes one says why T belongs to NUMBER.
unsafe impl<const NUMBER: Opcode, T> Ioctl for Passed<'_, NUMBER, T> {
    type Output = IoctlOutput;
    const IS_MUTATING: bool = true;

    fn opcode(&self) -> Opcode {
        NUMBER
    }

    fn as_ptr(&mut self) -> *mut c_void {
        from_mut(self.0).cast()
    }

    unsafe fn output_from_ptr(out: IoctlOutput, _memory: *mut c_void) -> rustix::io::Result<IoctlOutput> {
        Ok(out)
    }
}

/// Sends the command and waits for the answer. Errors: the kernel has no way to send it here (`ENOTTY`, `EINVAL`), or the
/// drive did not answer: gone, or not in time. What the drive refuses is an answer.
pub(in crate::linux) fn execute(disk: impl AsFd, command: &Command) -> io::Result<Answer> {
    let mut data = match &command.transfer {
        Transfer::Nothing => Vec::new(),
        Transfer::FromDrive(length) => vec![0; usize::try_from(*length).map_err(io::Error::other)?],
        Transfer::ToDrive(bytes) => bytes.clone(),
    };
    let mut answer = match &command.form {
        Form::Scsi(cdb) => scsi(disk, cdb, &mut data, command)?,
        Form::Nvme(admin) => nvme(disk, *admin, &mut data, command.timeout_ms)?,
        Form::Mmc(card) => mmc(disk, *card, &mut data, command)?,
        Form::Psid(psid) => super::opal::revert(disk, psid)?,
    };
    if matches!(command.transfer, Transfer::FromDrive(_)) {
        let came = answer.data.len().min(data.len());
        data.truncate(came);
        answer.data = data;
    } else {
        answer.data.clear();
    }
    Ok(answer)
}

/// The answer's `data` is as long as what came.
fn scsi(disk: impl AsFd, cdb: &[u8], data: &mut [u8], command: &Command) -> io::Result<Answer> {
    let (mut cdb, mut sense) = (cdb.to_vec(), vec![0; SENSE]);
    let mut header = SgHeader {
        interface: c_int::from(b'S'),
        direction: match command.transfer {
            Transfer::Nothing => SG_DXFER_NONE,
            Transfer::FromDrive(_) => SG_DXFER_FROM_DEV,
            Transfer::ToDrive(_) => SG_DXFER_TO_DEV,
        },
        command_length: u8::try_from(cdb.len()).map_err(io::Error::other)?,
        most_sense: u8::try_from(sense.len()).map_err(io::Error::other)?,
        pieces: 0,
        data_length: c_uint::try_from(data.len()).map_err(io::Error::other)?,
        data: data.as_mut_ptr().cast(),
        command: cdb.as_mut_ptr(),
        sense: sense.as_mut_ptr(),
        timeout_ms: command.timeout_ms,
        flags: 0,
        pack_id: 0,
        user: null_mut(),
        status: 0,
        masked_status: 0,
        message_status: 0,
        sense_written: 0,
        host_status: 0,
        driver_status: 0,
        residual: 0,
        duration: 0,
        info: 0,
    };
    // SAFETY: SG_IO takes one sg_io_hdr, whose layout is asserted above; its three pointers are to memory that lives to the
    // end of this function, with the lengths beside them.
    let _none = unsafe { ioctl(disk, Passed::<SG_IO, SgHeader>(&mut header)) }?;
    match (header.host_status, header.driver_status & 0x0F) {
        (DID_TIME_OUT, _) | (_, DRIVER_TIMEOUT) => return Err(Errno::TIMEDOUT.into()),
        (DID_NO_CONNECT, _) => return Err(Errno::NODEV.into()),
        (DID_BUS_BUSY, _) => return Err(Errno::BUSY.into()),
        (0, 0 | DRIVER_SENSE) => {}
        (host, driver) => {
            return Err(io::Error::other(format!("host status {host:#04x}, driver status {driver:#04x}")));
        }
    }
    sense.truncate(usize::from(header.sense_written));
    let missing = usize::try_from(header.residual).unwrap_or(0);
    Ok(Answer { status: u16::from(header.status), sense, data: vec![0; data.len().saturating_sub(missing)], result: 0 })
}

fn nvme(disk: impl AsFd, admin: Admin, data: &mut [u8], timeout_ms: u32) -> io::Result<Answer> {
    let address = if data.is_empty() { 0 } else { data.as_mut_ptr().expose_provenance() };
    let mut command = NvmeAdmin {
        opcode: admin.opcode,
        flags: 0,
        reserved: 0,
        nsid: admin.nsid,
        dword2: 0,
        dword3: 0,
        metadata: 0,
        data: u64::try_from(address).map_err(io::Error::other)?,
        metadata_length: 0,
        data_length: u32::try_from(data.len()).map_err(io::Error::other)?,
        dwords: [admin.dword10, admin.dword11, 0, 0, 0, 0],
        timeout_ms,
        result: 0,
    };
    // SAFETY: NVME_IOCTL_ADMIN_CMD takes one nvme_admin_cmd, whose layout is asserted above; the address in it is of `data`,
    // which is as long as it says and is borrowed to the end of this function.
    let status = unsafe { ioctl(disk, Passed::<NVME_IOCTL_ADMIN_CMD, NvmeAdmin>(&mut command)) }?;
    // A positive answer is the completion's status; 07FFh is its code and type, above it are flags.
    let status = u16::try_from(status & 0x07FF).map_err(io::Error::other)?;
    let came = if status == 0 { data.len() } else { 0 };
    Ok(Answer { status, sense: Vec::new(), data: vec![0; came], result: command.result })
}

fn mmc(disk: impl AsFd, card: Card, data: &mut [u8], command: &Command) -> io::Result<Answer> {
    let address = if data.is_empty() { 0 } else { data.as_mut_ptr().expose_provenance() };
    let busy = if card.busy { MMC_RSP_BUSY | MMC_RSP_SPI_BUSY } else { 0 };
    let moves = if data.is_empty() { 0 } else { MMC_CMD_ADTC };
    let mut passed = MmcCommand {
        writes: c_int::from(matches!(command.transfer, Transfer::ToDrive(_))),
        application: 0,
        index: card.index,
        argument: card.argument,
        response: [0; 4],
        flags: MMC_RSP_SPI_R1 | MMC_RSP_R1 | busy | moves,
        block: if data.is_empty() { 0 } else { 512 },
        blocks: c_uint::try_from(data.len() / MMC_BLOCK).map_err(io::Error::other)?,
        least_sleep_us: 0,
        most_sleep_us: 0,
        data_timeout_ns: 0,
        command_timeout_ms: command.timeout_ms,
        pad: 0,
        data: u64::try_from(address).map_err(io::Error::other)?,
    };
    if !data.len().is_multiple_of(MMC_BLOCK) {
        return Err(Errno::INVAL.into());
    }
    // SAFETY: MMC_IOC_CMD takes one mmc_ioc_cmd, whose layout is asserted above; the address in it is of `data`, which holds
    // the blocks it says and is borrowed to the end of this function.
    let _none = unsafe { ioctl(disk, Passed::<MMC_IOC_CMD, MmcCommand>(&mut passed)) }?;
    let [result, ..] = passed.response;
    Ok(Answer { status: 0, sense: Vec::new(), data: vec![0; data.len()], result })
}
