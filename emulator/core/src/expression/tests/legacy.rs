//! Legacy parameters: their checks in order, and what they come to.

use super::super::legacy::{self, Join, LegacyError};
use super::super::{KeyCondition, LegacyParameter, Update};
use super::{item, json};
use crate::model::json::{Entries, Text, from_text};
use crate::model::value::ValueType;
use crate::model::wire::{AttributeValueUpdate, Condition, ExpectedAttributeValue};

const INVALID: &str = "One or more parameter values were invalid:";

fn said<T>(outcome: Result<T, impl ToString>) -> String {
    outcome.map_or_else(|error| error.to_string(), |_| "accepted".to_owned())
}

fn conditions(text: &str) -> Entries<Condition> {
    from_text(text).unwrap()
}

#[test]
fn conditional_operators_join_two_or_more_conditions() {
    const ALONE: &str = "ConditionalOperator cannot be used without Filter or Expected";
    const ONE: &str = "ConditionalOperator can only be used when Filter or Expected has two or more elements";
    const UNKNOWN: &str = "Failed to satisfy constraint: Member must satisfy enum value set: [ALL, OR]";
    for (operator, conditions, expected) in [
        (None, 0, "accepted"),
        (Some("XOR"), 0, ALONE),
        (Some("XOR"), 1, ONE),
        (Some("or"), 2, UNKNOWN),
        (Some("OR"), 2, "accepted"),
        (Some("AND"), 3, "accepted"),
    ] {
        assert_eq!(
            said(Join::read(operator, conditions)),
            expected,
            "{operator:?} {conditions}"
        );
    }
    assert_eq!(Join::read(Some("OR"), 2), Ok(Join::Or));
}

