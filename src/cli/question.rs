//! Questions on the command line: a secret from a file, else from the person; answers that are wrong are asked again.

use super::out::Out;
use crate::port::{Ask, Failure, Trouble};
use crate::unit::Secret;
use crate::word::{Sentence, say};
use std::path::Path;

/// How often a wrong answer is asked again.
const TRIES: u32 = 5;

/// What is asked for was neither given nor can be asked for.
pub(super) fn missing(flag: &str) -> Failure {
    Failure::new(Trouble::Usage, say!("ask-missing", flag = flag)).hint(say!("ask-missing-hint"))
}

/// Asks until the answer is right. Errors: nobody is there.
pub(super) fn answer(
    ask: &dyn Ask,
    out: &mut Out<'_>,
    question: &Sentence,
    flag: &str,
    check: &dyn Fn(&str) -> Result<(), Failure>,
) -> Result<String, Failure> {
    for _try in 0..TRIES {
        let text = ask.line(&out.words().say(question))?.ok_or_else(|| missing(flag))?;
        match check(&text) {
            Ok(()) => return Ok(text),
            Err(failure) => out.failure(&failure),
        }
    }
    Err(missing(flag))
}

/// A secret that is known already: from `file`, else asked once. Errors: nobody is there.
pub fn known_secret(
    ask: &dyn Ask,
    out: &Out<'_>,
    question: &Sentence,
    flag: &str,
    file: Option<&Path>,
) -> Result<Secret, Failure> {
    match file {
        Some(file) => ask.secret_from(file),
        None => ask.secret(&out.words().say(question))?.ok_or_else(|| missing(flag)),
    }
}

/// A secret that is chosen now: from `file`, else asked twice until both are alike and it is not too easy.
pub fn new_secret(
    ask: &dyn Ask,
    out: &mut Out<'_>,
    question: &Sentence,
    flag: &str,
    file: Option<&Path>,
    check: &dyn Fn(&Secret) -> Result<(), Failure>,
) -> Result<Secret, Failure> {
    if let Some(file) = file {
        let secret = ask.secret_from(file)?;
        return check(&secret).map(|()| secret);
    }
    for _try in 0..TRIES {
        let secret = ask.secret(&out.words().say(question))?.ok_or_else(|| missing(flag))?;
        if let Err(failure) = check(&secret) {
            out.failure(&failure);
            continue;
        }
        let again = ask.secret(&out.words().say(&say!("ask-again")))?.ok_or_else(|| missing(flag))?;
        if again == secret {
            return Ok(secret);
        }
        out.failure(&Failure::new(Trouble::Usage, say!("ask-not-alike")));
    }
    Err(missing(flag))
}
