//! The terminal: taken over while the screen is up, and given back whatever happens.
//!
//! Invariants: what was changed is put back once, on return, on a panic of any thread that ends the program, and on the
//! signals that ask it to end; a second signal finds the terminal whole.

use super::log;
use crate::port::{Failure, Trouble};
use crate::screen::{Glyphs, Hot, LEAST, Pen, Sound, Stack, bleach, temper};
use crate::word::{Words, say};
use crate::workbench::{self as world, World};
use ratatui::backend::CrosstermBackend;
use ratatui::crossterm::cursor::{Hide, Show};
use ratatui::crossterm::event::{DisableBracketedPaste, EnableBracketedPaste};
use ratatui::crossterm::execute;
use ratatui::crossterm::terminal::{
    Clear, ClearType, EnterAlternateScreen, LeaveAlternateScreen, disable_raw_mode, enable_raw_mode,
};
use ratatui::layout::{Rect, Size};
use ratatui::{Frame, Terminal};
use signal_hook::consts::SIGTSTP;
use std::cell::RefCell;
use std::io::{self, IsTerminal, Stdout, Write};
use std::sync::Once;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// Whether the terminal is taken over now.
static TAKEN: AtomicBool = AtomicBool::new(false);

/// The terminal, taken over. Dropping it gives it back.
pub(super) struct Taken {
    terminal: Terminal<CrosstermBackend<Stdout>>,
    /// The size of the last frame.
    drawn: Option<Size>,
    /// Whether the mouse is listened to.
    mouse: bool,
    /// Whether nobody wants colours.
    bare: bool,
    /// What it is.
    kind: world::Terminal,
}

/// Until the next tone.
const AFTER_LONG: Duration = Duration::from_millis(1100);
const AFTER_SHORT: Duration = Duration::from_millis(300);

/// Buttons, and their places in numbers of any size. Not every move, which would keep the program awake.
const MOUSE_ON: &str = "\x1b[?1000h\x1b[?1006h";
const MOUSE_OFF: &str = "\x1b[?1006l\x1b[?1000l";

/// Whether there is a terminal on both ends that can be drawn on.
pub(super) fn is_there() -> bool {
    let dumb = std::env::var_os("TERM").is_none_or(|term| term.is_empty() || term == "dumb");
    io::stdin().is_terminal() && io::stdout().is_terminal() && !dumb
}

/// What the screen is shown on.
pub(super) fn kind() -> world::Terminal {
    let is_console = std::env::var_os("TERM").is_some_and(|term| term == "linux");
    if is_console { world::Terminal::Console } else { world::Terminal::Emulated }
}

/// What is said where there is none.
pub(super) fn missing() -> Failure {
    Failure::new(Trouble::Usage, say!("screen-no-terminal")).hint(say!("screen-no-terminal-hint"))
}

fn failed(error: &io::Error) -> Failure {
    Failure::new(Trouble::Io, say!("screen-failed")).because(error)
}

impl Taken {
    /// Takes the terminal over. Errors: there is none, or it cannot be set.
    pub(super) fn take() -> Result<Self, Failure> {
        if !is_there() {
            return Err(missing());
        }
        give_back_on_panic();
        enter().map_err(|error| failed(&error))?;
        let terminal = Terminal::new(CrosstermBackend::new(io::stdout())).map_err(|error| failed(&error));
        if terminal.is_err() {
            give_back();
        }
        // Source: no-color.org, "regardless of its value", when not empty.
        let bare = std::env::var_os("NO_COLOR").is_some_and(|set| !set.is_empty());
        Ok(Self { terminal: terminal?, drawn: None, mouse: false, bare, kind: kind() })
    }

    /// Whether its size is not that of the last frame.
    pub(super) fn is_resized(&self) -> bool {
        // Not crossterm's: where the terminal is gone it would start another program to ask.
        let now = rustix::termios::tcgetwinsize(io::stdout());
        now.is_ok_and(|now| {
            self.drawn.is_some_and(|drawn| drawn != Size::new(now.ws_col, now.ws_row)) && now.ws_col > 0
        })
    }

    /// Draws what is on view, and tells the stack how much of it could be; what can be clicked on in it.
    pub(super) fn draw(
        &mut self,
        stack: &mut Stack,
        world: &World,
        words: &Words,
        glyphs: Glyphs,
    ) -> Result<Vec<(Rect, Hot)>, Failure> {
        let mut hot = Vec::new();
        let drawn = self.terminal.draw(|frame| {
            hot = paint(frame, stack, world, words, glyphs);
            if self.bare {
                bleach(frame.buffer_mut());
            }
            if self.kind == world::Terminal::Console {
                temper(frame.buffer_mut());
            }
        });
        let size = drawn.map_err(|error| failed(&error))?.area.as_size();
        stack.fit(size.width, size.height);
        self.drawn = Some(size);
        Ok(hot)
    }

