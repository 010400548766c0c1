//! What a master machine has of somebody: keys that are to be one machine's alone, and traces of a person.
//!
//! Invariants: what is told is a pattern and a count, never a name or a content; what cannot be looked into is said, not
//! taken for clean.

use super::file_tree::{FileTree, Node, matching};
use super::windows::WINDOWS_SYSTEM;
use crate::word::{Sentence, say};
use std::io;

/// As much of a file as is looked at.
const MOST: u64 = 256 * 1024;
/// People's numbers. Source: Debian Policy, 9.2.2.
const PEOPLE: std::ops::Range<u32> = 1000..60000;

/// A kind of trace.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum TraceKind {
    /// Keys by which a machine is known over SSH.
    HostKeys,
    /// The number by which a system knows itself.
    MachineId,
    /// Commands that somebody typed.
    History,
    /// Wireless networks with their passwords.
    Wifi,
    /// Passwords that a browser keeps.
    Logins,
    /// Accounts beyond the one that pupils use.
    Accounts,
    /// Journals of what happened on the machine.
    Logs,
    /// Mail.
    Mail,
    /// Keys by which somebody reaches other machines.
    Keys,
    /// Folders of people on Windows.
    Profiles,
}

impl TraceKind {
    /// Its word in manifests and in JSON.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::HostKeys => "host-keys",
            Self::MachineId => "machine-id",
            Self::History => "history",
            Self::Wifi => "wifi",
            Self::Logins => "logins",
            Self::Accounts => "accounts",
            Self::Logs => "logs",
            Self::Mail => "mail",
            Self::Keys => "keys",
            Self::Profiles => "profiles",
        }
    }

    /// Whether it tells of a person; otherwise it is only the same on every machine, and must not be.
    #[must_use]
    pub const fn is_personal(self) -> bool {
        !matches!(self, Self::HostKeys | Self::MachineId)
    }

    /// What it is.
    #[must_use]
    pub fn sentence(self) -> Sentence {
        match self {
            Self::HostKeys => say!("trace-host-keys"),
            Self::MachineId => say!("trace-machine-id"),
            Self::History => say!("trace-history"),
            Self::Wifi => say!("trace-wifi"),
            Self::Logins => say!("trace-logins"),
            Self::Accounts => say!("trace-accounts"),
            Self::Logs => say!("trace-logs"),
            Self::Mail => say!("trace-mail"),
            Self::Keys => say!("trace-keys"),
            Self::Profiles => say!("trace-profiles"),
        }
    }

    /// What to do about it on the master.
    #[must_use]
    pub fn cure(self) -> Sentence {
        match self {
            Self::HostKeys => say!("trace-cure-host-keys"),
            Self::MachineId => say!("trace-cure-machine-id"),
            Self::History => say!("trace-cure-history"),
            Self::Wifi => say!("trace-cure-wifi"),
            Self::Logins => say!("trace-cure-logins"),
            Self::Accounts => say!("trace-cure-accounts"),
            Self::Logs => say!("trace-cure-logs"),
            Self::Mail => say!("trace-cure-mail"),
            Self::Keys => say!("trace-cure-keys"),
            Self::Profiles => say!("trace-cure-profiles"),
        }
    }
}

/// A trace that was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trace {
    /// What of.
    pub kind: TraceKind,
    /// Where, as a pattern.
    pub place: String,
    /// How many.
    pub count: u64,
}

/// When what stands at a path is a trace.
#[derive(Clone, Copy)]
enum When {
    /// It is a file with something in it.
    Filled,
    /// It says one of these.
    Says(&'static [&'static str]),
}

