//! Verbs about accessories: what lies in stock, what goes with which device, what is short.

use super::args_accessory::{AccessoryAddArgs, AccessoryPairArgs, AccessoryVerb};
use super::out::Out;
use super::run::read_tag;
use crate::custody::{power_text, stock_kind_sentence};
use crate::event::accessory::{Needed, StockKind};
use crate::event::outward::Outward;
use crate::port::{Failure, Trouble};
use crate::word::say;
use crate::workbench::{
    self, Bench, Shortage, StockChange, StockOrder, StockView, note_outward, read_shelf, shortage_sentence,
    stock_sentence, stock_word,
};
use serde_json::json;

/// `aoxanh accessory …`.
pub(super) fn run_accessory(verb: &AccessoryVerb, bench: &Bench<'_>, out: &mut Out<'_>) -> Result<(), Failure> {
    match verb {
        AccessoryVerb::Add(args) => add(args, bench, out),
        AccessoryVerb::List(args) if args.short => say_shortages(&workbench::shortages(bench)?, true, out),
        AccessoryVerb::List(args) => {
            let all = workbench::stock(bench, args.kind.map(Into::into))?;
            if all.is_empty() {
                return out.say(&say!("accessory-list-empty"));
            }
            all.iter().try_for_each(|view| say_stock(view, out))
        }
        AccessoryVerb::Pair(args) => pair(args, false, bench, out),
        AccessoryVerb::Unpair(args) => pair(args, true, bench, out),
        AccessoryVerb::Move(args) => {
            let change = StockChange { shelf: Some(read_shelf(&args.shelf)?), ..StockChange::default() };
            args.accessories
                .iter()
                .try_for_each(|text| say_stock(&workbench::change_stock(bench, &read_tag(text)?, &change)?, out))
        }
        AccessoryVerb::Count(args) => {
            let change = StockChange { count: args.count, works: args.works.map(Into::into), shelf: None };
            say_stock(&workbench::change_stock(bench, &read_tag(&args.accessory)?, &change)?, out)
        }
        AccessoryVerb::Need(args) => {
            let missing = || {
                Failure::new(Trouble::Usage, say!("accessory-need-nothing")).hint(say!("accessory-need-nothing-hint"))
            };
            let power = args.power.power()?.ok_or_else(missing)?;
            let found = bench.find(&args.device)?;
            let outward = Outward { power: Some(power.clone()), ..found.file.outward.clone() };
            let found = note_outward(bench, &found, outward)?;
            out.object("device", super::json::found(&found))?;
            out.say(&say!("accessory-needs", tag = found.name(), power = power_text(&power)))
        }
    }
}

fn add(args: &AccessoryAddArgs, bench: &Bench<'_>, out: &mut Out<'_>) -> Result<(), Failure> {
    let order = StockOrder {
        tag: args.tag.as_deref().map(read_tag).transpose()?,
        kind: args.kind.into(),
        power: args.power.power()?,
        works: args.works.map(Into::into),
        count: args.count,
        shelf: read_shelf(&args.shelf)?,
    };
    say_stock(&workbench::add_stock(bench, &order)?, out)
}

fn pair(args: &AccessoryPairArgs, apart: bool, bench: &Bench<'_>, out: &mut Out<'_>) -> Result<(), Failure> {
    for text in &args.accessories {
        let (found, tag) = (bench.find(&args.device)?, read_tag(text)?);
        let done = if apart { workbench::unpair(bench, &found, &tag) } else { workbench::pair(bench, &found, &tag) }?;
        let (file, device) = (&done.stock.file, done.found.name());
        let missing: Vec<&Needed> = done.found.file.kit_missing().collect();
        out.object(
            "paired",
            json!({
                "device": done.found.id, "accessory": tag.as_str(), "kind": stock_word(file.kind), "apart": apart,
                "left": file.count, "missing": missing,
            }),
        )?;
        let (kind, tag, left) = (stock_kind_sentence(file.kind), tag.to_string(), file.count);
        out.say(&if apart {
            say!("accessory-apart", kind = kind, tag = tag, device = device, left = left)
        } else {
            say!("accessory-paired", kind = kind, tag = tag, device = device, left = left)
        })?;
        let unknown = !apart && file.kind == StockKind::Charger && done.found.file.outward.power.is_none();
        if unknown {
            out.say(&say!("accessory-fit-unknown"))?;
        }
    }
    Ok(())
}

fn say_stock(view: &StockView, out: &mut Out<'_>) -> Result<(), Failure> {
    let file = &view.file;
    out.object(
        "accessory",
        json!({
            "accessory": view.tag.as_str(), "kind": stock_word(file.kind), "power": file.power, "works": file.works,
            "count": file.count, "shelf": file.shelf,
        }),
    )?;
    out.say(&stock_sentence(view))
}

/// What devices want for that would be ready but for it; `alone`: that nothing is short is said too.
pub(super) fn say_shortages(all: &[Shortage], alone: bool, out: &mut Out<'_>) -> Result<(), Failure> {
    for shortage in all {
        let Shortage { needed, power, devices, in_stock } = shortage;
        out.object("shortage", json!({ "needed": needed, "power": power, "devices": devices, "in_stock": in_stock }))?;
        out.say(&shortage_sentence(shortage))?;
    }
    if all.is_empty() && alone { out.say(&say!("shortage-none")) } else { Ok(()) }
}
