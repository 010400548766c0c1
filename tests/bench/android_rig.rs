//! A made-up tablet that speaks adbd's own protocol over TCP, and Debian's real adb server that it is connected to.
//!
//! Its shell is a real shell: what the program asks is run by `sh`, with commands of the device's own in front of the host's.

#![expect(clippy::disallowed_methods, clippy::expect_used, reason = "a test's own server and processes")]

use aoxanh::port::{FakeMobiles, Mobile, MobileState};
use aoxanh::reading::AndroidTold;
use std::fs;
use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// Two on the cable of a bench that is made up: one that answers, and one that was not allowed yet.
pub(crate) fn mobiles() -> FakeMobiles {
    let mobile = |name: &str, state, vendor| Mobile {
        name: name.to_owned(),
        state,
        port: Some("1-2".to_owned()),
        vendor,
        maker: Some("Samsung".to_owned()),
        model: Some("SM-T295".to_owned()),
        serial: Some(name.to_owned()),
    };
    let told = AndroidTold::read("@@aoxanh-mem\nMemTotal: 1884612 kB\n@@aoxanh-end\n");
    FakeMobiles(vec![
        (mobile("R9THU00000A", MobileState::Ready, 0x04e8), told.clone()),
        (mobile("R9THU00000B", MobileState::Silent, 0x04e8), told),
    ])
}

/// What the fake device's commands answer: the file that is called as the command line is, with `/` and blanks made `_`.
const COMMAND: &str = "#!/bin/sh\nfile=\"$DEVICE/$(printf '%s' \"${0##*/} $*\" | /usr/bin/tr '/ *' '___')\"\n\
                       [ -f \"$file\" ] || { echo \"${0##*/}: inaccessible or not found\" >&2; exit 127; }\n\
                       exec /bin/cat \"$file\"\n";
const COMMANDS: [&str; 8] = ["getprop", "dumpsys", "wm", "pm", "dpm", "df", "cat", "settings"];

/// How a made-up device behaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Temper {
    /// It answers.
    Well,
    /// It accepts what it is asked and never answers.
    Hangs,
    /// It answers half and is pulled.
    Pulled,
    /// It answers without end.
    Babbles,
    /// It ends its lines like devices before Android 7 do.
    OldLines,
}

/// A made-up device: TEST DOUBLE.
pub(crate) struct FakeTablet {
    answers: TempDir,
    /// `127.0.0.1:port`, what adb calls it.
    pub(crate) name: String,
}

impl FakeTablet {
    /// One that answers those commands.
    pub(crate) fn new(temper: Temper, answers: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().expect("writable");
        let commands = folder.path().join("commands");
        fs::create_dir(&commands).expect("writable");
        for name in COMMANDS {
            let path = commands.join(name);
            fs::write(&path, COMMAND).expect("writable");
            fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).expect("writable");
        }
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
        let name = listener.local_addr().expect("bound").to_string();
        let device = Self { answers: folder, name };
        for (command, text) in answers {
            device.answer(command, text);
        }
        let root = device.answers.path().to_owned();
        // Ends with the test's process; each connection has a thread of its own.
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let root = root.clone();
                thread::spawn(move || drop(serve(stream, &root, temper)));
            }
        });
        device
    }

    /// From now on it answers that.
    pub(crate) fn answer(&self, command: &str, text: &str) {
        let name: String = command.chars().map(|one| if "/ *".contains(one) { '_' } else { one }).collect();
        fs::write(self.answers.path().join(name), text).expect("writable");
    }
}

fn message(command: [u8; 4], first: u32, second: u32, data: &[u8]) -> Vec<u8> {
    let word = u32::from_le_bytes(command);
    let sum = data.iter().fold(0u32, |sum, byte| sum.wrapping_add(u32::from(*byte)));
    let length = u32::try_from(data.len()).expect("short");
    let head = [word, first, second, length, sum, word ^ u32::MAX];
    head.iter().flat_map(|word| word.to_le_bytes()).chain(data.iter().copied()).collect()
}

