//! Speakers and microphones through the kernel's PCM devices.
//!
//! Invariant: screens that play sound too (HDMI) are not the machine's speakers.

use super::mixer;
use crate::device::Why;
use crate::linux::ioctl::{Rhythm, listen, play, record, set_up};
use crate::linux::probe_tree::Tree;
use crate::port::{Failure, Part, Presence, Trouble};
use crate::trial::Sound;
use crate::word::say;
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::{Mode, OFlags, open};
use rustix::io::Errno;
use std::io;
use std::os::fd::OwnedFd;
use std::path::Path;
use std::time::Duration;

/// One line for each device: `00-00: ALC257 Analog : ALC257 Analog : playback 1 : capture 1`.
const LIST: &str = "proc/asound/pcm";
const PCI: &str = "sys/bus/pci/devices";
/// Classes of sound cards. Source: PCI Code and ID Assignment §1.5.
const CARDS: [&str; 2] = ["0x0401", "0x0403"];

/// A card that records at all has something each hundredth of a second.
const PATIENCE: Timespec = Timespec { tv_sec: 3, tv_nsec: 0 };

/// A device that plays or records.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Pcm {
    card: u32,
    node: String,
    name: String,
}

/// Whether there is such a part.
pub(super) fn presence(tree: Tree<'_>, part: Part) -> Presence {
    if let Some(pcm) = find(tree, part) {
        return Presence::There(pcm.name);
    }
    let Ok(devices) = tree.names(PCI).what else { return Presence::Unknown(Why::NoDriver.sentence()) };
    let is_card = |name: &String| {
        let class = tree.line(&format!("{PCI}/{name}/class"));
        class.is_some_and(|class| CARDS.iter().any(|card| class.starts_with(card)))
    };
    if devices.iter().any(is_card) && tree.text(LIST).known().is_none_or(|list| list.trim().is_empty()) {
        return Presence::Unknown(Why::NoDriver.sentence());
    }
    Presence::Absent(LIST.to_owned())
}

fn find(tree: Tree<'_>, part: Part) -> Option<Pcm> {
    let list = tree.text(LIST);
    list.known()?.lines().find_map(|line| read(line, part))
}

fn read(line: &str, part: Part) -> Option<Pcm> {
    let (way, letter) = if part == Part::Microphone { ("capture", 'c') } else { ("playback", 'p') };
    let mut fields = line.split(':').map(str::trim);
    let (card, device) = fields.next()?.split_once('-')?;
    let (card, device): (u32, u32) = (card.parse().ok()?, device.parse().ok()?);
    let name = fields.next()?;
    let is_screen = ["HDMI", "DisplayPort"].iter().any(|screen| name.contains(screen));
    let goes = fields.any(|field| field.starts_with(way));
    (goes && !is_screen).then(|| Pcm { card, node: format!("pcmC{card}D{device}{letter}"), name: name.to_owned() })
}

/// Opens it, not to wait for it. Errors: there is none, it may not be used, or another program has it.
fn opened(root: &Path, part: Part) -> Result<(OwnedFd, Pcm), Failure> {
    let none = || Failure::new(Trouble::Io, say!("hardware-failed", part = LIST));
    let pcm = find(Tree::new(root), part).ok_or_else(none)?;
    let flags = OFlags::CLOEXEC | OFlags::RDWR | OFlags::NONBLOCK;
    let card = open(root.join("dev/snd").join(&pcm.node), flags, Mode::empty());
    let card = card.map_err(|error| failed(&pcm.name, &error.into()))?;
    Ok((card, pcm))
}

fn failed(name: &str, error: &io::Error) -> Failure {
    let failure = Failure::new(Trouble::Io, say!("hardware-failed", part = name)).because(error);
    let is_busy = [io::ErrorKind::ResourceBusy, io::ErrorKind::WouldBlock].contains(&error.kind());
    if error.kind() == io::ErrorKind::PermissionDenied {
        failure.hint(say!("hardware-root-hint"))
    } else if is_busy {
        failure.hint(say!("hardware-busy-hint"))
    } else {
        failure
    }
}

