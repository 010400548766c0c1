//! The questions about a printer: where it is, its language, its paper, its name; and how far off it prints.
//!
//! Invariant: what does not go together is refused at the question where it was answered.

use super::super::entry::Entry;
use super::super::guide::Form;
use crate::port::{Failure, PrinterAddress, PrinterSeen, Trouble, printer_takes_no_pdf};
use crate::tag::{LANGUAGES, Length, Roll};
use crate::word::{Sentence, say};
use crate::workbench::{PDF, PaperView, PrinterSetting, PrintersView};

/// What is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Ask {
    Seen,
    Address,
    Language,
    Paper,
    Roll,
    Name,
    Right,
    Down,
}

/// The questions, and the answers so far.
pub(super) struct PrinterForm {
    seen: Vec<PrinterSeen>,
    papers: Vec<PaperView>,
    /// The printer whose offset is asked for; none where a new one is named.
    of: Option<PrinterSetting>,
    chosen: Entry,
    address: Entry,
    language: Entry,
    paper: Entry,
    /// The roll in it, where its language must name one.
    roll: Entry,
    name: Entry,
    right: Entry,
    down: Entry,
}

/// Every language that a printer can be spoken to in.
fn languages() -> Vec<&'static str> {
    LANGUAGES.iter().filter(|one| one.question.is_some()).map(|one| one.id).chain([PDF]).collect()
}

fn language_sentence(id: &str) -> Sentence {
    match id {
        "zpl" => say!("printer-speaks-zpl"),
        "tspl" => say!("printer-speaks-tspl"),
        "escpos" => say!("printer-speaks-escpos"),
        "brother-ql" => say!("printer-speaks-brother"),
        PDF => say!("printer-speaks-pdf"),
        other => say!("plain", text = other),
    }
}

/// The rolls that printers of that language must be told by name.
fn rolls_of(id: &str) -> &'static [Roll] {
    LANGUAGES.iter().find(|one| one.id == id).map_or(&[], |one| one.rolls)
}

/// Micrometres as they are typed.
fn mm(micrometres: i32) -> String {
    let size = micrometres.unsigned_abs();
    let sign = if micrometres < 0 { "-" } else { "" };
    let text = format!("{sign}{},{:03}", size / 1000, size % 1000);
    text.trim_end_matches('0').trim_end_matches(',').to_owned()
}

/// Millimetres as micrometres; a comma does for a point.
fn micrometres(text: &str) -> Option<i32> {
    let mm: f64 = if text.trim().is_empty() { 0.0 } else { text.trim().replace(',', ".").parse().ok()? };
    let size = Length::try_from(mm.abs()).ok().filter(|size| *size <= Length::mm(20))?;
    let size = i32::try_from(size.0).ok()?;
    Some(if mm < 0.0 { -size } else { size })
}

impl PrinterForm {
    pub(super) fn new(view: &PrintersView) -> Self {
        Self::of(view, None)
    }

    /// How far that one prints off.
    pub(super) fn offset(view: &PrintersView, printer: PrinterSetting) -> Self {
        Self::of(view, Some(printer))
    }

    fn of(view: &PrintersView, of: Option<PrinterSetting>) -> Self {
        let seen = view.seen.clone().unwrap_or_default();
        let line = |one: &PrinterSeen| {
            let address = one.address.to_string();
            match view.printers.iter().find(|known| known.address == one.address) {
                Some(known) => say!("printer-found-known", address = address, name = known.name.as_str()),
                None => say!("printer-found", address = address, says = one.name.as_str()),
            }
        };
        let places = seen.iter().map(line).chain([say!("printer-other-place")]).collect();
        let papers = view.papers.iter().map(|paper| say!("plain", text = paper.name.as_str())).collect();
        let rolls = LANGUAGES.iter().flat_map(|one| one.rolls);
        let rolls = rolls.map(|roll| say!("printer-roll", roll = roll.name().replace('x', " × ")));
        let rolls = std::iter::once(say!("printer-roll-any")).chain(rolls).collect();
        let (right, down) = of.as_ref().map_or((0, 0), |one| (one.right, one.down));
        Self {
            seen,
            papers: view.papers.clone(),
            of,
            chosen: Entry::choice(places),
            address: Entry::text(""),
            language: Entry::choice(languages().into_iter().map(language_sentence).collect()),
            paper: Entry::choice(papers),
            roll: Entry::choice(rolls),
            name: Entry::text(""),
            right: Entry::text(&mm(right)),
            down: Entry::text(&mm(down)),
        }
    }

    fn asks(&self) -> Vec<Ask> {
        if self.of.is_some() {
            return vec![Ask::Right, Ask::Down];
        }
        let is_elsewhere = self.chosen.chosen() >= self.seen.len();
        let address = is_elsewhere.then_some(Ask::Address);
        let roll = (!rolls_of(self.spoken()).is_empty()).then_some(Ask::Roll);
        let asks = [Some(Ask::Seen), address, Some(Ask::Language), Some(Ask::Paper), roll, Some(Ask::Name)];
        asks.into_iter().flatten().collect()
    }

    fn ask(&self, at: usize) -> Ask {
        self.asks().get(at).copied().unwrap_or(Ask::Name)
    }

