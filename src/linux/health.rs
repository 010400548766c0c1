//! [`Health`] of this machine: what the kernel, the environment and other programs tell.
//!
//! Invariant: nothing is written, and no other program runs for longer than [`PATIENCE`].

#![expect(clippy::disallowed_methods, reason = "an adapter: it reads the clock, the environment and procfs")]

use super::clock::SystemClock;
use super::tool::tool;
use crate::port::{
    Clock, Failure, FileSystem, FolderSigns, Health, KeySign, MachineSigns, SerialPortSign, ToolSign, Trouble,
};
use crate::unit::{Bytes, Moment};
use crate::word::say;
use rustix::fs::Access;
use std::ffi::OsStr;
use std::fs;
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// How long another program may take to answer, seconds: a print server on a network may never.
const PATIENCE: &str = "5";
/// What `timeout` answers where the program took longer. Source: `timeout(1)`.
const TOO_LONG: i32 = 124;
/// Permission bits of a mode.
const BITS: u32 = 0o7777;

/// Looks at this machine.
#[derive(Clone, Debug)]
pub struct MachineHealth {
    /// Where its `/sys`, `/dev` and `/run` are: `/`, but in tests.
    pub root: PathBuf,
    /// The station's folder.
    pub folder: PathBuf,
    /// Names of the key files to look for in it.
    pub keys: Vec<String>,
}

impl MachineHealth {
    /// Serial ports that have hardware: every UART has a type, and those that a driver only reserved have type 0.
    /// Source: Linux, `Documentation/ABI/testing/sysfs-tty`, `type`; `PORT_UNKNOWN` is 0.
    fn serial_ports(&self) -> Vec<SerialPortSign> {
        let ports = self.root.join("sys/class/tty");
        let Ok(entries) = fs::read_dir(&ports) else { return Vec::new() };
        let mut names: Vec<String> = entries
            .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
            .filter(|name| match name.strip_prefix("tty") {
                Some(kind) if kind.starts_with("USB") || kind.starts_with("ACM") => true,
                Some(kind) if kind.starts_with('S') => {
                    fs::read_to_string(ports.join(name).join("type")).is_ok_and(|kind| kind.trim() != "0")
                }
                Some(_) | None => false,
            })
            .collect();
        names.sort();
        let sign = |name: String| {
            let node = self.root.join("dev").join(&name);
            let is_accessible = rustix::fs::access(&node, Access::READ_OK | Access::WRITE_OK).is_ok();
            SerialPortSign { name, is_accessible }
        };
        names.into_iter().map(sign).collect()
    }

    /// Whether the network has set the clock since the start. Only systemd-timesyncd leaves a trace that says so.
    /// Source: `systemd-timesyncd.service(8)`, "Files".
    fn synced(&self) -> Option<bool> {
        if self.root.join("run/systemd/timesync/synchronized").exists() {
            return Some(true);
        }
        self.root.join("run/systemd/timesync").exists().then_some(false)
    }
}

/// One program of each package that works on the file systems of a written disk.
const FITTING: [(&str, &str); 5] = [
    ("resize2fs", "e2fsprogs"),
    ("mcopy", "mtools"),
    ("fsck.fat", "dosfstools"),
    ("ntfsresize", "ntfs-3g"),
    ("btrfs", "btrfs-progs"),
];

impl Health for MachineHealth {
    fn machine(&self) -> MachineSigns {
        MachineSigns {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            is_static: cfg!(target_feature = "crt-static"),
            made: std::env::current_exe().and_then(fs::metadata).and_then(|file| file.modified()).ok().map(moment),
            now: SystemClock::new().now(),
            synced: self.synced(),
            user: rustix::process::geteuid().as_raw(),
            locale: first_set(&["LC_ALL", "LC_CTYPE", "LANG"]),
            term: first_set(&["TERM"]),
            terminal: rustix::termios::tcgetwinsize(io::stdout()).ok().map(|size| (size.ws_col, size.ws_row)),
            smartctl: asked("smartctl", &["--version"]),
            queues: asked("lpstat", &["-e"]),
            fit_lacks: FITTING
                .iter()
                .filter(|(name, _)| !is_there(name))
                .map(|(_, package)| (*package).to_owned())
                .collect(),
            serial_ports: self.serial_ports(),
        }
    }

    fn folder(&self) -> Result<FolderSigns, Failure> {
        let path = &self.folder;
        let look = || -> io::Result<FolderSigns> {
            let room = rustix::fs::statvfs(path)?;
            let about = fs::metadata(path)?;
            Ok(FolderSigns {
                path: path.display().to_string(),
                free: Bytes(room.f_bavail.saturating_mul(room.f_frsize)),
                file_system: FileSystem(rustix::fs::statfs(path)?.f_type.cast_unsigned()),
                is_writable: rustix::fs::access(path, Access::WRITE_OK).is_ok(),
                mode: about.mode() & BITS,
                owner: about.uid(),
                keys: self.keys.iter().map(|name| key(path, name)).collect::<io::Result<_>>()?,
            })
        };
        look().map_err(|error| {
            Failure::new(Trouble::Io, say!("folder-unreadable", folder = path.display().to_string())).because(error)
        })
    }
}

/// Whether a program of that name can be run.
fn is_there(name: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let own = std::env::split_paths(&path).map(|folder| folder.join(name));
    own.chain(["/usr/sbin", "/sbin"].map(|folder| Path::new(folder).join(name))).any(|place| place.is_file())
}

