//! PartiQL: ExecuteStatement, BatchExecuteStatement and ExecuteTransaction.

use super::attributes::AttributeArg;
use super::items::ConsumedCapacity;
use super::transactions::ItemResponse;
use crate::model::json::{Place, Read, Reader, Text, Token, Wire, Writer, shape};
use crate::model::packed::PackedItem;
use crate::model::value::{Item, Value};

shape! {
    /// A request of ExecuteStatement.
    pub struct ExecuteStatementRequest("ExecuteStatementInput") {
        /// The statement.
        statement: Option<Text> = "Statement",
        /// Values for its question marks.
        parameters: Option<Vec<Parameter>> = "Parameters",
        /// Whether the read is strongly consistent.
        consistent_read: Option<bool> = "ConsistentRead",
        /// Where a read goes on.
        next_token: Option<Text> = "NextToken",
        /// `NONE`, `TOTAL` or `INDEXES`.
        return_consumed_capacity: Option<Text> = "ReturnConsumedCapacity",
        /// Most items to evaluate.
        limit: Option<i32> = "Limit",
        /// `NONE` or `ALL_OLD`.
        return_values_on_condition_check_failure: Option<Text> = "ReturnValuesOnConditionCheckFailure",
    }

    /// An answer of ExecuteStatement.
    pub struct ExecuteStatementReply("ExecuteStatementOutput") {
        /// What was read, or what RETURNING asked for.
        items: Vec<PackedItem> = "Items",
        /// Where to go on, if there may be more.
        next_token: Option<Text> = "NextToken",
        /// What the statement cost.
        consumed_capacity: Option<ConsumedCapacity> = "ConsumedCapacity",
        /// The key of the last item that was evaluated, if there may be more.
        last_evaluated_key: Option<Item> = "LastEvaluatedKey",
    }

    /// A request of BatchExecuteStatement.
    pub struct BatchExecuteStatementRequest("BatchExecuteStatementInput") {
        /// The statements.
        statements: Option<Vec<BatchStatementRequest>> = "Statements",
        /// `NONE`, `TOTAL` or `INDEXES`.
        return_consumed_capacity: Option<Text> = "ReturnConsumedCapacity",
    }

    /// One statement of a batch.
    pub struct BatchStatementRequest("BatchStatementRequest") {
        /// The statement.
        statement: Option<Text> = "Statement",
        /// Values for its question marks.
        parameters: Option<Vec<Parameter>> = "Parameters",
        /// Whether the read is strongly consistent.
        consistent_read: Option<bool> = "ConsistentRead",
        /// `NONE` or `ALL_OLD`.
        return_values_on_condition_check_failure: Option<Text> = "ReturnValuesOnConditionCheckFailure",
    }

    /// An answer of BatchExecuteStatement.
    pub struct BatchExecuteStatementReply("BatchExecuteStatementOutput") {
        /// What became of each statement.
        responses: Vec<BatchStatementResponse> = "Responses",
        /// What the statements cost, by table.
        consumed_capacity: Option<Vec<ConsumedCapacity>> = "ConsumedCapacity",
    }

    /// What became of one statement of a batch.
    pub struct BatchStatementResponse("BatchStatementResponse") {
        /// Why it failed.
        error: Option<BatchStatementError> = "Error",
        /// The table that it was executed on.
        table_name: Option<Text> = "TableName",
        /// What was read, or what RETURNING asked for.
        item: Option<PackedItem> = "Item",
    }

    /// Why a statement of a batch failed.
    pub struct BatchStatementError("BatchStatementError") {
        /// The class of the error.
        code: Option<Text> = "Code",
        /// Its words.
        message: Option<Text> = "Message",
        /// The item that a failed condition met.
        item: Option<Item> = "Item",
    }
}

shape! {
    /// A request of ExecuteTransaction.
    pub struct ExecuteTransactionRequest("ExecuteTransactionInput") {
        /// The statements, of which all happen or none.
        transact_statements: Option<Vec<ParameterizedStatement>> = "TransactStatements",
        /// Makes the request idempotent for ten minutes.
        client_request_token: Option<Text> = "ClientRequestToken",
        /// `NONE`, `TOTAL` or `INDEXES`.
        return_consumed_capacity: Option<Text> = "ReturnConsumedCapacity",
    }

    /// One statement of a transaction.
    pub struct ParameterizedStatement("ParameterizedStatement") {
        /// The statement.
        statement: Option<Text> = "Statement",
        /// Values for its question marks.
        parameters: Option<Vec<Parameter>> = "Parameters",
        /// `NONE` or `ALL_OLD`.
        return_values_on_condition_check_failure: Option<Text> = "ReturnValuesOnConditionCheckFailure",
    }

    /// An answer of ExecuteTransaction.
    pub struct ExecuteTransactionReply("ExecuteTransactionOutput") {
        /// What was read, in the order of the request; none for writes.
        responses: Vec<ItemResponse> = "Responses",
        /// What the statements cost, by table.
        consumed_capacity: Option<Vec<ConsumedCapacity>> = "ConsumedCapacity",
    }
}

/// A value for a question mark.
///
/// Of a number its text is kept too: a statement that goes on must have a number of the same scale, which values do not tell.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Parameter {
    /// The value and what is wrong with it.
    pub arg: AttributeArg,
    /// The text of a number.
    pub number: Option<Text>,
}

impl From<Value> for Parameter {
    fn from(value: Value) -> Self {
        Self {
            arg: value.into(),
            number: None,
        }
    }
}

impl Wire for Parameter {
    fn java_type() -> String {
        AttributeArg::java_type()
    }

    fn read(reader: &mut Reader<'_>, place: Place) -> Read<Self> {
        let mut again = reader.clone();
        let arg = AttributeArg::read(reader, place)?;
        let mut number = None;
        if matches!(arg.value, Value::N(_)) {
            again.object(|reader, member| {
                if member != "N" || reader.peek()? == Token::Null {
                    return reader.skip();
                }
                number = Some(Text::read(reader, Place::Member)?);
                Ok(())
            })?;
        }
        Ok(Self { arg, number })
    }

    fn write(&self, writer: &mut Writer<'_>) {
        self.arg.write(writer);
    }
}
