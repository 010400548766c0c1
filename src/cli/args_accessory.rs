//! What can be typed about accessories.

use crate::event::accessory::{Power, StockKind};
use crate::port::Failure;
use crate::workbench::read_power;
use clap::{Args, Subcommand, ValueEnum};

/// Accessories.
#[derive(Clone, Debug, Subcommand)]
pub enum AccessoryVerb {
    /// Count new ones into stock.
    Add(AccessoryAddArgs),
    /// What lies in stock.
    List(AccessoryListArgs),
    /// Put one to a device.
    Pair(AccessoryPairArgs),
    /// Take one from a device.
    Unpair(AccessoryPairArgs),
    /// Put them on another shelf.
    Move(AccessoryMoveArgs),
    /// Count or try them once more.
    Count(AccessoryCountArgs),
    /// What a device asks of its charger.
    Need(AccessoryNeedArgs),
}

/// New accessories.
#[derive(Clone, Debug, Args)]
pub struct AccessoryAddArgs {
    /// What they are.
    pub kind: StockArg,
    /// The shelf.
    pub shelf: String,
    /// How many.
    #[arg(long, value_name = "COUNT", default_value_t = 1)]
    pub count: u64,
    /// The tag already on the piece or the box.
    #[arg(long, value_name = "TAG")]
    pub tag: Option<String>,
    /// What a charger gives.
    #[command(flatten)]
    pub power: PowerArgs,
    /// Whether they work.
    #[arg(long, value_enum)]
    pub works: Option<WorksArg>,
}

/// What stands on a charger, or on the underside of a machine.
#[derive(Clone, Debug, Default, Args)]
pub struct PowerArgs {
    /// The plug.
    #[arg(long, value_name = "PLUG", requires_all = ["volts", "watts"])]
    pub plug: Option<String>,
    /// Volts.
    #[arg(long, value_name = "V", requires = "plug")]
    pub volts: Option<String>,
    /// Watts.
    #[arg(long, value_name = "W", requires = "plug")]
    pub watts: Option<u64>,
}

/// What lies in stock.
#[derive(Clone, Debug, Args)]
pub struct AccessoryListArgs {
    /// Of one kind only.
    pub kind: Option<StockArg>,
    /// What devices want for.
    #[arg(long)]
    pub short: bool,
}

/// One accessory and one device.
#[derive(Clone, Debug, Args)]
pub struct AccessoryPairArgs {
    /// Tag or id of the device.
    pub device: String,
    /// Tags on the accessories or their boxes.
    #[arg(required = true)]
    pub accessories: Vec<String>,
}

/// Moving accessories.
#[derive(Clone, Debug, Args)]
pub struct AccessoryMoveArgs {
    /// The shelf.
    pub shelf: String,
    /// Tags on the accessories or their boxes.
    #[arg(required = true)]
    pub accessories: Vec<String>,
}

/// Counting accessories once more.
#[derive(Clone, Debug, Args)]
pub struct AccessoryCountArgs {
    /// The tag on the accessory or the box.
    pub accessory: String,
    /// How many there are.
    #[arg(required_unless_present = "works")]
    pub count: Option<u64>,
    /// Whether they work.
    #[arg(long, value_enum)]
    pub works: Option<WorksArg>,
}

/// What a device asks of its charger.
#[derive(Clone, Debug, Args)]
pub struct AccessoryNeedArgs {
    /// Tag or id of the device.
    pub device: String,
    /// What stands on its underside.
    #[command(flatten)]
    pub power: PowerArgs,
}

/// A kind as typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum StockArg {
    /// A charger.
    Charger,
    /// A cable.
    Cable,
    /// A screen.
    Screen,
    /// A keyboard.
    Keyboard,
    /// A mouse.
    Mouse,
    /// A webcam.
    Webcam,
    /// A dongle.
    Dongle,
    /// A SIM card.
    Sim,
}

impl From<StockArg> for StockKind {
    fn from(kind: StockArg) -> Self {
        match kind {
            StockArg::Charger => Self::Charger,
            StockArg::Cable => Self::Cable,
            StockArg::Screen => Self::Screen,
            StockArg::Keyboard => Self::Keyboard,
            StockArg::Mouse => Self::Mouse,
            StockArg::Webcam => Self::Webcam,
            StockArg::Dongle => Self::Dongle,
            StockArg::Sim => Self::Sim,
        }
    }
}

/// Whether something works, as typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum WorksArg {
    /// It does.
    Yes,
    /// It does not.
    No,
}

impl From<WorksArg> for bool {
    fn from(works: WorksArg) -> Self {
        works == WorksArg::Yes
    }
}

impl PowerArgs {
    /// What was typed; none where nothing was. Errors: a voltage that is none.
    pub fn power(&self) -> Result<Option<Power>, Failure> {
        let (Some(plug), Some(volts), Some(watts)) = (&self.plug, &self.volts, self.watts) else { return Ok(None) };
        read_power(plug, volts, watts).map(Some)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_charger_is_typed_as_it_stands_on_it() {
        let typed = |plug: &str, volts: &str| {
            let args = PowerArgs { plug: Some(plug.to_owned()), volts: Some(volts.to_owned()), watts: Some(65) };
            args.power().ok().flatten().map(|power| (power.plug, power.decivolts))
        };
        assert_eq!(typed("4,5 × 3.0 mm", "19,5V"), Some(("4.5x3.0".to_owned(), 195)));
        assert_eq!(typed("USB-C", "20"), Some(("usb-c".to_owned(), 200)));
        for wrong in ["", "V", "19.55", "x", "-19", "1.", ".5", "1000"] {
            assert_eq!(typed("usb-c", wrong), None, "{wrong}");
        }
        assert!(PowerArgs::default().power().is_ok_and(|power| power.is_none()));
    }
}
