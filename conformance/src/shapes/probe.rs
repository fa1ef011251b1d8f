//! Asks the engine what it refuses: every limit, every word of an enumeration and every required member of the model.
//!
//! A probe is a request that is accepted but for the table that is not there, with one member made wrong. If that is not refused as
//! invalid, the engine does not know the limit. Where the request around a member is refused in itself, the words of a constraint
//! show that the engine knows the limit; other places are counted.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};
use stator_core::engine::{Call, Caller, Engine, World};
use stator_core::model::json::Outline;
use stator_core::model::{ApiError, ErrorKind, Operation, Request};

use super::service_model::{Reference, ServiceModel};

/// Longest text and list that is sent to break a limit.
const LENGTH_MAX: i64 = 70_000;
/// How deep inside a request members are probed.
const DEPTH_MAX: usize = 5;

/// Probes and what came of them.
#[derive(Debug, Default)]
pub struct Findings {
    /// What the engine does not know, each in one line.
    pub differences: BTreeSet<String>,
    /// Constraints that were probed.
    pub probed: usize,
    /// Constraints that could not be.
    pub unprobed: usize,
}

/// Sends all probes of the operations that there are. `bases` has requests for those whose required members alone are refused.
#[must_use]
pub fn probe(model: &ServiceModel, bases: &Map<String, Value>) -> Findings {
    let mut findings = Findings::default();
    for operation in Operation::ALL {
        let Some(input) = model
            .operations
            .get(operation.name())
            .and_then(|described| described.input.as_ref())
        else {
            continue;
        };
        let base = bases
            .get(operation.name())
            .cloned()
            .unwrap_or_else(|| sample(model, input));
        let mut prober = Prober {
            model,
            operation: *operation,
            base,
            findings: &mut findings,
        };
        prober.probe_members(input, &operation.request_outline(), &mut Vec::new());
    }
    findings
}

/// What a request is answered with, in an engine without tables.
///
/// # Errors
/// What the engine answers, or that the request is not of the operation's shape.
pub fn ask(operation: Operation, request: &Value) -> Result<(), ApiError> {
    ask_of(&Engine::new(World::real()), operation, request)
}

/// As [`ask`], beside an on-demand table of this name.
///
/// # Errors
/// As [`ask`].
pub fn ask_beside(table: &str, operation: Operation, request: &Value) -> Result<(), ApiError> {
    let engine = Engine::new(World::real());
    let creation = json!({
        "TableName": table,
        "AttributeDefinitions": [{ "AttributeName": "pk", "AttributeType": "S" }],
        "KeySchema": [{ "AttributeName": "pk", "KeyType": "HASH" }],
        "BillingMode": "PAY_PER_REQUEST",
    });
    ask_of(&engine, Operation::CreateTable, &creation)?;
    ask_of(&engine, operation, request)
}

fn ask_of(engine: &Engine, operation: Operation, request: &Value) -> Result<(), ApiError> {
    let (request, layer) = Request::read(operation, &request.to_string())
        .map_err(|refusal| ApiError::new(ErrorKind::Serialization, format!("{refusal:?}")))?;
    engine.execute(Call::new(request, layer, caller())).map(drop)
}

fn caller() -> Caller {
    Caller {
        access_key: "probe".into(),
        region: "us-east-1".into(),
        account: "000000000000".into(),
    }
}

/// A step from a request to a member inside it.
#[derive(Clone, Debug)]
enum Step {
    Member(String),
    Element,
    Entry,
}

struct Prober<'m> {
    model: &'m ServiceModel,
    operation: Operation,
    base: Value,
    findings: &'m mut Findings,
}

