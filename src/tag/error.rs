//! Why a tag could not be read, written or drawn.
//!
//! Invariant: each variant holds what a face needs to name the spot; [`TagError::sentence`] words every one of them.

use crate::word::{Sentence, say};

/// What is wrong with a tag, its payload or its picture.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TagError {
    /// Not as many symbols as a tag number has.
    #[error("a tag has 11 symbols, not {found}")]
    Length {
        /// How many symbols were read.
        found: usize,
    },
    /// A character that stands for no symbol.
    #[error("no tag symbol: {found:?} at {at}")]
    Symbol {
        /// The character.
        found: char,
        /// Which symbol it would be, counted from 1, dashes and spaces left out.
        at: usize,
    },
    /// Every symbol is one, but together they are no tag: something was misread or mistyped.
    #[error("wrong check symbol: {read}")]
    Check {
        /// What was read, in canonical symbols.
        read: String,
    },
    /// The team's domain cannot stand in a tag: letters, digits, dots and dashes only, as in RFC 1123.
    #[error("not a domain for tags: {domain:?}")]
    Domain {
        /// The domain given.
        domain: String,
    },
    /// The QR would need more than version 40.
    #[error("{characters} characters do not fit in a QR code")]
    TooLong {
        /// How many characters.
        characters: usize,
    },
    /// The modules would be too small to print or to read.
    #[error("module of {pixels} px, {micrometres} µm")]
    ModuleTooSmall {
        /// Side of one module, pixels.
        pixels: u32,
        /// Side of one module, micrometres.
        micrometres: u32,
    },
    /// The picture would be larger than any label.
    #[error("picture larger than {most} px")]
    PictureTooLarge {
        /// The longest side allowed, pixels.
        most: u32,
    },
    /// Words that must stand on a label whole do not fit beside the code.
    #[error("no room on the label for {text:?}")]
    LabelTooNarrow {
        /// The words.
        text: String,
    },
    /// The label is wider than the roll, whichever way it lies.
    #[error("label of {dots} dots on a roll of {most}")]
    RollTooNarrow {
        /// The label's shorter side, dots.
        dots: u32,
        /// What the roll holds, dots.
        most: u32,
    },
    /// A code would leave the paper: the labels are printed too far off.
    #[error("a code off the paper")]
    OffPaper,
    /// The picture could not be written or read as PNG.
    #[error("png: {cause}")]
    Picture {
        /// What the PNG library said.
        cause: String,
    },
    /// No QR code was found in the picture, or it could not be read.
    #[error("no readable QR code: {cause}")]
    Unreadable {
        /// What the decoder said.
        cause: String,
    },
}

impl TagError {
    /// What to tell a person.
    #[must_use]
    pub fn sentence(&self) -> Sentence {
        match self {
            Self::Length { found } => say!("tag-length", found = found.to_string()),
            Self::Symbol { found, at } => {
                say!("tag-symbol", found = found.escape_debug().to_string(), at = at.to_string())
            }
            Self::Check { read } => say!("tag-check", read = read.as_str()),
            Self::Domain { domain } => say!("tag-domain", domain = domain.as_str()),
            Self::TooLong { characters } => say!("tag-too-long", characters = characters.to_string()),
            Self::ModuleTooSmall { pixels, micrometres } => {
                say!("tag-module-too-small", pixels = u64::from(*pixels), micrometres = u64::from(*micrometres))
            }
            Self::PictureTooLarge { most } => say!("tag-picture-too-large", most = u64::from(*most)),
            Self::LabelTooNarrow { text } => say!("tag-label-too-narrow", text = text.as_str()),
            Self::RollTooNarrow { dots, most } => {
                say!("tag-roll-too-narrow", dots = u64::from(*dots), most = u64::from(*most))
            }
            Self::OffPaper => say!("tag-off-paper"),
            Self::Picture { cause } => say!("tag-not-png", cause = cause.as_str()),
            Self::Unreadable { cause } => say!("tag-unreadable", cause = cause.as_str()),
        }
    }
}
