//! Bar codes in a photo: the serial numbers that makers print on machines and disks (Code 128, Code 39, `DataMatrix`).
//!
//! Invariant: any picture gives an answer, whatever is in it.

use super::error::TagError;
use super::seen::grey_of;
use rxing::{BarcodeFormat, DecodeHints};
use std::collections::HashSet;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// How a bar code is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum BarcodeKind {
    /// Code 128.
    Code128,
    /// Code 39.
    Code39,
    /// `DataMatrix`.
    DataMatrix,
}

impl BarcodeKind {
    /// What people call it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Code128 => "Code 128",
            Self::Code39 => "Code 39",
            Self::DataMatrix => "DataMatrix",
        }
    }

    fn of(format: BarcodeFormat) -> Option<Self> {
        let all = [
            (BarcodeFormat::CODE_128, Self::Code128),
            (BarcodeFormat::CODE_39, Self::Code39),
            (BarcodeFormat::DATA_MATRIX, Self::DataMatrix),
        ];
        all.into_iter().find(|(known, _)| *known == format).map(|(_, kind)| kind)
    }
}

/// A bar code in a picture.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Barcode {
    /// What it says.
    pub text: String,
    /// How it is written.
    pub kind: BarcodeKind,
}

/// Every such code in the PNG or JPEG, each once. Errors: [`TagError::Picture`] for no such picture, or one too large.
pub fn barcodes_in(picture: &[u8]) -> Result<Vec<Barcode>, TagError> {
    let grey = grey_of(picture)?;
    let (width, height) = grey.dimensions();
    let formats = [BarcodeFormat::CODE_128, BarcodeFormat::CODE_39, BarcodeFormat::DATA_MATRIX];
    let mut hints = DecodeHints { PossibleFormats: Some(HashSet::from(formats)), ..DecodeHints::default() };
    // The detector says of itself that it can panic.
    let look = AssertUnwindSafe(|| {
        rxing::helpers::detect_multiple_in_luma_with_hints(grey.into_raw(), width, height, &mut hints)
    });
    // That there is none is told as an error too.
    let found = catch_unwind(look).ok().and_then(Result::ok).unwrap_or_default();
    let read = |one: &rxing::RXingResult| {
        let text = one.getText().trim().to_owned();
        Some(Barcode { kind: BarcodeKind::of(*one.getBarcodeFormat())?, text })
    };
    let mut all: Vec<_> = found.iter().filter_map(read).filter(|code| !code.text.is_empty()).collect();
    all.sort();
    all.dedup();
    Ok(all)
}
