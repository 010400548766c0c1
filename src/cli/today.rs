//! How the work goes, as lines for people with their JSON twin, and as a table for spreadsheets.
//!
//! Invariant: names are said to people where the vault is open, and put into JSON and tables only where they are asked for.

use super::args_today::TodayArgs;
use super::out::Out;
use crate::custody::{Counts, Stage, Tally};
use crate::port::{Failure, Trouble};
use crate::word::{Sentence, say};
use crate::workbench::{
    self, Bench, Campaign, Forecast, Period, PersonWork, Queue, Throughput, age_sentence, cause_sentence, day_shown,
    missing_sentence, throughput,
};
use serde_json::{Map, Value, json};

/// The causes of failure that are told.
const CAUSES: usize = 12;

/// `aoxanh today`.
pub(super) fn run_today(args: &TodayArgs, bench: &Bench<'_>, out: &mut Out<'_>) -> Result<(), Failure> {
    let period = period(args, bench)?;
    let work = throughput(bench, period)?;
    say_counts(&work, out)?;
    if args.by_hour {
        for (hour, counts) in &work.book.hours {
            out.object("hour", json!({ "hour": hour, "done": done(*counts) }))?;
            out.say(&say!("today-by", who = say!("today-hour", hour = u64::from(*hour)), counts = counted(*counts)))?;
        }
    }
    if args.by_person {
        for one in &work.people {
            out.object("person", person(one, args.names))?;
            out.say(&say!("today-by", who = one.called(), counts = counted(one.counts)))?;
        }
        if work.book.others != Counts::default() {
            out.object("other_people", json!({ "done": done(work.book.others) }))?;
            out.say(&say!("today-by", who = say!("csv-others"), counts = counted(work.book.others)))?;
        }
    }
    say_failures(&work, out)?;
    say_queue(&work, out)?;
    super::accessory::say_shortages(&work.shortages, false, out)?;
    super::lot::say_awaited(bench, out)?;
    for (place, count) in &work.missing {
        out.object("missing", json!({ "shelf": place, "devices": count }))?;
    }
    if let Some(line) = missing_sentence(&work.missing) {
        out.say(&line)?;
    }
    if let Some(campaign) = &work.campaign {
        out.say(&campaign_sentence(campaign))?;
        out.say(&campaign.forecast_sentence())?;
    }
    if let Some(batch) = workbench::batch(bench)?.filter(|_| work.is_today) {
        out.object(
            "batch",
            json!({
                "lot": batch.lot, "left": batch.left, "jobs": batch.jobs, "sticks": batch.sticks,
                "each_seconds": batch.each.as_secs(), "measured": batch.measured, "until": batch.until,
            }),
        )?;
        out.say(&batch.sentence())?;
    }
    let Some(file) = &args.csv else { return Ok(()) };
    workbench::export_throughput(bench, period, file, out.words(), args.names)?;
    let shown = file.display().to_string();
    out.object("table", json!({ "file": shown, "names": args.names }))?;
    out.say(&say!("today-exported", file = shown))
}

/// Which days were asked for. Errors: a day that is none or still to come.
fn period(args: &TodayArgs, bench: &Bench<'_>) -> Result<Period, Failure> {
    if args.campaign {
        let none = || Failure::new(Trouble::No, say!("target-none")).hint(say!("target-hint"));
        return bench.own.target.as_ref().map(|_target| Period::Campaign).ok_or_else(none);
    }
    let back = args.day.as_deref().map_or(Some(0), |day| workbench::days_ago(bench.clock.now(), day));
    let wrong = || Failure::new(Trouble::Usage, say!("today-no-day", day = args.day.as_deref().unwrap_or_default()));
    Ok(Period::Days { back: back.ok_or_else(wrong)?, count: args.days.unwrap_or(1) })
}

