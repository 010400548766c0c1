//! Function tests without their hardware: what is heard of keys, pointers, sound, pictures, ports, memory, heat and batteries,
//! and what it comes to.
//!
//! Invariants: nothing here does I/O or looks at a clock; every time is passed in, counted from the test's own beginning; no
//! verdict that a person must give is guessed.

mod board;
mod frame;
mod heat;
mod keys;
mod memory;
mod pace;
mod power;
mod radio;
mod sound;
mod touch;
mod usb_map;
mod view;

pub use board::{Cap, FULL, LAPTOP, LAPTOP_FULL, LAYOUTS, Layout, SIXTY, TENKEYLESS, layout};
pub use frame::{Frame, Seen};
pub use heat::{Heat, HeatVerdict, judge_heat};
pub use keys::{HELD, InputEvent, Keys};
pub use memory::{BadWord, bad_words, fill};
pub use pace::{Enough, Pace, PaceClass, pace_classes, work};
pub use power::{Drain, PackState, PowerState, drain};
pub use radio::{Neighbour, Network, RadioState};
pub use sound::{Heard, Loudness, Side, Sound, loudness, meter, tone};
pub use touch::{TOUCH_GOALS, Touch, TouchGoal};
pub use usb_map::{UsbMap, UsbPort};
pub use view::{Choice, Colour, Picture, Question, TrialView};
