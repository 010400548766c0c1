//! What the QR of a tag says: `HTTPS://<TEAM DOMAIN>/<ID>`.
//!
//! Invariant: every character of a [`Payload`] belongs to the QR's alphanumeric mode.

use super::error::TagError;
use super::id::TagId;
use std::fmt;

/// The longest host name and the longest part of it between dots. Source: RFC 1035 §2.3.4.
const NAME_CHARACTERS: usize = 253;
const LABEL_CHARACTERS: usize = 63;

/// The team's domain, in upper case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Domain(String);

impl Domain {
    /// Reads a host name (letters, digits, inner dashes, dots; any case). Errors: [`TagError::Domain`].
    pub fn read(text: &str) -> Result<Self, TagError> {
        let good = text.len() <= NAME_CHARACTERS && text.split('.').all(is_label);
        if good { Ok(Self(text.to_ascii_uppercase())) } else { Err(TagError::Domain { domain: text.to_owned() }) }
    }
}

impl fmt::Display for Domain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The text inside a tag's QR code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Payload(String);

impl Payload {
    /// The payload of that tag under that domain.
    #[must_use]
    pub fn new(domain: &Domain, id: &TagId) -> Self {
        Self(format!("HTTPS://{domain}/{}", id.as_str()))
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn is_label(label: &str) -> bool {
    (1..=LABEL_CHARACTERS).contains(&label.len())
        && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
        && !label.starts_with('-')
        && !label.ends_with('-')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_payload_is_upper_case_and_reads_back_as_its_tag() {
        let id = TagId::from_random([1, 2, 3, 4, 5, 6, 7]);
        let payload = Payload::new(&Domain::read("aoxanh.example").expect("a good domain"), &id);
        assert_eq!(payload.as_str(), format!("HTTPS://AOXANH.EXAMPLE/{}", id.as_str()));
        assert_eq!(TagId::read(payload.as_str()), Ok(id));
    }

    #[test]
    fn only_host_names_pass_as_domains() {
        let long = "a".repeat(64);
        let many = ["abc"; 64].join(".");
        for bad in
            ["", ".", "a..b", "a.", "-a.vn", "a-.vn", "a_b.vn", "a/b", "a b", "áo.vn", "a:80", "a?b", &long, &many]
        {
            assert_eq!(Domain::read(bad), Err(TagError::Domain { domain: bad.to_owned() }));
        }
        for good in ["localhost", "ao-xanh.Example.VN", "3t.vn"] {
            assert_eq!(Domain::read(good).map(|domain| domain.to_string()), Ok(good.to_uppercase()));
        }
    }
}
