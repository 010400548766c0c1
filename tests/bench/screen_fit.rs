//! Fitting on the screen: what was left between a write and its fitting is the next step, and goes on with one key; the
//! password for one use is shown once; two machines written from one image share what is decoded.

use super::arming_rig::{Rig, disk, image_order, image_path};
use super::image_bench::give_stored;
use super::screen_people::{crew, wiped};
use super::screen_refusals_before::record;
use super::screen_rig::{Desk, SIZES};
use super::screen_shift::badge;
use aoxanh::event::Fact;
use aoxanh::event::image::{FitResult, ImageFitted, ImageStarted};
use aoxanh::job::{JobNews, Phase};
use aoxanh::unit::{Bytes, Secret};
use aoxanh::workbench::{
    Answer, ImageOrder, Input, JobOrder, Key, News, Standing, Step, image_source, interrupted, run_job,
};
use insta::assert_snapshot;

const SERIAL: &str = "wd-wx81a";

fn shown(desk: &Desk) -> String {
    desk.shown(80, 24)
}

/// A device whose image was written, and whose program was killed before it said that it was fitted.
fn cut() -> Desk {
    let mut desk = Desk::with_device();
    desk.rig.keep_image();
    wiped(&mut desk);
    desk.rig.loses_fit.set(true);
    desk.press(&[Key::Enter, Key::Enter, Key::Enter]);
    desk.type_text(SERIAL);
    desk.press(&[Key::Enter]);
    desk.rig.loses_fit.set(false);
    assert!(matches!(desk.rig.last(), Fact::ImageEnded(_)), "{:?}", desk.rig.last());
    desk.keys("r");
    desk
}

fn fitted(desk: &Desk) -> Vec<ImageFitted> {
    let fit = |fact| if let Fact::ImageFitted(fitted) = fact { Some(fitted) } else { None };
    desk.rig.events().into_iter().filter_map(|event| fit(event.fact)).collect()
}

#[test]
fn what_was_killed_before_the_fitting_is_the_next_step_and_goes_on_with_one_key() {
    let mut desk = cut();
    let step = desk.world.next_step().map(|rung| (rung.step, rung.standing.clone()));
    assert_eq!(step, Some((Step::Image, Standing::Next)), "{}", shown(&desk));
    for (columns, lines) in SIZES {
        assert_snapshot!(format!("fit-next-{columns}x{lines}"), desk.shown(columns, lines));
    }
    assert!(shown(&desk).contains("▶ cài      chỉnh ảnh cho vừa ổ  ← bấm Enter"), "{}", shown(&desk));
    desk.press(&[Key::Enter]);
    assert!(shown(&desk).contains("CHỈNH ảnh đã cài cho vừa ổ") && !shown(&desk).contains("sẽ mất"));
    for (columns, lines) in SIZES {
        assert_snapshot!(format!("arm-fit-{columns}x{lines}"), desk.shown(columns, lines));
    }
    desk.type_text("0000");
    desk.press(&[Key::Enter]);
    assert!(fitted(&desk).is_empty() && desk.stack.layers() == 1, "{}", shown(&desk));
    desk.type_text(SERIAL);
    desk.press(&[Key::Enter]);
    assert_eq!(fitted(&desk).iter().map(|fitted| fitted.result).collect::<Vec<_>>(), [FitResult::NothingToDo]);
    assert_eq!(desk.stack.layers(), 0, "{}", shown(&desk));
    assert!(shown(&desk).contains("không có gì phải chỉnh cho vừa ổ"), "{}", shown(&desk));
    assert_eq!(desk.world.next_step().map(|rung| rung.step), Some(Step::Check), "{}", shown(&desk));
    assert_eq!(desk.world.interrupted, 0);

    // It can be done once more by its own key, from the bench and from the device's page.
    for place in [Key::Function(2), Key::Function(4)] {
        desk.press(&[place, Key::Control('f')]);
        assert!(shown(&desk).contains("CHỈNH ảnh đã cài"), "{}", shown(&desk));
        desk.press(&[Key::Escape]);
    }
}

