//! The function tests of a laptop's senses on devices of Debian's kernel in a virtual machine: what its speakers play is heard
//! outside of it, and what its microphone hears is played inside.

#![expect(
    clippy::expect_used,
    clippy::disallowed_methods,
    reason = "a test fails by panicking, and listens to a machine"
)]

use super::guest_keys::{came, measured, until};
use super::guest_rig::{Guest, Machine, long};
use serde_json::Value;
use std::io::Write;
use std::os::unix::net::UnixStream;

/// What a WAV file begins with, bytes.
const HEAD: usize = 44;
/// What QEMU may keep back until more is played, bytes: a tenth of a second.
const KEPT_BACK: usize = RATE / 10 * 4;
/// Frames of four bytes a second, as QEMU writes them.
const RATE: usize = 44_100;

/// A machine with speakers, a loop that plays into its microphone, a camera and radios; somebody types at its third port.
struct Laptop {
    guest: Guest,
    keys: UnixStream,
    tag: String,
    /// How much of what it plays was listened to, bytes.
    listened: usize,
}

/// What was heard on one side: how high, hertz; none in silence.
type Side = Option<usize>;

impl Laptop {
    fn start() -> Option<Self> {
        let mut machine = Machine::new()?;
        machine.part("-audiodev", "wav,id=ears,path=heard.wav");
        machine.part("-device", "intel-hda");
        machine.part("-device", "hda-output,audiodev=ears");
        machine.part("-chardev", "socket,id=keys,path=keys,server=on,wait=off");
        machine.part("-serial", "chardev:keys");
        // The codec's driver first: the card asks for it once, and by a name that this system does not look up.
        let mut guest = machine.boot(&["snd_hda_codec_generic", "snd_hda_intel"]);
        until(&mut guest, "grep -q ' 0 .*HDA' /proc/asound/cards");
        guest
            .sh("for module in usbhid snd_aloop snd_pcm_oss vivid mac80211_hwsim hci_vhci; do modprobe $module || exit; done")
            .good();
        // Held open, so that what is typed waits for whoever reads.
        guest.sh("(sleep 1000 </dev/ttyS2 >/dev/null 2>&1 &); stty -F /dev/ttyS2 -echo").good();
        let tag = guest.device().tag;
        let keys = UnixStream::connect(guest.folder().join("keys")).expect("QEMU listens");
        Some(Self { guest, keys, tag, listened: HEAD })
    }

    fn begin(&mut self, test: &str) {
        let tag = self.tag.clone();
        self.guest.start_at("/dev/ttyS2", &["--json", "check", &tag, "--only", test, "--again"]);
    }

    /// Waits until it has asked that so many times since the test began.
    fn asked(&mut self, what: &str, times: usize) {
        until(&mut self.guest, &format!("[ $(grep -o '{what}' /dev/shm/err | wc -l) = {times} ]"));
    }

    fn types(&mut self, line: &str) {
        writeln!(self.keys, "{line}").expect("it listens");
    }

    /// What its speakers played since, left and right.
    fn heard(&mut self) -> [Side; 2] {
        let file = self.guest.folder().join("heard.wav");
        let mut played = std::fs::read(&file).expect("QEMU writes it");
        // It hears a little later than is played.
        while self.guest.sh("sleep 0.1").code == 0 {
            let more = std::fs::read(&file).expect("QEMU writes it");
            if more.len() == played.len() {
                break;
            }
            played = more;
        }
        let new = played.get(self.listened..).unwrap_or_default().to_vec();
        self.listened = played.len() + KEPT_BACK;
        [0, 2].map(|side| hertz(new.chunks_exact(4).map(|frame| i16::from_le_bytes([frame[side], frame[side + 1]]))))
    }
}

/// How often a second it rises through nothing, where it is loud.
fn hertz(samples: impl Iterator<Item = i16>) -> Side {
    let samples: Vec<i16> = samples.collect();
    let loud: Vec<_> =
        samples.chunks_exact(RATE / 10).filter(|tenth| tenth.iter().any(|sample| *sample > 3000)).collect();
    assert!(
        loud.len() > 5 || samples.iter().all(|sample| *sample == 0),
        "no whole tone and no silence: {} loud tenths of a second of {} samples",
        loud.len(),
        samples.len()
    );
    // The first and the last fade.
    let whole = loud.get(1..loud.len().saturating_sub(1))?;
    let rises = |tenth: &&[i16]| tenth.windows(2).filter(|pair| pair[0] < 0 && pair[1] >= 0).count();
    Some(whole.iter().map(rises).sum::<usize>() * 10 / whole.len())
}

/// Does the speaker test as somebody who hears each side where `left` and `right` say.
fn speakers(laptop: &mut Laptop, [left, right]: [&str; 2]) -> Value {
    laptop.begin("speakers");
    let mut both = Vec::new();
    for number in 1..=2 {
        laptop.asked("Bạn nghe tiếng ở bên nào", number);
        let heard = laptop.heard();
        laptop.types(if heard[0].is_some() { left } else { right });
        both.push(heard);
    }
    both.sort_unstable();
    let [[None, Some(high_right)], [Some(high_left), None]] = both[..] else {
        unreachable!("one side after the other: {both:?}")
    };
    assert!([high_left, high_right].iter().all(|hertz| (430..=450).contains(hertz)), "{both:?}");
    if (left, right) == ("1", "2") {
        laptop.asked("Cắm tai nghe", 1);
        laptop.types("1");
    }
    came(&mut laptop.guest)
}

