//! The phone page in a real browser, at a phone's size: Chromium, driven through a pair of pipes.
//!
//! Invariant: the browser and everything it wrote are gone with the test.

#![expect(clippy::disallowed_methods, reason = "a test drives a browser")]
#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use super::bench_rig::aloud;
use super::phone_rig::{Served, blank, code_of, photo_of};
use rustix::fs::{CWD, FileType, Mode, mknodat};
use serde_json::{Value, json};
use std::fs::{self, File, OpenOptions};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// How long anything may take.
const PATIENCE: Duration = Duration::from_mins(1);

/// Chromium with one page.
struct Browser {
    child: Child,
    to: File,
    from: BufReader<File>,
    last: u64,
    page: String,
    /// What the page complained of.
    complaints: Vec<String>,
    home: TempDir,
}

impl Browser {
    /// None, said aloud, where there is no Chromium.
    fn new() -> Option<Self> {
        if Command::new("chromium").arg("--version").output().is_err() {
            aloud("NOT RUN: the phone page needs chromium");
            return None;
        }
        let home = tempfile::tempdir().expect("a temporary folder");
        for name in ["in", "out"] {
            let pipe = home.path().join(name);
            mknodat(CWD, &pipe, FileType::Fifo, Mode::RUSR | Mode::WUSR, 0).expect("a pipe");
        }
        // Its debugger speaks on descriptors 3 and 4.
        let mut shell = Command::new("sh");
        shell.args(["-c", "exec \"$@\" 3<in 4>out", "sh", "chromium", "--headless=new", "--remote-debugging-pipe"]);
        shell.args([
            "--no-sandbox",
            "--disable-gpu",
            "--disable-dev-shm-usage",
            "--no-first-run",
            "--disable-extensions",
        ]);
        shell.args(["--disable-background-networking", "--disable-component-update", "--disable-sync"]);
        shell.args(["--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream", "--hide-scrollbars"]);
        shell.arg(format!("--user-data-dir={}", home.path().join("profile").display()));
        shell.current_dir(home.path()).env("HOME", home.path()).env("TMPDIR", home.path());
        shell.env("XDG_RUNTIME_DIR", home.path()).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let child = shell.spawn().expect("started");
        let to = OpenOptions::new().write(true).open(home.path().join("in")).expect("it listens");
        let from = BufReader::new(File::open(home.path().join("out")).expect("it speaks"));
        let (last, page, complaints) = (0, String::new(), Vec::new());
        let mut browser = Self { child, to, from, last, page, complaints, home };
        let target = browser.asks("Target.createTarget", &json!({ "url": "about:blank" }));
        let attach = json!({ "targetId": target["targetId"], "flatten": true });
        let session = browser.asks("Target.attachToTarget", &attach);
        session["sessionId"].as_str().expect("text").clone_into(&mut browser.page);
        for domain in ["Page", "DOM", "Runtime", "Log", "Network"] {
            browser.asks(&format!("{domain}.enable"), &json!({}));
        }
        Some(browser)
    }

    fn asks(&mut self, method: &str, params: &Value) -> Value {
        self.last += 1;
        let mut asked = json!({ "id": self.last, "method": method, "params": params });
        if !self.page.is_empty() {
            asked["sessionId"] = json!(self.page);
        }
        self.to.write_all(format!("{asked}\0").as_bytes()).expect("it listens");
        loop {
            let said = self.hears();
            if said["id"] == self.last {
                assert!(said["error"].is_null(), "{method}: {said}");
                return said["result"].clone();
            }
        }
    }

    fn hears(&mut self) -> Value {
        let mut said = Vec::new();
        self.from.read_until(0, &mut said).expect("it speaks");
        assert_eq!(said.pop(), Some(0), "the browser is gone");
        let said: Value = serde_json::from_slice(&said).expect("JSON");
        let entry = &said["params"]["entry"];
        if said["method"] == "Log.entryAdded" && entry["level"] == "error" {
            self.complaints.push(entry.to_string());
        }
        if said["method"] == "Runtime.exceptionThrown" {
            self.complaints.push(said["params"].to_string());
        }
        said
    }

    /// A phone's screen of that width.
    fn is_phone(&mut self, width: u32, height: u32) {
        let size = json!({ "width": width, "height": height, "deviceScaleFactor": 2, "mobile": true });
        self.asks("Emulation.setDeviceMetricsOverride", &size);
    }

    fn says(&mut self, script: &str) -> Value {
        let asked = json!({ "expression": script, "returnByValue": true, "awaitPromise": true });
        self.asks("Runtime.evaluate", &asked)["result"]["value"].clone()
    }

    fn text(&mut self) -> String {
        let text = self.says("document.readyState === 'complete' && document.body ? document.body.innerText : ''");
        text.as_str().unwrap_or_default().to_owned()
    }

    /// Waits until the page says that.
    fn shows(&mut self, words: &str) {
        let until = Instant::now() + PATIENCE;
        while !self.text().contains(words) {
            assert!(Instant::now() < until, "never {words}: {} {}", self.text(), self.complaints.join("\n"));
        }
    }

