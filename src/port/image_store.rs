//! Where a station keeps its images.
//!
//! Invariants: what a part says it holds was durable when it was said; an image appears in the store whole or not at all;
//! nothing is ever replaced.

use super::failure::{Failure, Trouble};
use crate::imaging::Chunk;
use crate::unit::Bytes;
use crate::word::say;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::io::{Cursor, Read, Seek};
use std::path::{Path, PathBuf};
use std::rc::Rc;

/// A file of frames, with its index behind them.
pub trait ImageFile: Read + Seek + Send {}

impl<F: Read + Seek + Send> ImageFile for F {}

/// An image in the store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    /// Its id, which is the name of its files.
    pub id: String,
    /// The text of its manifest.
    pub manifest: String,
    /// The manifest's name for what is said of it.
    pub file: PathBuf,
    /// The file of frames, and its length; none where there is only a manifest.
    pub image: Option<(PathBuf, Bytes)>,
}

/// A store of images.
pub trait ImageStore {
    /// Every image, by id.
    fn list(&self) -> Result<Vec<Kept>, Failure>;
    /// The file of that image, read from the medium and not from memory where that can be had. Errors: [`no_image`].
    fn open(&self, id: &str) -> Result<Box<dyn ImageFile>, Failure>;
    /// Begins an image of that id, or goes on with what an earlier run left. Errors: [`image_exists`], or another program is
    /// adding it, or it cannot be written.
    fn part(&self, id: &str) -> Result<Box<dyn ImagePart>, Failure>;
    /// Takes an image and its manifest away, or what is left of one that was not finished. Errors: [`no_image`].
    fn remove(&self, id: &str) -> Result<(), Failure>;
    /// How much room there is; none where that cannot be known.
    fn room(&self) -> Option<Bytes>;
}

/// An image on its way into the store. Dropped, it stays as it was at the last [`ImagePart::settle`].
pub trait ImagePart {
    /// The chunks that an earlier run left, in order; the next frame goes behind them.
    fn kept(&self) -> &[Chunk];
    /// Forgets what an earlier run left from that chunk on. Errors: it cannot be written.
    fn keep_only(&mut self, chunks: usize) -> Result<(), Failure>;
    /// Puts a frame behind the others. Errors: it cannot be written.
    fn append(&mut self, frame: &[u8], chunk: &Chunk) -> Result<(), Failure>;
    /// What was appended is durable when this returns. Errors: it cannot be written.
    fn settle(&mut self) -> Result<(), Failure>;
    /// The file as far as it is written, from the medium, to be read once more before it is named. Errors: it cannot be read.
    fn reread(&mut self) -> Result<Box<dyn ImageFile>, Failure>;
    /// Puts `index` behind the frames: the file is complete, and has no name yet. Errors: it cannot be written.
    fn close(&mut self, index: &[u8]) -> Result<(), Failure>;
    /// The image is in the store, durably, with that manifest. Errors: it cannot be written.
    fn publish(self: Box<Self>, manifest: &str) -> Result<(), Failure>;
}

/// What asking for an image says where there is none of that id.
#[must_use]
pub fn no_image(id: &str) -> Failure {
    Failure::new(Trouble::Usage, say!("image-unknown", id = id)).hint(say!("image-unknown-hint"))
}

/// What adding says where there is an image of that id.
#[must_use]
pub fn image_exists(id: &str) -> Failure {
    Failure::new(Trouble::Usage, say!("image-exists", id = id)).hint(say!("image-exists-hint"))
}

/// What the fake holds under an id.
#[derive(Clone, Debug, Default)]
struct Slot {
    frames: Vec<u8>,
    chunks: Vec<Chunk>,
    manifest: Option<String>,
}

/// A store in memory. What was not settled is gone when a part is dropped, as after a power cut.
#[derive(Clone, Debug, Default)]
pub struct FakeImageStore(Rc<RefCell<BTreeMap<String, Slot>>>);

impl FakeImageStore {
    /// Lets `spoil` change the file of an image, as a medium that rots does.
    pub fn spoil(&self, id: &str, spoil: impl FnOnce(&mut Vec<u8>)) {
        if let Some(slot) = self.0.borrow_mut().get_mut(id) {
            spoil(&mut slot.frames);
        }
    }
}

impl ImageStore for FakeImageStore {
    fn list(&self) -> Result<Vec<Kept>, Failure> {
        let kept = |(id, slot): (&String, &Slot)| {
            let file = Path::new("fake").join(id);
            let image = Some((file.with_extension("zst"), Bytes(slot.frames.len() as u64)));
            Some(Kept { id: id.clone(), manifest: slot.manifest.clone()?, file: file.with_extension("toml"), image })
        };
        Ok(self.0.borrow().iter().filter_map(kept).collect())
    }

    fn open(&self, id: &str) -> Result<Box<dyn ImageFile>, Failure> {
        let all = self.0.borrow();
        let slot = all.get(id).filter(|slot| slot.manifest.is_some()).ok_or_else(|| no_image(id))?;
        Ok(Box::new(Cursor::new(slot.frames.clone())))
    }

    fn part(&self, id: &str) -> Result<Box<dyn ImagePart>, Failure> {
        let slot = self.0.borrow().get(id).cloned().unwrap_or_default();
        if slot.manifest.is_some() {
            return Err(image_exists(id));
        }
        Ok(Box::new(FakePart { store: self.clone(), id: id.to_owned(), slot }))
    }

    fn remove(&self, id: &str) -> Result<(), Failure> {
        self.0.borrow_mut().remove(id).map(|_slot| ()).ok_or_else(|| no_image(id))
    }

    fn room(&self) -> Option<Bytes> {
        None
    }
}

struct FakePart {
    store: FakeImageStore,
    id: String,
    slot: Slot,
}

impl ImagePart for FakePart {
    fn kept(&self) -> &[Chunk] {
        &self.slot.chunks
    }

    fn keep_only(&mut self, chunks: usize) -> Result<(), Failure> {
        self.slot.chunks.truncate(chunks);
        let length: usize = self.slot.chunks.iter().map(|chunk| chunk.packed as usize).sum();
        self.slot.frames.truncate(length);
        Ok(())
    }

    fn append(&mut self, frame: &[u8], chunk: &Chunk) -> Result<(), Failure> {
        self.slot.frames.extend(frame);
        self.slot.chunks.push(*chunk);
        Ok(())
    }

    fn settle(&mut self) -> Result<(), Failure> {
        self.store.0.borrow_mut().insert(self.id.clone(), self.slot.clone());
        Ok(())
    }

    fn reread(&mut self) -> Result<Box<dyn ImageFile>, Failure> {
        Ok(Box::new(Cursor::new(self.slot.frames.clone())))
    }

    fn close(&mut self, index: &[u8]) -> Result<(), Failure> {
        self.slot.frames.extend(index);
        Ok(())
    }

    fn publish(mut self: Box<Self>, manifest: &str) -> Result<(), Failure> {
        self.slot.manifest = Some(manifest.to_owned());
        self.settle()
    }
}
