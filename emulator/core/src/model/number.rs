//! Attribute type N: a decimal of up to 38 significant digits.
//!
//! In flows the text of a request, out flow the service's normal form, key bytes whose order is the order of the numbers, and
//! exact sums. Invariants: a [`Number`] is normal (no trailing zero in the coefficient, one zero, at most 38 digits, magnitude within
//! 1E-130 ..= 9.9E+125), so equality of values is equality of fields. It does not know where a number stands or how a refusal is wrapped.

use std::cmp::Ordering;
use std::fmt;

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

/// Which reading of exponents applies: the service runs two (observed-validation.md §1b).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExponentRange {
    /// Exponents of 64 bits: what is out of range overflows or underflows.
    Wide,
    /// Exponent and scale of 32 bits, as in Java's `BigDecimal`: what is beyond is no number.
    BigDecimal,
}

/// Why a text is not a number that DynamoDB stores.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NumberFault {
    /// The text does not follow the grammar, or its exponent cannot be read.
    NotANumber,
    /// The magnitude is 1E+126 or more.
    Overflow,
    /// The magnitude is below 1E-130.
    Underflow,
    /// More than 38 significant digits.
    Precision,
}

impl fmt::Display for NumberFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotANumber => "The parameter cannot be converted to a numeric value",
            Self::Overflow => {
                "Number overflow. Attempting to store a number with magnitude larger than supported range"
            }
            Self::Underflow => {
                "Number underflow. Attempting to store a number with magnitude smaller than supported range"
            }
            Self::Precision => "Attempting to store more than 38 significant digits in a Number",
        })
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
}

impl Number {
    /// The number zero.
    pub const ZERO: Self = Self {
        coefficient: [0; 16],
        exponent: 0,
        negative: false,
    };

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

