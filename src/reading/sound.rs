//! What a sound chip says of its pins: built-in speakers and microphones.
//!
//! Source: Intel, High Definition Audio Specification 1.0a §7.3.3.31 (configuration default), as Linux prints it in
//! `/proc/asound/card*/codec#*`. Invariant: only a pin that is fixed inside the machine counts, never a jack.

/// One sound chip.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SoundChip {
    /// Its name.
    pub name: Option<String>,
    /// Whether a pin goes to a speaker inside.
    pub speaker: bool,
    /// Whether a pin comes from a microphone inside.
    pub microphone: bool,
    /// Whether it is the sound of a screen's cable.
    pub is_hdmi: bool,
}

/// Reads the text of one `codec#` file.
#[must_use]
pub fn sound_chip(text: &str) -> SoundChip {
    let name = text.lines().find_map(|line| line.strip_prefix("Codec:")).map(|name| name.trim().to_owned());
    let fixed = |what: &str| {
        let pins = text.lines().filter(|line| line.trim_start().starts_with("Pin Default"));
        pins.filter_map(|line| line.split_once("[Fixed] ")).any(|(_, pin)| pin.starts_with(what))
    };
    let is_hdmi = name.as_ref().is_some_and(|name| ["HDMI", "DisplayPort"].iter().any(|word| name.contains(word)));
    SoundChip {
        name: name.filter(|name| !name.is_empty()),
        speaker: fixed("Speaker"),
        microphone: fixed("Mic"),
        is_hdmi,
    }
}

/// Whether the list of sound streams (`/proc/asound/pcm`) has a digital microphone, which stands beside the sound chip.
#[must_use]
pub fn has_digital_microphone(pcm: &str) -> bool {
    let lines = pcm.lines().map(str::to_lowercase);
    lines.filter(|line| line.contains("capture")).any(|line| line.contains("dmic"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pins_inside_count_and_jacks_do_not() {
        let chip = sound_chip(
            "Codec: Made-up ALC000\nNode 0x14 [Pin Complex] wcaps 0x40058d: Stereo Amp-Out\n  Pin Default 0x90170110: [Fixed] Speaker at Int N/A\n  Pin Default 0x03a11020: [Jack] Mic at Ext Left\n",
        );
        assert_eq!((chip.name.as_deref(), chip.speaker, chip.microphone), (Some("Made-up ALC000"), true, false));
        let inside = sound_chip("Codec: X\n  Pin Default 0x90a60130: [Fixed] Mic at Int N/A\n");
        assert!(inside.microphone && !inside.speaker && !inside.is_hdmi);
        assert!(sound_chip("Codec: Made-up HDMI\n").is_hdmi);
        assert_eq!(sound_chip(""), SoundChip::default());
    }

    #[test]
    fn a_digital_microphone_is_a_stream_of_its_own() {
        assert!(has_digital_microphone("00-06: DMIC (*) :  : capture 1\n"));
        assert!(!has_digital_microphone("00-00: ALC000 Analog : ALC000 Analog : playback 1 : capture 1\n"));
    }
}
