//! Pairing and sessions: who holds which phone.
//!
//! Invariants: a token pairs one phone, once, within two minutes, and a new one takes the place of the last; of a session's
//! key only the hash is kept, in memory alone, so that nothing of it outlives the program; a session ends after twelve hours,
//! used or not, the time the machine sleeps included.

use super::house::House;
use crate::event::{By, How};
use crate::unit::{Moment, PersonId, Symbol};
use crate::word::Lang;
use crate::workbench::{PhonePairing, PhoneSession};
use sha2::{Digest as _, Sha256};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// For how many seconds a pairing counts.
pub const PAIRING_SECONDS: u64 = 120;
/// For how many hours a session lasts.
pub const HOURS: u64 = 12;
/// For how many seconds the same thing sent by the same phone is a thumb that tapped twice.
const TWICE_SECONDS: u64 = 60;
/// The most phones at a time: then the one that was not heard of for the longest time gives way.
const MOST: usize = 100;

/// A phone that was paired.
#[derive(Clone, Debug)]
pub(super) struct Session {
    pub(super) number: u32,
    key: [u8; 32],
    /// What its forms bring back.
    pub(super) form: String,
    pub(super) lang: Lang,
    person: PersonId,
    name: String,
    since: Moment,
    seen: Moment,
    ends: Duration,
    until: Moment,
}

impl Session {
    /// As records name whoever holds the phone.
    pub(super) fn by(&self) -> By {
        By { person: self.person.clone(), how: How::Phone }
    }
}

/// A code that waits for a phone.
struct Pending {
    token: [u8; 32],
    person: PersonId,
    lang: Lang,
    ends: Duration,
    shown: PhonePairing,
}

/// Where a phone was sent after what it sent was done; nowhere as long as it is not.
pub(super) type Outcome = Arc<Mutex<Option<String>>>;

/// Something that a phone sent a moment ago.
struct Sent {
    what: [u8; 32],
    ends: Duration,
    outcome: Outcome,
}

/// All of them.
#[derive(Default)]
pub(super) struct Sessions {
    pending: Option<Pending>,
    live: Vec<Session>,
    sent: Vec<Sent>,
    last: u32,
}

fn hashed(text: &str) -> [u8; 32] {
    Sha256::new().chain_update(b"aoxanh phone 1\n").chain_update(text.as_bytes()).finalize().into()
}

fn spelled(house: &dyn House) -> String {
    Symbol::spell(&house.random())
}

impl Sessions {
    /// A fresh code for that person, under that address; the one before it is worth nothing from now on.
    pub(super) fn pair(
        &mut self,
        house: &dyn House,
        address: &str,
        (person, name, lang): (PersonId, String, Lang),
    ) -> PhonePairing {
        let token = spelled(house);
        let lasts = Duration::from_secs(PAIRING_SECONDS);
        // In capitals, which make a smaller code.
        let shown = PhonePairing { url: format!("HTTP://{address}/P/{token}"), name, until: house.now().plus(lasts) };
        let ends = house.passed() + lasts;
        self.pending = Some(Pending { token: hashed(&token), person, lang, ends, shown: shown.clone() });
        shown
    }

    /// The key of a new session, for whoever has that token; none where it was used, is too old, or never was one.
    pub(super) fn redeem(&mut self, house: &dyn House, token: &str) -> Option<String> {
        let (token, passed) = (hashed(token), house.passed());
        let pending = self.pending.take_if(|pending| pending.token == token)?;
        if passed >= pending.ends {
            return None;
        }
        self.forget_ended(passed);
        if self.live.len() >= MOST {
            let oldest = self.live.iter().min_by_key(|session| session.seen).map(|session| session.number);
            self.live.retain(|session| Some(session.number) != oldest);
        }
        let (key, form, now, lasts) = (spelled(house), spelled(house), house.now(), Duration::from_hours(HOURS));
        self.last += 1;
        self.live.push(Session {
            number: self.last,
            key: hashed(&key),
            form,
            lang: pending.lang,
            person: pending.person,
            name: pending.shown.name,
            since: now,
            seen: now,
            ends: passed + lasts,
            until: now.plus(lasts),
        });
        Some(key)
    }

    /// The session of that key, heard of now.
    pub(super) fn of(&mut self, house: &dyn House, key: &str) -> Option<Session> {
        self.forget_ended(house.passed());
        let key = hashed(key);
        let session = self.live.iter_mut().find(|session| session.key == key)?;
        session.seen = house.now();
        Some(session.clone())
    }

    /// What came of that when the same phone sent it a moment ago. Whoever comes first holds it until it is done; others wait.
    pub(super) fn sent(&mut self, passed: Duration, what: [u8; 32]) -> Outcome {
        self.sent.retain(|sent| passed < sent.ends);
        if let Some(sent) = self.sent.iter().find(|sent| sent.what == what) {
            return Arc::clone(&sent.outcome);
        }
        let outcome = Outcome::default();
        let ends = passed + Duration::from_secs(TWICE_SECONDS);
        self.sent.push(Sent { what, ends, outcome: Arc::clone(&outcome) });
        outcome
    }

    /// That phone speaks that language from now on.
    pub(super) fn speak(&mut self, number: u32, lang: Lang) {
        self.live.iter_mut().filter(|session| session.number == number).for_each(|session| session.lang = lang);
    }

    /// Ends that session; whether there was one.
    pub(super) fn revoke(&mut self, number: u32) -> bool {
        let before = self.live.len();
        self.live.retain(|session| session.number != number);
        self.live.len() < before
    }

