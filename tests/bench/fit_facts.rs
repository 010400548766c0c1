//! What the ledger says of fitting, and what the rules and the folds make of it.

use super::custody::Step;
use super::golden;
use super::ledger_rig::{Walk, image_ended, image_started, job, key, wipe_started};
use aoxanh::event::Event;
use aoxanh::event::image::{FitResult, FitStep, ImageFitted, SettingLeft};
use aoxanh::unit::Digest;

pub(crate) fn image_fitted(number: u8, serial: &str, started: Digest, result: FitResult) -> ImageFitted {
    let done = if result == FitResult::NothingToDo { Vec::new() } else { vec![FitStep::TableMoved] };
    ImageFitted { job: job(number), started, key: key(serial), result, done, left: Vec::new(), program: "0".to_owned() }
}

/// Every word of its lists.
pub(crate) fn golden() -> Vec<Event> {
    use FitStep as S;
    use SettingLeft as L;
    let fitted = ImageFitted {
        job: golden::job(),
        started: golden::digest(0x77),
        key: "k".to_owned(),
        result: FitResult::Fitted,
        done: vec![
            S::TableMoved,
            S::IdsRenewed,
            S::PartitionGrown,
            S::SystemGrown,
            S::HostnameSet,
            S::LocaleSet,
            S::TimeZoneSet,
            S::KeyboardSet,
            S::UserAdded,
            S::PasswordSet,
            S::WifiSet,
            S::DnsSet,
            S::WelcomePut,
            S::BootFound,
        ],
        left: vec![L::Hostname, L::Locale, L::TimeZone, L::Keyboard, L::User, L::Password, L::Wifi, L::Dns, L::Welcome],
        program: "0.1.0".to_owned(),
    };
    let bare = |result| ImageFitted { result, done: Vec::new(), left: Vec::new(), ..fitted.clone() };
    let files = ImageFitted { done: vec![S::FilesPut], left: Vec::new(), ..fitted.clone() };
    let others = [bare(FitResult::NotFitted), bare(FitResult::NothingToDo), files];
    [vec![golden::about(fitted.clone())], others.map(golden::about).into()].concat()
}

/// A walk whose disk S holds an image written by job 5, and the start of that write.
fn written() -> (Walk, Digest) {
    let mut walk = Walk::ready();
    let started = walk.goes(Some(1), image_started(5, "S"));
    walk.goes(Some(1), image_ended(5, "S", started));
    (walk, started)
}

/// For the rule of fitting: walks, and the step that it refuses after each.
pub(crate) fn refusals() -> Vec<(&'static str, Walk, Step)> {
    let (walk, started) = written();
    let step = |fitted: ImageFitted| (Some(1), fitted.into());
    let mut unended = Walk::ready();
    let begun = unended.goes(Some(1), image_started(5, "S"));
    let mut wiped_again = walk.clone();
    wiped_again.goes(Some(1), wipe_started(6, "S"));
    let empty = ImageFitted { done: Vec::new(), ..image_fitted(5, "S", started, FitResult::Fitted) };
    let full = ImageFitted { result: FitResult::NothingToDo, ..image_fitted(5, "S", started, FitResult::Fitted) };
    vec![
        ("fit-written", unended, step(image_fitted(5, "S", begun, FitResult::Fitted))),
        ("fit-written", wiped_again, step(image_fitted(5, "S", started, FitResult::Fitted))),
        ("fit-written", walk.clone(), step(image_fitted(6, "S", started, FitResult::Fitted))),
        ("fit-written", walk.clone(), step(image_fitted(5, "S", Digest::ZERO, FitResult::NotFitted))),
        ("fit-written", walk.clone(), step(empty)),
        ("fit-written", walk, step(full)),
    ]
}

#[test]
fn a_device_shows_what_the_last_fitting_came_to_until_its_disk_is_written_again() {
    let (mut walk, started) = written();
    let fitted = |walk: &mut Walk| walk.device(1).expect("ready").disks[&key("S")].fitted;
    assert_eq!(fitted(&mut walk), None);
    for result in [FitResult::NotFitted, FitResult::Fitted, FitResult::NothingToDo] {
        let stage = walk.device(1).expect("ready").stage();
        walk.goes(Some(1), image_fitted(5, "S", started, result));
        assert_eq!((fitted(&mut walk), walk.device(1).expect("ready").stage()), (Some(result), stage));
    }
    walk.goes(Some(1), wipe_started(6, "S"));
    assert_eq!(fitted(&mut walk), None);
    // What comes late, of a write that is no more, says nothing.
    walk.folds(Some(1), image_fitted(5, "S", started, FitResult::Fitted));
    assert_eq!(fitted(&mut walk), None);
}
