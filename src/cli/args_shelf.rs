//! What can be typed about shelves.

use clap::Args;

/// Putting devices on a shelf.
#[derive(Clone, Debug, Args)]
pub struct MoveArgs {
    /// Which shelf.
    pub shelf: String,
    /// Tags or ids.
    pub devices: Vec<String>,
}

/// Looking at shelves.
#[derive(Clone, Debug, Args)]
pub struct ShelfArgs {
    /// Which shelf.
    pub shelf: Option<String>,
    /// Tags or ids found on it.
    #[arg(requires = "count")]
    pub devices: Vec<String>,
    /// Take stock of it.
    #[arg(long, requires = "shelf")]
    pub count: bool,
    /// Move what is not expected there.
    #[arg(long, requires = "count")]
    pub record: bool,
    /// The devices on no shelf.
    #[arg(long, conflicts_with = "shelf")]
    pub unshelved: bool,
    /// How many devices at most.
    #[arg(long, value_name = "COUNT", default_value_t = 200)]
    pub most: u32,
}
