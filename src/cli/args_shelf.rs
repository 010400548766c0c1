//! What can be typed about shelves.

use clap::Args;

/// Putting devices and boxes on a shelf, or devices into a box.
#[derive(Clone, Debug, Args)]
pub struct MoveArgs {
    /// Which shelf.
    pub shelf: String,
    /// Tags or ids, or codes of boxes.
    pub devices: Vec<String>,
}

/// Looking at shelves.
#[derive(Clone, Debug, Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of its own on the command line")]
pub struct ShelfArgs {
    /// Which shelf.
    pub shelf: Option<String>,
    /// Tags or ids found on it.
    #[arg(requires = "count")]
    pub devices: Vec<String>,
    /// Take stock of it.
    #[arg(long, requires = "shelf")]
    pub count: bool,
    /// Record what was found, and move what is not expected there.
    #[arg(long, requires = "count")]
    pub record: bool,
    /// Boxes that are scanned are closed: they count as everything in them.
    #[arg(long, requires = "count")]
    pub sealed: bool,
    /// The devices that were missing when their place was counted last.
    #[arg(long, conflicts_with_all = ["shelf", "unshelved"])]
    pub missing: bool,
    /// The devices on no shelf.
    #[arg(long, conflicts_with = "shelf")]
    pub unshelved: bool,
    /// How many devices at most.
    #[arg(long, value_name = "COUNT", default_value_t = 200)]
    pub most: u32,
}
