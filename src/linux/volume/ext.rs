//! ext2, ext3, ext4 by `e2fsck`, `resize2fs` and `debugfs`.
//!
//! Invariants: a file is replaced through another one beside the root: it is written whole there and named after the path it is
//! for before the old one goes, so that whenever this is killed one of the two is whole and [`Volume::check`] puts it in its
//! place; nothing is left of that afterwards.

use super::super::tool::ToolAnswer;
use super::place::{Place, failed, good, in_memory, is_banner};
use crate::device::Bus;
use crate::imaging::{Inside, Placed};
use crate::port::{Failure, Trouble, Volume};
use crate::unit::Bytes;
use crate::word::say;
use std::ffi::OsStr;

/// What `debugfs` answers about a path where nothing stands.
const NOT_FOUND: &str = "File not found by ext2_lookup";
/// A new file beside the root, before it stands where it belongs.
const NEW: &str = ".aoxanh-new";
/// The path that it belongs to, twice, each in a line of its own.
const PATH: &str = ".aoxanh-path";
/// `debugfs` makes and takes away names only in the folder that it stands in.
const AT_ROOT: &str = "cd /";

/// ext2, ext3, ext4.
pub(super) struct Ext(pub(super) Place);

impl Ext {
    /// One request to `debugfs`. Errors: it complained of anything, unless `may_miss` and nothing stands there.
    fn ask(&self, request: &str, may_miss: bool) -> Result<Option<String>, Failure> {
        let answer = self.0.run("debugfs", &["-R", request], "?offset=", &[])?;
        if may_miss && answer.complaint.contains(NOT_FOUND) {
            return Ok(None);
        }
        heard(&answer).map(Some)
    }

    fn write(&self, requests: &[String]) -> Result<(), Failure> {
        let list = in_memory(requests.join("\n").as_bytes())?;
        let answer = self.0.run("debugfs", &["-w", "-f", &list.1], "?offset=", &[])?;
        heard(&answer).map(drop)
    }

    /// The number of what stands at that path.
    fn inode(&self, path: &str) -> Result<Option<String>, Failure> {
        let stat = self.ask(&format!("stat \"{path}\""), true)?;
        Ok(stat.and_then(|stat| word(&stat, "Inode:").map(str::to_owned)))
    }

    /// What stands at that path. What is no text in UTF-8 has other letters in place of what it has.
    fn seen(&self, path: &str) -> Result<Option<Inside>, Failure> {
        let Some(stat) = self.ask(&format!("stat \"{path}\""), true)? else { return Ok(None) };
        let odd = || Failure::new(Trouble::No, say!("volume-odd", path = path)).because(&stat);
        let id = |name| word(&stat, name).and_then(|id| id.parse().ok());
        let owner = id("User:").zip(id("Group:")).ok_or_else(odd)?;
        let mode = word(&stat, "Mode:").and_then(|mode| u32::from_str_radix(mode, 8).ok()).ok_or_else(odd)?;
        match word(&stat, "Type:") {
            Some("regular") => {
                let text = self.ask(&format!("cat \"{path}\""), false)?.unwrap_or_default();
                Ok(Some(Inside::File { text, mode, owner }))
            }
            Some("directory") => Ok(Some(Inside::Folder { mode, owner })),
            Some("symlink") => {
                let to = stat.split("Fast link dest: \"").nth(1).and_then(|rest| rest.split('"').next());
                Ok(Some(Inside::Link { to: to.ok_or_else(odd)?.to_owned() }))
            }
            Some(_) | None => Err(odd()),
        }
    }

    /// Puts a file in place of what stands there, if anything.
    fn replace(&self, path: &str, text: &str, mode: u32, owner: (u32, u32), stands: bool) -> Result<(), Failure> {
        let new = in_memory(text.as_bytes())?;
        let mut requests = vec![AT_ROOT.to_owned(), format!("write \"{}\" \"{NEW}\"", new.1)];
        requests.extend(owned(NEW, 0o100_000 | mode, owner));
        self.write(&requests)?;
        // Each of these is on the medium before the next one begins: debugfs flushes when it ends.
        let named = in_memory(format!("{path}\n{path}\n").as_bytes())?;
        self.write(&[AT_ROOT.to_owned(), format!("write \"{}\" \"{PATH}\"", named.1)])?;
        self.swap(path, stands)
    }

    /// The new file goes where it belongs.
    fn swap(&self, path: &str, stands: bool) -> Result<(), Failure> {
        let (folder, name) = parted(path);
        let mut requests = vec![format!("cd \"{folder}/\"")];
        requests.extend(stands.then(|| format!("rm \"{name}\"")));
        // Neither of the two counts links, so that together they move it.
        requests.extend([format!("ln \"/{NEW}\" \"{name}\""), AT_ROOT.to_owned()]);
        requests.extend([format!("unlink \"{NEW}\""), format!("rm \"{PATH}\"")]);
        self.write(&requests)
    }

