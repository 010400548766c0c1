//! An image of a master machine: what is in the way of one, what is told before it, and the capture itself.
//!
//! Invariants: the disk is only read; the disk of a donated device whose data were never erased is refused, and nobody can
//! lift that; traces of a person stay in an image only where somebody said so, and the manifest says which.

use super::bench::Bench;
use super::disk::disk_key;
use super::image_inside::{Stored, windows_note};
use super::image_store::{AddOrder, empty, id_from, image_manifest};
use super::master::Master;
use crate::custody::{DeviceFile, DrawerError};
use crate::device::{Attachment, Disk, DiskIdentity};
use crate::imaging::{CaptureNote, FitWish, Layout, LicenceBasis, Manifest, layout};
use crate::job::{Captured, Watch, pack};
use crate::port::{Failure, ImageStore, Trouble};
use crate::unit::{Bytes, DeviceId, IdError};
use crate::word::say;
use std::cell::Cell;
use std::path::{Path, PathBuf};

/// As many devices as are read together.
const PAGE: u32 = 100;
/// The id of an image that nobody named.
const UNNAMED: &str = "may-mau";
/// Where an image comes from, unless somebody says more.
const SOURCE: &str = "capture";

/// What is to be captured, and what the image is to be called.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CaptureOrder {
    /// Which disk: kernel name, path or serial.
    pub disk: String,
    /// The id of the image.
    pub id: Option<String>,
    /// Its name for people; its id where none is given.
    pub name: Option<String>,
    /// Operating system; what is seen on the disk where none is given.
    pub os: Option<String>,
    /// Processor architecture.
    pub arch: String,
    /// The least memory it runs in.
    pub minimum_memory: Option<Bytes>,
    /// The smallest disk it is of use on.
    pub minimum_disk: Option<Bytes>,
    /// Where it comes from.
    pub source: Option<String>,
    /// Under which licence it may be given away.
    pub licence: Option<String>,
    /// On what ground a Windows may be copied.
    pub basis: Option<LicenceBasis>,
    /// Whether traces of a person may stay in it.
    pub keep_traces: bool,
    /// The disk that was chosen and looked at, where somebody did: another one in its place is refused.
    pub seen: Option<MasterName>,
    /// How it is to be fitted to its disks.
    pub fit: FitWish,
}

/// One disk in one plugging-in: what a person chose, and nothing that took its place since.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MasterName {
    identity: DiskIdentity,
    attachment: Attachment,
}

impl MasterName {
    /// That disk as it is plugged in now.
    #[must_use]
    pub fn of(disk: &Disk) -> Self {
        Self { identity: disk.identity.clone(), attachment: disk.attachment.clone() }
    }
}

/// An image that was captured.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CapturedImage {
    /// Its manifest.
    pub manifest: Manifest,
    /// How long its file in the store is.
    pub stored: Bytes,
    /// How much of it holds anything.
    pub filled: Bytes,
}

/// Looks at the disk of a master machine: whether it may be captured, and what is on it. Errors: there is no such disk, or it is
/// in use; it is another one than was chosen; it is a donor's; a file system was not put away; a Windows that was not made ready;
/// what was typed; `cancel` stopped it.
pub fn look_at_master(bench: &Bench<'_>, order: &CaptureOrder, cancel: &dyn Fn() -> bool) -> Result<Master, Failure> {
    let mut named = image_manifest(&add_order(order, "?"), &id(order), &empty(), Layout::default());
    named.source.get_or_insert_with(|| SOURCE.to_owned());
    // What is typed is judged before the disk is looked at.
    Manifest::from_toml("--id, --name", &named.to_toml())
        .map_err(|error| Failure::new(Trouble::Usage, error.sentence()).detail(&error))?;
    let disk = bench.pick_disk(&order.disk, None)?;
    if order.seen.as_ref().is_some_and(|seen| *seen != MasterName::of(&disk)) {
        let what = say!("capture-other-disk", disk = disk.name.as_str());
        return Err(Failure::new(Trouble::No, what).hint(say!("capture-other-disk-hint")));
    }
    refuse_donors(bench, &disk)?;
    let master = Master::read(bench.disks.open_to_read(&disk)?, disk, cancel)?;
    if let Some(windows) = &master.windows {
        windows_note(windows, order.basis)?;
    }
    system(order, &master)?;
    Ok(master)
}

