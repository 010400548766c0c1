//! What is answered to what: who is let in, and which page it is.
//!
//! Invariants: without a session there is only the page that pairs; nothing is done that does not bring back what the form was
//! given; what a thumb sends twice is done once and answered twice; whoever lost every role is let in no more.

use super::device;
use super::page::Page;
use super::route::Door;
use super::serve::locked;
use super::session::Session;
use crate::custody::PersonFile;
use crate::port::{Failure, Trouble};
use crate::tag::TagId;
use crate::word::{Lang, Sentence, Words, say};
use crate::workbench::{Bench, read_codes};
use axum::http::StatusCode;
use sha2::{Digest as _, Sha256};
use std::cell::RefCell;

/// What is asked.
#[derive(Debug)]
pub(super) struct Asked {
    /// Whether something is to be done.
    pub(super) is_post: bool,
    /// The parts of the path, as they were sent.
    pub(super) path: Vec<String>,
    /// Whose phone it is.
    pub(super) session: Option<Session>,
    /// What was typed.
    pub(super) fields: Vec<(String, String)>,
    /// The photo that was sent.
    pub(super) photo: Option<Vec<u8>>,
}

/// What happens to the session's key on the phone.
#[derive(Debug)]
pub(super) enum Kind {
    Begins(String),
    Ends,
}

/// What is answered.
#[derive(Debug)]
pub(super) struct Reply {
    pub(super) status: u16,
    pub(super) body: String,
    /// Where to go instead: a place of this page.
    pub(super) to: Option<String>,
    pub(super) key: Option<Kind>,
}

impl Reply {
    pub(super) const fn new(status: u16, body: String) -> Self {
        Self { status, body, to: None, key: None }
    }

    /// Go there.
    pub(super) fn to(place: impl Into<String>) -> Self {
        Self { to: Some(place.into()), ..Self::new(303, String::new()) }
    }
}

impl Asked {
    /// What was typed under that name.
    pub(super) fn field(&self, name: &str) -> &str {
        self.fields.iter().find(|(own, _)| own == name).map_or("", |(_, value)| value)
    }
}

thread_local! {
    /// Each thread's words: reading them takes longer than answering.
    static WORDS: RefCell<Vec<Words>> = const { RefCell::new(Vec::new()) };
}

/// With the words of that language; with none where a station's own do not read.
fn with_words<T>(door: &Door, lang: Lang, work: impl FnOnce(&Words) -> T) -> Option<T> {
    let is_there = |all: &RefCell<Vec<Words>>| all.borrow().iter().any(|words| words.lang() == lang);
    if !WORDS.with(is_there) {
        let words = door.house.words(lang).ok().or_else(|| Words::new(lang, None).ok())?;
        WORDS.with(|all| all.borrow_mut().push(words));
    }
    WORDS.with(|all| all.borrow().iter().find(|words| words.lang() == lang).map(work))
}

/// A page that says why not.
pub(super) fn refusal(door: &Door, status: StatusCode, what: &Sentence) -> Reply {
    let page = |words: &Words| {
        let mut page = Page::new(words, None, door.practice);
        page.line("bad", what);
        page.link("back", "/", &say!("phone-home"));
        page.finish(status.as_u16(), &say!("phone-title"))
    };
    with_words(door, door.lang, page).unwrap_or_else(|| Reply::new(status.as_u16(), String::new()))
}

/// Answers. Waits for files: not for a thread that others wait for.
pub(super) fn answer(door: &Door, mut asked: Asked) -> Reply {
    let session = asked.session.take();
    let lang = session.as_ref().map_or(door.lang, |session| session.lang);
    let answered = with_words(door, lang, |words| match session {
        Some(session) => let_in(door, words, &session, &asked),
        None => at_the_door(door, words, &asked),
    });
    answered.unwrap_or_else(|| Reply::new(500, String::new()))
}

fn parts(asked: &Asked) -> Vec<&str> {
    asked.path.iter().map(String::as_str).collect()
}

