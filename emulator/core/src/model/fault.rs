//! What can be wrong with an attribute value that a client sent.
//!
//! The decoder reads on past a wrong value and records a [`Fault`], since the service reports it only after other checks; each operation
//! asks for the faults of a stage when that stage comes. The words differ between the service's two validation layers
//! (observed-validation.md §1b, §5–§8). A fault does not know the operation.

use std::collections::HashSet;
use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use smol_str::SmolStr;

use super::clipped::{Clipped, Joined};
use super::number::{ExponentRange, Number, NumberFault};
use super::value::ValueType;

/// Values that nest deeper than this send the whole request to the older layer, which words their depth differently
/// (observed-validation.md §1a, §7).
pub const CURRENT_LAYER_DEPTH_MAX: usize = 63;

/// Which of the service's two live validation layers words an answer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Layer {
    /// The newer layer, which most operations run.
    #[default]
    Current,
    /// The older layer: batch writes, transactions, PartiQL, and requests that fall back to it.
    Older,
}

/// When an operation reports a fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// While values are read: no type, several types.
    Reading,
    /// Empty attribute names.
    Name,
    /// `{"NULL": false}`.
    NullFalse,
    /// Sets and numbers.
    Content,
    /// Nesting.
    Depth,
}

/// What is wrong with one value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FaultKind {
    /// No type at all.
    NoType,
    /// Several types.
    ManyTypes,
    /// A type that the service knows and does not offer.
    UnsupportedType,
    /// A NULL that reads as false.
    NullFalse,
    /// A number that cannot be stored, and its text.
    Number(NumberFault, SmolStr),
    /// An empty set of this type.
    EmptySet(ValueType),
    /// A set of this type with a null among its members.
    NullMember(ValueType),
    /// A set of this type with equal members, as they were sent.
    Duplicates(ValueType, Vec<SmolStr>),
    /// An attribute without a name.
    EmptyName,
    /// An attribute whose name has more than 65,535 bytes.
    LongName,
    /// Nested this deep, which is beyond 32.
    Deep(usize),
}

/// Something wrong with a value, and which top-level attribute it is in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The top-level attribute (or `:value` placeholder) that the fault is in.
    pub key: SmolStr,
    /// What is wrong.
    pub kind: FaultKind,
    /// When it is reported.
    pub stage: Stage,
    /// Whether it stood in a value of a spelling that belongs to the older layer, which also takes the envelope away.
    pub coerced: bool,
}

/// The faults of a map of values in the order of the text; empty for a valid one, which costs no allocation.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[expect(clippy::box_collection, reason = "a valid map pays 8 bytes for this, not 24")]
pub struct Faults(Option<Box<Vec<Fault>>>);

impl Faults {
    /// Records a fault of the attribute whose faults begin at a place, unless it has one of the stage already: the first is told, and a list
    /// can have millions.
    pub(super) fn push(&mut self, fault: Fault, of_attribute: usize) {
        let faults = self.0.get_or_insert_default();
        if faults[of_attribute..].iter().all(|known| known.stage != fault.stage) {
            faults.push(fault);
        }
    }

    /// The first fault of a stage.
    #[must_use]
    pub fn first(&self, stage: Stage) -> Option<&Fault> {
        self.iter().find(|fault| fault.stage == stage)
    }

    /// All faults in the order of the text.
    pub fn iter(&self) -> impl Iterator<Item = &Fault> {
        self.0.iter().flat_map(|faults| faults.iter())
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.as_ref().map_or(0, |faults| faults.len())
    }

    /// Lets the faults from a place on be those of the attribute with this name.
    pub(super) fn belong_to(&mut self, key: &str, from: usize) {
        for fault in self.0.iter_mut().flat_map(|faults| faults.iter_mut()).skip(from) {
            fault.key = key.into();
        }
    }

    /// Whether nothing is wrong.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_none()
    }
}

impl FaultKind {
    /// What is wrong with the name of an attribute.
    #[must_use]
    pub fn of_name(name: &str) -> Option<Self> {
        const NAME_BYTES_MAX: usize = 65_535;
        match name.len() {
            0 => Some(Self::EmptyName),
            1..=NAME_BYTES_MAX => None,
            _ => Some(Self::LongName),
        }
    }

