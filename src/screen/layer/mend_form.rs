//! The questions about a grade, a repair, a part or a lock, made from the team's own lists.
//!
//! Invariant: what is asked for is made of what was chosen and typed, nothing else.

use super::super::entry::Entry;
use super::super::guide::Form;
use crate::event::lock::LockKind;
use crate::event::repair::RepairOutcome;
use crate::port::{Failure, Trouble};
use crate::profile::{DISK_PART, Measure, Term, fact_name, measure, read_value};
use crate::unit::{Bytes, PartId};
use crate::word::{Lang, Sentence, say};
use crate::workbench::{
    GradeOrder, MendOrder, MendView, PartOrder, RepairOrder, TYPED, grade_sentence, lock_sentence,
    repair_outcome_sentence,
};
use std::path::PathBuf;

/// The locks in the order they are offered.
const LOCKS: [LockKind; 4] =
    [LockKind::FirmwarePassword, LockKind::DiskPassword, LockKind::Account, LockKind::Management];
/// What a repair can come to, in the order it is offered.
const OUTCOMES: [RepairOutcome; 3] = [RepairOutcome::Fixed, RepairOutcome::Repairable, RepairOutcome::EndOfLife];

/// What somebody wants to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wish {
    Grade,
    Repair,
    Typed,
    Take,
    TakeDisk,
    Fit,
    Found,
    Show(LockKind),
    Cleared(LockKind),
}

/// One question.
struct Question {
    title: Sentence,
    meaning: Sentence,
    entry: Entry,
    /// Whether the answer is a number, or nothing.
    number: bool,
    /// Whether the answer is written in Vietnamese.
    writing: bool,
    /// The fact that the answer is the value of, or nothing.
    key: Option<&'static str>,
}

/// The questions of one wish, and the answers.
pub(super) struct MendForm {
    wish: Wish,
    view: MendView,
    questions: Vec<Question>,
}

/// What can be wished for with that device, and how it is called.
pub(super) fn wishes(view: &MendView) -> Vec<(Wish, Sentence)> {
    let grade = match view.grade {
        Some(grade) => say!("mend-grade-again", grade = grade_sentence(grade)),
        None => say!("mend-grade"),
    };
    let repair = match view.repair {
        Some(outcome) => say!("mend-repair-again", outcome = repair_outcome_sentence(outcome)),
        None => say!("mend-repair"),
    };
    let mut wishes = vec![(Wish::Grade, grade), (Wish::Repair, repair), (Wish::Take, say!("mend-take"))];
    wishes.extend((!view.disks.is_empty()).then(|| (Wish::TakeDisk, say!("mend-take-disk"))));
    let count = view.shelf.len() as u64;
    wishes.extend((count > 0).then(|| (Wish::Fit, say!("mend-fit", count = count))));
    for (lock, sealed) in &view.locks {
        wishes.extend(sealed.then(|| (Wish::Show(*lock), say!("mend-show", lock = lock_sentence(*lock)))));
        wishes.push((Wish::Cleared(*lock), say!("mend-cleared", lock = lock_sentence(*lock))));
    }
    wishes.push((Wish::Found, say!("mend-found")));
    wishes.push((Wish::Typed, say!("mend-typed")));
    wishes
}

fn plain(text: &str) -> Sentence {
    say!("plain", text = text)
}

fn terms(list: &[Term], lang: Lang) -> Vec<Sentence> {
    list.iter().map(|term| plain(term.name(lang))).collect()
}

fn question(title: Sentence, meaning: Sentence, entry: Entry) -> Question {
    Question { title, meaning, entry, number: false, writing: false, key: None }
}

