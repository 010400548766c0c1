//! The printers of a station: what they are called, where they are, which paper lies in them.
//!
//! Invariant: a printer that stands in the settings was checked: its language goes its way, its template exists.

use super::bench::Bench;
use super::label::template;
use super::print_paper::check_dpi;
use crate::port::{Failure, PrintForm, PrinterAddress, Trouble};
use crate::report::Shift;
use crate::tag::{LANGUAGES, Language, Length, Question, Roll, language};
use crate::word::say;
use serde::{Deserialize, Deserializer, Serialize};

/// What a printing system takes in place of a printer's own language.
pub const PDF: &str = "pdf";
/// The longest name, letters.
const LONGEST: usize = 40;

/// A printer of the station.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PrinterSetting {
    /// What people call it.
    pub name: String,
    /// Where it is.
    pub address: PrinterAddress,
    /// Its language, or [`PDF`].
    pub language: String,
    /// The paper in it.
    pub template: String,
    /// Its resolution, where it is not the usual one of its language.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dpi: Option<u32>,
    /// The roll in it, where its language must name one: `62`, `62x29`; the narrowest that holds a label where none is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub roll: Option<String>,
    /// How far it is to print to the right of where it would, micrometres; millimetres in the file.
    #[serde(default, deserialize_with = "micrometres")]
    pub right: i32,
    /// How far below.
    #[serde(default, deserialize_with = "micrometres")]
    pub down: i32,
    /// Whether it is the one where none is named.
    #[serde(default)]
    pub default: bool,
}

fn micrometres<'de, D: Deserializer<'de>>(deserializer: D) -> Result<i32, D::Error> {
    let mm = f64::deserialize(deserializer)?;
    let size = Length::try_from(mm.abs()).ok().filter(|size| *size <= Length::mm(20));
    let size = size.and_then(|size| i32::try_from(size.0).ok());
    let size = size.ok_or_else(|| serde::de::Error::custom("-20 – 20 mm"))?;
    Ok(if mm < 0.0 { -size } else { size })
}

/// Micrometres as millimetres, as they are typed.
fn mm(micrometres: i32) -> String {
    let size = micrometres.unsigned_abs();
    let sign = if micrometres < 0 { "-" } else { "" };
    format!("{sign}{}.{:03}", size / 1000, size % 1000).trim_end_matches('0').trim_end_matches('.').to_owned()
}

impl PrinterSetting {
    /// What goes to it.
    #[must_use]
    pub fn form(&self) -> PrintForm {
        if self.language == PDF { PrintForm::Pdf } else { PrintForm::Raw }
    }

    /// Its own language; none for a printing system that takes PDF.
    #[must_use]
    pub fn spoken(&self) -> Option<&'static Language> {
        language(&self.language).filter(|language| language.question.is_some())
    }

    /// The roll in it.
    #[must_use]
    pub fn loaded(&self) -> Option<Roll> {
        self.spoken()?.roll(self.roll.as_deref()?)
    }

    /// How it is asked for its state.
    #[must_use]
    pub fn question(&self) -> Option<&'static Question> {
        self.spoken().and_then(|language| language.question.as_ref())
    }

    /// How far it prints off.
    #[must_use]
    pub const fn shift(&self) -> Shift {
        Shift { right: self.right, down: self.down }
    }

    /// Its table in `station.toml`. A JSON string is a TOML string where no control character is in it.
    #[must_use]
    pub fn table(&self) -> String {
        let line = |key: &str, value: &str| format!("{key} = {}\n", serde_json::Value::from(value));
        let dpi = self.dpi.map(|dpi| format!("dpi = {dpi}\n")).unwrap_or_default();
        let roll = self.roll.as_deref().map(|roll| line("roll", roll)).unwrap_or_default();
        let far = |key: &str, far: i32| if far == 0 { String::new() } else { format!("{key} = {}\n", mm(far)) };
        let default = if self.default { "default = true\n" } else { "" };
        let (name, address) = (line("name", &self.name), line("address", &self.address.to_string()));
        let (language, template) = (line("language", &self.language), line("template", &self.template));
        let far = far("right", self.right) + &far("down", self.down);
        format!("\n[[printers]]\n{name}{address}{language}{template}{dpi}{roll}{far}{default}")
    }

    /// The printer, if it can be one. Errors: no name; a language that it cannot be spoken to in, or paper that does not fit.
    pub fn checked(mut self, bench: &Bench<'_>) -> Result<Self, Failure> {
        let usage = |what| Failure::new(Trouble::Usage, what);
        let name = self.name.trim().to_owned();
        let letters = name.chars().count();
        if letters == 0 || letters > LONGEST || name.contains(char::is_control) {
            return Err(usage(say!("printer-name-wrong", most = LONGEST as u64)));
        }
        self.name = name;
        let paper = template(bench, &self.template)?;
        if self.form() == PrintForm::Pdf {
            if self.roll.is_some() {
                return Err(self.wrong_roll(&[]));
            }
            if !matches!(self.address, PrinterAddress::Cups(_)) {
                return Err(crate::port::printer_takes_no_pdf(&self.address));
            }
            return Ok(self);
        }
        let Some(language) = self.spoken() else {
            let known: Vec<&str> = LANGUAGES.iter().filter(|one| one.question.is_some()).map(|one| one.id).collect();
            let known = format!("{}, {PDF}", known.join(", "));
            let what = say!("label-format", format = self.language.as_str());
            return Err(usage(what).hint(say!("label-format-hint", known = known)));
        };
        if let Some(dpi) = self.dpi {
            check_dpi(language, dpi)?;
        }
        if self.roll.is_some() && self.loaded().is_none() {
            return Err(self.wrong_roll(language.rolls));
        }
        if paper.sheet.is_some() {
            return Err(
                usage(say!("printer-sheet", template = self.template.as_str())).hint(say!("printer-sheet-hint"))
            );
        }
        Ok(self)
    }

    fn wrong_roll(&self, rolls: &[Roll]) -> Failure {
        let known: Vec<String> = rolls.iter().map(|roll| roll.name()).collect();
        let (language, roll) = (self.language.as_str(), self.roll.as_deref().unwrap_or_default());
        let hint = if known.is_empty() {
            say!("printer-no-rolls-hint")
        } else {
            say!("printer-roll-wrong-hint", known = known.join(", "))
        };
        Failure::new(Trouble::Usage, say!("printer-roll-wrong", language = language, roll = roll)).hint(hint)
    }
}

