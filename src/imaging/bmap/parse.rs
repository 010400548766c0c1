//! The text of a bmap file as what it says.
//!
//! Invariant: a checksum that stands in the file is never passed over, whatever version the file says it has: a version
//! that was spoiled must not switch the checking off.

use super::sum::{Kind, Sum};
use crate::imaging::BmapError;
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

const ROOT: &str = "bmap";
const MAP: &str = "BlockMap";
const RANGE: &str = "Range";
/// What else is read; everything in a file that is not named here is passed over.
const FIELDS: [&str; 7] =
    ["ImageSize", "BlockSize", "BlocksCount", "MappedBlocksCount", "ChecksumType", "BmapFileChecksum", "BmapFileSHA1"];

/// What a bmap file says, not yet held against itself.
#[derive(Debug, Default)]
pub(super) struct Said {
    pub(super) image: u64,
    pub(super) block: u64,
    pub(super) blocks: u64,
    pub(super) mapped: Option<u64>,
    pub(super) ranges: Vec<SaidRange>,
    version: (u64, u64),
    own: Option<(Kind, String)>,
}

/// A range of blocks.
#[derive(Debug)]
pub(super) struct SaidRange {
    pub(super) first: u64,
    pub(super) last: u64,
    pub(super) sum: Option<(Kind, Vec<u8>)>,
}

/// The elements as they stand.
#[derive(Default)]
struct Elements {
    version: Option<String>,
    fields: [Option<String>; FIELDS.len()],
    /// The blocks, and the digits of `chksum` or `sha1`.
    ranges: Vec<(String, Option<String>)>,
    closed: bool,
}

fn bad<T: ToString + ?Sized>(reason: &T) -> BmapError {
    BmapError::Bad { reason: reason.to_string() }
}

/// Reads the text.
pub(super) fn read(text: &[u8]) -> Result<Said, BmapError> {
    let text = std::str::from_utf8(text).map_err(|error| bad(&error))?;
    let elements = elements(text)?;
    if !elements.closed {
        return Err(bad("no end"));
    }
    let version = elements.version.as_deref().ok_or_else(|| bad("no version"))?;
    let parsed = version.split_once('.').and_then(|(major, minor)| Some((major.parse().ok()?, minor.parse().ok()?)));
    let Some(version @ ((1, 0..=4) | (2, _))) = parsed else {
        return Err(BmapError::Version { version: version.to_owned() });
    };
    let kind = kind(&elements, version)?;
    let text = |name: &str| FIELDS.iter().position(|field| *field == name).and_then(|at| elements.fields[at].clone());
    let number = |name: &str| text(name).map(|digits| digits.parse::<u64>().map_err(|error| bad(&error))).transpose();
    let needed = |name: &str| number(name)?.ok_or_else(|| bad(name));
    let ranges = elements.ranges.iter().map(|(blocks, digits)| range(blocks, digits.as_deref(), kind));
    let own = text("BmapFileChecksum").or_else(|| text("BmapFileSHA1"));
    Ok(Said {
        image: needed("ImageSize")?,
        block: needed("BlockSize")?,
        blocks: needed("BlocksCount")?,
        mapped: number("MappedBlocksCount")?,
        ranges: ranges.collect::<Result<_, _>>()?,
        version,
        own: own.zip(kind).map(|(own, kind)| (kind, own)),
    })
}

/// The kind of the file's checksums; none only in a file that has none and need not have any.
fn kind(elements: &Elements, version: (u64, u64)) -> Result<Option<Kind>, BmapError> {
    let [.., named, neutral, sha1] = &elements.fields;
    let kind = match (named, neutral, sha1) {
        (Some(name), Some(_), None) => Kind::named(name)
            .ok_or_else(|| BmapError::Version { version: format!("{}.{}, {name}", version.0, version.1) })?,
        (None, None, Some(_)) => Kind::Sha1,
        (None, None, None) if version < (1, 3) => return Ok(None),
        _ => return Err(bad("checksums")),
    };
    Ok(Some(kind))
}

