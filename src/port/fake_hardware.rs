//! A machine made of what a test says, which calls itself made up wherever its name is shown.

use super::failure::{Failure, Trouble};
use super::hardware::{
    Area, Cameras, Effort, Exertion, Inputs, Listening, Part, Parts, Power, Presence, Radios, Sounds, UsbPorts,
};
use crate::trial::{Frame, Heat, InputEvent, Neighbour, Network, PowerState, RadioState, Sound, UsbPort};
use crate::word::say;
use std::cell::RefCell;
use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

/// What every part of it is called.
pub const MADE_UP: &str = "PHẦN CỨNG GIẢ";

/// A made-up machine. A part that is not named is missing.
#[derive(Debug, Default)]
pub struct FakeHardware {
    /// Its parts.
    pub parts: BTreeMap<Part, Presence>,
    /// Keys that are down when somebody begins to listen.
    pub down: Vec<u16>,
    /// What is heard then, once.
    pub events: RefCell<VecDeque<InputEvent>>,
    /// The word of memory that keeps what it was first given, if there is such a one.
    pub bad_word: Option<usize>,
    /// What was played.
    pub played: RefCell<Vec<Sound>>,
    /// What its microphone records, 8000 samples a second, over and over.
    pub spoken: Vec<i16>,
    /// Whether headphones are plugged in, at one look after the other.
    pub jack: RefCell<VecDeque<bool>>,
    /// What its camera sees.
    pub picture: Option<Frame>,
    /// Whether a switch keeps its radios silent.
    pub radios_off: bool,
    /// What they hear.
    pub networks: Vec<Network>,
    /// What its Bluetooth hears.
    pub neighbours: Vec<Neighbour>,
    /// What is in its ports at one look after the other.
    pub usb: RefCell<VecDeque<Vec<UsbPort>>>,
    /// Its power at one look after the other.
    pub power: RefCell<VecDeque<PowerState>>,
    /// Its heat at one look after the other.
    pub heats: RefCell<VecDeque<Heat>>,
    /// Rounds that each of its two processors does in a second.
    pub rounds: u64,
    /// MiB that its disk reads in a second.
    pub disk: Option<u64>,
    /// Parts that refuse to be used.
    pub broken: Vec<Part>,
}

impl FakeHardware {
    /// A machine with those parts.
    #[must_use]
    pub fn with(parts: &[Part]) -> Self {
        let there = |part: &Part| (*part, Presence::There(format!("{MADE_UP}: {part:?}")));
        Self { parts: parts.iter().map(there).collect(), ..Self::default() }
    }

    fn sound(&self, part: Part) -> Result<(), Failure> {
        if self.broken.contains(&part) {
            return Err(broken("EIO"));
        }
        Ok(())
    }
}

impl Parts for FakeHardware {
    fn presence(&self, part: Part) -> Presence {
        self.parts.get(&part).cloned().unwrap_or_else(|| Presence::Absent(MADE_UP.to_owned()))
    }
}

struct FakeListening {
    down: Vec<u16>,
    events: VecDeque<InputEvent>,
}

impl Listening for FakeListening {
    fn down(&self) -> Vec<u16> {
        self.down.clone()
    }

    fn next(&mut self, _wait: Duration) -> Result<Option<InputEvent>, Failure> {
        Ok(self.events.pop_front())
    }
}

impl Inputs for FakeHardware {
    fn listen(&self, part: Part) -> Result<Box<dyn Listening>, Failure> {
        self.sound(part)?;
        let events = self.events.take();
        Ok(Box::new(FakeListening { down: self.down.clone(), events }))
    }
}

struct FakeArea {
    words: Vec<u64>,
    bad: Option<(usize, Option<u64>)>,
}

impl Area for FakeArea {
    fn words(&mut self) -> &mut [u64] {
        // Every look finds the bad word as it was first written.
        if let Some((at, kept)) = &mut self.bad
            && let Some(word) = self.words.get_mut(*at)
        {
            match kept {
                Some(kept) => *word = *kept,
                None if *word != 0 => *kept = Some(*word),
                None => {}
            }
        }
        &mut self.words
    }

