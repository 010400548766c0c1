//! What is asked for before the command line is read whole, and what the terminal can show.

use super::terminal;
use crate::cli;
use crate::screen::Glyphs;
use std::ffi::OsString;
use std::io;
use std::path::PathBuf;

/// Narrower than this, laying out lines does more harm than good.
const LEAST_COLUMNS: usize = 40;

/// The command line, with the screen's verb where it has none and there is a terminal to draw on.
pub(super) fn with_verb(args: Vec<OsString>) -> Vec<OsString> {
    if !terminal::is_there() || cli::has_verb(&args) {
        return args;
    }
    args.into_iter().chain([OsString::from("bench")]).collect()
}

/// What the terminal can show: as asked for, else as its type and the locale suggest.
pub(super) fn glyphs(asked: Option<cli::GlyphsArg>) -> Glyphs {
    if let Some(asked) = asked {
        return match asked {
            cli::GlyphsArg::Full => Glyphs::Full,
            cli::GlyphsArg::Console => Glyphs::Console,
            cli::GlyphsArg::Ascii => Glyphs::Ascii,
        };
    }
    let text = |name: &str| std::env::var_os(name).and_then(|value| value.into_string().ok()).filter(|v| !v.is_empty());
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"].into_iter().find_map(text);
    Glyphs::suited(text("TERM").as_deref(), locale.as_deref())
}

/// The station's folder asked for on a command line that may still be wrong, or in the environment.
pub(super) fn asked_station(args: &[OsString]) -> Option<PathBuf> {
    let joined = args.iter().filter_map(|arg| arg.to_str()).find_map(|arg| arg.strip_prefix("--station="));
    let apart = args.windows(2).find(|pair| pair[0] == "--station").map(|pair| PathBuf::from(&pair[1]));
    joined.map(PathBuf::from).or(apart).or_else(|| std::env::var_os("AOXANH_STATION").map(PathBuf::from))
}

/// How wide the terminal is, where lines go to one.
pub(super) fn columns() -> Option<usize> {
    let size = rustix::termios::tcgetwinsize(io::stdout()).ok()?;
    Some(usize::from(size.ws_col)).filter(|columns| *columns >= LEAST_COLUMNS)
}
