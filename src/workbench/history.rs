//! A device's history in people's words.

use super::accessory::{counted_sentence, paired_sentence};
use super::bench::{Bench, Found};
use super::check::{FunctionTest, function_test};
use super::correct::{Stricken, stricken};
use super::destroy::destruction_sentence;
use super::fit::fitted_sentence;
use super::grade::grade_sentence;
use super::lock::lock_sentence;
use super::outward::looked_sentence;
use super::place::place_sentence;
use super::repair::{dong, repair_outcome_sentence};
use super::settling::reason;
use crate::event::disk::{Bond, Decision, DiskDestroyed, DiskSeen, WipeEnded, WipeResult};
use crate::event::donation::{OfKind, Purpose};
use crate::event::handover::Terms;
use crate::event::image::ImageResult;
use crate::event::inspection::{FunctionOutcome, FunctionTested, Verdict};
use crate::event::intake::{DeviceMoved, TagReplaced};
use crate::event::repair::{PartTaken, RepairRecorded};
use crate::event::settling::Settlement;
use crate::event::shift::ShiftHandedOver;
use crate::event::stock::StockTaken;
use crate::event::{Fact, How};
use crate::port::{Failure, Line};
use crate::profile;
use crate::tag::TagId;
use crate::word::{Sentence, say};

/// One line of a history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HistoryLine {
    /// The record.
    pub line: Line,
    /// What happened.
    pub what: Sentence,
    /// Who did it: the name from the vault, else the opaque id.
    pub who: String,
    /// How the person was known.
    pub how: Sentence,
    /// Why, where a rule was lifted and the person at the bench may know.
    pub reason: Option<String>,
    /// By what it was struck out; none where it counts.
    pub stricken: Option<Stricken>,
}

/// Everything recorded about a device, oldest first. Reasons are told to a lead who is signed in.
#[expect(clippy::wildcard_enum_match_arm, reason = "only an override and a destroyed disk have one")]
pub fn history(bench: &Bench<'_>, found: &Found) -> Result<Vec<HistoryLine>, Failure> {
    let mut lines = Vec::new();
    let may_read = bench.is_lead_signed_in()?;
    let told = bench.index.history(&found.id)?;
    let mut out = stricken(bench, &told)?;
    for line in told {
        let person = line.event.by.person.as_str();
        let who = bench.name_of(person)?.unwrap_or_else(|| person.to_owned());
        let how = match line.event.by.how {
            How::Claimed => say!("how-claimed"),
            How::Pin => say!("how-pin"),
            How::Badge => say!("how-badge"),
            How::Phone => say!("how-phone"),
        };
        let reason = match &line.event.fact {
            Fact::RuleOverridden(overridden) if may_read => reason(bench, overridden.reason)?,
            Fact::Corrected(corrected) if may_read => {
                corrected.reason.map(|hash| reason(bench, hash)).transpose()?.flatten()
            }
            Fact::WipeValidated(validated) if may_read => match validated.reason {
                Some(hash) => reason(bench, hash)?,
                None => None,
            },
            Fact::DiskDestroyed(destroyed) if may_read => {
                destroyed.reason.map(|hash| reason(bench, hash)).transpose()?.flatten()
            }
            Fact::ConflictSettled(settled) if may_read => {
                settled.reason.map(|hash| reason(bench, hash)).transpose()?.flatten()
            }
            Fact::RepairRecorded(repair) if may_read => {
                repair.note.map(|hash| reason(bench, hash)).transpose()?.flatten()
            }
            _other => None,
        };
        let stricken = out.remove(&line.leaf);
        lines.push(HistoryLine { what: event_sentence(&line.event.fact), line, who, how, reason, stricken });
    }
    Ok(lines)
}

fn decided(decision: Decision) -> Sentence {
    match decision {
        Decision::Accept => say!("event-wipe-validated"),
        Decision::Repeat => say!("event-wipe-to-repeat"),
        Decision::Escalate => say!("event-wipe-escalated"),
    }
}

