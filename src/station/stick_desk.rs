//! Sticks at the desk: showing them, and the threads that make one or take home what they bring; and the look-out for one that is
//! plugged in.

use super::clerk::{at_bench, caught};
use super::desk::Room;
use super::folder::{Folder, is_marked_practice};
use super::{log, stick_home, stick_write};
use crate::cli::StickTarget;
use crate::event::By;
use crate::job::{JobNews, Phase};
use crate::linux::{LinuxDisks, Mode, media_now};
use crate::port::{Clock, Failure};
use crate::word::say;
use crate::workbench::{
    Alert, Answer, Bench, News, Report, STICK_COUNTS, StickOrder, StickTold, StickWish, SticksView, Tone,
    may_make_sticks, starts_away, stick_disks, sticks,
};
use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, Ordering};

/// The sticks and disks as they are now.
pub(super) fn look(folder: &Folder, bench: &Bench<'_>) -> Result<Answer, Failure> {
    let mut disks = stick_disks(bench)?;
    disks.retain(|disk| disk.obstacles.is_empty());
    let plugged = stick_home::plugged(bench.disks)?.into_iter().map(|disk| disk.name).collect();
    let has_image = bench.files.length(&stick_write::usual_image(folder)).is_ok();
    let lines = sticks(bench)?;
    let away = lines.iter().map(|line| starts_away(bench, line)).collect::<Result<_, _>>()?;
    Ok(StickTold::View(SticksView { lines, away, disks, plugged, has_image }).into())
}

/// The thread that makes a stick or takes them home, by whoever was there when it was asked for.
pub(super) fn work(room: &Room<'_>, by: Option<&By>, order: &StickOrder, stop: &AtomicBool, send: &dyn Fn(News)) {
    let mut report = None;
    let worked = caught(|| {
        at_bench(room, by, |bench| {
            report = Some(match order {
                StickOrder::Look | StickOrder::Summary(_) => return Ok(()),
                StickOrder::Home => homed(room.opening.folder, bench)?,
                StickOrder::Write(wish) => made(room.opening.folder, bench, wish, stop, send)?,
            });
            Ok(())
        })
    });
    let report = match (worked, report) {
        (Err(failure), _) => {
            log::failed(&failure);
            Report::from(&failure)
        }
        (Ok(()), Some(report)) => report,
        (Ok(()), None) => return,
    };
    send(News::Answer(StickTold::Over(report).into()));
}

fn homed(folder: &Folder, bench: &Bench<'_>) -> Result<Report, Failure> {
    let none = || Report::new(Tone::Warn, say!("stick-none-plugged"));
    let mut all: Option<Report> = None;
    for homed in stick_home::from_all(folder, bench)? {
        let told = match homed {
            Ok(home) => home.report(),
            Err(failure) => Report::from(&failure),
        };
        all = Some(match all {
            Some(mut before) => {
                before.lines.extend(told.lines);
                before.tone = if before.tone == Tone::Good { told.tone } else { before.tone };
                before.hint = before.hint.or(told.hint);
                before
            }
            None => told,
        });
    }
    Ok(all.unwrap_or_else(none))
}

fn made(
    folder: &Folder,
    bench: &Bench<'_>,
    wish: &StickWish,
    stop: &AtomicBool,
    send: &dyn Fn(News),
) -> Result<Report, Failure> {
    may_make_sticks(bench)?;
    let until = bench.clock.now().plus(STICK_COUNTS);
    let wanted = stick_write::Wanted { image: None, team_key: None, with_image: &[], until };
    let plan = stick_write::plan(&wanted, folder, bench, || Ok(wish.passphrase.clone()))?;
    let target = StickTarget { disk: wish.disk.clone(), confirm: Some(wish.typed.clone()) };
    let mut told = 101;
    let mut tell = |news: JobNews| {
        log::job_news(&news);
        let JobNews::Progress(progress) = &news else { return };
        let half = progress.done.per_mille_of(progress.total) / 20;
        let percent = if progress.phase == Phase::ReadBack { 50 + half } else { half };
        if percent != told {
            told = percent;
            send(News::Answer(StickTold::Going(percent).into()));
        }
    };
    let cancel = || stop.load(Ordering::Relaxed);
    let made = stick_write::one(&plan, &bench.by, &target, &wish.name, &cancel, &mut tell)?;
    Ok(Report::new(Tone::Good, made.sentence(&wish.disk)))
}

/// Looks out for sticks that are plugged in, until `pause`, which waits a moment, says no more.
pub(super) fn look_out(folder: &Folder, pause: &mut dyn FnMut() -> bool, clock: &dyn Clock, send: &dyn Fn(News)) {
    let is_practice = is_marked_practice(Some(folder.path()));
    let mode = if is_practice { Mode::Practice { folder: folder.path().to_owned() } } else { Mode::Normal };
    let disks = LinuxDisks::new(mode, folder.ledger());
    let mut known: BTreeSet<String> = BTreeSet::new();
    let mut before = None;
    loop {
        // The disks themselves are asked nothing until one comes or goes.
        let now = media_now(is_practice);
        if before.as_ref() != Some(&now) {
            let plugged = stick_home::plugged(&disks).unwrap_or_default();
            let plugged: BTreeSet<String> = plugged.into_iter().map(|disk| disk.name).collect();
            for disk in plugged.difference(&known) {
                let report = Report::new(Tone::Warn, say!("stick-plugged", disk = disk.as_str()));
                send(News::Alert(Box::new(Alert { at: clock.now(), about: None, report })));
            }
            (known, before) = (plugged, Some(now));
        }
        if !pause() {
            return;
        }
    }
}
