//! What is inside a safety copy: files one after another, each with its place, name, length and BLAKE3.
//!
//! Layout of a file: the place's letter, the name's length (2 bytes), the name, the length (8 bytes), the bytes, their BLAKE3
//! (32 bytes); at the end a `.` and the number of files (4 bytes). Numbers are big-endian. Invariant: a name that is read is
//! one plain file name in one of our places: no copy, whoever made it, writes anywhere else.

use super::head::CopyError;
use crate::unit::Digest;
use std::io::{self, Read, Write};

/// Files that may stand at a station folder's top.
const TOP: [&str; 7] = ["ledger.db", "vault.db", "station.key", "team.key", "codes.key", "station.toml", "LUYEN-TAP"];
const END: u8 = b'.';

/// Where in a station's folder a file stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// At its top.
    Top,
    /// Erasable texts and photos.
    Blobs,
    /// The station's own spec profiles.
    Specs,
    /// The station's own wording.
    Words,
    /// The station's own grading checklist.
    Grades,
    /// The station's own repair vocabulary.
    Repairs,
    /// The station's own operating systems.
    Systems,
    /// The station's own list of what machines are fast enough for.
    Paces,
}

impl Place {
    pub(super) const ALL: [Self; 8] =
        [Self::Top, Self::Blobs, Self::Specs, Self::Words, Self::Grades, Self::Repairs, Self::Systems, Self::Paces];

    pub(super) const fn folder(self) -> &'static str {
        match self {
            Self::Top => "",
            Self::Blobs => "blobs",
            Self::Specs => "profiles/spec",
            Self::Words => "profiles/lang",
            Self::Grades => "profiles/grade",
            Self::Repairs => "profiles/repair",
            Self::Systems => "profiles/os",
            Self::Paces => "profiles/pace",
        }
    }

    const fn letter(self) -> u8 {
        match self {
            Self::Top => b'T',
            Self::Blobs => b'B',
            Self::Specs => b'S',
            Self::Words => b'W',
            Self::Grades => b'G',
            Self::Repairs => b'R',
            Self::Systems => b'O',
            Self::Paces => b'P',
        }
    }
}

/// A file in an archive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) place: Place,
    pub(super) name: String,
    pub(super) length: u64,
    pub(super) digest: Digest,
}

/// Writes an archive.
pub(super) struct Packer<W> {
    to: W,
    entries: Vec<Entry>,
}

impl<W: Write> Packer<W> {
    pub(super) const fn new(to: W) -> Self {
        Self { to, entries: Vec::new() }
    }

    /// Puts a file of exactly `length` bytes in. Errors: it has fewer.
    pub(super) fn add(&mut self, place: Place, name: &str, length: u64, from: &mut dyn Read) -> io::Result<()> {
        fits(place, name)?;
        let len = u16::try_from(name.len()).map_err(io::Error::other)?;
        self.to.write_all(&[place.letter()])?;
        self.to.write_all(&len.to_be_bytes())?;
        self.to.write_all(name.as_bytes())?;
        self.to.write_all(&length.to_be_bytes())?;
        let digest = moved(from, &mut self.to, length)?;
        self.to.write_all(&digest.0)?;
        self.entries.push(Entry { place, name: name.to_owned(), length, digest });
        Ok(())
    }

    /// Ends the archive.
    pub(super) fn finish(mut self) -> io::Result<(W, Vec<Entry>)> {
        let count = u32::try_from(self.entries.len()).map_err(io::Error::other)?;
        self.to.write_all(&[END])?;
        self.to.write_all(&count.to_be_bytes())?;
        Ok((self.to, self.entries))
    }
}

/// Reads an archive to its end, each file into what `file` gives for it.
pub(super) fn unpack<W: Write>(
    from: &mut dyn Read,
    file: &mut dyn FnMut(Place, &str) -> io::Result<W>,
) -> io::Result<Vec<Entry>> {
    let mut entries: Vec<Entry> = Vec::new();
    loop {
        let [letter] = number(from)?;
        if letter == END {
            break;
        }
        let place = Place::ALL.into_iter().find(|place| place.letter() == letter);
        let place = place.ok_or_else(|| wrong(format_args!("place {letter}")))?;
        let mut name = vec![0; usize::from(u16::from_be_bytes(number(from)?))];
        from.read_exact(&mut name).map_err(cut)?;
        let name = String::from_utf8(name).map_err(wrong)?;
        fits(place, &name)?;
        if entries.iter().any(|entry| entry.place == place && entry.name == name) {
            return Err(wrong(format_args!("{name:?} twice")));
        }
        let length = u64::from_be_bytes(number(from)?);
        let digest = moved(from, &mut file(place, &name)?, length)?;
        if number(from)? != digest.0 {
            return Err(wrong(format_args!("{name:?} differs from its digest")));
        }
        entries.push(Entry { place, name, length, digest });
    }
    let count = u32::from_be_bytes(number(from)?);
    if usize::try_from(count).ok() != Some(entries.len()) || from.read(&mut [0])? != 0 {
        return Err(wrong("its end"));
    }
    Ok(entries)
}

/// Refuses what is no plain file name, or none that belongs in that place.
fn fits(place: Place, name: &str) -> io::Result<()> {
    let plain = !name.is_empty() && name.len() <= 255 && !name.starts_with('.') && !name.contains(['/', '\\', '\0']);
    let known = place != Place::Top || TOP.contains(&name);
    if plain && known { Ok(()) } else { Err(wrong(format_args!("name {name:?}"))) }
}

fn wrong(what: impl std::fmt::Display) -> io::Error {
    CopyError::Archive(what.to_string()).into()
}

fn cut(error: io::Error) -> io::Error {
    if error.kind() == io::ErrorKind::UnexpectedEof { wrong("it is cut") } else { error }
}

fn number<const N: usize>(from: &mut dyn Read) -> io::Result<[u8; N]> {
    let mut bytes = [0; N];
    from.read_exact(&mut bytes).map_err(cut)?;
    Ok(bytes)
}

/// Moves exactly `length` bytes; their BLAKE3.
fn moved(from: &mut dyn Read, to: &mut dyn Write, length: u64) -> io::Result<Digest> {
    let (mut hash, mut left) = (blake3::Hasher::new(), length);
    let mut buffer = zeroize::Zeroizing::new(vec![0; 256 * 1024]);
    while left > 0 {
        let most = usize::try_from(left).map_or(buffer.len(), |left| left.min(buffer.len()));
        let some = match from.read(&mut buffer[..most]) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Ok(0) => return Err(wrong("it is cut")),
            read => read?,
        };
        hash.update(&buffer[..some]);
        to.write_all(&buffer[..some])?;
        left -= some as u64;
    }
    to.flush()?;
    Ok(Digest(*hash.finalize().as_bytes()))
}
