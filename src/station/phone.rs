//! Serving the phone page: the station behind it, and the loop of the verb.

use super::desk::Room;
use super::folder::{Folder, own_words};
use super::signal::Interrupt;
use super::with_bench;
use crate::cli::{self, Arrival, Out, ServeArgs};
use crate::event::By;
use crate::linux::{OsChance, SystemClock, TerminalAsk, interface_addresses};
use crate::port::{Ask, Chance, Clock, Failure, Trouble};
use crate::store::{KeyFile, Store, read_key};
use crate::unit::Moment;
use crate::web::{House, Opening, Serving, Work, check_address, serve};
use crate::word::{Lang, Words, say};
use crate::workbench::{Answer, Bench, PhoneOrder, PhonePairing, PhoneSession, PhoneView, Signature, Wifi, sign};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// The port that it listens at where nothing else is said.
const PORT: u16 = 8686;
/// This machine's network of its own.
const LOOPBACK: &str = "lo";
/// How often the verb looks up.
const LOOK: Timespec = Timespec { tv_sec: 0, tv_nsec: 250_000_000 };

/// The station behind the page.
struct StationHouse {
    folder: Folder,
    clock: SystemClock,
}

impl House for StationHouse {
    fn at_bench(&self, by: &By, work: Work<'_>) -> Result<(), Failure> {
        let store = Store::open(self.folder.path(), read_key(self.folder.path(), KeyFile::Station)?)?;
        with_bench(&self.folder, &store, |bench, _settings| {
            bench.by = by.clone();
            work(bench)
        })
    }

    fn words(&self, lang: Lang) -> Result<Words, Failure> {
        if let Some(own) = own_words(Some(self.folder.path()), lang)? {
            return Ok(own);
        }
        Words::new(lang, None).map_err(|error| Failure::new(Trouble::BadData, say!("phone-broke")).because(error))
    }

    fn now(&self) -> Moment {
        self.clock.now()
    }

    fn passed(&self) -> Duration {
        self.clock.with_sleep()
    }

    fn random(&self) -> [u8; 16] {
        (&OsChance as &dyn Chance).bytes()
    }
}

/// Begins to serve that station at that address.
pub(super) fn open(folder: &Folder, listen: SocketAddr, said: (Lang, bool)) -> Result<Serving, Failure> {
    let house = Arc::new(StationHouse { folder: folder.clone(), clock: SystemClock::new() });
    serve(Opening { listen, house, lang: said.0, practice: said.1 })
}

/// Every interface that phones may be served on, with its address.
pub(super) fn places() -> Result<Vec<(String, std::net::Ipv4Addr)>, Failure> {
    let all =
        interface_addresses().map_err(|error| Failure::new(Trouble::Io, say!("phone-no-interfaces")).because(error))?;
    let is_near = |place: &(String, std::net::Ipv4Addr)| check_address((place.1, 1).into()).is_ok();
    Ok(all.into_iter().filter(is_near).collect())
}

/// Where to listen on the interface of that name, at that address of it, else at its first. Errors: there is none, or it has no address; those that have one are named.
pub(super) fn on_interface(name: &str, address: Option<&str>, port: u16) -> Result<SocketAddr, Failure> {
    let all = places()?;
    let is_it = |at: std::net::Ipv4Addr| address.is_none_or(|address| at.to_string() == address);
    if let Some((_, address)) = all.iter().find(|(own, at)| own == name && is_it(*at)) {
        return Ok((*address, port).into());
    }
    let names: Vec<String> = all.iter().map(|(name, address)| format!("{name} ({address})")).collect();
    let what = say!("phone-no-interface", name = name);
    Err(Failure::new(Trouble::Usage, what).hint(say!("phone-no-interface-hint", names = names.join(", "))))
}

