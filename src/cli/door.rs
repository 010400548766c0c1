//! Verbs of the door: receiving a device, and saying later what is seen of it.

use super::args::IntakeArgs;
use super::args_door::NoteArgs;
use super::out::Out;
use super::{run, show};
use crate::event::outward::Outward;
use crate::port::Failure;
use crate::word::say;
use crate::workbench::{self, Bench, Incoming, Intake, note_outward, outward_sentence};

/// `aoxanh intake`.
pub(super) fn run_intake(args: &IntakeArgs, bench: &Bench<'_>, out: &mut Out<'_>) -> Result<(), Failure> {
    let incoming = Incoming {
        kind: args.kind.into(),
        tag: args.tag.as_deref().map(run::read_tag).transpose()?,
        outward: args.outward.over(&Outward::default())?,
        told: args.told.told(),
    };
    if let Some(serial) = incoming.told.serial.as_deref() {
        workbench::refuse_known_serial(bench, serial)?;
    }
    let intake = Intake { lot: args.lot.clone(), donation: run::donation(&args.donation), incoming };
    show::received(out, &workbench::take_in(bench, &intake)?)
}

/// `aoxanh outward`.
pub(super) fn run_outward(args: &NoteArgs, bench: &Bench<'_>, out: &mut Out<'_>) -> Result<(), Failure> {
    let found = bench.find(&args.device)?;
    let outward = args.outward.over(&found.file.outward)?;
    let found = note_outward(bench, &found, outward)?;
    out.object("device", super::json::found(&found))?;
    let seen = outward_sentence(&found.file.outward).unwrap_or_else(|| say!("door-nothing-said"));
    out.say(&say!("door-noted", tag = found.name(), what = seen))
}