    fn place(&self) -> Result<PrinterAddress, Failure> {
        if let Some(seen) = self.seen.get(self.chosen.chosen()) {
            return Ok(seen.address.clone());
        }
        let text = self.address.typed();
        text.parse().map_err(|error: String| {
            Failure::new(Trouble::Usage, say!("printer-address-wrong", text = text.as_str())).detail(error)
        })
    }

    fn spoken(&self) -> &'static str {
        languages().get(self.language.chosen()).copied().unwrap_or(PDF)
    }

    /// The roll that was chosen, by the name that the settings have for it.
    fn roll(&self) -> Option<String> {
        let at = self.roll.chosen().checked_sub(1)?;
        rolls_of(self.spoken()).get(at).map(|roll| roll.name())
    }

    /// The printer that the answers come to. Errors: they come to none.
    pub(super) fn printer(&self) -> Result<PrinterSetting, Failure> {
        let far = |entry: &Entry| {
            let wrong = || Failure::new(Trouble::Usage, say!("printer-far-wrong", text = entry.typed()));
            micrometres(&entry.typed()).ok_or_else(wrong)
        };
        if let Some(of) = &self.of {
            return Ok(PrinterSetting { right: far(&self.right)?, down: far(&self.down)?, ..of.clone() });
        }
        let paper = self.papers.get(self.paper.chosen());
        Ok(PrinterSetting {
            name: self.name.typed().trim().to_owned(),
            address: self.place()?,
            language: self.spoken().to_owned(),
            template: paper.map(|paper| paper.id.clone()).unwrap_or_default(),
            dpi: None,
            roll: self.roll(),
            right: 0,
            down: 0,
            default: false,
        })
    }
}

impl Form for PrinterForm {
    fn len(&self) -> usize {
        self.asks().len()
    }

    fn question(&self, at: usize) -> (Sentence, Sentence) {
        match self.ask(at) {
            Ask::Seen => (say!("printer-ask-place"), say!("printer-ask-place-note")),
            Ask::Address => (say!("printer-ask-address"), say!("printer-ask-address-note")),
            Ask::Language => (say!("printer-ask-language"), say!("printer-ask-language-note")),
            Ask::Paper => (say!("printer-ask-paper"), say!("printer-ask-paper-note")),
            Ask::Roll => (say!("printer-ask-roll"), say!("printer-ask-roll-note")),
            Ask::Name => (say!("printer-ask-name"), say!("printer-ask-name-note")),
            Ask::Right => (say!("printer-ask-right"), say!("printer-ask-far-note")),
            Ask::Down => (say!("printer-ask-down"), say!("printer-ask-far-note")),
        }
    }

    fn entry(&self, at: usize) -> &Entry {
        match self.ask(at) {
            Ask::Seen => &self.chosen,
            Ask::Address => &self.address,
            Ask::Language => &self.language,
            Ask::Paper => &self.paper,
            Ask::Roll => &self.roll,
            Ask::Name => &self.name,
            Ask::Right => &self.right,
            Ask::Down => &self.down,
        }
    }

    fn entry_mut(&mut self, at: usize) -> &mut Entry {
        match self.ask(at) {
            Ask::Seen => &mut self.chosen,
            Ask::Address => &mut self.address,
            Ask::Language => &mut self.language,
            Ask::Paper => &mut self.paper,
            Ask::Roll => &mut self.roll,
            Ask::Name => &mut self.name,
            Ask::Right => &mut self.right,
            Ask::Down => &mut self.down,
        }
    }

    fn is_writing(&self, at: usize) -> bool {
        self.ask(at) == Ask::Name
    }

    fn check(&self, at: usize) -> Result<(), Failure> {
        match self.ask(at) {
            Ask::Seen | Ask::Roll => Ok(()),
            Ask::Address => self.place().map(|_place| ()),
            Ask::Language => match self.place()? {
                PrinterAddress::Cups(_) => Ok(()),
                other if self.spoken() == PDF => Err(printer_takes_no_pdf(&other)),
                PrinterAddress::Tcp(..) | PrinterAddress::Usb(_) | PrinterAddress::Serial(..) => Ok(()),
            },
            Ask::Paper => match self.papers.get(self.paper.chosen()) {
                Some(paper) if paper.is_sheet && self.spoken() != PDF => {
                    let what = say!("printer-sheet", template = paper.name.as_str());
                    Err(Failure::new(Trouble::Usage, what).hint(say!("printer-sheet-keys")))
                }
                Some(_) | None => Ok(()),
            },
            Ask::Name | Ask::Right | Ask::Down => self.printer().map(|_printer| ()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_offset_is_typed_as_it_is_shown() {
        for (far, shown) in [(0, "0"), (500, "0,5"), (-1_500, "-1,5"), (1_250, "1,25"), (20_000, "20")] {
            assert_eq!((mm(far).as_str(), micrometres(shown)), (shown, Some(far)));
        }
        assert_eq!((micrometres(""), micrometres("0.5"), micrometres(" -1 ")), (Some(0), Some(500), Some(-1_000)));
        for wrong in ["x", "21", "1e9", "NaN", "--1"] {
            assert_eq!(micrometres(wrong), None, "{wrong}");
        }
    }
}
