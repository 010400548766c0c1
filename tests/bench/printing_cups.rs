//! A real printing system on loopback, with a queue that writes down what a printer would have got.

#![expect(clippy::disallowed_methods, reason = "a test runs the printing system and reads what it was given")]
#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use super::bench_rig::{Ran, Rig, Running, aloud, ran};
use rustix::process::Signal;
use std::fs;
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// Where the printing system's own programs lie.
const PROGRAMS: &str = "/usr/lib/cups";
const PATIENCE: Duration = Duration::from_secs(30);

/// Writes what it is given into the file that its address names.
const CAPTURE: &str = "#!/bin/sh\n[ $# -eq 0 ] && { echo 'direct capture \"Unknown\" \"capture\"'; exit 0; }\n\
out=${DEVICE_URI#capture:}\ncat \"${6:--}\" > \"$out.new\" && mv \"$out.new\" \"$out\"\n";

/// A printing system of the test's own, ended with it.
struct Cups {
    folder: tempfile::TempDir,
    server: String,
    daemon: Child,
}

impl Drop for Cups {
    fn drop(&mut self) {
        let id = i32::try_from(self.daemon.id()).ok().and_then(rustix::process::Pid::from_raw);
        let _asked = id.map(|id| rustix::process::kill_process(id, Signal::TERM));
        let _ended = self.daemon.wait();
    }
}

fn tool(server: &str, name: &str, args: &[&str]) -> Ran {
    let path = format!("{}:/usr/sbin:/sbin", std::env::var("PATH").unwrap_or_default());
    ran(Command::new("env").arg(name).args(args).env("PATH", path).env("CUPS_SERVER", server).env("LC_ALL", "C"))
}

impl Cups {
    /// One that runs; none, said aloud, where it cannot.
    fn start() -> Option<Self> {
        if !Path::new("/usr/sbin/cupsd").exists() || !rustix::process::geteuid().is_root() {
            aloud("NOT RUN: a real printing system (it needs cups-daemon, cups-client and root)");
            return None;
        }
        let folder = tempfile::tempdir().expect("a folder");
        let at = folder.path();
        let open = |path: &Path, mode| fs::set_permissions(path, fs::Permissions::from_mode(mode)).expect("ours");
        open(at, 0o755);
        for name in ["etc", "cache", "run", "spool", "spool/tmp", "log", "out"] {
            fs::create_dir(at.join(name)).expect("made");
            open(&at.join(name), 0o777);
        }
        let copied = ran(Command::new("cp").arg("-a").arg(PROGRAMS).arg(at.join("bin")));
        assert_eq!(copied.code, 0, "{copied:?}");
        fs::write(at.join("bin/backend/capture"), CAPTURE).expect("written");
        open(&at.join("bin/backend/capture"), 0o755);
        let port = TcpListener::bind("127.0.0.1:0").and_then(|free| free.local_addr()).expect("a port").port();
        let server = format!("127.0.0.1:{port}");
        let all = "Order allow,deny\nAllow all\n";
        let settings = format!(
            "LogLevel warn\nListen {server}\nWebInterface No\nBrowsing Off\nDefaultAuthType None\n\
             <Location />\n{all}</Location>\n<Location /admin>\n{all}</Location>\n\
             <Policy default>\n<Limit All>\n{all}</Limit>\n</Policy>\n"
        );
        let at = at.display();
        let files = format!(
            "User lp\nGroup lp\nSystemGroup root\nServerRoot {at}/etc\nServerBin {at}/bin\nCacheDir {at}/cache\n\
             StateDir {at}/run\nRequestRoot {at}/spool\nTempDir {at}/spool/tmp\nAccessLog {at}/log/access\n\
             ErrorLog {at}/log/error\nPageLog {at}/log/page\n"
        );
        let (one, two) = (folder.path().join("etc/cupsd.conf"), folder.path().join("etc/cups-files.conf"));
        fs::write(&one, settings).expect("written");
        fs::write(&two, files).expect("written");
        let mut daemon = Command::new("/usr/sbin/cupsd");
        daemon.arg("-f").arg("-c").arg(&one).arg("-s").arg(&two).stdin(Stdio::null()).stderr(Stdio::null());
        let cups = Self { folder, server, daemon: daemon.spawn().expect("it starts") };
        let began = Instant::now();
        while tool(&cups.server, "lpstat", &["-r"]).code != 0 {
            assert!(began.elapsed() < PATIENCE, "it does not answer");
        }
        let queue = format!("capture:{}", cups.out().display());
        let made = tool(&cups.server, "lpadmin", &["-p", "tem", "-E", "-v", &queue, "-m", "raw"]);
        assert_eq!(made.code, 0, "{made:?}");
        Some(cups)
    }

    fn out(&self) -> PathBuf {
        self.folder.path().join("out/tem")
    }

    /// What the printer got, once it got it.
    fn got(&self) -> Vec<u8> {
        let began = Instant::now();
        loop {
            if let Ok(bytes) = fs::read(self.out()) {
                fs::remove_file(self.out()).expect("ours");
                return bytes;
            }
            assert!(began.elapsed() < PATIENCE, "nothing came out");
        }
    }
}

#[test]
fn a_label_goes_through_a_real_print_queue_byte_for_byte_and_a_stopped_queue_is_said() {
    let Some(cups) = Cups::start() else { return };
    let rig = Rig::normal();
    let run = |args: &[&str]| ran(rig.command(args).env("CUPS_SERVER", &cups.server).arg("--json"));
    let found = run(&["printer", "find"]).good().all("printer_found");
    assert!(found.iter().any(|one| one["address"] == "cups:tem"), "{found:?}");
    let add = ["--address", "cups:tem", "--language", "zpl", "--template", "nhiet-50x30"];
    run(&[&["printer", "add", "tem"], &add[..]].concat()).good();
    assert_eq!(run(&["printer", "status"]).good().one("printer_state")["state"], "ready");
    let device = rig.device();
    run(&["tag", "print", &device.tag]).good();
    rig.run(&["tag", "print", &device.tag, "--template", "nhiet-50x30", "--file", "nhan.zpl"]).good();
    assert!(cups.got() == fs::read(rig.home().join("nhan.zpl")).expect("written"), "changed on the way");
    // An office printer gets pages.
    let pages = ["--address", "cups:tem", "--language", "pdf", "--template", "a4-65"];
    run(&[&["printer", "add", "van-phong"], &pages[..]].concat()).good();
    run(&["tag", "sheet", "--count", "5", "--printer", "van-phong"]).good();
    assert!(cups.got().starts_with(b"%PDF"));
    assert_eq!(tool(&cups.server, "cupsdisable", &["tem"]).code, 0);
    assert_eq!(run(&["printer", "status", "tem"]).good().one("printer_state")["state"], "stopped");
    // A queue that is not there: said, and the label waits.
    assert_eq!(tool(&cups.server, "lpadmin", &["-x", "tem"]).code, 0);
    assert_eq!(run(&["printer", "status", "tem"]).good().one("printer_state")["state"], "gone");
    let mut command = rig.command(&["tag", "print", &device.tag, "--json"]);
    let mut waiting = Running::of(command.env("CUPS_SERVER", &cups.server));
    assert!(waiting.wait_for(|said| said["why"] == "printer-gone"), "it says why it waits");
    waiting.signal(Signal::INT);
    assert_eq!(waiting.end().code, 75);
    assert_eq!(run(&["printer", "queue"]).good().all("print").len(), 1);
}
