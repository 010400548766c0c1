//! Many phones, slow ones, and photos that are too large: what is refused, and what it costs the others.

#![expect(clippy::disallowed_methods, reason = "a test looks at the files of the built program")]
#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use super::phone::record;
use super::phone_rig::{Phone, Served, blank, connect, multipart, photo_of, photo_with, read, spoken};
use std::fs;
use std::io::Write;
use std::net::TcpStream;
use std::time::{Duration, Instant};

/// The longest side of a picture that is whole, pixels.
const WHOLE: u32 = 9_000;

/// A PNG of that size, its pixels as they say, of nothing but zeros: small to send, large to unpack.
fn bomb(width: u32, height: u32) -> Vec<u8> {
    let chunk = |kind: &[u8], data: &[u8]| {
        let body = [kind, data].concat();
        let length = u32::try_from(data.len()).expect("small").to_be_bytes();
        [&length[..], &body, &crc32fast::hash(&body).to_be_bytes()].concat()
    };
    let head = [&width.to_be_bytes()[..], &height.to_be_bytes(), &[8, 2, 0, 0, 0]].concat();
    let mut deflated = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::fast());
    let row = vec![0; width as usize * 3 + 1];
    // A picture is whole; a bomb need not be.
    let rows = if height <= WHOLE { height } else { 3000 };
    (0..rows).try_for_each(|_row| deflated.write_all(&row)).expect("memory");
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
    // Of a stranger nothing is read: not a byte of it is waited for.
    let stranger = Phone::new(&phone.address);
    let head = stranger.head(&format!("/d/{tag}/move"), "application/x-www-form-urlencoded", 900);
    let came = spoken(&phone.address, head.as_bytes()).expect("an answer");
    assert_eq!(came.status, 401, "{came:?}");
    // One that does not say, in pieces.
    let head = phone.head(&path, "multipart/form-data; boundary=grenze", 20 << 20);
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
    // What is refused unread is heard out, or a phone would see a broken line instead of why.
    let other_form = Phone { form: "0".repeat(26), ..phone.clone() };
    for (phone, size, status) in [(&phone, 12 << 20, 413), (&stranger, 9 << 20, 401), (&other_form, 9 << 20, 403)] {
        let body = multipart(&[("form", &phone.form)], &vec![7; size]);
        let head = phone.head(&path, "multipart/form-data; boundary=grenze", body.len());
        let mut stream = TcpStream::connect(&phone.address).expect("it listens");
        stream.write_all(&[head.as_bytes(), &body].concat()).expect("nobody hangs up");
        assert_eq!(read(&mut stream).map(|came| came.status), Some(status), "{size}");
    }
    // Ten megabytes of a photo are let in, and are none.
    let photos = [
        (vec![7; 9 << 20], 422),
        (bomb(60_000, 60_000), 422),
        (bomb(12_000, 12_000), 422),
        (bomb(9_001, 11_000), 422),
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
}

#[test]
fn no_more_photos_are_unpacked_at_once_than_there_is_memory_for_whoever_leaves_meanwhile() {
    let mut served = Served::new();
    let tag = served.rig.device().tag;
    let (phone, path) = (served.paired(), format!("/d/{tag}/photo"));
    let (photo, small) = (bomb(WHOLE, WHOLE), served.most_memory());
    let bytes = |words: &str| {
        let body = multipart(&[("form", &phone.form), ("words", words)], &photo);
        let head = phone.head(&path, "multipart/form-data; boundary=grenze", body.len());
        [head.as_bytes(), &body].concat()
    };
    for words in ["một", "hai", "ba", "bốn", "năm", "sáu"] {
        let mut stream = TcpStream::connect(&phone.address).expect("it listens");
        stream.write_all(&bytes(words)).expect("sent");
        // And it is gone.
    }
    let threads = ["bảy", "tám"].map(|words| {
        let (address, bytes) = (phone.address.clone(), bytes(words));
        std::thread::spawn(move || spoken(&address, &bytes).expect("an answer").status)
    });
    assert_eq!(threads.map(|thread| thread.join().expect("served")), [303, 303]);
    let most = served.most_memory();
    // Each takes 232 MiB, and two are looked at together.
    let (least, most_of_all) = (small + (232 << 20), small + ((2 * 232 + 100) << 20));
    assert!((least..most_of_all).contains(&most), "{most} bytes, {small} before");
}

#[test]
fn whoever_says_nothing_or_says_it_slowly_is_cut_and_others_are_served_meanwhile() {
    let mut served = Served::new();
    let tag = served.rig.device().tag;
    let (phone, path) = (served.paired(), format!("/d/{tag}/photo"));
    let quick = photo_with((300, 200), &[]);
    let began = Instant::now();
    // Of all connections of one address some are cut at once.
    let mut slow: Vec<TcpStream> = (0..300).map(|_one| connect(&phone.address, 9)).collect();
    for (number, stream) in slow.iter_mut().enumerate() {
        let part = &b"GET / HTTP/1.1\r\nHost: "[..number % 20];
        let _cut = stream.write_all(part);
    }
    // Phones that stop in the middle of a photo, and a stranger who does in the middle of a token.
    let stops = |head: String, from| {
        let mut stream = connect(&phone.address, from);
        stream.write_all(head.as_bytes()).expect("sent");
        stream
    };
    let half = "--grenze\r\nContent-Disposition: form-data; name=\"photo\"\r\n\r\nabc";
    let photo = phone.head(&path, "multipart/form-data; boundary=grenze", 5000) + half;
    let token = Phone::new(&phone.address).head("/P", "application/x-www-form-urlencoded", 900) + "token=";
    let photos: Vec<TcpStream> = (0..4).map(|_one| stops(photo.clone(), 1)).collect();
    let tokens = vec![stops(token, 8)];
    let asked = Instant::now();
    assert_eq!(phone.get("/").status, 200);
    assert_eq!(phone.photo(&path, &[], &quick).status, 303);
    // Before anybody is cut.
    assert!(asked.elapsed() < Duration::from_secs(9), "others are served: {:?}", asked.elapsed());
    for (mut streams, says) in [(slow, None), (photos, Some("Gửi lâu quá")), (tokens, Some("Gửi lâu quá"))] {
        for stream in &mut streams {
            stream.set_read_timeout(Some(Duration::from_secs(30))).expect("a socket");
            let came = read(stream);
            assert!(came.as_ref().is_none_or(|came| came.status == 408), "{came:?}");
            assert!(says.is_none_or(|says| came.as_ref().is_some_and(|came| came.body.contains(says))), "{came:?}");
        }
    }
    assert!(began.elapsed() < Duration::from_secs(25), "cut in time");
    assert_eq!(phone.get("/").status, 200);
}

#[test]
fn fifty_phones_at_once_are_all_served_and_all_they_do_is_recorded() {
    const PHONES: u8 = 50;
    let mut served = Served::new();
    let lot = served.rig.device().lot;
    let mut phones = vec![served.paired()];
    for more in 1..PHONES {
        served.another_code();
        // Each has an address of its own.
        phones.push(Phone { from: more, ..served.paired() });
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
