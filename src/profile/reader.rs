//! Reading a profile file: TOML to a [`Profile`], refusing everything that is not understood.
//!
//! Invariant: no key is ignored, no figure is taken without its unit, no criterion without its source.

use super::amount;
use super::catalogue::{Measure, measure_of};
use super::cure::Fix;
use super::refusal::{Expected, ProfileError, Reason};
use super::spec::{Criterion, KINDS, Level, Need, Profile, State};
use crate::device::Value;
use crate::unit::{Digest, Moment};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

const PROFILE_KEYS: [&str; 6] = ["id", "name_vi", "name_en", "kinds", "ends", "criterion"];
const CRITERION_KEYS: [&str; 9] = ["fact", "at_least", "is", "unset", "level", "if_unknown", "fix", "slack", "source"];
/// More than this is no tolerance but another figure.
const MOST_SLACK: u64 = 10;

type Node<'a> = Spanned<DeValue<'a>>;

pub(super) fn read(file: &str, text: &str) -> Result<Profile, ProfileError> {
    let reader = Reader { file, text };
    let parsed = DeTable::parse(text).map_err(|error| {
        let at = error.span().map_or(0, |span| span.start);
        reader.refuse(at, "", Reason::NotToml(error.message().to_owned()))
    })?;
    reader.profile(&Table { at: parsed.span().start, entries: parsed.get_ref() })
}

struct Reader<'a> {
    file: &'a str,
    text: &'a str,
}

struct Table<'a> {
    at: usize,
    entries: &'a DeTable<'a>,
}

