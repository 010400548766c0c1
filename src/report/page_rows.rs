//! What stands on the page of a certificate: rows of a name and what is said under it.
//!
//! Invariant: Clear and Purge are said in one place, and only where the certificate has that level.

use super::certificate::{Certificate, Disposition, DocumentKind, Hand, Host};
use super::destruction::DestructionRecord;
use super::statement::Statement;
use crate::device::{MediumKind, medium_name};
use crate::event::How;
use crate::event::disk::{CrossFound, Destruction, DriveSaid, FirmwareSeen, HealthSeen, HealthVerdict, Level};
use crate::event::intake::DeviceKind;
use crate::event::medium::MediumSeen;
use crate::event::people::Role;
use crate::event::station::SiteSeen;
use crate::reading::Condition;
use crate::tag::TagId;
use crate::unit::{Bytes, PersonId};
use crate::wipe::{self, Gap, caught_per_mille};
use crate::word::{Sentence, say};
use std::collections::BTreeMap;

/// Something said in a row.
pub(super) enum Value {
    /// The same in every language.
    Text(String),
    /// Said in both.
    Said(Sentence),
}

/// A row of the page.
pub(super) struct Row {
    pub(super) name: Sentence,
    pub(super) values: Vec<Value>,
    /// Lines at most, both languages together: more are in the JSON.
    pub(super) most: usize,
}

impl Row {
    fn text(name: Sentence, text: String) -> Self {
        Self { name, values: vec![Value::Text(text)], most: 2 }
    }

    fn said(name: Sentence, said: Sentence) -> Self {
        Self { name, values: vec![Value::Said(said)], most: 4 }
    }
}

/// The title: a certificate only where the disk is erased.
pub(super) fn title(document: DocumentKind) -> Sentence {
    match document {
        DocumentKind::CertificateOfErasure => say!("paper-title-erased"),
        DocumentKind::ErasedWithExceptions => say!("paper-title-exceptions"),
        DocumentKind::NotErased => say!("paper-title-not-erased"),
        DocumentKind::Cancelled => say!("paper-title-cancelled"),
        DocumentKind::Destroyed => say!("paper-title-destroyed"),
    }
}

/// Every row, from the medium to the record.
pub(super) fn rows(statement: &Statement, names: &BTreeMap<PersonId, String>) -> Vec<Row> {
    match statement {
        Statement::Wipe(certificate) => {
            let mut rows = medium(certificate);
            rows.extend(site_row(statement));
            rows.extend(taken_row(statement));
            rows.extend(technique(certificate));
            rows.extend(verification(certificate));
            rows.extend(people(certificate, names));
            rows
        }
        Statement::Destruction(record) => {
            let mut rows = destroyed(record);
            rows.extend(site_row(statement));
            rows.extend(taken_row(statement));
            rows.extend(destroyers(record, names));
            rows
        }
    }
}

/// Whose bench it was, and where.
#[must_use]
pub fn site_sentence(site: &SiteSeen) -> Sentence {
    match &site.place {
        Some(place) => say!("paper-site-value", team = site.team.as_str(), place = place.as_str()),
        None => say!("plain", text = site.team.as_str()),
    }
}

fn site_row(statement: &Statement) -> Option<Row> {
    let site = site_sentence(statement.site()?);
    Some(Row { name: say!("paper-site"), values: vec![Value::Said(site)], most: 3 })
}

/// From which stick's start it came home.
fn taken_row(statement: &Statement) -> Option<Row> {
    let taken = statement.taken()?;
    let stick = taken.stick.clone().unwrap_or_else(|| taken.stick_key.short(16));
    let from = say!("paper-taken-value", stick = stick, start = taken.start.short(16), at = taken.at.local());
    let clock = taken.clock_ms.map(|_wrong| Value::Said(say!("paper-taken-clock")));
    let values = std::iter::once(Value::Said(from)).chain(clock).collect();
    Some(Row { name: say!("paper-taken"), values, most: 6 })
}

fn or_none(text: Option<&String>) -> &str {
    text.map_or("—", String::as_str)
}

fn device_sentence(device: &Host) -> Sentence {
    let tag = device.tag.as_ref().and_then(|tag| TagId::read(tag).ok()).map(|tag| tag.to_string());
    let tag = tag.unwrap_or_else(|| device.id.to_string());
    let kind = device.kind.map_or_else(|| say!("paper-device-unknown"), kind_sentence);
    match &device.model {
        Some(model) => say!("paper-device-model", tag = tag, kind = kind, model = model.as_str()),
        None => say!("paper-device-value", tag = tag, kind = kind),
    }
}

