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
    let cli = match cli::parse(args, &words) {
        Ok(cli) => cli,
        Err(error) => {
            let _told = error.print();
            return ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(Trouble::Usage.exit_code()));
        }
    };
    let stage = if io::stderr().is_terminal() { Stage::Terminal } else { Stage::Plain };
    let (mut sink, mut side) = (io::stdout().lock(), io::stderr().lock());
    let mut out = Out::new(&words, cli.json, stage, &mut sink, &mut side);
    match carry_out(&cli, &mut out) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            out.failure(&failure);
            ExitCode::from(failure.trouble.exit_code())
        }
    }
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
    if let Verb::Export(args) = &cli.verb {
        return cli::run_export(args, &Store::read(folder.path())?, &LocalFiles, out);
    }
    if let Verb::Verify(args) = &cli.verb {
        if args.rebuild {
            Store::open(folder.path(), read_key(folder.path(), KeyFile::Station)?)?.rebuild()?;
        }
        return cli::run_verify(args, &Store::read(folder.path())?, &LocalFiles, out);
    }
    let store = Store::open(folder.path(), read_key(folder.path(), KeyFile::Station)?)?;
    with_bench(&folder, &store, cli.by.as_ref(), |bench, settings| {
        out.set_practice(bench.practice()?);
        let cancel = signal::Interrupt::watch()?;
        tell_orphans(bench, out)?;
        let result = cli::run(&cli.verb, bench, &settings.domain()?, out, &|| cancel.is_set());
        say_head(&store, out)?;
        result
    })
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
        let name = bench.device(&file.device)?.name();
        out.object("orphan", serde_json::json!({ "job": job, "device": file.device, "disk": file.key }))?;
        let (job, disk) = (job.as_str(), file.key);
        out.say(&match file.image {
            None => say!("orphan", job = job, tag = name, disk = disk),
            Some(image) => say!("orphan-image", job = job, tag = name, disk = disk, image = image.id),
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
