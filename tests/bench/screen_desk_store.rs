//! Work on the station's images at the desk: one at a time, of whoever asked for it, stopped by a key, over with its answer.

use super::screen_desk::{Desk, HALF};
use super::screen_people::PIN;
use aoxanh::event::How;
use aoxanh::imaging::Manifest;
use aoxanh::screen::{Sound, Teller};
use aoxanh::unit::Bytes;
use aoxanh::word::{Lang, Words, say};
use aoxanh::workbench::{
    Answer, Effect, ImageView, Key, News, Report, StoreOrder, StoreTask, StoreTold, StoreView, Tone, manifest_lines,
};

fn told(told: StoreTold) -> News {
    News::Answer(Answer::Store(Box::new(told)))
}

/// The store's layer, with one image in it.
fn opened(desk: &mut Desk) {
    let manifest =
        desk.rig.files_below("system.toml").pop().map(|(_, text)| String::from_utf8_lossy(&text).into_owned());
    let manifest = Manifest::from_toml("m", &manifest.unwrap_or_default()).map_err(|error| error.sentence());
    let image = Some(("images/practice.zst".into(), Bytes(7)));
    let images = vec![ImageView { id: "practice".to_owned(), manifest, image }];
    let view = StoreView { images, room: Some(Bytes::gib(9)), no_add: None, no_remove: None };
    desk.press(&[Key::Control('k')]);
    desk.work();
    desk.hear(Teller::Clerk(0), told(StoreTold::Kept(view)));
}

#[test]
fn one_work_at_a_time_runs_of_whoever_asked_and_is_over_with_its_answer() {
    let mut desk = Desk::new();
    desk.sign_in("le", PIN);
    let thu = desk.person("Lê Thư");
    opened(&mut desk);
    desk.keys("k");
    assert_eq!(desk.stores.len(), 1, "{}", desk.shown());
    let (task, by) = desk.stores.remove(0);
    assert_eq!(task, StoreTask::Check("practice".to_owned()));
    assert_eq!(by.map(|by| (by.person, by.how)), Some((thu, How::Pin)));
    assert_eq!(desk.view.world.running(), 1);
    desk.keys("k");
    assert!(desk.stores.is_empty(), "one at a time");
    // It goes on when whoever asked is long gone, and nothing else stops it.
    desk.pass(HALF * 2);
    desk.keys("n");
    desk.work();
    assert_eq!((desk.view.by(), desk.view.world.running(), desk.stopped), (None, 1, 0));
    opened(&mut desk);
    desk.press(&[Key::Escape]);
    assert_eq!((desk.stopped, desk.view.stack.layers()), (1, 1), "{}", desk.shown());
    desk.press(&[Key::Escape]);
    assert_eq!((desk.stopped, desk.view.stack.layers()), (1, 0), "the second time it only closes");
    // What a clerk says of the images ends nothing; what the work itself says does.
    desk.hear(Teller::Clerk(0), told(StoreTold::Done(Report::new(Tone::Good, say!("recording")))));
    assert_eq!(desk.view.world.running(), 1);
    let report = Report::new(Tone::Warn, say!("image-add-cancelled"));
    desk.hear(Teller::Store, told(StoreTold::Failed(report)));
    assert_eq!((desk.view.world.running(), desk.view.take_sound()), (0, Some(Sound::Bad)));
    assert_eq!(desk.view.stack.layers(), 1, "nobody looked: it is shown: {}", desk.shown());
    assert!(desk.orders.iter().any(|(_, effect)| *effect == Effect::Refresh));
}

#[test]
fn a_list_that_cannot_be_read_says_why_and_is_not_asked_for_over_and_over() {
    let mut desk = Desk::new();
    desk.press(&[Key::Control('k')]);
    desk.orders.clear();
    desk.hear(Teller::Clerk(0), told(StoreTold::Failed(Report::new(Tone::Bad, say!("ledger-full")))));
    assert!(desk.orders.is_empty(), "{:?}", desk.orders);
    assert!(desk.shown().contains("Kho ảnh hệ thống: 0") && desk.shown().contains("✗ "), "{}", desk.shown());
    desk.keys("r");
    assert!(desk.orders.iter().any(|(_, effect)| *effect == Effect::Store(StoreOrder::Look)), "by a key it is");
}

#[test]
fn everything_that_a_manifest_says_is_told_and_no_password_of_it() {
    let text = "id = \"m\"\nname = \"M\"\nlength = 9000\nblake3 = \"0000000000000000000000000000000000000000000000000000000000000000\"\n\
                os = \"linux\"\narch = \"x86_64\"\nblock = 512\nminimum_memory = 4096\nsource = \"S-1\"\nlicence = \"L-1\"\n\
                partition_offset = 512\npartition_length = 1024\ngrow = \"first-boot\"\nunique_ids = true\n\
                [first_boot]\nuser = \"be\"\npassword = \"none\"\nwifi = \"Mai\"\nwifi_password = \"bi mat 123\"\n";
    let manifest = Manifest::from_toml("m", text).expect("a manifest");
    let words = Words::new(Lang::Vi, None).expect("embedded");
    let said = manifest_lines(&manifest).iter().map(|line| words.say(line)).collect::<Vec<_>>().join("\n");
    let told = ["S-1", "L-1", "lần đầu", "mã ổ và mã phân vùng riêng", "byte 512", "tài khoản", "mật khẩu", "Wi-Fi"];
    for what in told {
        assert!(said.to_lowercase().contains(&what.to_lowercase()), "{what}: {said}");
    }
    assert!(!said.contains("bi mat"), "{said}");
}
