//! People: who is there, signing in, and who may do what.
//!
//! Invariants: the ledger knows ids and roles only; names and PINs are in the vault; a person is signed in only by a PIN
//! that was right, and what somebody only claims is recorded as claimed.

use super::bench::Bench;
use super::pin::{check_pin, has_pin, keep_pin, try_pin};
use super::station::unsealed;
use crate::custody::PersonFile;
use crate::event::people::{PersonAdded, PinSet, Role, RoleGranted, RoleRevoked};
use crate::event::{By, Fact, How};
use crate::port::{Entry, Failure, Trouble};
use crate::unit::{PersonId, Secret, fold};
use crate::word::{Sentence, say};

/// How many people are read at a time.
const PAGE: u32 = 200;
/// The longest name, characters.
const MOST_NAME: usize = 100;

/// Somebody who is signed in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedIn {
    /// Who.
    pub person: PersonId,
    /// The name from the vault, else the id.
    pub name: String,
    /// What they may do.
    pub roles: Vec<Role>,
    /// By what they were known.
    pub how: How,
}

impl SignedIn {
    /// As records name them.
    #[must_use]
    pub fn by(&self) -> By {
        By { person: self.person.clone(), how: self.how }
    }
}

/// A person as shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PersonView {
    /// Who.
    pub person: PersonId,
    /// The name; none while the vault is locked, or where it was erased.
    pub name: Option<String>,
    /// What they may do.
    pub roles: Vec<Role>,
    /// Whether they lost every role they had.
    pub left: bool,
    /// Whether they have a PIN; none while the vault is locked.
    pub has_pin: Option<bool>,
    /// Whether they have a badge.
    pub has_badge: bool,
}

/// A role in people's words.
#[must_use]
pub fn role_sentence(role: Role) -> Sentence {
    match role {
        Role::Volunteer => say!("role-volunteer"),
        Role::Warehouse => say!("role-warehouse"),
        Role::Lead => say!("role-lead"),
    }
}

/// The name without spaces around it. Errors: empty, too long, or with signs that are no text.
pub fn check_name(name: &str) -> Result<&str, Failure> {
    let name = name.trim();
    if name.is_empty() || name.chars().count() > MOST_NAME || name.chars().any(char::is_control) {
        return Err(Failure::new(Trouble::Usage, say!("person-name-wrong", most = MOST_NAME as u64)));
    }
    Ok(name)
}

/// Everybody who was ever added: leads, volunteers, warehouse staff, guests, those who left; by name in each.
pub fn people(bench: &Bench<'_>) -> Result<Vec<PersonView>, Failure> {
    let (mut all, mut after) = (Vec::new(), String::new());
    loop {
        let page = bench.index.drawers("person", &after, PAGE)?;
        let Some((last, _)) = page.last() else { break };
        after.clone_from(last);
        for (id, _text) in &page {
            let person: PersonId = id
                .parse()
                .map_err(|error: crate::unit::IdError| Failure::from(crate::custody::DrawerError(error.to_string())))?;
            all.push(view(bench, person)?);
        }
    }
    all.sort_by_cached_key(|view| (rank(view), view.name.as_deref().map(fold), view.person.clone()));
    Ok(all)
}

/// Where a person stands in a list.
fn rank(view: &PersonView) -> usize {
    let roles = [Role::Lead, Role::Volunteer, Role::Warehouse];
    let highest = roles.iter().position(|role| view.roles.contains(role));
    highest.unwrap_or(roles.len() + usize::from(view.left))
}

/// One person as shown.
pub(super) fn view(bench: &Bench<'_>, person: PersonId) -> Result<PersonView, Failure> {
    let file = bench.index.get::<PersonFile>(&person)?.unwrap_or_default();
    let open = bench.vault.is_open()?;
    Ok(PersonView {
        name: bench.name_of(person.as_str())?,
        has_pin: if open { Some(has_pin(bench.vault, &person)?) } else { None },
        has_badge: file.badge.is_some(),
        roles: file.roles,
        left: file.left,
        person,
    })
}

