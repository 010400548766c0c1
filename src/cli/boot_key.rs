//! `aoxanh boot-keys`: which key makes a machine start from a stick.

use super::args_program::BootKeysArgs;
use super::out::Out;
use crate::port::{Failure, Trouble};
use crate::word::say;
use crate::workbench::{Bench, boot_key_card, boot_keys};
use serde_json::json;

/// Shows those that have the words, and writes the card of all where a file is named.
pub(super) fn run_boot_keys(args: &BootKeysArgs, bench: &Bench<'_>, out: &mut Out<'_>) -> Result<(), Failure> {
    let list = boot_keys(bench)?;
    if let Some(file) = &args.pdf {
        bench.files.write(file, &boot_key_card(bench, &list, out.words())?)?;
        let file = file.display().to_string();
        out.object("boot_key_card", json!({ "file": file }))?;
        return out.say(&say!("boot-card-written", file = file));
    }
    let found = list.with_words(&args.maker.join(" ")).machines;
    if found.is_empty() {
        return Err(Failure::new(Trouble::No, say!("boot-none")));
    }
    for one in &found {
        let note = one.note(out.words().lang()).map(str::to_owned);
        out.object(
            "boot_key",
            json!({ "maker": one.name, "lines": one.lines, "boot": one.boot, "setup": one.setup, "note": note }),
        )?;
        let [boot, setup] = one.keys();
        out.say(&say!("boot-line", machine = one.title(), boot = boot, setup = setup))?;
        if let Some(note) = note {
            out.say(&say!("boot-line-note", note = note))?;
        }
    }
    out.say(&say!("boot-steps"))
}
