//! The station: adapters wired into ports, one verb carried out, its failure said and turned into an exit code.
//!
//! Invariant: only this room knows which adapter stands behind a port.

mod asked;
mod beside;
mod clerk;
mod day;
mod desk;
mod doctor;
mod early;
mod fill;
mod fill_facts;
mod fill_story;
mod folder;
mod images;
mod keyboard;
mod keys;
mod last_words;
mod log;
mod log_file;
mod measure;
mod measure_erase;
mod measure_labels;
mod measure_places;
mod measure_wipes;
mod phone;
mod place;
mod practice;
mod practice_disk;
mod practice_image;
mod practice_stay;
mod printers;
mod refiling;
mod restore;
mod scanner;
mod settings;
mod setup;
mod setup_page;
mod sheets;
mod signal;
mod stick;
mod stick_desk;
mod stick_home;
#[cfg(test)]
mod stick_home_tests;
mod stick_write;
mod target;
mod terminal;
mod trust;
mod vault;
mod write_many;

use crate::android::AndroidBridge;
use crate::cli::{self, Arrival, Cli, Out, Stage, Verb};
use crate::custody::StationFile;
use crate::event::{By, How};
use crate::ledger::{Head, PublicKey};
use crate::linux::{
    Cmp, FileLeases, LinuxDisks, LinuxHardware, LocalFiles, MachineProbe, Mode, OsChance, Smartctl, SystemClock,
    TerminalAsk,
};
use crate::port::{Clock, Failure, Index, Journal, Trouble};
use crate::printer::PrintFolder;
use crate::store::{KeyFile, SealedVault, Store, read_key};
use crate::unit::Digest;
use crate::word::{Words, say};
use crate::workbench::{Bench, left_sentence, orphan_sentence};
use asked::{asked_station, columns, glyphs, with_verb};
use folder::{Folder, Settings};
use log::{Log, LoggedJournal};
use refiling::Refiling;
use std::cell::RefCell;
use std::io::{self, IsTerminal, Write};
use std::process::ExitCode;
use stick::Carried;

/// Runs the program on this process's arguments.
#[must_use]
pub fn main() -> ExitCode {
    let clock = SystemClock::new();
    let args = with_verb(std::env::args_os().collect());
    let lang =
        cli::asked_lang(&args, std::env::var_os("AOXANH_LANG").and_then(|lang| lang.into_string().ok()).as_deref());
    let words = match Words::new(lang, None) {
        Ok(words) => words,
        Err(error) => {
            let _told = writeln!(io::stderr(), "{error}");
            return ExitCode::from(Trouble::BadData.exit_code());
        }
    };
    let stage = if io::stderr().is_terminal() { Stage::Terminal } else { Stage::Plain };
    let json = args.iter().any(|arg| arg == "--json");
    let parsed = cli::parse(args.clone(), &words);
    if let Err(error) = &parsed
        && cli::usage_failure(error, &args).is_none()
    {
        // Help and version go where clap sends them, with its own exit code.
        let _told = error.print();
        return ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(Trouble::Usage.exit_code()));
    }
    // Before anything can fail: what is said about a practice station says practice.
    let practice = folder::is_marked_practice(asked_station(&args).as_deref())
        || parsed.as_ref().is_ok_and(|cli| cli.verb.is_practice());
    let log = Log::open(practice);
    let verb = cli::typed_verb(&args);
    log::began(&verb);
    let own = parsed.as_ref().map_or(Ok(None), |cli| folder::own_words(cli.station.as_deref(), lang));
    let (words, parsed) = match own {
        Ok(own) => (own.unwrap_or(words), parsed.map_err(|error| cli::usage_failure(&error, &args))),
        Err(failure) => (words, Err(Some(failure))),
    };
    let (mut sink, mut side) = (io::stdout().lock(), io::stderr().lock());
    let mut out = Out::new(&words, json, stage, &mut sink, &mut side);
    if let Some(columns) = columns() {
        out.set_width(columns);
    }
    out.set_practice(practice);
    out.set_watch(log::job_news);
    let done = match parsed {
        Ok(cli) => carry_out(&cli, &log, &mut out),
        Err(failure) => failure.map_or(Ok(()), Err),
    };
    let code = match done {
        Ok(()) => 0,
        Err(failure) => {
            out.failure(&failure);
            log::failed(&failure);
            failure.trouble.exit_code()
        }
    };
    log::ended(&verb, code, clock.elapsed());
    if let Some(trouble) = log.trouble() {
        out.aside(&trouble);
    }
    ExitCode::from(code)
}

