//! Updates: what is refused, what they cost, and what becomes of an item.

use super::super::{ExpressionKind, Update, UpdateError};
use super::{Maps, accept, item, json, nested_list, refusal};
use crate::model::wire::Attributes;
use crate::model::{AttributeMap, Name, Value};

const KIND: ExpressionKind = ExpressionKind::Update;
const VALUES: &str = r#"{":n":{"N":"1"},":s":{"S":"s"},":q":{"S":"q"},":b":{"B":"MQ=="},":t":{"BOOL":true},":null":{"NULL":true},":l":{"L":[{"N":"9"}]},":m":{"M":{}},
    ":ss":{"SS":["a"]},":ab":{"SS":["a","b"]},":ns":{"NS":["1"]},":max":{"N":"9e125"}}"#;

fn check(text: &str) -> String {
    let maps = Maps::new(r##"{"#a":"a"}"##, VALUES);
    match maps.program::<Update>(KIND, text, &[]) {
        Err(error) if error.starts_with("Value provided in") => "accepted".to_owned(),
        outcome => refusal(outcome),
    }
}

#[test]
fn operands_and_targets_are_checked_before_any_item_is_read() {
    const TYPE: &str = "Incorrect operand type for operator or function;";
    let change = |keyword: &str, kind: &str| {
        format!("{TYPE} operator: {keyword}, operand type: {kind}, typeSet: ALLOWED_FOR_ADD_OPERAND")
    };
    let clash = |verb: &str, one: &str, two: &str| {
        format!(
            "Two document paths {verb} with each other; must remove or rewrite one of these paths; path one: {one}, path two: {two}"
        )
    };
    for (text, expected) in [
        ("ADD a :s", change("ADD", "STRING")),
        ("ADD a :b", change("ADD", "Binary")),
        ("ADD a :t", change("ADD", "BOOL")),
        ("ADD a :null", change("ADD", "NULL")),
        ("ADD a :l", change("ADD", "LIST")),
        ("ADD a :m", change("ADD", "MAP")),
        ("DELETE a :n", change("DELETE", "NUMBER")),
        ("DELETE a :s", change("DELETE", "STRING")),
        ("SET b = c + :s ADD a :s", change("ADD", "STRING")),
        ("SET a = b + :s", format!("{TYPE} operator or function: +, operand type: S")),
        ("SET a = :l - b", format!("{TYPE} operator or function: -, operand type: L")),
        ("SET a = list_append(b, :n)", format!("{TYPE} operator or function: list_append, operand type: N")),
        ("SET a = b + (c - :s)", format!("{TYPE} operator or function: -, operand type: S")),
        ("SET a = if_not_exists(:n, :n)", "Operator or function requires a document path; operator or function: if_not_exists".into()),
        ("SET a = if_not_exists(a)", "Incorrect number of operands for operator or function; operator or function: if_not_exists, number of operands: 1".into()),
        ("SET a = list_append(a, :l, :l)", "Incorrect number of operands for operator or function; operator or function: list_append, number of operands: 3".into()),
        ("SET l[3] = :n REMOVE l[3]", clash("overlap", "[l, [3]]", "[l, [3]]")),
        ("SET #a.b = :n REMOVE x, a", clash("overlap", "[a, b]", "[a]")),
        ("SET a[0] = :n, a.b = :n", clash("conflict", "[a, [0]]", "[a, b]")),
        ("SET a[0] = :n, a.b = :n, c = :n, c = :n", clash("overlap", "[c]", "[c]")),
        ("SET a = :n, a = :x", "An expression attribute value used in expression is not defined; attribute value: :x".into()),
        ("SET a = :x, #x = :n", "An expression attribute name used in the document path is not defined; attribute name: #x".into()),
        ("SET a = :x ADD b :s", "An expression attribute value used in expression is not defined; attribute value: :x".into()),
        ("SET a = a + b, c = if_not_exists(c, :s), d = list_append(:l, d)", "accepted".into()),
    ] {
        let expected = match expected.as_str() {
            "accepted" => expected,
            _ => format!("Invalid UpdateExpression: {expected}"),
        };
        assert_eq!(check(text), expected, "{text}");
    }
}

const ITEM: &str = r#"{"n":{"N":"10"},"s":{"S":"x"},"null":{"NULL":true},"l":{"L":[{"N":"0"},{"N":"1"},{"N":"2"}]},
    "m":{"M":{"k":{"N":"5"},"l":{"L":[{"L":[]}]}}},"ss":{"SS":["a","b"]},"ls":{"L":[{"SS":["a"]},{"N":"1"}]}}"#;