impl MendForm {
    pub(super) fn new(wish: Wish, view: MendView) -> Self {
        let lang = view.lang;
        let questions = match wish {
            Wish::Grade => view
                .checklist
                .items
                .iter()
                .map(|item| {
                    let answers = item.answers.iter();
                    let options = answers.map(|answer| {
                        say!("mend-grade-option", grade = format!("{:?}", answer.grade), text = answer.name(lang))
                    });
                    let entry = Entry::choice(options.collect());
                    question(plain(item.name(lang)), say!("mend-grade-note"), entry)
                })
                .chain([question(say!("mend-photos"), say!("mend-photos-note"), Entry::text(""))])
                .collect(),
            Wish::Repair => repair_questions(&view, lang),
            Wish::Typed => TYPED
                .iter()
                .map(|key| Question {
                    key: Some(key),
                    ..question(fact_name(key), say!("mend-typed-note"), Entry::text(""))
                })
                .collect(),
            Wish::Take => part_questions(&view, lang),
            Wish::TakeDisk => {
                let disks = view.disks.iter().map(|(_, name)| plain(name)).collect();
                vec![question(say!("mend-which-disk"), say!("mend-which-disk-note"), Entry::choice(disks))]
            }
            Wish::Fit => {
                let part = |view: &crate::workbench::PartView| {
                    let label = view.file.label.as_deref().unwrap_or("–");
                    let (kind, from) = (view.file.kind.as_str(), view.from.as_str());
                    say!("mend-part", part = view.id.as_str(), kind = kind, label = label, from = from)
                };
                let parts = view.shelf.iter().map(part).collect();
                vec![question(say!("mend-which-part"), say!("mend-which-part-note"), Entry::choice(parts))]
            }
            Wish::Found => {
                let locks = LOCKS.into_iter().map(lock_sentence).collect();
                vec![
                    question(say!("mend-which-lock"), say!("mend-which-lock-note"), Entry::choice(locks)),
                    question(say!("mend-password"), say!("mend-password-note"), Entry::secret()),
                ]
            }
            Wish::Show(_) | Wish::Cleared(_) => Vec::new(),
        };
        Self { wish, view, questions }
    }

    fn chosen(&self, at: usize) -> usize {
        self.questions.get(at).map_or(0, |question| question.entry.chosen())
    }

    /// Whether a part from the shelf is chosen here.
    pub(super) fn is_fit(&self) -> bool {
        self.wish == Wish::Fit
    }

    /// The part that is chosen.
    pub(super) fn part(&self) -> Option<&PartId> {
        self.view.shelf.get(self.chosen(0)).filter(|_| self.is_fit()).map(|part| &part.id)
    }

    /// Chooses that part; whether it lies on the shelf.
    pub(super) fn choose_part(&mut self, part: &PartId) -> bool {
        let at = self.view.shelf.iter().position(|view| view.id == *part).filter(|_| self.is_fit());
        let (Some(at), Some(question)) = (at, self.questions.first_mut()) else { return false };
        question.entry.choose(at);
        true
    }

    fn typed(&self, at: usize) -> Option<String> {
        let text = self.questions.get(at).map(|question| question.entry.typed().trim().to_owned());
        text.filter(|text| !text.is_empty())
    }

    fn number(&self, at: usize) -> Option<u64> {
        self.typed(at).and_then(|text| read_number(&text))
    }

    /// What is asked for; none where a list has become shorter than what was chosen.
    pub(super) fn order(&self) -> Option<MendOrder> {
        let words = &self.view.vocabulary;
        let code = |list: &[Term], at: usize| list.get(at).map(|term| term.id.clone());
        Some(match self.wish {
            Wish::Grade => {
                let items = self.view.checklist.items.iter().enumerate();
                let answers =
                    items.map(|(at, item)| Some((item.id.clone(), item.answers.get(self.chosen(at))?.id.clone())));
                let answers = answers.collect::<Option<_>>()?;
                let photos = self.typed(self.view.checklist.items.len()).unwrap_or_default();
                let photos = photos.split(';').map(str::trim).filter(|path| !path.is_empty());
                MendOrder::Grade(GradeOrder { answers, photos: photos.map(PathBuf::from).collect() })
            }
            Wish::Repair => MendOrder::Repair(RepairOrder {
                faults: vec![code(&words.faults, self.chosen(0))?],
                actions: vec![code(&words.actions, self.chosen(1))?],
                outcome: OUTCOMES.get(self.chosen(2)).copied()?,
                // The first means that nothing does.
                barrier: self.chosen(3).checked_sub(1).and_then(|at| code(&words.barriers, at)),
                cost: self.number(4),
                note: self.typed(5),
            }),
            Wish::Typed => {
                let questions = self.questions.iter().enumerate();
                let given = questions.filter_map(|(at, question)| {
                    Some((question.key?.to_owned(), with_unit(question.key?, &self.typed(at)?)))
                });
                MendOrder::Typed(given.collect())
            }
            Wish::Take => {
                let kind = parts(&self.view).get(self.chosen(0))?.id.clone();
                let gib =
                    |gb: u64| if kind == "memory" { Bytes::gib(gb) } else { Bytes(gb.saturating_mul(1_000_000_000)) };
                let size = self.number(2).map(gib);
                MendOrder::Take(PartOrder { kind, label: self.typed(1), size, disk: None })
            }
            Wish::TakeDisk => {
                let (key, _) = self.view.disks.get(self.chosen(0))?;
                let (kind, disk) = (DISK_PART.to_owned(), Some(key.clone()));
                MendOrder::Take(PartOrder { kind, label: None, size: None, disk })
            }
            Wish::Fit => MendOrder::Fit(self.view.shelf.get(self.chosen(0))?.id.clone()),
            Wish::Found => {
                let password = self.questions.get(1).map(|question| question.entry.hidden());
                let password = password.filter(|password| !password.expose().is_empty());
                MendOrder::Found(LOCKS.get(self.chosen(0)).copied()?, password)
            }
            Wish::Show(lock) => MendOrder::Show(lock),
            Wish::Cleared(lock) => MendOrder::Cleared(lock),
        })
    }
}

