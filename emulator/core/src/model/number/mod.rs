//! Attribute type N: a decimal of up to 38 significant digits.
//!
//! In flows the text of a request (`text.rs`), out flow the service's normal form, key bytes whose order is the order of the numbers (`bytes.rs`), and
//! exact sums (`sums.rs`). Invariants: a [`Number`] is normal (no trailing zero in the coefficient, one zero, at most 38 digits, magnitude within
//! 1E-130 ..= 9.9E+125), so equality of values is equality of fields. It does not know where a number stands or how a refusal is wrapped.

mod bytes;
mod digits;
mod fault;
mod sums;
#[cfg(test)]
mod tests;
mod text;

use std::cmp::Ordering;
use std::fmt;

pub use fault::NumberFault;
pub use text::ExponentRange;

/// Most significant digits that a number keeps.
pub const DIGITS_MAX: u32 = 38;
const MAGNITUDE_MAX: i64 = 125;
const MAGNITUDE_MIN: i64 = -130;

/// A decimal number: `±coefficient × 10^exponent`.
///
/// The coefficient is kept as bytes so that a number needs 20 bytes at an alignment of 2, which lets
/// [`Value`](super::Value) stay at 24 bytes.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Number {
    coefficient: [u8; 16],
    exponent: i16,
    negative: bool,
}

impl Number {
    /// The number zero.
    pub const ZERO: Self = Self {
        coefficient: [0; 16],
        exponent: 0,
        negative: false,
    };

    /// Builds a number from an integer of the program's own.
    #[must_use]
    pub fn from_u64(value: u64) -> Self {
        Self::normal(false, u128::from(value), 0)
    }

    /// The number with the parts that another one had.
    pub(super) fn of_parts(negative: bool, coefficient: [u8; 16], exponent: i16) -> Self {
        Self {
            coefficient,
            exponent,
            negative,
        }
    }

    /// Whether this is zero.
    #[must_use]
    pub fn is_zero(&self) -> bool {
        self.coefficient == [0; 16]
    }

    /// The significant digits as an integer.
    #[must_use]
    pub fn coefficient(&self) -> u128 {
        u128::from_le_bytes(self.coefficient)
    }

    /// The power of ten of the last significant digit.
    #[must_use]
    pub fn exponent(&self) -> i16 {
        self.exponent
    }

    /// Whether the number is below zero.
    #[must_use]
    pub fn is_negative(&self) -> bool {
        self.negative
    }

    /// The size that DynamoDB counts for this number, in bytes (observed-expressions.md §18).
    #[must_use]
    pub fn size_bytes(&self) -> usize {
        if self.is_zero() {
            return 1;
        }
        let digits = self.digits() as i32;
        let integer = if self.exponent >= 0 {
            digits
        } else {
            (digits + i32::from(self.exponent)).max(0)
        };
        let fraction = digits - integer;
        1 + half_up(integer) + half_up(fraction) + usize::from(self.negative)
    }

    /// The nearest 32-bit float; infinite beyond its range.
    #[must_use]
    pub fn to_f32(&self) -> f32 {
        /// Integers up to this many digits, and powers of ten up to this one, are exact in 32 bits: then one operation rounds rightly.
        const EXACT_COEFFICIENT: u128 = 1 << 24;
        const POWERS: [f32; 11] = [1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10];
        let coefficient = self.coefficient();
        let power = POWERS.get(usize::from(self.exponent.unsigned_abs()));
        let magnitude = match power {
            Some(power) if coefficient <= EXACT_COEFFICIENT && self.exponent >= 0 => coefficient as f32 * power,
            Some(power) if coefficient <= EXACT_COEFFICIENT => coefficient as f32 / power,
            _ => format!("{coefficient}e{}", self.exponent)
                .parse()
                .unwrap_or_else(|_| unreachable!("digits and an exponent are a float")),
        };
        if self.negative { -magnitude } else { magnitude }
    }

    /// Whether a 32-bit float is near this number.
    #[must_use]
    pub fn fits_f32(&self) -> bool {
        self.magnitude() < 38 || self.to_f32().is_finite()
    }

    fn normal(negative: bool, mut coefficient: u128, mut exponent: i64) -> Self {
        if coefficient == 0 {
            return Self::ZERO;
        }
        // Division of 128 bits is slow, and most numbers fit 64.
        while coefficient > u128::from(u64::MAX) && coefficient.is_multiple_of(10) {
            coefficient /= 10;
            exponent += 1;
        }
        if let Ok(mut low) = u64::try_from(coefficient) {
            while low.is_multiple_of(10) {
                low /= 10;
                exponent += 1;
            }
            coefficient = low.into();
        }
        Self {
            coefficient: coefficient.to_le_bytes(),
            exponent: exponent as i16,
            negative,
        }
    }

    fn digits(&self) -> u32 {
        self.coefficient().checked_ilog10().map_or(1, |log| log + 1)
    }

    /// The power of ten of the first significant digit.
    fn magnitude(&self) -> i64 {
        i64::from(self.digits()) - 1 + i64::from(self.exponent)
    }
}

/// Checks the power of ten of a first significant digit.
fn check_magnitude(magnitude: i64) -> Result<(), NumberFault> {
    if magnitude > MAGNITUDE_MAX {
        Err(NumberFault::Overflow)
    } else if magnitude < MAGNITUDE_MIN {
        Err(NumberFault::Underflow)
    } else {
        Ok(())
    }
}

/// Bytes for so many digits at two digits a byte.
fn half_up(digits: i32) -> usize {
    (digits as usize).div_ceil(2)
}

impl Ord for Number {
    fn cmp(&self, other: &Self) -> Ordering {
        let sign = |n: &Self| if n.is_zero() { 0 } else { 1 - 2 * i8::from(n.negative) };
        sign(self).cmp(&sign(other)).then_with(|| {
            let by_size = self.magnitude().cmp(&other.magnitude()).then_with(|| {
                let full = |n: &Self| n.coefficient() * 10u128.pow(DIGITS_MAX - n.digits());
                full(self).cmp(&full(other))
            });
            if self.negative { by_size.reverse() } else { by_size }
        })
    }
}

impl PartialOrd for Number {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = Vec::with_capacity(24);
        self.write_text(&mut text);
        f.write_str(std::str::from_utf8(&text).map_err(|_| fmt::Error)?)
    }
}

impl fmt::Debug for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
