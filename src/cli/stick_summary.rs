//! Reading in what a machine's screen says of it, where its stick cannot come home.

use super::args_stick::StickSummaryArgs;
use super::out::Out;
use crate::port::Failure;
use crate::report::MachineSummary;
use crate::word::say;
use crate::workbench::{
    Bench, SummaryStands, announced, summary_lines, summary_name, summary_of_codes, summary_on_photo, take_summary,
};
use serde_json::{Value, json};

/// The largest photo and the longest text that are read, bytes.
const MOST_PHOTO: u64 = 64 << 20;
const MOST_TEXT: u64 = 64 << 10;

/// Takes a summary in; without one says what was announced. Errors: as of [`take_summary`]; a file that cannot be read.
pub fn run_stick_summary(args: &StickSummaryArgs, bench: &Bench<'_>, out: &mut Out<'_>) -> Result<(), Failure> {
    let mut codes = args.codes.clone();
    if let Some(file) = &args.file {
        let text = bench.files.read_text(file, MOST_TEXT)?;
        codes.extend(text.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned));
    }
    for photo in &args.photo {
        codes.extend(summary_on_photo(&bench.files.read(photo, MOST_PHOTO)?)?);
    }
    if codes.is_empty() && args.photo.is_empty() && args.file.is_none() {
        return list(bench, out);
    }
    let read = take_summary(bench, &summary_of_codes(codes.iter().map(String::as_str))?)?;
    let stands = match read.stands {
        SummaryStands::New => "taken",
        SummaryStands::Known => "known",
        SummaryStands::Home => "home",
    };
    let mut told = told(&read.summary);
    told["stick"] = json!(read.stick);
    told["received"] = json!(read.received);
    told["stands"] = json!(stands);
    out.object("stick_summary", told)?;
    summary_lines(&read.summary).iter().try_for_each(|line| out.say(line))?;
    out.say(&read.outcome())
}

fn told(summary: &MachineSummary) -> Value {
    let disk = |disk: &crate::report::DiskTold| json!({ "state": disk.state, "level": disk.level, "size": disk.size, "serial_end": disk.serial });
    json!({
        "device": summary.device, "tag": summary.tag.as_ref().map(ToString::to_string), "station": summary.station,
        "records": summary.size, "at": summary.at, "verdict": summary.verdict, "disks": summary.disks.0,
        "disks_done": summary.disks.1, "told": summary.told.iter().map(disk).collect::<Vec<_>>(),
        "name": summary.name, "serial_end": summary.serial,
    })
}

fn list(bench: &Bench<'_>, out: &mut Out<'_>) -> Result<(), Failure> {
    let all = announced(bench)?;
    for summary in &all {
        out.object("announced", told(summary))?;
        out.say(&say!("summary-waits", name = summary_name(summary), at = summary.at.local()))?;
    }
    if all.is_empty() { out.say(&say!("summary-none")) } else { Ok(()) }
}
