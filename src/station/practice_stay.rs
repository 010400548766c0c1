//! A practice station that is ready to be worked on by hand: a device, two disks with donor data, an image, the screen.
//!
//! Invariants: the disks are detached when the screen ends; the lenient criteria stand in the station's own folder, where
//! everybody can read them.

use super::desk;
use super::folder::Folder;
use super::practice::{DOMAIN, PATTERNED, ZEROED};
use super::practice_disk::donate;
use super::setup::{Made, set_up};
use super::{say_head, with_bench};
use crate::cli::Out;
use crate::event::intake::DeviceKind;
use crate::linux::{LocalFiles, PracticeDisk, PracticeDisks};
use crate::port::{Failure, Files};
use crate::screen::Glyphs;
use crate::store::Store;
use crate::word::say;
use crate::workbench::{self, Donation, SetUp};
use std::path::Path;

/// The criteria that every desktop and laptop meets, under the name of those that count for them.
const LENIENT: &str = include_str!("luyen-tap.toml");

/// Makes the station in `path`, opens its screen, with the first lesson where that is wanted, and stays until the person leaves.
pub(super) fn stay(
    path: &Path,
    (image, manifest): (&Path, &Path),
    (glyphs, lesson): (Glyphs, bool),
    out: &mut Out<'_>,
) -> Result<(), Failure> {
    let guest = out.words().say(&say!("guest-name"));
    let Made { folder, store, .. } =
        set_up(path, &SetUp::practice("Đội trưởng Luyện Tập", &guest, DOMAIN), &mut |_begun| Ok(()))?;
    let criteria = LENIENT.replace("id = \"luyen-tap\"", "id = \"laptop-desktop\"");
    folder.add("profiles/spec/laptop-desktop.toml", criteria.as_bytes())?;
    let maker = PracticeDisks::new(path);
    let disks: Vec<PracticeDisk> = [ZEROED, PATTERNED]
        .iter()
        .map(|(name, size, block, _)| maker.make(name, *size, *block))
        .collect::<Result<_, _>>()?;
    with_bench(&folder, &store, |bench, _settings| {
        for disk in &disks {
            donate(disk, bench.chance, out)?;
        }
        let donor = Some("Người tặng Luyện Tập".to_owned());
        let donation = Donation { donor, erase: true, parts: false };
        workbench::receive_new(bench, &donation, DeviceKind::Laptop, None).map(|_received| ())
    })?;
    drop(store);
    let beside = |file: &Path| file.parent().map(Path::to_owned);
    let images = [beside(manifest), beside(image)].into_iter().flatten().take(1).collect();
    let opening = desk::Opening { folder: &folder, by: None, glyphs, images, lesson };
    let stayed = desk::open(&opening, out);
    for disk in disks {
        disk.detach()?;
    }
    stayed?;
    out.say(&say!("practice-stay-ready", folder = path.display().to_string()))?;
    say_head(&Store::read(path)?, out)
}

impl Folder {
    /// Puts a new file into the station's folder, with the folders above it.
    fn add(&self, name: &str, bytes: &[u8]) -> Result<(), Failure> {
        let file = self.path().join(name);
        if let Some(above) = file.parent() {
            LocalFiles.make_empty_folder(above)?;
        }
        LocalFiles.write(&file, bytes)
    }
}
