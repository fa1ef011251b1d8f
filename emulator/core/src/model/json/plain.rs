//! How far a string of JSON goes on without anything to look at: the loop in which reading and writing spend most of their time.

/// How many bytes stand before the first quotation mark, backslash or control character; all of them if there is none.
pub(super) fn plain_length(bytes: &[u8]) -> usize {
    let (words, rest) = bytes.as_chunks::<8>();
    for (at, word) in words.iter().enumerate() {
        if let Some(special) = first_special(*word) {
            return at * 8 + special;
        }
    }
    let before = bytes.len() - rest.len();
    // The eight bytes at the end, most of which were looked at already, cost less than a copy of the rest alone.
    match (rest.is_empty(), bytes.last_chunk::<8>()) {
        (true, _) => before,
        (false, Some(last)) => first_special(*last).map_or(bytes.len(), |special| bytes.len() - 8 + special),
        (false, None) => short_plain_length(rest),
    }
}

/// The same of less than eight bytes.
fn short_plain_length(bytes: &[u8]) -> usize {
    let is_plain = |byte: &u8| *byte >= b' ' && *byte != b'"' && *byte != b'\\';
    let Some((first, last)) = bytes.first_chunk::<4>().zip(bytes.last_chunk::<4>()) else {
        return bytes.iter().position(|byte| !is_plain(byte)).unwrap_or(bytes.len());
    };
    let [a, b, c, d] = *first;
    let [e, f, g, h] = *last;
    match first_special([a, b, c, d, e, f, g, h]) {
        Some(special) if special < 4 => special,
        Some(special) => special + bytes.len() - 8,
        None => bytes.len(),
    }
}

/// The place of the first of those bytes among eight, which are looked at together: each of the three terms has the highest bit of a byte set if it
/// is one; what a carry sets by mistake stands behind one that is.
fn first_special(bytes: [u8; 8]) -> Option<usize> {
    const ONES: u64 = 0x0101_0101_0101_0101;
    const HIGHS: u64 = 0x8080_8080_8080_8080;
    let below = |word: u64, limit: u8| word.wrapping_sub(ONES * u64::from(limit)) & !word;
    let equal = |word: u64, byte: u8| below(word ^ (ONES * u64::from(byte)), 1);
    let word = u64::from_le_bytes(bytes);
    let special = (below(word, b' ') | equal(word, b'"') | equal(word, b'\\')) & HIGHS;
    (special != 0).then(|| special.trailing_zeros() as usize / 8)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::plain_length;

    proptest! {
        #[test]
        fn it_ends_where_a_look_at_each_byte_does(bytes in prop::collection::vec(prop_oneof![any::<u8>(), Just(b'a'), Just(b'"'), Just(0x1F), Just(0x20)], 0..64)) {
            let first = bytes.iter().position(|byte| *byte < 0x20 || *byte == b'"' || *byte == b'\\');
            prop_assert_eq!(plain_length(&bytes), first.unwrap_or(bytes.len()));
        }
    }
}
