//! `aoxanh certificate`, and `aoxanh verify FILE`: a wipe's certificate made and checked.

use super::args_certificate::CertificateArgs;
use super::args_ledger::VerifyArgs;
use super::out::Out;
use crate::event::disk::Level;
use crate::ledger::SecretKey;
use crate::port::{Failure, Files};
use crate::report::{Checked, DocumentKind, Pins, Statement, Trust, site_sentence};
use crate::word::{Sentence, say};
use crate::workbench::{self, Bench, Certified, level_sentence};
use std::path::Path;

/// Writes a wipe's certificate, signed by the station's key.
pub fn run_certificate(
    args: &CertificateArgs,
    bench: &Bench<'_>,
    key: &SecretKey,
    out: &mut Out<'_>,
) -> Result<(), Failure> {
    let found = bench.find(&args.device)?;
    let made = match args.disk.as_deref() {
        None => workbench::certify_all(bench, &found, &args.to, key, args.names)?,
        named => vec![workbench::certify(bench, &found, named, &args.to, key, args.names)?],
    };
    made.iter().try_for_each(|made| say_certified(made, out))
}

fn say_certified(made: &Certified, out: &mut Out<'_>) -> Result<(), Failure> {
    let certificate = &made.document.certificate;
    let (json, pdf) = (made.json.display().to_string(), made.pdf.display().to_string());
    out.object(
        "certificate",
        serde_json::json!({ "json": json, "pdf": pdf, "station": made.document.station, "certificate": certificate,
            "replaces_since": made.replaces }),
    )?;
    out.say(&titled(certificate))?;
    if let Some(seq) = made.replaces {
        out.say(&say!("correct-replaces", seq = seq))?;
    }
    out.say(&say!("certificate-written", json = json, pdf = pdf))
}

/// Checks a certificate; needs no station.
pub fn run_certificate_check(
    file: &Path,
    args: &VerifyArgs,
    files: &dyn Files,
    out: &mut Out<'_>,
) -> Result<(), Failure> {
    let key = |text: &Option<String>| text.as_deref().map(|text| workbench::read_public_key(files, text)).transpose();
    let pins = Pins { station: key(&args.key)?, team: key(&args.team_key)? };
    let checked = workbench::check_certificate(files, file, pins)?;
    out.set_practice(checked.certificate.practice());
    say_checked(&checked, out)
}

fn say_checked(checked: &Checked, out: &mut Out<'_>) -> Result<(), Failure> {
    let certificate = &checked.certificate;
    let genuine = checked.trust == Trust::Genuine;
    out.object(
        "certificate_verified",
        serde_json::json!({
            "genuine": genuine, "station": checked.station, "key": checked.key.0, "team": checked.team.0,
            "head": checked.head.short().to_string(), "erased": certificate.is_of_erasure(),
            "certificate": certificate,
        }),
    )?;
    out.say(&titled(certificate))?;
    let (model, serial, size) = certificate.disk();
    let disk: Vec<&str> = [model, serial].into_iter().flatten().collect();
    out.say(&say!(
        "certificate-about",
        disk = disk.join(" · "),
        size = size.decimal(),
        ended = certificate.ended().local(),
        seq = certificate.seq(),
    ))?;
    if let Some(site) = certificate.site() {
        out.say(&site_sentence(site))?;
    }
    if let Some(wipe) = certificate.wipe() {
        out.say(&if wipe.validation.is_some() { say!("paper-validated") } else { say!("paper-not-validated") })?;
    }
    out.say(&match checked.trust {
        Trust::Genuine => say!("certificate-genuine", station = checked.station.short(16)),
        Trust::Consistent => say!("certificate-consistent", key = checked.key.0.to_string()),
    })
}

/// What it is, in people's words; the level only where there is one.
fn titled(statement: &Statement) -> Sentence {
    let level = statement.wipe().map_or(Level::None, |wipe| wipe.technique.level);
    match (statement.document(), level) {
        (DocumentKind::CertificateOfErasure, level @ (Level::Clear | Level::Purge | Level::Firmware)) => {
            say!("certificate-of-erasure", level = level_sentence(level))
        }
        (DocumentKind::CertificateOfErasure, Level::None) => say!("paper-erased"),
        (DocumentKind::ErasedWithExceptions, _) => say!("certificate-exceptions"),
        (DocumentKind::NotErased, _) => say!("certificate-not-erased"),
        (DocumentKind::Cancelled, _) => say!("certificate-cancelled"),
        (DocumentKind::Destroyed, _) => say!("certificate-destroyed"),
    }
}
