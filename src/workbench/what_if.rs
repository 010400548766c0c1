//! What other profiles say of a machine: each verdict with its cheapest fix, from facts that are known already.
//!
//! Invariant: nothing is read from a machine and nothing is recorded, so that asking changes no verdict.

use super::bench::{Bench, Found};
use super::inspect::{Read, kind_word, last_inspections, load_profile};
use super::inspect_page::{PageLine, Weight, criteria, weight_of};
use crate::device::Facts;
use crate::port::{Failure, Trouble};
use crate::profile::{self, Judgement, Profile};
use crate::word::{Lang, Sentence, say};

/// One profile's answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WhatIf {
    /// The profile.
    pub profile: Profile,
    /// What it says.
    pub judgement: Judgement,
}

/// One profile's answer as it is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WhatIfView {
    /// What the profile is called.
    pub name: String,
    /// Its verdict.
    pub verdict: Sentence,
    /// How the verdict is to look.
    pub weight: Weight,
    /// The cheapest parts that would lift it.
    pub fix: Option<Sentence>,
    /// Every criterion: what fails first.
    pub lines: Vec<PageLine>,
}

/// What that profile, or without one every profile for the device's kind, the usual one first, says of the facts of its last inspection. Errors:
/// it was never inspected, no such profile, a bad file of the station's own.
pub fn what_if(bench: &Bench<'_>, found: &Found, only: Option<&str>) -> Result<Vec<WhatIf>, Failure> {
    let uninspected = || {
        let what = say!("what-if-uninspected", tag = found.name());
        Failure::new(Trouble::No, what).hint(say!("what-if-uninspected-hint", tag = found.name()))
    };
    let (_, facts) = last_inspections(bench, &found.id, Read::Anyhow)?.into_iter().next().ok_or_else(uninspected)?;
    let Some(id) = only else {
        let usual = load_profile(bench, None, found.file.kind)?.id;
        let mut all = others(bench, found, "", &facts);
        all.sort_by_key(|answer| answer.profile.id != usual);
        return Ok(all);
    };
    let profile = load_profile(bench, Some(id), found.file.kind)?;
    Ok(vec![WhatIf { judgement: profile::judge(&profile, &facts), profile }])
}

/// Every profile for the device's kind but the one of that id, held against the facts.
pub(super) fn others(bench: &Bench<'_>, found: &Found, but: &str, facts: &Facts) -> Vec<WhatIf> {
    let own: Vec<Profile> =
        bench.profiles.iter().filter_map(|(file, text)| Profile::parse(file, text).ok()).filter(is_no_system).collect();
    let embedded = profile::EMBEDDED.iter().filter_map(|(file, text)| Profile::parse(file, text).ok());
    let ours: Vec<Profile> = embedded.filter(|ours| !own.iter().any(|own| own.id == ours.id)).collect();
    let word = kind_word(found.file.kind);
    let all: Vec<Profile> = ours.into_iter().chain(own).filter(|profile| profile.id != but).collect();
    let serves = |profile: &Profile| profile.kinds.iter().any(|kind| kind == word);
    let is_known = all.iter().any(serves);
    let wanted = all.into_iter().filter(|profile| !is_known || serves(profile));
    wanted.map(|profile| WhatIf { judgement: profile::judge(&profile, facts), profile }).collect()
}

/// Systems are listed by themselves.
fn is_no_system(profile: &Profile) -> bool {
    !profile::SYSTEMS.iter().any(|(file, _)| file.strip_suffix(".toml") == Some(profile.id.as_str()))
}

impl WhatIf {
    /// As it is shown.
    #[must_use]
    pub fn view(&self, lang: Lang) -> WhatIfView {
        WhatIfView {
            name: self.name(lang).to_owned(),
            verdict: self.judgement.verdict.sentence(),
            weight: weight_of(self.judgement.verdict),
            fix: self.judgement.fix_sentence(),
            lines: criteria(&self.judgement, false),
        }
    }

    fn name(&self, lang: Lang) -> &str {
        match lang {
            Lang::Vi => &self.profile.name_vi,
            Lang::En => &self.profile.name_en,
        }
    }

    /// The profile's name, its verdict, and the parts that would lift it.
    #[must_use]
    pub fn sentence(&self, lang: Lang) -> Sentence {
        let name = self.name(lang);
        let verdict = self.judgement.verdict.sentence();
        match self.judgement.fix_sentence() {
            Some(fix) => say!("what-if-fix", name = name, verdict = verdict, fix = fix),
            None => say!("what-if", name = name, verdict = verdict),
        }
    }
}
