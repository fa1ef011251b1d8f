//! Requests resolved: what a request is about, whatever words it uses.
//!
//! A request becomes one or more [`Part`]s, each about one table and at most one item, with keys, items and expressions in place of maps of placeholders
//! and legacy parameters. Rules, usage and explanations look at these and never at the wire. What cannot be resolved is left out: the
//! engine refuses such a request in its own words.

use std::fmt;

use smol_str::SmolStr;

use super::names::TableTarget;
use super::{Call, Caller, Engine};
use crate::expression::ast::{self, Comparator, Constant, Element, Operand, Syntax};
use crate::expression::legacy::{self, Join};
use crate::expression::partiql::Kind;
use crate::expression::{Condition, ExpressionCache, LegacyParameter, Projection, Resolve, Update, resolved};
use crate::model::json::{Entries, Text};
use crate::model::wire::{
    Attributes, BatchGetItemRequest, BatchStatementRequest, BatchWriteItemRequest, DeleteItemRequest,
    ExpectedAttributeValue, GetItemRequest, ItemArg, Parameter, ParameterizedStatement, PutItemRequest, QueryRequest,
    ScanRequest, SearchVectorsRequest, TransactGet, TransactGetItemsRequest, TransactWriteItem,
    TransactWriteItemsRequest, UpdateItemRequest,
};
use crate::model::{Name, Operation, PackedItem, Request, Value};

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

/// The placeholders of a request.
type Maps<'r> = (Option<&'r Entries<Text>>, Option<&'r Attributes>);

struct Resolver<'a> {
    cache: &'a ExpressionCache,
    caller: &'a Caller,
}

