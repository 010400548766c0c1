//! What a screen asks for, and what it is answered: data only.
//!
//! Invariant: an effect decides nothing; whether it may happen is for the rules, when it is carried out.

use super::bench::Found;
use super::carry_door::DoorOrder;
use super::carry_warehouse::WarehouseOrder;
use super::check::{CheckAnswer, CheckAsk, CheckTold};
use super::chosen::Row;
use super::correct::Change;
use super::day::DayEnd;
use super::disk::DiskView;
use super::fit::FitAgain;
use super::habits::{SettingsOrder, SettingsView};
use super::handover::GiveOrder;
use super::image::ImageOrder;
use super::inspect_page::PageLine;
use super::intake::Intake;
use super::interrupted::Interrupted;
use super::key::Key;
use super::layer::{ImageChoice, Layer};
use super::machine::Power;
use super::mend::{MendOrder, MendView};
use super::order::{DayLook, DayOrder, MadeView, PeopleOrder, SetUpOrder, ShiftOrder, WipeSeen};
use super::people::{PersonView, SignedIn};
use super::phone::{PhoneOrder, PhoneView};
use super::print::PrintOrder;
use super::printer_page::{PrinterOrder, PrintersView};
use super::report::Report;
use super::scanner_page::{ScannerOrder, ScannerTold};
use super::sight::{Seen, Sight};
use super::stick_page::{StickOrder, StickTold};
use super::store_page::{StoreOrder, StoreTold};
use super::wipe::WipeOrder;
use crate::event::intake::{Danger, HoldReason};
use crate::event::lock::LockKind;
use crate::reading::DiskHealth;
use crate::tag::TagId;
use crate::unit::{DeviceId, PartId, Secret, ShelfName};
use crate::word::Sentence;

/// What is to be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Lay a layer on top.
    Open(Layer),
    /// Take the top layer off.
    Close,
    /// Take all layers off.
    Home,
    /// Go to the screen of that name.
    Go(&'static str),
    /// Show that step of the first lesson, or the next one to be done; none ends it.
    Lesson(Option<usize>),
    /// Speak the other language.
    Speak,
    /// Press that key on what lies below.
    Press(Key),
    /// Show that device.
    Choose(DeviceId),
    /// Look for a tag or id, as scanned or typed.
    Find(String),
    /// Look at the bench again.
    Refresh,
    /// Receive a device.
    Receive(Intake),
    /// Inspect this machine for the device.
    Inspect(DeviceId),
    /// Inspect the tablet or phone of that name for the device.
    InspectMobile(DeviceId, String),
    /// Read something to be looked at, and change nothing.
    See(Sight),
    /// List disks, and what forbids writing to them for the device.
    ListDisks(DeviceId),
    /// List the jobs that did not come to their end.
    ListInterrupted,
    /// Ask the disk of that name how it is.
    ReadHealth(String),
    /// List system images.
    ListImages,
    /// Wipe a disk of the device.
    StartWipe {
        /// The device.
        device: DeviceId,
        /// Disk, method and confirmation.
        order: WipeOrder,
    },
    /// Write an image to a disk of the device.
    StartImage {
        /// The device.
        device: DeviceId,
        /// Disk, image and confirmation.
        order: ImageOrder,
    },
    /// Fit the image that is on a disk of the device.
    StartFit {
        /// The device.
        device: DeviceId,
        /// Disk and confirmation.
        order: FitAgain,
    },
    /// Something about the images that the station keeps.
    Store(StoreOrder),
    /// Stop a running job.
    CancelJob(u64),
    /// Bind a tag to the device; a fresh one where none is given.
    BindTag {
        /// The device.
        device: DeviceId,
        /// Its new tag.
        tag: Option<TagId>,
    },
    /// Record a function check.
    RecordCheck {
        /// The device.
        device: DeviceId,
        /// The answers.
        answers: Vec<CheckAnswer>,
    },
    /// What can be graded, mended, taken out of and put into the device.
    LookMend(DeviceId),
    /// Grade it, record a repair, a part or a lock.
    Mend {
        /// The device.
        device: DeviceId,
        /// What exactly.
        order: Box<MendOrder>,
    },
    /// Strike out what was recorded by mistake, as it was shown.
    Correct {
        /// Of which devices, which records.
        changes: Vec<Change>,
        /// Why, where one was asked for.
        reason: Option<String>,
    },
    /// Something about function tests.
    Check(CheckAsk),
    /// Write the certificates of the device's wipes into the station's folder.
    Certify(DeviceId),
    /// Give the device, or set it aside.
    Give {
        /// The device.
        device: DeviceId,
        /// To whom, and how.
        order: GiveOrder,
    },
    /// Put the device on hold, or release it.
    Hold {
        /// The device.
        device: DeviceId,
        /// Why; none releases.
        reason: Option<HoldReason>,
    },
    /// Put the device in quarantine, or clear it.
    Quarantine {
        /// The device.
        device: DeviceId,
        /// Why; none clears.
        danger: Option<Danger>,
    },
    /// Put devices or boxes on a shelf, or devices into a box.
    Shelve {
        /// Which: tags as scanned or typed, ids, codes of boxes.
        devices: Vec<String>,
        /// Where.
        shelf: ShelfName,
    },
    /// Something in the warehouse, beside putting away.
    Warehouse(WarehouseOrder),
    /// Something at the door, beside receiving a device.
    Door(DoorOrder),
    /// Something about people, lifted rules or validations.
    People(PeopleOrder),
    /// Something about devices in somebody's hands, or notes.
    Shift(ShiftOrder),
    /// Open the vault with that passphrase.
    Unlock(Secret),
    /// Something about labels on their way to a printer.
    Print(PrintOrder),
    /// Something about the station's printers.
    Printer(PrinterOrder),
    /// Something about scanners at serial ports.
    Scanner(ScannerOrder),
    /// Something about sticks.
    Stick(StickOrder),
    /// Something about the day.
    Day(DayOrder),
    /// Something about the station's settings.
    Settings(SettingsOrder),
    /// Something about phones.
    Phone(PhoneOrder),
    /// Make a new station.
    SetUp(Box<SetUpOrder>),
    /// Read this machine, where the program was started from a stick, and record nothing.
    LookAtMachine,
    /// Leave, and switch the computer off or start it again.
    Power(Power),
    /// Put the newest alert away.
    Dismiss,
    /// Tell that at the bench.
    Warn(Report),
    /// Stop all jobs, wait for their recorded ends, and end.
    Quit,
}

