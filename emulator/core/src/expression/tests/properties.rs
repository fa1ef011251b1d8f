//! What holds for all expressions: printing and parsing, evaluation against a naive reading of the rules, untouched attributes, no panic.

use std::cmp::Ordering;

use proptest::collection::vec;
use proptest::prelude::*;

use super::super::ast::{self, Call, Comparator, Constant, Element, Function, Operand};
use super::super::syntax::{parse_condition, parse_projection, parse_update};
use super::super::{
    Condition, ExpressionCache, ExpressionKind, Projection, Spelled, Update, Updated, Written, resolved,
};
use super::Maps;
use crate::model::value::{Set, ValueType};
use crate::model::wire::Attributes;
use crate::model::{AttributeMap, Name, Number, PackedItem, Value};

/// A path of few names, so that expressions meet items.
fn path() -> impl Strategy<Value = String> {
    let step = prop_oneof![
        Just(".a".to_owned()),
        Just(".#b".to_owned()),
        (0..3u32).prop_map(|index| format!("[{index}]")),
    ];
    let head = prop_oneof![Just("a"), Just("b"), Just("#b"), Just("c")];
    (head, vec(step, 0..3)).prop_map(|(head, steps)| format!("{head}{}", steps.concat()))
}

fn constant() -> impl Strategy<Value = String> {
    (0..4u8).prop_map(|slot| format!(":v{slot}"))
}

fn operand() -> impl Strategy<Value = String> {
    prop_oneof![
        3 => path(),
        3 => constant(),
        1 => path().prop_map(|path| format!("size({path})")),
    ]
}

fn leaf() -> impl Strategy<Value = String> {
    let comparator = prop_oneof![Just("="), Just("<>"), Just("<"), Just("<="), Just(">"), Just(">=")];
    let function = prop_oneof![Just("begins_with"), Just("contains")];
    let existence = prop_oneof![Just("attribute_exists"), Just("attribute_not_exists")];
    prop_oneof![
        4 => (operand(), comparator, operand()).prop_map(|(one, comparator, two)| format!("{one} {comparator} {two}")),
        1 => (operand(), operand(), operand()).prop_map(|(value, low, high)| format!("{value} between {low}  AND {high}")),
        1 => (operand(), vec(operand(), 1..4)).prop_map(|(value, list)| format!("{value} IN({})", list.join(","))),
        2 => (function, operand(), operand()).prop_map(|(function, one, two)| format!("{function} ( {one}, {two} )")),
        1 => (existence, path()).prop_map(|(function, path)| format!("{function}({path})")),
        1 => path().prop_map(|path| format!("attribute_type({path}, :type)")),
    ]
}

fn condition() -> impl Strategy<Value = String> {
    leaf().prop_recursive(4, 24, 3, |inner| {
        prop_oneof![
            (inner.clone(), inner.clone()).prop_map(|(one, two)| format!("({one}) AND ({two})")),
            (inner.clone(), inner.clone()).prop_map(|(one, two)| format!("{one} and {two}")),
            (inner.clone(), inner.clone()).prop_map(|(one, two)| format!("{one} OR ({two})")),
            inner.clone().prop_map(|one| format!("NOT ({one})")),
            inner.prop_map(|one| format!("not {one}")),
        ]
    })
}

fn source() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![path(), constant()];
    leaf.prop_recursive(3, 8, 2, |inner| {
        let sign = prop_oneof![Just("+"), Just("-")];
        prop_oneof![
            (inner.clone(), sign, inner.clone()).prop_map(|(one, sign, two)| format!("({one} {sign} {two})")),
            (path(), inner.clone()).prop_map(|(path, other)| format!("if_not_exists({path}, {other})")),
            (inner.clone(), inner).prop_map(|(one, two)| format!("list_append({one}, {two})")),
        ]
    })
}

