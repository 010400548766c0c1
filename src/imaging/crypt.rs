//! Passwords as Linux keeps them: SHA-512 crypt.
//!
//! Source: Ulrich Drepper, "Unix crypt using SHA-256 and SHA-512", version 0.6. Invariant: 5000 rounds, the number that needs
//! no word in the hash.

use sha2::{Digest as _, Sha512};

const LETTERS: &[u8; 64] = b"./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const ROUNDS: usize = 5000;

/// The password with that salt (at most 16 letters and digits), as it stands in `/etc/shadow`.
#[must_use]
pub fn crypted(password: &str, salt: &str) -> String {
    let (key, salt) = (password.as_bytes(), &salt.as_bytes()[..salt.len().min(16)]);
    let other = Sha512::new().chain_update(key).chain_update(salt).chain_update(key).finalize();
    let mut first = Sha512::new().chain_update(key).chain_update(salt).chain_update(repeated(&other, key.len()));
    let mut left = key.len();
    while left > 0 {
        first.update(if left & 1 == 1 { &other[..] } else { key });
        left >>= 1;
    }
    let mut found = first.finalize();
    let keys = repeated(&Sha512::digest(key.repeat(key.len())), key.len());
    let salts = repeated(&Sha512::digest(salt.repeat(16 + usize::from(found[0]))), salt.len());
    for round in 0..ROUNDS {
        let odd = round & 1 == 1;
        let mut next = Sha512::new();
        next.update(if odd { &keys[..] } else { &found[..] });
        if round % 3 != 0 {
            next.update(&salts);
        }
        if round % 7 != 0 {
            next.update(&keys);
        }
        next.update(if odd { &found[..] } else { &keys[..] });
        found = next.finalize();
    }
    format!("$6${}${}", String::from_utf8_lossy(salt), spelled(&found))
}

fn repeated(digest: &[u8], length: usize) -> Vec<u8> {
    digest.iter().copied().cycle().take(length).collect()
}

fn spelled(digest: &[u8]) -> String {
    let mut text = String::new();
    let mut letters = |mut word: usize, count: usize| {
        for _ in 0..count {
            text.push(char::from(LETTERS[word & 63]));
            word >>= 6;
        }
    };
    let (mut a, mut b, mut c) = (0, 21, 42);
    for _ in 0..21 {
        letters(usize::from(digest[a]) << 16 | usize::from(digest[b]) << 8 | usize::from(digest[c]), 4);
        (a, b, c) = (b + 1, c + 1, a + 1);
    }
    letters(usize::from(digest[63]), 2);
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_vectors_of_the_specification_and_those_of_openssl_come_out() {
        let hello =
            "$6$saltstring$svn8UoSVapNtMuq1ukKS4tPQd8iKwSMHWjl/O817G3uBnIFNjnQJuesI68u4OTLiBFdcbYEdFCoEOfaS35inz1";
        assert_eq!(crypted("Hello world!", "saltstring"), hello);
        for (password, salt, hash) in OPENSSL {
            assert_eq!(crypted(password, salt), hash);
        }
    }

    /// `openssl passwd -6 -salt SALT PASSWORD`.
    const OPENSSL: [(&str, &str, &str); 1] = [(
        "7K3XQ92M",
        "0123456789abcdef",
        "$6$0123456789abcdef$3R1yT4A.AU0NVrr8c09/JhBmTigL2yNr7Qtu8le4VkCuBuYqpZlXkbOVlHFPmaouY/1qavWAo5hutTyLMfhHL/",
    )];
}
