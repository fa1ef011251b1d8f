//! The parameters of a request against each other, and the placeholder maps by themselves (observed-validation.md §11).

use std::fmt;

use smol_str::SmolStr;

use super::super::error::{ExpressionError, ExpressionKind};
use super::{Placeholders, Table};
use crate::model::Layer;
use crate::model::clipped::{Clipped, Joined};
use crate::model::json::Text;

/// The most bytes of a placeholder, its sigil included.
const PLACEHOLDER_BYTES_MAX: usize = 255;
/// The most bytes of a map, and of both together: placeholders and what they stand for.
const MAPS_BYTES_MAX: usize = 2 << 20;

/// One of the two placeholder maps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PlaceholderMap {
    /// `ExpressionAttributeNames`.
    Names,
    /// `ExpressionAttributeValues`.
    Values,
}

impl PlaceholderMap {
    /// The parameter's name.
    #[must_use]
    pub fn parameter(self) -> &'static str {
        match self {
            Self::Names => "ExpressionAttributeNames",
            Self::Values => "ExpressionAttributeValues",
        }
    }

    fn sigil(self) -> char {
        match self {
            Self::Names => '#',
            Self::Values => ':',
        }
    }

    fn check_keys<'k>(self, mut keys: impl Iterator<Item = &'k Text>) -> Result<(), PlaceholderError> {
        let is_well_formed = |key: &str| {
            key.strip_prefix(self.sigil()).is_some_and(|name| {
                !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
            })
        };
        keys.try_for_each(|key| match key {
            key if key.is_empty() => Err(PlaceholderError::EmptyKey(self)),
            key if key.len() > PLACEHOLDER_BYTES_MAX => Err(PlaceholderError::LongKey(self, key.len())),
            key if !is_well_formed(key) => Err(PlaceholderError::Key(self, key.clone())),
            _ => Ok(()),
        })
    }
}

impl fmt::Display for PlaceholderMap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.parameter())
    }
}

/// A parameter of a time before expressions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LegacyParameter {
    /// `AttributesToGet`.
    AttributesToGet,
    /// `AttributeUpdates`.
    AttributeUpdates,
    /// `Expected`.
    Expected,
    /// `QueryFilter`.
    QueryFilter,
    /// `ScanFilter`.
    ScanFilter,
    /// `ConditionalOperator`.
    ConditionalOperator,
    /// `KeyConditions`.
    KeyConditions,
}

impl LegacyParameter {
    /// The parameter's name.
    #[must_use]
    pub fn parameter(self) -> &'static str {
        match self {
            Self::AttributesToGet => "AttributesToGet",
            Self::AttributeUpdates => "AttributeUpdates",
            Self::Expected => "Expected",
            Self::QueryFilter => "QueryFilter",
            Self::ScanFilter => "ScanFilter",
            Self::ConditionalOperator => "ConditionalOperator",
            Self::KeyConditions => "KeyConditions",
        }
    }

    /// The parameter's name as the violated constraints of its members begin.
    pub(in super::super) fn member(self) -> &'static str {
        match self {
            Self::AttributesToGet => "attributesToGet",
            Self::AttributeUpdates => "attributeUpdates",
            Self::Expected => "expected",
            Self::QueryFilter => "queryFilter",
            Self::ScanFilter => "scanFilter",
            Self::ConditionalOperator => "conditionalOperator",
            Self::KeyConditions => "keyConditions",
        }
    }
}

/// Which of an operation's legacy and expression parameters a request carries.
///
/// Both lists name all parameters that the operation has, in the order in which the service lists them (observed-validation.md §11).
#[derive(Clone, Copy, Debug)]
pub struct Parameters<'a> {
    /// The legacy parameters.
    pub legacy: &'a [(LegacyParameter, bool)],
    /// The expressions.
    pub expressions: &'a [(ExpressionKind, bool)],
    /// Which layer words a refusal.
    pub layer: Layer,
}

