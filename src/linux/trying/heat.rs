//! Heat and clocks, from sysfs.

use crate::linux::probe_tree::Tree;
use crate::trial::Heat;

const HWMON: &str = "sys/class/hwmon";
const THERMAL: &str = "sys/class/thermal";
const CPUS: &str = "sys/devices/system/cpu";
/// Drivers of sensors inside processors.
const SENSORS: [&str; 4] = ["coretemp", "k10temp", "zenpower", "cpu_thermal"];
/// Zones of the processor, the better first; the last is the machine's own, where it has no other.
const ZONES: [&str; 4] = ["x86_pkg_temp", "cpu-thermal", "cpu_thermal", "acpitz"];
/// What is hotter is no temperature but a sensor that tells nonsense, thousandths of a degree.
const NONSENSE: u64 = 150_000;

/// How hot it is now.
pub(super) fn heat(tree: Tree<'_>) -> Heat {
    Heat { milli_celsius: sensor(tree).or_else(|| zone(tree)), kilohertz: clock(tree), throttled: throttled(tree) }
}

fn sensor(tree: Tree<'_>) -> Option<u64> {
    let names = tree.names(HWMON).what.ok()?;
    let is_processor =
        |folder: &String| tree.line(&format!("{folder}/name")).is_some_and(|name| SENSORS.contains(&name.as_str()));
    let inputs = |folder: String| {
        let files = tree.names(&folder).what.unwrap_or_default();
        files
            .into_iter()
            .filter(|file| file.starts_with("temp") && file.ends_with("_input"))
            .map(move |file| format!("{folder}/{file}"))
    };
    let folders = names.into_iter().map(|name| format!("{HWMON}/{name}")).filter(is_processor);
    folders.flat_map(inputs).filter_map(|path| tree.number(&path)).filter(|heat| *heat < NONSENSE).max()
}

fn zone(tree: Tree<'_>) -> Option<u64> {
    let names = tree.names(THERMAL).what.ok()?;
    let of = |kind: &str| {
        let zones = names.iter().filter(|name| tree.line(&format!("{THERMAL}/{name}/type")).as_deref() == Some(kind));
        zones.filter_map(|name| tree.number(&format!("{THERMAL}/{name}/temp"))).filter(|heat| *heat < NONSENSE).max()
    };
    ZONES.into_iter().find_map(of)
}

fn cpus(tree: Tree<'_>) -> Vec<String> {
    let is_numbered = |name: &String| {
        name.strip_prefix("cpu").is_some_and(|number| !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit()))
    };
    tree.names(CPUS).what.unwrap_or_default().into_iter().filter(is_numbered).collect()
}

fn clock(tree: Tree<'_>) -> Option<u64> {
    let now = |name: String| tree.number(&format!("{CPUS}/{name}/cpufreq/scaling_cur_freq"));
    let clocks: Vec<u64> = cpus(tree).into_iter().filter_map(now).collect();
    clocks.iter().sum::<u64>().checked_div(u64::try_from(clocks.len()).ok()?)
}

fn throttled(tree: Tree<'_>) -> Option<u64> {
    let count = |name: String| tree.number(&format!("{CPUS}/{name}/thermal_throttle/core_throttle_count"));
    let counts: Vec<u64> = cpus(tree).into_iter().filter_map(count).collect();
    if counts.is_empty() { None } else { Some(counts.iter().sum()) }
}
