//! What a machine is tried out through: keys and pointers, sound, pictures, radios, ports, power, memory and effort.
//!
//! Invariants: what is missing is told by [`Parts`], never asked of a person; what cannot be reached (no rights, busy, no
//! driver) is a failure, never "missing".

use super::failure::Failure;
use crate::trial::{Frame, Heat, InputEvent, Neighbour, Network, PowerState, RadioState, Sound, UsbPort};
use crate::word::Sentence;
use std::time::Duration;

/// A part that is tried out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    /// Keys to type on.
    Keyboard,
    /// A screen.
    Screen,
    /// Something that plays sound.
    Speakers,
    /// Something that records it.
    Microphone,
    /// A camera.
    Camera,
    /// A surface that moves a pointer.
    Touchpad,
    /// Ports.
    Usb,
    /// Wireless network.
    Wifi,
    /// Bluetooth.
    Bluetooth,
    /// A battery of the machine's own.
    Battery,
    /// A lid that tells whether it is open.
    Lid,
    /// Disks of its own.
    Disk,
    /// Memory.
    Memory,
    /// Processors.
    Processor,
}

/// Whether a machine has a part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Presence {
    /// It has; what the part calls itself.
    There(String),
    /// It has none; where that was looked for.
    Absent(String),
    /// Nobody can tell, and why.
    Unknown(Sentence),
}

/// Everything a machine is tried out through.
pub trait Hardware: Parts + Inputs + Sounds + Cameras + Radios + UsbPorts + Power + Effort {}

impl<T: Parts + Inputs + Sounds + Cameras + Radios + UsbPorts + Power + Effort> Hardware for T {}

/// Which parts there are.
pub trait Parts {
    /// Whether the machine has that part.
    fn presence(&self, part: Part) -> Presence;
}

/// Keys and pointers.
pub trait Inputs {
    /// Listens to every such part ([`Part::Keyboard`], [`Part::Touchpad`]). Nobody else hears a keyboard meanwhile. Errors:
    /// it may not be read, or another program has it to itself.
    fn listen(&self, part: Part) -> Result<Box<dyn Listening>, Failure>;
}

/// Keys or pointers that are listened to.
pub trait Listening {
    /// Codes of the keys that were down when the listening began.
    fn down(&self) -> Vec<u16>;
    /// What comes next; none where nothing comes for so long. Errors: it was unplugged.
    fn next(&mut self, wait: Duration) -> Result<Option<InputEvent>, Failure>;
}

/// Speakers and microphones.
pub trait Sounds {
    /// Plays it to its end. Errors: another program has the card to itself, or the card cannot.
    fn play(&self, sound: &Sound) -> Result<(), Failure>;
    /// Records so long; `hear` is given each tenth of a second as it comes, and ends it early where it says no. Errors: as
    /// above, and a card that records nothing at all.
    fn record(&self, time: Duration, hear: &mut dyn FnMut(&Sound) -> bool) -> Result<Sound, Failure>;
    /// Whether something is plugged into the headphone jack; none where there is no jack that tells. Errors: there is
    /// nothing that plays.
    fn headphones(&self) -> Result<Option<bool>, Failure>;
}

/// Cameras.
pub trait Cameras {
    /// A picture of the first camera, once it is used to the light. Errors: another program has it, or it sends none.
    fn frame(&self) -> Result<Frame, Failure>;
}

/// Wireless.
pub trait Radios {
    /// What is told of [`Part::Wifi`] or [`Part::Bluetooth`]. Errors: there is none.
    fn radio(&self, part: Part) -> Result<RadioState, Failure>;
    /// The networks that Wi-Fi hears now. Errors: the radio does not answer.
    fn scan(&self) -> Result<Vec<Network>, Failure>;
    /// The devices that Bluetooth hears now; one that was off is off again afterwards. Errors: as above.
    fn neighbours(&self) -> Result<Vec<Neighbour>, Failure>;
}

/// USB.
pub trait UsbPorts {
    /// Every port with what is in it now. Errors: the system does not tell.
    fn usb_ports(&self) -> Result<Vec<UsbPort>, Failure>;
}

/// Charger, batteries and lid.
pub trait Power {
    /// How they are now. Errors: the system does not tell.
    fn power(&self) -> Result<PowerState, Failure>;
}

/// Work that processors did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Exertion {
    /// On how many at once.
    pub threads: u64,
    /// Rounds of [`work`](crate::trial::work), all together.
    pub rounds: u64,
    /// How long.
    pub time: Duration,
}

impl Exertion {
    /// Millions of rounds a second; none where no time passed.
    #[must_use]
    pub fn megarounds(&self) -> Option<u64> {
        u128::from(self.rounds).checked_div(self.time.as_micros()).and_then(|rate| u64::try_from(rate).ok())
    }
}

/// Memory, processors and disks under load.
pub trait Effort {
    /// Takes so many bytes of memory, or as many as can be spared. Errors: none can be had.
    fn memory(&self, bytes: usize) -> Result<Box<dyn Area>, Failure>;
    /// Works on so many processors, on all where none is named, for so long; `look` is called each second and ends it early
    /// where it says no.
    fn exert(
        &self,
        threads: Option<usize>,
        time: Duration,
        look: &mut dyn FnMut() -> bool,
    ) -> Result<Exertion, Failure>;
    /// How hot it is.
    fn heat(&self) -> Heat;
    /// MiB that the largest fixed disk reads a second; none where there is none or it may not be read. Nothing is written.
    fn disk_rate(&self) -> Result<Option<u64>, Failure>;
}

/// Memory that was taken.
pub trait Area {
    /// Its words.
    fn words(&mut self) -> &mut [u64];
    /// Whether the system keeps it where it is: what may be swapped out proves less.
    fn is_locked(&self) -> bool;
}
