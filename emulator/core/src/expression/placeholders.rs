//! The placeholder maps of a request: `ExpressionAttributeNames` and `ExpressionAttributeValues`.
//!
//! One [`Placeholders`] serves all expressions of a request. Binding an expression looks each of its distinct placeholders up once and
//! notes it as used. What is wrong with the maps themselves is told by [`Parameters::check`] before, and what was never used by
//! [`Placeholders::check_unused`] after; where these stand among an operation's other checks is the operation's business.

use std::cell::OnceCell;
use std::fmt;

use smol_str::SmolStr;

use super::ast::{Constant, Element, Mention, NameSlot, Path, Syntax, ValueSlot};
use super::error::{ExpressionError, ExpressionKind, Undefined};
use super::path::{DocumentPath, Step};
use crate::model::json::{Entries, Text};
use crate::model::wire::Attributes;
use crate::model::{Name, Value};

/// Maps of up to this many entries are searched from end to end.
const SCANNED_MAX: usize = 16;

/// The placeholder maps of one request and which of their entries its expressions use.
#[derive(Debug)]
pub struct Placeholders<'a> {
    names: Table<'a, Text>,
    values: Table<'a, Value>,
}

impl<'a> Placeholders<'a> {
    /// The maps as they were sent.
    #[must_use]
    pub fn new(names: Option<&'a Entries<Text>>, values: Option<&'a Attributes>) -> Self {
        Self {
            names: Table::new(names.map(|names| names.iter().collect())),
            values: Table::new(values.map(|values| values.map.iter().collect())),
        }
    }

    /// Looks up the placeholders of an expression, which thereby are used.
    pub(super) fn scope<T>(&mut self, syntax: &Syntax<T>) -> Scope<'a> {
        Scope {
            names: self.names.find_all(&syntax.names),
            values: self.values.find_all(&syntax.values),
        }
    }

    /// Refuses a placeholder that stands for the empty name; the service looks for empty names early (observed-expressions.md §14).
    ///
    /// # Errors
    /// When there is one.
    pub fn check_names_not_empty(&self) -> Result<(), ExpressionError> {
        match self.names.entries().iter().find(|(_, name)| name.is_empty()) {
            Some((key, _)) => Err(PlaceholderError::EmptyName((*key).clone()).into()),
            None => Ok(()),
        }
    }

    /// Refuses names, then values, that no expression which was bound mentions.
    ///
    /// # Errors
    /// When there is such a name or value.
    pub fn check_unused(&self) -> Result<(), ExpressionError> {
        let names = self.names.unused();
        if !names.is_empty() {
            return Err(PlaceholderError::Unused(PlaceholderMap::Names, names).into());
        }
        let values = self.values.unused();
        if !values.is_empty() {
            return Err(PlaceholderError::Unused(PlaceholderMap::Values, values).into());
        }
        Ok(())
    }
}

/// The entries of one map.
#[derive(Debug)]
struct Table<'a, T> {
    /// In the order of the map; `None` when the request has no such map.
    entries: Option<Vec<(&'a Text, &'a T)>>,
    used: Vec<bool>,
    /// The places of the entries, sorted by placeholder; made for large maps alone.
    sorted: OnceCell<Vec<usize>>,
}

impl<'a, T> Table<'a, T> {
    fn new(entries: Option<Vec<(&'a Text, &'a T)>>) -> Self {
        let used = vec![false; entries.as_ref().map_or(0, Vec::len)];
        Self {
            entries,
            used,
            sorted: OnceCell::new(),
        }
    }

    fn entries(&self) -> &[(&'a Text, &'a T)] {
        self.entries.as_deref().unwrap_or_default()
    }

    fn find_all(&mut self, mentions: &[Mention]) -> Box<[Bound<'a, T>]> {
        mentions
            .iter()
            .map(|mention| {
                let at = self.position(&mention.placeholder);
                if let Some(at) = at {
                    self.used[at] = true;
                }
                Bound {
                    mention: mention.clone(),
                    target: at.map(|at| self.entries()[at].1),
                }
            })
            .collect()
    }

    /// Where a placeholder is defined; of two definitions the later counts.
    fn position(&self, placeholder: &str) -> Option<usize> {
        let entries = self.entries();
        if entries.len() <= SCANNED_MAX {
            return entries.iter().rposition(|(key, _)| *key == placeholder);
        }
        let sorted = self.sorted.get_or_init(|| {
            let mut places: Vec<usize> = (0..entries.len()).collect();
            places.sort_by_key(|&at| entries[at].0);
            places
        });
        let after = sorted.partition_point(|&at| entries[at].0.as_str() <= placeholder);
        let at = sorted[after.checked_sub(1)?];
        (entries[at].0 == placeholder).then_some(at)
    }

    /// The placeholders that were never looked up, each once.
    fn unused(&self) -> Vec<SmolStr> {
        let entries = self.entries().iter().enumerate();
        entries
            .filter(|&(at, (key, _))| !self.used[at] && self.position(key) == Some(at))
            .map(|(_, (key, _))| (*key).clone())
            .collect()
    }
}

/// A placeholder of an expression and what the request defines it to be.
#[derive(Debug)]
struct Bound<'a, T> {
    mention: Mention,
    target: Option<&'a T>,
}

