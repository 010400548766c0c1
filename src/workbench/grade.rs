//! Grading a device by the team's checklist, with photos.
//!
//! Invariants: a photo is kept without what a camera writes into it (place, time, its own serial number), under the BLAKE3
//! of what is kept; the grade is made of the answers here, never typed.

use super::bench::{Bench, Found};
use super::certificate::make_folder;
use super::photo::{opened, small_jpeg};
use crate::event::repair::{DeviceGraded, Grade, GradeAnswer};
use crate::port::{Failure, Trouble};
use crate::profile::{Checklist, GRADING, GradingError, ListError, Rank};
use crate::trial::Colour;
use crate::unit::Digest;
use crate::word::{Sentence, say};
use image::RgbImage;
use std::path::{Path, PathBuf};

/// The largest photo that is read, bytes.
const MOST_PHOTO: u64 = 64 * 1024 * 1024;
/// The most memory that a photo may take when it is unpacked, bytes.
const MOST_MEMORY: u64 = 512 * 1024 * 1024;

/// What stands in place of a photo's path for what the machine's own camera sees.
const CAMERA: &str = "camera";

/// What to record.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GradeOrder {
    /// Question and answer, by their ids.
    pub answers: Vec<(String, String)>,
    /// Photos, PNG or JPEG; `camera` is one that this machine's own camera takes now.
    pub photos: Vec<PathBuf>,
}

/// The team's checklist. Errors: the station's own one cannot be used.
pub fn checklist(bench: &Bench<'_>) -> Result<Checklist, Failure> {
    Checklist::parse(bench.own.grading.as_deref().unwrap_or(GRADING)).map_err(|error| bad_list("grade", &error))
}

pub(super) fn bad_list(folder: &str, error: &ListError) -> Failure {
    let what = say!("list-wrong", file = format!("profiles/{folder}/chuan.toml"));
    Failure::new(Trouble::BadData, what).because(error).hint(say!("list-wrong-hint"))
}

/// What people call a grade.
#[must_use]
pub fn grade_sentence(grade: Grade) -> Sentence {
    match grade {
        Grade::A => say!("grade-a"),
        Grade::B => say!("grade-b"),
        Grade::C => say!("grade-c"),
        Grade::D => say!("grade-d"),
    }
}

/// Grades the device. Errors: a question without an answer; one that is not on the list; a photo that is none or that cannot
/// be kept; the rules.
pub fn grade(bench: &Bench<'_>, found: &Found, order: &GradeOrder) -> Result<Found, Failure> {
    let list = checklist(bench)?;
    let rank = list.grade(&order.answers).map_err(|error| not_graded(&error))?;
    let pictures: Vec<Vec<u8>> = order.photos.iter().map(|path| bare(bench, path)).collect::<Result<_, Failure>>()?;
    let photos = pictures.iter().map(|jpeg| digest(jpeg)).collect();
    let said = |id: &str| order.answers.iter().find(|(item, _)| item == id).map(|(_, answer)| answer.clone());
    let answers =
        list.items.iter().filter_map(|item| said(&item.id).map(|answer| GradeAnswer { item: item.id.clone(), answer }));
    let grade = match rank {
        Rank::A => Grade::A,
        Rank::B => Grade::B,
        Rank::C => Grade::C,
        Rank::D => Grade::D,
    };
    let answers = answers.collect();
    let graded = DeviceGraded { grade, checklist: list.id, checklist_digest: list.digest, answers, photos };
    // What is refused leaves no photo behind.
    bench.refuse_if_forbidden(Some(&found.id), graded.clone())?;
    for (path, jpeg) in order.photos.iter().zip(&pictures) {
        keep(bench, path, jpeg)?;
    }
    bench.record(Some(&found.id), graded)?;
    bench.device(&found.id)
}

pub(super) fn digest(jpeg: &[u8]) -> Digest {
    Digest(*blake3::hash(jpeg).as_bytes())
}

fn not_graded(error: &GradingError) -> Failure {
    Failure::new(
        Trouble::Usage,
        match error {
            GradingError::Missing(item) => say!("grade-missing", item = item.as_str()),
            GradingError::Unknown { item, answer, known } => {
                say!("grade-unknown", item = item.as_str(), answer = answer.as_str(), known = known.join(", "))
            }
        },
    )
    .detail(error)
    .hint(say!("grade-hint"))
}

/// What the machine's camera sees now.
fn taken(bench: &Bench<'_>) -> Result<Vec<u8>, Failure> {
    let without = |failure: Failure| match failure.hint {
        Some(_) => failure,
        None => failure.hint(say!("photo-camera-hint")),
    };
    let frame = bench.hardware.frame().map_err(without)?;
    let bad = |error: &dyn std::fmt::Display| {
        Failure::new(Trouble::BadData, say!("photo-wrong", file = CAMERA)).because(error).hint(say!("photo-wrong-hint"))
    };
    let side = |pixels: usize| u32::try_from(pixels).map_err(|error| bad(&error));
    let (width, height) = (side(frame.width)?, side(frame.height())?);
    let bytes = frame.pixels.iter().flat_map(|Colour(red, green, blue)| [*red, *green, *blue]).collect();
    let picture = RgbImage::from_raw(width, height, bytes).ok_or_else(|| bad(&"pixels"))?;
    small_jpeg(picture.into()).map_err(|error| bad(&error))
}

/// The picture alone, upright and no larger than needed.
fn bare(bench: &Bench<'_>, path: &Path) -> Result<Vec<u8>, Failure> {
    if path == Path::new(CAMERA) {
        return taken(bench);
    }
    let bytes = bench.files.read(path, MOST_PHOTO)?;
    let bad = |error: image::ImageError| {
        let what = say!("photo-wrong", file = path.display().to_string());
        Failure::new(Trouble::BadData, what).because(error).hint(say!("photo-wrong-hint"))
    };
    opened(&bytes, MOST_MEMORY).and_then(small_jpeg).map_err(bad)
}

/// Puts it into the station's folder, where it may lie already.
pub(super) fn keep(bench: &Bench<'_>, path: &Path, jpeg: &[u8]) -> Result<(), Failure> {
    let place = bench.own.blobs.join(format!("{}.jpg", digest(jpeg)));
    make_folder(bench.files, &bench.own.blobs)?;
    match bench.files.write(&place, jpeg) {
        Err(failure) if failure.trouble == Trouble::Usage && bench.files.read(&place, MOST_PHOTO)? == jpeg => {}
        Err(failure) => return Err(failure.detail(path.display())),
        Ok(()) => {}
    }
    Ok(())
}