impl Parameters<'_> {
    /// Checks the parameters against each other and the placeholder maps by themselves: mixing, maps without an expression, empty maps, keys,
    /// sizes. What is wrong with the values behind the keys is not looked at.
    ///
    /// # Errors
    /// The first refusal in the service's order.
    pub fn check(&self, placeholders: &Placeholders<'_>) -> Result<(), ExpressionError> {
        self.check_mixing()?;
        self.check_alone(placeholders)?;
        placeholders.check_maps()
    }

    /// The same without legacy parameters, for SearchVectors, which looks at the maps first.
    ///
    /// # Errors
    /// The first refusal in that order.
    pub fn check_of_search(&self, placeholders: &Placeholders<'_>) -> Result<(), ExpressionError> {
        let Placeholders { names, values } = placeholders;
        check_not_empty(PlaceholderMap::Names, names)?;
        check_not_empty(PlaceholderMap::Values, values)?;
        placeholders.check_maps()?;
        self.check_alone(placeholders)
    }

    fn check_alone(&self, Placeholders { names, values }: &Placeholders<'_>) -> Result<(), ExpressionError> {
        if names.is_present() && self.expressions.iter().all(|(_, is_present)| !is_present) {
            return Err(PlaceholderError::NamesAlone.into());
        }
        let users: Vec<_> = self
            .expressions
            .iter()
            .filter(|(kind, _)| kind.takes_values())
            .collect();
        if values.is_present() && users.iter().all(|(_, is_present)| !is_present) {
            let missing = users.into_iter().map(|(kind, _)| *kind).collect();
            return Err(PlaceholderError::ValuesAlone(missing, self.layer).into());
        }
        Ok(())
    }

    fn check_mixing(&self) -> Result<(), ExpressionError> {
        let legacy: Vec<_> = self.legacy.iter().filter(|(_, is_present)| *is_present).collect();
        let expressions: Vec<_> = self.expressions.iter().filter(|(_, is_present)| *is_present).collect();
        if legacy.is_empty() || expressions.is_empty() {
            return Ok(());
        }
        Err(PlaceholderError::Mixing {
            legacy: legacy.into_iter().map(|(parameter, _)| *parameter).collect(),
            expressions: expressions.into_iter().map(|(kind, _)| *kind).collect(),
        }
        .into())
    }
}

impl Placeholders<'_> {
    /// Checks the maps by themselves: empty maps, keys, sizes. What is wrong with the values behind the keys is not looked at.
    ///
    /// # Errors
    /// The first refusal in the service's order.
    pub fn check_maps(&self) -> Result<(), ExpressionError> {
        check_map(PlaceholderMap::Names, &self.names)?;
        check_map(PlaceholderMap::Values, &self.values)?;
        check_sizes(self)
    }
}

fn check_not_empty<T>(map: PlaceholderMap, table: &Table<'_, T>) -> Result<(), ExpressionError> {
    if table.is_present() && table.entries().is_empty() {
        return Err(PlaceholderError::Empty(map).into());
    }
    Ok(())
}

fn check_map<T>(map: PlaceholderMap, table: &Table<'_, T>) -> Result<(), ExpressionError> {
    check_not_empty(map, table)?;
    Ok(map.check_keys(table.entries().iter().map(|(key, _)| *key))?)
}

fn check_sizes(Placeholders { names, values }: &Placeholders<'_>) -> Result<(), ExpressionError> {
    let names = names
        .entries()
        .iter()
        .map(|(key, name)| key.len() + name.len())
        .sum::<usize>();
    let values = values.entries().iter();
    let values = values.map(|(key, value)| key.len() + value.size_bytes()).sum::<usize>();
    if names > MAPS_BYTES_MAX {
        return Err(PlaceholderError::LargeMap(PlaceholderMap::Names).into());
    }
    if values > MAPS_BYTES_MAX {
        return Err(PlaceholderError::LargeMap(PlaceholderMap::Values).into());
    }
    if names + values > MAPS_BYTES_MAX {
        return Err(PlaceholderError::LargeMaps.into());
    }
    Ok(())
}

