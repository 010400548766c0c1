//! Verbs about grades, repairs, parts and locks.

use super::args::Verb;
use super::args_repair::{GradeArgs, LockVerb, PartTakeArgs, PartVerb, RepairArgs};
use super::out::Out;
use super::question::{answer, known_secret, missing};
use super::show;
use crate::port::{Ask, Failure, Trouble};
use crate::profile::{Checklist, Term};
use crate::unit::{Bytes, PartId};
use crate::word::{Arg, say};
use crate::workbench::{
    self, Bench, GradeOrder, PartOrder, PartView, RepairOrder, checklist, grade_sentence, lock_advice, lock_sentence,
    repair_outcome_sentence, vocabulary,
};
use serde_json::json;

/// Whether [`run_repair`] runs that verb.
#[must_use]
pub const fn is_about_repair(verb: &Verb) -> bool {
    matches!(verb, Verb::Grade(_) | Verb::Repair(_) | Verb::Part(_) | Verb::Lock(_))
}

/// Runs a verb about grades, repairs, parts or locks. Errors: what it says; another verb.
#[expect(clippy::wildcard_enum_match_arm, reason = "all others are run elsewhere")]
pub fn run_repair(
    verb: &Verb,
    bench: &Bench<'_>,
    ask: &dyn Ask,
    out: &mut Out<'_>,
    cancel: &dyn Fn() -> bool,
) -> Result<(), Failure> {
    match verb {
        Verb::Grade(args) => grade(args, bench, ask, out),
        Verb::Repair(args) => repair(args, bench, out),
        Verb::Part(args) => part(args, bench, out, cancel),
        Verb::Lock(args) => lock(args, bench, ask, out),
        _others => Err(Failure::new(Trouble::Usage, say!("verb-needs-folder"))),
    }
}

fn grade(args: &GradeArgs, bench: &Bench<'_>, ask: &dyn Ask, out: &mut Out<'_>) -> Result<(), Failure> {
    let list = checklist(bench)?;
    let Some(device) = &args.device else { return show_checklist(&list, out) };
    let found = bench.find(device)?;
    let mut answers = args.answers.clone();
    // Whatever is wrong with what was typed is said before anything is asked.
    let left: Vec<_> = list.items.iter().filter(|item| !answers.iter().any(|(id, _)| *id == item.id)).collect();
    let lang = out.words().lang();
    for item in left {
        let choices = (1u64..).zip(&item.answers).map(|(number, choice)| format!("{number}. {}", choice.name(lang)));
        let choices = choices.collect::<Vec<_>>().join("\n");
        let most = item.answers.len();
        let number = |text: &str| text.trim().parse::<usize>().ok().filter(|number| (1..=most).contains(number));
        let check = |text: &str| {
            let wrong = || Failure::new(Trouble::Usage, say!("grade-number-wrong", most = most as u64));
            number(text).map(|_number| ()).ok_or_else(wrong)
        };
        let question = say!("grade-question", choices = choices, item = item.name(lang), most = most as u64);
        let text = answer(ask, out, &question, "--answer", &check)?;
        let chosen = number(&text).and_then(|number| item.answers.get(number - 1));
        answers.push((item.id.clone(), chosen.ok_or_else(|| missing("--answer"))?.id.clone()));
    }
    let found = workbench::grade(bench, &found, &GradeOrder { answers, photos: args.photos.clone() })?;
    out.object("graded", json!({ "device": found.id, "grade": found.file.grade }))?;
    if let Some(grade) = found.file.grade {
        out.say(&say!("graded", tag = found.name(), grade = grade_sentence(grade)))?;
    }
    Ok(())
}

fn show_checklist(list: &Checklist, out: &mut Out<'_>) -> Result<(), Failure> {
    let lang = out.words().lang();
    out.say(&say!("checklist", name = list.name(lang), source = list.source.as_str()))?;
    for item in &list.items {
        out.say(&say!("checklist-item", id = item.id.as_str(), text = item.name(lang)))?;
        for choice in &item.answers {
            let grade = format!("{:?}", choice.grade);
            let (id, text) = (choice.id.as_str(), choice.name(lang));
            out.object("checklist", json!({ "item": item.id, "answer": id, "grade": grade, "text": text }))?;
            out.say(&say!("checklist-answer", answer = format!("{}={id}", item.id), grade = grade, text = text))?;
        }
    }
    Ok(())
}

fn repair(args: &RepairArgs, bench: &Bench<'_>, out: &mut Out<'_>) -> Result<(), Failure> {
    let (Some(device), Some(outcome)) = (&args.device, args.outcome) else { return show_vocabulary(bench, out) };
    let found = bench.find(device)?;
    let order = RepairOrder {
        faults: args.faults.clone(),
        actions: args.actions.clone(),
        outcome: outcome.into(),
        barrier: args.barrier.clone(),
        cost: args.cost,
        note: args.note.clone(),
    };
    let repaired = workbench::repair(bench, &found, &order)?;
    let tag = repaired.found.name();
    out.object(
        "repaired",
        json!({ "device": repaired.found.id, "outcome": order.outcome, "dear": repaired.warning.is_some() }),
    )?;
    out.say(&say!("repaired", tag = tag, outcome = repair_outcome_sentence(order.outcome)))?;
    repaired.warning.iter().try_for_each(|warning| out.say(warning))
}

