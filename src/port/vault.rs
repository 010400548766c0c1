//! The vault: names behind opaque ids, sealed.

use super::failure::Failure;
use std::cell::RefCell;
use std::collections::BTreeMap;

/// Names by opaque id. What is erased cannot be had back.
pub trait Vault {
    /// Seals a name under an id, in place of what was there.
    fn seal(&self, id: &str, name: &str) -> Result<(), Failure>;
    /// The name, or `None` where it is unknown or erased.
    fn open(&self, id: &str) -> Result<Option<String>, Failure>;
    /// Destroys the name and its key.
    fn erase(&self, id: &str) -> Result<(), Failure>;
}

/// Names in memory, unsealed: for tests.
#[derive(Debug, Default)]
pub struct FakeVault(RefCell<BTreeMap<String, String>>);

impl Vault for FakeVault {
    fn seal(&self, id: &str, name: &str) -> Result<(), Failure> {
        self.0.borrow_mut().insert(id.to_owned(), name.to_owned());
        Ok(())
    }

    fn open(&self, id: &str) -> Result<Option<String>, Failure> {
        Ok(self.0.borrow().get(id).cloned())
    }

    fn erase(&self, id: &str) -> Result<(), Failure> {
        self.0.borrow_mut().remove(id);
        Ok(())
    }
}
