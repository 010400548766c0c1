//! What every way to a drive's own commands promises, a sentence each. The disk must stand still.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use aoxanh::device::{Disk, Medium};
use aoxanh::drive::scsi::{self, Page};
use aoxanh::drive::{self, Answer, Command, Known, Transfer, ata, mmc, nvme};
use aoxanh::port::{Buffer, Commands, DiskIo};
use aoxanh::unit::Bytes;
use std::io;

fn questions() -> Vec<Command> {
    vec![
        ata::identify(),
        ata::read_native_max(true),
        ata::get_native_max(),
        ata::dco_identify(),
        nvme::identify_controller(),
        nvme::identify_namespace(1),
        scsi::inquiry(),
        scsi::inquiry_page(Page::Serial),
        scsi::read_capacity(),
        scsi::request_sense(),
        mmc::send_ext_csd(),
    ]
}

/// What the disk says of itself when it is asked as the product asks.
pub(crate) fn asked(disk: &Disk, commands: &mut dyn Commands) -> Medium {
    let known = Known { disk, bridge: None, soldered: None, namespace: 1 };
    let heard = drive::ask(&known, &mut |command| {
        assert!(command.only_reads(), "sent before arming: {command:?}");
        commands.execute(command)
    });
    drive::medium(&known, &heard)
}

fn whole(io: &mut dyn DiskIo) -> Vec<u8> {
    let mut buffer = Buffer::zeroed(usize::try_from(io.size().0).expect("a small disk"));
    let read = io.read_at(Bytes(0), buffer.bytes_mut()).expect("the disk is sound");
    buffer.bytes()[..read].to_vec()
}

fn send(io: &mut dyn DiskIo, command: &Command) -> io::Result<Answer> {
    io.commands().expect("a way to the drive").execute(command)
}

/// Keeps every promise.
pub(crate) fn keeps_every_promise(name: &str, disk: &Disk, io: &mut dyn DiskIo) {
    let before = whole(io);
    for question in questions() {
        // No answer brings more than was asked for, and a shorter question brings no more than a shorter answer.
        let short = Command { transfer: Transfer::FromDrive(512), ..question.clone() };
        let asks_data = matches!(question.transfer, Transfer::FromDrive(_));
        for question in [question.clone()].into_iter().chain(asks_data.then_some(short)) {
            if let Ok(answer) = send(io, &question) {
                assert!(answer.data.len() as u64 <= u64::from(question.brings()), "{name}: {question:?}");
                assert!(answer.is_good() || answer.status < 0x800, "{name}: {answer:?}");
            }
        }
        // The same question has the same answer.
        let twice = [send(io, &question), send(io, &question)].map(|answer| answer.map_err(|error| error.kind()));
        assert_eq!(twice[0], twice[1], "{name}: {question:?}");
    }
    assert!(whole(io) == before, "{name}: a question changed a byte");
    // What it says of itself is that of this disk, or it says nothing, and why.
    let medium = asked(disk, io.commands().expect("a way to the drive"));
    match &medium.told {
        Ok(told) => assert_eq!((told.size, medium.doubts.len()), (Some(io.size()), 0), "{name}: {medium:?}"),
        Err(_why) => {
            assert!(medium.erases.is_empty() && medium.security.is_none(), "{name}: {medium:?}");
            assert_eq!((&medium.hidden.areas[..], medium.doubts.len()), (&[][..], 0), "{name}: {medium:?}");
        }
    }
}
