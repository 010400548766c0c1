//! A byte buffer that direct I/O accepts: its address and length are multiples of 4096.

/// What `O_DIRECT` asks of addresses, offsets and lengths on every disk with blocks of 512 to 4096 bytes.
pub const ALIGNMENT: usize = 4096;

/// Bytes whose first address is a multiple of [`ALIGNMENT`].
#[derive(Debug)]
pub struct Buffer {
    raw: Vec<u8>,
    start: usize,
    len: usize,
}

impl Buffer {
    /// `len` zero bytes.
    #[must_use]
    pub fn zeroed(len: usize) -> Self {
        let raw = vec![0u8; len + ALIGNMENT];
        let start = raw.as_ptr().align_offset(ALIGNMENT);
        Self { raw, start, len }
    }

    /// The bytes.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.raw[self.start..self.start + self.len]
    }

    /// The bytes, to be changed.
    pub fn bytes_mut(&mut self) -> &mut [u8] {
        &mut self.raw[self.start..self.start + self.len]
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