/// What an event says.
#[must_use]
pub fn event_sentence(fact: &Fact) -> Sentence {
    match fact {
        Fact::StationOpened(_) => say!("event-station-opened"),
        Fact::ClockJumped(jump) => say!("event-clock-jumped", from = jump.from.local(), to = jump.to.local()),
        Fact::PersonAdded(added) => say!("event-person-added", person = added.person.as_str()),
        Fact::RoleGranted(granted) => say!("event-role-granted", person = granted.person.as_str()),
        Fact::RoleRevoked(revoked) => say!("event-role-revoked", person = revoked.person.as_str()),
        Fact::PinSet(set) if set.recovered => say!("event-pin-recovered", person = set.person.as_str()),
        Fact::PinSet(set) => say!("event-pin-set", person = set.person.as_str()),
        Fact::BadgeIssued(issued) if issued.badge.is_some() => {
            say!("event-badge-issued", person = issued.person.as_str())
        }
        Fact::BadgeIssued(issued) => say!("event-badge-withdrawn", person = issued.person.as_str()),
        Fact::DeviceTaken(_) => say!("event-device-taken"),
        Fact::DeviceNoted(_) => say!("event-device-noted"),
        Fact::NoteErased(erased) => say!("event-note-erased", note = erased.note.short(8)),
        Fact::ShiftHandedOver(over) => shift_sentence(over),
        Fact::KeyRevoked(revoked) => say!("event-key-revoked", key = revoked.key.short(16)),
        Fact::BackupMade(made) => say!("event-backup-made", records = made.size, length = made.length.decimal()),
        Fact::DayClosed(closed) => say!("event-day-closed", day = closed.day.as_str()),
        Fact::StationContinued(continued) => {
            say!("event-station-continued", station = continued.station.short(16), records = continued.size)
        }
        Fact::StickEnrolled(_) | Fact::BootOpened(_) | Fact::BundleTaken(_) | Fact::SummaryTaken(_) => of_stick(fact),
        Fact::ConflictSettled(settled) => settled_sentence(settled.how),
        Fact::WipeValidated(validated) => decided(validated.decision),
        Fact::RuleOverridden(overridden) => say!("event-rule-overridden", rule = overridden.rule.as_str()),
        Fact::Corrected(corrected) => match &corrected.lot {
            Some(lot) => say!("event-corrected-lot", lot = lot.as_str()),
            None => say!("event-corrected", count = corrected.records.len() as u64),
        },
        Fact::LotExpected(_) | Fact::LotClosed(_) | Fact::LotReopened(_) | Fact::ReceiptIssued(_) => of_lot(fact),
        Fact::DonorsMerged(them) => {
            say!("event-donors-merged", kept = them.kept.as_str(), merged = them.merged.as_str())
        }
        Fact::DonorsParted(them) => say!("event-donors-parted", merged = them.merged.as_str()),
        Fact::LotOpened(opened) => say!("event-lot-opened", lot = opened.lot.as_str()),
        Fact::ConsentGiven(given) => say!("event-consent-given", purpose = purpose(given.purpose)),
        Fact::ConsentWithdrawn(withdrawn) => say!("event-consent-withdrawn", purpose = purpose(withdrawn.purpose)),
        Fact::DeviceReceived(received) => say!("event-device-received", lot = received.lot.as_str()),
        Fact::IntakeChecked(checked) => looked_sentence(checked),
        Fact::TagBound(bound) => say!("event-tag-bound", tag = shown_tag(&bound.tag)),
        Fact::TagReplaced(replaced) => replaced_sentence(replaced),
        Fact::LabelPrinted(printed) => super::label::printed_sentence(printed),
        Fact::DeviceHeld(held) if held.seen_as.is_some() => say!("event-device-mixed-up"),
        Fact::DeviceHeld(_) => say!("event-device-held"),
        Fact::DeviceMoved(moved) => moved_sentence(moved),
        Fact::BoxMoved(moved) => {
            say!("event-box-moved", name = place_sentence(&moved.name), to = place_sentence(&moved.to))
        }
        Fact::StockTaken(taken) => counted_at_sentence(taken),
        Fact::HoldReleased(_) => say!("event-hold-released"),
        Fact::DeviceQuarantined(_) => say!("event-device-quarantined"),
        Fact::QuarantineCleared(_) => say!("event-quarantine-cleared"),
        Fact::DeviceInspected(inspected) => say!(
            "event-device-inspected",
            verdict = verdict_sentence(inspected.verdict),
            profile = inspected.profile.as_str(),
        ),
        Fact::FunctionTested(tested) => function_sentence(tested),
        Fact::DiskBound(bound) => match bound.bond {
            Bond::Certain => say!("event-disk-bound-certain", disk = disk_name(&bound.disk)),
            Bond::Claimed => say!("event-disk-bound-claimed", disk = disk_name(&bound.disk)),
        },
        Fact::WipeStarted(started) => {
            say!("event-wipe-started", disk = started.attachment.name.as_str(), method = started.method.as_str())
        }
        Fact::WipeEnded(ended) => wipe_sentence(ended),
        Fact::ImageStarted(started) => {
            say!("event-image-started", image = started.image.id.as_str(), disk = started.attachment.name.as_str())
        }
        Fact::ImageEnded(ended) => match ended.result {
            ImageResult::Written => say!("event-image-written", read = ended.read_back.decimal()),
            ImageResult::NotWritten => say!("event-image-not-written"),
            ImageResult::Cancelled => say!("event-image-cancelled"),
        },
        Fact::ImageFitted(fitted) => fitted_sentence(fitted),
        Fact::DiskDestroyed(destroyed) => destroyed_sentence(destroyed),
        Fact::DeviceGraded(graded) => {
            say!("event-device-graded", grade = grade_sentence(graded.grade), photos = graded.photos.len() as u64)
        }
        Fact::RepairRecorded(repair) => repair_sentence(repair),
        Fact::PartTaken(taken) => taken_sentence(taken),
        Fact::PartFitted(fitted) => say!("event-part-fitted", part = fitted.part.as_str()),
        Fact::AccessoryMoved(moved) => counted_sentence(moved),
        Fact::AccessoryPaired(paired) => paired_sentence(paired),
        Fact::LockFound(found) => say!("event-lock-found", lock = lock_sentence(found.lock)),
        Fact::LockShown(shown) => say!("event-lock-shown", lock = lock_sentence(shown.lock)),
        Fact::LockCleared(cleared) => say!("event-lock-cleared", lock = lock_sentence(cleared.lock)),
        Fact::DeviceAllocated(allocated) => {
            say!("event-device-allocated", recipient = allocated.recipient.as_str())
        }
        Fact::DeviceHandedOver(handed) => match handed.terms {
            Terms::Gift => say!("event-handed-over-gift", recipient = handed.recipient.as_str()),
            Terms::Loan => say!("event-handed-over-loan", recipient = handed.recipient.as_str()),
        },
        Fact::Unknown { kind, version, .. } => {
            say!("event-unknown", kind = kind.as_str(), version = u64::from(*version))
        }
    }
}

