//! Fields of an answer by their place; what lies past its end reads as zero.
//!
//! Invariant: no byte and no length makes anything here panic.

pub(super) fn byte(bytes: &[u8], at: usize) -> u8 {
    bytes.get(at).copied().unwrap_or(0)
}

fn array<const N: usize>(bytes: &[u8], at: usize) -> [u8; N] {
    std::array::from_fn(|offset| byte(bytes, at.saturating_add(offset)))
}

pub(super) fn be16(bytes: &[u8], at: usize) -> u16 {
    u16::from_be_bytes(array(bytes, at))
}

pub(super) fn be32(bytes: &[u8], at: usize) -> u32 {
    u32::from_be_bytes(array(bytes, at))
}

pub(super) fn be64(bytes: &[u8], at: usize) -> u64 {
    u64::from_be_bytes(array(bytes, at))
}

pub(super) fn le16(bytes: &[u8], at: usize) -> u16 {
    u16::from_le_bytes(array(bytes, at))
}

pub(super) fn le32(bytes: &[u8], at: usize) -> u32 {
    u32::from_le_bytes(array(bytes, at))
}

pub(super) fn le64(bytes: &[u8], at: usize) -> u64 {
    u64::from_le_bytes(array(bytes, at))
}

pub(super) fn le128(bytes: &[u8], at: usize) -> u128 {
    u128::from_le_bytes(array(bytes, at))
}

/// The printable text in the field, trimmed; `None` where it is empty or holds anything that is not printable ASCII.
pub(super) fn text(bytes: &[u8]) -> Option<String> {
    let text: String = bytes.iter().map(|byte| char::from(*byte)).collect();
    let text = text.trim_matches(|c: char| c == ' ' || c == '\0');
    let printable = text.chars().all(|c| c.is_ascii_graphic() || c == ' ');
    (printable && !text.is_empty()).then(|| text.split_whitespace().collect::<Vec<_>>().join(" "))
}

/// Whether the answer is one byte throughout, 00h or `FFh`: what a bridge gives that understood nothing.
pub(super) fn is_blank(bytes: &[u8]) -> bool {
    [0x00, 0xFF].iter().any(|blank| bytes.iter().all(|byte| byte == blank))
}
