//! What the service refuses about a statement before a table is looked at, in its words (observed-partiql.md §5, §6, §8, §9).

use std::fmt;

use smol_str::SmolStr;

use super::super::ast::Function;
use super::super::error::{Clash, Grammar, OperandError, SyntaxError};
use crate::model::number::NumberFault;
use crate::model::{ApiError, ErrorKind};

/// Where a token stands: line and column from 1, and its length, in characters.
#[derive(Clone, Copy, Debug, Default)]
pub struct Span {
    /// The line.
    pub line: u32,
    /// The column.
    pub column: u32,
    /// The length.
    pub length: u32,
}

/// Where something stands is no part of what it is: trees that were written differently can be equal.
impl PartialEq for Span {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for Span {}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.line, self.column, self.length)
    }
}

/// Makes an enum of reasons without data, each with its words.
macro_rules! reasons {
    ($( $(#[$meta:meta])* $variant:ident = $text:literal, )*) => {
        /// Why a text is no statement.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Malformed {
            $( $(#[$meta])* $variant, )*
        }

        impl fmt::Display for Malformed {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(match self { $( Self::$variant => $text, )* })
            }
        }
    };
}

reasons! {
    /// Something in it is no token.
    Unreadable = "",
    /// A term is missing.
    UnexpectedTerm = "Unexpected term",
    /// A keyword in place of a term.
    UnexpectedKeyword = "Unexpected keyword",
    /// An operator in place of a term.
    UnexpectedOperator = "Unexpected operator",
    /// FROM right after SELECT.
    FromInSelectList = "Expected identifier or an expression but found unexpected keyword 'from' in a select list.",
    /// A select list without FROM after it.
    MissingFrom = "Expected FROM after SELECT list",
    /// Nothing after an operator.
    MissingRight = "Missing right-hand side expression of infix operator",
    /// BETWEEN without AND.
    MissingAnd = "Expected AND keyword",
    /// Nothing after the AND of BETWEEN.
    MissingAfterAnd = "Expected expression after AND",
    /// Something else than a type after IS.
    TypeName = "Expected type name",
    /// An open bracket.
    RightBracket = "Expected RIGHT_BRACKET",
    /// An open brace.
    RightCurly = "Expected RIGHT_CURLY",
    /// An open parenthesis.
    RightParen = "Expected RIGHT_PAREN",
    /// An open bag.
    RightDoubleAngleBracket = "Expected RIGHT_DOUBLE_ANGLE_BRACKET",
    /// A member of a map without a value.
    Colon = "Expected COLON",
    /// CASE WHEN without THEN.
    Then = "Expected THEN keyword",
    /// CASE without END.
    End = "Expected END keyword",
    /// CASE without WHEN.
    When = "Expected a WHEN clause in CASE",
    /// SET without an equals sign.
    EqualsSign = "Expected '='",
    /// A step to something that is no name.
    DotComponent = "Invalid path dot component",
    /// A table or a target without a name.
    SimplePath = "Expected identifier for simple path",
    /// DELETE without FROM.
    FromAfterDelete = "Expected FROM after DELETE",
    /// FROM without SET or REMOVE.
    DataManipulation = "Expected data manipulation",
    /// More after the end.
    TokenAfterExpression = "Unexpected token after expression",
    /// More after the semicolon.
    TokenAfterSemicolon = "Unexpected token after semicolon. (Only one query is allowed.)",
}

/// Everything that can be wrong with a statement and its parameters before the table is known.
#[derive(Clone, Debug, PartialEq)]
pub enum StatementError {
    /// The text is no statement.
    Malformed(Malformed),
    /// More has begun than the service keeps open.
    TooDeep,
    /// A call in a select list.
    SelectedCall(Span),
    /// A path with something else than names and positions.
    PathComponent(Span),
    /// A name without characters.
    EmptyComponent,
    /// A table's path with too many names.
    TooManyComponents,
    /// An INSERT into an index.
    InsertIntoIndex(Span),
    /// A table with another name.
    Alias,
    /// Something else than one table or index.
    Source,
    /// An expression of this kind in place of a statement.
    Unsupported(&'static str),
    /// Something else than one item to insert.
    SeveralItems,
    /// An operator or EXISTS in place of a statement.
    Exists,
    /// No function has this name.
    UnknownFunction(SmolStr, Span),
    /// A query among expressions.
    Query(Span),
    /// MISSING without IS.
    Missing,
    /// A type that IS cannot test.
    IsType(&'static str, Span),
    /// IS behind something that is no path and no literal.
    IsOperand,
    /// An operator that conditions do not have.
    Operator(&'static str),
    /// A WHERE clause that is no condition.
    NotBoolean,
    /// A size behind AND, OR or NOT.
    NumberOperand(SmolStr),
    /// A path or literal behind AND or OR.
    JoinedOperand,
    /// A path or literal behind NOT.
    NegatedOperand,
    /// IN with something else than a list.
    InOperands,
    /// A function of conditions in an update.
    FunctionInUpdate(Function),
    /// A position that is larger than any.
    ListIndex(SmolStr, Span),
    /// Something else than a map to insert.
    InsertedValue(Span),
    /// Too many operators.
    TooManyOperators(usize),
    /// A number that cannot be stored.
    Number(NumberFault, String),
    /// A number that cannot be read, and its text.
    NotANumber(SmolStr),
    /// A literal that nests too deep.
    Nesting(String),
    /// An empty bag.
    EmptyBag,
    /// A member of a bag of another type, and where it stands if that is told.
    BagMember(Option<Span>),
    /// NULL in a bag of numbers.
    NullInNumbers(String),
    /// Equal numbers in a bag.
    DuplicateNumbers(Vec<SmolStr>, String),
    /// Equal strings in a bag.
    DuplicateStrings(Vec<SmolStr>),
    /// An expression of this kind among literals.
    InLiteral(SmolStr, String, Span),
    /// An Ion literal.
    Ion(&'static str, String, Span),
    /// An operand of a condition or an update.
    Operand(OperandError),
    /// Two paths of an update.
    Clash(Clash),
    /// A path that is too long.
    Path(SyntaxError),
    /// A set function with another number of arguments than two.
    SetArity(SetFunction, Span),
    /// A set function whose first argument is not the target.
    SetTarget(SetFunction, Span),
    /// A set function whose second argument is no set.
    SetArgument(SetFunction, Span),
    /// RETURNING that DELETE does not have.
    Returning(&'static str),
    /// ORDER BY something that is no name.
    OrderTerm(SmolStr, Span),
    /// Fewer parameters than question marks.
    ParameterCount,
}

/// A function that changes sets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SetFunction {
    /// `set_add`
    Add,
    /// `set_delete`
    Delete,
}

impl fmt::Display for SetFunction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Add => "SET_ADD",
            Self::Delete => "SET_DELETE",
        })
    }
}

impl fmt::Display for StatementError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Malformed(reason) => {
                write!(f, "Statement wasn't well formed, can't be processed: {reason}")
            }
            Self::TooDeep => f.write_str("The request processing has failed because of an unknown error, exception or failure."),
            Self::SelectedCall(span) | Self::PathComponent(span) => write!(f, "Unexpected path component at {span}"),
            Self::EmptyComponent => f.write_str("Path component cannot be an empty string"),
            Self::TooManyComponents => f.write_str("A path may contain at most 2 components in the FROM clause"),
            Self::InsertIntoIndex(span) => write!(
                f,
                "FROM clause may only contain a single table name in data manipulation statements at {span}"
            ),
            Self::Alias => f.write_str("Aliasing is not supported"),
            Self::Source => f.write_str("Only select from a single table or index is supported."),
            Self::Unsupported(kind) => write!(f, "Unsupported operation: {kind}"),
            Self::SeveralItems => f.write_str(
                "Unsupported operation: Inserting multiple items in a single statement is not supported, use \"INSERT INTO tableName VALUE \
                 item\" instead",
            ),
            Self::Exists => f.write_str("EXISTS can only be used in ExecuteTransaction write requests."),
            Self::UnknownFunction(name, span) => write!(f, "Unrecognized function: {name} at {span}"),
            Self::Query(span) => write!(f, "Unsupported token in expression: SELECT at {span}"),
            Self::Missing => f.write_str("MISSING must be compared using IS operator"),
            Self::IsType(name, span) => write!(
                f,
                "Unsupported data type for IS operator: {name}. Supported data types are [MISSING, NULL, BOOLEAN, BLOB, STRING, NUMERIC, STRUCT, \
                 TUPLE, LIST] at {span}"
            ),
            Self::IsOperand => {
                f.write_str("The left hand side argument to IS must be a Variable Reference, Literal, or Path")
            }
            Self::Operator(operator) => write!(f, "Unsupported operator in Condition Expression. Operator: {operator}"),
            Self::NotBoolean => f.write_str("WHERE clause must contain an expression that resolves to a boolean"),
            Self::NumberOperand(operator) => write!(
                f,
                "Incorrect operand type for operator or function; operator or function: {operator}, operand type: N"
            ),
            Self::JoinedOperand => f.write_str("The arguments to AND/OR must be Expressions"),
            Self::NegatedOperand => f.write_str("The argument to NOT must be a Type or Expression"),
            Self::InOperands => f.write_str(
                "IN operator must have a left hand argument of type Variable Reference and right hand argument of type Seq with at least one \
                 member",
            ),
            Self::FunctionInUpdate(function) => SyntaxError::ForeignFunction(*function, Grammar::Update).fmt(f),
            Self::InsertedValue(span) => write!(
                f,
                "Unsupported format in item expression. Please use struct format {{...}} to express item values for insert statement. at {span}"
            ),
            Self::TooManyOperators(count) => SyntaxError::TooManyOperators(*count).fmt(f),
            Self::ParameterCount => f.write_str("Number of parameters in request and statement don't match."),
            Self::OrderTerm(kind, span) => write!(
                f,
                "Argument to ORDER BY must be of type VariableReference. Type: {kind} at {span}"
            ),
            Self::Returning(clause) => write!(
                f,
                "Invalid returning clause: RETURNING {clause} *. Only RETURNING ALL OLD * is allowed in DELETE statements."
            ),
            Self::Operand(error) => error.fmt(f),
            Self::Clash(clash) => clash.fmt(f),
            Self::Path(error) => error.fmt(f),
            Self::ListIndex(digits, span) => write!(f, "{} at {span}", SyntaxError::ListIndex(digits.clone())),
            literal => literal.fmt_literal(f),
        }
    }
}

