//! What can be looked at beside the bench, and how it is read.
//!
//! Invariant: nothing is recorded and nothing is told but the answer.

use super::accessory::{StockSeen, stock_seen};
use super::bench::Bench;
use super::boot_key::boot_keys;
use super::bundle::{ChainSeen, chains_seen};
use super::chosen::Row;
use super::conflict::{ConflictSeen, conflict_of};
use super::correct::{Change, CorrectLine, Correcting, correctable, one_to_lot, preview, strike, strike_last};
use super::count::{CountOrder, StockTake, stock_take};
use super::day::day_status;
use super::device_page::{DevicePage, device_page};
use super::donor_page::{DonorsView, Merging, donors_view, merging, parting};
use super::inspect_page::{PageLine, Weight};
use super::intake_list::{ListView, look_at_list};
use super::jobs_page::{JobsView, jobs_view};
use super::list::find;
use super::look::row;
use super::lot::{LotView, lot_view, lots};
use super::mobile::{MobilesView, mobiles_view};
use super::note::{NoteSeen, notes};
use super::receipt::Receipted;
use super::shelf::{Place, ShelvesView, shelves_view};
use super::shift_page::{ShiftView, shift_view};
use super::swap::{SwapLook, look_at_swap};
use super::throughput::{Period, Throughput, throughput};
use super::verify::{Pinned, Thorough, verify_all};
use super::what_if::{WhatIfView, what_if};
use crate::custody::{Stage, Wanted};
use crate::event::intake::DeviceKind;
use crate::ledger::Head;
use crate::port::Failure;
use crate::profile::BootKeys;
use crate::unit::{DeviceId, Digest, DonorId, LotId};
use crate::word::{Lang, say};
use std::path::PathBuf;

/// What somebody wants to look at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sight {
    /// The devices that have those words, at that stage where one is given.
    Found(String, Option<Stage>),
    /// Everything that is known of the device.
    Device(DeviceId),
    /// The records of the device, and which can be corrected.
    Correctable(DeviceId),
    /// What striking out those records of the device comes to.
    Correction(DeviceId, Vec<Digest>),
    /// What taking back the last record of the device comes to.
    Undo(DeviceId),
    /// What two places recorded of the device.
    Conflict(DeviceId),
    /// What is here of other stations' chains.
    Chains,
    /// What every profile for the device's kind says of its last inspection.
    WhatIf(DeviceId),
    /// How the work goes in these days.
    Today(Period),
    /// The head of the ledger, and what no safety copy has.
    Ledger,
    /// Whether every record holds, and what was asked for besides.
    Verified(Thorough),
    /// Jobs that did not come to their end, and those that ended today.
    Jobs,
    /// Every shelf, and the devices on one of them; on the first where none is named, or where nothing lies on it any more.
    Shelves(Option<Place>),
    /// What a stock-take comes to, with what was scanned so far.
    StockTake(CountOrder),
    /// What exchanging the labels of two devices comes to: tags as scanned or typed, or ids.
    Swap(String, String),
    /// Accessories in stock, for that device where one is named.
    Stock(Option<DeviceId>),
    /// A donor's list, its devices of that kind where it names none.
    List(PathBuf, DeviceKind),
    /// What a shift leaves to the next.
    Shift,
    /// Every note about the device.
    Notes(DeviceId),
    /// Every donor.
    Donors,
    /// What merging the second of those donors into the first comes to.
    Merge(DonorId, DonorId),
    /// What parting that donor from whom they were merged into comes to.
    Part(DonorId),
    /// Every lot.
    Lots,
    /// That lot.
    Lot(LotId),
    /// What having the device belong to that lot comes to.
    ToLot(DeviceId, LotId),
    /// Which keys make machines start from a stick: first those of that device's maker.
    BootKeys(Option<DeviceId>),
    /// The tablets and phones on the cable.
    Mobiles,
}

