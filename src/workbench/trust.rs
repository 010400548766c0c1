//! Keys: which there are, and taking trust in one back.

use super::bench::Bench;
use crate::event::station::KeyRevoked;
use crate::ledger::{PublicKey, SecretKey, revocation_text, signature_text};
use crate::port::{Failure, Trouble};
use crate::unit::Digest;
use crate::word::say;

/// The keys that the ledger knows, public halves only.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Keys {
    /// Signs the station's heads.
    pub station: Option<Digest>,
    /// Certified the station.
    pub team: Option<Digest>,
    /// Trusted no more.
    pub revoked: Vec<Digest>,
}

/// The keys that the ledger knows.
pub fn keys(bench: &Bench<'_>) -> Result<Keys, Failure> {
    let station = bench.station()?;
    let revoked = station.revoked_keys.into_iter().collect();
    Ok(Keys { station: station.public_key, team: station.team_key, revoked })
}

/// Records that the team trusts a key no more. Where it is the station's own, nothing more is recorded after it.
///
/// Errors: `team` is not the key that certified the station; the rules (a lead, signed in).
pub fn revoke_key(bench: &Bench<'_>, key: PublicKey, team: &SecretKey) -> Result<Keys, Failure> {
    if bench.station()?.team_key != Some(team.public().0) {
        let what = say!("key-not-team", key = team.public().0.short(16));
        return Err(Failure::new(Trouble::Usage, what).hint(say!("key-not-team-hint")));
    }
    let signature = signature_text(&team.sign(revocation_text(key).as_bytes()));
    bench.record(None, KeyRevoked { key: key.0, signature })?;
    keys(bench)
}
