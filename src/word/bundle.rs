//! The language files (Fluent), embedded; a station's own file may replace single messages.
//!
//! Invariant: saying never fails. A key missing in Vietnamese is said in English, and one missing in both is shown as itself.

use super::sentence::{Arg, Sentence};
use fluent_bundle::{FluentArgs, FluentBundle, FluentResource, FluentValue};
use std::cell::OnceCell;
use std::fmt;
use std::str::FromStr;
use unic_langid::LanguageIdentifier;

/// A language of the program.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Lang {
    /// Vietnamese, the source language.
    #[default]
    Vi,
    /// English.
    En,
}

impl Lang {
    /// The other of the two.
    #[must_use]
    pub const fn other(self) -> Self {
        match self {
            Self::Vi => Self::En,
            Self::En => Self::Vi,
        }
    }

    /// The embedded language file.
    #[must_use]
    pub const fn source(self) -> &'static str {
        match self {
            Self::Vi => include_str!("../../profiles/lang/vi.ftl"),
            Self::En => include_str!("../../profiles/lang/en.ftl"),
        }
    }
}

impl FromStr for Lang {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "vi" => Ok(Self::Vi),
            "en" => Ok(Self::En),
            other => Err(format!("vi | en, not {other}")),
        }
    }
}

impl fmt::Display for Lang {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Vi => "vi",
            Self::En => "en",
        })
    }
}

/// A language file that is no Fluent.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("language file: {0}")]
pub struct WordsError(String);

type Bundle = FluentBundle<FluentResource>;

/// One language, ready to speak.
pub struct Words {
    lang: Lang,
    first: Bundle,
    /// English; read only when it is needed, because reading it takes longer than most verbs.
    fallback: OnceCell<Option<Bundle>>,
}

impl Words {
    /// The embedded words of `lang`; `own` is a station's own file, whose messages win. Errors: a file that is no Fluent.
    pub fn new(lang: Lang, own: Option<&str>) -> Result<Self, WordsError> {
        let mut first = bundle(lang, lang.source())?;
        if let Some(own) = own {
            first.add_resource_overriding(resource(own)?);
        }
        Ok(Self { lang, first, fallback: OnceCell::new() })
    }

    /// Which language this is.
    #[must_use]
    pub const fn lang(&self) -> Lang {
        self.lang
    }

    /// Whether the language itself (not the fallback) has the key.
    #[must_use]
    pub fn has(&self, key: &str) -> bool {
        self.first.has_message(key)
    }

    /// The sentence as text.
    #[must_use]
    pub fn say(&self, sentence: &Sentence) -> String {
        let mut args = FluentArgs::new();
        for (name, value) in sentence.args() {
            args.set(*name, self.value(value));
        }
        let said = said_by(&self.first, sentence.key(), &args);
        said.or_else(|| said_by(self.fallback()?, sentence.key(), &args)).unwrap_or_else(|| sentence.key().to_owned())
    }

    fn fallback(&self) -> Option<&Bundle> {
        self.fallback.get_or_init(|| bundle(Lang::En, Lang::En.source()).ok()).as_ref()
    }

    fn value(&self, arg: &Arg) -> FluentValue<'static> {
        match arg {
            Arg::Text(text) => FluentValue::from(text.clone()),
            // As text: Fluent would group or round large numbers through f64.
            Arg::Number(number) => FluentValue::from(number.to_string()),
            Arg::Inner(inner) => FluentValue::from(self.say(inner)),
        }
    }
}

impl fmt::Debug for Words {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Words({})", self.lang)
    }
}

fn said_by(bundle: &Bundle, key: &str, args: &FluentArgs<'_>) -> Option<String> {
    let pattern = bundle.get_message(key)?.value()?;
    let mut errors = Vec::new();
    Some(bundle.format_pattern(pattern, Some(args), &mut errors).into_owned())
}

fn resource(source: &str) -> Result<FluentResource, WordsError> {
    FluentResource::try_new(source.to_owned())
        .map_err(|(_, errors)| WordsError(errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")))
}

fn bundle(lang: Lang, source: &str) -> Result<Bundle, WordsError> {
    let id: LanguageIdentifier = lang.to_string().parse().map_err(|error| WordsError(format!("{lang}: {error}")))?;
    let mut bundle = FluentBundle::new(vec![id]);
    bundle.set_use_isolating(false);
    bundle
        .add_resource(resource(source)?)
        .map_err(|errors| WordsError(errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")))?;
    Ok(bundle)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::say;

    #[test]
    fn says_in_both_languages_and_a_station_may_reword() {
        let vi = Words::new(Lang::Vi, None).expect("embedded file");
        let en = Words::new(Lang::En, None).expect("embedded file");
        assert_eq!(vi.say(&say!("unknown")), "không rõ");
        assert_eq!(en.say(&say!("unknown")), "unknown");
        let own = Words::new(Lang::Vi, Some("unknown = chưa biết")).expect("good file");
        assert_eq!(own.say(&say!("unknown")), "chưa biết");
        assert_eq!(vi.say(&Sentence::new("no-such-key")), "no-such-key");
        assert!(Words::new(Lang::Vi, Some("= broken")).is_err());
    }

    #[test]
    fn what_vietnamese_lacks_is_said_in_english() {
        let lacking = bundle(Lang::Vi, "greeting = chào").expect("good file");
        let words = Words { lang: Lang::Vi, first: lacking, fallback: OnceCell::new() };
        let said = |key: &str| words.say(&Sentence::new(key.to_owned()));
        assert_eq!([said("greeting"), said("wipe-erased"), said("no-such-key")], ["chào", "erased", "no-such-key"]);
    }
}
