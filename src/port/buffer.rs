//! A byte buffer that direct I/O accepts: its address is a multiple of 4096.
//!
//! Invariant: it is memory of its own, asked of the kernel in large pages, so that a transfer of some megabytes hands over
//! a few of them and not a thousand small ones.

use memmap2::{Advice, MmapMut};
use std::alloc::{Layout, handle_alloc_error};

/// What `O_DIRECT` asks of addresses, offsets and lengths on every disk with blocks of 512 to 4096 bytes.
pub const ALIGNMENT: usize = 4096;

/// Bytes whose first address is a multiple of [`ALIGNMENT`].
#[derive(Debug)]
pub struct Buffer {
    pages: MmapMut,
    len: usize,
}

impl Buffer {
    /// `len` zero bytes.
    #[must_use]
    pub fn zeroed(len: usize) -> Self {
        // Nothing of length 0 can be mapped.
        let pages =
            MmapMut::map_anon(len.max(1)).unwrap_or_else(|_none| handle_alloc_error(Layout::new::<[u8; ALIGNMENT]>()));
        // Small pages do too.
        let _refused = pages.advise(Advice::HugePage);
        Self { pages, len }
    }

    /// The bytes.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.pages[..self.len]
    }

    /// The bytes, to be changed.
    pub fn bytes_mut(&mut self) -> &mut [u8] {
        &mut self.pages[..self.len]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_buffer_is_aligned_and_as_long_as_asked() {
        for len in [0, 1, 512, 4096, 1 << 20] {
            let mut buffer = Buffer::zeroed(len);
            assert_eq!(buffer.bytes().len(), len);
            assert!(buffer.bytes().as_ptr().addr().is_multiple_of(ALIGNMENT));
            buffer.bytes_mut().fill(7);
            assert!(buffer.bytes().iter().all(|byte| *byte == 7));
        }
    }
}
