//! The syntax trees of expressions.
//!
//! The grammars produce them from text, legacy parameters and PartiQL build them directly, the printer turns them back into text, and programs
//! are lowered from them. A tree holds what was written and nothing of a request: a placeholder is a slot in the tables of its [`Syntax`]. It
//! may still break every rule that needs the values behind the placeholders.

use std::fmt;

use smol_str::SmolStr;

use crate::model::{Name, Value};

/// A tree together with the placeholders that it mentions.
#[derive(Clone, Debug, PartialEq)]
pub struct Syntax<T> {
    /// The tree.
    pub tree: T,
    /// The distinct `#name` placeholders in the order of their first mention; a [`NameSlot`] is an index into this.
    pub names: Box<[Mention]>,
    /// The distinct `:value` placeholders in the order of their first mention; a [`ValueSlot`] is an index into this.
    pub values: Box<[Mention]>,
}

impl<T> From<T> for Syntax<T> {
    /// A tree that mentions no placeholder.
    fn from(tree: T) -> Self {
        Self {
            tree,
            names: Box::default(),
            values: Box::default(),
        }
    }
}

/// A placeholder of an expression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mention {
    /// The placeholder with its `#` or `:`.
    pub placeholder: SmolStr,
    /// How many mentions of any placeholder come before the first of this one.
    pub order: u16,
}

/// Which of an expression's `#name` placeholders is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NameSlot(pub(super) u16);

/// Which of an expression's `:value` placeholders is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ValueSlot(pub(super) u16);

/// One step of a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Element {
    /// An attribute's name, as written.
    Name(Name),
    /// A placeholder for a name.
    Placeholder(NameSlot),
    /// The position of a list element.
    Index(u32),
}

/// A path into an item; never empty, and its first element is no index.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Path(pub(super) Vec<Element>);

impl Path {
    /// The path of a top-level attribute.
    #[must_use]
    pub fn attribute(name: Name) -> Self {
        Self(vec![Element::Name(name)])
    }

    /// The elements from the top-level attribute on.
    #[must_use]
    pub fn elements(&self) -> &[Element] {
        &self.0
    }

    /// Whether the path leads into an attribute.
    #[must_use]
    pub fn is_nested(&self) -> bool {
        self.0.len() > 1
    }
}

/// A value that does not depend on the item.
#[derive(Clone, Debug, PartialEq)]
pub enum Constant {
    /// A placeholder for a value.
    Placeholder(ValueSlot),
    /// The value itself: only where a tree was not made from an expression's text.
    Literal(Value),
}

/// What an operator or a function works on.
#[derive(Clone, Debug, PartialEq)]
pub enum Operand {
    /// What the item holds at a path.
    Path(Path),
    /// A constant.
    Value(Constant),
    /// What a function returns.
    Call(Call),
    /// A sum or a difference: only in the values of SET.
    Arithmetic(Box<Arithmetic>),
}

/// A function and its arguments, in whatever number they were written.
#[derive(Clone, Debug, PartialEq)]
pub struct Call {
    /// The function.
    pub function: Function,
    /// The arguments; at least one.
    pub arguments: Vec<Operand>,
}

/// A sum or a difference.
#[derive(Clone, Debug, PartialEq)]
pub struct Arithmetic {
    /// Plus or minus.
    pub sign: Sign,
    /// What stands before the sign.
    pub left: Operand,
    /// What stands after the sign.
    pub right: Operand,
}

/// A condition on an item.
#[derive(Clone, Debug, PartialEq)]
pub enum Condition {
    /// All hold; at least two.
    And(Vec<Condition>),
    /// One holds; at least two.
    Or(Vec<Condition>),
    /// The condition does not hold.
    Not(Box<Condition>),
    /// A comparison of two operands.
    Compare {
        /// The comparison.
        comparator: Comparator,
        /// What stands before it.
        left: Operand,
        /// What stands after it.
        right: Operand,
    },
    /// A value lies within bounds, which belong to the range.
    Between {
        /// The value.
        value: Operand,
        /// The lower bound.
        low: Operand,
        /// The upper bound.
        high: Operand,
    },
    /// A value equals one of several.
    In {
        /// The value.
        value: Operand,
        /// The candidates; at least one.
        candidates: Vec<Operand>,
    },
    /// A function that returns a boolean.
    Call(Call),
}

impl Condition {
    /// That there is no item, told by an attribute that every item has.
    #[must_use]
    pub fn absence_of(key: &Name) -> Self {
        Self::Call(Call {
            function: Function::AttributeNotExists,
            arguments: vec![Operand::Path(Path::attribute(key.clone()))],
        })
    }

    /// All of `conditions`; `None` when there are none.
    #[must_use]
    pub fn all(conditions: Vec<Self>) -> Option<Self> {
        Self::joined(conditions, Self::And)
    }

    /// One of `conditions`; `None` when there are none.
    #[must_use]
    pub fn any(conditions: Vec<Self>) -> Option<Self> {
        Self::joined(conditions, Self::Or)
    }

    fn joined(mut conditions: Vec<Self>, join: impl FnOnce(Vec<Self>) -> Self) -> Option<Self> {
        match conditions.len() {
            0 | 1 => conditions.pop(),
            _ => Some(join(conditions)),
        }
    }

    /// Visits the conditions that are no AND, OR or NOT, in the order in which they are written, up to the first refusal.
    pub(super) fn try_each_leaf<E>(&self, visit: &mut impl FnMut(&Self) -> Result<(), E>) -> Result<(), E> {
        match self {
            Self::And(conditions) | Self::Or(conditions) => conditions
                .iter()
                .try_for_each(|condition| condition.try_each_leaf(visit)),
            Self::Not(condition) => condition.try_each_leaf(visit),
            leaf => visit(leaf),
        }
    }
}

