//! The verb `disk self-test`.

use super::args_disk::SelfTestArgs;
use super::out::Out;
use crate::port::{Failure, Trouble};
use crate::word::say;
use crate::workbench::{self, Bench, TestOrder, Tested};
use serde_json::json;

/// Has a disk test itself and follows it. Errors: it failed the test, or could not be tested.
pub(super) fn run_self_test(
    args: &SelfTestArgs,
    bench: &Bench<'_>,
    out: &mut Out<'_>,
    cancel: &dyn Fn() -> bool,
) -> Result<(), Failure> {
    let order = TestOrder { disk: args.disk.clone(), long: args.long, look: args.look };
    let tested = workbench::self_test(bench, &order, cancel, &mut |said| out.progress(said, false))?;
    let disk = args.disk.as_str();
    let (state, left, said) = match &tested {
        Tested::Running(left) => ("running", Some(*left), None),
        Tested::Passed => ("passed", None, None),
        Tested::Failed(said) => ("failed", None, Some(said)),
        Tested::NoResult => ("no_result", None, None),
    };
    out.object("self_test", json!({ "disk": disk, "state": state, "percent_left": left, "said": said }))?;
    match tested {
        Tested::Running(left) => out.say(&say!("self-test-left", disk = disk, left = left)),
        Tested::Passed => out.say(&say!("self-test-passed", disk = disk)),
        Tested::NoResult => out.say(&say!("self-test-none", disk = disk)),
        Tested::Failed(said) => {
            let failed = Failure::new(Trouble::No, say!("self-test-failed", disk = disk));
            Err(failed.because(said).hint(say!("self-test-failed-hint")))
        }
    }
}
