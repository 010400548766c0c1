//! What a filled practice station records at each step: invented devices, disks and evidence.
//!
//! Invariant: every name is invented and says so (`Giả`, `Luyện Tập`, `GIA-`); disks are marked as made for practice.

use super::fill_story::{Dice, Outline, Step, steps};
use crate::custody::{FUNCTIONS, Stage};
use crate::device::key;
use crate::event::Fact;
use crate::event::disk::{
    AttachmentSeen, Bond, DiskBound, DiskSeen, Level, WipeEnded, WipeEvidence, WipeResult, WipeStarted,
};
use crate::event::handover::{DeviceAllocated, DeviceHandedOver};
use crate::event::image::{ImageEnded, ImageResult, ImageSeen, ImageStarted};
use crate::event::inspection::{
    DeviceInspected, FactSeen, FunctionOutcome, FunctionResult, FunctionTested, Seen, Verdict,
};
use crate::event::intake::{
    Danger, DeviceHeld, DeviceKind, DeviceQuarantined, DeviceReceived, HoldReason, HoldReleased, QuarantineCleared,
    TagBound,
};
use crate::tag::TagId;
use crate::unit::{Bytes, DeviceId, Digest, JobId, LotId, Moment, RecipientId};
use std::vec::IntoIter;

const MAKERS: [&str; 4] = ["Hãng Giả Một", "Hãng Giả Hai", "Xưởng Giả Định", "Máy Luyện Tập"];
const MODELS: [&str; 6] =
    ["Sổ Tay Giả 11", "Sổ Tay Giả 14", "Sổ Tay Giả 15-X", "Bàn Giả G3", "Bàn Giả Mini", "Bảng Giả 10"];
/// Sizes of disks, bytes.
const SIZES: [u64; 4] = [120_034_123_776, 240_057_409_536, 500_107_862_016, 1_000_204_886_016];
/// Length of the invented image, bytes.
const IMAGE: Bytes = Bytes(8 * 1024 * 1024 * 1024);
const METHOD: &str = "overwrite-zero";

/// A device and what is still to happen to it.
pub(super) struct Actor {
    pub(super) id: DeviceId,
    number: u64,
    lot: LotId,
    verdict: Verdict,
    size: Bytes,
    recipient: RecipientId,
    job: JobId,
    /// Leaf hash of its last start of a job, and when that was.
    started: (Digest, Moment),
    steps: IntoIter<Step>,
}

impl Actor {
    /// The device of that number, with its story.
    pub(super) fn new(number: u64, lot: LotId, outline: Outline, dice: &Dice<'_>) -> Self {
        let weak = outline.end == Stage::Inspected && dice.below(2) == 0;
        let verdict = match (weak, dice.below(4)) {
            (true, _) => Verdict::Fail,
            (false, 0) => Verdict::Conditional,
            (false, _) => Verdict::Pass,
        };
        Self {
            id: DeviceId::from_random(dice.0.bytes()),
            number,
            lot,
            verdict,
            size: Bytes(*pick(&SIZES, dice)),
            recipient: RecipientId::from_random(dice.0.bytes()),
            job: JobId::from_random(dice.0.bytes()),
            started: (Digest::ZERO, Moment::from_unix_millis(0)),
            steps: steps(outline, dice).into_iter(),
        }
    }

    /// Takes note of where its last start was recorded.
    pub(super) fn note_start(&mut self, leaf: Digest, at: Moment) {
        self.started = (leaf, at);
    }

    /// Whether nothing more happens to it.
    pub(super) fn is_done(&self) -> bool {
        self.steps.len() == 0
    }

    /// What happens to it next; none where its story is told.
    pub(super) fn next(&mut self, at: Moment, dice: &Dice<'_>) -> Option<Fact> {
        Some(match self.steps.next()? {
            Step::Receive => DeviceReceived::bare(self.lot.clone(), self.kind()).into(),
            Step::Tag => TagBound { tag: TagId::from_random(dice.0.bytes()).as_str().to_owned() }.into(),
            Step::Inspect => self.inspected().into(),
            Step::Bind(disk) => {
                DiskBound { disk: self.disk(disk), key: self.disk_key(disk), bond: Bond::Certain }.into()
            }
            Step::StartWipe(disk) => {
                self.job = JobId::from_random(dice.0.bytes());
                self.wipe_started(disk).into()
            }
            Step::EndWipe(disk) => self.wipe_ended(disk, self.size, at).into(),
            Step::StopWipe(disk) => self.wipe_ended(disk, Bytes(self.size.0 / 3 / 4096 * 4096), at).into(),
            Step::StartImage => {
                self.job = JobId::from_random(dice.0.bytes());
                self.image_started().into()
            }
            Step::EndImage => self.image_ended(at).into(),
            Step::Test { all_work } => tested(all_work).into(),
            Step::Hold => DeviceHeld::of(*pick(&[HoldReason::Part, HoldReason::Decision], dice)).into(),
            Step::Release => HoldReleased {}.into(),
            Step::Quarantine => DeviceQuarantined { danger: *pick(&[Danger::Battery, Danger::Liquid], dice) }.into(),
            Step::Clear => QuarantineCleared {}.into(),
            Step::Allocate => DeviceAllocated { recipient: self.recipient.clone() }.into(),
            Step::HandOver(terms) => DeviceHandedOver { recipient: self.recipient.clone(), terms }.into(),
        })
    }

    const fn kind(&self) -> DeviceKind {
        match self.model_place() {
            0..=2 => DeviceKind::Laptop,
            3 | 4 => DeviceKind::Desktop,
            _more => DeviceKind::Tablet,
        }
    }

    const fn model_place(&self) -> u64 {
        self.number * 7 / 3 % MODELS.len() as u64
    }