/// What is wrong with the placeholder maps of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PlaceholderError {
    /// Legacy parameters and expressions in one request.
    Mixing {
        /// The legacy parameters of the request.
        legacy: Vec<LegacyParameter>,
        /// Its expressions.
        expressions: Vec<ExpressionKind>,
    },
    /// Names without any expression.
    NamesAlone,
    /// Values without any of the expressions that take values. The older layer names these, the current one does so on reads.
    ValuesAlone(Vec<ExpressionKind>, Layer),
    /// A map without entries.
    Empty(PlaceholderMap),
    /// A key that is no placeholder.
    Key(PlaceholderMap, SmolStr),
    /// A key without a byte.
    EmptyKey(PlaceholderMap),
    /// A key that has so many bytes, which is too many.
    LongKey(PlaceholderMap, usize),
    /// A placeholder that stands for the empty name.
    EmptyName(SmolStr),
    /// A map that is too large.
    LargeMap(PlaceholderMap),
    /// Maps that are too large together.
    LargeMaps,
    /// Placeholders that no expression mentions.
    Unused(PlaceholderMap, Vec<SmolStr>),
}

impl PlaceholderError {
    /// Whether the single-item writes report it behind the prefix of the validation framework.
    #[must_use]
    pub fn is_enveloped(&self) -> bool {
        match self {
            Self::Key(map, key) => key.starts_with(map.sigil()) || !key.is_ascii(),
            Self::EmptyKey(_) => false,
            _ => true,
        }
    }
}

/// Names the expressions that placeholder values miss.
fn write_missing(f: &mut fmt::Formatter<'_>, missing: &[ExpressionKind], layer: Layer) -> fmt::Result {
    let is_read = missing.contains(&ExpressionKind::Filter);
    match (missing, layer) {
        ([], _) => Ok(()),
        ([only], Layer::Older) => write!(f, ": {only} is null"),
        (several, Layer::Older) => {
            let names: Vec<_> = several.iter().map(|kind| kind.parameter()).collect();
            write!(f, ": {} are null", names.join(" and "))
        }
        (several, Layer::Current) if is_read => {
            let nulls: Vec<_> = several.iter().map(|kind| format!("{kind} is null")).collect();
            write!(f, ": {}", nulls.join(" and "))
        }
        (_, Layer::Current) => Ok(()),
    }
}

impl fmt::Display for PlaceholderError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Mixing { legacy, expressions } => {
                let legacy: Vec<_> = legacy.iter().map(|parameter| parameter.parameter()).collect();
                let expressions: Vec<_> = expressions.iter().map(|kind| kind.parameter()).collect();
                write!(
                    f,
                    "Can not use both expression and non-expression parameters in the same request: \
                     Non-expression parameters: {{{}}} Expression parameters: {{{}}}",
                    legacy.join(", "),
                    expressions.join(", ")
                )
            }
            Self::NamesAlone => f.write_str("ExpressionAttributeNames can only be specified when using expressions"),
            Self::ValuesAlone(missing, layer) => {
                f.write_str("ExpressionAttributeValues can only be specified when using expressions")?;
                write_missing(f, missing, *layer)
            }
            Self::Empty(map) => write!(f, "{map} must not be empty"),
            Self::Key(map, key) => write!(
                f,
                "{map} contains invalid key: Syntax error; key: \"{}\"",
                Clipped::echo(key)
            ),
            Self::EmptyKey(map) => write!(
                f,
                "{map} contains invalid key: The expression attribute map contains an empty key;"
            ),
            Self::LongKey(map, size) => {
                write!(
                    f,
                    "{map} contains invalid key: The expression attribute map contains a key that is too long;"
                )?;
                match map {
                    PlaceholderMap::Names => write!(f, " size of key: {size}"),
                    PlaceholderMap::Values => Ok(()),
                }
            }
            Self::EmptyName(key) => write!(
                f,
                "ExpressionAttributeNames contains invalid value: Empty attribute name for key {key}"
            ),
            Self::LargeMap(map) => write!(f, "{map} exceeds max size"),
            Self::LargeMaps => {
                f.write_str("Combined size of ExpressionAttributeNames and ExpressionAttributeValues exceeds max size")
            }
            Self::Unused(map, keys) => write!(
                f,
                "Value provided in {map} unused in expressions: keys: {{{}}}",
                Clipped::echo(Joined(keys.iter(), ", "))
            ),
        }
    }
}