    /// Goes on with a replacement that was stopped half-way. The links were counted just before.
    fn mend(&self) -> Result<(), Failure> {
        let (file, path_text) = (self.inode(&format!("/{NEW}"))?, self.ask(&format!("cat \"/{PATH}\""), true)?);
        let removed = |both: [bool; 2]| {
            let names = both[0].then_some(NEW).into_iter().chain(both[1].then_some(PATH));
            let requests = names.map(|name| format!("rm \"{name}\""));
            self.write(&std::iter::once(AT_ROOT.to_owned()).chain(requests).collect::<Vec<_>>())
        };
        match (file, &path_text, path_text.as_deref().and_then(twice)) {
            (None, None, _) => Ok(()),
            (Some(new), Some(_), Some(path)) => match self.inode(path)? {
                // It stands there already, under both names.
                Some(there) if there == new => removed([true, true]),
                there => self.swap(path, there.is_some()),
            },
            // Not whole, or not named yet, or in its place already: what it is for stands.
            (new, text, _) => removed([new.is_some(), text.is_some()]),
        }
    }
}

impl Volume for Ext {
    fn check(&mut self) -> Result<(), Failure> {
        let answer = self.0.run("e2fsck", &["-f", "-p"], "?offset=", &[])?;
        if !matches!(answer.code, Some(0 | 1)) {
            return Err(failed("e2fsck", &answer));
        }
        self.mend()
    }

    fn grow(&mut self, length: Bytes) -> Result<(), Failure> {
        let blocks = format!("{}K", length.0 / 1024);
        let answer = if self.0.disk.bus == Bus::File {
            // It would cut the file to the length of the file system, wherever that begins.
            self.0.alone(length, |file| self.0.disks.tools.run("resize2fs", &[file, OsStr::new(&blocks)]))?
        } else {
            self.0.run("resize2fs", &[], "?offset=", &[&blocks])?
        };
        good("resize2fs", answer).map(drop)
    }

    fn is_there(&mut self, path: &str) -> Result<bool, Failure> {
        Ok(self.inode(path)?.is_some())
    }

    fn look(&mut self, path: &str) -> Result<Option<Inside>, Failure> {
        let seen = self.seen(path)?;
        match &seen {
            // It would be written back as something else.
            Some(Inside::File { text, .. }) if text.contains(char::REPLACEMENT_CHARACTER) => {
                Err(Failure::new(Trouble::No, say!("volume-no-text", path = path)).hint(say!("volume-no-text-hint")))
            }
            _text => Ok(seen),
        }
    }

    fn put(&mut self, placed: &Placed) -> Result<(), Failure> {
        let path = placed.path.as_str();
        let there = self.seen(path)?;
        if there.as_ref() == Some(&placed.what) {
            return Ok(());
        }
        let (folder, name) = parted(path);
        let mut requests = vec![format!("cd \"{folder}/\"")];
        match &placed.what {
            Inside::File { text, mode, owner } => return self.replace(path, text, *mode, *owner, there.is_some()),
            Inside::Link { to } => {
                requests.extend(there.map(|_| format!("rm \"{name}\"")));
                requests.push(format!("symlink \"{name}\" \"{to}\""));
            }
            Inside::Folder { mode, owner } => {
                if !matches!(there, Some(Inside::Folder { .. })) {
                    requests.extend(there.map(|_| format!("rm \"{name}\"")));
                    requests.push(format!("mkdir \"{name}\""));
                }
                requests.extend(owned(name, 0o040_000 | mode, *owner));
            }
        }
        self.write(&requests)
    }
}

fn parted(path: &str) -> (&str, &str) {
    path.rsplit_once('/').unwrap_or(("", path))
}

fn owned(name: &str, mode: u32, (user, group): (u32, u32)) -> [String; 3] {
    let set = |field: &str, value: String| format!("sif \"{name}\" {field} {value}");
    [set("mode", format!("0{mode:o}")), set("uid", user.to_string()), set("gid", group.to_string())]
}

/// The path that stands in both lines.
fn twice(text: &str) -> Option<&str> {
    let (first, rest) = text.split_once('\n')?;
    (rest.strip_suffix('\n') == Some(first) && first.starts_with('/')).then_some(first)
}

/// What `debugfs` answered. Errors: it complained, which its exit code need not say.
fn heard(answer: &ToolAnswer) -> Result<String, Failure> {
    let quiet = answer.complaint.lines().all(|line| line.trim().is_empty() || is_banner("debugfs", line));
    if answer.code == Some(0) && quiet { Ok(answer.out.clone()) } else { Err(failed("debugfs", answer)) }
}

/// The word behind `name` in what `debugfs` says of a file.
fn word<'a>(stat: &'a str, name: &str) -> Option<&'a str> {
    stat.split(name).nth(1)?.split_whitespace().next()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_path_that_was_written_whole_is_believed() {
        assert_eq!(twice("/etc/passwd\n/etc/passwd\n"), Some("/etc/passwd"));
        for torn in ["", "\n\n", "/etc/passwd\n", "/etc/passwd\n/etc/pass", "/etc/passwd\n/etc/passwd", "/e\n/etc\n"] {
            assert_eq!(twice(torn), None, "{torn:?}");
        }
    }
}
