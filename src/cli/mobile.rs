//! `aoxanh mobile`: the tablets and phones on the cable, each with what to do next.

use super::out::Out;
use crate::port::Failure;
use crate::word::say;
use crate::workbench::{Bench, mobiles_view};
use serde_json::json;

/// Lists them. Errors: the list of makers' settings cannot be read.
pub(super) fn run_mobile(bench: &Bench<'_>, out: &mut Out<'_>) -> Result<(), Failure> {
    let view = mobiles_view(bench, out.words().lang())?;
    for line in &view.lines {
        let mobile = &line.mobile;
        let next = out.words().say(&line.next);
        out.object(
            "mobile",
            json!({
                "name": mobile.name, "state": mobile.state.word(), "port": mobile.port, "maker": mobile.maker,
                "model": mobile.model, "serial": mobile.serial, "next": next,
            }),
        )?;
        out.say(&say!("mobile-line", what = line.title(), name = mobile.name.as_str(), state = line.state()))?;
        out.say(&say!("mobile-line-next", next = line.next.clone()))?;
    }
    if let Some(report) = &view.adb {
        for line in report.lines.iter().cloned().chain(report.hint.clone()) {
            out.say(&say!("mobile-no-adb", what = line))?;
        }
    }
    if view.lines.is_empty() {
        out.say(&say!("mobile-nobody"))?;
    }
    Ok(())
}
