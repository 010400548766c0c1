//! Accessories: counting them into stock, putting one to a device and taking it from it again, and what is short.
//!
//! Invariants: a tag stands on one piece or on a box of equal ones, and one scan takes one; what a device needs is written
//! down when it is received; the rules hold everything else.

use super::bench::{Bench, Found};
use super::history::shown_tag;
use super::inspect::kind_word;
use super::shelf::known_shelf;
use crate::custody::{DeviceFile, Stage, StockBook, StockFile, power_text, stock_kind_sentence};
use crate::event::accessory::{AccessoryMoved, AccessoryPaired, Needed, Power, StockKind};
use crate::event::intake::DeviceKind;
use crate::port::{Failure, Filter, Trouble};
use crate::profile::{KIT, Kit};
use crate::tag::TagId;
use crate::unit::ShelfName;
use crate::word::{Sentence, say};
use std::collections::BTreeMap;

/// Devices that are read at once.
const PAGE: u32 = 1000;

/// Accessories that are new in stock.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StockOrder {
    /// The tag already on the piece or the box; none for a fresh one.
    pub tag: Option<TagId>,
    /// What it is.
    pub kind: StockKind,
    /// Of a charger: what it gives.
    pub power: Option<Power>,
    /// Whether it works; none where nobody tried.
    pub works: Option<bool>,
    /// How many there are.
    pub count: u64,
    /// Where they lie.
    pub shelf: ShelfName,
}

/// What is said anew of accessories in stock; none: it stays.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StockChange {
    /// How many there are.
    pub count: Option<u64>,
    /// Whether they work.
    pub works: Option<bool>,
    /// Where they lie.
    pub shelf: Option<ShelfName>,
}

/// One piece or box in stock.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StockView {
    /// Its tag.
    pub tag: TagId,
    /// What is known of it.
    pub file: StockFile,
}

/// What was put to a device, or taken from it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Paired {
    /// The device now.
    pub found: Found,
    /// What is left in stock.
    pub stock: StockView,
}

/// Devices that want for one thing only, all of them the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shortage {
    /// What: any of these kinds would do.
    pub needed: Needed,
    /// What they ask of a charger; none where nobody wrote it down, or where it is no charger.
    pub power: Option<Power>,
    /// How many devices.
    pub devices: u64,
    /// How many pieces in stock would do.
    pub in_stock: u64,
}

/// The word that machines and data files have for a kind.
#[must_use]
pub const fn stock_word(kind: StockKind) -> &'static str {
    match kind {
        StockKind::Charger => "charger",
        StockKind::Cable => "cable",
        StockKind::Screen => "screen",
        StockKind::Keyboard => "keyboard",
        StockKind::Mouse => "mouse",
        StockKind::Webcam => "webcam",
        StockKind::Dongle => "dongle",
        StockKind::Sim => "sim",
    }
}

/// What must go with a device of that kind; nothing in practice. Errors: the station's own list cannot be used.
pub(super) fn needs_of(bench: &Bench<'_>, kind: DeviceKind) -> Result<Vec<Needed>, Failure> {
    if bench.practice()? {
        return Ok(Vec::new());
    }
    let kit =
        Kit::parse(bench.own.kit.as_deref().unwrap_or(KIT)).map_err(|error| super::grade::bad_list("kit", &error))?;
    let kind_of = |word: &String| StockKind::ALL.into_iter().find(|kind| stock_word(*kind) == word);
    Ok(kit.of(kind_word(kind)).iter().map(|item| item.iter().filter_map(kind_of).collect()).collect())
}

/// Counts accessories into stock. Errors: the tag is known already; the rules (a charger says what it gives).
pub fn add_stock(bench: &Bench<'_>, order: &StockOrder) -> Result<StockView, Failure> {
    let tag = order.tag.clone().unwrap_or_else(|| super::tag::fresh_tag(bench));
    if bench.index.get::<StockFile>(tag.as_str())?.is_some() {
        let what = say!("accessory-known-already", tag = tag.to_string());
        return Err(Failure::new(Trouble::No, what).hint(say!("accessory-known-already-hint")));
    }
    let to = known_shelf(bench, &order.shelf)?.unwrap_or_else(|| order.shelf.to_string());
    let moved = AccessoryMoved {
        accessory: tag.as_str().to_owned(),
        kind: order.kind,
        power: order.power.clone(),
        works: order.works,
        count: order.count,
        uncounted: false,
        to,
        from: None,
    };
    bench.record(None, moved)?;
    stock_view(bench, &tag)
}

/// Counts accessories that are in stock once more, moves them, or says whether they work; nothing is recorded where that
/// stands already. Errors: there are none of that tag; the rules.
pub fn change_stock(bench: &Bench<'_>, tag: &TagId, change: &StockChange) -> Result<StockView, Failure> {
    let StockView { file, .. } = stock_view(bench, tag)?;
    let to = match &change.shelf {
        Some(shelf) => known_shelf(bench, shelf)?.unwrap_or_else(|| shelf.to_string()),
        None => file.shelf.clone(),
    };
    let (count, works) = (change.count.unwrap_or(file.count), change.works.or(file.works));
    if (count, works, &to) != (file.count, file.works, &file.shelf) {
        let moved = AccessoryMoved {
            accessory: tag.as_str().to_owned(),
            kind: file.kind,
            power: file.power,
            works,
            count,
            // One may have been put to a device meanwhile.
            uncounted: change.count.is_none(),
            to,
            from: Some(file.shelf),
        };
        bench.record(None, moved)?;
    }
    stock_view(bench, tag)
}

