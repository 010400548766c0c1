//! The images of a station: adding one with all its checks, listing, checking again, taking away.
//!
//! Invariants: an image is in the store only after its file was read to its true end, everything that vouches for it agreed,
//! and what was stored read back; what nothing vouches for is said.

use super::bench::Bench;
use super::image_inside::{Stored, windows_note};
use crate::imaging::{
    Bmap, CHUNK, Content, Decoded, Firmware, FitWish, Index, IndexError, Layout, LicenceBasis, Manifest, Packing, Rot,
    Unpacked, layout,
};
use crate::job::{Rotten, Watch, check, pack, unreadable_image};
use crate::port::{Failure, Files, ImageFile, ImageStore, Kept, Trouble, no_image};
use crate::unit::{Bytes, Digest, fold};
use crate::word::{Sentence, say};
use sha2::{Digest as _, Sha256};
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

/// The longest image that is taken: a file that decodes to more is taken for a bomb.
pub const MOST_IMAGE: Bytes = Bytes(2 << 40);
/// The processors that nearly every donated machine has.
pub const USUAL_ARCH: &str = "x86_64";
/// A list of digests is small.
const MOST_SUMS: u64 = 1 << 20;
/// A bmap names ranges: this is one of hundreds of thousands.
const MOST_BMAP: u64 = 32 << 20;

/// What is to be added.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AddOrder {
    /// The file.
    pub file: PathBuf,
    /// Its id; made from the file's name where none is given.
    pub id: Option<String>,
    /// Its name for people; its id where none is given.
    pub name: Option<String>,
    /// Operating system.
    pub os: String,
    /// Processor architecture.
    pub arch: String,
    /// The logical block it is made for, bytes; what its partition table says where none is given, else 512.
    pub block: Option<u32>,
    /// Which firmware starts it; what its partition table says where none is given.
    pub firmware: Option<Firmware>,
    /// The least memory it runs in.
    pub minimum_memory: Option<Bytes>,
    /// The smallest disk it is of use on.
    pub minimum_disk: Option<Bytes>,
    /// Where it comes from.
    pub source: Option<String>,
    /// Under which licence it may be given away.
    pub licence: Option<String>,
    /// What its publisher says the file's SHA-256 is; what stands in `FILE.sha256` or `SHA256SUMS` beside it where none is
    /// given.
    pub sha256: Option<Digest>,
    /// On what ground a Windows in it may be copied.
    pub basis: Option<LicenceBasis>,
    /// How it is to be fitted to its disks.
    pub fit: FitWish,
}

/// An image that was added.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Added {
    /// Its manifest.
    pub manifest: Manifest,
    /// How long its file in the store is.
    pub stored: Bytes,
    /// How much of it holds anything.
    pub filled: Bytes,
    /// Whether a published SHA-256 agreed.
    pub vouched: bool,
    /// Whether checks in the file, or in the bmap beside it, cover all of its content.
    pub checked: bool,
    /// Whether that was a bmap.
    pub mapped: bool,
    /// How the file was packed.
    pub packing: Packing,
    /// What was packed in it.
    pub content: Content,
}

/// A file of images being read: counts what was read, and digests it where that is wanted.
struct Counted {
    inner: Box<dyn Read + Send>,
    taken: Arc<AtomicU64>,
    sha: Option<Arc<Mutex<Sha256>>>,
}

impl Read for Counted {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(into)?;
        self.taken.fetch_add(read as u64, Ordering::Relaxed);
        if let Some(Ok(mut sha)) = self.sha.as_ref().map(|sha| sha.lock()) {
            sha.update(&into[..read]);
        }
        Ok(read)
    }
}

