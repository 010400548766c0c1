//! What this machine is tried out through; `sys`, `proc` and `dev` stand below a root folder: `/` in life, a made-up tree in
//! tests.
//!
//! Invariant: every device is given back when a call, or what it returned, ends.

mod area;
mod bluetooth;
mod camera;
mod effort;
mod heat;
mod input;
mod input_event;
mod mixer;
mod netlink;
mod power;
mod radio;
mod sound;
mod usb;
mod wifi;

pub(super) use netlink::{Netlink, attributes};

use super::probe::MachineProbe;
use super::probe_tree::Tree;
use crate::device::{Why, key};
use crate::port::{
    Area, Cameras, Effort, Exertion, Failure, Inputs, Listening, Part, Parts, Power, Presence, Probe, Radios, Sounds,
    UsbPorts,
};
use crate::trial::{Frame, Heat, Neighbour, Network, PowerState, RadioState, Sound, UsbPort};
use std::path::PathBuf;
use std::time::Duration;

const DRM: &str = "sys/class/drm";

/// The machine whose `sys`, `proc` and `dev` stand below a folder.
#[derive(Clone, Debug)]
pub struct LinuxHardware {
    root: PathBuf,
}

impl LinuxHardware {
    /// The machine below that folder.
    #[must_use]
    pub fn new(root: impl Into<PathBuf>) -> Self {
        Self { root: root.into() }
    }

    fn tree(&self) -> Tree<'_> {
        Tree::new(&self.root)
    }

    /// As the probe judges it, with all its care for what has no driver.
    fn probed(&self, key: &str, name: Option<String>) -> Presence {
        match (MachineProbe { root: self.root.clone() }).facts() {
            Ok(facts) => radio::presence(facts.get(key), name),
            Err(failure) => Presence::Unknown(failure.what),
        }
    }
}

impl Parts for LinuxHardware {
    fn presence(&self, part: Part) -> Presence {
        match part {
            Part::Keyboard | Part::Touchpad => input::presence(self.tree(), part),
            Part::Screen => screen(self.tree()),
            Part::Speakers | Part::Microphone => sound::presence(self.tree(), part),
            Part::Camera => self.probed(key::CAMERA, camera::first(self.tree()).map(|(_, name)| name)),
            Part::Usb => usb::presence(self.tree()),
            Part::Wifi => self.probed(key::WIFI, radio::wifi(self.tree())),
            Part::Bluetooth => self.probed(key::BLUETOOTH, None),
            Part::Battery => power::battery(self.tree()),
            Part::Lid => power::lid(self.tree()),
            Part::Disk => effort::disks(self.tree()),
            Part::Memory => Presence::There("RAM".to_owned()),
            Part::Processor => Presence::There("CPU".to_owned()),
        }
    }
}

/// A connector with a screen on it.
fn screen(tree: Tree<'_>) -> Presence {
    let names = match tree.class(DRM).what {
        Ok(names) => names,
        Err(why) => return Presence::Unknown(why.sentence()),
    };
    let states: Vec<_> =
        names.into_iter().filter_map(|name| Some((tree.line(&format!("{DRM}/{name}/status"))?, name))).collect();
    match states.iter().find(|(state, _)| state == "connected") {
        Some((_, name)) => Presence::There(name.clone()),
        // Without a driver of its own the firmware's picture has no connector.
        None if states.is_empty() => Presence::Unknown(Why::NoDriver.sentence()),
        None => Presence::Absent(DRM.to_owned()),
    }
}

impl Inputs for LinuxHardware {
    fn listen(&self, part: Part) -> Result<Box<dyn Listening>, Failure> {
        input::listen(&self.root, part)
    }
}

impl Sounds for LinuxHardware {
    fn play(&self, sound: &Sound) -> Result<(), Failure> {
        sound::sound_out(&self.root, sound)
    }

    fn record(&self, time: Duration, hear: &mut dyn FnMut(&Sound) -> bool) -> Result<Sound, Failure> {
        sound::sound_in(&self.root, time, hear)
    }

    fn headphones(&self) -> Result<Option<bool>, Failure> {
        sound::headphones(&self.root)
    }
}

impl Cameras for LinuxHardware {
    fn frame(&self) -> Result<Frame, Failure> {
        camera::frame(&self.root)
    }
}

impl Radios for LinuxHardware {
    fn radio(&self, part: Part) -> Result<RadioState, Failure> {
        radio::radio(self.tree(), part)
    }

    fn scan(&self) -> Result<Vec<Network>, Failure> {
        wifi::scan(self.tree())
    }

    fn neighbours(&self) -> Result<Vec<Neighbour>, Failure> {
        bluetooth::neighbours(self.tree())
    }
}

impl UsbPorts for LinuxHardware {
    fn usb_ports(&self) -> Result<Vec<UsbPort>, Failure> {
        usb::ports(self.tree())
    }
}

impl Power for LinuxHardware {
    fn power(&self) -> Result<PowerState, Failure> {
        power::power(self.tree())
    }
}

impl Effort for LinuxHardware {
    fn memory(&self, bytes: usize) -> Result<Box<dyn Area>, Failure> {
        area::take(self.tree(), bytes)
    }

    fn exert(
        &self,
        threads: Option<usize>,
        time: Duration,
        look: &mut dyn FnMut() -> bool,
    ) -> Result<Exertion, Failure> {
        Ok(effort::exert(threads, time, look))
    }

    fn heat(&self) -> Heat {
        heat::heat(self.tree())
    }

    fn disk_rate(&self) -> Result<Option<u64>, Failure> {
        Ok(effort::disk_rate(&self.root))
    }
}
