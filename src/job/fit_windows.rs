//! Fitting a Windows: its answer file for the first start.
//!
//! Invariants: only an image whose manifest tells of its Windows gets one; it does not count as put before a fresh volume
//! shows it.

use super::fit::Fitting;
use super::fit_put::step;
use super::fit_table::Held;
use super::run::Stop;
use crate::imaging::{Inside, Placed, Setting, SystemKind, UNATTEND, Unattend, WINDOWS_SYSTEM};
use crate::port::{Failure, Trouble};
use crate::word::say;

impl Fitting<'_, '_> {
    /// Puts the answer file where Windows looks for it: what Windows cannot be told. Errors: there is no Windows.
    pub(super) fn settle_windows(&mut self, held: &[Held]) -> Result<Vec<Setting>, Stop> {
        let list = self.order.first_boot;
        let told = Unattend::of(list, self.order.tag);
        let set = told.set();
        if !set.is_empty() {
            let xml = told.to_xml(&self.order.manifest.arch);
            let text = xml.map_err(|error| Failure::new(Trouble::TryAgain, say!("no-memory")).because(error))?;
            self.put_into_windows(held, &Placed { path: UNATTEND.to_owned(), what: Inside::plain(text) })?;
            self.did(set.into_iter().map(step));
        }
        Ok(told.left(list))
    }

    fn put_into_windows(&self, held: &[Held], placed: &Placed) -> Result<(), Stop> {
        for one in held.iter().filter(|held| held.is(SystemKind::Ntfs)) {
            let mut volume = self.run.disks.volume(self.run.armed, one.partition, SystemKind::Ntfs)?;
            if volume.is_there(WINDOWS_SYSTEM)? {
                volume.check()?;
                return self.put_all(volume, one.partition, SystemKind::Ntfs, std::slice::from_ref(placed));
            }
        }
        Err(Failure::new(Trouble::No, say!("fit-no-windows")).hint(say!("image-hint-fetch-again")).into())
    }
}
