//! Label templates: how large a label is, how large its code, and where labels stand on a sheet.
//!
//! Invariants: every length is in millimetres and measured from the upper left corner; what does not fit on its paper is
//! refused when the file is read.

use super::length::Length;
use crate::word::{Lang, Sentence, say};
use serde::Deserialize;

/// The templates in the binary: file names and texts. A station's own file of the same name wins.
pub const TEMPLATES: &[(&str, &str)] = &[
    ("nhiet-50x30.toml", include_str!("../../profiles/label/nhiet-50x30.toml")),
    ("nhiet-40x30.toml", include_str!("../../profiles/label/nhiet-40x30.toml")),
    ("nhiet-35x22.toml", include_str!("../../profiles/label/nhiet-35x22.toml")),
    ("a4-65.toml", include_str!("../../profiles/label/a4-65.toml")),
    ("a4-21.toml", include_str!("../../profiles/label/a4-21.toml")),
    ("a4-14.toml", include_str!("../../profiles/label/a4-14.toml")),
    ("a4-cat-dan.toml", include_str!("../../profiles/label/a4-cat-dan.toml")),
];

/// The smallest label that is taken, a side.
const LEAST: Length = Length::mm(10);
/// The longest.
const MOST: Length = Length::mm(300);
/// More labels than this on a sheet are a mistake.
const MOST_ON_SHEET: u32 = 500;
/// How far labels may stick out of a sheet: makers round their figures.
const ROUNDED: u32 = 500;

/// A kind of label paper.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LabelTemplate {
    /// Its id: the file's name without its ending.
    pub id: String,
    vi: String,
    en: String,
    /// Where its measures come from.
    pub source: String,
    /// How wide one label is.
    pub wide: Length,
    /// How high.
    pub high: Length,
    /// Side of the code on it, its quiet zone included, at most.
    pub code: Length,
    /// What stays white along the edges.
    #[serde(default = "margin")]
    pub margin: Length,
    /// Between two labels of a roll; 0 where the roll has no gaps.
    #[serde(default)]
    pub gap: Length,
    /// Where the labels of a sheet stand; none for a roll.
    pub sheet: Option<Sheet>,
}

/// Labels on a sheet.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sheet {
    /// Width of the sheet.
    pub wide: Length,
    /// Its height.
    pub high: Length,
    /// Labels side by side.
    pub columns: u32,
    /// Labels one below another.
    pub rows: u32,
    /// From the sheet's left edge to the first label.
    pub left: Length,
    /// From its upper edge.
    pub top: Length,
    /// From one label to the next in its row, left edge to left edge.
    pub across: Length,
    /// From one to the next below it.
    pub down: Length,
    /// Whether it is plain paper, to be cut along lines that are printed.
    #[serde(default)]
    pub cut: bool,
}

const fn margin() -> Length {
    Length::mm(1)
}

/// A template that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{file}: {problem:?}")]
pub struct TemplateError {
    /// Its file.
    pub file: String,
    /// What is wrong.
    pub problem: TemplateProblem,
}

/// What can be wrong with a template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TemplateProblem {
    /// Not read: what the reader said.
    Form(String),
    /// Its id is not its file's name.
    Name,
    /// A label smaller or larger than labels are.
    Size,
    /// The code is larger than the label.
    Code,
    /// The labels do not fit on the sheet, or lie upon each other.
    Sheet,
}

impl TemplateError {
    /// The same for people.
    #[must_use]
    pub fn sentence(&self) -> Sentence {
        let file = self.file.as_str();
        let what = match &self.problem {
            TemplateProblem::Form(why) => say!("plain", text = why.as_str()),
            TemplateProblem::Name => say!("template-name"),
            TemplateProblem::Size => {
                say!("template-size", least = u64::from(LEAST.0 / 1000), most = u64::from(MOST.0 / 1000))
            }
            TemplateProblem::Code => say!("template-code"),
            TemplateProblem::Sheet => say!("template-sheet"),
        };
        say!("template-bad", file = file, what = what)
    }
}

impl LabelTemplate {
    /// Reads a template. Errors: [`TemplateError`].
    pub fn parse(file: &str, text: &str) -> Result<Self, TemplateError> {
        let wrong = |problem| TemplateError { file: file.to_owned(), problem };
        let read: Self =
            toml::from_str(text).map_err(|error| wrong(TemplateProblem::Form(error.message().to_owned())))?;
        let name = file.rsplit('/').next().and_then(|name| name.strip_suffix(".toml"));
        if name != Some(read.id.as_str()) {
            return Err(wrong(TemplateProblem::Name));
        }
        if [read.wide, read.high].iter().any(|side| !(LEAST..=MOST).contains(side)) {
            return Err(wrong(TemplateProblem::Size));
        }
        if read.code > read.wide.min(read.high) || read.margin.0 * 4 > read.wide.min(read.high).0 {
            return Err(wrong(TemplateProblem::Code));
        }
        if read.sheet.as_ref().is_some_and(|sheet| !sheet.holds(read.wide, read.high)) {
            return Err(wrong(TemplateProblem::Sheet));
        }
        Ok(read)
    }

