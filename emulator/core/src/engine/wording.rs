//! How each operation wraps the refusal of a request's shape and values.
//!
//! The same fault is worded in three ways: behind the envelope of the validation framework on the single-item writes, bare elsewhere, and with
//! the placeholder's name in some places (observed-validation.md §1c, §5, §7, §8). This page decides that in one place; it
//! does not know when a check comes.

use std::fmt;

use crate::expression::{ExpressionError, ExpressionKind};
use crate::model::fault::{CURRENT_LAYER_DEPTH_MAX, Fault, FaultKind, Faults, Stage};
use crate::model::json::Text;
use crate::model::value::DEPTH_MAX;
use crate::model::wire::Attributes;
use crate::model::{ApiError, Layer};

/// How refusals of most requests about backups, transfers and what is beside tables begin.
pub(crate) const INVALID_REQUEST: &str = "Invalid Request: ";

/// A token that no page of a list ended with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ForeignToken(pub(crate) Text);

impl fmt::Display for ForeignToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{INVALID_REQUEST}Provided nextToken is invalid: {}", self.0)
    }
}

impl From<ForeignToken> for ApiError {
    fn from(error: ForeignToken) -> Self {
        Self::validation(error)
    }
}

/// The operation that words a refusal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Surface {
    PutItem,
    UpdateItem,
    DeleteItem,
    GetItem,
    Query,
    Scan,
    BatchGetItem,
    BatchWriteItem,
    TransactWriteItems,
    TransactGetItems,
    SearchVectors,
    ExecuteStatement,
}

/// The way in which one request's refusals are worded.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Wording {
    surface: Surface,
    layer: Layer,
}

impl Wording {
    pub(crate) fn new(surface: Surface, layer: Layer) -> Self {
        Self { surface, layer }
    }

    pub(crate) fn layer(&self) -> Layer {
        self.layer
    }

    /// A refusal of the request's shape: enveloped on the single-item writes, bare elsewhere.
    pub(crate) fn shape(&self, text: impl std::fmt::Display) -> ApiError {
        let error = ApiError::validation(text);
        if self.is_enveloping() { error.enveloped() } else { error }
    }

    /// A refusal of an expression or of what stands in for one.
    pub(crate) fn expression(&self, error: ExpressionError) -> ApiError {
        if let Some((_, size)) = error.size_exceeded().filter(|(kind, _)| self.tells_size(*kind)) {
            return ApiError::validation(format_args!("{error} expression size: {size}"));
        }
        if error.is_enveloped() {
            self.shape(error)
        } else {
            error.into()
        }
    }

    /// The older layer tells how long a filter of Scan or a condition of a transaction is that is too long.
    fn tells_size(&self, kind: ExpressionKind) -> bool {
        self.layer == Layer::Older
            && matches!(
                (self.surface, kind),
                (Surface::Scan, _) | (Surface::TransactWriteItems, ExpressionKind::Condition)
            )
    }

    fn is_enveloping(&self) -> bool {
        self.layer == Layer::Current
            && matches!(
                self.surface,
                Surface::PutItem | Surface::UpdateItem | Surface::DeleteItem
            )
    }

    /// Reports the first fault of a stage in an item, a key or another map of attributes.
    pub(crate) fn check(&self, stage: Stage, faults: &Faults) -> Result<(), ApiError> {
        faults.first(stage).map_or(Ok(()), |fault| Err(self.refuse(fault)))
    }

    /// Reports the first fault of each of these stages in turn.
    pub(crate) fn check_stages(&self, stages: &[Stage], faults: &Faults) -> Result<(), ApiError> {
        if faults.is_empty() {
            return Ok(());
        }
        stages.iter().try_for_each(|stage| self.check(*stage, faults))
    }

    /// Reports the first fault of each of these stages in turn in a value of a legacy condition; in a filter of Scan it may be one level deeper
    /// than what can be stored, for it is compared only.
    pub(crate) fn check_argument(&self, stages: &[Stage], faults: &Faults) -> Result<(), ApiError> {
        let is_compared = |fault: &Fault| self.surface == Surface::Scan && fault.kind == FaultKind::Deep(DEPTH_MAX + 1);
        let first = |stage: &Stage| faults.iter().find(|fault| fault.stage == *stage && !is_compared(fault));
        stages
            .iter()
            .find_map(first)
            .map_or(Ok(()), |fault| Err(self.refuse(fault)))
    }

