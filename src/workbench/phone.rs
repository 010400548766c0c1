//! What a phone is shown, and what whoever is at the station is shown of phones: data only.
//!
//! Invariant: nothing that goes to a phone names a donor, a pupil or anybody else, for what it is sent over is not sealed.

use super::bench::{Bench, Found};
use super::count::{missed, missed_sentence};
use super::history::verdict_sentence;
use super::intake::kind_sentence;
use super::ladder::{Standing, ladder, next_step};
use super::lot::lots;
use super::order::Signature;
use super::place::lies_sentence;
use crate::custody::machine_name;
use crate::port::{Failure, Trouble};
use crate::unit::{LotId, Moment, PersonId, Secret};
use crate::word::{Sentence, say};

/// The most lots that a phone is offered.
const LOTS: usize = 6;

/// A device as a phone is shown it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PhoneDevice {
    /// Its tag, else its id.
    pub name: String,
    /// What it is.
    pub kind: Sentence,
    /// Maker and model.
    pub model: Option<String>,
    /// How far it is.
    pub stage: Sentence,
    /// The step to do now, and why not yet.
    pub next: Option<(Sentence, Option<Sentence>)>,
    /// Where it lies.
    pub shelf: Option<Sentence>,
    /// What its last inspection came to.
    pub verdict: Option<Sentence>,
    /// What to be careful of.
    pub warnings: Vec<Sentence>,
}

/// The device as a phone is shown it.
pub fn phone_device(bench: &Bench<'_>, found: &Found) -> Result<PhoneDevice, Failure> {
    let file = &found.file;
    let ladder = ladder(file, &bench.forbidden(&found.id, file)?);
    let next = next_step(&ladder).map(|rung| {
        let why = match &rung.standing {
            Standing::Blocked(why) => Some(why.clone()),
            // Who may do it is for the bench to say.
            Standing::SignIn(_) | Standing::Next | Standing::Done | Standing::Later => None,
        };
        (rung.step.sentence(), why)
    });
    let missed = missed(bench, &found.id, file)?;
    let warnings = [
        missed.map(|missed| missed_sentence(&missed)),
        file.quarantined.map(|_why| say!("state-quarantined")),
        file.held.map(|_why| say!("state-held")),
        file.handed_over.map(|_terms| say!("rule-device-gone")),
    ];
    Ok(PhoneDevice {
        name: found.name(),
        kind: kind_sentence(file.kind),
        model: machine_name(file.maker.as_deref(), file.model.as_deref()),
        stage: if file.withdrawn { say!("correct-never-here") } else { file.stage().sentence() },
        next,
        shelf: lies_sentence(file.shelf.as_deref(), file.boxed.as_deref()),
        verdict: file.verdict.map(verdict_sentence),
        warnings: warnings.into_iter().flatten().collect(),
    })
}

/// A lot as a phone is offered it: its donor is not named.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PhoneLot {
    /// Its id.
    pub lot: LotId,
    /// In one line.
    pub line: Sentence,
}

/// The newest lots: those that nothing came into yet, then those that devices came into.
pub fn phone_lots(bench: &Bench<'_>) -> Result<Vec<PhoneLot>, Failure> {
    let offered = lots(bench)?.into_iter().filter(|view| view.closed.is_none()).take(LOTS).map(|view| {
        let (id, count) = (view.lot.as_str(), view.devices);
        let since = view.since.map(Moment::local).unwrap_or_default();
        let since = since.get(..10).unwrap_or("–");
        let line = if view.erase {
            say!("phone-lot", lot = id, since = since, count = count)
        } else {
            say!("phone-lot-no-erase", lot = id, since = since, count = count)
        };
        PhoneLot { lot: view.lot, line }
    });
    Ok(offered.collect())
}

/// A phone that was paired.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PhoneSession {
    /// By which it is revoked.
    pub number: u32,
    /// Whose.
    pub person: PersonId,
    /// What they are called: the name from the vault, else the opaque id.
    pub name: String,
    /// Since when.
    pub since: Moment,
    /// When it was last heard of.
    pub seen: Moment,
    /// When it ends by itself.
    pub until: Moment,
}