    fn is_locked(&self) -> bool {
        true
    }
}

impl Effort for FakeHardware {
    fn memory(&self, _bytes: usize) -> Result<Box<dyn Area>, Failure> {
        self.sound(Part::Memory)?;
        Ok(Box::new(FakeArea { words: vec![0; 4096], bad: self.bad_word.map(|at| (at, None)) }))
    }

    fn exert(
        &self,
        threads: Option<usize>,
        time: Duration,
        look: &mut dyn FnMut() -> bool,
    ) -> Result<Exertion, Failure> {
        self.sound(Part::Processor)?;
        let threads = threads.map_or(2, |threads| u64::try_from(threads).unwrap_or(u64::MAX));
        let worked = (1..=time.as_secs()).take_while(|_second| look()).count();
        let seconds = u64::try_from(worked).unwrap_or(0);
        Ok(Exertion { threads, rounds: self.rounds * threads * seconds, time: Duration::from_secs(seconds) })
    }

    fn heat(&self) -> Heat {
        next_of(&mut self.heats.borrow_mut()).unwrap_or_default()
    }

    fn disk_rate(&self) -> Result<Option<u64>, Failure> {
        Ok(self.disk)
    }
}

impl Sounds for FakeHardware {
    fn play(&self, sound: &Sound) -> Result<(), Failure> {
        self.sound(Part::Speakers)?;
        self.played.borrow_mut().push(sound.clone());
        Ok(())
    }

    fn record(&self, time: Duration, hear: &mut dyn FnMut(&Sound) -> bool) -> Result<Sound, Failure> {
        self.sound(Part::Microphone)?;
        let mut spoken = self.spoken.iter().copied().cycle();
        let mut samples = Vec::new();
        for _tenth in 0..time.as_millis() / 100 {
            let piece = Sound { rate: 8000, channels: 1, samples: spoken.by_ref().take(800).collect() };
            samples.extend(&piece.samples);
            if !hear(&piece) {
                break;
            }
        }
        Ok(Sound { rate: 8000, channels: 1, samples })
    }

    fn headphones(&self) -> Result<Option<bool>, Failure> {
        self.sound(Part::Speakers)?;
        Ok(next_of(&mut self.jack.borrow_mut()))
    }
}

impl Cameras for FakeHardware {
    fn frame(&self) -> Result<Frame, Failure> {
        self.sound(Part::Camera)?;
        self.picture.clone().ok_or_else(|| broken("no picture"))
    }
}

impl Radios for FakeHardware {
    fn radio(&self, part: Part) -> Result<RadioState, Failure> {
        self.sound(part)?;
        Ok(RadioState { name: MADE_UP.to_owned(), is_hard_blocked: self.radios_off, is_soft_blocked: false })
    }

    fn scan(&self) -> Result<Vec<Network>, Failure> {
        self.sound(Part::Wifi)?;
        Ok(self.networks.clone())
    }

    fn neighbours(&self) -> Result<Vec<Neighbour>, Failure> {
        self.sound(Part::Bluetooth)?;
        Ok(self.neighbours.clone())
    }
}

impl UsbPorts for FakeHardware {
    fn usb_ports(&self) -> Result<Vec<UsbPort>, Failure> {
        self.sound(Part::Usb)?;
        Ok(next_of(&mut self.usb.borrow_mut()).unwrap_or_default())
    }
}

impl Power for FakeHardware {
    fn power(&self) -> Result<PowerState, Failure> {
        self.sound(Part::Battery)?;
        Ok(next_of(&mut self.power.borrow_mut()).unwrap_or_default())
    }
}

/// The next of a series; the last of it for ever.
fn next_of<T: Clone>(series: &mut VecDeque<T>) -> Option<T> {
    if series.len() > 1 { series.pop_front() } else { series.front().cloned() }
}

fn broken(why: &str) -> Failure {
    Failure::new(Trouble::Io, say!("hardware-failed", part = MADE_UP)).because(why)
}
