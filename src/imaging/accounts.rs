//! The files of accounts of a Linux system, with one account more, or another password.
//!
//! Source: passwd(5), shadow(5), group(5). Invariants: whoever is there stays as he is; the list of accounts is put last, so
//! that an account that stands in it has everything else already, whenever a run was stopped.

use super::first_boot::Password;
use super::settings::{Inside, Look, Placed, Wish, asked};

/// The groups whose members may use what a machine has.
const GROUPS: [&str; 5] = ["audio", "video", "plugdev", "netdev", "bluetooth"];

/// The files of accounts as they are to be.
#[derive(Clone)]
pub(super) struct Accounts {
    /// With the account.
    pub(super) user: Vec<Placed>,
    /// With its password.
    pub(super) password: Vec<Placed>,
}

/// Nothing where the system keeps no accounts, or has none to set a password of.
pub(super) fn accounts<E>(wish: Wish<'_>, look: &mut dyn Look<E>) -> Result<Option<Accounts>, E> {
    let [passwd, shadow, group] = ["/etc/passwd", "/etc/shadow", "/etc/group"];
    let mut all = Vec::new();
    for path in [passwd, shadow, group] {
        let Some(Inside::File { text, mode, owner }) = look.file(path)? else { return Ok(None) };
        all.push((path, text.lines().map(str::to_owned).collect::<Vec<_>>(), mode, owner));
    }
    let number = |line: &String| line.split(':').nth(2).and_then(|id| id.parse::<u32>().ok());
    let named = |line: &String, name: &str| line.split(':').next() == Some(name);
    let own = asked(wish.first_boot.user.as_ref());
    let first = all[0].1.iter().find(|line| number(line) == Some(1000)).and_then(|line| line.split(':').next());
    let Some(name) = own.or(first).map(str::to_owned) else { return Ok(None) };
    let mut homes = Vec::new();
    if !all[0].1.iter().any(|line| named(line, &name)) {
        // A run that was stopped may have left the group, the hash and the home: they are gone on with.
        let begun = all[2].1.iter().find(|line| named(line, &name)).and_then(number);
        let users: Vec<u32> = all[0].1.iter().filter_map(number).collect();
        let groups: Vec<u32> = all[2].1.iter().filter_map(number).filter(|id| Some(*id) != begun).collect();
        let is_free = |id: &u32| !users.contains(id) && !groups.contains(id);
        let own = begun.filter(|id| (1000..60_000).contains(id) && is_free(id));
        let id = own.or_else(|| (1000..60_000).find(is_free)).unwrap_or(60_000);
        let group = begun.unwrap_or(id);
        all[0].1.push(format!("{name}:x:{id}:{group}:,,,:/home/{name}:/bin/bash"));
        if !all[1].1.iter().any(|line| named(line, &name)) {
            all[1].1.push(format!("{name}:!:0:0:99999:7:::"));
        }
        for line in all[2].1.iter_mut().filter(|line| GROUPS.iter().any(|group| named(line, group))) {
            let members = line.rsplit(':').next().unwrap_or_default();
            if !members.split(',').any(|member| member == name) {
                let comma = if members.is_empty() { "" } else { "," };
                *line = format!("{line}{comma}{name}");
            }
        }
        if begun.is_none() {
            all[2].1.push(format!("{name}:x:{id}:"));
        }
        let home = Inside::Folder { mode: 0o750, owner: (id, group) };
        homes.push(Placed { path: format!("/home/{name}"), what: home });
        for skeleton in [".profile", ".bashrc", ".bash_logout"] {
            if let Some(Inside::File { text, mode, .. }) = look.file(&format!("/etc/skel/{skeleton}"))? {
                let what = Inside::File { text, mode, owner: (id, group) };
                homes.push(Placed { path: format!("/home/{name}/{skeleton}"), what });
            }
        }
    }
    for line in all[1].1.iter_mut().filter(|line| named(line, &name)) {
        let changed = match wish.first_boot.password {
            Some(Password::None) => Some(format!("{name}::20000:0:99999:7:::")),
            // The day 0 asks for another one at the first use.
            Some(Password::OneTime) => wish.hash.map(|hash| format!("{name}:{hash}:0:0:99999:7:::")),
            Some(Password::Keep) | None => None,
        };
        if let Some(changed) = changed {
            *line = changed;
        }
    }
    let whole = |(path, lines, mode, owner): (&str, Vec<String>, u32, (u32, u32))| {
        let text = lines.join("\n") + "\n";
        Placed { path: path.to_owned(), what: Inside::File { text, mode, owner } }
    };
    let files: Vec<Placed> = all.into_iter().map(whole).collect();
    let password = vec![files[1].clone()];
    let rest = [files[2].clone(), files[1].clone()].into_iter().chain(homes);
    Ok(Some(Accounts { user: rest.chain([files[0].clone()]).collect(), password }))
}
