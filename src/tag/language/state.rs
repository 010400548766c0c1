//! What printers say of themselves: how each language asks, and what the answer comes to.
//!
//! Invariants: a printer that says nothing is [`PrinterState::Unknown`], never ready; bytes that are no answer are none.

use crate::word::{Sentence, say};
use serde::{Deserialize, Serialize};

/// How a printer is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PrinterState {
    /// It said so.
    Ready,
    /// No paper, or the roll is at its end.
    PaperOut,
    /// Its cover or head is open.
    CoverOpen,
    /// Another roll than what is to be printed is for.
    OtherRoll,
    /// Something else is wrong: paused, jammed, no ribbon, too hot.
    Stopped,
    /// It cannot be reached.
    Gone,
    /// It does not say. Many cheap printers never do: they are printed on all the same.
    Unknown,
}

impl PrinterState {
    /// Whether anything can be sent to it.
    #[must_use]
    pub const fn takes(self) -> bool {
        matches!(self, Self::Ready | Self::Unknown)
    }

    /// Its word in `--json`.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Ready => "ready",
            Self::PaperOut => "paper_out",
            Self::CoverOpen => "cover_open",
            Self::OtherRoll => "other_roll",
            Self::Stopped => "stopped",
            Self::Gone => "gone",
            Self::Unknown => "unknown",
        }
    }

    /// What to tell a person.
    #[must_use]
    pub fn sentence(self) -> Sentence {
        match self {
            Self::Ready => say!("printer-ready"),
            Self::PaperOut => say!("printer-paper-out"),
            Self::CoverOpen => say!("printer-cover-open"),
            Self::OtherRoll => say!("printer-other-roll"),
            Self::Stopped => say!("printer-stopped"),
            Self::Gone => say!("printer-gone"),
            Self::Unknown => say!("printer-unknown"),
        }
    }
}

/// How a printer is asked for its state.
#[derive(Clone, Copy)]
pub struct Question {
    /// What is sent.
    pub ask: &'static [u8],
    /// What the bytes so far come to; none while more must come.
    pub read: fn(&[u8]) -> Option<PrinterState>,
    /// The roll that the bytes name; none in languages that name none.
    pub(super) loaded: Option<Loaded>,
    /// The roll that must lie in it; none where any will do.
    pub(super) wanted: Option<RollSize>,
}

/// Width of a roll and length of its labels, millimetres; 0 for a roll without an end.
pub(super) type RollSize = (u8, u8);
/// Reads the roll out of an answer; none while more must come.
pub(super) type Loaded = fn(&[u8]) -> Option<RollSize>;

impl Question {
    /// What the bytes so far come to; none while more must come. A printer with another roll than is wanted is not ready.
    #[must_use]
    pub fn answered(&self, bytes: &[u8]) -> Option<PrinterState> {
        let state = (self.read)(bytes)?;
        let loaded = self.loaded.and_then(|loaded| loaded(bytes));
        let is_other = self.wanted.is_some() && loaded.is_some() && self.wanted != loaded;
        Some(if state.takes() && is_other { PrinterState::OtherRoll } else { state })
    }
}

impl std::fmt::Debug for Question {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Question").field("ask", &self.ask).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::bitmap::Bitmap;
    use super::super::super::length::Length;
    use super::super::{PrintOrder, ROLLS, language};
    use super::PrinterState as S;
    use proptest::prelude::*;

    fn read(id: &str, answer: &[u8]) -> Option<S> {
        (language(id).expect("there").question.expect("asked").read)(answer)
    }

    #[test]
    fn a_brother_says_in_32_bytes_what_is_wrong() {
        let mut answer = [0u8; 32];
        answer[..3].copy_from_slice(&[0x80, 32, b'B']);
        assert_eq!(read("brother-ql", &answer), Some(S::Ready));
        assert_eq!(read("brother-ql", &answer[..31]), None, "not whole");
        for (place, bits, wanted) in [
            (8, 0x01, S::PaperOut),
            (8, 0x02, S::PaperOut),
            (9, 0x10, S::CoverOpen),
            (9, 0x01, S::OtherRoll),
            (8, 0x04, S::Stopped),
            (9, 0x80, S::Stopped),
        ] {
            let mut wrong = answer;
            wrong[place] = bits;
            assert_eq!(read("brother-ql", &wrong), Some(wanted), "{place} {bits:#x}");
        }
        let mut both = answer;
        (both[8], both[9]) = (0x01, 0x10);
        assert_eq!(read("brother-ql", &both), Some(S::CoverOpen), "an open cover hides the paper");
        assert_eq!(read("brother-ql", &[b'x'; 32]), Some(S::Unknown));
    }

