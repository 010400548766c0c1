//! What stands on labels: of a device, of a device whose data is gone, of a part, of a shelf, and on tags that nobody has yet.
//!
//! Invariants: nothing personal but on a badge, which its holder wears; "đã xóa dữ liệu" only where every disk of the device was wiped with evidence or destroyed;
//! practice says so on every label.

use super::bench::{Bench, Found};
use super::disk_label::PRACTICE;
use super::grade::grade_sentence;
use super::intake::kind_sentence;
use super::part::{PartView, part_words};
use super::place::{place_code, read_place};
use super::tag::{bind_tag, fresh_tag};
use crate::custody::machine_name;
use crate::event::label::{LabelFor, LabelPrinted};
use crate::port::{Failure, LabelOrdered, Trouble};
use crate::tag::{Domain, LabelLine, LabelTemplate, Payload, Qr, TagError, TagId};
use crate::unit::{DeviceId, Digest, box_name};
use crate::word::{Sentence, Words, say};

/// Symbols of a certificate's hash on a label: 40 bits, enough to find it, and to see that it is another.
const HASH: usize = 10;
/// The most blank tags at once.
pub const MOST_BLANK: u32 = 2000;

/// What a label is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum LabelKind {
    /// The device.
    Device,
    /// That its data is gone.
    Erased,
    /// A shelf.
    Shelf,
    /// A part.
    Part,
    /// A person's badge.
    Badge,
    /// A tag that nobody has yet.
    Blank,
    /// Whether a printer prints.
    Test,
}

impl LabelKind {
    /// Its word in `--json`.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Device => "device",
            Self::Erased => "erased",
            Self::Shelf => "shelf",
            Self::Part => "part",
            Self::Badge => "badge",
            Self::Blank => "blank",
            Self::Test => "test",
        }
    }
}

/// A label as it will stand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MadeLabel {
    /// What it is for.
    pub kind: LabelKind,
    /// Whose it is, in human form: a tag, a shelf.
    pub name: String,
    /// The text of its code.
    pub text: String,
    /// Its code.
    pub code: Qr,
    /// Its words.
    pub lines: Vec<LabelLine>,
    /// The device it is for, and the tag in its code; none where it is for no device.
    pub device: Option<(DeviceId, TagId)>,
}

impl MadeLabel {
    /// It as a part of a print job; none where it is for no device.
    #[must_use]
    pub fn ordered(&self, copies: u16) -> Option<LabelOrdered> {
        let (device, tag) = self.device.clone()?;
        let label = if self.kind == LabelKind::Erased { LabelFor::Erased } else { LabelFor::Device };
        Some(LabelOrdered { device, tag: tag.as_str().to_owned(), label, copies: u32::from(copies) })
    }
}

/// The label of a device: tag, kind and model, grade, team. A device without a tag gets one. Errors: the rules.
pub fn device_label(bench: &Bench<'_>, domain: &Domain, found: &Found, words: &Words) -> Result<MadeLabel, Failure> {
    let tagged = bind_tag(bench, found, None)?;
    let file = &tagged.found.file;
    let kind = words.say(&kind_sentence(file.kind));
    let name = machine_name(file.maker.as_deref(), file.model.as_deref());
    let what = name.map_or_else(|| kind.clone(), |name| format!("{kind} {name}"));
    let grade = file.grade.map(|grade| LabelLine::soft(words.say(&grade_sentence(grade)), 90));
    let team = bench.site.as_ref().map(|site| LabelLine::soft(site.team.clone(), 80));
    let lines = [LabelLine::whole(tagged.tag.to_string(), 150), LabelLine::soft(what, 100)];
    let lines = lines.into_iter().chain(grade).chain(team).collect();
    let made = labelled(bench, domain, &tagged.tag, LabelKind::Device, lines)?;
    Ok(MadeLabel { device: Some((tagged.found.id, tagged.tag)), ..made })
}

/// What proves that a device's data is gone, disk by disk. Errors: a disk of it is not wiped; none is known.
fn erased(found: &Found) -> Result<Vec<Digest>, Failure> {
    let file = &found.file;
    let proofs: Option<Vec<Digest>> = file.counted().map(|(_key, disk)| disk.document()).collect();
    proofs.filter(|_all| file.is_free_of_data()).ok_or_else(|| not_erased(found))
}

