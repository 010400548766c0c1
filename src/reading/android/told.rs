//! What is asked of a device, in one go, and its answers taken apart.
//!
//! Invariant: the whole of it is one line of shell that changes nothing on the device, and works on Android 2.3 as on 16: a
//! command that it does not know answers nothing.

use std::collections::BTreeMap;
use std::fmt::Write;

/// A question.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Ask {
    /// `getprop`.
    Properties,
    /// `/proc/meminfo`.
    Memory,
    /// `/proc/partitions`.
    Partitions,
    /// `df /data`.
    DataSize,
    /// `dumpsys diskstats`.
    DiskStats,
    /// `wm size`.
    ScreenSize,
    /// `wm density`.
    Density,
    /// `dumpsys display`, the lines that tell the panel.
    Display,
    /// `dumpsys battery`.
    Battery,
    /// The kernel's count of charge cycles.
    Cycles,
    /// `pm list features`.
    Features,
    /// `dumpsys media.camera`, the line that counts.
    Cameras,
    /// How many accounts each user has, without their names.
    Accounts,
    /// `dpm list-owners`.
    Owners,
    /// `dumpsys device_policy`, the lines that tell an owner.
    Policy,
    /// Which processors there are.
    Cores,
    /// Their highest clocks, kHz.
    Clocks,
    /// Whether the first set-up was gone through.
    SetUp,
}

/// What a line that begins an answer begins with.
const MARK: &str = "@@aoxanh-";

/// Every question: its word, the command, and how people call the source. Names of accounts never leave the device.
const QUESTIONS: [(Ask, &str, &str, &str); 18] = [
    (Ask::Properties, "prop", "getprop", "getprop"),
    (Ask::Memory, "mem", "cat /proc/meminfo", "proc/meminfo#MemTotal"),
    (Ask::Partitions, "part", "cat /proc/partitions", "proc/partitions"),
    (Ask::DataSize, "df", "df /data", "df /data"),
    (Ask::DiskStats, "disk", "dumpsys diskstats", "dumpsys diskstats"),
    (Ask::ScreenSize, "size", "wm size", "wm size"),
    (Ask::Density, "dens", "wm density", "wm density"),
    (Ask::Display, "disp", "dumpsys display | grep DisplayDeviceInfo", "dumpsys display"),
    (Ask::Battery, "batt", "dumpsys battery", "dumpsys battery"),
    (
        Ask::Cycles,
        "cycl",
        "cat /sys/class/power_supply/battery/cycle_count",
        "sys/class/power_supply/battery/cycle_count",
    ),
    (Ask::Features, "feat", "pm list features", "pm list features"),
    (Ask::Cameras, "came", "dumpsys media.camera | grep 'Number of camera'", "dumpsys media.camera"),
    (Ask::Accounts, "acco", "dumpsys account | grep 'Accounts:'", "dumpsys account"),
    (Ask::Owners, "owne", "dpm list-owners", "dpm list-owners"),
    (Ask::Policy, "poli", "dumpsys device_policy | grep -i owner", "dumpsys device_policy"),
    (Ask::Cores, "core", "cat /sys/devices/system/cpu/possible", "sys/devices/system/cpu/possible"),
    (
        Ask::Clocks,
        "freq",
        "cat /sys/devices/system/cpu/cpu*/cpufreq/cpuinfo_max_freq",
        "sys/devices/system/cpu/cpufreq",
    ),
    (Ask::SetUp, "setu", "settings get secure user_setup_complete", "settings user_setup_complete"),
];

impl Ask {
    /// Where its answer comes from, in words for people.
    #[must_use]
    pub fn source(self) -> &'static str {
        QUESTIONS.iter().find(|(ask, ..)| *ask == self).map_or("adb", |(.., source)| *source)
    }
}

/// The line of shell that asks everything.
#[must_use]
pub fn questions() -> String {
    let mut line = String::new();
    for (_, word, command, _) in QUESTIONS {
        // Writing to a string cannot fail.
        let _written = write!(line, "echo; echo {MARK}{word}; {command} 2>/dev/null; ");
    }
    let _written = write!(line, "echo; echo {MARK}end");
    line
}

/// The answers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AndroidTold {
    answers: BTreeMap<Ask, String>,
    /// Whether the last question was answered too.
    pub is_whole: bool,
}

impl AndroidTold {
    /// Takes apart what came back. Only the first answer to each question counts.
    #[must_use]
    pub fn read(answer: &str) -> Self {
        let mut told = Self::default();
        let mut at: Option<(Ask, String)> = None;
        let close = |at: Option<(Ask, String)>, told: &mut Self| {
            if let Some((ask, text)) = at
                && !text.trim().is_empty()
            {
                told.answers.entry(ask).or_insert(text);
            }
        };
        for line in answer.lines() {
            let line = line.trim_end_matches('\r');
            let Some(word) = line.strip_prefix(MARK) else {
                if let Some((_, text)) = &mut at {
                    text.push_str(line);
                    text.push('\n');
                }
                continue;
            };
            close(at.take(), &mut told);
            told.is_whole |= word == "end";
            at = QUESTIONS.iter().find(|(_, known, ..)| *known == word).map(|(ask, ..)| (*ask, String::new()));
        }
        close(at, &mut told);
        told
    }

    /// Adds or replaces an answer.
    #[must_use]
    pub fn with(mut self, ask: Ask, text: &str) -> Self {
        self.answers.insert(ask, text.to_owned());
        self
    }

    /// The answer to a question; none where nothing came.
    #[must_use]
    pub fn text(&self, ask: Ask) -> Option<&str> {
        self.answers.get(&ask).map(String::as_str)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_taken_apart_at_their_marks_and_a_second_one_is_not_believed() {
        let answer = "\r\n@@aoxanh-prop\r\n[a]: [b]\r\n\r\n@@aoxanh-size\r\n\r\n@@aoxanh-mem\nMemTotal: 1 kB\n@@aoxanh-what\nx\n\
                      @@aoxanh-mem\nMemTotal: 2 kB\n@@aoxanh-end\n";
        let told = AndroidTold::read(answer);
        assert_eq!(told.text(Ask::Properties), Some("[a]: [b]\n\n"));
        assert_eq!((told.text(Ask::Memory), told.text(Ask::ScreenSize)), (Some("MemTotal: 1 kB\n"), None));
        assert!(told.is_whole);
        assert!(!AndroidTold::read("@@aoxanh-prop\n[a]: [b]\n").is_whole, "cut off");
    }

    #[test]
    fn every_question_has_a_word_of_its_own_and_none_asks_for_names_of_accounts() {
        let words: std::collections::BTreeSet<&str> = QUESTIONS.iter().map(|(_, word, ..)| *word).collect();
        assert_eq!(words.len(), QUESTIONS.len());
        let line = questions();
        assert!(!line.contains('\n'), "one line");
        assert!(line.contains("dumpsys account | grep 'Accounts:'") && line.matches("dumpsys account").count() == 1);
    }
}
