//! The keys of pages that work on one device, bound once for the bench and for the machine that was started from a stick.
//!
//! Invariant: a key that works on the device is valid only while the page says that the device is there to be worked on.

use crate::custody::DiskState;
use crate::word::say;
use crate::workbench::{Binding, DiskLine, Effect, Input, Key, Layer, Purpose, World, press, sign_out};

/// A page that works on one device.
pub(super) trait AtDevice: Sized + 'static {
    /// Whether the device is there to be worked on.
    fn is_here(world: &World) -> bool;
}

pub(super) fn open_layer(layer: Layer) -> Vec<Effect> {
    vec![Effect::Open(layer)]
}

/// Whether the device is known to have a disk that was not destroyed.
pub(super) fn has_disk(world: &World) -> bool {
    let stands = |line: &DiskLine| line.state.is_some_and(|state| state != DiskState::Destroyed);
    world.here().is_some_and(|chosen| chosen.disks.iter().any(stands))
}

/// The job of the chosen device, else the first.
pub(super) fn job(world: &World) -> Vec<Effect> {
    let own = world.cursor.as_ref().and_then(|device| world.job_of(device));
    own.or_else(|| world.jobs.first()).map(|view| Effect::Open(Layer::Job(view.job))).into_iter().collect()
}

/// Shows the newest alert and puts it away.
fn newest(world: &World) -> Vec<Effect> {
    let alert = world.alerts.first().map(|alert| Effect::Open(Layer::Message(alert.report.clone())));
    alert.into_iter().chain([Effect::Dismiss]).collect()
}

/// Inspect it.
pub(super) const fn inspect<L: AtDevice>() -> Binding<L> {
    let words = || say!("key-inspect");
    Binding { key: Key::Char('k'), words, when: |_, w| L::is_here(w), what: |_, _| open_layer(Layer::Inspect) }
}

/// Wipe a disk of it.
pub(super) const fn wipe<L: AtDevice>() -> Binding<L> {
    let (words, when) = (|| say!("key-wipe"), |_: &L, w: &World| L::is_here(w));
    Binding { key: Key::Char('x'), words, when, what: |_, _| open_layer(Layer::Disks(Purpose::Wipe)) }
}

/// Write an image.
pub(super) const fn image<L: AtDevice>() -> Binding<L> {
    let (words, when) = (|| say!("key-image"), |_: &L, w: &World| L::is_here(w));
    Binding { key: Key::Char('c'), words, when, what: |_, _| open_layer(Layer::Disks(Purpose::Image)) }
}

/// Test its functions.
pub(super) const fn check<L: AtDevice>() -> Binding<L> {
    let words = || say!("key-check");
    Binding { key: Key::Char('t'), words, when: |_, w| L::is_here(w), what: |_, _| open_layer(Layer::Check) }
}

/// Mend it.
pub(super) const fn mend<L: AtDevice>() -> Binding<L> {
    let words = || say!("key-mend");
    Binding { key: Key::Char('u'), words, when: |_, w| L::is_here(w), what: |_, _| open_layer(Layer::Mend) }
}

/// Sign in.
pub(super) const fn sign_in<L: AtDevice>() -> Binding<L> {
    let (words, when) = (|| say!("key-sign-in"), |_: &L, w: &World| w.is_read && w.signed_in().is_none());
    Binding { key: Key::Char('d'), words, when, what: |_, _| open_layer(Layer::SignIn) }
}

/// Sign out.
pub(super) const fn leave_seat<L: AtDevice>() -> Binding<L> {
    let words = || say!("key-sign-out");
    Binding { key: Key::Char('d'), words, when: |_, w| w.signed_in().is_some(), what: |_, w| sign_out(w) }
}

/// Watch a job.
pub(super) const fn watch<L: AtDevice>() -> Binding<L> {
    Binding { key: Key::Char('v'), words: || say!("key-job"), when: |_, w| !w.jobs.is_empty(), what: |_, w| job(w) }
}

/// Jobs that did not come to their end.
pub(super) const fn interrupted<L: AtDevice>() -> Binding<L> {
    let words = || say!("key-interrupted");
    Binding { key: Key::Char('j'), words, when: |_, w| w.interrupted > 0, what: |_, _| open_layer(Layer::Interrupted) }
}

/// Read the newest alert.
pub(super) const fn alert<L: AtDevice>() -> Binding<L> {
    let words = || say!("key-alert");
    Binding { key: Key::Char('b'), words, when: |_, w| !w.alerts.is_empty(), what: |_, w| newest(w) }
}

/// Open the vault.
pub(super) const fn unlock<L: AtDevice>() -> Binding<L> {
    let words = || say!("key-unlock");
    Binding { key: Key::Char('o'), words, when: |_, w| w.locked, what: |_, _| open_layer(Layer::Unlock) }
}

/// What such a page does with an input: what is no key of it may be the beginning of a tag, or all of one.
pub(super) fn update<L: AtDevice>(keys: &[Binding<L>], page: &mut L, input: Input<'_>, world: &World) -> Vec<Effect> {
    match input {
        Input::Key(key) => match (press(keys, page, key, world), key) {
            (Some(effects), _) => effects,
            // No key of such a page is a digit or a capital.
            (None, Key::Char(letter)) if letter.is_ascii_digit() || letter.is_ascii_uppercase() => {
                open_layer(Layer::Find(letter.to_string()))
            }
            (None, _) => Vec::new(),
        },
        Input::Scan(text) => vec![Effect::Find(text.trim().to_owned())],
        Input::Paste(text) => open_layer(Layer::Find(text.trim().to_owned())),
        Input::Answer(_) => Vec::new(),
    }
}
