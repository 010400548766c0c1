//! The erase by the drive's own firmware: canaries are planted and seen, the drive erases, and canaries are looked for.
//!
//! Invariants: nothing is sent to the drive before its canaries were read back past the cache; what the drive says of itself
//! is asked to the end, and never instead of looking for canaries. The job's mark is no place here: it is 0 until the
//! command may have been sent, then one block. A run that finds it sent watches or looks before it sends anything again.

use super::news::{JobNews, Phase};
use super::progress::Meter;
use super::run::{Run, Stop, Target, io_failure};
use super::transfer::is_gone;
use crate::device::Erase;
use crate::drive::erasing::{self, EraseAt, Standing};
use crate::drive::{Answer, Command, Identify, ata, ata_data, nvme};
use crate::event::disk::WipeStarted;
use crate::port::{Buffer, Commands, Failure, Trouble};
use crate::unit::{Bytes, Digest};
use crate::wipe::{BadBlocks, CANARY, Canaries, Evidence, Firmware, Said};
use crate::word::say;
use std::collections::BTreeSet;
use std::io;
use std::time::Duration;

/// Between two questions how an erase stands.
const PAUSE: Duration = Duration::from_secs(1);
/// For so long an erase may stand still before it is given up: a large drive moves by a thousandth in minutes.
const STANDSTILL: Duration = Duration::from_hours(2);
/// So many questions in a row may bring no answer: a drive that erases may not hear them all.
const UNANSWERED: u32 = 30;
/// How much is discarded at a time.
const DISCARD: u64 = 1 << 30;

/// An erase that runs.
pub(super) struct Erasing<'w, 'r> {
    pub(super) target: Target<'w>,
    /// Which; none for a discard.
    erase: Option<Erase>,
    pub(super) canaries: Canaries,
    namespace: u32,
    pub(super) run: &'w mut Run<'r>,
    pub(super) evidence: &'w mut Evidence,
    pub(super) seen: Firmware,
    /// Canaries that could not be planted.
    pub(super) lost: BTreeSet<u64>,
    was_sent: bool,
    pub(super) buffer: Option<Buffer>,
}

impl<'w, 'r> Erasing<'w, 'r> {
    /// Errors: a disk without room for a canary, or whose blocks are larger than one.
    pub(super) fn new(
        fact: &'w WipeStarted,
        target: Target<'w>,
        erase: Option<Erase>,
        run: &'w mut Run<'r>,
        evidence: &'w mut Evidence,
    ) -> Result<Self, Failure> {
        let canaries = Canaries::of(evidence.size, fact.pattern_key.unwrap_or(Digest::ZERO));
        let fits = CANARY.0.is_multiple_of(u64::from(fact.logical_block));
        let Some(canaries) = canaries.filter(|_| fits) else {
            return Err(Failure::new(Trouble::No, say!("erase-no-canaries", disk = target.name)));
        };
        // The mark is no amount of bytes.
        evidence.written = Bytes::ZERO;
        let nothing =
            Firmware { canaries: 0, survived: 0, first_survivor: None, said: Said::Nothing, commands: Vec::new() };
        Ok(Self {
            was_sent: target.from > Bytes::ZERO,
            target,
            erase,
            canaries,
            namespace: fact.namespace.unwrap_or(1),
            run,
            evidence,
            seen: nothing,
            lost: BTreeSet::new(),
            buffer: None,
        })
    }

    /// From the canaries to their end.
    pub(super) fn go(mut self) -> Result<(), Stop> {
        let end = self.all();
        self.evidence.firmware = Some(self.seen);
        end
    }

    fn all(&mut self) -> Result<(), Stop> {
        if self.was_sent && self.goes_on_from_before()? {
            return Ok(());
        }
        if !self.is_locked_by_us() {
            self.plant()?;
        }
        let block = Bytes(u64::from(self.target.logical_block));
        self.run.mark(&self.target, block)?;
        (self.run.news)(JobNews::Phase(Phase::Erase));
        self.send()?;
        self.watch()?;
        self.prove()
    }

