//! What was done to a written disk so that its image fits it, in words.

use crate::event::image::FitStep;
use crate::word::{Sentence, say};

/// Every step, one after another; none of none.
#[must_use]
pub fn fit_steps(done: &[FitStep]) -> Option<Sentence> {
    let names = done.iter().map(|step| step_name(*step));
    names.reduce(|first, second| say!("door-list", first = first, second = second))
}

fn step_name(step: FitStep) -> Sentence {
    match step {
        FitStep::TableMoved => say!("fit-step-table"),
        FitStep::IdsRenewed => say!("fit-step-ids"),
        FitStep::PartitionGrown => say!("fit-step-partition"),
        FitStep::SystemGrown => say!("fit-step-system"),
        FitStep::HostnameSet => say!("setting-hostname"),
        FitStep::LocaleSet => say!("setting-locale"),
        FitStep::TimeZoneSet => say!("setting-time-zone"),
        FitStep::KeyboardSet => say!("setting-keyboard"),
        FitStep::UserAdded => say!("setting-user"),
        FitStep::PasswordSet => say!("setting-password"),
        FitStep::WifiSet => say!("setting-wifi"),
        FitStep::DnsSet => say!("setting-dns"),
        FitStep::WelcomePut => say!("setting-welcome"),
        FitStep::BootFound => say!("fit-step-boot"),
        FitStep::FilesPut => say!("fit-step-files"),
    }
}