struct Sign(TraceKind, &'static str, When);

/// In a system.
const SYSTEM: &[Sign] = &[
    Sign(TraceKind::HostKeys, "/etc/ssh/ssh_host_*_key", When::Filled),
    Sign(TraceKind::Wifi, "/etc/NetworkManager/system-connections/*", When::Says(&["[wifi]", "type=wifi"])),
    Sign(TraceKind::Wifi, "/etc/wpa_supplicant/*.conf", When::Says(&["network="])),
    Sign(TraceKind::Wifi, "/etc/netplan/*.yaml", When::Says(&["wifis:"])),
    Sign(TraceKind::Wifi, "/var/lib/iwd/*.psk", When::Filled),
    Sign(TraceKind::Logs, "/var/log/journal/*/*.journal", When::Filled),
    Sign(TraceKind::Logs, "/var/log/auth.log", When::Filled),
    Sign(TraceKind::Logs, "/var/log/syslog", When::Filled),
    Sign(TraceKind::Mail, "/var/mail/*", When::Filled),
    Sign(TraceKind::Mail, "/var/spool/mail/*", When::Filled),
];

/// Folders of a system that may be on a partition of their own.
const APART: [&str; 2] = ["/var", "/var/log"];

/// In the folder of a person, behind what that is called.
const HOME: &[Sign] = &[
    Sign(TraceKind::History, "/.bash_history", When::Filled),
    Sign(TraceKind::History, "/.zsh_history", When::Filled),
    Sign(TraceKind::History, "/.python_history", When::Filled),
    Sign(TraceKind::History, "/.local/share/fish/fish_history", When::Filled),
    Sign(TraceKind::Logins, "/.mozilla/firefox/*/logins.json", When::Filled),
    Sign(TraceKind::Logins, "/snap/firefox/common/.mozilla/firefox/*/logins.json", When::Filled),
    Sign(TraceKind::Logins, "/.config/google-chrome/*/Login Data", When::Filled),
    Sign(TraceKind::Logins, "/.config/chromium/*/Login Data", When::Filled),
    Sign(TraceKind::Logins, "/.config/microsoft-edge/*/Login Data", When::Filled),
    Sign(TraceKind::Logins, "/.config/BraveSoftware/Brave-Browser/*/Login Data", When::Filled),
    Sign(TraceKind::Mail, "/.thunderbird/*/prefs.js", When::Filled),
    Sign(TraceKind::Keys, "/.ssh/id_*", When::Filled),
    Sign(TraceKind::Keys, "/.ssh/authorized_keys", When::Filled),
];

/// Where a Windows, the one before it, or the folders of its people alone stand.
const WINDOWS_ROOTS: [&str; 2] = ["", "/Windows.old"];
/// On Windows, behind where it stands.
const WINDOWS: &[Sign] = &[
    Sign(TraceKind::Wifi, "/ProgramData/Microsoft/Wlansvc/Profiles/Interfaces/*/*.xml", When::Filled),
    Sign(TraceKind::Logins, "/Users/*/AppData/Local/Google/Chrome/User Data/*/Login Data", When::Filled),
    Sign(TraceKind::Logins, "/Users/*/AppData/Local/Microsoft/Edge/User Data/*/Login Data", When::Filled),
    Sign(TraceKind::Logins, "/Users/*/AppData/Roaming/Mozilla/Firefox/Profiles/*/logins.json", When::Filled),
    Sign(TraceKind::Mail, "/Users/*/AppData/Roaming/Thunderbird/Profiles/*/prefs.js", When::Filled),
    Sign(TraceKind::Keys, "/Users/*/.ssh/id_*", When::Filled),
];

/// Folders that every Windows has, in small letters.
const EVERYBODYS: [&str; 5] = ["default", "public", "all users", "default user", "defaultuser0"];

/// Looks for traces. Errors: the medium; `InvalidData` where something is not understood.
pub fn traces(tree: &mut dyn FileTree) -> io::Result<Vec<Trace>> {
    let mut found = Vec::new();
    let mut look = |tree: &mut dyn FileTree, sign: &Sign, before: &str| -> io::Result<()> {
        let place = format!("{before}{}", sign.1);
        let mut count = 0;
        for path in matching(tree, &place)? {
            count += u64::from(holds(tree, &path, sign.2)?);
        }
        if count > 0 {
            found.push(Trace { kind: sign.0, place, count });
        }
        Ok(())
    };
    for root in WINDOWS_ROOTS {
        WINDOWS.iter().try_for_each(|sign| look(tree, sign, root))?;
    }
    let is_windows = tree.look(WINDOWS_SYSTEM)? == Some(Node::Folder);
    let is_system = tree.look("/etc")? == Some(Node::Folder);
    // A partition without a system of its own may be the one that people's folders, or somebody's own, or logs are on.
    let homes: &[&str] = match (is_system, is_windows) {
        (true, _) => &["/root", "/home/*"],
        (false, true) => &[],
        (false, false) => &["", "/*", "/home/*"],
    };
    if is_system {
        SYSTEM.iter().try_for_each(|sign| look(tree, sign, ""))?;
    } else if !is_windows {
        for apart in APART {
            let below = |sign: &Sign| Some(Sign(sign.0, sign.1.strip_prefix(apart)?, sign.2));
            SYSTEM.iter().filter_map(below).try_for_each(|sign| look(tree, &sign, ""))?;
        }
    }
    for home in homes {
        HOME.iter().try_for_each(|sign| look(tree, sign, home))?;
    }
    for root in WINDOWS_ROOTS {
        found.extend(profiles(tree, root)?);
    }
    if is_system {
        found.extend(machine_id(tree)?);
        found.extend(accounts(tree)?);
    }
    Ok(found)
}

fn holds(tree: &mut dyn FileTree, path: &str, when: When) -> io::Result<bool> {
    Ok(match (when, tree.look(path)?) {
        (_, None | Some(Node::Folder)) => false,
        (When::Filled, Some(Node::File { length })) => length > 0,
        (When::Says(words), Some(Node::File { .. })) => {
            // A file that cannot be read may say anything.
            let text = tree.read(path, MOST)?;
            text.is_none_or(|text| words.iter().any(|word| String::from_utf8_lossy(&text).contains(word)))
        }
    })
}

/// What a file says; nothing where there is none. Errors: `InvalidData` where there is one that cannot be read.
fn text(tree: &mut dyn FileTree, path: &str) -> io::Result<String> {
    if !matches!(tree.look(path)?, Some(Node::File { .. })) {
        return Ok(String::new());
    }
    let raw = tree.read(path, MOST)?.ok_or(io::ErrorKind::InvalidData)?;
    Ok(String::from_utf8_lossy(&raw).into_owned())
}

fn machine_id(tree: &mut dyn FileTree) -> io::Result<Option<Trace>> {
    let place = "/etc/machine-id";
    let id = text(tree, place)?;
    let is_set = !id.trim().is_empty() && id.trim() != "uninitialized";
    Ok(is_set.then(|| Trace { kind: TraceKind::MachineId, place: place.to_owned(), count: 1 }))
}

/// Accounts of people beyond one.
fn accounts(tree: &mut dyn FileTree) -> io::Result<Option<Trace>> {
    let place = "/etc/passwd";
    let is_person = |line: &&str| {
        line.split(':')
            .nth(2)
            .and_then(|number| number.parse().ok())
            .is_some_and(|number: u32| PEOPLE.contains(&number))
    };
    let people = text(tree, place)?.lines().filter(is_person).count() as u64;
    Ok((people > 1).then(|| Trace { kind: TraceKind::Accounts, place: place.to_owned(), count: people }))
}

fn profiles(tree: &mut dyn FileTree, root: &str) -> io::Result<Option<Trace>> {
    let mut count = 0;
    for name in tree.names(&format!("{root}/Users"))? {
        let is_folder = tree.look(&format!("{root}/Users/{name}"))? == Some(Node::Folder);
        count += u64::from(is_folder && !EVERYBODYS.contains(&name.to_lowercase().as_str()));
    }
    Ok((count > 0).then(|| Trace { kind: TraceKind::Profiles, place: format!("{root}/Users/*"), count }))
}

#[cfg(test)]
mod tests {
    use super::super::file_tree::MadeUpTree;
    use super::*;

    fn found(files: &[(&str, &str)]) -> Vec<(TraceKind, String, u64)> {
        let files = files.iter().map(|(path, text)| ((*path).to_owned(), text.as_bytes().to_vec()));
        let found = traces(&mut MadeUpTree(files.collect())).expect("in memory");
        found.into_iter().map(|trace| (trace.kind, trace.place, trace.count)).collect()
    }

    #[test]
    fn what_a_system_has_of_somebody_is_told_by_pattern_and_count() {
        let clean = [
            ("/etc/machine-id", ""),
            ("/etc/passwd", "root:x:0:0::/root:/bin/sh\nhocsinh:x:1000:1000::/home/hocsinh:/bin/sh\n"),
            ("/etc/NetworkManager/system-connections/Wired", "[connection]\ntype=ethernet\n"),
            ("/home/hocsinh/.bash_history", ""),
            ("/var/log/syslog", ""),
        ];
        assert_eq!(found(&clean), []);
        let worn = [
            ("/etc/machine-id", "0123\n"),
            ("/etc/passwd", "a:x:1000:\nb:x:1001:\nnobody:x:65534:\n"),
            ("/etc/ssh/ssh_host_rsa_key", "x"),
            ("/etc/ssh/ssh_host_ed25519_key", "x"),
            ("/etc/NetworkManager/system-connections/Nha", "[connection]\ntype=wifi\n"),
            ("/home/a/.bash_history", "ls\n"),
            ("/home/b/.bash_history", "ls\n"),
            ("/root/.mozilla/firefox/x.default/logins.json", "{}"),
        ];
        let place = |kind, place: &str, count| (kind, place.to_owned(), count);
        assert_eq!(
            found(&worn),
            [
                place(TraceKind::HostKeys, "/etc/ssh/ssh_host_*_key", 2),
                place(TraceKind::Wifi, "/etc/NetworkManager/system-connections/*", 1),
                place(TraceKind::Logins, "/root/.mozilla/firefox/*/logins.json", 1),
                place(TraceKind::History, "/home/*/.bash_history", 2),
                place(TraceKind::MachineId, "/etc/machine-id", 1),
                place(TraceKind::Accounts, "/etc/passwd", 2),
            ]
        );
        assert_eq!(found(&[("/nam/.zsh_history", "x")]), [place(TraceKind::History, "/*/.zsh_history", 1)]);
    }

    #[test]
    fn on_windows_people_are_counted_and_what_every_windows_has_is_nobodys() {
        let system = ("/Windows/System32/ntdll.dll", "x");
        assert_eq!(
            found(&[system, ("/Users/Default/x", "x"), ("/Users/Public/x", "x"), ("/Users/desktop.ini", "x")]),
            []
        );
        let worn = found(&[
            system,
            ("/Users/Nam/x", "x"),
            ("/ProgramData/Microsoft/Wlansvc/Profiles/Interfaces/{1}/{2}.xml", "x"),
        ]);
        let kinds: Vec<TraceKind> = worn.iter().map(|(kind, _, _)| *kind).collect();
        assert_eq!(kinds, [TraceKind::Wifi, TraceKind::Profiles]);
        let old = found(&[system, ("/Windows.old/Users/Nam/x", "x"), ("/Windows.old/Users/Public/x", "x")]);
        assert_eq!(old, [(TraceKind::Profiles, "/Windows.old/Users/*".to_owned(), 1)]);
    }

    #[test]
    fn a_partition_without_a_system_may_be_part_of_one() {
        let place = |kind, place: &str| vec![(kind, place.to_owned(), 1)];
        for (file, seen) in [
            ("/Users/Nam/Desktop/a.txt", place(TraceKind::Profiles, "/Users/*")),
            ("/log/journal/0123/system.journal", place(TraceKind::Logs, "/log/journal/*/*.journal")),
            ("/journal/0123/system.journal", place(TraceKind::Logs, "/journal/*/*.journal")),
            ("/spool/mail/nam", place(TraceKind::Mail, "/spool/mail/*")),
            ("/lib/iwd/Nha.psk", place(TraceKind::Wifi, "/lib/iwd/*.psk")),
            ("/.bash_history", place(TraceKind::History, "/.bash_history")),
            ("/home/nam/.bash_history", place(TraceKind::History, "/home/*/.bash_history")),
        ] {
            assert_eq!(found(&[(file, "x")]), seen, "{file}");
        }
        assert_eq!(found(&[("/boot/grub/grub.cfg", "x"), ("/lib/modules/x", "x")]), []);
    }

    /// Files whose content is kept in a way that nobody reads.
    struct Locked(MadeUpTree);

    impl FileTree for Locked {
        fn names(&mut self, path: &str) -> io::Result<Vec<String>> {
            self.0.names(path)
        }

        fn look(&mut self, path: &str) -> io::Result<Option<Node>> {
            self.0.look(path)
        }

        fn read(&mut self, _path: &str, _most: u64) -> io::Result<Option<Vec<u8>>> {
            Ok(None)
        }
    }

    #[test]
    fn a_list_that_cannot_be_read_is_not_taken_for_an_empty_one() {
        for path in ["/etc/passwd", "/etc/machine-id"] {
            let mut tree = Locked(MadeUpTree([(path.to_owned(), vec![b'x'])].into()));
            let error = traces(&mut tree).expect_err(path);
            assert_eq!(error.kind(), io::ErrorKind::InvalidData);
        }
        let mut none = Locked(MadeUpTree([("/etc/hosts".to_owned(), vec![b'x'])].into()));
        assert_eq!(traces(&mut none).expect("there is no list"), []);
    }
}
