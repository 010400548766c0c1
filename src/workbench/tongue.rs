//! In which of two languages the screen speaks: a station's own, or the other one.

/// Which of the two languages the screen speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tongue {
    /// The one it was opened in.
    Own,
    /// The other.
    Other,
}

impl Tongue {
    /// The one that is not spoken now.
    #[must_use]
    pub const fn other(self) -> Self {
        match self {
            Self::Own => Self::Other,
            Self::Other => Self::Own,
        }
    }
}
