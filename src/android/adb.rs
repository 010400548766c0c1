//! A client of the adb server that every Android tool shares.
//!
//! Source: AOSP `SERVICES.TXT`, `OVERVIEW.TXT`: four hexadecimal digits of length, the service, then OKAY or FAIL with a text.
//! Invariants: an answer is never longer than asked for, and nothing waits longer than it says.

#![expect(clippy::disallowed_methods, reason = "an adapter: it talks to a server, and starts it")]

use crate::port::{Failure, MobileState, Trouble};
use crate::word::say;
use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// As long as the server may take to answer what it knows by itself.
const PROMPT: Duration = Duration::from_secs(5);
/// Its usual port.
const PORT: u16 = 5037;

/// A device that the server knows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AdbDevice {
    /// What it is called by.
    pub serial: String,
    /// Its USB port, where it is at one.
    pub port: Option<String>,
    /// How far it lets itself be talked to.
    pub state: MobileState,
    /// Its model.
    pub model: Option<String>,
}

/// The server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Adb {
    /// Where it listens, on this machine.
    pub port: u16,
}

impl Adb {
    /// The one that other programs on this machine use (`ANDROID_ADB_SERVER_PORT`).
    #[must_use]
    pub fn usual() -> Self {
        let told = std::env::var("ANDROID_ADB_SERVER_PORT").ok().and_then(|port| port.parse().ok());
        Self { port: told.unwrap_or(PORT) }
    }

    /// Every device that it knows. It is started where it does not run. Errors: adb is not installed, or does not answer.
    pub fn devices(self) -> Result<Vec<AdbDevice>, Failure> {
        let ask = || -> io::Result<String> {
            let mut stream = self.call("host:devices-l", PROMPT)?;
            let length = length(&mut stream)?;
            let mut text = vec![0; length];
            stream.read_exact(&mut text)?;
            Ok(String::from_utf8_lossy(&text).into_owned())
        };
        let told = match ask() {
            Err(error) if error.kind() == io::ErrorKind::ConnectionRefused => {
                self.start()?;
                ask()
            }
            told => told,
        };
        let told = told.map_err(|error| {
            Failure::new(Trouble::TryAgain, say!("adb-silent")).because(error).hint(say!("adb-silent-hint"))
        })?;
        Ok(told.lines().filter_map(device).collect())
    }

    /// What the device prints for that command, at most so long. Errors: it is gone, refuses, or takes longer than `patience`.
    pub fn shell(
        self,
        serial: &str,
        port: Option<&str>,
        command: &str,
        most: usize,
        patience: Duration,
    ) -> Result<String, Failure> {
        let end = Instant::now() + patience;
        let silent = |error: io::Error| {
            let hint = if error.kind() == io::ErrorKind::TimedOut {
                say!("mobile-slow-hint")
            } else {
                say!("mobile-gone-hint")
            };
            Failure::new(Trouble::TryAgain, say!("mobile-silent", name = serial)).because(error).hint(hint)
        };
        // By its port where it has one: several may have one serial.
        let name = port.map_or_else(|| serial.to_owned(), |port| format!("usb:{port}"));
        let run = || -> io::Result<Vec<u8>> {
            let mut stream = self.call(&format!("host:transport:{name}"), PROMPT)?;
            send(&mut stream, &format!("shell:{command}"))?;
            let mut answer = Vec::new();
            let mut buffer = [0; 16 * 1024];
            loop {
                let left = end.saturating_duration_since(Instant::now());
                if left.is_zero() {
                    return Err(io::ErrorKind::TimedOut.into());
                }
                stream.set_read_timeout(Some(left))?;
                let read = match stream.read(&mut buffer) {
                    Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                        return Err(io::ErrorKind::TimedOut.into());
                    }
                    Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                    read => read?,
                };
                answer.extend(buffer.iter().take(read));
                if read == 0 || answer.len() >= most {
                    answer.truncate(most);
                    return Ok(answer);
                }
            }
        };
        run().map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).map_err(silent)
    }

    /// Asks the server for a service; the stream behind its OKAY.
    fn call(self, service: &str, patience: Duration) -> io::Result<TcpStream> {
        let mut stream = TcpStream::connect_timeout(&SocketAddr::from((Ipv4Addr::LOCALHOST, self.port)), patience)?;
        stream.set_read_timeout(Some(patience))?;
        stream.set_write_timeout(Some(patience))?;
        send(&mut stream, service)?;
        Ok(stream)
    }

    fn start(self) -> Result<(), Failure> {
        let run = Command::new("adb")
            .args(["-P", &self.port.to_string(), "start-server"])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status();
        let missing = || Failure::new(Trouble::Io, say!("adb-missing")).hint(say!("adb-missing-hint"));
        match run {
            Ok(status) if status.success() => Ok(()),
            Ok(status) => {
                Err(Failure::new(Trouble::Io, say!("adb-silent")).because(status).hint(say!("adb-silent-hint")))
            }
            Err(error) => Err(missing().because(error)),
        }
    }
}

