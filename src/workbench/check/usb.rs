//! The USB ports: the same stick into each; a map fills.

use super::{Come, FunctionTest, Hands, Stop, ask, first_view};
use crate::port::{Guide, Part};
use crate::trial::{Choice, Question, UsbMap};
use crate::word::say;
use std::time::Duration;

/// So long a stick takes from one port to the next.
const QUIET: Duration = Duration::from_secs(20);
const LOOK: Duration = Duration::from_millis(300);

/// The test.
pub(super) static USB: FunctionTest =
    FunctionTest { id: "usb", is_automatic: false, is_long: false, part: Part::Usb, must: |_kind| true, run };

fn run(hands: &Hands<'_>, guide: &mut dyn Guide) -> Result<Come, Stop> {
    let mut map = UsbMap::new(&hands.hardware.usb_ports()?);
    loop {
        look(hands, guide, &mut map)?;
        let (tried, all) = map.count();
        let number = |count: usize| u64::try_from(count).unwrap_or(u64::MAX);
        let measured = |come: Come| {
            let come = come.with("ports_tried", number(tried), "count");
            match all {
                Some(all) => come.with("ports", number(all), "count"),
                None => come,
            }
        };
        if map.is_done() {
            return Ok(measured(Come::works()));
        }
        let mut view = first_view(&USB, hands);
        view.lines.push(counted(&map));
        let text = say!("ask-usb", tried = number(tried));
        // What nobody tried is not good: the first answer is to go on.
        let mut choices = vec![('1', "again"), ('2', "port_dead"), ('b', "skip")];
        if tried > 0 {
            choices.insert(1, ('d', "all_ports_tried"));
        }
        let choices = choices.into_iter().map(|(key, id)| Choice { key, id }).collect();
        match ask(guide, &view, &Question { text, choices })? {
            "again" => {}
            "all_ports_tried" => return Ok(measured(Come::works())),
            fault => return Ok(measured(Come::fails(fault))),
        }
    }
}

fn look(hands: &Hands<'_>, guide: &mut dyn Guide, map: &mut UsbMap) -> Result<(), Stop> {
    let mut view = first_view(&USB, hands);
    let mut last = hands.clock.elapsed();
    view.lines.push(counted(map));
    guide.show(&view);
    while !map.is_done() && hands.clock.elapsed().saturating_sub(last) < QUIET && !hands.is_over(guide) {
        if map.see(&hands.hardware.usb_ports()?) {
            last = hands.clock.elapsed();
            view.lines.truncate(1);
            view.lines.push(counted(map));
            guide.show(&view);
        }
        hands.clock.wait(LOOK);
    }
    Ok(())
}

fn counted(map: &UsbMap) -> crate::word::Sentence {
    let number = |count: usize| u64::try_from(count).unwrap_or(u64::MAX);
    match map.count() {
        (tried, Some(all)) => say!("usb-tried-of", tried = number(tried), of = number(all)),
        (tried, None) => say!("usb-tried", tried = number(tried)),
    }
}