/// The first address that is not this machine's own network; that where there is no other.
fn first_place() -> Result<std::net::Ipv4Addr, Failure> {
    let other = places()?.into_iter().find(|(name, _)| name != LOOPBACK);
    Ok(other.map_or(std::net::Ipv4Addr::LOCALHOST, |(_, address)| address))
}

/// The page that the screen serves, while it does, and the Wi-Fi that phones join.
#[derive(Default)]
pub(super) struct Phones(Mutex<(Option<Serving>, Option<Wifi>)>);

/// Carries out what the screen asks for about phones. Errors: whoever signs does not; it cannot listen there.
pub(super) fn carry(room: &Room<'_>, bench: &Bench<'_>, order: &PhoneOrder) -> Result<Answer, Failure> {
    let mut kept = room.phones.0.lock().unwrap_or_else(PoisonError::into_inner);
    let ((phones, wifi), mut pairing) = (&mut *kept, None);
    match order {
        PhoneOrder::Look => {}
        PhoneOrder::Join(named) => *wifi = Some(named.clone()),
        // A PIN is in the vault; a badge is not.
        PhoneOrder::Pair { signature: Signature::Pin(_), .. } if !bench.vault.is_open()? => {
            return Ok(Answer::VaultLocked);
        }
        PhoneOrder::Pair { place, signature } => {
            let signed = sign(bench, signature)?;
            let serving = if let Some(serving) = phones.take() {
                serving
            } else {
                let listen = match place {
                    Some((name, address)) => on_interface(name, Some(address), PORT)?,
                    None => (first_place()?, PORT).into(),
                };
                let said = (room.lang(), bench.practice()?);
                // Where the port is somebody else's any other does as well: the code says which.
                let other = || open(room.opening.folder, (listen.ip(), 0).into(), said);
                open(room.opening.folder, listen, said).or_else(|failure| other().or(Err(failure)))?
            };
            pairing = Some(phones.insert(serving).pair(signed.person, signed.name, room.lang()));
        }
        // It may have ended meanwhile: then it is gone, as was asked.
        PhoneOrder::Revoke(number) => _ = phones.as_ref().map(|serving| serving.revoke(*number)),
        PhoneOrder::Stop => *phones = None,
    }
    let view = phones.as_ref().map(Serving::view).unwrap_or_default();
    let mut places = if phones.is_none() { places()? } else { Vec::new() };
    // Phones are in another network than this machine's own.
    places.sort_by_key(|(name, _)| name == LOOPBACK);
    let places = places.into_iter().map(|(name, address)| (name, address.to_string())).collect();
    Ok(Answer::Phone(Box::new(PhoneView { places, pairing, wifi: wifi.clone(), ..view })))
}

/// What the verb has told already.
struct Told {
    pairing: Option<PhonePairing>,
    sessions: Vec<PhoneSession>,
    seconds: u64,
}

/// `aoxanh serve`, until it is interrupted. Errors: nobody signed in; it cannot listen there.
pub(super) fn run(
    args: &ServeArgs,
    folder: &Folder,
    bench: &Bench<'_>,
    arrival: Arrival<'_>,
    interrupt: &Interrupt,
    out: &mut Out<'_>,
) -> Result<(), Failure> {
    let signed = cli::who_pairs(bench)?;
    let wifi = cli::wifi(args)?;
    let listen = match (&args.interface, args.port) {
        (Some(name), port) => on_interface(name, None, port.unwrap_or(PORT))?,
        (None, Some(port)) => (args.listen.ip(), port).into(),
        (None, None) => args.listen,
    };
    let lang = out.words().lang();
    let serving = open(folder, listen, (lang, out.is_practice()))?;
    cli::say_serving(args, (serving.address(), wifi.as_ref()), out)?;
    let mut told = Told { pairing: None, sessions: Vec::new(), seconds: 0 };
    let pairing = serving.pair(signed.person, signed.name, lang);
    show(args, pairing, &mut told, out)?;
    let mut hears = true;
    while !interrupt.is_set() {
        match if hears { heard()? } else { pause()? } {
            Heard::Nothing => {}
            Heard::End => hears = false,
            Heard::Line(line) => obey(line.trim(), args, &serving, (bench, arrival), &mut told, out)?,
        }
        look(&serving, bench, &mut told, out)?;
    }
    drop(serving);
    cli::say_stopped(out)
}

