//! Wi-Fi: the networks around, with their signal. Bluetooth: the devices around.

use super::{Come, FunctionTest, Hands, Stop, first_view};
use crate::port::{Guide, Part};
use crate::word::say;

/// Wi-Fi.
pub(super) static WIFI: FunctionTest = FunctionTest {
    id: "wifi",
    is_automatic: true,
    is_long: false,
    part: Part::Wifi,
    must: |_kind| false,
    run: run_wifi,
};

/// Bluetooth.
pub(super) static BLUETOOTH: FunctionTest = FunctionTest {
    id: "bluetooth",
    is_automatic: true,
    is_long: false,
    part: Part::Bluetooth,
    must: |_kind| false,
    run: run_bluetooth,
};

/// The most networks whose signal is kept.
const STRONGEST: usize = 3;

fn run_wifi(hands: &Hands<'_>, guide: &mut dyn Guide) -> Result<Come, Stop> {
    let mut view = first_view(&WIFI, hands);
    guide.show(&view);
    if hands.hardware.radio(Part::Wifi)?.is_hard_blocked {
        return Ok(Come::fails("radio_switch_off"));
    }
    let mut networks = hands.hardware.scan()?;
    networks.sort_by_key(|network| network.dbm_below_zero);
    let count = u64::try_from(networks.len()).unwrap_or(u64::MAX);
    view.lines.push(say!("wifi-found", count = count));
    guide.show(&view);
    if networks.is_empty() {
        // A dead aerial, or a room without networks: nobody can tell here.
        return Err(Stop::Skip("no_networks"));
    }
    let wide = networks.iter().any(|network| network.megahertz >= 5000);
    let come = Come::works().with("networks", count, "count").with("hears_5_ghz", u64::from(wide), "count");
    let strongest = networks.iter().take(STRONGEST);
    Ok(strongest.fold(come, |come, network| come.with("signal", network.dbm_below_zero, "dbm_below_zero")))
}

fn run_bluetooth(hands: &Hands<'_>, guide: &mut dyn Guide) -> Result<Come, Stop> {
    let mut view = first_view(&BLUETOOTH, hands);
    guide.show(&view);
    let radio = hands.hardware.radio(Part::Bluetooth)?;
    if radio.is_hard_blocked {
        return Ok(Come::fails("radio_switch_off"));
    }
    let mut found = hands.hardware.neighbours()?;
    // The weakest last, and those that do not tell.
    found.sort_by_key(|device| device.dbm_below_zero.unwrap_or(u64::MAX));
    let count = u64::try_from(found.len()).unwrap_or(u64::MAX);
    let names: Vec<_> = found.iter().filter_map(|device| device.name.as_deref()).take(STRONGEST).collect();
    view.lines.push(say!("bluetooth-found", count = count, names = names.join(", ")));
    guide.show(&view);
    if found.is_empty() {
        // It looked around without a fault; whether anything stands there nobody can tell here.
        return Ok(Come { reason: Some("answers_only"), ..Come::works() });
    }
    let come = Come::works().with("bluetooth_devices", count, "count");
    let signals = found.iter().filter_map(|device| device.dbm_below_zero).take(STRONGEST);
    Ok(signals.fold(come, |come, signal| come.with("signal", signal, "dbm_below_zero")))
}