fn carry_out(cli: &Cli, log: &Log, out: &mut Out<'_>) -> Result<(), Failure> {
    if let Some(done) = early::without_station(cli, log, out) {
        return done;
    }
    if matches!(cli.verb, Verb::Bench(_)) && !terminal::is_there() {
        return Err(terminal::missing());
    }
    let folder = Folder::find(cli.station.as_deref())?;
    if let (Verb::Bench(args), false) = (&cli.verb, folder.ledger().exists()) {
        return begin(&folder, args, out);
    }
    if let Some(done) = early::without_ledger(cli, &folder, out) {
        return done;
    }
    // Before anything can fail: what is said of a broken practice ledger says practice too.
    let is_marked = folder::is_marked_practice(cli.station.as_deref());
    out.set_practice(is_marked);
    // Where it cannot be written, what another program filed is still read.
    let _as_it_is = Store::bring_up_in(folder.path(), &mut Refiling::new(out).seen());
    let store = Store::read(folder.path())?;
    let practice = says_practice(&store) || is_marked;
    out.set_practice(practice);
    log.set_practice(practice);
    log::at_station(station_of(&store).ok().and_then(|station| station.id));
    if let Verb::Vault(verb) = &cli.verb {
        return vault::run(verb, &folder, station_of(&store)?.id, out);
    }
    if let Verb::Export(args) = &cli.verb {
        store.hold_still()?;
        cli::run_export(args, &store, &LocalFiles, out)?;
        return say_head(&store, out);
    }
    if let Verb::Verify(args) = &cli.verb {
        if args.rebuild {
            Store::open(folder.path(), read_key(folder.path(), KeyFile::Station)?)?
                .rebuild(&mut Refiling::new(out).seen())?;
        }
        store.hold_still()?;
        cli::run_verify(args, &store, &LocalFiles, out)?;
        return say_head(&store, out);
    }
    if let Verb::Day(cli::DayVerb::Status) = &cli.verb {
        return cli::run_day_status(&store, out);
    }
    drop(store);
    if let Verb::Bench(args) = &cli.verb {
        return stay(&folder, arrived(cli, &folder, out)?, args, out);
    }
    let store = Store::open(folder.path(), read_key(folder.path(), KeyFile::Station)?)?;
    if let Verb::Person(cli::PersonVerb::Pin(args)) = &cli.verb
        && args.is_recovery()
    {
        vault::open_by_secret(args, &folder, station_of(&store)?.id, out)?;
    }
    with_bench(&folder, &store, |bench, settings| {
        let arrival = Arrival { by: cli.by.as_deref(), pin: cli.pin, pin_file: cli.pin_file.as_deref() };
        cli::arrive(bench, arrival, &TerminalAsk, out)?;
        let bench = &*bench;
        let cancel = signal::Interrupt::watch()?;
        // The verb about them tells more.
        if !matches!(cli.verb, Verb::Jobs)
            && let Err(failure) = tell_orphans(bench, out)
        {
            out.failure(&failure);
            log::failed(&failure);
        }
        let result = if let Verb::Person(verb) = &cli.verb {
            cli::run_person(verb, bench, &TerminalAsk, out)
        } else if let Verb::Key(verb) = &cli.verb {
            trust::run_key(verb, &folder, bench, out)
        } else if let Verb::Stick(verb) = &cli.verb {
            stick_write::run(verb, &folder, bench, &cancel, out)
        } else if let Verb::Certificate(args) = &cli.verb {
            cli::run_certificate(args, bench, &read_key(folder.path(), KeyFile::Station)?, out)
        } else if cli::is_about_repair(&cli.verb) {
            cli::run_repair(&cli.verb, bench, &TerminalAsk, out, &|| cancel.is_set())
        } else if cli::is_about_shelves(&cli.verb) {
            cli::run_shelf(&cli.verb, bench, &TerminalAsk, out, &|| cancel.is_set())
        } else if cli::is_about_shifts(&cli.verb) {
            cli::run_shift(&cli.verb, bench, &TerminalAsk, out)
        } else if let Verb::Check(args) = &cli.verb {
            cli::run_check(args, bench, &TerminalAsk, out, &|| cancel.is_set())
        } else if let Verb::Image(cli::ImageVerb::Write(args)) = &cli.verb
            && !args.also.is_empty()
        {
            write_many::write(args, &folder, bench, &cancel, out)
        } else if let Verb::Image(cli::ImageVerb::Capture(args)) = &cli.verb {
            images::capture(args, &folder, bench, &cancel, out)
        } else if let Verb::Image(verb) = &cli.verb
            && verb.is_of_store()
        {
            images::change(verb, &folder, bench, &|| cancel.is_set(), out)
        } else if let Verb::Printer(verb) = &cli.verb {
            printers::run(verb, &folder, bench, out, &|| cancel.is_set())
        } else if let Verb::Serve(args) = &cli.verb {
            phone::run(args, &folder, bench, arrival, &cancel, out)
        } else if day::runs(&cli.verb) {
            day::run(&cli.verb, &folder, bench, out, &|| cancel.is_set())
        } else {
            cli::run(&cli.verb, bench, &settings.domain()?, out, &|| cancel.is_set())
        };
        // What the verb came to matters more than whether the head could be said.
        result.and(say_head(&store, out))
    })
}

