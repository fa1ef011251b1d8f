//! How the service prints attribute values and structures in constraint errors: all sixteen fields of its Java class, maps in the order of a
//! Java `HashMap` (observed-validation.md §9b).

use std::fmt::{self, Formatter};

use super::violations::{Echo, echo_structure};
use crate::model::json::Entries;
use crate::model::wire::{
    AttributeArg, Attributes, BatchStatementRequest, ConditionCheck, DeleteRequest, ItemArg, KeySchemaElement,
    KeysAndAttributes, Parameter, ParameterizedStatement, PutRequest, SearchSchemaElement, TransactDelete, TransactGet,
    TransactGetItem, TransactPut, TransactUpdate, TransactWriteItem, WriteRequest,
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

impl Echo for ItemArg {
    fn echo(&self, f: &mut Formatter<'_>) -> fmt::Result {
        self.item.unpack().echo(f)
    }
}

impl Echo for Attributes {
    fn echo(&self, f: &mut Formatter<'_>) -> fmt::Result {
        self.map.echo(f)
    }
}

/// Prints a structure by its members, in the order in which the service prints them; one that is always null stands behind the others.
macro_rules! echo_members {
    ($( $type:ident as $name:literal { $( $member:literal: $field:ident ),* $(; $null:literal )? } )*) => {$(
        impl Echo for $type {
            fn echo(&self, f: &mut Formatter<'_>) -> fmt::Result {
                echo_structure(f, $name, &[ $( ($member, &self.$field), )* $( ($null, &Null), )? ])
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
        "returnValuesOnConditionCheckFailure": return_values_on_condition_check_failure;
        "workloadProfileName"
    }
    TransactPut as "Put" {
        "item": item,
        "tableName": table_name,
        "conditionExpression": condition_expression,
        "expressionAttributeNames": expression_attribute_names,
        "expressionAttributeValues": expression_attribute_values,
        "returnValuesOnConditionCheckFailure": return_values_on_condition_check_failure;
        "workloadProfileName"
    }
    TransactDelete as "Delete" {
        "key": key,
        "tableName": table_name,
        "conditionExpression": condition_expression,
        "expressionAttributeNames": expression_attribute_names,
        "expressionAttributeValues": expression_attribute_values,
        "returnValuesOnConditionCheckFailure": return_values_on_condition_check_failure;
        "workloadProfileName"
    }
    TransactUpdate as "Update" {
        "key": key,
        "updateExpression": update_expression,
        "tableName": table_name,
        "conditionExpression": condition_expression,
        "expressionAttributeNames": expression_attribute_names,
        "expressionAttributeValues": expression_attribute_values,
        "returnValuesOnConditionCheckFailure": return_values_on_condition_check_failure;
        "workloadProfileName"
    }
    TransactGet as "Get" {
        "key": key,
        "tableName": table_name,
        "projectionExpression": projection_expression,
        "expressionAttributeNames": expression_attribute_names;
        "workloadProfileName"
    }
    TransactWriteItem as "TransactWriteItem" {
        "conditionCheck": condition_check,
        "put": put,
        "delete": delete,
        "update": update
    }
    TransactGetItem as "TransactGetItem" { "get": get }
    PutRequest as "PutRequest" { "item": item; "workloadProfileName" }
    DeleteRequest as "DeleteRequest" { "key": key; "workloadProfileName" }
    WriteRequest as "WriteRequest" { "putRequest": put_request, "deleteRequest": delete_request }
    KeysAndAttributes as "KeysAndAttributes" {
        "keys": keys,
        "attributesToGet": attributes_to_get,
        "consistentRead": consistent_read,
        "projectionExpression": projection_expression,
        "expressionAttributeNames": expression_attribute_names
    }
    ParameterizedStatement as "ParameterizedStatement" {
        "statement": statement,
        "parameters": parameters,
        "returnValuesOnConditionCheckFailure": return_values_on_condition_check_failure
    }
    BatchStatementRequest as "BatchStatementRequest" {
        "statement": statement,
        "parameters": parameters,
        "consistentRead": consistent_read,
        "returnValuesOnConditionCheckFailure": return_values_on_condition_check_failure
    }
    KeySchemaElement as "KeySchemaElement" { "attributeName": attribute_name, "keyType": key_type }
    SearchSchemaElement as "SearchSchemaElement" {
        "attributeName": attribute_name,
        "searchSchemaElementType": search_schema_element_type
    }
}

impl Echo for Parameter {
    fn echo(&self, f: &mut Formatter<'_>) -> fmt::Result {
        self.arg.value.echo(f)
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
