//! Each kind of request: which tables and items it is about, and by which of its members.

use super::expressions::{attribute_updates, equalities, expected, filter, key_conditions};
use super::tables::table_of;
use super::{Action, Part};
use crate::engine::Caller;
use crate::engine::names::TableTarget;
use crate::engine::transactions::action::{Kind as SentKind, actions_of};
use crate::expression::partiql::Kind;
use crate::expression::{ExpressionCache, LegacyParameter};
use crate::model::json::{Entries, Text};
use crate::model::wire::{
    BatchGetItemRequest, BatchStatementRequest, BatchWriteItemRequest, DeleteItemRequest, GetItemRequest, ItemArg,
    Parameter, ParameterizedStatement, PutItemRequest, QueryRequest, ScanRequest, SearchVectorsRequest, TransactGet,
    TransactGetItemsRequest, TransactWriteItem, TransactWriteItemsRequest, UpdateItemRequest, WriteRequest,
};
use crate::model::{PackedItem, Request, Value};

/// What requests are resolved by.
pub(super) struct Resolver<'a> {
    pub(super) cache: &'a ExpressionCache,
    pub(super) caller: &'a Caller,
}

/// The placeholders of a request, whose members have the same names in all operations.
macro_rules! maps {
    ($request:expr) => {
        (
            $request.expression_attribute_names.as_ref(),
            $request.expression_attribute_values.as_ref(),
        )
    };
}

impl Resolver<'_> {
    /// What a request is about.
    pub(super) fn parts(&self, request: &Request) -> Vec<Part> {
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
        let maps = maps!(request);
        let legacy = expected(request.expected.as_ref(), request.conditional_operator.as_ref());
        Some(Part {
            item: item_of(request.item.as_ref()),
            condition: self.condition(request.condition_expression.as_ref(), maps).or(legacy),
            ..self.part(Action::Put, request.table_name.as_ref())?
        })
    }

    fn update_item(&self, request: &UpdateItemRequest) -> Option<Part> {
        let maps = maps!(request);
        let legacy = expected(request.expected.as_ref(), request.conditional_operator.as_ref());
        let update = self.update(request.update_expression.as_ref(), maps);
        let legacy_update = attribute_updates(request.attribute_updates.as_ref());
        Some(Part {
            key: item_of(request.key.as_ref()),
            condition: self.condition(request.condition_expression.as_ref(), maps).or(legacy),
            update: update.or(legacy_update),
            ..self.part(Action::Update, request.table_name.as_ref())?
        })
    }

    fn delete_item(&self, request: &DeleteItemRequest) -> Option<Part> {
        let maps = maps!(request);
        let legacy = expected(request.expected.as_ref(), request.conditional_operator.as_ref());
        Some(Part {
            key: item_of(request.key.as_ref()),
            condition: self.condition(request.condition_expression.as_ref(), maps).or(legacy),
            ..self.part(Action::Delete, request.table_name.as_ref())?
        })
    }

    fn query(&self, request: &QueryRequest) -> Option<Part> {
        let maps = maps!(request);
        let operator = request.conditional_operator.as_ref();
        let legacy_key = key_conditions(request.key_conditions.as_ref());
        let key_condition = self
            .condition(request.key_condition_expression.as_ref(), maps)
            .or(legacy_key);
        Some(Part {
            index: request.index_name.clone(),
            key: key_condition.as_ref().and_then(equalities),
            key_condition,
            filter: self
                .condition(request.filter_expression.as_ref(), maps)
                .or_else(|| filter(LegacyParameter::QueryFilter, request.query_filter.as_ref(), operator)),
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
        let maps = maps!(request);
        let operator = request.conditional_operator.as_ref();
        Some(Part {
            index: request.index_name.clone(),
            filter: self
                .condition(request.filter_expression.as_ref(), maps)
                .or_else(|| filter(LegacyParameter::ScanFilter, request.scan_filter.as_ref(), operator)),
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
        let part = |(name, write): (&Text, &WriteRequest)| match (&write.put_request, &write.delete_request) {
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

    fn transact_write(&self, entry: &TransactWriteItem) -> Option<Part> {
        let sent = actions_of(entry).next()?;
        let action = match sent.kind {
            SentKind::Check => Action::Check,
            SentKind::Put => Action::Put,
            SentKind::Delete => Action::Delete,
            SentKind::Update => Action::Update,
        };
        let sent_item = item_of(sent.attributes);
        let (key, item) = if action == Action::Put {
            (None, sent_item)
        } else {
            (sent_item, None)
        };
        let maps = (sent.names, sent.values);
        Some(Part {
            key,
            item,
            condition: self.condition(sent.condition, maps),
            update: self.update(sent.update, maps),
            ..self.part(action, sent.table_name)?
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
}

fn item_of(sent: Option<&ItemArg>) -> Option<PackedItem> {
    sent.map(|sent| sent.item.clone())
}
