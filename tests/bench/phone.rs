//! The phone page over plain HTTP: what a phone does is recorded under a name, and everything else is refused.

#![expect(clippy::disallowed_methods, reason = "a test looks at the files of the built program")]
#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use super::bench_rig::{LEAD, Rig};
use super::custody::Step;
use super::ledger_rig::{Walk, erase_consent, lot_opened};
use super::phone_rig::{Phone, Served, blank, code_of, encoded, multipart, photo_of, photo_with, read, spoken};
use aoxanh::event::How;
use aoxanh::event::intake::{DeviceHeld, HoldReason};
use serde_json::Value;
use std::fs;
use std::io::Write;
use std::net::TcpStream;

/// For the rule about phones: a walk that leads up to it, and the steps that it refuses.
pub(crate) fn refusals() -> Vec<(&'static str, Walk, Step)> {
    let by_phone = || {
        let mut walk = super::roles::crew();
        walk.how = How::Phone;
        walk
    };
    vec![
        ("phone-door", by_phone(), (Some(1), DeviceHeld::of(HoldReason::Other).into())),
        ("phone-door", by_phone(), (None, lot_opened(7).into())),
        ("phone-door", by_phone(), (None, erase_consent(1).into())),
    ]
}

pub(crate) fn record(rig: &Rig) -> (String, u64) {
    let verified = rig.verified();
    (verified["head"].as_str().expect("a head").to_owned(), verified["records"].as_u64().expect("a number"))
}

/// The kinds recorded of the device, each with how its author was known.
fn told(rig: &Rig, tag: &str) -> Vec<(String, String, String)> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let lines = rig.json(&["history", tag]).good().all("history");
    lines.iter().map(|line| (text(&line["kind"]), text(&line["how"]), text(&line["by"]))).collect()
}

#[test]
fn a_phone_receives_moves_and_photographs_a_device_under_its_holders_name_and_tells_nobodys() {
    let mut served = Served::new();
    let lot = served.rig.device().lot;
    let phone = served.paired();
    let tag = blank(1);
    let came = phone.photo("/scan", &[], &photo_of(&[&code_of(&tag)]));
    assert_eq!(came.header("location"), Some(format!("/new/{}", tag.as_str()).as_str()), "{came:?}");
    let page = phone.follows(&came);
    assert!(page.body.contains(&lot) && page.body.contains(&tag.to_string()), "{page:?}");
    let new = format!("/new/{}", tag.as_str());
    let came = phone.post(&new, &[("lot", &lot), ("kind", "desktop")]);
    let page = phone.follows(&came);
    assert!(page.body.contains("Đã nhận máy.") && page.body.contains("máy bàn"), "{page:?}");
    let device = format!("/d/{}", tag.as_str());
    for (shelf, said) in [("Kho 2", "Đã chuyển kệ."), ("kho 2", "Máy đã ở kệ này rồi.")] {
        let page = phone.follows(&phone.post(&format!("{device}/move"), &[("shelf", shelf)]));
        assert!(page.body.contains(said) && page.body.contains("Kho 2"), "{page:?}");
    }
    let came = phone.photo(&format!("{device}/shelf"), &[], &photo_of(&["KE:A1"]));
    assert!(phone.follows(&came).body.contains("A1"), "{came:?}");
    let came = phone.photo(&format!("{device}/photo"), &[("words", "vỡ góc <b>trái</b>")], &photo_of(&[]));
    assert!(phone.follows(&came).body.contains("Đã gửi ảnh."), "{came:?}");
    let came = phone.photo(&format!("{device}/photo"), &[("words", "thiếu sạc")], b"");
    assert!(phone.follows(&came).body.contains("Đã ghi chú."), "{came:?}");
    // Typed in any spelling; a tag that is known is no blank one.
    let typed = tag.to_string().to_lowercase();
    let came = phone.get(&format!("/find?tag={typed}"));
    assert_eq!(came.header("location"), Some(device.as_str()));
    assert_eq!(phone.get(&new).header("location"), Some(device.as_str()));
    // Several tags are offered.
    let other = blank(2);
    let page = phone.photo("/scan", &[], &photo_of(&[&code_of(&tag), &code_of(&other)]));
    assert!(page.status == 200 && page.body.contains(tag.as_str()) && page.body.contains(other.as_str()), "{page:?}");
    for page in [phone.get("/"), phone.get(&device), phone.get(&format!("{device}/move")), phone.get(&new)] {
        for name in [LEAD, "Người Tặng Thử", "vỡ góc"] {
            assert!(!page.body.contains(name), "{name}: {page:?}");
        }
    }
    let page = phone.follows(&phone.get("/lang/en"));
    assert!(page.body.contains("<html lang=\"en\">") && page.body.contains("Photo of the tag"), "{page:?}");

    let kinds = told(&served.rig, tag.as_str());
    let names: Vec<&str> = kinds.iter().map(|(kind, ..)| kind.as_str()).collect();
    let all = ["DeviceReceived", "TagBound", "DeviceMoved", "DeviceMoved", "DeviceNoted", "DeviceNoted"];
    assert_eq!(names, all, "{kinds:?}");
    assert!(kinds.iter().all(|(_, how, person)| how == "phone" && person.starts_with("p-")), "{kinds:?}");
    photo_is_bare_and_goes_with_its_note(&served.rig, tag.as_str());
    let (code, rig) = served.stops();
    assert_eq!(code, 0);
    rig.verified();
    assert!(TcpStream::connect(&phone.address).is_err(), "nobody listens any more");
}