/// Devices that were found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hits {
    /// The words.
    pub text: String,
    /// The stage.
    pub stage: Option<Stage>,
    /// The devices, the last touched first.
    pub rows: Vec<Row>,
    /// Whether there are more.
    pub more: bool,
}

/// The most devices that a page of hits shows.
const HITS: u32 = 200;

/// What is to be seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Seen {
    /// What was looked for, and what was found.
    Found(Hits),
    /// Everything that is known of that device.
    Device(DeviceId, DevicePage),
    /// The records of that device, the newest first.
    Correctable(DeviceId, Vec<CorrectLine>),
    /// A correction, and what it comes to.
    Correction(Box<Correcting>),
    /// What two places recorded of that device; none where nothing is to be settled.
    Conflict(DeviceId, Option<Box<ConflictSeen>>),
    /// What is here of other stations' chains.
    Chains(Vec<ChainSeen>),
    /// What every profile for a device's kind says of it.
    WhatIf(Vec<WhatIfView>),
    /// How the work goes in these days.
    Today(Period, Box<Throughput>),
    /// The ledger at a glance.
    Ledger(Vec<PageLine>),
    /// What a whole check proved.
    Verified(Vec<PageLine>),
    /// Jobs that do not run.
    Jobs(JobsView),
    /// The shelves, and the devices on one.
    Shelves(ShelvesView),
    /// What a stock-take comes to so far.
    StockTake(StockTake),
    /// What exchanging two labels comes to.
    Swap(Box<SwapLook>),
    /// Accessories in stock.
    Stock(Box<StockSeen>),
    /// A donor's list, judged row by row.
    List(ListView),
    /// What a shift leaves to the next.
    Shift(Box<ShiftView>),
    /// Every note about that device, the newest first.
    Notes(DeviceId, Vec<NoteSeen>),
    /// Every donor.
    Donors(DonorsView),
    /// What merging or parting two donors comes to.
    Merging(Box<Merging>),
    /// Every lot, the newest first.
    Lots(Vec<LotView>),
    /// A lot.
    Lot(Box<LotView>),
    /// Which keys make machines start from a stick.
    BootKeys(BootKeys),
    /// The tablets and phones on the cable.
    Mobiles(MobilesView),
    /// The code of a donor's receipt, to be shown once.
    Receipt(Box<Receipted>),
}