    /// Reports the first fault of a key, depth and names apart: on the single-item writes an empty set stays bare there.
    pub(crate) fn check_key(&self, faults: &Faults) -> Result<(), ApiError> {
        match faults.first(Stage::Content) {
            Some(fault) if matches!(fault.kind, FaultKind::EmptySet(_)) => {
                Err(ApiError::validation(fault.kind.text(self.layer)))
            }
            Some(fault) => Err(self.refuse(fault)),
            None => Ok(()),
        }
    }

    fn refuse(&self, fault: &Fault) -> ApiError {
        let text = fault.kind.text(self.layer);
        let is_bare = match fault.kind {
            FaultKind::NoType | FaultKind::ManyTypes => true,
            FaultKind::Deep(depth) => depth > CURRENT_LAYER_DEPTH_MAX,
            _ => fault.coerced,
        };
        if is_bare {
            ApiError::validation(text)
        } else {
            self.shape(text)
        }
    }

    /// Reports the first fault among the values of placeholders, empty names apart.
    pub(crate) fn check_values(&self, values: Option<&Attributes>) -> Result<(), ApiError> {
        let Some(values) = values else {
            return Ok(());
        };
        [Stage::Reading, Stage::NullFalse, Stage::Content, Stage::Depth]
            .into_iter()
            .find_map(|stage| {
                values
                    .faults
                    .iter()
                    .find(|fault| fault.stage == stage && !self.tolerates(fault))
            })
            .map_or(Ok(()), |fault| Err(self.refuse_value(fault)))
    }

    /// The older layer lets values of placeholders be one level deeper than what can be stored, for they may be compared only.
    fn tolerates(&self, fault: &Fault) -> bool {
        self.layer == Layer::Older && fault.kind == FaultKind::Deep(DEPTH_MAX + 1)
    }

    /// Reports the first empty name inside the values of placeholders.
    pub(crate) fn check_value_names(&self, values: Option<&Attributes>) -> Result<(), ApiError> {
        let fault = values.and_then(|values| values.faults.first(Stage::Name));
        fault.map_or(Ok(()), |fault| Err(self.refuse_value(fault)))
    }

    /// Reports the first fault of these stages in turn among the values of placeholders, by the order of their names: as transactions do,
    /// which let a value be one level deeper than an item's, since it may only be compared.
    pub(crate) fn check_values_by_name(&self, stages: &[Stage], values: Option<&Attributes>) -> Result<(), ApiError> {
        let Some(values) = values else {
            return Ok(());
        };
        let first = |stage: &Stage| {
            let faults = values
                .faults
                .iter()
                .filter(|fault| fault.stage == *stage && !self.tolerates(fault));
            faults.min_by(|a, b| a.key.cmp(&b.key))
        };
        stages
            .iter()
            .find_map(first)
            .map_or(Ok(()), |fault| Err(self.refuse_value(fault)))
    }

    fn refuse_value(&self, fault: &Fault) -> ApiError {
        let text = fault.kind.text(self.layer);
        let named = format!(
            "ExpressionAttributeValues contains invalid value: {text} for key {}",
            fault.key
        );
        match (self.naming(fault), fault.kind.clone()) {
            (Naming::Named, FaultKind::EmptySet(_)) if fault.stage == Stage::Content => self.shape(named),
            (Naming::Named, _) => ApiError::validation(named),
            (Naming::Unnamed, _) => self.refuse(fault),
        }
    }

    /// Whether a fault among placeholder values names its placeholder.
    fn naming(&self, fault: &Fault) -> Naming {
        let is_old_null = fault.kind == FaultKind::NullFalse && fault.coerced;
        let named = match (&fault.kind, self.surface) {
            (_, Surface::TransactWriteItems) => true,
            (_, Surface::SearchVectors) => false,
            (FaultKind::Deep(depth), _) => *depth > CURRENT_LAYER_DEPTH_MAX || self.layer == Layer::Older,
            (FaultKind::EmptyName, _) => self.layer == Layer::Older,
            (FaultKind::EmptySet(_), _) if fault.stage == Stage::Content => true,
            (_, Surface::UpdateItem) => fault.coerced || self.layer == Layer::Older,
            (FaultKind::NoType | FaultKind::ManyTypes, Surface::DeleteItem) => true,
            (FaultKind::NoType, Surface::Query) => true,
            (FaultKind::Number(..) | FaultKind::Duplicates(..), _) => self.layer == Layer::Older,
            (_, Surface::DeleteItem | Surface::Query) => is_old_null,
            _ => false,
        };
        if named { Naming::Named } else { Naming::Unnamed }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Naming {
    Named,
    Unnamed,
}