    /// The service's words for this fault, without any envelope.
    #[must_use]
    pub fn text(&self, layer: Layer) -> String {
        const INVALID: &str = "One or more parameter values were invalid: ";
        match self {
            Self::NoType => "Supplied AttributeValue is empty, must contain exactly one of the supported datatypes".to_owned(),
            Self::ManyTypes => {
                "Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes".to_owned()
            }
            Self::UnsupportedType => "This type mapping is not supported".to_owned(),
            Self::NullFalse => format!("{INVALID}Null attribute value types must have the value of true"),
            Self::Number(fault, text) => number_text(*fault, text, layer),
            Self::EmptySet(ValueType::Bs) => format!("{INVALID}Binary sets should not be empty"),
            Self::EmptySet(ValueType::Ns) => format!("{INVALID}An number set  may not be empty"),
            Self::EmptySet(_) => format!("{INVALID}An string set  may not be empty"),
            Self::NullMember(ValueType::Bs) => format!("{INVALID}Binary sets may not contain null or empty values"),
            Self::NullMember(ValueType::Ns) => format!("{INVALID}Numeric sets may not contain null"),
            Self::NullMember(_) => format!("{INVALID}An string set may not have a null string as a member"),
            Self::Duplicates(ValueType::Ns, _) => match layer {
                Layer::Current => format!("{INVALID}Input collection contains duplicates."),
                Layer::Older => "Input collection contains duplicates".to_owned(),
            },
            Self::Duplicates(ValueType::Bs, sent) => {
                let sent = listed(sent, layer, ",", |member| STANDARD.decode(member).unwrap_or_default());
                format!("{INVALID}Input collection [{sent}]of type BS contains duplicates.")
            }
            Self::Duplicates(_, sent) => {
                let sent = listed(sent, layer, ", ", |member| member.as_bytes().to_vec());
                format!("{INVALID}Input collection [{sent}] contains duplicates.")
            }
            Self::EmptyName => "Empty attribute name".to_owned(),
            Self::LongName => "Attribute name is too large, must be less than 65536 bytes".to_owned(),
            Self::Deep(_) => "Nesting Levels have exceeded supported limits: Attributes in the item have nested levels beyond supported limit".to_owned(),
        }
    }
}

impl fmt::Display for FaultKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text(Layer::Current))
    }
}

/// The older layer reads exponents in a narrower range, so it may find another fault first.
fn number_text(fault: NumberFault, text: &str, layer: Layer) -> String {
    let fault = match layer {
        Layer::Current => fault,
        Layer::Older => Number::parse_within(text, ExponentRange::BigDecimal)
            .err()
            .unwrap_or(fault),
    };
    match (fault, layer) {
        (NumberFault::NotANumber, Layer::Older) if text.is_empty() => fault.to_string(),
        (NumberFault::NotANumber, _) => format!("{fault}: {}", Clipped::echo(text)),
        _ => fault.to_string(),
    }
}

/// The members of a set with duplicates. The current layer lists them JSON-quoted: those before the first repeat sorted by bytes, then the
/// repeat, then the rest as sent.
fn listed(sent: &[SmolStr], layer: Layer, separator: &str, bytes: impl Fn(&SmolStr) -> Vec<u8>) -> String {
    match layer {
        Layer::Older => Clipped::echo(Joined(sent.iter(), ", ")).to_string(),
        Layer::Current => {
            let mut seen = HashSet::with_capacity(sent.len());
            let repeat = sent.iter().position(|member| !seen.insert(member));
            let repeat = repeat.unwrap_or(sent.len());
            let mut members: Vec<&SmolStr> = sent[..repeat].iter().collect();
            members.sort_by_cached_key(|member| bytes(member));
            members.extend(&sent[repeat..]);
            let quoted = members.iter().map(|member| super::json::to_text(*member));
            Clipped::echo(Joined(quoted, separator)).to_string()
        }
    }
}