    /// The code that waits for a phone.
    pub(super) fn pending(&mut self, passed: Duration) -> Option<PhonePairing> {
        self.pending.take_if(|pending| passed >= pending.ends);
        self.pending.as_ref().map(|pending| pending.shown.clone())
    }

    /// The phones, the newest first.
    pub(super) fn list(&mut self, passed: Duration) -> Vec<PhoneSession> {
        self.forget_ended(passed);
        let view = |session: &Session| PhoneSession {
            number: session.number,
            person: session.person.clone(),
            name: session.name.clone(),
            since: session.since,
            seen: session.seen,
            until: session.until,
        };
        self.live.iter().rev().map(view).collect()
    }

    fn forget_ended(&mut self, passed: Duration) {
        self.live.retain(|session| passed < session.ends);
    }
}

#[cfg(test)]
mod tests {
    use super::super::house::Work;
    use super::*;
    use crate::port::Failure;
    use crate::word::Words;
    use std::sync::Mutex;
    use std::sync::atomic::{AtomicU64, Ordering};

    /// A house with a clock to be set, where nothing random comes twice.
    #[derive(Default)]
    struct Empty {
        seconds: AtomicU64,
        random: Mutex<u64>,
    }

    impl House for Empty {
        fn at_bench(&self, _by: &By, _work: Work<'_>) -> Result<(), Failure> {
            panic!("nobody works here")
        }

        fn words(&self, _lang: Lang) -> Result<Words, Failure> {
            panic!("nobody speaks here")
        }

        fn now(&self) -> Moment {
            Moment::from_unix_millis(1_795_206_965_000).plus(self.passed())
        }

        fn passed(&self) -> Duration {
            Duration::from_secs(self.seconds.load(Ordering::Relaxed))
        }

        fn random(&self) -> [u8; 16] {
            let mut last = self.random.lock().expect("one thread");
            *last += 1;
            [last.to_le_bytes(), [7; 8]].concat().try_into().expect("16 bytes")
        }
    }

    impl Empty {
        fn set(&self, seconds: u64) {
            self.seconds.store(seconds, Ordering::Relaxed);
        }
    }

    fn pair(sessions: &mut Sessions, house: &Empty, who: u8) -> String {
        let who = (PersonId::from_random([who; 10]), format!("Người {who}"), Lang::Vi);
        let url = sessions.pair(house, "10.0.0.1:8686", who).url;
        url.strip_prefix("HTTP://10.0.0.1:8686/P/").expect("the address").to_owned()
    }

    #[test]
    fn a_token_pairs_one_phone_once_within_two_minutes() {
        let (house, mut sessions) = (Empty::default(), Sessions::default());
        let token = pair(&mut sessions, &house, 1);
        assert_eq!(token.len(), 26);
        for wrong in ["", "0", &token[1..], &token.to_lowercase()] {
            assert_eq!(sessions.redeem(&house, wrong), None, "{wrong}");
        }
        let key = sessions.redeem(&house, &token).expect("the first time");
        assert_eq!(sessions.redeem(&house, &token), None, "a second time");
        assert_eq!(sessions.of(&house, &key).map(|session| session.by().how), Some(How::Phone));
        assert!(sessions.of(&house, &token).is_none() && sessions.of(&house, "").is_none());
        // A new code takes the last one's place.
        let (old, new) = (pair(&mut sessions, &house, 2), pair(&mut sessions, &house, 3));
        assert_eq!(sessions.redeem(&house, &old), None);
        house.set(PAIRING_SECONDS - 1);
        assert!(sessions.pending(house.passed()).is_some() && sessions.redeem(&house, &new).is_some());
        let late = pair(&mut sessions, &house, 4);
        house.set(2 * PAIRING_SECONDS - 1);
        assert!(sessions.pending(house.passed()).is_none());
        assert_eq!(sessions.redeem(&house, &late), None, "two minutes later");
    }

    #[test]
    fn a_session_ends_after_twelve_hours_or_when_it_is_revoked_and_the_others_stay() {
        let (house, mut sessions) = (Empty::default(), Sessions::default());
        let mut keys = Vec::new();
        for who in 1..4 {
            house.set(u64::from(who) * 60);
            let token = pair(&mut sessions, &house, who);
            keys.push(sessions.redeem(&house, &token).expect("paired"));
        }
        let numbers = |sessions: &mut Sessions| {
            sessions.list(house.passed()).iter().map(|session| session.number).collect::<Vec<_>>()
        };
        assert_eq!(numbers(&mut sessions), [3, 2, 1]);
        assert!(sessions.revoke(2) && !sessions.revoke(2) && sessions.of(&house, &keys[1]).is_none());
        house.set(60 + HOURS * 3600 - 1);
        assert!(sessions.of(&house, &keys[0]).is_some(), "used to the end");
        house.set(60 + HOURS * 3600);
        assert!(sessions.of(&house, &keys[0]).is_none() && sessions.of(&house, &keys[2]).is_some());
        assert_eq!(numbers(&mut sessions), [3]);
    }

    #[test]
    fn of_too_many_phones_the_one_not_heard_of_gives_way() {
        let (house, mut sessions) = (Empty::default(), Sessions::default());
        let mut keys = Vec::new();
        for who in 0..=MOST as u64 {
            house.set(who);
            let token = pair(&mut sessions, &house, 1);
            keys.push(sessions.redeem(&house, &token).expect("paired"));
            // The first is in use all the time.
            assert!(sessions.of(&house, &keys[0]).is_some());
        }
        assert_eq!(sessions.list(house.passed()).len(), MOST);
        assert!(sessions.of(&house, &keys[1]).is_none() && sessions.of(&house, &keys[2]).is_some());
    }
}
