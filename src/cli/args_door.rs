//! What can be typed of a device at the door: what is seen of it from outside, and who it is as somebody says.

use crate::event::outward::{Accessory, Belonging, Condition, Outward, Told, Whither};
use crate::port::{Failure, Trouble};
use crate::word::say;
use clap::{Args, ValueEnum};
use std::path::PathBuf;

/// What is seen, said together with the reception.
#[derive(Clone, Debug, Default, Args)]
pub struct OutwardArgs {
    /// Condition.
    #[arg(long, value_enum)]
    pub condition: Option<ConditionArg>,
    /// What came with it.
    #[arg(long = "with", value_enum, value_delimiter = ',', value_name = "WHAT")]
    pub with: Vec<AccessoryArg>,
    /// What was taken out.
    #[arg(long = "taken-out", value_delimiter = ',', value_name = "WHAT=given|kept")]
    pub taken_out: Vec<String>,
}

/// Saying what is seen later.
#[derive(Clone, Debug, Args)]
pub struct SeenArgs {
    /// Tag or id.
    pub device: String,
    /// What is seen.
    #[command(flatten)]
    pub outward: OutwardArgs,
}

/// A donor's list.
#[derive(Clone, Debug, Default, Args)]
pub struct ListArgs {
    /// The file.
    #[arg(
        long,
        value_name = "FILE",
        conflicts_with_all = ["tag", "condition", "with", "taken_out", "maker", "model", "serial"],
    )]
    pub list: Option<PathBuf>,
    /// Receive them, not only look.
    #[arg(long, requires = "list")]
    pub yes: bool,
    /// Receive the good rows although others are wrong.
    #[arg(long, requires = "yes")]
    pub skip_bad: bool,
}

/// Who the machine is, as somebody says.
#[derive(Clone, Debug, Default, Args)]
pub struct ToldArgs {
    /// Maker.
    #[arg(long, value_name = "NAME")]
    pub maker: Option<String>,
    /// Model.
    #[arg(long, value_name = "NAME")]
    pub model: Option<String>,
    /// Serial.
    #[arg(long, value_name = "SERIAL")]
    pub serial: Option<String>,
}

impl ToldArgs {
    /// What they say.
    #[must_use]
    pub fn told(&self) -> Told {
        let said = |text: &Option<String>| {
            text.as_deref()
                .map(|text| text.split_whitespace().collect::<Vec<_>>().join(" "))
                .filter(|text| !text.is_empty())
        };
        Told { maker: said(&self.maker), model: said(&self.model), serial: said(&self.serial) }
    }
}

/// A condition as typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ConditionArg {
    /// Works.
    Works,
    /// Starts, faulty.
    Faulty,
    /// Does not start.
    Dead,
    /// Broken.
    Broken,
    /// Not tried.
    Untried,
}

/// An accessory as typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum AccessoryArg {
    /// Nothing.
    None,
    /// Charger.
    Charger,
    /// Battery.
    Battery,
    /// Bag.
    Bag,
    /// Mouse.
    Mouse,
    /// Keyboard.
    Keyboard,
    /// Cable.
    Cable,
    /// Screen.
    Monitor,
    /// Pen.
    Pen,
}

impl From<ConditionArg> for Condition {
    fn from(condition: ConditionArg) -> Self {
        match condition {
            ConditionArg::Works => Self::Works,
            ConditionArg::Faulty => Self::Faulty,
            ConditionArg::Dead => Self::Dead,
            ConditionArg::Broken => Self::Broken,
            ConditionArg::Untried => Self::Untried,
        }
    }
}

const fn accessory(typed: AccessoryArg) -> Option<Accessory> {
    Some(match typed {
        AccessoryArg::None => return None,
        AccessoryArg::Charger => Accessory::Charger,
        AccessoryArg::Battery => Accessory::Battery,
        AccessoryArg::Bag => Accessory::Bag,
        AccessoryArg::Mouse => Accessory::Mouse,
        AccessoryArg::Keyboard => Accessory::Keyboard,
        AccessoryArg::Cable => Accessory::Cable,
        AccessoryArg::Monitor => Accessory::Monitor,
        AccessoryArg::Pen => Accessory::Pen,
    })
}

/// `sim=given`; without a word behind it, it went back.
fn taken_out(text: &str) -> Result<Option<(Belonging, Whither)>, Failure> {
    let wrong = || Failure::new(Trouble::Usage, say!("door-taken-out-wrong", text = text));
    let (what, whither) = text.split_once('=').unwrap_or((text, "given"));
    let belonging = match what.trim() {
        "none" if !text.contains('=') => return Ok(None),
        "sim" => Belonging::Sim,
        "memory-card" => Belonging::MemoryCard,
        "disc" => Belonging::Disc,
        "usb" => Belonging::Usb,
        _other => return Err(wrong()),
    };
    let whither = match whither.trim() {
        "given" => Whither::GivenBack,
        "kept" => Whither::Kept,
        _other => return Err(wrong()),
    };
    Ok(Some((belonging, whither)))
}

impl OutwardArgs {
    /// What stands once that was said: what was not said stays as `known`. Errors: words that are none of the sets.
    pub fn over(&self, known: &Outward) -> Result<Outward, Failure> {
        let alone = |said: usize, some: usize| {
            if said > some && said > 1 { Err(Failure::new(Trouble::Usage, say!("door-none-alone"))) } else { Ok(()) }
        };
        let with: Vec<Accessory> = self.with.iter().copied().filter_map(accessory).collect();
        alone(self.with.len(), with.len())?;
        let out: Vec<Option<(Belonging, Whither)>> =
            self.taken_out.iter().map(|text| taken_out(text)).collect::<Result<_, _>>()?;
        alone(out.len(), out.iter().flatten().count())?;
        Ok(Outward {
            condition: self.condition.map(Into::into).or(known.condition),
            accessories: if self.with.is_empty() { known.accessories.clone() } else { with.into_iter().collect() },
            taken_out: if out.is_empty() { known.taken_out.clone() } else { out.into_iter().flatten().collect() },
            power: known.power.clone(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_said_stays_and_none_takes_all_of_it_away() {
        let known = Outward {
            condition: Some(Condition::Works),
            accessories: [Accessory::Charger].into(),
            taken_out: [(Belonging::Sim, Whither::Kept)].into(),
            power: None,
        };
        assert_eq!(OutwardArgs::default().over(&known).expect("nothing said"), known);
        let said = OutwardArgs {
            condition: Some(ConditionArg::Dead),
            with: vec![AccessoryArg::None],
            taken_out: vec!["sim".to_owned(), "disc=kept".to_owned()],
        };
        let taken_out = [(Belonging::Sim, Whither::GivenBack), (Belonging::Disc, Whither::Kept)].into();
        let wanted = Outward { condition: Some(Condition::Dead), accessories: [].into(), taken_out, power: None };
        assert_eq!(said.over(&known).expect("said"), wanted);
        for wrong in [&["sim=lost"][..], &["shoe"], &["none=kept"], &["none", "sim"], &["sim", "none"]] {
            let taken_out = wrong.iter().map(|text| (*text).to_owned()).collect();
            assert!(OutwardArgs { taken_out, ..OutwardArgs::default() }.over(&known).is_err(), "{wrong:?}");
        }
        let with = vec![AccessoryArg::None, AccessoryArg::Bag];
        assert!(OutwardArgs { with, ..OutwardArgs::default() }.over(&known).is_err());
    }
}
