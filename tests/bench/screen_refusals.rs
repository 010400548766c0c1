//! Every rule's refusal on the screen: which keys a volunteer presses, and that the rule's own sentence, Vietnamese or English,
//! can be read there, whole, in 80×24. A rule that no screen can meet says why, and which test has it refuse.
//!
//! Invariant: the table has every rule once; the key that is refused records nothing.

#![expect(
    clippy::disallowed_methods,
    clippy::panic,
    reason = "tests are looked for in their sources; a test fails by panicking"
)]

use super::screen_play::{acts, is_readable, nothing, sentence_in};
use super::screen_refusals_disks as disks;
use super::screen_refusals_given as given;
use super::screen_refusals_people as people;
use super::screen_rig::{Desk, text};
use aoxanh::custody::RULES;
use aoxanh::screen::Glyphs;
use aoxanh::word::Lang;
use std::collections::BTreeMap;
use std::path::Path;

/// Where a rule is met.
pub(crate) enum Met {
    /// After those keys the sentence of that name is on the screen; at `⋯` something happens meanwhile.
    On { says: &'static str, keys: &'static str, meanwhile: fn(&mut Desk) },
    /// On no screen: why, and the file and name of a test that has it refuse.
    Elsewhere { why: &'static str, test: (&'static str, &'static str) },
}

/// A rule and where it is met.
pub(crate) type Row = (&'static str, Met);

/// A bench, and what is refused there, one after the other.
pub(crate) struct Scene {
    pub(crate) before: fn() -> Desk,
    pub(crate) rows: &'static [Row],
}

/// Those keys are refused.
pub(crate) const fn on(says: &'static str, keys: &'static str) -> Met {
    Met::On { says, keys, meanwhile: nothing }
}

/// Those keys are refused because of what happens meanwhile.
pub(crate) const fn after(says: &'static str, keys: &'static str, meanwhile: fn(&mut Desk)) -> Met {
    Met::On { says, keys, meanwhile }
}

const fn elsewhere(why: &'static str, file: &'static str, test: &'static str) -> Met {
    Met::Elsewhere { why, test: (file, test) }
}

/// For every rule the event that it alone refuses.
const EVERY: &str = "every_rule_refuses_what_it_is_for_and_nothing_before_it_does";
const DAY: &str = "a_day_is_closed_right_after_a_copy_on_a_real_day_and_status_counts_from_there";

static ELSEWHERE: &[Row] = &[
    (
        "phone-door",
        elsewhere("a phone is offered only what it may do, and nobody acts by phone here", "custody", EVERY),
    ),
    (
        "stick-kinds",
        elsewhere(
            "no start from a stick is at the desk of these scenes",
            "stick_kinds",
            "a_start_goes_from_the_door_to_its_wipe_and_every_kind_that_no_stick_may_author_is_refused",
        ),
    ),
    ("fit-written", elsewhere("only the program records a fit, of what it has just written", "custody", EVERY)),
    (
        "station-first",
        elsewhere(
            "only opening a station records its first record, and no screen opens one twice",
            "custody",
            "nothing_is_recorded_before_the_station_is_opened",
        ),
    ),
    (
        "continued-first",
        elsewhere(
            "only restoring records it, before there is a screen",
            "restored_chain",
            "a_chain_continued_for_another_team_or_cited_wrongly_is_not_believed",
        ),
    ),
    ("day-copied", elsewhere("the screen closes a day only together with its copy", "restored_chain", DAY)),
    ("day-real", elsewhere("the screen closes today only", "restored_chain", DAY)),
    ("person-new", elsewhere("whoever is added gets a fresh id", "custody", EVERY)),
    (
        "badge-own",
        elsewhere(
            "badges are made on the command line",
            "shifts",
            "nobody_makes_a_badge_for_somebody_else_but_a_lead_and_none_for_whoever_comes_or_left",
        ),
    ),
    (
        "shift-hands",
        elsewhere(
            "a shift hands over what its owner has in the hands at that moment",
            "shifts",
            "nobody_hands_over_what_is_in_other_hands_nor_to_a_guest_or_a_claim",
        ),
    ),
    (
        "label-tag",
        elsewhere(
            "a label is drawn with the device's own tag; only a queue that was tampered with meets it",
            "custody",
            EVERY,
        ),
    ),
    (
        "label-erased",
        elsewhere(
            "no such label is ordered before; what waits in the queue is looked at again when it is sent",
            "printing_queue",
            "a_label_that_says_erased_does_not_come_out_once_that_is_not_so_any_more",
        ),
    ),
    ("note-known", elsewhere("notes are erased on the command line", "shifts", "only_a_note_that_stands_is_erased")),
    (
        "team-signed",
        elsewhere(
            "keys are revoked on the command line",
            "roles",
            "once_the_stations_key_is_revoked_nothing_more_is_recorded_and_verify_says_so",
        ),
    ),
    (
        "lot-known",
        elsewhere(
            "the screens offer lots that are in the ledger, and open others under a fresh id",
            "custody_folds",
            "lots_are_opened_once_and_before_anything_else_is_said_of_them",
        ),
    ),
    ("lot-counts", elsewhere("the scenes type no counts beyond what a lot can have", "custody", EVERY)),
    ("receipt-code", elsewhere("a receipt is offered of devices, and its code is drawn anew", "custody", EVERY)),
    (
        "consent-again",
        elsewhere(
            "consent is given again on the command line",
            "custody_holes",
            "a_consent_taken_back_is_given_again_only_by_a_lead_who_is_known",
        ),
    ),
    ("other-machine", elsewhere("the machines of these scenes tell nothing of themselves", "custody", EVERY)),
    ("tag-swapped", elsewhere("the screen exchanges labels as it has just read them", "custody", EVERY)),
    ("accessory-named", elsewhere("the form asks for all that the rule asks for", "custody", EVERY)),
    ("accessory-known", elsewhere("the desk of these scenes has no accessories in stock", "custody", EVERY)),
    ("accessory-fits", elsewhere("the desk of these scenes has no accessories in stock", "custody", EVERY)),
    ("give-kit", elsewhere("the desk of these scenes asks for no accessories", "custody", EVERY)),
    ("stock-bounded", elsewhere("no shelf of these scenes holds that many devices", "custody", EVERY)),
    ("donors-apart", elsewhere("donors are merged on the command line", "custody", EVERY)),
    ("received-once", elsewhere("whatever is received gets a fresh id", "custody", EVERY)),
    ("device-known", elsewhere("the screens know devices from the ledger only", "custody", EVERY)),
    (
        "disk-named",
        elsewhere(
            "the workbench names a disk by what it shows itself",
            "custody_holes",
            "a_disk_wiped_under_the_name_of_another_is_refused",
        ),
    ),
    ("destroyed-known", elsewhere("the screen offers disks that the ledger knows, as it knows them", "custody", EVERY)),
    (
        "wipe-evidence",
        elsewhere(
            "a job says of its end what its evidence is worth",
            "custody_holes",
            "evidence_of_another_size_or_method_is_no_evidence_of_this_disk",
        ),
    ),
    (
        "image-evidence",
        elsewhere(
            "a job says of its end what it read back",
            "custody_folds",
            "written_needs_every_byte_written_and_the_images_own_digest",
        ),
    ),
    (
        "validate-reason",
        elsewhere(
            "the screen asks for the reason before the name",
            "roles",
            "whoever_does_not_accept_a_wipe_gives_a_reason_and_what_is_left_to_a_lead_is_a_leads",
        ),
    ),
    (
        "override-allowed",
        elsewhere(
            "the screen offers rules that may be lifted, and leads to lift them",
            "roles",
            "only_a_lead_lifts_and_only_what_may_be_lifted",
        ),
    ),
    (
        "override-pupil",
        elsewhere(
            "rules about one pupil are lifted on the command line",
            "roles",
            "a_lift_for_one_pupil_is_for_that_pupil_and_frees_the_one_before",
        ),
    ),
    ("correct-lot", elsewhere("devices go to another lot on the command line", "custody", EVERY)),
    ("conflict-first", elsewhere("nothing comes home from a stick in these scenes", "custody", EVERY)),
    ("conflict-known", elsewhere("nothing comes home from a stick in these scenes", "custody", EVERY)),
];

/// Every scene; what no screen meets is no scene.
fn scenes() -> impl Iterator<Item = &'static Scene> {
    people::SCENES.iter().chain(disks::SCENES).chain(given::SCENES)
}

fn rows() -> impl Iterator<Item = &'static Row> {
    scenes().flat_map(|scene| scene.rows).chain(ELSEWHERE)
}

