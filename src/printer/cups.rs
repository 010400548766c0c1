//! Print queues of this machine, through the printing system's own commands.
//!
//! Invariants: a printing system that does not answer is ended after [`LIMIT`]; what comes from outside stands behind an
//! option of its own and never begins with a dash.

#![expect(clippy::disallowed_methods, reason = "an adapter: it runs processes")]

use super::line;
use crate::port::{Failure, PrintForm, PrinterAddress, Trouble, printer_gone};
use crate::tag::PrinterState;
use crate::word::say;
use rustix::event::PollFlags;
use rustix::fs::MemfdFlags;
use rustix::process::{Pid, PidfdFlags, pidfd_open};
use std::fs::File;
use std::io::{self, Read, Seek, Write};
use std::os::unix::process::CommandExt;
use std::process::{Command, Stdio};
use std::time::Duration;

/// How long the printing system may take.
const LIMIT: Duration = Duration::from_secs(10);

/// What a command came to.
struct Ran {
    is_good: bool,
    out: String,
    complaint: String,
}

/// Runs a command in the C locale with that input. Errors: it is not there, or it was ended for its time.
fn run(name: &str, args: &[&str], input: Option<&[u8]>) -> io::Result<Ran> {
    let stdin = match input {
        Some(bytes) => {
            // Not a pipe: a command that hangs must not hold us up.
            let mut file = File::from(rustix::fs::memfd_create("print", MemfdFlags::CLOEXEC)?);
            file.write_all(bytes)?;
            file.rewind()?;
            Stdio::from(file)
        }
        None => Stdio::null(),
    };
    let mut child = Command::new(name)
        .args(args)
        .env("LC_ALL", "C")
        .stdin(stdin)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        // Ctrl-C stops us, never half of what is handed over.
        .process_group(0)
        .spawn()?;
    let ended = pidfd_open(Pid::from_child(&child), PidfdFlags::empty())
        .map_err(io::Error::from)
        .and_then(|handle| line::wait(handle, PollFlags::IN, LIMIT));
    if !matches!(ended, Ok(true)) {
        let _gone = child.kill();
        let _status = child.wait();
        return Err(ended.err().unwrap_or_else(|| io::ErrorKind::TimedOut.into()));
    }
    let (mut out, mut complaint) = (Vec::new(), Vec::new());
    if let Some(pipe) = &mut child.stdout {
        pipe.read_to_end(&mut out)?;
    }
    if let Some(pipe) = &mut child.stderr {
        pipe.read_to_end(&mut complaint)?;
    }
    let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).trim().to_owned();
    Ok(Ran { is_good: child.wait()?.success(), out: text(out), complaint: text(complaint) })
}

/// The queues that there are; none where there is no printing system.
pub(super) fn queues() -> Vec<String> {
    run("lpstat", &["-p"], None).map_or_else(|_none| Vec::new(), |ran| named(&ran.out))
}

fn named(told: &str) -> Vec<String> {
    told.lines().filter_map(|line| line.strip_prefix("printer ")?.split(' ').next()).map(str::to_owned).collect()
}

pub(super) fn state(queue: &str) -> PrinterState {
    match run("lpstat", &["-l", "-p", queue], None) {
        Ok(ran) if ran.is_good => told(&ran.out),
        Ok(_) | Err(_) => PrinterState::Gone,
    }
}

/// How the queue is, and why, in the words of RFC 8011's `printer-state-reasons`.
fn told(text: &str) -> PrinterState {
    let head = text.lines().next().unwrap_or_default();
    let said = |words: &[&str]| words.iter().any(|word| text.contains(word));
    match () {
        () if !head.starts_with("printer ") => PrinterState::Unknown,
        () if said(&["media-empty", "media-needed"]) => PrinterState::PaperOut,
        () if said(&["cover-open", "door-open"]) => PrinterState::CoverOpen,
        () if head.contains(" disabled ") => PrinterState::Stopped,
        () if head.contains(" is idle") || head.contains(" now printing ") => PrinterState::Ready,
        () => PrinterState::Unknown,
    }
}

pub(super) fn send(queue: &str, title: &str, form: PrintForm, bytes: &[u8]) -> Result<(), Failure> {
    let title: String = title.chars().filter(|letter| !letter.is_control()).collect();
    let title = format!("aoxanh {title}");
    let mut args = vec!["-d", queue, "-t", title.as_str()];
    if form == PrintForm::Raw {
        args.extend(["-o", "raw"]);
    }
    let gone = || printer_gone(&PrinterAddress::Cups(queue.to_owned()));
    match run("lp", &args, Some(bytes)) {
        Ok(ran) if ran.is_good => Ok(()),
        Ok(ran) => Err(gone().because(ran.complaint)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            Err(Failure::new(Trouble::Io, say!("tool-missing", tool = "lp")).hint(say!("printer-no-cups-hint")))
        }
        Err(error) => Err(gone().because(error)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_printing_system_tells_is_read_line_by_line() {
        let idle = "printer tem is idle.  enabled since Mon Nov 23 03:00:00 2026\n\tAlerts: none\n";
        let listed = format!("{idle}printer van-phong disabled since Mon Nov 23 03:00:00 2026 -\n\treason unknown\n");
        assert_eq!(named(&listed), ["tem", "van-phong"]);
        assert_eq!(named("lpstat: No destinations added."), [""; 0]);
        for (text, wanted) in [
            (idle, PrinterState::Ready),
            ("printer tem now printing tem-1.  enabled since x\n", PrinterState::Ready),
            ("printer tem disabled since x -\n\tPaused\n", PrinterState::Stopped),
            ("printer tem is idle.  enabled since x\n\tAlerts: media-empty-error\n", PrinterState::PaperOut),
            ("printer tem now printing x\n\tAlerts: cover-open\n", PrinterState::CoverOpen),
            ("printer tem is odd", PrinterState::Unknown),
            ("", PrinterState::Unknown),
        ] {
            assert_eq!(told(text), wanted, "{text}");
        }
    }
}
