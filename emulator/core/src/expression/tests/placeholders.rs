//! Checks of the placeholder maps, and of parameters against each other.

use super::super::{Condition, ExpressionCache, ExpressionKind, LegacyParameter, Parameters, Projection};
use super::Maps;
use crate::model::Layer;

const CONDITION: ExpressionKind = ExpressionKind::Condition;

fn check(maps: &Maps, legacy: &[(LegacyParameter, bool)], expressions: &[(ExpressionKind, bool)]) -> (String, bool) {
    let outcome = Parameters {
        legacy,
        expressions,
        layer: Layer::Current,
    }
    .check(&maps.placeholders());
    outcome.map_or_else(
        |error| (error.to_string(), error.is_enveloped()),
        |()| ("accepted".into(), false),
    )
}

#[test]
fn maps_are_checked_by_themselves() {
    const NAMES_ALONE: &str = "ExpressionAttributeNames can only be specified when using expressions";
    const VALUES_ALONE: &str = "ExpressionAttributeValues can only be specified when using expressions";
    const KEY: &str = "contains invalid key: Syntax error; key:";
    for (names, values, present, expected, is_enveloped) in [
        ("", "", false, "accepted".to_owned(), false),
        (r##"{"#a":"a"}"##, r#"{":v":{"S":"v"}}"#, true, "accepted".into(), false),
        ("{}", "{}", false, NAMES_ALONE.into(), true),
        ("", "{}", false, VALUES_ALONE.into(), true),
        (
            "{}",
            "{}",
            true,
            "ExpressionAttributeNames must not be empty".into(),
            true,
        ),
        (
            r#"{"a":"a"}"#,
            "{}",
            true,
            format!("ExpressionAttributeNames {KEY} \"a\""),
            false,
        ),
        (
            r##"{"#":"a"}"##,
            "{}",
            true,
            format!("ExpressionAttributeNames {KEY} \"#\""),
            true,
        ),
        (
            r#"{"":"a"}"#,
            "{}",
            true,
            "ExpressionAttributeNames contains invalid key: The expression attribute map contains an empty key;".into(),
            false,
        ),
        (
            r##"{"#é":"a"}"##,
            "{}",
            true,
            format!("ExpressionAttributeNames {KEY} \"#é\""),
            true,
        ),
        (
            r##"{"#a":"a"}"##,
            "{}",
            true,
            "ExpressionAttributeValues must not be empty".into(),
            true,
        ),
        (
            "",
            r#"{"v":{"S":"v"}}"#,
            true,
            format!("ExpressionAttributeValues {KEY} \"v\""),
            false,
        ),
        (
            "",
            r#"{":v-w":{"S":"v"}}"#,
            true,
            format!("ExpressionAttributeValues {KEY} \":v-w\""),
            true,
        ),
    ] {
        let maps = Maps::new(names, values);
        assert_eq!(
            check(&maps, &[], &[(CONDITION, present)]),
            (expected, is_enveloped),
            "{names} {values}"
        );
    }
}

#[test]
fn reads_name_the_expressions_that_values_miss() {
    let maps = Maps::new("", r#"{":v":{"S":"v"}}"#);
    let (projection, filter) = ((ExpressionKind::Projection, true), (ExpressionKind::Filter, false));
    let text = "ExpressionAttributeValues can only be specified when using expressions: FilterExpression is null";
    assert_eq!(check(&maps, &[], &[projection, filter]).0, text);
    let key = (ExpressionKind::KeyCondition, false);
    assert_eq!(
        check(&maps, &[], &[projection, filter, key]).0,
        format!("{text} and KeyConditionExpression is null")
    );
}

#[test]
fn legacy_parameters_and_expressions_do_not_mix() {
    let legacy = [
        (LegacyParameter::AttributeUpdates, true),
        (LegacyParameter::Expected, false),
        (LegacyParameter::ConditionalOperator, true),
    ];
    let (text, is_enveloped) = check(
        &Maps::default(),
        &legacy,
        &[(ExpressionKind::Update, false), (CONDITION, true)],
    );
    assert_eq!(
        text,
        "Can not use both expression and non-expression parameters in the same request: Non-expression parameters: \
         {AttributeUpdates, ConditionalOperator} Expression parameters: {ConditionExpression}"
    );
    assert!(is_enveloped);
}

#[test]
fn empty_names_are_told_with_their_placeholder() {
    let maps = Maps::new(r##"{"#a":"a","#e":""}"##, "");
    let error = maps.placeholders().check_names_not_empty().unwrap_err();
    assert_eq!(
        error.to_string(),
        "ExpressionAttributeNames contains invalid value: Empty attribute name for key #e"
    );
}

#[test]
fn what_no_expression_mentions_is_unused() {
    let maps = Maps::new(
        r##"{"#c":"c","#a":"a","#p":"p","#b":"b"}"##,
        r#"{":v":{"S":"v"},":z":{"S":"z"},":w":{"S":"w"}}"#,
    );
    let cache = ExpressionCache::default();
    let mut placeholders = maps.placeholders();
    let _ = placeholders.bind(cache.parse::<Condition>(CONDITION, Some("#b = :w OR a = :v")).unwrap());
    let names = "Value provided in ExpressionAttributeNames unused in expressions: keys: {#c, #a, #p}";
    assert_eq!(placeholders.check_unused().unwrap_err().to_string(), names);
    let _ = placeholders.bind(
        cache
            .parse::<Projection>(ExpressionKind::Projection, Some("#c, #a, #p"))
            .unwrap(),
    );
    let values = "Value provided in ExpressionAttributeValues unused in expressions: keys: {:z}";
    assert_eq!(placeholders.check_unused().unwrap_err().to_string(), values);
}

#[test]
fn large_maps_are_searched_as_small_ones_are() {
    let names: Vec<String> = (0..500).rev().map(|n| format!("\"#n{n}\":\"a{n}\"")).collect();
    // Of two entries with one key the later counts.
    let maps = Maps::new(&format!("{{\"#n7\":\"hidden\",{}}}", names.join(",")), "");
    let paths = (0..500).map(|n| format!("#n{n}")).collect::<Vec<_>>().join(",");
    let projection: Projection = maps.program(ExpressionKind::Projection, &paths, &[]).unwrap();
    assert_eq!(projection.attributes().len(), 500);
    assert!(projection.attributes().all(|name| name != "hidden"));
}
