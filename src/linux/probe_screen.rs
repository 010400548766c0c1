//! The built-in screen's EDID and modes, from the connectors that lie inside a machine.

use super::probe_tree::Tree;
use crate::device::Why;
use crate::reading::Found;

const CONNECTORS: &str = "sys/class/drm";
/// Connectors that no cable leaves the machine by.
const BUILT_IN: [&str; 3] = ["-eDP-", "-LVDS-", "-DSI-"];
/// The only one of a virtual machine; it comes after those of a laptop.
const VIRTUAL: &str = "-Virtual-";
/// 256 blocks of 128 bytes, the most that the block count can say.
const MOST_EDID: u64 = 32 * 1024;

/// EDID and modes of the first built-in connector with a screen on it.
pub(super) fn built_in(tree: Tree<'_>) -> (Found<Vec<u8>>, Found<String>) {
    let listed = tree.class(CONNECTORS);
    let names = match listed.what {
        Ok(names) => names,
        Err(why) => return (Found::missing(why.clone(), CONNECTORS), Found::missing(why, CONNECTORS)),
    };
    let inside = names.iter().filter(|name| BUILT_IN.iter().any(|part| name.contains(part)));
    let inside: Vec<&String> = inside.chain(names.iter().filter(|name| name.contains(VIRTUAL))).collect();
    let edid_of = |name: &String| tree.bytes(&format!("{CONNECTORS}/{name}/edid"), MOST_EDID);
    let filled = |name: &&&String| edid_of(name).known().is_some_and(|bytes| !bytes.is_empty());
    // A second graphics chip shows the same panel without an EDID.
    let Some(name) = inside.iter().find(filled).or_else(|| inside.first()) else {
        return (Found::missing(Why::NoScreen, CONNECTORS), Found::missing(Why::NoScreen, CONNECTORS));
    };
    (edid_of(name), tree.text(&format!("{CONNECTORS}/{name}/modes")))
}
