//! Rules about keys: who may take trust in one back, and what follows.

use super::Rule;
use crate::event::Fact;
use crate::ledger::{PublicKey, read_signature, revocation_text};
use crate::word::say;

/// Once the station's own key is revoked, nothing that it signs is worth anything: nothing more is recorded.
pub(super) static STATION_RETIRED: Rule = Rule {
    id: "station-retired",
    overridable: None,
    check: |_event, cabinet| {
        let station = cabinet.station()?;
        let retired = station.public_key.is_some_and(|key| station.revoked_keys.contains(&key));
        Ok(retired.then(|| say!("rule-station-retired")))
    },
};

/// Trust in a key is taken back by the team's key, whoever is at the station's keys.
pub(super) static TEAM_SIGNED: Rule = Rule {
    id: "team-signed",
    overridable: None,
    check: |event, cabinet| {
        let Fact::KeyRevoked(revoked) = &event.fact else { return Ok(None) };
        let text = revocation_text(PublicKey(revoked.key));
        let signed = match (cabinet.station()?.team_key, read_signature(&revoked.signature)) {
            (Some(team), Some(signature)) => PublicKey(team).verify(text.as_bytes(), &signature),
            (_, _) => false,
        };
        Ok((!signed).then(|| say!("rule-team-signed")))
    },
};
