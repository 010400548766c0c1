//! The station: adapters wired into ports, one verb carried out, its failure said and turned into an exit code.
//!
//! Invariant: only this room knows which adapter stands behind a port.

mod folder;
mod practice;
mod practice_disk;
mod practice_image;
mod signal;

use crate::cli::{self, Cli, Out, Stage, Verb};
use crate::linux::{FileLeases, LinuxDisks, LocalFiles, MachineProbe, Mode, OsChance, SystemClock};
use crate::port::{Clock, Failure, Index, Trouble};
use crate::store::{KeyFile, SealedVault, Store, read_key};
use crate::unit::{Digest, PersonId};
use crate::word::{Words, say};
use crate::workbench::Bench;
use folder::{Folder, Settings};
use std::cell::RefCell;
use std::io::{self, IsTerminal, Write};
use std::process::ExitCode;

/// Narrower than this, laying out lines does more harm than good.
const LEAST_COLUMNS: usize = 40;

/// Runs the program on this process's arguments.
#[must_use]
pub fn main() -> ExitCode {
    let args: Vec<_> = std::env::args_os().collect();
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
    let done = match parsed {
        Ok(cli) => carry_out(&cli, &mut out),
        Err(failure) => failure.map_or(Ok(()), Err),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            out.failure(&failure);
            ExitCode::from(failure.trouble.exit_code())
        }
    }
}

/// How wide the terminal is, where lines go to one.
fn columns() -> Option<usize> {
    let size = rustix::termios::tcgetwinsize(io::stdout()).ok()?;
    Some(usize::from(size.ws_col)).filter(|columns| *columns >= LEAST_COLUMNS)
}

fn carry_out(cli: &Cli, out: &mut Out<'_>) -> Result<(), Failure> {
    if let Verb::Practice(args) = &cli.verb {
        return practice::practise(args, cli.station.as_deref(), out);
    }
    if let Verb::Open(args) = &cli.verb {
        return folder::open_new(args, cli.station.as_deref(), out);
    }
    if let Verb::Image(cli::ImageVerb::Manifest(args)) = &cli.verb {
        return cli::run_manifest(args, &LocalFiles, out);
    }
    let folder = Folder::find(cli.station.as_deref())?;
    let store = Store::read(folder.path())?;
    // Before anything can fail: what is said of a broken practice ledger says practice too.
    out.set_practice(says_practice(&store));
    if let Verb::Export(args) = &cli.verb {
        cli::run_export(args, &store, &LocalFiles, out)?;
        return say_head(&store, out);
    }
    if let Verb::Verify(args) = &cli.verb {
        if args.rebuild {
            Store::open(folder.path(), read_key(folder.path(), KeyFile::Station)?)?.rebuild()?;
        }
        cli::run_verify(args, &store, &LocalFiles, out)?;
        return say_head(&store, out);
    }
    drop(store);
    let store = Store::open(folder.path(), read_key(folder.path(), KeyFile::Station)?)?;
    with_bench(&folder, &store, cli.by.as_ref(), |bench, settings| {
        let cancel = signal::Interrupt::watch()?;
        tell_orphans(bench, out)?;
        let result = cli::run(&cli.verb, bench, &settings.domain()?, out, &|| cancel.is_set());
        say_head(&store, out)?;
        result
    })
}

/// Whether the newest head's origin says practice: known even where records or summaries are broken.
fn says_practice(index: &dyn Index) -> bool {
    let origin = |note: String| note.lines().next().map(|line| line.contains("/LUYEN-TAP/"));
    index.head().ok().flatten().and_then(origin).unwrap_or(false)
}

/// The last words of every run: the head to be written down.
fn say_head(index: &dyn Index, out: &mut Out<'_>) -> Result<(), Failure> {
    let Some(note) = index.head()? else { return Ok(()) };
    let head = crate::ledger::Note::split(&note).ok().and_then(|(text, _)| crate::ledger::Head::read(text).ok());
    let Some(head) = head else { return Ok(()) };
    out.object("head", serde_json::json!({ "head": head.short().to_string(), "records": head.size }))?;
    out.say(&say!("head-line", head = head.short().to_string()))
}

fn tell_orphans(bench: &Bench<'_>, out: &mut Out<'_>) -> Result<(), Failure> {
    for (job, file) in bench.orphans()? {
        let found = bench.device(&file.device)?;
        let image = file.image.as_ref().map(|image| image.id.as_str());
        out.object(
            "orphan",
            serde_json::json!({ "job": job, "device": file.device, "disk": file.key, "image": image }),
        )?;
        out.say(&match image {
            Some(image) => {
                say!("orphan-image", job = job.as_str(), tag = found.name(), disk = file.key, image = image)
            }
            None => say!("orphan", job = job.as_str(), tag = found.name(), disk = file.key),
        })?;
    }
    Ok(())
}

/// Wires the adapters of a station's folder into a bench.
fn with_bench<T>(
    folder: &Folder,
    store: &Store,
    by: Option<&PersonId>,
    work: impl FnOnce(&Bench<'_>, &Settings) -> Result<T, Failure>,
) -> Result<T, Failure> {
    let settings = folder.settings()?;
    let station = (store as &dyn Index).get::<crate::custody::StationFile>("")?.unwrap_or_default();
    let mode = if station.practice { Mode::Practice { folder: folder.path().to_owned() } } else { Mode::Normal };
    let chance = OsChance;
    let vault = SealedVault::open(folder.path(), read_key(folder.path(), KeyFile::Vault)?.bytes(), &chance)?;
    let clock = SystemClock::new();
    let disks = LinuxDisks::new(mode, folder.ledger());
    let probe = MachineProbe { root: "/".into() };
    let leases = FileLeases::new(folder.leases());
    let secret = Digest(*read_key(folder.path(), KeyFile::Codes)?.bytes());
    let bench = Bench {
        journal: store,
        index: store,
        vault: &vault,
        clock: &clock as &dyn Clock,
        chance: &chance,
        disks: &disks,
        probe: &probe,
        marks: RefCell::new(Box::new(store)),
        leases: &leases,
        files: &LocalFiles,
        secret,
        by: by.cloned().unwrap_or_else(|| settings.by.clone()),
        profiles: folder.profiles()?,
    };
    work(&bench, &settings)
}