fn not_erased(found: &Found) -> Failure {
    Failure::new(Trouble::No, say!("label-not-erased", tag = found.name())).hint(say!("label-not-erased-hint"))
}

/// Whether a label of the device may say so, before anything is recorded for it. Errors: a disk of it is not wiped.
pub fn check_label(found: &Found, label: LabelFor) -> Result<(), Failure> {
    match label {
        LabelFor::Device => Ok(()),
        LabelFor::Erased => erased(found).map(|_proofs| ()),
    }
}

/// The label that says that a device's data is gone: when, how well, and which certificate tells of it. Errors: a disk of it
/// is not wiped, or not known; it has none that was.
pub fn erased_label(bench: &Bench<'_>, domain: &Domain, found: &Found, words: &Words) -> Result<MadeLabel, Failure> {
    let proofs = erased(found)?;
    let tagged = bind_tag(bench, found, None)?;
    let Some((first, more)) = proofs.split_first() else { return Err(not_erased(found)) };
    let when = bench.index.history(&found.id)?.into_iter().find(|line| line.leaf == *first);
    let day = when.map(|line| line.event.at.local_day());
    let said = |sentence: &Sentence| words.say(sentence);
    let certificate = first.short(HASH);
    let hash = if more.is_empty() {
        said(&say!("label-certificate", hash = certificate))
    } else {
        said(&say!("label-certificates", hash = certificate, more = more.len() as u64))
    };
    let day = day.map(|day| LabelLine::soft(said(&say!("label-erased-day", day = day)), 90));
    let lines = [
        LabelLine::whole(said(&say!("label-erased")), 140),
        LabelLine::whole(tagged.tag.to_string(), 110),
        LabelLine::whole(hash, 90),
    ];
    let made = labelled(bench, domain, &tagged.tag, LabelKind::Erased, lines.into_iter().chain(day).collect())?;
    Ok(MadeLabel { device: Some((tagged.found.id, tagged.tag)), ..made })
}

/// The label of a shelf or a box. Errors: no name for one.
pub fn shelf_label(bench: &Bench<'_>, name: &str, words: &Words) -> Result<MadeLabel, Failure> {
    let place = read_place(name)?.to_string();
    let text = place_code(&place);
    let (shown, what) = match box_name(&place) {
        Some(name) => (name.to_owned(), say!("label-box")),
        None => (place.clone(), say!("label-shelf")),
    };
    let lines = vec![LabelLine::whole(shown, 300), LabelLine::soft(words.say(&what), 100)];
    made(bench, LabelKind::Shelf, place, text, lines)
}

/// The label of a part: what it is, and the id by which it is put into a device. Errors: the vocabulary cannot be used.
pub fn part_label(bench: &Bench<'_>, part: &PartView, words: &Words) -> Result<MadeLabel, Failure> {
    let (kind, rest) = part_words(bench, &part.file, words.lang())?;
    let id = part.id.as_str();
    let (front, symbols) = id.split_at_checked(2).unwrap_or(("", id));
    // In fours, as people read numbers to each other.
    let fours: Vec<&str> = (0..symbols.len()).step_by(4).filter_map(|at| symbols.get(at..at + 4)).collect();
    let disk = part.file.disk.as_ref().map(|(_, wiped, _)| say!("label-part-wiped", leaf = wiped.short(HASH)));
    let disk = disk.map(|wiped| LabelLine::soft(words.say(&wiped), 90));
    let team = bench.site.as_ref().map(|site| LabelLine::soft(site.team.clone(), 80));
    let lines = [
        LabelLine::soft(kind, 130),
        LabelLine::whole(format!("{front}{}", fours.join(" ")), 110),
        LabelLine::soft(rest, 110),
    ];
    let lines = lines.into_iter().chain(disk).chain(team).collect();
    made(bench, LabelKind::Part, id.to_owned(), id.to_uppercase(), lines)
}

