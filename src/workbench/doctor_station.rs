//! What the doctor thinks of a station: its folder, its keys, its ledger, its vault.

use super::doctor::{Grade, Judged, StationSigns};
use super::verify::Verified;
use crate::port::{Failure, FolderSigns, KeySign, LedgerSigns, VaultSign};
use crate::tag::PrinterState;
use crate::unit::{Bytes, JobId};
use crate::word::{Sentence, say};

/// Below this soon nothing can be recorded.
const FEW_FREE: Bytes = Bytes::gib(1);
/// Below this nothing should be begun: a wipe must be able to record its end.
const LEAST_FREE: Bytes = Bytes::mib(100);
/// For the owner only.
const KEY_MODE: u32 = 0o600;
/// What others must not have of a folder: writing is bad, looking is not good.
const OTHERS_WRITE: u32 = 0o022;
const OTHERS: u32 = 0o077;
/// Keys without which the station cannot work; the others have their own keepers.
const NEEDED_KEYS: [&str; 2] = ["station.key", "codes.key"];
/// Source: SQLite, "PRAGMA synchronous": 2 is FULL, 3 is EXTRA.
const FULL: i64 = 2;

pub(super) fn station(signs: &StationSigns) -> Judged {
    match signs {
        StationSigns::Missing(failure) => {
            let found = say!("doctor-station-missing", what = failure.what.clone());
            Judged::warn(found, failure.hint.clone().unwrap_or_else(|| say!("doctor-ask")))
        }
        StationSigns::Unreadable { why, .. } => Judged::failed(Grade::Bad, why),
        StationSigns::Open(open) => match &open.folder {
            Err(failure) => Judged::failed(Grade::Bad, failure),
            Ok(folder) => {
                let id = open.id.map_or_else(|| "?".to_owned(), |id| id.short(16));
                Judged::good(say!("doctor-station", folder = folder.path.as_str(), station = id))
            }
        },
    }
}

pub(super) fn space(folder: &FolderSigns) -> Judged {
    let free = folder.free.binary();
    match folder.free {
        few if few < LEAST_FREE => Judged::bad(say!("doctor-space-none", free = free), say!("doctor-space-next")),
        few if few < FEW_FREE => Judged::warn(say!("doctor-space-few", free = free), say!("doctor-space-next")),
        _enough => Judged::good(say!("doctor-space", free = free)),
    }
}

pub(super) fn file_system(folder: &FolderSigns) -> Judged {
    let kind = folder.file_system;
    if !kind.keeps_ledgers() {
        let found = say!("doctor-file-system-bad", kind = kind.name());
        return Judged::bad(found, say!("ledger-bad-file-system-hint"));
    }
    if kind.is_memory() {
        return Judged::warn(
            say!("doctor-file-system-memory", kind = kind.name()),
            say!("ledger-bad-file-system-hint"),
        );
    }
    Judged::good(say!("doctor-file-system", kind = kind.name()))
}

/// `user` is who runs this.
pub(super) fn folder(folder: &FolderSigns, user: u32) -> Judged {
    let mode = format!("{:04o}", folder.mode);
    if folder.mode & OTHERS != 0 {
        let next = say!("doctor-folder-open-next", folder = folder.path.as_str());
        let found = say!("doctor-folder-open", mode = mode);
        let may_write = folder.mode & OTHERS_WRITE != 0;
        return if may_write { Judged::bad(found, next) } else { Judged::warn(found, next) };
    }
    if !folder.is_writable {
        return Judged::bad(say!("doctor-folder-read-only"), say!("ledger-read-only-hint"));
    }
    if folder.owner != user {
        let found = say!("doctor-folder-of-another", owner = u64::from(folder.owner), user = u64::from(user));
        return Judged::warn(found, say!("doctor-folder-of-another-next", owner = u64::from(folder.owner)));
    }
    Judged::good(say!("doctor-folder", mode = mode))
}

pub(super) fn keys(folder: &FolderSigns) -> Judged {
    let mut more = Vec::new();
    let mut grade = Grade::Good;
    for key in &folder.keys {
        if let Some((found_grade, line)) = key_flaw(key, folder.owner) {
            grade = grade.max(found_grade);
            more.push(line);
        }
    }
    let judged = match grade {
        Grade::Good => Judged::good(say!("doctor-keys", count = u64::try_from(folder.keys.len()).unwrap_or(u64::MAX))),
        Grade::Warn => Judged::warn(say!("doctor-keys-flawed"), say!("doctor-keys-next")),
        Grade::Bad => Judged::bad(say!("doctor-keys-flawed"), say!("doctor-keys-next")),
    };
    judged.with(more)
}