/// Adds an image to the store. Errors: the order, the file, what vouches for it, the store; a Windows in it that may not be
/// copied; it was stopped, and the next run with the same file goes on.
pub fn add_image(
    store: &dyn ImageStore,
    files: &dyn Files,
    order: &AddOrder,
    watch: &mut Watch<'_>,
) -> Result<Added, Failure> {
    let id = order.id.clone().unwrap_or_else(|| id_from(&order.file));
    let named = Manifest { id: id.clone(), ..image_manifest(order, &id, &empty(), Layout::default()) };
    // What is typed is judged before an hour is spent on the file.
    Manifest::from_toml("--id, --name", &named.to_toml())
        .map_err(|error| Failure::new(Trouble::Usage, error.sentence()).detail(&error))?;
    let wanted = match order.sha256 {
        Some(sha256) => Some(sha256),
        None => published(files, &order.file)?,
    };
    let total = files.length(&order.file)?;
    let mut part = store.part(&id)?;
    let taken = Arc::new(AtomicU64::new(0));
    let sha = wanted.map(|_| Arc::new(Mutex::new(Sha256::new())));
    let counted = Counted { inner: files.open(&order.file)?, taken: Arc::clone(&taken), sha: sha.clone() };
    let mut raw = Unpacked::new(counted, MOST_IMAGE).map_err(unreadable_image)?;
    let seen = || Bytes(taken.load(Ordering::Relaxed));
    let map = mapped(files, &order.file)?;
    let mapped = map.as_ref().is_some_and(Bmap::is_checked);
    let index = match map {
        Some(map) => pack(&mut map.over(&mut raw), &seen, total, part.as_mut(), watch)?,
        None => pack(&mut raw, &seen, total, part.as_mut(), watch)?,
    };
    if let (Some(wanted), Some(sha)) = (wanted, sha) {
        let found = sha.lock().map_or(Digest::ZERO, |sha| Digest(sha.clone().finalize().into()));
        if found != wanted {
            let file = order.file.display().to_string();
            let what = say!("image-sha-differs", file = file, wanted = wanted.short(12), found = found.short(12));
            return Err(Failure::new(Trouble::BadData, what).hint(say!("image-sha-differs-hint")));
        }
    }
    let mut stored = part.reread()?;
    let mut inside = Stored::new(stored.as_mut(), &index)?;
    let manifest = image_manifest(order, &id, &index, layout(&inside.start()?));
    // However a Windows comes into the store, it goes out under the same rules.
    let windows = inside.windows(manifest.block)?.map(|seen| windows_note(&seen, order.basis)).transpose()?;
    let manifest = Manifest { windows, ..manifest };
    part.publish(&manifest.to_toml())?;
    let length = index.chunks.iter().map(|chunk| u64::from(chunk.packed)).sum();
    let filled = index.filled();
    let (checked, packing, content) = (mapped || raw.is_checked(), raw.packing(), raw.content());
    Ok(Added { manifest, stored: Bytes(length), filled, vouched: wanted.is_some(), checked, mapped, packing, content })
}

pub(super) fn empty() -> Index {
    Index { length: Bytes(1), blake3: Digest::ZERO, chunks: Vec::new() }
}

pub(super) fn image_manifest(order: &AddOrder, id: &str, index: &Index, layout: Layout) -> Manifest {
    Manifest {
        id: id.to_owned(),
        name: order.name.clone().unwrap_or_else(|| id.to_owned()),
        length: index.length,
        blake3: index.blake3,
        os: order.os.clone(),
        arch: order.arch.clone(),
        block: order.block.or(layout.block).unwrap_or(512),
        firmware: order.firmware.or(layout.firmware),
        minimum_memory: order.minimum_memory,
        minimum_disk: order.minimum_disk,
        source: order.source.clone(),
        licence: order.licence.clone(),
        partition_offset: None,
        partition_length: None,
        fit: order.fit.clone(),
        windows: None,
        capture: None,
    }
}

/// An id made of a file's name: small letters, digits, dashes and dots, without what says how it is packed.
pub(super) fn id_from(file: &Path) -> String {
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    let mut stem = fold(&name);
    while let Some((before, ending)) = stem.rsplit_once('.') {
        if before.is_empty() || !["zst", "xz", "gz", "bz2", "img", "raw", "iso", "simg", "pcl"].contains(&ending) {
            break;
        }
        stem = before.to_owned();
    }
    let plain = |c: char| if c.is_ascii_alphanumeric() || c == '.' { c } else { '-' };
    let id: String = stem.chars().map(plain).take(64).collect();
    let parts = id.split('-').filter(|part| !part.is_empty());
    parts.collect::<Vec<_>>().join("-")
}

