//! What can be typed. The texts of `--help` come from the language files (`help.rs`).

use super::args_accessory::AccessoryVerb;
use super::args_apart::{HoldArgs, QuarantineArgs};
use super::args_bundle::BundleVerb;
use super::args_certificate::CertificateArgs;
use super::args_check::CheckArgs;
use super::args_conflict::ConflictVerb;
use super::args_correct::{CorrectArgs, DonorVerb};
use super::args_day::{BackupVerb, DayVerb, RestoreArgs};
use super::args_disk::DiskVerb;
use super::args_door::{ListArgs, OutwardArgs, SeenArgs, ToldArgs};
use super::args_handover::{AllocateArgs, HandoverArgs};
use super::args_image::ImageVerb;
use super::args_ledger::{FindArgs, PracticeArgs, VerifyArgs};
use super::args_lot::{LotVerb, ReceiptArgs};
use super::args_measure::MeasureVerb;
use super::args_people::{KeyVerb, OpenArgs, OverrideArgs, PersonVerb, PlaceArgs, ValidateArgs, VaultVerb};
use super::args_printer::PrinterVerb;
use super::args_program::{BootKeysArgs, CompletionsArgs, ManArgs};
use super::args_repair::{GradeArgs, LockVerb, PartVerb, RepairArgs};
use super::args_scanner::ScannerVerb;
use super::args_serve::ServeArgs;
use super::args_settings::SettingsArgs;
use super::args_shelf::{MoveArgs, ShelfArgs};
use super::args_shift::{NoteArgs, ShiftArgs, TakeArgs};
use super::args_stick::StickVerb;
use super::args_tag::TagVerb;
use super::args_today::{TargetArgs, TodayArgs};
use crate::event::intake::DeviceKind;
use crate::unit::{JobId, LotId};
use crate::word::Lang;
use clap::{Args, Parser, Subcommand, ValueEnum};
use std::path::PathBuf;

/// The program.
#[derive(Clone, Debug, Parser)]
#[command(name = "aoxanh", version, disable_help_subcommand = true)]
pub struct Cli {
    /// The station's folder.
    #[arg(long, global = true, env = "AOXANH_STATION", value_name = "DIR")]
    pub station: Option<PathBuf>,
    /// Language.
    #[arg(long, global = true, env = "AOXANH_LANG", default_value = "vi", value_name = "vi|en")]
    pub lang: Lang,
    /// JSON, one object a line.
    #[arg(long, global = true)]
    pub json: bool,
    /// Who is at the bench.
    #[arg(long, global = true, env = "AOXANH_BY", value_name = "NAME")]
    pub by: Option<String>,
    /// Asks for their PIN.
    #[arg(long, global = true)]
    pub pin: bool,
    /// Reads it from a file.
    #[arg(long, global = true, value_name = "FILE")]
    pub pin_file: Option<PathBuf>,
    /// What to do.
    #[command(subcommand)]
    pub verb: Verb,
}

