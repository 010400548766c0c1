//! Listening to scanners at serial ports: where a scan ends, finding the port one stands at, and holding on to it.
//!
//! Invariants: a scan ends with CR, LF, both, or silence; noise is never part of it; a scanner that is pulled out is waited
//! for, under its own name or wherever USB says it is now.

use crate::port::{Scanner, Scanners, SerialPort};
use serde::{Deserialize, Serialize};
use std::path::PathBuf;
use std::time::Duration;

/// Silence that ends a scan, and how often somebody looks whether anybody still listens.
const SILENCE: Duration = Duration::from_millis(50);
const LOOK: Duration = Duration::from_millis(250);
/// How long a port that is gone is left alone.
const AWAY: Duration = Duration::from_millis(500);
/// The longest scan, bytes: the most that a QR code holds.
const LONGEST: usize = 4_296;
/// Speeds that scanners are sold with, the most common first.
pub const BAUDS: [u32; 4] = [9600, 115_200, 38_400, 19_200];
/// What the set-up code says.
pub const SETUP_CODE: &str = "AOXANH MAY QUET";

/// A scanner that the station listens to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScannerKept {
    /// Where it stands.
    pub port: PathBuf,
    /// Its speed, baud.
    pub baud: u32,
    /// Who it is by USB, so that it is known under another name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub usb: Option<String>,
}

impl ScannerKept {
    /// Where it is now: at its own name, else wherever the same USB device is, where that is one port alone; none while it
    /// is away, whoever has its name then.
    fn place(&self, ports: &[SerialPort]) -> Option<PathBuf> {
        if self.usb.is_none() {
            return Some(self.port.clone());
        }
        let same: Vec<&SerialPort> = ports.iter().filter(|port| port.usb == self.usb).collect();
        match same.as_slice() {
            [] => None,
            [port] => Some(port.path.clone()),
            _several => Some(self.port.clone()),
        }
    }
}

/// Puts the bytes of a scanner together to scans.
#[derive(Clone, Debug, Default)]
pub struct ScanLines {
    held: Vec<u8>,
}

impl ScanLines {
    /// Whether silence would end something.
    #[must_use]
    pub const fn is_open(&self) -> bool {
        !self.held.is_empty()
    }

    /// Takes in what came; the scans that ended with it.
    pub fn hear(&mut self, bytes: &[u8]) -> Vec<String> {
        let mut scans = Vec::new();
        for &byte in bytes {
            if byte == b'\r' || byte == b'\n' {
                scans.extend(self.silence());
            } else if self.held.len() < LONGEST {
                self.held.push(byte);
            }
        }
        scans
    }

    /// Nothing more came: the scan that this ends. What is no text is noise, and so are control characters (STX, ETX, NUL).
    pub fn silence(&mut self) -> Option<String> {
        let held = std::mem::take(&mut self.held);
        let text = String::from_utf8_lossy(&held);
        let is_noise = |sign: char| sign.is_control() || sign == char::REPLACEMENT_CHARACTER;
        let text: String = text.chars().filter(|sign| !is_noise(*sign)).collect();
        Some(text.trim().to_owned()).filter(|text| !text.is_empty())
    }
}

/// The scans that came of one look at a scanner. Errors: it is gone.
fn look(scanner: &mut dyn Scanner, lines: &mut ScanLines) -> std::io::Result<Vec<String>> {
    let bytes = scanner.hear(if lines.is_open() { SILENCE } else { LOOK })?;
    Ok(if bytes.is_empty() { lines.silence().into_iter().collect() } else { lines.hear(&bytes) })
}

/// Listens to one scanner until nobody wants to hear more: `hear` says whether anybody does, and is asked often with nothing.
pub fn listen_to_scanner(scanners: &dyn Scanners, kept: &ScannerKept, hear: &mut dyn FnMut(Option<String>) -> bool) {
    while hear(None) {
        let place = kept.place(&scanners.ports());
        let Some(mut scanner) = place.and_then(|place| scanners.open(&place, kept.baud).ok()) else {
            scanners.rest(AWAY);
            continue;
        };
        let mut lines = ScanLines::default();
        // Half a scan from before the plug was pulled is no scan.
        while let Ok(scans) = look(scanner.as_mut(), &mut lines) {
            if !scans.into_iter().map(Some).chain([None]).all(&mut *hear) {
                return;
            }
        }
        scanners.rest(AWAY);
    }
}

/// What a search for scanners hears.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ScannerHeard {
    /// The set-up code came out of that port.
    Found(ScannerKept),
    /// Something came that is not the code: the next speed is tried there, and the code is to be scanned again.
    Again(PathBuf, u32),
}

