//! A Windows on a master: whether it was made ready to be copied, which edition it is, and on what ground it may be copied.
//!
//! Sources: Microsoft Learn, "Windows Setup States" (`ImageState`), "Sysprep (Generalize) a Windows installation". Invariant: a
//! Windows is copied only where it was generalised and somebody said on what licence; no key is read or kept here.

use super::file_tree::{FileTree, Node};
use super::hive::Hive;
use super::list_reader::{Reader, flag};
use super::manifest_error::{ManifestError, Wanted};
use crate::word::{Sentence, say};
use std::io;
use toml::de::DeValue;

/// The folder by which a Windows is known.
pub const WINDOWS_SYSTEM: &str = "/Windows/System32";
const STATE: &str = "/Windows/Setup/State/State.ini";
const SOFTWARE: &str = "/Windows/System32/config/SOFTWARE";
/// The state in which every machine makes itself anew at its first start.
const GENERALISED: &str = "IMAGE_STATE_GENERALIZE_RESEAL_TO_OOBE";
const VERSION: &str = "Microsoft\\Windows NT\\CurrentVersion";
const MOST_STATE: u64 = 16 * 1024;
/// The largest part of a registry that is read.
const MOST_HIVE: u64 = 512 << 20;
const KEYS: &[&str] = &["edition", "build", "generalised", "licence_basis"];

/// What a Windows says of itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WindowsSeen {
    /// Its edition, in Microsoft's word: `Professional`, `Core`; none where the registry does not say.
    pub edition: Option<String>,
    /// Its build.
    pub build: Option<String>,
    /// The state that it was left in; none where it does not say.
    pub state: Option<String>,
}

impl WindowsSeen {
    /// Looks whether a Windows is there. Errors: the medium; `InvalidData`.
    pub fn look(tree: &mut dyn FileTree) -> io::Result<Option<Self>> {
        if tree.look(WINDOWS_SYSTEM)? != Some(Node::Folder) {
            return Ok(None);
        }
        let state = tree.read(STATE, MOST_STATE)?.and_then(|raw| image_state(&raw));
        let software = tree.read(SOFTWARE, MOST_HIVE)?.unwrap_or_default();
        let text = |value| Hive::open(&software)?.text(VERSION, value).filter(|text| !text.trim().is_empty());
        Ok(Some(Self { edition: text("EditionID"), build: text("CurrentBuild"), state }))
    }

    /// Of two on one disk, the one that is the less fit to be copied.
    #[must_use]
    pub fn worse(self, other: Self) -> Self {
        let fit = |seen: &Self| (seen.is_generalised(), seen.edition.is_some());
        if fit(&other) < fit(&self) { other } else { self }
    }

    /// Whether it was made ready to be copied.
    #[must_use]
    pub fn is_generalised(&self) -> bool {
        self.state.as_deref() == Some(GENERALISED)
    }
}

/// What `State.ini` says behind `ImageState=`, in either way that Windows writes text.
fn image_state(raw: &[u8]) -> Option<String> {
    let text = if raw.starts_with(&[0xFF, 0xFE]) {
        super::ntfs::wide(&raw[2..])
    } else {
        String::from_utf8_lossy(raw).into_owned()
    };
    let of = |line: &str| {
        let (key, value) = line.split_once('=')?;
        key.trim().eq_ignore_ascii_case("ImageState").then(|| value.trim().to_owned())
    };
    text.lines().find_map(of)
}

/// On what ground a Windows may be copied onto other machines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LicenceBasis {
    /// Each machine came with its own licence, whose key is in its firmware.
    Oem,
    /// An agreement of a school or of the programme for many machines.
    Volume,
    /// A licence was bought for each machine.
    Retail,
    /// A refurbisher's licence for each machine.
    Refurbisher,
}

impl LicenceBasis {
    /// All.
    pub const ALL: [Self; 4] = [Self::Oem, Self::Volume, Self::Retail, Self::Refurbisher];

    /// Its word in manifests and on the command line.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Oem => "oem",
            Self::Volume => "volume",
            Self::Retail => "retail",
            Self::Refurbisher => "refurbisher",
        }
    }

    /// The same for people.
    #[must_use]
    pub fn sentence(self) -> Sentence {
        match self {
            Self::Oem => say!("licence-basis-oem"),
            Self::Volume => say!("licence-basis-volume"),
            Self::Retail => say!("licence-basis-retail"),
            Self::Refurbisher => say!("licence-basis-refurbisher"),
        }
    }
}

/// What a manifest says of the Windows in its image. That it was generalised goes without saying: no other becomes an image.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WindowsNote {
    /// Its edition, in Microsoft's word.
    pub edition: String,
    /// Its build, where it says so.
    pub build: Option<String>,
    /// On what ground it may be copied.
    pub basis: LicenceBasis,
}

