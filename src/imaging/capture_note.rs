//! What a manifest says of an image that was captured from a master machine.

use super::list_reader::Reader;
use super::manifest_error::{ManifestError, Wanted};
use toml::Spanned;
use toml::de::DeValue;

const KEYS: &[&str] = &["traces"];

/// That the image was captured, and what somebody let stay in it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CaptureNote {
    /// The traces that were found and kept on purpose, each as its kind and its place.
    pub traces: Vec<String>,
}

impl CaptureNote {
    pub(super) fn read(reader: &Reader<'_>) -> Result<Self, ManifestError> {
        reader.refuse_unknown(KEYS)?;
        Ok(Self { traces: reader.may("traces", Wanted::Text, texts)?.unwrap_or_default() })
    }

    /// The same as lines of TOML.
    pub(super) fn lines(&self, quoted: fn(&str) -> String) -> Vec<String> {
        let traces: Vec<String> = self.traces.iter().map(|trace| quoted(trace)).collect();
        vec!["\n[capture]\n".to_owned(), format!("traces = [{}]\n", traces.join(", "))]
    }
}

fn texts(value: &DeValue<'_>) -> Option<Vec<String>> {
    value.as_array()?.iter().map(Spanned::get_ref).map(|text| text.as_str().map(str::to_owned)).collect()
}