fn hear(stream: &mut TcpStream) -> std::io::Result<([u8; 4], u32, Vec<u8>)> {
    let mut head = [0; 24];
    stream.read_exact(&mut head)?;
    let word = |at: usize| u32::from_le_bytes(head[at..at + 4].try_into().expect("four bytes"));
    let mut data = vec![0; word(12) as usize];
    stream.read_exact(&mut data)?;
    Ok((head[..4].try_into().expect("four bytes"), word(4), data))
}

fn serve(mut stream: TcpStream, root: &Path, temper: Temper) -> std::io::Result<()> {
    loop {
        let (command, theirs, data) = hear(&mut stream)?;
        match &command {
            b"CNXN" => {
                let banner =
                    b"device::ro.product.name=gia;ro.product.model=May Gia;ro.product.device=gia;features=cmd\0";
                stream.write_all(&message(*b"CNXN", 0x0100_0001, 256 * 1024, banner))?;
            }
            b"OPEN" => {
                let asked = String::from_utf8_lossy(&data).trim_end_matches('\0').to_owned();
                stream.write_all(&message(*b"OKAY", 1, theirs, b""))?;
                if temper == Temper::Hangs {
                    continue;
                }
                let answer = shell(asked.strip_prefix("shell:").unwrap_or(""), root);
                let answer = match temper {
                    Temper::OldLines => answer.replace('\n', "\r\n"),
                    Temper::Pulled => answer.chars().take(answer.chars().count() / 2).collect(),
                    Temper::Well | Temper::Hangs | Temper::Babbles => answer,
                };
                let is_endless = temper == Temper::Babbles;
                loop {
                    for piece in answer.as_bytes().chunks(4096) {
                        stream.write_all(&message(*b"WRTE", 1, theirs, piece))?;
                        // Its OKAY, or its CLSE.
                        if &hear(&mut stream)?.0 == b"CLSE" {
                            return Ok(());
                        }
                    }
                    if !is_endless {
                        break;
                    }
                }
                if temper == Temper::Pulled {
                    return Ok(());
                }
                stream.write_all(&message(*b"CLSE", 1, theirs, b""))?;
            }
            _other => {}
        }
    }
}

fn shell(line: &str, root: &Path) -> String {
    let path = format!("{}:/usr/bin:/bin", root.join("commands").display());
    let ran = Command::new("/bin/sh").args(["-c", line]).env_clear().env("PATH", path).env("DEVICE", root).output();
    ran.map_or_else(|_| String::new(), |ran| String::from_utf8_lossy(&ran.stdout).into_owned())
}

/// Debian's adb server, on a port of its own; ended when this is dropped.
pub(crate) struct AdbServer {
    /// Its port.
    pub(crate) port: u16,
    child: Child,
    home: TempDir,
}

impl AdbServer {
    /// Starts one. None, said aloud, where adb is not installed.
    pub(crate) fn start() -> Option<Self> {
        if Command::new("adb").arg("version").stdout(Stdio::null()).status().is_err() {
            std::io::stderr().write_all(b"SKIPPED, NOTHING PROVED: adb is not installed\n").expect("said");
            return None;
        }
        let port =
            TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).and_then(|free| free.local_addr()).expect("a port").port();
        let home = tempfile::tempdir().expect("writable");
        let child = Command::new("adb")
            .args(["-P", &port.to_string(), "nodaemon", "server"])
            .env("HOME", home.path())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("installed");
        let server = Self { port, child, home };
        let end = Instant::now() + Duration::from_secs(20);
        while TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_err() {
            assert!(Instant::now() < end, "the adb server does not listen");
            thread::sleep(Duration::from_millis(20));
        }
        Some(server)
    }

    /// Connects it to that device.
    pub(crate) fn connect(&self, device: &FakeTablet) {
        let ran = Command::new("adb")
            .args(["-P", &self.port.to_string(), "connect", &device.name])
            .env("HOME", self.home.path())
            .output()
            .expect("installed");
        let said = String::from_utf8_lossy(&ran.stdout).into_owned();
        assert!(said.contains("connected to"), "{said}");
    }

    /// An empty root: no USB.
    pub(crate) fn no_usb(&self) -> PathBuf {
        self.home.path().to_owned()
    }
}

impl Drop for AdbServer {
    fn drop(&mut self) {
        // Ended by now, or by this.
        let _gone = self.child.kill();
        let _reaped = self.child.wait();
    }
}
