//! Listening: one thread, one address, and an end to whatever takes too long.
//!
//! Invariants: it listens where it is told and nowhere else, never on every interface, never at an address of the internet; a
//! connection that says nothing, or says it slowly, is cut; nobody has so many that others find none; who is answered before all
//! was said is heard out, or the answer would be lost; who stops serving waits for what is being recorded, 5 s at most.

use super::house::House;
use super::route::{Door, router};
use super::session::Sessions;
use crate::port::{Failure, Trouble};
use crate::unit::PersonId;
use crate::word::{Lang, say};
use crate::workbench::{PhonePairing, PhoneSession, PhoneView};
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use std::io;
use std::net::{IpAddr, SocketAddr, TcpListener};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{Builder, JoinHandle};
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::net::tcp::OwnedReadHalf;
use tokio::sync::Semaphore;
use tokio::time::timeout;

/// The most connections at a time: others wait.
const MOST_CONNECTIONS: usize = 256;
/// The most of them from one address: others are closed.
const OF_ONE: usize = 32;
/// How long the head of a request may take.
const HEAD: Duration = Duration::from_secs(10);
/// How long a whole request may take, a photo over a poor line included.
const LONGEST: Duration = Duration::from_secs(90);
/// The most that is still read of whoever was answered before all was said, bytes, and for how long.
const UNHEARD: (usize, Duration) = (32 << 20, Duration::from_secs(20));
/// How often the thread looks up whether it is to stop.
const LOOK: Duration = Duration::from_millis(200);
/// How long who stops waits for what is being done.
const PATIENCE: Duration = Duration::from_secs(5);
/// The most threads that work at benches.
const BENCHES: usize = 4;

/// What serving begins with.
pub struct Opening {
    /// Where to listen.
    pub listen: SocketAddr,
    /// The station.
    pub house: Arc<dyn House>,
    /// The language of whoever has no session.
    pub lang: Lang,
    /// Whether this is practice, which every page says.
    pub practice: bool,
}

/// A page that is served, until it is dropped.
pub struct Serving {
    door: Arc<Door>,
    address: SocketAddr,
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

/// Refuses to listen where strangers are: on every interface, or at an address of the internet.
pub fn check_address(address: SocketAddr) -> Result<(), Failure> {
    let ip = address.ip().to_canonical();
    if ip.is_unspecified() {
        let what = say!("phone-every-interface", address = address.to_string());
        return Err(Failure::new(Trouble::Usage, what).hint(say!("phone-every-interface-hint")));
    }
    let is_near = match ip {
        IpAddr::V4(ip) => ip.is_loopback() || ip.is_private() || ip.is_link_local(),
        IpAddr::V6(ip) => ip.is_loopback() || ip.is_unique_local() || ip.is_unicast_link_local(),
    };
    if is_near {
        return Ok(());
    }
    let what = say!("phone-public-address", address = address.to_string());
    Err(Failure::new(Trouble::Usage, what).hint(say!("phone-every-interface-hint")))
}

fn failed(address: SocketAddr, error: &io::Error) -> Failure {
    Failure::new(Trouble::Io, say!("phone-not-listening", address = address.to_string()))
        .because(error)
        .hint(say!("phone-not-listening-hint"))
}

/// Begins to serve. Errors: an address where strangers are; it cannot be listened at.
pub fn serve(opening: Opening) -> Result<Serving, Failure> {
    check_address(opening.listen)?;
    let bad = |error: &io::Error| failed(opening.listen, error);
    let listener = TcpListener::bind(opening.listen).map_err(|error| bad(&error))?;
    listener.set_nonblocking(true).map_err(|error| bad(&error))?;
    let address = listener.local_addr().map_err(|error| bad(&error))?;
    let door = Arc::new(Door::new(opening.house, address, (opening.lang, opening.practice)));
    let stop = Arc::new(AtomicBool::new(false));
    let (at, asked) = (Arc::clone(&door), Arc::clone(&stop));
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_io()
        .enable_time()
        .max_blocking_threads(BENCHES)
        .build()
        .map_err(|error| bad(&error))?;
    let run = move || {
        runtime.block_on(listen(listener, &at, &asked));
        runtime.shutdown_timeout(PATIENCE);
    };
    let thread = Builder::new().name("phones".to_owned()).spawn(run).map_err(|error| bad(&error))?;
    Ok(Serving { door, address, stop, thread: Some(thread) })
}

async fn listen(listener: TcpListener, door: &Arc<Door>, stop: &AtomicBool) {
    let Ok(listener) = tokio::net::TcpListener::from_std(listener) else { return };
    let (slots, router, peers) = (Arc::new(Semaphore::new(MOST_CONNECTIONS)), router(door), Peers::default());
    while !stop.load(Ordering::Relaxed) {
        let Ok(Ok(slot)) = timeout(LOOK, Arc::clone(&slots).acquire_owned()).await else { continue };
        let (stream, peer) = match timeout(LOOK, listener.accept()).await {
            Ok(Ok(came)) => came,
            // Nobody came.
            Err(_late) => continue,
            // Whoever came is gone, or there are too many open files: later again.
            Ok(Err(_lost)) => {
                tokio::time::sleep(LOOK).await;
                continue;
            }
        };
        let Some(place) = Place::of(&peers, peer.ip()) else { continue };
        let service = TowerToHyperService::new(router.clone());
        tokio::spawn(async move {
            let _held = (slot, place);
            talk(stream, service).await;
        });
    }
}

/// The other ends of all connections.
type Peers = Arc<Mutex<Vec<IpAddr>>>;

/// A connection of that address, while it lasts.
struct Place(Peers, IpAddr);

impl Place {
    /// None where that address has enough of them.
    fn of(peers: &Peers, peer: IpAddr) -> Option<Self> {
        let mut all = locked(peers);
        let is_free = all.iter().filter(|one| **one == peer).count() < OF_ONE;
        is_free.then(|| {
            all.push(peer);
            Self(Arc::clone(peers), peer)
        })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut all = locked(&self.0);
        if let Some(at) = all.iter().position(|one| *one == self.1) {
            all.swap_remove(at);
        }
    }
}

/// One request and its answer: nobody keeps a connection for the next one.
async fn talk(stream: TcpStream, service: TowerToHyperService<axum::Router>) {
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(HEAD).keep_alive(false).max_headers(64);
    let answered = http.serve_connection(TokioIo::new(stream), service).without_shutdown();
    // Whoever left, or said what is no request, has no answer to wait for.
    let Ok(Ok(parts)) = timeout(LONGEST, answered).await else { return };
    let (rest, said) = parts.io.into_inner().into_split();
    // This was all.
    drop(said);
    let _done = timeout(UNHEARD.1, hear_out(&rest)).await;
}

/// Reads on until the other end is done. Source: RFC 9112 §9.6: closed with something unread, a connection takes back what it
/// said last.
async fn hear_out(rest: &OwnedReadHalf) {
    let (mut bytes, mut heard) = (vec![0; 16 << 10], 0);
    while heard < UNHEARD.0 && rest.readable().await.is_ok() {
        match rest.try_read(&mut bytes) {
            Ok(0) => return,
            Ok(count) => heard += count,
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
            Err(_gone) => return,
        }
    }
}

impl Serving {
    /// Where it listens.
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// A fresh code for that person, who signed for it.
    #[must_use]
    pub fn pair(&self, person: PersonId, name: String, lang: Lang) -> PhonePairing {
        let address = self.address.to_string().to_uppercase();
        self.with(|sessions, house| sessions.pair(house, &address, (person, name, lang)))
    }

