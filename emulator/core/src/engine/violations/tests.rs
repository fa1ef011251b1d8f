//! How broken constraints are listed and worded.

use super::*;
use crate::model::clipped::ECHO_BYTES_MAX;

fn check(state: impl FnOnce(&mut Violations), expected: &str) {
    let mut violations = Violations::default();
    state(&mut violations);
    let found = violations
        .refuse()
        .map_or_else(|error| error.message().to_owned(), |()| String::new());
    assert_eq!(found, expected);
}

fn text(text: &str) -> Option<Text> {
    Some(text.into())
}

#[test]
fn a_long_value_is_echoed_up_to_a_limit() {
    let long: Vec<Text> = vec!["é".into(); 1_000_000];
    let mut violations = Violations::default();
    violations.echoed("list", Some(&long)).length_at_most(1);
    let error = violations.refuse().unwrap_err();
    let message = error.message();
    assert!(message.len() < ECHO_BYTES_MAX + 200, "{}", message.len());
    assert!(
        message
            .ends_with("...' at 'list' failed to satisfy constraint: Member must have length less than or equal to 1")
    );
}

#[test]
fn an_absent_member_breaks_only_the_constraint_that_it_be_there() {
    let absent: Option<Text> = None;
    check(
        |violations| {
            violations
                .echoed("select", absent.as_ref())
                .one_of(sets::SELECT)
                .length_at_least(1);
        },
        "",
    );
    check(
        |violations| {
            violations
                .echoed("tableName", absent.as_ref())
                .required()
                .length_at_least(3);
        },
        "1 validation error detected: Value null at 'tableName' failed to satisfy constraint: Member must not be null",
    );
}

#[test]
fn every_broken_constraint_is_listed_in_the_order_of_the_lines() {
    let (name, limit) = (text(""), Some(101));
    check(
        |violations| {
            let name = violations.echoed("exclusiveStartTableName", name.as_ref());
            name.pattern(&TABLE_NAME).length_at_least(3).length_at_most(255);
            violations.echoed("limit", limit.as_ref()).at_least(1).at_most(100);
        },
        "3 validation errors detected: Value '' at 'exclusiveStartTableName' failed to satisfy constraint: Member must satisfy regular \
         expression pattern: [a-zA-Z0-9_.-]+; Value '' at 'exclusiveStartTableName' failed to satisfy constraint: Member must have length \
         greater than or equal to 3; Value '101' at 'limit' failed to satisfy constraint: Member must have value less than or equal to 100",
    );
}

#[test]
fn a_member_can_list_its_first_broken_constraint_alone() {
    let name = text("a!");
    check(
        |violations| {
            let name = violations.echoed("tableName", name.as_ref()).first_only();
            name.length_at_least(3).length_at_most(255).pattern(&TABLE_NAME);
        },
        "1 validation error detected: Value 'a!' at 'tableName' failed to satisfy constraint: Member must have length greater than or equal to 3",
    );
}

#[test]
fn the_current_rendering_tells_the_place_alone() {
    let limit = Some(0);
    check(
        |violations| {
            violations.unechoed("Limit", limit.as_ref()).at_least(1);
        },
        "1 validation error detected: Value at 'Limit' failed to satisfy constraint: Member must have value greater than or equal to 1",
    );
}

#[test]
fn enumerations_print_their_set_in_the_fixed_order() {
    let value = text("total");
    check(
        |violations| {
            violations
                .echoed("returnConsumedCapacity", value.as_ref())
                .one_of(sets::RETURN_CONSUMED_CAPACITY);
        },
        "1 validation error detected: Value 'total' at 'returnConsumedCapacity' failed to satisfy constraint: Member must satisfy enum value set: \
         [INDEXES, TOTAL, NONE]",
    );
}

#[test]
fn no_more_than_ten_are_listed_and_counted() {
    let mut violations = Violations::default();
    for number in 0..12 {
        violations.push(number.to_string());
    }
    let message = violations.refuse().unwrap_err().message().to_owned();
    assert_eq!(message, "10 validation errors detected: 0; 1; 2; 3; 4; 5; 6; 7; 8; 9");
}

#[test]
fn the_first_violation_can_be_told_bare() {
    let mut violations = Violations::default();
    violations.push("a");
    violations.push("b");
    assert_eq!(violations.refuse_bare().unwrap_err().message(), "a");
}

#[test]
fn maps_and_lists_echo_in_javas_style() {
    let map = Entries(vec![
        (Text::from("b"), vec![Text::from("x"), Text::from("y")]),
        (Text::from("a"), vec![]),
    ]);
    assert_eq!(Echoed(&map).to_string(), "{a=[], b=[x, y]}");
}
