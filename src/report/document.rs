//! The certificate as a file: JSON in one form only, with the records it is made of, signed by the station.
//!
//! Form: pretty-printed, keys in a fixed order, the station's signature on the last line but one. What is signed is
//! everything before that line, so that `head -n -2` and `openssl` check it too. Why one form: then any changed byte shows.
//!
//! Invariant: nothing in the file is believed; a reader makes every field anew from the record bytes and compares.

use super::error::CertificateError;
use super::gathering::{Proven, ProvenStart, Sources};
use super::start::{Link, is_link, link};
use super::statement::Statement;
use super::told::{Setting, Told};
use crate::ledger::{
    Head, HeadError, PublicKey, Record, SecretKey, origin, read_signature, signature_text, verify_inclusion,
};
use crate::unit::Digest;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};

/// The form's name, of a wipe.
pub const SCHEMA: &str = "aoxanh/wipe-certificate/1";
/// And of a destruction.
pub const SCHEMA_DESTRUCTION: &str = "aoxanh/destruction-record/1";
/// The same with records that were taken over from starts of machines from sticks.
pub(super) const SCHEMA_TAKEN: &str = "aoxanh/wipe-certificate/2";
/// And of a destruction.
pub(super) const SCHEMA_DESTRUCTION_TAKEN: &str = "aoxanh/destruction-record/2";
/// What practice says of itself, in every language.
const PRACTICE: &str = "LUYỆN TẬP";
/// Where the signed part ends.
const SIGNATURE: &str = "  \"signature\": \"";

/// Keys that somebody pinned, to hold a certificate against.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Pins {
    /// The station's public key.
    pub station: Option<PublicKey>,
    /// The team's.
    pub team: Option<PublicKey>,
}

/// What a certificate was held against and agrees with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trust {
    /// Nothing: it agrees with itself, and anybody could have made it.
    Consistent,
    /// A pinned key: that station, or a station of that team, made it.
    Genuine,
}

/// A certificate that holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checked {
    /// What it says.
    pub certificate: Statement,
    /// The station's id.
    pub station: Digest,
    /// The station's public key.
    pub key: PublicKey,
    /// The team's public key, which certified the station.
    pub team: PublicKey,
    /// The head that it stands under.
    pub head: Head,
    /// What it was held against.
    pub trust: Trust,
}