/// Whoever has no session can only begin one.
fn at_the_door(door: &Door, words: &Words, asked: &Asked) -> Reply {
    let mut page = Page::new(words, None, door.practice);
    page.heading(&say!("phone-title"));
    match (asked.is_post, parts(asked).as_slice()) {
        // Asking for the address pairs nothing: what looks at links before people do must not use the token up.
        (false, ["P", token]) => {
            page.line("what", &say!("phone-pair-note"));
            page.below();
            page.form("/P", |page| {
                page.hidden("token", token);
                page.send(&say!("phone-pair"));
            });
            page.finish(200, &say!("phone-title"))
        }
        (true, ["P"]) => {
            let key = locked(&door.sessions).redeem(door.house.as_ref(), asked.field("token"));
            if let Some(key) = key {
                return Reply { key: Some(Kind::Begins(key)), ..Reply::to("/") };
            }
            page.line("bad", &say!("phone-token-wrong"));
            page.line("hint", &say!("phone-token-wrong-hint"));
            page.finish(403, &say!("phone-title"))
        }
        _others => {
            page.line("bad", &say!("phone-not-paired"));
            page.line("hint", &say!("phone-token-wrong-hint"));
            page.finish(401, &say!("phone-title"))
        }
    }
}

fn let_in(door: &Door, words: &Words, session: &Session, asked: &Asked) -> Reply {
    let new = || Page::new(words, Some(session), door.practice);
    let fails = |failure: &Failure| {
        let mut page = new();
        page.failure(failure);
        page.below();
        page.link("big", "/", &say!("phone-home"));
        page.finish(status(failure.trouble), &say!("phone-title"))
    };
    if asked.is_post && parts(asked).as_slice() != ["P"] && asked.field("form") != session.form {
        return refusal(door, StatusCode::FORBIDDEN, &say!("phone-other-site"));
    }
    match (asked.is_post, parts(asked).as_slice()) {
        // Paired already: the code that was scanned again begins anew, perhaps for somebody else.
        (false, ["P", _]) | (true, ["P"]) => return at_the_door(door, words, asked),
        (true, ["out"]) => {
            locked(&door.sessions).revoke(session.number);
            return Reply { key: Some(Kind::Ends), ..Reply::to("/") };
        }
        (false, ["lang", lang]) => {
            let Ok(lang) = lang.parse() else { return refusal(door, StatusCode::NOT_FOUND, &say!("phone-lost")) };
            locked(&door.sessions).speak(session.number, lang);
            return Reply::to("/");
        }
        _others => {}
    }
    let is_kept = asked.is_post && matches!(parts(asked).as_slice(), ["new", _] | ["d", _, "photo"]);
    let outcome =
        is_kept.then(|| locked(&door.sessions).sent(door.house.passed(), what_is_sent(session.number, asked)));
    let mut outcome = outcome.as_deref().map(locked);
    if let Some(place) = outcome.as_ref().and_then(|outcome| outcome.as_ref()) {
        return Reply::to(place.clone());
    }
    let mut reply = None;
    let done = door.house.at_bench(&session.by(), &mut |bench| {
        if bench.index.get::<PersonFile>(&bench.by.person)?.is_none_or(|file| file.left) {
            locked(&door.sessions).revoke(session.number);
            return Err(Failure::new(Trouble::No, say!("phone-not-paired")).hint(say!("phone-token-wrong-hint")));
        }
        reply = route(bench, asked, &new)?;
        Ok(())
    });
    match (done, reply) {
        (Err(failure), _) => fails(&failure),
        (Ok(()), Some(reply)) => {
            if let Some(outcome) = &mut outcome {
                outcome.clone_from(&reply.to);
            }
            reply
        }
        (Ok(()), None) => refusal(door, StatusCode::NOT_FOUND, &say!("phone-lost")),
    }
}

