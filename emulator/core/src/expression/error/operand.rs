//! What is wrong with the operands of operators and functions, and how the service shows values in such refusals.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use smol_str::SmolStr;

use super::super::ast::{ClauseKeyword, Comparator, Function, Sign};
use crate::model::json::to_text;
use crate::model::{Value, ValueType};

/// An operator or function, as refusals name it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OperatorName {
    /// A comparison.
    Comparator(Comparator),
    /// `BETWEEN`.
    Between,
    /// `IN`.
    In,
    /// A function.
    Function(Function),
    /// Plus or minus.
    Sign(Sign),
}

impl fmt::Display for OperatorName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Comparator(comparator) => comparator.text(),
            Self::Between => "BETWEEN",
            Self::In => "IN",
            Self::Function(function) => function.text(),
            Self::Sign(sign) => sign.text(),
        })
    }
}

/// What is wrong with the operands of an operator or function.
#[derive(Clone, Debug, PartialEq)]
pub enum OperandError {
    /// Too few or too many.
    Count(Function, usize),
    /// The first operand, a path written out here, comes again.
    NotDistinct(OperatorName, String),
    /// The first operand must be a path.
    PathRequired(Function),
    /// An operand has the wrong type.
    Type(OperatorName, ValueType),
    /// The type of `attribute_type` is not a constant.
    TypeNotConstant,
    /// No type has this name.
    TypeName(SmolStr),
    /// Too many candidates of IN.
    TooManyCandidates(usize),
    /// The bounds of BETWEEN have different types.
    BoundTypes(Value, Value),
    /// The lower bound of BETWEEN is above the upper.
    BoundOrder(Value, Value),
    /// ADD or DELETE cannot work with this type.
    Change(ClauseKeyword, ValueType),
}

impl fmt::Display for OperandError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const TYPE: &str = "Incorrect operand type for operator or function";
        match self {
            Self::Count(function, count) => write!(
                f,
                "Incorrect number of operands for operator or function; operator or function: {function}, number of operands: {count}"
            ),
            Self::NotDistinct(operator, path) => write!(
                f,
                "The first operand must be distinct from the remaining operands for this operator or function; \
                 operator: {operator}, first operand: {path}"
            ),
            Self::PathRequired(function) => write!(
                f,
                "Operator or function requires a document path; operator or function: {function}"
            ),
            Self::Type(operator, kind) => {
                write!(f, "{TYPE}; operator or function: {operator}, operand type: {kind}")
            }
            Self::TypeNotConstant => write!(
                f,
                "{TYPE}; operator or function: attribute_type, operand type: {{S,HDS,N,FS,BS,NULL,DOUBLE,NS,DECIMAL,SS,\
                 DECIMALSET,BOOL,HD,DICT,INTSET,M,L,B,FLOAT,INT,DOUBLESET}}"
            ),
            Self::TypeName(name) => write!(
                f,
                "Invalid attribute type name found; type: {name}, valid types: {{N,BS,L,B,NULL,M,S,SS,NS,BOOL}}"
            ),
            Self::TooManyCandidates(count) => write!(
                f,
                "The IN operator is provided with too many operands; number of operands: {count}"
            ),
            Self::BoundTypes(low, high) => write!(
                f,
                "The BETWEEN operator requires same data type for lower and upper bounds; {}",
                Bounds(low, high)
            ),
            Self::BoundOrder(low, high) => write!(
                f,
                "The BETWEEN operator requires upper bound to be greater than or equal to lower bound; {}",
                Bounds(low, high)
            ),
            Self::Change(keyword, kind) => write!(
                f,
                "{TYPE}; operator: {keyword}, operand type: {}, typeSet: ALLOWED_FOR_ADD_OPERAND",
                long_name(*kind)
            ),
        }
    }
}

/// The name that refusals of ADD and DELETE give a type.
fn long_name(kind: ValueType) -> &'static str {
    match kind {
        ValueType::S => "STRING",
        ValueType::N => "NUMBER",
        ValueType::B => "Binary",
        ValueType::L => "LIST",
        ValueType::M => "MAP",
        other => other.descriptor(),
    }
}

/// The bounds of BETWEEN as refusals show them.
struct Bounds<'a>(&'a Value, &'a Value);

impl fmt::Display for Bounds<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "lower bound operand: AttributeValue: {}, upper bound operand: AttributeValue: {}",
            Shown(self.0),
            Shown(self.1)
        )
    }
}

/// A value as the service prints it inside a refusal: `{S:a}`, binary in brackets.
struct Shown<'a>(&'a Value);

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{{{}:", self.0.kind())?;
        match self.0 {
            Value::S(text) => f.write_str(text)?,
            Value::N(number) => number.fmt(f)?,
            Value::Bool(value) => value.fmt(f)?,
            Value::Null => f.write_str("true")?,
            Value::B(bytes) => write!(f, "[{}]", STANDARD.encode(bytes))?,
            Value::Ss(set) => listed(f, set.iter())?,
            Value::Ns(set) => listed(f, set.iter())?,
            Value::Bs(set) => listed(f, set.iter().map(|bytes| STANDARD.encode(bytes)))?,
            Value::L(list) => listed(f, list.iter().map(Shown))?,
            Value::M(map) => f.write_str(&to_text(map))?,
        }
        f.write_str("}")
    }
}

fn listed<T: fmt::Display>(f: &mut fmt::Formatter<'_>, members: impl Iterator<Item = T>) -> fmt::Result {
    f.write_str("[")?;
    for (before, member) in members.enumerate() {
        write!(f, "{}{member}", if before > 0 { ", " } else { "" })?;
    }
    f.write_str("]")
}
