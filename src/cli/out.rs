//! Where everything that is said goes out: lines for people or JSON objects, practice named on each.
//!
//! Invariant: on a practice station no line and no object leaves without saying so.

use crate::job::JobNews;
use crate::port::{Failure, Trouble};
use crate::word::{Sentence, Words, say};
use serde_json::{Map, Value, json};
use std::io::{self, Write};

/// The words that stand before every line of practice, in every language.
const PRACTICE: &str = "LUYỆN TẬP │ ";

/// How many progresses make a line where each cannot be drawn over the last: they come ten times a second, so 5 seconds.
const LINE_EVERY: u32 = 50;

/// How progress can be shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// A terminal: one line, drawn over and over.
    Terminal,
    /// A file or pipe: a line now and then.
    Plain,
}

/// What is said, and how.
pub struct Out<'a> {
    words: &'a Words,
    json: bool,
    practice: bool,
    stage: Stage,
    sink: &'a mut dyn Write,
    side: &'a mut dyn Write,
    open_line: bool,
    unsaid: u32,
    width: Option<usize>,
    watch: Option<fn(&JobNews)>,
}

impl<'a> Out<'a> {
    /// Says results to `sink`, progress and failures to `side`.
    pub fn new(words: &'a Words, json: bool, stage: Stage, sink: &'a mut dyn Write, side: &'a mut dyn Write) -> Self {
        Self { words, json, practice: false, stage, sink, side, open_line: false, unsaid: 0, width: None, watch: None }
    }

    /// From now on everything says practice, or does not.
    pub const fn set_practice(&mut self, practice: bool) {
        self.practice = practice;
    }

    /// Whether everything says practice now.
    #[must_use]
    pub const fn is_practice(&self) -> bool {
        self.practice
    }

    /// Lays lines for people out for a terminal of so many columns: long ones are broken between words, each part with
    /// the mark of practice.
    pub const fn set_width(&mut self, columns: usize) {
        self.width = Some(columns);
    }

    /// The line as it goes out, broken where the terminal is too narrow. Words longer than a line (a head, a path) are
    /// left whole, so that they can be copied.
    fn laid(&self, line: &str) -> String {
        let mark = if self.practice { PRACTICE } else { "" };
        let whole = format!("{mark}{line}");
        let Some(columns) = self.width.filter(|columns| textwrap::core::display_width(&whole) > *columns) else {
            return whole;
        };
        let room = columns.saturating_sub(textwrap::core::display_width(mark));
        let longest = line.split(' ').map(textwrap::core::display_width).max().unwrap_or(0);
        // A head that just fits a line of its own is not pushed over the edge.
        let indent = (line.len() - line.trim_start().len() + 2).min(room.saturating_sub(longest));
        let after = format!("{mark}{}", " ".repeat(indent));
        let options = textwrap::Options::new(columns).subsequent_indent(&after).break_words(false);
        let options = options.wrap_algorithm(textwrap::WrapAlgorithm::FirstFit);
        textwrap::fill(&whole, options.word_splitter(textwrap::WordSplitter::NoHyphenation))
    }

    /// Whether objects are wanted.
    #[must_use]
    pub const fn is_json(&self) -> bool {
        self.json
    }

