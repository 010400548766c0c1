//! An inspection as lines for people, the verdict and the cheapest fix first, with its JSON twin.

use super::json;
use super::out::Out;
use crate::port::Failure;
use crate::profile::{Change, Outcome, Suits};
use crate::reading::{DiskHealth, Lock, LockWeight, locks};
use crate::word::{Lang, Sentence, Words, say};
use crate::workbench::{Inspected, Weight, WhatIf, inspection_page, verdict_sentence};
use serde_json::{Value, json};

/// An inspection: the judgement, what would mend it, what stands in the way, every fact, what nobody knows.
pub fn inspected(out: &mut Out<'_>, inspected: &Inspected) -> Result<(), Failure> {
    for fact in inspected.facts.iter() {
        out.object("fact", json::fact(fact, out.words()))?;
    }
    let object = as_json(inspected, out.words());
    out.object("inspected", object)?;
    let lang = out.words().lang();
    out.say(&verdict_sentence(inspected, lang))?;
    if let Some(fix) = inspected.judgement.fix_sentence() {
        out.say(&say!("fix-line", fix = fix))?;
    }
    for line in inspection_page(inspected, lang, true) {
        if line.weight == Weight::Heading {
            out.say(&say!("page-heading", heading = line.what))?;
            continue;
        }
        // Some sentences bring their own mark along.
        let text = out.words().say(&line.what);
        let bare = text.trim_start_matches(['✓', '✗', '!', '•', '?', ' ']);
        out.say(&say!("page-line", mark = line.weight.sign(), text = bare))?;
    }
    Ok(())
}

/// What other profiles say, each with what fails.
pub(super) fn what_if(out: &mut Out<'_>, answers: &[WhatIf]) -> Result<(), Failure> {
    let lang = out.words().lang();
    for answer in answers {
        let object = other_as_json(answer, out.words());
        out.object("what_if", object)?;
        out.say(&answer.sentence(lang))?;
        for finding in answer.judgement.findings.iter().filter(|finding| finding.outcome == Outcome::Failed) {
            let text = out.words().say(&finding.brief());
            out.say(&say!("page-line", mark = "✗", text = text))?;
        }
    }
    Ok(())
}

fn other_as_json(answer: &WhatIf, words: &Words) -> Value {
    json!({
        "profile": answer.profile.id, "verdict": json::verdict(answer.judgement.verdict),
        "fix": answer.judgement.fix_sentence().map(|fix| words.say(&fix)),
        "text": words.say(&answer.sentence(words.lang())),
    })
}

fn as_json(inspected: &Inspected, words: &Words) -> Value {
    let judgement = &inspected.judgement;
    let text = |sentence: &Sentence| words.say(sentence);
    let system = |suits: &Suits| {
        let name = match words.lang() {
            Lang::Vi => suits.system.name_vi.as_str(),
            Lang::En => suits.system.name_en.as_str(),
        };
        json!({
            "system": suits.system.id, "verdict": json::verdict(suits.judgement.verdict), "ends": suits.system.ends,
            "text": text(&suits.sentence(name, &inspected.day)),
        })
    };
    let health = |(name, health): &(String, DiskHealth)| json!({ "disk": name, "health": json::health(health, words) });
    let change = |change: &Change| json!({ "bad": change.bad, "code": change.what.key(), "text": text(&change.what) });
    let lock = |lock: &Lock| {
        let weight = match lock.weight {
            LockWeight::Found => "found",
            LockWeight::Hint => "hint",
            LockWeight::Note => "note",
        };
        json!({ "fact": lock.fact, "weight": weight, "text": text(&lock.what) })
    };
    json!({
        "device": inspected.found.id, "stage": inspected.found.file.stage().word(), "profile": inspected.profile.id,
        "verdict": inspected.found.file.verdict,
        "findings": judgement.findings.iter().map(|finding| json::finding(finding, words)).collect::<Vec<_>>(),
        "fix": judgement.fix_sentence().as_ref().map(text),
        "shelf": inspected.shelf.iter().map(|part| part.id.as_str()).collect::<Vec<_>>(),
        "disks_home": inspected.homecoming.home, "disks_away": inspected.homecoming.away,
        "disks_strange": inspected.homecoming.strangers,
        "disk_once_in": inspected.homecoming.once_in.as_ref().map(|(disk, other)| json!({ "disk": disk, "device": other.id })),
        "locks": locks(&inspected.facts).iter().map(lock).collect::<Vec<_>>(),
        "before": inspected.before.as_ref().map(|(at, _)| at),
        "changes": inspected.before.as_ref().map(|(_, changes)| changes.iter().map(change).collect::<Vec<_>>()),
        "others": inspected.others.iter().map(|other| other_as_json(other, words)).collect::<Vec<_>>(),
        "systems": inspected.systems.iter().map(system).collect::<Vec<_>>(),
        "disk_health": inspected.healths.iter().map(health).collect::<Vec<_>>(),
    })
}
