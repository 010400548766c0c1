//! What the tests of certificates share: a chain in memory with one wipe in it, told in many ways.
//!
//! Invariant: no file, no clock; the same telling gives the same bytes.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use super::ledger_rig::{
    beginning, device_id, lot, moment, person, received, station_key, tag, team_key, wipe_ended, wipe_started,
};
use aoxanh::event::disk::{Decision, DiskSeen, WipeEnded, WipeResult, WipeStarted, WipeValidated};
use aoxanh::event::people::{Role, RoleGranted};
use aoxanh::event::{About, By, Event, Fact, How};
use aoxanh::ledger::{Head, Peaks, Record, origin};
use aoxanh::report::{Certificate, CertificateError, Document, Gathering, Statement};
use aoxanh::unit::{Bytes, Digest};

/// A chain in memory.
#[derive(Default)]
pub(crate) struct Chain {
    pub(crate) records: Vec<Record>,
    pub(crate) practice: bool,
}

impl Chain {
    /// A station with its lead and a volunteer, and device 1 with its tag.
    pub(crate) fn new(practice: bool) -> Self {
        let mut chain = Self { records: Vec::new(), practice };
        for entry in beginning(&station_key(), &team_key(), practice) {
            chain.add(1, None, entry.fact);
        }
        chain.add(1, None, RoleGranted { person: person(2), role: Role::Volunteer });
        chain.add(1, Some(1), received(1));
        chain.add(1, Some(2), received(1));
        chain.add(1, Some(1), tag(1));
        let _lot = lot(1);
        chain
    }

    /// Its last record's leaf hash.
    pub(crate) fn add(&mut self, by: u8, device: Option<u8>, fact: impl Into<Fact>) -> Digest {
        let (prev, seq) = self.records.last().map_or((Digest::ZERO, 0), |last| (last.leaf(), last.seq() + 1));
        let event = Event {
            at: moment(i64::try_from(seq).expect("few") * 1000),
            happened_at: None,
            by: By { person: person(by), how: How::Pin },
            device: device.map(|number| About { id: device_id(number), after: None }),
            fact: fact.into(),
        };
        let record = Record::new(prev, seq, &event.to_body().expect("a body")).expect("a good body");
        let leaf = record.leaf();
        self.records.push(record);
        leaf
    }

    /// A wipe of disk "S" of device 1 by the volunteer; the leaf hash of its end.
    pub(crate) fn wipe(&mut self, disk: DiskSeen, change: impl FnOnce(&mut WipeEnded)) -> Digest {
        let started = WipeStarted { disk, ..wipe_started(1, "S") };
        let start = self.add(2, Some(1), started);
        let mut ended = wipe_ended(1, "S", start);
        ended.evidence.ended = moment(4_000_000);
        change(&mut ended);
        self.add(2, Some(1), ended)
    }

    /// The lead stands by it.
    pub(crate) fn validate(&mut self, ended: Digest) {
        self.add(1, Some(1), WipeValidated::accepted(super::ledger_rig::key("S"), ended));
    }

    /// The lead does not.
    pub(crate) fn doubt(&mut self, ended: Digest, decision: Decision) {
        let accepted = WipeValidated::accepted(super::ledger_rig::key("S"), ended);
        self.add(1, Some(1), WipeValidated { decision, reason: Some(Digest([7; 32])), ..accepted });
    }

    /// The signed head over all records.
    pub(crate) fn head(&self) -> String {
        let mut peaks = Peaks::new();
        for record in &self.records {
            peaks.push(record.leaf());
        }
        let origin = origin(self.records[0].leaf(), self.practice);
        Head { origin, size: peaks.size(), root: peaks.root() }.sign(&station_key())
    }

    /// The document of that wipe.
    pub(crate) fn document(&self, end: Digest) -> Result<Document, CertificateError> {
        let mut gathering = Gathering::new(device_id(1), end);
        for record in &self.records {
            gathering.take(record.bytes().to_vec())?;
        }
        Document::make(&gathering.proven()?, &self.head(), &station_key())
    }
}

/// What a document says that is of a wipe.
pub(crate) fn wipe_of(statement: &Statement) -> Certificate {
    statement.wipe().expect("of a wipe").clone()
}

/// Makes the evidence that of a wipe that did not come to an erasure.
pub(crate) fn spoil(result: WipeResult) -> impl FnOnce(&mut WipeEnded) {
    move |ended| {
        ended.level = aoxanh::event::disk::Level::None;
        ended.result = result;
        if result == WipeResult::ErasedWithExceptions {
            ended.evidence.mismatched = Bytes(512);
            ended.evidence.first_mismatch = Some(Bytes(1024));
        } else {
            ended.evidence.read_back = Bytes(4096);
        }
    }
}
