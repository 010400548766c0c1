//! Other people's programs look at what practice made: `e2fsck`, `debugfs` and `sha256sum` at the written system,
//! `zbarimg` at the tag.

#![expect(clippy::disallowed_methods, reason = "practice: a folder for the files read back is made here")]

use crate::cli::Out;
use crate::imaging::Manifest;
use crate::linux::{ToolAnswer, tool};
use crate::port::{Failure, Trouble};
use crate::unit::Bytes;
use crate::word::say;
use std::ffi::{OsStr, OsString};
use std::fs;
use std::path::Path;

fn good(name: &str, answer: ToolAnswer) -> Result<String, Failure> {
    match answer.code {
        Some(0) => Ok(answer.out),
        Some(_) | None => {
            Err(Failure::new(Trouble::No, say!("tool-failed", tool = name)).because(answer.complaint + &answer.out))
        }
    }
}

/// Checks the file system on the written disk and every file in it against the list of digests.
pub(super) fn examine(
    backing: &Path,
    manifest: &Manifest,
    sums: &Path,
    into: &Path,
    out: &mut Out<'_>,
) -> Result<(), Failure> {
    let offset = manifest.partition_offset.unwrap_or(Bytes::ZERO);
    let mut system: OsString = backing.as_os_str().to_owned();
    system.push(format!("?offset={}", offset.0));
    good("e2fsck", tool("e2fsck", &[OsStr::new("-f"), OsStr::new("-n"), &system])?)?;
    out.object("e2fsck", serde_json::json!({ "clean": true, "offset": offset }))?;
    out.say(&say!("practice-e2fsck"))?;
    fs::create_dir_all(into).map_err(|error| {
        Failure::new(Trouble::Io, say!("file-unwritable", file = into.display().to_string())).because(error)
    })?;
    let request = format!("rdump / \"{}\"", into.display());
    good("debugfs", tool("debugfs", &[OsStr::new("-R"), OsStr::new(&request), &system])?)?;
    let check = r#"cd "$1" && sha256sum --check --strict --quiet "$2" && wc -l < "$2""#;
    let args = [OsStr::new("-c"), OsStr::new(check), OsStr::new("sh"), into.as_os_str(), sums.as_os_str()];
    let count = good("sha256sum", tool("sh", &args)?)?;
    out.object("files", serde_json::json!({ "alike": count.trim(), "folder": into }))?;
    out.say(&say!("practice-files", count = count.trim(), folder = into.display().to_string()))
}

/// A decoder of other people reads the tag, where one is installed.
pub(super) fn scan(picture: &Path, out: &mut Out<'_>) -> Result<(), Failure> {
    match tool("zbarimg", &[OsStr::new("--raw"), OsStr::new("--quiet"), picture.as_os_str()]) {
        Ok(answer) => {
            let text = good("zbarimg", answer)?;
            out.object("zbarimg", serde_json::json!({ "text": text.trim() }))?;
            out.say(&say!("practice-zbarimg", text = text.trim()))
        }
        Err(missing) => {
            out.object("zbarimg", serde_json::json!({ "text": null, "why": missing.to_string() }))?;
            out.say(&say!("practice-zbarimg-missing"))
        }
    }
}