/// A certificate and the text of its file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    /// What it says.
    pub certificate: Statement,
    /// The station's id.
    pub station: Digest,
    /// The file.
    pub text: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Wire {
    schema: String,
    notice: Option<String>,
    certificate: Statement,
    records: Vec<RecordWire>,
    head: String,
    station: StationWire,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    starts: Vec<StartWire>,
    signature: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct StartWire {
    id: Digest,
    records: Vec<RecordWire>,
    head: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct RecordWire {
    seq: u64,
    kind: String,
    record: String,
    path: Vec<Digest>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct StationWire {
    id: Digest,
    public_key: Digest,
    team_key: Digest,
}

#[derive(Deserialize)]
struct AnySchema {
    schema: String,
}

impl Document {
    /// The certificate of the wipe that these records tell of, under that signed head, signed. Errors: they do not tell one;
    /// the key is not the one that record 0 names, so that nobody could check it.
    pub fn make(proven: &[Proven], head: &str, key: &SecretKey) -> Result<Self, CertificateError> {
        Self::make_of(&Sources { own: proven.to_vec(), starts: Vec::new() }, head, key)
    }

    /// The same of records of the station and of starts that it took over. Errors: also a link between them that does not hold.
    pub fn make_of(sources: &Sources, head: &str, key: &SecretKey) -> Result<Self, CertificateError> {
        let mut wire = wire_of(sources, head)?.0;
        let unsigned = text_of(&wire)?;
        wire.signature = signature_text(&key.sign(signed_part(&unsigned)?.as_bytes()));
        let text = text_of(&wire)?;
        let checked = check(&text, Pins { station: Some(key.public()), team: None })?;
        Ok(Self { certificate: checked.certificate, station: checked.station, text })
    }
}

/// Checks a certificate by nothing but itself and the pinned keys.
///
/// Errors: the first thing that is wrong; see [`CertificateError`].
pub fn check(text: &str, pins: Pins) -> Result<Checked, CertificateError> {
    let form = |error: serde_json::Error| CertificateError::Form(error.to_string());
    let any: AnySchema = serde_json::from_str(text).map_err(form)?;
    if ![SCHEMA, SCHEMA_DESTRUCTION, SCHEMA_TAKEN, SCHEMA_DESTRUCTION_TAKEN].contains(&any.schema.as_str()) {
        return Err(CertificateError::Schema(any.schema));
    }
    let wire: Wire = serde_json::from_str(text).map_err(form)?;
    if text_of(&wire)? != text {
        return Err(CertificateError::NotCanonical);
    }
    let sources = Sources {
        own: wire.records.iter().map(read_record).collect::<Result<Vec<_>, _>>()?,
        starts: wire.starts.iter().map(read_start).collect::<Result<Vec<_>, _>>()?,
    };
    let (made, setting, links) = wire_of(&sources, &wire.head)?;
    if let Some(field) = difference(&value_of(&made)?, &value_of(&wire)?, "") {
        return Err(CertificateError::Differs(field));
    }
    let key = PublicKey(made.station.public_key);
    let head = Head::open(&wire.head, key)?;
    if head.origin != origin(made.station.id, made.certificate.practice()) {
        return Err(HeadError::Form("its origin is another station").into());
    }
    for (link, start) in links.iter().zip(&sources.starts) {
        link.check(start, &setting.opened)?;
    }
    for one in &sources.own {
        let seq = one.record.seq();
        if !verify_inclusion(one.record.leaf(), seq, head.size, &one.path, head.root) {
            return Err(CertificateError::NotIncluded(seq));
        }
    }
    let signature = read_signature(&wire.signature).ok_or(CertificateError::Signature)?;
    // In capitals it would be the same signature, and another file.
    let is_plain = signature_text(&signature) == wire.signature;
    if !is_plain || !key.verify(signed_part(text)?.as_bytes(), &signature) {
        return Err(CertificateError::Signature);
    }
    let team = PublicKey(made.station.team_key);
    let trust = trusted(pins, key, team)?;
    Ok(Checked { station: made.station.id, certificate: made.certificate, key, team, head, trust })
}

fn trusted(pins: Pins, key: PublicKey, team: PublicKey) -> Result<Trust, CertificateError> {
    if pins.station.is_some_and(|pinned| pinned != key) {
        return Err(CertificateError::OtherStation);
    }
    if pins.team.is_some_and(|pinned| pinned != team) {
        return Err(CertificateError::OtherTeam);
    }
    Ok(if pins == Pins::default() { Trust::Consistent } else { Trust::Genuine })
}

/// Everything but the signature, made from the records; what they are set in, and what ties each start to the station.
fn wire_of(sources: &Sources, head: &str) -> Result<(Wire, Setting, Vec<Link>), CertificateError> {
    let own = told_of(&sources.own)?;
    let (mut links, mut starts, mut told) = (Vec::new(), Vec::new(), Vec::new());
    for start in &sources.starts {
        let its = told_of(&start.records)?;
        let first = its.first().ok_or(CertificateError::NotTaken)?;
        let link = link(first, start.station, &own)?;
        let records = start.records.iter().zip(&its).map(|(one, told)| write_record(one, told)).collect();
        starts.push(StartWire { id: start.station, records, head: start.head.clone() });
        for one in its.into_iter().skip(1) {
            told.push(link.placed(one)?);
        }
        links.push(link);
    }
    let names: Vec<_> = links.iter().map(Link::names).collect();
    told.extend(own.iter().filter(|one| !is_link(&one.event, &names)).cloned());
    told.sort_by_key(|one| one.place);
    if links.iter().any(|link| !told.iter().any(|one| one.from == Some(link.start))) {
        return Err(CertificateError::Story("a start too many"));
    }
    let (mut certificate, setting) = Statement::of(&told)?;
    check_team(&setting)?;
    let end = told.iter().find(|one| one.leaf == certificate.leaf());
    let taken = end.and_then(|end| links.iter().find(|link| Some(link.start) == end.from)?.seen(end.seq()));
    if let Some(taken) = taken {
        certificate.taken_from(taken);
    }
    let schema = match (certificate.wipe().is_some(), links.is_empty()) {
        (true, true) => SCHEMA,
        (true, false) => SCHEMA_TAKEN,
        (false, true) => SCHEMA_DESTRUCTION,
        (false, false) => SCHEMA_DESTRUCTION_TAKEN,
    };
    let wire = Wire {
        schema: schema.to_owned(),
        notice: certificate.practice().then(|| PRACTICE.to_owned()),
        certificate,
        records: sources.own.iter().zip(&own).map(|(one, told)| write_record(one, told)).collect(),
        head: head.to_owned(),
        station: StationWire {
            id: setting.station,
            public_key: setting.opened.public_key,
            team_key: setting.opened.team.key,
        },
        starts,
        signature: String::new(),
    };
    Ok((wire, setting, links))
}

fn told_of(proven: &[Proven]) -> Result<Vec<Told>, CertificateError> {
    proven.iter().map(|one| Told::read(one.record.clone())).collect()
}

fn read_start(wire: &StartWire) -> Result<ProvenStart, CertificateError> {
    let records = wire.records.iter().map(read_record).collect::<Result<Vec<_>, _>>()?;
    Ok(ProvenStart { station: wire.id, head: wire.head.clone(), records })
}

fn check_team(setting: &Setting) -> Result<(), CertificateError> {
    if setting.opened.is_certified() { Ok(()) } else { Err(CertificateError::Team) }
}

fn write_record(one: &Proven, told: &Told) -> RecordWire {
    RecordWire {
        seq: one.record.seq(),
        kind: told.event.fact.kind().to_owned(),
        record: STANDARD.encode(one.record.bytes()),
        path: one.path.clone(),
    }
}

fn read_record(wire: &RecordWire) -> Result<Proven, CertificateError> {
    let unread = |cause: String| CertificateError::Record { seq: wire.seq, cause };
    let bytes = STANDARD.decode(&wire.record).map_err(|error| unread(error.to_string()))?;
    let record = Record::from_bytes(bytes).map_err(|error| unread(error.to_string()))?;
    Ok(Proven { record, path: wire.path.clone() })
}

fn text_of(wire: &Wire) -> Result<String, CertificateError> {
    let text = serde_json::to_string_pretty(wire).map_err(|error| CertificateError::Form(error.to_string()))?;
    Ok(text + "\n")
}

/// Everything before the line of the signature, which the station signs.
fn signed_part(text: &str) -> Result<&str, CertificateError> {
    text.rfind(SIGNATURE).and_then(|at| text.get(..at)).ok_or(CertificateError::Signature)
}

fn value_of(wire: &Wire) -> Result<serde_json::Value, CertificateError> {
    serde_json::to_value(wire).map_err(|error| CertificateError::Form(error.to_string()))
}

/// The first field that two documents do not share, the signature left out.
fn difference(made: &serde_json::Value, found: &serde_json::Value, at: &str) -> Option<String> {
    let below = |name: &str| if at.is_empty() { name.to_owned() } else { format!("{at}.{name}") };
    if let (Some(made), Some(found)) = (made.as_object(), found.as_object()) {
        let names = made.keys().chain(found.keys()).filter(|name| !(at.is_empty() && *name == "signature"));
        let null = serde_json::Value::Null;
        return names.into_iter().find_map(|name| {
            difference(made.get(name).unwrap_or(&null), found.get(name).unwrap_or(&null), &below(name))
        });
    }
    if let (Some(made), Some(found)) = (made.as_array(), found.as_array()) {
        if made.len() != found.len() {
            return Some(at.to_owned());
        }
        let mut pairs = made.iter().zip(found).enumerate();
        return pairs.find_map(|(number, (made, found))| difference(made, found, &below(&number.to_string())));
    }
    (made != found).then(|| at.to_owned())
}