fn photo_is_bare_and_goes_with_its_note(rig: &Rig, tag: &str) {
    let blobs = || {
        let files = fs::read_dir(rig.station().join("blobs")).expect("ours").map(|file| file.expect("ours").path());
        files.filter(|file| file.extension().is_some_and(|kind| kind == "jpg")).collect::<Vec<_>>()
    };
    let [photo] = blobs().try_into().expect("one photo");
    let bytes = fs::read(&photo).expect("ours");
    assert!(!bytes.windows(4).any(|part| part == b"Exif" || part == b"Hano"));
    assert!(image::load_from_memory(&bytes).is_ok_and(|read| read.width() == 1600));
    let name = photo.file_name().and_then(|name| name.to_str()).expect("a name").to_owned();
    let notes = rig.json(&["note", tag]).good().all("note");
    let note = notes.iter().find(|note| note["text"].as_str().is_some_and(|text| text.contains(&name)));
    let note = note.expect("a note names the photo")["note"].as_str().expect("a hash").to_owned();
    rig.run(&["note", tag, "--erase", &note]).good();
    assert!(blobs().is_empty(), "erased with its note");
}

#[test]
fn of_several_labels_on_a_photo_none_is_taken_unasked_and_a_small_tag_beside_a_large_label_is_found() {
    let mut served = Served::new();
    let tag = served.rig.device().tag;
    let phone = served.paired();
    let came = phone.photo(&format!("/d/{tag}/shelf"), &[], &photo_of(&["KE:A1", "KE:A2"]));
    assert!(came.status == 200 && came.body.contains("value=\"A1\"") && came.body.contains("value=\"A2\""), "{came:?}");
    assert!(told(&served.rig, &tag).iter().all(|(kind, ..)| kind != "DeviceMoved"), "not moved");
    let small = code_of(&blank(3));
    let came = phone.photo("/scan", &[], &photo_with((4000, 3000), &[("KE:A1", 100, 40), (&small, 3000, 4)]));
    assert_eq!(came.header("location"), Some(format!("/new/{}", blank(3).as_str()).as_str()), "{came:?}");
}

#[test]
fn what_a_thumb_sends_twice_is_done_once_and_told_as_done_twice() {
    let mut served = Served::new();
    let lot = served.rig.device().lot;
    let phone = served.paired();
    served.another_code();
    let (other, tag) = (served.paired(), blank(4));
    let (new, device) = (format!("/new/{}", tag.as_str()), format!("/d/{}", tag.as_str()));
    for (phone, said) in [(&phone, "Đã nhận máy."), (&phone, "Đã nhận máy."), (&other, "đã nhận rồi")] {
        let page = phone.follows(&phone.post(&new, &[("lot", &lot), ("kind", "laptop")]));
        assert!(page.body.contains(said) && !page.body.contains("class=\"bad\""), "{page:?}");
    }
    let (photo, path) = (photo_of(&[]), format!("{device}/photo"));
    let sends = |words: &'static str| {
        let (phone, photo, path) = (phone.clone(), photo.clone(), path.clone());
        std::thread::spawn(move || {
            phone.photo(&path, &[("words", words)], &photo).header("location").map(str::to_owned)
        })
    };
    let done = Some(format!("{device}?done=photo"));
    for thread in [sends("vỡ"), sends("vỡ"), sends("vỡ")] {
        assert_eq!(thread.join().expect("served"), done);
    }
    let kinds =
        |served: &Served| told(&served.rig, tag.as_str()).into_iter().map(|(kind, ..)| kind).collect::<Vec<_>>();
    assert_eq!(kinds(&served), ["DeviceReceived", "TagBound", "DeviceNoted"]);
    // Other words, and another phone, say something else.
    assert_eq!(sends("xước").join().expect("served"), done);
    assert_eq!(other.photo(&path, &[("words", "vỡ")], &photo).status, 303);
    assert_eq!(kinds(&served).len(), 5);
}

