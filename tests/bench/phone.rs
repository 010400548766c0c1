//! The phone page over plain HTTP: what a phone does is recorded under a name, and everything else is refused.

#![expect(clippy::disallowed_methods, reason = "a test looks at the files of the built program")]
#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use super::bench_rig::{LEAD, Rig};
use super::custody::Step;
use super::ledger_rig::{Walk, erase_consent, lot_opened};
use super::phone_rig::{Phone, Served, blank, code_of, encoded, multipart, photo_of, read, spoken};
use aoxanh::event::How;
use aoxanh::event::intake::{DeviceHeld, HoldReason};
use serde_json::Value;
use std::fs;
use std::io::Write;
use std::net::TcpStream;
use std::time::{Duration, Instant};

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

fn record(rig: &Rig) -> (String, u64) {
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

/// A PNG of that size, its pixels as they say, of nothing but zeros: small to send, large to unpack.
fn bomb(width: u32, height: u32) -> Vec<u8> {
    let chunk = |kind: &[u8], data: &[u8]| {
        let body = [kind, data].concat();
        let length = u32::try_from(data.len()).expect("small").to_be_bytes();
        [&length[..], &body, &crc32fast::hash(&body).to_be_bytes()].concat()
    };
    let head = [&width.to_be_bytes()[..], &height.to_be_bytes(), &[8, 2, 0, 0, 0]].concat();
    let mut deflated = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::best());
    let row = vec![0; width as usize * 3 + 1];
    (0..height.min(3000)).try_for_each(|_row| deflated.write_all(&row)).expect("memory");
    let data = chunk(b"IDAT", &deflated.finish().expect("memory"));
    [&b"\x89PNG\r\n\x1a\n"[..], &chunk(b"IHDR", &head), &data, &chunk(b"IEND", b"")].concat()
}

#[test]
fn what_is_too_large_or_no_photo_is_refused_and_costs_little() {
    let mut served = Served::new();
    let tag = served.rig.device().tag;
    let (phone, before) = (served.paired(), record(&served.rig));
    let path = format!("/d/{tag}/photo");
    // Refused by what it says of itself: not a byte of it is sent.
    let began = Instant::now();
    let head = phone.head(&path, "multipart/form-data; boundary=grenze", 20 << 20);
    let came = spoken(&phone.address, head.as_bytes()).expect("an answer");
    assert!(came.status == 413 && came.body.contains("10 MB"), "{came:?}");
    assert!(began.elapsed() < Duration::from_secs(5));
    // One that does not say, in pieces.
    let body = multipart(&[("form", &phone.form)], &vec![7; 20 << 20]);
    let head = head.replace(&format!("Content-Length: {}", 20 << 20), "Transfer-Encoding: chunked");
    let pieces =
        body.chunks(1 << 20).flat_map(|piece| [format!("{:x}\r\n", piece.len()).as_bytes(), piece, b"\r\n"].concat());
    let mut stream = TcpStream::connect(&phone.address).expect("it listens");
    let all: Vec<u8> = head.bytes().chain(pieces).chain(*b"0\r\n\r\n").collect();
    let _cut = stream.write_all(&all);
    // It may be gone before all was said; what it then says can be lost.
    assert!(read(&mut stream).is_none_or(|came| came.status == 413));
    let long = "x".repeat(64 << 10);
    assert_eq!(phone.post(&format!("/d/{tag}/move"), &[("shelf", &long)]).status, 413);
    // Ten megabytes of a photo are let in, and are none.
    let photos = [
        (vec![7; 9 << 20], 422),
        (bomb(60_000, 60_000), 422),
        (bomb(12_000, 12_000), 422),
        (bomb(11_000, 9_000), 422),
        (b"GIF89a\x01\0\x01\0\0\0\0;".to_vec(), 422),
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>".to_vec(), 422),
        (Vec::new(), 400),
    ];
    for (number, (photo, status)) in photos.iter().enumerate() {
        let came = phone.photo(&path, &[], photo);
        assert!(came.status == *status && came.body.contains("class=\"bad\""), "{number}: {came:?}");
    }
    let came = phone.photo("/scan", &[], &photo_of(&[]));
    assert!(came.status == 409 && came.body.contains("Không thấy mã nào"), "{came:?}");
    let came = phone.photo("/scan", &[], &photo_of(&["KE:A1"]));
    assert!(came.status == 409 && came.body.contains("nhãn kệ"), "{came:?}");
    assert_eq!(record(&served.rig), before, "nothing was recorded");
    let photos = fs::read_dir(served.rig.station().join("blobs")).map_or(0, Iterator::count);
    assert_eq!(photos, 0, "and nothing kept");
    let most = served.most_memory();
    assert!(most < 700 << 20, "{most} bytes");
}

