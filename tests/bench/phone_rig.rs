//! What the tests of the phone page stand on: the built program serving a station, and a phone that speaks plain HTTP.
//!
//! Invariant: the page listens on loopback, at a port of the system's choosing, and ends with the rig.

#![expect(clippy::disallowed_methods, reason = "a test drives the built program")]
#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use super::bench_rig::Rig;
use aoxanh::tag::{Domain, Payload, Qr, TagId, codes_of};
use image::{DynamicImage, GrayImage, ImageFormat, Luma};
use rustix::net::{AddressFamily, SocketType};
use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;
use std::fmt::Write as _;
use std::fs;
use std::io::{BufRead, BufReader, Cursor, Read, Write};
use std::net::{SocketAddrV4, TcpStream};
use std::process::{Child, ChildStdin, ChildStdout, Stdio};
use std::time::Duration;

/// A station whose page is served.
pub(crate) struct Served {
    pub(crate) rig: Rig,
    child: Child,
    typed: Option<ChildStdin>,
    said: BufReader<ChildStdout>,
    /// Where it listens.
    pub(crate) address: String,
    /// What was told of the last code.
    url: String,
}

/// What came back.
#[derive(Debug)]
pub(crate) struct Came {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: String,
}

impl Came {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().find_map(|line| {
            let (own, value) = line.split_once(':')?;
            own.eq_ignore_ascii_case(name).then(|| value.trim())
        })
    }

    /// The value of that hidden field of its first form.
    pub(crate) fn hidden(&self, name: &str) -> String {
        let from = self.body.split_once(&format!("name=\"{name}\" value=\"")).expect(name).1;
        from.split_once('"').expect("an end").0.to_owned()
    }
}

impl Served {
    /// A normal station, its lead signed in, served.
    pub(crate) fn new() -> Self {
        Self::of(Rig::normal(), &[])
    }

    /// That station, served to whoever `more` puts at the bench.
    pub(crate) fn of(rig: Rig, more: &[&str]) -> Self {
        let pin = rig.secret("pin");
        let args = [more, &["--json", "--pin-file", &pin, "serve", "--listen", "127.0.0.1:0"]].concat();
        let mut command = rig.command(&args);
        let piped = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::inherit());
        let mut child = piped.spawn().expect("started");
        let (typed, said) = (child.stdin.take(), BufReader::new(child.stdout.take().expect("piped")));
        let mut served = Self { rig, child, typed, said, address: String::new(), url: String::new() };
        let serving = served.hears("serving");
        serving["address"].as_str().expect("text").clone_into(&mut served.address);
        served.hears_code();
        served
    }

    /// The next object of that kind.
    pub(crate) fn hears(&mut self, kind: &str) -> Value {
        let schema = format!("aoxanh/{kind}/1");
        loop {
            let mut line = String::new();
            assert!(self.said.read_line(&mut line).expect("UTF-8") > 0, "the program ended before {kind}");
            let object: Value = serde_json::from_str(&line).expect("one JSON object a line");
            if object["schema"] == schema.as_str() {
                return object;
            }
            assert!(object["schema"] != "aoxanh/failure/1" || kind == "failure", "{object}");
        }
    }

    fn hears_code(&mut self) {
        let pairing = self.hears("pairing");
        pairing["url"].as_str().expect("text").clone_into(&mut self.url);
    }

    pub(crate) fn types(&mut self, line: &str) {
        writeln!(self.typed.as_mut().expect("piped"), "{line}").expect("it listens");
    }

    /// The last code's address.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// The last code's token.
    pub(crate) fn token(&self) -> &str {
        self.url.rsplit('/').next().expect("a path")
    }

    /// Has a new code shown.
    pub(crate) fn another_code(&mut self) {
        self.types("");
        self.hears_code();
    }

    /// A phone that scans the last code.
    pub(crate) fn paired(&mut self) -> Phone {
        let mut phone = Phone::new(&self.address);
        let token = self.token().to_owned();
        phone.pairs(&token);
        let number = self.hears("phone")["number"].as_u64().expect("a number");
        Phone { number, ..phone }
    }

    /// The most memory that the program has had, bytes.
    pub(crate) fn most_memory(&self) -> u64 {
        let told = fs::read_to_string(format!("/proc/{}/status", self.child.id())).expect("it runs");
        let kib = told.lines().find_map(|line| line.strip_prefix("VmHWM:")?.trim().strip_suffix(" kB")?.parse().ok());
        kib.map_or(0, |kib: u64| kib * 1024)
    }

    /// Ctrl-C; what it ends with.
    pub(crate) fn stops(mut self) -> (i32, Rig) {
        let id = i32::try_from(self.child.id()).expect("process ids are small");
        kill_process(Pid::from_raw(id).expect("not 0"), Signal::INT).expect("our own child");
        self.hears("serving_stopped");
        let code = self.child.wait().expect("our own child").code().unwrap_or(-1);
        (code, std::mem::replace(&mut self.rig, Rig::empty()))
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        if let Ok(None) = self.child.try_wait() {
            let _gone = self.child.kill().and_then(|()| self.child.wait());
        }
    }
}