fn show_vocabulary(bench: &Bench<'_>, out: &mut Out<'_>) -> Result<(), Failure> {
    let words = vocabulary(bench)?;
    let lists: [(&str, crate::word::Sentence, &[Term]); 4] = [
        ("fault", say!("vocabulary-faults"), &words.faults),
        ("action", say!("vocabulary-actions"), &words.actions),
        ("barrier", say!("vocabulary-barriers"), &words.barriers),
        ("part", say!("vocabulary-parts"), &words.parts),
    ];
    let lang = out.words().lang();
    for (list, title, terms) in lists {
        out.say(&title)?;
        for term in terms {
            out.object("term", json!({ "list": list, "code": term.id, "text": term.name(lang) }))?;
            out.say(&say!("vocabulary-term", code = term.id.as_str(), text = term.name(lang)))?;
        }
    }
    out.say(&say!("vocabulary-limit", limit = workbench::dong(words.low_cost), source = words.source.as_str()))
}

/// A part as its label says it, or its id as typed. Errors: neither.
pub(super) fn read_part(text: &str) -> Result<PartId, Failure> {
    workbench::part_code(text).ok_or_else(|| {
        let failure = Failure::new(Trouble::Usage, say!("part-id-wrong", part = text));
        match text.parse::<PartId>() {
            Ok(_part) => failure,
            Err(error) => failure.detail(&error),
        }
    })
}

fn part(verb: &PartVerb, bench: &Bench<'_>, out: &mut Out<'_>, cancel: &dyn Fn() -> bool) -> Result<(), Failure> {
    match verb {
        PartVerb::Take(args) => {
            let view = workbench::take_part(bench, &bench.find(&args.device)?, &order(args))?;
            say_part(&view, bench, out)?;
            out.aside(&say!("part-label-next", part = view.id.as_str()));
            Ok(())
        }
        PartVerb::Fit(args) => {
            let view = workbench::fit_part(bench, &bench.find(&args.device)?, &read_part(&args.part)?)?;
            say_part(&view, bench, out)?;
            out.say(&say!("part-inspect-again"))
        }
        PartVerb::Show(args) => say_part(&workbench::part_view(bench, read_part(&args.part)?)?, bench, out),
        PartVerb::Label(args) => super::label::parts(args, bench, out, cancel),
        PartVerb::List => {
            let shelf = workbench::shelf(bench)?;
            if shelf.is_empty() {
                return out.say(&say!("shelf-empty"));
            }
            shelf.iter().try_for_each(|view| say_part(view, bench, out))
        }
    }
}

fn order(args: &PartTakeArgs) -> PartOrder {
    // Memory is sold in powers of two, storage in powers of ten.
    let size =
        args.gb.map(|gb| if args.kind == "memory" { Bytes::gib(gb) } else { Bytes(gb.saturating_mul(1_000_000_000)) });
    PartOrder { kind: args.kind.clone(), label: args.label.clone(), size, disk: args.disk.clone() }
}

fn say_part(view: &PartView, bench: &Bench<'_>, out: &mut Out<'_>) -> Result<(), Failure> {
    let file = &view.file;
    let disk = file.disk.as_ref();
    out.object(
        "part",
        json!({
            "part": view.id, "kind": file.kind, "label": file.label, "size": file.size, "from": file.from,
            "from_tag": view.from, "fitted": file.fitted, "fitted_tag": view.fitted,
            "withdrawn": file.withdrawn, "disk": disk.map(|(key, ..)| key), "wiped": disk.map(|(_, wiped, _)| wiped),
        }),
    )?;
    let (kind, rest) = workbench::part_words(bench, file, out.words().lang())?;
    let what = [kind, rest].into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join(" · ");
    let (part, from) = (view.id.as_str(), view.from.as_str());
    out.say(&match &view.fitted {
        Some(fitted) => say!("part-fitted", part = part, what = what, from = from, fitted = fitted.as_str()),
        None if file.withdrawn => say!("correct-part-never", part = part, what = what, from = from),
        None => say!("part-on-shelf", part = part, what = what, from = from),
    })?;
    match disk {
        Some((_, wiped, _)) => out.say(&say!("part-wiped", leaf = wiped.short(16), from = from)),
        None => Ok(()),
    }
}

fn lock(verb: &LockVerb, bench: &Bench<'_>, ask: &dyn Ask, out: &mut Out<'_>) -> Result<(), Failure> {
    match verb {
        LockVerb::Found(args) => {
            let found = bench.find(&args.device)?;
            let asked = args.password || args.password_file.is_some();
            let secret =
                || known_secret(ask, out, &say!("lock-ask-password"), "--password-file", args.password_file.as_deref());
            let password = asked.then(secret).transpose()?;
            let found = workbench::find_lock(bench, &found, args.lock.into(), password.as_ref())?;
            out.say(&lock_advice(args.lock.into()))?;
            show::device(out, &found)
        }
        LockVerb::Show(args) => {
            let password = workbench::show_lock(bench, &bench.find(&args.device)?, args.lock.into())?;
            out.object(
                "lock_shown",
                json!({ "lock": crate::event::lock::LockKind::from(args.lock), "password": password.expose() }),
            )?;
            let lock = lock_sentence(args.lock.into());
            out.say(&say!("lock-password", lock = lock, password = Arg::from(password.expose())))
        }
        LockVerb::Cleared(args) => {
            let found = workbench::clear_lock(bench, &bench.find(&args.device)?, args.lock.into())?;
            show::device(out, &found)
        }
    }
}