    /// Whether what an earlier run had sent is all that was to be done: it still goes on and is watched to its end, or it
    /// ended well and its canaries are gone.
    fn goes_on_from_before(&mut self) -> Result<bool, Stop> {
        let Some(question) = self.erase.and_then(erasing::question) else { return Ok(false) };
        let all = self.canaries.count();
        match self.standing(&question) {
            Ok(Standing::Running(_)) => {
                (self.run.news)(JobNews::Phase(Phase::Erase));
                self.seen.canaries = all;
                self.watch()?;
                self.prove()?;
                Ok(true)
            }
            Ok(Standing::Good) => {
                self.seen = Firmware { canaries: all, said: Said::StatusGood, ..self.seen.clone() };
                self.prove()?;
                let is_proved = self.seen.survived == 0 && self.evidence.unreadable == Bytes::ZERO;
                if !is_proved {
                    // The status was that of an earlier erase: this one is done from its beginning.
                    self.seen = Firmware { canaries: 0, survived: 0, first_survivor: None, ..self.seen.clone() };
                    (self.evidence.read_back, self.evidence.unreadable) = (Bytes::ZERO, Bytes::ZERO);
                    self.evidence.bad = BadBlocks::default();
                }
                Ok(is_proved)
            }
            Ok(Standing::Idle | Standing::Failed | Standing::Unclear) => Ok(false),
            Err(error) => Err(self.silent(&error).into()),
        }
    }

    /// A security erase that was cut off leaves the drive locked by the password that it had set: nothing is read or written
    /// before it was erased once more.
    fn is_locked_by_us(&mut self) -> bool {
        let is_one = self.erase.is_some_and(Erase::can_lock) && self.was_sent;
        let locked = is_one && self.identify().is_some_and(|identify| identify.security.locked);
        if locked {
            // They were planted and seen before the earlier run sent its command.
            self.seen.canaries = self.canaries.count();
        }
        locked
    }

    /// Sends what begins the erase.
    fn send(&mut self) -> Result<(), Stop> {
        let Some(erase) = self.erase else { return self.discard() };
        if erase == Erase::MmcSanitize {
            // An eMMC purges what is not mapped any more.
            self.discard()?;
            self.seen.said = Said::Nothing;
        }
        let at = self.at(erase)?;
        for command in erasing::commands(erase, &at) {
            self.seen.commands.push(erasing::told(&command));
            match self.execute(&command) {
                Ok(answer) if erasing::is_taken(&command, &answer) => {}
                Ok(answer) => {
                    self.seen.said = Said::Failed;
                    return Err(self.refused(erase, &command, &answer).into());
                }
                Err(error) => return Err(self.silent(&error).into()),
            }
        }
        if !erase.is_sanitize() {
            self.seen.said = Said::CommandGood;
        }
        Ok(())
    }

    fn discard(&mut self) -> Result<(), Stop> {
        let size = self.evidence.size;
        self.seen.commands.push("discard".to_owned());
        let mut at = Bytes::ZERO;
        while at < size {
            self.run.stop_if_cancelled()?;
            let length = Bytes(size.less(at).0.min(DISCARD));
            self.run.io.discard(at, length).map_err(|error| {
                let failure = io_failure(say!("erase-no-discard", disk = self.target.name), &error);
                Stop::Failed(failure.hint(say!("erase-hint-overwrite")))
            })?;
            at = Bytes(at.0 + length.0);
        }
        self.run
            .io
            .flush()
            .map_err(|error| Stop::Failed(io_failure(say!("job-flush-failed", disk = self.target.name), &error)))?;
        self.seen.said = Said::CommandGood;
        Ok(())
    }