    fn disk(&self, disk: u8) -> DiskSeen {
        DiskSeen {
            serial: Some(format!("GIA-{}-{disk}", self.number)),
            wwn: None,
            model: Some("Ổ Giả".to_owned()),
            size: self.size,
            bus: "sata".to_owned(),
            practice: true,
        }
    }

    fn disk_key(&self, disk: u8) -> String {
        format!("GIA-{}-{disk}|Ổ Giả|{}", self.number, self.size.0)
    }

    fn inspected(&self) -> DeviceInspected {
        let text = |key: &str, text: &str, source: &str| seen(key, Seen::Text(text.to_owned()), None, source);
        let bytes = |key: &str, bytes: u64, source: &str| seen(key, Seen::Number(bytes), Some("bytes"), source);
        let maker = MAKERS[usize::try_from(self.number % MAKERS.len() as u64).unwrap_or(0)];
        let model = MODELS[usize::try_from(self.model_place()).unwrap_or(0)];
        DeviceInspected {
            profile: "luyen-tap".to_owned(),
            profile_digest: Digest([7; 32]),
            verdict: self.verdict,
            failed: if self.verdict == Verdict::Fail { vec![key::MEMORY_TOTAL.to_owned()] } else { Vec::new() },
            undecided: Vec::new(),
            typed: false,
            facts: vec![
                text(key::MAKER, maker, "DMI#1.manufacturer"),
                text(key::MODEL, model, "DMI#1.product"),
                text(key::SERIAL, &format!("GIA-{:06}", self.number), "DMI#1.serial"),
                text(key::CPU_MODEL, "Vi Xử Lý Giả 2 nhân", "proc/cpuinfo#model name"),
                bytes(key::MEMORY_TOTAL, 4 << 30, "DMI#17"),
                bytes(key::DISK_LARGEST, self.size.0, "sys/block"),
                seen(
                    key::BATTERY_HEALTH,
                    Seen::Number(30 + self.number % 70),
                    Some("percent"),
                    "sys/class/power_supply",
                ),
                seen(key::WIFI, Seen::Flag(true), None, "sys/class/net"),
            ],
            disks: vec![self.disk(1)],
        }
    }

    fn wipe_started(&self, disk: u8) -> WipeStarted {
        WipeStarted {
            job: self.job.clone(),
            resumes: None,
            from: Bytes::ZERO,
            method: METHOD.to_owned(),
            pattern_key: None,
            key: self.disk_key(disk),
            disk: self.disk(disk),
            logical_block: 512,
            attachment: attachment(),
            namespace: None,
            health_before: None,
            medium: None,
            site: None,
        }
    }

    fn wipe_ended(&self, disk: u8, done: Bytes, at: Moment) -> WipeEnded {
        let whole = done == self.size;
        let digest = whole.then(|| Digest(*blake3::hash(&self.size.0.to_be_bytes()).as_bytes()));
        let evidence = WipeEvidence {
            method: METHOD.to_owned(),
            size: self.size,
            written: done,
            read_back: if whole { done } else { Bytes::ZERO },
            mismatched: Bytes::ZERO,
            first_mismatch: None,
            unwritable: Bytes::ZERO,
            unreadable: Bytes::ZERO,
            bad: Vec::new(),
            direct: true,
            digest,
            cross_check: None,
            firmware: None,
            began: self.started.1,
            ended: at,
        };
        let (result, level) =
            if whole { (WipeResult::Erased, Level::Clear) } else { (WipeResult::Cancelled, Level::None) };
        WipeEnded {
            job: self.job.clone(),
            started: self.started.0,
            key: self.disk_key(disk),
            result,
            level,
            evidence,
            not_covered: Vec::new(),
            program: env!("CARGO_PKG_VERSION").to_owned(),
            health_after: None,
            speed: None,
        }
    }

    fn image_started(&self) -> ImageStarted {
        ImageStarted {
            job: self.job.clone(),
            resumes: None,
            from: Bytes::ZERO,
            image: ImageSeen { id: "gia-lap-1".to_owned(), length: IMAGE, blake3: Digest([8; 32]) },
            key: self.disk_key(1),
            disk: self.disk(1),
            logical_block: 512,
            attachment: attachment(),
        }
    }

    fn image_ended(&self, at: Moment) -> ImageEnded {
        ImageEnded {
            job: self.job.clone(),
            started: self.started.0,
            key: self.disk_key(1),
            result: ImageResult::Written,
            written: IMAGE,
            read_back: IMAGE,
            found: Some(Digest([8; 32])),
            direct: true,
            began: self.started.1,
            ended: at,
            program: env!("CARGO_PKG_VERSION").to_owned(),
            skipped: None,
        }
    }
}

fn pick<'a, T>(from: &'a [T], dice: &Dice<'_>) -> &'a T {
    &from[usize::try_from(dice.below(from.len() as u64)).unwrap_or(0)]
}

fn seen(key: &str, value: Seen, unit: Option<&str>, source: &str) -> FactSeen {
    FactSeen {
        key: key.to_owned(),
        value: Some(value),
        unit: unit.map(str::to_owned),
        source: source.to_owned(),
        certainty: "certain".to_owned(),
    }
}

fn attachment() -> AttachmentSeen {
    AttachmentSeen {
        boot_id: "00000000-0000-0000-0000-000000000000".to_owned(),
        diskseq: Some(9),
        port: "luyen-tap".to_owned(),
        name: "sdx".to_owned(),
    }
}

fn tested(all_work: bool) -> FunctionTested {
    let result = |function: &&str| {
        let fails = !all_work && *function == "camera";
        FunctionResult::typed(function, if fails { FunctionOutcome::Fails } else { FunctionOutcome::Works })
    };
    FunctionTested { results: FUNCTIONS.iter().map(result).collect() }
}