/// What the placeholders of one expression stand for in one request.
#[derive(Debug)]
pub struct Scope<'a> {
    names: Box<[Bound<'a, Text>]>,
    values: Box<[Bound<'a, Value>]>,
}

impl<'a> Scope<'a> {
    /// The scope of a tree without placeholders.
    pub(super) fn empty() -> Self {
        Self {
            names: Box::default(),
            values: Box::default(),
        }
    }

    /// The name that a placeholder stands for, or its own text when it is undefined.
    pub(super) fn name_or_placeholder(&self, slot: NameSlot) -> &str {
        let bound = &self.names[usize::from(slot.0)];
        bound.target.unwrap_or(&bound.mention.placeholder)
    }

    /// The value of a constant; `None` when its placeholder is undefined.
    pub(super) fn constant<'s>(&'s self, constant: &'s Constant) -> Option<&'s Value> {
        match constant {
            Constant::Literal(value) => Some(value),
            Constant::Placeholder(slot) => self.values[usize::from(slot.0)].target,
        }
    }

    /// The text of a value's placeholder.
    pub(super) fn placeholder(&self, slot: ValueSlot) -> &SmolStr {
        &self.values[usize::from(slot.0)].mention.placeholder
    }

    /// The first mention of an undefined name.
    pub(super) fn undefined_name(&self) -> Option<(u16, Undefined)> {
        let undefined = self.names.iter().find(|bound| bound.target.is_none())?;
        let mention = &undefined.mention;
        Some((mention.order, Undefined::Name(mention.placeholder.clone())))
    }

    /// The first mention of an undefined value.
    pub(super) fn undefined_value(&self) -> Option<(u16, Undefined)> {
        let undefined = self.values.iter().find(|bound| bound.target.is_none())?;
        let mention = &undefined.mention;
        Some((mention.order, Undefined::Value(mention.placeholder.clone())))
    }

    /// The path with its names in place.
    pub(super) fn path(&self, path: &Path) -> DocumentPath {
        let mut steps = path.elements().iter().map(|element| match element {
            Element::Index(index) => Step::Element(*index),
            Element::Name(name) => Step::Member(name.clone()),
            Element::Placeholder(slot) => Step::Member(Name::new(self.name_or_placeholder(*slot))),
        });
        let Some(Step::Member(head)) = steps.next() else {
            unreachable!("a path begins with a name")
        };
        DocumentPath {
            head,
            rest: steps.collect(),
        }
    }
}

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
        match keys.find(|key| !is_well_formed(key)) {
            Some(key) => Err(PlaceholderError::Key(self, key.clone())),
            None => Ok(()),
        }
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
    pub(super) fn member(self) -> &'static str {
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
}

impl Parameters<'_> {
    /// Checks the parameters against each other and the placeholder maps by themselves: mixing, maps without an expression, empty maps, keys.
    /// The values behind the keys are not looked at.
    ///
    /// # Errors
    /// The first refusal in the service's order.
    pub fn check(&self, placeholders: &Placeholders<'_>) -> Result<(), ExpressionError> {
        self.check_mixing()?;
        let names = &placeholders.names.entries;
        let values = &placeholders.values.entries;
        if names.is_some() && self.expressions.iter().all(|(_, is_present)| !is_present) {
            return Err(PlaceholderError::NamesAlone.into());
        }
        let mut users = self.expressions.iter().filter(|(kind, _)| kind.takes_values());
        if values.is_some() && users.all(|(_, is_present)| !is_present) {
            return Err(PlaceholderError::ValuesAlone(self.missing_of_reads()).into());
        }
        check_map(PlaceholderMap::Names, names)?;
        check_map(PlaceholderMap::Values, values)
    }

    /// Query and Scan name the expressions that the values miss, writes do not.
    fn missing_of_reads(&self) -> &'static [ExpressionKind] {
        let has = |wanted| self.expressions.iter().any(|(kind, _)| *kind == wanted);
        match (has(ExpressionKind::Filter), has(ExpressionKind::KeyCondition)) {
            (true, true) => &[ExpressionKind::Filter, ExpressionKind::KeyCondition],
            (true, false) => &[ExpressionKind::Filter],
            _ => &[],
        }
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

fn check_map<T>(map: PlaceholderMap, entries: &Option<Vec<(&Text, &T)>>) -> Result<(), ExpressionError> {
    match entries.as_deref() {
        Some([]) => Err(PlaceholderError::Empty(map).into()),
        Some(entries) => Ok(map.check_keys(entries.iter().map(|(key, _)| *key))?),
        None => Ok(()),
    }
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
    /// Values without any expression that takes values; Query and Scan name those.
    ValuesAlone(&'static [ExpressionKind]),
    /// A map without entries.
    Empty(PlaceholderMap),
    /// A key that is no placeholder.
    Key(PlaceholderMap, SmolStr),
    /// A placeholder that stands for the empty name.
    EmptyName(SmolStr),
    /// Placeholders that no expression mentions.
    Unused(PlaceholderMap, Vec<SmolStr>),
}

impl PlaceholderError {
    /// Whether the single-item writes report it behind the prefix of the validation framework.
    #[must_use]
    pub fn is_enveloped(&self) -> bool {
        match self {
            Self::Key(map, key) => key.starts_with(map.sigil()) || !key.is_ascii(),
            _ => true,
        }
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
            Self::ValuesAlone(missing) => {
                f.write_str("ExpressionAttributeValues can only be specified when using expressions")?;
                for (before, kind) in missing.iter().enumerate() {
                    write!(f, "{}{kind} is null", if before > 0 { " and " } else { ": " })?;
                }
                Ok(())
            }
            Self::Empty(map) => write!(f, "{map} must not be empty"),
            Self::Key(map, key) => write!(f, "{map} contains invalid key: Syntax error; key: \"{key}\""),
            Self::EmptyName(key) => write!(
                f,
                "ExpressionAttributeNames contains invalid value: Empty attribute name for key {key}"
            ),
            Self::Unused(map, keys) => write!(
                f,
                "Value provided in {map} unused in expressions: keys: {{{}}}",
                keys.join(", ")
            ),
        }
    }
}
