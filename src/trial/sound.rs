//! Tones to be played, and how loud what was recorded is.
//!
//! Invariants: a tone begins and ends in silence, so that no click is heard on the other side; samples are signed 16 bit.

/// Sound: frames of interleaved samples.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sound {
    /// Frames a second.
    pub rate: u32,
    /// Samples a frame.
    pub channels: u16,
    /// The samples.
    pub samples: Vec<i16>,
}

/// A side of the speakers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// The left.
    Left,
    /// The right.
    Right,
}

/// What stands in a recording.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Loudness {
    /// The loudest tenth of a second, root mean square.
    pub loudest: u64,
    /// The quietest.
    pub quietest: u64,
}

/// What was recorded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Heard {
    /// Nothing at all: not even the noise that every microphone has.
    Dead,
    /// Noise, and nobody who speaks.
    Silence,
    /// Somebody, or something, louder than the noise.
    Speech,
}

/// How loud a tone is, of 32767.
const LOUD: i64 = 12_000;
/// Below this nobody speaks: 40 dB below the loudest. A microphone a foot away hears speech 20 to 30 dB below it.
const SPEECH: u64 = 300;
/// Speech is so many times louder than the pauses around it.
const ABOVE: u64 = 3;

/// One second of a tone on one side, 48 000 frames a second. A triangle: it needs no table and is heard through small
/// speakers.
#[must_use]
pub fn tone(side: Side, hertz: u32) -> Sound {
    const RATE: i64 = 48_000;
    let period = (RATE / i64::from(hertz).max(1)).max(4);
    let sample = |at: i64| {
        let place = at % period * 4 * LOUD / period;
        let height = if place < LOUD {
            place
        } else if place < 3 * LOUD {
            2 * LOUD - place
        } else {
            place - 4 * LOUD
        };
        let fade = at.min(RATE - 1 - at).min(RATE / 20);
        i16::try_from(height * fade / (RATE / 20)).unwrap_or(0)
    };
    let frame = |at: i64| match side {
        Side::Left => [sample(at), 0],
        Side::Right => [0, sample(at)],
    };
    Sound { rate: 48_000, channels: 2, samples: (0..RATE).flat_map(frame).collect() }
}

/// How loud the recording is, tenth of a second by tenth of a second, of the loudest channel; none where it is shorter than
/// one.
#[must_use]
pub fn loudness(sound: &Sound) -> Option<Loudness> {
    let channels = usize::from(sound.channels.max(1));
    let block = usize::try_from(sound.rate / 10).ok().filter(|block| *block > 0)? * channels;
    let levels: Vec<u64> = sound
        .samples
        .chunks_exact(block)
        .filter_map(|block| (0..channels).map(|channel| level(block.iter().skip(channel).step_by(channels))).max())
        .collect();
    Some(Loudness { loudest: *levels.iter().max()?, quietest: *levels.iter().min()? })
}

/// How far a meter stands out at what is heard now, thousandths: each doubling is a step of the same length, as for ears.
#[must_use]
pub fn meter(sound: &Sound) -> u64 {
    /// The loudest there is, in doublings.
    const ALL: u64 = 15;
    let loudest = loudness(sound).map_or(0, |loud| loud.loudest);
    let Some(doublings) = loudest.checked_ilog2() else { return 0 };
    let part = (loudest << 8 >> doublings) & 255;
    ((u64::from(doublings) * 256 + part) * 1000 / (ALL * 256)).min(1000)
}

/// Root mean square around the mean: what a microphone is off by at rest is no sound.
fn level<'a>(samples: impl Iterator<Item = &'a i16> + Clone) -> u64 {
    let count = i64::try_from(samples.clone().count()).unwrap_or(1).max(1);
    let mean = samples.clone().map(|sample| i64::from(*sample)).sum::<i64>() / count;
    let square: i64 = samples.map(|sample| (i64::from(*sample) - mean).pow(2)).sum();
    u64::try_from(square / count).unwrap_or(0).isqrt()
}