fn serial_text(serial: Option<&String>, wwn: Option<&String>) -> String {
    format!("{} · WWN {}", or_none(serial), or_none(wwn))
}

/// The disk, its machine, and what was done to it.
fn destroyed(record: &DestructionRecord) -> Vec<Row> {
    let disk = &record.disk;
    let spins = match disk.spins {
        Some(true) => Some(MediumKind::Hdd),
        Some(false) => Some(MediumKind::SataSsd),
        None => None,
    };
    let size = format!("{} ({} B) · {}", disk.size.decimal(), disk.size.0, disk.bus);
    let how = match record.how {
        Destruction::Drilled => say!("destruction-drilled"),
        Destruction::Shredded => say!("destruction-shredded"),
        Destruction::Degaussed => say!("destruction-degaussed"),
        Destruction::Cut => say!("destruction-cut"),
    };
    let mut rows = vec![
        Row::text(say!("paper-model"), or_none(disk.model.as_ref()).to_owned()),
        Row::text(say!("paper-serial"), serial_text(disk.serial.as_ref(), disk.wwn.as_ref())),
        Row::text(say!("paper-size"), size),
        Row::said(say!("paper-device"), device_sentence(&record.device)),
        Row::said(say!("paper-destruction"), how),
        Row::text(say!("paper-recorded"), record.at.local()),
        Row::said(say!("paper-level"), say!("paper-level-destroy")),
    ];
    if let Some(spins) = spins {
        rows.insert(1, Row::said(say!("paper-medium"), medium_name(spins)));
    }
    rows
}

fn destroyers(record: &DestructionRecord, names: &BTreeMap<PersonId, String>) -> Vec<Row> {
    let witness = match &record.witness {
        Some(witness) => {
            let who = names.get(&witness.person).map_or_else(|| witness.person.as_str(), String::as_str);
            say!("paper-witness-value", who = who, role = role_sentence(&witness.roles))
        }
        None => say!("paper-witness-none"),
    };
    vec![
        Row::said(say!("paper-destroyed-by"), hand_sentence(&record.performed, names)),
        Row::said(say!("paper-witness"), witness),
    ]
}

fn medium(certificate: &Certificate) -> Vec<Row> {
    let (medium, device) = (&certificate.medium, &certificate.device);
    let size = format!("{} ({} B) · {} · {} B", medium.size.decimal(), medium.size.0, medium.bus, medium.logical_block);
    let mut rows = vec![
        Row::text(say!("paper-model"), or_none(medium.model.as_ref()).to_owned()),
        Row::text(say!("paper-serial"), serial_text(medium.serial.as_ref(), medium.wwn.as_ref())),
        Row::text(say!("paper-size"), size),
        Row::said(say!("paper-device"), device_sentence(device)),
    ];
    if let Some(seen) = &medium.seen {
        rows.insert(1, Row { name: say!("paper-medium"), values: medium_values(seen), most: 4 });
    }
    rows
}

/// Kind and firmware; hidden areas, where any were found.
fn medium_values(seen: &MediumSeen) -> Vec<Value> {
    let kind = MediumKind::read(&seen.kind).map_or_else(|| say!("plain", text = seen.kind.as_str()), medium_name);
    let firmware = or_none(seen.firmware.as_ref());
    let first = match &seen.bridge {
        Some(bridge) => say!("paper-medium-bridge", kind = kind, firmware = firmware, bridge = bridge.as_str()),
        None => say!("paper-medium-value", kind = kind, firmware = firmware),
    };
    let areas: Vec<String> =
        seen.hidden.iter().map(|area| format!("{} {} B", area.by.to_uppercase(), area.size.0)).collect();
    let hidden = match (areas.is_empty(), seen.hidden_known) {
        (false, _) => Some(say!("paper-medium-hidden", areas = areas.join(", "))),
        (true, true) => Some(say!("paper-medium-nothing-hidden")),
        // That nobody looked stands among what was not covered.
        (true, false) => None,
    };
    std::iter::once(first).chain(hidden).map(Value::Said).collect()
}

