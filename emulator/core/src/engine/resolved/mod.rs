//! Requests resolved: what a request is about, whatever words it uses.
//!
//! A request becomes one or more [`Part`]s, each about one table and at most one item, with keys, items and expressions in place of maps of placeholders
//! and legacy parameters. Rules, usage and explanations look at these and never at the wire. What cannot be resolved is left out: the
//! engine refuses such a request in its own words.

mod expressions;
mod requests;
mod tables;

use std::fmt;

use smol_str::SmolStr;

use super::{Call, Engine};
use crate::expression::ast::{self, Syntax};
use crate::model::{Operation, PackedItem};
use requests::Resolver;

/// A request resolved.
#[derive(Clone, Debug, PartialEq)]
pub struct Resolved {
    /// What is asked for.
    pub operation: Operation,
    /// What it is about; none for requests that concern no table.
    pub parts: Vec<Part>,
}

/// What is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// An item is read.
    Get,
    /// An item is written whole.
    Put,
    /// An item is changed.
    Update,
    /// An item is removed.
    Delete,
    /// A condition is checked.
    Check,
    /// A partition is read.
    Query,
    /// A table is read.
    Scan,
    /// A statement reads; whether one item, a partition or all, the table decides.
    Select,
    /// Something is done to the table itself.
    Table,
}

/// What a request is about at one table.
#[derive(Clone, Debug, PartialEq)]
pub struct Part {
    /// What is done.
    pub action: Action,
    /// The table's name, also where the request says its ARN.
    pub table: SmolStr,
    /// The index that is read.
    pub index: Option<SmolStr>,
    /// The key: of a Query and of statements what must be equal, of a put nothing, since only the table knows it.
    pub key: Option<PackedItem>,
    /// The item that is put.
    pub item: Option<PackedItem>,
    /// The condition on the key.
    pub key_condition: Option<Syntax<ast::Condition>>,
    /// The condition that items must meet to be returned.
    pub filter: Option<Syntax<ast::Condition>>,
    /// The condition of a write.
    pub condition: Option<Syntax<ast::Condition>>,
    /// The changes.
    pub update: Option<Syntax<ast::Update>>,
    /// The paths to return.
    pub projection: Option<Syntax<ast::Projection>>,
    /// Of a read that may say so: whether it is strongly consistent.
    pub consistent_read: Option<bool>,
}

impl Part {
    fn new(action: Action, table: SmolStr) -> Self {
        Self {
            action,
            table,
            index: None,
            key: None,
            item: None,
            key_condition: None,
            filter: None,
            condition: None,
            update: None,
            projection: None,
            consistent_read: None,
        }
    }
}

impl Engine {
    /// What a call asks for, resolved.
    #[must_use]
    pub fn resolve(&self, call: &Call) -> Resolved {
        let resolver = Resolver {
            cache: &self.expressions,
            caller: &call.caller,
        };
        Resolved {
            operation: call.request.operation(),
            parts: resolver.parts(&call.request),
        }
    }
}

impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Get => "get",
            Self::Put => "put",
            Self::Update => "update",
            Self::Delete => "delete",
            Self::Check => "check",
            Self::Query => "query",
            Self::Scan => "scan",
            Self::Select => "select",
            Self::Table => "table",
        })
    }
}
