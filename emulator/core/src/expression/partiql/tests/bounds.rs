//! Texts that are made to hurt: deep and long ones are refused or read, and never exhaust stack or time.

use super::super::{CHARACTERS_MAX, Malformed, Statement, StatementError};

fn error(text: &str) -> StatementError {
    Statement::read(text).map_or_else(|refused| refused.error, |read| panic!("{text} was read as {read:?}"))
}

/// So many times `unit` as a statement has room for.
fn filled(before: &str, unit: &str) -> String {
    let room = CHARACTERS_MAX - before.len();
    format!("{before}{}", unit.repeat(room / unit.len()))
}

#[test]
fn what_opens_without_end_is_too_deep() {
    for unit in [
        "(",
        "[",
        "<<",
        "{'a': ",
        "NOT ",
        "- ",
        "f(",
        "a[",
        "a IN (",
        "CASE WHEN ",
        "a = (",
        "{'a': [(",
    ] {
        for before in [
            "",
            "SELECT * FROM a WHERE ",
            "UPDATE a SET b = ",
            "INSERT INTO a VALUE ",
        ] {
            assert_eq!(error(&filled(before, unit)), StatementError::TooDeep, "{before}{unit}…");
        }
    }
}

#[test]
fn queries_within_each_other_are_too_deep() {
    let text = filled("SELECT * FROM a WHERE ", "b = (SELECT * FROM a WHERE ");
    assert_eq!(error(&text), StatementError::TooDeep);
}

#[test]
fn long_chains_are_read_without_recursion() {
    for unit in [" AND a = 1", " OR a = 1"] {
        let text = filled("SELECT * FROM t WHERE a = 1", unit);
        assert!(
            matches!(error(&text), StatementError::TooManyOperators(count) if count > 1_000),
            "{unit}"
        );
    }
    for unit in [" + 1", " || a", " = a", " LIKE a", " IS NULL", ".a", "[0]"] {
        let text = filled("SELECT * FROM t WHERE a", unit);
        assert!(Statement::read(&text).is_err(), "{unit}");
    }
    for unit in [
        "-", "a.", "a,", ".", "'", "\"\"", "`", "?", "? ", ",", ";", "/*", "*/", "--\n", "é", "\n",
    ] {
        for before in ["", "SELECT ", "SELECT * FROM ", "SELECT * FROM a WHERE b IN [1"] {
            let _ = Statement::read(&filled(before, unit));
        }
    }
}

#[test]
fn a_name_may_be_as_long_as_a_statement() {
    let name = "n".repeat(CHARACTERS_MAX - 20);
    let statement = Statement::read(&format!("SELECT * FROM {name}")).expect("a name has no bound of its own");
    assert_eq!(statement.target().table, name);
}

#[test]
fn places_are_told_in_characters() {
    let text = "SELECT *\r\nFROM \"é😀\" -- comment\n WHERE 'é' = foo(1)";
    assert_eq!(error(text).to_string(), "Unrecognized function: foo at 3:14:3");
}

#[test]
fn what_cannot_be_read_has_no_reason() {
    assert_eq!(
        error("SELECT § FROM a"),
        StatementError::Malformed(Malformed::Unreadable)
    );
}
