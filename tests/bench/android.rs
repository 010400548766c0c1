//! Tablets and phones: asked through Debian's adb server, judged, locked where they say so; twenty at once, and hostile ones.

#![expect(clippy::disallowed_methods, reason = "reads the corpus, and says aloud where there is none")]

use super::android_rig::{AdbServer, FakeTablet, Temper, mobiles};
use super::bench_rig::Rig;
use super::corpus::text;
use super::screen_rig::Desk;
use aoxanh::android::{Adb, AndroidBridge};
use aoxanh::device::{Facts, Value, key};
use aoxanh::port::{MobileState, Mobiles};
use aoxanh::reading::{AndroidTold, android_facts};
use aoxanh::unit::Bytes;
use aoxanh::workbench::Key;
use serde_json::json;
use std::time::{Duration, Instant};

const GIGA: u64 = 1_000_000_000;
const GIBI: u64 = 1 << 30;

fn bridge(server: &AdbServer) -> AndroidBridge {
    AndroidBridge { root: server.no_usb(), adb: Adb { port: server.port }, patience: Duration::from_secs(4) }
}

/// A tablet like those that schools get, with everything told.
fn tablet(temper: Temper, accounts: u64) -> FakeTablet {
    let accounts = format!("User UserInfo{{0:A:13}}:\n  Accounts: {accounts}\n  Account {{name=bi-mat@example.com}}\n");
    let answers: [(&str, &str); 16] = [
        (
            "getprop ",
            "[ro.product.manufacturer]: [samsung]\n[ro.product.brand]: [samsung]\n[ro.product.model]: [SM-T295]\n\
             [ro.serialno]: [R9THU00000A]\n[ro.build.version.release]: [11]\n[ro.build.version.sdk]: [30]\n\
             [ro.build.version.security_patch]: [2023-05-01]\n[ro.build.characteristics]: [tablet]\n\
             [ro.crypto.state]: [encrypted]\n[ro.crypto.type]: [file]\n[ro.boot.flash.locked]: [1]\n\
             [ro.boot.warranty_bit]: [0]\n[ro.build.fingerprint]: [samsung/gto/gto:11/x/y:user/release-keys]\n",
        ),
        ("cat /proc/meminfo", "MemTotal:        1884612 kB\nMemFree: 1 kB\n"),
        (
            "cat /proc/partitions",
            "major minor  #blocks  name\n\n 179        0   30535680 mmcblk0\n 179 1 4096 mmcblk0p1\n",
        ),
        ("df /data", "Filesystem 1K-blocks Used Available Use% Mounted on\n/dev/block/dm-5 24000000 1 1 1% /data\n"),
        ("wm size", "Physical size: 800x1280\n"),
        ("wm density", "Physical density: 213\n"),
        (
            "dumpsys display",
            "DisplayDeviceInfo{\"Built-in Screen\": uniqueId=\"local:0\", 800 x 1280, modeId 1, density 213, 189.2 x 189.0 dpi, x}\n",
        ),
        (
            "dumpsys battery",
            "  AC powered: false\n  USB powered: true\n  status: 2\n  health: 2\n  present: true\n  level: 61\n  scale: 100\n  \
             mSavedBatteryAsoc: 91\n",
        ),
        ("pm list features", "feature:android.hardware.wifi\nfeature:android.hardware.bluetooth\n"),
        ("dumpsys media.camera", "Number of camera devices: 2\nNumber of normal camera devices: 2\n"),
        ("dumpsys account", &accounts),
        ("dpm list-owners", "no owners\n"),
        ("cat /sys/devices/system/cpu/possible", "0-3\n"),
        ("settings get secure user_setup_complete", "1\n"),
        ("dumpsys diskstats", "Data-Free: 1K / 24000000K total = 0% free\nFile-based Encryption: true\n"),
        ("dumpsys device_policy", "  mPasswordOwner=-1\n"),
    ];
    let device = FakeTablet::new(temper, &answers);
    // The shell of a device without such files hands the pattern on as it stands.
    device.answer("cat /sys/devices/system/cpu/cpu*/cpufreq/cpuinfo_max_freq", "2016000\n1400000\n");
    device
}

fn number(facts: &Facts, key: &str) -> Option<u64> {
    facts.known(key).and_then(Value::number)
}