#[test]
fn it_is_listed_with_the_jobs_that_did_not_come_to_their_end_and_goes_on_from_there() {
    let mut desk = cut();
    assert_eq!(desk.world.interrupted, 1, "{}", shown(&desk));
    let listed = interrupted(&desk.rig.bench()).expect("reads");
    let one = listed.first().expect("one");
    assert_eq!((listed.len(), one.fit, one.percent(), one.image.as_deref()), (1, true, 100, Some("practice")));
    desk.keys("j");
    assert_snapshot!("unended-fit-80x24", shown(&desk));
    desk.press(&[Key::Escape, Key::Function(9)]);
    assert!(shown(&desk).contains("CHƯA chỉnh cho vừa ổ"), "{}", shown(&desk));
    desk.press(&[Key::Enter]);
    assert!(shown(&desk).contains("CHỈNH ảnh đã cài cho vừa ổ"), "{}", shown(&desk));
    desk.type_text(SERIAL);
    desk.press(&[Key::Enter]);
    assert_eq!((fitted(&desk).len(), desk.world.interrupted), (1, 0), "{}", shown(&desk));
    assert!(interrupted(&desk.rig.bench()).expect("reads").is_empty());
}

#[test]
fn while_somebody_fits_it_or_its_manifest_is_not_here_nothing_is_told_to_be_left() {
    let desk = cut();
    let started = desk.rig.events().into_iter().find_map(|event| {
        let Fact::ImageStarted(ImageStarted { job, .. }) = event.fact else { return None };
        Some(job)
    });
    let bench = desk.rig.bench();
    let lease = bench.leases.take(&started.expect("written")).expect("free").expect("nobody's");
    assert!(interrupted(&bench).expect("reads").is_empty());
    drop(lease);
    assert_eq!(interrupted(&bench).expect("reads").len(), 1);
    drop(bench);
    // What no manifest in the store asks for, nobody can go on with.
    desk.rig.give_file("practice.toml", b"id = 1".to_vec());
    assert!(interrupted(&desk.rig.bench()).expect("reads").is_empty());
    let mut asks_nothing =
        String::from_utf8(desk.rig.files_below("system.toml").pop().expect("given").1).expect("text");
    asks_nothing.push_str("grow = \"no\"\nfirst_boot = false\n");
    desk.rig.give_file("practice.toml", asks_nothing.into_bytes());
    assert!(interrupted(&desk.rig.bench()).expect("reads").is_empty());
}

#[test]
fn a_fitting_that_failed_is_the_next_step_whatever_the_manifest_says() {
    let mut desk = Desk::with_device();
    wiped(&mut desk);
    desk.press(&[Key::Enter, Key::Enter, Key::Enter]);
    desk.type_text(SERIAL);
    desk.press(&[Key::Enter]);
    assert_eq!(desk.world.next_step().map(|rung| rung.step), Some(Step::Check), "{}", shown(&desk));
    let last = fitted(&desk).pop().expect("fitted");
    let id = desk.nth(0).id;
    record(&desk, Some(&id), ImageFitted { result: FitResult::NotFitted, ..last });
    desk.keys("r");
    assert_eq!(desk.world.next_step().map(|rung| rung.step), Some(Step::Image), "{}", shown(&desk));
    assert_eq!(desk.world.interrupted, 0, "its end is known");
    // The image is not in the store any more: what to do is said in keys.
    desk.press(&[Key::Enter]);
    desk.type_text(SERIAL);
    desk.press(&[Key::Enter]);
    assert!(desk.stack.layers() == 1 && shown(&desk).contains("✗ "), "{}", shown(&desk));
}

