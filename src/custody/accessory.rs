//! Accessories: what lies in stock, what went with which device, and whether a charger is the right one.
//!
//! Invariants: a tag stands on one piece or on a box of equal ones; what a device lacks is a function of its file alone; a
//! charger of another plug or voltage never fits; what is short is counted as devices come and go, not looked for.

use super::drawer::{Cabinet, DrawerError};
use super::file::DeviceFile;
use super::stage::Stage;
use crate::event::Event;
use crate::event::accessory::{AccessoryMoved, AccessoryPaired, Needed, Power, StockKind};
use crate::event::outward::Accessory;
use crate::unit::Moment;
use crate::word::{Sentence, say};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// Tenths of a volt by which a charger may differ: 19 V and 19.5 V stand on chargers of one make.
const SAME_VOLTAGE: u64 = 5;
/// The plug whose two ends agree on the voltage themselves.
const USB_C: &str = "usb-c";

/// One piece, or a box of equal ones, by its tag.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StockFile {
    /// What it is.
    pub kind: StockKind,
    /// Of a charger: what it gives.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub power: Option<Power>,
    /// Whether it works; none where nobody tried.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub works: Option<bool>,
    /// How many lie there.
    pub count: u64,
    /// On which shelf.
    pub shelf: String,
    /// When they were last counted.
    pub counted_at: Moment,
}

/// All that was ever in stock.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct StockBook {
    /// By tag.
    pub tags: BTreeSet<String>,
}

/// How many devices want for what, each of which would be ready but for it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct WantBook {
    /// In the order of what is wanted; none of nothing.
    pub wants: Vec<Want>,
}

/// Devices that want for one thing only, all of them the same.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Want {
    /// What: any of these kinds would do.
    pub needed: Needed,
    /// What they ask of a charger; none where nobody wrote it down, or where it is no charger.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub power: Option<Power>,
    /// How many devices.
    pub devices: u64,
}

impl WantBook {
    fn count(&mut self, (needed, power): (&Needed, Option<&Power>), is_more: bool) {
        let at = self.wants.binary_search_by(|want| (&want.needed, want.power.as_ref()).cmp(&(needed, power)));
        match at {
            Ok(at) if is_more => self.wants[at].devices += 1,
            Ok(at) if self.wants[at].devices > 1 => self.wants[at].devices -= 1,
            Ok(at) => _ = self.wants.remove(at),
            Err(at) if is_more => {
                self.wants.insert(at, Want { needed: needed.clone(), power: power.cloned(), devices: 1 });
            }
            Err(_none) => {}
        }
    }
}

/// What was put to a device out of the stock.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kitted {
    /// The tag on it, or on its box.
    pub accessory: String,
    /// What it is.
    pub kind: StockKind,
}

/// Whether a charger is the right one for a device.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fit {
    /// It is.
    Fits,
    /// What the device asks for was not written down, or not what the charger gives.
    Unknown,
    /// Another plug.
    Plug,
    /// Another voltage.
    Voltage,
    /// Too weak.
    Weak,
}

/// Whether what gives `given` is right for what asks for `asked`.
#[must_use]
pub fn fit(asked: Option<&Power>, given: Option<&Power>) -> Fit {
    let (Some(asked), Some(given)) = (asked, given) else { return Fit::Unknown };
    if asked.plug != given.plug {
        Fit::Plug
    } else if asked.plug != USB_C && asked.decivolts.abs_diff(given.decivolts) > SAME_VOLTAGE {
        Fit::Voltage
    } else if given.watts < asked.watts {
        Fit::Weak
    } else {
        Fit::Fits
    }
}

/// As it stands on chargers: `4.5x3.0 · 19.5 V · 65 W`.
#[must_use]
pub fn power_text(power: &Power) -> String {
    let (whole, tenth) = (power.decivolts / 10, power.decivolts % 10);
    let volts = if tenth == 0 { whole.to_string() } else { format!("{whole}.{tenth}") };
    format!("{} · {volts} V · {} W", power.plug, power.watts)
}

/// What it is called.
#[must_use]
pub fn stock_kind_sentence(kind: StockKind) -> Sentence {
    match kind {
        StockKind::Charger => say!("stock-kind-charger"),
        StockKind::Cable => say!("stock-kind-cable"),
        StockKind::Screen => say!("stock-kind-screen"),
        StockKind::Keyboard => say!("stock-kind-keyboard"),
        StockKind::Mouse => say!("stock-kind-mouse"),
        StockKind::Webcam => say!("stock-kind-webcam"),
        StockKind::Dongle => say!("stock-kind-dongle"),
        StockKind::Sim => say!("stock-kind-sim"),
    }
}

/// What came with a device that is as good as that kind out of the stock.
const fn brought_as(kind: StockKind) -> Option<Accessory> {
    match kind {
        StockKind::Charger => Some(Accessory::Charger),
        StockKind::Cable => Some(Accessory::Cable),
        StockKind::Screen => Some(Accessory::Monitor),
        StockKind::Keyboard => Some(Accessory::Keyboard),
        StockKind::Mouse => Some(Accessory::Mouse),
        StockKind::Webcam | StockKind::Dongle | StockKind::Sim => None,
    }
}

impl DeviceFile {
    /// What must go with it and does not: neither did it come with it, nor was it put to it.
    pub fn kit_missing(&self) -> impl Iterator<Item = &Needed> {
        let has = |kind: &StockKind| {
            self.kit.iter().any(|kitted| kitted.kind == *kind)
                || brought_as(*kind).is_some_and(|brought| self.outward.accessories.contains(&brought))
        };
        self.needs.iter().filter(move |needed| !needed.iter().any(has))
    }
}