#[test]
fn a_tablet_is_read_through_the_real_adb_server_in_less_than_two_seconds_and_no_account_is_named() {
    let Some(server) = AdbServer::start() else { return };
    let device = tablet(Temper::Well, 2);
    server.connect(&device);
    let bridge = bridge(&server);
    let seen = bridge.list().expect("told").mobiles;
    assert_eq!(
        seen.iter().map(|one| (one.name.clone(), one.state)).collect::<Vec<_>>(),
        [(device.name.clone(), MobileState::Ready)]
    );
    let began = Instant::now();
    let told = bridge.ask(&device.name).expect("told");
    let took = began.elapsed();
    assert!(took < Duration::from_secs(2), "{took:?}");
    assert!(told.is_whole && !format!("{told:?}").contains("bi-mat"), "{told:?}");
    let facts = android_facts(&told);
    assert_eq!(facts.known(key::MODEL), Some(&Value::Text("SM-T295".to_owned())));
    assert_eq!(facts.known(key::MAKER), Some(&Value::Text("Samsung".to_owned())));
    assert_eq!(facts.known(key::CHASSIS), Some(&Value::Text("tablet".to_owned())));
    let numbers = [
        (key::ANDROID, 11),
        (key::MEMORY_TOTAL, 2 * GIBI),
        (key::DISK_LARGEST, 32 * GIGA),
        (key::SCREEN_DIAGONAL, 80),
        (key::BATTERY_LEVEL, 61),
        (key::BATTERY_HEALTH, 91),
        (key::CAMERA_COUNT, 2),
        (key::CPU_CORES, 4),
        (key::ACCOUNTS, 2),
        (key::SIM_SLOTS, 0),
    ];
    for (key, expected) in numbers {
        assert_eq!(number(&facts, key), Some(expected), "{key}");
    }
    assert_eq!(facts.known(key::STORAGE_COUNTED), Some(&Value::Bytes(Bytes(30_535_680 * 1024))));
    assert_eq!(facts.known(key::DEVICE_OWNER), Some(&Value::Flag(false)));
    // Lines that end otherwise say the same.
    let old = tablet(Temper::OldLines, 2);
    server.connect(&old);
    assert_eq!(android_facts(&bridge.ask(&old.name).expect("told")), facts);
}

#[test]
fn of_twenty_at_once_those_that_hang_babble_or_are_pulled_harm_none() {
    let Some(server) = AdbServer::start() else { return };
    let temper = |number: usize| match number {
        3 => Temper::Hangs,
        7 => Temper::Pulled,
        11 => Temper::Babbles,
        _other => Temper::Well,
    };
    let devices: Vec<FakeTablet> = (0..20).map(|number| tablet(temper(number), 0)).collect();
    for device in &devices {
        server.connect(device);
    }
    let bridge = bridge(&server);
    assert_eq!(bridge.list().expect("told").mobiles.len(), 20);
    let began = Instant::now();
    let told: Vec<_> = std::thread::scope(|scope| {
        let asked: Vec<_> = devices.iter().map(|device| scope.spawn(|| bridge.ask(&device.name))).collect();
        asked.into_iter().map(|asked| asked.join().expect("no panic")).collect()
    });
    assert!(began.elapsed() < Duration::from_secs(20), "{:?}", began.elapsed());
    for (number, told) in told.iter().enumerate() {
        match number {
            3 | 11 => assert!(told.as_ref().map_or(true, |told| number == 11 && told.is_whole), "{number}"),
            7 => assert!(told.as_ref().map_or(true, |told| !told.is_whole), "{number}"),
            _well => {
                let told = told.as_ref().expect("told");
                assert_eq!(number_of(told), Some(2 * GIBI), "{number}");
            }
        }
    }
}

fn number_of(told: &AndroidTold) -> Option<u64> {
    number(&android_facts(told), key::MEMORY_TOTAL)
}

#[test]
fn a_device_with_accounts_is_judged_and_locked_and_unlocked_again_when_they_are_gone() {
    let Some(server) = AdbServer::start() else { return };
    let device = tablet(Temper::Well, 1);
    server.connect(&device);
    let rig = Rig::normal();
    let port = server.port.to_string();
    let run = |args: &[&str]| super::bench_rig::ran(rig.command(args).env("ANDROID_ADB_SERVER_PORT", &port));
    let listed = run(&["--json", "mobile"]).good().one("mobile");
    assert_eq!((&listed["name"], &listed["state"]), (&json!(device.name), &json!("ready")));
    let got = run(&["--json", "intake", "--donor", "Người Tặng Thử", "--consent-erase", "--kind", "tablet"]).good();
    let tag = got.one("received")["tag"].as_str().expect("text").to_owned();
    let said = run(&["inspect", &tag, "--android"]).good().out;
    assert!(said.contains("còn 1 tài khoản") && said.contains("FRP"), "{said}");
    let shown = run(&["--json", "show", &tag]).good().out;
    assert!(shown.contains("account"), "{shown}");
    assert!(!rig.logged().contains("bi-mat"));
    device.answer("dumpsys account", "  Accounts: 0\n");
    let said = run(&["inspect", &tag, "--android", &device.name]).good().out;
    assert!(!said.contains("FRP"), "{said}");
    let history = run(&["--json", "history", &tag]).good().out;
    assert!(history.contains("LockFound") && history.contains("LockCleared"), "{history}");
    rig.verified();
    let other = tablet(Temper::Well, 0);
    server.connect(&other);
    run(&["inspect", &tag, "--android"]).refused(2, &[&device.name, &other.name]);
    run(&["inspect", &tag, "--android", "khong-co"]).refused(1, &["khong-co"]);
}