fn moved_sentence(moved: &DeviceMoved) -> Sentence {
    let to = place_sentence(&moved.to);
    match &moved.from {
        Some(from) => say!("event-device-moved-from", to = to, from = place_sentence(from)),
        None => say!("event-device-moved", place = to),
    }
}

fn counted_at_sentence(taken: &StockTaken) -> Sentence {
    let (missing, unexpected) = (taken.missing.len() as u64, taken.unexpected.len() as u64);
    let (place, found) = (place_sentence(&taken.shelf), taken.found);
    say!("event-stock-taken", place = place, found = found, missing = missing, unexpected = unexpected)
}

fn replaced_sentence(replaced: &TagReplaced) -> Sentence {
    say!("event-tag-replaced", tag = shown_tag(&replaced.tag), old = shown_tag(&replaced.instead_of))
}

pub(super) fn shown_tag(tag: &str) -> String {
    TagId::read(tag).map_or_else(|_error| tag.to_owned(), |tag| tag.to_string())
}

fn destroyed_sentence(destroyed: &DiskDestroyed) -> Sentence {
    let (disk, how) = (disk_name(&destroyed.disk), destruction_sentence(destroyed.how));
    match &destroyed.witness {
        Some(person) => say!("event-disk-destroyed-seen", disk = disk, how = how, person = person.as_str()),
        None => say!("event-disk-destroyed", disk = disk, how = how),
    }
}

fn shift_sentence(over: &ShiftHandedOver) -> Sentence {
    let count = over.devices.len() as u64;
    match &over.to {
        Some(to) => say!("event-shift-handed-over", person = to.person.as_str(), count = count),
        None => say!("event-shift-ended", count = count),
    }
}

fn wipe_sentence(ended: &WipeEnded) -> Sentence {
    let read = ended.evidence.read_back.decimal();
    match ended.result {
        WipeResult::Erased if ended.evidence.firmware.is_some() => {
            say!("event-wipe-drive-erased", level = level_sentence(ended.level))
        }
        WipeResult::Erased => say!("event-wipe-erased", read = read, level = level_sentence(ended.level)),
        WipeResult::ErasedWithExceptions => say!("event-wipe-exceptions"),
        WipeResult::NotErased => say!("event-wipe-not-erased"),
        WipeResult::Cancelled => say!("event-wipe-cancelled"),
    }
}