/// Sends a request and hears that it is granted.
fn send(stream: &mut TcpStream, service: &str) -> io::Result<()> {
    let size = u16::try_from(service.len()).map_err(|_too_long| io::ErrorKind::InvalidInput)?;
    stream.write_all(format!("{size:04x}{service}").as_bytes())?;
    let mut word = [0; 4];
    stream.read_exact(&mut word)?;
    match &word {
        b"OKAY" => Ok(()),
        b"FAIL" => {
            let length = length(stream)?;
            let mut why = vec![0; length];
            stream.read_exact(&mut why)?;
            let why: String = String::from_utf8_lossy(&why).chars().filter(|letter| !letter.is_control()).collect();
            Err(io::Error::other(why))
        }
        _other => Err(io::ErrorKind::InvalidData.into()),
    }
}

/// Four hexadecimal digits.
fn length(stream: &mut TcpStream) -> io::Result<usize> {
    let mut digits = [0; 4];
    stream.read_exact(&mut digits)?;
    let text = std::str::from_utf8(&digits).ok().filter(|text| text.bytes().all(|byte| byte.is_ascii_hexdigit()));
    text.and_then(|text| usize::from_str_radix(text, 16).ok()).ok_or_else(|| io::ErrorKind::InvalidData.into())
}

/// A line of the list: serial, state, then `usb:1-2 product:… model:… transport_id:…`.
fn device(line: &str) -> Option<AdbDevice> {
    let (serial, rest) = line.split_once(char::is_whitespace)?;
    let rest = rest.trim_start();
    let state = match rest.split_whitespace().next()? {
        "device" => MobileState::Ready,
        "unauthorized" | "authorizing" => MobileState::Unauthorised,
        "recovery" => MobileState::Recovery,
        "sideload" => MobileState::Sideload,
        "rescue" => MobileState::Rescue,
        "bootloader" => MobileState::Bootloader,
        "no" => MobileState::NoPermission,
        _other => MobileState::Offline,
    };
    let of = |name: &str| {
        let word = rest.split_whitespace().find_map(|word| word.strip_prefix(name)?.strip_prefix(':'))?;
        Some(word.chars().filter(|letter| !letter.is_control()).take(128).collect::<String>())
    };
    let serial: String = serial.chars().filter(|letter| !letter.is_control()).take(128).collect();
    Some(AdbDevice { serial, port: of("usb"), state, model: of("model").map(|model| model.replace('_', " ")) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_state_of_the_list_is_known_and_what_is_new_is_offline() {
        let of = |line: &str| device(line).map(|device| (device.serial, device.state, device.port, device.model));
        let text = |text: &str| Some(text.to_owned());
        let ready = "R9WN60A       device usb:1-2.3 product:gta3xl model:SM_T515 device:gta3xl transport_id:4";
        assert_eq!(of(ready), Some(("R9WN60A".to_owned(), MobileState::Ready, text("1-2.3"), text("SM T515"))));
        for (word, state) in [
            ("unauthorized", MobileState::Unauthorised),
            ("authorizing", MobileState::Unauthorised),
            ("recovery", MobileState::Recovery),
            ("sideload", MobileState::Sideload),
            ("rescue", MobileState::Rescue),
            ("offline", MobileState::Offline),
            ("no permissions (user in plugdev group)", MobileState::NoPermission),
            ("connecting", MobileState::Offline),
        ] {
            let told = of(&format!("S1\t{word} usb:3-1 transport_id:1"));
            assert_eq!(told, Some(("S1".to_owned(), state, text("3-1"), None)), "{word}");
        }
        assert_eq!((of(""), of("alone")), (None, None));
    }
}