    fn goes(&mut self, url: &str) {
        self.asks("Page.navigate", &json!({ "url": url }));
    }

    fn node(&mut self, selector: &str) -> Value {
        let root = self.asks("DOM.getDocument", &json!({}))["root"]["nodeId"].clone();
        self.asks("DOM.querySelector", &json!({ "nodeId": root, "selector": selector }))["nodeId"].clone()
    }

    /// A thumb on it.
    fn taps(&mut self, selector: &str) {
        let node = self.node(selector);
        self.asks("DOM.scrollIntoViewIfNeeded", &json!({ "nodeId": node }));
        let quad = self.asks("DOM.getBoxModel", &json!({ "nodeId": node }))["model"]["content"].clone();
        let at =
            |one: usize, other: usize| f64::midpoint(quad[one].as_f64().expect("x"), quad[other].as_f64().expect("y"));
        let (x, y) = (at(0, 4), at(1, 5));
        for kind in ["mousePressed", "mouseReleased"] {
            let click = json!({ "type": kind, "x": x, "y": y, "button": "left", "clickCount": 1 });
            self.asks("Input.dispatchMouseEvent", &click);
        }
    }

    fn types(&mut self, selector: &str, text: &str) {
        let node = self.node(selector);
        self.asks("DOM.focus", &json!({ "nodeId": node }));
        self.asks("Input.insertText", &json!({ "text": text }));
    }

    /// What the camera of a phone hands over.
    fn takes(&mut self, photo: &[u8]) {
        let file = self.home.path().join("photo.jpg");
        fs::write(&file, photo).expect("written");
        let node = self.node("input[type=file]");
        self.asks("DOM.setFileInputFiles", &json!({ "nodeId": node, "files": [file] }));
    }

    /// A picture of the page, to be looked at, and what is wrong with it on a small screen.
    fn is_fit(&mut self, name: &str, width: u32) {
        let shot = self.asks("Page.captureScreenshot", &json!({ "captureBeyondViewport": false }));
        let png = base64(shot["data"].as_str().expect("text"));
        fs::write(pictures().join(format!("{name}-{width}.png")), png).expect("written");
        let wide = self.says("document.scrollingElement.scrollWidth");
        assert!(wide.as_u64().is_some_and(|wide| wide <= u64::from(width)), "{name}: {wide} pixels wide");
        let script = "[...document.querySelectorAll('button, .big, .back, .one, .camera, input:not([type]):not([type=hidden])')]\
                      .filter(e => e.checkVisibility() && e.getBoundingClientRect().height < 43).map(e => e.outerHTML).join('\\n')";
        assert_eq!(self.says(script), "", "{name}: too small for a thumb");
        assert_eq!(self.complaints, [""; 0], "{name}");
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        self.last += 1;
        let close = json!({ "id": self.last, "method": "Browser.close" });
        let asked = self.to.write_all(format!("{close}\0").as_bytes());
        // Until it has nothing more to say, and so no child that has.
        let _all = asked.and_then(|()| self.from.read_to_end(&mut Vec::new()));
        let _gone = self.child.wait();
    }
}

fn base64(text: &str) -> Vec<u8> {
    use base64::Engine as _;
    base64::engine::general_purpose::STANDARD.decode(text).expect("base64")
}

fn pictures() -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("phone");
    fs::create_dir_all(&folder).expect("a folder");
    folder
}

#[test]
fn a_small_phone_pairs_scans_receives_moves_and_sends_a_photo_with_one_thumb() {
    let Some(mut browser) = Browser::new() else { return };
    let served = Served::new();
    let lot = served.rig.device().lot;
    let url = served.url().to_owned();
    let tag = blank(9);
    browser.is_phone(360, 640);
    browser.goes(&url);
    browser.shows("Ghép điện thoại này");
    browser.is_fit("1-pair", 360);
    browser.taps("button");
    browser.shows("Chụp tem");
    browser.is_fit("2-home", 360);
    assert_eq!(browser.says("document.cookie"), "", "no script sees the key");
    // As a phone takes it; the page makes it small and sends it at once.
    browser.takes(&photo_of(&[&code_of(&tag)]));
    browser.shows("còn trống");
    assert!(browser.text().contains(&lot), "{}", browser.text());
    browser.is_fit("3-new", 360);
    browser.taps("input[value=tablet]");
    browser.taps("button");
    browser.shows("Đã nhận máy.");
    browser.is_fit("4-received", 360);
    browser.taps("a[href$=move]");
    browser.shows("lên kệ nào");
    browser.is_fit("5-move", 360);
    browser.types("input[name=shelf]", "Kệ 7");
    browser.taps("form:has(input[name=shelf]:not([type=hidden])) button");
    browser.shows("Đã chuyển kệ.");
    browser.is_fit("6-moved", 360);
    browser.taps("a[href$=photo]");
    browser.shows("Chụp ảnh");
    browser.is_fit("7-photo", 360);
    let photo = photo_of(&[]);
    browser.takes(&photo);
    browser.types("textarea", "thiếu pin <i>sạc</i>");
    let until = Instant::now() + PATIENCE;
    while browser.says("document.querySelector('input[type=file]').files[0].name") != "photo.jpg"
        || browser.says("document.querySelector('input[type=file]').files[0].size").as_u64() == Some(photo.len() as u64)
    {
        assert!(Instant::now() < until, "made small before it is sent");
    }
    browser.taps("button");
    browser.shows("Đã gửi ảnh.");
    browser.goes(&format!("http://{}/find?tag=7K3XQ-92M4T-9", served.address));
    browser.shows("Quét lại, hoặc gõ");
    browser.complaints.clear();
    browser.is_fit("8-wrong", 360);

    let events = served.rig.json(&["history", tag.as_str()]).good().all("history");
    assert_eq!(events.len(), 4, "{events:?}");
    from_elsewhere(&mut browser, &served, tag.as_str());
}

