//! What the service refuses about expressions, in its words.
//!
//! Each kind of refusal has an enum whose `Display` is the wording; [`ExpressionError`] joins them and becomes an [`ApiError`] once. Whether the
//! single-item writes report a refusal behind the prefix of the validation framework is a property of its type
//! ([`ExpressionError::is_enveloped`], observed-validation.md §1c).

use std::fmt;
use std::sync::Arc;

use smol_str::SmolStr;

use super::ast::{ClauseKeyword, Comparator, Function, Sign};
use super::key_condition::KeyConditionError;
use super::legacy::LegacyError;
use super::placeholders::PlaceholderError;
use crate::model::json::to_text;
use crate::model::{ApiError, Value, ValueType};

/// Which parameter of a request an expression came in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ExpressionKind {
    /// `ConditionExpression`.
    Condition,
    /// `FilterExpression`.
    Filter,
    /// `KeyConditionExpression`.
    KeyCondition,
    /// `ProjectionExpression`.
    Projection,
    /// `UpdateExpression`.
    Update,
}

impl ExpressionKind {
    /// The parameter's name.
    #[must_use]
    pub fn parameter(self) -> &'static str {
        match self {
            Self::Condition => "ConditionExpression",
            Self::Filter => "FilterExpression",
            Self::KeyCondition => "KeyConditionExpression",
            Self::Projection => "ProjectionExpression",
            Self::Update => "UpdateExpression",
        }
    }

    /// Whether expressions of this kind may mention values.
    #[must_use]
    pub fn takes_values(self) -> bool {
        self != Self::Projection
    }

    /// Refuses an empty text; the service looks for those before it parses any expression of the request.
    ///
    /// # Errors
    /// When there is a text and it is empty.
    pub fn check_not_empty(self, text: Option<&str>) -> Result<(), ExpressionError> {
        match text {
            Some("") => Err(Problem::Syntax(Arc::new(SyntaxError::Empty)).within(self)),
            _ => Ok(()),
        }
    }
}

impl fmt::Display for ExpressionKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.parameter())
    }
}

/// Everything that can be wrong with a request's expressions before an item is looked at.
#[derive(Clone, Debug, PartialEq)]
pub enum ExpressionError {
    /// An expression is wrong.
    Invalid(ExpressionKind, Problem),
    /// The placeholder maps are wrong.
    Placeholder(PlaceholderError),
    /// A key condition does not have the form, or does not fit the key.
    KeyCondition(KeyConditionError),
    /// A legacy parameter is wrong.
    Legacy(LegacyError),
}

impl ExpressionError {
    /// Whether PutItem, UpdateItem and DeleteItem put it behind `1 validation error detected: `; all other operations report it bare.
    #[must_use]
    pub fn is_enveloped(&self) -> bool {
        match self {
            Self::Invalid(..) => true,
            Self::Placeholder(error) => error.is_enveloped(),
            Self::KeyCondition(_) => false,
            Self::Legacy(error) => error.is_enveloped(),
        }
    }

    /// The error as PutItem, UpdateItem and DeleteItem report it.
    #[must_use]
    pub fn of_single_item_write(self) -> ApiError {
        let enveloped = self.is_enveloped();
        let error = ApiError::from(self);
        if enveloped { error.enveloped() } else { error }
    }
}

impl fmt::Display for ExpressionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Invalid(kind, problem) => write!(f, "Invalid {kind}: {problem}"),
            Self::Placeholder(error) => error.fmt(f),
            Self::KeyCondition(error) => error.fmt(f),
            Self::Legacy(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for ExpressionError {}

impl From<ExpressionError> for ApiError {
    fn from(error: ExpressionError) -> Self {
        Self::validation(error)
    }
}

impl From<PlaceholderError> for ExpressionError {
    fn from(error: PlaceholderError) -> Self {
        Self::Placeholder(error)
    }
}

impl From<KeyConditionError> for ExpressionError {
    fn from(error: KeyConditionError) -> Self {
        Self::KeyCondition(error)
    }
}

impl From<LegacyError> for ExpressionError {
    fn from(error: LegacyError) -> Self {
        Self::Legacy(error)
    }
}

/// What is wrong with one expression.
#[derive(Clone, Debug, PartialEq)]
pub enum Problem {
    /// Its text; shared with the cache.
    Syntax(Arc<SyntaxError>),
    /// A placeholder that the request does not define.
    Undefined(Undefined),
    /// What an operator or function works on.
    Operand(OperandError),
    /// Two paths that do not go together.
    Clash(Clash),
}

impl Problem {
    /// The problem, found in an expression of this kind.
    #[must_use]
    pub fn within(self, kind: ExpressionKind) -> ExpressionError {
        ExpressionError::Invalid(kind, self)
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Syntax(error) => error.fmt(f),
            Self::Undefined(error) => error.fmt(f),
            Self::Operand(error) => error.fmt(f),
            Self::Clash(error) => error.fmt(f),
        }
    }
}