    /// All: those of the binary, and `own`, which win over those of the same name and stand behind the others.
    /// Errors: one of them cannot be used.
    pub fn all(own: &[(String, String)]) -> Result<Vec<Self>, TemplateError> {
        let is_own = |name: &str| own.iter().any(|(file, _)| file.rsplit('/').next() == Some(name));
        let shipped = TEMPLATES.iter().filter(|(name, _)| !is_own(name)).map(|(name, text)| (*name, *text));
        let own = own.iter().map(|(file, text)| (file.as_str(), text.as_str()));
        shipped.chain(own).map(|(file, text)| Self::parse(file, text)).collect()
    }

    /// What it is called.
    #[must_use]
    pub fn name(&self, lang: Lang) -> &str {
        match lang {
            Lang::Vi => &self.vi,
            Lang::En => &self.en,
        }
    }

    /// How many labels a sheet has; 1 for a roll.
    #[must_use]
    pub fn on_sheet(&self) -> u32 {
        self.sheet.as_ref().map_or(1, |sheet| sheet.columns * sheet.rows)
    }
}

impl Sheet {
    fn holds(&self, wide: Length, high: Length) -> bool {
        let fits = |first: Length, step: Length, count: u32, side: Length, paper: Length| {
            let end = count.checked_sub(1).and_then(|steps| steps.checked_mul(step.0)?.checked_add(first.0 + side.0));
            end.is_some_and(|end| end <= paper.0 + ROUNDED) && (count == 1 || step.0 + ROUNDED >= side.0)
        };
        self.columns.checked_mul(self.rows).is_some_and(|count| (1..=MOST_ON_SHEET).contains(&count))
            && fits(self.left, self.across, self.columns, wide, self.wide)
            && fits(self.top, self.down, self.rows, high, self.high)
    }

    /// Left and upper edge of the label of that number, counted from 0 along the rows.
    #[must_use]
    pub const fn place(&self, number: u32) -> (Length, Length) {
        let (column, row) = (number % self.columns, number / self.columns);
        (Length(self.left.0 + column * self.across.0), Length(self.top.0 + row * self.down.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shipped(id: &str) -> LabelTemplate {
        LabelTemplate::all(&[]).expect("good").into_iter().find(|read| read.id == id).expect("shipped")
    }

    #[test]
    fn every_shipped_template_reads_and_sheets_are_as_their_makers_say() {
        assert_eq!(LabelTemplate::all(&[]).map(|all| all.len()), Ok(TEMPLATES.len()));
        let counts = ["a4-65", "a4-21", "a4-14"].map(|id| shipped(id).on_sheet());
        assert_eq!(counts, [65, 21, 14]);
        // The last label of L7651: 4 steps of 40.6 mm across, 12 of 21.2 mm down.
        let sheet = shipped("a4-65").sheet.expect("a sheet");
        assert_eq!(sheet.place(64), (Length(4_700 + 4 * 40_600), Length(10_900 + 12 * 21_200)));
        assert_eq!(sheet.place(5), (Length(4_700), Length(10_900 + 21_200)));
    }

    #[test]
    fn what_cannot_be_printed_is_refused_with_its_reason() {
        let good = TEMPLATES[3].1;
        let problem = |from: &str, to: &str| {
            assert!(good.contains(from), "{from}");
            LabelTemplate::parse("a4-65.toml", &good.replacen(from, to, 1)).map_err(|error| error.problem)
        };
        assert_eq!(problem("columns = 5", "columns = 6"), Err(TemplateProblem::Sheet));
        assert_eq!(problem("rows = 13", "rows = 14"), Err(TemplateProblem::Sheet));
        assert_eq!(problem("rows = 13", "rows = 0"), Err(TemplateProblem::Sheet));
        assert_eq!(problem("columns = 5", "columns = 4294967295"), Err(TemplateProblem::Sheet));
        assert_eq!(problem("across = 40.6", "across = 20"), Err(TemplateProblem::Sheet));
        assert_eq!(problem("wide = 38.1", "wide = 5"), Err(TemplateProblem::Size));
        assert_eq!(problem("code = ", "code = 2"), Err(TemplateProblem::Code));
        assert_eq!(problem("id = \"a4-65\"", "id = \"a4\""), Err(TemplateProblem::Name));
        assert!(matches!(problem("wide = 38.1", "wide = -1"), Err(TemplateProblem::Form(_))));
        assert!(matches!(problem("wide = 38.1", "width = 38.1"), Err(TemplateProblem::Form(_))));
    }

    #[test]
    fn a_stations_own_template_takes_the_place_of_the_shipped_one() {
        let own = |file: &str, text: String| vec![(file.to_owned(), text)];
        let mine = own("profiles/label/a4-65.toml", TEMPLATES[3].1.replace("left = 4.7", "left = 5.2"));
        let all = LabelTemplate::all(&mine).expect("good");
        assert_eq!(all.len(), TEMPLATES.len());
        let left = |template: &LabelTemplate| template.sheet.as_ref().map(|sheet| sheet.left);
        assert_eq!(all.iter().find(|template| template.id == "a4-65").and_then(left), Some(Length(5_200)));
    }
}
