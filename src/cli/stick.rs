//! Verbs about sticks: what is said while several are made at once, which there are, and losing one.

use super::args_stick::{StickRevokeArgs, StickWriteArgs};
use super::json;
use super::out::Out;
use crate::job::{JobNews, Phase};
use crate::ledger::SecretKey;
use crate::port::{Clock, Failure, Trouble};
use crate::unit::Moment;
use crate::word::say;
use crate::workbench::{
    Bench, STICK_COUNTS, StartAway, StickHome, StickLine, StickMade, revoke_stick, starts_away, stick_sentence, sticks,
};
use serde_json::json;
use std::time::Duration;

/// As many sticks are made at once at most.
const MOST_STICKS: usize = 16;
/// A day that is named counts to its end.
const DAY: Duration = Duration::from_hours(24);

/// A stick that is to be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StickTarget {
    /// The disk: kernel name, path or serial.
    pub disk: String,
    /// What was typed to confirm.
    pub confirm: Option<String>,
}

impl StickWriteArgs {
    /// The disks that are meant, each with what was typed for it. Errors: too many, one of them twice, more words than disks.
    pub fn targets(&self) -> Result<Vec<StickTarget>, Failure> {
        if self.disks.len() > MOST_STICKS {
            return Err(Failure::new(Trouble::Usage, say!("many-too-many", most = MOST_STICKS as u64)));
        }
        if self.confirm.len() > self.disks.len() {
            return Err(Failure::new(Trouble::Usage, say!("stick-confirm-many")));
        }
        let mut targets: Vec<StickTarget> = Vec::new();
        for (number, disk) in self.disks.iter().enumerate() {
            if targets.iter().any(|target| target.disk == *disk) {
                return Err(Failure::new(Trouble::Usage, say!("many-twice", disk = disk.as_str())));
            }
            targets.push(StickTarget { disk: disk.clone(), confirm: self.confirm.get(number).cloned() });
        }
        Ok(targets)
    }

    /// When the sticks count no more. Errors: no day, or one that is over.
    pub fn counts_until(&self, clock: &dyn Clock) -> Result<Moment, Failure> {
        let now = clock.now();
        let Some(text) = &self.until else { return Ok(now.plus(STICK_COUNTS)) };
        let end = Moment::of_local_day(text).map(|day| day.plus(DAY)).filter(|end| *end > now);
        end.ok_or_else(|| Failure::new(Trouble::Usage, say!("stick-until-wrong", day = text.as_str())))
    }
}

/// What is told of all of them.
#[derive(Debug)]
pub struct SticksTold {
    names: Vec<String>,
    /// How far each is, per mille: writing is the first half, reading back the second.
    far: Vec<u64>,
    made: usize,
    ended: usize,
}

impl SticksTold {
    /// None of them has begun.
    #[must_use]
    pub fn new(names: Vec<String>) -> Self {
        let far = vec![0; names.len()];
        Self { names, far, made: 0, ended: 0 }
    }

    /// News of one of them.
    pub fn hear(&mut self, number: usize, news: &JobNews, out: &mut Out<'_>) {
        out.watched(news);
        let (Some(name), Some(far)) = (self.names.get(number), self.far.get_mut(number)) else { return };
        let JobNews::Progress(progress) = news else { return };
        let half = progress.done.per_mille_of(progress.total) / 2;
        *far = if progress.phase == Phase::ReadBack { 500 + half } else { half };
        let mut told = json::progress(progress, progress.phase.word());
        told["disk"] = json!(name);
        let _told = out.object("progress", told);
        let (all, sum) = (self.names.len() as u64, self.far.iter().sum::<u64>());
        out.progress(
            &say!("many-progress", percent = sum / all.max(1) / 10, ended = self.ended as u64, all = all),
            false,
        );
    }