/// The page that makes a station where there is none, then its bench, with the lead who has just chosen a PIN at it.
fn begin(folder: &Folder, args: &cli::BenchArgs, out: &mut Out<'_>) -> Result<(), Failure> {
    let Some(made) = setup_page::open(folder.path(), glyphs(args.glyphs), out)? else { return Ok(()) };
    let by = By { person: made.opened.lead.clone(), how: How::Pin };
    drop(made);
    stay(folder, Some(by), args, out)
}

/// The screen until the person leaves.
fn stay(folder: &Folder, by: Option<By>, args: &cli::BenchArgs, out: &mut Out<'_>) -> Result<(), Failure> {
    let images = [folder.path().join("images")].into_iter().chain(args.images.clone()).collect();
    let opening = desk::Opening { folder, by, glyphs: glyphs(args.glyphs), images, lesson: false };
    desk::open(&opening, out).and(say_head(&Store::read(folder.path())?, out))
}

/// Whoever the command line puts at the bench; none for the station's own person.
fn arrived(cli: &Cli, folder: &Folder, out: &Out<'_>) -> Result<Option<By>, Failure> {
    if cli.by.is_none() && !cli.pin && cli.pin_file.is_none() {
        return Ok(None);
    }
    let store = Store::open(folder.path(), read_key(folder.path(), KeyFile::Station)?)?;
    with_bench(folder, &store, |bench, _settings| {
        let arrival = Arrival { by: cli.by.as_deref(), pin: cli.pin, pin_file: cli.pin_file.as_deref() };
        cli::arrive(bench, arrival, &TerminalAsk, out)?;
        Ok(Some(bench.by.clone()))
    })
}

fn station_of(index: &dyn Index) -> Result<StationFile, Failure> {
    Ok(index.get::<StationFile>("")?.unwrap_or_default())
}

