//! The traits through which the house touches the world, each with its public fake beside it.
//!
//! Invariant: nothing here does I/O. An adapter and its fake pass the same contract suite (`tests/bench/contract`).

mod ask;
mod buffer;
mod clock;
mod commands;
mod disk;
mod failure;
mod fake_disks;
mod fake_hardware;
mod fake_ledger;
mod files;
mod guide;
mod hardware;
mod health;
mod image_store;
mod index;
mod journal;
mod lease;
mod mobile;
mod model;
mod model_ata;
mod model_cells;
mod model_mmc;
mod model_nvme;
mod model_scsi;
mod model_store;
mod print_queue;
mod printer;
mod probe;
mod safety;
mod scanner;
mod second;
mod smart;
mod vault;
mod volume;

pub use ask::{Ask, FakeAsk, empty_secret, gave_up};
pub use buffer::{ALIGNMENT, Buffer};
pub use clock::{Chance, Clock, FakeClock, SeededChance};
pub use commands::Commands;
pub use disk::{DiskIo, DiskRead, Disks, FakeDisk, Fault, Tally};
pub use failure::{Failure, Trouble};
pub use fake_disks::{Asked, FakeDisks};
pub use fake_hardware::{FakeHardware, MADE_UP};
pub use fake_ledger::FakeLedger;
pub use files::{FakeFiles, Files, file_exists};
pub use guide::{FakeGuide, Guide};
pub use hardware::{
    Area, Cameras, Effort, Exertion, Hardware, Inputs, Listening, Part, Parts, Power, Presence, Radios, Sounds,
    UsbPorts,
};
pub use health::{
    FakeHealth, FileSystem, FolderSigns, Health, KeySign, LedgerSigns, MachineSigns, SerialPortSign, ToolSign,
    VaultSign,
};
pub use image_store::{FakeImageStore, ImageFile, ImagePart, ImageStore, Kept, image_exists, no_image};
pub use index::{
    AsideBundle, Elsewhere, Filter, ForeignVisit, Index, Line, LotCount, Row, ShelfCount, Visit, WaitedUntil,
};
pub use journal::{Entry, FakeJournal, Journal, Receipt, Recorded, TakeOver, TakenOver, refuse_half};
pub use lease::{FakeLeases, FakeMarks, Lease, Leases, Marks};
pub use mobile::{FakeMobiles, Mobile, MobileState, Mobiles, MobilesSeen, no_mobile};
pub use model::{BadBridge, Model, ModelKind};
pub use model_store::Vice;
pub use print_queue::{FakePrintQueue, LabelOrdered, PrintJob, PrintQueue};
pub use printer::{
    BAUD, FakePrinter, FakePrinters, PrintForm, PrinterAddress, PrinterSeen, Printers, RAW_PORT, printer_gone,
    printer_takes_no_pdf,
};
pub use probe::{FakeProbe, Probe};
pub use safety::{CopyMade, CopyOrder, CopySeen, FakeCopies, Judge, SafetyCopies, Sound};
pub use scanner::{FakeBytes, FakeScanners, Scanner, Scanners, SerialPort};
pub use second::{Comparing, FakeSecond, SecondReader};
pub use smart::{FakeSmart, Smart};
pub use vault::{Change, FakeVault, Vault, vault_locked};
pub use volume::{FakeVolume, NewVolume, Volume, no_volume, only_plain};
