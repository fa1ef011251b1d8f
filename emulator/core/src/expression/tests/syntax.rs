//! Which texts are refused, and in which words.

use super::super::ast::Syntax;
use super::super::syntax::{parse_condition, parse_projection, parse_update};
use super::super::{SyntaxError, ast};

fn words<T>(outcome: Result<Syntax<T>, SyntaxError>) -> String {
    outcome.map_or_else(|error| error.to_string(), |_| "accepted".to_owned())
}

fn check<T>(parse: fn(&str) -> Result<Syntax<T>, SyntaxError>, rows: &[(&str, &str, &str)]) {
    for (text, token, near) in rows {
        let expected = format!("Syntax error; token: \"{token}\", near: \"{near}\"");
        assert_eq!(words(parse(text)), expected, "{text}");
    }
}

#[test]
fn a_condition_is_refused_at_its_first_unexpected_token() {
    check(
        parse_condition,
        &[
            ("attribute_not_exists(", "<EOF>", "("),
            ("attribute_exists(pk", "<EOF>", "pk"),
            ("a =", "<EOF>", "="),
            ("size(a) =", "<EOF>", "="),
            ("a = :v AND", "<EOF>", "AND"),
            ("NOT", "<EOF>", "NOT"),
            ("a BETWEEN :v", "<EOF>", ":v"),
            ("(a = :v", "<EOF>", ":v"),
            ("a.", "<EOF>", "."),
            ("a[", "<EOF>", "["),
            ("a", "<EOF>", "a"),
            (":v", "<EOF>", ":v"),
            ("attribute_exists(pk) x y", "x", ") x y"),
            ("a = :v :w x", ":w", ":v :w x"),
            ("a = :v)", ")", ":v)"),
            ("a :v", ":v", "a :v"),
            ("a = = :v", "=", "= = :v"),
            ("= :v", "=", "= :v"),
            ("AND a = :v", "AND", "AND a"),
            ("aaa = :v AND bbbb = :w cccc = :x", "cccc", ":w cccc ="),
            ("attribute_exists pk", "pk", "attribute_exists pk"),
            ("attribute_exists(pk,)", ")", ",)"),
            ("size()", ")", "()"),
            ("begins_with(a :v)", ":v", "a :v)"),
            ("a IN :v", ":v", "IN :v"),
            ("a IN ()", ")", "()"),
            ("a IN (:v,)", ")", ",)"),
            ("a BETWEEN :v OR :w", "OR", ":v OR :w"),
            ("a[x] = :v", "x", "[x]"),
            ("a[1 = :v", "=", "1 = :v"),
            ("a = :v !", "!", ":v !"),
            ("a ! b", "!", "a ! b"),
            ("l[00] = :v", "0", "00]"),
            ("l[007] = :v", "0", "007"),
            ("l[01] = :v", "1", "01]"),
            ("aé = :v", "é", "aé ="),
            ("a = :vé", "é", ":vé"),
            ("a\u{a0}= :v", "\u{a0}", "a\u{a0}="),
            ("a = :v 🙂 b", "🙂", ":v 🙂 b"),
            ("(a)", "<EOF>", ")"),
            ("(a) AND b = :v", "AND", ") AND b"),
            ("(a = :v) = :w", "=", ") = :w"),
            ("(a, b) = :v", ",", "a, b"),
            ("() = a", ")", "() ="),
            ("a = (b = :v)", "=", "b = :v"),
            ("a BETWEEN (:v AND :w)", "AND", ":v AND :w"),
            ("attribute_exists((a)", "<EOF>", ")"),
            ("a-b = :v", "-", "a-b"),
            ("a = 10", "10", "= 10"),
            ("a + :v = :w", "+", "a + :v"),
            ("set = :v", "set", "set ="),
            ("# = :v", "#", "# ="),
            ("   \t\n", "<EOF>", "   \t\n"),
        ],
    );
}

#[test]
fn an_update_is_refused_at_its_first_unexpected_token() {
    check(
        parse_update,
        &[
            ("SET", "<EOF>", "SET"),
            ("SET a =", "<EOF>", "="),
            ("ADD a", "<EOF>", "a"),
            ("SET a = :v x", "x", ":v x"),
            ("SET a :v", ":v", "a :v"),
            ("REMOVE a :v", ":v", "a :v"),
            ("INVALID SYNTAX HERE", "INVALID", "INVALID SYNTAX"),
            ("ADD a b", "b", "a b"),
            ("SET a = b + c - :d", "-", "c - :d"),
            ("SET a = list_append(b + :c, d)", "+", "b + :c"),
            ("SET a = (b", "<EOF>", "b"),
            ("SET l[00] = :v", "0", "00]"),
            ("REMOVE a,", "<EOF>", ","),
            ("SET a = :v, REMOVE b", "REMOVE", ", REMOVE b"),
        ],
    );
}

#[test]
fn a_projection_is_refused_at_its_first_unexpected_token() {
    check(
        parse_projection,
        &[
            ("a, é b", "é", ", é b"),
            ("a b", "b", "a b"),
            ("a,", "<EOF>", ","),
            (":v", ":v", ":v"),
            ("a.[0]", "[", ".[0"),
        ],
    );
}

