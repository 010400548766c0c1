//! What happens to each device of a filled practice station, step by step, invented from a seed.
//!
//! Invariants: the same size and seed tell the same stories; the steps of all stories are exactly as many as were asked
//! for; no step of a story, taken in order, breaks a rule.

use crate::custody::Stage;
use crate::event::handover::Terms;
use crate::port::Chance;

/// One step of a device. Numbers are of its disks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    Receive,
    Tag,
    Inspect,
    Bind(u8),
    StartWipe(u8),
    EndWipe(u8),
    StopWipe(u8),
    StartImage,
    EndImage,
    Test { all_work: bool },
    Hold,
    Release,
    Quarantine,
    Clear,
    Allocate,
    HandOver(Terms),
}

/// How one story ends and how long it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Outline {
    pub(super) end: Stage,
    /// Steps besides the shortest way there.
    detours: u64,
    /// Steps told: the way and the detours, or only the first of the way.
    told: u64,
}

/// Draws from a seed.
pub(super) struct Dice<'a>(pub(super) &'a dyn Chance);

/// Devices from this share on, in per cent, came lately: most of them are still on their way.
const LATE_FROM: u64 = 85;
/// Ends of devices that came long ago, with weights.
const EARLY: &[(Stage, u64)] =
    &[(Stage::HandedOver, 88), (Stage::OnLoan, 7), (Stage::Inspected, 2), (Stage::Ready, 2), (Stage::Wiped, 1)];
/// Ends of those that came lately.
const LATE: &[(Stage, u64)] = &[
    (Stage::Received, 12),
    (Stage::Inspected, 18),
    (Stage::Wiped, 14),
    (Stage::Imaged, 8),
    (Stage::Checked, 6),
    (Stage::Ready, 20),
    (Stage::Allocated, 6),
    (Stage::OnLoan, 4),
    (Stage::HandedOver, 12),
];

/// What may happen besides: from which end on, after which rung, and the steps.
const DETOURS: &[(Stage, usize, &[Step])] = &[
    (Stage::Received, 0, &[Step::Tag]),
    (Stage::Received, 0, &[Step::Hold, Step::Release]),
    (Stage::Inspected, 1, &[Step::Inspect]),
    (Stage::Inspected, 1, &[Step::Quarantine, Step::Clear]),
    (Stage::Wiped, 2, &[Step::StartWipe(1), Step::StopWipe(1)]),
    (Stage::Wiped, 3, &[Step::Bind(2), Step::StartWipe(2), Step::EndWipe(2)]),
    (Stage::Wiped, 3, &[Step::Hold, Step::Release]),
    (Stage::Imaged, 4, &[Step::Inspect]),
    (Stage::Checked, 4, &[Step::Test { all_work: false }]),
];

impl Dice<'_> {
    /// A number below `end`, which is not 0.
    pub(super) fn below(&self, end: u64) -> u64 {
        u64::from_be_bytes(self.0.bytes()) % end.max(1)
    }

    fn one_of(&self, weighed: &[(Stage, u64)]) -> Stage {
        let mut drawn = self.below(weighed.iter().map(|(_, weight)| weight).sum());
        for (stage, weight) in weighed {
            match drawn.checked_sub(*weight) {
                Some(rest) => drawn = rest,
                None => return *stage,
            }
        }
        Stage::Received
    }
}

/// The outlines of that many devices, `steps` steps in all; `None` where those are fewer than the devices.
pub(super) fn outlines(devices: u64, steps: u64, dice: &Dice<'_>) -> Option<Vec<Outline>> {
    let mut spare = steps.checked_sub(devices)?;
    let mut outlines: Vec<Outline> = (0..devices)
        .map(|place| {
            let end = dice.one_of(if place * 100 < devices * LATE_FROM { EARLY } else { LATE });
            Outline { end, detours: 0, told: 1 }
        })
        .collect();
    for outline in &mut outlines {
        let way = rungs(outline.end).iter().map(|rung| rung.len() as u64).sum::<u64>();
        let more = (way - 1).min(spare);
        outline.told += more;
        spare -= more;
    }
    let mut left = devices;
    for outline in &mut outlines {
        // Everybody's even share, give or take half of it; the last one gets what is left.
        let even = spare / left;
        let extra = if left == 1 { spare } else { (even / 2 + dice.below(even + 1)).min(spare) };
        outline.detours = extra;
        outline.told += extra;
        (spare, left) = (spare - extra, left - 1);
    }
    Some(outlines)
}