impl PhoneSession {
    /// In one line.
    #[must_use]
    pub fn sentence(&self) -> Sentence {
        say!(
            "phone-session",
            number = u64::from(self.number),
            name = self.name.as_str(),
            since = self.since.local(),
            seen = self.seen.local(),
            until = self.until.local()
        )
    }
}

/// The longest name and password of a Wi-Fi, bytes. Source: IEEE 802.11 §9.4.2.2; WPA2 passphrases.
const LONGEST: (usize, usize) = (32, 63);

/// The Wi-Fi that phones join.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wifi {
    name: String,
    password: Option<Secret>,
}

impl Wifi {
    /// That of this name; without a password it is open. Errors: none is called so, or has such a password.
    pub fn new(name: &str, password: Option<Secret>) -> Result<Self, Failure> {
        let is_password = |password: &Secret| (8..=LONGEST.1).contains(&password.expose().len());
        if !(1..=LONGEST.0).contains(&name.len()) || !password.as_ref().is_none_or(is_password) {
            return Err(Failure::new(Trouble::Usage, say!("phone-wifi-wrong")));
        }
        Ok(Self { name: name.to_owned(), password })
    }

    /// What it is called.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its password.
    #[must_use]
    pub const fn password(&self) -> Option<&Secret> {
        self.password.as_ref()
    }

    /// What a phone scans to join it. Source: the `ZXing` project, "Barcode Contents", Wi-Fi network config.
    #[must_use]
    pub fn code(&self) -> String {
        let escaped = |text: &str| {
            text.chars().fold(String::new(), |mut safe, sign| {
                if matches!(sign, '\\' | ';' | ',' | ':' | '"') {
                    safe.push('\\');
                }
                safe.push(sign);
                safe
            })
        };
        match &self.password {
            Some(password) => format!("WIFI:T:WPA;S:{};P:{};;", escaped(&self.name), escaped(password.expose())),
            None => format!("WIFI:T:nopass;S:{};;", escaped(&self.name)),
        }
    }
}

/// What a phone scans to be paired.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PhonePairing {
    /// The address, with the token in it.
    pub url: String,
    /// For whom.
    pub name: String,
    /// Until when it counts.
    pub until: Moment,
}

/// The phone page as the station shows it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PhoneView {
    /// Where it listens; none where it does not.
    pub address: Option<String>,
    /// The code, for whoever has just signed for it; nobody else is told.
    pub pairing: Option<PhonePairing>,
    /// The phones, the newest first.
    pub sessions: Vec<PhoneSession>,
    /// The network interfaces it can listen on, each with its address.
    pub places: Vec<(String, String)>,
    /// The Wi-Fi that phones join first, where somebody said.
    pub wifi: Option<Wifi>,
}

/// What is asked for about phones.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PhoneOrder {
    /// Show how it is.
    Look,
    /// Listen at the address of that network interface and show a code for whoever signs.
    Pair {
        /// Which of the places, interface and address, where it does not listen yet; none for the first.
        place: Option<(String, String)>,
        /// Who signs.
        signature: Signature,
    },
    /// That is the Wi-Fi that phones join.
    Join(Wifi),
    /// Revoke that phone.
    Revoke(u32),
    /// Listen no more: every phone is revoked.
    Stop,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wifis_code_says_its_name_and_password_whatever_signs_are_in_them() {
        let code =
            |name: &str, password: Option<&str>| Wifi::new(name, password.map(Secret::new)).map(|wifi| wifi.code());
        let good = |name, password| code(name, password).expect("there is such a Wi-Fi");
        assert_eq!(good("AO XANH", Some("chuyen tay 1")), "WIFI:T:WPA;S:AO XANH;P:chuyen tay 1;;");
        assert_eq!(good("áo;xanh", Some(r#"a:b,c"d\e;"#)), r#"WIFI:T:WPA;S:áo\;xanh;P:a\:b\,c\"d\\e\;;;"#);
        assert_eq!(good("mở", None), "WIFI:T:nopass;S:mở;;");
        for (name, password) in
            [("", None), (&*"x".repeat(33), None), ("a", Some("1234567")), ("a", Some(&*"x".repeat(64)))]
        {
            assert!(code(name, password).is_err(), "{name} {password:?}");
        }
    }
}