fn update() -> impl Strategy<Value = String> {
    let set = vec(
        (path(), source()).prop_map(|(path, source)| format!("{path} = {source}")),
        0..4,
    );
    let remove = vec(path(), 0..3);
    let add = vec(
        (path(), constant()).prop_map(|(path, value)| format!("{path} {value}")),
        0..2,
    );
    let delete = vec(
        (path(), constant()).prop_map(|(path, value)| format!("{path} {value}")),
        0..2,
    );
    (set, remove, add, delete).prop_map(|(set, remove, add, delete)| {
        let clauses = [("SET", set), ("remove", remove), ("Add", add), ("DELETE", delete)];
        let written = clauses.iter().filter(|(_, parts)| !parts.is_empty());
        written
            .map(|(keyword, parts)| format!("{keyword} {}", parts.join(" , ")))
            .collect::<Vec<_>>()
            .join(" ")
    })
}

fn value() -> impl Strategy<Value = Value> {
    let text = prop_oneof![Just("a"), Just("ab"), Just("b"), Just("")];
    let leaf = prop_oneof![
        text.clone().prop_map(Value::string),
        (0..4u64).prop_map(|n| Value::N(Number::from_u64(n))),
        vec(0..3u8, 0..3).prop_map(|bytes| Value::B(bytes.into())),
        any::<bool>().prop_map(Value::Bool),
        Just(Value::Null),
        vec(0..3u64, 1..3).prop_filter_map("distinct", |members| {
            Set::new(members.into_iter().map(Number::from_u64).collect()).map(Value::Ns)
        }),
        vec(text, 1..3).prop_filter_map("distinct", |members| {
            Set::new(members.into_iter().map(Name::new).collect()).map(Value::Ss)
        }),
    ];
    leaf.prop_recursive(3, 12, 3, |inner| {
        let name = prop_oneof![Just("a"), Just("b")].prop_map(Name::new);
        prop_oneof![
            vec(inner.clone(), 0..4).prop_map(|list| Value::L(list.into())),
            vec((name, inner), 0..3).prop_map(|members| Value::M(members.into())),
        ]
    })
}

fn item() -> impl Strategy<Value = AttributeMap> {
    let name = prop_oneof![Just("a"), Just("b"), Just("c"), Just("d")].prop_map(Name::new);
    vec((name, value()), 0..5).prop_map(AttributeMap::from)
}

fn maps() -> impl Strategy<Value = Maps> {
    vec(value(), 4).prop_map(|values| {
        let numbered = values
            .into_iter()
            .enumerate()
            .map(|(slot, value)| (Name::new(format!(":v{slot}")), value));
        let kind = [(Name::new(":type"), Value::string("L"))];
        Maps {
            values: Some(Attributes::from(numbered.chain(kind).collect::<AttributeMap>())),
            ..Maps::new(r##"{"#b":"b"}"##, "")
        }
    })
}

/// What to do at a target.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Deed {
    Set,
    Remove,
}

/// Targets that go together, in any order, and what to do at each.
fn deeds() -> impl Strategy<Value = Vec<(&'static str, Deed)>> {
    let targets = ["a", "b.a", "b.b", "l[0]", "l[1]", "l[3]", "l[4]", "l[9]", "c"];
    let deed = prop_oneof![2 => Just(Deed::Set), 1 => Just(Deed::Remove)];
    let some = proptest::sample::subsequence(targets.to_vec(), 1..=targets.len()).prop_shuffle();
    (some, vec(deed, targets.len())).prop_map(|(targets, deeds)| targets.into_iter().zip(deeds).collect())
}

fn text_of(deeds: &[(&str, Deed)]) -> String {
    let part = |wanted: Deed, suffix: &str| {
        let targets = deeds.iter().filter(|(_, deed)| *deed == wanted);
        targets
            .map(|(target, _)| format!("{target}{suffix}"))
            .collect::<Vec<_>>()
            .join(", ")
    };
    let clauses = [("REMOVE", part(Deed::Remove, "")), ("SET", part(Deed::Set, " = :n"))];
    let written = clauses.iter().filter(|(_, part)| !part.is_empty());
    written.map(|(keyword, part)| format!("{keyword} {part} ")).collect()
}

