//! How the service prints attribute values in constraint errors: all sixteen fields of its Java class, maps in the order of a Java
//! `HashMap` (observed-validation.md §9b).

use std::fmt::{self, Formatter};

use super::violations::{Echo, echo_structure};
use crate::model::json::Entries;
use crate::model::wire::{
    AttributeArg, Attributes, BatchStatementRequest, ConditionCheck, DeleteRequest, KeysAndAttributes, Parameter,
    ParameterizedStatement, PutRequest, TransactDelete, TransactGet, TransactGetItem, TransactPut, TransactUpdate,
    TransactWriteItem, WriteRequest,
};
use crate::model::{AttributeMap, Binary, Value};

/// The fields of the service's `AttributeValue` in the order in which it prints them.
const FIELDS: [&str; 16] = [
    "s",
    "n",
    "b",
    "iNT",
    "dECIMAL",
    "dOUBLE",
    "sS",
    "nS",
    "bS",
    "iNTSET",
    "dECIMALSET",
    "dOUBLESET",
    "m",
    "l",
    "nULL",
    "bOOL",
];

/// A member that is always null.
struct Null;

impl Echo for Null {
    fn echo(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str("null")
    }
}

fn field(value: &Value) -> &'static str {
    match value {
        Value::S(_) => "s",
        Value::N(_) => "n",
        Value::B(_) => "b",
        Value::Bool(_) => "bOOL",
        Value::Null => "nULL",
        Value::Ss(_) => "sS",
        Value::Ns(_) => "nS",
        Value::Bs(_) => "bS",
        Value::L(_) => "l",
        Value::M(_) => "m",
    }
}

impl Echo for Value {
    fn echo(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let own = field(self);
        f.write_str("AttributeValue(")?;
        for (position, name) in FIELDS.iter().enumerate() {
            write!(f, "{}{name}=", if position == 0 { "" } else { ", " })?;
            if *name == own {
                echo_content(self, f)?
            } else {
                f.write_str("null")?
            }
        }
        f.write_str(")")
    }
}

fn echo_content(value: &Value, f: &mut Formatter<'_>) -> fmt::Result {
    match value {
        Value::S(text) => f.write_str(text),
        Value::N(number) => write!(f, "{number}"),
        Value::B(bytes) => echo_binary(bytes, f),
        Value::Bool(flag) => write!(f, "{flag}"),
        Value::Null => f.write_str("true"),
        Value::Ss(set) => echo_list(set.iter(), f, |text, f| f.write_str(text)),
        Value::Ns(set) => echo_list(set.iter(), f, |number, f| write!(f, "{number}")),
        Value::Bs(set) => echo_list(set.iter(), f, echo_binary),
        Value::L(list) => echo_list(list.iter(), f, Value::echo),
        Value::M(map) => map.echo(f),
    }
}

fn echo_binary(bytes: &Binary, f: &mut Formatter<'_>) -> fmt::Result {
    write!(f, "java.nio.HeapByteBuffer[pos=0 lim={0} cap={0}]", bytes.len())
}