/// The person of an id, or of a name in any spelling (marks and case do not matter).
///
/// Errors: nobody, or several; a name while the vault is locked.
pub fn find_person(bench: &Bench<'_>, text: &str) -> Result<PersonId, Failure> {
    let unknown = || Failure::new(Trouble::No, say!("person-unknown", name = text)).hint(say!("person-unknown-hint"));
    if let Ok(person) = text.parse::<PersonId>() {
        // Who is not known is refused by the rules, with their own words.
        return Ok(person);
    }
    if !bench.vault.is_open()? {
        return Err(crate::port::vault_locked());
    }
    let wanted = fold(text.trim());
    let is_called = |view: &PersonView| view.name.as_deref().is_some_and(|name| fold(name) == wanted);
    let mut found: Vec<_> = people(bench)?.into_iter().filter(is_called).collect();
    match (found.pop(), found.is_empty()) {
        (Some(view), true) => Ok(view.person),
        (Some(_), false) => {
            Err(Failure::new(Trouble::Usage, say!("person-ambiguous", name = text)).hint(say!("person-unknown-hint")))
        }
        (None, _) => Err(unknown()),
    }
}

/// Signs somebody in by PIN: the caller then puts [`SignedIn::by`] at the bench.
///
/// Errors: nobody of that name; no PIN yet; a wrong one, counted; a wait after several wrong ones; every role taken back;
/// the vault is locked.
pub fn sign_in(bench: &Bench<'_>, name_or_id: &str, pin: &Secret) -> Result<SignedIn, Failure> {
    let person = find_person(bench, name_or_id)?;
    let file = bench.index.get::<PersonFile>(&person)?.ok_or_else(|| {
        Failure::new(Trouble::No, say!("rule-person-known", person = person.as_str())).by_rule("person-known")
    })?;
    if file.left {
        let what = say!("rule-person-active", person = person.as_str());
        return Err(Failure::new(Trouble::No, what).by_rule("person-active"));
    }
    try_pin(bench, &person, pin)?;
    let name = bench.name_of(person.as_str())?.unwrap_or_else(|| person.to_string());
    Ok(SignedIn { person, name, roles: file.roles, how: How::Pin })
}

/// Adds a person, with a role or as a guest, with a PIN or without. Errors: the name is taken; the PIN is too easy; the
/// rules (a lead, signed in).
pub fn add_person(
    bench: &Bench<'_>,
    name: &str,
    role: Option<Role>,
    pin: Option<&Secret>,
) -> Result<PersonView, Failure> {
    let name = check_name(name)?;
    pin.map_or(Ok(()), check_pin)?;
    let wanted = fold(name);
    if people(bench)?.iter().any(|view| view.name.as_deref().is_some_and(|name| fold(name) == wanted)) {
        return Err(Failure::new(Trouble::Usage, say!("person-name-taken", name = name)));
    }
    let person = PersonId::from_random(bench.chance.bytes());
    let mut facts: Vec<(_, Fact)> = vec![(None, PersonAdded { person: person.clone() }.into())];
    facts.extend(role.map(|role| (None, RoleGranted { person: person.clone(), role }.into())));
    bench.vault.seal(person.as_str(), name)?;
    let recorded = pin
        .map_or(Ok(()), |pin| keep_pin(bench.vault, bench.chance, &person, pin))
        .and_then(|()| bench.record_all(facts));
    recorded.map_err(|failure| unsealed(bench.vault, &[&person], failure))?;
    view(bench, person)
}

/// Gives a person a role. Errors: no PIN, so that anybody could claim to be them: the guest has none; the rules.
pub fn grant(bench: &Bench<'_>, person: &PersonId, role: Role) -> Result<PersonView, Failure> {
    refuse_shared(bench, person)?;
    if !has_pin(bench.vault, person)? {
        let name = bench.name_of(person.as_str())?.unwrap_or_else(|| person.to_string());
        let what = say!("person-grant-no-pin", name = name);
        return Err(Failure::new(Trouble::No, what).hint(say!("person-grant-no-pin-hint")));
    }
    bench.record(None, RoleGranted { person: person.clone(), role })?;
    view(bench, person.clone())
}