/// The path of `attribute_exists`.
fn path_of(syntax: &ast::Syntax<ast::Condition>) -> ast::Path {
    match &syntax.tree {
        ast::Condition::Call(Call { arguments, .. }) => match &arguments[0] {
            Operand::Path(path) => path.clone(),
            other => panic!("{other:?}"),
        },
        other => panic!("{other:?}"),
    }
}

fn leaves(value: &Value) -> usize {
    match value {
        Value::L(list) => list.iter().map(leaves).sum(),
        Value::M(map) => map.iter().map(|(_, value)| leaves(value)).sum(),
        _ => 1,
    }
}

/// The tokens of all languages, good and bad.
fn soup() -> impl Strategy<Value = String> {
    const TOKENS: &[&str] = &[
        "a",
        "b",
        "#b",
        "#x",
        ":v0",
        ":v1",
        ":x",
        "0",
        "12",
        "AND",
        "OR",
        "NOT",
        "IN",
        "BETWEEN",
        "SET",
        "REMOVE",
        "ADD",
        "DELETE",
        "=",
        "<>",
        "<",
        "<=",
        ">",
        ">=",
        "+",
        "-",
        "(",
        ")",
        "[",
        "]",
        ".",
        ",",
        "size",
        "contains",
        "attribute_exists",
        "if_not_exists",
        "list_append",
        "table",
        "é",
        "!",
        "#",
        ":",
        "\n",
    ];
    let token = (0..TOKENS.len()).prop_map(|at| TOKENS[at]);
    (vec(token, 0..24), prop_oneof![Just(""), Just(" ")]).prop_map(|(tokens, blank)| tokens.join(blank))
}

/// The rules of observed-expressions.md §8 read one by one.
struct Naive<'a> {
    maps: &'a Maps,
    item: &'a AttributeMap,
    syntax: &'a ast::Syntax<ast::Condition>,
}