fn moment(time: SystemTime) -> Moment {
    let since = time.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    Moment::from_unix_millis(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}

/// The first of these variables that says something.
fn first_set(names: &[&str]) -> Option<String> {
    names.iter().filter_map(std::env::var_os).find(|value| !value.is_empty()).map(|v| v.to_string_lossy().into_owned())
}

fn key(folder: &Path, name: &str) -> io::Result<KeySign> {
    let found = match fs::metadata(folder.join(name)) {
        Ok(about) => Some((about.mode() & BITS, about.uid())),
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        Err(error) => return Err(error),
    };
    Ok(KeySign { name: name.to_owned(), found })
}

/// What a program answers, without blank lines.
fn asked(name: &str, args: &[&str]) -> ToolSign {
    let line: Vec<&OsStr> = [PATIENCE, name].into_iter().chain(args.iter().copied()).map(OsStr::new).collect();
    let Ok(answer) = tool("timeout", &line) else { return ToolSign::Missing };
    let filled = |text: &str| text.lines().filter(|line| !line.trim().is_empty()).collect::<Vec<_>>().join("\n");
    match answer.code {
        Some(0) => ToolSign::Answered(filled(&answer.out)),
        Some(TOO_LONG) | None => ToolSign::Failed(format!("> {PATIENCE} s")),
        Some(code) => {
            let complaint = filled(&answer.complaint);
            ToolSign::Failed(complaint.lines().next().map_or_else(|| format!("exit {code}"), str::to_owned))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    fn looking(at: &Path) -> MachineHealth {
        let keys = ["station.key", "team.key"].map(str::to_owned).into();
        MachineHealth { root: at.to_owned(), folder: at.join("tram"), keys }
    }

    #[test]
    fn serial_ports_are_those_with_hardware() {
        let root = tempfile::tempdir().expect("folder");
        for (name, kind) in
            [("ttyS0", "4"), ("ttyS1", "0"), ("ttyUSB0", ""), ("ttyACM1", ""), ("tty1", ""), ("ptmx", "")]
        {
            let folder = root.path().join("sys/class/tty").join(name);
            fs::create_dir_all(&folder).expect("made");
            if !kind.is_empty() {
                fs::write(folder.join("type"), format!("{kind}\n")).expect("written");
            }
        }
        fs::create_dir(root.path().join("dev")).expect("made");
        fs::write(root.path().join("dev/ttyUSB0"), "").expect("written");
        let ports = looking(root.path()).serial_ports();
        let seen: Vec<_> = ports.iter().map(|port| (port.name.as_str(), port.is_accessible)).collect();
        assert_eq!(seen, [("ttyACM1", false), ("ttyS0", false), ("ttyUSB0", true)]);
    }

    #[test]
    fn a_folder_tells_its_room_its_modes_and_which_keys_are_there() {
        let root = tempfile::tempdir().expect("folder");
        let health = looking(root.path());
        assert_eq!(health.folder().expect_err("not there").what.key(), "folder-unreadable");
        fs::create_dir(&health.folder).expect("made");
        fs::set_permissions(&health.folder, fs::Permissions::from_mode(0o750)).expect("ours");
        let key = health.folder.join("station.key");
        fs::write(&key, "").expect("written");
        fs::set_permissions(&key, fs::Permissions::from_mode(0o640)).expect("ours");
        let me = rustix::process::geteuid().as_raw();
        let signs = health.folder().expect("there");
        assert_eq!((signs.mode, signs.owner, signs.is_writable), (0o750, me, true));
        assert!(signs.free > Bytes::ZERO);
        let found: Vec<_> = signs.keys.iter().map(|key| (key.name.as_str(), key.found)).collect();
        assert_eq!(found, [("station.key", Some((0o640, me))), ("team.key", None)]);
    }

    #[test]
    fn whether_the_network_set_the_clock_is_known_only_where_somebody_tells() {
        let root = tempfile::tempdir().expect("folder");
        let health = looking(root.path());
        assert_eq!(health.synced(), None);
        fs::create_dir_all(root.path().join("run/systemd/timesync")).expect("made");
        assert_eq!(health.synced(), Some(false));
        fs::write(root.path().join("run/systemd/timesync/synchronized"), "").expect("written");
        assert_eq!(health.synced(), Some(true));
    }

    #[test]
    fn a_program_answers_fails_or_is_not_there() {
        assert_eq!(asked("printf", &["a\n\nb\n"]), ToolSign::Answered("a\nb".to_owned()));
        assert_eq!(asked("sh", &["-c", "echo no >&2; exit 3"]), ToolSign::Failed("no".to_owned()));
        assert_eq!(asked("sh", &["-c", "exit 3"]), ToolSign::Failed("exit 3".to_owned()));
        assert_eq!(asked("no-such-program-of-ours", &[]), ToolSign::Missing);
    }

    #[test]
    fn this_machine_tells_who_asks_and_when() {
        let signs = looking(Path::new("/")).machine();
        assert_eq!(signs.user, rustix::process::geteuid().as_raw());
        assert!(signs.made.is_some_and(|made| made <= signs.now), "{signs:?}");
        assert_eq!(signs.version, env!("CARGO_PKG_VERSION"));
    }
}