/// A hash of everything that phone sent.
fn what_is_sent(number: u32, asked: &Asked) -> [u8; 32] {
    let mut hash = Sha256::new().chain_update(number.to_be_bytes());
    let fields = asked.fields.iter().flat_map(|(name, value)| [name.as_bytes(), value.as_bytes()]);
    for part in asked.path.iter().map(String::as_bytes).chain(fields).chain(asked.photo.as_deref()) {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    hash.finalize().into()
}

/// Source: RFC 9110 §15, as near as our own words come.
const fn status(trouble: Trouble) -> u16 {
    match trouble {
        Trouble::No => 409,
        Trouble::Usage => 400,
        Trouble::BadData => 422,
        Trouble::TryAgain => 503,
        Trouble::Io | Trouble::Cancelled => 500,
    }
}

type New<'a, 'w> = &'a dyn Fn() -> Page<'w>;

/// None where there is no such page.
fn route(bench: &Bench<'_>, asked: &Asked, new: New<'_, '_>) -> Result<Option<Reply>, Failure> {
    Ok(Some(match (asked.is_post, parts(asked).as_slice()) {
        (false, [""]) => home(new()),
        (false, ["find"]) => find(bench, asked.field("tag"))?,
        (true, ["scan"]) => scan(bench, asked, new())?,
        (false, ["d", tag]) => device::show(bench, tag, asked.field("done"), new())?,
        (false, ["d", tag, "move"]) => device::ask_shelf(bench, tag, new())?,
        (true, ["d", tag, "move"]) => device::put(bench, tag, asked.field("shelf"))?,
        (true, ["d", tag, "shelf"]) => device::put_by_photo(bench, tag, asked, new())?,
        (false, ["d", tag, "photo"]) => device::ask_photo(bench, tag, new())?,
        (true, ["d", tag, "photo"]) => device::attach(bench, tag, asked)?,
        (false, ["new", tag]) => device::ask_new(bench, tag, new())?,
        (true, ["new", tag]) => device::receive_new(bench, tag, asked)?,
        _others => return Ok(None),
    }))
}

fn home(mut page: Page<'_>) -> Reply {
    page.heading(&say!("phone-title"));
    page.line("what", &say!("phone-home-note"));
    page.below();
    page.ask("/find", |page| {
        page.typed("tag", &say!("phone-type-tag"), "");
        page.send(&say!("phone-find"));
    });
    page.photo_form("/scan", true, |page| {
        page.photo(&say!("phone-scan-tag"));
        page.send(&say!("phone-scan"));
    });
    page.form("/out", |page| page.send(&say!("phone-out")));
    page.link("back", &format!("/lang/{}", page.other_lang()), &say!("phone-other-lang"));
    page.finish(200, &say!("phone-title"))
}

/// The device of a tag; a tag that nobody has yet is for a device that is received now.
fn find(bench: &Bench<'_>, text: &str) -> Result<Reply, Failure> {
    match (bench.find(text), TagId::read(text)) {
        (Ok(found), _) => Ok(Reply::to(format!("/d/{}", device::address(&found)))),
        (Err(failure), Ok(tag)) if failure.what.key() == "tag-unknown" => {
            Ok(Reply::to(format!("/new/{}", tag.as_str())))
        }
        (Err(failure), _) => Err(failure),
    }
}

fn scan(bench: &Bench<'_>, asked: &Asked, mut page: Page<'_>) -> Result<Reply, Failure> {
    let read = read_codes(device::photo(asked)?, |read| !read.tags.is_empty())?;
    match read.tags.as_slice() {
        [tag] => return find(bench, tag.as_str()),
        [] => {
            let what = if read.shelves.is_empty() { say!("phone-scan-none") } else { say!("phone-scan-shelf") };
            return Err(Failure::new(Trouble::No, what).hint(say!("phone-scan-hint")));
        }
        _several => {}
    }
    page.heading(&say!("phone-scan-several"));
    page.below();
    for tag in &read.tags {
        page.link("big", &format!("/find?tag={}", tag.as_str()), &say!("plain", text = tag.to_string()));
    }
    Ok(page.finish(200, &say!("phone-title")))
}
