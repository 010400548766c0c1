//! The image store in a folder: `ID.zst` and `ID.toml`; while an image is being added, `ID.part` and `ID.part-index`.
//!
//! Invariants: the frames of a part are on the medium before its index says so; a manifest appears last, and what has none is
//! no image; an image that is being added is locked.

#![expect(clippy::disallowed_methods, reason = "an adapter: it reads and writes files")]

use crate::imaging::Chunk;
use crate::port::{
    Failure, Files, ImageFile, ImagePart, ImageStore, Kept, Trouble, file_exists, image_exists, no_image,
};
use crate::unit::Bytes;
use crate::word::say;
use rustix::fs::{Advice, FlockOperation};
use std::fs::{self, File};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use super::files::{LocalFiles, publish};

/// Manifests are small.
const MOST_MANIFEST: u64 = 64 * 1024;
/// The endings that an image file may have, the likeliest first: teams also copy files into the folder by hand.
const ENDINGS: [&str; 3] = ["zst", "img", "raw"];

/// [`ImageStore`] in a folder, made when the first image is added.
#[derive(Clone, Debug)]
pub struct ImageFolder(PathBuf);

impl ImageFolder {
    /// The store in that folder.
    #[must_use]
    pub const fn new(folder: PathBuf) -> Self {
        Self(folder)
    }

    fn file(&self, id: &str, ending: &str) -> PathBuf {
        self.0.join(format!("{id}.{ending}"))
    }

    fn image(&self, id: &str) -> Option<PathBuf> {
        ENDINGS.iter().map(|ending| self.file(id, ending)).find(|path| path.is_file())
    }
}

fn unreadable(path: &Path, error: io::Error) -> Failure {
    Failure::new(Trouble::Io, say!("file-unreadable", file = path.display().to_string())).because(error)
}

fn unwritable(path: &Path, error: io::Error) -> Failure {
    let what = say!("file-unwritable", file = path.display().to_string());
    Failure::new(Trouble::Io, what).because(error).hint(say!("file-unwritable-hint"))
}

/// The name of the file without its ending, where that is one.
fn id_of(path: &Path, ending: &str) -> Option<String> {
    let is_it = path.extension().is_some_and(|found| found == ending);
    is_it.then(|| path.file_stem().map(|stem| stem.to_string_lossy().into_owned()))?
}

/// Opens a file and lets the kernel forget what it has of it in memory.
fn open_cold(path: &Path) -> io::Result<File> {
    let file = File::open(path)?;
    // Where the kernel keeps it all the same, it is read from memory.
    let _kept = rustix::fs::fadvise(&file, 0, None, Advice::DontNeed);
    Ok(file)
}

impl ImageStore for ImageFolder {
    fn list(&self) -> Result<Vec<Kept>, Failure> {
        let entries = match fs::read_dir(&self.0) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(unreadable(&self.0, error)),
        };
        let mut all = Vec::new();
        for entry in entries {
            let file = entry.map_err(|error| unreadable(&self.0, error))?.path();
            let Some(id) = id_of(&file, "toml") else { continue };
            let manifest = (&LocalFiles as &dyn Files).read_text(&file, MOST_MANIFEST)?;
            let length = |path: PathBuf| path.metadata().ok().map(|meta| (path, Bytes(meta.len())));
            let image = self.image(&id).and_then(length);
            all.push(Kept { id, manifest, file, image });
        }
        all.sort_by(|one, other| one.id.cmp(&other.id));
        Ok(all)
    }

    fn open(&self, id: &str) -> Result<Box<dyn ImageFile>, Failure> {
        let path = self.image(id).ok_or_else(|| no_image(id))?;
        Ok(Box::new(open_cold(&path).map_err(|error| unreadable(&path, error))?))
    }

    fn part(&self, id: &str) -> Result<Box<dyn ImagePart>, Failure> {
        if self.file(id, "toml").exists() {
            return Err(image_exists(id));
        }
        fs::create_dir_all(&self.0).map_err(|error| unwritable(&self.0, error))?;
        let open = |path: &Path| {
            let file = File::options().create(true).truncate(false).read(true).write(true).open(path);
            file.map_err(|error| unwritable(path, error))
        };
        let index_path = self.file(id, "part-index");
        let mut index = open(&index_path)?;
        if rustix::fs::flock(&index, FlockOperation::NonBlockingLockExclusive).is_err() {
            return Err(Failure::new(Trouble::TryAgain, say!("image-being-added", id = id)));
        }
        let path = self.file(id, "part");
        frames_back(self, id, &path, index.metadata().is_ok_and(|meta| meta.len() > 0))?;
        let frames = open(&path)?;
        let mut entries = Vec::new();
        index.read_to_end(&mut entries).map_err(|error| unreadable(&index_path, error))?;
        let length = frames.metadata().map_err(|error| unreadable(&path, error))?.len();
        let mut chunks = Chunk::many(&entries);
        let mut sum = 0;
        let durable = chunks.iter().take_while(|chunk| {
            sum += u64::from(chunk.packed);
            sum <= length
        });
        let durable = durable.count();
        chunks.truncate(durable);
        let settled = chunks.len();
        let mut part =
            FolderPart { folder: self.clone(), id: id.to_owned(), path, index_path, frames, index, chunks, settled };
        part.keep_only(settled)?;
        Ok(Box::new(part))
    }

    fn remove(&self, id: &str) -> Result<(), Failure> {
        let gone = |path: PathBuf| match fs::remove_file(&path) {
            Ok(()) => Ok(true),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
            Err(error) => Err(unwritable(&path, error)),
        };
        // The manifest first: what has none is no image.
        let mut any = false;
        for ending in ["toml"].into_iter().chain(ENDINGS).chain(["part", "part-index"]) {
            any |= gone(self.file(id, ending))?;
        }
        if any { Ok(()) } else { Err(no_image(id)) }
    }

    fn room(&self) -> Option<Bytes> {
        let there = self.0.ancestors().find(|folder| folder.exists())?;
        let found = rustix::fs::statvfs(there).ok()?;
        Some(Bytes(found.f_bavail.saturating_mul(found.f_frsize)))
    }
}