/// Captures what [`look_at_master`] saw. Errors: traces of a person that nobody said may stay; the disk; the store; it was
/// stopped, and the next run goes on.
pub fn capture(
    store: &dyn ImageStore,
    order: &CaptureOrder,
    master: Master,
    watch: &mut Watch<'_>,
) -> Result<CapturedImage, Failure> {
    let mut master = master;
    if master.has_personal() && !order.keep_traces {
        return Err(Failure::new(Trouble::No, say!("capture-traces")).hint(say!("capture-traces-hint")));
    }
    let note = CaptureNote { traces: master.kept_traces() };
    let windows = master.windows.as_ref().map(|windows| windows_note(windows, order.basis)).transpose()?;
    let os = system(order, &master)?;
    let id = id(order);
    let mut part = store.part(&id)?;
    let (passed, name) = (Cell::new(0), master.disk.name.clone());
    let mut raw = Captured::new(master.io.as_mut(), &master.keep, &passed);
    let packed = pack(&mut raw, &|| Bytes(passed.get()), master.keep.length, part.as_mut(), watch);
    let failed = raw.failed();
    let index = packed.map_err(|failure| match failed {
        Some(at) => job_read_failed(&name, at).detail(&failure),
        None if failure.trouble == Trouble::Cancelled => Failure::new(Trouble::Cancelled, say!("capture-cancelled")),
        None => failure,
    })?;
    // What was read is of one disk.
    master.io.check()?;
    let mut stored = part.reread()?;
    let seen = layout(&Stored::new(stored.as_mut(), &index)?.start()?);
    let block = Some(master.disk.logical_block).filter(|block| [512, 4096].contains(block));
    let mut manifest =
        image_manifest(&AddOrder { block: seen.block.or(block), ..add_order(order, &os) }, &id, &index, seen);
    manifest.source.get_or_insert_with(|| SOURCE.to_owned());
    (manifest.windows, manifest.capture) = (windows, Some(note));
    part.publish(&manifest.to_toml())?;
    let length = index.chunks.iter().map(|chunk| u64::from(chunk.packed)).sum();
    Ok(CapturedImage { manifest, stored: Bytes(length), filled: index.filled() })
}

fn job_read_failed(disk: &str, at: Bytes) -> Failure {
    Failure::new(Trouble::Io, say!("job-read-failed", disk = disk, at = at.0)).hint(say!("capture-read-hint"))
}

fn id(order: &CaptureOrder) -> String {
    let of_name = || order.name.as_deref().map(|name| id_from(Path::new(name))).filter(|id| !id.is_empty());
    order.id.clone().or_else(of_name).unwrap_or_else(|| UNNAMED.to_owned())
}

fn add_order(order: &CaptureOrder, os: &str) -> AddOrder {
    AddOrder {
        file: PathBuf::new(),
        id: order.id.clone(),
        name: order.name.clone(),
        os: os.to_owned(),
        arch: order.arch.clone(),
        block: None,
        firmware: None,
        minimum_memory: order.minimum_memory,
        minimum_disk: order.minimum_disk,
        source: order.source.clone(),
        licence: order.licence.clone(),
        sha256: None,
        basis: order.basis,
        fit: order.fit.clone(),
    }
}

/// The operating system, as typed or as seen. Errors: neither.
fn system(order: &CaptureOrder, master: &Master) -> Result<String, Failure> {
    let seen = if master.windows.is_some() { Some("windows") } else { master.is_linux.then_some("linux") };
    let named = order.os.clone().or_else(|| seen.map(str::to_owned));
    named.ok_or_else(|| Failure::new(Trouble::Usage, say!("capture-no-system")).hint(say!("capture-no-system-hint")))
}

/// Errors: the disk is, or was seen in, a donated device, and nothing proves that the donor's data are gone from it. It is not
/// asked through what plug: a dock may call its model otherwise.
fn refuse_donors(bench: &Bench<'_>, disk: &Disk) -> Result<(), Failure> {
    let (key, mut after) = (disk_key(disk), String::new());
    let is_it = |known: &String, file: &DeviceFile| {
        let seen = file.disks.get(known).map(|file| &file.disk);
        let same = |serial: &String| Some(serial) == disk.identity.serial.as_ref() && !disk.serial_shared;
        *known == key
            || seen.is_some_and(|seen| seen.serial.as_ref().is_some_and(same) && seen.size == disk.identity.size)
    };
    loop {
        let page = bench.index.drawers("device", &after, PAGE)?;
        let Some((last, _)) = page.last() else { return Ok(()) };
        after.clone_from(last);
        for (id, _text) in &page {
            let id: DeviceId = id.parse().map_err(|error: IdError| DrawerError(error.to_string()))?;
            let found = bench.device(&id)?;
            if found.file.unwiped().any(|known| is_it(known, &found.file)) {
                let what = say!("capture-donors", disk = disk.name.as_str(), tag = found.name());
                return Err(Failure::new(Trouble::No, what).hint(say!("capture-donors-hint")));
            }
        }
    }
}