fn technique(certificate: &Certificate) -> Vec<Row> {
    let (technique, run) = (&certificate.technique, &certificate.run);
    let method = match technique.method.as_str() {
        "overwrite-zero" => Value::Said(say!("paper-method-zero")),
        "overwrite-pattern" => Value::Said(say!("paper-method-pattern")),
        other => wipe::method(other).map_or_else(|| Value::Text(other.to_owned()), |method| Value::Said(method.name())),
    };
    let program = Value::Text(format!("{} · aoxanh {}", technique.method, technique.program));
    let level = match technique.level {
        Level::None => wipe::Level::None.name(),
        Level::Clear => wipe::Level::Clear.name(),
        Level::Purge => wipe::Level::Purge.name(),
        Level::Firmware => wipe::Level::Firmware.name(),
    };
    let commands = certificate.verification.firmware.as_ref().map(|seen| seen.commands.join("; "));
    let sent = commands.filter(|sent| !sent.is_empty()).map(Value::Text);
    let when = say!("paper-when-value", began = run.started.local(), ended = run.ended.local(), runs = run.runs);
    let mut rows = vec![
        Row { name: say!("paper-method"), values: [method, program].into_iter().chain(sent).collect(), most: 5 },
        Row::said(say!("paper-level"), level),
        Row::said(say!("paper-when"), when),
    ];
    // A drive that erases itself is written nothing but canaries: no amount, and no speed that means anything.
    if certificate.verification.firmware.is_none() {
        let mean =
            run.throughput.as_ref().map_or_else(|| "—".to_owned(), |speed| format!("{}/s", speed.mean.decimal()));
        let amount = say!("paper-amount-value", written = run.written.decimal(), passes = run.passes, mean = mean);
        rows.push(Row::said(say!("paper-amount"), amount));
    }
    rows
}

fn verification(certificate: &Certificate) -> Vec<Row> {
    let seen = &certificate.verification;
    let coverage = match &seen.firmware {
        None => say!(
            "paper-verification-value",
            read = seen.read_back.decimal(),
            coverage = seen.coverage.as_str(),
            wrong = seen.mismatched.0,
        ),
        Some(firmware) => canaries(certificate.medium.size, firmware),
    };
    let cache = if seen.past_the_cache { say!("wipe-seen-direct") } else { say!("wipe-seen-not-direct") };
    let bad = say!("paper-bad-value", unwritable = seen.unwritable.0, unreadable = seen.unreadable.0);
    let gaps = certificate.not_covered.iter().map(|code| gap(code)).collect::<Vec<_>>();
    let gaps = if gaps.is_empty() { vec![Value::Text("—".to_owned())] } else { gaps };
    let second = seen.cross_check.as_ref().map(|check| {
        let program = check.program.as_str();
        Value::Said(match check.found {
            CrossFound::Same => say!("paper-cross-same", program = program),
            CrossFound::Differs | CrossFound::Failed => say!("paper-cross-not", program = program),
        })
    });
    let proof = [Value::Said(coverage), Value::Said(cache)].into_iter().chain(second).collect();
    let mut rows = vec![
        // What the canaries say is long, and the heart of it.
        Row { name: say!("paper-verification"), values: proof, most: if seen.firmware.is_some() { 10 } else { 5 } },
        Row::said(say!("paper-bad"), bad),
        Row { name: say!("paper-not-covered"), values: gaps, most: 6 },
    ];
    let before = certificate.health_before.as_ref().map(|seen| (say!("paper-health-before"), seen));
    let after = certificate.health_after.as_ref().map(|seen| (say!("paper-health-after"), seen));
    let health: Vec<Value> =
        [before, after].into_iter().flatten().map(|(when, seen)| health_said(when, seen)).collect();
    if !health.is_empty() {
        rows.push(Row { name: say!("paper-health"), values: health, most: 4 });
    }
    rows
}

/// What canaries say, with the probability that a region which the erase left out would have been seen.
fn canaries(size: Bytes, firmware: &FirmwareSeen) -> Sentence {
    let region = Bytes::mib(16);
    let per_mille = caught_per_mille(size, region);
    let said = match firmware.said {
        DriveSaid::StatusGood => say!("drive-said-status-good"),
        DriveSaid::CommandGood => say!("drive-said-command-good"),
        DriveSaid::Failed => say!("drive-said-failed"),
        DriveSaid::Nothing => say!("drive-said-nothing"),
    };
    say!(
        "paper-canaries",
        said = said,
        count = firmware.canaries,
        survived = firmware.survived,
        percent = format!("{}.{}", per_mille / 10, per_mille % 10),
    )
}

