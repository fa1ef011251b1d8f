//! The language as the operations see it: texts, maps of placeholders and items in, answers out. Rows come from observed-expressions.md and
//! observed-validation.md unless a test says otherwise.

mod bounds;
mod caching;
mod conditions;
mod key_conditions;
mod legacy;
mod placeholders;
mod projections;
mod properties;
mod syntax;
mod updates;

use super::{ExpressionCache, ExpressionKind, Phase, Placeholders, Program};
use crate::model::json::{Entries, Text, from_text, to_text};
use crate::model::wire::Attributes;
use crate::model::{AttributeMap, Value};

/// The placeholder maps of a request, from JSON.
#[derive(Debug, Default)]
struct Maps {
    names: Option<Entries<Text>>,
    values: Option<Attributes>,
}

impl Maps {
    fn new(names: &str, values: &str) -> Self {
        let present = |json: &str| !json.is_empty();
        Self {
            names: present(names).then(|| from_text(names).unwrap()),
            values: present(values).then(|| from_text(values).unwrap()),
        }
    }

    fn placeholders(&self) -> Placeholders<'_> {
        Placeholders::new(self.names.as_ref(), self.values.as_ref())
    }

    /// The program of an expression, or the first refusal of these phases and then of all.
    fn program<T: Program>(&self, kind: ExpressionKind, text: &str, phases: &[Phase]) -> Result<T, String> {
        let mut placeholders = self.placeholders();
        let parsed = ExpressionCache::default()
            .parse::<T>(kind, Some(text))
            .map_err(|error| error.to_string())?;
        let bound = placeholders.bind(parsed);
        for phase in phases {
            bound.check(*phase).map_err(|error| error.to_string())?;
        }
        let program = bound.into_program().map_err(|error| error.to_string())?;
        placeholders.check_unused().map_err(|error| error.to_string())?;
        Ok(program.unwrap())
    }
}

fn item(json: &str) -> AttributeMap {
    from_text::<Attributes>(json).unwrap().map
}

fn json(map: &AttributeMap) -> String {
    to_text(map)
}

/// The program of an expression, whether or not it uses all placeholders.
fn accept<T: Program>(maps: &Maps, kind: ExpressionKind, text: &str) -> T {
    let parsed = ExpressionCache::default().parse::<T>(kind, Some(text)).unwrap();
    maps.placeholders().bind(parsed).into_program().unwrap().unwrap()
}

/// The refusal, if there is one.
fn refusal<T>(outcome: Result<T, String>) -> String {
    outcome.err().unwrap_or_else(|| "accepted".to_owned())
}

fn nested_list(levels: usize) -> Value {
    (1..levels).fold(Value::Null, |inner, _| Value::L([inner].into()))
}
