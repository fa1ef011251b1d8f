//! Static checks of conditions, and how they come out.

use super::super::{Condition, ExpressionKind, Phase};
use super::{Maps, accept, item, refusal};

const VALUES: &str = r#"{":s":{"S":"a"},":z":{"S":"z"},":n":{"N":"1"},":m":{"N":"2"},":b":{"B":"MQ=="},":t":{"BOOL":true},
    ":l":{"L":[]},":type":{"S":"SS"},":STRING":{"S":"STRING"}}"#;

fn check(text: &str) -> String {
    let maps = Maps::new(r##"{"#m":"m","#a":"a","#pk":"pk"}"##, VALUES);
    // Unused placeholders are no matter here.
    let outcome = maps.program::<Condition>(ExpressionKind::Condition, text, &[Phase::Operands, Phase::References]);
    match outcome {
        Err(error) if error.starts_with("Value provided in") => "accepted".to_owned(),
        outcome => refusal(outcome),
    }
}

#[test]
fn operands_are_checked_before_any_item_is_read() {
    const TYPE: &str = "Incorrect operand type for operator or function; operator or function:";
    const DISTINCT: &str =
        "The first operand must be distinct from the remaining operands for this operator or function; operator:";
    for (text, expected) in [
        ("contains(#m.#a, m.a)", format!("{DISTINCT} contains, first operand: [m, a]")),
        ("contains(pk, pk)", format!("{DISTINCT} contains, first operand: [pk]")),
        ("l[0] = l[0]", format!("{DISTINCT} =, first operand: [l, [0]]")),
        ("m.a BETWEEN :n AND #m.a", format!("{DISTINCT} BETWEEN, first operand: [m, a]")),
        ("m.a IN (:n, m.a)", format!("{DISTINCT} IN, first operand: [m, a]")),
        ("attribute_type(pk, pk)", format!("{DISTINCT} attribute_type, first operand: [pk]")),
        ("a <> a", format!("{DISTINCT} <>, first operand: [a]")),
        ("a = size(a)", "accepted".into()),
        ("begins_with(a, :n)", format!("{TYPE} begins_with, operand type: N")),
        ("begins_with(:t, a)", format!("{TYPE} begins_with, operand type: BOOL")),
        ("begins_with(a, size(b))", format!("{TYPE} begins_with, operand type: N")),
        ("a < :t", format!("{TYPE} <, operand type: BOOL")),
        (":l >= a", format!("{TYPE} >=, operand type: L")),
        ("NOT a BETWEEN :t AND :t", format!("{TYPE} BETWEEN, operand type: BOOL")),
        ("a = :t AND b <> :l", "accepted".into()),
        ("size(:n) = :n", format!("{TYPE} size, operand type: N")),
        ("size(size(a)) = :n", format!("{TYPE} size, operand type: N")),
        ("size(:s) = :n", "accepted".into()),
        ("attribute_type(a, :n)", format!("{TYPE} attribute_type, operand type: N")),
        (
            "attribute_type(a, b)",
            format!(
                "{TYPE} attribute_type, operand type: {{S,HDS,N,FS,BS,NULL,DOUBLE,NS,DECIMAL,SS,DECIMALSET,BOOL,HD,DICT,INTSET,M,L,B,FLOAT,INT,DOUBLESET}}"
            ),
        ),
        ("attribute_type(a, :type)", "accepted".into()),
        (
            "attribute_type(a, :STRING)",
            "Invalid attribute type name found; type: STRING, valid types: {N,BS,L,B,NULL,M,S,SS,NS,BOOL}".into(),
        ),
        (
            "attribute_exists(:s)",
            "Operator or function requires a document path; operator or function: attribute_exists".into(),
        ),
        (
            "attribute_exists(a, b)",
            "Incorrect number of operands for operator or function; operator or function: attribute_exists, number of operands: 2".into(),
        ),
        (
            "begins_with(a)",
            "Incorrect number of operands for operator or function; operator or function: begins_with, number of operands: 1".into(),
        ),
        (
            "a < :t OR b BETWEEN :s AND :n",
            "The BETWEEN operator requires same data type for lower and upper bounds; lower bound operand: AttributeValue: {S:a}, upper bound operand: AttributeValue: {N:1}".into(),
        ),
        (
            "a BETWEEN :n AND :b",
            "The BETWEEN operator requires same data type for lower and upper bounds; lower bound operand: AttributeValue: {N:1}, upper bound operand: AttributeValue: {B:[MQ==]}".into(),
        ),
        (
            "a BETWEEN :z AND :s",
            "The BETWEEN operator requires upper bound to be greater than or equal to lower bound; lower bound operand: AttributeValue: {S:z}, upper bound operand: AttributeValue: {S:a}".into(),
        ),
        (
            "#x = :n",
            "An expression attribute name used in the document path is not defined; attribute name: #x".into(),
        ),
        (
            "a = :x AND #x = :n",
            "An expression attribute value used in expression is not defined; attribute value: :x".into(),
        ),
        ("a = :x AND b < :t", format!("{TYPE} <, operand type: BOOL")),
    ] {
        let expected = match expected.as_str() {
            "accepted" => expected,
            _ => format!("Invalid ConditionExpression: {expected}"),
        };
        assert_eq!(check(text), expected, "{text}");
    }
}

#[test]
fn in_takes_100_candidates() {
    let candidates = |count: usize| format!("a IN ({})", vec![":n"; count].join(","));
    assert_eq!(check(&candidates(100)), "accepted");
    assert_eq!(
        check(&candidates(101)),
        "Invalid ConditionExpression: The IN operator is provided with too many operands; number of operands: 101"
    );
}

#[test]
fn the_parameter_is_named_as_it_came() {
    let outcome = Maps::default().program::<Condition>(ExpressionKind::Filter, "a", &[]);
    assert_eq!(
        refusal(outcome),
        "Invalid FilterExpression: Syntax error; token: \"<EOF>\", near: \"a\""
    );
}

const ITEM: &str = r#"{"s":{"S":"a\ud83d\ude42b"},"n":{"N":"1.50"},"b":{"B":"AAEC"},"t":{"BOOL":true},"null":{"NULL":true},
    "ss":{"SS":["x","y"]},"ns":{"NS":["1","2"]},"bs":{"BS":["AAEC"]},
    "l":{"L":[{"N":"1"},{"M":{"k":{"N":"2"}}},{"NULL":true}]},"m":{"M":{"k":{"L":[{"S":"deep"}]}}}}"#;