#[test]
fn every_rule_is_in_the_table_once_and_nothing_else_is() {
    let mut met: BTreeMap<&str, usize> = BTreeMap::new();
    rows().for_each(|(rule, _)| *met.entry(rule).or_default() += 1);
    let wanted: BTreeMap<&str, usize> = RULES.iter().map(|rule| (rule.id, 1)).collect();
    assert_eq!(met, wanted);
}

/// What is said of who may let it pass, where somebody may.
fn lifted_by(rule: &str) -> Option<&'static str> {
    let lift = RULES.iter().find(|known| known.id == rule)?.overridable?;
    Some(if lift.names_pupil { "rule-override-pupil-hint" } else { "rule-lift-hint" })
}

/// Plays the scene; what was not as it should be.
fn wrongs(scene: &Scene) -> Vec<String> {
    let mut desk = (scene.before)();
    let mut wrongs = Vec::new();
    for (rule, met) in scene.rows {
        let Met::On { says, keys, meanwhile } = met else { panic!("{rule} is on no screen") };
        desk.come_back();
        let mut acts = acts(keys);
        let last = acts.pop();
        for act in acts {
            desk.act(act, *meanwhile);
        }
        let before = desk.rig.events().len();
        if let Some(act) = last {
            desk.act(act, *meanwhile);
        }
        let shown = desk.shown(80, 24);
        // What is greyed or told beforehand stands there without the rule's id.
        let is_own = shown.contains(&format!("[{rule}]")) || says.ends_with(rule) || rule.starts_with("shelf-");
        let recorded = desk.rig.kinds(before);
        if !is_own || !recorded.is_empty() {
            wrongs.push(format!("{rule}: after {keys}, recorded {recorded:?}\n{shown}"));
        }
        for lang in [Lang::Vi, Lang::En] {
            let shown = text(&desk.buffer(80, 24, Glyphs::Full, lang));
            // Who may let it pass is told whole or not at all.
            let hint = lifted_by(rule).filter(|_| shown.contains('→'));
            for words in [Some(*says), hint].into_iter().flatten() {
                if !is_readable(&shown, &sentence_in(lang, words)) {
                    wrongs.push(format!("{rule}: {words} after {keys}, {lang}\n{shown}"));
                }
            }
        }
    }
    wrongs
}

