//! [`Smart`] by smartmontools: `smartctl --json -x`, whose table of USB bridges is the best there is.
//!
//! Invariants: the disk is told nothing but to test itself, where a person asked for that; no question takes longer than
//! [`PATIENCE`].

use super::tool::{ToolAnswer, tool};
use crate::device::{Bus, Disk};
use crate::port::{Failure, Smart, Trouble};
use crate::reading::{ExitBits, SmartReport};
use crate::word::say;
use std::ffi::{OsStr, OsString};
use std::io;
use std::thread::{self, ScopedJoinHandle};

/// How long a disk may take to answer, seconds: one that sleeps must spin up, and a dying one reads its logs slowly.
const PATIENCE: &str = "30";
/// How much longer smartctl may take to give up, seconds.
const GRACE: &str = "--kill-after=3";
/// What `timeout` answers where the program took longer, and where it had to be killed. Source: `timeout(1)`.
const TOO_LONG: [i32; 2] = [124, 137];

/// Asks disks through smartctl.
#[derive(Clone, Debug)]
pub struct Smartctl {
    /// The program: its name or path.
    pub program: OsString,
    /// How long a disk may take to answer, seconds.
    pub patience: OsString,
}

impl Default for Smartctl {
    fn default() -> Self {
        Self { program: "smartctl".into(), patience: PATIENCE.into() }
    }
}

impl Smartctl {
    fn ask(&self, disk: &Disk, kind: &[&str]) -> Result<SmartReport, Failure> {
        let answer = self.run(disk, &[&["-x"], kind].concat())?;
        SmartReport::read(answer.out.as_bytes()).map_err(|error| {
            Failure::new(Trouble::Io, say!("smart-no-answer", disk = disk.name.as_str())).detail(error)
        })
    }

    fn run(&self, disk: &Disk, what: &[&str]) -> Result<ToolAnswer, Failure> {
        let mut line: Vec<&OsStr> = vec![GRACE.as_ref(), &self.patience, &self.program, "--json".as_ref()];
        line.extend(what.iter().map(OsStr::new));
        line.push(disk.path.as_os_str());
        let program = self.program.to_string_lossy().into_owned();
        let answer = tool("timeout", &line)
            .map_err(|failure| Failure { what: say!("tool-missing", tool = program), ..failure })?;
        if answer.code.is_none_or(|code| TOO_LONG.contains(&code)) {
            return Err(Failure::new(
                Trouble::Io,
                say!(
                    "smart-too-long",
                    disk = disk.name.as_str(),
                    seconds = self.patience.to_string_lossy().into_owned()
                ),
            ));
        }
        Ok(answer)
    }
}

impl Smart for Smartctl {
    fn start_test(&self, disk: &Disk, long: bool) -> Result<(), Failure> {
        let answer = self.run(disk, &["-t", if long { "long" } else { "short" }])?;
        // The others tell of the disk's health, not of the command.
        let own = |exit: ExitBits| exit.usage() || exit.not_opened() || exit.command_failed();
        if answer.code.and_then(|code| u8::try_from(code).ok()).is_some_and(|code| !own(ExitBits(code))) {
            return Ok(());
        }
        let said = SmartReport::read(answer.out.as_bytes()).ok().and_then(|report| report.messages.into_iter().next());
        let refused = Failure::new(Trouble::No, say!("self-test-refused", disk = disk.name.as_str()))
            .hint(say!("self-test-refused-hint"));
        Err(Failure { cause: said, ..refused })
    }

    fn report(&self, disk: &Disk) -> Result<SmartReport, Failure> {
        let first = self.ask(disk, &[])?;
        if disk.bus != Bus::Usb || first.has_numbers() {
            return Ok(first);
        }
        // Most bridges that smartctl has no entry for pass the standard's own commands on.
        let second = self.ask(disk, &["-d", "sat"]).ok().filter(SmartReport::has_numbers);
        Ok(second.unwrap_or(first))
    }

