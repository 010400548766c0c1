//! What is mounted and swapped on, in the kernel's own words: `/proc/*/mountinfo` and `/proc/swaps`.
//!
//! Invariant: processes that vanish while they are read are skipped; this process's own list must be readable.

#![expect(clippy::disallowed_methods, reason = "reading procfs is what this file is for")]

use super::block_tree::{at, entries};
use super::dev_no::DevNo;
use std::collections::BTreeSet;
use std::ffi::OsString;
use std::io;
use std::os::unix::ffi::OsStringExt;
use std::path::{Path, PathBuf};

/// One line of mountinfo.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Mount {
    /// Device number of the file system.
    pub(super) dev: DevNo,
    /// Where, as the process sees it.
    pub(super) point: PathBuf,
    /// What it says it was mounted from: a device, a network place, a word.
    pub(super) source: PathBuf,
    /// Folders that an overlay is made of.
    pub(super) layers: Vec<PathBuf>,
    /// Whether nothing may be written there.
    pub(super) read_only: bool,
}

/// Everything mounted.
#[derive(Clone, Debug, Default)]
pub(super) struct Mounts {
    /// As this process sees it, in the order of mounting.
    pub(super) own: Vec<Mount>,
    /// As the first process sees it: the same except in a container or a namespace.
    pub(super) first: Vec<Mount>,
    /// As any visible process sees it, without repetition.
    pub(super) all: BTreeSet<Mount>,
}

impl Mounts {
    /// Reads every `proc/*/mountinfo` below `root`.
    pub(super) fn read(root: &Path) -> io::Result<Self> {
        let proc = root.join("proc");
        let own_path = proc.join("self/mountinfo");
        let own = parse(&std::fs::read(&own_path).map_err(|error| at(&own_path, &error))?);
        let mut mounts = Self { all: own.iter().cloned().collect(), own, first: Vec::new() };
        let mut seen = BTreeSet::new();
        for id in entries(&proc).map_err(|error| at(&proc, &error))? {
            if !id.bytes().all(|byte| byte.is_ascii_digit()) {
                continue;
            }
            // Processes of one namespace share one list; where the link may not be read, the list is read again.
            let namespace = std::fs::read_link(proc.join(&id).join("ns/mnt")).ok();
            if id != "1" && namespace.is_some_and(|link| !seen.insert(link)) {
                continue;
            }
            let Ok(text) = std::fs::read(proc.join(&id).join("mountinfo")) else { continue };
            let list = parse(&text);
            mounts.all.extend(list.iter().cloned());
            if id == "1" {
                mounts.first = list;
            }
        }
        Ok(mounts)
    }

    /// The mount that `path` (absolute, without links) lies on, as this process sees it.
    pub(super) fn over(&self, path: &Path) -> Option<&Mount> {
        // The last of equally deep mounts covers the earlier ones; `max_by_key` gives the last.
        self.own.iter().filter(|mount| path.starts_with(&mount.point)).max_by_key(|mount| mount.point.as_os_str().len())
    }
}

/// What is swapped on: block devices and files. Empty on a kernel without swap.
pub(super) fn swaps(root: &Path) -> Vec<PathBuf> {
    let text = std::fs::read(root.join("proc/swaps")).unwrap_or_default();
    let lines = text.split(|byte| *byte == b'\n').skip(1);
    lines.filter_map(|line| line.split(u8::is_ascii_whitespace).find(|word| !word.is_empty()).map(unescape)).collect()
}

fn parse(text: &[u8]) -> Vec<Mount> {
    text.split(|byte| *byte == b'\n').filter_map(parse_line).collect()
}

/// Source: `proc_pid_mountinfo(5)`: id, parent, major:minor, root, mount point, options, optional fields, `-`, type,
/// source, super options.
fn parse_line(line: &[u8]) -> Option<Mount> {
    let words: Vec<&[u8]> = line.split(|byte| *byte == b' ').collect();
    let dev = std::str::from_utf8(words.get(2)?).ok()?.parse().ok()?;
    let dash = words.iter().skip(6).position(|word| *word == b"-")? + 6;
    let overlay = *words.get(dash + 1)? == b"overlay";
    let options = words.get(dash + 3).copied().unwrap_or_default();
    Some(Mount {
        dev,
        point: unescape(words.get(4)?),
        source: unescape(words.get(dash + 2)?),
        layers: if overlay { layers(options) } else { Vec::new() },
        read_only: [*words.get(5)?, options]
            .iter()
            .any(|list| list.split(|byte| *byte == b',').any(|one| one == b"ro")),
    })
}

fn layers(options: &[u8]) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for option in options.split(|byte| *byte == b',') {
        for name in [b"lowerdir=".as_slice(), b"lowerdir+=", b"datadir+=", b"upperdir="] {
            if let Some(folders) = option.strip_prefix(name) {
                found.extend(folders.split(|byte| *byte == b':').filter(|f| !f.is_empty()).map(unescape));
            }
        }
    }
    found
}

/// The kernel writes space, tab, newline and backslash as three octal digits.
fn unescape(word: &[u8]) -> PathBuf {
    let mut bytes = Vec::with_capacity(word.len());
    let mut rest = word;
    while let Some((&first, more)) = rest.split_first() {
        let code = (first == b'\\').then(|| more.get(..3)).flatten();
        let octal = code.and_then(|code| u8::from_str_radix(std::str::from_utf8(code).ok()?, 8).ok());
        bytes.push(octal.unwrap_or(first));
        rest = if octal.is_some() { more.get(3..).unwrap_or_default() } else { more };
    }
    PathBuf::from(OsString::from_vec(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_read_with_optional_fields_escapes_and_overlay_layers() {
        let text =
            b"36 35 98:0 /mnt1 /mnt/my\\040disk rw,noatime master:1 shared:2 - ext3 /dev/root rw,errors=continue\n\
            40 1 0:30 / / rw - overlay overlay rw,lowerdir=/a:/b,upperdir=/c,workdir=/d\nrubbish\n";
        let mounts = parse(text);
        assert_eq!(mounts.len(), 2);
        assert_eq!(mounts[0].dev, "98:0".parse().expect("good number"));
        assert_eq!(mounts[0].point, Path::new("/mnt/my disk"));
        assert_eq!(mounts[0].source, Path::new("/dev/root"));
        assert!(mounts[0].layers.is_empty());
        assert_eq!(mounts[1].layers, ["/a", "/b", "/c"].map(PathBuf::from));
    }

    #[test]
    fn the_deepest_and_latest_mount_is_the_one_over_a_path() {
        let text = b"1 0 8:1 / / rw - ext4 /dev/sda1 rw\n2 1 8:2 / /data rw - ext4 /dev/sda2 rw\n\
            3 1 8:3 / /data rw - ext4 /dev/sda3 rw\n";
        let mounts = Mounts { own: parse(text), ..Mounts::default() };
        let dev = |path: &str| mounts.over(Path::new(path)).map(|mount| mount.dev.to_string());
        assert_eq!(dev("/data/x").as_deref(), Some("8:3"));
        assert_eq!(dev("/database").as_deref(), Some("8:1"));
    }
}