/// A phone, paired or not.
#[derive(Clone, Debug)]
pub(crate) struct Phone {
    pub(crate) address: String,
    pub(crate) cookie: String,
    /// What its forms bring back.
    pub(crate) form: String,
    pub(crate) number: u64,
    /// The last part of its address.
    pub(crate) from: u8,
}

/// A connection from that address of this machine.
pub(crate) fn connect(address: &str, from: u8) -> TcpStream {
    let socket = rustix::net::socket(AddressFamily::INET, SocketType::STREAM, None).expect("a socket");
    rustix::net::bind(&socket, &SocketAddrV4::new([127, 0, 0, from].into(), 0)).expect("ours");
    rustix::net::connect(&socket, &address.parse::<SocketAddrV4>().expect("an address")).expect("it listens");
    socket.into()
}

/// Sends these bytes, and reads until the other end has said all. Nothing where it was cut without a word.
pub(crate) fn spoken(address: &str, bytes: &[u8]) -> Option<Came> {
    said(connect(address, 1), bytes)
}

fn said(mut stream: TcpStream, bytes: &[u8]) -> Option<Came> {
    stream.set_read_timeout(Some(Duration::from_mins(1))).expect("a socket");
    // It may have answered, and gone, before everything was said.
    let _cut = stream.write_all(bytes);
    read(&mut stream)
}

/// Reads one answer.
pub(crate) fn read(stream: &mut TcpStream) -> Option<Came> {
    let mut all = Vec::new();
    let _cut = stream.read_to_end(&mut all);
    let text = String::from_utf8_lossy(&all).into_owned();
    let (head, body) = text.split_once("\r\n\r\n")?;
    let status = head.split(' ').nth(1)?.parse().ok()?;
    Some(Came { status, head: head.to_owned(), body: body.to_owned() })
}

/// A form as a phone sends it.
pub(crate) fn encoded(fields: &[(&str, &str)]) -> String {
    let one = |text: &str| {
        text.bytes().fold(String::new(), |mut all, byte| {
            _ = write!(all, "%{byte:02X}");
            all
        })
    };
    fields.iter().map(|(name, value)| format!("{}={}", one(name), one(value))).collect::<Vec<_>>().join("&")
}