#[test]
fn a_phone_that_is_revoked_while_it_sends_has_sent_nothing() {
    let mut served = Served::new();
    let tag = served.rig.device().tag;
    let (phone, before) = (served.paired(), record(&served.rig));
    let body = multipart(&[("form", &phone.form)], &photo_of(&[]));
    let head = phone.head(&format!("/d/{tag}/photo"), "multipart/form-data; boundary=grenze", body.len());
    let mut stream = TcpStream::connect(&phone.address).expect("it listens");
    stream.write_all(&[head.as_bytes(), &body[..1000]].concat()).expect("sent");
    // As soon as others are answered it is in.
    assert_eq!(phone.get("/").status, 200);
    served.types(&phone.number.to_string());
    served.hears("phone");
    stream.write_all(&body[1000..]).expect("sent");
    assert_eq!(read(&mut stream).map(|came| came.status), Some(401));
    assert_eq!(record(&served.rig), before, "nothing was recorded");
}

#[test]
fn only_who_was_paired_gets_in_and_only_from_the_stations_own_page() {
    let mut served = Served::new();
    let tag = served.rig.device().tag;
    let stranger = Phone::new(&served.address);
    let token = served.token().to_owned();
    for path in ["/", "/find?tag=1", &format!("/d/{tag}"), "/new/1", "/lang/en", "/nowhere"] {
        let came = stranger.get(path);
        assert!(came.status == 401 && came.body.contains("chưa ghép"), "{path}: {came:?}");
        assert!(!came.body.contains(&tag), "{path}");
    }
    let cookies = ["aoxanh=", "aoxanh=0", &format!("aoxanh={token}"), "aoxanh=' OR 1=1", "x=y; aoxanh"];
    for cookie in cookies {
        let wrong = Phone { cookie: cookie.to_owned(), ..stranger.clone() };
        assert_eq!(wrong.get("/").status, 401, "{cookie}");
        assert_eq!(wrong.post("/out", &[]).status, 401, "{cookie}");
    }
    for wrong in ["", "0", &token[1..], &token.to_lowercase(), "../../etc/passwd", "%00"] {
        assert_eq!(stranger.post("/P", &[("token", wrong)]).status, 403, "{wrong}");
    }
    let phone = served.paired();
    let again = stranger.post("/P", &[("token", &token)]);
    assert!(again.status == 403 && again.header("set-cookie").is_none(), "a token counts once: {again:?}");
    assert_eq!(phone.get("/").status, 200);

    let before = record(&served.rig);
    let shelf = format!("/d/{tag}/move");
    let body = encoded(&[("form", &phone.form), ("shelf", "A9")]);
    let head = phone.head(&shelf, "application/x-www-form-urlencoded", body.len());
    let (own, address) = (format!("Origin: http://{}\r\n", phone.address), phone.address.clone());
    let host = format!("Host: {address}\r\n");
    let cases = [
        (head.replace(&own, "Origin: http://evil.example\r\n"), 403),
        (head.replace(&own, "Origin: null\r\n"), 403),
        (head.replace(&own, ""), 403),
        (head.replace(&own, &own.repeat(2)), 403),
        (head.replace(&own, &own.replace("http:", "https:")), 403),
        (head.replace("same-origin", "cross-site"), 403),
        (head.replace("same-origin", "same-site"), 403),
        (head.replace(&host, "Host: evil.example\r\n"), 421),
        (head.replace(&host, &format!("{host}Host: evil.example\r\n")), 421),
        (head.replace(&host, &host.replace("127.0.0.1", "127.0.0.1.evil.example")), 421),
        (head.replace("POST /", "POST http://evil.example/"), 421),
        (head.replace(&phone.cookie, "aoxanh=0"), 401),
    ];
    for (head, status) in cases {
        let came = spoken(&address, (head.clone() + &body).as_bytes()).expect("an answer");
        assert_eq!(came.status, status, "{head}{came:?}");
    }
    let unmarked = Phone { form: "0".repeat(26), ..phone.clone() };
    assert_eq!(unmarked.post(&shelf, &[("shelf", "A9")]).status, 403);
    assert_eq!(unmarked.photo(&format!("/d/{tag}/photo"), &[("words", "x")], b"").status, 403);
    assert_eq!(unmarked.post("/out", &[]).status, 403);
    assert_eq!(record(&served.rig), before, "nothing was recorded");
    assert_eq!(phone.get("/").status, 200, "and the session lives");

    for path in
        ["/../station.toml", "/d/../../vault.db", "/d/%2e%2e%2fvault.db", "//etc/passwd", "/style.css/..", "/d/"]
    {
        let came = phone.get(path);
        assert!((400..500).contains(&came.status), "{path}: {came:?}");
    }
    assert_eq!(phone.get("/d/%3Cscript%3E").body.matches("<script").count(), 1, "our own");
    let found = phone.get("/find?tag=%3Cscript%3Ealert(1)%3C/script%3E");
    assert!(found.status == 400 && !found.body.contains("<script>alert"), "{found:?}");
    for (name, value) in [
        ("content-security-policy", "default-src 'none'"),
        ("x-content-type-options", "nosniff"),
        ("cache-control", "no-store"),
        ("x-frame-options", "DENY"),
        ("referrer-policy", "same-origin"),
    ] {
        for came in [phone.get("/"), phone.get("/nowhere"), stranger.get("/"), phone.get("/style.css")] {
            assert!(came.header(name).is_some_and(|said| said.contains(value)), "{name}: {came:?}");
        }
    }
}