impl Resolver<'_> {
    fn parts(&self, request: &Request) -> Vec<Part> {
        match request {
            Request::GetItem(request) => self.get_item(request).into_iter().collect(),
            Request::PutItem(request) => self.put_item(request).into_iter().collect(),
            Request::UpdateItem(request) => self.update_item(request).into_iter().collect(),
            Request::DeleteItem(request) => self.delete_item(request).into_iter().collect(),
            Request::Query(request) => self.query(request).into_iter().collect(),
            Request::Scan(request) => self.scan(request).into_iter().collect(),
            Request::BatchGetItem(request) => self.batch_get_item(request),
            Request::BatchWriteItem(request) => self.batch_write_item(request),
            Request::TransactGetItems(request) => self.transact_get_items(request),
            Request::TransactWriteItems(request) => self.transact_write_items(request),
            Request::SearchVectors(request) => self.search_vectors(request).into_iter().collect(),
            Request::ExecuteStatement(request) => {
                let (text, parameters) = (request.statement.as_ref(), request.parameters.as_ref());
                let part = self.statement(text, parameters, request.consistent_read);
                part.into_iter().collect()
            }
            Request::BatchExecuteStatement(request) => {
                let part = |sent: &BatchStatementRequest| {
                    self.statement(sent.statement.as_ref(), sent.parameters.as_ref(), sent.consistent_read)
                };
                request.statements.iter().flatten().filter_map(part).collect()
            }
            Request::ExecuteTransaction(request) => {
                let part = |sent: &ParameterizedStatement| {
                    let part = self.statement(sent.statement.as_ref(), sent.parameters.as_ref(), None)?;
                    Some(Part {
                        consistent_read: None,
                        ..part
                    })
                };
                request.transact_statements.iter().flatten().filter_map(part).collect()
            }
            other => self.part(Action::Table, table_of(other)).into_iter().collect(),
        }
    }

    fn part(&self, action: Action, name: Option<&Text>) -> Option<Part> {
        let target = TableTarget::parse(name?, self.caller).ok()?;
        Some(Part::new(action, target.name().clone()))
    }

    fn get_item(&self, request: &GetItemRequest) -> Option<Part> {
        let maps = (request.expression_attribute_names.as_ref(), None);
        Some(Part {
            key: item_of(request.key.as_ref()),
            projection: self.projection(
                request.projection_expression.as_ref(),
                request.attributes_to_get.as_ref(),
                maps,
            ),
            consistent_read: Some(request.consistent_read.unwrap_or_default()),
            ..self.part(Action::Get, request.table_name.as_ref())?
        })
    }

    fn put_item(&self, request: &PutItemRequest) -> Option<Part> {
        let maps = (
            request.expression_attribute_names.as_ref(),
            request.expression_attribute_values.as_ref(),
        );
        let legacy = expected(request.expected.as_ref(), request.conditional_operator.as_ref());
        Some(Part {
            item: item_of(request.item.as_ref()),
            condition: self.condition(request.condition_expression.as_ref(), maps).or(legacy),
            ..self.part(Action::Put, request.table_name.as_ref())?
        })
    }

    fn update_item(&self, request: &UpdateItemRequest) -> Option<Part> {
        let maps = (
            request.expression_attribute_names.as_ref(),
            request.expression_attribute_values.as_ref(),
        );
        let legacy = expected(request.expected.as_ref(), request.conditional_operator.as_ref());
        let update = request
            .update_expression
            .as_ref()
            .and_then(|text| resolved::<Update>(self.cache, text, maps.0, maps.1));
        let updates = request.attribute_updates.as_ref();
        let legacy_update = updates.and_then(|updates| legacy::attribute_updates_tree(updates).ok());
        Some(Part {
            key: item_of(request.key.as_ref()),
            condition: self.condition(request.condition_expression.as_ref(), maps).or(legacy),
            update: update.or(legacy_update.map(|tree| Syntax::from(tree.normal()))),
            ..self.part(Action::Update, request.table_name.as_ref())?
        })
    }

    fn delete_item(&self, request: &DeleteItemRequest) -> Option<Part> {
        let maps = (
            request.expression_attribute_names.as_ref(),
            request.expression_attribute_values.as_ref(),
        );
        let legacy = expected(request.expected.as_ref(), request.conditional_operator.as_ref());
        Some(Part {
            key: item_of(request.key.as_ref()),
            condition: self.condition(request.condition_expression.as_ref(), maps).or(legacy),
            ..self.part(Action::Delete, request.table_name.as_ref())?
        })
    }

    fn query(&self, request: &QueryRequest) -> Option<Part> {
        let maps = (
            request.expression_attribute_names.as_ref(),
            request.expression_attribute_values.as_ref(),
        );
        let operator = request.conditional_operator.as_ref();
        let legacy_key = request.key_conditions.as_ref();
        let legacy_key = legacy_key.and_then(|conditions| legacy::key_conditions_tree(conditions).ok().flatten());
        let key_condition = self
            .condition(request.key_condition_expression.as_ref(), maps)
            .or(legacy_key.map(normal));
        Some(Part {
            index: request.index_name.clone(),
            key: key_condition.as_ref().and_then(equalities),
            key_condition,
            filter: self
                .condition(request.filter_expression.as_ref(), maps)
                .or_else(|| legacy_filter(LegacyParameter::QueryFilter, request.query_filter.as_ref(), operator)),
            projection: self.projection(
                request.projection_expression.as_ref(),
                request.attributes_to_get.as_ref(),
                maps,
            ),
            consistent_read: Some(request.consistent_read.unwrap_or_default()),
            ..self.part(Action::Query, request.table_name.as_ref())?
        })
    }

    fn scan(&self, request: &ScanRequest) -> Option<Part> {
        let maps = (
            request.expression_attribute_names.as_ref(),
            request.expression_attribute_values.as_ref(),
        );
        let operator = request.conditional_operator.as_ref();
        Some(Part {
            index: request.index_name.clone(),
            filter: self
                .condition(request.filter_expression.as_ref(), maps)
                .or_else(|| legacy_filter(LegacyParameter::ScanFilter, request.scan_filter.as_ref(), operator)),
            projection: self.projection(
                request.projection_expression.as_ref(),
                request.attributes_to_get.as_ref(),
                maps,
            ),
            consistent_read: Some(request.consistent_read.unwrap_or_default()),
            ..self.part(Action::Scan, request.table_name.as_ref())?
        })
    }

    /// A search; what it compares with is a vector of its own, which nobody matches.
    fn search_vectors(&self, request: &SearchVectorsRequest) -> Option<Part> {
        let maps = (request.expression_attribute_names.as_ref(), None);
        Some(Part {
            index: request.index_name.clone(),
            projection: self.projection(request.projection_expression.as_ref(), None, maps),
            consistent_read: Some(false),
            ..self.part(Action::Query, request.table_name.as_ref())?
        })
    }

    fn batch_get_item(&self, request: &BatchGetItemRequest) -> Vec<Part> {
        let mut parts = Vec::new();
        for (name, request) in request.request_items.iter().flat_map(Entries::iter) {
            let Some(part) = self.part(Action::Get, Some(name)) else {
                continue;
            };
            let maps = (request.expression_attribute_names.as_ref(), None);
            let projection = self.projection(
                request.projection_expression.as_ref(),
                request.attributes_to_get.as_ref(),
                maps,
            );
            parts.extend(request.keys.iter().flatten().map(|key| Part {
                key: Some(key.item.clone()),
                projection: projection.clone(),
                consistent_read: Some(request.consistent_read.unwrap_or_default()),
                ..part.clone()
            }));
        }
        parts
    }

    fn batch_write_item(&self, request: &BatchWriteItemRequest) -> Vec<Part> {
        let tables = request.request_items.iter().flat_map(Entries::iter);
        let writes = tables.flat_map(|(name, writes)| writes.iter().map(move |write| (name, write)));
        let part = |(name, write): (&Text, &crate::model::wire::WriteRequest)| match (
            &write.put_request,
            &write.delete_request,
        ) {
            (Some(put), None) => Some(Part {
                item: item_of(put.item.as_ref()),
                ..self.part(Action::Put, Some(name))?
            }),
            (None, Some(delete)) => Some(Part {
                key: item_of(delete.key.as_ref()),
                ..self.part(Action::Delete, Some(name))?
            }),
            _ => None,
        };
        writes.filter_map(part).collect()
    }

    fn transact_get_items(&self, request: &TransactGetItemsRequest) -> Vec<Part> {
        let gets = request
            .transact_items
            .iter()
            .flatten()
            .filter_map(|entry| entry.get.as_ref());
        let part = |get: &TransactGet| {
            let maps = (get.expression_attribute_names.as_ref(), None);
            Some(Part {
                key: item_of(get.key.as_ref()),
                projection: self.projection(get.projection_expression.as_ref(), None, maps),
                ..self.part(Action::Get, get.table_name.as_ref())?
            })
        };
        gets.filter_map(part).collect()
    }

    fn transact_write_items(&self, request: &TransactWriteItemsRequest) -> Vec<Part> {
        let entries = request.transact_items.iter().flatten();
        entries.filter_map(|entry| self.transact_write(entry)).collect()
    }

    /// One action of a transaction: they have their members in common, but are shapes of their own.
    fn transact_write(&self, entry: &TransactWriteItem) -> Option<Part> {
        macro_rules! part {
            ($action:expr, $sent:expr) => {
                Part {
                    condition: self.condition(
                        $sent.condition_expression.as_ref(),
                        (
                            $sent.expression_attribute_names.as_ref(),
                            $sent.expression_attribute_values.as_ref(),
                        ),
                    ),
                    ..self.part($action, $sent.table_name.as_ref())?
                }
            };
        }
        if let Some(check) = &entry.condition_check {
            let key = item_of(check.key.as_ref());
            return Some(Part {
                key,
                ..part!(Action::Check, check)
            });
        }
        if let Some(put) = &entry.put {
            let item = item_of(put.item.as_ref());
            return Some(Part {
                item,
                ..part!(Action::Put, put)
            });
        }
        if let Some(delete) = &entry.delete {
            let key = item_of(delete.key.as_ref());
            return Some(Part {
                key,
                ..part!(Action::Delete, delete)
            });
        }
        let update = entry.update.as_ref()?;
        let names = update.expression_attribute_names.as_ref();
        let values = update.expression_attribute_values.as_ref();
        let text = update.update_expression.as_ref();
        Some(Part {
            key: item_of(update.key.as_ref()),
            update: text.and_then(|text| resolved::<Update>(self.cache, text, names, values)),
            ..part!(Action::Update, update)
        })
    }

    /// A statement of PartiQL. What is key and what is condition in its WHERE clause, only the table knows: both have all of it.
    fn statement(
        &self,
        text: Option<&Text>,
        parameters: Option<&Vec<Parameter>>,
        consistent_read: Option<bool>,
    ) -> Option<Part> {
        let statement = self.cache.statement(text?).ok()?;
        let parameters = parameters.into_iter().flatten();
        let parameters: Vec<Value> = parameters.map(|parameter| parameter.arg.value.clone()).collect();
        let bound = statement.bind(&parameters).ok()?;
        let (action, reads) = match statement.kind() {
            Kind::Select => (Action::Select, true),
            Kind::Exists => (Action::Check, false),
            Kind::Insert => (Action::Put, false),
            Kind::Update => (Action::Update, false),
            Kind::Delete => (Action::Delete, false),
        };
        let equalities = bound.equalities();
        let clause = bound.resolved_condition();
        let (filter, condition) = if reads { (clause, None) } else { (None, clause) };
        Some(Part {
            index: statement.target().index.clone(),
            key: (!equalities.is_empty()).then(|| equalities.into()),
            item: bound.item().map(PackedItem::from),
            filter,
            condition,
            update: bound.resolved_update(),
            projection: bound.resolved_projection(),
            consistent_read: reads.then(|| consistent_read.unwrap_or_default()),
            ..self.part(action, Some(&statement.target().table))?
        })
    }

    fn condition(&self, text: Option<&Text>, maps: Maps<'_>) -> Option<Syntax<ast::Condition>> {
        text.and_then(|text| resolved::<Condition>(self.cache, text, maps.0, maps.1))
    }

    fn projection(
        &self,
        text: Option<&Text>,
        legacy: Option<&Vec<Text>>,
        maps: Maps<'_>,
    ) -> Option<Syntax<ast::Projection>> {
        let legacy = legacy.map(|names| {
            let paths = names.iter().cloned().map(ast::Path::attribute);
            Syntax::from(ast::Projection(paths.collect()).normal())
        });
        text.and_then(|text| resolved::<Projection>(self.cache, text, maps.0, maps.1))
            .or(legacy)
    }
}

