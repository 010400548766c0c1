//! Ctrl-C and SIGTERM: a flag that jobs look at, so that a stop is an outcome and not an accident.

use crate::port::{Failure, Trouble};
use crate::word::say;
use signal_hook::consts::{SIGINT, SIGTERM};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Whether somebody asked the process to stop.
#[derive(Clone, Debug)]
pub(super) struct Interrupt(Arc<AtomicBool>);

impl Interrupt {
    /// Watches both signals from now on. A second one ends the process at once.
    pub(super) fn watch() -> Result<Self, Failure> {
        let flag = Arc::new(AtomicBool::new(false));
        for signal in [SIGINT, SIGTERM] {
            // The order matters: the second signal finds the flag set and takes the default action.
            signal_hook::flag::register_conditional_default(signal, Arc::clone(&flag))
                .and_then(|_first| signal_hook::flag::register(signal, Arc::clone(&flag)))
                .map_err(|error| Failure::new(Trouble::Io, say!("signal-failed")).because(error))?;
        }
        Ok(Self(flag))
    }

    pub(super) fn is_set(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}
