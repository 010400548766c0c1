//! Speakers: a tone on one side, then on the other, and the volunteer says where it came from; then the headphone jack.
//! Microphone: somebody speaks, sees the level meanwhile, and it is played back.

use super::{Come, FunctionTest, Hands, Stop, ask, first_view};
use crate::event::intake::DeviceKind;
use crate::port::{Guide, Part, Presence};
use crate::trial::{Choice, Heard, Question, Side, Sound, TrialView, loudness, meter, tone};
use crate::word::say;
use std::time::Duration;

/// Speakers.
pub(super) static SPEAKERS: FunctionTest = FunctionTest {
    id: "speakers",
    is_automatic: false,
    is_long: false,
    part: Part::Speakers,
    must: |kind| matches!(kind, DeviceKind::Laptop | DeviceKind::AllInOne),
    run: run_speakers,
};

/// Microphone.
pub(super) static MICROPHONE: FunctionTest = FunctionTest {
    id: "microphone",
    is_automatic: false,
    is_long: false,
    part: Part::Microphone,
    must: |_kind| false,
    run: run_microphone,
};

const HERTZ: u32 = 440;
/// So long somebody counts to three.
const SPOKEN: Duration = Duration::from_secs(3);
/// So long somebody looks for a plug.
const PATIENCE: Duration = Duration::from_mins(1);
const LOOK: Duration = Duration::from_millis(300);
const SIDES: [(char, &str); 6] = [
    ('1', "heard_left"),
    ('2', "heard_right"),
    ('3', "heard_both"),
    ('4', "heard_nothing"),
    ('5', "again"),
    ('b', "skip"),
];

fn run_speakers(hands: &Hands<'_>, guide: &mut dyn Guide) -> Result<Come, Stop> {
    let jack = hands.hardware.headphones()?;
    // With something in the jack most machines keep their speakers silent.
    if jack == Some(true)
        && let Some(come) = plug(hands, guide, false, "jack_stays_plugged")?
    {
        return Ok(come);
    }
    // Which side comes first cannot be guessed by whoever has tested ten machines before.
    let is_right_first = hands.clock.elapsed().as_millis() % 2 == 1;
    let sides = if is_right_first { [Side::Right, Side::Left] } else { [Side::Left, Side::Right] };
    let mut heard = [""; 2];
    for (side, heard) in sides.into_iter().zip(&mut heard) {
        *heard = heard_on(hands, guide, side)?;
    }
    let [left, right] = if is_right_first { [heard[1], heard[0]] } else { heard };
    let come = match (left, right) {
        ("heard_nothing", "heard_nothing") => Come::fails("speakers_silent"),
        ("heard_nothing", _) | (_, "heard_nothing") => Come::fails("one_side_silent"),
        ("heard_right", "heard_left") => Come::fails("sides_swapped"),
        ("heard_left", "heard_right") => Come::works(),
        // Many small laptops have one speaker for both.
        ("heard_both", "heard_both") => Come::works().with("mono", 1, "count"),
        _mixed => Come::fails("sides_mixed"),
    };
    if come.reason.is_some() {
        return Ok(come);
    }
    if jack.is_some() { felt_jack(hands, guide, come) } else { unfelt_jack(hands, guide, come) }
}

/// A jack that does not tell: the volunteer does.
fn unfelt_jack(hands: &Hands<'_>, guide: &mut dyn Guide, come: Come) -> Result<Come, Stop> {
    let view = first_view(&SPEAKERS, hands);
    let choices = [('d', "next"), ('1', "no_jack_or_headphones"), ('b', "skip")].map(|(key, id)| Choice { key, id });
    let plugged = Question { text: say!("ask-headphones"), choices: choices.to_vec() };
    if ask(guide, &view, &plugged)? == "no_jack_or_headphones" {
        return Ok(come);
    }
    both_sides(hands)?;
    let jack = Come::judged(ask(guide, &view, &Question::verdict(say!("ask-headphones-heard"), &["jack_silent"]))?);
    Ok(jack.with("jack_tried", 1, "count"))
}

/// A jack that tells: plugged in, heard there, pulled out, and the speakers are heard again.
fn felt_jack(hands: &Hands<'_>, guide: &mut dyn Guide, come: Come) -> Result<Come, Stop> {
    let tried = |come: Come| come.with("jack_tried", 1, "count");
    if let Some(left) = plug(hands, guide, true, "jack_feels_nothing")? {
        return Ok(if left.reason == Some("no_headphones") { come } else { tried(left) });
    }
    let view = first_view(&SPEAKERS, hands);
    both_sides(hands)?;
    let heard =
        Question::verdict(say!("ask-headphones-heard"), &["jack_silent", "jack_one_side", "speakers_not_muted"]);
    let in_jack = Come::judged(ask(guide, &view, &heard)?);
    if let Some(come) = plug(hands, guide, false, "jack_stays_plugged")? {
        return Ok(tried(come));
    }
    if in_jack.reason.is_some() {
        return Ok(tried(in_jack));
    }
    both_sides(hands)?;
    let back = Question::verdict(say!("ask-speakers-back"), &["speakers_stay_silent"]);
    Ok(tried(Come::judged(ask(guide, &view, &back)?)))
}

