//! What can be typed about lots, and about the receipts of their donors.

use super::args::{ConsentArgs, DonationArgs};
use crate::unit::LotId;
use clap::{Args, Subcommand};
use std::path::PathBuf;

/// Lots.
#[derive(Clone, Debug, Subcommand)]
pub enum LotVerb {
    /// Open a lot.
    Open(DonationArgs),
    /// Give or withdraw consent.
    Consent(ConsentArgs),
    /// Every lot.
    List,
    /// One lot.
    Show(LotArgs),
    /// Say what is expected.
    Expect(LotExpectArgs),
    /// Nothing more comes.
    Close(LotCloseArgs),
    /// More comes after all.
    Reopen(LotReopenArgs),
}

/// A lot.
#[derive(Clone, Debug, Args)]
pub struct LotArgs {
    /// Which.
    pub lot: LotId,
}

/// What is expected.
#[derive(Clone, Debug, Args)]
pub struct LotExpectArgs {
    /// Of which lot.
    pub lot: LotId,
    /// How many of a kind.
    #[arg(long = "kind", value_name = "KIND=COUNT", value_delimiter = ',', required = true)]
    pub kind: Vec<String>,
    /// For which campaign.
    #[arg(long, value_name = "NAME")]
    pub campaign: Option<String>,
}

/// Closing.
#[derive(Clone, Debug, Args)]
pub struct LotCloseArgs {
    /// Which.
    pub lot: LotId,
    /// What is missing or too many is known.
    #[arg(long)]
    pub yes: bool,
}

/// Opening again.
#[derive(Clone, Debug, Args)]
pub struct LotReopenArgs {
    /// Which.
    pub lot: LotId,
    /// Why.
    #[arg(long)]
    pub reason: String,
}

/// A donor's receipt.
#[derive(Clone, Debug, Args)]
pub struct ReceiptArgs {
    /// For which lot.
    #[arg(required_unless_present = "find")]
    pub lot: Option<LotId>,
    /// A folder for the page.
    #[arg(long, value_name = "DIR", conflicts_with_all = ["printer", "qr"])]
    pub to: Option<PathBuf>,
    /// A printer for the page.
    #[arg(long, value_name = "NAME", conflicts_with = "qr")]
    pub printer: Option<String>,
    /// Only the code, on the terminal.
    #[arg(long)]
    pub qr: bool,
    /// What became of the devices of that code.
    #[arg(long, value_name = "CODE", conflicts_with_all = ["lot", "to", "printer", "qr"])]
    pub find: Option<String>,
}
