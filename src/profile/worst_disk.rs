//! How the worst of a machine's disks is, out of what each of them told.
//!
//! Invariant: a machine is only as well as the disk that nobody could ask: what is unknown outweighs all but "replace".

use crate::device::{Fact, Facts, Value, Why};

/// The key of that fact: a profile may name it, and a person may type it; the machine tells it of each disk.
pub const DISK_HEALTH: &str = "disk.health";
/// What disks say of themselves, the better first, and the word for one that is not to stay.
const WORDS: [&str; 3] = ["good", "watch", REPLACE];
const REPLACE: &str = "replace";

/// The fact `disk.health`: as it is told or typed, else that of the worst disk; none where no disk was asked.
pub(super) fn worst_disk(facts: &Facts) -> Option<Fact> {
    if let Some(told) = facts.get(DISK_HEALTH) {
        return Some(told.clone());
    }
    let health = |number: usize| {
        facts.get(&format!("disk.{number}.size"))?;
        Some(facts.get(&format!("disk.{number}.health")))
    };
    let disks: Vec<Option<&Fact>> = (0..).map_while(health).collect();
    let as_machine = |fact: &Fact| Fact { key: DISK_HEALTH.to_owned(), ..fact.clone() };
    let rank = |fact: &Fact| {
        let Value::Text(word) = &fact.value else { return None };
        WORDS.iter().position(|known| known == word)
    };
    let told: Vec<&Fact> = disks.iter().copied().flatten().collect();
    let dying = told.iter().find(|fact| fact.value == Value::Text(REPLACE.to_owned()));
    let silent = told.iter().find(|fact| rank(fact).is_none());
    if let Some(decides) = dying.or(silent) {
        return Some(as_machine(decides));
    }
    let first = told.first()?;
    if told.len() < disks.len() {
        let value = Value::Unknown(Why::NotTold);
        return Some(Fact { value, ..as_machine(first) });
    }
    told.iter().max_by_key(|fact| rank(fact)).map(|fact| as_machine(fact))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::device::Certainty;
    use crate::unit::Bytes;

    fn worst(disks: &[Option<&str>]) -> Option<(Value, String)> {
        let mut facts = Facts::new();
        for (number, word) in disks.iter().enumerate() {
            facts.push(format!("disk.{number}.size"), Value::Bytes(Bytes(1)), "sys", Certainty::Certain);
            match word {
                Some("?") => facts.unknown(format!("disk.{number}.health"), format!("smartctl#{number}"), Why::NotTold),
                Some(word) => {
                    let (key, source) = (format!("disk.{number}.health"), format!("smartctl#{number}"));
                    facts.push(key, Value::Text((*word).to_owned()), source, Certainty::Estimated);
                }
                None => {}
            }
        }
        worst_disk(&facts).map(|fact| (fact.value, fact.source))
    }

    #[test]
    fn one_dying_disk_decides_then_one_that_nobody_could_ask_then_the_worse() {
        let told = |word: &str, source: &str| Some((Value::Text(word.to_owned()), source.to_owned()));
        let unknown = |source: &str| Some((Value::Unknown(Why::NotTold), source.to_owned()));
        assert_eq!(worst(&[Some("good"), Some("?"), Some("replace")]), told("replace", "smartctl#2"));
        assert_eq!(worst(&[Some("good"), Some("?")]), unknown("smartctl#1"));
        assert_eq!(worst(&[Some("good"), None]), unknown("smartctl#0"), "the second was not asked");
        assert_eq!(worst(&[Some("watch"), Some("good")]), told("watch", "smartctl#0"));
        assert_eq!(worst(&[Some("good")]), told("good", "smartctl#0"));
        assert_eq!((worst(&[None]), worst(&[])), (None, None), "no disk was asked");
    }
}
