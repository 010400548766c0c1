//! The bench: the ports a verb works through, who is at it, and finding the device that is meant.

use super::campaign::CampaignTarget;
use super::printer::PrinterSetting;
use super::scan::{Scan, read_scan};
use crate::custody::{DeviceFile, DrawerError, JobFile, LotFile, OpenJobs, StationFile};
use crate::event::disk::DiskBound;
use crate::event::station::SiteSeen;
use crate::event::{About, By, Event, Fact, Kind};
use crate::job::Sources;
use crate::port::{
    Chance, Clock, Disks, Entry, Failure, Files, Hardware, Index, Journal, Leases, Marks, Mobiles, PrintQueue,
    Printers, Probe, Receipt, Recorded, SecondReader, Smart, Trouble, Vault,
};
use crate::tag::{Domain, TagId};
use crate::unit::{DeviceId, Digest, IdError, JobId, PersonId};
use crate::word::say;
use std::cell::RefCell;
use std::path::PathBuf;

/// What a verb works with.
pub struct Bench<'a> {
    /// Writes the ledger.
    pub journal: &'a dyn Journal,
    /// Reads it.
    pub index: &'a dyn Index,
    /// Names behind ids.
    pub vault: &'a dyn Vault,
    /// Time.
    pub clock: &'a dyn Clock,
    /// Randomness.
    pub chance: &'a dyn Chance,
    /// The disks of this machine.
    pub disks: &'a dyn Disks,
    /// Asks them how they are.
    pub smart: &'a dyn Smart,
    /// The machine to be inspected.
    pub probe: &'a dyn Probe,
    /// What it is tried out through.
    pub hardware: &'a dyn Hardware,
    /// The tablets and phones at it.
    pub mobiles: &'a dyn Mobiles,
    /// How far jobs have come.
    pub marks: RefCell<Box<dyn Marks + 'a>>,
    /// Who runs which job.
    pub leases: &'a dyn Leases,
    /// Another program that reads disks.
    pub second: &'a dyn SecondReader,
    /// The printers that this machine reaches.
    pub printers: &'a dyn Printers,
    /// What waits to be printed.
    pub prints: &'a dyn PrintQueue,
    /// Files that a person names.
    pub files: &'a dyn Files,
    /// Makes the codes for disks without a serial.
    pub secret: Digest,
    /// Who is at the bench, and how that is known.
    pub by: By,
    /// Whom the station takes to be there when nobody is named: whoever comes, so nobody in particular.
    pub nobody: PersonId,
    /// Spec profiles of the station's own folder: file names and texts. They win over the embedded ones.
    pub profiles: Vec<(String, String)>,
    /// Id of the profile that the station judges by where none is named and it is meant for the kind of device.
    pub profile: Option<String>,
    /// What the station's own folder holds beside its ledger.
    pub own: OwnFolder,
    /// The images that this program writes now.
    pub sources: Sources,
    /// Whose bench it is and where it stands, for certificates.
    pub site: Option<SiteSeen>,
}

/// What a station's own folder holds, where the team put it there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OwnFolder {
    /// Where photos are kept.
    pub blobs: PathBuf,
    /// Where images are kept.
    pub images: PathBuf,
    /// The text of its own grading checklist.
    pub grading: Option<String>,
    /// The text of its own repair vocabulary.
    pub vocabulary: Option<String>,
    /// The text of its own list of what goes with which device.
    pub kit: Option<String>,
    /// The text of its own list of keys that make machines start from a stick.
    pub boot_keys: Option<String>,
    /// The text of its own list of ways in the settings of tablets and phones.
    pub handhelds: Option<String>,
    /// The text of its own list of what machines are fast enough for.
    pub pace: Option<String>,
    /// The text of its own settings for first starts.
    pub first_boot: Option<String>,
    /// Its own label templates: file names and texts.
    pub labels: Vec<(String, String)>,
    /// Its printers.
    pub printers: Vec<PrinterSetting>,
    /// The team's domain, which tags of its own carry.
    pub domain: Option<Domain>,
    /// The target of its campaign.
    pub target: Option<CampaignTarget>,
}

/// A device that was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// Its id.
    pub id: DeviceId,
    /// What is known of it.
    pub file: DeviceFile,
}

impl Found {
    /// Its newest tag in human form, else its id.
    #[must_use]
    pub fn name(&self) -> String {
        let tag = self.file.tags.last().and_then(|tag| TagId::read(tag).ok());
        tag.map_or_else(|| self.id.to_string(), |tag| tag.to_string())
    }
}