/// The bmap beside the file: `FILE.bmap`, or with one ending after another taken off the file's name.
fn mapped(files: &dyn Files, file: &Path) -> Result<Option<Bmap>, Failure> {
    let mut name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
    loop {
        let path = file.with_file_name(format!("{name}.bmap"));
        if files.length(&path).is_ok() {
            let bmap = Bmap::parse(&files.read(&path, MOST_BMAP)?);
            return bmap.map(Some).map_err(|error| unreadable_image(error.into()));
        }
        match name.rsplit_once('.') {
            Some((before, _ending)) if !before.is_empty() => name = before.to_owned(),
            _all_off => return Ok(None),
        }
    }
}

/// What the file's publisher says its SHA-256 is, in a file beside it.
fn published(files: &dyn Files, file: &Path) -> Result<Option<Digest>, Failure> {
    let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
    for sums in [file.with_file_name(format!("{name}.sha256")), file.with_file_name("SHA256SUMS")] {
        if files.length(&sums).is_err() {
            continue;
        }
        let text = files.read_text(&sums, MOST_SUMS)?;
        let of_it = |line: &str| {
            let (digest, of) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
            let of = of.trim_start_matches([' ', '*']).trim();
            (of == name || of.is_empty()).then(|| digest.parse().ok())?
        };
        if let Some(found) = text.lines().find_map(of_it) {
            return Ok(Some(found));
        }
    }
    Ok(None)
}

/// An image of the store, as it is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImageView {
    /// Its id.
    pub id: String,
    /// Its manifest, or why it cannot be read.
    pub manifest: Result<Manifest, Sentence>,
    /// Its file, and its length.
    pub image: Option<(PathBuf, Bytes)>,
}

/// Every image of the store.
pub fn list_images(store: &dyn ImageStore) -> Result<Vec<ImageView>, Failure> {
    let view = |kept: Kept| {
        let read = Manifest::from_toml(&kept.file.display().to_string(), &kept.manifest);
        ImageView { id: kept.id, manifest: read.map_err(|error| error.sentence()), image: kept.image }
    };
    Ok(store.list()?.into_iter().map(view).collect())
}

/// The image of that id. Errors: there is none.
pub fn show_image(store: &dyn ImageStore, id: &str) -> Result<ImageView, Failure> {
    list_images(store)?.into_iter().find(|view| view.id == id).ok_or_else(|| no_image(id))
}

/// The file and the manifest of an image that is named by its id in the store, or by its file; its manifest stands beside it
/// where none is named.
#[must_use]
pub fn chosen_image(bench: &Bench<'_>, image: &Path, manifest: Option<&Path>) -> (PathBuf, PathBuf) {
    let is_id = image.components().count() == 1 && manifest.is_none();
    // An id may have a dot, which is no ending.
    let beside = |ending: &str| bench.own.images.join(format!("{}.{ending}", image.display()));
    let there = |path: &PathBuf| bench.files.length(path).is_ok();
    let kept = ["zst", "img", "raw"].map(beside).into_iter().find(there);
    match kept.filter(|_| is_id && !there(&image.to_owned())) {
        Some(file) => (file, beside("toml")),
        None => (image.to_owned(), manifest.map_or_else(|| image.with_extension("toml"), Path::to_owned)),
    }
}

/// What is known of an image, in lines.
#[must_use]
pub fn image_lines(manifest: &Manifest) -> Vec<Sentence> {
    let starts = manifest.firmware.map_or_else(|| say!("unknown"), Firmware::sentence);
    let fixed = [
        say!("image-line-system", os = manifest.os.as_str(), arch = manifest.arch.as_str()),
        say!("image-line-starts", firmware = starts, block = u64::from(manifest.block)),
    ];
    let needs = manifest.minimum_disk.map_or(manifest.length, |least| least.max(manifest.length));
    let memory = manifest.minimum_memory.map(|memory| say!("image-line-memory", memory = memory.decimal()));
    let windows = manifest.windows.as_ref().map(|windows| {
        say!("image-line-windows", edition = windows.edition.as_str(), basis = windows.basis.sentence())
    });
    let traces = manifest.capture.as_ref().map_or(0, |capture| capture.traces.len() as u64);
    let traces = (traces > 0).then(|| say!("image-line-traces", count = traces));
    let source = manifest.source.as_deref().map(|source| say!("image-line-source", source = source));
    let licence = manifest.licence.as_deref().map(|licence| say!("image-line-licence", licence = licence));
    let needs = say!("image-line-disk", disk = needs.decimal());
    let digest = say!("image-line-digest", digest = manifest.blake3.to_string());
    let files = manifest
        .fit
        .files
        .iter()
        .map(|file| say!("image-line-file", path = file.path.as_str(), partition = file.partition.as_str()));
    let lines = fixed.into_iter().chain([needs]).chain(memory).chain(source).chain(licence);
    lines.chain(windows).chain(traces).chain(files).chain([digest]).collect()
}

