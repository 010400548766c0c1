//! What is wrong with a manifest, where.

use crate::word::{Sentence, say};

/// A bad manifest: file, line, key.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{file}:{line}: {}: {problem}", .key.as_deref().unwrap_or("-"))]
pub struct ManifestError {
    /// The file's name, as given.
    pub file: String,
    /// The line, counted from 1; 1 where a key is missing.
    pub line: usize,
    /// The key; none where the text is no TOML.
    pub key: Option<String>,
    /// What is wrong.
    pub problem: Problem,
}

/// What can be wrong with a manifest.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    /// It is no TOML.
    #[error("not TOML: {0}")]
    Syntax(String),
    /// No such key in manifests.
    #[error("unknown key")]
    UnknownKey,
    /// The key must be there.
    #[error("missing key")]
    MissingKey,
    /// The value is not what the key wants.
    #[error("wants {0:?}")]
    Wants(Wanted),
}

/// What a key wants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// Text that is not empty.
    Text,
    /// At most 64 small letters, digits, dashes and dots.
    Id,
    /// A whole number of bytes, at least 1.
    Size,
    /// A whole number of bytes, at least 0.
    Offset,
    /// 64 hexadecimal digits.
    Digest,
    /// 512 or 4096.
    Block,
    /// `uefi`, `bios` or `both`.
    Firmware,
    /// An offset and a length together, inside the image.
    Partition,
    /// One of these words.
    OneOf(&'static str),
    /// `true` or `false`.
    Flag,
    /// A table of settings, or `false`.
    Settings,
    /// A language of the C library.
    Locale,
    /// A time zone.
    Zone,
    /// The name of an account that is no person's.
    User,
    /// One line of text.
    Line,
    /// Tables, one below the other.
    Tables,
    /// The number of a partition, or the label of its file system.
    WhichPartition,
    /// A path from the root of a file system.
    Path,
    /// Text with placeholders that there are.
    Template,
}

impl Wanted {
    fn sentence(self) -> Sentence {
        match self {
            Self::Text => say!("manifest-wants-text"),
            Self::Id => say!("manifest-wants-id"),
            Self::Size => say!("manifest-wants-size"),
            Self::Offset => say!("manifest-wants-offset"),
            Self::Digest => say!("manifest-wants-digest"),
            Self::Block => say!("manifest-wants-block"),
            Self::Firmware => say!("manifest-wants-firmware"),
            Self::Partition => say!("manifest-wants-partition"),
            Self::OneOf(words) => say!("manifest-wants-one-of", words = words),
            Self::Flag => say!("manifest-wants-flag"),
            Self::Settings => say!("manifest-wants-settings"),
            Self::Locale => say!("manifest-wants-locale"),
            Self::Zone => say!("manifest-wants-zone"),
            Self::User => say!("manifest-wants-user"),
            Self::Line => say!("manifest-wants-line"),
            Self::Tables => say!("manifest-wants-tables"),
            Self::WhichPartition => say!("manifest-wants-which-partition"),
            Self::Path => say!("manifest-wants-path"),
            Self::Template => say!("manifest-wants-template"),
        }
    }
}

impl ManifestError {
    /// The same for people.
    #[must_use]
    pub fn sentence(&self) -> Sentence {
        let (file, line) = (self.file.as_str(), u64::try_from(self.line).unwrap_or(u64::MAX));
        let key = self.key.as_deref().unwrap_or_default();
        match &self.problem {
            Problem::Syntax(why) => say!("manifest-syntax", file = file, line = line, why = why.as_str()),
            Problem::UnknownKey => say!("manifest-unknown-key", file = file, line = line, key = key),
            Problem::MissingKey => say!("manifest-missing-key", file = file, key = key),
            Problem::Wants(wanted) => {
                let wanted = wanted.sentence();
                say!("manifest-wrong-value", file = file, line = line, key = key, wanted = wanted)
            }
        }
    }
}
