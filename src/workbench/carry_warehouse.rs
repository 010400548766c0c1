//! What the warehouse's pages ask for: putting away, closing a count, accessories, labels that were exchanged.
//!
//! Invariant: what is refused of one device keeps none of the others back, and is told of it.

use super::accessory::{StockChange, StockOrder, add_stock, change_stock, pair, stock_sentence, unpair};
use super::bench::Bench;
use super::carry::{Tell, tell_anew, tell_bench};
use super::count::{CountOrder, StockClosed, StockTake, close_count};
use super::effect::Answer;
use super::place::place_sentence;
use super::report::{Report, Tone};
use super::shelf::{Moved, Place, Put, put};
use super::swap::{look_at_swap, swap};
use crate::custody::stock_kind_sentence;
use crate::port::Failure;
use crate::tag::TagId;
use crate::unit::{DeviceId, ShelfName};
use crate::word::{Sentence, say};

/// Something in the warehouse.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WarehouseOrder {
    /// Close a count as it was shown.
    Count {
        /// What was counted.
        order: CountOrder,
        /// What it came to.
        shown: Box<StockTake>,
    },
    /// Count accessories into stock.
    Add(StockOrder),
    /// Count accessories once more, move them, or say whether they work.
    Change(TagId, StockChange),
    /// Put an accessory to the device, or take it from it.
    Pair {
        /// The device.
        device: DeviceId,
        /// The accessory.
        accessory: TagId,
        /// Whether it is taken from it.
        apart: bool,
    },
    /// Exchange the labels of two devices: tags as scanned or typed, or ids.
    Swap(String, String),
}

/// Carries it out.
pub(super) fn carry_warehouse(bench: &Bench<'_>, order: &WarehouseOrder, tell: Tell<'_>) -> Result<Answer, Failure> {
    let done = |what| Ok(Answer::Done(Report::new(Tone::Good, what)));
    match order {
        WarehouseOrder::Count { order, shown } => {
            let closed = close_count(bench, order, shown)?;
            tell_bench(bench, tell);
            Ok(Answer::Done(closed_report(&closed)))
        }
        WarehouseOrder::Add(order) => done(stock_sentence(&add_stock(bench, order)?)),
        WarehouseOrder::Change(tag, change) => done(stock_sentence(&change_stock(bench, tag, change)?)),
        WarehouseOrder::Pair { device, accessory, apart } => {
            let found = bench.device(device)?;
            let paired = if *apart { unpair(bench, &found, accessory) } else { pair(bench, &found, accessory) }?;
            tell_anew(bench, device, tell);
            let (kind, left) = (stock_kind_sentence(paired.stock.file.kind), paired.stock.file.count);
            let (tag, device) = (accessory.to_string(), paired.found.name());
            done(if *apart {
                say!("accessory-apart", kind = kind, tag = tag, device = device, left = left)
            } else {
                say!("accessory-paired", kind = kind, tag = tag, device = device, left = left)
            })
        }
        WarehouseOrder::Swap(one, other) => {
            let look = look_at_swap(bench, one, other)?;
            let swapped = swap(bench, &look)?;
            for found in [&swapped.other, &swapped.one] {
                tell_anew(bench, &found.id, tell);
            }
            done(say!("swap-done", one = look.one.name(), other = look.other.name()))
        }
    }
}

/// What a count that was recorded came to.
#[must_use]
pub fn closed_report(closed: &StockClosed) -> Report {
    let take = &closed.take;
    let place = place_sentence(&take.shelf);
    let carried: u64 = take.boxes.iter().map(|one| one.devices).sum();
    let (moved, missing) = (closed.moved.len() as u64 + carried, take.missing.len() as u64);
    let other = (take.given.len() + take.unread.len() + closed.refused.len()) as u64;
    let found = take.found.len() as u64 + moved;
    let what = if missing + other == 0 {
        say!("stock-right", place = place, count = found)
    } else {
        say!("stock-closed", place = place, count = found, missing = missing, other = other)
    };
    let mut report = Report::new(if missing + other == 0 { Tone::Good } else { Tone::Warn }, what);
    let refused = closed.refused.iter();
    let line = |name: &str, why: &Sentence| say!("shelf-refused", device = name, why = why.clone());
    report.lines.extend(refused.map(|(one, failure)| line(&one.row.name, &failure.what)));
    report
}

/// Puts each of them there; what is refused of one keeps none of the others back.
pub(super) fn shelved(bench: &Bench<'_>, texts: &[String], place: &ShelfName, tell: Tell<'_>) -> Answer {
    let (mut done, mut refused) = (Vec::new(), Vec::new());
    for text in texts {
        match put(bench, text, place) {
            Ok(put) => done.push(put),
            Err(failure) => refused.push((text, failure)),
        }
    }
    if let [Put::Device(one)] = done.as_slice() {
        tell_anew(bench, &one.found.id, tell);
    } else if !done.is_empty() {
        tell_bench(bench, tell);
    }
    let onto = match done.first() {
        Some(Put::Device(moved)) => place_sentence(&moved.shelf),
        Some(Put::Box(carried)) => place_sentence(&carried.shelf),
        None => place_sentence(place.as_str()),
    };
    let count = done.len() as u64;
    if let ([(_, failure)], []) = (refused.as_slice(), done.as_slice()) {
        return Answer::Refused(failure.into());
    }
    if refused.is_empty() {
        let what = match done.as_slice() {
            // Where it lay before stands in its history; here it is told where it lies now.
            [Put::Device(one)] => Put::Device(Box::new(Moved { from: Place::Nowhere, ..(**one).clone() })).sentence(),
            [one] => one.sentence(),
            _several => say!("shelf-moved-many", count = count, place = onto),
        };
        return Answer::Done(Report::new(Tone::Good, what));
    }
    let what = say!("shelf-moved-some", count = count, refused = refused.len() as u64, place = onto);
    let mut report = Report::new(Tone::Bad, what);
    report.lines.extend(
        refused.into_iter().map(|(text, failure)| say!("shelf-refused", device = text.as_str(), why = failure.what)),
    );
    Answer::Refused(report)
}