/// An image in one line.
#[must_use]
pub fn image_sentence(view: &ImageView) -> Sentence {
    match (&view.manifest, &view.image) {
        (Err(why), _) => say!("image-row-bad", id = view.id.as_str(), why = why.clone()),
        (Ok(_), None) => {
            say!("image-row-bad", id = view.id.as_str(), why = say!("image-file-missing", file = view.id.as_str()))
        }
        (Ok(manifest), Some((_, stored))) => say!(
            "image-row",
            id = view.id.as_str(),
            name = manifest.name.as_str(),
            length = manifest.length.decimal(),
            stored = stored.decimal(),
        ),
    }
}

/// A chunk that is not what it was.
#[must_use]
pub fn rotten_sentence(rotten: &Rotten) -> Sentence {
    let chunk = rotten.number as u64;
    let (at, end) = (chunk * CHUNK as u64, (chunk + 1) * CHUNK as u64);
    let why = match rotten.rot {
        Rot::Frame => say!("image-rot-frame"),
        Rot::Digest => say!("image-rot-digest"),
    };
    say!("image-rotten", chunk = chunk, at = at, end = end, why = why)
}

/// What a check of an image comes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImageChecked {
    /// Its id.
    pub id: String,
    /// Chunks that are not what they were.
    pub rotten: Vec<Rotten>,
    /// How many chunks there are.
    pub chunks: usize,
    /// Whether it has an index; one without is read whole, and is right or not.
    pub indexed: bool,
}

/// Reads a whole image from the medium and compares it with its index and its manifest. Errors: no such image; it cannot be
/// read; its manifest or its index does not hold, or they do not agree; without an index, that it is not its manifest's.
pub fn check_image(store: &dyn ImageStore, id: &str, watch: &mut Watch<'_>) -> Result<ImageChecked, Failure> {
    let view = show_image(store, id)?;
    let manifest = view.manifest.map_err(|why| Failure::new(Trouble::BadData, why))?;
    let mut file = store.open(id)?;
    let Some(index) = index_of(file.as_mut(), &manifest)? else { return check_foreign(file, &manifest, watch) };
    let rotten = check(file.as_mut(), &index, watch)?;
    Ok(ImageChecked { id: id.to_owned(), rotten, chunks: index.chunks.len(), indexed: true })
}

/// The index of the file; none where it has none. Errors: it cannot be read, does not hold, or is not that manifest's.
pub(super) fn index_of(file: &mut dyn ImageFile, manifest: &Manifest) -> Result<Option<Index>, Failure> {
    let index = match Index::read(file) {
        Ok(index) => index,
        Err(error) => {
            return match error.downcast::<IndexError>() {
                Ok(IndexError::None) => Ok(None),
                Ok(broken) => Err(Failure::new(Trouble::BadData, broken.sentence()).detail(broken)),
                Err(error) => Err(unreadable_image(error)),
            };
        }
    };
    if (index.length, index.blake3) != (manifest.length, manifest.blake3) {
        return Err(Failure::new(Trouble::BadData, say!("image-not-its-manifest", id = manifest.id.as_str())));
    }
    Ok(Some(index))
}

/// A file that was copied into the store by hand: raw, or any sequence of Zstandard frames.
fn check_foreign(
    file: Box<dyn ImageFile>,
    manifest: &Manifest,
    watch: &mut Watch<'_>,
) -> Result<ImageChecked, Failure> {
    let mut file = file;
    file.seek(SeekFrom::Start(0)).map_err(unreadable_image)?;
    let mut decoded = Decoded::new(file, manifest.length).map_err(unreadable_image)?;
    let found = watch.digest(&mut decoded, manifest.length)?;
    if found != manifest.blake3 {
        let what = say!("image-not-its-manifest", id = manifest.id.as_str());
        return Err(Failure::new(Trouble::BadData, what).hint(say!("image-hint-fetch-again")));
    }
    Ok(ImageChecked { id: manifest.id.clone(), rotten: Vec::new(), chunks: 0, indexed: false })
}
