//! The records that tell of one wipe, chosen from many: who opened the station, whose disk it was, every start, the end, and
//! what followed.
//!
//! Invariant: choosing again from what was chosen gives the same, so that a reader can tell a stray or a missing record.

use super::error::CertificateError;
use super::told::{Place, Setting, Told, roles_told};
use crate::event::Fact;
use crate::event::disk::{WipeEnded, WipeStarted};
use crate::event::handover::Terms;
use crate::event::image::{ImageFitted, ImageStarted};
use crate::unit::{Digest, PersonId};
use std::collections::BTreeSet;

/// One wipe, from who may sign for it to what became of the device.
#[derive(Clone, Debug)]
pub(super) struct Story {
    chosen: Vec<Told>,
    pub(super) setting: Setting,
    /// Every run's start, the first one first.
    pub(super) starts: Vec<(Told, WipeStarted)>,
    pub(super) end: Told,
    pub(super) ended: WipeEnded,
    pub(super) validated: Option<Told>,
    pub(super) handed: Option<(Told, Terms)>,
    /// The image that was written to the disk afterwards, by its id.
    pub(super) image: Option<String>,
    /// What fitting it to the disk came to, and the digest of what was written before.
    pub(super) fitted: Option<(ImageFitted, Digest)>,
    /// Whether the disk was destroyed afterwards.
    pub(super) destroyed: bool,
}

impl Story {
    /// The story of the wipe whose end has that leaf hash. Errors: something of it is missing.
    pub(super) fn of(told: &[Told], end: Digest) -> Result<Self, CertificateError> {
        use CertificateError::Story as No;
        let last = told.iter().find(|one| one.leaf == end).ok_or(No("no end"))?;
        let ended = last.ended().ok_or(No("no end"))?;
        let device = last.event.device.as_ref().ok_or(No("the end is of no device"))?.id.clone();
        let setting = Setting::of(told, &device)?;
        let own: Vec<&Told> = told.iter().filter(|one| one.is_of(&device)).collect();
        let starts = starts(&own, ended, last.place)?;
        let after = |one: &&&Told| one.place > last.place;
        let is_of_it =
            |one: &&Told| one.validated().is_some_and(|validated| validated.ended == end && validated.key == ended.key);
        // The last word counts.
        let validated = own.iter().filter(after).copied().rfind(is_of_it);
        if validated.and_then(Told::validated).is_some_and(|validated| !validated.decision.is_accept()) {
            return Err(CertificateError::NotAccepted);
        }
        let handed = own.iter().filter(after).rev().find_map(|one| terms(one).map(|terms| ((*one).clone(), terms)));
        let later: Vec<&Told> = own.iter().filter(after).copied().collect();
        let image = image(&later, &ended.key);
        let fitted = image.and_then(|(start, ..)| fitted(&later, start));
        let destroyed =
            later.iter().rfind(|one| one.destroyed().is_some_and(|destroyed| destroyed.key == ended.key)).copied();
        let people: BTreeSet<&PersonId> =
            starts.iter().map(|(one, _)| *one).chain([last]).chain(validated).map(|one| &one.event.by.person).collect();
        let acted = validated.map_or(last.place, |one| one.place);
        let mut chosen: Vec<&Told> = roles_told(told, &people, acted).chain(setting.records()).collect();
        chosen.extend([last].into_iter().chain(validated).chain(starts.iter().map(|(one, _)| *one)));
        chosen.extend(handed.iter().map(|(one, _)| one).chain(destroyed));
        chosen.extend(image.iter().flat_map(|(start, end, _)| [*start, *end]));
        chosen.extend(fitted.map(|(told, _)| told));
        chosen.sort_by_key(|one| one.place);
        Ok(Self {
            chosen: chosen.into_iter().cloned().collect(),
            setting,
            starts: starts.into_iter().map(|(one, started)| (one.clone(), started.clone())).collect(),
            end: last.clone(),
            ended: ended.clone(),
            validated: validated.cloned(),
            handed,
            image: image.map(|(.., started)| started.image.id.clone()),
            fitted: image.zip(fitted).map(|((.., started), (_, fitted))| (fitted.clone(), started.image.blake3)),
            destroyed: destroyed.is_some(),
        })
    }

    /// The only wipe that these records end. Errors: none, or several; a record that is no part of the story.
    pub(super) fn whole(told: &[Told]) -> Result<Self, CertificateError> {
        let mut ends = told.iter().filter(|one| one.ended().is_some());
        let (Some(end), None) = (ends.next(), ends.next()) else { return Err(CertificateError::Story("not one end")) };
        let story = Self::of(told, end.leaf)?;
        if story.chosen == told { Ok(story) } else { Err(CertificateError::Story("a record too many")) }
    }

    /// Its records, by their numbers.
    pub(super) fn records(&self) -> &[Told] {
        &self.chosen
    }
}

/// The start that the end names, and every start that it resumes, the first one first.
fn starts<'a>(
    own: &[&'a Told],
    ended: &WipeEnded,
    before: Place,
) -> Result<Vec<(&'a Told, &'a WipeStarted)>, CertificateError> {
    let (mut starts, mut wanted, mut before) = (Vec::new(), Some(ended.started), before);
    while let Some(leaf) = wanted {
        let found = own.iter().find(|one| one.leaf == leaf && one.place < before);
        let found = found.and_then(|one| one.started().map(|started| (*one, started)));
        let (one, started) = found.ok_or(CertificateError::Story("a start is missing"))?;
        if (&started.job, &started.key) != (&ended.job, &ended.key) {
            return Err(CertificateError::Story("a start is of another job or disk"));
        }
        (wanted, before) = (started.resumes, one.place);
        starts.push((one, started));
    }
    starts.reverse();
    Ok(starts)
}

/// The last image written to the disk of that key: its start, its end and what the start says.
fn image<'a>(later: &[&'a Told], key: &str) -> Option<(&'a Told, &'a Told, &'a ImageStarted)> {
    later.iter().rev().find_map(|end| {
        let ended = end.image_written().filter(|ended| ended.key == key)?;
        let start = later.iter().find(|start| start.leaf == ended.started)?;
        Some((*start, *end, start.image_started()?))
    })
}

/// What the last fitting of the image that began with `start` came to.
fn fitted<'a>(later: &[&'a Told], start: &Told) -> Option<(&'a Told, &'a ImageFitted)> {
    let of_it =
        |told: &&'a Told| told.image_fitted().filter(|fitted| fitted.started == start.leaf).map(|one| (*told, one));
    later.iter().rev().find_map(of_it)
}

fn terms(told: &Told) -> Option<Terms> {
    if let Fact::DeviceHandedOver(handed) = &told.event.fact { Some(handed.terms) } else { None }
}