/// The table that an operation on tables names.
fn table_of(request: &Request) -> Option<&Text> {
    match request {
        Request::CreateBackup(request) => request.table_name.as_ref(),
        Request::CreateTable(request) => request.table_name.as_ref(),
        Request::DeleteTable(request) => request.table_name.as_ref(),
        Request::DescribeContinuousBackups(request) => request.table_name.as_ref(),
        Request::DescribeContributorInsights(request) => request.table_name.as_ref(),
        Request::DescribeKinesisStreamingDestination(request) => request.table_name.as_ref(),
        Request::DescribeTable(request) => request.table_name.as_ref(),
        Request::DescribeTableReplicaAutoScaling(request) => request.table_name.as_ref(),
        Request::DescribeTimeToLive(request) => request.table_name.as_ref(),
        Request::DisableKinesisStreamingDestination(request) => request.table_name.as_ref(),
        Request::EnableKinesisStreamingDestination(request) => request.table_name.as_ref(),
        Request::ExportTableToPointInTime(request) => request.table_arn.as_ref(),
        Request::ImportTable(request) => request.table_creation_parameters.as_ref()?.table_name.as_ref(),
        Request::ListBackups(request) => request.table_name.as_ref(),
        Request::ListContributorInsights(request) => request.table_name.as_ref(),
        Request::ListExports(request) => request.table_arn.as_ref(),
        Request::ListImports(request) => request.table_arn.as_ref(),
        Request::RestoreTableFromBackup(request) => request.target_table_name.as_ref(),
        Request::RestoreTableToPointInTime(request) => request.target_table_name.as_ref(),
        Request::StartBulkPutItems(request) => request.table_name.as_ref(),
        Request::UpdateContinuousBackups(request) => request.table_name.as_ref(),
        Request::UpdateContributorInsights(request) => request.table_name.as_ref(),
        Request::UpdateKinesisStreamingDestination(request) => request.table_name.as_ref(),
        Request::UpdateTable(request) => request.table_name.as_ref(),
        Request::UpdateTableReplicaAutoScaling(request) => request.table_name.as_ref(),
        Request::UpdateTimeToLive(request) => request.table_name.as_ref(),
        _ => None,
    }
}

