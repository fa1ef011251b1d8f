//! Texts, sizes, sums and bytes of numbers, by rows and by properties.

use proptest::prelude::*;

use super::*;

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
