//! Numbers as text: read with all their faults, written in the service's normal form.

use super::digits::DecimalDigits;
use super::{DIGITS_MAX, Number, NumberFault, check_magnitude};

/// Which reading of exponents applies: the service runs two (observed-validation.md §1b).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExponentRange {
    /// Exponents of 64 bits: what is out of range overflows or underflows.
    Wide,
    /// Exponent and scale of 32 bits, as in Java's `BigDecimal`: what is beyond is no number.
    BigDecimal,
}

impl Number {
    /// Reads a number as the service's current layer does.
    ///
    /// # Errors
    /// The first fault in the service's order: grammar, exponent, digits, overflow, underflow.
    pub fn parse(text: &str) -> Result<Self, NumberFault> {
        Self::parse_within(text, ExponentRange::Wide)
    }

    /// Reads a number with a given reading of exponents.
    ///
    /// # Errors
    /// As [`Number::parse`].
    pub fn parse_within(text: &str, range: ExponentRange) -> Result<Self, NumberFault> {
        let bytes = text.as_bytes();
        let (negative, mut rest) = match bytes.split_first() {
            Some((b'-', rest)) => (true, rest),
            Some((b'+', rest)) => (false, rest),
            _ => (false, bytes),
        };
        let mut scan = Scan::default();
        let mut point = false;
        while let Some((&byte, tail)) = rest.split_first() {
            match byte {
                b'0'..=b'9' => {
                    scan.push(byte - b'0');
                    scan.fraction_digits += i64::from(point);
                }
                b'.' if !point => point = true,
                b'e' | b'E' => break,
                _ => return Err(NumberFault::NotANumber),
            }
            rest = tail;
        }
        if scan.digits == 0 {
            return Err(NumberFault::NotANumber);
        }
        let written_exponent = parse_exponent(rest)?;
        if range == ExponentRange::BigDecimal {
            check_big_decimal(&scan, written_exponent)?;
        }
        scan.finish(negative, written_exponent)
    }

    /// Appends the service's normal form: plain decimal digits, no exponent, no superfluous zeros.
    pub fn write_text(&self, out: &mut Vec<u8>) {
        if self.negative {
            out.push(b'-');
        }
        let digits = DecimalDigits::of(self.coefficient());
        let digits = digits.as_slice();
        let point = digits.len() as i32 + i32::from(self.exponent);
        if self.exponent >= 0 {
            out.extend_from_slice(digits);
            out.resize(out.len() + self.exponent as usize, b'0');
        } else if point > 0 {
            let (integer, fraction) = digits.split_at(point as usize);
            out.extend_from_slice(integer);
            out.push(b'.');
            out.extend_from_slice(fraction);
        } else {
            out.extend_from_slice(b"0.");
            out.resize(out.len() + point.unsigned_abs() as usize, b'0');
            out.extend_from_slice(digits);
        }
    }
}

/// The digits of a number's text, before any range is checked.
#[derive(Default)]
struct Scan {
    coefficient: u128,
    significant: u32,
    trailing_zeros: i64,
    digits: i64,
    fraction_digits: i64,
}

impl Scan {
    fn push(&mut self, digit: u8) {
        self.digits += 1;
        if digit == 0 {
            self.trailing_zeros += i64::from(self.significant > 0);
            return;
        }
        let shift = self.trailing_zeros.min(i64::from(DIGITS_MAX)) as u32 + 1;
        self.significant = self.significant.saturating_add(shift);
        if self.significant <= DIGITS_MAX {
            let scale = if shift == 1 { 10 } else { 10u128.pow(shift) };
            self.coefficient = self.coefficient * scale + u128::from(digit);
        }
        self.trailing_zeros = 0;
    }

    fn finish(self, negative: bool, written_exponent: i64) -> Result<Number, NumberFault> {
        if self.significant > DIGITS_MAX {
            return Err(NumberFault::Precision);
        }
        let last_written = written_exponent.saturating_sub(self.fraction_digits);
        if self.significant == 0 {
            // The service checks a zero's range as if the last digit that was written were a one.
            check_magnitude(last_written)?;
            return Ok(Number::ZERO);
        }
        let exponent = last_written.saturating_add(self.trailing_zeros);
        check_magnitude(exponent.saturating_add(i64::from(self.significant) - 1))?;
        Ok(Number {
            coefficient: self.coefficient.to_le_bytes(),
            exponent: exponent as i16,
            negative,
        })
    }
}

fn parse_exponent(rest: &[u8]) -> Result<i64, NumberFault> {
    let Some((_, exponent)) = rest.split_first() else {
        return Ok(0);
    };
    let digits = exponent
        .strip_prefix(b"-")
        .or_else(|| exponent.strip_prefix(b"+"))
        .unwrap_or(exponent);
    if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
        return Err(NumberFault::NotANumber);
    }
    let text = std::str::from_utf8(exponent).map_err(|_| NumberFault::NotANumber)?;
    text.parse().map_err(|_| NumberFault::NotANumber)
}

/// What Java's `BigDecimal` makes of exponents near the limits of 32 bits.
fn check_big_decimal(scan: &Scan, written_exponent: i64) -> Result<(), NumberFault> {
    let scale = scan.fraction_digits.saturating_sub(written_exponent);
    if i32::try_from(written_exponent).is_err() || i32::try_from(scale).is_err() {
        return Err(NumberFault::NotANumber);
    }
    if i64::from(scan.significant.max(1)) - scale >= i64::from(i32::MAX) {
        return Err(NumberFault::Underflow);
    }
    Ok(())
}