impl From<Undefined> for Problem {
    fn from(error: Undefined) -> Self {
        Self::Undefined(error)
    }
}

impl From<OperandError> for Problem {
    fn from(error: OperandError) -> Self {
        Self::Operand(error)
    }
}

impl From<Clash> for Problem {
    fn from(error: Clash) -> Self {
        Self::Clash(error)
    }
}

/// What is wrong with the text of an expression, whatever the placeholders stand for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SyntaxError {
    /// There is no text.
    Empty,
    /// The text is too long.
    Size,
    /// A parenthesised group holds nothing but another one.
    RedundantParentheses,
    /// Too many operators and functions.
    TooManyOperators(usize),
    /// A token stands where it may not.
    Unexpected {
        /// The token as written, or `<EOF>`.
        token: SmolStr,
        /// The text from the token before to the token after.
        near: SmolStr,
    },
    /// A clause of an update comes twice.
    RepeatedClause(ClauseKeyword),
    /// No function has this name.
    UnknownFunction(SmolStr),
    /// A function stands where it may not.
    MisplacedFunction(Function),
    /// An attribute's name is a reserved word.
    ReservedWord(SmolStr),
    /// A path has this many elements.
    PathTooDeep(usize),
}

impl fmt::Display for SyntaxError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("The expression can not be empty;"),
            Self::Size => f.write_str("Expression size has exceeded the maximum allowed size;"),
            Self::RedundantParentheses => f.write_str("The expression has redundant parentheses;"),
            Self::TooManyOperators(count) => {
                write!(f, "The expression contains too many operators; operator count: {count}")
            }
            Self::Unexpected { token, near } => write!(f, "Syntax error; token: \"{token}\", near: \"{near}\""),
            Self::RepeatedClause(keyword) => {
                write!(
                    f,
                    "The \"{keyword}\" section can only be used once in an update expression;"
                )
            }
            Self::UnknownFunction(name) => write!(f, "Invalid function name; function: {name}"),
            Self::MisplacedFunction(function) => write!(
                f,
                "The function is not allowed to be used this way in an expression; function: {function}"
            ),
            Self::ReservedWord(word) => {
                write!(f, "Attribute name is a reserved keyword; reserved keyword: {word}")
            }
            Self::PathTooDeep(levels) => write!(
                f,
                "The document path has too many nesting elements; nesting levels: {levels}"
            ),
        }
    }
}

/// A placeholder that an expression mentions and the request does not define.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Undefined {
    /// A `#name`.
    Name(SmolStr),
    /// A `:value`.
    Value(SmolStr),
}

impl fmt::Display for Undefined {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name(placeholder) => write!(
                f,
                "An expression attribute name used in the document path is not defined; attribute name: {placeholder}"
            ),
            Self::Value(placeholder) => write!(
                f,
                "An expression attribute value used in expression is not defined; attribute value: {placeholder}"
            ),
        }
    }
}

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
            Value::B(bytes) => write!(f, "[{}]", base64(bytes))?,
            Value::Ss(set) => listed(f, set.iter())?,
            Value::Ns(set) => listed(f, set.iter())?,
            Value::Bs(set) => listed(f, set.iter().map(|bytes| base64(bytes)))?,
            Value::L(list) => listed(f, list.iter().map(Shown))?,
            Value::M(map) => f.write_str(&to_text(map))?,
        }
        f.write_str("}")
    }
}

fn base64(bytes: &[u8]) -> String {
    use ::base64::Engine as _;
    ::base64::engine::general_purpose::STANDARD.encode(bytes)
}

fn listed<T: fmt::Display>(f: &mut fmt::Formatter<'_>, members: impl Iterator<Item = T>) -> fmt::Result {
    f.write_str("[")?;
    for (before, member) in members.enumerate() {
        write!(f, "{}{member}", if before > 0 { ", " } else { "" })?;
    }
    f.write_str("]")
}

/// How two paths of one expression fail to go together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClashKind {
    /// They are equal, or one leads into the other.
    Overlap,
    /// After a common beginning one has an index and the other a name.
    Conflict,
}

/// Two paths of one expression that do not go together, in the order in which they are written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clash {
    /// In which way.
    pub kind: ClashKind,
    /// The earlier path, written out.
    pub one: String,
    /// The later path, written out.
    pub two: String,
}

impl fmt::Display for Clash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let verb = match self.kind {
            ClashKind::Overlap => "overlap",
            ClashKind::Conflict => "conflict",
        };
        write!(
            f,
            "Two document paths {verb} with each other; must remove or rewrite one of these paths; path one: {}, path two: {}",
            self.one, self.two
        )
    }
}
