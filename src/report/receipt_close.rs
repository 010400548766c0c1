//! How a donor's receipt ends: the donor's consent, what happens next, the QR and its code, room for two signatures.
//!
//! Invariant: it stands together on one page.

use super::error::CertificateError;
use super::ink::{BLACK, Faces, GREY, Ink};
use super::receipt::{LEFT, ReceiptPaper, TEXT, WIDTH, float};
use crate::tag::Qr;
use crate::word::{Sentence, say};

/// Side of the QR, its quiet zone included.
const SIDE: f32 = 108.0;
/// Room for a signature, its name above it.
const SIGNING: f32 = 92.0;
const GAP: f32 = 8.0;
/// Size of the code's type.
const CODE: f32 = 12.0;

impl ReceiptPaper<'_> {
    /// Consents and what happens next, in lines; those that are bold say so.
    fn ends(&self, faces: &Faces) -> Vec<(bool, String)> {
        let erase = if self.erase { say!("receipt-erase-yes") } else { say!("receipt-erase-no") };
        let parts = if self.parts { say!("receipt-parts-yes") } else { say!("receipt-parts-no") };
        let erased = if self.erase { say!("receipt-next-erased") } else { say!("receipt-next-asked-first") };
        let told: [(bool, Sentence); 8] = [
            (true, say!("receipt-consent")),
            (false, erase),
            (false, parts),
            (true, say!("receipt-next")),
            (false, say!("receipt-next-kept")),
            (false, erased),
            (false, say!("receipt-next-given")),
            (false, say!("receipt-next-ask")),
        ];
        let mut lines = Vec::new();
        for (is_bold, sentence) in told {
            // A heading stands apart from what is above it.
            lines.extend((is_bold && !lines.is_empty()).then(|| (false, String::new())));
            let face = if is_bold { &faces.bold } else { &faces.regular };
            let text = self.words.say(&sentence);
            lines.extend(face.lines(&text, TEXT.0, WIDTH).into_iter().map(|line| (is_bold, line)));
        }
        lines
    }

    pub(super) fn close_height(&self, faces: &Faces) -> f32 {
        14.0 + TEXT.1 * float(self.ends(faces).len()) + GAP + SIDE + GAP + SIGNING
    }

    pub(super) fn close(&self, top: f32, ink: &mut Ink<'_, '_>) -> Result<(), CertificateError> {
        let faces = ink.faces;
        let mut y = top + TEXT.0;
        for (is_bold, line) in self.ends(faces) {
            ink.text(if is_bold { &faces.bold } else { &faces.regular }, &line, TEXT.0, (LEFT, y), BLACK);
            y += TEXT.1;
        }
        y += GAP - TEXT.0;
        let qr = Qr::of_text(self.payload).map_err(|error| CertificateError::Page(error.to_string()))?;
        ink.code(&qr, (LEFT, y), SIDE / float(qr.side()));
        self.beside((LEFT + SIDE + 10.0, y + 20.0), ink);
        self.signatures(y + SIDE + GAP + TEXT.0, ink);
        Ok(())
    }

    fn beside(&self, at: (f32, f32), ink: &mut Ink<'_, '_>) {
        let faces = ink.faces;
        let width = WIDTH - SIDE - 10.0;
        let (x, mut y) = at;
        ink.text(&faces.bold, &self.words.say(&say!("receipt-code")), TEXT.0, (x, y), BLACK);
        y += CODE + 7.0;
        ink.text(&faces.bold, &self.code.to_string(), CODE, (x, y), BLACK);
        y += CODE + 5.0;
        let secret = self.words.say(&say!("receipt-secret"));
        for line in faces.regular.lines(&secret, TEXT.0, width) {
            ink.text(&faces.regular, &line, TEXT.0, (x, y), BLACK);
            y += TEXT.1;
        }
    }

    fn signatures(&self, top: f32, ink: &mut Ink<'_, '_>) {
        let faces = ink.faces;
        let half = WIDTH / 2.0;
        for (name, x) in [(say!("receipt-giver"), LEFT), (say!("receipt-receiver"), LEFT + half)] {
            let middle = |text: &str, face: &super::ink::Face, size: f32| x + (half - face.width(text, size)) / 2.0;
            let name = self.words.say(&name);
            ink.text(&faces.bold, &name, TEXT.0, (middle(&name, &faces.bold, TEXT.0), top), BLACK);
            let note = self.words.say(&say!("receipt-sign"));
            ink.text(&faces.regular, &note, 8.0, (middle(&note, &faces.regular, 8.0), top + 12.0), GREY);
            let foot = top + SIGNING - 14.0;
            ink.line(&[(x + 30.0, foot), (x + half - 30.0, foot)], 0.5, GREY);
        }
    }
}
