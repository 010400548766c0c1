//! The stage a device is in, computed from its file.
//!
//! Source: the ladder nhận → kiểm tra → xóa → cài → thử → sẵn sàng → phân → bàn giao of the design.

use super::file::{DeviceFile, DiskFile, DiskState};
use crate::event::handover::Terms;
use crate::event::inspection::{FunctionOutcome, Verdict};
use crate::event::repair::RepairOutcome;
use crate::word::{Sentence, say};

/// The functions that a check covers. `Absent` is an answer too.
pub const FUNCTIONS: &[&str] =
    &["screen", "keyboard", "touchpad", "speakers", "microphone", "camera", "wifi", "usb", "charging"];

/// What people call those functions, one after the other; none where there are none.
#[must_use]
pub fn functions_sentence(ids: &[&str]) -> Option<Sentence> {
    // words: function-*
    let named = ids.iter().map(|id| Sentence::new(format!("function-{id}")));
    named.reduce(|list, next| say!("list-and", list = list, next = next))
}

/// Where a device stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Stage {
    /// đã nhận
    Received,
    /// đã kiểm tra
    Inspected,
    /// đã xóa
    Wiped,
    /// đã cài
    Imaged,
    /// đã thử
    Checked,
    /// sẵn sàng
    Ready,
    /// đã phân
    Allocated,
    /// cho mượn
    OnLoan,
    /// đã bàn giao
    HandedOver,
}

impl Stage {
    /// Every stage, in the order of the ladder.
    pub const ALL: [Self; 9] = [
        Self::Received,
        Self::Inspected,
        Self::Wiped,
        Self::Imaged,
        Self::Checked,
        Self::Ready,
        Self::Allocated,
        Self::OnLoan,
        Self::HandedOver,
    ];

    /// The stage of that word for machines.
    #[must_use]
    pub fn read(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|stage| stage.word() == word)
    }

    /// The word for machines.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Received => "received",
            Self::Inspected => "inspected",
            Self::Wiped => "wiped",
            Self::Imaged => "imaged",
            Self::Checked => "checked",
            Self::Ready => "ready",
            Self::Allocated => "allocated",
            Self::OnLoan => "on_loan",
            Self::HandedOver => "handed_over",
        }
    }

    /// The word for people.
    #[must_use]
    pub fn sentence(self) -> Sentence {
        match self {
            Self::Received => say!("stage-received"),
            Self::Inspected => say!("stage-inspected"),
            Self::Wiped => say!("stage-wiped"),
            Self::Imaged => say!("stage-imaged"),
            Self::Checked => say!("stage-checked"),
            Self::Ready => say!("stage-ready"),
            Self::Allocated => say!("stage-allocated"),
            Self::OnLoan => say!("stage-on-loan"),
            Self::HandedOver => say!("stage-handed-over"),
        }
    }
}

impl DeviceFile {
    /// Where it stands. A device set aside falls back where a disk without a proved wipe turns up; it stays set aside.
    #[must_use]
    pub fn stage(&self) -> Stage {
        match self.handed_over {
            Some(Terms::Gift) => return Stage::HandedOver,
            Some(Terms::Loan) => return Stage::OnLoan,
            None => {}
        }
        if self.verdict.is_none() {
            return Stage::Received;
        }
        if !self.is_free_of_data() {
            return Stage::Inspected;
        }
        if self.recipient.is_some() {
            return Stage::Allocated;
        }
        match (self.is_ready(), self.is_imaged(), self.functions.is_empty()) {
            (true, _, _) => Stage::Ready,
            (false, false, _) => Stage::Wiped,
            (false, true, true) => Stage::Imaged,
            (false, true, false) => Stage::Checked,
        }
    }

    /// The disks that count: all, but in practice only those made for it.
    pub fn counted(&self) -> impl Iterator<Item = (&String, &DiskFile)> {
        self.disks.iter().filter(|(_, disk)| !self.practice || disk.disk.practice)
    }

    /// Those that still are disks: counted and not destroyed.
    pub fn standing(&self) -> impl Iterator<Item = (&String, &DiskFile)> {
        self.counted().filter(|(_, disk)| disk.state != DiskState::Destroyed)
    }

    /// The keys of disks that hold, or may hold, the donor's data.
    pub fn unwiped(&self) -> impl Iterator<Item = &String> {
        self.standing().filter(|(_, disk)| disk.state != DiskState::Wiped).map(|(key, _)| key)
    }

    /// Whether every disk known of it, and at least one, was wiped with evidence or destroyed.
    #[must_use]
    pub fn is_free_of_data(&self) -> bool {
        self.counted().next().is_some() && self.unwiped().next().is_none()
    }

    /// Whether it is free of the donor's data and has a disk that was wiped.
    #[must_use]
    pub fn is_wiped(&self) -> bool {
        self.standing().next().is_some() && self.unwiped().next().is_none()
    }

    /// How many of its disks were destroyed.
    #[must_use]
    pub fn destroyed(&self) -> u64 {
        self.counted().map(|(_, disk)| u64::from(disk.state == DiskState::Destroyed)).sum()
    }

    /// Whether a system image stands on one of its disks.
    #[must_use]
    pub fn is_imaged(&self) -> bool {
        self.counted().any(|(_, disk)| disk.image.is_some())
    }

    /// Functions that fail or were not tested.
    #[must_use]
    pub fn functions_missing(&self) -> Vec<&'static str> {
        let good = |name: &&str| {
            self.functions.get(*name).is_some_and(|outcome| match outcome {
                FunctionOutcome::Works | FunctionOutcome::Absent => true,
                FunctionOutcome::Fails | FunctionOutcome::Skipped => false,
            })
        };
        FUNCTIONS.iter().filter(|name| !good(name)).copied().collect()
    }

    /// Whether the last judgement allows giving it away.
    #[must_use]
    pub const fn is_good_enough(&self) -> bool {
        matches!(self.verdict, Some(Verdict::Pass | Verdict::Conditional))
    }

    /// Whether nothing is known to be broken: never looked at for repair, or mended.
    #[must_use]
    pub const fn is_mended(&self) -> bool {
        matches!(self.repair, None | Some(RepairOutcome::Fixed))
    }

    /// Whether a lead lifted that rule for the device as it stands, whoever its pupil will be.
    #[must_use]
    pub fn is_lifted(&self, rule: &str) -> bool {
        self.lifted.get(rule).is_some_and(Option::is_none)
    }

    /// Whether nothing is left to do but to find its pupil. What a lead lifted is nothing left to do.
    #[must_use]
    pub fn is_ready(&self) -> bool {
        self.is_ready_but_for_kit() && (self.kit_missing().next().is_none() || self.is_lifted("give-kit"))
    }

    /// Whether nothing is left to do but what goes with it, if that.
    #[must_use]
    pub fn is_ready_but_for_kit(&self) -> bool {
        self.unwiped().next().is_none()
            && (self.is_imaged() || self.is_lifted("give-imaged"))
            && (self.is_good_enough() || self.is_lifted("give-good-enough"))
            && (self.functions_missing().is_empty() || self.is_lifted("give-functions"))
            && self.locks.is_empty()
            && (self.is_mended() || self.is_lifted("give-mended"))
            && self.held.is_none()
            && self.conflict.is_none()
            && self.quarantined.is_none()
    }
}