/// Whether the newest head's origin says practice: known even where records or summaries are broken.
fn says_practice(index: &dyn Index) -> bool {
    let origin = |note: String| note.lines().next().map(|line| line.contains("/LUYEN-TAP/"));
    index.head().ok().flatten().and_then(origin).unwrap_or(false)
}

/// The last words of every run: the head to be written down, where it is the station's own word.
fn say_head(index: &dyn Index, out: &mut Out<'_>) -> Result<(), Failure> {
    let key = index.get::<StationFile>("")?.and_then(|station| station.public_key);
    let (Some(note), Some(key)) = (index.head()?, key) else { return Ok(()) };
    let Ok(head) = Head::open(&note, PublicKey(key)) else { return Ok(()) };
    out.object("head", serde_json::json!({ "head": head.short().to_string(), "records": head.size }))?;
    out.say(&say!("head-line", head = head.short().to_string()))
}

/// Jobs left by this machine, to be gone on with, and by the machine before it, to be begun anew.
fn tell_orphans(bench: &Bench<'_>, out: &mut Out<'_>) -> Result<(), Failure> {
    for (job, file) in bench.orphans()? {
        let image = file.image.as_ref().map(|image| image.id.as_str());
        out.object(
            "orphan",
            serde_json::json!({ "job": job, "device": file.device, "disk": file.key, "image": image }),
        )?;
        out.say(&orphan_sentence(bench, &job, &file)?)?;
    }
    for (job, file) in bench.left_behind()? {
        out.object("left_job", serde_json::json!({ "job": job, "device": file.device, "disk": file.key }))?;
        out.say(&left_sentence(bench, &job, &file)?)?;
    }
    Ok(())
}

/// Wires the adapters of a station's folder into a bench.
fn with_bench<T>(
    folder: &Folder,
    store: &Store,
    work: impl FnOnce(&mut Bench<'_>, &Settings) -> Result<T, Failure>,
) -> Result<T, Failure> {
    let settings = folder.settings()?;
    let station = station_of(store)?;
    let logged = LoggedJournal(store);
    let carried = folder.boot().map(|boot| Carried { journal: &logged, index: store, boot });
    let journal: &dyn Journal = carried.as_ref().map_or(&logged, |carried| carried);
    let mode = if station.practice { Mode::Practice { folder: folder.path().to_owned() } } else { Mode::Normal };
    let chance = OsChance;
    let vault = SealedVault::open_with(folder.path(), vault::key_of(folder.path(), station.id)?, &chance)?;
    let clock = SystemClock::new();
    let disks = LinuxDisks::new(mode, folder.ledger());
    let disks = match folder.boot() {
        Some(boot) => disks.started_from(boot.disks()),
        None => disks,
    };
    let smart = Smartctl::default();
    let probe = MachineProbe { root: "/".into() };
    let hardware = LinuxHardware::new("/");
    let mobiles = AndroidBridge::of_this_machine();
    let leases = FileLeases::new(folder.leases());
    let (printers, prints) = (printers::printers(), PrintFolder::new(folder.prints()));
    let secret = Digest(*read_key(folder.path(), KeyFile::Codes)?.bytes());
    let mut bench = Bench {
        journal,
        index: store,
        vault: &vault,
        clock: &clock as &dyn Clock,
        chance: &chance,
        disks: &disks,
        smart: &smart,
        probe: &probe,
        hardware: &hardware,
        mobiles: &mobiles,
        marks: RefCell::new(Box::new(store)),
        leases: &leases,
        second: &Cmp,
        printers: &printers,
        prints: &prints,
        files: &LocalFiles,
        secret,
        by: By { person: settings.by.clone(), how: How::Claimed },
        nobody: settings.by.clone(),
        profiles: folder.profiles()?,
        profile: settings.profile.clone(),
        own: folder.own()?,
        sources: folder.sources(),
        site: settings.site(),
    };
    work(&mut bench, &settings)
}