impl WindowsNote {
    pub(super) fn read(reader: &Reader<'_>) -> Result<Self, ManifestError> {
        reader.refuse_unknown(KEYS)?;
        reader.need("generalised", Wanted::OneOf("true"), |value| flag(value).filter(|is| *is))?;
        Ok(Self {
            edition: reader.need("edition", Wanted::Text, some_text)?,
            build: reader.may("build", Wanted::Text, some_text)?,
            basis: reader.need("licence_basis", Wanted::OneOf("oem, volume, retail, refurbisher"), basis)?,
        })
    }

    /// The same as lines of TOML.
    pub(super) fn lines(&self, quoted: fn(&str) -> String) -> Vec<String> {
        let mut lines = vec!["\n[windows]\n".to_owned(), format!("edition = {}\n", quoted(&self.edition))];
        lines.extend(self.build.as_deref().map(|build| format!("build = {}\n", quoted(build))));
        lines.push("generalised = true\n".to_owned());
        lines.push(format!("licence_basis = {}\n", quoted(self.basis.word())));
        lines
    }

    /// Whether that is what people call its edition: Windows calls Home `Core`.
    #[must_use]
    pub fn is_called(&self, name: &str) -> bool {
        plain_edition(name) == plain_edition(&self.edition)
    }
}

/// An edition without what people add to it: `Windows 11 Pro` is `professional`.
fn plain_edition(name: &str) -> String {
    let words = name.split(|c: char| !c.is_ascii_alphanumeric()).map(str::to_ascii_lowercase);
    let is_said =
        |word: &String| !word.is_empty() && word != "windows" && !word.bytes().all(|byte| byte.is_ascii_digit());
    let joined: String = words.filter(is_said).collect();
    match joined.strip_prefix("home") {
        Some(rest) => format!("core{rest}"),
        None if joined == "pro" => "professional".to_owned(),
        None => joined,
    }
}

fn some_text(value: &DeValue<'_>) -> Option<String> {
    value.as_str().filter(|text| !text.trim().is_empty()).map(str::to_owned)
}

fn basis(value: &DeValue<'_>) -> Option<LicenceBasis> {
    let word = value.as_str()?;
    LicenceBasis::ALL.into_iter().find(|basis| basis.word() == word)
}

#[cfg(test)]
mod tests {
    use super::super::file_tree::MadeUpTree;
    use super::*;

    #[test]
    fn the_state_is_read_in_either_writing_and_only_one_is_good() {
        let line = format!("[State]\r\nImageState={GENERALISED}\r\n");
        let wide: Vec<u8> = [0xFF, 0xFE].into_iter().chain(line.encode_utf16().flat_map(u16::to_le_bytes)).collect();
        for raw in [line.as_bytes().to_vec(), wide] {
            assert_eq!(image_state(&raw).as_deref(), Some(GENERALISED));
        }
        let files = [("/Windows/System32/x", ""), (STATE, "[State]\nImageState=IMAGE_STATE_COMPLETE\n")];
        let files = files.iter().map(|(path, text)| ((*path).to_owned(), text.as_bytes().to_vec())).collect();
        let seen = WindowsSeen::look(&mut MadeUpTree(files)).expect("in memory").expect("a Windows");
        assert_eq!((seen.is_generalised(), seen.edition), (false, None));
        assert_eq!(WindowsSeen::look(&mut MadeUpTree::default()).expect("in memory"), None);
    }

    #[test]
    fn of_two_the_less_fit_is_judged() {
        let seen = |edition: Option<&str>, state: &str| WindowsSeen {
            edition: edition.map(str::to_owned),
            build: None,
            state: Some(state.to_owned()),
        };
        let (good, worn) = (seen(Some("Core"), GENERALISED), seen(Some("Professional"), "IMAGE_STATE_COMPLETE"));
        let nameless = seen(None, GENERALISED);
        for (one, other, worse) in [(&good, &worn, &worn), (&good, &nameless, &nameless), (&nameless, &worn, &worn)] {
            assert_eq!((&one.clone().worse(other.clone()), &other.clone().worse(one.clone())), (worse, worse));
        }
    }

    #[test]
    fn an_edition_is_known_by_the_names_that_people_give_it() {
        let note = |edition: &str| WindowsNote { edition: edition.to_owned(), build: None, basis: LicenceBasis::Oem };
        for name in ["Professional", "pro", "Windows 11 Pro", "windows 10 PROFESSIONAL"] {
            assert!(note("Professional").is_called(name), "{name}");
        }
        for name in ["Home Single Language", "Windows 10 Home Single Language", "CoreSingleLanguage"] {
            assert!(note("CoreSingleLanguage").is_called(name), "{name}");
        }
        assert!(note("Core").is_called("Home") && !note("Core").is_called("Home Single Language"));
        assert!(!note("Professional").is_called("ProfessionalN") && !note("Professional").is_called(""));
    }
}
