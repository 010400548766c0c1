//! Ctrl-C and SIGTERM: a flag that jobs look at, so that a stop is an outcome and not an accident.
//!
//! Invariant: a second signal ends the process at once, but never while the terminal is taken over.

use crate::port::{Failure, Trouble};
use crate::word::say;
use signal_hook::SigId;
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::flag::{register, register_conditional_default};
use signal_hook::low_level::unregister;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Whether somebody asked the process to stop.
#[derive(Clone, Debug)]
pub(super) struct Interrupt {
    asked: Arc<AtomicBool>,
    /// What only sets the flag, however often it is asked.
    patient: Vec<SigId>,
}

impl Interrupt {
    /// Watches both signals from now on. A second one ends the process at once.
    pub(super) fn watch() -> Result<Self, Failure> {
        let interrupt = Self { asked: Arc::default(), patient: Vec::new() };
        interrupt.listen()?;
        Ok(interrupt)
    }

    /// Watches both signals, and for the loss of the terminal, for what has it taken over: none of them ends the process by
    /// itself before [`Self::let_go`].
    pub(super) fn watch_on_screen() -> Result<Self, Failure> {
        let asked = Arc::default();
        let flag = |signal| register(signal, Arc::clone(&asked)).map_err(|error| failed(&error));
        flag(SIGHUP)?;
        let patient = [SIGINT, SIGTERM].into_iter().map(flag).collect::<Result<_, _>>()?;
        Ok(Self { asked, patient })
    }

    /// The terminal is given back: from now on a second signal ends the process at once.
    pub(super) fn let_go(&self) -> Result<(), Failure> {
        self.listen()?;
        self.patient.iter().for_each(|id| _ = unregister(*id));
        Ok(())
    }

    fn listen(&self) -> Result<(), Failure> {
        for signal in [SIGINT, SIGTERM] {
            // The order matters: the second signal finds the flag set and takes the default action.
            register_conditional_default(signal, Arc::clone(&self.asked))
                .and_then(|_first| register(signal, Arc::clone(&self.asked)))
                .map_err(|error| failed(&error))?;
        }
        Ok(())
    }

    pub(super) fn is_set(&self) -> bool {
        self.asked.load(Ordering::Relaxed)
    }
}

fn failed(error: &io::Error) -> Failure {
    Failure::new(Trouble::Io, say!("signal-failed")).because(error)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::disallowed_methods, reason = "a signal is of the whole process: the test runs one")]

    use super::*;
    use std::os::unix::process::ExitStatusExt;
    use std::process::Command;

    #[test]
    #[ignore = "the process that the test below runs"]
    fn asks_itself_to_stop_four_times() {
        let raise = || signal_hook::low_level::raise(SIGTERM).expect("its own signal");
        let interrupt = Interrupt::watch_on_screen().expect("watched");
        assert!(!interrupt.is_set());
        (0..3).for_each(|_again| raise());
        assert!(interrupt.is_set());
        interrupt.let_go().expect("watched");
        println!("it lives");
        raise();
        println!("it lives on");
    }

    #[test]
    fn a_second_signal_ends_the_process_only_when_the_terminal_is_given_back() {
        let ran = Command::new(std::env::current_exe().expect("this test"))
            .args(["--exact", "station::signal::tests::asks_itself_to_stop_four_times", "--ignored", "--nocapture"])
            .output()
            .expect("runs");
        let said = String::from_utf8_lossy(&ran.stdout);
        assert!(said.contains("it lives") && !said.contains("it lives on"), "{said}");
        assert_eq!(ran.status.signal(), Some(SIGTERM), "{ran:?}");
    }
}
