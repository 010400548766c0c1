//! Fitting the image that is on a disk of the chosen device: whether there is one, and the layer that arms its disk.
//!
//! Invariant: nothing is fitted from here; what opens arms the disk first, as the verb does.

use super::{is_here, open_layer};
use crate::workbench::{Aim, DiskLine, Effect, Layer, Purpose, Task, World};

/// Whether an image is on a disk of it, which can be fitted, be it once more.
pub(in crate::screen) fn can_fit(world: &World) -> bool {
    is_here(world) && world.here().is_some_and(|chosen| chosen.disks.iter().any(|line| line.written))
}

/// Arms the one disk whose image is to be fitted; where there are several, or it is not here, asks which.
pub(in crate::screen) fn fit(world: &World) -> Vec<Effect> {
    let Some(chosen) = world.here() else { return Vec::new() };
    let is_due = chosen.disks.iter().any(|line| line.unfitted);
    let meant = |line: &&DiskLine| if is_due { line.unfitted } else { line.written };
    let mut lines = chosen.disks.iter().filter(meant);
    let only = lines.next().filter(|_| lines.next().is_none()).and_then(|line| line.view.clone());
    let Some(view) = only.filter(|view| view.obstacles.is_empty()) else {
        return open_layer(Layer::Disks(Purpose::Fit));
    };
    let aim = Aim { device: chosen.row.device.clone(), name: chosen.row.name.clone(), view, resume: None };
    open_layer(Layer::Arm(Box::new(aim), Box::new(Task::Fit)))
}

/// Whether the image on a disk of it is still to be fitted.
pub(super) fn is_due(world: &World) -> bool {
    world.here().is_some_and(|chosen| chosen.disks.iter().any(|line| line.unfitted))
}