#[test]
fn filters_are_checked_for_operators_then_counts_then_types() {
    let count =
        |operator: &str| format!("{INVALID} Invalid number of argument(s) for the {operator} ComparisonOperator");
    let kind = |operator: &str, kind: &str| {
        format!("{INVALID} ComparisonOperator {operator} is not valid for {kind} AttributeValue type")
    };
    for (text, expected) in [
        (r#"{"a":{"ComparisonOperator":"FOO"}}"#, format!("{INVALID} Invalid comparison operator")),
        (r#"{"a":{"ComparisonOperator":"EQ"},"b":{"ComparisonOperator":"eq"}}"#, format!("{INVALID} Invalid comparison operator")),
        (
            r#"{"a":{"AttributeValueList":[]}}"#,
            "1 validation error detected: Value null at 'scanFilter.a.member.comparisonOperator' failed to satisfy constraint: Member must not be null".into(),
        ),
        (r#"{"a":{"ComparisonOperator":"EQ"}}"#, count("EQ")),
        (r#"{"a":{"ComparisonOperator":"EQ","AttributeValueList":[]}}"#, count("EQ")),
        (r#"{"a":{"ComparisonOperator":"IN","AttributeValueList":[]}}"#, count("IN")),
        (r#"{"a":{"ComparisonOperator":"BETWEEN","AttributeValueList":[{"N":"1"}]}}"#, count("BETWEEN")),
        (r#"{"a":{"ComparisonOperator":"NULL","AttributeValueList":[{"N":"1"}]}}"#, count("NULL")),
        (r#"{"a":{"ComparisonOperator":"LT","AttributeValueList":[{"BOOL":true}]},"b":{"ComparisonOperator":"NE"}}"#, count("NE")),
        (r#"{"a":{"ComparisonOperator":"LT","AttributeValueList":[{"BOOL":true}]}}"#, kind("LT", "BOOL")),
        (r#"{"a":{"ComparisonOperator":"BEGINS_WITH","AttributeValueList":[{"N":"1"}]}}"#, kind("BEGINS_WITH", "N")),
        (r#"{"a":{"ComparisonOperator":"CONTAINS","AttributeValueList":[{"SS":["a"]}]}}"#, kind("CONTAINS", "SS")),
        (r#"{"a":{"ComparisonOperator":"NOT_CONTAINS","AttributeValueList":[{"NULL":true}]}}"#, "accepted".into()),
        (r#"{"a":{"ComparisonOperator":"IN","AttributeValueList":[{"N":"1"},{"S":"a"},{"L":[]}]}}"#, kind("IN", "L")),
        (
            r#"{"a":{"ComparisonOperator":"IN","AttributeValueList":[{"N":"1"},{"S":"a"}]}}"#,
            format!("{INVALID} AttributeValues inside AttributeValueList must be of same type"),
        ),
        (
            r#"{"a":{"ComparisonOperator":"BETWEEN","AttributeValueList":[{"N":"1"},{"BOOL":true}]}}"#,
            format!("{INVALID} AttributeValues inside AttributeValueList must be of same type"),
        ),
        (
            r#"{"a":{"ComparisonOperator":"BETWEEN","AttributeValueList":[{"N":"2"},{"N":"1"}]}}"#,
            "The BETWEEN condition was provided a range where the lower bound is greater than the upper bound".into(),
        ),
        (r#"{"a-b.c é":{"ComparisonOperator":"EQ","AttributeValueList":[{"M":{}}]}}"#, "accepted".into()),
        (r#"{"a":{"ComparisonOperator":"FOO"},"a":{"ComparisonOperator":"NULL"}}"#, "accepted".into()),
    ] {
        let outcome = legacy::filter(LegacyParameter::ScanFilter, &conditions(text), Join::And);
        assert_eq!(said(outcome), expected, "{text}");
    }
    let missing = conditions(r#"{"a":{"ComparisonOperator":"NULL"},"b":{}}"#);
    assert_eq!(legacy::missing_operators(&missing).collect::<Vec<_>>(), ["b"]);
}

#[test]
fn filters_come_out_as_their_operators_say() {
    let item = item(r#"{"n":{"N":"5"},"s":{"S":"abc"},"ss":{"SS":["x"]},"null":{"NULL":true}}"#);
    for (attribute, operator, values, expected) in [
        ("n", "EQ", r#"[{"N":"5.0"}]"#, true),
        ("n", "NE", r#"[{"N":"5"}]"#, false),
        ("n", "NE", r#"[{"S":"5"}]"#, true),
        ("gone", "NE", r#"[{"N":"5"}]"#, true),
        ("n", "LE", r#"[{"N":"5"}]"#, true),
        ("n", "LT", r#"[{"N":"5"}]"#, false),
        ("n", "GE", r#"[{"S":"0"}]"#, false),
        ("n", "GT", r#"[{"N":"4"}]"#, true),
        ("null", "NOT_NULL", "[]", true),
        ("gone", "NULL", "[]", true),
        ("null", "NULL", "[]", false),
        ("s", "CONTAINS", r#"[{"S":"bc"}]"#, true),
        ("ss", "CONTAINS", r#"[{"S":"x"}]"#, true),
        ("ss", "NOT_CONTAINS", r#"[{"S":"x"}]"#, false),
        ("gone", "NOT_CONTAINS", r#"[{"S":"x"}]"#, true),
        ("s", "BEGINS_WITH", r#"[{"S":"ab"}]"#, true),
        ("n", "IN", r#"[{"N":"1"},{"N":"5"}]"#, true),
        ("n", "BETWEEN", r#"[{"N":"5"},{"N":"6"}]"#, true),
    ] {
        let text = format!(r#"{{"{attribute}":{{"ComparisonOperator":"{operator}","AttributeValueList":{values}}}}}"#);
        let filter = legacy::filter(LegacyParameter::QueryFilter, &conditions(&text), Join::And)
            .unwrap()
            .unwrap();
        assert_eq!(filter.matches(&item), expected, "{text}");
    }
    let both = conditions(r#"{"n":{"ComparisonOperator":"NULL"},"s":{"ComparisonOperator":"NOT_NULL"}}"#);
    for (join, expected) in [(Join::And, false), (Join::Or, true)] {
        let filter = legacy::filter(LegacyParameter::QueryFilter, &both, join)
            .unwrap()
            .unwrap();
        assert_eq!(filter.matches(&item), expected, "{join:?}");
    }
    assert!(
        legacy::filter(LegacyParameter::QueryFilter, &conditions("{}"), Join::And)
            .unwrap()
            .is_none()
    );
}

#[test]
fn expected_is_checked_attribute_by_attribute() {
    for (text, expected) in [
        (
            r#"{"a":{"Exists":false,"ComparisonOperator":"FOO"}}"#,
            "Exists and ComparisonOperator cannot be used together for Attribute: a",
        ),
        (
            r#"{"a":{"Value":{"N":"1"},"AttributeValueList":[]}}"#,
            "Value and AttributeValueList cannot be used together for Attribute: a",
        ),
        (
            r#"{"a":{"AttributeValueList":[{"N":"1"}]}}"#,
            "AttributeValueList can only be used with a ComparisonOperator for Attribute: a",
        ),
        (r#"{"a":{"ComparisonOperator":"FOO"}}"#, "Invalid comparison operator"),
        (
            r#"{"a":{"ComparisonOperator":"LT"}}"#,
            "Value or AttributeValueList must be used with ComparisonOperator: LT for Attribute: a",
        ),
        (
            r#"{"a":{"ComparisonOperator":"LT","AttributeValueList":[]}}"#,
            "Invalid number of argument(s) for the LT ComparisonOperator",
        ),
        (
            r#"{"a":{"ComparisonOperator":"NULL","Value":{"N":"1"}}}"#,
            "Invalid number of argument(s) for the NULL ComparisonOperator",
        ),
        (
            r#"{"a":{"ComparisonOperator":"IN","AttributeValueList":[{"N":"1"},{"S":"a"}]}}"#,
            "AttributeValues inside AttributeValueList must be of same type",
        ),
        (
            r#"{"a":{"Exists":true}}"#,
            "Value must be provided when Exists is true for Attribute: a",
        ),
        (
            r#"{"a":{}}"#,
            "Value must be provided when Exists is null for Attribute: a",
        ),
        (
            r#"{"a":{"Exists":false,"Value":{"N":"1"}}}"#,
            "Value cannot be used when Exists is false for Attribute: a",
        ),
        (
            r#"{"b":{"Exists":false},"a":{}}"#,
            "Value must be provided when Exists is null for Attribute: a",
        ),
    ] {
        let entries: Entries<ExpectedAttributeValue> = from_text(text).unwrap();
        let error = legacy::expected(&entries, Join::And).unwrap_err();
        assert_eq!(error.to_string(), format!("{INVALID} {expected}"), "{text}");
        assert!(error.is_enveloped());
    }
}

#[test]
fn expected_comes_out_as_it_says() {
    let item = item(r#"{"n":{"N":"5"}}"#);
    for (text, matches) in [
        (r#"{"n":{"Value":{"N":"5"}}}"#, true),
        (r#"{"n":{"Exists":true,"Value":{"N":"6"}}}"#, false),
        (r#"{"n":{"Exists":false}}"#, false),
        (r#"{"gone":{"Exists":false}}"#, true),
        (r#"{"n":{"ComparisonOperator":"GT","Value":{"N":"4"}}}"#, true),
        (
            r#"{"n":{"ComparisonOperator":"NOT_NULL"},"gone":{"ComparisonOperator":"NULL"}}"#,
            true,
        ),
    ] {
        let entries: Entries<ExpectedAttributeValue> = from_text(text).unwrap();
        let condition = legacy::expected(&entries, Join::And).unwrap().unwrap();
        assert_eq!(condition.matches(&item), matches, "{text}");
    }
}

#[test]
fn key_conditions_meet_a_key_after_their_types() {
    const SCHEMA: &str = "Condition parameter type does not match schema type";
    let keys = [("pk", ValueType::S)];
    let sort = [("sk", ValueType::N)];
    for (text, expected) in [
        (
            r#"{"pk":{"ComparisonOperator":"NE","AttributeValueList":[{"S":"p"}]}}"#,
            "Attempted conditional constraint is not an indexable operation".to_owned(),
        ),
        (
            r#"{"pk":{"ComparisonOperator":"LT","AttributeValueList":[{"BOOL":true}]}}"#,
            format!("{INVALID} ComparisonOperator LT is not valid for BOOL AttributeValue type"),
        ),
        (
            r#"{"pk":{"ComparisonOperator":"EQ","AttributeValueList":[{"N":"1"}]},"sk":{"ComparisonOperator":"BETWEEN","AttributeValueList":[{"N":"1"},{"S":"a"}]}}"#,
            format!("{INVALID} AttributeValues inside AttributeValueList must be of same type"),
        ),
        (
            r#"{"sk":{"ComparisonOperator":"EQ","AttributeValueList":[{"S":"a"}]}}"#,
            format!("{INVALID} {SCHEMA}"),
        ),
        ("{}", "Query condition missed key schema element: pk".into()),
        (
            r#"{"sk":{"ComparisonOperator":"EQ","AttributeValueList":[{"N":"1"}]}}"#,
            "Query condition missed key schema element: pk".into(),
        ),
        (
            r#"{"pk":{"ComparisonOperator":"GT","AttributeValueList":[{"S":"a"}]}}"#,
            "Query key condition not supported".into(),
        ),
        (
            r#"{"sk":{"ComparisonOperator":"LE","AttributeValueList":[{"N":"1"}]},"pk":{"ComparisonOperator":"EQ","AttributeValueList":[{"S":"a"}]}}"#,
            "accepted".into(),
        ),
    ] {
        let resolved = |condition: KeyCondition| {
            condition.check_list_types()?;
            condition.check_legacy_types(&keys)?;
            condition.check_legacy_types(&sort)?;
            condition.resolve(&keys, &sort)
        };
        let outcome = match legacy::key_conditions(&conditions(text)) {
            Ok(condition) => said(resolved(condition)),
            Err(error) => error.to_string(),
        };
        assert_eq!(outcome, expected, "{text}");
    }
}

fn updates(text: &str) -> Result<Update, LegacyError> {
    let entries: Entries<AttributeValueUpdate> = from_text(text).unwrap();
    legacy::attribute_updates(&entries)
}

#[test]
fn attribute_updates_are_checked_for_actions_then_values() {
    for (text, expected, is_enveloped) in [
        (
            r#"{"a":{"Action":"ADD"},"b":{"Action":"put"}}"#,
            "Member must satisfy enum value set: [ADD, DELETE, PUT]' for Action".to_owned(),
            true,
        ),
        (
            r#"{"a":{"Action":"ADD"}}"#,
            format!("{INVALID} Only DELETE action is allowed when no attribute value is specified"),
            false,
        ),
        (
            r#"{"a":{}}"#,
            format!("{INVALID} Only DELETE action is allowed when no attribute value is specified"),
            false,
        ),
        (
            r#"{"a":{"Action":"DELETE","Value":{"N":"1"}}}"#,
            format!("{INVALID} DELETE action with value is not supported for the type N"),
            false,
        ),
        (
            r#"{"a":{"Action":"ADD","Value":{"S":"1"}}}"#,
            format!("{INVALID} ADD action is not supported for the type S"),
            false,
        ),
    ] {
        let error = updates(text).unwrap_err();
        assert_eq!(
            (error.to_string(), error.is_enveloped()),
            (expected, is_enveloped),
            "{text}"
        );
    }
}

#[test]
fn attribute_updates_change_whole_attributes() {
    let old = item(r#"{"n":{"N":"1"},"ss":{"SS":["a","b"]},"l":{"L":[{"N":"1"}]},"s":{"S":"x"}}"#);
    for (text, expected, creates) in [
        (
            r#"{"a.b":{"Value":{"N":"2"}},"s":{"Action":"DELETE"}}"#,
            r#"{"a.b":{"N":"2"},"l":{"L":[{"N":"1"}]},"n":{"N":"1"},"ss":{"SS":["a","b"]}}"#,
            true,
        ),
        (
            r#"{"l":{"Action":"ADD","Value":{"L":[{"N":"2"}]}},"n":{"Action":"ADD","Value":{"N":"2"}},"s":{"Action":"DELETE"},"ss":{"Action":"DELETE","Value":{"SS":["a","b"]}}}"#,
            r#"{"l":{"L":[{"N":"1"},{"N":"2"}]},"n":{"N":"3"}}"#,
            true,
        ),
        (
            r#"{"n":{"Action":"DELETE"},"ss":{"Action":"DELETE","Value":{"SS":["a"]}},"l":{"Action":"DELETE"},"s":{"Action":"DELETE"}}"#,
            r#"{"ss":{"SS":["b"]}}"#,
            false,
        ),
        (
            r#"{"s":{"Action":"ADD","Value":{"N":"2"}}}"#,
            "Type mismatch for attribute to update",
            true,
        ),
        (
            r#"{"n":{"Action":"DELETE","Value":{"SS":["2"]}}}"#,
            "Type mismatch for attribute to update",
            false,
        ),
    ] {
        let update = updates(text).unwrap();
        let outcome = update.apply(&old).map(|updated| json(&updated.item()));
        assert_eq!(outcome.unwrap_or_else(|error| error.to_string()), expected, "{text}");
        assert_eq!((update.creates_item(), update.request_charge()), (creates, 0), "{text}");
    }
    assert!(updates("{}").unwrap().creates_item());
}

#[test]
fn attributes_to_get_are_distinct() {
    let names = |names: &[&str]| names.iter().copied().map(Text::new).collect::<Vec<_>>();
    let error = legacy::attributes_to_get(&names(&["b", "a.b", "b"])).unwrap_err();
    assert_eq!(
        error.to_string(),
        format!("{INVALID} Duplicate value in attribute name: b")
    );
    let projection = legacy::attributes_to_get(&names(&["b", "a.b"])).unwrap();
    let item = item(r#"{"a.b":{"N":"1"},"a":{"M":{}},"b":{"N":"2"}}"#);
    assert_eq!(json(&projection.apply(&item)), r#"{"a.b":{"N":"1"},"b":{"N":"2"}}"#);
}

#[test]
fn faults_of_values_are_found_in_all_parameters() {
    let filter =
        conditions(r#"{"a":{"AttributeValueList":[{"N":"1"},{"N":"x"}]},"b":{"AttributeValueList":[{"SS":[]}]}}"#);
    assert_eq!(legacy::faults_of_conditions(&filter).count(), 2);
    let expected: Entries<ExpectedAttributeValue> =
        from_text(r#"{"a":{"Value":{"NS":["1","1"]},"AttributeValueList":[{}]}}"#).unwrap();
    assert_eq!(legacy::faults_of_expected(&expected).count(), 2);
    let updates: Entries<AttributeValueUpdate> = from_text(r#"{"a":{"Value":{"N":""}},"b":{}}"#).unwrap();
    assert_eq!(legacy::faults_of_updates(&updates).count(), 1);
}