#[test]
fn a_password_for_one_use_is_shown_large_once_and_no_single_key_puts_it_away() {
    let mut desk = Desk::with_device();
    let told = News::Answer(Answer::OneTime("7K3XQ-92M4T-Z".to_owned(), Secret::new("7K3XQ92M")));
    desk.keys("w");
    desk.hear(told);
    assert!(!shown(&desk).contains("dùng một lần"), "what lies there goes first: {}", shown(&desk));
    desk.press(&[Key::Escape]);
    for (columns, lines) in SIZES {
        assert_snapshot!(format!("one-time-{columns}x{lines}"), desk.shown(columns, lines));
    }
    desk.press(&[Key::Escape, Key::Enter]);
    assert!(shown(&desk).contains("7 K 3 X   Q 9 2 M") && shown(&desk).contains("Đã chép ra giấy chưa"));
    desk.press(&[Key::Escape]);
    // Whoever is signed out before reading it finds it again.
    desk.stack.go_home();
    desk.press(&[Key::Down]);
    assert!(shown(&desk).contains("7 K 3 X   Q 9 2 M"), "{}", shown(&desk));
    // Nor does leaving, another screen, or somebody else's badge.
    desk.press(&[Key::Control('c')]);
    assert!(!desk.left && shown(&desk).contains("7 K 3 X   Q 9 2 M"), "{}", shown(&desk));
    desk.stack.fit(40, 10);
    desk.press(&[Key::Char('q'), Key::Control('c')]);
    assert!(!desk.left, "too small to be read");
    desk.stack.fit(80, 24);
    let mut desk = crew(desk);
    let someone = badge(&mut desk, "Lead");
    desk.input(Input::Scan(someone.expose()));
    desk.press(&[Key::Down]);
    assert!(shown(&desk).contains("7 K 3 X   Q 9 2 M"), "{}", shown(&desk));
    desk.press(&[Key::Enter, Key::Enter]);
    assert_eq!(desk.stack.layers(), 0, "{}", shown(&desk));
    assert!(desk.stack.unread().is_empty());
    assert!(!format!("{:?}", Answer::OneTime("T".to_owned(), Secret::new("7K3XQ92M"))).contains("7K3X"));
}

#[test]
fn two_machines_written_from_the_screen_share_what_is_decoded() {
    let rig = Rig::new(&[disk("sda", Some("WD-AAAA")), disk("sdb", Some("WD-BBBB"))]);
    let raw = give_stored(&rig, None);
    let manifest = "system.toml".as_ref();
    let bench = rig.bench();
    let source = image_source(&bench, &image_path(), manifest).expect("reads").expect("has an index");
    let order = |name: &str, serial: &str| {
        let (found, _) = rig.device(true);
        rig.wipe(&found, &super::arming_rig::wipe_order(name, serial)).expect("wiped");
        JobOrder::Image(found.id, ImageOrder { disk: name.to_owned(), ..image_order(name, serial) })
    };
    let (first, second) = (order("sda", "WD-AAAA"), order("sdb", "WD-BBBB"));
    let mut is_begun = false;
    let mut ends = 0;
    // The second begins when the first has written something.
    run_job(&bench, 1, &first, &|| false, &mut |news| {
        let is_under_way = matches!(
            &news,
            News::Job { news: JobNews::Progress(progress), .. }
                if progress.phase == Phase::Write && progress.done > Bytes::ZERO
        );
        if is_under_way && !std::mem::replace(&mut is_begun, true) {
            run_job(&rig.bench(), 2, &second, &|| false, &mut |news| {
                assert!(!matches!(news, News::Answer(Answer::NotBegun(_))), "{news:?}");
                ends += usize::from(matches!(news, News::JobEnded { .. }));
            });
        }
        ends += usize::from(matches!(news, News::JobEnded { .. }));
    });
    assert_eq!((is_begun, ends), (true, 2));
    assert_eq!(source.decoded(), Bytes(u64::try_from(raw.len()).expect("fits")), "decoded once for both");
    for name in ["sda", "sdb"] {
        assert!(rig.disks.bytes(name)[..raw.len()] == raw, "{name}");
    }
}