fn both_sides(hands: &Hands<'_>) -> Result<(), Stop> {
    hands.hardware.play(&tone(Side::Left, HERTZ))?;
    Ok(hands.hardware.play(&tone(Side::Right, HERTZ))?)
}

/// Waits until headphones are plugged in, or pulled out; what the test came to where they are not.
fn plug(hands: &Hands<'_>, guide: &mut dyn Guide, wanted: bool, fault: &'static str) -> Result<Option<Come>, Stop> {
    let mut view = first_view(&SPEAKERS, hands);
    view.lines.push(if wanted { say!("jack-plug-in") } else { say!("jack-pull-out") });
    loop {
        guide.show(&view);
        let begin = hands.clock.elapsed();
        while hands.hardware.headphones()? != Some(wanted) {
            if hands.clock.elapsed().saturating_sub(begin) >= PATIENCE || hands.is_over(guide) {
                break;
            }
            hands.clock.wait(LOOK);
        }
        if hands.hardware.headphones()? == Some(wanted) {
            return Ok(None);
        }
        let mut choices = vec![('1', "again"), ('2', fault), ('b', "skip")];
        if wanted {
            choices.insert(2, ('3', "no_headphones"));
        }
        let choices = choices.into_iter().map(|(key, id)| Choice { key, id }).collect();
        match ask(guide, &view, &Question { text: say!("ask-not-seen"), choices })? {
            "again" => {}
            answer => return Ok(Some(Come::fails(answer))),
        }
    }
}

/// Plays on one side; where the volunteer heard it.
fn heard_on(hands: &Hands<'_>, guide: &mut dyn Guide, side: Side) -> Result<&'static str, Stop> {
    let view = first_view(&SPEAKERS, hands);
    loop {
        guide.show(&view);
        hands.hardware.play(&tone(side, HERTZ))?;
        let choices = SIDES.map(|(key, id)| Choice { key, id }).to_vec();
        let answer = ask(guide, &view, &Question { text: say!("ask-heard-where"), choices })?;
        if answer != "again" {
            return Ok(answer);
        }
    }
}

fn run_microphone(hands: &Hands<'_>, guide: &mut dyn Guide) -> Result<Come, Stop> {
    loop {
        let mut view = first_view(&MICROPHONE, hands);
        ask(guide, &view, &Question::step(say!("ask-ready-to-speak")))?;
        let recorded = heard(hands, guide, &mut view)?;
        let Some(loud) = loudness(&recorded) else { return Ok(Come::fails("microphone_dead")) };
        let measured = |come: Come| come.with("loudest", loud.per_mille(), "per_mille");
        view.gauge = Some(loud.per_mille());
        view.lines.push(say!("microphone-level", per_mille = loud.per_mille()));
        guide.show(&view);
        let (text, fault) = match loud.heard() {
            Heard::Speech => return Ok(measured(played_back(hands, guide, &recorded)?)),
            Heard::Silence => (say!("ask-nobody-heard"), "microphone_too_quiet"),
            Heard::Dead => (say!("ask-microphone-dead"), "microphone_dead"),
        };
        let choices = [('1', "again"), ('2', fault), ('b', "skip")].map(|(key, id)| Choice { key, id }).to_vec();
        if ask(guide, &view, &Question { text, choices })? != "again" {
            return Ok(measured(Come::fails(fault)));
        }
    }
}

/// Records, showing how loud it is meanwhile.
fn heard(hands: &Hands<'_>, guide: &mut dyn Guide, view: &mut TrialView) -> Result<Sound, Stop> {
    view.lines.push(say!("microphone-listens"));
    let mut hear = |piece: &Sound| {
        view.gauge = Some(meter(piece));
        guide.show(view);
        !hands.is_over(guide)
    };
    let recorded = hands.hardware.record(SPOKEN, &mut hear);
    view.lines.pop();
    Ok(recorded?)
}

/// What was recorded is played, where there are speakers, and judged.
fn played_back(hands: &Hands<'_>, guide: &mut dyn Guide, recorded: &Sound) -> Result<Come, Stop> {
    if !matches!(hands.hardware.presence(Part::Speakers), Presence::There(_)) || hands.hardware.play(recorded).is_err()
    {
        return Ok(Come::works().with("played_back", 0, "count"));
    }
    let view = first_view(&MICROPHONE, hands);
    let answer = ask(guide, &view, &Question::verdict(say!("ask-played-back"), &["microphone_bad_sound"]))?;
    Ok(Come::judged(answer).with("played_back", 1, "count"))
}
