//! What the doctor thinks of the program and the machine it runs on.

use super::doctor::{Grade, Judged};
use crate::device::{Disk, obstacle_sentence};
use crate::port::{Failure, MachineSigns, SerialPortSign, ToolSign};
use crate::unit::Moment;
use crate::word::say;
use std::time::Duration;

/// The first version without the write-ahead log's lost commits. Source: SQLite, "Write-Ahead Logging", section 11.
const LEAST_SQLITE: [u32; 3] = [3, 51, 3];
/// A station that was not written to for longer than this is more likely to have a wrong clock.
const LONGEST_REST: Duration = Duration::from_hours(366 * 24);
/// Steps back of the clock that are not worth a word.
const SLACK: Duration = Duration::from_secs(1);
/// The screens are drawn for no less, columns and rows.
const LEAST_TERMINAL: (u16, u16) = (80, 24);
/// Every kind of character that the screens draw: letters with two marks, frames, bars, signs.
const TEST_LINE: &str = "ắ ằ ẵ ặ ậ ễ ợ ữ ỷ Đ │ ┌─┬─┐ └─┴─┘ │ ▁▂▃▄▅▆▇█ ░▒▓ │ ✓ ✗ →";

pub(super) fn program(signs: &MachineSigns) -> Judged {
    let version = signs.version.as_str();
    Judged::good(if signs.is_static {
        say!("doctor-program-static", version = version)
    } else {
        say!("doctor-program-dynamic", version = version)
    })
}

pub(super) fn user(signs: &MachineSigns) -> Judged {
    if signs.user == 0 {
        return Judged::good(say!("doctor-user-root"));
    }
    Judged::warn(say!("doctor-user-plain", user = u64::from(signs.user)), say!("doctor-user-next"))
}

/// `last` is the time of the ledger's last record.
pub(super) fn clock(signs: &MachineSigns, last: Option<Moment>) -> Judged {
    let now = signs.now;
    let next = || say!("doctor-clock-next");
    let before = |then: Moment| then.since(now) > SLACK;
    if let Some(last) = last.filter(|last| before(*last)) {
        return Judged::bad(say!("doctor-clock-before-record", now = now.local(), last = last.local()), next());
    }
    if let Some(made) = signs.made.filter(|made| before(*made)) {
        return Judged::bad(say!("doctor-clock-before-program", now = now.local(), made = made.local()), next());
    }
    if let Some(last) = last.filter(|last| now.since(*last) > LONGEST_REST) {
        return Judged::warn(say!("doctor-clock-long-after", now = now.local(), last = last.local()), next());
    }
    Judged::good(match signs.synced {
        Some(true) => say!("doctor-clock-synced", now = now.local()),
        Some(false) => say!("doctor-clock-not-synced", now = now.local()),
        None => say!("doctor-clock-unknown", now = now.local()),
    })
}

pub(super) fn locale(signs: &MachineSigns) -> Judged {
    let Some(locale) = signs.locale.as_deref() else {
        return Judged::warn(say!("doctor-locale-none"), say!("doctor-locale-next"));
    };
    let flat = locale.to_ascii_lowercase();
    if ["utf-8", "utf8"].iter().any(|encoding| flat.contains(encoding)) {
        return Judged::good(say!("doctor-locale", locale = locale));
    }
    Judged::warn(say!("doctor-locale-other", locale = locale), say!("doctor-locale-next"))
}

pub(super) fn terminal(signs: &MachineSigns) -> Judged {
    let Some((columns, rows)) = signs.terminal else { return Judged::good(say!("doctor-terminal-none")) };
    let size = format!("{columns}×{rows}");
    let Some(term) = signs.term.as_deref().filter(|term| *term != "dumb") else {
        return Judged::warn(say!("doctor-terminal-dumb", size = size), say!("doctor-terminal-dumb-next"));
    };
    if columns < LEAST_TERMINAL.0 || rows < LEAST_TERMINAL.1 {
        let least = format!("{}×{}", LEAST_TERMINAL.0, LEAST_TERMINAL.1);
        let found = say!("doctor-terminal-small", term = term, size = size, least = least.as_str());
        return Judged::warn(found, say!("doctor-terminal-small-next", least = least));
    }
    Judged::good(say!("doctor-terminal", term = term, size = size))
}

