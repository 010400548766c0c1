//! The sticks of a station as its own chain tells of them.

use super::bench::Bench;
use super::trust::revoke_key;
use crate::event::station::StickEnrolled;
use crate::event::{Event, Fact};
use crate::ledger::{PublicKey, Record, SecretKey};
use crate::port::{Failure, Row, Trouble};
use crate::unit::{Digest, Moment};
use crate::word::{Sentence, say};
use std::collections::BTreeMap;

/// A stick that was enrolled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StickLine {
    /// Leaf hash of its record 0.
    pub station: Digest,
    /// Its public key.
    pub key: Digest,
    /// What is written on it.
    pub name: String,
    /// When it was enrolled.
    pub enrolled_at: Moment,
    /// When its starts count no more.
    pub until: Moment,
    /// When it was home last; none where it never was.
    pub home_at: Option<Moment>,
    /// Whether its key is trusted no more.
    pub revoked: bool,
}

impl StickLine {
    /// Since when it is out: since it was home last, or was made.
    #[must_use]
    pub fn out_since(&self) -> Moment {
        self.home_at.unwrap_or(self.enrolled_at)
    }
}

/// The sticks of the station and of the chains that it continues, the newest last.
pub fn sticks(bench: &Bench<'_>) -> Result<Vec<StickLine>, Failure> {
    sticks_and_homes(bench).map(|(lines, _)| lines)
}

/// The same, and every chain of which records were taken over, with when that was last.
pub fn sticks_and_homes(bench: &Bench<'_>) -> Result<(Vec<StickLine>, BTreeMap<Digest, Moment>), Failure> {
    let mut lines: Vec<StickLine> = Vec::new();
    let mut home: BTreeMap<Digest, Moment> = BTreeMap::new();
    let mut look = |row: Row| {
        let told = [b"StickEnrolled".as_slice(), b"BundleTaken"];
        // Two kinds among dozens: what does not name one is not read.
        if !told.iter().any(|kind| row.bytes.windows(kind.len()).any(|bytes| bytes == *kind)) {
            return Ok(());
        }
        let event = Record::from_bytes(row.bytes).ok().and_then(|record| Event::from_body(record.body()).ok());
        let Some(event) = event else { return Ok(()) };
        if let Fact::StickEnrolled(enrolled) = event.fact {
            lines.push(line(enrolled, event.at));
        } else if let Fact::BundleTaken(taken) = event.fact {
            home.insert(taken.station, event.at);
        }
        Ok(())
    };
    for chain in 0..bench.index.earlier()? {
        bench.index.earlier_rows(chain, &mut look)?;
    }
    bench.index.rows(&mut look)?;
    let revoked = bench.station()?.revoked_keys;
    for line in &mut lines {
        line.home_at = home.get(&line.station).copied();
        line.revoked = revoked.contains(&line.key);
    }
    Ok((lines, home))
}

fn line(enrolled: StickEnrolled, enrolled_at: Moment) -> StickLine {
    let StickEnrolled { station, key, name, until, kinds: _ } = enrolled;
    StickLine { station, key, name, enrolled_at, until, home_at: None, revoked: false }
}

/// A stick in a line.
#[must_use]
pub fn stick_sentence(line: &StickLine, now: Moment) -> Sentence {
    let (name, made) = (line.name.as_str(), day(line.enrolled_at));
    let home = line.home_at.map_or_else(|| say!("stick-never-home"), |at| say!("stick-home-at", at = day(at)));
    let state = if line.revoked {
        say!("stick-is-revoked")
    } else if line.until <= now {
        say!("stick-is-over", until = last_day(line.until))
    } else {
        say!("stick-counts", until = last_day(line.until))
    };
    say!("stick-line", name = name, made = made, home = home, state = state)
}

/// The day as people in Vietnam read it.
fn day(at: Moment) -> String {
    at.local().split(' ').next().unwrap_or_default().to_owned()
}

/// The last day before that moment.
pub(super) fn last_day(until: Moment) -> String {
    day(Moment::from_unix_millis(until.unix_millis().saturating_sub(1)))
}

/// A name that no stick has yet: the next number after those there are. `stem` is what stands before it.
#[must_use]
pub fn next_stick_name(lines: &[StickLine], stem: &str) -> String {
    let number = |line: &StickLine| line.name.strip_prefix(stem)?.trim().parse::<u32>().ok();
    let last = lines.iter().filter_map(number).max().unwrap_or(0);
    format!("{stem} {}", last.saturating_add(1))
}

/// Takes the team's trust back from every key that a stick of that name ever had. Errors: no such stick, or all are revoked;
/// `team` is not the key that certified the station; the rules (a lead, signed in).
pub fn revoke_stick(bench: &Bench<'_>, name: &str, team: &SecretKey) -> Result<Vec<StickLine>, Failure> {
    let named: Vec<StickLine> = sticks(bench)?.into_iter().filter(|line| line.name == name).collect();
    if named.is_empty() {
        return Err(Failure::new(Trouble::Usage, say!("stick-unknown", name = name)).hint(say!("stick-unknown-hint")));
    }
    let trusted: Vec<StickLine> = named.into_iter().filter(|line| !line.revoked).collect();
    if trusted.is_empty() {
        return Err(Failure::new(Trouble::No, say!("stick-revoked-before", name = name)));
    }
    for line in &trusted {
        revoke_key(bench, PublicKey(line.key), team)?;
    }
    Ok(trusted)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_name_counts_on_from_those_that_are_numbered() {
        let named = |name: &str| {
            let enrolled = StickEnrolled {
                station: Digest::ZERO,
                key: Digest::ZERO,
                name: name.to_owned(),
                until: Moment::from_unix_millis(0),
                kinds: Vec::new(),
            };
            line(enrolled, Moment::from_unix_millis(0))
        };
        assert_eq!(next_stick_name(&[], "Thẻ"), "Thẻ 1");
        let lines = ["Thẻ 2", "Thẻ 9", "Thẻ của Lan", "Stick 40"].map(named);
        assert_eq!(next_stick_name(&lines, "Thẻ"), "Thẻ 10");
    }
}