/// Reads it. Errors: no such device; the ledger does not read.
pub(super) fn see(bench: &Bench<'_>, sight: &Sight, lang: Lang) -> Result<Seen, Failure> {
    Ok(match sight {
        Sight::Found(text, stage) => {
            let (text, stage) = (text.clone(), *stage);
            let (found, more) = if Wanted::read(&text).is_none() && stage.is_none() {
                let mut all = bench.index.recent(HITS + 1)?;
                let more = all.len() > HITS as usize;
                all.truncate(HITS as usize);
                (all, more)
            } else {
                find(bench, &text, stage, HITS)?
            };
            Seen::Found(Hits { text, stage, rows: found.iter().map(row).collect(), more })
        }
        Sight::Ledger => Seen::Ledger(ledger_page(bench)?),
        Sight::Verified(thorough) => {
            let verified = verify_all(bench.index, Pinned::default(), *thorough)?;
            let faults = verified.faults().into_iter().map(|what| PageLine { weight: Weight::Bad, what });
            Seen::Verified(verified.page(None).into_iter().chain(faults).collect())
        }
        Sight::Jobs => Seen::Jobs(jobs_view(bench)?),
        Sight::Device(device) => Seen::Device(device.clone(), device_page(bench, &bench.device(device)?)?),
        Sight::Conflict(device) => {
            let seen = conflict_of(bench, &bench.device(device)?)?;
            Seen::Conflict(device.clone(), seen.map(Box::new))
        }
        Sight::Chains => Seen::Chains(chains_seen(bench.index)?),
        Sight::Correctable(device) => Seen::Correctable(device.clone(), correctable(bench, &bench.device(device)?)?),
        Sight::Correction(device, records) => correcting(bench, strike(bench, &bench.device(device)?, records)?)?,
        Sight::Undo(device) => correcting(bench, strike_last(bench, &bench.device(device)?)?)?,
        Sight::WhatIf(device) => {
            let answers = what_if(bench, &bench.device(device)?, None)?;
            Seen::WhatIf(answers.iter().map(|answer| answer.view(lang)).collect())
        }
        Sight::Today(period) => Seen::Today(*period, Box::new(throughput(bench, *period)?)),
        Sight::Shelves(place) => Seen::Shelves(shelves_view(bench, place.as_ref())?),
        Sight::Swap(one, other) => Seen::Swap(Box::new(look_at_swap(bench, one, other)?)),
        Sight::Stock(device) => Seen::Stock(Box::new(stock_seen(bench, device.as_ref())?)),
        Sight::List(file, kind) => Seen::List(look_at_list(bench, file, *kind)?),
        Sight::Shift => Seen::Shift(Box::new(shift_view(bench)?)),
        Sight::Notes(device) => Seen::Notes(device.clone(), notes(bench, device)?),
        Sight::Donors => Seen::Donors(donors_view(bench)?),
        Sight::Merge(kept, merged) => Seen::Merging(Box::new(merging(bench, kept, merged)?)),
        Sight::Part(merged) => Seen::Merging(Box::new(parting(bench, merged)?)),
        Sight::Lots => Seen::Lots(lots(bench)?),
        Sight::Lot(lot) => Seen::Lot(Box::new(lot_view(bench, lot)?)),
        Sight::ToLot(device, lot) => correcting(bench, one_to_lot(bench, &bench.device(device)?, lot)?)?,
        Sight::BootKeys(device) => {
            let file = device.as_ref().map(|device| bench.device(device)).transpose()?.map(|found| found.file);
            let maker = file.and_then(|file| file.maker.or(file.told.maker));
            Seen::BootKeys(boot_keys(bench)?.with_first(maker.as_deref()))
        }
        Sight::Mobiles => Seen::Mobiles(mobiles_view(bench, lang)?),
        Sight::StockTake(order) => Seen::StockTake(stock_take(bench, order)?),
    })
}

fn correcting(bench: &Bench<'_>, change: Change) -> Result<Seen, Failure> {
    let changes = vec![change];
    Ok(Seen::Correction(Box::new(Correcting { preview: preview(bench, &changes)?, changes })))
}

/// The head to be written down, how much no safety copy has, and the chains before this one.
fn ledger_page(bench: &Bench<'_>) -> Result<Vec<PageLine>, Failure> {
    let line = |weight, what| PageLine { weight, what };
    let station = bench.station()?;
    let note = bench.index.head()?.unwrap_or_default();
    let mut lines = Vec::new();
    if let Some(id) = station.id {
        lines.push(line(Weight::Plain, say!("ledger-station", station = id.to_string())));
    }
    if let Ok(head) = Head::read(&note) {
        let head = head.short().to_string();
        lines.push(line(Weight::Plain, say!("ledger-head", head = head)));
        lines.push(line(Weight::Dim, say!("ledger-head-why")));
    }
    let day = day_status(bench.index)?;
    lines.push(match (&day.last, day.records) {
        (Some(last), 0) => line(Weight::Good, say!("ledger-copied", day = last.day.as_str())),
        (Some(last), count) => line(Weight::Warn, say!("ledger-uncopied", day = last.day.as_str(), count = count)),
        (None, count) => line(Weight::Warn, say!("ledger-never-copied", count = count)),
    });
    if let Some(earlier) = station.earlier {
        lines.push(line(
            Weight::Plain,
            say!("ledger-earlier", chains = u64::from(earlier.chains), records = earlier.records),
        ));
    }
    Ok(lines)
}
