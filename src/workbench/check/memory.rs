//! Memory: a pattern of its own place in every word that can be had, for a chosen time.

use super::{Come, FunctionTest, Hands, Stop, first_view};
use crate::port::{Failure, Guide, Part, Trouble};
use crate::trial::{bad_words, fill};
use crate::word::say;

/// The test.
pub(super) static MEMORY: FunctionTest =
    FunctionTest { id: "memory", is_automatic: true, is_long: false, part: Part::Memory, must: |_kind| true, run };

/// The most that is taken; the system may have less.
const MOST: usize = 1 << 30;
/// Words between two looks at the clock: 8 MiB.
const PIECE: usize = 1 << 20;

fn run(hands: &Hands<'_>, guide: &mut dyn Guide) -> Result<Come, Stop> {
    let mut area = hands.hardware.memory(MOST)?;
    let (begin, time) = (hands.clock.elapsed(), hands.options.memory);
    let mut view = first_view(&MEMORY, hands);
    let passed = || hands.clock.elapsed().saturating_sub(begin);
    let mebibytes = u64::try_from(area.words().len() / (1 << 17)).unwrap_or(u64::MAX);
    let (mut pass, mut bad, mut first) = (0, 0u64, None);
    // Two passes are the least that shows anything: each bit was 1 and was 0.
    while pass < 2 || (passed() < time && bad == 0) {
        for (piece, words) in area.words().chunks_mut(PIECE).enumerate() {
            fill(words, piece * PIECE, pass);
            go_on(hands, guide)?;
        }
        for (piece, words) in area.words().chunks(PIECE).enumerate() {
            if let Some((word, count)) = bad_words(words, piece * PIECE, pass) {
                first = first.or(Some(word));
                bad = bad.saturating_add(count);
            }
            go_on(hands, guide)?;
        }
        pass += 1;
        let done = passed().as_millis().saturating_mul(1000) / time.as_millis().max(1);
        view.gauge = Some(u64::try_from(done.min(1000)).unwrap_or(1000));
        view.lines.truncate(1);
        view.lines.push(say!("memory-passes", mebibytes = mebibytes, passes = u64::from(pass), bad = bad));
        guide.show(&view);
    }
    let come = if bad == 0 { Come::works() } else { Come::fails("bad_memory") };
    let come = come.with("memory", mebibytes, "mib").with("passes", u64::from(pass), "count");
    let come = come.with("bad_words", bad, "count").with("locked", u64::from(area.is_locked()), "count");
    Ok(match first {
        Some(word) => come.with("first_bad_bits", word.bits, "bits"),
        None => come,
    })
}

fn go_on(hands: &Hands<'_>, guide: &dyn Guide) -> Result<(), Failure> {
    if hands.is_over(guide) { Err(Failure::new(Trouble::Cancelled, say!("ask-cancelled"))) } else { Ok(()) }
}
