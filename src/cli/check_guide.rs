//! The volunteer at a plain terminal: lines that change, colours over the whole of it, and questions with a letter each.
//!
//! Invariant: in practice every line says so, those over a colour too.

use super::out::Out;
use crate::port::{Ask, Failure, Guide, Trouble};
use crate::trial::{Colour, Frame, Picture, Question, TrialView};
use crate::word::say;
use std::cell::{Cell, RefCell};

/// How often a wrong answer is asked again.
const TRIES: u32 = 20;

/// A volunteer at a terminal.
pub struct BenchGuide<'a, 'out, 'w> {
    ask: &'a dyn Ask,
    out: &'a RefCell<&'out mut Out<'w>>,
    /// Whether a line was typed that nobody asked for.
    is_left: Cell<bool>,
}

impl<'a, 'out, 'w> BenchGuide<'a, 'out, 'w> {
    /// Asked through `ask`, told through `out`.
    pub const fn new(ask: &'a dyn Ask, out: &'a RefCell<&'out mut Out<'w>>) -> Self {
        Self { ask, out, is_left: Cell::new(false) }
    }
}

impl Guide for BenchGuide<'_, '_, '_> {
    fn show(&mut self, view: &TrialView) {
        let Some(line) = view.lines.last() else { return };
        let shown = match view.gauge {
            Some(gauge) => say!("gauge-line", bar = bar(gauge), line = line.clone()),
            None => line.clone(),
        };
        self.out.borrow_mut().progress(&shown, false);
    }

    fn ask(&mut self, view: &TrialView, question: &Question) -> Result<&'static str, Failure> {
        self.is_left.set(false);
        let field = if let Picture::Field(colour) = &view.picture { Some(*colour) } else { None };
        if let Picture::Frame(frame) = &view.picture {
            self.out.borrow_mut().text(&drawn(frame))?;
        }
        for _try in 0..TRIES {
            let prompt = {
                let mut out = self.out.borrow_mut();
                let words = out.words();
                let choice =
                    |choice: &crate::trial::Choice| format!("[{}] {}", choice.key, words.say(&choice.sentence()));
                let choices: Vec<_> = question.choices.iter().map(choice).collect();
                let prompt = out.prompt(&words.say(&question.text), &choices.join(" · "));
                if let Some(colour) = field {
                    out.raw(&filled(colour))?;
                }
                prompt
            };
            let typed = self.ask.line(&prompt);
            if field.is_some() {
                self.out.borrow_mut().raw("\x1b[0m\x1b[2J\x1b[H")?;
            }
            let typed = typed?.ok_or_else(nobody)?;
            let mut letters = typed.chars().flat_map(char::to_lowercase);
            let answer = match (letters.next(), letters.next()) {
                (None, _) => question.choices.first(),
                (Some(letter), None) => question.choices.iter().find(|choice| choice.key == letter),
                (Some(_), Some(_)) => None,
            };
            if let Some(choice) = answer {
                return Ok(choice.id);
            }
            self.out.borrow_mut().say(&say!("ask-no-such-choice", typed = typed))?;
        }
        Err(nobody())
    }

    fn is_left(&self) -> bool {
        if !self.is_left.get() {
            self.is_left.set(self.ask.interrupts());
        }
        self.is_left.get()
    }
}

/// The picture in half blocks, one line for two rows of it.
fn drawn(frame: &Frame) -> String {
    const COLUMNS: usize = 60;
    const LINES: usize = 18;
    let half = |(Colour(red, green, blue), Colour(below_red, below_green, below_blue)): &(Colour, Colour)| {
        format!("\x1b[38;2;{red};{green};{blue}m\x1b[48;2;{below_red};{below_green};{below_blue}m▀")
    };
    let line =
        |cells: &Vec<(Colour, Colour)>| cells.iter().map(half).chain(["\x1b[0m\n".to_owned()]).collect::<String>();
    frame.cells(COLUMNS, LINES).iter().map(line).collect()
}

/// Thousandths as a bar that every terminal can draw.
fn bar(gauge: u64) -> String {
    const WIDE: usize = 20;
    let full = usize::try_from(gauge).unwrap_or(0).min(1000) * WIDE / 1000;
    format!("[{}{}]", "#".repeat(full), ".".repeat(WIDE - full))
}

fn nobody() -> Failure {
    Failure::new(Trouble::Usage, say!("check-nobody")).hint(say!("check-nothing-hint"))
}

/// Clears the terminal to that colour, with letters that can be read on it.
fn filled(Colour(red, green, blue): Colour) -> String {
    let is_bright = u32::from(red) * 2 + u32::from(green) * 5 + u32::from(blue) > 255 * 4;
    let letters = if is_bright { "0;0;0" } else { "255;255;255" };
    format!("\x1b[38;2;{letters}m\x1b[48;2;{red};{green};{blue}m\x1b[2J\x1b[H")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::Stage;
    use crate::port::FakeAsk;
    use crate::word::{Lang, Words};

    fn asked(answers: &[&str], practice: bool, field: bool) -> (Result<&'static str, Failure>, String, Vec<String>) {
        let words = Words::new(Lang::Vi, None).expect("embedded");
        let (mut sink, mut side) = (Vec::new(), Vec::new());
        let mut out = Out::new(&words, false, Stage::Plain, &mut sink, &mut side);
        out.set_practice(practice);
        let ask = FakeAsk::with(answers);
        let picture = if field { Picture::Field(Colour(255, 0, 0)) } else { Picture::None };
        let view = TrialView { picture, ..TrialView::default() };
        let question = Question::verdict(say!("ask-screen"), &["lines", "crack"]);
        let cell = RefCell::new(&mut out);
        let answer = BenchGuide::new(&ask, &cell).ask(&view, &question);
        let asked = ask.asked.borrow().clone();
        (answer, String::from_utf8(sink).expect("text"), asked)
    }

    #[test]
    fn a_letter_is_its_choice_enter_the_first_and_anything_else_is_asked_again() {
        assert_eq!(asked(&["2"], false, false).0, Ok("crack"));
        assert_eq!(asked(&["B"], false, false).0, Ok("skip"));
        assert_eq!(asked(&[""], false, false).0, Ok("good"));
        let (answer, said, asked) = asked(&["9", "12", "1"], false, false);
        assert_eq!((answer, asked.len()), (Ok("lines"), 3));
        assert!(said.contains("\"9\"") && said.contains("\"12\""), "{said}");
    }

    #[test]
    fn nobody_at_the_keys_is_told_and_in_practice_every_prompt_says_so_on_a_colour_too() {
        let (answer, said, prompts) = asked(&[], true, true);
        assert_eq!(answer.map_err(|failure| failure.trouble), Err(Trouble::Usage));
        assert!(prompts.iter().flat_map(|prompt| prompt.lines()).all(|line| line.contains("LUYỆN TẬP")), "{prompts:?}");
        assert!(said.contains("\x1b[48;2;255;0;0m") && said.ends_with("\x1b[0m\x1b[2J\x1b[H"), "{said:?}");
        assert!(asked(&["d"], false, true).2.iter().all(|prompt| !prompt.contains("LUYỆN TẬP")));
    }
}