fn item_of(sent: Option<&ItemArg>) -> Option<PackedItem> {
    sent.map(|sent| sent.item.clone())
}

fn normal(tree: ast::Condition) -> Syntax<ast::Condition> {
    Syntax::from(tree.normal())
}

/// How legacy conditions are joined; a wrong operator is refused later.
fn join(operator: Option<&Text>, conditions: usize) -> Join {
    Join::read(operator.map(Text::as_str), conditions).unwrap_or_default()
}

fn expected(
    conditions: Option<&Entries<ExpectedAttributeValue>>,
    operator: Option<&Text>,
) -> Option<Syntax<ast::Condition>> {
    let conditions = conditions?;
    let tree = legacy::expected_tree(conditions, join(operator, conditions.len())).ok()?;
    tree.map(normal)
}

fn legacy_filter(
    parameter: LegacyParameter,
    conditions: Option<&Entries<crate::model::wire::Condition>>,
    operator: Option<&Text>,
) -> Option<Syntax<ast::Condition>> {
    let conditions = conditions?;
    let tree = legacy::filter_tree(parameter, conditions, join(operator, conditions.len())).ok()?;
    tree.map(normal)
}

/// The attributes that a key condition says must be equal to something.
fn equalities(condition: &Syntax<ast::Condition>) -> Option<PackedItem> {
    let clauses = match &condition.tree {
        ast::Condition::And(clauses) => clauses.as_slice(),
        one => std::slice::from_ref(one),
    };
    let equal: Vec<(Name, Value)> = clauses.iter().filter_map(equality).collect();
    (!equal.is_empty()).then(|| equal.into())
}

fn equality(clause: &ast::Condition) -> Option<(Name, Value)> {
    match clause {
        ast::Condition::Compare {
            comparator: Comparator::Equal,
            left: Operand::Path(path),
            right: Operand::Value(Constant::Literal(value)),
        } => match path.elements() {
            [Element::Name(name)] => Some((name.clone(), value.clone())),
            _ => None,
        },
        _ => None,
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