fn echo_list<'a, T: 'a>(
    elements: impl Iterator<Item = &'a T>,
    f: &mut Formatter<'_>,
    echo: impl Fn(&T, &mut Formatter<'_>) -> fmt::Result,
) -> fmt::Result {
    f.write_str("[")?;
    for (position, element) in elements.enumerate() {
        f.write_str(if position == 0 { "" } else { ", " })?;
        echo(element, f)?;
    }
    f.write_str("]")
}

impl Echo for AttributeMap {
    fn echo(&self, f: &mut Formatter<'_>) -> fmt::Result {
        Entries(self.iter().map(|(name, value)| (name.clone(), value.clone())).collect()).echo(f)
    }
}

impl Echo for AttributeArg {
    fn echo(&self, f: &mut Formatter<'_>) -> fmt::Result {
        self.value.echo(f)
    }
}

impl Echo for Attributes {
    fn echo(&self, f: &mut Formatter<'_>) -> fmt::Result {
        self.map.echo(f)
    }
}

impl Echo for WriteRequest {
    fn echo(&self, f: &mut Formatter<'_>) -> fmt::Result {
        echo_structure(
            f,
            "WriteRequest",
            &[
                ("putRequest", &self.put_request),
                ("deleteRequest", &self.delete_request),
            ],
        )
    }
}

/// Prints a structure by its members, in the order in which the service prints them.
macro_rules! echo_members {
    ($( $type:ident as $name:literal { $( $member:literal: $field:ident ),* $(,)? } )*) => {$(
        impl Echo for $type {
            fn echo(&self, f: &mut Formatter<'_>) -> fmt::Result {
                echo_structure(f, $name, &[ $( ($member, &self.$field), )* ("workloadProfileName", &Null) ])
            }
        }
    )*};
}

echo_members! {
    ConditionCheck as "ConditionCheck" {
        "key": key,
        "tableName": table_name,
        "conditionExpression": condition_expression,
        "expressionAttributeNames": expression_attribute_names,
        "expressionAttributeValues": expression_attribute_values,
        "returnValuesOnConditionCheckFailure": return_values_on_condition_check_failure,
    }
    TransactPut as "Put" {
        "item": item,
        "tableName": table_name,
        "conditionExpression": condition_expression,
        "expressionAttributeNames": expression_attribute_names,
        "expressionAttributeValues": expression_attribute_values,
        "returnValuesOnConditionCheckFailure": return_values_on_condition_check_failure,
    }
    TransactDelete as "Delete" {
        "key": key,
        "tableName": table_name,
        "conditionExpression": condition_expression,
        "expressionAttributeNames": expression_attribute_names,
        "expressionAttributeValues": expression_attribute_values,
        "returnValuesOnConditionCheckFailure": return_values_on_condition_check_failure,
    }
    TransactUpdate as "Update" {
        "key": key,
        "updateExpression": update_expression,
        "tableName": table_name,
        "conditionExpression": condition_expression,
        "expressionAttributeNames": expression_attribute_names,
        "expressionAttributeValues": expression_attribute_values,
        "returnValuesOnConditionCheckFailure": return_values_on_condition_check_failure,
    }
    TransactGet as "Get" {
        "key": key,
        "tableName": table_name,
        "projectionExpression": projection_expression,
        "expressionAttributeNames": expression_attribute_names,
    }
    PutRequest as "PutRequest" { "item": item }
    DeleteRequest as "DeleteRequest" { "key": key }
}

impl Echo for KeysAndAttributes {
    fn echo(&self, f: &mut Formatter<'_>) -> fmt::Result {
        echo_structure(
            f,
            "KeysAndAttributes",
            &[
                ("keys", &self.keys),
                ("attributesToGet", &self.attributes_to_get),
                ("consistentRead", &self.consistent_read),
                ("projectionExpression", &self.projection_expression),
                ("expressionAttributeNames", &self.expression_attribute_names),
            ],
        )
    }
}

impl Echo for TransactWriteItem {
    fn echo(&self, f: &mut Formatter<'_>) -> fmt::Result {
        echo_structure(
            f,
            "TransactWriteItem",
            &[
                ("conditionCheck", &self.condition_check),
                ("put", &self.put),
                ("delete", &self.delete),
                ("update", &self.update),
            ],
        )
    }
}

impl Echo for TransactGetItem {
    fn echo(&self, f: &mut Formatter<'_>) -> fmt::Result {
        echo_structure(f, "TransactGetItem", &[("get", &self.get)])
    }
}

impl Echo for Parameter {
    fn echo(&self, f: &mut Formatter<'_>) -> fmt::Result {
        self.arg.value.echo(f)
    }
}

impl Echo for ParameterizedStatement {
    fn echo(&self, f: &mut Formatter<'_>) -> fmt::Result {
        echo_structure(
            f,
            "ParameterizedStatement",
            &[
                ("statement", &self.statement),
                ("parameters", &self.parameters),
                (
                    "returnValuesOnConditionCheckFailure",
                    &self.return_values_on_condition_check_failure,
                ),
            ],
        )
    }
}

impl Echo for BatchStatementRequest {
    fn echo(&self, f: &mut Formatter<'_>) -> fmt::Result {
        echo_structure(
            f,
            "BatchStatementRequest",
            &[
                ("statement", &self.statement),
                ("parameters", &self.parameters),
                ("consistentRead", &self.consistent_read),
                (
                    "returnValuesOnConditionCheckFailure",
                    &self.return_values_on_condition_check_failure,
                ),
            ],
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::violations::Echoed;
    use crate::model::json::from_text;

    #[test]
    fn a_write_of_a_batch_prints_as_captured() {
        let request: WriteRequest = from_text(r#"{"PutRequest":{"Item":{"pk":{"S":"a"}}}}"#).unwrap();
        assert_eq!(
            Echoed(&request).to_string(),
            "WriteRequest(putRequest=PutRequest(item={pk=AttributeValue(s=a, n=null, b=null, iNT=null, dECIMAL=null, dOUBLE=null, sS=null, \
             nS=null, bS=null, iNTSET=null, dECIMALSET=null, dOUBLESET=null, m=null, l=null, nULL=null, bOOL=null)}, \
             workloadProfileName=null), deleteRequest=null)"
        );
    }
}
