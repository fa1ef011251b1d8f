//! Rules as a test in another language sends them: JSON of the same power as in Rust, but for functions.
//!
//! Keys, items and replies are DynamoDB's JSON, read by the decoder of the protocol; expressions
//! have their values written in.

use std::num::NonZeroUsize;
use std::time::Duration;

use serde::Deserialize;
use serde_json::value::RawValue;
use stator_core::expression::{Condition, ExpressionKind, KeyCondition, Projection, Spelled, Update};
use stator_core::model::json::from_text;
use stator_core::model::wire::{Attributes, CancellationReason};
use stator_core::model::{ApiError, AttributeMap, CancellationCode, ErrorKind, Operation, Reply, ThrottlingReason};

use crate::layers::rules::{Chance, Effect, Loss, Matcher, Origin, PageEnd, Partial, Pattern, Rule, Times};

/// A rule as it is sent.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields, default)]
pub(super) struct RuleShape<'a> {
    name: Option<String>,
    origin: Option<String>,
    operations: Vec<String>,
    table: Option<String>,
    index: Option<String>,
    #[serde(borrow)]
    key: Option<&'a RawValue>,
    #[serde(borrow)]
    item: Option<&'a RawValue>,
    absent: Vec<String>,
    present: Vec<String>,
    key_condition: Option<String>,
    filter: Option<String>,
    condition: Option<String>,
    update: Option<String>,
    projection: Option<String>,
    consistent_read: Option<bool>,
    times: Option<TimesShape>,
    delay_ms: Option<u64>,
    probability: Option<f64>,
    seed: u64,
    sequence: Option<String>,
    #[serde(borrow)]
    effect: Option<EffectShape<'a>>,
}