    /// The phones, the newest first.
    #[must_use]
    pub fn sessions(&self) -> Vec<PhoneSession> {
        self.with(|sessions, house| sessions.list(house.passed()))
    }

    /// Revokes that phone; whether there was one.
    #[must_use]
    pub fn revoke(&self, number: u32) -> bool {
        self.with(|sessions, _house| sessions.revoke(number))
    }

    /// The code that waits for a phone. Only who signed for it is shown it.
    #[must_use]
    pub fn pending(&self) -> Option<PhonePairing> {
        self.with(|sessions, house| sessions.pending(house.passed()))
    }

    /// How it is now, less the code that waits.
    #[must_use]
    pub fn view(&self) -> PhoneView {
        let (address, sessions) = (Some(self.address.to_string()), self.sessions());
        PhoneView { address, sessions, ..PhoneView::default() }
    }

    fn with<T>(&self, work: impl FnOnce(&mut Sessions, &dyn House) -> T) -> T {
        let mut sessions = locked(&self.door.sessions);
        work(&mut sessions, self.door.house.as_ref())
    }
}

/// What is behind the lock: a thread that broke left it whole, for nothing in between can break.
pub(super) fn locked<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Drop for Serving {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        // It ends by itself; where it broke, it has ended.
        let _ended = self.thread.take().map(JoinHandle::join);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_listens_where_it_is_told_and_never_where_strangers_are() {
        for good in ["127.0.0.1:0", "192.168.1.5:8686", "10.42.0.1:80", "172.16.9.9:1", "[::1]:8686", "[fd00::1]:80"] {
            assert!(check_address(good.parse().expect("an address")).is_ok(), "{good}");
        }
        for everywhere in ["0.0.0.0:8686", "[::]:8686", "[::ffff:0.0.0.0]:80"] {
            let failure = check_address(everywhere.parse().expect("an address")).expect_err(everywhere);
            assert_eq!((failure.trouble, failure.what.key()), (Trouble::Usage, "phone-every-interface"));
        }
        for strange in ["8.8.8.8:80", "[2001:db8::1]:80", "172.32.0.1:80"] {
            let failure = check_address(strange.parse().expect("an address")).expect_err(strange);
            assert_eq!(failure.what.key(), "phone-public-address", "{strange}");
        }
    }
}