fn show(args: &ServeArgs, pairing: PhonePairing, told: &mut Told, out: &mut Out<'_>) -> Result<(), Failure> {
    cli::say_pairing(args, &pairing, out)?;
    (told.pairing, told.seconds) = (Some(pairing), 0);
    Ok(())
}

enum Heard {
    Nothing,
    Line(String),
    End,
}

fn broken(error: &io::Error) -> Failure {
    Failure::new(Trouble::Io, say!("ask-failed")).because(error)
}

/// What was typed, if anything was.
fn heard() -> Result<Heard, Failure> {
    let stdin = io::stdin();
    match poll(&mut [PollFd::new(&stdin, PollFlags::IN)], Some(&LOOK)) {
        Ok(0) | Err(rustix::io::Errno::INTR) => Ok(Heard::Nothing),
        Ok(_) => Ok(TerminalAsk.next_line()?.map_or(Heard::End, Heard::Line)),
        Err(error) => Err(broken(&error.into())),
    }
}

/// Waits as long as a look takes: nobody types.
fn pause() -> Result<Heard, Failure> {
    match poll(&mut [], Some(&LOOK)) {
        Ok(_) | Err(rustix::io::Errno::INTR) => Ok(Heard::Nothing),
        Err(error) => Err(broken(&error.into())),
    }
}

/// A number revokes that phone; a name, or nothing, asks for a PIN and shows a new code.
fn obey(
    line: &str,
    args: &ServeArgs,
    serving: &Serving,
    (bench, arrival): (&Bench<'_>, Arrival<'_>),
    told: &mut Told,
    out: &mut Out<'_>,
) -> Result<(), Failure> {
    if let Ok(number) = line.parse() {
        if !serving.revoke(number) {
            out.failure(&Failure::new(Trouble::No, say!("phone-no-such", number = u64::from(number))));
        }
        return Ok(());
    }
    if line == "?" {
        return cli::say_phones(&serving.sessions(), out);
    }
    match cli::signs_again(bench, arrival, line, &TerminalAsk, out) {
        Ok(signed) => {
            let pairing = serving.pair(signed.person, signed.name, out.words().lang());
            show(args, pairing, told, out)
        }
        // A wrong PIN must not end what others use.
        Err(failure) => {
            out.failure(&failure);
            Ok(())
        }
    }
}

/// Tells what changed: phones that came and went, a code that lapsed, the seconds it has left.
fn look(serving: &Serving, bench: &Bench<'_>, told: &mut Told, out: &mut Out<'_>) -> Result<(), Failure> {
    let view = serving.view();
    let is_in = |all: &[PhoneSession], one: &PhoneSession| all.iter().any(|other| other.number == one.number);
    let came: Vec<_> = view.sessions.iter().rev().filter(|one| !is_in(&told.sessions, one)).collect();
    for session in &came {
        cli::say_phone(session, true, out)?;
    }
    for session in told.sessions.iter().filter(|one| !is_in(&view.sessions, one)) {
        cli::say_phone(session, false, out)?;
    }
    match (&told.pairing, serving.pending()) {
        (Some(_), None) => {
            if came.is_empty() {
                cli::say_lapsed(out)?;
            }
            told.pairing = None;
        }
        (_, Some(pairing)) => {
            let seconds = pairing.until.since(bench.clock.now()).as_secs();
            if seconds != told.seconds {
                told.seconds = seconds;
                cli::say_left(seconds, out);
            }
        }
        (None, None) => {}
    }
    told.sessions = view.sessions;
    Ok(())
}
