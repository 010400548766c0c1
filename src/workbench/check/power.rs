//! Charger, lid and battery: plug in and pull out, close and open, and how fast a battery runs down.

use super::{Come, FunctionTest, Hands, Stop, ask, first_view};
use crate::event::intake::DeviceKind;
use crate::port::{Guide, Part};
use crate::trial::{Choice, PowerState, Question, TrialView, drain};
use crate::word::{Sentence, say};
use std::time::Duration;

/// So long somebody looks for a charger.
const PATIENCE: Duration = Duration::from_mins(1);
const LOOK: Duration = Duration::from_millis(300);
/// A battery that lasts no longer is no battery for a lesson.
const LEAST_MINUTES: u64 = 60;

/// Charging.
pub(super) static CHARGING: FunctionTest = FunctionTest {
    id: "charging",
    is_automatic: false,
    is_long: false,
    part: Part::Battery,
    must: |kind| matches!(kind, DeviceKind::Laptop),
    run: run_charging,
};

/// The lid.
pub(super) static LID: FunctionTest =
    FunctionTest { id: "lid", is_automatic: false, is_long: false, part: Part::Lid, must: |_kind| false, run: run_lid };

/// A measured discharge.
pub(super) static DISCHARGE: FunctionTest = FunctionTest {
    id: "discharge",
    is_automatic: false,
    is_long: true,
    part: Part::Battery,
    must: |_kind| false,
    run: run_discharge,
};

/// Waits until the machine is in such a state; false where it does not come to be.
fn until(
    hands: &Hands<'_>,
    guide: &mut dyn Guide,
    view: &mut TrialView,
    what: Sentence,
    is: fn(&PowerState) -> bool,
) -> Result<bool, Stop> {
    view.lines.truncate(1);
    view.lines.push(what);
    guide.show(view);
    let begin = hands.clock.elapsed();
    while !is(&hands.hardware.power()?) {
        if hands.clock.elapsed().saturating_sub(begin) >= PATIENCE || hands.is_over(guide) {
            return Ok(false);
        }
        hands.clock.wait(LOOK);
    }
    Ok(true)
}

/// What to do where it did not come to be: again, or what is broken.
fn give_up(guide: &mut dyn Guide, view: &TrialView, fault: &'static str) -> Result<Option<Come>, Stop> {
    let choices = [('1', "again"), ('2', fault), ('b', "skip")].map(|(key, id)| Choice { key, id }).to_vec();
    let answer = ask(guide, view, &Question { text: say!("ask-not-seen"), choices })?;
    Ok((answer != "again").then(|| Come::fails(fault)))
}

type Wanted = (fn() -> Sentence, fn(&PowerState) -> bool, &'static str);

/// One state after the other, each until it is there or given up.
fn walk(hands: &Hands<'_>, guide: &mut dyn Guide, view: &mut TrialView, wanted: &[Wanted]) -> Result<Come, Stop> {
    for (what, is, fault) in wanted {
        while !until(hands, guide, view, what(), *is)? {
            if let Some(come) = give_up(guide, view, fault)? {
                return Ok(come);
            }
        }
    }
    Ok(Come::works())
}

fn run_charging(hands: &Hands<'_>, guide: &mut dyn Guide) -> Result<Come, Stop> {
    let mut view = first_view(&CHARGING, hands);
    let wanted: [Wanted; 3] = [
        (|| say!("power-pull-out"), |state| state.charger == Some(false), "charger_not_seen"),
        (|| say!("power-plug-in"), |state| state.charger == Some(true), "charger_not_seen"),
        (|| say!("power-wait"), PowerState::is_charging, "does_not_charge"),
    ];
    walk(hands, guide, &mut view, &wanted)
}

fn run_lid(hands: &Hands<'_>, guide: &mut dyn Guide) -> Result<Come, Stop> {
    let mut view = first_view(&LID, hands);
    let wanted: [Wanted; 2] = [
        (|| say!("power-close-lid"), |state| state.lid_open == Some(false), "lid_not_seen"),
        (|| say!("power-open-lid"), |state| state.lid_open == Some(true), "lid_not_seen"),
    ];
    walk(hands, guide, &mut view, &wanted)
}

fn run_discharge(hands: &Hands<'_>, guide: &mut dyn Guide) -> Result<Come, Stop> {
    let mut view = first_view(&DISCHARGE, hands);
    let wanted: [Wanted; 1] = [(|| say!("power-pull-out"), |state| state.charger != Some(true), "charger_not_seen")];
    let unplugged = walk(hands, guide, &mut view, &wanted)?;
    if unplugged.reason.is_some() {
        return Ok(unplugged);
    }
    let untold = || Stop::Skip("battery_tells_nothing");
    let before = hands.hardware.power()?.energy().ok_or_else(untold)?;
    let (begin, time) = (hands.clock.elapsed(), hands.options.discharge);
    loop {
        let state = hands.hardware.power()?;
        let now = state.energy().ok_or_else(untold)?;
        let passed = hands.clock.elapsed().saturating_sub(begin);
        let drained = drain(before, now, passed);
        if state.charger == Some(true) {
            return Err(Stop::Skip("charger_came_back"));
        }
        if hands.is_over(guide) {
            return Err(Stop::Skip("no_time"));
        }
        if passed < time {
            let left = time.saturating_sub(passed).as_secs() / 60 + 1;
            let watts = drained.map_or(0, |drained| drained.milliwatts);
            view.gauge = u64::try_from(passed.as_millis() * 1000 / time.as_millis().max(1)).ok();
            view.lines.truncate(1);
            view.lines.push(say!("discharge-left", minutes = left, milliwatts = watts));
            guide.show(&view);
            hands.clock.wait(Duration::from_secs(5).min(time));
            continue;
        }
        let drained = drained.ok_or_else(untold)?;
        let come = if drained.minutes_left < LEAST_MINUTES { Come::fails("battery_weak") } else { Come::works() };
        let come = come.with("time", passed.as_secs(), "seconds").with("used", drained.used, "microwatt_hours");
        let come = come.with("power", drained.milliwatts, "milliwatts");
        return Ok(come.with("time_left", drained.minutes_left.saturating_mul(60), "seconds"));
    }
}
