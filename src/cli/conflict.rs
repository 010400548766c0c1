//! Verbs about what two places recorded of one device.

use super::args_conflict::{ConflictSettleArgs, ConflictVerb};
use super::out::Out;
use crate::port::Failure;
use crate::word::say;
use crate::workbench::{
    Account, Bench, ConflictSeen, Found, conflicts, settle_conflict, settlement_sentence, settlement_word,
};
use serde_json::{Value, json};

/// Runs a verb about conflicts.
pub(super) fn run_conflict(verb: &ConflictVerb, bench: &Bench<'_>, out: &mut Out<'_>) -> Result<(), Failure> {
    match verb {
        ConflictVerb::List => {
            let seen = conflicts(bench)?;
            if seen.is_empty() {
                return out.say(&say!("conflict-list-none"));
            }
            seen.iter().try_for_each(|one| show(one, out))
        }
        ConflictVerb::Settle(args) => settle(args, bench, out),
    }
}

fn settle(args: &ConflictSettleArgs, bench: &Bench<'_>, out: &mut Out<'_>) -> Result<(), Failure> {
    let found = bench.find(&args.device)?;
    let other = args.other.as_deref().map(|other| bench.find(other)).transpose()?;
    let how = args.how.into();
    let settled = settle_conflict(bench, &found, (how, other.as_ref().map(|other| &other.id)), &args.why)?;
    let word = settlement_word(how);
    out.object("conflict_settled", json!({ "device": settled.id, "how": word, "tags": settled.file.tags }))?;
    out.say(&say!("conflict-settled", tag = settled.name(), how = settlement_sentence(how)))
}

fn show(seen: &ConflictSeen, out: &mut Out<'_>) -> Result<(), Failure> {
    let words = out.words();
    let told = |account: &Account| {
        let what = words.say(&account.what);
        json!({ "leaf": account.leaf, "at": account.at, "who": account.who, "from": account.from, "what": what })
    };
    let accounts = |all: &[Account]| all.iter().map(told).collect::<Vec<Value>>();
    let (there, here) = (accounts(&seen.there), accounts(&seen.here));
    let ways: Vec<_> = seen.ways().iter().map(|how| settlement_word(*how)).collect();
    out.object(
        "conflict",
        json!({
            "device": seen.device.id, "tag": seen.device.name(), "between": seen.between, "from": seen.from,
            "other": seen.other.as_ref().map(|other| &other.id), "other_tag": seen.other.as_ref().map(Found::name),
            "there": there, "here": here, "how": ways,
        }),
    )?;
    out.say(&seen.what())?;
    for account in seen.there.iter().chain(&seen.here) {
        out.say(&say!("conflict-line", what = account.sentence()))?;
    }
    out.say(&say!("conflict-how", tag = seen.device.id.as_str(), how = ways.join("|")))
}