/// Takes a role back, or every role: then the person may record nothing more. Errors: nothing to take back; the last lead.
pub fn revoke(bench: &Bench<'_>, person: &PersonId, role: Option<Role>) -> Result<PersonView, Failure> {
    let has = bench.index.get::<PersonFile>(person)?.unwrap_or_default().roles;
    let mut taken: Vec<Role> = has.into_iter().filter(|held| role.is_none_or(|role| role == *held)).collect();
    // A lead who leaves is a lead to the end.
    taken.sort_by_key(|role| *role == Role::Lead);
    if taken.is_empty() {
        let what = say!("person-no-role", person = person.as_str());
        return Err(Failure::new(Trouble::No, what).by_rule("nothing-to-undo"));
    }
    let fact = |role| (None, RoleRevoked { person: person.clone(), role }.into());
    bench.record_all(taken.into_iter().map(fact).collect())?;
    view(bench, person.clone())
}

/// Refuses what would make somebody of the one who stands for whoever comes.
pub(super) fn refuse_shared(bench: &Bench<'_>, person: &PersonId) -> Result<(), Failure> {
    let has_role = bench.index.get::<PersonFile>(person)?.is_some_and(|file| !file.roles.is_empty());
    if *person != bench.nobody || has_role {
        return Ok(());
    }
    let name = bench.name_of(person.as_str())?.unwrap_or_else(|| person.to_string());
    Err(Failure::new(Trouble::No, say!("person-shared", name = name)).hint(say!("person-shared-hint")))
}

/// Sets a PIN: one's own, or anybody's by a lead; signed in, either way.
///
/// Errors: too easy; it is of whoever comes, or of somebody who left; the rules (one's own, or a lead; signed in).
pub fn set_pin(bench: &Bench<'_>, person: &PersonId, new: &Secret) -> Result<(), Failure> {
    record_pin(bench, &bench.by, PinSet { person: person.clone(), recovered: false }, new)
}

/// Sets the PIN of a lead without any PIN, after the vault was opened by its passphrase or by two recovery parts: else a
/// team whose only lead forgot it has no lead any more. It is recorded as that lead's own doing, claimed, and as done so.
///
/// Errors: as for [`set_pin`]; the person is no lead.
pub fn recover_pin(bench: &Bench<'_>, person: &PersonId, new: &Secret) -> Result<(), Failure> {
    let by = By { person: person.clone(), how: How::Claimed };
    record_pin(bench, &by, PinSet { person: person.clone(), recovered: true }, new)
}

fn record_pin(bench: &Bench<'_>, by: &By, set: PinSet, new: &Secret) -> Result<(), Failure> {
    check_pin(new)?;
    let person = set.person.clone();
    refuse_shared(bench, &person)?;
    if bench.index.get::<PersonFile>(&person)?.is_some_and(|file| file.left) {
        let what = say!("rule-person-active", person = person.as_str());
        return Err(Failure::new(Trouble::No, what).by_rule("person-active"));
    }
    // Before it is kept: a PIN that nobody recorded is a PIN taken over in silence.
    bench.journal.append(Entry { by: by.clone(), ..bench.entry(None, set) })?;
    keep_pin(bench.vault, bench.chance, &person, new)
}

impl Bench<'_> {
    /// The name behind an id; none where it is unknown, erased, or the vault is locked.
    pub fn name_of(&self, id: &str) -> Result<Option<String>, Failure> {
        match self.vault.open(id) {
            Err(failure) if failure.is_vault_locked() => Ok(None),
            answer => answer,
        }
    }

    /// What whoever is at the bench may do.
    pub fn roles(&self) -> Result<Vec<Role>, Failure> {
        Ok(self.index.get::<PersonFile>(&self.by.person)?.unwrap_or_default().roles)
    }

    /// Whether whoever is at the bench is known by more than a claim.
    #[must_use]
    pub const fn is_signed_in(&self) -> bool {
        matches!(self.by.how, How::Pin | How::Badge)
    }

    /// Whether a lead is at the bench, signed in.
    pub fn is_lead_signed_in(&self) -> Result<bool, Failure> {
        Ok(self.is_signed_in() && self.roles()?.contains(&Role::Lead))
    }
}
