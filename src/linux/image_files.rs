//! Files that may be images: those that are near at hand, and those whose path begins as somebody typed it.
//!
//! Invariants: nothing is opened, only names and lengths are read; a folder that cannot be read has nothing in it; never
//! more are told than anybody looks through.

#![expect(clippy::disallowed_methods, reason = "an adapter: it lists folders")]

use super::places::removable_places;
use crate::unit::Bytes;
use std::path::{Path, PathBuf};

/// What the name of an image ends in, packed or not.
const ENDINGS: [&str; 9] = ["img", "iso", "raw", "zst", "xz", "gz", "bz2", "simg", "pcl"];
/// The most that are told.
const MOST: usize = 200;
/// Where systems mount what is plugged in; the last one for each person.
const MOUNTS: [&str; 3] = ["media", "mnt", "run/media"];

/// A file with its length, or a folder without one.
pub type Listed = (PathBuf, Option<Bytes>);

/// Folders and likely files whose path begins with `text`; where that is empty, likely files on media that are mounted, in the
/// station's own folder and in the one that the program was started in. `root` is `/`.
#[must_use]
pub fn image_files(root: &Path, text: &str, station: &Path) -> Vec<Listed> {
    let mut found = if text.is_empty() { near(root, station) } else { beginning(text) };
    found.sort();
    found.dedup();
    found.truncate(MOST);
    found
}

fn beginning(text: &str) -> Vec<Listed> {
    let (folder, start) = text.rsplit_once('/').map_or((".", text), |(folder, start)| (folder, start));
    let is_absolute = text.starts_with('/') && folder.is_empty();
    let listed = inside(Path::new(if is_absolute { "/" } else { folder }));
    let begins = |path: &Path| {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        // Hidden ones only for whoever asks for them.
        name.starts_with(start) && (start.starts_with('.') || !name.starts_with('.'))
    };
    // As it was typed, so that what is typed next goes on from there.
    let as_typed = |path: PathBuf| match path.strip_prefix("./") {
        Ok(bare) if !text.starts_with("./") => bare.to_owned(),
        Ok(_) | Err(_) => path,
    };
    let kept = listed.into_iter().filter(|(path, length)| begins(path) && (length.is_none() || is_likely(path)));
    kept.map(|(path, length)| (as_typed(path), length)).collect()
}

fn near(root: &Path, station: &Path) -> Vec<Listed> {
    // Where the kernel tells of no sticks, the usual places are left.
    let sticks = removable_places(root).unwrap_or_default().into_iter().map(|(folder, _name)| folder);
    let usual = MOUNTS.map(|folder| root.join(folder));
    let mounted = usual.iter().flat_map(|folder| std::iter::once(folder.clone()).chain(folders(folder)));
    // Below a person's name there are their sticks.
    let deeper = folders(&usual[2]).into_iter().flat_map(|person| folders(&person));
    let own = [station.to_owned(), PathBuf::from(".")];
    let images = station.join("images");
    let places = sticks.chain(mounted).chain(deeper).chain(own);
    let likely = |(path, length): &Listed| length.is_some() && is_likely(path);
    let with_folders = places.flat_map(|place| {
        let below = folders(&place).into_iter().filter(|folder| *folder != images);
        std::iter::once(place).chain(below).collect::<Vec<_>>()
    });
    with_folders.flat_map(|place| inside(&place)).filter(likely).map(|(path, length)| (bare(path), length)).collect()
}

fn bare(path: PathBuf) -> PathBuf {
    path.strip_prefix("./").map(Path::to_owned).unwrap_or(path)
}

fn folders(place: &Path) -> Vec<PathBuf> {
    let all = inside(place).into_iter();
    let hidden = |path: &Path| path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.'));
    all.filter(|(path, length)| length.is_none() && !hidden(path)).map(|(path, _)| path).collect()
}

fn inside(folder: &Path) -> Vec<Listed> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let listed = |path: PathBuf| {
        let meta = path.metadata().ok()?;
        let length = meta.is_file().then_some(Bytes(meta.len()));
        (meta.is_dir() || length.is_some()).then_some((path, length))
    };
    entries.filter_map(|entry| listed(entry.ok()?.path())).collect()
}

fn is_likely(path: &Path) -> bool {
    let ending = path.extension().map(|ending| ending.to_string_lossy().to_lowercase());
    ending.is_some_and(|ending| ENDINGS.contains(&ending.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    fn names(listed: &[Listed], root: &Path) -> Vec<String> {
        let name = |path: &Path| path.strip_prefix(root).unwrap_or(path).display().to_string();
        listed
            .iter()
            .map(|(path, length)| format!("{}{}", name(path), if length.is_none() { "/" } else { "" }))
            .collect()
    }

    #[test]
    fn likely_files_on_sticks_and_in_the_station_are_told_and_nothing_else() {
        let folder = tempfile::tempdir().expect("folder");
        let root = folder.path();
        let put = |path: &str| {
            let path = root.join(path);
            fs::create_dir_all(path.parent().expect("below")).expect("made");
            fs::write(path, "x").expect("made");
        };
        for path in [
            "media/usb/mint-22.img.xz",
            "media/usb/anh/cu.ISO",
            "media/usb/anh/sau/qua.img",
            "media/usb/.Trash/bo.img",
            "media/usb/doc.txt",
            "run/media/thu/THE/nho.simg",
            "tram/tai-ve.zst",
            "tram/images/trong-kho.zst",
        ] {
            put(path);
        }
        let near = image_files(root, "", &root.join("tram"));
        let mut told = names(&near, root);
        told.retain(|name| name.starts_with("media") || name.starts_with("run") || name.starts_with("tram"));
        assert_eq!(
            told,
            ["media/usb/anh/cu.ISO", "media/usb/mint-22.img.xz", "run/media/thu/THE/nho.simg", "tram/tai-ve.zst"]
        );
        let typed = |text: &str| names(&image_files(root, &format!("{}/{text}", root.display()), root), root);
        assert_eq!(typed("media/usb/"), ["media/usb/anh/", "media/usb/mint-22.img.xz"]);
        assert_eq!(typed("media/usb/mi"), ["media/usb/mint-22.img.xz"]);
        assert_eq!(typed("media/usb/.T"), ["media/usb/.Trash/"]);
        assert_eq!(typed("khong/co"), [""; 0]);
    }
}
