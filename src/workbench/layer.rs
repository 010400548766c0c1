//! Which layers there are, and what each is opened with: data only.

use super::check::CheckOrder;
use super::chosen::Row;
use super::day::DayEnd;
use super::disk::DiskView;
use super::interrupted::Interrupted;
use super::key::Hint;
use super::lot::LotView;
use super::people::PersonView;
use super::report::Report;
use super::world::Liftable;
use crate::event::intake::DeviceKind;
use crate::tag::TagId;
use crate::unit::{Bytes, DeviceId, LotId, PersonId, Secret, ShelfName};
use crate::word::Sentence;
use std::path::PathBuf;

/// Which layer to lay on top.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Layer {
    /// Receive a device, perhaps with a tag just scanned.
    Receive(Option<TagId>),
    /// Inspect this machine for the chosen device.
    Inspect,
    /// Inspect the tablet or phone of that name for the chosen device.
    InspectMobile(String),
    /// What other profiles say of the chosen device.
    WhatIf,
    /// Choose a disk of the chosen device.
    Disks(Purpose),
    /// Choose an image for that disk.
    Images(Box<Aim>),
    /// The images that the station keeps.
    Store,
    /// Add an image to them.
    StoreAdd,
    /// An image of a master machine.
    StoreCapture,
    /// The password for one use of the machine with that tag.
    OneTime(String, Secret),
    /// Confirm what will be written to that disk.
    Arm(Box<Aim>, Box<Task>),
    /// The chosen device's tag.
    Tag,
    /// Exchange the chosen device's label with another's.
    Swap,
    /// Accessories in stock, for that device, which has that tag, where one is named.
    Accessories(Option<(DeviceId, String)>),
    /// The function check of the chosen device.
    Check,
    /// Grades, repairs, parts and locks of the chosen device.
    Mend,
    /// Correct what was recorded of the chosen device.
    Correct,
    /// Take back the last record of the chosen device.
    Undo,
    /// Function tests of the chosen device, on this machine.
    Trial(CheckOrder),
    /// Put devices on a shelf: that one with its tag first, then whatever is scanned.
    Shelve {
        /// The first device.
        device: Option<(DeviceId, String)>,
        /// On which; asked for where none is named.
        shelf: Option<ShelfName>,
    },
    /// Read a donor's list: devices of that kind where it names none, into that lot.
    DonorList(DeviceKind, LotId),
    /// Make donors one who were entered twice, or two again.
    Donors,
    /// Choose another lot for that device, which has that tag.
    Lots(DeviceId, String),
    /// Every lot, and what is missing of each.
    LotList,
    /// That lot.
    Lot(LotId),
    /// Say what is expected of that lot.
    LotExpect(Box<LotView>),
    /// Take stock of that shelf.
    Count(ShelfName),
    /// Give the chosen device.
    Give,
    /// Put the chosen device on hold.
    Hold,
    /// Put the chosen device in quarantine.
    Quarantine,
    /// Sign somebody in.
    SignIn,
    /// Sign in whoever holds the badge of that code.
    Badge(Secret),
    /// Write a note about that device, which has that tag.
    Note(DeviceId, String),
    /// Hand the shift over.
    HandOver,
    /// Open the vault.
    Unlock,
    /// Let one of these rules pass for the chosen device.
    Lift(Vec<Liftable>),
    /// Validate a wipe of the chosen device.
    Validate,
    /// Record that a disk of the chosen device was destroyed: that one, or one of those it is known to have.
    Destroy(Option<Box<Aim>>),
    /// The people of the station.
    People,
    /// Add somebody.
    PersonAdd,
    /// That person's roles.
    PersonRoles(PersonView),
    /// That person's PIN.
    PersonPin(PersonView),
    /// A badge for that person, who has that name.
    PersonBadge(PersonId, String),
    /// Close the day.
    Day,
    /// The day that was closed.
    DayEnd(Box<DayEnd>),
    /// Phones: pair them, revoke them.
    Phone,
    /// What waits to be printed.
    Prints,
    /// The station's printers.
    Printers,
    /// Scanners at serial ports.
    Scanners,
    /// Which key makes a machine start from a stick.
    BootKeys,
    /// Sticks.
    Sticks,
    /// What is here of other stations' chains.
    Chains,
    /// Settle what two places recorded of the chosen device.
    Settle,
    /// The summary of the chosen device, to be read off the screen.
    Summary,
    /// A running job.
    Job(u64),
    /// The jobs that did not come to their end.
    Interrupted,
    /// Type a tag or words.
    Find(String),
    /// Choose among the devices that were found.
    Hits(Vec<Row>),
    /// What an effect came to.
    Message(Report),
    /// Find something to do by words, among these keys and all screens.
    Palette(Vec<Hint>),
    /// That step of the first lesson.
    Lesson(usize),
    /// Every key that is valid.
    Keys(Vec<Hint>),
    /// Really leave while jobs run?
    Quit,
    /// Switch the computer off, or start it again?
    Power,
}

/// What a disk is chosen for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// To be wiped.
    Wipe,
    /// To get an image.
    Image,
    /// To have the image that is on it fitted.
    Fit,
}

/// A disk meant for a device.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Aim {
    /// The device.
    pub device: DeviceId,
    /// The device's tag, for people.
    pub name: String,
    /// The disk.
    pub view: DiskView,
    /// The job on it to go on with; none for a new one.
    pub resume: Option<Interrupted>,
}

/// What will be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Task {
    /// A wipe.
    Wipe,
    /// An image.
    Image(ImageChoice),
    /// The image that is on the disk is fitted to it.
    Fit,
}

/// A system image that can be chosen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImageChoice {
    /// Its manifest.
    pub manifest: PathBuf,
    /// The image file.
    pub image: PathBuf,
    /// What people call it.
    pub name: String,
    /// Its length when decoded; none where the manifest cannot be used.
    pub length: Option<Bytes>,
    /// Why it cannot be used, if it cannot.
    pub trouble: Option<Sentence>,
}