/// Plays it to its end, with every way out open.
pub(super) fn sound_out(root: &Path, sound: &Sound) -> Result<(), Failure> {
    let (card, pcm) = opened(root, Part::Speakers)?;
    let failed = |error: io::Error| failed(&pcm.name, &error);
    // Only opening must not wait for another program; playing waits for the card.
    rustix::fs::fcntl_setfl(&card, OFlags::RDWR).map_err(|error| failed(error.into()))?;
    // Every card plays two channels; one that was recorded alone goes to both.
    let rhythm = Rhythm { rate: sound.rate, channels: 2 };
    set_up(&card, rhythm, rhythm).map_err(failed)?;
    let both = |sample: &i16| [*sample, *sample];
    let samples =
        if sound.channels == 1 { sound.samples.iter().flat_map(both).collect() } else { sound.samples.clone() };
    let _open_ways = mixer::opened(root, pcm.card, Part::Speakers);
    play(&card, &samples, 2).map_err(failed)
}

/// Records so long, with as few channels as the card has and every way in open; `hear` is given each tenth of a second, and
/// ends it early where it says no.
pub(super) fn sound_in(root: &Path, time: Duration, hear: &mut dyn FnMut(&Sound) -> bool) -> Result<Sound, Failure> {
    let (card, pcm) = opened(root, Part::Microphone)?;
    let failed = |error: io::Error| failed(&pcm.name, &error);
    // 48 000 is what every card can play again.
    let (least, most) = (Rhythm { rate: 48_000, channels: 1 }, Rhythm { rate: 48_000, channels: 2 });
    let rhythm = set_up(&card, least, most).map_err(failed)?;
    let _open_ways = mixer::opened(root, pcm.card, Part::Microphone);
    listen(&card).map_err(failed)?;
    let channels = usize::try_from(rhythm.channels).unwrap_or(1);
    let tenth = usize::try_from(rhythm.rate / 10).unwrap_or(1) * channels;
    let tenths = usize::try_from(time.as_millis() / 100).unwrap_or(0);
    let sound = |samples| Sound { rate: rhythm.rate, channels: u16::try_from(rhythm.channels).unwrap_or(1), samples };
    let mut samples = Vec::with_capacity(tenth * tenths);
    for _tenth in 0..tenths {
        let piece = sound(taken(&card, tenth, rhythm.channels).map_err(failed)?);
        let goes_on = hear(&piece);
        samples.extend(piece.samples);
        if !goes_on {
            break;
        }
    }
    Ok(sound(samples))
}

/// The next so many samples. Errors: ETIMEDOUT where the card records nothing.
fn taken(card: &OwnedFd, count: usize, channels: u32) -> io::Result<Vec<i16>> {
    let (mut samples, mut filled) = (vec![0; count], 0);
    while filled < count {
        if poll(&mut [PollFd::new(card, PollFlags::IN)], Some(&PATIENCE))? == 0 {
            return Err(Errno::TIMEDOUT.into());
        }
        match record(card, &mut samples[filled..], channels) {
            Ok(more) => filled += more,
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
            Err(error) => return Err(error),
        }
    }
    Ok(samples)
}

/// Whether something is plugged into the headphone jack of the card that plays. Errors: there is none.
pub(super) fn headphones(root: &Path) -> Result<Option<bool>, Failure> {
    let none = || Failure::new(Trouble::Io, say!("hardware-failed", part = LIST));
    Ok(mixer::headphones(root, find(Tree::new(root), Part::Speakers).ok_or_else(none)?.card))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_machines_own_speakers_and_microphone_are_found_beside_a_screen_that_plays() {
        let list = [
            "00-03: HDMI 0 : HDMI 0 : playback 1",
            "01-00: ALC257 Analog : ALC257 Analog : playback 1 : capture 1",
            "01-06: DMIC (*) : : capture 1",
        ];
        let found = |part| list.iter().find_map(|line| read(line, part)).map(|pcm| pcm.node);
        assert_eq!(found(Part::Speakers).as_deref(), Some("pcmC1D0p"));
        assert_eq!(found(Part::Microphone).as_deref(), Some("pcmC1D0c"));
        assert_eq!(read(list[2], Part::Microphone).map(|pcm| pcm.node).as_deref(), Some("pcmC1D6c"));
        assert_eq!(
            (read(list[0], Part::Speakers), read("", Part::Speakers), read("x-y: a", Part::Speakers)),
            (None, None, None)
        );
    }
}