#[test]
fn texts_are_refused_for_size_parentheses_functions_and_names() {
    let long = format!("a = :{}", "v".repeat(4_092));
    for (text, expected) in [
        ("", "The expression can not be empty;"),
        (long.as_str(), "Expression size has exceeded the maximum allowed size;"),
        ("((a = :v))", "The expression has redundant parentheses;"),
        ("a = :v AND ((b = :w))", "The expression has redundant parentheses;"),
        ("((a = :v)) AND", "The expression has redundant parentheses;"),
        ("foo(pk)", "Invalid function name; function: foo"),
        ("foo(pk, :v) AND table = :v", "Invalid function name; function: foo"),
        ("NOT select(pk)", "Invalid function name; function: select"),
        (
            "if_not_exists(a, :v) = :v",
            "The function is not allowed in a condition expression; function: if_not_exists",
        ),
        ("Size(a) = :v", "Invalid function name; function: Size"),
        ("foo(pk) x", "Syntax error; token: \"x\", near: \") x\""),
        (
            "attribute_exists(a) = :t",
            "The function is not allowed to be used this way in an expression; function: attribute_exists",
        ),
        (
            "size(a)",
            "The function is not allowed to be used this way in an expression; function: size",
        ),
        (
            "contains(a, begins_with(b, :v))",
            "The function is not allowed to be used this way in an expression; function: begins_with",
        ),
        (
            "Table = :v",
            "Attribute name is a reserved keyword; reserved keyword: Table",
        ),
        (
            "a.b[1].Name = :v",
            "Attribute name is a reserved keyword; reserved keyword: Name",
        ),
        ("contains(a, size(b))", "accepted"),
        ("NOT NOT a = :v", "accepted"),
        ("((a = :v) AND (b = :w))", "accepted"),
        ("(a) = (:v) AND NOT (size(b)) >= (#1)", "accepted"),
        ("((a.b[0]) <> :v) OR ((c) BETWEEN (:v) AND (:w))", "accepted"),
        ("(a) IN ((:v)) AND begins_with((a), (:v))", "accepted"),
        ("((a)) = :v", "The expression has redundant parentheses;"),
        ("size(((a))) = :v", "The expression has redundant parentheses;"),
        (
            "(attribute_exists(a)) = :v",
            "The function is not allowed to be used this way in an expression; function: attribute_exists",
        ),
        (
            "(size(a))",
            "The function is not allowed to be used this way in an expression; function: size",
        ),
        ("(pk = :p AND (sk > :s))", "accepted"),
        (":v < size(a) and not a between :v and :w", "accepted"),
        ("a [ 1 ] . b = :v", "accepted"),
        ("#1.#_x[0]=:1", "accepted"),
    ] {
        assert_eq!(words(parse_condition(text)), expected, "{text}");
    }
}

#[test]
fn updates_are_refused_for_clauses_functions_and_names() {
    for (text, expected) in [
        (
            "SET a = :v SET b = :w",
            "The \"SET\" section can only be used once in an update expression;",
        ),
        (
            "REMOVE a SET b = :w remove c :d",
            "The \"REMOVE\" section can only be used once in an update expression;",
        ),
        ("SET a = foo(b)", "Invalid function name; function: foo"),
        (
            "SET a = size(b)",
            "The function is not allowed in an update expression; function: size",
        ),
        (
            "SET a = foo(table)",
            "Attribute name is a reserved keyword; reserved keyword: table",
        ),
        ("SET c = (c - :v)", "accepted"),
        ("SET c = (c - :v) + (:w - d)", "accepted"),
        ("SET c = ((c - :v))", "The expression has redundant parentheses;"),
        (
            "set c = if_not_exists(c, :z) + :v add d :e, f :g delete h :i remove j, k[2]",
            "accepted",
        ),
    ] {
        assert_eq!(words(parse_update(text)), expected, "{text}");
    }
}

#[test]
fn operators_are_counted_before_the_grammar_reads_them() {
    let conditions = |count: usize| vec!["NOT a = :v"; count].join(" AND ");
    assert_eq!(words(parse_condition(&conditions(100))), "accepted");
    let refused = "The expression contains too many operators; operator count: 302";
    assert_eq!(words(parse_condition(&conditions(101))), refused);
    assert_eq!(words(parse_condition(&format!("{} x x", conditions(101)))), refused);
    let between = vec!["a BETWEEN :v AND :w"; 150].join(" OR ");
    assert_eq!(words(parse_condition(&between)), "accepted");
    let assignments = (0..350).map(|n| format!("a{n} = :v")).collect::<Vec<_>>().join(",");
    assert_eq!(words(parse_update(&format!("SET {assignments}"))), "accepted");
}

#[test]
fn paths_have_at_most_32_elements() {
    let path = |elements: usize| format!("p{}", ".q".repeat(elements - 1));
    assert_eq!(words(parse_projection(&path(32))), "accepted");
    assert_eq!(
        words(parse_projection(&format!("{}, {}", path(32), path(32)))),
        "accepted"
    );
    assert_eq!(
        words(parse_projection(&path(33))),
        "The document path has too many nesting levels; nesting levels: 33"
    );
}

#[test]
fn or_binds_weaker_than_and_and_and_weaker_than_not() {
    let tree = parse_condition("NOT a = :v AND b = :v OR c BETWEEN :v AND :w AND d = :v")
        .unwrap()
        .tree;
    let ast::Condition::Or(alternatives) = tree else {
        panic!("{tree:?}")
    };
    assert!(matches!(&alternatives[0], ast::Condition::And(both) if matches!(both[..], [ast::Condition::Not(_), _])));
    assert!(
        matches!(&alternatives[1], ast::Condition::And(both) if matches!(both[..], [ast::Condition::Between { .. }, _]))
    );
}