fn say_counts(work: &Throughput, out: &mut Out<'_>) -> Result<(), Failure> {
    let stages: Map<String, Value> =
        work.stages.iter().map(|(stage, count)| (stage.word().to_owned(), json!(count))).collect();
    let before = work.before.map(|before| json!({ "done": done(before.counts), "until_hour": before.until }));
    out.object(
        "today",
        json!({
            "day": work.last(), "first_day": work.first(), "days": work.days.len(), "done": work.total, "before": before,
            "stages": stages, "queue": work.queue.iter().map(queue).collect::<Vec<_>>(),
            "bottleneck": work.stuck.map(Stage::word), "failures": failures(work),
            "campaign": work.campaign.as_ref().map(campaign),
        }),
    )?;
    let total = Counts::from(work.total);
    if work.days.len() > 1 {
        for day in &work.days {
            out.object("day", json!({ "day": day.day, "done": day.today }))?;
            out.say(&say!("today-by", who = day_shown(&day.day), counts = counted(day.today.into())))?;
        }
        out.say(&say!("today-all", days = work.days.len() as u64, counts = counted(total)))?;
    } else if work.is_today {
        let today = work.total;
        out.say(&say!(
            "today-line",
            day = day_shown(work.last()),
            received = today.received,
            inspected = today.inspected,
            wiped = today.wiped,
            imaged = today.imaged,
            checked = today.checked,
            ready = today.ready,
            handed = today.handed_over,
        ))?;
    } else {
        out.say(&say!("today-by", who = day_shown(work.last()), counts = counted(total)))?;
    }
    if work.total.destroyed > 0 {
        out.say(&say!("today-destroyed", count = work.total.destroyed))?;
    }
    let Some(before) = work.before.filter(|before| before.counts != Counts::default()) else { return Ok(()) };
    out.say(&match before.until {
        Some(hour) => say!("today-before-hour", hour = u64::from(hour) + 1, counts = counted(before.counts)),
        None => say!("today-before", counts = counted(before.counts)),
    })
}

fn say_failures(work: &Throughput, out: &mut Out<'_>) -> Result<(), Failure> {
    if !work.failures.is_empty() {
        out.say(&say!("today-failures"))?;
    }
    for (cause, count) in work.failures.iter().take(CAUSES) {
        out.say(&say!("today-stage", stage = cause_sentence(cause), count = *count))?;
    }
    Ok(())
}

/// What stands where now, and how long it has waited there.
fn say_queue(work: &Throughput, out: &mut Out<'_>) -> Result<(), Failure> {
    out.say(&say!("today-stages"))?;
    for (stage, count) in work.stages.iter().filter(|(stage, count)| **count > 0 || **stage < Stage::Allocated) {
        let waiting = work.queue.iter().find(|queue| queue.stage == *stage);
        out.say(&match waiting.filter(|_| *stage < Stage::OnLoan) {
            Some(queue) => say!(
                "today-stage-waits",
                stage = stage.sentence(),
                count = *count,
                oldest = age_sentence(queue.oldest),
                median = age_sentence(queue.median),
            ),
            None => say!("today-stage", stage = stage.sentence(), count = *count),
        })?;
    }
    match work.stuck {
        Some(stage) => out.say(&say!("today-stuck", stage = stage.sentence())),
        None => Ok(()),
    }
}

fn campaign_sentence(campaign: &Campaign) -> Sentence {
    say!("campaign-line", target = campaign.target.sentence(), done = campaign.done)
}

/// The steps of a row that are not empty, as its sentence: all eight where none is.
fn counted(counts: Counts) -> Sentence {
    let of = |tally| counts.of(tally);
    say!(
        "today-counts",
        received = of(Tally::Received),
        inspected = of(Tally::Inspected),
        wiped = of(Tally::Wiped),
        imaged = of(Tally::Imaged),
        checked = of(Tally::Checked),
        ready = of(Tally::Ready),
        handed = of(Tally::HandedOver),
    )
}

fn done(counts: Counts) -> Value {
    Value::Object(Tally::ALL.iter().map(|tally| (tally.word().to_owned(), json!(counts.of(*tally)))).collect())
}

fn person(one: &PersonWork, with_names: bool) -> Value {
    json!({ "person": one.person, "name": one.name.as_deref().filter(|_| with_names), "done": done(one.counts) })
}

fn queue(queue: &Queue) -> Value {
    json!({
        "stage": queue.stage.word(), "count": queue.count, "oldest_seconds": queue.oldest.as_secs(),
        "median_seconds": queue.median.as_secs(),
    })
}

fn failures(work: &Throughput) -> Value {
    Value::Object(work.failures.iter().map(|(cause, count)| (cause.clone(), json!(count))).collect())
}

fn campaign(campaign: &Campaign) -> Value {
    let (forecast, day) = match &campaign.forecast {
        Forecast::Reached => ("reached", None),
        Forecast::Unknown => ("unknown", None),
        Forecast::Far => ("far", None),
        Forecast::About(day, _) => ("about", Some(day)),
    };
    json!({
        "target": campaign.target, "done": campaign.done, "forecast": forecast, "forecast_day": day,
        "late": campaign.is_late(),
    })
}