/// How the disk was, with the numbers that the record has.
fn health_said(when: Sentence, seen: &HealthSeen) -> Value {
    let verdict = match seen.verdict {
        HealthVerdict::Good => Condition::Good,
        HealthVerdict::Watch => Condition::Watch,
        HealthVerdict::Replace => Condition::Replace,
        HealthVerdict::Unknown => Condition::Unknown,
    };
    let number = |number: Option<u64>| number.map_or_else(|| "—".to_owned(), |number| number.to_string());
    let known = [seen.hours, seen.reallocated, seen.pending, seen.uncorrectable, seen.wear].iter().any(Option::is_some);
    Value::Said(if known {
        say!(
            "paper-health-numbers",
            when = when,
            verdict = verdict.sentence(),
            hours = number(seen.hours),
            reallocated = number(seen.reallocated),
            pending = number(seen.pending),
            uncorrectable = number(seen.uncorrectable),
            wear = number(seen.wear),
        )
    } else {
        say!("paper-health-verdict", when = when, verdict = verdict.sentence())
    })
}

fn gap(code: &str) -> Value {
    let known = [Gap::HiddenAreasNotChecked, Gap::RemappedSectors, Gap::OverProvisioning];
    let found = known.into_iter().find(|gap| gap.code() == code);
    // How many bytes is in the plan that was shown; the record keeps which area.
    let hidden = match code {
        "hidden_by_hpa" => Some(say!("paper-gap-hpa")),
        "hidden_by_dco" => Some(say!("paper-gap-dco")),
        "hidden_by_namespace" => Some(say!("paper-gap-namespace")),
        "hidden_boot_area" => Some(say!("paper-gap-boot")),
        _other => None,
    };
    found.map(Gap::name).or(hidden).map_or_else(|| Value::Text(code.to_owned()), Value::Said)
}

fn people(certificate: &Certificate, names: &BTreeMap<PersonId, String>) -> Vec<Row> {
    let performed = certificate.performed.iter().map(|hand| Value::Said(hand_sentence(hand, names))).collect();
    let validation = match &certificate.validation {
        Some(validation) => {
            let said = say!("paper-validation-value", at = validation.at.local(), seq = validation.seq);
            vec![Value::Said(hand_sentence(&validation.by, names)), Value::Said(said)]
        }
        None => vec![Value::Said(say!("paper-not-validated"))],
    };
    let disposition = match certificate.disposition {
        Disposition::WithTheTeam => say!("paper-with-the-team"),
        Disposition::Given => say!("paper-given"),
        Disposition::Lent => say!("paper-lent"),
        Disposition::Destroyed => say!("paper-destroyed"),
    };
    let image = certificate.image.as_ref().map(|image| Value::Said(say!("paper-imaged", image = image.as_str())));
    let fitted = certificate.fitted.as_ref().filter(|fitted| !fitted.done.is_empty());
    let fitted = fitted.map(|fitted| Value::Said(say!("paper-fitted", count = fitted.done.len() as u64)));
    let disposition = std::iter::once(Value::Said(disposition)).chain(image).chain(fitted).collect();
    vec![
        Row { name: say!("paper-performed"), values: performed, most: 4 },
        Row { name: say!("paper-validation"), values: validation, most: 4 },
        Row { name: say!("paper-disposition"), values: disposition, most: 6 },
    ]
}

fn hand_sentence(hand: &Hand, names: &BTreeMap<PersonId, String>) -> Sentence {
    let who = names.get(&hand.person).map_or_else(|| hand.person.as_str(), String::as_str);
    let how = match hand.how {
        How::Claimed => say!("how-claimed"),
        How::Pin => say!("how-pin"),
        How::Badge => say!("how-badge"),
        How::Phone => say!("how-phone"),
    };
    say!("paper-hand", who = who, role = role_sentence(&hand.roles), how = how)
}

/// The most that somebody was.
fn role_sentence(roles: &[Role]) -> Sentence {
    if roles.contains(&Role::Lead) {
        say!("role-lead")
    } else if roles.contains(&Role::Volunteer) {
        say!("role-volunteer")
    } else if roles.contains(&Role::Warehouse) {
        say!("role-warehouse")
    } else {
        say!("role-none")
    }
}

fn kind_sentence(kind: DeviceKind) -> Sentence {
    match kind {
        DeviceKind::Laptop => say!("device-kind-laptop"),
        DeviceKind::Desktop => say!("device-kind-desktop"),
        DeviceKind::AllInOne => say!("device-kind-all-in-one"),
        DeviceKind::Tablet => say!("device-kind-tablet"),
        DeviceKind::Phone => say!("device-kind-phone"),
    }
}
