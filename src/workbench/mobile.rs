//! Tablets and phones on the cable: which there are, what to do next with each, and inspecting one.
//!
//! Invariants: what is found to be locked is recorded as locked with the inspection that found it; no way around a lock is
//! ever shown; a half answer is no inspection.

use super::bench::{Bench, Found};
use super::grade::bad_list;
use super::inspect::{Inspected, judged};
use super::lock::{clear_lock, find_lock};
use super::report::Report;
use crate::device::{Facts, Value, key};
use crate::event::lock::LockKind;
use crate::port::{Failure, Mobile, MobileState, Trouble};
use crate::profile::{HANDHELDS, Handhelds, Profile};
use crate::reading::android_facts;
use crate::word::{Lang, Sentence, say};

/// One of them, with what to do next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MobileLine {
    /// Which.
    pub mobile: Mobile,
    /// What to do next, on this make.
    pub next: Sentence,
}

impl MobileLine {
    /// Maker and model, as far as it says.
    #[must_use]
    pub fn title(&self) -> String {
        let (maker, model) = (self.mobile.maker.as_deref(), self.mobile.model.as_deref());
        let words: Vec<&str> = maker.into_iter().chain(model).collect();
        if words.is_empty() { format!("USB {:04x}", self.mobile.vendor) } else { words.join(" ") }
    }

    /// How far it lets itself be talked to, in words.
    #[must_use]
    pub fn state(&self) -> Sentence {
        match self.mobile.state {
            MobileState::Silent => say!("mobile-state-silent"),
            MobileState::Unauthorised => say!("mobile-state-unauthorised"),
            MobileState::Ready => say!("mobile-state-ready"),
            MobileState::Recovery => say!("mobile-state-recovery"),
            MobileState::Sideload => say!("mobile-state-sideload"),
            MobileState::Rescue => say!("mobile-state-rescue"),
            MobileState::Bootloader => say!("mobile-state-bootloader"),
            MobileState::Offline => say!("mobile-state-offline"),
            MobileState::NoPermission => say!("mobile-state-no-permission"),
            MobileState::Apple => say!("mobile-state-apple"),
        }
    }
}

/// What to do next with one of them; `list` knows its maker's settings.
#[must_use]
pub fn mobile_next(mobile: &Mobile, list: &Handhelds, lang: Lang) -> Sentence {
    let ways = list.of(mobile.vendor, mobile.maker.as_deref());
    match mobile.state {
        MobileState::Silent => say!("mobile-next-silent", way = ways.debug(lang)),
        MobileState::Unauthorised => say!("mobile-next-unauthorised"),
        MobileState::Ready => say!("mobile-next-ready", name = mobile.name.as_str()),
        MobileState::Recovery | MobileState::Sideload | MobileState::Rescue => say!("mobile-next-recovery"),
        MobileState::Bootloader => say!("mobile-next-bootloader"),
        MobileState::Offline => say!("mobile-next-offline"),
        MobileState::NoPermission => say!("mobile-next-no-permission"),
        MobileState::Apple => say!("mobile-next-apple"),
    }
}

/// What is on the cable.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MobilesView {
    /// Every tablet and phone, by its port.
    pub lines: Vec<MobileLine>,
    /// Why adb was of no use, if it was not.
    pub adb: Option<Report>,
}

/// Every tablet and phone on the cable. Errors: the station's own list of settings cannot be used.
pub fn mobiles_view(bench: &Bench<'_>, lang: Lang) -> Result<MobilesView, Failure> {
    let text = bench.own.handhelds.as_deref().unwrap_or(HANDHELDS);
    let list = Handhelds::parse(text).map_err(|error| bad_list("handheld", &error))?;
    let seen = bench.mobiles.list()?;
    let line = |mobile: Mobile| MobileLine { next: mobile_next(&mobile, &list, lang), mobile };
    let adb = seen.adb.as_ref().map(Report::from);
    Ok(MobilesView { lines: seen.mobiles.into_iter().map(line).collect(), adb })
}

/// The one to be inspected: that of the name, else the only one that answers.
fn chosen(bench: &Bench<'_>, name: Option<&str>) -> Result<Mobile, Failure> {
    let seen = bench.mobiles.list()?;
    if let Some(name) = name {
        let found = seen.mobiles.into_iter().find(|mobile| mobile.name == name);
        return found.ok_or_else(|| seen.adb.unwrap_or_else(|| crate::port::no_mobile(name)));
    }
    let mut ready = seen.mobiles.into_iter().filter(|mobile| mobile.state == MobileState::Ready);
    match (ready.next(), ready.next()) {
        (Some(one), None) => Ok(one),
        (Some(one), Some(other)) => {
            let names: Vec<String> = [one, other].into_iter().chain(ready).map(|mobile| mobile.name).collect();
            let what = say!("mobile-several", names = names.join(", "));
            Err(Failure::new(Trouble::Usage, what).hint(say!("mobile-several-hint")))
        }
        (None, _) => Err(seen.adb.unwrap_or_else(|| {
            Failure::new(Trouble::No, say!("mobile-none-ready")).hint(say!("mobile-none-ready-hint"))
        })),
    }
}

/// Asks a tablet or phone on the cable what it is, judges it, and records both for the device, and the locks that it tells of.
/// Errors: there is none, or several and no name; it does not answer, or not to the end; it is another machine than that of
/// the tag.
pub fn inspect_mobile(
    bench: &Bench<'_>,
    found: &Found,
    profile: Profile,
    name: Option<&str>,
) -> Result<Inspected, Failure> {
    let mobile = chosen(bench, name)?;
    if mobile.state != MobileState::Ready {
        let what = say!("mobile-not-ready", name = mobile.name.as_str());
        return Err(Failure::new(Trouble::No, what).hint(say!("mobile-none-ready-hint")));
    }
    let told = bench.mobiles.ask(&mobile.name)?;
    if !told.is_whole {
        let what = say!("mobile-silent", name = mobile.name.as_str());
        return Err(Failure::new(Trouble::TryAgain, what).hint(say!("mobile-gone-hint")));
    }
    let facts = android_facts(&told);
    let locks = [(LockKind::Account, has_accounts(&facts)), (LockKind::Management, is_managed(&facts))];
    let mut inspected = judged(bench, found, profile, facts, Vec::new(), false)?;
    for (lock, is_there) in locks {
        let is_known = inspected.found.file.locks.contains_key(&lock);
        match is_there {
            Some(true) if !is_known => inspected.found = find_lock(bench, &inspected.found, lock, None)?,
            // It said itself that there is none any more.
            Some(false) if is_known => inspected.found = clear_lock(bench, &inspected.found, lock)?,
            Some(_) | None => {}
        }
    }
    Ok(inspected)
}

fn has_accounts(facts: &Facts) -> Option<bool> {
    facts.known(key::ACCOUNTS).and_then(Value::number).map(|count| count > 0)
}

fn is_managed(facts: &Facts) -> Option<bool> {
    facts.known(key::DEVICE_OWNER).map(|owner| *owner != Value::Flag(false))
}