fn key_flaw(key: &KeySign, owner: u32) -> Option<(Grade, Sentence)> {
    let file = key.name.as_str();
    match key.found {
        None if NEEDED_KEYS.contains(&file) => Some((Grade::Bad, say!("doctor-key-missing", file = file))),
        None => Some((Grade::Warn, say!("doctor-key-missing", file = file))),
        Some((mode, _)) if mode & !KEY_MODE != 0 => {
            Some((Grade::Bad, say!("doctor-key-open", file = file, mode = format!("{mode:04o}"))))
        }
        Some((_, other)) if other != owner => {
            Some((Grade::Bad, say!("doctor-key-of-another", file = file, owner = u64::from(other))))
        }
        Some(_) => None,
    }
}

pub(super) fn settings(signs: &Result<LedgerSigns, Failure>) -> Judged {
    let signs = match signs {
        Ok(signs) => signs,
        Err(failure) => return Judged::failed(Grade::Bad, failure),
    };
    let told = format!(
        "journal_mode={}, synchronous={}, trusted_schema={}",
        signs.journal_mode,
        signs.synchronous,
        u8::from(signs.trusts_schema)
    );
    if signs.journal_mode == "wal" && signs.synchronous >= FULL && !signs.trusts_schema {
        return Judged::good(say!("doctor-settings", told = told));
    }
    Judged::bad(say!("doctor-settings-wrong", told = told), say!("doctor-settings-next"))
}

pub(super) fn ledger(verified: &Result<Verified, Failure>) -> Judged {
    let verified = match verified {
        Ok(verified) => verified,
        Err(failure) => return Judged::failed(Grade::Bad, failure),
    };
    let size = verified.head.size;
    match verified.lost {
        Some(wanted) => Judged::bad(say!("verified-lost", size = size, wanted = wanted), say!("verify-other-hint")),
        None => Judged::good(say!("doctor-ledger", records = size)),
    }
}

/// Nothing can be said of the summaries of a ledger that does not hold, or of summaries that were not looked at.
pub(super) fn summary(verified: &Result<Verified, Failure>) -> Option<Judged> {
    let verified = verified.as_ref().ok()?;
    if !verified.thorough.summaries {
        return None;
    }
    Some(match &verified.stale {
        Some(key) => Judged::bad(say!("verified-stale", key = key.as_str()), say!("summary-broken-hint")),
        None => Judged::good(say!("doctor-summary")),
    })
}

pub(super) fn vault(sign: &VaultSign) -> Judged {
    match sign {
        VaultSign::Opens(names) => Judged::good(say!("doctor-vault", names = *names)),
        VaultSign::Locked => Judged::good(say!("doctor-vault-locked")),
        VaultSign::Broken(failure) => Judged::failed(Grade::Bad, failure),
    }
}

pub(super) fn jobs(orphans: &Result<Vec<JobId>, Failure>) -> Judged {
    match orphans {
        Ok(jobs) if jobs.is_empty() => Judged::good(say!("doctor-none")),
        Ok(jobs) => {
            let more = jobs.iter().map(|job| say!("doctor-job", job = job.as_str())).collect();
            let count = u64::try_from(jobs.len()).unwrap_or(u64::MAX);
            Judged::warn(say!("doctor-jobs", count = count), say!("doctor-jobs-next")).with(more)
        }
        Err(failure) => Judged::failed(Grade::Warn, failure),
    }
}

/// A printer that does not say how it is may print all the same.
pub(super) fn label_printer(usual: Option<&(String, PrinterState)>) -> Judged {
    let Some((name, state)) = usual else { return Judged::good(say!("doctor-label-printer-none")) };
    let found = say!("printer-state", name = name.as_str(), state = state.sentence());
    if state.takes() { Judged::good(found) } else { Judged::warn(found, say!("doctor-label-printer-next")) }
}

pub(super) fn hub() -> Judged {
    Judged::good(say!("doctor-hub-none"))
}