fn repair_sentence(repair: &RepairRecorded) -> Sentence {
    let (faults, outcome) = (repair.faults.join(", "), repair_outcome_sentence(repair.outcome));
    match repair.cost {
        Some(cost) => say!("event-repair-cost", faults = faults, outcome = outcome, cost = dong(cost)),
        None => say!("event-repair", faults = faults, outcome = outcome),
    }
}

fn taken_sentence(taken: &PartTaken) -> Sentence {
    let label = taken.label.as_deref().unwrap_or("–");
    say!("event-part-taken", part = taken.part.as_str(), kind = taken.kind.as_str(), label = label)
}

/// A disk as people name it: model, serial, size.
pub(super) fn disk_name(disk: &DiskSeen) -> String {
    let parts = [disk.model.clone(), disk.serial.clone(), Some(disk.size.decimal())];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" · ")
}

#[expect(clippy::wildcard_enum_match_arm, reason = "only these are asked for")]
fn of_lot(fact: &Fact) -> Sentence {
    let sum = |devices: &[OfKind]| devices.iter().map(|one| u64::from(one.count)).sum::<u64>();
    match fact {
        Fact::LotExpected(said) => {
            say!("event-lot-expected", lot = said.lot.as_str(), count = sum(&said.devices))
        }
        Fact::LotClosed(closed) => {
            say!("event-lot-closed", lot = closed.lot.as_str(), count = sum(&closed.received))
        }
        Fact::LotReopened(reopened) => say!("event-lot-reopened", lot = reopened.lot.as_str()),
        Fact::ReceiptIssued(issued) => {
            say!("event-receipt-issued", lot = issued.lot.as_str(), count = u64::from(issued.devices))
        }
        other => say!("plain", text = other.kind()),
    }
}

#[expect(clippy::wildcard_enum_match_arm, reason = "only these are asked for")]
fn of_stick(fact: &Fact) -> Sentence {
    match fact {
        Fact::StickEnrolled(stick) => {
            say!("event-stick-enrolled", name = stick.name.as_str(), until = stick.until.local_day())
        }
        Fact::BootOpened(boot) => say!("event-boot-opened", station = boot.station.short(16)),
        Fact::BundleTaken(taken) => say!(
            "event-bundle-taken",
            station = taken.station.short(16),
            records = taken.to.saturating_sub(taken.from),
            to = taken.to,
        ),
        Fact::SummaryTaken(summary) => {
            say!("event-summary-taken", wiped = summary.wiped, disks = summary.disks)
        }
        other => say!("plain", text = other.kind()),
    }
}

fn settled_sentence(how: Settlement) -> Sentence {
    match how {
        Settlement::SameMachine => say!("event-conflict-same"),
        Settlement::OtherMachine => say!("event-conflict-other"),
        Settlement::BothStand => say!("event-conflict-both"),
    }
}

fn purpose(purpose: Purpose) -> Sentence {
    match purpose {
        Purpose::Erase => say!("purpose-erase"),
        Purpose::Parts => say!("purpose-parts"),
    }
}

pub(super) fn verdict_sentence(verdict: Verdict) -> Sentence {
    match verdict {
        Verdict::Pass => profile::Verdict::Pass.sentence(),
        Verdict::Conditional => profile::Verdict::Conditional.sentence(),
        Verdict::Fail => profile::Verdict::Fail.sentence(),
        Verdict::Undecided => profile::Verdict::Undecided.sentence(),
    }
}

/// A wipe level in people's words.
#[must_use]
pub fn level_sentence(level: crate::event::disk::Level) -> Sentence {
    match level {
        crate::event::disk::Level::None => crate::wipe::Level::None.name(),
        crate::event::disk::Level::Clear => crate::wipe::Level::Clear.name(),
        crate::event::disk::Level::Purge => crate::wipe::Level::Purge.name(),
        crate::event::disk::Level::Firmware => crate::wipe::Level::Firmware.name(),
    }
}

fn function_sentence(tested: &FunctionTested) -> Sentence {
    let fails = tested.results.iter().filter(|result| result.outcome == FunctionOutcome::Fails);
    // One that a newer program tests has no name here yet.
    let named = fails.map(|result| {
        let unknown = || say!("plain", text = result.function.as_str());
        function_test(&result.function).map_or_else(unknown, FunctionTest::name)
    });
    let count = tested.results.len() as u64;
    match named.reduce(|list, next| say!("list-and", list = list, next = next)) {
        None => say!("event-function-tested-good", count = count),
        Some(failing) => say!("event-function-tested-bad", count = count, failing = failing),
    }
}