/// Parts that hold nobody's data.
fn parts(view: &MendView) -> Vec<&Term> {
    view.vocabulary.parts.iter().filter(|term| term.id != DISK_PART).collect()
}

fn repair_questions(view: &MendView, lang: Lang) -> Vec<Question> {
    let words = &view.vocabulary;
    let outcomes = OUTCOMES.into_iter().map(repair_outcome_sentence).collect();
    let barriers = std::iter::once(say!("mend-no-barrier")).chain(terms(&words.barriers, lang)).collect();
    let limit = crate::workbench::dong(words.low_cost);
    vec![
        question(say!("mend-fault"), say!("mend-fault-note"), Entry::choice(terms(&words.faults, lang))),
        question(say!("mend-action"), say!("mend-action-note"), Entry::choice(terms(&words.actions, lang))),
        question(say!("mend-outcome"), say!("mend-outcome-note"), Entry::choice(outcomes)),
        question(say!("mend-barrier"), say!("mend-barrier-note"), Entry::choice(barriers)),
        Question {
            number: true,
            ..question(say!("mend-cost"), say!("mend-cost-note", limit = limit), Entry::text(""))
        },
        Question { writing: true, ..question(say!("mend-note"), say!("mend-note-note"), Entry::text("")) },
    ]
}

fn part_questions(view: &MendView, lang: Lang) -> Vec<Question> {
    let kinds = parts(view).into_iter().map(|term| plain(term.name(lang))).collect();
    vec![
        question(say!("mend-which-kind"), say!("mend-which-kind-note"), Entry::choice(kinds)),
        question(say!("mend-label"), say!("mend-label-note"), Entry::text("")),
        Question { number: true, ..question(say!("mend-size"), say!("mend-size-note"), Entry::text("")) },
    ]
}

/// A bare number with the unit that is meant where people leave it out.
fn with_unit(key: &str, text: &str) -> String {
    let unit = match measure(key) {
        Some(Measure::Memory | Measure::Storage) => " GB",
        Some(Measure::TenthInches) => " in",
        Some(
            Measure::Megahertz | Measure::Pixels | Measure::Percent | Measure::Count | Measure::Flag | Measure::Text,
        )
        | None => "",
    };
    let bare = text.chars().all(|letter| letter.is_ascii_digit() || matches!(letter, '.' | ','));
    if bare { format!("{}{unit}", text.replace(',', ".")) } else { text.to_owned() }
}

/// A number as people write it, in threes or not.
fn read_number(text: &str) -> Option<u64> {
    let digits: String = text.chars().filter(|letter| !matches!(letter, '.' | ' ' | ',')).collect();
    digits.parse().ok()
}

impl Form for MendForm {
    fn len(&self) -> usize {
        self.questions.len()
    }

    fn question(&self, at: usize) -> (Sentence, Sentence) {
        let none = || (say!("unknown"), say!("unknown"));
        self.questions.get(at).map_or_else(none, |question| (question.title.clone(), question.meaning.clone()))
    }

    fn entry(&self, at: usize) -> &Entry {
        static NONE: Entry = Entry::choice(Vec::new());
        self.questions.get(at).map_or(&NONE, |question| &question.entry)
    }

    fn entry_mut(&mut self, at: usize) -> &mut Entry {
        // A form of no questions is never asked.
        if self.questions.is_empty() {
            self.questions.push(question(say!("unknown"), say!("unknown"), Entry::text("")));
        }
        let last = self.questions.len() - 1;
        &mut self.questions[at.min(last)].entry
    }

    fn is_writing(&self, at: usize) -> bool {
        self.questions.get(at).is_some_and(|question| question.writing)
    }

    fn check(&self, at: usize) -> Result<(), Failure> {
        let is_number = self.questions.get(at).is_some_and(|question| question.number);
        let key = self.questions.get(at).and_then(|question| question.key);
        match self.typed(at) {
            Some(text) if key.is_some_and(|key| read_value(key, &with_unit(key, &text)).is_none()) => {
                Err(Failure::new(Trouble::Usage, say!("mend-typed-wrong")))
            }
            Some(text) if is_number && read_number(&text).is_none() => {
                Err(Failure::new(Trouble::Usage, say!("mend-number-wrong")))
            }
            Some(_) | None => Ok(()),
        }
    }
}
