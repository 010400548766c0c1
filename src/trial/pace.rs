//! How fast a machine is, in plain words: what it is enough for.
//!
//! Invariants: each use has its own least numbers, in a data file; what was not measured is never enough and never too little.

use super::memory::mix;
use serde::Deserialize;

/// What was measured.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Pace {
    /// One processor alone: millions of rounds a second.
    pub one: Option<u64>,
    /// All together.
    pub all: Option<u64>,
    /// Memory copied, MiB a second.
    pub memory: Option<u64>,
    /// Disk read from beginning to end, MiB a second.
    pub disk: Option<u64>,
}

/// A use with what it needs at least.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PaceClass {
    /// `writing`, `video`, `meeting`, `scratch`; its words are `pace-<id>`.
    pub id: String,
    /// One processor alone: millions of rounds a second.
    pub one: u64,
    /// All together.
    pub all: u64,
    /// Memory, MiB a second.
    pub memory: u64,
    /// Disk, MiB a second.
    pub disk: u64,
}

/// Whether a machine is enough for a use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Enough {
    /// Everything measured is.
    Yes,
    /// Something measured is too slow.
    No,
    /// Nothing measured is too slow, and something was not measured.
    Unknown,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PaceFile {
    class: Vec<PaceClass>,
}

const EMBEDDED: &str = include_str!("../../profiles/pace/classes.toml");

/// The uses of a team's own file, or of the embedded one, the least first. Errors: the file's, in the parser's words.
pub fn pace_classes(own: Option<&str>) -> Result<Vec<PaceClass>, String> {
    let read = toml::from_str::<PaceFile>(own.unwrap_or(EMBEDDED));
    read.map(|file| file.class).map_err(|error| error.message().to_owned())
}

impl PaceClass {
    /// Whether that is enough.
    #[must_use]
    pub fn is_met(&self, pace: &Pace) -> Enough {
        let pairs = [(pace.one, self.one), (pace.all, self.all), (pace.memory, self.memory), (pace.disk, self.disk)];
        if pairs.iter().any(|(is, least)| is.is_some_and(|is| is < *least)) {
            Enough::No
        } else if pairs.iter().any(|(is, least)| is.is_none() && *least > 0) {
            Enough::Unknown
        } else {
            Enough::Yes
        }
    }
}

/// Does so many rounds of the work that speed is measured in; what comes out depends on every one of them.
#[must_use]
pub fn work(rounds: u64, seed: u64) -> u64 {
    (0..rounds).fold(seed, |word, round| mix(word.wrapping_add(round)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_embedded_file_has_every_use_each_no_easier_than_the_one_before() {
        let classes = pace_classes(None).expect("embedded");
        let ids: Vec<_> = classes.iter().map(|class| class.id.as_str()).collect();
        assert_eq!(ids, ["writing", "video", "scratch", "meeting"]);
        for pair in classes.windows(2) {
            let [one, next] = pair else { panic!("a pair") };
            assert!(next.one >= one.one && next.all >= one.all && next.memory >= one.memory && next.disk >= one.disk);
        }
    }

    #[test]
    fn a_teams_own_file_takes_the_place_of_ours_and_a_bad_one_is_refused() {
        let own = "[[class]]\nid = \"writing\"\none = 1\nall = 2\nmemory = 3\ndisk = 4\n";
        let classes = pace_classes(Some(own)).expect("good");
        assert_eq!(classes, [PaceClass { id: "writing".to_owned(), one: 1, all: 2, memory: 3, disk: 4 }]);
        let bad = pace_classes(Some("[[class]]\nid = \"writing\"\n")).expect_err("numbers are missing");
        assert!(bad.contains("one"), "{bad}");
    }

    #[test]
    fn one_number_too_slow_is_not_enough_and_one_that_is_missing_is_unknown() {
        let class = PaceClass { id: "x".to_owned(), one: 100, all: 200, memory: 1000, disk: 50 };
        let pace = Pace { one: Some(100), all: Some(400), memory: Some(1000), disk: Some(50) };
        assert_eq!(class.is_met(&pace), Enough::Yes);
        assert_eq!(class.is_met(&Pace { disk: Some(49), ..pace }), Enough::No);
        assert_eq!(class.is_met(&Pace { disk: None, ..pace }), Enough::Unknown);
        assert_eq!(class.is_met(&Pace { disk: None, one: Some(9), ..pace }), Enough::No);
        assert_ne!(work(1000, 1), work(1001, 1));
        assert_ne!(work(1000, 1), work(1000, 2));
    }
}