/// The way up to a stage, rung by rung.
fn rungs(end: Stage) -> Vec<Vec<Step>> {
    let terms = if end == Stage::OnLoan { Terms::Loan } else { Terms::Gift };
    let all = [
        (Stage::Received, vec![Step::Receive, Step::Tag]),
        (Stage::Inspected, vec![Step::Inspect]),
        (Stage::Wiped, vec![Step::Bind(1)]),
        (Stage::Wiped, vec![Step::StartWipe(1), Step::EndWipe(1)]),
        (Stage::Imaged, vec![Step::StartImage, Step::EndImage]),
        (Stage::Checked, vec![Step::Test { all_work: end != Stage::Checked }]),
        (Stage::Allocated, vec![Step::Allocate]),
        (Stage::OnLoan, vec![Step::HandOver(terms)]),
    ];
    all.into_iter().filter(|(at, _)| end >= *at).map(|(_, steps)| steps).collect()
}

/// The steps of one device, in order.
pub(super) fn steps(outline: Outline, dice: &Dice<'_>) -> Vec<Step> {
    let rungs = rungs(outline.end);
    let mut detours = vec![Vec::new(); rungs.len()];
    let mut spare = outline.detours;
    while spare > 0 {
        let second_disk = detours.iter().flatten().any(|step| *step == Step::Bind(2));
        let fits = |(from, rung, steps): &&(Stage, usize, &[Step])| {
            outline.end >= *from
                && *rung < rungs.len()
                && steps.len() as u64 <= spare
                && !(second_disk && steps.len() == 3)
        };
        let choice: Vec<_> = DETOURS.iter().filter(fits).collect();
        let Some((_, rung, steps)) = choice.get(usize::try_from(dice.below(choice.len() as u64)).unwrap_or(0)) else {
            break;
        };
        detours[*rung].extend_from_slice(steps);
        spare -= steps.len() as u64;
    }
    let all = rungs.into_iter().zip(detours).flat_map(|(rung, detour)| rung.into_iter().chain(detour));
    all.take(usize::try_from(outline.told).unwrap_or(usize::MAX)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::port::SeededChance;

    fn told(devices: u64, steps: u64, seed: u8) -> Option<Vec<Vec<Step>>> {
        let chance = SeededChance::new(seed);
        let dice = Dice(&chance);
        let outlines = outlines(devices, steps, &dice)?;
        Some(outlines.into_iter().map(|outline| super::steps(outline, &dice)).collect())
    }

    #[test]
    fn stories_have_exactly_the_steps_asked_for_and_the_same_seed_tells_the_same() {
        for (devices, steps) in [(1, 1), (1, 2), (3, 7), (40, 40), (40, 90), (40, 571), (500, 7000), (1, 900), (7, 100)]
        {
            let stories = told(devices, steps, 1).expect("enough steps");
            let lengths: Vec<_> = stories.iter().map(Vec::len).collect();
            assert_eq!((lengths.len() as u64, lengths.iter().sum::<usize>() as u64), (devices, steps), "{lengths:?}");
            assert!(stories.iter().all(|story| story[0] == Step::Receive));
            assert_eq!(told(devices, steps, 1).as_ref(), Some(&stories));
            assert_ne!(told(devices, steps + 40, 2).as_ref(), Some(&stories));
        }
        assert_eq!(told(40, 39, 1), None);
    }
}
