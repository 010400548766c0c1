//! What a body may be: one UTF-8 JSON object without repeated keys and without fractions.
//!
//! Why: two readers must never read two things out of one body, and no number may depend on rounding.

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use std::borrow::Cow;
use std::fmt;

/// Deepest nesting accepted.
const DEEPEST: u32 = 32;

/// Why bytes are no body.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum BodyError {
    /// Not UTF-8 JSON, a repeated key, or a number that is no integer; the text says which and where.
    #[error("{0}")]
    Json(String),
    /// JSON, but not an object.
    #[error("the body is not a JSON object")]
    NoObject,
}

/// Whether `body` may stand in a record.
pub fn check_body(body: &[u8]) -> Result<(), BodyError> {
    let text = std::str::from_utf8(body).map_err(|error| BodyError::Json(error.to_string()))?;
    let mut reader = serde_json::Deserializer::from_str(text);
    Strict(DEEPEST).deserialize(&mut reader).map_err(|error| BodyError::Json(error.to_string()))?;
    reader.end().map_err(|error| BodyError::Json(error.to_string()))?;
    if body.first() == Some(&b'{') { Ok(()) } else { Err(BodyError::NoObject) }
}

#[derive(Clone, Copy)]
struct Strict(u32);

impl Strict {
    fn deeper<E: Error>(self) -> Result<Self, E> {
        self.0.checked_sub(1).map(Self).ok_or_else(|| E::custom("nested too deeply"))
    }
}

impl<'de> DeserializeSeed<'de> for Strict {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Strict {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON without fractions or repeated keys")
    }

    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<(), E> {
        Err(E::custom(format_args!("number {value} is no integer")))
    }

    fn visit_str<E>(self, _: &str) -> Result<(), E> {
        Ok(())
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        let inner = self.deeper()?;
        while seq.next_element_seed(inner)?.is_some() {}
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let inner = self.deeper()?;
        let mut keys = Vec::new();
        while let Some(Key(key)) = map.next_key()? {
            map.next_value_seed(inner)?;
            keys.push(key);
        }
        keys.sort_unstable();
        match keys.windows(2).find(|pair| pair[0] == pair[1]) {
            Some(pair) => Err(A::Error::custom(format_args!("key {:?} stands twice", pair[0]))),
            None => Ok(()),
        }
    }
}

/// A key as it stands in the body where it needs no unescaping: most of them, and no memory of their own.
#[derive(serde::Deserialize)]
struct Key<'a>(#[serde(borrow)] Cow<'a, str>);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_an_object_of_integers_with_each_key_once_is_a_body() {
        for good in ["{}", r#"{"a":1,"b":[-2,{"a":null}],"c":"é"}"#, r#"{"a":18446744073709551615}"#] {
            assert_eq!(check_body(good.as_bytes()), Ok(()), "{good}");
        }
        for bad in [
            "",
            "[]",
            "1",
            " {}",
            r#"{"a":1,"a":2}"#,
            r#"{"x":{"a":1,"\u0061":2}}"#,
            r#"{"a":1.5}"#,
            r#"{"a":1e3}"#,
            r#"{"a":18446744073709551616}"#,
            r#"{"a":1}{"#,
            "{'a':1}",
        ] {
            assert!(check_body(bad.as_bytes()).is_err(), "{bad}");
        }
        assert!(check_body(b"{\"a\":\"\xff\"}").is_err());
        assert!(check_body("[".repeat(100).as_bytes()).is_err());
    }
}
