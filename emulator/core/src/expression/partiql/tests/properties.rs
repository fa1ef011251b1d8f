//! What holds for all statements: printing and parsing, parameters in their places, no panic.

use proptest::collection::vec;
use proptest::prelude::*;

use super::super::Statement;
use super::super::tree;
use crate::model::{Number, Value};

fn name() -> BoxedStrategy<String> {
    prop_oneof![
        4 => prop_oneof![Just("a"), Just("b"), Just("pk"), Just("sk")].prop_map(str::to_owned),
        1 => Just("\"quoted \"\" name\"".to_owned()),
        1 => Just("\"select\"".to_owned()),
    ]
    .boxed()
}

fn path() -> BoxedStrategy<String> {
    let step = prop_oneof![
        name().prop_map(|name| format!(".{name}")),
        (0..3u8).prop_map(|at| format!("[{at}]"))
    ];
    (name(), vec(step, 0..3))
        .prop_map(|(head, steps)| format!("{head}{}", steps.concat()))
        .boxed()
}

fn literal() -> BoxedStrategy<String> {
    let scalar = prop_oneof![
        3 => Just("?".to_owned()),
        2 => "[a-z' é]{0,4}".prop_map(|text| format!("'{}'", text.replace('\'', "''"))),
        2 => prop_oneof![Just("1"), Just("-2.50"), Just(".5e3"), Just("- -7"), Just("+1.")].prop_map(str::to_owned),
        1 => prop_oneof![Just("TRUE"), Just("false"), Just("Null")].prop_map(str::to_owned),
        1 => prop_oneof![Just("<<1, 2>>"), Just("<<'x'>>")].prop_map(str::to_owned),
    ];
    scalar
        .prop_recursive(3, 8, 3, |inner| {
            prop_oneof![
                vec(inner.clone(), 0..3).prop_map(|items| format!("[{}]", items.join(", "))),
                vec(inner, 0..3).prop_map(|items| {
                    let entries = items.iter().enumerate().map(|(at, item)| format!("'k{at}': {item}"));
                    format!("{{{}}}", entries.collect::<Vec<_>>().join(", "))
                }),
            ]
        })
        .boxed()
}

fn operand() -> BoxedStrategy<String> {
    prop_oneof![
        3 => path(),
        3 => literal(),
        1 => path().prop_map(|path| format!("size({path})")),
        1 => path().prop_map(|path| format!("Attribute_Exists({path})")),
    ]
    .boxed()
}

fn leaf() -> BoxedStrategy<String> {
    let comparator = prop_oneof![
        Just("="),
        Just("<>"),
        Just("!="),
        Just("<"),
        Just("<="),
        Just(">"),
        Just(">=")
    ];
    let word = prop_oneof![
        Just("missing"),
        Just("NULL"),
        Just("not string"),
        Just("NOT list"),
        Just("varchar(3)"),
        Just("double precision"),
    ];
    let not = || prop_oneof![Just(""), Just("NOT ")];
    prop_oneof![
        4 => (operand(), comparator, operand()).prop_map(|(one, comparator, two)| format!("{one} {comparator} {two}")),
        1 => (operand(), not(), operand(), operand()).prop_map(|(v, not, low, high)| format!("{v} {not}BETWEEN {low} and {high}")),
        1 => (operand(), not(), vec(operand(), 1..4)).prop_map(|(v, not, list)| format!("{v} {not}IN [{}]", list.join(","))),
        1 => (operand(), vec(operand(), 1..4)).prop_map(|(v, list)| format!("{v} in ({})", list.join(","))),
        1 => (path(), word).prop_map(|(path, word)| format!("{path} IS {word}")),
        1 => (operand(), operand()).prop_map(|(one, two)| format!("contains({one}, {two})")),
    ]
    .boxed()
}

fn condition() -> BoxedStrategy<String> {
    leaf()
        .prop_recursive(4, 16, 3, |inner| {
            prop_oneof![
                (inner.clone(), inner.clone()).prop_map(|(one, two)| format!("({one}) AND ({two})")),
                (inner.clone(), inner.clone()).prop_map(|(one, two)| format!("{one} and {two}")),
                (inner.clone(), inner.clone()).prop_map(|(one, two)| format!("{one} OR {two}")),
                inner.clone().prop_map(|one| format!("NOT ({one})")),
                inner.prop_map(|one| format!("not {one}")),
            ]
        })
        .boxed()
}

fn filter() -> BoxedStrategy<String> {
    prop_oneof![1 => Just(String::new()), 3 => condition().prop_map(|condition| format!(" WHERE {condition}"))].boxed()
}

fn returning() -> BoxedStrategy<&'static str> {
    prop_oneof![
        Just(""),
        Just(" RETURNING ALL OLD *"),
        Just(" returning modified new *;")
    ]
    .boxed()
}

