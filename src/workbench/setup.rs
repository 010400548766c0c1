//! What a new station is made of, as one page or one command asks for it, and what is wrong with an answer.

use super::people::check_name;
use super::pin::check_pin;
use crate::port::{Failure, Trouble};
use crate::tag::Domain;
use crate::unit::Secret;
use crate::word::say;
use std::path::PathBuf;

/// The fewest letters of a passphrase.
pub const LEAST_PASSPHRASE: usize = 12;
/// The PIN of every practice station's lead: throw-away, and said aloud.
pub const PRACTICE_PIN: &str = "2468";
/// The longest name of a team or of a place, characters.
const MOST_TEAM: usize = 100;

/// Answers for a new station.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SetUp {
    /// The team's name.
    pub team: String,
    /// Where the bench stands: a school, a hall, an address; empty where nobody said.
    pub place: String,
    /// Name of the first lead; kept in the vault only.
    pub lead: String,
    /// The first lead's PIN.
    pub pin: Secret,
    /// What the guest is called.
    pub guest: String,
    /// Opens the vault. None for practice, whose key lies open in its folder.
    pub passphrase: Option<Secret>,
    /// Printed in tags.
    pub domain: String,
    /// Which profile devices are judged by.
    pub profile: ProfileChoice,
    /// Where the team's key comes from and goes.
    pub team_key: TeamKey,
}

/// Which profile devices are judged by where none is named.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum ProfileChoice {
    /// The one that suits the kind of device.
    #[default]
    Suitable,
    /// One of the program's own, by its id.
    Known(String),
    /// A file of the team's own, taken into the station's folder.
    File(PathBuf),
}

/// Where the team's key comes from and goes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum TeamKey {
    /// A new one that stays in the station's folder.
    #[default]
    New,
    /// A new one, written to that file and nowhere else.
    NewAt(PathBuf),
    /// The one in that file: a second station of the team.
    From(PathBuf),
}

impl SetUp {
    /// A practice station: everything throw-away.
    #[must_use]
    pub fn practice(lead: &str, guest: &str, domain: &str) -> Self {
        Self {
            team: "Luyện Tập".to_owned(),
            place: String::new(),
            lead: lead.to_owned(),
            pin: Secret::new(PRACTICE_PIN),
            guest: guest.to_owned(),
            passphrase: None,
            domain: domain.to_owned(),
            profile: ProfileChoice::Suitable,
            team_key: TeamKey::New,
        }
    }

    /// Whether a practice station is made of it.
    #[must_use]
    pub const fn is_practice(&self) -> bool {
        self.passphrase.is_none()
    }

    /// Refuses the first answer that is wrong, before anything is made of it.
    pub fn check(&self) -> Result<(), Failure> {
        check_team(&self.team)?;
        check_place(&self.place)?;
        check_name(&self.lead)?;
        check_name(&self.guest)?;
        check_domain(&self.domain)?;
        check_pin(&self.pin)?;
        self.passphrase.as_ref().map_or(Ok(()), check_passphrase)
    }
}

/// Refuses a team's name that is empty, too long, or with signs that are no text.
pub fn check_team(name: &str) -> Result<(), Failure> {
    if name.trim().is_empty() || name.chars().count() > MOST_TEAM || name.chars().any(char::is_control) {
        return Err(Failure::new(Trouble::Usage, say!("team-name-wrong", most = MOST_TEAM as u64)));
    }
    Ok(())
}

/// Refuses a place that is too long, or with signs that are no text; an empty one is none.
pub fn check_place(place: &str) -> Result<(), Failure> {
    if place.chars().count() > MOST_TEAM || place.chars().any(char::is_control) {
        return Err(Failure::new(Trouble::Usage, say!("place-wrong", most = MOST_TEAM as u64)));
    }
    Ok(())
}

/// Refuses what is no domain.
pub fn check_domain(text: &str) -> Result<(), Failure> {
    Domain::read(text).map(|_domain| ()).map_err(|error| Failure::new(Trouble::Usage, error.sentence()).detail(&error))
}

/// Refuses a passphrase that is soon guessed: under 12 letters, or of fewer than 5 different ones.
pub fn check_passphrase(passphrase: &Secret) -> Result<(), Failure> {
    let mut letters: Vec<char> = passphrase.expose().chars().collect();
    letters.sort_unstable();
    letters.dedup();
    if passphrase.letters() < LEAST_PASSPHRASE || letters.len() < 5 {
        let what = say!("passphrase-short", least = LEAST_PASSPHRASE as u64);
        return Err(Failure::new(Trouble::Usage, what).hint(say!("passphrase-short-hint")));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_answer_is_refused_for_its_own_fault_before_anything_is_made() {
        let good = || SetUp {
            passphrase: Some(Secret::new("bốn con ngựa gỗ")),
            ..SetUp::practice("Trần Thị Thử", "Khách", "THU.INVALID")
        };
        assert_eq!(good().check(), Ok(()));
        assert!(!good().is_practice() && SetUp::practice("A", "K", "THU.INVALID").is_practice());
        let refused = |change: fn(&mut SetUp)| {
            let mut setup = good();
            change(&mut setup);
            setup.check().expect_err("wrong").what.key().to_owned()
        };
        assert_eq!(refused(|setup| setup.team = "  ".to_owned()), "team-name-wrong");
        assert_eq!(refused(|setup| setup.team = "a\nb".to_owned()), "team-name-wrong");
        assert_eq!(refused(|setup| setup.place = "a\nb".to_owned()), "place-wrong");
        assert_eq!(refused(|setup| setup.lead.clear()), "person-name-wrong");
        assert_eq!(refused(|setup| setup.lead = "x".repeat(101)), "person-name-wrong");
        assert_eq!(refused(|setup| setup.pin = Secret::new("1234")), "pin-easy");
        assert_eq!(refused(|setup| setup.passphrase = Some(Secret::new("bốn con ngự"))), "passphrase-short");
        assert_eq!(refused(|setup| setup.passphrase = Some(Secret::new("ababababababab"))), "passphrase-short");
        assert!(refused(|setup| setup.domain = "không".to_owned()).starts_with("tag-"));
    }
}
