//! Expressions with names and values written in: `status = 'NEW' AND total > 12.5`.
//!
//! This is how people write rules, and how resolved trees print. A text becomes an ordinary expression with placeholders and the maps that
//! define them ([`Spelled`]), so that the service's own grammar and checks apply to it; there is no second grammar. Literals are spelled
//! as in PartiQL: `'text'`, `12.5`, `true`, `null`, `[1, 2]`, `{'a': 1}`, `<<'x', 'y'>>`; binaries as `B'aGk='`, in Base64. A name that is no
//! word stands in double quotes; reserved words need none.

mod literal;
mod read;
mod write;

use std::fmt;

use smol_str::SmolStr;

use super::ast::Syntax;
use super::error::{ExpressionError, ExpressionKind};
use super::placeholders::Placeholders;
use super::{ExpressionCache, Program, Resolve, resolved};
use crate::model::json::{Entries, Text};
use crate::model::wire::Attributes;

pub(super) use write::Named;
pub use write::Written;

/// An ordinary expression and the placeholders in it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Spelled {
    /// The expression.
    pub text: Text,
    /// What stands for names, by placeholder.
    pub names: Entries<Text>,
    /// What stands for values, by placeholder.
    pub values: Attributes,
}

/// Why a text is no expression with its values written in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotationError {
    /// Which character is to blame, from 1.
    pub at: usize,
    /// What is wrong there.
    pub fault: NotationFault,
}

/// What is wrong with a literal or a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NotationFault {
    /// A placeholder, for which nothing stands.
    Placeholder(SmolStr),
    /// A quote that is not closed.
    Unclosed(char),
    /// Something else than a value.
    NoValue,
    /// A list, map or set that does not go on as it must.
    Expected(&'static str),
    /// A number that DynamoDB does not have.
    Number(String),
    /// A binary that is not Base64.
    Binary,
    /// A set that is empty, mixed or holds something twice.
    Set,
    /// More levels than DynamoDB allows.
    Depth,
    /// An empty name.
    EmptyName,
}

impl fmt::Display for NotationError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "at character {}: ", self.at)?;
        match &self.fault {
            NotationFault::Placeholder(placeholder) => write!(
                f,
                "{placeholder} stands for nothing here; write the name or the value itself, e.g. pk = 'USER#1'"
            ),
            NotationFault::Unclosed(quote) => write!(f, "the {quote} is never closed"),
            NotationFault::NoValue => {
                f.write_str("a value must stand here, e.g. 'text', 12.5, true, null, [1, 2], {'a': 1} or <<'x', 'y'>>")
            }
            NotationFault::Expected(what) => write!(f, "{what} must stand here"),
            NotationFault::Number(fault) => f.write_str(fault),
            NotationFault::Binary => f.write_str("a binary is written in Base64, e.g. B'aGk='"),
            NotationFault::Set => f.write_str("a set has members of one type, text, number or binary, each once"),
            NotationFault::Depth => f.write_str("values nest at most 32 levels"),
            NotationFault::EmptyName => f.write_str("a name is never empty"),
        }
    }
}

impl std::error::Error for NotationError {}

impl Spelled {
    /// Reads an expression with its values written in.
    ///
    /// # Errors
    /// When a literal or a quoted name is malformed. Whether the whole is an expression is for [`program`](Self::program) to say.
    pub fn read(text: &str) -> Result<Self, NotationError> {
        read::read(text)
    }

    /// Parses the expression, binds it and checks all that can be told without a table.
    ///
    /// # Errors
    /// The first refusal.
    pub fn program<T: Program>(&self, cache: &ExpressionCache, kind: ExpressionKind) -> Result<T, ExpressionError> {
        let mut placeholders = Placeholders::new(Some(&self.names), Some(&self.values));
        let parsed = cache.parse::<T>(kind, Some(&self.text))?;
        let program = placeholders.bind(parsed).into_program()?;
        Ok(program.unwrap_or_else(|| unreachable!("the expression is not absent")))
    }

    /// The normal form of an expression with its values written in, once all that can be told without a table was checked.
    ///
    /// # Errors
    /// Why it is none, in the terms of the text.
    pub fn normal<T: Program>(text: &str, kind: ExpressionKind) -> Result<Syntax<T::Tree>, String>
    where
        T::Tree: Resolve,
    {
        let spelled = Self::read(text).map_err(|error| error.to_string())?;
        let cache = ExpressionCache::with_capacity(0);
        let reworded = |error: ExpressionError| spelled.reworded(&error.to_string());
        spelled.program::<T>(&cache, kind).map_err(reworded)?;
        resolved::<T>(&cache, &spelled.text, Some(&spelled.names), Some(&spelled.values))
            .ok_or_else(|| unreachable!("the expression was parsed"))
    }

    /// A message about the expression in the terms of the text that it was read from.
    #[must_use]
    pub fn reworded(&self, message: &str) -> String {
        let mut message = message.to_owned();
        for (placeholder, value) in self.values.map.iter() {
            message = message.replace(placeholder.as_str(), &Written(value).to_string());
        }
        for (placeholder, name) in self.names.iter() {
            message = message.replace(placeholder.as_str(), name);
        }
        message
    }
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::super::{Condition, Update};
    use super::*;