#[test]
fn conditions_come_out_as_the_service_has_them() {
    let values = r#"{":a":{"S":"a"},":emoji":{"S":"\ud83d\ude42"},":empty":{"S":""},":1":{"N":"1.0"},":15":{"N":"15e-1"},":2":{"N":"2"},":4":{"N":"4"},
        ":3":{"N":"3"},":b":{"B":"AQI="},":b3":{"B":"AAEC"},":none":{"B":""},":t":{"BOOL":true},":null":{"NULL":true},":ss":{"SS":["y","x"]},
        ":doc":{"M":{"k":{"N":"2.0"}}},":x":{"S":"x"},":S":{"S":"S"},":L":{"S":"L"},":deep":{"S":"deep"}}"#;
    let maps = Maps::new(r##"{"#null":"null"}"##, values);
    let item = item(ITEM);
    for (text, expected) in [
        ("s = :a", false),
        ("n = :15", true),
        ("n <> :15", false),
        ("n = :a", false),
        ("n <> :a", true),
        ("gone = :a", false),
        ("gone <> :a", true),
        ("NOT gone = :a", true),
        ("NOT gone <> :a", false),
        ("gone < :a OR gone >= :a", false),
        ("gone BETWEEN :1 AND :2", false),
        ("gone IN (:1, :2)", false),
        ("size(gone) = :1", false),
        ("size(gone) <> :1", true),
        ("size(n) < :4", false),
        ("size(n) <> :4", true),
        ("size(s) = :4", true),
        ("size(b) = :3", true),
        ("size(ss) = :2 AND size(l) = :3 AND size(m) = :1", true),
        ("n > :1 AND n < :2 AND n >= :15 AND n <= :15", true),
        ("n > :a OR n < :a", false),
        ("n BETWEEN :1 AND :2", true),
        ("n BETWEEN :2 AND :3", false),
        (":1 BETWEEN n AND :2", false),
        ("n IN (:a, :1, :15)", true),
        ("ss = :ss", true),
        ("l[1] = :doc", true),
        ("t = :t AND #null = :null AND #null <> :t", true),
        ("begins_with(s, :a) AND begins_with(s, :empty)", true),
        ("begins_with(b, :a)", false),
        ("contains(s, :emoji) AND contains(s, :empty)", true),
        ("contains(s, :x)", false),
        ("contains(b, :b) AND contains(b, :none)", true),
        ("contains(ss, :x) AND contains(ns, :1) AND contains(bs, :b3)", true),
        ("contains(ss, :1)", false),
        ("contains(l, :1) AND contains(l, :doc) AND contains(l, :null)", true),
        ("contains(l, :2)", false),
        ("attribute_exists(#null) AND attribute_exists(m.k[0])", true),
        (
            "attribute_exists(m.k[1]) OR attribute_exists(m[0]) OR attribute_exists(s.k)",
            false,
        ),
        ("attribute_not_exists(gone) AND NOT attribute_not_exists(s)", true),
        ("attribute_type(s, :S) AND attribute_type(l, :L)", true),
        ("attribute_type(n, :S) OR attribute_type(gone, :S)", false),
        ("m.k[0] = :deep", true),
        ("s = :a AND s = :a OR n = :15", true),
        ("s = :a AND (s = :a OR n = :15)", false),
        ("NOT (s = :a OR n = :a) AND NOT (s = :a AND n = :15)", true),
        ("NOT NOT NOT s = :a", true),
    ] {
        let condition: Condition = accept(&maps, ExpressionKind::Condition, text);
        assert_eq!(condition.matches(&item), expected, "{text}");
    }
}

#[test]
fn a_condition_tells_its_paths_as_written() {
    let maps = Maps::new(r##"{"#x":"pk"}"##, r#"{":v":{"S":"a"}}"#);
    let text = "NOT (a.b = :v OR #x IN (:v, c)) AND size(d[1]) > e AND attribute_not_exists(f)";
    let condition: Condition = accept(&maps, ExpressionKind::Filter, text);
    let paths: Vec<_> = condition
        .paths()
        .map(|path| (path.attribute().as_str(), path.is_nested()))
        .collect();
    let expected = [
        ("a", true),
        ("pk", false),
        ("c", false),
        ("d", true),
        ("e", false),
        ("f", false),
    ];
    assert_eq!(paths, expected);
}