fn clauses() -> BoxedStrategy<String> {
    let value = prop_oneof![
        operand(),
        (path(), literal()).prop_map(|(path, literal)| format!("{path} + {literal}")),
        (path(), literal()).prop_map(|(path, literal)| format!("list_append({path}, {literal})")),
        path().prop_map(|path| format!("set_add({path}, <<1>>)")),
    ];
    let clause = prop_oneof![
        (path(), value).prop_map(|(path, value)| format!(" SET {path} = {value}")),
        path().prop_map(|path| format!(" REMOVE {path}")),
    ];
    vec(clause, 1..4).prop_map(|clauses| clauses.concat()).boxed()
}

/// The text of a statement that the grammar accepts.
fn statement() -> BoxedStrategy<String> {
    let columns = prop_oneof![
        Just("*".to_owned()),
        vec(path(), 1..4).prop_map(|columns| columns.join(", "))
    ];
    let source = prop_oneof![
        name(),
        (name(), name()).prop_map(|(table, index)| format!("{table}.{index}"))
    ];
    let order = prop_oneof![
        Just(""),
        Just(" ORDER BY pk"),
        Just(" order by pk DESC, sk ASC NULLS LAST")
    ];
    prop_oneof![
        (columns, source.clone(), filter(), order)
            .prop_map(|(columns, source, filter, order)| format!("SELECT {columns} FROM {source}{filter}{order}")),
        (name(), literal()).prop_map(|(table, value)| format!("INSERT INTO {table} VALUE {{'a': {value}}}")),
        (source.clone(), clauses(), filter(), returning())
            .prop_map(|(source, clauses, filter, returning)| format!("UPDATE {source}{clauses}{filter}{returning}")),
        (source.clone(), filter(), clauses())
            .prop_map(|(source, filter, clauses)| format!("FROM {source}{filter}{clauses}")),
        (source, filter(), returning())
            .prop_map(|(source, filter, returning)| format!("DELETE FROM {source}{filter}{returning}")),
        condition(),
    ]
    .boxed()
}

fn check_round_trip(text: &str) -> Result<(), TestCaseError> {
    let Ok(tree) = tree::Statement::parse(text) else {
        return Ok(());
    };
    let printed = tree.to_string();
    let again = tree::Statement::parse(&printed);
    prop_assert_eq!(again.as_ref(), Ok(&tree), "{} printed as {}", text, printed);
    Ok(())
}

/// Reads a statement and makes everything of it that can be made.
fn exercise(text: &str, parameters: &[Value]) {
    let Ok(statement) = Statement::read(text) else { return };
    let Ok(bound) = statement.bind(parameters) else { return };
    let item = vec![("a".into(), Value::N(Number::from_u64(1)))].into();
    if let Some(condition) = bound.condition() {
        let _ = condition.matches(&item);
    }
    let _ = bound.projection().map(|projection| projection.apply(&item));
    let _ = bound
        .update()
        .map(|update| update.apply(&item).map(|updated| updated.touched_new()));
    let _ = (bound.item(), bound.equalities(), bound.branches("pk", Some("sk")));
}

#[test]
fn what_stands_behind_in_without_parentheses_is_printed_without() {
    for text in [
        "a IN b",
        "a NOT IN NOT b IN [c]",
        "a IN -1",
        "a IN (b)",
        "a IN b + c",
        "a IN b || c",
        "a IN [0][0]",
        "a IN [0] + 1",
        "a IN -1 + 2",
        "a IN b + c + d",
        "a IN b || c || d",
    ] {
        check_round_trip(&format!("SELECT * FROM t WHERE {text} AND d = 1")).unwrap();
    }
}

proptest! {
    #[test]
    fn what_is_printed_of_a_statement_reads_as_the_same(text in statement()) {
        prop_assert!(tree::Statement::parse(&text).is_ok(), "{text}");
        check_round_trip(&text)?;
    }

    #[test]
    fn no_statement_panics(text in statement(), number in 0..40u64) {
        let parameters = [Value::N(Number::from_u64(number)), Value::string("x"), Value::Bool(true), Value::L([Value::Null].into())];
        exercise(&text, &parameters.iter().cycle().take(32).cloned().collect::<Vec<_>>());
    }

    #[test]
    fn no_text_panics(text in "\\PC{0,60}") {
        check_round_trip(&text)?;
        exercise(&text, &[]);
    }

    #[test]
    fn no_statement_with_a_part_cut_out_or_doubled_panics(text in statement(), from in 0..200usize, length in 0..20usize, twice: bool) {
        let characters: Vec<char> = text.chars().collect();
        let from = from.min(characters.len());
        let to = (from + length).min(characters.len());
        let (end, start) = if twice { (to, from) } else { (from, to) };
        let broken: String = characters[..end].iter().chain(&characters[start..]).collect();
        check_round_trip(&broken)?;
        exercise(&broken, &[Value::string("x"), Value::Bool(true)]);
    }
}

/// What the property above once found: the year of a time is looked for by bytes, and a letter may be several.
#[test]
fn digits_before_a_letter_of_several_bytes_are_read() {
    exercise("`00ວ`", &[]);
    exercise("SELECT * FROM \"t\" WHERE \"a\" = `000ວ`", &[]);
}