/// A label that tells of the printer it came out of, and is nobody's.
pub fn test_label(bench: &Bench<'_>, printer: &str, words: &Words) -> Result<MadeLabel, Failure> {
    let at = bench.clock.now().local();
    let team = bench.site.as_ref().map(|site| LabelLine::soft(site.team.clone(), 80));
    let lines = [
        LabelLine::whole(words.say(&say!("label-test")), 130),
        LabelLine::soft(printer.to_owned(), 110),
        LabelLine::soft(at, 90),
    ];
    let lines = lines.into_iter().chain(team).collect();
    made(bench, LabelKind::Test, words.say(&say!("label-test")), "AOXANH-TEST".to_owned(), lines)
}

/// What the ledger says of a printed label; of a second one of the same tag, that the first must go.
pub(super) fn printed_sentence(printed: &LabelPrinted) -> Sentence {
    let tag = TagId::read(&printed.tag).map_or_else(|_error| printed.tag.clone(), |tag| tag.to_string());
    let what = match printed.label {
        LabelFor::Device => say!("label-of-device"),
        LabelFor::Erased => say!("label-of-erased"),
    };
    let on = printed.printer.as_str();
    let last = u64::from(printed.copy) + u64::from(printed.copies).saturating_sub(1);
    if last > 1 {
        return say!("event-label-again", what = what, tag = tag, printer = on, number = last);
    }
    say!("event-label-printed", what = what, tag = tag, printer = on)
}

/// Tags that nobody has yet, with their labels. Errors: too many at once.
pub fn blank_labels(
    bench: &Bench<'_>,
    domain: &Domain,
    count: u32,
    words: &Words,
) -> Result<Vec<(TagId, MadeLabel)>, Failure> {
    if !(1..=MOST_BLANK).contains(&count) {
        return Err(Failure::new(Trouble::Usage, say!("label-too-many", most = u64::from(MOST_BLANK))));
    }
    let blank = |_number| {
        let tag = fresh_tag(bench);
        let team = bench.site.as_ref().map(|site| LabelLine::soft(site.team.clone(), 90));
        let lines = [LabelLine::whole(tag.to_string(), 170), LabelLine::soft(words.say(&say!("label-blank")), 80)];
        let label = labelled(bench, domain, &tag, LabelKind::Blank, lines.into_iter().chain(team).collect())?;
        Ok((tag, label))
    };
    (0..count).map(blank).collect()
}

fn labelled(
    bench: &Bench<'_>,
    domain: &Domain,
    tag: &TagId,
    kind: LabelKind,
    lines: Vec<LabelLine>,
) -> Result<MadeLabel, Failure> {
    made(bench, kind, tag.to_string(), Payload::new(domain, tag).as_str().to_owned(), lines)
}

pub(super) fn made(
    bench: &Bench<'_>,
    kind: LabelKind,
    name: String,
    text: String,
    mut lines: Vec<LabelLine>,
) -> Result<MadeLabel, Failure> {
    let wrong = |error: TagError| Failure::new(Trouble::BadData, error.sentence()).detail(error);
    let code = Qr::of_text(&text).map_err(wrong)?;
    if bench.practice()? {
        lines.insert(1.min(lines.len()), LabelLine::whole(PRACTICE, 110));
    }
    Ok(MadeLabel { kind, name, text, code, lines, device: None })
}

/// The template of that id. Errors: there is none, with those that are; one of the station's own cannot be used.
pub fn template(bench: &Bench<'_>, id: &str) -> Result<LabelTemplate, Failure> {
    let all = templates(bench)?;
    let known = all.iter().map(|template| template.id.as_str()).collect::<Vec<_>>().join(", ");
    all.into_iter().find(|template| template.id == id).ok_or_else(|| {
        Failure::new(Trouble::Usage, say!("template-unknown", id = id))
            .hint(say!("template-unknown-hint", known = known))
    })
}

/// Every template. Errors: one of the station's own cannot be used.
pub fn templates(bench: &Bench<'_>) -> Result<Vec<LabelTemplate>, Failure> {
    LabelTemplate::all(&bench.own.labels)
        .map_err(|error| Failure::new(Trouble::BadData, error.sentence()).detail(&error))
}
