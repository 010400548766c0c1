//! What `./scripts/bench` needs of the program to measure it: a blank disk, many appends, a look at a made-up machine, the
//! bench drawn many times, several wipes in one process, and an erase of a model.
//!
//! Invariants: nothing is made or appended but in a practice station; the disk is a new file in that station's record of
//! what it made.

use super::folder::Folder;
use super::measure_erase::erase;
use super::measure_labels::{labels, printing};
use super::measure_places::places;
use super::measure_wipes::wipes;
use super::terminal::paint;
use super::with_bench;
use crate::cli::{MeasureVerb, Out};
use crate::custody::StationFile;
use crate::device::{Obstacle, obstacle_sentence};
use crate::linux::{MachineProbe, PracticeDisks, SystemClock};
use crate::port::{Clock, Failure, Index, Probe, Trouble};
use crate::screen::{Glyphs, Stack};
use crate::store::{KeyFile, Store, read_key};
use crate::unit::Bytes;
use crate::word::say;
use crate::workbench::{Donation, Effect, Input, Key, News, World, carry_out, open_lot};
use ratatui::backend::CrosstermBackend;
use ratatui::layout::{Position, Rect, Size};
use ratatui::{Terminal, TerminalOptions, Viewport};
use std::path::Path;

/// `aoxanh measure`. Errors: not a practice station, or what is measured fails.
pub(super) fn measure(verb: &MeasureVerb, named: Option<&Path>, out: &mut Out<'_>) -> Result<(), Failure> {
    match verb {
        MeasureVerb::Disk(args) => disk(&practice(named, out)?, &args.name, Bytes::mib(args.mib), out),
        MeasureVerb::Appends(args) => appends(&practice(named, out)?, args.count, out),
        MeasureVerb::Facts(args) => facts(&args.root, out),
        MeasureVerb::Frames(args) => frames(&practice(named, out)?, args.count, out),
        MeasureVerb::Places(args) => places(&practice(named, out)?, args.count, out),
        MeasureVerb::Erase(args) => erase(args, out),
        MeasureVerb::Labels(args) => labels(args, out),
        MeasureVerb::Printing(args) => printing(&practice(named, out)?, args.count, out),
        MeasureVerb::Wipes(args) => wipes(&practice(named, out)?, args, out),
    }
}

/// The folder of the practice station.
fn practice(named: Option<&Path>, out: &mut Out<'_>) -> Result<Folder, Failure> {
    let folder = Folder::find(named)?;
    let station = (&Store::read(folder.path())? as &dyn Index).get::<StationFile>("")?.unwrap_or_default();
    if !station.practice {
        let why = obstacle_sentence(&Obstacle::NotPractice);
        return Err(Failure::new(Trouble::No, say!("measure-refused", why = why)));
    }
    out.set_practice(true);
    Ok(folder)
}

fn disk(folder: &Folder, name: &str, size: Bytes, out: &mut Out<'_>) -> Result<(), Failure> {
    let path = PracticeDisks::new(folder.path()).make_file(name, size)?;
    out.object("practice_disk", serde_json::json!({ "file": path, "size": size }))?;
    out.say(&say!("measure-disk-made", file = path.display().to_string(), size = size.binary()))
}

/// Opens that many lots, each an append of its own.
fn appends(folder: &Folder, count: u64, out: &mut Out<'_>) -> Result<(), Failure> {
    let store = Store::open(folder.path(), read_key(folder.path(), KeyFile::Station)?)?;
    with_bench(folder, &store, |bench, _settings| {
        let nobody = Donation { donor: None, erase: false, parts: false };
        (0..count).try_for_each(|_nth| open_lot(bench, &nobody).map(|_lot| ()))
    })?;
    out.object("appended", serde_json::json!({ "records": count }))?;
    out.say(&say!("measure-appended", records = count))
}

fn facts(root: &Path, out: &mut Out<'_>) -> Result<(), Failure> {
    let facts = MachineProbe { root: root.to_owned() }.facts()?;
    let count = facts.iter().count();
    out.object("facts", serde_json::json!({ "root": root, "facts": count }))?;
    let count = u64::try_from(count).unwrap_or(u64::MAX);
    out.say(&say!("measure-facts", root = root.display().to_string(), facts = count))
}

/// The terminal that frames are measured on, columns and rows.
pub(super) const SCREEN: Size = Size::new(120, 40);

/// Draws the bench that often, as for a terminal, on each frame another device chosen.
fn frames(folder: &Folder, count: u32, out: &mut Out<'_>) -> Result<(), Failure> {
    let failed = |error: std::io::Error| Failure::new(Trouble::Io, say!("screen-failed")).because(error);
    let words = out.words();
    let clock = SystemClock::new();
    let mut world = World::new(true, clock.now());
    let store = Store::open(folder.path(), read_key(folder.path(), KeyFile::Station)?)?;
    let mut took = with_bench(folder, &store, |bench, _settings| {
        let carry = |world: &mut World, effect: &Effect| {
            carry_out(bench, effect, words.lang(), &mut |news| world.fold(news));
        };
        carry(&mut world, &Effect::Refresh);
        let mut stack = Stack::new(&world);
        let viewport = Viewport::Fixed(Rect::from((Position::ORIGIN, SCREEN)));
        let backend = CrosstermBackend::new(std::io::sink());
        let mut terminal = Terminal::with_options(backend, TerminalOptions { viewport }).map_err(failed)?;
        let mut took = Vec::new();
        for _frame in 0..count {
            let began = clock.elapsed();
            let effects = stack.update(Input::Key(Key::Down), &world);
            terminal.draw(|frame| _ = paint(frame, &stack, &world, words, Glyphs::Full)).map_err(failed)?;
            took.push(clock.elapsed().saturating_sub(began).as_micros());
            for effect in effects {
                if let Effect::Choose(device) = &effect {
                    world.fold(News::Choosing(device.clone()));
                }
                carry(&mut world, &effect);
            }
        }
        Ok(took)
    })?;
    took.sort_unstable();
    let of = |place: usize| took.get(place).and_then(|micros| u64::try_from(*micros).ok()).unwrap_or(u64::MAX);
    let (median, worst) = (of(took.len() / 2), of(took.len() - 1));
    out.object("frames", serde_json::json!({ "count": count, "median_us": median, "worst_us": worst }))?;
    out.say(&say!("measure-frames", count = u64::from(count), median = median, worst = worst))
}