#[test]
fn a_phone_is_out_when_it_is_revoked_signs_off_or_its_holder_leaves() {
    let mut served = Served::new();
    let (one, tag) = (served.paired(), served.rig.device().tag);
    served.another_code();
    let two = served.paired();
    served.types(&one.number.to_string());
    let ended = served.hears("phone");
    assert_eq!((ended["number"].as_u64(), ended["paired"].as_bool()), (Some(one.number), Some(false)));
    assert_eq!((one.get("/").status, two.get("/").status), (401, 200));
    assert_eq!(one.post(&format!("/d/{tag}/move"), &[("shelf", "A1")]).status, 401);
    let out = two.post("/out", &[]);
    assert!(out.header("set-cookie").is_some_and(|cookie| cookie.contains("Max-Age=0")), "{out:?}");
    assert_eq!(two.get("/").status, 401);
    drop(served);

    let rig = Rig::normal();
    let lead = rig.secret("pin");
    let added = ["--pin-file", &lead, "person", "add", "Lê Kho", "--role", "warehouse", "--new-pin-file", &lead];
    let kho = rig.json(&added).good().one("person")["person"].as_str().expect("an id").to_owned();
    let mut served = Served::of(rig, &["--by", &kho]);
    let phone = served.paired();
    assert_eq!(phone.get("/").status, 200);
    served.rig.run(&["--pin-file", &lead, "person", "revoke", &kho]).good();
    assert_eq!(phone.get("/").status, 409, "told why");
    assert_eq!(phone.get("/").status, 401, "and out");
}

#[test]
fn it_is_served_only_to_whoever_signed_in_and_never_where_strangers_are() {
    let rig = Rig::normal();
    let pin = rig.secret("pin");
    rig.run(&["serve", "--listen", "127.0.0.1:0"]).refused(1, &["đăng nhập"]);
    let serve = ["--pin-file", &pin, "serve"];
    let cases: [(&[&str], i32, &str); 5] = [
        (&["--listen", "0.0.0.0:0"], 2, "mọi cổng mạng"),
        (&["--listen", "[::]:0"], 2, "mọi cổng mạng"),
        (&["--listen", "8.8.8.8:80"], 2, "Internet"),
        (&["--interface", "khong-co0"], 2, "khong-co0"),
        (&["--wifi", "AO XANH", "--wifi-password", "ngan"], 2, "mật khẩu"),
    ];
    for (more, code, words) in cases {
        rig.run(&[&serve, more].concat()).refused(code, &[words]);
    }
    // A port alone is one of this machine's own network.
    rig.run(&[&serve[..], &["--port", "1", "--listen", "127.0.0.1:0"]].concat()).refused(2, &["--port"]);
    let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = taken.local_addr().expect("bound").to_string();
    rig.run(&[&serve[..], &["--listen", &address]].concat()).refused(74, &[&address]);
    let port = address.rsplit(':').next().expect("a port");
    rig.run(&[&serve[..], &["--port", port]].concat()).refused(74, &[&address]);
    rig.run(&[&serve[..], &["--interface", "lo", "--port", port]].concat()).refused(74, &[&address]);
}
