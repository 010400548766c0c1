//! From requests to what they ask, and back: everything that can be refused before anybody works is refused here.
//!
//! Invariants: a request for another host, one that says it is too long, and a form that another site sent are refused before
//! their bodies are read; of a phone that is not paired nothing is read but a token, and no photo of one that is revoked
//! meanwhile is looked at; no more photos are in memory than is set here, whoever leaves while they are looked at; every answer
//! says how it is to be kept and shown.

use super::answer::{Asked, Kind, Reply, answer, refusal};
use super::house::House;
use super::serve::locked;
use super::session::{Session, Sessions};
use crate::word::{Lang, say};
use axum::Router;
use axum::body::Body;
use axum::extract::multipart::MultipartError;
use axum::extract::{DefaultBodyLimit, Form, FromRequest, Multipart, Request, State};
use axum::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use axum::http::{Method, StatusCode};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::sync::Semaphore;
use tokio::task::spawn_blocking;
use tokio::time::error::Elapsed;
use tokio::time::timeout;

/// The largest photo, bytes.
const MOST_PHOTO: usize = 10 << 20;
/// What stands around it in its form, bytes.
const AROUND: usize = 64 << 10;
/// The largest form without a photo, bytes.
const MOST_FORM: usize = 16 << 10;
/// The most fields of a form.
const MOST_FIELDS: usize = 16;
/// Photos that are looked at together: each may take much memory.
const PHOTOS: usize = 2;
/// Forms with photos that are read together: some phones are slow.
const FORMS: usize = 8;
/// How long a form with a photo may stand still, or one without may take.
const STILL: Duration = Duration::from_secs(10);
/// How long a form with a photo may take in all.
const WHOLE: Duration = Duration::from_mins(1);
/// The session's cookie.
const COOKIE: &str = "aoxanh";
/// What every answer says. `same-origin`, for without a referrer a form's origin would be nobody's.
const HEADERS: [(HeaderName, &str); 7] = [
    (
        header::CONTENT_SECURITY_POLICY,
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; \
         frame-ancestors 'none'",
    ),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (header::CACHE_CONTROL, "no-store"),
    (header::REFERRER_POLICY, "same-origin"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
];

/// What every request shares.
pub(super) struct Door {
    pub(super) house: Arc<dyn House>,
    pub(super) sessions: Mutex<Sessions>,
    /// The language of whoever has no session.
    pub(super) lang: Lang,
    pub(super) practice: bool,
    /// The names it may be asked for by.
    hosts: Vec<String>,
    forms: Arc<Semaphore>,
    photos: Arc<Semaphore>,
}

impl Door {
    pub(super) fn new(house: Arc<dyn House>, address: SocketAddr, (lang, practice): (Lang, bool)) -> Self {
        let mut hosts = vec![address.to_string()];
        if address.port() == 80 {
            hosts.push(address.to_string().trim_end_matches(":80").to_owned());
        }
        if address.ip().is_loopback() {
            hosts.push(format!("localhost:{}", address.port()));
        }
        let [forms, photos] = [FORMS, PHOTOS].map(|most| Arc::new(Semaphore::new(most)));
        Self { house, sessions: Mutex::default(), lang, practice, hosts, forms, photos }
    }

    /// The session of whoever asks.
    fn session(&self, headers: &HeaderMap) -> Option<Session> {
        let cookies = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
        let mut pairs = cookies.flat_map(|cookies| cookies.split(';')).filter_map(|pair| pair.trim().split_once('='));
        let key = pairs.find_map(|(name, key)| (name == COOKIE).then_some(key))?;
        locked(&self.sessions).of(self.house.as_ref(), key)
    }

    /// Whether it is asked for by its own name. Source: another name for its address is what DNS rebinding needs.
    fn is_host(&self, host: &str) -> bool {
        self.hosts.iter().any(|own| own.eq_ignore_ascii_case(host))
    }
}

/// Every way in.
pub(super) fn router(door: &Arc<Door>) -> Router {
    let photos = Router::new()
        .route("/scan", post(with_photo))
        .route("/d/{tag}/shelf", post(with_photo))
        .route("/d/{tag}/photo", get(asked).post(with_photo))
        .layer(DefaultBodyLimit::max(MOST_PHOTO + AROUND));
    let forms = Router::new()
        .route("/", get(asked))
        .route("/P", post(asked))
        .route("/P/{token}", get(asked))
        .route("/find", get(asked))
        .route("/d/{tag}", get(asked))
        .route("/d/{tag}/move", get(asked).post(asked))
        .route("/new/{tag}", get(asked).post(asked))
        .route("/lang/{lang}", get(asked))
        .route("/out", post(asked))
        .route("/style.css", get(|| async { file("text/css; charset=utf-8", include_str!("style.css")) }))
        .route("/shrink.js", get(|| async { file("text/javascript; charset=utf-8", include_str!("shrink.js")) }))
        .route("/favicon.ico", get(|| async { StatusCode::NO_CONTENT }))
        .layer(DefaultBodyLimit::max(MOST_FORM));
    let all = photos.merge(forms).fallback(lost).with_state(Arc::clone(door));
    all.layer(from_fn_with_state(Arc::clone(door), guard))
}

fn file(kind: &'static str, text: &'static str) -> impl IntoResponse {
    ([(header::CONTENT_TYPE, kind)], text)
}

/// Refuses what nobody has to look into, and says on every answer how it is to be kept and shown.
async fn guard(State(door): State<Arc<Door>>, request: Request, next: Next) -> Response {
    let mut response = match barred(&door, &request) {
        Some((status, what)) => respond(refusal(&door, status, &what)),
        None => next.run(request).await,
    };
    let headers = response.headers_mut();
    for (name, value) in HEADERS {
        headers.insert(name, HeaderValue::from_static(value));
    }
    response
}

fn barred(door: &Door, request: &Request) -> Option<(StatusCode, crate::word::Sentence)> {
    let one = |name| {
        let mut values = request.headers().get_all(name).iter();
        let first = values.next().and_then(|value| value.to_str().ok());
        first.filter(|_one| values.next().is_none())
    };
    if !one(header::HOST).is_some_and(|host| door.is_host(host)) || request.uri().host().is_some() {
        return Some((StatusCode::MISDIRECTED_REQUEST, say!("phone-wrong-host")));
    }
    let length = one(header::CONTENT_LENGTH).and_then(|length| length.parse::<usize>().ok());
    if length.is_some_and(|length| length > MOST_PHOTO + AROUND) {
        return Some((StatusCode::PAYLOAD_TOO_LARGE, say!("phone-too-large", most = (MOST_PHOTO >> 20) as u64)));
    }
    if *request.method() == Method::POST {
        let origin = one(header::ORIGIN).and_then(|origin| origin.strip_prefix("http://"));
        let site = one(HeaderName::from_static("sec-fetch-site"));
        if !origin.is_some_and(|origin| door.is_host(origin)) || site.is_some_and(|site| site != "same-origin") {
            return Some((StatusCode::FORBIDDEN, say!("phone-other-site")));
        }
    }
    None
}

fn respond(reply: Reply) -> Response {
    let status = StatusCode::from_u16(reply.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = Response::new(Body::from(reply.body));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    // Made of symbols of our own: they are always values of headers.
    let cookie = reply.key.map(|key| match key {
        Kind::Begins(key) => {
            let seconds = super::session::HOURS * 3600;
            format!("{COOKIE}={key}; Path=/; HttpOnly; SameSite=Strict; Max-Age={seconds}")
        }
        Kind::Ends => format!("{COOKIE}=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0"),
    });
    for (name, value) in [(header::SET_COOKIE, cookie), (header::LOCATION, reply.to)] {
        if let Some(value) = value.and_then(|value| HeaderValue::from_str(&value).ok()) {
            headers.insert(name, value);
        }
    }
    response
}

/// Has it answered on a thread that may wait for files, which lets go of `held` when it is done, whoever waits for it.
async fn answered(door: Arc<Door>, asked: Asked, held: impl Send + 'static) -> Response {
    let at = Arc::clone(&door);
    let work = move || {
        let _held = held;
        answer(&at, asked)
    };
    match spawn_blocking(work).await {
        Ok(reply) => respond(reply),
        // It broke, and nobody knows why; the next one may not.
        Err(_broken) => respond(refusal(&door, StatusCode::INTERNAL_SERVER_ERROR, &say!("phone-broke"))),
    }
}

fn what_is_asked(door: &Door, request: &Request) -> Asked {
    Asked {
        is_post: *request.method() == Method::POST,
        path: request.uri().path().split('/').skip(1).map(str::to_owned).collect(),
        session: door.session(request.headers()),
        fields: Vec::new(),
        photo: None,
    }
}

async fn lost(State(door): State<Arc<Door>>, request: Request) -> Response {
    let asked = what_is_asked(&door, &request);
    answered(door, Asked { is_post: false, path: vec!["lost".to_owned()], ..asked }, ()).await
}

async fn asked(State(door): State<Arc<Door>>, request: Request) -> Response {
    let mut asked = what_is_asked(&door, &request);
    if asked.session.is_none() && asked.is_post && asked.path != ["P"] {
        return answered(door, asked, ()).await;
    }
    let form = timeout(STILL, Form::from_request(request, &())).await;
    match form.map(|read| read.map_err(|rejection| rejection.status())) {
        Ok(Ok(Form(fields))) => asked.fields = fields,
        Ok(Err(status)) => return respond(refusal(&door, status, &say!("phone-bad-form"))),
        Err(_late) => return respond(refusal(&door, StatusCode::REQUEST_TIMEOUT, &say!("phone-too-slow"))),
    }
    answered(door, asked, ()).await
}

async fn with_photo(State(door): State<Arc<Door>>, request: Request) -> Response {
    let mut asked = what_is_asked(&door, &request);
    if asked.session.is_none() {
        return answered(door, asked, ()).await;
    }
    let headers = request.headers().clone();
    // Nobody closes them.
    let reads = Arc::clone(&door.forms).acquire_owned().await;
    match timeout(WHOLE, read_form(request)).await.unwrap_or(Err(StatusCode::REQUEST_TIMEOUT)) {
        Ok((fields, photo)) => (asked.fields, asked.photo) = (fields, photo),
        Err(status) => {
            let what = match status {
                StatusCode::PAYLOAD_TOO_LARGE => say!("phone-too-large", most = (MOST_PHOTO >> 20) as u64),
                StatusCode::REQUEST_TIMEOUT => say!("phone-too-slow"),
                _other => say!("phone-bad-form"),
            };
            return respond(refusal(&door, status, &what));
        }
    }
    let turn = Arc::clone(&door.photos).acquire_owned().await;
    asked.session = door.session(&headers);
    answered(door, asked, (reads, turn)).await
}

type Read = (Vec<(String, String)>, Option<Vec<u8>>);

/// What comes of that before the form stands still for too long.
async fn timely<T>(next: impl Future<Output = Result<T, MultipartError>>) -> Result<T, StatusCode> {
    let came = timeout(STILL, next).await.map_err(|_late: Elapsed| StatusCode::REQUEST_TIMEOUT)?;
    came.map_err(|error| error.status())
}

/// The fields of a form with a photo. No name that comes with the photo is looked at.
async fn read_form(request: Request) -> Result<Read, StatusCode> {
    let mut form = Multipart::from_request(request, &()).await.map_err(|error| error.status())?;
    let (mut fields, mut photo) = (Vec::new(), None);
    while let Some(mut field) = timely(form.next_field()).await? {
        let name = field.name().unwrap_or_default().to_owned();
        let mut bytes = Vec::new();
        while let Some(piece) = timely(field.chunk()).await? {
            bytes.extend_from_slice(&piece);
        }
        if name == "photo" {
            photo = Some(bytes).filter(|bytes| !bytes.is_empty());
        } else if fields.len() < MOST_FIELDS && bytes.len() <= MOST_FORM {
            fields.push((name, String::from_utf8_lossy(&bytes).into_owned()));
        } else {
            return Err(StatusCode::BAD_REQUEST);
        }
    }
    Ok((fields, photo))
}
