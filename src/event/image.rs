//! Topic image: systems written to disks, with what the read-back saw.

use super::disk::{AttachmentSeen, DiskSeen};
use crate::unit::{Bytes, Digest, JobId, Moment};
use serde::{Deserialize, Serialize};

/// A system image is about to be written; recorded before the first byte.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImageStarted {
    /// The job; a resumed run keeps it.
    pub job: JobId,
    /// Leaf hash of the start that this run resumes.
    pub resumes: Option<Digest>,
    /// Where writing begins.
    pub from: Bytes,
    /// Which image.
    pub image: ImageSeen,
    /// Which disk, by its key in this ledger.
    pub key: String,
    /// The disk.
    pub disk: DiskSeen,
    /// Its logical block, bytes.
    pub logical_block: u32,
    /// Where it was plugged in.
    pub attachment: AttachmentSeen,
}

/// Which image, by its manifest.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImageSeen {
    /// The manifest's id.
    pub id: String,
    /// Length when decoded, bytes.
    pub length: Bytes,
    /// BLAKE3 of the decoded image.
    pub blake3: Digest,
}

/// How a write ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ImageResult {
    /// Every byte is on the disk and read back right.
    Written,
    /// It is not.
    NotWritten,
    /// A person stopped it.
    Cancelled,
}

/// What can be done to a written disk so that its image fits it, each seen again afterwards.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FitStep {
    /// The copy of the partition table stands at the end of the disk.
    TableMoved,
    /// The disk and its partitions have ids of their own.
    IdsRenewed,
    /// The last partition fills the disk.
    PartitionGrown,
    /// Its file system fills it.
    SystemGrown,
    /// The machine is called by its tag.
    HostnameSet,
    /// Its language.
    LocaleSet,
    /// Its time zone.
    TimeZoneSet,
    /// Telex.
    KeyboardSet,
    /// An account.
    UserAdded,
    /// Its password, or that it has none.
    PasswordSet,
    /// A wireless network.
    WifiSet,
    /// Name servers for families.
    DnsSet,
    /// The page of welcome.
    WelcomePut,
    /// Firmware finds something to start.
    BootFound,
    /// The files that the image wants on its partitions stand there.
    FilesPut,
}

/// A setting that was asked for and that the image cannot take.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SettingLeft {
    /// The machine's name.
    Hostname,
    /// Its language.
    Locale,
    /// Its time zone.
    TimeZone,
    /// Telex.
    Keyboard,
    /// An account.
    User,
    /// Its password.
    Password,
    /// A wireless network.
    Wifi,
    /// Name servers for families.
    Dns,
    /// The page of welcome.
    Welcome,
}

/// What fitting came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FitResult {
    /// Everything that was asked for is done and was seen again.
    Fitted,
    /// It is not.
    NotFitted,
    /// The image has nothing that can be fitted, or fits already.
    NothingToDo,
}

/// A written image was fitted to its disk. The digests of the write are those before it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImageFitted {
    /// The job that wrote it.
    pub job: JobId,
    /// Leaf hash of the start of the run that wrote it.
    pub started: Digest,
    /// Which disk.
    pub key: String,
    /// What it came to.
    pub result: FitResult,
    /// What was done.
    pub done: Vec<FitStep>,
    /// What the image cannot take.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub left: Vec<SettingLeft>,
    /// Version of the program.
    pub program: String,
}

/// A write ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImageEnded {
    /// The job.
    pub job: JobId,
    /// Leaf hash of the start of this run.
    pub started: Digest,
    /// Which disk.
    pub key: String,
    /// How it ended.
    pub result: ImageResult,
    /// Bytes written.
    pub written: Bytes,
    /// Bytes read back.
    pub read_back: Bytes,
    /// BLAKE3 of what was read back; none where the read-back did not reach the end.
    pub found: Option<Digest>,
    /// Whether reading went past the cache (`O_DIRECT`).
    pub direct: bool,
    /// When it began.
    pub began: Moment,
    /// When it ended.
    pub ended: Moment,
    /// Version of the program.
    pub program: String,
    /// Of the bytes written, those that were left as the disk's own zero wipe had left them; none where there were none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub skipped: Option<Bytes>,
}