#[test]
fn whoever_says_nothing_or_says_it_slowly_is_cut_and_others_are_served_meanwhile() {
    let mut served = Served::new();
    let phone = served.paired();
    let began = Instant::now();
    let mut slow: Vec<TcpStream> =
        (0..60).map(|_one| TcpStream::connect(&phone.address).expect("it listens")).collect();
    for (number, stream) in slow.iter_mut().enumerate() {
        let part = &b"GET / HTTP/1.1\r\nHost: "[..number % 20];
        stream.write_all(part).expect("a socket");
    }
    let asked = Instant::now();
    assert_eq!(phone.get("/").status, 200);
    assert!(asked.elapsed() < Duration::from_secs(5), "others are served");
    for stream in &mut slow {
        stream.set_read_timeout(Some(Duration::from_secs(30))).expect("a socket");
        let came = read(stream);
        assert!(came.as_ref().is_none_or(|came| came.status == 408), "{came:?}");
    }
    assert!(began.elapsed() < Duration::from_secs(25), "cut in time");
    assert_eq!(phone.get("/").status, 200);
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
    let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = taken.local_addr().expect("bound").to_string();
    rig.run(&[&serve[..], &["--listen", &address]].concat()).refused(74, &[&address]);
}

#[test]
fn fifty_phones_at_once_are_all_served_and_all_they_do_is_recorded() {
    const PHONES: u8 = 50;
    let mut served = Served::new();
    let lot = served.rig.device().lot;
    let mut phones = vec![served.paired()];
    for _more in 1..PHONES {
        served.another_code();
        phones.push(served.paired());
    }
    let began = Instant::now();
    let threads: Vec<_> = (0u8..)
        .zip(phones)
        .map(|(number, phone)| {
            let lot = lot.clone();
            std::thread::spawn(move || works(&phone, number, &lot))
        })
        .collect();
    let mut times: Vec<Duration> = threads.into_iter().flat_map(|thread| thread.join().expect("served")).collect();
    times.sort();
    let (count, p95) = (times.len(), times[times.len() * 95 / 100]);
    println!("{PHONES} phones, {count} requests in {:?}: p95 {p95:?}, longest {:?}", began.elapsed(), times[count - 1]);
    assert!(p95 < Duration::from_secs(20), "{p95:?}");
    let shelf = served.rig.json(&["shelf", "A1", "--most", "100"]).good().all("shelved");
    assert_eq!(shelf.len(), usize::from(PHONES), "every device is on the shelf");
    served.rig.verified();
}

/// What one phone does, and how long each request took.
fn works(phone: &Phone, number: u8, lot: &str) -> Vec<Duration> {
    let (tag, mut times) = (blank(number), Vec::new());
    let mut asks = |ask: &dyn Fn() -> u16, status: u16| {
        let began = Instant::now();
        assert_eq!(ask(), status, "phone {number}");
        times.push(began.elapsed());
    };
    let (new, device) = (format!("/new/{}", tag.as_str()), format!("/d/{}", tag.as_str()));
    asks(&|| phone.get("/").status, 200);
    asks(&|| phone.get(&format!("/find?tag={}", tag.as_str())).status, 303);
    asks(&|| phone.get(&new).status, 200);
    asks(&|| phone.post(&new, &[("lot", lot), ("kind", "laptop")]).status, 303);
    asks(&|| phone.get(&device).status, 200);
    asks(&|| phone.post(&format!("{device}/move"), &[("shelf", "A1")]).status, 303);
    asks(&|| phone.get(&device).status, 200);
    times
}