/// How often: a number, or bounds.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(untagged)]
enum TimesShape {
    Exactly(u64),
    Between(Bounds),
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Bounds {
    #[serde(default)]
    min: u64,
    max: Option<u64>,
}

/// What happens: one member.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
enum EffectShape<'a> {
    #[serde(borrow)]
    Reply(&'a RawValue),
    Error(ErrorShape),
    LeaveUnprocessed(NonZeroUsize),
    LoseAnswer(LossShape),
    DropConnection(Yes),
    PageItems(NonZeroUsize),
    PageBytes(u64),
    StaleMs(u64),
    ContendMs(u64),
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
enum LossShape {
    Connection,
    Error,
}

/// The one value of a member that only says that something happens.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(try_from = "bool")]
struct Yes;

impl TryFrom<bool> for Yes {
    type Error = &'static str;

    fn try_from(is: bool) -> Result<Self, Self::Error> {
        is.then_some(Self).ok_or("leave it out rather than say false")
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields, default)]
struct ErrorShape {
    #[serde(rename = "type")]
    kind: String,
    message: Option<String>,
    throttling_reasons: Vec<ThrottlingShape>,
    cancellation_reasons: Vec<ReasonShape>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ThrottlingShape {
    reason: String,
    resource: String,
}

/// A code, or a code and its words.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum ReasonShape {
    Code(String),
    Worded { code: String, message: String },
}

impl RuleShape<'_> {
    /// Reads a rule.
    ///
    /// # Errors
    /// What is wrong with it, whatever tables there are.
    pub(super) fn read(text: &str) -> Result<Rule, String> {
        let shape: RuleShape<'_> = serde_json::from_str(text).map_err(|error| error.to_string())?;
        shape.rule()
    }

    fn rule(self) -> Result<Rule, String> {
        let operations = self
            .operations
            .iter()
            .map(|name| operation(name))
            .collect::<Result<Vec<_>, _>>()?;
        let effect = match self.effect {
            Some(effect) => effect.effect(&operations)?,
            None => Effect::PassOn,
        };
        let usual = if self.probability.is_some() {
            Times::ANY
        } else {
            Times::default()
        };
        let item = partial("item", self.item, &self.present, &self.absent)?;
        Ok(Rule {
            name: self.name.map(Into::into),
            origin: Origin::named(self.origin.unwrap_or_else(|| "the admin API".to_owned())),
            matcher: Matcher {
                operations,
                table: self.table.map(Into::into),
                index: self.index.map(Into::into),
                key: partial("key", self.key, &[], &[])?,
                item,
                key_condition: said(self.key_condition, |text| {
                    Spelled::normal::<KeyCondition>(text, ExpressionKind::KeyCondition)
                })?,
                filter: said(self.filter, |text| {
                    Spelled::normal::<Condition>(text, ExpressionKind::Filter)
                })?,
                condition: said(self.condition, |text| {
                    Spelled::normal::<Condition>(text, ExpressionKind::Condition)
                })?,
                update: said(self.update, |text| {
                    Spelled::normal::<Update>(text, ExpressionKind::Update)
                })?,
                projection: said(self.projection, |text| {
                    Spelled::normal::<Projection>(text, ExpressionKind::Projection)
                })?,
                consistent_read: self.consistent_read,
                predicate: None,
            },
            effect: Effect::PassOn,
            times: self.times.map_or(usual, TimesShape::times),
            delay: self.delay_ms.map(Duration::from_millis),
            chance: self.probability.map(|probability| Chance {
                probability,
                seed: self.seed,
            }),
            sequence: self.sequence.map(Into::into),
        }
        .with_effect(effect))
    }
}

fn operation(name: &str) -> Result<Operation, String> {
    Operation::from_name(name).ok_or_else(|| format!("there is no operation {name}"))
}

fn said<T>(text: Option<String>, read: impl FnOnce(&str) -> Result<T, String>) -> Result<Option<T>, String> {
    let tree = text.map(|text| read(&text).map_err(|reason| format!("{text} is no such expression: {reason}")));
    tree.transpose()
}

fn partial(
    field: &str,
    raw: Option<&RawValue>,
    present: &[String],
    absent: &[String],
) -> Result<Option<Partial>, String> {
    if raw.is_none() && present.is_empty() && absent.is_empty() {
        return Ok(None);
    }
    let map = raw.map_or(Ok(AttributeMap::default()), |raw| attributes(field, raw))?;
    let partial = present.iter().fold(Partial::from(map), |partial, name| {
        partial.with(name.as_str(), Pattern::Any)
    });
    Ok(Some(absent.iter().fold(partial, |partial, name| {
        partial.with(name.as_str(), Pattern::Absent)
    })))
}

pub(super) fn attributes(field: &str, raw: &RawValue) -> Result<AttributeMap, String> {
    let wrong = || format!("{field} is no map of DynamoDB's values, e.g. {{\"status\": {{\"S\": \"NEW\"}}}}");
    let attributes: Attributes = from_text(raw.get()).map_err(|_| wrong())?;
    if !attributes.faults.is_empty() {
        return Err(wrong());
    }
    Ok(attributes.map)
}

impl TimesShape {
    fn times(self) -> Times {
        match self {
            Self::Exactly(count) => Times::from(count),
            Self::Between(Bounds { min, max }) => Times { min, max },
        }
    }
}

impl EffectShape<'_> {
    fn effect(self, operations: &[Operation]) -> Result<Effect, String> {
        Ok(match self {
            Self::Reply(raw) => {
                let [operation] = operations else {
                    return Err("say of which one operation a request is answered".to_owned());
                };
                let reply = Reply::read(*operation, raw.get());
                let reply = reply.map_err(|_| format!("reply is no answer of {operation}"))?;
                Effect::Reply(Box::new(reply))
            }
            Self::Error(error) => Effect::Error(error.error()?),
            Self::LeaveUnprocessed(count) => Effect::LeaveUnprocessed(count),
            Self::LoseAnswer(LossShape::Connection) => Effect::LoseAnswer(Loss::Connection),
            Self::LoseAnswer(LossShape::Error) => Effect::LoseAnswer(Loss::ServerError),
            Self::DropConnection(Yes) => Effect::DropConnection,
            Self::PageItems(count) => Effect::EndPage(PageEnd::Items(count)),
            Self::PageBytes(bytes) => Effect::EndPage(PageEnd::Bytes(bytes)),
            Self::StaleMs(span) => Effect::Stale(Duration::from_millis(span)),
            Self::ContendMs(span) => Effect::Contend(Duration::from_millis(span)),
        })
    }
}

impl ErrorShape {
    fn error(self) -> Result<ApiError, String> {
        if !self.cancellation_reasons.is_empty() {
            let reasons = self.cancellation_reasons.into_iter().map(ReasonShape::reason);
            return Ok(ApiError::cancelled(reasons.collect::<Result<_, _>>()?));
        }
        let kind = ErrorKind::ALL.iter().copied().find(|kind| kind.name() == self.kind);
        let kind = kind.ok_or_else(|| format!("there is no error {}", self.kind))?;
        let error = match self.message {
            Some(message) => ApiError::new(kind, message),
            None => ApiError::usual(kind),
        };
        let reasons = self.throttling_reasons.into_iter().map(|shape| {
            ThrottlingReason::from_word(&shape.reason, shape.resource.into())
                .ok_or_else(|| format!("there is no reason {} for throttling", shape.reason))
        });
        Ok(error.with_throttling(reasons.collect::<Result<_, _>>()?))
    }
}

impl ReasonShape {
    fn reason(self) -> Result<CancellationReason, String> {
        let (code, message) = match self {
            Self::Code(code) => (code, None),
            Self::Worded { code, message } => (code, Some(message)),
        };
        let known = CancellationCode::ALL.iter().copied().find(|known| known.name() == code);
        match (known, message) {
            (None, _) => Err(format!("there is no reason {code} for a cancellation")),
            (Some(CancellationCode::None), _) => Ok(CancellationReason::none()),
            (Some(code), Some(message)) => Ok(CancellationReason::new(code, message)),
            (Some(code), None) => Ok(CancellationReason::usual(code)),
        }
    }
}