    fn reports(&self, disks: &[&Disk]) -> Vec<Result<SmartReport, Failure>> {
        let lost = |disk: &Disk| Failure::new(Trouble::TryAgain, say!("smart-no-answer", disk = disk.name.as_str()));
        thread::scope(|scope| {
            let asked: Vec<_> = disks
                .iter()
                .map(|disk| (disk, thread::Builder::new().spawn_scoped(scope, || self.report(disk))))
                .collect();
            let answer = |(disk, thread): (&&Disk, io::Result<ScopedJoinHandle<'_, _>>)| match thread {
                Ok(thread) => thread.join().unwrap_or_else(|_panic| Err(lost(disk))),
                Err(error) => Err(lost(disk).because(error)),
            };
            asked.into_iter().map(answer).collect()
        })
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::disallowed_methods, reason = "a test makes a program of its own")]

    use super::*;
    use crate::device::{Attachment, DiskIdentity};
    use crate::unit::Bytes;
    use std::fs;
    use std::os::unix::fs::PermissionsExt;
    use std::path::Path;

    fn disk(bus: Bus) -> Disk {
        Disk {
            name: "sdq".to_owned(),
            path: "/dev/sdq".into(),
            identity: DiskIdentity { serial: None, wwn: None, model: None, size: Bytes(512) },
            attachment: Attachment { boot_id: "b".to_owned(), diskseq: None, port: "p".to_owned() },
            logical_block: 512,
            physical_block: 512,
            bus,
            rotational: None,
            removable: false,
            practice: false,
            serial_shared: false,
            obstacles: Vec::new(),
        }
    }

    /// A program that writes down how it was called and does what `script` says.
    fn asked(script: &str, bus: Bus) -> (Result<SmartReport, Failure>, Vec<String>) {
        let folder = tempfile::tempdir().expect("a folder");
        let (program, calls) = (folder.path().join("smartctl"), folder.path().join("calls"));
        let text = format!("#!/bin/sh\necho \"$*\" >> {}\n{script}\n", calls.display());
        fs::write(&program, text).expect("written");
        fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).expect("ours");
        let smart = Smartctl { program: program.into_os_string(), patience: "1".into() };
        let report = smart.report(&disk(bus));
        (report, read_lines(&calls))
    }

    #[test]
    fn a_disk_is_told_to_test_itself_and_a_refusal_is_told_in_its_own_words() {
        let told = |script: &str, long: bool| {
            let folder = tempfile::tempdir().expect("a folder");
            let (program, calls) = (folder.path().join("smartctl"), folder.path().join("calls"));
            let text = format!("#!/bin/sh\necho \"$*\" >> {}\n{script}\n", calls.display());
            fs::write(&program, text).expect("written");
            fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).expect("ours");
            let smart = Smartctl { program: program.into_os_string(), patience: "1".into() };
            (smart.start_test(&disk(Bus::Ata), long), read_lines(&calls))
        };
        let (done, calls) = told("exit 64", true);
        assert!(done.is_ok(), "bit 6 tells of old errors: {done:?}");
        assert_eq!(calls, ["--json -t long /dev/sdq"]);
        let (refused, calls) = told(&format!("cat <<'X'\n{STRANGE}\nX\nexit 4"), false);
        let refused = refused.expect_err("bit 2: the command failed");
        assert_eq!((refused.what.key(), calls), ("self-test-refused", vec!["--json -t short /dev/sdq".to_owned()]));
        assert!(refused.cause.is_some_and(|cause| cause.contains("Unknown USB bridge")));
    }

    #[test]
    fn disks_are_asked_side_by_side_and_one_that_hangs_is_named() {
        let folder = tempfile::tempdir().expect("a folder");
        let (program, here) = (folder.path().join("smartctl"), folder.path().display().to_string());
        // The first waits for the second to be asked; the third never answers.
        let script = format!(
            "#!/bin/sh\ncase \"$*\" in *sda) while [ ! -e {here}/asked ]; do :; done;; *sdb) touch {here}/asked;; *) exec tail -f /dev/null;; esac\ncat <<'X'\n{WELL}\nX\n"
        );
        fs::write(&program, script).expect("written");
        fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).expect("ours");
        let smart = Smartctl { program: program.into_os_string(), patience: "2".into() };
        let named = |name: &str| Disk { name: name.to_owned(), path: format!("/dev/{name}").into(), ..disk(Bus::Ata) };
        let disks = ["sda", "sdb", "sdc"].map(named);
        let answers = smart.reports(&disks.iter().collect::<Vec<_>>());
        let hours = |at: usize| answers[at].as_ref().map(|report| report.hours).map_err(|failure| failure.what.key());
        assert_eq!([hours(0), hours(1)], [Ok(Some(7)), Ok(Some(7))]);
        let hung = answers[2].as_ref().expect_err("it hangs");
        let words = crate::word::Words::new(crate::word::Lang::Vi, None).expect("embedded");
        assert!(hung.what.key() == "smart-too-long" && words.say(&hung.what).contains("sdc"), "{hung:?}");
    }

    fn read_lines(file: &Path) -> Vec<String> {
        fs::read_to_string(file).unwrap_or_default().lines().map(str::to_owned).collect()
    }

    const WELL: &str = r#"{"smartctl":{"exit_status":0},"smart_status":{"passed":true},"power_on_time":{"hours":7},
        "ata_smart_attributes":{"table":[{"id":197,"name":"x","raw":{"value":0,"string":"0"}}]}}"#;
    const STRANGE: &str =
        r#"{"smartctl":{"exit_status":1,"messages":[{"string":"/dev/sdq: Unknown USB bridge [0x1:0x2]"}]}}"#;

    #[test]
    fn a_disk_is_asked_once_for_everything_and_its_exit_status_is_no_failure() {
        let (report, calls) = asked(&format!("cat <<'X'\n{WELL}\nX\nexit 64"), Bus::Ata);
        assert_eq!(report.expect("an answer").hours, Some(7));
        assert_eq!(calls, ["--json -x /dev/sdq"]);
    }

    #[test]
    fn behind_a_bridge_that_nobody_knows_the_standard_way_is_tried_too() {
        let script =
            format!("case \"$*\" in *sat*) cat <<'X'\n{WELL}\nX\n;; *) cat <<'X'\n{STRANGE}\nX\nexit 1;; esac");
        let (report, calls) = asked(&script, Bus::Usb);
        assert_eq!(report.expect("an answer").passed, Some(true));
        assert_eq!(calls, ["--json -x /dev/sdq", "--json -x -d sat /dev/sdq"]);
        let (report, calls) = asked(&script, Bus::Ata);
        assert_eq!((report.expect("an answer").passed, calls.len()), (None, 1), "only bridges need it");
        let (report, _) = asked(&format!("cat <<'X'\n{STRANGE}\nX\nexit 1"), Bus::Usb);
        let said = report.expect("an answer").messages;
        assert!(said[0].contains("Unknown USB bridge"), "{said:?}");
    }

    #[test]
    fn a_missing_program_rubbish_and_silence_are_told_apart() {
        let gone = Smartctl { program: "/nonexistent/smartctl".into(), ..Smartctl::default() };
        assert_eq!(gone.report(&disk(Bus::Ata)).expect_err("nothing there").what.key(), "tool-missing");
        let (rubbish, _) = asked("echo hello", Bus::Ata);
        assert_eq!(rubbish.expect_err("no JSON").what.key(), "smart-no-answer");
        let (late, _) = asked("exec sleep 60", Bus::Ata);
        assert_eq!(late.expect_err("too late").what.key(), "smart-too-long");
    }
}
