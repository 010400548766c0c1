//! Files on this machine, written whole or not at all.

#![expect(clippy::disallowed_methods, reason = "an adapter: it reads and writes files")]

use crate::port::{Failure, Files, Trouble};
use crate::word::say;
use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::Path;

/// [`Files`] by the kernel.
#[derive(Clone, Copy, Debug, Default)]
pub struct LocalFiles;

fn unreadable(path: &Path, error: &io::Error) -> Failure {
    Failure::new(Trouble::Io, say!("file-unreadable", file = path.display().to_string()))
        .because(error)
        .hint(say!("file-unreadable-hint"))
}

fn unwritable(path: &Path, error: &io::Error) -> Failure {
    Failure::new(Trouble::Io, say!("file-unwritable", file = path.display().to_string()))
        .because(error)
        .hint(say!("file-unwritable-hint"))
}

impl Files for LocalFiles {
    fn read(&self, path: &Path, most: u64) -> Result<Vec<u8>, Failure> {
        let mut bytes = Vec::new();
        File::open(path)
            .and_then(|file| file.take(most.saturating_add(1)).read_to_end(&mut bytes))
            .map_err(|error| unreadable(path, &error))?;
        if bytes.len() as u64 > most {
            return Err(Failure::new(Trouble::BadData, say!("file-too-long", file = path.display().to_string())));
        }
        Ok(bytes)
    }

    fn open(&self, path: &Path) -> Result<Box<dyn Read>, Failure> {
        let file = File::open(path).map_err(|error| unreadable(path, &error))?;
        if file.metadata().is_ok_and(|meta| meta.is_dir()) {
            return Err(unreadable(path, &io::Error::from(io::ErrorKind::IsADirectory)));
        }
        Ok(Box::new(file))
    }

    fn write(&self, path: &Path, bytes: &[u8]) -> Result<(), Failure> {
        let mut name = path.file_name().unwrap_or_default().to_owned();
        name.push(".new");
        let beside = path.with_file_name(name);
        let write = || {
            let mut file = File::create(&beside)?;
            file.write_all(bytes)?;
            file.sync_all()?;
            fs::rename(&beside, path)?;
            let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
            File::open(folder)?.sync_all()
        };
        write().map_err(|error| unwritable(path, &error))
    }

    fn make_empty_folder(&self, path: &Path) -> Result<(), Failure> {
        fs::create_dir_all(path).map_err(|error| unwritable(path, &error))?;
        let mut inside = fs::read_dir(path).map_err(|error| unreadable(path, &error))?;
        if inside.next().is_some() {
            return Err(Failure::new(Trouble::Usage, say!("folder-not-empty", folder = path.display().to_string()))
                .hint(say!("folder-not-empty-hint")));
        }
        Ok(())
    }
}
