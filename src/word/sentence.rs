//! A sentence not yet in any language: a key of the language files and the values that go into it.

/// A value inside a sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Arg {
    /// Shown as it is.
    Text(String),
    /// A whole number.
    Number(u64),
    /// Another sentence, said in the same language.
    Inner(Box<Sentence>),
}

/// A key of `profiles/lang/*.ftl` with its arguments.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sentence {
    key: String,
    args: Vec<(&'static str, Arg)>,
}

impl Sentence {
    /// The sentence of that key, without arguments. Write keys as literals through [`say!`](say) so that the
    /// words test can find them.
    #[must_use]
    pub fn new(key: impl Into<String>) -> Self {
        Self { key: key.into(), args: Vec::new() }
    }

    /// With the argument `name`.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Into<Arg>) -> Self {
        self.args.push((name, value.into()));
        self
    }

    /// The key.
    #[must_use]
    pub fn key(&self) -> &str {
        &self.key
    }

    /// The arguments, in the order given.
    #[must_use]
    pub fn args(&self) -> &[(&'static str, Arg)] {
        &self.args
    }
}

impl From<Sentence> for Arg {
    fn from(inner: Sentence) -> Self {
        Self::Inner(Box::new(inner))
    }
}

impl From<u64> for Arg {
    fn from(number: u64) -> Self {
        Self::Number(number)
    }
}

impl From<&str> for Arg {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Arg {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

/// Makes a [`Sentence`]: `say!("device-unknown", tag = text)`.
#[macro_export]
macro_rules! say {
    ($key:literal $(, $name:ident = $value:expr)* $(,)?) => {
        $crate::word::Sentence::new($key)$(.with(stringify!($name), $value))*
    };
}
pub use crate::say;