    /// The words.
    #[must_use]
    pub const fn words(&self) -> &'a Words {
        self.words
    }

    /// A line for people; nothing in JSON.
    pub fn say(&mut self, sentence: &Sentence) -> Result<(), Failure> {
        let text = self.words.say(sentence);
        self.text(&text)
    }

    /// Lines for people as they are; nothing in JSON.
    pub fn text(&mut self, text: &str) -> Result<(), Failure> {
        if self.json {
            return Ok(());
        }
        self.end_line();
        for line in text.lines() {
            let laid = self.laid(line);
            written(writeln!(self.sink, "{laid}"))?;
        }
        Ok(())
    }

    /// A question with what can be answered below it, for [`Ask`](crate::port::Ask) to show.
    #[must_use]
    pub fn prompt(&mut self, question: &str, choices: &str) -> String {
        self.end_line();
        format!("{}\n{}:", self.laid(question), self.laid(choices))
    }

    /// Text for another program, as it is: neither laid out nor marked; nothing in JSON.
    pub fn raw(&mut self, text: &str) -> Result<(), Failure> {
        if self.json { Ok(()) } else { written(self.sink.write_all(text.as_bytes())) }
    }

    /// A word beside the answer, for people, in JSON too: it goes where failures go.
    pub fn aside(&mut self, sentence: &Sentence) {
        self.end_line();
        let laid = self.laid(&format!("! {}", self.words.say(sentence)));
        // Nobody is left to tell where telling fails.
        let _told = writeln!(self.side, "{laid}");
    }

    /// From now on every news of a job that is shown is also told to `watch`.
    pub const fn set_watch(&mut self, watch: fn(&JobNews)) {
        self.watch = Some(watch);
    }

    /// Tells whoever watches.
    pub(super) fn watched(&self, news: &JobNews) {
        if let Some(watch) = self.watch {
            watch(news);
        }
    }

    /// An object for machines; nothing for people. `kind` names its schema, `aoxanh/<kind>/1`.
    pub fn object(&mut self, kind: &str, mut value: Value) -> Result<(), Failure> {
        if !self.json {
            return Ok(());
        }
        let mut object = Map::new();
        object.insert("schema".to_owned(), json!(format!("aoxanh/{kind}/1")));
        object.insert("practice".to_owned(), json!(self.practice));
        if self.practice {
            object.insert("notice".to_owned(), json!("LUYỆN TẬP"));
        }
        if let Some(fields) = value.as_object_mut() {
            object.append(fields);
        }
        let line = format!("{}\n", Value::Object(object));
        written(self.sink.write_all(line.as_bytes()))
    }

    /// Progress: redrawn on a terminal, where `milestone`s stay; else `milestone`s get a line, and others one every few
    /// seconds. Nothing in JSON, or where it cannot be written.
    pub fn progress(&mut self, sentence: &Sentence, milestone: bool) {
        if self.json {
            return;
        }
        self.unsaid = if milestone { 0 } else { self.unsaid + 1 };
        let mark = if self.practice { PRACTICE } else { "" };
        let text = self.words.say(sentence);
        // A full progress line must not fail the job it reports on.
        let _shown = match self.stage {
            Stage::Terminal => {
                self.open_line = !milestone;
                let end = if milestone { "\n" } else { "" };
                // Without wrapping: a wrapped line could not be drawn over.
                write!(self.side, "\r\x1b[K\x1b[?7l{mark}{text}\x1b[?7h{end}").and_then(|()| self.side.flush())
            }
            Stage::Plain if milestone || self.unsaid == LINE_EVERY => {
                self.unsaid = 0;
                writeln!(self.side, "{mark}{text}")
            }
            Stage::Plain => Ok(()),
        };
    }

    /// A failure: one line, and what to do next in a second.
    pub fn failure(&mut self, failure: &Failure) {
        let what = self.words.say(&failure.what);
        let hint = failure.hint.as_ref().map(|hint| self.words.say(hint));
        if self.json {
            let value = json!({
                "trouble": failure.trouble.word(), "exit": failure.trouble.exit_code(), "message": what, "hint": hint,
                "rule": failure.rule, "cause": failure.cause.as_ref().or(failure.detail.as_ref()),
            });
            let _told = self.object("failure", value);
            return;
        }
        self.end_line();
        let cause = failure.cause.as_deref().map(|cause| format!(" ({cause})")).unwrap_or_default();
        let rule = failure.rule.map(|rule| format!(" [{rule}]")).unwrap_or_default();
        let lines = [Some(format!("✗ {what}{cause}{rule}")), hint.map(|hint| format!("→ {hint}"))];
        for line in lines.into_iter().flatten() {
            let laid = self.laid(&line);
            // Nobody is left to tell where telling fails.
            let _told = writeln!(self.side, "{laid}");
        }
    }

    fn end_line(&mut self) {
        if self.open_line {
            self.open_line = false;
            let _ended = writeln!(self.side);
        }
    }
}

