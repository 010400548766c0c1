//! Ctrl-C and SIGTERM: a flag that jobs look at, so that a stop is an outcome and not an accident.

use crate::port::{Failure, Trouble};
use crate::word::say;
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Whether somebody asked the process to stop.
#[derive(Clone, Debug)]
pub(super) struct Interrupt(Arc<AtomicBool>);

impl Interrupt {
    /// Watches both signals from now on. A second one ends the process at once.
    pub(super) fn watch() -> Result<Self, Failure> {
        let interrupt = Self(Arc::new(AtomicBool::new(false)));
        interrupt.listen(SIGINT)?;
        interrupt.listen(SIGTERM)?;
        Ok(interrupt)
    }

    /// Watches for the loss of the terminal too, for what cannot go on without one. It may be told of more than once, so
    /// none of these ends the process by itself.
    pub(super) fn watch_hangup(&self) -> Result<(), Failure> {
        let registered = signal_hook::flag::register(SIGHUP, Arc::clone(&self.0));
        registered.map(|_id| ()).map_err(|error| failed(&error))
    }

    fn listen(&self, signal: i32) -> Result<(), Failure> {
        // The order matters: the second signal finds the flag set and takes the default action.
        signal_hook::flag::register_conditional_default(signal, Arc::clone(&self.0))
            .and_then(|_first| signal_hook::flag::register(signal, Arc::clone(&self.0)))
            .map(|_second| ())
            .map_err(|error| failed(&error))
    }

    pub(super) fn is_set(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

fn failed(error: &io::Error) -> Failure {
    Failure::new(Trouble::Io, say!("signal-failed")).because(error)
}
