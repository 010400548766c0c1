//! A minute of full load: heat, throttling, and what the machine is fast enough for.

use super::{Come, FunctionTest, Hands, Stop, first_view};
use crate::port::{Failure, Guide, Part, Trouble};
use crate::trial::{Enough, Heat, HeatVerdict, Pace, PaceClass, TrialView, judge_heat};
use crate::word::{Sentence, say};
use std::time::Duration;

/// The test.
pub(super) static LOAD: FunctionTest =
    FunctionTest { id: "load", is_automatic: true, is_long: false, part: Part::Processor, must: |_kind| true, run };

/// One processor alone is measured so long.
const ALONE: Duration = Duration::from_secs(1);
/// What is copied to measure memory: more than any cache of such machines.
const COPIED: usize = 64 << 20;
/// A machine that is hotter is near switching itself off.
const TOO_HOT: u64 = 98_000;

fn run(hands: &Hands<'_>, guide: &mut dyn Guide) -> Result<Come, Stop> {
    let mut view = first_view(&LOAD, hands);
    guide.show(&view);
    let alone = hands.hardware.exert(Some(1), ALONE.min(hands.options.load), &mut || !hands.is_over(&*guide))?;
    let memory = copy_rate(hands)?;
    let disk = hands.hardware.disk_rate()?;
    let (all, series) = all_together(hands, guide, &mut view)?;
    if hands.is_over(guide) {
        return Err(Failure::new(Trouble::Cancelled, say!("ask-cancelled")).into());
    }
    let verdict = judge_heat(&series);
    let pace = Pace { one: alone.megarounds(), all: all.megarounds(), memory, disk };
    tell(guide, &mut view, &verdict, &pace, hands.uses);
    Ok(measured(&verdict, &pace, all.threads, hands.uses))
}

/// Every processor at once, looking at the heat each second.
fn all_together(
    hands: &Hands<'_>,
    guide: &mut dyn Guide,
    view: &mut TrialView,
) -> Result<(crate::port::Exertion, Vec<(Duration, Heat)>), Stop> {
    let (begin, time) = (hands.clock.elapsed(), hands.options.load);
    let mut series = vec![(Duration::ZERO, hands.hardware.heat())];
    let mut look = || {
        let passed = hands.clock.elapsed().saturating_sub(begin);
        let heat = hands.hardware.heat();
        series.push((passed, heat));
        view.gauge = u64::try_from((passed.as_millis() * 1000 / time.as_millis().max(1)).min(1000)).ok();
        view.lines.truncate(1);
        let (celsius, megahertz) =
            (heat.milli_celsius.map(|heat| heat / 1000), heat.kilohertz.map(|clock| clock / 1000));
        let shown = |number: Option<u64>| number.map_or_else(|| "?".to_owned(), |number| number.to_string());
        view.lines.push(say!("load-now", celsius = shown(celsius), megahertz = shown(megahertz)));
        guide.show(view);
        !hands.is_over(&*guide)
    };
    let all = hands.hardware.exert(None, time, &mut look)?;
    Ok((all, series))
}

/// MiB of memory copied a second; none where the clock does not tell.
fn copy_rate(hands: &Hands<'_>) -> Result<Option<u64>, Failure> {
    let mut area = hands.hardware.memory(2 * COPIED)?;
    let words = area.words();
    let half = words.len() / 2;
    words.fill(1);
    let begin = hands.clock.elapsed();
    let rounds = 4;
    for _round in 0..rounds {
        words.copy_within(..half, half);
    }
    let micros = hands.clock.elapsed().saturating_sub(begin).as_micros();
    let bytes = u128::try_from(half * size_of::<u64>() * rounds).unwrap_or(0);
    Ok(((bytes * 1_000_000) >> 20).checked_div(micros).and_then(|rate| u64::try_from(rate).ok()))
}

/// What the uses are that it is enough for.
fn enough_for(pace: &Pace, classes: &[PaceClass]) -> Option<Sentence> {
    // words: pace-*
    let names = classes.iter().filter(|class| class.is_met(pace) == Enough::Yes);
    let mut names = names.map(|class| Sentence::new(format!("pace-{}", class.id)));
    let first = names.next()?;
    Some(names.fold(first, |list, next| say!("list-and", list = list, next = next)))
}

fn tell(guide: &mut dyn Guide, view: &mut TrialView, verdict: &HeatVerdict, pace: &Pace, uses: &[PaceClass]) {
    view.gauge = None;
    view.lines.truncate(1);
    view.lines.push(match verdict.is_throttled {
        Some(true) => say!("load-throttled"),
        Some(false) => say!("load-not-throttled"),
        None => say!("load-heat-unknown"),
    });
    view.lines.push(match enough_for(pace, uses) {
        Some(uses) => say!("load-enough-for", uses = uses),
        None => say!("load-enough-for-nothing"),
    });
    guide.show(view);
}

fn measured(verdict: &HeatVerdict, pace: &Pace, threads: u64, uses: &[PaceClass]) -> Come {
    let is_too_hot = verdict.hottest.is_some_and(|hottest| hottest >= TOO_HOT);
    let come = match (verdict.is_throttled, is_too_hot) {
        (Some(true), _) => Come::fails("throttles"),
        (_, true) => Come::fails("too_hot"),
        (Some(false), false) => Come::works(),
        (None, false) => Come { reason: Some("heat_unknown"), ..Come::works() },
    };
    let numbers = [
        ("hottest", verdict.hottest, "milli_celsius"),
        ("clock_left", verdict.clock_left, "per_mille"),
        ("one_processor", pace.one, "megarounds_per_second"),
        ("all_processors", pace.all, "megarounds_per_second"),
        ("memory_copy", pace.memory, "mib_per_second"),
        ("disk_read", pace.disk, "mib_per_second"),
        ("threads", Some(threads), "count"),
    ];
    let known = numbers.into_iter().filter_map(|(name, value, unit)| Some((name, value?, unit)));
    let come = known.fold(come, |come, (name, value, unit)| come.with(name, value, unit));
    uses.iter().fold(come, |come, class| match class.is_met(pace) {
        Enough::Yes => come.with(&format!("enough_for_{}", class.id), 1, "count"),
        Enough::No => come.with(&format!("enough_for_{}", class.id), 0, "count"),
        Enough::Unknown => come,
    })
}