/// What was said in that file, once whoever said it has ended.
fn objects(laptop: &mut Laptop, file: &str) -> Vec<Value> {
    until(&mut laptop.guest, &format!("grep -q aoxanh/head/ {file}"));
    let said = laptop.guest.sh(&format!("cat {file}")).good().out;
    said.lines().filter_map(|line| serde_json::from_str(line).ok()).collect()
}

/// Does the microphone test; half a second of a tone of 1000 Hz is played into it where somebody speaks.
fn microphone(laptop: &mut Laptop, speaks: bool, answer: &str) -> Value {
    laptop.begin("microphone");
    laptop.asked("Sẵn sàng", 1);
    laptop.types("d");
    if speaks {
        until(&mut laptop.guest, "ls -l /proc/$(cat /dev/shm/pid)/fd | grep -q pcmC1D0c");
        // Eight thousand bytes a second: what the old way of playing takes them for.
        laptop.guest.sh("yes AAAAzzzz | tr -d '\\n' | head -c 8000 >/dev/adsp1").good();
    }
    laptop.asked(if speaks { "Nghe lại" } else { "không thu được gì" }, 1);
    laptop.types(answer);
    came(&mut laptop.guest)
}

#[test]
fn speakers_that_were_mute_play_each_side_alone_and_are_mute_again_and_every_other_sense_is_tried() {
    let Some(mut laptop) = Laptop::start() else { return };
    let tag = laptop.tag.clone();
    laptop.guest.start_beside("/dev/shm/radios", &["--json", "check", &tag, "--only", "wifi,bluetooth"]);
    let mute = "grep -A2 'Amp-Out caps' '/proc/asound/card0/codec#0' | grep -q '0x80 0x80'";
    laptop.guest.sh(mute).good();
    let result = speakers(&mut laptop, ["1", "2"]);
    assert_eq!((&result["outcome"], &result["how"]), (&"works".into(), &"volunteer".into()), "{result}");
    laptop.guest.sh(mute).good();

    let result = microphone(&mut laptop, true, "d");
    assert_eq!((&result["outcome"], measured(&result, "played_back")), (&"works".into(), vec![1]), "{result}");
    assert!(measured(&result, "loudest")[0] > 10, "{result}");

    laptop.begin("camera");
    laptop.asked("Hình này", 1);
    laptop.types("d");
    let result = came(&mut laptop.guest);
    let size = ["width", "height"].map(|name| measured(&result, name));
    assert_eq!((&result["outcome"], size), (&"works".into(), [vec![640], vec![480]]), "{result}");

    // Begun at the same time as the others.
    let radios = objects(&mut laptop, "/dev/shm/radios");
    let of = |name: &str| radios.iter().find(|object| object["function"] == name && !object["outcome"].is_null());
    let told = |name: &str| of(name).map(|result| (result["outcome"].as_str(), result["reason"].as_str()));
    assert_eq!(told("wifi"), Some((Some("skipped"), Some("no_networks"))), "{radios:?}");
    assert_eq!(told("bluetooth"), Some((Some("absent"), None)), "{radios:?}");
    laptop.guest.json(&["verify"]).good();
}

#[test]
fn swapped_speakers_and_a_dead_microphone_fail_and_silenced_radios_are_told_from_missing_ones() {
    if !long("broken senses") {
        return;
    }
    let Some(mut laptop) = Laptop::start() else { return };
    let result = speakers(&mut laptop, ["2", "1"]);
    assert_eq!((&result["outcome"], &result["reason"]), (&"fails".into(), &"sides_swapped".into()), "{result}");
    let result = microphone(&mut laptop, false, "2");
    assert_eq!((&result["outcome"], &result["reason"]), (&"fails".into(), &"microphone_dead".into()), "{result}");
    let tag = laptop.tag.clone();
    laptop.guest.sh("for radio in /sys/class/rfkill/*; do echo 1 >$radio/soft; done").good();
    let ran = laptop.guest.json(&["check", &tag, "--only", "wifi"]).good();
    let why = ran.one("function_test_not_possible");
    assert!(why["hint"].as_str().is_some_and(|hint| hint.contains("rfkill")), "{why}");
    laptop
        .guest
        .sh("modprobe -r vivid; modprobe videodev; modprobe -r mac80211_hwsim; modprobe -r snd_pcm_oss; modprobe -r snd_aloop; true")
        .good();
    laptop.begin("wifi,camera,microphone");
    let told = objects(&mut laptop, "/dev/shm/out");
    let missing: Vec<_> = told.iter().filter(|object| object["schema"] == "aoxanh/function_test/1").collect();
    assert!(missing.len() == 3 && missing.iter().all(|result| result["outcome"] == "absent"), "{told:#?}");
}
