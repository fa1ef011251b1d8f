//! What projections refuse and return.

use super::super::{ExpressionKind, Projection};
use super::{Maps, accept, item, json, refusal};

#[test]
fn paths_of_a_projection_must_go_together() {
    let maps = Maps::new(r##"{"#a":"a"}"##, "");
    let clash = |how: &str, one: &str, two: &str| {
        format!(
            "Invalid ProjectionExpression: Two document paths {how} with each other; must remove or rewrite one of these paths; \
             path one: {one}, path two: {two}"
        )
    };
    let overlap = |one: &str, two: &str| clash("overlap", one, two);
    for (text, expected) in [
        ("a, #a.b", overlap("[a]", "[a, b]")),
        ("#a.b[1], c, a.b", overlap("[a, b, [1]]", "[a, b]")),
        ("x, #a, x", overlap("[x]", "[x]")),
        ("l[0], #a, l[1], m.a, m.b", "accepted".into()),
        ("n.a, n[0], m.#a[0], m.a.b", clash("conflict", "[n, a]", "[n, [0]]")),
        ("n.a, n[0], x, x", overlap("[x]", "[x]")),
        ("#b, #a, #a", "Invalid ProjectionExpression: An expression attribute name used in the document path is not defined; attribute name: #b".into()),
    ] {
        assert_eq!(refusal(maps.program::<Projection>(ExpressionKind::Projection, text, &[])), expected, "{text}");
    }
}

#[test]
fn overlaps_are_found_among_very_many_paths() {
    let mut paths: Vec<String> = (0..200).map(|n| format!("p{}.q[{n}].r", n % 40)).collect();
    let text = |paths: &[String]| paths.join(",");
    let check = |text: &str| refusal(Maps::default().program::<Projection>(ExpressionKind::Projection, text, &[]));
    assert_eq!(check(&text(&paths)), "accepted");
    paths.push("p7.q[47]".into());
    let expected = "path one: [p7, q, [47], r], path two: [p7, q, [47]]";
    assert!(check(&text(&paths)).ends_with(expected), "{}", check(&text(&paths)));
}

#[test]
fn parts_are_merged_and_packed() {
    let item = item(
        r#"{"a":{"S":"x"},"l":{"L":[{"N":"0"},{"M":{"a":{"N":"1"},"b":{"N":"2"},"c":{"N":"3"}}},{"N":"4"}]},
            "m":{"M":{"k":{"M":{"x":{"N":"5"},"y":{"N":"6"}}},"z":{"NULL":true}}},"pk":{"S":"p"}}"#,
    );
    let maps = Maps::new(r##"{"#dot":"m.k"}"##, "");
    for (text, expected) in [
        ("pk, a", r#"{"a":{"S":"x"},"pk":{"S":"p"}}"#),
        ("nothing, a.b, l.x, m[0], #dot", "{}"),
        ("a[0], l[9]", "{}"),
        ("l[2], l[0]", r#"{"l":{"L":[{"N":"0"},{"N":"4"}]}}"#),
        ("l[1].c, l[1].a", r#"{"l":{"L":[{"M":{"a":{"N":"1"},"c":{"N":"3"}}}]}}"#),
        (
            "m.k.y, m.z",
            r#"{"m":{"M":{"k":{"M":{"y":{"N":"6"}}},"z":{"NULL":true}}}}"#,
        ),
        ("m.k.y, m.gone", r#"{"m":{"M":{"k":{"M":{"y":{"N":"6"}}}}}}"#),
    ] {
        let projection: Projection = accept(&maps, ExpressionKind::Projection, text);
        assert_eq!(json(&projection.apply(&item)), expected, "{text}");
    }
}

#[test]
fn a_projection_tells_its_attributes() {
    let projection: Projection = accept(&Maps::default(), ExpressionKind::Projection, "b, a.x, a.y, c[0]");
    assert_eq!(projection.attributes().collect::<Vec<_>>(), ["a", "b", "c"]);
    assert_eq!(projection.attributes_in_part().collect::<Vec<_>>(), ["a", "c"]);
}
