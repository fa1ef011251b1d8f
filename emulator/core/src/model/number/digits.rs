//! The digits of a coefficient.

/// The decimal digits of a coefficient, in ASCII, without a heap allocation.
pub(super) struct DecimalDigits {
    bytes: [u8; 39],
    start: usize,
}

impl DecimalDigits {
    pub(super) fn of(coefficient: u128) -> Self {
        let mut digits = Self {
            bytes: [0; 39],
            start: 39,
        };
        let mut high = coefficient;
        while high > u128::from(u64::MAX) {
            digits.push((high % 10) as u8);
            high /= 10;
        }
        let mut low = high as u64;
        loop {
            digits.push((low % 10) as u8);
            low /= 10;
            if low == 0 {
                return digits;
            }
        }
    }

    fn push(&mut self, digit: u8) {
        self.start -= 1;
        self.bytes[self.start] = b'0' + digit;
    }

    pub(super) fn as_slice(&self) -> &[u8] {
        &self.bytes[self.start..]
    }
}
