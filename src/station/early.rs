//! Verbs that are done before a ledger is opened: some need no station at all, some only its folder.

use super::folder::{self, Folder};
use super::log::Log;
use super::{doctor, images, measure, place, practice, restore, scanner, settings, setup, stick, target};
use crate::cli::{self, Cli, Out, Verb};
use crate::linux::LocalFiles;
use crate::port::Failure;

/// What a verb that needs no open station came to; none where it needs one.
#[expect(clippy::wildcard_enum_match_arm, reason = "all others need a station")]
pub(super) fn without_station(cli: &Cli, log: &Log, out: &mut Out<'_>) -> Option<Result<(), Failure>> {
    let place = cli.station.as_deref();
    Some(match &cli.verb {
        Verb::Practice(args) => practice::practise(args, place, out),
        Verb::Measure(verb) => measure::measure(verb, place, out),
        Verb::Open(args) => setup::open_new(args, cli.pin_file.as_deref(), place, out),
        Verb::Image(cli::ImageVerb::Manifest(args)) => cli::run_manifest(args, &LocalFiles, out),
        Verb::Restore(args) => restore::restore(args, place, cli.by.as_deref(), out),
        Verb::Verify(args @ cli::VerifyArgs { file: Some(file), .. }) => {
            cli::run_certificate_check(file, args, &LocalFiles, out)
        }
        Verb::Stick(cli::StickVerb::Start(args)) => stick::start(args, out),
        Verb::Doctor => doctor::examine(place, log, out),
        Verb::Completions(args) => cli::run_completions(args, out),
        Verb::Man(args) => cli::run_man(args, &LocalFiles, out),
        _others => return None,
    })
}

/// What a verb that needs a station's folder and not its ledger came to; none where it needs more.
#[expect(clippy::wildcard_enum_match_arm, reason = "all others need the ledger")]
pub(super) fn without_ledger(cli: &Cli, folder: &Folder, out: &mut Out<'_>) -> Option<Result<(), Failure>> {
    Some(match &cli.verb {
        // Who may change them, the ledger knows, where there is one.
        Verb::Image(verb) if verb.is_of_store() && !(verb.changes_store() && folder.ledger().exists()) => {
            images::run(verb, folder, folder::is_marked_practice(cli.station.as_deref()), out)
        }
        Verb::Place(args) => place::run(args, folder, out),
        Verb::Target(args) => target::run(args, folder, out),
        Verb::Scanner(verb) => scanner::run(verb, folder, out),
        Verb::Settings(args) => settings::run(args, folder, out),
        _others => return None,
    })
}
