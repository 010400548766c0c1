//! The sealed body: a stream of pieces under the file's own key, in the STREAM construction.
//!
//! Source: Hoang, Reyhanitabar, Rogaway, Vizár: "Online Authenticated-Encryption and its Nonce-Reuse Misuse-Resistance"
//! (2015). Invariants: each piece knows its place and whether it is the last, so that a cut, moved, repeated or added one
//! does not open; nothing of a piece is given on before the whole piece was found good.

use super::head::{CopyError, CopyHead};
use aead_stream::{DecryptorBE32, EncryptorBE32, Nonce, StreamBE32};
use chacha20poly1305::XChaCha20Poly1305;
use std::io::{self, Read, Write};
use zeroize::Zeroizing;

/// Plain bytes in a piece. Only the last one has fewer.
pub(super) const PIECE: usize = 1 << 20;
/// What sealing adds to a piece.
const TAG: usize = 16;
/// A nonce of 24 bytes, less 4 of the counter and 1 that marks the last piece.
const NONCE: usize = 19;

type Cipher = XChaCha20Poly1305;

fn nonce(head: &CopyHead) -> Nonce<Cipher, StreamBE32<Cipher>> {
    // The key is this file's alone, so any nonce will do; these are the first bytes of the one that the key came from.
    let mut nonce = Nonce::<Cipher, StreamBE32<Cipher>>::default();
    nonce.copy_from_slice(&head.nonce.0[..NONCE]);
    nonce
}

/// Seals what is written to it.
pub(super) struct SealedWriter<W> {
    to: W,
    head: Vec<u8>,
    sealer: EncryptorBE32<Cipher>,
    piece: Zeroizing<Vec<u8>>,
}

impl<W: Write> SealedWriter<W> {
    /// Writes the head, and seals what follows under it.
    pub(super) fn new(mut to: W, head: &CopyHead, master: &[u8; 32]) -> io::Result<Self> {
        let bytes = head.bytes()?;
        to.write_all(&bytes)?;
        let key = head.key(master);
        let sealer = EncryptorBE32::new(&(*key).into(), &nonce(head));
        Ok(Self { to, head: bytes, sealer, piece: Zeroizing::new(Vec::with_capacity(PIECE + TAG)) })
    }

    fn seal(&mut self) -> io::Result<()> {
        self.sealer.encrypt_next_in_place(&self.head, &mut *self.piece).map_err(io::Error::other)?;
        self.to.write_all(&self.piece)?;
        self.piece.clear();
        Ok(())
    }

    /// Seals the last piece. Without it, nothing that was written opens.
    pub(super) fn finish(mut self) -> io::Result<W> {
        self.sealer.encrypt_last_in_place(&self.head, &mut *self.piece).map_err(io::Error::other)?;
        self.to.write_all(&self.piece)?;
        self.to.flush()?;
        Ok(self.to)
    }
}

impl<W: Write> Write for SealedWriter<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.piece.len() == PIECE && !bytes.is_empty() {
            self.seal()?;
        }
        let taken = bytes.len().min(PIECE - self.piece.len());
        self.piece.extend_from_slice(&bytes[..taken]);
        Ok(taken)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.to.flush()
    }
}

/// Opens what was sealed.
pub(super) struct SealedReader<R> {
    from: R,
    head: Vec<u8>,
    /// None after the last piece.
    opener: Option<DecryptorBE32<Cipher>>,
    opened: u64,
    ahead: Vec<u8>,
    plain: Zeroizing<Vec<u8>>,
    at: usize,
}

impl<R: Read> SealedReader<R> {
    /// Goes on behind the head that was read from `from`.
    pub(super) fn new(mut from: R, head: &CopyHead, bytes: Vec<u8>, master: &[u8; 32]) -> io::Result<Self> {
        let key = head.key(master);
        let opener = Some(DecryptorBE32::new(&(*key).into(), &nonce(head)));
        let ahead = piece_of(&mut from)?;
        Ok(Self { from, head: bytes, opener, opened: 0, ahead, plain: Zeroizing::new(Vec::new()), at: 0 })
    }

    fn open_next(&mut self) -> io::Result<()> {
        let broken = CopyError::Piece { piece: self.opened };
        let Some(mut stream) = self.opener.take() else { return Ok(()) };
        let after = piece_of(&mut self.from)?;
        let mut piece = std::mem::replace(&mut self.ahead, after);
        let last = self.ahead.is_empty();
        let opened = if last {
            stream.decrypt_last_in_place(&self.head, &mut piece)
        } else {
            let opened = stream.decrypt_next_in_place(&self.head, &mut piece);
            self.opener = Some(stream);
            opened
        };
        if opened.is_err() {
            self.opener = None;
            return Err(broken.into());
        }
        (self.plain, self.at) = (Zeroizing::new(piece), 0);
        self.opened += 1;
        Ok(())
    }
}

/// The next piece, sealed; shorter only at the end, empty behind it.
fn piece_of(from: &mut impl Read) -> io::Result<Vec<u8>> {
    let mut piece = Vec::with_capacity(PIECE + TAG);
    from.take((PIECE + TAG) as u64).read_to_end(&mut piece)?;
    Ok(piece)
}

impl<R: Read> Read for SealedReader<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        while self.at == self.plain.len() && self.opener.is_some() {
            self.open_next()?;
        }
        let some = (self.plain.len() - self.at).min(into.len());
        into[..some].copy_from_slice(&self.plain[self.at..self.at + some]);
        self.at += some;
        Ok(some)
    }
}
