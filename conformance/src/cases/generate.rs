//! Generators: tags that stand for values too long or too regular to be spelled out.
//!
//! | tag | makes |
//! |---|---|
//! | `!repeat { text, times, between? }` | a text |
//! | `!join [scalar, …]` | a text |
//! | `!series { as, from, to, of, between? }` | a list of `of` for each number, or a text when `between` is given |
//! | `!entries { as, from, to, key, value }` | a mapping |
//! | `!merge [mapping, …]` | a mapping; later ones win |
//! | `!nested { levels, around, in? }` | a value inside so many lists (`in: L`) or maps (`in: M`) |
//!
//! The variable that `as` names is a text, for numbers of the service are texts.

use serde_yaml::value::{Tag, TaggedValue};
use serde_yaml::{Mapping, Value};

use super::fill::{Bindings, FillError, Unbound, fill, text_of};

/// The names of all generators.
pub(super) const GENERATORS: [&str; 6] = ["repeat", "join", "series", "entries", "merge", "nested"];

/// Whether a tag stands for a generated value.
pub(super) fn is_generator(tag: &Tag) -> bool {
    GENERATORS.iter().any(|name| tag == name)
}

/// The value that a generator stands for.
pub(super) fn generate(tagged: &TaggedValue, bindings: &Bindings) -> Result<Value, FillError> {
    let arguments = Arguments { tagged, bindings };
    let tag = tagged.tag.to_string();
    let (made, wants) = match tag.trim_start_matches('!') {
        "repeat" => (arguments.repeat(), "{ text, times } and optionally between"),
        "join" => (arguments.join(), "a list of scalars"),
        "series" => (arguments.series(), "{ as, from, to, of } and optionally between"),
        "entries" => (arguments.entries(), "{ as, from, to, key, value }"),
        "merge" => (arguments.merge(), "a list of mappings"),
        _ => (arguments.nested(), "{ levels, around } and optionally in: L or M"),
    };
    made?.ok_or(FillError::Generator { tag, wants })
}

/// A generated value; `None` when the arguments do not fit.
type Generated = Result<Option<Value>, FillError>;

struct Arguments<'a> {
    tagged: &'a TaggedValue,
    bindings: &'a Bindings,
}

impl Arguments<'_> {
    fn repeat(&self) -> Generated {
        let (Some(text), Some(times)) = (self.text("text")?, self.number("times")?) else {
            return Ok(None);
        };
        let between = self.text("between")?.unwrap_or_default();
        let times = usize::try_from(times).unwrap_or_default();
        Ok(Some(Value::String(vec![text; times].join(&between))))
    }

    fn join(&self) -> Generated {
        let list = fill(&self.tagged.value, self.bindings, Unbound::Refuse)?;
        let parts = list
            .as_sequence()
            .map(|list| list.iter().map(text_of).collect::<Option<String>>());
        Ok(parts.flatten().map(Value::String))
    }

    fn series(&self) -> Generated {
        let Some(of) = self.tagged.value.get("of") else {
            return Ok(None);
        };
        let Some(list) = self.each(|bindings| fill(of, bindings, Unbound::Refuse))? else {
            return Ok(None);
        };
        let Some(between) = self.text("between")? else {
            return Ok(Some(Value::Sequence(list)));
        };
        let texts = list.iter().map(text_of).collect::<Option<Vec<_>>>();
        Ok(texts.map(|texts| Value::String(texts.join(&between))))
    }

    fn entries(&self) -> Generated {
        let (Some(key), Some(value)) = (self.tagged.value.get("key"), self.tagged.value.get("value")) else {
            return Ok(None);
        };
        let entry = |bindings: &Bindings| {
            let key = fill(key, bindings, Unbound::Refuse)?;
            Ok((key, fill(value, bindings, Unbound::Refuse)?))
        };
        let entries = self.each(entry)?;
        Ok(entries.map(|entries| Value::Mapping(entries.into_iter().collect())))
    }

    fn merge(&self) -> Generated {
        let list = fill(&self.tagged.value, self.bindings, Unbound::Refuse)?;
        let mut merged = Mapping::new();
        for part in list.as_sequence().into_iter().flatten() {
            let Some(mapping) = part.as_mapping() else {
                return Ok(None);
            };
            merged.extend(mapping.clone());
        }
        Ok(list.is_sequence().then_some(Value::Mapping(merged)))
    }

    fn nested(&self) -> Generated {
        let (Some(levels), Some(around)) = (self.number("levels")?, self.argument("around")?) else {
            return Ok(None);
        };
        let wrap: fn(Value) -> Value = match self.text("in")?.as_deref() {
            None | Some("L") => |value| mapping_of("L", Value::Sequence(vec![value])),
            Some("M") => |value| mapping_of("M", mapping_of("m", value)),
            Some(_) => return Ok(None),
        };
        Ok(Some((0..levels).fold(around, |value, _| wrap(value))))
    }

    /// What `make` gives for each number from `from` to `to`, bound to the name in `as`.
    fn each<T>(&self, make: impl Fn(&Bindings) -> Result<T, FillError>) -> Result<Option<Vec<T>>, FillError> {
        let (Some(name), Some(from), Some(to)) = (self.text("as")?, self.number("from")?, self.number("to")?) else {
            return Ok(None);
        };
        let made = (from..=to).map(|number| {
            let mut bindings = self.bindings.clone();
            bindings.insert(name.clone(), Value::from(number.to_string()));
            make(&bindings)
        });
        made.collect::<Result<_, _>>().map(Some)
    }

    fn argument(&self, name: &str) -> Result<Option<Value>, FillError> {
        let value = self.tagged.value.get(name);
        value
            .map(|value| fill(value, self.bindings, Unbound::Refuse))
            .transpose()
    }

    fn text(&self, name: &str) -> Result<Option<String>, FillError> {
        Ok(self.argument(name)?.and_then(|value| text_of(&value)))
    }

    fn number(&self, name: &str) -> Result<Option<i64>, FillError> {
        Ok(self.argument(name)?.and_then(|value| value.as_i64()))
    }
}

fn mapping_of(key: &str, value: Value) -> Value {
    Value::Mapping(Mapping::from_iter([(Value::from(key), value)]))
}
