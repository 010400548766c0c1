//! How long an erase by a drive's own firmware takes beside the drive's own work: canaries written, seen and looked for, on a
//! drive that is a model in memory.
//!
//! Invariants: no disk is touched, nothing is recorded in any ledger; the answer says that it is of a model.

use crate::cli::{MeasureEraseArgs, Out};
use crate::event::disk::{AttachmentSeen, DiskSeen, WipeStarted};
use crate::event::{By, How};
use crate::job;
use crate::linux::{OsChance, SystemClock};
use crate::port::{Chance, Clock, Entry, Failure, FakeJournal, FakeMarks, Journal, Model, ModelKind, Trouble};
use crate::unit::{Bytes, Digest, JobId, PersonId};
use crate::wipe::{self, Level};
use crate::word::say;
use serde_json::json;

const BLOCK: u32 = 512;
const METHOD: &str = "nvme-sanitize-block";

/// `aoxanh measure erase`. Errors: it did not end as Purge.
pub(super) fn erase(args: &MeasureEraseArgs, out: &mut Out<'_>) -> Result<(), Failure> {
    let (clock, chance, size) = (SystemClock::new(), OsChance, Bytes(args.bytes));
    let chance: &dyn Chance = &chance;
    // The model ends its erase at the fourth question.
    let mut model = Model::filled(ModelKind::NvmeSsd, size, 0xD0, BLOCK);
    let disk = model.disk("model");
    let fact = WipeStarted {
        job: JobId::from_random(chance.bytes()),
        resumes: None,
        from: Bytes::ZERO,
        method: METHOD.to_owned(),
        pattern_key: Some(Digest(chance.bytes())),
        key: "model".to_owned(),
        disk: DiskSeen {
            serial: disk.identity.serial,
            wwn: None,
            model: disk.identity.model,
            size,
            bus: disk.bus.word().to_owned(),
            practice: true,
        },
        logical_block: BLOCK,
        attachment: AttachmentSeen {
            boot_id: "model".to_owned(),
            diskseq: None,
            port: "model".to_owned(),
            name: "model".to_owned(),
        },
        namespace: Some(1),
        health_before: None,
        medium: None,
        site: None,
    };
    let journal = FakeJournal::default();
    let by = By { person: PersonId::from_random(chance.bytes()), how: How::Claimed };
    let entry = Entry { at: clock.now(), happened_at: None, by, device: None, fact };
    let started = (&journal as &dyn Journal).append(entry)?;
    let began = clock.elapsed();
    let outcome = job::wipe(&started, &mut model, &mut FakeMarks::default(), &clock, &|| false, &mut |_news| {});
    let took = u64::try_from(clock.elapsed().saturating_sub(began).as_millis()).unwrap_or(u64::MAX);
    if let Some(failure) = outcome.failure {
        return Err(failure);
    }
    let judgement = wipe::judge(&outcome.evidence, outcome.cancelled);
    if judgement.level != Level::Purge {
        return Err(Failure::new(Trouble::No, say!("wipe-failed")).hint(say!("erase-hint-overwrite")));
    }
    let canaries = outcome.evidence.firmware.map_or(0, |seen| seen.canaries);
    out.object("erased_model", json!({ "model": true, "bytes": size, "canaries": canaries, "millis": took }))?;
    out.say(&say!("measure-erased", size = size.decimal(), canaries = canaries, millis = took))
}