/// Every verb.
#[derive(Clone, Debug, Subcommand)]
pub enum Verb {
    /// The bench on a screen.
    Bench(BenchArgs),
    /// Practise the whole chain.
    Practice(PracticeArgs),
    /// Measure the program.
    #[command(subcommand, hide = true)]
    Measure(MeasureVerb),
    /// Open a station.
    Open(OpenArgs),
    /// Where the bench stands.
    Place(PlaceArgs),
    /// What the station keeps of its own.
    Settings(SettingsArgs),
    /// Lots and consents.
    #[command(subcommand)]
    Lot(LotVerb),
    /// A donor's receipt.
    Receipt(ReceiptArgs),
    /// Donors.
    #[command(subcommand)]
    Donor(DonorVerb),
    /// Receive a device.
    Intake(IntakeArgs),
    /// Say what is seen of a device from outside.
    Outward(SeenArgs),
    /// Inspect this machine.
    Inspect(InspectArgs),
    /// Tablets and phones on the cable.
    Mobile,
    /// Show disks.
    Disks(DisksArgs),
    /// Wipe a disk.
    Wipe(WipeArgs),
    /// Jobs that did not come to their end.
    Jobs,
    /// A disk that is not wiped.
    #[command(subcommand)]
    Disk(DiskVerb),
    /// Write a system image.
    #[command(subcommand)]
    Image(ImageVerb),
    /// Tags.
    #[command(subcommand)]
    Tag(TagVerb),
    /// Printers.
    #[command(subcommand)]
    Printer(PrinterVerb),
    /// Record a function check.
    Check(CheckArgs),
    /// Grade.
    Grade(GradeArgs),
    /// Record a repair.
    Repair(RepairArgs),
    /// Parts.
    #[command(subcommand)]
    Part(PartVerb),
    /// Accessories.
    #[command(subcommand)]
    Accessory(AccessoryVerb),
    /// Locks.
    #[command(subcommand)]
    Lock(LockVerb),
    /// Put on hold or release.
    Hold(HoldArgs),
    /// Put in quarantine or clear.
    Quarantine(QuarantineArgs),
    /// Put devices on a shelf.
    Move(MoveArgs),
    /// Where devices lie.
    Shelf(ShelfArgs),
    /// Strike out what was recorded by mistake.
    Correct(CorrectArgs),
    /// Take devices into one's hands.
    Take(TakeArgs),
    /// Notes about a device.
    Note(NoteArgs),
    /// What a shift leaves to the next.
    Shift(ShiftArgs),
    /// Allocate to a pupil.
    Allocate(AllocateArgs),
    /// Hand over.
    Handover(HandoverArgs),
    /// Validate a wipe.
    Validate(ValidateArgs),
    /// A wipe's certificate.
    Certificate(CertificateArgs),
    /// Lift a rule.
    Override(OverrideArgs),
    /// Find devices.
    Find(FindArgs),
    /// Today's throughput and what stands where.
    Today(TodayArgs),
    /// The target of a campaign.
    Target(TargetArgs),
    /// Scanners at serial ports.
    #[command(subcommand)]
    Scanner(ScannerVerb),
    /// Everything that is known of a device.
    Show(DeviceArgs),
    /// A device's history.
    History(DeviceArgs),
    /// People and roles.
    #[command(subcommand)]
    Person(PersonVerb),
    /// The vault.
    #[command(subcommand)]
    Vault(VaultVerb),
    /// Keys.
    #[command(subcommand)]
    Key(KeyVerb),
    /// Sticks.
    #[command(subcommand)]
    Stick(StickVerb),
    /// Check the ledger.
    Verify(VerifyArgs),
    /// Export the ledger.
    Export(ExportArgs),
    /// Records from station to station.
    #[command(subcommand)]
    Bundle(BundleVerb),
    /// What two places recorded of one device.
    #[command(subcommand)]
    Conflict(ConflictVerb),
    /// Close a day with a safety copy.
    #[command(subcommand)]
    Day(DayVerb),
    /// Safety copies.
    #[command(subcommand)]
    Backup(BackupVerb),
    /// Make a station from a safety copy.
    Restore(RestoreArgs),
    /// Serve the phone page.
    Serve(ServeArgs),
    /// Look whether everything is fit to work with.
    Doctor,
    /// Which key makes a machine start from a stick.
    BootKeys(BootKeysArgs),
    /// Completions for a shell.
    Completions(CompletionsArgs),
    /// Manual pages.
    Man(ManArgs),
}

/// A device.
#[derive(Clone, Debug, Args)]
pub struct DeviceArgs {
    /// Tag or id.
    pub device: String,
}

/// The bench on a screen.
#[derive(Clone, Debug, Default, Args)]
pub struct BenchArgs {
    /// Another folder with images.
    #[arg(long, value_name = "DIR")]
    pub images: Option<PathBuf>,
    /// What the terminal can show.
    #[arg(long, env = "AOXANH_GLYPHS", value_enum)]
    pub glyphs: Option<GlyphsArg>,
}

/// A set of glyphs as typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum GlyphsArg {
    /// Everything.
    Full,
    /// The Linux console.
    Console,
    /// ASCII alone.
    Ascii,
}

/// A donation.
#[derive(Clone, Debug, Args)]
pub struct DonationArgs {
    /// The donor's name.
    #[arg(long, value_name = "NAME")]
    pub donor: Option<String>,
    /// Consents to erasing.
    #[arg(long)]
    pub consent_erase: bool,
    /// Consents to taking apart.
    #[arg(long)]
    pub consent_parts: bool,
}