    /// The number as an unsigned integer, where it is one and fits.
    #[must_use]
    pub fn to_u64(&self) -> Option<u64> {
        if self.negative || self.exponent < 0 {
            return None;
        }
        let scale = 10u128.checked_pow(self.exponent as u32)?;
        self.coefficient().checked_mul(scale)?.try_into().ok()
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

    fn digits(&self) -> u32 {
        self.coefficient().checked_ilog10().map_or(1, |log| log + 1)
    }

    /// The power of ten of the first significant digit.
    fn magnitude(&self) -> i64 {
        i64::from(self.digits()) - 1 + i64::from(self.exponent)
    }
}

impl Scan {
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

fn check_magnitude(magnitude: i64) -> Result<(), NumberFault> {
    if magnitude > MAGNITUDE_MAX {
        Err(NumberFault::Overflow)
    } else if magnitude < MAGNITUDE_MIN {
        Err(NumberFault::Underflow)
    } else {
        Ok(())
    }
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

/// Bytes for so many digits at two digits a byte.
fn half_up(digits: i32) -> usize {
    (digits as usize).div_ceil(2)
}

/// The decimal digits of a coefficient, in ASCII, without a heap allocation.
struct DecimalDigits {
    bytes: [u8; 39],
    start: usize,
}

impl DecimalDigits {
    fn of(coefficient: u128) -> Self {
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

    fn as_slice(&self) -> &[u8] {
        &self.bytes[self.start..]
    }
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

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(text: &str) -> String {
        Number::parse(text).map_or_else(|fault| format!("{fault:?}"), |number| number.to_string())
    }

    #[test]
    fn texts_take_their_normal_form() {
        for (text, normal) in [
            ("0", "0"),
            ("-0", "0"),
            ("0.00", "0"),
            ("1e3", "1000"),
            ("01.50", "1.5"),
            ("1E-3", "0.001"),
            ("+5", "5"),
            ("5.", "5"),
            (".5", "0.5"),
            ("+.5", "0.5"),
            ("00042", "42"),
            ("-12.30", "-12.3"),
            ("1E+3", "1000"),
            ("100", "100"),
            ("0.10e2", "10"),
            (
                "12345678901234567890123456789012345678",
                "12345678901234567890123456789012345678",
            ),
            ("1.0000000000000000000000000000000000000000000", "1"),
        ] {
            assert_eq!(read(text), normal, "{text}");
        }
    }

    #[test]
    fn what_is_no_number_is_refused_with_the_services_fault() {
        for text in [
            "",
            " 5",
            "5 ",
            "1e",
            "+e2",
            "1.2.3",
            "++5",
            ".",
            "NaN",
            "Infinity",
            "0x1",
            "1e1e1",
            "1e9223372036854775808",
            "e5",
            "-",
        ] {
            assert_eq!(read(text), "NotANumber", "{text}");
        }
        for text in ["1e126", "0e126", "10e125", "1e99999999999", "-1e126"] {
            assert_eq!(read(text), "Overflow", "{text}");
        }
        for text in ["1e-131", "0e-131", "0.0e-130", "0.1e-130", "1e-9223372036854775808"] {
            assert_eq!(read(text), "Underflow", "{text}");
        }
        assert_eq!(read("123456789012345678901234567890123456789"), "Precision");
        assert_eq!(read("1.00000000000000000000000000000000000000000000001"), "Precision");
    }

    #[test]
    fn the_older_layer_reads_exponents_as_big_decimal_does() {
        let read = |text| Number::parse_within(text, ExponentRange::BigDecimal);
        assert_eq!(read("1e2147483647"), Err(NumberFault::Underflow));
        assert_eq!(read("1e2147483648"), Err(NumberFault::NotANumber));
        assert_eq!(read("1e99999999999"), Err(NumberFault::NotANumber));
        assert_eq!(read("1e126"), Err(NumberFault::Overflow));
    }

    #[test]
    fn hashed_bytes_are_pairs_of_digits_from_the_point_on() {
        for (text, bytes) in [
            ("0", &[0x80][..]),
            ("1", &[0xC1, 2]),
            ("-1", &[0x3E, 100, 102]),
            ("10", &[0xC1, 11]),
            ("100", &[0xC2, 2]),
            ("123", &[0xC2, 2, 24]),
            ("0.1", &[0xC0, 11]),
            ("0.001", &[0xBF, 11]),
            ("-12.345", &[0x3E, 89, 67, 51, 102]),
        ] {
            let mut hashed = Vec::new();
            Number::parse(text).unwrap().write_hash_bytes(&mut hashed);
            assert_eq!(hashed, bytes, "{text}");
        }
    }

    #[test]
    fn sizes_are_those_that_the_service_counts() {
        for (text, size) in [
            ("0", 1),
            ("42", 2),
            ("-42", 3),
            ("0.0000001", 2),
            ("1E125", 2),
            ("12345678901234567890", 11),
            ("7", 2),
            ("1.2", 3),
            ("123", 3),
        ] {
            assert_eq!(Number::parse(text).unwrap().size_bytes(), size, "{text}");
        }
    }

    #[test]
    fn sums_are_exact_or_refused() {
        let sum = |a: &str, b: &str| {
            Number::parse(a)
                .unwrap()
                .plus(&Number::parse(b).unwrap())
                .map(|n| n.to_string())
        };
        assert_eq!(sum("0.1", "0.2"), Ok("0.3".into()));
        assert_eq!(sum("1e38", "-1"), Ok("99999999999999999999999999999999999999".into()));
        assert_eq!(sum("1e38", "1"), Err(NumberFault::Precision));
        assert_eq!(sum("1e125", "1e-130"), Err(NumberFault::Precision));
        assert_eq!(sum("9e125", "9e125"), Err(NumberFault::Overflow));
        assert_eq!(sum("5", "-5"), Ok("0".into()));
        assert_eq!(sum("1.5e-130", "-1e-130"), Err(NumberFault::Underflow));
    }

    prop_compose! {
        fn any_number()(negative: bool, digits in 1u32..=38, seed: u128, magnitude in -130i64..=125) -> Number {
            let coefficient = seed % 10u128.pow(digits);
            let text = format!("{}{}e{}", if negative { "-" } else { "" }, coefficient, magnitude - i64::from(digits));
            Number::parse(&text).unwrap_or(Number::ZERO)
        }
    }

    proptest! {
        #[test]
        fn normal_form_reads_back_as_the_same_number(number in any_number()) {
            prop_assert_eq!(Number::parse(&number.to_string()), Ok(number));
        }

        #[test]
        fn hashed_bytes_have_the_order_of_numbers(a in any_number(), b in any_number()) {
            let bytes = |n: Number| { let mut out = Vec::new(); n.write_hash_bytes(&mut out); out };
            prop_assert_eq!(bytes(a).cmp(&bytes(b)), a.cmp(&b));
        }

        #[test]
        fn order_of_key_bytes_is_order_of_numbers(a in any_number(), b in any_number()) {
            let bytes = |n: Number| { let mut out = Vec::new(); n.write_key_bytes(&mut out); out };
            prop_assert_eq!(bytes(a).cmp(&bytes(b)), a.cmp(&b));
        }

        #[test]
        fn adding_and_taking_away_returns_to_the_start(a in any_number(), b in any_number()) {
            if let Ok(sum) = a.plus(&b) {
                prop_assert_eq!(sum.minus(&b), Ok(a));
            }
        }

        #[test]
        fn no_text_panics(text in "[-+0-9.eE]{0,60}") {
            let _ = Number::parse(&text);
            let _ = Number::parse_within(&text, ExponentRange::BigDecimal);
        }
    }
}