#[test]
fn what_the_rules_refuse_people_is_read_on_the_screen() {
    let wrongs: Vec<String> = people::SCENES.iter().flat_map(wrongs).collect();
    assert!(wrongs.is_empty(), "{}", wrongs.join("\n"));
}

#[test]
fn what_the_rules_refuse_of_disks_is_read_on_the_screen() {
    let wrongs: Vec<String> = disks::SCENES.iter().flat_map(wrongs).collect();
    assert!(wrongs.is_empty(), "{}", wrongs.join("\n"));
}

#[test]
fn what_the_rules_refuse_of_giving_and_correcting_is_read_on_the_screen() {
    let wrongs: Vec<String> = given::SCENES.iter().flat_map(wrongs).collect();
    assert!(wrongs.is_empty(), "{}", wrongs.join("\n"));
}

#[test]
fn what_no_screen_meets_is_refused_in_a_test_of_its_own() {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/bench");
    let read = |file: &str| {
        let source = std::fs::read_to_string(tests.join(file).with_extension("rs"));
        source.unwrap_or_else(|error| panic!("{file}: {error}"))
    };
    for (rule, met) in ELSEWHERE {
        let Met::Elsewhere { why, test: (file, name) } = met else { panic!("{rule} is on a screen") };
        assert!(read(file).contains(&format!("#[test]\nfn {name}()")), "{rule}, {why}: no {name} in {file}");
        // That one goes through what other files list for it, too.
        let others = if *name == EVERY {
            &[
                "tag_swap",
                "accessories",
                "stock_takes",
                "correct",
                "conflicts_settled",
                "correct_donors",
                "fit_facts",
                "label_facts",
                "lots",
                "phone",
            ][..]
        } else {
            &[]
        };
        let named = format!("\"{rule}\"");
        let is_named = others.iter().chain([file]).any(|file| read(file).contains(&named));
        assert!(is_named, "{rule}, {why}: not in {file}");
    }
}
