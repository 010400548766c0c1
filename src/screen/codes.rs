//! The codes of a machine's summary as they are scanned, one after the other and in any order.

use crate::tag::{Pieces, pieces};
use crate::word::say;
use crate::workbench::{Effect, Layer, Report, Scan, Tone, read_scan};

/// Those that were scanned so far.
#[derive(Debug, Default)]
pub(super) struct Codes(Pieces);

impl Codes {
    /// Where a code is looked for: the whole of it once all of its codes were, else that the others are waited for.
    pub(super) fn gather(&mut self, effect: Effect) -> Effect {
        let Effect::Find(text) = &effect else { return effect };
        let Scan::Summary(piece) = read_scan(text, None) else { return effect };
        let (number, count) = piece.place();
        let whole = self.0.take(piece).and_then(|message| pieces(&message, usize::MAX)?.pop());
        whole.map_or_else(
            || {
                let what = say!("summary-next", number = number as u64, count = count as u64);
                Effect::Open(Layer::Message(Report::new(Tone::Warn, what)))
            },
            Effect::Find,
        )
    }
}