impl Reader<'_> {
    fn refuse(&self, at: usize, key: &str, reason: Reason) -> ProfileError {
        ProfileError { file: self.file.to_owned(), line: self.line(at), key: key.to_owned(), reason }
    }

    fn expected(&self, node: &Node<'_>, key: &str, what: Expected) -> ProfileError {
        self.refuse(node.span().start, key, Reason::Expected(what))
    }

    fn line(&self, at: usize) -> usize {
        self.text.bytes().take(at).filter(|byte| *byte == b'\n').count() + 1
    }

    fn profile(&self, table: &Table<'_>) -> Result<Profile, ProfileError> {
        self.only(table, &PROFILE_KEYS)?;
        let id = self.words(table, "id")?;
        if self.file.rsplit('/').next().and_then(|name| name.strip_suffix(".toml")) != Some(id.as_str()) {
            return Err(self.expected(self.get(table, "id")?, "id", Expected::FileName));
        }
        Ok(Profile {
            id,
            name_vi: self.words(table, "name_vi")?,
            name_en: self.words(table, "name_en")?,
            kinds: self.kinds(self.get(table, "kinds")?)?,
            criteria: self.criteria(self.get(table, "criterion")?)?,
            ends: find(table, "ends").map(|node| self.day(node)).transpose()?,
            digest: Digest(*blake3::hash(self.text.as_bytes()).as_bytes()),
        })
    }

    fn day(&self, node: &Node<'_>) -> Result<String, ProfileError> {
        let day = node.get_ref().as_str().filter(|text| Moment::is_local_day(text));
        day.map(str::to_owned).ok_or_else(|| self.expected(node, "ends", Expected::Day))
    }

    fn kinds(&self, node: &Node<'_>) -> Result<Vec<String>, ProfileError> {
        let wrong = || self.expected(node, "kinds", Expected::Kinds);
        let list = node.get_ref().as_array().filter(|list| !list.is_empty()).ok_or_else(wrong)?;
        let kind = |item: &Node<'_>| item.get_ref().as_str().filter(|kind| KINDS.contains(kind)).map(str::to_owned);
        list.iter().map(|item| kind(item).ok_or_else(|| self.expected(item, "kinds", Expected::Kinds))).collect()
    }

    fn criteria(&self, node: &Node<'_>) -> Result<Vec<Criterion>, ProfileError> {
        let wrong = || self.expected(node, "criterion", Expected::Criteria);
        let list = node.get_ref().as_array().filter(|list| !list.is_empty()).ok_or_else(wrong)?;
        let mut criteria: Vec<Criterion> = Vec::new();
        let mut lines: Vec<usize> = Vec::new();
        for item in list {
            let entries =
                item.get_ref().as_table().ok_or_else(|| self.expected(item, "criterion", Expected::Criteria))?;
            let table = Table { at: item.span().start, entries };
            let criterion = self.criterion(&table)?;
            let same = |other: &Criterion| other.fact == criterion.fact && other.level == criterion.level;
            if let Some(first) = criteria.iter().position(same) {
                let at = self.get(&table, "fact")?.span().start;
                return Err(self.refuse(at, "fact", Reason::Duplicate(lines[first])));
            }
            lines.push(self.line(self.get(&table, "fact")?.span().start));
            criteria.push(criterion);
        }
        Ok(criteria)
    }

    fn criterion(&self, table: &Table<'_>) -> Result<Criterion, ProfileError> {
        self.only(table, &CRITERION_KEYS)?;
        let fact = self.words(table, "fact")?;
        let at = self.get(table, "fact")?.span().start;
        let measure = measure_of(&fact).ok_or_else(|| self.refuse(at, "fact", Reason::UnknownFact(fact.clone())))?;
        let level = self.level(self.get(table, "level")?, "level")?;
        let if_unknown = find(table, "if_unknown").map_or(Ok(level), |node| self.level(node, "if_unknown"))?;
        let fix = find(table, "fix").map(|node| self.fix(node, &fact)).transpose()?;
        let slack_percent = find(table, "slack").map_or(Ok(0), |node| self.slack(node))?;
        let state = self.state(table, measure)?;
        Ok(Criterion { state, level, if_unknown, fix, slack_percent, source: self.words(table, "source")?, fact })
    }

    fn level(&self, node: &Node<'_>, key: &str) -> Result<Level, ProfileError> {
        match node.get_ref().as_str() {
            Some("required") => Ok(Level::Required),
            Some("recommended") => Ok(Level::Recommended),
            _other => Err(self.expected(node, key, Expected::Level)),
        }
    }

    fn state(&self, table: &Table<'_>, measure: Measure) -> Result<State, ProfileError> {
        match (find(table, "at_least"), find(table, "is"), find(table, "unset")) {
            (Some(node), None, None) => Ok(State::Set(Need::AtLeast(self.amount(node, measure)?))),
            (None, Some(node), None) => self.exact(node, measure).map(State::Set),
            (None, None, Some(node)) if node.get_ref().as_bool() == Some(true) => Ok(State::Unset),
            (None, None, Some(node)) => Err(self.expected(node, "unset", Expected::True)),
            _none_or_several => Err(self.refuse(table.at, "at_least", Reason::NotOneNeed)),
        }
    }

    fn amount(&self, node: &Node<'_>, measure: Measure) -> Result<Value, ProfileError> {
        let value = node.get_ref();
        let plain =
            || value.as_integer().and_then(|number| number.to_string().parse().ok()).filter(|number| *number > 0);
        let read = match measure {
            Measure::Count => plain().map(Value::Count),
            Measure::Memory
            | Measure::Storage
            | Measure::Megahertz
            | Measure::TenthInches
            | Measure::Pixels
            | Measure::Percent
            | Measure::Flag
            | Measure::Text => value.as_str().and_then(|text| amount::read(text, measure)),
        };
        read.ok_or_else(|| self.expected(node, "at_least", Expected::Amount(measure)))
    }

    /// A flag, a text, or a list of texts of which one must be found.
    fn exact(&self, node: &Node<'_>, measure: Measure) -> Result<Need, ProfileError> {
        let wrong = || self.expected(node, "is", Expected::Amount(measure));
        let words = |item: &Node<'_>| {
            let text = item.get_ref().as_str().map(str::trim).filter(|text| !text.is_empty());
            text.filter(|_| measure == Measure::Text).map(str::to_owned)
        };
        if let Some(list) = node.get_ref().as_array() {
            let listed: Option<Vec<String>> = list.iter().map(words).collect();
            return listed.filter(|listed| !listed.is_empty()).map(Need::OneOf).ok_or_else(wrong);
        }
        let flag = node.get_ref().as_bool().filter(|_| measure == Measure::Flag).map(Value::Flag);
        flag.or_else(|| words(node).map(Value::Text)).map(Need::Is).ok_or_else(wrong)
    }

    fn fix(&self, node: &Node<'_>, fact: &str) -> Result<Fix, ProfileError> {
        let fix = node.get_ref().as_str().and_then(Fix::named);
        let fix = fix.ok_or_else(|| self.expected(node, "fix", Expected::Part))?;
        if fix.changes(fact) { Ok(fix) } else { Err(self.refuse(node.span().start, "fix", Reason::NoCure)) }
    }

    fn slack(&self, node: &Node<'_>) -> Result<u64, ProfileError> {
        let percent = node.get_ref().as_str().and_then(|text| amount::read(text, Measure::Percent)?.number());
        percent.filter(|percent| *percent <= MOST_SLACK).ok_or_else(|| self.expected(node, "slack", Expected::Slack))
    }

    fn only(&self, table: &Table<'_>, known: &[&str]) -> Result<(), ProfileError> {
        let stranger = table.entries.iter().find(|(key, _)| !known.contains(&key.get_ref().as_ref()));
        match stranger {
            Some((key, _)) => Err(self.refuse(key.span().start, key.get_ref(), Reason::UnknownKey)),
            None => Ok(()),
        }
    }

    fn get<'a>(&self, table: &Table<'a>, key: &str) -> Result<&'a Node<'a>, ProfileError> {
        find(table, key).ok_or_else(|| self.refuse(table.at, key, Reason::Missing))
    }

    fn words(&self, table: &Table<'_>, key: &str) -> Result<String, ProfileError> {
        let node = self.get(table, key)?;
        let text = node.get_ref().as_str().map(str::trim).filter(|text| !text.is_empty());
        text.map(str::to_owned).ok_or_else(|| self.expected(node, key, Expected::Text))
    }
}