    /// Asks until the drive says that it is done; nothing to ask where its command answered only then.
    fn watch(&mut self) -> Result<(), Stop> {
        let Some(question) = self.erase.and_then(erasing::question) else { return Ok(()) };
        let (meter, first) = Meter::begin(Phase::Erase, Bytes::ZERO, self.evidence.size, self.run.clock.elapsed());
        (self.run.news)(JobNews::Progress(first));
        let (mut meter, mut unanswered) = (meter, 0);
        let (mut so_far, mut moved) = (0, self.run.clock.elapsed());
        loop {
            self.run.stop_if_cancelled()?;
            match self.standing(&question) {
                Ok(Standing::Good) => break,
                Ok(Standing::Failed) => {
                    self.seen.said = Said::Failed;
                    let failure = Failure::new(Trouble::No, say!("erase-failed", disk = self.target.name));
                    return Err(failure.hint(say!("erase-hint-overwrite")).into());
                }
                Ok(Standing::Running(per_mille)) => {
                    unanswered = 0;
                    if per_mille != so_far {
                        (so_far, moved) = (per_mille, self.run.clock.elapsed());
                    }
                    let done = u128::from(self.evidence.size.0) * u128::from(per_mille) / 1000;
                    self.run.advance(&mut meter, Bytes(u64::try_from(done).unwrap_or(0)));
                }
                // The status of a drive that has just begun may lag behind.
                Ok(Standing::Idle | Standing::Unclear) => unanswered += 1,
                Err(error) if is_gone(&error) => return Err(self.silent(&error).into()),
                Err(_busy) => unanswered += 1,
            }
            if unanswered > UNANSWERED || self.run.clock.elapsed().saturating_sub(moved) > STANDSTILL {
                let failure = Failure::new(Trouble::Io, say!("erase-silent", disk = self.target.name));
                return Err(failure.hint(say!("erase-silent-hint")).into());
            }
            self.run.clock.wait(PAUSE);
        }
        self.seen.said = Said::StatusGood;
        self.run.end(&mut meter, self.evidence.size);
        Ok(())
    }

    fn execute(&mut self, command: &Command) -> io::Result<Answer> {
        let commands: Option<&mut dyn Commands> = self.run.io.commands();
        commands.ok_or(io::ErrorKind::Unsupported)?.execute(command)
    }

    fn standing(&mut self, question: &Command) -> io::Result<Standing> {
        let erase = self.erase;
        let answer = self.execute(question)?;
        Ok(erase.map_or(Standing::Unclear, |erase| erasing::standing(erase, &answer)))
    }

    fn identify(&mut self) -> Option<Identify> {
        let answer = self.execute(&ata::identify()).ok()?;
        Identify::read(ata_data(&answer)?).ok()
    }

    /// What the commands have to name, asked of the drive right before.
    fn at(&mut self, erase: Erase) -> Result<EraseAt, Failure> {
        let mut at = EraseAt { namespace: self.namespace, psid: self.run.psid.cloned(), ..EraseAt::default() };
        if erase.can_lock()
            && let Some(identify) = self.identify()
        {
            let word = identify.security;
            let minutes = if erase == Erase::AtaSecurityErase { word.minutes } else { word.enhanced_minutes };
            (at.minutes, at.is_locked) = (minutes.unwrap_or(0), word.enabled);
        }
        if matches!(erase, Erase::NvmeFormatSes1 | Erase::NvmeFormatSes2) {
            let page = self.execute(&nvme::identify_namespace(self.namespace)).ok().filter(Answer::is_good);
            let namespace = page.and_then(|page| nvme::Namespace::read(&page.data));
            let same = namespace.filter(|namespace| namespace.size() == Some(self.evidence.size.0));
            let Some(namespace) = same else {
                return Err(Failure::new(Trouble::No, say!("erase-other-namespace", disk = self.target.name)));
            };
            at.lba_format = namespace.format;
        }
        Ok(at)
    }

    fn refused(&mut self, erase: Erase, command: &Command, answer: &Answer) -> Failure {
        let (disk, told) = (self.target.name, erasing::told(command));
        let what = say!("erase-refused", disk = disk, command = told, status = u64::from(answer.status));
        let failure = Failure::new(Trouble::No, what);
        if !erase.can_lock() {
            return failure.hint(say!("erase-hint-overwrite"));
        }
        // No drive is left with a password that it would still give up.
        let off = self.execute(&erasing::takes_password_off());
        let is_off = off.is_ok_and(|answer| answer.is_good());
        if is_off { failure.hint(say!("erase-hint-overwrite")) } else { failure.hint(locked_hint()) }
    }

    fn silent(&self, error: &io::Error) -> Failure {
        let failure = io_failure(say!("erase-no-answer", disk = self.target.name), error);
        let hint = if self.erase.is_some_and(Erase::can_lock) { locked_hint() } else { say!("erase-silent-hint") };
        failure.hint(hint)
    }
}

fn locked_hint() -> crate::word::Sentence {
    say!("erase-hint-locked", password = erasing::ERASE_PASSWORD)
}
