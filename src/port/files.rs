//! Files that a person names: images, manifests, exports, pictures of tags.

use super::failure::{Failure, Trouble};
use super::image_store::ImageFile;
use crate::unit::Bytes;
use crate::word::say;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::io::{Cursor, Read};
use std::path::{Path, PathBuf};

/// Reading and writing files by path.
pub trait Files {
    /// The whole file. Errors: missing, unreadable, or longer than `most` bytes.
    fn read(&self, path: &Path, most: u64) -> Result<Vec<u8>, Failure>;
    /// The file as a stream.
    fn open(&self, path: &Path) -> Result<Box<dyn Read + Send>, Failure>;
    /// The file, to be read here and there.
    fn open_anywhere(&self, path: &Path) -> Result<Box<dyn ImageFile>, Failure>;
    /// Its length. Errors: missing or unreadable.
    fn length(&self, path: &Path) -> Result<Bytes, Failure>;
    /// Writes a new file, whole or not at all, and durable when this returns. Nothing is ever replaced or written through.
    /// Errors: [`file_exists`] where anything has that name, be it a folder or a dangling link; or it cannot be written.
    fn write(&self, path: &Path, bytes: &[u8]) -> Result<(), Failure>;
    /// Overwrites the file and takes its name away; nothing where there is none. Errors: it cannot be written.
    fn erase(&self, path: &Path) -> Result<(), Failure>;
    /// Makes the folder and those above it. Errors: it exists and is not empty.
    fn make_empty_folder(&self, path: &Path) -> Result<(), Failure>;
}

/// What writing says where something has the name already.
#[must_use]
pub fn file_exists(path: &Path) -> Failure {
    Failure::new(Trouble::Usage, say!("file-exists", file = path.display().to_string())).hint(say!("file-exists-hint"))
}

impl dyn Files + '_ {
    /// The whole file as text. Errors: as for [`Files::read`], or it is no UTF-8.
    pub fn read_text(&self, path: &Path, most: u64) -> Result<String, Failure> {
        String::from_utf8(self.read(path, most)?).map_err(|error| {
            Failure::new(Trouble::BadData, say!("file-not-text", file = path.display().to_string())).because(error)
        })
    }
}

/// Files in memory.
#[derive(Debug, Default)]
pub struct FakeFiles(pub RefCell<BTreeMap<PathBuf, Vec<u8>>>);

impl FakeFiles {
    fn get(&self, path: &Path) -> Result<Vec<u8>, Failure> {
        let missing = || Failure::new(Trouble::Io, say!("file-unreadable", file = path.display().to_string()));
        self.0.borrow().get(path).cloned().ok_or_else(missing)
    }
}

impl Files for FakeFiles {
    fn read(&self, path: &Path, most: u64) -> Result<Vec<u8>, Failure> {
        let bytes = self.get(path)?;
        if bytes.len() as u64 > most {
            return Err(Failure::new(Trouble::BadData, say!("file-too-long", file = path.display().to_string())));
        }
        Ok(bytes)
    }

    fn open(&self, path: &Path) -> Result<Box<dyn Read + Send>, Failure> {
        Ok(Box::new(Cursor::new(self.get(path)?)))
    }

    fn open_anywhere(&self, path: &Path) -> Result<Box<dyn ImageFile>, Failure> {
        Ok(Box::new(Cursor::new(self.get(path)?)))
    }

    fn length(&self, path: &Path) -> Result<Bytes, Failure> {
        Ok(Bytes(self.get(path)?.len() as u64))
    }

    fn write(&self, path: &Path, bytes: &[u8]) -> Result<(), Failure> {
        if self.0.borrow().keys().any(|file| file.starts_with(path)) {
            return Err(file_exists(path));
        }
        self.0.borrow_mut().insert(path.to_owned(), bytes.to_vec());
        Ok(())
    }

    fn erase(&self, path: &Path) -> Result<(), Failure> {
        self.0.borrow_mut().remove(path);
        Ok(())
    }

    fn make_empty_folder(&self, path: &Path) -> Result<(), Failure> {
        if self.0.borrow().keys().any(|file| file.starts_with(path)) {
            return Err(Failure::new(Trouble::Usage, say!("folder-not-empty", folder = path.display().to_string())));
        }
        Ok(())
    }
}
