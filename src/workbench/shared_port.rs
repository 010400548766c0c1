//! Running jobs whose disks share one port of a USB root hub, and so its speed.
//!
//! Invariant: told from what is on view, nothing is asked for it.

use super::world::World;
use crate::device::usb_root;
use crate::word::{Sentence, say};
use std::collections::BTreeMap;

/// One sentence for each root port at which the disks of several running jobs are.
#[must_use]
pub fn shared_ports(world: &World) -> Vec<Sentence> {
    let views = || world.chosen.iter().flat_map(|chosen| &chosen.disks).filter_map(|disk| disk.view.as_ref());
    let mut ports: BTreeMap<&str, (u64, Option<u32>)> = BTreeMap::new();
    for job in &world.jobs {
        let Some(view) = views().find(|view| view.disk.name == job.disk) else { continue };
        let Some(root) = usb_root(&view.disk.attachment.port) else { continue };
        let megabits = view.medium.bridge.as_ref().and_then(|bridge| bridge.root_megabits);
        let shared = ports.entry(root).or_insert((0, megabits));
        shared.0 += 1;
    }
    let several = ports.into_values().filter(|(count, _)| *count > 1);
    several
        .map(|(count, megabits)| match megabits {
            Some(megabits) => say!("jobs-share-port", count = count, speed = speed(megabits)),
            None => say!("jobs-share-some-port", count = count),
        })
        .collect()
}

/// A link's speed as it is printed on cables.
fn speed(megabits: u32) -> String {
    if megabits >= 1000 && megabits.is_multiple_of(1000) {
        format!("{} Gb/s", megabits / 1000)
    } else {
        format!("{megabits} Mb/s")
    }
}
