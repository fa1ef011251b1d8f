//! `Select`: what of the items a page returns (query-scan.md §4).

use super::page::{Output, Source};
use crate::engine::violations::{Violations, sets};
use crate::expression::Projection;
use crate::model::json::Text;
use crate::model::{ApiError, Layer};
use crate::store::{IndexKind, Projection as Projected};

/// The word of `Select`, once it is known to be one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Select {
    /// Left to the service: what is projected if there is a projection, else what the table or index holds.
    Default,
    AllAttributes,
    AllProjectedAttributes,
    SpecificAttributes,
    Count,
}

/// Which projection a request has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Projecting {
    Nothing,
    AttributesToGet,
    ProjectionExpression,
}

impl Select {
    /// Refuses a word that is none of the four.
    pub(super) fn check_word(word: Option<&Text>) -> Result<(), ApiError> {
        let mut violations = Violations::default();
        violations.echoed("select", word).one_of(sets::SELECT);
        violations.refuse()
    }

    pub(super) fn of(word: Option<&Text>) -> Self {
        match word.map(Text::as_str) {
            Some("ALL_ATTRIBUTES") => Self::AllAttributes,
            Some("ALL_PROJECTED_ATTRIBUTES") => Self::AllProjectedAttributes,
            Some("SPECIFIC_ATTRIBUTES") => Self::SpecificAttributes,
            Some("COUNT") => Self::Count,
            _ => Self::Default,
        }
    }

    /// Refuses a `Select` that contradicts the projection, or wants an index where there is none.
    pub(super) fn check_projecting(
        self,
        projecting: Projecting,
        has_index: bool,
        layer: Layer,
    ) -> Result<(), ApiError> {
        let refuse = |text: String| {
            Err(match layer {
                Layer::Current => ApiError::validation(text).enveloped(),
                Layer::Older => ApiError::validation(text),
            })
        };
        let target = match self {
            Self::Default => return Ok(()),
            Self::SpecificAttributes if projecting == Projecting::Nothing => {
                return refuse(
                    "Must specify the AttributesToGet or ProjectionExpression when choosing to get SPECIFIC_ATTRIBUTES"
                        .to_owned(),
                );
            }
            Self::SpecificAttributes => return Ok(()),
            Self::AllAttributes => "ALL_ATTRIBUTES",
            Self::AllProjectedAttributes => "ALL_PROJECTED_ATTRIBUTES",
            Self::Count => "only the Count",
        };
        let parameter = match projecting {
            Projecting::AttributesToGet => "AttributesToGet",
            Projecting::ProjectionExpression => "ProjectionExpression",
            Projecting::Nothing if self == Self::AllProjectedAttributes && !has_index => {
                return refuse("ALL_PROJECTED_ATTRIBUTES can be used only when Querying using an IndexName".to_owned());
            }
            Projecting::Nothing => return Ok(()),
        };
        refuse(format!("Cannot specify the {parameter} when choosing to get {target}"))
    }

    /// Refuses all attributes of a global index that holds only some.
    pub(super) fn check_index(self, source: &Source) -> Result<(), ApiError> {
        match source.index() {
            Some(index)
                if self == Self::AllAttributes
                    && index.kind == IndexKind::Global
                    && index.projection != Projected::All =>
            {
                Err(ApiError::validation(format!(
                    "One or more parameter values were invalid: Select type ALL_ATTRIBUTES is not supported for global secondary index {} \
                     because its projection type is not ALL",
                    index.name
                )))
            }
            _ => Ok(()),
        }
    }

    /// What the page returns of each item.
    pub(super) fn output(self, projection: Option<Projection>, source: &Source) -> Output {
        match (self, projection) {
            (Self::Count, _) => Output::Count,
            (_, Some(projection)) => Output::Paths(projection),
            (Self::AllAttributes, None) => Output::Whole,
            (_, None) if source.index().is_some() => Output::Held,
            (_, None) => Output::Whole,
        }
    }
}

/// Refuses a projection that names attributes which a global index does not hold.
pub(crate) fn check_projected(projection: Option<&Projection>, source: &Source) -> Result<(), ApiError> {
    let (Some(projection), Some(index)) = (projection, source.index()) else {
        return Ok(());
    };
    if index.kind == IndexKind::Local {
        return Ok(());
    }
    let missing: Vec<&str> = projection
        .attributes()
        .map(|name| name.as_str())
        .filter(|name| !index.holds(source.base_keys(), name))
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    Err(ApiError::validation(format!(
        "One or more parameter values were invalid: Global secondary index {} does not project [{}]",
        index.name,
        missing.join(", ")
    )))
}