/// What an effect came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// That device was meant.
    Found(Box<Found>),
    /// These devices have the words that were looked for.
    Several(Vec<Row>),
    /// No device; a tag that nobody has yet can be given to one that is received now.
    NotFound {
        /// The tag, where it is a sound one.
        tag: Option<TagId>,
        /// What to say.
        report: Report,
    },
    /// An inspection was recorded.
    Inspected(Box<InspectedView>),
    /// Something to be looked at.
    Seen(Box<Seen>),
    /// The disks of this machine.
    Disks(Vec<DiskView>),
    /// The jobs that did not come to their end, the newest first.
    Interrupted(Vec<Interrupted>),
    /// How a disk is.
    Health {
        /// Its name.
        disk: String,
        /// What its health comes to.
        health: Box<DiskHealth>,
    },
    /// What can be graded, mended, taken out and put in.
    Mend(Box<MendView>),
    /// That part was taken out, and lies on the shelf.
    Taken(PartId, Report),
    /// A password that was sealed, to be shown now.
    Password(LockKind, Secret),
    /// The images of this station.
    Images(Vec<ImageChoice>),
    /// Something of the images that the station keeps.
    Store(Box<StoreTold>),
    /// The password for one use of the machine with that tag, to be shown now and never again.
    OneTime(String, Secret),
    /// The people of the station.
    People(Vec<PersonView>),
    /// The code of a badge that was made, to be shown now and never again.
    Badge(Secret),
    /// Somebody signed in.
    SignedIn(SignedIn),
    /// What was asked for needs names, and the vault is locked.
    VaultLocked,
    /// The wipes that stand.
    Wipes(Vec<WipeSeen>),
    /// How far the work is from its last safety copy.
    Day(Box<DayLook>),
    /// The day was closed.
    DayClosed(Box<DayEnd>),
    /// The station's settings.
    Settings(Box<SettingsView>),
    /// The phones, and the code that pairs one.
    Phone(Box<PhoneView>),
    /// The station's printers.
    Printers(Box<PrintersView>),
    /// Something of scanners.
    Scanner(Box<ScannerTold>),
    /// Something of sticks.
    Stick(Box<StickTold>),
    /// Something of function tests.
    Check(Box<CheckTold>),
    /// A station was made.
    Made(Box<MadeView>),
    /// A job was recorded as begun.
    Began(u64),
    /// A job was not begun, or failed before anything could be told of it.
    NotBegun(Report),
    /// The day was not closed.
    NotClosed(Report),
    /// It was recorded.
    Done(Report),
    /// It was refused, or failed.
    Refused(Report),
}

/// An inspection as it is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InspectedView {
    /// The judgement.
    pub judged: crate::profile::Verdict,
    /// The verdict, with the profile it was judged by.
    pub verdict: Sentence,
    /// The cheapest parts that would lift the verdict.
    pub fix: Option<Sentence>,
    /// What stands in the way, what changed, every criterion and fact, and what nobody knows, in this order.
    pub lines: Vec<PageLine>,
}