    /// The end of one of them. Errors: it cannot be said.
    pub fn end(&mut self, number: usize, end: Result<StickMade, Failure>, out: &mut Out<'_>) -> Result<(), Failure> {
        let Some(disk) = self.names.get(number) else { return Ok(()) };
        self.ended += 1;
        match end {
            Ok(made) => {
                self.made += 1;
                out.object(
                    "stick_written",
                    json!({
                        "disk": disk, "name": made.name, "station": made.station, "key": made.key, "until": made.until,
                        "people": made.people,
                    }),
                )?;
                let until = made.until.local();
                out.say(&say!(
                    "stick-made",
                    name = made.name,
                    disk = disk.as_str(),
                    until = until,
                    people = made.people
                ))
            }
            Err(failure) => {
                let what = say!("stick-not-made", disk = disk.as_str(), why = failure.what.clone());
                out.object("stick_not_written", json!({ "disk": disk }))?;
                out.failure(&Failure { what, ..failure });
                Ok(())
            }
        }
    }

    /// What all of them came to. Errors: one is not made.
    pub fn close(&self, out: &mut Out<'_>) -> Result<(), Failure> {
        let (made, all) = (self.made as u64, self.names.len() as u64);
        if made == all {
            return out.say(&say!("stick-all-made", all = all));
        }
        Err(Failure::new(Trouble::No, say!("stick-not-all", made = made, all = all)).hint(say!("stick-not-all-hint")))
    }
}

/// The sticks that were made.
pub fn run_stick_list(bench: &Bench<'_>, out: &mut Out<'_>) -> Result<(), Failure> {
    let lines = sticks(bench)?;
    for line in &lines {
        stick(line, &starts_away(bench, line)?, bench.clock.now(), out)?;
    }
    if lines.is_empty() { out.say(&say!("stick-none")) } else { Ok(()) }
}

fn stick(line: &StickLine, away: &[StartAway], now: Moment, out: &mut Out<'_>) -> Result<(), Failure> {
    out.object(
        "stick",
        json!({
            "name": line.name, "station": line.station, "key": line.key, "enrolled_at": line.enrolled_at,
            "until": line.until, "home_at": line.home_at, "out_since": line.out_since(), "revoked": line.revoked,
            "starts_away": away.iter().map(|start| json!({
                "start": start.start, "since": start.since, "missing": start.missing.word(),
            })).collect::<Vec<_>>(),
        }),
    )?;
    out.say(&stick_sentence(line, now))?;
    away.iter().try_for_each(|start| out.say(&start.sentence()))
}

/// What came of a homecoming. Errors: something that it brought was refused, or the stick could not be written.
pub fn say_homed(home: &StickHome, out: &mut Out<'_>) -> Result<(), Failure> {
    out.object(
        "stick_home",
        json!({
            "name": home.name, "station": home.station, "revoked": home.revoked, "over": home.over, "starts": home.starts,
            "records": home.new, "quarantined": home.quarantined, "parked": home.parked, "forks": home.forks,
            "away": home.away, "refused": home.refused.iter().map(|(file, _)| file).collect::<Vec<_>>(),
            "written": home.unwritten.is_none(),
        }),
    )?;
    home.lines().iter().try_for_each(|line| out.say(line))?;
    let refused = home.refused.iter().map(|(file, failure)| {
        let what = say!("stick-home-refused", file = file.as_str(), why = failure.what.clone());
        Failure { what, ..failure.clone() }
    });
    let unwritten = home.unwritten.iter().map(|failure| {
        let what = say!("stick-home-unwritten", name = home.called(), why = failure.what.clone());
        Failure { what, ..failure.clone() }
    });
    let mut all: Vec<Failure> = refused.chain(unwritten).collect();
    let Some(last) = all.pop() else { return Ok(()) };
    for failure in &all {
        out.failure(failure);
    }
    Err(last)
}

/// Takes the team's trust in a stick back.
pub fn run_stick_revoke(
    args: &StickRevokeArgs,
    bench: &Bench<'_>,
    team: &SecretKey,
    out: &mut Out<'_>,
) -> Result<(), Failure> {
    for line in revoke_stick(bench, &args.name, team)? {
        out.object("stick_revoked", json!({ "name": line.name, "station": line.station, "key": line.key }))?;
    }
    out.say(&say!("stick-revoked", name = args.name.as_str()))
}