#[test]
fn real_devices_are_told_as_the_corpus_says() {
    let of = |name: &str| {
        let bytes = text(&format!("android/{name}.getprop.txt"))?;
        Some(android_facts(&AndroidTold::default().with(aoxanh::reading::Ask::Properties, &bytes)))
    };
    // What its file says of itself: maker, a word of the model, release; none where it says nothing usable.
    let truths = [
        ("samsung-j4-core", "Samsung", "SM-J410G", 8),
        ("xiaomi-pad-6", "Xiaomi", "23043RP34G", 14),
        ("asus-tf201-ics", "ASUS", "TF201", 4),
        ("redmi-9-power", "Xiaomi", "M2010J19SI", 12),
        ("redmi-note-14", "Xiaomi", "24094RAD4G", 15),
        ("poco-x5-pro", "Xiaomi", "22101320G", 12),
        ("huawei-g700-foreign-rom", "Xiaomi", "G700-U20", 4),
        ("honor-view-10", "Huawei", "BKL-L09", 8),
        ("oneplus-n10", "OnePlus", "BE2028", 11),
        ("motorola-edge-20", "motorola", "motorola edge 20", 13),
        ("infinix-x670", "INFINIX", "Infinix X670", 13),
        ("rockchip-rk322x-box", "rockchip", "TV BOX", 7),
        ("nexus-one", "HTC", "Nexus One", 2),
        ("pixel-sailfish", "Google", "Pixel", 10),
        ("fiio-m17", "QUALCOMM", "FiiO M17", 10),
    ];
    for (name, maker, model, release) in truths {
        let Some(facts) = of(name) else { return };
        assert_eq!(facts.known(key::MAKER), Some(&Value::Text(maker.to_owned())), "{name}");
        let Some(Value::Text(told)) = facts.known(key::MODEL) else { panic!("{name} has no model") };
        assert!(told.contains(model), "{name}: {told}");
        assert_eq!(number(&facts, key::ANDROID), Some(release), "{name}");
    }
    let estimated = of("huawei-g700-foreign-rom").and_then(|facts| facts.get(key::MAKER).map(|fact| fact.certainty));
    assert_eq!(estimated, Some(aoxanh::device::Certainty::Estimated));
}

#[test]
fn on_the_screen_a_tablet_is_chosen_from_those_on_the_cable_and_each_says_what_it_needs() {
    let mut desk = Desk::empty();
    desk.rig.mobiles = mobiles();
    desk.keys("n");
    desk.type_text("Người Tặng Thử");
    desk.press(&[Key::Down, Key::Char(' '), Key::Down, Key::Down, Key::Right, Key::Right, Key::Right]);
    desk.press(&[Key::Down, Key::Enter, Key::Enter]);
    desk.keys("k");
    let shown = desk.shown(80, 24);
    assert!(shown.contains("▶ Samsung SM-T295 (R9THU00000A)") && shown.contains("Bấm Enter"), "{shown}");
    desk.press(&[Key::Down]);
    let shown = desk.shown(80, 24);
    assert!(shown.contains("Bật gỡ lỗi USB") && shown.contains("Số hiệu bản tạo"), "{shown}");
    desk.press(&[Key::Enter]);
    assert_eq!(desk.shown(80, 24), shown, "one that does not answer is not read");
    insta::assert_snapshot!("mobiles_80", desk.shown(80, 24));
    desk.press(&[Key::Up, Key::Enter]);
    let shown = desk.shown(80, 24);
    assert!(shown.contains("2 GiB") || shown.contains("2 GB"), "{shown}");
    desk.press(&[Key::Escape]);
    assert_eq!(desk.stack.layers(), 0, "closed");
    desk.keys("k");
    desk.rig.mobiles = aoxanh::port::FakeMobiles::default();
    desk.keys("r");
    assert!(desk.shown(80, 24).contains("Chưa thấy máy tính bảng"), "{}", desk.shown(80, 24));
}