fn find<'a>(table: &Table<'a>, key: &str) -> Option<&'a Node<'a>> {
    table.entries.iter().find(|(name, _)| name.get_ref() == key).map(|(_, node)| node)
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "id = \"x\"\nname_vi = \"Máy\"\nname_en = \"Machine\"\nkinds = [\"laptop\"]\n\n[[criterion]]\nfact = \"memory.total\"\nat_least = \"4 GB\"\nlevel = \"required\"\nfix = \"memory\"\nsource = \"test\"\n";

    fn refused(from: &str, to: &str) -> (usize, String, Reason) {
        assert!(GOOD.contains(from), "{from}");
        let error = read("x.toml", &GOOD.replacen(from, to, 1)).expect_err("must be refused");
        assert_eq!(error.file, "x.toml");
        (error.line, error.key, error.reason)
    }

    #[test]
    fn a_good_profile_is_read_and_its_digest_is_that_of_its_text() {
        let profile = read("x.toml", GOOD).expect("good");
        assert_eq!(profile.digest.0, *blake3::hash(GOOD.as_bytes()).as_bytes());
        assert_eq!(profile.criteria[0].fix, Some(Fix::Memory));
    }

    #[test]
    fn a_list_of_texts_is_one_need_and_an_end_is_a_day() {
        let text = GOOD.replace("kinds", "ends = \"2025-10-14\"\nkinds").replace("memory.total", "cpu.generation");
        let text = text.replace("at_least = \"4 GB\"", "is = [\"A\", \" B \"]").replace("fix = \"memory\"\n", "");
        let profile = read("x.toml", &text).expect("good");
        assert_eq!(profile.ends.as_deref(), Some("2025-10-14"));
        assert_eq!(profile.criteria[0].state, State::Set(Need::OneOf(vec!["A".to_owned(), "B".to_owned()])));
        for wrong in ["is = []", "is = [1]", "is = [\"\"]"] {
            assert!(read("x.toml", &text.replace("is = [\"A\", \" B \"]", wrong)).is_err(), "{wrong}");
        }
    }

    #[test]
    fn what_is_wrong_is_named_with_its_line_and_key() {
        let expected = |line, key: &str, what| (line, key.to_owned(), Reason::Expected(what));
        assert_eq!(refused("name_en", "name_fr"), (3, "name_fr".to_owned(), Reason::UnknownKey));
        assert_eq!(refused("level", "lvl"), (9, "lvl".to_owned(), Reason::UnknownKey));
        assert_eq!(refused("source = \"test\"\n", ""), (6, "source".to_owned(), Reason::Missing));
        assert_eq!(refused("source = \"test\"", "source = \" \""), expected(11, "source", Expected::Text));
        assert_eq!(refused("4 GB", "4 GHz"), expected(8, "at_least", Expected::Amount(Measure::Memory)));
        assert_eq!(refused("\"4 GB\"", "4"), expected(8, "at_least", Expected::Amount(Measure::Memory)));
        assert_eq!(refused("at_least", "is"), expected(8, "is", Expected::Amount(Measure::Memory)));
        assert_eq!(refused("\"laptop\"", "\"fridge\""), expected(4, "kinds", Expected::Kinds));
        assert_eq!(refused("\"x\"", "\"y\""), expected(1, "id", Expected::FileName));
        assert_eq!(refused("required", "must"), expected(9, "level", Expected::Level));
        assert_eq!(refused("\"memory\"", "\"disk\""), (10, "fix".to_owned(), Reason::NoCure));
        assert_eq!(refused("\"memory\"", "\"glue\""), expected(10, "fix", Expected::Part));
        let fact = Reason::UnknownFact("memory.colour".to_owned());
        assert_eq!(refused("memory.total", "memory.colour"), (7, "fact".to_owned(), fact));
        assert_eq!(refused("fix = \"memory\"", "unset = true"), (6, "at_least".to_owned(), Reason::NotOneNeed));
        assert_eq!(refused("fix = \"memory\"", "slack = \"11 %\""), expected(10, "slack", Expected::Slack));
        assert_eq!(refused("kinds", "ends = \"soon\"\nkinds"), expected(4, "ends", Expected::Day));
        let twice = format!("{GOOD}{}", &GOOD[GOOD.find("[[").expect("there")..]);
        let error = read("x.toml", &twice).expect_err("must be refused");
        assert_eq!((error.line, error.key.as_str(), error.reason), (13, "fact", Reason::Duplicate(7)));
        let (line, key, reason) = refused("[[criterion]]", "[[criterion]");
        assert!(line == 6 && key.is_empty() && matches!(reason, Reason::NotToml(_)), "{line} {reason:?}");
    }
}
