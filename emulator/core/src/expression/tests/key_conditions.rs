//! Key conditions: their form, and how they meet a key.

use super::super::{ExpressionKind, KeyAttribute, KeyCondition, KeyPredicate, Phase};
use super::{Maps, accept, refusal};
use crate::model::value::ValueType;
use crate::model::{Number, Value};

const VALUES: &str =
    r#"{":p":{"S":"p"},":s":{"S":"s"},":z":{"S":"z"},":n":{"N":"1"},":t":{"BOOL":true},":l":{"L":[]}}"#;
const KIND: ExpressionKind = ExpressionKind::KeyCondition;
const PK: KeyAttribute<'_> = ("pk", ValueType::S);
const SK: KeyAttribute<'_> = ("sk", ValueType::S);

fn form(text: &str) -> String {
    let maps = Maps::new(r##"{"#p":"pk"}"##, VALUES);
    match maps.program::<KeyCondition>(KIND, text, &[Phase::Names, Phase::Operands, Phase::Paths]) {
        Err(error) if error.starts_with("Value provided in") => "accepted".to_owned(),
        outcome => refusal(outcome),
    }
}

#[test]
fn the_form_is_checked_clause_by_clause() {
    const OPERATOR: &str = "Invalid KeyConditionExpression: Invalid operator used in KeyConditionExpression:";
    const CONDITION: &str = "Invalid KeyConditionExpression: Invalid condition in KeyConditionExpression:";
    const INVALID: &str = "Invalid KeyConditionExpression:";
    let type_of = |operator: &str, kind: &str| {
        format!(
            "{INVALID} Incorrect operand type for operator or function; operator or function: {operator}, operand type: {kind}"
        )
    };
    let undefined =
        format!("{INVALID} An expression attribute value used in expression is not defined; attribute value: :missing");
    for (text, expected) in [
        ("pk = :p OR sk = :s", format!("{OPERATOR} OR")),
        ("pk = :p AND NOT sk = :s", format!("{OPERATOR} NOT")),
        ("pk = :p AND sk IN (:s)", format!("{OPERATOR} IN")),
        ("pk <> :p", format!("{OPERATOR} <>")),
        ("contains(pk, :p)", format!("{OPERATOR} contains")),
        (
            "pk = :p AND attribute_exists(sk)",
            format!("{OPERATOR} attribute_exists"),
        ),
        (
            "size(pk) = :n",
            format!("{INVALID} KeyConditionExpressions cannot contain nested operations"),
        ),
        (
            ":p BETWEEN pk AND :z",
            format!("{CONDITION} BETWEEN operator must have the key attribute as its first operand"),
        ),
        (
            "begins_with(:p, pk)",
            format!("{CONDITION} begins_with operator must have the key attribute as its first operand"),
        ),
        (
            "pk = sk",
            format!("{CONDITION} Multiple attribute names used in one condition"),
        ),
        (":p = :s", format!("{CONDITION} No key attribute specified")),
        (
            "pk.a = :p",
            format!("{INVALID} KeyConditionExpressions cannot have conditions on nested attributes"),
        ),
        (
            "begins_with(#p[0], :p)",
            format!("{INVALID} KeyConditionExpressions cannot have conditions on nested attributes"),
        ),
        (
            "pk = :p AND #p = :s",
            format!("{INVALID} KeyConditionExpressions must only contain one condition per key"),
        ),
        ("pk = :p AND :l < sk", type_of("<", "L")),
        ("pk = :p AND sk BETWEEN :s AND :t", type_of("BETWEEN", "BOOL")),
        ("pk = :p AND begins_with(sk, :n)", type_of("begins_with", "N")),
        ("pk = :l", "accepted".into()),
        ("pk = :missing AND sk < :t", undefined.clone()),
        ("size(:missing) = pk OR sk < :t", undefined),
        ("sk < :t AND pk = :missing", type_of("<", "BOOL")),
        ("pk = :p OR sk < :t", type_of("<", "BOOL")),
        (
            "pk = :p AND sk BETWEEN :z AND :s",
            format!(
                "{INVALID} The BETWEEN operator requires upper bound to be greater than or equal to lower bound; lower bound operand: AttributeValue: {{S:z}}, upper bound operand: AttributeValue: {{S:s}}"
            ),
        ),
        ("sk BETWEEN :z AND :s OR pk < :t", type_of("<", "BOOL")),
        (
            "#x = :p AND sk < :t",
            format!(
                "{INVALID} An expression attribute name used in the document path is not defined; attribute name: #x"
            ),
        ),
        (
            "pk = :p AND begins_with(sk",
            format!("{INVALID} Syntax error; token: \"<EOF>\", near: \"sk\""),
        ),
        (
            "begins_with(pk)",
            format!(
                "{INVALID} Incorrect number of operands for operator or function; operator or function: begins_with, number of operands: 1"
            ),
        ),
        (
            "foo(pk) OR pk = :p",
            format!("{INVALID} Invalid function name; function: foo"),
        ),
    ] {
        assert_eq!(form(text), expected, "{text}");
    }
}

fn resolve(text: &str, partition: &[KeyAttribute<'_>], sort: &[KeyAttribute<'_>]) -> String {
    let maps = Maps::new("", VALUES);
    let condition: KeyCondition = accept(&maps, KIND, text);
    match condition.resolve(partition, sort) {
        Ok(range) => format!("{:?} {:?} {:?}", range.partition, range.sort, range.range),
        Err(error) => error.to_string(),
    }
}

#[test]
fn single_attribute_keys_are_met_in_the_services_order() {
    for (text, sort, expected) in [
        (
            "pk = :p AND sk = :s",
            &[][..],
            "The number of query conditions (2) exceeds the number of key attributes defined in the schema (1)",
        ),
        (
            "a = :p AND b = :s AND c = :z",
            &[SK],
            "The number of query conditions (3) exceeds the number of key attributes defined in the schema (2)",
        ),
        ("sk = :s", &[SK], "Query condition missed key schema element: pk"),
        (
            "begins_with(pk, :p) AND a = :s",
            &[SK],
            "Query key condition not supported",
        ),
        ("pk > :p", &[], "Query key condition not supported"),
        (
            "pk = :n AND a = :s",
            &[SK],
            "Query condition missed key schema element: sk",
        ),
        (
            "pk = :p AND sk > :n",
            &[SK],
            "One or more parameter values were invalid: Condition parameter type does not match schema type",
        ),
        (
            "pk = :l",
            &[SK],
            "One or more parameter values were invalid: Condition parameter type does not match schema type",
        ),
        ("pk = :p", &[SK], r#"[{"S":"p"}] [] None"#),
        ("sk = :s AND :p = pk", &[SK], r#"[{"S":"p"}] [{"S":"s"}] None"#),
        (
            "(pk = :p) AND (:s < sk)",
            &[SK],
            r#"[{"S":"p"}] [] Some(Greater({"S":"s"}))"#,
        ),
        (
            "(pk = :p AND (sk BETWEEN :s AND :z))",
            &[SK],
            r#"[{"S":"p"}] [] Some(Between({"S":"s"}, {"S":"z"}))"#,
        ),
        (
            "begins_with(sk, :s) AND pk = :p",
            &[SK],
            r#"[{"S":"p"}] [] Some(BeginsWith({"S":"s"}))"#,
        ),
    ] {
        assert_eq!(resolve(text, &[PK], sort), expected, "{text}");
    }
}

#[test]
fn multi_attribute_keys_need_equality_before_the_last_condition() {
    let [a, b] = [("a", ValueType::S), ("b", ValueType::S)];
    let [x, y, z] = [("x", ValueType::S), ("y", ValueType::S), ("z", ValueType::S)];
    for (text, expected) in [
        (
            "a = :p",
            "HASH key attributes b must have equality conditions specified in the query",
        ),
        (
            "x = :p AND b > :s",
            "HASH key attributes a, b must have equality conditions specified in the query",
        ),
        (
            "a = :p AND b = :p AND z = :s",
            "RANGE key attributes x, y must have equality conditions specified in the query because a condition is present on key attribute z",
        ),
        (
            "a = :p AND b = :p AND x > :s AND y = :s",
            "RANGE key attributes x must have equality conditions specified in the query because a condition is present on key attribute y",
        ),
        (
            "a = :p AND b = :p AND q = :s AND x = :s",
            "Query condition missed key schema element: y",
        ),
        (
            "a = :p AND b = :p AND x = :s AND begins_with(y, :z)",
            r#"[{"S":"p"}, {"S":"p"}] [{"S":"s"}] Some(BeginsWith({"S":"z"}))"#,
        ),
    ] {
        assert_eq!(resolve(text, &[a, b], &[x, y, z]), expected, "{text}");
    }
}

#[test]
fn predicates_hold_for_values_of_their_range() {
    let number = |n: u64| Value::N(Number::from_u64(n));
    for (predicate, holds) in [
        (KeyPredicate::Equal(number(2)), [false, true, false]),
        (KeyPredicate::Less(number(2)), [true, false, false]),
        (KeyPredicate::LessOrEqual(number(2)), [true, true, false]),
        (KeyPredicate::Greater(number(2)), [false, false, true]),
        (KeyPredicate::GreaterOrEqual(number(2)), [false, true, true]),
        (KeyPredicate::Between(number(1), number(2)), [true, true, false]),
    ] {
        assert_eq!([1, 2, 3].map(|n| predicate.matches(&number(n))), holds, "{predicate:?}");
    }
    assert!(KeyPredicate::BeginsWith(Value::string("ab")).matches(&Value::string("abc")));
    assert!(!KeyPredicate::BeginsWith(Value::string("ab")).matches(&Value::string("a")));
}