/// The attributes that differ from the item, or the error.
fn apply(text: &str) -> String {
    let maps = Maps::new(r##"{"#null":"null"}"##, VALUES);
    let update: Update = accept(&maps, KIND, text);
    let old = item(ITEM);
    let outcome = update.apply(&old).map(|updated| updated.item());
    outcome.map_or_else(|error| error.to_string(), |new| difference(&old, &new))
}

fn difference(old: &AttributeMap, new: &AttributeMap) -> String {
    let gone = old
        .iter()
        .filter(|(name, _)| !new.contains(name))
        .map(|(name, _)| format!("-{name}"));
    let gone: String = gone.collect();
    let changed = new.iter().filter(|(name, value)| old.get(name) != Some(value));
    let changed: AttributeMap = changed.map(|(name, value)| (name.clone(), value.clone())).collect();
    format!("{gone}{}", json(&changed))
}

#[test]
fn updates_read_the_item_as_it_was() {
    const PATH: &str = "The document path provided in the update expression is invalid for update";
    const TYPE: &str = "An operand in the update expression has an incorrect data type";
    const MISSING: &str = "The provided expression refers to an attribute that does not exist in the item";
    for (text, expected) in [
        (
            "SET a = :n, b = n, n = s, s = n",
            r#"{"a":{"N":"1"},"b":{"N":"10"},"n":{"S":"x"},"s":{"N":"10"}}"#,
        ),
        ("SET n = n + :n", r#"{"n":{"N":"11"}}"#),
        ("SET n = (n - :n) - (n + n)", r#"{"n":{"N":"-11"}}"#),
        ("SET a = gone + :n", MISSING),
        ("SET a = if_not_exists(gone, m.k)", r#"{"a":{"N":"5"}}"#),
        ("SET a = if_not_exists(n, gone)", r#"{"a":{"N":"10"}}"#),
        ("SET a = if_not_exists(gone, gone2)", MISSING),
        ("SET n = s + :n", TYPE),
        (
            "SET a = list_append(l, l)",
            r#"{"a":{"L":[{"N":"0"},{"N":"1"},{"N":"2"},{"N":"0"},{"N":"1"},{"N":"2"}]}}"#,
        ),
        (
            "SET a = list_append(:l, list_append(:l, if_not_exists(gone, :l)))",
            r#"{"a":{"L":[{"N":"9"},{"N":"9"},{"N":"9"}]}}"#,
        ),
        ("SET a = list_append(l, n)", TYPE),
        (
            "SET a = :max + (:max + n)",
            "Attempting to store more than 38 significant digits in a Number",
        ),
        (
            "SET a = :max + :max",
            "Number overflow. Attempting to store a number with magnitude larger than supported range",
        ),
        // Paths.
        (
            "SET m.zz = :s, m.k = :n",
            r#"{"m":{"M":{"k":{"N":"1"},"l":{"L":[{"L":[]}]},"zz":{"S":"s"}}}}"#,
        ),
        ("SET gone.a = :n", PATH),
        ("SET s.a = :n", PATH),
        ("SET #null.a = :n", PATH),
        ("SET l.a = :n", PATH),
        ("SET m[0] = :n", PATH),
        ("REMOVE gone.a", PATH),
        ("DELETE gone.a :ss", PATH),
        ("ADD gone.a :n", PATH),
        ("SET l[7].a = :n", PATH),
        ("REMOVE gone, m.gone, l[9]", "{}"),
        ("REMOVE s, m.k", r#"-s{"m":{"M":{"l":{"L":[{"L":[]}]}}}}"#),
        // Lists.
        ("SET l[1] = :s", r#"{"l":{"L":[{"N":"0"},{"S":"s"},{"N":"2"}]}}"#),
        (
            "SET l[10] = :s, l[7] = :q",
            r#"{"l":{"L":[{"N":"0"},{"N":"1"},{"N":"2"},{"S":"q"},{"S":"s"}]}}"#,
        ),
        (
            "ADD l[8] :n SET l[10] = :s, l[3] = :q",
            r#"{"l":{"L":[{"N":"0"},{"N":"1"},{"N":"2"},{"S":"q"},{"N":"1"},{"S":"s"}]}}"#,
        ),
        ("REMOVE l[0], l[2] SET l[1] = :s", r#"{"l":{"L":[{"S":"s"}]}}"#),
        (
            "SET l[10] = :s REMOVE l[3]",
            r#"{"l":{"L":[{"N":"0"},{"N":"1"},{"N":"2"},{"S":"s"}]}}"#,
        ),
        ("DELETE ls[0] :ss SET ls[1] = :q", r#"{"ls":{"L":[{"S":"q"}]}}"#),
        (
            "SET m.l[0][5] = :s, m.l[2147483647] = :q",
            r#"{"m":{"M":{"k":{"N":"5"},"l":{"L":[{"L":[{"S":"s"}]},{"S":"q"}]}}}}"#,
        ),
        // ADD and DELETE.
        (
            "ADD a :n, n :n, b :ss, ss :ab",
            r#"{"a":{"N":"1"},"b":{"SS":["a"]},"n":{"N":"11"}}"#,
        ),
        ("DELETE ss :ss", r#"{"ss":{"SS":["b"]}}"#),
        ("DELETE ss :ab, gone :ab", "-ss{}"),
        ("ADD ss :ns", TYPE),
        ("DELETE s :ss", TYPE),
        ("DELETE l :ss SET gone.a = :n", TYPE),
        ("ADD n :ss REMOVE gone.a", TYPE),
        ("ADD #null :n", TYPE),
    ] {
        assert_eq!(apply(text), expected, "{text}");
    }
}

#[test]
fn touched_parts_are_packed() {
    let maps = Maps::new("", VALUES);
    for (text, old, new) in [
        (
            "SET a = :s, n = n + :n",
            r#"{"n":{"N":"10"}}"#,
            r#"{"a":{"S":"s"},"n":{"N":"11"}}"#,
        ),
        (
            "SET m.k = :s, m.x = :q",
            r#"{"m":{"M":{"k":{"N":"5"}}}}"#,
            r#"{"m":{"M":{"k":{"S":"s"},"x":{"S":"q"}}}}"#,
        ),
        (
            "SET l[9] = :s, l[2] = :q REMOVE l[0]",
            r#"{"l":{"L":[{"N":"0"},{"N":"2"}]}}"#,
            r#"{"l":{"L":[{"N":"1"},{"S":"s"}]}}"#,
        ),
        ("SET l[9] = :s", "{}", "{}"),
        (
            "REMOVE l[1]",
            r#"{"l":{"L":[{"N":"1"}]}}"#,
            r#"{"l":{"L":[{"N":"2"}]}}"#,
        ),
        (
            "REMOVE s, m.k, gone",
            r#"{"m":{"M":{"k":{"N":"5"}}},"s":{"S":"x"}}"#,
            "{}",
        ),
        (
            "DELETE ss :ss, gone :ss",
            r#"{"ss":{"SS":["a","b"]}}"#,
            r#"{"ss":{"SS":["b"]}}"#,
        ),
        ("DELETE ss :ab", r#"{"ss":{"SS":["a","b"]}}"#, "{}"),
    ] {
        let update: Update = accept(&maps, KIND, text);
        let item = item(ITEM);
        let updated = update.apply(&item).unwrap();
        assert_eq!(
            (
                json(&updated.touched_old()).as_str(),
                json(&updated.touched_new()).as_str()
            ),
            (old, new),
            "{text}"
        );
    }
}

#[test]
fn a_finished_item_nests_at_most_32_levels() {
    let deep = |levels| Maps {
        names: None,
        values: Some(Attributes::from(AttributeMap::from(vec![(
            Name::new(":v"),
            nested_list(levels),
        )]))),
    };
    let old = item(r#"{"m":{"M":{"l":{"L":[]}}}}"#);
    for (levels, text, expected) in [
        (32, "SET a = :v", None),
        (33, "SET a = :v", Some(UpdateError::Nesting)),
        (31, "SET m.a = :v", None),
        (32, "SET m.a = :v", Some(UpdateError::Nesting)),
        (30, "SET m.l[4] = :v", None),
        (31, "SET m.l[4] = :v", Some(UpdateError::Nesting)),
        (33, "SET gone.a = :v", Some(UpdateError::InvalidPath)),
    ] {
        let update: Update = accept(&deep(levels), KIND, text);
        assert_eq!(update.apply(&old).err(), expected, "{levels} {text}");
    }
}

#[test]
fn appending_more_than_an_item_holds_is_refused() {
    let elements: Vec<Value> = vec![Value::Null; 100_000];
    let old = AttributeMap::from(vec![(Name::new("l"), Value::L(elements.into()))]);
    let nested = format!("SET a = {}l{}", "list_append(".repeat(250), ",l)".repeat(250));
    let separate = (0..150).map(|n| format!("a{n}=list_append(l,l)")).collect::<Vec<_>>();
    for text in [nested, format!("SET {}", separate.join(","))] {
        let update: Update = accept(&Maps::default(), KIND, &text);
        assert_eq!(update.apply(&old).err(), Some(UpdateError::ItemSize), "{text}");
    }
}

/// The parts of the formula of observed-expressions.md §10, each by hand.
#[test]
fn a_request_is_charged_for_its_statement() {
    let maps = Maps::new(r##"{"#long":"longer"}"##, VALUES);
    for (text, charge) in [
        ("SET a = :s", 3 + 19 + 1 + 1),
        ("SET #long.b[12] = :n", 3 + 19 + (6 + (4 + 1) + (4 + 2)) + 2),
        ("SET l[0] = :s", 3 + 19 + (1 + (4 + 1)) + 1),
        ("SET a = b.c[3]", 3 + 19 + 1 + (1 + 15 + 15 + 15)),
        ("SET a = a + :n", 3 + 19 + 1 + 34 + (1 + 15) + 2),
        ("SET a = (a - :n)", 3 + 19 + 1 + 37 + (1 + 15) + 2),
        ("SET a = if_not_exists(a, :s)", 3 + 19 + 1 + 39 + (1 + 15) + 1),
        ("SET a = list_append(a, :l)", 3 + 19 + 1 + 37 + (1 + 15) + (3 + 1 + 2)),
        ("ADD a :ss", 3 + 19 + 1 + 1),
        ("DELETE a :ss REMOVE b.c", 3 + (1 + 1) + (1 + 1 + (4 + 1))),
    ] {
        let update: Update = accept(&maps, KIND, text);
        assert_eq!(update.request_charge(), charge, "{text}");
    }
}

#[test]
fn an_update_tells_its_targets_as_written() {
    let update: Update = accept(&Maps::new("", VALUES), KIND, "REMOVE z.a, b SET a[1] = :n ADD c :n");
    let targets: Vec<_> = update
        .targets()
        .map(|path| (path.attribute().as_str(), path.is_nested()))
        .collect();
    assert_eq!(targets, [("z", true), ("b", false), ("a", true), ("c", false)]);
    assert!(update.creates_item());
}
