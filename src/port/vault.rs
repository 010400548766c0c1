//! The vault: names behind opaque ids, sealed.

use super::failure::{Failure, Trouble};
use crate::word::say;
use std::cell::RefCell;
use std::collections::BTreeMap;

/// Names by opaque id. What is erased cannot be had back.
///
/// A locked vault answers [`vault_locked`] to `seal`, `open` and `change`; erasing needs no key.
pub trait Vault {
    /// Seals a name under an id, in place of what was there.
    fn seal(&self, id: &str, name: &str) -> Result<(), Failure>;
    /// The name, or `None` where it is unknown or erased.
    fn open(&self, id: &str) -> Result<Option<String>, Failure>;
    /// Destroys the name and its key.
    fn erase(&self, id: &str) -> Result<(), Failure>;

    /// Seals what `change` makes of what is there; nobody else changes it in between. Errors of `change` change nothing.
    fn change(&self, id: &str, change: Change<'_>) -> Result<(), Failure> {
        let text = change(self.open(id)?)?;
        self.seal(id, &text)
    }

    /// Whether names can be read and sealed now.
    fn is_open(&self) -> Result<bool, Failure> {
        Ok(true)
    }
}

/// Makes of what was sealed what is to be sealed.
pub type Change<'a> = &'a mut dyn FnMut(Option<String>) -> Result<String, Failure>;

/// What a locked vault answers, and what to do.
#[must_use]
pub fn vault_locked() -> Failure {
    Failure::new(Trouble::TryAgain, say!("vault-locked")).hint(say!("vault-locked-hint"))
}

impl Failure {
    /// Whether it fails only because the vault is locked.
    #[must_use]
    pub fn is_vault_locked(&self) -> bool {
        self.what.key() == "vault-locked"
    }
}

/// Names in memory, unsealed: for tests. Locked, where it is told so.
#[derive(Debug, Default)]
pub struct FakeVault {
    names: RefCell<BTreeMap<String, String>>,
    locked: std::cell::Cell<bool>,
}

impl FakeVault {
    /// Locks or unlocks it.
    pub fn lock(&self, locked: bool) {
        self.locked.set(locked);
    }

    fn names(&self) -> Result<&RefCell<BTreeMap<String, String>>, Failure> {
        if self.locked.get() { Err(vault_locked()) } else { Ok(&self.names) }
    }
}

impl Vault for FakeVault {
    fn seal(&self, id: &str, name: &str) -> Result<(), Failure> {
        self.names()?.borrow_mut().insert(id.to_owned(), name.to_owned());
        Ok(())
    }

    fn open(&self, id: &str) -> Result<Option<String>, Failure> {
        Ok(self.names()?.borrow().get(id).cloned())
    }

    fn erase(&self, id: &str) -> Result<(), Failure> {
        self.names.borrow_mut().remove(id);
        Ok(())
    }

    fn is_open(&self) -> Result<bool, Failure> {
        Ok(!self.locked.get())
    }
}