/// Listens to all those ports at once until the set-up code comes out of one, or `goes_on` says no more.
pub fn find_scanner(
    scanners: &dyn Scanners,
    ports: &[SerialPort],
    goes_on: &mut dyn FnMut(Option<ScannerHeard>) -> bool,
) -> Option<ScannerKept> {
    let mut open: Vec<_> = ports.iter().map(|port| (port, 0, None, ScanLines::default(), false)).collect();
    while goes_on(None) {
        let mut is_idle = true;
        for (port, at, scanner, lines, is_burst) in &mut open {
            let baud = BAUDS[*at % BAUDS.len()];
            if scanner.is_none() {
                *scanner = scanners.open(&port.path, baud).ok();
            }
            let Some(opened) = scanner else { continue };
            is_idle = false;
            let Ok(bytes) = opened.hear(SILENCE) else {
                *scanner = None;
                continue;
            };
            let scans = if bytes.is_empty() { lines.silence().into_iter().collect() } else { lines.hear(&bytes) };
            if scans.iter().any(|scan| scan.eq_ignore_ascii_case(SETUP_CODE)) {
                return Some(ScannerKept { port: port.path.clone(), baud, usb: port.usb.clone() });
            }
            // At another speed a scan is noise, often not one letter of it: its end is silence. A line end alone is none.
            *is_burst |= bytes.iter().any(|byte| !b"\r\n".contains(byte));
            if bytes.is_empty() && std::mem::take(is_burst) {
                *at += 1;
                *scanner = None;
                let next = BAUDS[*at % BAUDS.len()];
                if !goes_on(Some(ScannerHeard::Again(port.path.clone(), next))) {
                    return None;
                }
            }
        }
        if is_idle {
            scanners.rest(AWAY);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::port::FakeScanners;
    use proptest::prelude::*;
    use std::collections::VecDeque;

    fn port(path: &str, usb: Option<&str>) -> SerialPort {
        SerialPort { path: path.into(), usb: usb.map(str::to_owned) }
    }

    fn kept(path: &str, usb: Option<&str>) -> ScannerKept {
        ScannerKept { port: path.into(), baud: 9600, usb: usb.map(str::to_owned) }
    }

    /// A port, its speed, and what comes out look by look.
    type Sends<'a> = (&'a str, u32, &'a [Result<&'a [u8], ()>]);

    fn made(ports: &[SerialPort], sends: &[Sends<'_>]) -> &'static FakeScanners {
        let fake: &'static FakeScanners = Box::leak(Box::default());
        *fake.plugged.lock().expect("not poisoned") = ports.to_vec();
        for (path, baud, looks) in sends {
            let looks: VecDeque<_> = looks.iter().map(|look| look.map(<[u8]>::to_vec)).collect();
            fake.sends.lock().expect("not poisoned").insert(((*path).into(), *baud), looks);
        }
        fake
    }

    fn heard(fake: &'static FakeScanners, kept: &ScannerKept, looks: usize) -> Vec<String> {
        let (mut scans, mut left) = (Vec::new(), looks);
        listen_to_scanner(&fake, kept, &mut |scan| {
            left -= usize::from(scan.is_none());
            scans.extend(scan);
            left > 0
        });
        scans
    }

    #[test]
    fn scans_come_whole_out_of_split_reads_noise_and_two_at_once() {
        let fake = made(
            &[port("/dev/a", None)],
            &[(
                "/dev/a",
                9600,
                &[
                    Ok(b"7K3XQ-"),
                    Ok(b"92M4T-Z\r"),
                    Ok(b"\n"),
                    Ok(b"\x027K3XQ\x03\r\nABC\n\r\n"),
                    Ok(b"\xff\xfeDEF\0"),
                    Ok(b""),
                    Ok(b"\xff\xfe"),
                    Ok(b""),
                ],
            )],
        );
        assert_eq!(heard(fake, &kept("/dev/a", None), 12), ["7K3XQ-92M4T-Z", "7K3XQ", "ABC", "DEF"]);
    }

    #[test]
    fn a_scanner_that_is_pulled_out_is_heard_again_under_another_name_and_half_a_scan_is_none() {
        let who = Some("0c2e:0b61:77");
        let fake = made(
            &[port("/dev/ttyACM0", who)],
            &[
                ("/dev/ttyACM0", 9600, &[Ok(b"ONE\r"), Ok(b"HAL"), Err(())]),
                ("/dev/ttyACM1", 9600, &[Ok(b"TWO\r"), Ok(b"")]),
            ],
        );
        let other = port("/dev/ttyACM9", Some("0c2e:0b61:78"));
        fake.moves.lock().expect("not poisoned").extend([
            Vec::new(),
            vec![other.clone()],
            vec![other, port("/dev/ttyACM1", who)],
        ]);
        assert_eq!(heard(fake, &kept("/dev/ttyACM0", who), 12), ["ONE", "TWO"]);
    }

    #[test]
    fn a_scanner_whose_name_went_to_another_device_is_heard_where_it_is_and_the_other_never() {
        let who = Some("0c2e:0b61:77");
        let other = port("/dev/ttyACM0", Some("1a86:7523:"));
        let fake = made(
            std::slice::from_ref(&other),
            &[("/dev/ttyACM0", 9600, &[Ok(b"RECEIPT\r")]), ("/dev/ttyACM1", 9600, &[Ok(b"ONE\r")])],
        );
        fake.moves.lock().expect("not poisoned").extend([vec![other.clone(), port("/dev/ttyACM1", who)]]);
        assert_eq!(heard(fake, &kept("/dev/ttyACM0", who), 6), ["ONE"]);
        let two = [port("/dev/a", who), port("/dev/b", who)];
        assert_eq!(kept("/dev/b", who).place(&two), Some("/dev/b".into()), "two that USB cannot tell apart");
        assert_eq!(kept("/dev/c", None).place(&two), Some("/dev/c".into()), "nobody said who it is");
    }

    #[test]
    fn the_set_up_code_finds_its_port_and_its_speed() {
        let code = format!("{SETUP_CODE}\r");
        let fake = made(
            &[port("/dev/a", None), port("/dev/b", Some("1a86:7523:"))],
            &[
                ("/dev/b", 9600, &[Ok(b""), Ok(b"\xe6x\x18\r")]),
                ("/dev/b", 115_200, &[Ok(b"x~"), Ok(b"\r"), Ok(b"\n\x18"), Ok(b"")]),
                ("/dev/b", 38_400, &[Ok(b"\0\xfe"), Ok(b"")]),
                ("/dev/b", 19_200, &[Ok(b"\0"), Ok(b""), Ok(b"")]),
            ],
        );
        // The speed that comes round again.
        fake.sends
            .lock()
            .expect("not poisoned")
            .get_mut(&("/dev/b".into(), 9600))
            .expect("one")
            .extend([Ok(Vec::new()), Ok(code.into_bytes())]);
        let (mut again, mut left) = (Vec::new(), 40);
        let found = find_scanner(&fake, &fake.ports(), &mut |heard| {
            again.extend(heard);
            left -= 1;
            left > 0
        });
        let usb = Some("1a86:7523:".to_owned());
        assert_eq!(found, Some(ScannerKept { port: "/dev/b".into(), baud: 9600, usb }));
        let next = |baud| ScannerHeard::Again("/dev/b".into(), baud);
        assert_eq!(again, [next(115_200), next(38_400), next(19_200), next(9600)], "a burst, a speed");
        assert_eq!(find_scanner(&fake, &fake.ports(), &mut |_| false), None);
    }

    #[test]
    fn either_end_ends_a_scan_at_once_and_noise_without_an_end_is_bounded() {
        let mut lines = ScanLines::default();
        assert_eq!(lines.hear(b"ONE\nTWO\rTHREE\r\n"), ["ONE", "TWO", "THREE"]);
        assert!(!lines.is_open());
        let endless = vec![b'7'; 3 * LONGEST];
        assert_eq!(lines.hear(&endless), [""; 0]);
        assert_eq!(lines.silence().map(|scan| scan.len()), Some(LONGEST));
    }

    #[test]
    fn of_two_scanners_that_usb_cannot_tell_apart_neither_is_taken_for_the_other() {
        let who = Some("1a86:7523:");
        let (gone, same) = (kept("/dev/ttyUSB0", who), [port("/dev/ttyUSB1", who), port("/dev/ttyUSB2", who)]);
        assert_eq!(gone.place(&same), Some("/dev/ttyUSB0".into()), "waited for where it was");
        assert_eq!(gone.place(&same[..1]), Some("/dev/ttyUSB1".into()));
        let named = kept("/dev/ttyUSB0", None);
        assert_eq!(named.place(&[port("/dev/ttyUSB1", None)]), Some("/dev/ttyUSB0".into()));
    }

    #[test]
    fn a_bare_line_end_changes_no_speed() {
        let code = format!("{SETUP_CODE}\r");
        let looks: &[Result<&[u8], ()>] = &[Ok(b"\r\n"), Ok(b""), Ok(code.as_bytes())];
        let fake = made(&[port("/dev/a", None)], &[("/dev/a", 9600, looks)]);
        let mut left = 20;
        let found = find_scanner(&fake, &fake.ports(), &mut |heard| {
            assert_eq!(heard, None);
            left -= 1;
            left > 0
        });
        assert_eq!(found, Some(kept("/dev/a", None)));
    }

    proptest! {
        #[test]
        fn however_the_bytes_are_split_the_scans_are_the_same(
            scans in prop::collection::vec("[A-Z0-9:/.-]{1,30}", 1..5), cuts in prop::collection::vec(1..9usize, 0..40),
        ) {
            let bytes: Vec<u8> = scans.iter().flat_map(|scan| format!("{scan}\r\n").into_bytes()).collect();
            let (mut lines, mut out, mut rest) = (ScanLines::default(), Vec::new(), bytes.as_slice());
            for cut in cuts {
                let (now, later) = rest.split_at(cut.min(rest.len()));
                out.extend(lines.hear(now));
                rest = later;
            }
            out.extend(lines.hear(rest));
            prop_assert_eq!(out, scans);
        }
    }
}