    #[test]
    fn a_brother_with_another_roll_than_its_job_is_for_is_not_ready_and_says_why() {
        let brother = language("brother-ql").expect("there");
        let label = Bitmap::white(300, 200);
        let answer = |wide: u8, long: u8| {
            let mut answer = [0u8; 32];
            answer[..3].copy_from_slice(&[0x80, 32, b'B']);
            (answer[10], answer[17]) = (wide, long);
            answer
        };
        for roll in ROLLS {
            let size = Length::mm(30);
            let order = PrintOrder { dpi: 300, copies: 1, wide: size, high: size, gap: Length(0), roll: Some(roll) };
            let job = brother.encode(&label, &order).expect("encoded");
            let question = brother.question_for(&job).expect("asked");
            for loaded in ROLLS {
                let wanted = if loaded == roll { S::Ready } else { S::OtherRoll };
                let said = question.answered(&answer(loaded.wide_mm, loaded.long_mm));
                assert_eq!(said, Some(wanted), "{} for {}", loaded.name(), roll.name());
            }
            let mut open = answer(12, 0);
            open[9] = 0x10;
            assert_eq!(question.answered(&open), Some(S::CoverOpen), "the cover first");
        }
        let any = brother.question.expect("asked");
        assert_eq!(any.answered(&answer(62, 29)), Some(S::Ready), "nothing is to be printed");
        assert_eq!(
            brother.question_for(b"^XA").expect("asked").answered(&answer(62, 29)),
            Some(S::Ready),
            "no job of its"
        );
        let zebra = language("zpl").expect("there").question_for(b"^XA^XZ").expect("asked");
        assert_eq!(zebra.wanted, None);
    }

    #[test]
    fn a_roll_is_named_by_its_width_and_its_length() {
        let names: Vec<String> = ROLLS.iter().map(|roll| roll.name()).collect();
        assert_eq!(names, ["29", "38", "50", "54", "62", "29x90", "62x29", "62x100"]);
        let brother = language("brother-ql").expect("there");
        for roll in ROLLS {
            assert_eq!(brother.roll(&roll.name()), Some(roll));
        }
        assert_eq!((brother.roll("62x30"), brother.roll("")), (None, None));
        assert_eq!(language("zpl").expect("there").roll("62"), None);
    }

    #[test]
    fn a_tspl_printer_says_it_in_one_byte() {
        for (byte, wanted) in [
            (0x00, S::Ready),
            (0x20, S::Ready),
            (0x01, S::CoverOpen),
            (0x05, S::CoverOpen),
            (0x04, S::PaperOut),
            (0x02, S::Stopped),
            (0x08, S::Stopped),
            (0x10, S::Stopped),
            (0x80, S::Stopped),
        ] {
            assert_eq!(read("tspl", &[byte]), Some(wanted), "{byte:#x}");
        }
        assert_eq!(read("tspl", &[]), None);
    }

    #[test]
    fn a_zpl_printer_says_it_in_three_lines() {
        let answer = |paper: char, pause: char, head: char, ribbon: char| {
            format!(
                "\x02030,{paper},{pause},1245,000,0,0,0,000,0,0,0\x03\r\n\
                 \x02000,0,{head},{ribbon},1,2,4,0,00000000,1,000\x03\r\n\x021234,0\x03\r\n"
            )
        };
        for (text, wanted) in [
            (answer('0', '0', '0', '0'), S::Ready),
            (answer('1', '0', '0', '0'), S::PaperOut),
            (answer('1', '1', '1', '0'), S::CoverOpen),
            (answer('0', '1', '0', '0'), S::Stopped),
            (answer('0', '0', '0', '1'), S::Stopped),
        ] {
            assert_eq!(read("zpl", text.as_bytes()), Some(wanted), "{text}");
            assert_eq!(read("zpl", &text.as_bytes()[..text.len() - 4]), None, "not whole");
        }
        assert_eq!(read("zpl", b"\x02a\x03\x02b\x03\x02c\x03"), Some(S::Unknown));
    }

    #[test]
    fn an_escpos_printer_says_it_in_two_bytes_of_a_fixed_shape() {
        for (answer, wanted) in [
            ([0x12, 0x12], S::Ready),
            ([0x16, 0x12], S::CoverOpen),
            ([0x32, 0x12], S::PaperOut),
            ([0x12, 0x72], S::PaperOut),
            ([0x12, 0x1e], S::Ready),
            ([0x52, 0x12], S::Stopped),
            ([0xff, 0x12], S::Unknown),
        ] {
            assert_eq!(read("escpos", &answer), Some(wanted), "{answer:x?}");
        }
        assert_eq!(read("escpos", &[0x12]), None);
    }

    proptest! {
        #[test]
        fn no_answer_makes_it_fail(answer in prop::collection::vec(any::<u8>(), 0..80)) {
            for language in super::super::LANGUAGES {
                let _state = language.question.and_then(|question| (question.read)(&answer));
            }
        }
    }
}
