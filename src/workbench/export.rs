//! The export: the whole ledger as plain files that a stranger checks with `sha256sum` and `openssl`.
//!
//! Each earlier chain is an export of its own below `earlier/`, the oldest in `earlier/1`, checked in the same way.
//!
//! Layout: `leaves/NNNNNNNNNN` (a zero byte, then the record), `SHA256SUMS` over them, `checkpoint` (the signed head),
//! `station.pem` and `team.pem`, `records.jsonl` (the bodies, for reading). The README says how to check it.

use super::verify::{Pinned, Verified, verify};
use crate::ledger::{InclusionProof, PublicKey, Record, inclusion_path, leaf_hash};
use crate::port::{Failure, Files, Index, Trouble, Visit};
use crate::unit::Digest;
use crate::word::say;
use std::path::Path;

/// An export that was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exported {
    /// What the ledger was found to be.
    pub verified: Verified,
    /// How many records of the station's own chain were written.
    pub records: u64,
}

/// Verifies the ledger and writes it to the empty folder `to`.
pub fn export(index: &dyn Index, files: &dyn Files, to: &Path) -> Result<Exported, Failure> {
    let verified = verify(index, Pinned::default())?;
    files.make_empty_folder(to)?;
    let records = write_chain(&mut |visit| index.rows(visit), files, to, verified.team)?;
    for chain in 0..index.earlier()? {
        let below = to.join(format!("earlier/{}", chain + 1));
        write_chain(&mut |visit| index.earlier_rows(chain, visit), files, &below, verified.team)?;
    }
    Ok(Exported { verified, records })
}

type Rows<'a> = &'a mut dyn FnMut(Visit<'_>) -> Result<(), Failure>;

/// Writes one chain below `to`; how many records it has.
fn write_chain(rows: Rows<'_>, files: &dyn Files, to: &Path, team: PublicKey) -> Result<u64, Failure> {
    files.make_empty_folder(&to.join("leaves"))?;
    let (mut sums, mut bodies, mut station, mut note) = (String::new(), Vec::new(), None, String::new());
    let mut records = 0;
    rows(&mut |row| {
        let name = format!("leaves/{:010}", row.seq);
        let mut leaf = vec![0u8];
        leaf.extend_from_slice(&row.bytes);
        files.write(&to.join(&name), &leaf)?;
        sums.extend([leaf_hash(&row.bytes).to_string().as_str(), "  ", name.as_str(), "\n"]);
        let record = Record::from_bytes(row.bytes).map_err(|error| unreadable(&error))?;
        station.get_or_insert_with(|| record.clone());
        bodies.extend_from_slice(record.body());
        bodies.push(b'\n');
        records += 1;
        note = row.note;
        Ok(())
    })?;
    files.write(&to.join("SHA256SUMS"), sums.as_bytes())?;
    files.write(&to.join("records.jsonl"), &bodies)?;
    files.write(&to.join("checkpoint"), note.as_bytes())?;
    if let Some(record) = station {
        files.write(&to.join("station.pem"), station_key(&record)?.pem().as_bytes())?;
    }
    files.write(&to.join("team.pem"), team.pem().as_bytes())?;
    Ok(records)
}

/// A proof, checkable offline, that record `seq` stands under the present head.
pub fn prove(index: &dyn Index, seq: u64) -> Result<InclusionProof, Failure> {
    let (mut leaves, mut wanted) = (Vec::<Digest>::new(), None);
    index.rows(&mut |row| {
        leaves.push(leaf_hash(&row.bytes));
        if row.seq == seq {
            wanted = Some(row.bytes);
        }
        Ok(())
    })?;
    let missing = || Failure::new(Trouble::No, say!("record-missing", seq = seq));
    let record = wanted.ok_or_else(missing)?;
    let path = usize::try_from(seq).ok().and_then(|at| inclusion_path(&leaves, at)).ok_or_else(missing)?;
    let checkpoint = index.head()?.ok_or_else(missing)?;
    Ok(InclusionProof { record, index: seq, path, checkpoint })
}

fn station_key(record: &Record) -> Result<PublicKey, Failure> {
    let event = crate::event::Event::from_body(record.body()).map_err(|error| unreadable(&error))?;
    if let crate::event::Fact::StationOpened(opened) = event.fact {
        return Ok(PublicKey(opened.public_key));
    }
    Err(Failure::new(Trouble::BadData, say!("ledger-corrupt")).hint(say!("ledger-corrupt-hint")))
}

fn unreadable(error: &dyn std::error::Error) -> Failure {
    Failure::new(Trouble::BadData, say!("ledger-corrupt")).detail(error).hint(say!("ledger-corrupt-hint"))
}