    /// Listens to the mouse, or leaves it to the terminal.
    pub(super) fn listen(&mut self, mouse: bool) -> Result<(), Failure> {
        if mouse == self.mouse {
            return Ok(());
        }
        self.mouse = mouse;
        tell(if mouse { MOUSE_ON } else { MOUSE_OFF })
    }

    /// Makes that sound, with that pause between two of its tones. The bare console has pitches and lengths; elsewhere only
    /// their number tells.
    pub(super) fn ring(sound: Sound, on: world::Terminal, pause: &dyn Fn(Duration)) -> Result<(), Failure> {
        let long = "\x1b[10;300]\x1b[11;900]\x07";
        let short = "\x1b[10;1200]\x1b[11;120]\x07";
        let tones: &[&str] = match (sound, on) {
            (Sound::Good, world::Terminal::Console) => &[short],
            (Sound::Bad, world::Terminal::Console) => &["\x1b[10;300]\x1b[11;400]\x07"],
            (Sound::Passes, world::Terminal::Console) => &[short, short],
            (Sound::Fails, world::Terminal::Console) => &[long],
            (Sound::Undecided, world::Terminal::Console) => &[long, short],
            (Sound::Good | Sound::Fails, world::Terminal::Emulated) => &["\x07"],
            (Sound::Bad | Sound::Undecided, world::Terminal::Emulated) => &["\x07\x07"],
            (Sound::Passes, world::Terminal::Emulated) => &["\x07", "\x07"],
        };
        let mut before: Option<&str> = None;
        for tone in tones {
            // The next one would cut it short.
            if let Some(before) = before.replace(tone) {
                pause(if before == long { AFTER_LONG } else { AFTER_SHORT });
            }
            tell(tone)?;
        }
        Ok(())
    }

    /// Gives the terminal to the shell until the program is called back to the front.
    pub(super) fn suspend(&mut self) -> Result<(), Failure> {
        give_back();
        // To this very thread, so that nothing below happens before the program is called back.
        signal_hook::low_level::raise(SIGTSTP).map_err(|error| failed(&error))?;
        enter().map_err(|error| failed(&error))?;
        self.mouse = false;
        self.terminal.clear().map_err(|error| failed(&error))
    }
}

/// Writes to the terminal what no frame holds.
fn tell(sequence: &str) -> Result<(), Failure> {
    let mut out = io::stdout();
    out.write_all(sequence.as_bytes()).and_then(|()| out.flush()).map_err(|error| failed(&error))
}

/// Puts what is on view into a frame; what can be clicked on in it.
pub(super) fn paint(
    frame: &mut Frame<'_>,
    stack: &Stack,
    world: &World,
    words: &Words,
    glyphs: Glyphs,
) -> Vec<(Rect, Hot)> {
    let area = frame.area();
    let mut pen = Pen::new(words, glyphs, frame.buffer_mut());
    stack.draw(world, area, &mut pen);
    let big = area.width >= LEAST.0 && area.height >= LEAST.1;
    let (cursor, hot) = (pen.cursor(), pen.hot());
    if let Some(cursor) = cursor.filter(|_| big) {
        frame.set_cursor_position(cursor);
    }
    if big { hot } else { Vec::new() }
}

impl Drop for Taken {
    fn drop(&mut self) {
        give_back();
    }
}

fn enter() -> io::Result<()> {
    enable_raw_mode()?;
    TAKEN.store(true, Ordering::SeqCst);
    // The kernel's console has no second screen: what stands there would stay around what is drawn.
    execute!(io::stdout(), EnterAlternateScreen, Clear(ClearType::All), EnableBracketedPaste, Hide)
}

/// Puts the terminal back as it was found, once.
fn give_back() {
    if TAKEN.swap(false, Ordering::SeqCst) {
        // Nobody is left to tell where telling fails.
        let _mouse = io::stdout().write_all(MOUSE_OFF.as_bytes());
        let _shown = execute!(io::stdout(), DisableBracketedPaste, Clear(ClearType::All), LeaveAlternateScreen, Show);
        let _cooked = disable_raw_mode();
        let _flushed = io::stdout().flush();
    }
}

thread_local! {
    /// Where the last panic of this thread was, and what it said.
    static PANIC: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// Where the last panic of this thread was, and what it said.
pub(super) fn last_panic() -> Option<String> {
    PANIC.take()
}

/// A panic of the thread that draws ends the screen: the terminal is whole before anything is said about it. One of a
/// job's thread is caught there and becomes the job's outcome; its message must not be written over the screen.
fn give_back_on_panic() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let drawing = std::thread::current().id();
        std::panic::set_hook(Box::new(move |info| {
            log::panicked(info);
            if std::thread::current().id() == drawing {
                give_back();
            }
            PANIC.set(Some(info.to_string().replace('\n', " ")));
        }));
    });
}
