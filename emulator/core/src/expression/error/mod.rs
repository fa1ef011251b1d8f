//! What the service refuses about expressions, in its words.
//!
//! Each kind of refusal has an enum whose `Display` is the wording; [`ExpressionError`] joins them and becomes an [`ApiError`] once. Whether the
//! single-item writes report a refusal behind the prefix of the validation framework is a property of its type
//! ([`ExpressionError::is_enveloped`], observed-validation.md §1c).

mod operand;

use std::fmt;
use std::sync::Arc;

use smol_str::SmolStr;

use super::ast::{ClauseKeyword, Function, Role};
use super::key_condition::KeyConditionError;
use super::legacy::LegacyError;
use super::placeholders::PlaceholderError;
use super::search_condition::SearchConditionError;
use super::syntax::SIZE_BYTES_MAX;
use crate::model::ApiError;

pub use operand::{OperandError, OperatorName};

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
    /// `SearchConditionExpression`.
    SearchCondition,
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
            Self::SearchCondition => "SearchConditionExpression",
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

    /// Refuses a text that is too long; transactions look for those before they parse any condition.
    ///
    /// # Errors
    /// When there is a text and it is too long.
    pub fn check_size(self, text: Option<&str>) -> Result<(), ExpressionError> {
        match text.map_or(0, str::len) {
            size if size > SIZE_BYTES_MAX => Err(Problem::Syntax(Arc::new(SyntaxError::Size(size))).within(self)),
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

    /// An expression that is too long, and how long it is.
    #[must_use]
    pub fn size_exceeded(&self) -> Option<(ExpressionKind, usize)> {
        match self {
            Self::Invalid(kind, Problem::Syntax(error)) => match **error {
                SyntaxError::Size(size) => Some((*kind, size)),
                _ => None,
            },
            _ => None,
        }
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
    /// The form of a search condition.
    Search(SearchConditionError),
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
            Self::Search(error) => error.fmt(f),
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
    /// The text is too long: it has so many bytes.
    Size(usize),
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
    /// A function that this grammar does not have.
    ForeignFunction(Function, Grammar),
    /// A function stands where it may not.
    MisplacedFunction(Function),
    /// An attribute's name is a reserved word.
    ReservedWord(SmolStr),
    /// A path has this many elements.
    PathTooDeep(usize),
    /// A position in a list is larger than any.
    ListIndex(SmolStr),
}

impl fmt::Display for SyntaxError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("The expression can not be empty;"),
            Self::Size(_) => f.write_str("Expression size has exceeded the maximum allowed size;"),
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
            Self::ForeignFunction(function, grammar) => {
                write!(
                    f,
                    "The function is not allowed in {grammar} expression; function: {function}"
                )
            }
            Self::MisplacedFunction(function) => write!(
                f,
                "The function is not allowed to be used this way in an expression; function: {function}"
            ),
            Self::ReservedWord(word) => {
                write!(f, "Attribute name is a reserved keyword; reserved keyword: {word}")
            }
            Self::PathTooDeep(levels) => write!(
                f,
                "The document path has too many nesting levels; nesting levels: {levels}"
            ),
            Self::ListIndex(digits) => {
                write!(f, "List index is not within the allowable range; index: [{digits}]")
            }
        }
    }
}

/// The grammars that have functions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Grammar {
    /// Conditions, filters and key conditions.
    Condition,
    /// Updates.
    Update,
}

impl Grammar {
    /// The grammar that has functions of this role.
    pub(super) fn of(role: Role) -> Self {
        match role {
            Role::Condition | Role::Operand => Self::Condition,
            Role::Update => Self::Update,
        }
    }
}

impl fmt::Display for Grammar {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Condition => "a condition",
            Self::Update => "an update",
        })
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
