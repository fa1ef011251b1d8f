//! No text of the greatest length exhausts a small stack, in parsing, binding, running, printing or dropping.

use super::super::ast::Syntax;
use super::super::{
    Condition, ExpressionCache, ExpressionKind, KeyCondition, Phase, Program, Projection, SIZE_BYTES_MAX, Update,
};
use super::{Maps, item};

const STACK_BYTES: usize = 512 << 10;

/// Texts that nest as deep as the limits allow, or try to nest deeper.
fn deep_texts() -> Vec<String> {
    let fill = |part: &str| part.repeat(SIZE_BYTES_MAX / part.len());
    let nest = |open: &str, core: &str, close: &str, count: usize| {
        format!("{}{core}{}", open.repeat(count), close.repeat(count))
    };
    let mut texts: Vec<String> = [
        "(", "NOT ", "(NOT ", "a(", "size(", "((", "[", "a[0]", "a.", "a AND (", ")", ",", ":v(", "é", "#",
    ]
    .iter()
    .map(|part| fill(part))
    .collect();
    texts.extend([
        nest("(a=:v OR ", "a=:v", ")", 149),
        nest("(a=:v AND ", "a=:v", ")", 149),
        nest("NOT (a=:v OR ", "a=:v", ")", 99),
        format!("{}a=:v", "NOT ".repeat(299)),
        format!("{}=:v", nest("size(", "a", ")", 298)),
        nest("contains(a,", "b", ")", 298),
    ]);
    texts.extend([
        format!("SET a={}", fill("(")).chars().take(SIZE_BYTES_MAX).collect(),
        format!("SET a={}", nest("(a+", "b", ")", 299)),
        format!("SET a={}", nest("if_not_exists(a,", "n", ")", 200)),
        format!("SET a={}", nest("list_append(b,", "b", ")", 240)),
        format!("SET a={}", "list_append(".repeat(300)),
        format!(
            "SET {}",
            (0..400).map(|n| format!("a{n}=:v")).collect::<Vec<_>>().join(",")
        ),
        format!(
            "REMOVE {}",
            (0..500).map(|n| format!("l[{n}]")).collect::<Vec<_>>().join(",")
        ),
    ]);
    assert!(texts.iter().all(|text| text.len() <= SIZE_BYTES_MAX));
    texts
}

fn in_small_stack(run: impl FnOnce() + Send + 'static) {
    let thread = std::thread::Builder::new().stack_size(STACK_BYTES).spawn(run).unwrap();
    thread.join().unwrap();
}

/// Parses and binds a text, and hands out the program if there is one.
fn compile<T: Program>(text: &str, maps: &Maps) -> Option<T>
where
    Syntax<T::Tree>: std::fmt::Display,
{
    let parsed = ExpressionCache::default()
        .parse::<T>(ExpressionKind::Condition, Some(text))
        .ok()?;
    let printed = parsed.syntax().map(ToString::to_string);
    assert!(printed.is_some_and(|printed| !printed.is_empty()));
    let bound = maps.placeholders().bind(parsed);
    for phase in [Phase::Names, Phase::Values, Phase::Operands, Phase::Paths] {
        let _ = bound.check(phase);
    }
    bound.into_program().ok()?
}

#[test]
fn deep_texts_fit_a_small_stack() {
    in_small_stack(|| {
        let maps = Maps::new("", r#"{":v":{"N":"1"}}"#);
        let item = item(r#"{"a":{"N":"1"},"b":{"L":[{"N":"1"}]},"n":{"N":"1"}}"#);
        let mut programs = [0; 4];
        for text in deep_texts() {
            if let Some(condition) = compile::<Condition>(&text, &maps) {
                std::hint::black_box(condition.matches(&item));
                programs[0] += 1;
            }
            programs[1] += usize::from(compile::<KeyCondition>(&text, &maps).is_some());
            if let Some(projection) = compile::<Projection>(&text, &maps) {
                std::hint::black_box(projection.apply(&item));
                programs[2] += 1;
            }
            if let Some(update) = compile::<Update>(&text, &maps) {
                std::hint::black_box(update.request_charge());
                let _ = update.apply(&item);
                programs[3] += 1;
            }
        }
        assert_eq!(programs, [4, 0, 0, 5]);
    });
}
