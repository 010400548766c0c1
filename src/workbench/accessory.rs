//! Accessories: counting them into stock, putting one to a device and taking it from it again, and what is short.
//!
//! Invariants: a tag stands on one piece or on a box of equal ones, and one scan takes one; what a device needs is written
//! down when it is received; the rules hold everything else.

use super::bench::{Bench, Found};
use super::history::shown_tag;
use super::inspect::kind_word;
use super::inspect_page::{PageLine, Weight};
use super::shelf::known_shelf;
use crate::custody::{Kitted, StockBook, StockFile, Want, WantBook, power_text, stock_kind_sentence};
use crate::event::accessory::{AccessoryMoved, AccessoryPaired, Needed, Power, StockKind};
use crate::event::intake::DeviceKind;
use crate::port::{Failure, Trouble};
use crate::profile::{KIT, Kit};
use crate::tag::TagId;
use crate::unit::{DeviceId, ShelfName};
use crate::word::{Sentence, say};

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

/// What lies in stock under one tag, in a line.
#[must_use]
pub fn stock_sentence(view: &StockView) -> Sentence {
    let file = &view.file;
    let (tag, shelf) = (view.tag.to_string(), file.shelf.as_str());
    let (what, works) = (stock_what(file), works_sentence(file.works));
    say!("accessory-line", tag = tag, what = what, count = file.count, shelf = shelf, works = works)
}

/// What it is, and of a charger what it gives.
#[must_use]
pub fn stock_what(file: &StockFile) -> Sentence {
    let kind = stock_kind_sentence(file.kind);
    match &file.power {
        Some(power) => say!("accessory-kind-power", kind = kind, power = power_text(power)),
        None => kind,
    }
}

/// Whether it works.
#[must_use]
pub fn works_sentence(works: Option<bool>) -> Sentence {
    match works {
        Some(true) => say!("accessory-works"),
        Some(false) => say!("accessory-broken"),
        None => say!("accessory-untried"),
    }
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
    let what = any_of(&shortage.needed);
    let what = match &shortage.power {
        Some(power) => say!("accessory-kind-power", kind = what, power = power_text(power)),
        None => what,
    };
    say!("shortage-line", what = what, devices = shortage.devices, stock = shortage.in_stock)
}

/// What lies in stock, as a page shows it: for one device, what it wants for and what would do.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StockSeen {
    /// Everything in stock; what would do for the device comes first, what is empty last.
    pub views: Vec<StockView>,
    /// Of a device: what must still go with it.
    pub missing: Vec<Needed>,
    /// Of a device: what was put to it.
    pub kit: Vec<Kitted>,
    /// Of a device: what it asks of its charger.
    pub asks: Option<Power>,
    /// The tags of what would do for what is missing.
    pub fitting: Vec<TagId>,
}

impl StockSeen {
    /// Whether that was put to the device.
    #[must_use]
    pub fn has(&self, tag: &TagId) -> bool {
        self.kit.iter().any(|kitted| kitted.accessory == tag.as_str())
    }

    /// Whether that would do for what the device wants for.
    #[must_use]
    pub fn suits(&self, tag: &TagId) -> bool {
        self.fitting.contains(tag)
    }

    /// What the device wants for and asks, a line each.
    #[must_use]
    pub fn lines(&self) -> Vec<PageLine> {
        let line = |weight, what| PageLine { weight, what };
        let missing = self.missing.iter().map(any_of);
        let missing = missing.reduce(|list, next| say!("list-and", list = list, next = next));
        let asks = self.asks.as_ref().map(|power| say!("accessory-asks", power = power_text(power)));
        missing
            .map(|what| line(Weight::Warn, say!("accessory-missing", what = what)))
            .into_iter()
            .chain(asks.map(|what| line(Weight::Plain, what)))
            .collect()
    }
}

/// What lies in stock, for that device where one is named.
pub(super) fn stock_seen(bench: &Bench<'_>, device: Option<&DeviceId>) -> Result<StockSeen, Failure> {
    let mut views = stock(bench, None)?;
    let found = device.map(|id| bench.device(id)).transpose()?;
    let Some(Found { file, .. }) = found else {
        views.sort_by_key(|view| view.file.count == 0);
        return Ok(StockSeen { views, ..StockSeen::default() });
    };
    let missing: Vec<Needed> = file.kit_missing().cloned().collect();
    let is_wanted = |view: &StockView| missing.iter().any(|needed| needed.contains(&view.file.kind));
    let fitting = views.iter().filter(|view| is_wanted(view) && view.file.suits(&file));
    let fitting: Vec<TagId> = fitting.map(|view| view.tag.clone()).collect();
    views.sort_by_key(|view| (!fitting.contains(&view.tag), view.file.count == 0));
    Ok(StockSeen { views, missing, asks: file.outward.power.clone(), kit: file.kit, fitting })
}

/// What a charger gives or a machine asks, as it is printed on them. Errors: a voltage that is none.
pub fn read_power(plug: &str, volts: &str, watts: u64) -> Result<Power, Failure> {
    let wrong = || Failure::new(Trouble::Usage, say!("accessory-volts-wrong", text = volts));
    let decivolts = decivolts(volts).ok_or_else(wrong)?;
    // A plug is one however it is written: `4,5 × 3.0 mm`.
    let plug = plug.trim().to_lowercase().replace(['×', '*'], "x").replace(',', ".").replace("mm", "");
    Ok(Power { plug: plug.split_whitespace().collect(), decivolts, watts })
}

/// `19`, `19.5`, `19,5V` in tenths of a volt.
fn decivolts(text: &str) -> Option<u64> {
    let text = text.trim().trim_end_matches(['v', 'V']).trim_end().replace(',', ".");
    let (whole, tenth) = text.split_once('.').unwrap_or((text.as_str(), "0"));
    let is_number =
        |text: &str, most: usize| (1..=most).contains(&text.len()) && text.chars().all(|sign| sign.is_ascii_digit());
    if !is_number(whole, 3) || !is_number(tenth, 1) {
        return None;
    }
    Some(whole.parse::<u64>().ok()? * 10 + tenth.parse::<u64>().ok()?)
}

fn any_of(needed: &Needed) -> Sentence {
    let kinds = needed.iter().map(|kind| stock_kind_sentence(*kind));
    let any = kinds.reduce(|first, second| say!("stock-kind-or", first = first, second = second));
    any.unwrap_or_else(|| say!("plain", text = "–"))
}

/// What devices want for that would be ready but for it, the most wanted first.
pub fn shortages(bench: &Bench<'_>) -> Result<Vec<Shortage>, Failure> {
    let book = bench.index.get::<WantBook>("")?.unwrap_or_default();
    let stock = if book.wants.is_empty() { Vec::new() } else { stock(bench, None)? };
    let shortage = |Want { needed, power, devices }: Want| {
        let suits = |view: &&StockView| needed.contains(&view.file.kind) && view.file.suits_power(power.as_ref());
        let in_stock = stock.iter().filter(suits).map(|view| view.file.count).sum();
        Shortage { needed, power, devices, in_stock }
    };
    let mut all: Vec<Shortage> = book.wants.into_iter().map(shortage).collect();
    all.sort_by_key(|shortage| std::cmp::Reverse(shortage.devices));
    Ok(all)
}