fn range(blocks: &str, digits: Option<&str>, kind: Option<Kind>) -> Result<SaidRange, BmapError> {
    let (first, last) = blocks.split_once('-').unwrap_or((blocks, blocks));
    let number = |digits: &str| digits.trim().parse().map_err(|error| bad(&error));
    let sum = match (digits, kind) {
        (Some(digits), Some(kind)) => Some((kind, kind.parse(digits).ok_or_else(|| bad("a range's checksum"))?)),
        (Some(_), None) => return Err(bad("a range's checksum")),
        (None, _) => None,
    };
    Ok(SaidRange { first: number(first)?, last: number(last)?, sum })
}

fn elements(text: &str) -> Result<Elements, BmapError> {
    let mut reader = Reader::from_str(text);
    let mut found = Elements::default();
    let mut path: Vec<String> = Vec::new();
    // Only the innermost element's text counts, and none of those that are read has an element inside.
    let mut inside = String::new();
    loop {
        match reader.read_event().map_err(|error| bad(&error))? {
            Event::Start(start) => {
                begin(&mut found, &path, &start)?;
                path.push(start.name().as_ref().to_owned());
                inside.clear();
            }
            Event::Text(text) => inside.push_str(&text.into_inner()),
            Event::End(_) => {
                finish(&mut found, &path, inside.trim())?;
                path.pop();
                inside.clear();
            }
            Event::Eof => return Ok(found),
            Event::Comment(_) | Event::Decl(_) => {}
            Event::Empty(_) | Event::CData(_) | Event::PI(_) | Event::DocType(_) | Event::GeneralRef(_) => {
                return Err(bad("more XML than a bmap has"));
            }
        }
    }
}

fn begin(found: &mut Elements, path: &[String], start: &BytesStart<'_>) -> Result<(), BmapError> {
    let attribute = |name: &str| -> Result<Option<String>, BmapError> {
        let attribute = start.try_get_attribute(name).map_err(|error| bad(&error))?;
        Ok(attribute.map(|attribute| attribute.value.as_ref().to_owned()))
    };
    match (path, start.name().as_ref()) {
        ([], ROOT) if found.version.is_none() => found.version = attribute("version")?,
        ([], _) => return Err(bad("the root")),
        ([_, map], RANGE) if map == MAP => {
            let digits = attribute("chksum")?.or(attribute("sha1")?);
            found.ranges.push((String::new(), digits));
        }
        _ => {}
    }
    Ok(())
}

fn finish(found: &mut Elements, path: &[String], text: &str) -> Result<(), BmapError> {
    match path {
        [_] => found.closed = true,
        [_, name] => {
            let Some(at) = FIELDS.iter().position(|field| field == name) else { return Ok(()) };
            if found.fields[at].replace(text.to_owned()).is_some() {
                return Err(bad(&format!("{name} twice")));
            }
        }
        [_, map, name] if map == MAP && name == RANGE => {
            if let Some((blocks, _)) = found.ranges.last_mut() {
                text.clone_into(blocks);
            }
        }
        _ => {}
    }
    Ok(())
}

/// Verifies the file's checksum of itself: its own digits count as so many zeros.
pub(super) fn own_checksum(text: &[u8], said: &Said) -> Result<(), BmapError> {
    let Some((kind, digits)) = &said.own else {
        return if said.version < (1, 3) { Ok(()) } else { Err(BmapError::OwnChecksum) };
    };
    let expected = kind.parse(digits).ok_or(BmapError::OwnChecksum)?;
    let at = text.windows(digits.len()).position(|window| window == digits.as_bytes());
    let at = at.ok_or(BmapError::OwnChecksum)?;
    let mut sum = Sum::new(*kind);
    sum.update(&text[..at]);
    sum.update(&vec![b'0'; digits.len()]);
    sum.update(&text[at + digits.len()..]);
    if sum.finish() == expected { Ok(()) } else { Err(BmapError::OwnChecksum) }
}
