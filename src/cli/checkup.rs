//! The doctor's findings, as lines for people and as JSON.

use super::out::Out;
use crate::port::{Failure, Trouble};
use crate::word::{Sentence, say};
use crate::workbench::{Finding, Grade};
use serde_json::json;

/// Every finding, then how many of each grade. Errors: something is bad.
pub fn checkup(out: &mut Out<'_>, findings: &[Finding]) -> Result<(), Failure> {
    for finding in findings {
        tell(out, finding)?;
    }
    let count = |grade| findings.iter().filter(|finding| finding.grade == grade).count();
    let (good, warn, bad) = (count(Grade::Good), count(Grade::Warn), count(Grade::Bad));
    out.object("doctor", json!({ "good": good, "warn": warn, "bad": bad }))?;
    let number = |count| u64::try_from(count).unwrap_or(u64::MAX);
    out.say(&say!("doctor-done", good = number(good), warn = number(warn), bad = number(bad)))?;
    if bad == 0 {
        return Ok(());
    }
    Err(Failure::new(Trouble::No, say!("doctor-failed", count = number(bad))).hint(say!("doctor-failed-hint")))
}

fn tell(out: &mut Out<'_>, finding: &Finding) -> Result<(), Failure> {
    let (mark, word, grade) = match finding.grade {
        Grade::Good => ("✓", "good", say!("doctor-good")),
        Grade::Warn => ("!", "warn", say!("doctor-warn")),
        Grade::Bad => ("✗", "bad", say!("doctor-bad")),
    };
    let text = |sentence: &Sentence| out.words().say(sentence);
    let object = json!({
        "check": finding.id, "grade": word, "name": text(&finding.name), "found": text(&finding.found),
        "more": finding.more.iter().map(text).collect::<Vec<_>>(), "next": finding.next.as_ref().map(text),
    });
    out.object("check", object)?;
    let (name, found) = (finding.name.clone(), finding.found.clone());
    out.say(&say!("doctor-line", mark = mark, grade = grade, name = name, found = found))?;
    for line in &finding.more {
        out.say(&say!("doctor-more", line = line.clone()))?;
    }
    match &finding.next {
        Some(next) => out.say(&say!("doctor-next", next = next.clone())),
        None => Ok(()),
    }
}