impl Prober<'_> {
    fn probe_members(&mut self, described: &Reference, outline: &Outline, path: &mut Vec<Step>) {
        if path.len() > DEPTH_MAX {
            return;
        }
        let shape = self.model.shape(described);
        match (shape.kind.as_str(), outline) {
            ("structure", Outline::Structure(members)) => {
                for (name, inner) in *members {
                    let Some(member) = shape.members.get(*name) else {
                        continue;
                    };
                    path.push(Step::Member((*name).to_owned()));
                    if shape.required.iter().any(|required| required == name) {
                        self.expect_refusal(
                            &format!("{}.{name} is required", described.shape),
                            path,
                            member,
                            Value::Null,
                        );
                    }
                    self.probe_value(&format!("{}.{name}", described.shape), member, path);
                    self.probe_members(member, &inner(), path);
                    path.pop();
                }
            }
            ("list", Outline::List(inner)) => {
                if let Some(member) = &shape.member {
                    path.push(Step::Element);
                    self.probe_value(&described.shape, member, path);
                    self.probe_members(member, &inner(), path);
                    path.pop();
                }
            }
            ("map", Outline::Map(inner)) => {
                if let Some(value) = &shape.value {
                    path.push(Step::Entry);
                    self.probe_members(value, &inner(), path);
                    path.pop();
                }
            }
            _ => {}
        }
    }

    /// The constraints of one value.
    fn probe_value(&mut self, name: &str, described: &Reference, path: &[Step]) {
        let shape = self.model.shape(described);
        if !shape.words.is_empty() {
            self.probe_words(name, described, path);
            return;
        }
        let is_number = matches!(shape.kind.as_str(), "integer" | "long");
        if let Some(least) = shape.min.filter(|least| is_number || *least > 0) {
            let wrong = self.sized(described, least - 1);
            self.expect_refusal(&format!("{name} at least {least}"), path, described, wrong);
        }
        if let Some(most) = shape.max.filter(|most| is_number || *most < LENGTH_MAX) {
            let wrong = self.sized(described, most + 1);
            self.expect_refusal(&format!("{name} at most {most}"), path, described, wrong);
        }
        if shape.pattern.is_some() {
            self.expect_refusal(&format!("{name} matches its pattern"), path, described, json!("a b~!"));
        }
    }

    /// A value of this size: a number, or a text or list of this length.
    fn sized(&self, described: &Reference, size: i64) -> Value {
        let shape = self.model.shape(described);
        let length = usize::try_from(size).unwrap_or_default();
        match shape.kind.as_str() {
            "string" => json!("a".repeat(length)),
            "list" => {
                let element = shape.member.as_ref().map(|member| sample(self.model, member));
                vec![element.unwrap_or_default(); length].into()
            }
            "map" => {
                let value = shape
                    .value
                    .as_ref()
                    .map(|value| sample(self.model, value))
                    .unwrap_or_default();
                let entries = (0..length).map(|at| (format!("entry-{at}"), value.clone()));
                Value::Object(entries.collect())
            }
            _ => json!(size),
        }
    }

    /// A word that there is not is refused, and no word that there is is refused alike.
    fn probe_words(&mut self, name: &str, described: &Reference, path: &[Step]) {
        const NO_WORD: &str = "NO_SUCH_WORD";
        if !self.expect_refusal(&format!("{name} is one of its words"), path, described, json!(NO_WORD)) {
            return;
        }
        let refusal = |word: &str| {
            self.answer(path, json!(word))
                .err()
                .map(|error| error.message().replace(word, "?"))
        };
        let unknown = refusal(NO_WORD);
        let words = &self.model.shape(described).words;
        let missing: Vec<_> = words.iter().filter(|word| refusal(word) == unknown).collect();
        for word in missing {
            self.findings.differences.insert(format!("lacks word {word} of {name}"));
        }
    }

    /// Notes a difference when the wrong value is not refused; tells whether there was anything to learn.
    fn expect_refusal(&mut self, rule: &str, path: &[Step], described: &Reference, wrong: Value) -> bool {
        let right = sample(self.model, described);
        let broken = self.answer(path, wrong);
        if is_invalid(&self.answer(path, right)) {
            // Constraints come before most else, so the refusal of the request around one still tells of it.
            let is_told = tells_constraint(&broken);
            self.findings.probed += usize::from(is_told);
            self.findings.unprobed += usize::from(!is_told);
            return is_told;
        }
        self.findings.probed += 1;
        if is_invalid(&broken) {
            return true;
        }
        let operation = self.operation;
        self.findings
            .differences
            .insert(format!("{operation} lacks the rule: {rule}"));
        false
    }

    /// What the base answers with a value at a place.
    fn answer(&self, path: &[Step], value: Value) -> Result<(), ApiError> {
        let mut request = self.base.clone();
        let input = &self.model.operations[self.operation.name()].input;
        if let Some(input) = input {
            place(self.model, &mut request, input, path, value);
        }
        ask(self.operation, &request)
    }
}