    fn normal(text: &str) -> String {
        let is_update = ["SET", "REMOVE", "ADD"].iter().any(|keyword| text.starts_with(keyword));
        let normal = if is_update {
            Spelled::normal::<Update>(text, ExpressionKind::Update).map(|tree| tree.to_string())
        } else {
            Spelled::normal::<Condition>(text, ExpressionKind::Condition).map(|tree| tree.to_string())
        };
        normal.unwrap_or_else(|refusal| refusal)
    }

    fn check(texts: &[&str], expected: &Expect) {
        let lines: Vec<String> = texts
            .iter()
            .map(|text| format!("{text}\n    {}\n", normal(text)))
            .collect();
        expected.assert_eq(&lines.concat());
    }

    #[test]
    fn values_and_names_are_written_in() {
        check(
            &[
                "pk = 'USER#1' AND begins_with(sk, 'ORDER#')",
                "begins_with( sk,'ORDER#' )and ('USER#1'=pk)",
                "status = 'it''s' AND \"a b\".\"x.y\"[3] <> -12.50e1",
                "tags = <<'y', 'x'>> OR m = {'a': [1, true, null], \"b\": {}} OR b = B'aGk='",
                "NOT (NOT a = 1) AND NOT attribute_exists(b) AND size(l[0]) BETWEEN 1 AND 2.50",
                "a IN (3, 1, 2) AND (b = 1 AND c = 2)",
            ],
            &expect![[r#"
                pk = 'USER#1' AND begins_with(sk, 'ORDER#')
                    pk = 'USER#1' AND begins_with(sk, 'ORDER#')
                begins_with( sk,'ORDER#' )and ('USER#1'=pk)
                    pk = 'USER#1' AND begins_with(sk, 'ORDER#')
                status = 'it''s' AND "a b"."x.y"[3] <> -12.50e1
                    "a b"."x.y"[3] <> -125 AND status = 'it''s'
                tags = <<'y', 'x'>> OR m = {'a': [1, true, null], "b": {}} OR b = B'aGk='
                    b = B'aGk=' OR m = {'a': [1, true, null], 'b': {}} OR tags = <<'x', 'y'>>
                NOT (NOT a = 1) AND NOT attribute_exists(b) AND size(l[0]) BETWEEN 1 AND 2.50
                    a = 1 AND attribute_not_exists(b) AND size(l[0]) BETWEEN 1 AND 2.5
                a IN (3, 1, 2) AND (b = 1 AND c = 2)
                    a IN (1, 2, 3) AND b = 1 AND c = 2
            "#]],
        );
    }

    #[test]
    fn updates_have_one_form() {
        check(
            &[
                "SET b = b - 1, a = if_not_exists(a, 0) + 5 REMOVE l[1], old ADD n -5, tags <<'x'>>",
                "REMOVE old, l[1] ADD tags <<'x'>>, n -5 SET a = if_not_exists(a, 0) + 5, b = b -1",
            ],
            &expect![[r#"
                SET b = b - 1, a = if_not_exists(a, 0) + 5 REMOVE l[1], old ADD n -5, tags <<'x'>>
                    SET a = if_not_exists(a, 0) + 5, b = b - 1 REMOVE l[1], old ADD n -5, tags <<'x'>>
                REMOVE old, l[1] ADD tags <<'x'>>, n -5 SET a = if_not_exists(a, 0) + 5, b = b -1
                    SET a = if_not_exists(a, 0) + 5, b = b - 1 REMOVE l[1], old ADD n -5, tags <<'x'>>
            "#]],
        );
    }

    #[test]
    fn what_is_wrong_is_told_in_the_terms_of_the_text() {
        check(
            &[
                "pk = :pk",
                "#s = 1",
                "pk = 'USER",
                "pk = 1e999",
                "tags = <<'x', 1>>",
                "tags = <<>>",
                "m = {'a' 1}",
                "l = [1",
                "b = B'!'",
                "pk = 'a' sk = 'b'",
                "begins_with(pk, 5)",
                "a BETWEEN 9 AND 1",
                "\"\" = 1",
            ],
            &expect![[r#"
                pk = :pk
                    at character 6: :pk stands for nothing here; write the name or the value itself, e.g. pk = 'USER#1'
                #s = 1
                    at character 1: #s stands for nothing here; write the name or the value itself, e.g. pk = 'USER#1'
                pk = 'USER
                    at character 6: the ' is never closed
                pk = 1e999
                    at character 6: Number overflow. Attempting to store a number with magnitude larger than supported range
                tags = <<'x', 1>>
                    at character 8: a set has members of one type, text, number or binary, each once
                tags = <<>>
                    at character 10: a value must stand here, e.g. 'text', 12.5, true, null, [1, 2], {'a': 1} or <<'x', 'y'>>
                m = {'a' 1}
                    at character 10: : must stand here
                l = [1
                    at character 7: , or ] must stand here
                b = B'!'
                    at character 5: a binary is written in Base64, e.g. B'aGk='
                pk = 'a' sk = 'b'
                    Invalid ConditionExpression: Syntax error; token: "sk", near: "'a' sk ="
                begins_with(pk, 5)
                    Invalid ConditionExpression: Incorrect operand type for operator or function; operator or function: begins_with, operand type: N
                a BETWEEN 9 AND 1
                    Invalid ConditionExpression: The BETWEEN operator requires upper bound to be greater than or equal to lower bound; lower bound operand: AttributeValue: {N:9}, upper bound operand: AttributeValue: {N:1}
                "" = 1
                    at character 1: a name is never empty
            "#]],
        );
    }
}
