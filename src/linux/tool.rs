//! Running another program and reading its answer: witnesses that are not ours (`grep`, `e2fsck`, `debugfs`).

#![expect(clippy::disallowed_methods, reason = "an adapter: it runs processes")]

use crate::port::{Failure, Trouble};
use crate::word::say;
use std::ffi::OsStr;
use std::fmt::Debug;
use std::os::unix::process::CommandExt;
use std::process::{Command, Stdio};

/// What a program answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ToolAnswer {
    /// Its exit code; none where a signal ended it.
    pub code: Option<i32>,
    /// What it printed.
    pub out: String,
    /// What it complained.
    pub complaint: String,
}

/// What runs programs.
pub trait Tools: Debug + Send + Sync {
    /// Runs one to its end. Errors: it is not there or cannot be started.
    fn run(&self, name: &str, args: &[&OsStr]) -> Result<ToolAnswer, Failure>;
}

/// The programs of this machine.
#[derive(Clone, Copy, Debug)]
pub struct Installed;

impl Tools for Installed {
    fn run(&self, name: &str, args: &[&OsStr]) -> Result<ToolAnswer, Failure> {
        tool(name, args)
    }
}

/// Runs a program to its end in the C locale, without input. `/usr/sbin` and `/sbin` are searched too. Errors: it is not
/// there or cannot be started.
pub fn tool(name: &str, args: &[&OsStr]) -> Result<ToolAnswer, Failure> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut path = path.into_string().unwrap_or_default();
    path.push_str(":/usr/sbin:/sbin");
    let output = Command::new("env")
        .env("PATH", path)
        .arg(name)
        .args(args)
        .env("LC_ALL", "C")
        // What other programs than its own made is a file system all the same, odd numbers of tracks or not.
        .env("MTOOLS_SKIP_CHECK", "1")
        .stdin(Stdio::null())
        // Ctrl-C stops us between two programs, never one in the middle of a file system.
        .process_group(0)
        .output()
        .map_err(|error| Failure::new(Trouble::Io, say!("tool-missing", tool = name)).because(error))?;
    if output.status.code() == Some(127) {
        return Err(Failure::new(Trouble::Io, say!("tool-missing", tool = name)).hint(say!("tool-missing-hint")));
    }
    Ok(ToolAnswer {
        code: output.status.code(),
        out: String::from_utf8_lossy(&output.stdout).into_owned(),
        complaint: String::from_utf8_lossy(&output.stderr).into_owned(),
    })
}