/// The printer of that name; where none is named, the one that is usual here. Errors: there is none.
pub fn printer<'b>(bench: &'b Bench<'_>, name: Option<&str>) -> Result<&'b PrinterSetting, Failure> {
    let all = &bench.own.printers;
    let Some(name) = name else {
        let usual = all.iter().find(|printer| printer.default).or_else(|| all.first());
        let none = || Failure::new(Trouble::Usage, say!("printer-none")).hint(say!("printer-none-hint"));
        return usual.ok_or_else(none);
    };
    all.iter().find(|printer| printer.name == name.trim()).ok_or_else(|| {
        let known: Vec<&str> = all.iter().map(|printer| printer.name.as_str()).collect();
        Failure::new(Trouble::Usage, say!("printer-unnamed", name = name))
            .hint(say!("printer-unnamed-hint", known = known.join(", ")))
    })
}

/// The printers with that one among them, in the place of one of the same name; the first is the usual one.
#[must_use]
pub fn with_printer(mut all: Vec<PrinterSetting>, mut new: PrinterSetting) -> Vec<PrinterSetting> {
    match all.iter_mut().find(|printer| printer.name == new.name) {
        Some(old) => {
            new.default |= old.default;
            *old = new.clone();
        }
        None => all.push(new.clone()),
    }
    if new.default || all.len() == 1 {
        for printer in &mut all {
            printer.default = printer.name == new.name;
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    fn setting(name: &str, default: bool) -> PrinterSetting {
        PrinterSetting {
            name: name.to_owned(),
            address: PrinterAddress::Tcp("10.0.0.9".to_owned(), 9100),
            language: "tspl".to_owned(),
            template: "nhiet-50x30".to_owned(),
            dpi: Some(203),
            roll: None,
            right: -500,
            down: 1250,
            default,
        }
    }

    #[derive(Deserialize)]
    struct File {
        printers: Vec<PrinterSetting>,
    }

    #[test]
    fn what_is_written_of_a_printer_is_read_again() {
        let all = [
            PrinterSetting { roll: Some("62x29".to_owned()), ..setting("tem \"kho\"", true) },
            PrinterSetting { dpi: None, right: 0, down: 3, ..setting("b", false) },
        ];
        let text: String = all.iter().map(PrinterSetting::table).collect();
        assert!(text.contains("right = -0.5\ndown = 1.25\n") && text.contains("down = 0.003\n"), "{text}");
        let file: File = toml::from_str(&text).expect(&text);
        assert_eq!(file.printers, all);
    }

    #[test]
    fn one_printer_is_the_usual_one_and_a_known_name_is_changed() {
        let all = with_printer(Vec::new(), setting("a", false));
        assert!(all[0].default, "the first");
        let all = with_printer(all, setting("b", false));
        assert_eq!(all.iter().map(|one| one.default).collect::<Vec<_>>(), [true, false]);
        let all = with_printer(all, setting("b", true));
        assert_eq!(all.iter().map(|one| one.default).collect::<Vec<_>>(), [false, true]);
        let all = with_printer(all, PrinterSetting { down: 0, ..setting("b", false) });
        assert_eq!((all.len(), all[1].default, all[1].down), (2, true, 0));
    }
}
