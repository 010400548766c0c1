//! Radios: what a machine tells of them, and of the networks and devices it hears.

/// A radio.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RadioState {
    /// What it is called.
    pub name: String,
    /// Whether a switch on the machine keeps it silent.
    pub is_hard_blocked: bool,
    /// Whether the system keeps it silent.
    pub is_soft_blocked: bool,
}

/// A network that is heard.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Network {
    /// The channel.
    pub megahertz: u32,
    /// How weak it is: 40 is near, 80 is far.
    pub dbm_below_zero: u64,
}

/// A device that is heard over Bluetooth. Its name may be its owner's: it is shown, and never recorded.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Neighbour {
    /// What it calls itself.
    pub name: Option<String>,
    /// How weak it is, as of a [`Network`].
    pub dbm_below_zero: Option<u64>,
}
