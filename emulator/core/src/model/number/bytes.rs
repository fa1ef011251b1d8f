//! Numbers as bytes: in keys, where their order is the order of the numbers, and in what a partition key is hashed of.

use super::digits::DecimalDigits;
use super::{MAGNITUDE_MIN, Number};

impl Number {
    /// Appends bytes whose order is the order of numbers; no such encoding is the prefix of another.
    ///
    /// A sign byte, the magnitude, then pairs of digits as 1..=100 with a closing zero; all complemented below zero.
    pub fn write_key_bytes(&self, out: &mut Vec<u8>) {
        if self.is_zero() {
            out.push(0x80);
            return;
        }
        let mask = if self.negative { 0xFF } else { 0 };
        out.push(if self.negative { 0x7F } else { 0x81 });
        out.push((self.magnitude() - MAGNITUDE_MIN) as u8 ^ mask);
        let digits = DecimalDigits::of(self.coefficient());
        for pair in digits.as_slice().chunks(2) {
            let tens = pair[0] - b'0';
            let ones = pair.get(1).map_or(0, |digit| digit - b'0');
            out.push((tens * 10 + ones + 1) ^ mask);
        }
        out.push(mask);
    }

    /// Appends the bytes of which a number in a partition key is hashed (query-scan.md §6): an exponent to the base of 100, then pairs of
    /// digits as 1..=100; complemented below zero, where up to 19 pairs are closed by a 102.
    pub fn write_hash_bytes(&self, out: &mut Vec<u8>) {
        const PAIRS_MAX: usize = 20;
        if self.is_zero() {
            out.push(0x80);
            return;
        }
        let digits = DecimalDigits::of(self.coefficient());
        let digits = digits.as_slice();
        let point = digits.len() as i32 + i32::from(self.exponent);
        // Pairs are counted from the point, so that the first may have one digit alone.
        let (first, rest) = digits.split_at((point & 1) as usize);
        let pairs = first.iter().map(|ones| ones - b'0').chain(rest.chunks(2).map(|pair| {
            let tens = pair[0] - b'0';
            tens * 10 + pair.get(1).map_or(0, |ones| ones - b'0')
        }));
        let exponent = ((point + (point & 1)) / 2 - 64) as u8;
        if self.negative {
            out.push(!exponent);
            let start = out.len();
            out.extend(pairs.map(|pair| 101 - pair));
            if out.len() - start < PAIRS_MAX {
                out.push(102);
            }
        } else {
            out.push(exponent);
            out.extend(pairs.map(|pair| pair + 1));
        }
    }
}
