//! The model of a table: a few items with a number each, written one by one under conditions or several together.
//!
//! Inputs and outputs are what DynamoDB is asked and answers, without its names: [`Input::request`] spells a request,
//! [`Input::answer`] reads an answer. Keys and numbers are small, so that clients meet often and a state is quickly compared.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::Model;

/// The number of an item; an item without one is not there.
pub type Number = i64;

/// What is asked of one item before it is written, or instead.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Condition {
    /// Nothing.
    Any,
    /// The item is not there.
    Absent,
    /// The item is there and has this number.
    Equals(Number),
}

/// What is done to one item.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Change {
    /// It gets a number.
    Put(Number),
    /// Its number grows; where there is no item there is one then.
    Add(Number),
    /// It goes.
    Delete,
    /// Nothing: only the condition counts.
    Check,
}

/// A write of one item.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Write {
    /// Which item.
    pub key: u8,
    /// What is asked of it.
    pub condition: Condition,
    /// What is done to it.
    pub change: Change,
}

/// A request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input {
    /// Reads an item.
    Get(u8),
    /// Writes an item; never a check.
    Write(Write),
    /// Reads several items at one moment.
    TransactGet(Vec<u8>),
    /// Writes several items at one moment, or none.
    TransactWrite(Vec<Write>),
}

/// An answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Output {
    /// The numbers of the items that were read.
    Numbers(Vec<Option<Number>>),
    /// The write was done.
    Done,
    /// The condition of a write was false.
    Failed,
    /// The transaction was cancelled: whether each of its conditions was false.
    Cancelled(Vec<bool>),
}

/// The model.
#[derive(Clone, Copy, Debug, Default)]
pub struct Items;

type State = BTreeMap<u8, Number>;

impl Model for Items {
    type State = State;
    type Input = Input;
    type Output = Output;

    fn initial(&self) -> State {
        State::new()
    }

    fn step(&self, state: &State, input: &Input, output: &Output) -> Option<State> {
        let (expected, next) = match input {
            Input::Get(key) => (Output::Numbers(vec![state.get(key).copied()]), None),
            Input::TransactGet(keys) => {
                let numbers = keys.iter().map(|key| state.get(key).copied());
                (Output::Numbers(numbers.collect()), None)
            }
            Input::Write(write) if write.holds(state) => (Output::Done, Some(write.applied(state.clone()))),
            Input::Write(_) => (Output::Failed, None),
            Input::TransactWrite(writes) => transact(state, writes),
        };
        (expected == *output).then(|| next.unwrap_or_else(|| state.clone()))
    }
}

fn transact(state: &State, writes: &[Write]) -> (Output, Option<State>) {
    let failed: Vec<bool> = writes.iter().map(|write| !write.holds(state)).collect();
    if failed.contains(&true) {
        return (Output::Cancelled(failed), None);
    }
    let next = writes.iter().fold(state.clone(), |state, write| write.applied(state));
    (Output::Done, Some(next))
}

impl Write {
    fn holds(&self, state: &State) -> bool {
        let number = state.get(&self.key).copied();
        match self.condition {
            Condition::Any => true,
            Condition::Absent => number.is_none(),
            Condition::Equals(wanted) => number == Some(wanted),
        }
    }

    fn applied(&self, mut state: State) -> State {
        match self.change {
            Change::Put(number) => drop(state.insert(self.key, number)),
            Change::Add(number) => *state.entry(self.key).or_default() += number,
            Change::Delete => drop(state.remove(&self.key)),
            Change::Check => {}
        }
        state
    }

    /// The members of the request or of the transaction's action.
    fn members(&self, table: &str) -> Value {
        let mut members = match self.change {
            Change::Put(number) => json!({"Item": {"pk": pk(self.key), "n": n(number)}}),
            Change::Add(number) => json!({"Key": key(self.key), "UpdateExpression": "ADD n :add",
                "ExpressionAttributeValues": {":add": n(number)}}),
            Change::Delete | Change::Check => json!({"Key": key(self.key)}),
        };
        members["TableName"] = json!(table);
        match self.condition {
            // A check must have a condition; this one always holds.
            Condition::Any if self.change == Change::Check => {
                members["ConditionExpression"] = json!("attribute_exists(pk) OR attribute_not_exists(pk)");
            }
            Condition::Any => {}
            Condition::Absent => members["ConditionExpression"] = json!("attribute_not_exists(pk)"),
            Condition::Equals(number) => {
                members["ConditionExpression"] = json!("n = :wanted");
                members["ExpressionAttributeValues"][":wanted"] = n(number);
            }
        }
        members
    }

    fn action(&self, table: &str) -> Value {
        let kind = match self.change {
            Change::Put(_) => "Put",
            Change::Add(_) => "Update",
            Change::Delete => "Delete",
            Change::Check => "ConditionCheck",
        };
        json!({ kind: self.members(table) })
    }
}

fn pk(key: u8) -> Value {
    json!({"S": key.to_string()})
}

fn key(key: u8) -> Value {
    json!({ "pk": pk(key) })
}

fn n(number: Number) -> Value {
    json!({"N": number.to_string()})
}

impl Input {
    /// The operation and the body that ask this of a table.
    #[must_use]
    pub fn request(&self, table: &str) -> (&'static str, Value) {
        let get = |of: &u8| json!({"TableName": table, "Key": key(*of)});
        match self {
            Self::Get(of) => {
                let mut body = get(of);
                body["ConsistentRead"] = json!(true);
                ("GetItem", body)
            }
            Self::Write(write) => {
                let operation = match write.change {
                    Change::Put(_) => "PutItem",
                    Change::Add(_) => "UpdateItem",
                    Change::Delete => "DeleteItem",
                    Change::Check => unreachable!("a check is written in a transaction alone"),
                };
                (operation, write.members(table))
            }
            Self::TransactGet(keys) => {
                let gets: Vec<Value> = keys.iter().map(|of| json!({"Get": get(of)})).collect();
                ("TransactGetItems", json!({ "TransactItems": gets }))
            }
            Self::TransactWrite(writes) => {
                let actions: Vec<Value> = writes.iter().map(|write| write.action(table)).collect();
                ("TransactWriteItems", json!({ "TransactItems": actions }))
            }
        }
    }

    /// What an answer says: its status and its body. `None` if it is no answer that this can have.
    #[must_use]
    pub fn answer(&self, status: u16, body: &Value) -> Option<Output> {
        let number = |response: &Value| response["Item"]["n"]["N"].as_str().map(|text| text.parse().ok());
        let kind = body["__type"].as_str().unwrap_or_default();
        match self {
            Self::Get(_) if status == 200 => Some(Output::Numbers(vec![number(body).flatten()])),
            Self::TransactGet(_) if status == 200 => {
                let responses = body["Responses"].as_array()?;
                Some(Output::Numbers(
                    responses.iter().map(|each| number(each).flatten()).collect(),
                ))
            }
            Self::Write(_) | Self::TransactWrite(_) if status == 200 => Some(Output::Done),
            Self::Write(_) if kind.ends_with("#ConditionalCheckFailedException") => Some(Output::Failed),
            Self::TransactWrite(_) if kind.ends_with("#TransactionCanceledException") => {
                let failed = |reason: &Value| reason["Code"] == "ConditionalCheckFailed";
                Some(Output::Cancelled(
                    body["CancellationReasons"].as_array()?.iter().map(failed).collect(),
                ))
            }
            _ => None,
        }
    }
}