/// A form with a photo.
pub(crate) fn multipart(fields: &[(&str, &str)], photo: &[u8]) -> Vec<u8> {
    let mut body = Vec::new();
    for (name, value) in fields {
        let part = format!("--grenze\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
        body.extend(part.bytes());
    }
    let head = "--grenze\r\nContent-Disposition: form-data; name=\"photo\"; filename=\"../../etc/passwd\"\r\n\
                Content-Type: image/jpeg\r\n\r\n";
    [&body[..], head.as_bytes(), photo, b"\r\n--grenze--\r\n"].concat()
}

impl Phone {
    pub(crate) fn new(address: &str) -> Self {
        Self { address: address.to_owned(), cookie: String::new(), form: String::new(), number: 0, from: 1 }
    }

    pub(crate) fn pairs(&mut self, token: &str) {
        let page = self.get(&format!("/P/{token}"));
        assert_eq!((page.status, page.hidden("token").as_str()), (200, token), "{page:?}");
        let came = self.post("/P", &[("token", token)]);
        assert_eq!((came.status, came.header("location")), (303, Some("/")), "{came:?}");
        let cookie = came.header("set-cookie").expect("a cookie").to_owned();
        for part in ["HttpOnly", "SameSite=Strict", "Max-Age=43200", "Path=/"] {
            assert!(cookie.contains(part), "{cookie}");
        }
        cookie.split(';').next().expect("a pair").clone_into(&mut self.cookie);
        self.form = self.get("/").hidden("form");
    }

    /// Sends these bytes; what comes back.
    fn says(&self, bytes: &[u8]) -> Option<Came> {
        said(connect(&self.address, self.from), bytes)
    }

    pub(crate) fn get(&self, path: &str) -> Came {
        let request = format!(
            "GET {path} HTTP/1.1\r\nHost: {}\r\nCookie: other=1; {}\r\nConnection: close\r\n\r\n",
            self.address, self.cookie
        );
        self.says(request.as_bytes()).expect("an answer")
    }

    /// The head of a request that says such a body, of that length, comes.
    pub(crate) fn head(&self, path: &str, kind: &str, length: usize) -> String {
        let Self { address, cookie, .. } = self;
        format!(
            "POST {path} HTTP/1.1\r\nHost: {address}\r\nOrigin: http://{address}\r\nSec-Fetch-Site: same-origin\r\n\
             Cookie: {cookie}\r\nContent-Type: {kind}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n"
        )
    }

    pub(crate) fn post(&self, path: &str, fields: &[(&str, &str)]) -> Came {
        let body = encoded(&[&[("form", self.form.as_str())], fields].concat());
        let head = self.head(path, "application/x-www-form-urlencoded", body.len());
        self.says((head + &body).as_bytes()).expect("an answer")
    }

    pub(crate) fn photo(&self, path: &str, fields: &[(&str, &str)], photo: &[u8]) -> Came {
        let body = multipart(&[&[("form", self.form.as_str())], fields].concat(), photo);
        let head = self.head(path, "multipart/form-data; boundary=grenze", body.len());
        self.says(&[head.as_bytes(), &body].concat()).expect("an answer")
    }

    /// Goes where that answer sends it.
    pub(crate) fn follows(&self, came: &Came) -> Came {
        assert_eq!(came.status, 303, "{came:?}");
        self.get(came.header("location").expect("a place"))
    }
}

/// A tag that nobody has.
pub(crate) fn blank(seed: u8) -> TagId {
    TagId::from_random([seed, 0x5a, seed.wrapping_mul(31), 7, !seed, 0x11, 0x80])
}

/// What the tag's code says.
pub(crate) fn code_of(tag: &TagId) -> String {
    Payload::new(&Domain::read("aoxanh.example").expect("a good domain"), tag).as_str().to_owned()
}

/// A photo of these codes side by side, somewhat grey, as large as a phone takes them, with what a camera writes into it.
pub(crate) fn photo_of(codes: &[&str]) -> Vec<u8> {
    let codes: Vec<_> = (0..).zip(codes).map(|(place, code)| (*code, 100 + 1100 * place, 14)).collect();
    photo_with((2400, 1800), &codes)
}

/// One of that size, of codes each so far from the left, their modules that large, pixels.
pub(crate) fn photo_with((width, height): (u32, u32), codes: &[(&str, u32, usize)]) -> Vec<u8> {
    let mut grey = GrayImage::from_pixel(width, height, Luma([190]));
    for (code, left, pixels) in codes {
        let qr = Qr::of_text(code).expect("it fits");
        for y in 0..qr.side() * pixels {
            for x in 0..qr.side() * pixels {
                let light = if qr.is_dark(x / pixels, y / pixels) { 40 } else { 230 };
                let at = |from: u32, add: usize| from + u32::try_from(add).expect("small");
                grey.put_pixel(at(*left, x), at(300, y), Luma([light]));
            }
        }
    }
    let mut jpeg = Cursor::new(Vec::new());
    DynamicImage::from(grey).write_to(&mut jpeg, ImageFormat::Jpeg).expect("written");
    let mut jpeg = jpeg.into_inner();
    let exif = b"Exif\0\0MM\0*\0\0\0\x08\0\0 Hanoi, SN 12345";
    let length = u16::try_from(exif.len() + 2).expect("short").to_be_bytes();
    jpeg.splice(2..2, [&[0xFF, 0xE1][..], &length, exif].concat());
    jpeg
}

/// What the codes say that a screen shows as text, light on dark.
pub(crate) fn codes_shown(shown: &str) -> Vec<String> {
    let rows: Vec<Vec<char>> = shown.lines().map(|line| line.chars().collect()).collect();
    let wide = rows.iter().map(Vec::len).max().unwrap_or(0);
    let lit = |x: u32, y: u32| match rows[y as usize / 12].get(x as usize / 6) {
        Some('█') => true,
        Some('▀') => y % 12 < 6,
        Some('▄') => y % 12 >= 6,
        _other => false,
    };
    let side = |count: usize, pixels: usize| u32::try_from(count * pixels).expect("small");
    let light = |x, y| Luma([if lit(x, y) { 255 } else { 0 }]);
    let picture = GrayImage::from_fn(side(wide, 6), side(rows.len(), 12), light);
    codes_of(&picture).expect("a picture").into_iter().filter_map(|code| code.text).collect()
}