impl Loudness {
    /// What that is.
    #[must_use]
    pub const fn heard(self) -> Heard {
        if self.loudest == 0 {
            Heard::Dead
        } else if self.loudest >= SPEECH && self.loudest >= self.quietest.saturating_mul(ABOVE) {
            Heard::Speech
        } else {
            Heard::Silence
        }
    }

    /// The loudest moment, thousandths of the loudest there is.
    #[must_use]
    pub const fn per_mille(self) -> u64 {
        self.loudest * 1000 / 32_767
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn recorded(samples: impl Iterator<Item = i16>) -> Heard {
        let sound = Sound { rate: 8000, channels: 1, samples: samples.collect() };
        loudness(&sound).expect("long enough").heard()
    }

    /// Noise of that height, always the same.
    fn noise(height: i64) -> impl Iterator<Item = i16> {
        let next = |seed: &mut u64| {
            *seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            i64::try_from(*seed >> 33).ok()
        };
        let mut seed = 1u64;
        std::iter::from_fn(move || next(&mut seed))
            .map(move |random| i16::try_from(random % (2 * height + 1) - height).expect("small"))
    }

    #[test]
    fn a_tone_is_on_its_own_side_alone_as_high_as_asked_and_fades_in_and_out() {
        for (side, own) in [(Side::Left, 0), (Side::Right, 1)] {
            let sound = tone(side, 440);
            let own: Vec<i16> = sound.samples.iter().skip(own).step_by(2).copied().collect();
            let silent = sound.samples.len() / 2;
            assert!(sound.samples.iter().filter(|sample| **sample == 0).count() >= silent);
            let rises = own.windows(2).filter(|pair| pair[0] <= 0 && pair[1] > 0).count();
            assert!((430..=450).contains(&rises), "{rises}");
            assert!(own[..48].iter().chain(&own[47_952..]).all(|sample| sample.abs() < 600));
            assert!(own.iter().any(|sample| *sample > 11_000) && own.iter().any(|sample| *sample < -11_000));
        }
    }

    #[test]
    fn speech_is_told_from_noise_and_noise_from_a_dead_wire() {
        let speech = noise(40).take(8000).chain(noise(4000).take(8000)).chain(noise(40).take(8000));
        assert_eq!(recorded(speech), Heard::Speech);
        assert_eq!(recorded(noise(120).take(24_000)), Heard::Silence);
        assert_eq!(recorded(noise(9000).take(24_000)), Heard::Silence, "a loud hum is nobody who speaks");
        assert_eq!(recorded(std::iter::repeat_n(0, 24_000)), Heard::Dead);
        assert_eq!(recorded(std::iter::repeat_n(-900, 24_000)), Heard::Dead, "a wire that is off by some volts");
        assert_eq!(loudness(&Sound { rate: 8000, channels: 1, samples: vec![5; 799] }), None);
    }

    #[test]
    fn a_meter_stands_still_in_silence_and_goes_one_step_further_each_time_it_is_twice_as_loud() {
        let at = |height: i16| {
            let samples = (0..800).map(|at| if at % 2 == 0 { height } else { -height }).collect();
            meter(&Sound { rate: 8000, channels: 1, samples })
        };
        assert_eq!((at(0), at(1), at(2), at(256), at(i16::MAX)), (0, 0, 66, 533, 999));
        assert!((560..=580).contains(&at(384)), "half way to the next doubling: {}", at(384));
    }

    #[test]
    fn of_two_channels_the_louder_counts() {
        let samples = noise(40).take(800).chain(noise(6000).take(800)).flat_map(|sample| [0, sample]).collect();
        let loud = loudness(&Sound { rate: 8000, channels: 2, samples }).expect("long enough");
        assert_eq!(loud.heard(), Heard::Speech);
        assert!((90..130).contains(&loud.per_mille()), "{loud:?}");
    }
}