fn written(result: io::Result<()>) -> Result<(), Failure> {
    result.map_err(|error| Failure::new(Trouble::Io, say!("output-failed")).because(error))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::word::Lang;

    #[test]
    fn on_a_terminal_progress_draws_over_itself_without_wrapping_and_milestones_stay() {
        let words = Words::new(Lang::En, None).expect("embedded");
        let (mut sink, mut side) = (Vec::new(), Vec::new());
        let mut out = Out::new(&words, false, Stage::Terminal, &mut sink, &mut side);
        out.progress(&say!("unknown"), false);
        out.progress(&say!("unknown"), true);
        out.progress(&say!("unknown"), false);
        out.text("next").expect("memory");
        let drawn = "\r\x1b[K\x1b[?7lunknown\x1b[?7h";
        assert_eq!(String::from_utf8(side).expect("text"), format!("{drawn}{drawn}\n{drawn}\n"));
    }

    #[test]
    fn off_a_terminal_a_line_comes_every_5_seconds_and_at_milestones() {
        let words = Words::new(Lang::En, None).expect("embedded");
        let (mut sink, mut side) = (Vec::new(), Vec::new());
        let mut out = Out::new(&words, false, Stage::Plain, &mut sink, &mut side);
        let one = |key: &str| Sentence::new(key.to_owned());
        for tick in 1..=120 {
            out.progress(&one(&format!("tick-{tick}")), tick == 60);
        }
        let said = String::from_utf8(side).expect("text");
        let ticks: Vec<_> = said.lines().map(|line| line.rsplit('-').next().unwrap_or(line)).collect();
        assert_eq!(ticks, ["50", "60", "110"]);
    }

    #[test]
    fn in_practice_no_line_object_or_failure_leaves_without_saying_so() {
        let words = Words::new(Lang::En, None).expect("embedded");
        let failure = Failure::new(Trouble::No, say!("unknown")).hint(say!("unknown"));
        for json in [false, true] {
            let (mut sink, mut side) = (Vec::new(), Vec::new());
            let mut out = Out::new(&words, json, Stage::Plain, &mut sink, &mut side);
            out.set_practice(true);
            out.text("one\ntwo").expect("memory");
            out.object("x", json!({"a": 1})).expect("memory");
            out.progress(&say!("unknown"), true);
            out.failure(&failure);
            let all = String::from_utf8([sink, side].concat()).expect("text");
            assert!(all.lines().count() >= 2);
            assert!(all.lines().all(|line| line.contains("LUYỆN TẬP")), "{all}");
        }
    }

    #[test]
    fn on_a_narrow_terminal_words_stay_whole_and_every_part_says_practice() {
        let words = Words::new(Lang::Vi, None).expect("embedded");
        let (mut sink, mut side) = (Vec::new(), Vec::new());
        let mut out = Out::new(&words, false, Stage::Plain, &mut sink, &mut side);
        out.set_practice(true);
        out.set_width(40);
        let long = "0123456789".repeat(6);
        out.text(&format!("  ✓ một dòng dài hơn bốn mươi cột, có đủ dấu tiếng Việt {long} hết")).expect("memory");
        out.failure(&Failure::new(Trouble::No, Sentence::new("mot-khoa-khong-co ".repeat(5))));
        let all = String::from_utf8([sink, side].concat()).expect("text");
        assert!(all.lines().count() > 4 && all.lines().all(|line| line.starts_with(PRACTICE)), "{all}");
        assert!(all.contains(&long), "{all}");
        assert!(all.lines().all(|line| line.contains(&long) || line.chars().count() <= 40), "{all}");
        assert!(["dòng", "Việt", "hết"].iter().all(|word| all.contains(word)), "{all}");
    }
}