pub(super) fn glyphs(signs: &MachineSigns) -> Judged {
    if signs.terminal.is_some() && signs.term.as_deref() == Some("linux") {
        return Judged::warn(say!("doctor-glyphs-console", line = TEST_LINE), say!("doctor-glyphs-console-next"));
    }
    Judged::good(say!("doctor-glyphs", line = TEST_LINE))
}

pub(super) fn sqlite(version: &str) -> Judged {
    let numbers: Vec<u32> = version.split('.').map_while(|number| number.parse().ok()).collect();
    if numbers.as_slice() >= LEAST_SQLITE.as_slice() {
        return Judged::good(say!("doctor-sqlite", version = version));
    }
    Judged::bad(say!("doctor-sqlite-old", version = version, least = "3.51.3"), say!("doctor-sqlite-next"))
}

pub(super) fn disks(disks: &Result<Vec<Disk>, Failure>) -> Judged {
    let disks = match disks {
        Ok(disks) => disks,
        Err(failure) => return Judged::failed(Grade::Warn, failure),
    };
    let refused = |disk: &Disk| {
        let why = obstacle_sentence(disk.obstacles.first()?);
        Some(say!("doctor-disk-refused", disk = disk.name.as_str(), why = why))
    };
    let more: Vec<_> = disks.iter().filter_map(refused).collect();
    let all = u64::try_from(disks.len()).unwrap_or(u64::MAX);
    let free = u64::try_from(disks.len() - more.len()).unwrap_or(u64::MAX);
    Judged::good(say!("doctor-disks", all = all, free = free)).with(more)
}

pub(super) fn smartctl(sign: &ToolSign) -> Judged {
    match sign {
        ToolSign::Missing => Judged::warn(say!("doctor-none"), say!("doctor-smartctl-next")),
        ToolSign::Failed(why) => {
            Judged::warn(say!("doctor-tool-failed", why = why.as_str()), say!("doctor-smartctl-next"))
        }
        ToolSign::Answered(said) => {
            let first = said.lines().next().unwrap_or_default();
            // "smartctl 7.3 2022-02-28 r5338 [x86_64-linux-6.1.0] (local build)"
            let short: Vec<_> = first.split(' ').take(3).collect();
            Judged::good(say!("doctor-smartctl", version = short.join(" ")))
        }
    }
}

/// `lacks` are the packages that are not here.
pub(super) fn fitting(lacks: &[String]) -> Judged {
    if lacks.is_empty() {
        return Judged::good(say!("doctor-fitting"));
    }
    let packages = lacks.join(" ");
    Judged::warn(
        say!("doctor-fitting-lacks", packages = packages.as_str()),
        say!("doctor-fitting-next", packages = packages),
    )
}

pub(super) fn printer(sign: &ToolSign) -> Judged {
    let next = || say!("doctor-printer-next");
    match sign {
        ToolSign::Missing => Judged::warn(say!("doctor-none"), next()),
        ToolSign::Failed(why) => Judged::warn(say!("doctor-tool-failed", why = why.as_str()), next()),
        ToolSign::Answered(queues) if queues.is_empty() => Judged::warn(say!("doctor-printer-no-queue"), next()),
        ToolSign::Answered(queues) => {
            Judged::good(say!("doctor-printer", queues = queues.lines().collect::<Vec<_>>().join(", ")))
        }
    }
}

pub(super) fn serial(ports: &[SerialPortSign]) -> Judged {
    let named = |wanted: bool| {
        let names = ports.iter().filter(|port| port.is_accessible == wanted).map(|port| port.name.as_str());
        names.collect::<Vec<_>>().join(", ")
    };
    let (open, closed) = (named(true), named(false));
    match (open.is_empty(), closed.is_empty()) {
        (_, false) => Judged::warn(say!("doctor-serial-closed", ports = closed), say!("doctor-serial-next")),
        (false, true) => Judged::good(say!("doctor-serial", ports = open)),
        (true, true) => Judged::good(say!("doctor-serial-none")),
    }
}