/// A consent.
#[derive(Clone, Debug, Args)]
pub struct ConsentArgs {
    /// The lot.
    pub lot: LotId,
    /// To what.
    #[arg(long, value_enum, default_value = "erase")]
    pub purpose: PurposeArg,
    /// Takes it back.
    #[arg(long)]
    pub withdraw: bool,
}

/// A purpose as typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum PurposeArg {
    /// Erasing.
    Erase,
    /// Taking apart.
    Parts,
}

/// Receiving.
#[derive(Clone, Debug, Args)]
pub struct IntakeArgs {
    /// Into which lot.
    #[arg(long, value_name = "ID", conflicts_with_all = ["donor", "consent_erase", "consent_parts"])]
    pub lot: Option<LotId>,
    /// A new lot.
    #[command(flatten)]
    pub donation: DonationArgs,
    /// Kind of device.
    #[arg(long, value_enum, default_value = "laptop")]
    pub kind: KindArg,
    /// Tag already on it.
    #[arg(long, value_name = "TAG")]
    pub tag: Option<String>,
    /// What is seen of it.
    #[command(flatten)]
    pub outward: OutwardArgs,
    /// Who it is, as somebody says.
    #[command(flatten)]
    pub told: ToldArgs,
    /// A donor's list.
    #[command(flatten)]
    pub list: ListArgs,
}

/// A kind as typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum KindArg {
    /// Laptop.
    Laptop,
    /// Desktop.
    Desktop,
    /// All-in-one.
    AllInOne,
    /// Tablet.
    Tablet,
    /// Phone.
    Phone,
}

impl From<KindArg> for DeviceKind {
    fn from(kind: KindArg) -> Self {
        match kind {
            KindArg::Laptop => Self::Laptop,
            KindArg::Desktop => Self::Desktop,
            KindArg::AllInOne => Self::AllInOne,
            KindArg::Tablet => Self::Tablet,
            KindArg::Phone => Self::Phone,
        }
    }
}

/// Inspecting.
#[derive(Clone, Debug, Args)]
pub struct InspectArgs {
    /// Tag or id.
    pub device: String,
    /// Spec profile.
    #[arg(long, value_name = "ID")]
    pub profile: Option<String>,
    /// Only what others would say.
    #[arg(long)]
    pub what_if: bool,
    /// A fact, typed.
    #[arg(long = "typed", value_name = "FACT=VALUE", value_parser = super::args_repair::pair, conflicts_with = "what_if")]
    pub typed: Vec<(String, String)>,
    /// A tablet or phone on the cable instead of this machine.
    #[arg(long, value_name = "NAME", num_args = 0..=1, conflicts_with_all = ["what_if", "typed"])]
    #[expect(clippy::option_option, reason = "the name may be left out")]
    pub android: Option<Option<String>>,
}

/// Disks.
#[derive(Clone, Debug, Args)]
pub struct DisksArgs {
    /// Tag or id.
    pub device: Option<String>,
}

/// Wiping.
#[expect(clippy::struct_excessive_bools, reason = "switches, as they are typed")]
#[derive(Clone, Debug, Args)]
pub struct WipeArgs {
    /// Tag or id.
    pub device: String,
    /// Which disk.
    #[arg(long, value_name = "DISK")]
    pub disk: String,
    /// How.
    #[arg(long, value_name = "METHOD")]
    pub method: Option<String>,
    /// Confirmation.
    #[arg(long, value_name = "SERIAL")]
    pub confirm: Option<String>,
    /// Only show the plan.
    #[arg(long)]
    pub plan: bool,
    /// Go on with a job.
    #[arg(long, value_name = "JOB")]
    pub resume: Option<JobId>,
    /// Another program reads the disk as well.
    #[arg(long)]
    pub cross_check: bool,
    /// Begin although the disk should be replaced.
    #[arg(long)]
    pub despite_health: bool,
    /// What the drive's label says.
    #[arg(long, value_name = "PSID")]
    pub psid: Option<String>,
    /// The password of an ATA security erase was written down.
    #[arg(long)]
    pub password_noted: bool,
}

/// Exporting.
#[derive(Clone, Debug, Args)]
pub struct ExportArgs {
    /// Where to.
    pub to: PathBuf,
    /// Only a proof of this record.
    #[arg(long, value_name = "SEQ")]
    pub proof: Option<u64>,
}
