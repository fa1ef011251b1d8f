//! Sums and differences, which are exact or refused.

use std::cmp::Ordering;

use super::{DIGITS_MAX, Number, NumberFault, check_magnitude};

impl Number {
    /// The exact sum.
    ///
    /// # Errors
    /// When the result has more than 38 digits or leaves the range.
    pub fn plus(&self, other: &Self) -> Result<Self, NumberFault> {
        if self.is_zero() {
            return Ok(*other);
        }
        if other.is_zero() {
            return Ok(*self);
        }
        // Coefficients end in a digit other than zero, so the sum ends where the lower operand ends: what does not fit 128 bits when aligned
        // there has more than 38 digits, whatever the signs.
        let low = self.exponent.min(other.exponent);
        let (a, b) = (self.aligned_to(low)?, other.aligned_to(low)?);
        let (negative, coefficient) = match (self.negative == other.negative, a.cmp(&b)) {
            (true, _) => (self.negative, a.checked_add(b).ok_or(NumberFault::Precision)?),
            (false, Ordering::Less) => (other.negative, b - a),
            (false, _) => (self.negative, a - b),
        };
        let sum = Self::normal(negative, coefficient, i64::from(low));
        sum.check_range()
    }

    /// The exact difference.
    ///
    /// # Errors
    /// As [`Number::plus`].
    pub fn minus(&self, other: &Self) -> Result<Self, NumberFault> {
        self.plus(&other.negated())
    }

    fn check_range(self) -> Result<Self, NumberFault> {
        if self.is_zero() {
            return Ok(self);
        }
        if self.digits() > DIGITS_MAX {
            return Err(NumberFault::Precision);
        }
        check_magnitude(self.magnitude())?;
        Ok(self)
    }

    fn negated(&self) -> Self {
        Self {
            negative: !self.negative && !self.is_zero(),
            ..*self
        }
    }

    fn aligned_to(&self, exponent: i16) -> Result<u128, NumberFault> {
        let shift = u32::from((self.exponent - exponent).unsigned_abs());
        10u128
            .checked_pow(shift)
            .and_then(|scale| self.coefficient().checked_mul(scale))
            .ok_or(NumberFault::Precision)
    }
}