impl DeviceFile {
    /// What it wants for where it would be ready but for that, and what it asks of a charger.
    fn wants(&self) -> Vec<(&Needed, Option<&Power>)> {
        let is_only_that =
            !self.needs.is_empty() && !self.withdrawn && self.stage() == Stage::Checked && self.is_ready_but_for_kit();
        if !is_only_that {
            return Vec::new();
        }
        let power = |needed: &Needed| self.outward.power.as_ref().filter(|_| needed.contains(&StockKind::Charger));
        self.kit_missing().map(|needed| (needed, power(needed))).collect()
    }
}

/// Counts what the device wants for, where that changed.
pub(super) fn settle_wants(
    before: Option<&DeviceFile>,
    after: &DeviceFile,
    cabinet: &mut Cabinet<'_>,
) -> Result<(), DrawerError> {
    let (was, is) = (before.map(DeviceFile::wants).unwrap_or_default(), after.wants());
    if was == is {
        return Ok(());
    }
    let mut book = cabinet.get::<WantBook>("")?.unwrap_or_default();
    for want in was {
        book.count(want, false);
    }
    for want in is {
        book.count(want, true);
    }
    cabinet.put("", &book)
}

impl StockFile {
    /// Whether one of them can be put to that device now.
    #[must_use]
    pub fn suits(&self, file: &DeviceFile) -> bool {
        self.suits_power(file.outward.power.as_ref())
    }

    /// Whether one of them can be put to a device now that asks that of its charger.
    #[must_use]
    pub fn suits_power(&self, asked: Option<&Power>) -> bool {
        let right = match fit(asked, self.power.as_ref()) {
            Fit::Fits | Fit::Unknown => true,
            Fit::Plug | Fit::Voltage | Fit::Weak => false,
        };
        let works = self.works == Some(true) || (self.works.is_none() && self.kind != StockKind::Charger);
        self.count > 0 && works && (right || self.kind != StockKind::Charger)
    }
}

pub(super) fn accessory_moved(
    event: &Event,
    moved: &AccessoryMoved,
    cabinet: &mut Cabinet<'_>,
) -> Result<(), DrawerError> {
    let known = cabinet.get::<StockFile>(moved.accessory.as_str())?.filter(|_| moved.uncounted);
    let file = StockFile {
        kind: moved.kind,
        power: moved.power.clone(),
        works: moved.works,
        count: known.as_ref().map_or(moved.count, |known| known.count),
        shelf: moved.to.clone(),
        counted_at: known.map_or(event.happened_at.unwrap_or(event.at), |known| known.counted_at),
    };
    cabinet.put(moved.accessory.as_str(), &file)?;
    let mut book = cabinet.get::<StockBook>("")?.unwrap_or_default();
    if book.tags.insert(moved.accessory.clone()) { cabinet.put("", &book) } else { Ok(()) }
}

pub(super) fn accessory_paired(
    paired: &AccessoryPaired,
    file: &mut DeviceFile,
    cabinet: &mut Cabinet<'_>,
) -> Result<(), DrawerError> {
    let known = file.kit.iter().position(|kitted| kitted.accessory == paired.accessory);
    let stock = cabinet.get::<StockFile>(&paired.accessory)?;
    let count = match (paired.apart, known) {
        (true, Some(at)) => {
            file.kit.remove(at);
            stock.as_ref().map(|stock| stock.count.saturating_add(1))
        }
        (false, None) => {
            file.kit.push(Kitted { accessory: paired.accessory.clone(), kind: paired.kind });
            stock.as_ref().map(|stock| stock.count.saturating_sub(1))
        }
        (true, None) | (false, Some(_)) => None,
    };
    match (stock, count) {
        (Some(stock), Some(count)) => cabinet.put(paired.accessory.as_str(), &StockFile { count, ..stock }),
        _nothing_counted => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn power(plug: &str, decivolts: u64, watts: u64) -> Power {
        Power { plug: plug.to_owned(), decivolts, watts }
    }

    #[test]
    fn a_charger_fits_by_plug_voltage_and_strength() {
        let asked = power("4.5x3.0", 195, 65);
        let given = |plug, decivolts, watts| fit(Some(&asked), Some(&power(plug, decivolts, watts)));
        assert_eq!(given("4.5x3.0", 195, 65), Fit::Fits);
        assert_eq!(given("4.5x3.0", 190, 90), Fit::Fits, "19 V for 19.5 V");
        assert_eq!(given("7.4x5.0", 195, 65), Fit::Plug);
        assert_eq!(given("4.5x3.0", 120, 65), Fit::Voltage);
        assert_eq!(given("4.5x3.0", 201, 65), Fit::Voltage);
        assert_eq!(given("4.5x3.0", 195, 45), Fit::Weak);
        assert_eq!(fit(None, Some(&asked)), Fit::Unknown);
        let usb = |decivolts, watts| power("usb-c", decivolts, watts);
        assert_eq!(fit(Some(&usb(200, 45)), Some(&usb(150, 65))), Fit::Fits, "it agrees on the voltage itself");
        assert_eq!(power_text(&asked), "4.5x3.0 · 19.5 V · 65 W");
        assert_eq!(power_text(&power("usb-c", 200, 45)), "usb-c · 20 V · 45 W");
    }
}