/// Whether a request was found invalid by its shape or its rules, as opposed to not finding what it names.
fn is_invalid(answer: &Result<(), ApiError>) -> bool {
    matches!(answer, Err(error) if matches!(error.kind(), ErrorKind::Validation | ErrorKind::Serialization))
}

/// Whether a request was refused in the words of a constraint.
fn tells_constraint(answer: &Result<(), ApiError>) -> bool {
    matches!(answer, Err(error) if error.message().contains("failed to satisfy constraint: "))
}

/// Puts a value at a place inside a request, and what must be around it.
fn place(model: &ServiceModel, into: &mut Value, described: &Reference, path: &[Step], value: Value) {
    let Some((step, rest)) = path.split_first() else {
        *into = value;
        return;
    };
    let shape = model.shape(described);
    let (slot, inner) = match step {
        Step::Member(name) => {
            let inner = &shape.members[name];
            if into.get(name).is_none() {
                into[name] = sample(model, inner);
            }
            (&mut into[name], inner)
        }
        Step::Element => {
            let Some(inner) = &shape.member else { return };
            if !into.is_array() || into[0].is_null() {
                *into = json!([sample(model, inner)]);
            }
            (&mut into[0], inner)
        }
        Step::Entry => {
            let Some(inner) = &shape.value else { return };
            let Some(slot) = into.as_object_mut().and_then(|entries| entries.values_mut().next()) else {
                return;
            };
            (slot, inner)
        }
    };
    place(model, slot, inner, rest, value);
}

/// A value of a shape that breaks none of its constraints.
fn sample(model: &ServiceModel, described: &Reference) -> Value {
    let shape = model.shape(described);
    match shape.kind.as_str() {
        "string" => json!(sample_text(model, described)),
        "integer" | "long" => json!(shape.min.unwrap_or(1).max(1)),
        "double" => json!(1.0),
        "boolean" => json!(true),
        "timestamp" => json!(0),
        "blob" => json!("AA=="),
        "list" => shape.member.iter().map(|member| sample(model, member)).collect(),
        "map" => {
            let value = shape.value.as_ref().map(|value| sample(model, value));
            json!({ "entry": value })
        }
        _ if described.shape == "AttributeValue" => json!({ "S": "a" }),
        _ => {
            let members = shape
                .required
                .iter()
                .map(|name| (name.clone(), sample(model, &shape.members[name])));
            Value::Object(members.collect())
        }
    }
}

fn sample_text(model: &ServiceModel, described: &Reference) -> String {
    let shape = model.shape(described);
    let name = &described.shape;
    match shape.words.first() {
        Some(word) => word.clone(),
        None if name == "ResourceArnString" => "arn:aws:dynamodb:us-east-1:000000000000:table/no-such-table".to_owned(),
        None if name.ends_with("Name") || name == "TableArn" => "no-such-table".to_owned(),
        None if name.ends_with("Expression") => "abc".to_owned(),
        None => "a".repeat(usize::try_from(shape.min.unwrap_or(3).max(3)).unwrap_or(3)),
    }
}