/// Another page of the same machine, to which the browser would send the cookie, posts a form.
fn from_elsewhere(browser: &mut Browser, served: &Served, tag: &str) {
    let before = served.rig.verified();
    let page = format!(
        "<form method=post action='http://{}/d/{tag}/move'><input name=shelf value=A9></form>\
         <script>document.forms[0].submit()</script>",
        served.address
    );
    let (evil, thread) = page_of_another_site(page);
    browser.goes(&format!("http://{evil}/"));
    browser.shows("không đến từ trang của trạm");
    thread.join().expect("served");
    browser.complaints.clear();
    browser.goes(&format!("http://{}/", served.address));
    browser.shows("Chụp tem");
    assert_eq!(served.rig.verified()["head"], before["head"], "nothing was recorded");
    in_a_frame(browser, served);
}

/// In a frame of another page it is not shown: nobody can be made to tap it.
fn in_a_frame(browser: &mut Browser, served: &Served) {
    let (evil, thread) = page_of_another_site(format!("<iframe src='http://{}/'></iframe>", served.address));
    browser.goes(&format!("http://{evil}/"));
    thread.join().expect("served");
    let until = Instant::now() + PATIENCE;
    let framed = loop {
        let tree = browser.asks("Page.getFrameTree", &json!({}));
        let url = tree["frameTree"]["childFrames"][0]["frame"]["url"].as_str().unwrap_or_default().to_owned();
        if !url.is_empty() && url != "about:blank" {
            break url;
        }
        assert!(Instant::now() < until, "{tree}");
    };
    assert_eq!(framed, "chrome-error://chromewebdata/");
    browser.complaints.clear();
}

/// A page that is asked for once, at an address of its own.
fn page_of_another_site(page: String) -> (SocketAddr, std::thread::JoinHandle<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let evil = listener.local_addr().expect("bound");
    let thread = std::thread::spawn(move || {
        let (mut stream, _peer) = listener.accept().expect("it comes");
        let _asked = stream.read(&mut [0; 4096]).expect("a request");
        let head = format!("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {}\r\n\r\n", page.len());
        stream.write_all((head + &page).as_bytes()).expect("sent");
    });
    (evil, thread)
}

#[test]
fn without_scripts_and_on_the_narrowest_screen_everything_can_still_be_done() {
    let Some(mut browser) = Browser::new() else { return };
    let served = Served::new();
    served.rig.device();
    let url = served.url().to_owned();
    let tag = blank(11);
    browser.asks("Emulation.setScriptExecutionDisabled", &json!({ "value": true }));
    browser.is_phone(320, 533);
    browser.goes(&url);
    browser.shows("Ghép điện thoại này");
    browser.taps("button");
    browser.shows("Chụp tem");
    browser.is_fit("1-home", 320);
    // Too large a photo is told so, and no broken line.
    browser.takes(&vec![7; 12 << 20]);
    browser.taps("form[action='/scan'] button");
    browser.shows("10 MB");
    browser.complaints.clear();
    browser.taps("a[href='/']");
    browser.shows("Chụp tem");
    browser.takes(&photo_of(&[&code_of(&tag)]));
    browser.taps("form[action='/scan'] button");
    browser.shows("còn trống");
    browser.is_fit("2-new", 320);
    browser.taps("form button");
    browser.shows("Đã nhận máy.");
    browser.is_fit("3-received", 320);
    browser.taps("a[href$=move]");
    browser.shows("lên kệ nào");
    browser.takes(&photo_of(&["KE:A1"]));
    browser.taps("form[action$=shelf] button");
    browser.shows("Đã chuyển kệ.");
    browser.is_fit("4-moved", 320);
    browser.taps("a[href='/']");
    browser.shows("Thôi dùng điện thoại này");
    browser.taps("a[href='/lang/en']");
    browser.shows("Photo of the tag");
    browser.is_fit("5-english", 320);
    browser.taps("form[action='/out'] button");
    browser.shows("chưa ghép");
    let (code, _rig) = served.stops();
    assert_eq!(code, 0);
}