impl Naive<'_> {
    fn holds(&self, condition: &ast::Condition) -> bool {
        match condition {
            ast::Condition::And(all) => all.iter().all(|one| self.holds(one)),
            ast::Condition::Or(any) => any.iter().any(|one| self.holds(one)),
            ast::Condition::Not(one) => !self.holds(one),
            ast::Condition::Compare {
                comparator,
                left,
                right,
            } => self.compare(*comparator, self.operand(left), self.operand(right)),
            ast::Condition::Between { value, low, high } => {
                self.compare(Comparator::GreaterOrEqual, self.operand(value), self.operand(low))
                    && self.compare(Comparator::LessOrEqual, self.operand(value), self.operand(high))
            }
            ast::Condition::In { value, candidates } => candidates
                .iter()
                .any(|candidate| self.compare(Comparator::Equal, self.operand(value), self.operand(candidate))),
            ast::Condition::Call(call) => self.call(call),
        }
    }

    fn compare(&self, comparator: Comparator, left: Option<Value>, right: Option<Value>) -> bool {
        let (Some(left), Some(right)) = (left, right) else {
            return comparator == Comparator::NotEqual;
        };
        let order = match (&left, &right) {
            (Value::S(left), Value::S(right)) => Some(left.as_bytes().cmp(right.as_bytes())),
            (Value::N(left), Value::N(right)) => Some(left.cmp(right)),
            (Value::B(left), Value::B(right)) => Some(left.cmp(right)),
            _ => None,
        };
        match comparator {
            Comparator::Equal => left == right,
            Comparator::NotEqual => left != right,
            Comparator::Less => order == Some(Ordering::Less),
            Comparator::LessOrEqual => order.is_some_and(|order| order != Ordering::Greater),
            Comparator::Greater => order == Some(Ordering::Greater),
            Comparator::GreaterOrEqual => order.is_some_and(|order| order != Ordering::Less),
        }
    }

    fn call(&self, call: &Call) -> bool {
        let argument = |at: usize| self.operand(&call.arguments[at]);
        match (call.function, argument(0)) {
            (Function::AttributeExists, found) => found.is_some(),
            (Function::AttributeNotExists, found) => found.is_none(),
            (Function::AttributeType, found) => found.is_some_and(|found| found.kind() == ValueType::L),
            (Function::BeginsWith, Some(found)) => match (found, argument(1)) {
                (Value::S(found), Some(Value::S(prefix))) => found.starts_with(prefix.as_str()),
                (Value::B(found), Some(Value::B(prefix))) => found.starts_with(&prefix),
                _ => false,
            },
            (Function::Contains, Some(found)) => match (found, argument(1)) {
                (Value::S(found), Some(Value::S(part))) => found.contains(part.as_str()),
                (Value::B(found), Some(Value::B(part))) => {
                    part.is_empty() || found.windows(part.len()).any(|window| *window == *part)
                }
                (Value::Ss(found), Some(Value::S(part))) => found.iter().any(|member| *member == part),
                (Value::Ns(found), Some(Value::N(part))) => found.iter().any(|member| *member == part),
                (Value::L(found), Some(part)) => found.contains(&part),
                _ => false,
            },
            _ => false,
        }
    }

    fn operand(&self, operand: &Operand) -> Option<Value> {
        match operand {
            Operand::Path(path) => self.resolve(path),
            Operand::Value(Constant::Placeholder(slot)) => {
                let placeholder = &self.syntax.values[usize::from(slot.0)].placeholder;
                self.maps.values.as_ref()?.map.get(placeholder).cloned()
            }
            Operand::Call(call) => {
                let size = match self.operand(&call.arguments[0])? {
                    Value::S(text) => text.encode_utf16().count(),
                    Value::B(bytes) => bytes.len(),
                    Value::L(list) => list.len(),
                    Value::M(map) => map.len(),
                    Value::Ss(set) => set.len(),
                    Value::Ns(set) => set.len(),
                    _ => return None,
                };
                Some(Value::N(Number::from_u64(size as u64)))
            }
            _ => None,
        }
    }

    fn resolve(&self, path: &ast::Path) -> Option<Value> {
        let mut value = Value::M(self.item.clone());
        for element in path.elements() {
            value = match (element, &value) {
                (Element::Name(name), Value::M(map)) => map.get(name)?.clone(),
                (Element::Placeholder(_), Value::M(map)) => map.get("b")?.clone(),
                (Element::Index(index), Value::L(list)) => list.get(*index as usize)?.clone(),
                _ => return None,
            };
        }
        Some(value)
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn what_is_printed_parses_to_the_same_condition(text in condition()) {
        let syntax = parse_condition(&text).unwrap();
        prop_assert_eq!(parse_condition(&syntax.to_string()).unwrap(), syntax);
    }

    #[test]
    fn what_is_printed_parses_to_the_same_update(text in update()) {
        if let Ok(syntax) = parse_update(&text) {
            prop_assert_eq!(parse_update(&syntax.to_string()).unwrap(), syntax);
        }
    }

    #[test]
    fn what_is_printed_parses_to_the_same_projection(paths in vec(path(), 1..6)) {
        let syntax = parse_projection(&paths.join(" ,")).unwrap();
        prop_assert_eq!(parse_projection(&syntax.to_string()).unwrap(), syntax);
    }

    #[test]
    fn conditions_come_out_as_a_naive_reading_has_them(text in condition(), maps in maps(), items in vec(item(), 4)) {
        let parsed = ExpressionCache::default().parse::<Condition>(ExpressionKind::Condition, Some(&text)).unwrap();
        let bound = maps.placeholders().bind(parsed.clone());
        if let Ok(Some(condition)) = bound.into_program() {
            let syntax = parsed.syntax().unwrap();
            for item in &items {
                let naive = Naive { maps: &maps, item, syntax };
                prop_assert_eq!(condition.matches(item), naive.holds(&syntax.tree), "{} on {:?}", text, item);
                prop_assert_eq!(condition.matches(&PackedItem::from(item)), condition.matches(item), "{} on {:?}", text, item);
            }
        }
    }

    #[test]
    fn the_normal_form_means_the_same_and_reads_back_as_itself(text in condition(), maps in maps(), items in vec(item(), 4)) {
        let cache = ExpressionCache::default();
        let bound = maps.placeholders().bind(cache.parse::<Condition>(ExpressionKind::Condition, Some(&text)).unwrap());
        if let Ok(Some(condition)) = bound.into_program() {
            let normal = resolved::<Condition>(&cache, &text, maps.names.as_ref(), maps.values.as_ref()).unwrap();
            let printed = normal.to_string();
            let spelled = Spelled::read(&printed).unwrap();
            let again = resolved::<Condition>(&cache, &spelled.text, Some(&spelled.names), Some(&spelled.values));
            prop_assert_eq!(again.map(|tree| tree.to_string()), Some(printed.clone()));
            // Reading back may refuse what only placeholders can express, e.g. a comparison of a path with itself.
            if let Ok(read) = spelled.program::<Condition>(&cache, ExpressionKind::Condition) {
                for item in &items {
                    prop_assert_eq!(condition.matches(item), read.matches(item), "{} as {}", text, printed);
                }
            }
        }
    }

    #[test]
    fn updates_in_normal_form_read_back_as_themselves(text in update(), maps in maps(), old in item()) {
        let cache = ExpressionCache::default();
        let parsed = cache.parse::<Update>(ExpressionKind::Update, Some(&text));
        if let Ok(parsed) = parsed && let Ok(Some(update)) = maps.placeholders().bind(parsed).into_program() {
            let normal = resolved::<Update>(&cache, &text, maps.names.as_ref(), maps.values.as_ref()).unwrap();
            let printed = normal.to_string();
            let spelled = Spelled::read(&printed).unwrap();
            let read: Update = spelled.program(&cache, ExpressionKind::Update).unwrap();
            let item = |updated: Result<Updated<'_, _>, _>| updated.map(|updated| updated.item());
            prop_assert_eq!(item(read.apply(&old)).ok(), item(update.apply(&old)).ok(), "{} as {}", text, printed);
        }
    }

    #[test]
    fn no_text_with_values_written_in_panics(text in "[a-bB<>'\"\\[\\]{},: =0-9.e()-]{0,40}|\\PC{0,40}") {
        let _ = Spelled::read(&text);
    }

    #[test]
    fn a_value_reads_back_as_it_is_written(value in value()) {
        let spelled = Spelled::read(&format!("a = {}", Written(&value))).unwrap();
        prop_assert_eq!(spelled.values.map.iter().map(|(_, value)| value.clone()).collect::<Vec<_>>(), [value]);
    }

    #[test]
    fn updates_leave_other_attributes_alone(text in update(), maps in maps(), old in item()) {
        let Ok(parsed) = ExpressionCache::default().parse::<Update>(ExpressionKind::Update, Some(&text)) else {
            return Ok(());
        };
        let Ok(Some(update)) = maps.placeholders().bind(parsed).into_program() else {
            return Ok(());
        };
        let is_target = |name: &str| update.targets().any(|target| target.attribute() == name);
        if let Ok(updated) = update.apply(&old) {
            prop_assert_eq!(updated.item().filtered(|name| !is_target(name)), old.filtered(|name| !is_target(name)));
        }
    }

    #[test]
    fn updates_do_to_an_item_as_it_is_held_what_they_do_to_the_item(text in update(), maps in maps(), old in item()) {
        let Ok(parsed) = ExpressionCache::default().parse::<Update>(ExpressionKind::Update, Some(&text)) else {
            return Ok(());
        };
        let Ok(Some(update)) = maps.placeholders().bind(parsed).into_program() else {
            return Ok(());
        };
        let packed = PackedItem::from(&old);
        match (update.apply(&old), update.apply(&packed)) {
            (Ok(updated), Ok(held)) => {
                prop_assert_eq!(packed.with(held.changes()), PackedItem::from(updated.item()));
                prop_assert_eq!(held.touched_old(), updated.touched_old());
                prop_assert_eq!(held.touched_new(), updated.touched_new());
            }
            (updated, held) => prop_assert_eq!(held.err(), updated.err()),
        }
    }

    #[test]
    fn updates_do_at_each_target_what_is_written(deeds in deeds(), elements in vec(value(), 0..5), value in value()) {
        let old = AttributeMap::from(vec![
            (Name::new("a"), value),
            (Name::new("b"), Value::M(vec![(Name::new("a"), Value::Null), (Name::new("z"), Value::Null)].into())),
            (Name::new("l"), Value::L(elements.clone().into())),
        ]);
        let maps = Maps::new("", r#"{":n":{"N":"7"}}"#);
        let update: Update = super::accept(&maps, ExpressionKind::Update, &text_of(&deeds));
        let updated = update.apply(&old).unwrap();
        let new = updated.item();
        let seven = Value::N(Number::from_u64(7));
        let mut touched = 0;
        for (target, deed) in &deeds {
            let path = parse_condition(&format!("attribute_exists({target})")).unwrap();
            let found = Naive { maps: &maps, item: &new, syntax: &path }.resolve(&path_of(&path));
            touched += found.as_ref().map_or(0, leaves);
            if !target.starts_with('l') {
                prop_assert_eq!(found, (*deed == Deed::Set).then(|| seven.clone()), "{}", target);
            }
        }
        let deed_at = |index: usize| deeds.iter().find(|(target, _)| *target == format!("l[{index}]")).map(|(_, deed)| *deed);
        let kept = elements.iter().enumerate().filter_map(|(index, old)| match deed_at(index) {
            Some(Deed::Set) => Some(seven.clone()),
            Some(Deed::Remove) => None,
            None => Some(old.clone()),
        });
        let appended = (elements.len()..10).filter(|&index| deed_at(index) == Some(Deed::Set)).map(|_| seven.clone());
        let list: Vec<Value> = kept.chain(appended).collect();
        prop_assert_eq!(new.get("l"), Some(&Value::L(list.into())));
        prop_assert_eq!(leaves(&Value::M(updated.touched_new())), touched);
    }

    #[test]
    fn projections_of_single_paths_agree_with_the_paths(text in path(), maps in maps(), item in item()) {
        let parsed = ExpressionCache::default().parse::<Projection>(ExpressionKind::Projection, Some(&text)).unwrap();
        let path = parse_condition(&format!("attribute_exists({text})")).unwrap();
        let projection = maps.placeholders().bind(parsed).into_program().unwrap().unwrap();
        let naive = Naive { maps: &maps, item: &item, syntax: &path };
        prop_assert_eq!(!projection.apply(&item).is_empty(), naive.holds(&path.tree));
    }

    #[test]
    fn no_soup_of_tokens_panics(text in soup(), maps in maps(), item in item()) {
        let cache = ExpressionCache::default();
        if let Ok(parsed) = cache.parse::<Condition>(ExpressionKind::Filter, Some(&text))
            && let Ok(Some(condition)) = maps.placeholders().bind(parsed).into_program()
        {
            let _ = condition.matches(&item);
        }
        if let Ok(parsed) = cache.parse::<Update>(ExpressionKind::Update, Some(&text))
            && let Ok(Some(update)) = maps.placeholders().bind(parsed).into_program()
        {
            let _ = update.apply(&item);
        }
        if let Ok(parsed) = cache.parse::<Projection>(ExpressionKind::Projection, Some(&text))
            && let Ok(Some(projection)) = maps.placeholders().bind(parsed).into_program()
        {
            let _ = projection.apply(&item);
        }
    }

    #[test]
    fn no_text_panics(text in "\\PC{0,80}") {
        let _ = (parse_condition(&text), parse_update(&text), parse_projection(&text));
    }
}
