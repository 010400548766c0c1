//! One failure for everything a face must tell: what was attempted, on what, why it failed, what to do next.

use crate::word::Sentence;

/// What sort of failure, and so which exit code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// The answer is no: a rule, a verdict, a disk that was not erased. Exit 1.
    No,
    /// A person stopped it. Exit 1.
    Cancelled,
    /// The command does not make sense. Exit 2.
    Usage,
    /// Data given or stored is bad. Exit 65.
    BadData,
    /// The machine failed to read or write. Exit 74.
    Io,
    /// It may work later: busy, another station. Exit 75.
    TryAgain,
}

impl Trouble {
    /// The process exit code. Source: BSD `sysexits.h` for 65, 74 and 75.
    #[must_use]
    pub const fn exit_code(self) -> u8 {
        match self {
            Self::No | Self::Cancelled => 1,
            Self::Usage => 2,
            Self::BadData => 65,
            Self::Io => 74,
            Self::TryAgain => 75,
        }
    }

    /// The word for machines.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::No => "no",
            Self::Cancelled => "cancelled",
            Self::Usage => "usage",
            Self::BadData => "bad_data",
            Self::Io => "io",
            Self::TryAgain => "try_again",
        }
    }
}

/// A failure to be said in one line, with what to do next in another.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}: {}", .what.key(), .cause.as_deref().or(.detail.as_deref()).unwrap_or("-"))]
pub struct Failure {
    /// What sort.
    pub trouble: Trouble,
    /// What was attempted, on what, and why it failed.
    pub what: Sentence,
    /// What to do next.
    pub hint: Option<Sentence>,
    /// The technical cause in the words of a stranger who reported it (the system, `SQLite`), for people too.
    pub cause: Option<String>,
    /// The technical cause in the words of our own errors, which `what` already says: for machines only.
    pub detail: Option<String>,
    /// The permanent id of the rule that refused, where one did.
    pub rule: Option<&'static str>,
}

impl Failure {
    /// A failure of that sort.
    #[must_use]
    pub const fn new(trouble: Trouble, what: Sentence) -> Self {
        Self { trouble, what, hint: None, cause: None, detail: None, rule: None }
    }

    /// With the technical cause in a stranger's words, which people are shown as they are.
    #[must_use]
    pub fn because(mut self, cause: impl std::fmt::Display) -> Self {
        self.cause = Some(cause.to_string());
        self
    }

    /// With the technical cause in the words of one of our own errors; people are told by `what` alone, in their language.
    #[must_use]
    pub fn detail(mut self, detail: impl std::fmt::Display) -> Self {
        self.detail = Some(detail.to_string());
        self
    }

    /// With what to do next.
    #[must_use]
    pub fn hint(mut self, hint: Sentence) -> Self {
        self.hint = Some(hint);
        self
    }

    /// Refused by the rule of that id.
    #[must_use]
    pub const fn by_rule(mut self, id: &'static str) -> Self {
        self.rule = Some(id);
        self
    }
}