/// Puts one of them to the device. Errors: there are none of that tag; the rules (none left, broken, does not fit).
pub fn pair(bench: &Bench<'_>, found: &Found, tag: &TagId) -> Result<Paired, Failure> {
    record_pair(bench, found, tag, false)
}

/// Takes it from the device, and puts it back where it came from. Errors: likewise; it was not put to the device.
pub fn unpair(bench: &Bench<'_>, found: &Found, tag: &TagId) -> Result<Paired, Failure> {
    record_pair(bench, found, tag, true)
}

fn record_pair(bench: &Bench<'_>, found: &Found, tag: &TagId, apart: bool) -> Result<Paired, Failure> {
    let StockView { file, .. } = stock_view(bench, tag)?;
    bench.record(Some(&found.id), AccessoryPaired { accessory: tag.as_str().to_owned(), kind: file.kind, apart })?;
    Ok(Paired { found: bench.device(&found.id)?, stock: stock_view(bench, tag)? })
}

/// What lies in stock under that tag. Errors: nothing.
pub fn stock_view(bench: &Bench<'_>, tag: &TagId) -> Result<StockView, Failure> {
    let unknown = || {
        Failure::new(Trouble::No, say!("rule-accessory-unknown", tag = tag.to_string())).hint(say!("accessory-hint"))
    };
    let file = bench.index.get::<StockFile>(tag.as_str())?.ok_or_else(unknown)?;
    Ok(StockView { tag: tag.clone(), file })
}

/// All that lies in stock, of one kind where one is asked for: by kind, then what chargers give; boxes that are empty too.
pub fn stock(bench: &Bench<'_>, kind: Option<StockKind>) -> Result<Vec<StockView>, Failure> {
    let mut all = Vec::new();
    for text in bench.index.get::<StockBook>("")?.unwrap_or_default().tags {
        // One from another station may be no tag: it is in the ledger, and on nothing that can be scanned.
        if let Ok(tag) = TagId::read(&text) {
            all.push(stock_view(bench, &tag)?);
        }
    }
    all.retain(|view| kind.is_none_or(|kind| kind == view.file.kind));
    all.sort_by(|one, other| (one.file.kind, &one.file.power).cmp(&(other.file.kind, &other.file.power)));
    Ok(all)
}

/// What was counted.
pub(super) fn counted_sentence(moved: &AccessoryMoved) -> Sentence {
    let (tag, kind) = (shown_tag(&moved.accessory), stock_kind_sentence(moved.kind));
    say!("event-accessory-moved", tag = tag, kind = kind, count = moved.count, shelf = moved.to.as_str())
}

/// What was put to a device, or taken from it.
pub(super) fn paired_sentence(paired: &AccessoryPaired) -> Sentence {
    let (tag, kind) = (shown_tag(&paired.accessory), stock_kind_sentence(paired.kind));
    if paired.apart {
        say!("event-accessory-apart", tag = tag, kind = kind)
    } else {
        say!("event-accessory-paired", tag = tag, kind = kind)
    }
}

/// What is short, in a line: how many devices want for what, and how much of it lies in stock.
#[must_use]
pub fn shortage_sentence(shortage: &Shortage) -> Sentence {
    let kinds = shortage.needed.iter().map(|kind| stock_kind_sentence(*kind));
    let any = kinds.reduce(|first, second| say!("stock-kind-or", first = first, second = second));
    let what = any.unwrap_or_else(|| say!("plain", text = "–"));
    let what = match &shortage.power {
        Some(power) => say!("accessory-kind-power", kind = what, power = power_text(power)),
        None => what,
    };
    say!("shortage-line", what = what, devices = shortage.devices, stock = shortage.in_stock)
}

/// What devices want for that would be ready but for it, the most wanted first.
pub fn shortages(bench: &Bench<'_>) -> Result<Vec<Shortage>, Failure> {
    let mut wanted: BTreeMap<(Needed, Option<Power>), (u64, DeviceFile)> = BTreeMap::new();
    let filter = Filter { stage: Some(Stage::Checked), ..Filter::default() };
    let mut before = None;
    loop {
        let page = bench.index.page(&filter, before, PAGE)?;
        let Some(last) = page.last() else { break };
        before = Some(last.seq);
        for summary in &page {
            let file = bench.index.get::<DeviceFile>(&summary.device)?.filter(DeviceFile::is_ready_but_for_kit);
            for needed in file.iter().flat_map(DeviceFile::kit_missing) {
                let power = file.as_ref().and_then(|file| file.outward.power.clone());
                let power = power.filter(|_| needed.contains(&StockKind::Charger));
                let Some(file) = &file else { continue };
                wanted.entry((needed.clone(), power)).or_insert_with(|| (0, file.clone())).0 += 1;
            }
        }
    }
    let stock = stock(bench, None)?;
    let shortage = |((needed, power), (devices, file)): ((Needed, Option<Power>), (u64, DeviceFile))| {
        let suits = |view: &&StockView| needed.contains(&view.file.kind) && view.file.suits(&file);
        let in_stock = stock.iter().filter(suits).map(|view| view.file.count).sum();
        Shortage { needed, power, devices, in_stock }
    };
    let mut all: Vec<Shortage> = wanted.into_iter().map(shortage).collect();
    all.sort_by_key(|shortage| std::cmp::Reverse(shortage.devices));
    Ok(all)
}
