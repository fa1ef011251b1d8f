//! Operations and members, one side beside the other.

use std::collections::BTreeSet;

use stator_core::model::Operation;
use stator_core::model::json::{MemberOutline, Outline};

use super::service_model::{Reference, ServiceModel};

/// Where the types depart from the model, each in one line.
#[must_use]
pub fn compare(model: &ServiceModel) -> BTreeSet<String> {
    let mut comparison = Comparison {
        model,
        differences: BTreeSet::new(),
        seen: BTreeSet::new(),
    };
    for name in model
        .operations
        .keys()
        .filter(|name| Operation::from_name(name).is_none())
    {
        comparison.differences.insert(format!("lacks operation {name}"));
    }
    for operation in Operation::ALL {
        let Some(described) = model.operations.get(operation.name()) else {
            comparison
                .differences
                .insert(format!("has operation {operation}, which the service has not"));
            continue;
        };
        for (described, outline) in [
            (&described.input, operation.request_outline()),
            (&described.output, operation.reply_outline()),
        ] {
            if let Some(described) = described {
                comparison.compare(&format!("{operation}"), described, &outline);
            }
        }
    }
    comparison.differences
}

struct Comparison<'m> {
    model: &'m ServiceModel,
    differences: BTreeSet<String>,
    /// Shapes that were compared with a structure of these members: a type may contain itself.
    seen: BTreeSet<(String, usize)>,
}

impl Comparison<'_> {
    fn compare(&mut self, place: &str, described: &Reference, outline: &Outline) {
        let shape = self.model.shape(described);
        match (shape.kind.as_str(), outline) {
            ("list", Outline::List(inner)) => self.inner(place, shape.member.as_ref(), *inner),
            ("map", Outline::Map(inner)) => self.inner(place, shape.value.as_ref(), *inner),
            ("structure", Outline::Structure(members)) => self.compare_members(&described.shape, described, members),
            (_, Outline::Plain(class)) if self.classes(described).contains(class) => {}
            (kind, _) => {
                self.differences
                    .insert(format!("{place} is a {kind} in the model and not here"));
            }
        }
    }

    fn inner(&mut self, place: &str, described: Option<&Reference>, inner: fn() -> Outline) {
        if let Some(described) = described {
            self.compare(place, described, &inner());
        }
    }

    fn compare_members(&mut self, name: &str, described: &Reference, members: &[MemberOutline]) {
        if !self.seen.insert((name.to_owned(), members.as_ptr().addr())) {
            return;
        }
        let shape = self.model.shape(described);
        for member in shape
            .members
            .keys()
            .filter(|member| !members.iter().any(|(own, _)| own == member))
        {
            self.differences.insert(format!("lacks {name}.{member}"));
        }
        for (member, outline) in members {
            match shape.members.get(*member) {
                Some(inner) => self.compare(&format!("{name}.{member}"), inner, &outline()),
                None => {
                    self.differences
                        .insert(format!("has {name}.{member}, which the service has not"));
                }
            }
        }
    }

    /// The Java classes that a scalar, or a type with a reader of its own, may have here.
    fn classes(&self, described: &Reference) -> Vec<String> {
        let shape = self.model.shape(described);
        let structure = |name: &str| format!("com.amazonaws.dynamodb.v20120810.{name}");
        let class = match shape.kind.as_str() {
            "string" => "java.lang.String",
            "boolean" => "java.lang.Boolean",
            "integer" => "java.lang.Integer",
            "long" => "java.lang.Long",
            "double" => "java.lang.Double",
            "timestamp" => "java.util.Date",
            "structure" => return vec![structure(&described.shape), "void".to_owned()],
            "map" => {
                let value = shape
                    .value
                    .as_ref()
                    .map(|value| structure(&value.shape))
                    .unwrap_or_default();
                return vec![format!("java.util.Map<java.lang.String, {value}>")];
            }
            _ => return Vec::new(),
        };
        vec![class.to_owned()]
    }
}