impl Bench<'_> {
    /// The device of a tag (scanned or typed, old tags too), of an id, or of a certificate's code. Errors: no such form, check symbol wrong, unknown.
    pub fn find(&self, text: &str) -> Result<Found, Failure> {
        let id = match text.parse::<DeviceId>() {
            Ok(id) => id,
            Err(_not_an_id) => {
                let scan = read_scan(text, None);
                if let Scan::Certificate(seq, leaf) = &scan {
                    return self.certified(*seq, *leaf)?.ok_or_else(|| self.no_tag(text));
                }
                let (Scan::Tag(tag) | Scan::Garbled(tag, _)) = scan else { return Err(self.no_tag(text)) };
                self.index.tagged(tag.as_str())?.ok_or_else(|| self.no_tag(text))?
            }
        };
        self.device(&id)
    }

    /// The device of an id.
    pub fn device(&self, id: &DeviceId) -> Result<Found, Failure> {
        let unknown = || Failure::new(Trouble::No, say!("rule-device-known", device = id.as_str()));
        Ok(Found { id: id.clone(), file: self.index.get::<DeviceFile>(id)?.ok_or_else(unknown)? })
    }

    /// The lot of a device.
    pub fn lot(&self, found: &Found) -> Result<Option<LotFile>, Failure> {
        self.index.get::<LotFile>(&found.file.lot)
    }

    /// The station.
    pub fn station(&self) -> Result<StationFile, Failure> {
        Ok(self.index.get::<StationFile>("")?.unwrap_or_default())
    }

    /// Whether this is practice.
    pub fn practice(&self) -> Result<bool, Failure> {
        Ok(self.station()?.practice)
    }

    /// Jobs that were started and neither ended, nor overtaken by another on the same disk, nor run by anybody now.
    pub fn orphans(&self) -> Result<Vec<(JobId, JobFile)>, Failure> {
        orphans(self.index, self.leases)
    }

    /// Jobs that the machine of an earlier chain left unended. Nobody can go on with them: how far they came is unknown.
    pub fn left_behind(&self) -> Result<Vec<(JobId, JobFile)>, Failure> {
        let mut left = Vec::new();
        for id in self.index.get::<OpenJobs>("")?.unwrap_or_default().left.into_keys() {
            let job: JobId = id.parse().map_err(|error: IdError| DrawerError(error.to_string()))?;
            left.extend(self.index.get::<JobFile>(&job)?.map(|file| (job, file)));
        }
        Ok(left)
    }

    /// An entry of now, by whoever is at the bench.
    pub(super) fn entry<F>(&self, device: Option<&DeviceId>, fact: F) -> Entry<F> {
        Entry { at: self.clock.now(), happened_at: None, by: self.by.clone(), device: device.cloned(), fact }
    }

    /// The first refusal of a step that is not taken yet.
    pub(super) fn refuse_if_forbidden<F: Kind>(&self, device: Option<&DeviceId>, fact: F) -> Result<(), Failure> {
        let Entry { at, happened_at, by, device, fact } = self.entry(device, fact).any();
        let device = device.map(|id| About { id, after: None });
        let refusal = self.index.refusal(&Event { at, happened_at, by, device, fact })?;
        refusal.map_or(Ok(()), |refusal| Err(refusal.into()))
    }

    /// Records one fact.
    pub(super) fn record<F: Kind>(&self, device: Option<&DeviceId>, fact: F) -> Result<Recorded<F>, Failure> {
        self.journal.append(self.entry(device, fact))
    }

    /// Records that a disk is bound, where it is not yet, and the start of a job on it: both or neither, so that a refused
    /// start leaves no trace.
    pub(super) fn record_start<F: Kind>(
        &self,
        device: &DeviceId,
        bind: Option<DiskBound>,
        start: F,
    ) -> Result<Recorded<F>, Failure> {
        let before = bind.map(|bind| self.entry(Some(device), bind).any()).into_iter().collect();
        self.journal.append_after(before, self.entry(Some(device), start))
    }

    /// Records several facts, all or none.
    pub(super) fn record_all(&self, facts: Vec<(Option<DeviceId>, Fact)>) -> Result<Vec<Receipt>, Failure> {
        let entries = facts.into_iter().map(|(device, fact)| self.entry(device.as_ref(), fact)).collect();
        self.journal.commit(entries)
    }
}

/// [`Bench::orphans`] of a ledger that is only read.
pub(super) fn orphans(index: &dyn Index, leases: &dyn Leases) -> Result<Vec<(JobId, JobFile)>, Failure> {
    let mut orphans = Vec::new();
    for id in index.get::<OpenJobs>("")?.unwrap_or_default().disks.into_keys() {
        let job: JobId = id.parse().map_err(|error: IdError| DrawerError(error.to_string()))?;
        if let Some(file) = index.get::<JobFile>(&job)?.filter(|file| !file.ended)
            && !leases.is_held(&job)?
        {
            orphans.push((job, file));
        }
    }
    Ok(orphans)
}