impl StatementError {
    /// The words for literals and for the functions of sets.
    fn fmt_literal(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const INVALID: &str = "One or more parameter values were invalid:";
        const BAG: &str = "Unsupported data type in Bag. DynamoDB only supports either numbers or strings in bags";
        match self {
            Self::Number(fault, path) => write!(f, "{fault} under {path}"),
            Self::NotANumber(text) => write!(f, "{}: {text}", NumberFault::NotANumber),
            Self::Nesting(path) => write!(f, "Nesting Levels have exceeded supported limits under {path}"),
            Self::EmptyBag => f.write_str("Empty bags are not supported"),
            Self::BagMember(None) => f.write_str(BAG),
            Self::BagMember(Some(span)) => write!(f, "{BAG} at {span}"),
            Self::NullInNumbers(path) => write!(f, "{INVALID} Numeric sets may not contain null under {path}"),
            Self::DuplicateNumbers(members, path) => write!(
                f,
                "{INVALID} Input collection [{}] contains duplicates! under {path}",
                members.join(", ")
            ),
            Self::DuplicateStrings(members) => write!(
                f,
                "{INVALID} Input collection [{}] contains duplicates.",
                members.join(", ")
            ),
            Self::InLiteral(kind, path, span) => write!(f, "Unsupported data type: {kind} under key {path} at {span}"),
            Self::Ion(kind, path, span) => {
                write!(f, "Ion Literals are not supported: {kind} under key {path} at {span}")
            }
            Self::SetArity(function, span) => write!(f, "{function} must have exactly two arguments at {span}"),
            Self::SetTarget(function, span) => write!(
                f,
                "The first argument to {function} must equal the assignment value at {span}"
            ),
            Self::SetArgument(function, span) => write!(
                f,
                "The second argument to {function} must be a value with type SET at {span}"
            ),
            other => unreachable!("{other:?} has words of its own"),
        }
    }
}

impl std::error::Error for StatementError {}

impl From<Malformed> for StatementError {
    fn from(reason: Malformed) -> Self {
        Self::Malformed(reason)
    }
}

impl From<OperandError> for StatementError {
    fn from(error: OperandError) -> Self {
        Self::Operand(error)
    }
}

impl From<StatementError> for ApiError {
    fn from(error: StatementError) -> Self {
        let kind = match error {
            StatementError::TooDeep => ErrorKind::InternalServerError,
            _ => ErrorKind::Validation,
        };
        Self::new(kind, error)
    }
}