struct FolderPart {
    folder: ImageFolder,
    id: String,
    path: PathBuf,
    index_path: PathBuf,
    frames: File,
    index: File,
    chunks: Vec<Chunk>,
    /// How many of them the index on the medium has.
    settled: usize,
}

impl ImagePart for FolderPart {
    fn kept(&self) -> &[Chunk] {
        &self.chunks
    }

    fn keep_only(&mut self, chunks: usize) -> Result<(), Failure> {
        self.chunks.truncate(chunks);
        self.settled = self.chunks.len();
        let frames: u64 = self.chunks.iter().map(|chunk| u64::from(chunk.packed)).sum();
        let entries: u64 = self.chunks.iter().map(|chunk| chunk.to_bytes().len() as u64).sum();
        // The index first: it never tells of frames that are not there.
        cut(&mut self.index, entries).map_err(|error| unwritable(&self.index_path, error))?;
        cut(&mut self.frames, frames).map_err(|error| unwritable(&self.path, error))
    }

    fn append(&mut self, frame: &[u8], chunk: &Chunk) -> Result<(), Failure> {
        self.frames.write_all(frame).map_err(|error| unwritable(&self.path, error))?;
        self.chunks.push(*chunk);
        Ok(())
    }

    fn settle(&mut self) -> Result<(), Failure> {
        self.frames.sync_data().map_err(|error| unwritable(&self.path, error))?;
        let fresh: Vec<u8> = self.chunks[self.settled..].iter().flat_map(Chunk::to_bytes).collect();
        let written = self.index.write_all(&fresh).and_then(|()| self.index.sync_data());
        written.map_err(|error| unwritable(&self.index_path, error))?;
        self.settled = self.chunks.len();
        Ok(())
    }

    fn reread(&mut self) -> Result<Box<dyn ImageFile>, Failure> {
        Ok(Box::new(open_cold(&self.path).map_err(|error| unreadable(&self.path, error))?))
    }

    fn close(&mut self, index: &[u8]) -> Result<(), Failure> {
        let written = self.frames.write_all(index).and_then(|()| self.frames.sync_all());
        written.map_err(|error| unwritable(&self.path, error))
    }

    fn publish(self: Box<Self>, manifest: &str) -> Result<(), Failure> {
        let image = self.folder.file(&self.id, "zst");
        publish(&self.path, &image).map_err(|error| unwritable(&image, error))?;
        LocalFiles.write(&self.folder.file(&self.id, "toml"), manifest.as_bytes())?;
        fs::remove_file(&self.index_path).map_err(|error| unwritable(&self.index_path, error))
    }
}

/// A file that has its name and no manifest yet was cut short in [`ImagePart::publish`]: it becomes a part again. Errors: somebody
/// else put it there.
fn frames_back(folder: &ImageFolder, id: &str, part: &Path, is_ours: bool) -> Result<(), Failure> {
    let Some(image) = folder.image(id) else { return Ok(()) };
    if !is_ours || part.exists() || image != folder.file(id, "zst") {
        return Err(file_exists(&image));
    }
    publish(&image, part).map_err(|error| unwritable(part, error))
}

fn cut(file: &mut File, length: u64) -> io::Result<()> {
    file.set_len(length)?;
    file.seek(SeekFrom::Start(length))?;
    file.sync_data()
}