/// Paths to return.
#[derive(Clone, Debug, PartialEq)]
pub struct Projection(pub Vec<Path>);

/// Changes of an item: each kind of clause at most once, in the order in which they are written.
#[derive(Clone, Debug, PartialEq)]
pub struct Update(pub Vec<Clause>);

/// One clause of an update.
#[derive(Clone, Debug, PartialEq)]
pub enum Clause {
    /// Assign values.
    Set(Vec<Assignment>),
    /// Remove attributes and list elements.
    Remove(Vec<Path>),
    /// Add to numbers and sets.
    Add(Vec<Change>),
    /// Take members out of sets.
    Delete(Vec<Change>),
}

impl Clause {
    /// The word that the clause begins with.
    #[must_use]
    pub fn keyword(&self) -> ClauseKeyword {
        match self {
            Self::Set(_) => ClauseKeyword::Set,
            Self::Remove(_) => ClauseKeyword::Remove,
            Self::Add(_) => ClauseKeyword::Add,
            Self::Delete(_) => ClauseKeyword::Delete,
        }
    }

    /// The paths that the clause changes, as written.
    pub fn targets(&self) -> impl Iterator<Item = &Path> {
        let (assignments, paths, changes): (&[Assignment], &[Path], &[Change]) = match self {
            Self::Set(assignments) => (assignments, &[], &[]),
            Self::Remove(paths) => (&[], paths, &[]),
            Self::Add(changes) | Self::Delete(changes) => (&[], &[], changes),
        };
        let assigned = assignments.iter().map(|assignment| &assignment.target);
        assigned.chain(paths).chain(changes.iter().map(|change| &change.target))
    }
}

/// A path and the value that it is to hold.
#[derive(Clone, Debug, PartialEq)]
pub struct Assignment {
    /// The path.
    pub target: Path,
    /// The value.
    pub value: Operand,
}

/// A path and the operand of ADD or DELETE.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// The path.
    pub target: Path,
    /// The operand.
    pub operand: Constant,
}

/// Makes an enum of words of the language, each with its spelling.
macro_rules! words {
    ($( $(#[$meta:meta])* pub enum $name:ident { $( $(#[$variant_meta:meta])* $variant:ident = $text:literal, )* } )*) => {$(
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum $name {
            $( $(#[$variant_meta])* $variant, )*
        }

        impl $name {
            /// Every one of them.
            pub const ALL: &'static [Self] = &[ $( Self::$variant, )* ];

            /// How it is spelled.
            #[must_use]
            pub fn text(self) -> &'static str {
                match self { $( Self::$variant => $text, )* }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.text())
            }
        }
    )*};
}

words! {
    /// A comparison of two values.
    pub enum Comparator {
        /// Equal in type and value.
        Equal = "=",
        /// Not equal, or one side is missing.
        NotEqual = "<>",
        /// Below.
        Less = "<",
        /// Below or equal.
        LessOrEqual = "<=",
        /// Above.
        Greater = ">",
        /// Above or equal.
        GreaterOrEqual = ">=",
    }

    /// Plus or minus.
    pub enum Sign {
        /// The sum.
        Plus = "+",
        /// The difference.
        Minus = "-",
    }

    /// A function.
    pub enum Function {
        /// Whether a path leads to something.
        AttributeExists = "attribute_exists",
        /// Whether a path leads nowhere.
        AttributeNotExists = "attribute_not_exists",
        /// Whether a value has a type.
        AttributeType = "attribute_type",
        /// Whether a string or binary has a prefix.
        BeginsWith = "begins_with",
        /// Whether a string, binary, set or list holds something.
        Contains = "contains",
        /// The length of a value.
        Size = "size",
        /// What a path leads to, or else another value.
        IfNotExists = "if_not_exists",
        /// Two lists, one after the other.
        ListAppend = "list_append",
    }

    /// The word that a clause of an update begins with.
    pub enum ClauseKeyword {
        /// Assign.
        Set = "SET",
        /// Remove.
        Remove = "REMOVE",
        /// Add to.
        Add = "ADD",
        /// Take out of sets.
        Delete = "DELETE",
    }
}

impl Comparator {
    /// Whether the comparison needs values that have an order.
    #[must_use]
    pub fn is_order(self) -> bool {
        !matches!(self, Self::Equal | Self::NotEqual)
    }

    /// The comparison that holds when the operands change places.
    #[must_use]
    pub fn mirrored(self) -> Self {
        match self {
            Self::Less => Self::Greater,
            Self::LessOrEqual => Self::GreaterOrEqual,
            Self::Greater => Self::Less,
            Self::GreaterOrEqual => Self::LessOrEqual,
            symmetric => symmetric,
        }
    }
}

/// Where a function may stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// It is a condition by itself.
    Condition,
    /// It is an operand of a condition.
    Operand,
    /// It is part of a value of SET.
    Update,
}

impl Function {
    /// The function with this name, which is case-sensitive.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|function| function.text() == name)
    }

    /// Where the function may stand.
    #[must_use]
    pub fn role(self) -> Role {
        match self {
            Self::Size => Role::Operand,
            Self::IfNotExists | Self::ListAppend => Role::Update,
            _ => Role::Condition,
        }
    }

    /// How many arguments it takes.
    #[must_use]
    pub fn arity(self) -> usize {
        match self {
            Self::AttributeExists | Self::AttributeNotExists | Self::Size => 1,
            _ => 2,
        }
    }
}
