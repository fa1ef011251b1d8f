//! What two normal answers disagree in, if anything.

use serde_json::Value;

use super::answer::Answer;
use super::class::{Class, shape_of_message};

/// Differences of a body that a shape tells at most.
const DIFFERENCES_MAX: usize = 4;
/// The operation of classes that do not depend on it.
const ANY_OPERATION: &str = "any";

/// The class of the disagreement of two normal answers.
pub(super) fn disagreement(operation: &str, left: &Answer, right: &Answer) -> Option<Class> {
    if left == right {
        return None;
    }
    let class = |operation: &str, left: String, right: String| Class {
        operation: operation.to_owned(),
        left,
        right,
    };
    if let Some(class) = disagreement_of_members(operation, left, right) {
        return Some(class);
    }
    if left.is_success() && right.is_success() {
        if rows_in_order(left) == rows_in_order(right) {
            let operation = format!("order of rows of {operation}");
            return Some(class(&operation, "success".to_owned(), "success".to_owned()));
        }
        let (left, right) = shapes_of_bodies(&left.body, &right.body);
        return Some(class(operation, left, right));
    }
    let same_words = (left.error_type(), left.message()) == (right.error_type(), right.message());
    if same_words && !left.is_success() && !right.is_success() {
        let (left_frame, right_frame) = (frame(left), frame(right));
        if left_frame != right_frame {
            return Some(class(ANY_OPERATION, left_frame, right_frame));
        }
        let (left, right) = shapes_of_bodies(&left.body, &right.body);
        return Some(class(operation, format!("error {left}"), format!("error {right}")));
    }
    let (left, mut right) = (shape(left), shape(right));
    if left == right {
        right.push_str(" (other literals)");
    }
    Some(class(operation, left, right))
}

/// The class of the first statements of a batch, or reasons of a cancelled transaction, that disagree in an error.
fn disagreement_of_members(operation: &str, left: &Answer, right: &Answer) -> Option<Class> {
    let (list, error, what) = match operation {
        "BatchExecuteStatement" if left.is_success() && right.is_success() => ("Responses", "/Error", "member"),
        _ if is_cancelled(left) && is_cancelled(right) => ("CancellationReasons", "", "reason"),
        _ => return None,
    };
    let (lefts, rights) = (left.body[list].as_array()?, right.body[list].as_array()?);
    let shape = |member: &Value| {
        let error = member.pointer(error)?;
        let message = error["Message"].as_str().map(shape_of_message);
        let code = error["Code"].as_str().unwrap_or("no code");
        Some(format!("{code}: {}", message.unwrap_or_default()))
    };
    let told = |member: &Value| {
        member
            .pointer(error)
            .map(|error| (error["Code"].clone(), error["Message"].clone()))
    };
    let (one, other) = lefts.iter().zip(rights).find(|(one, other)| told(one) != told(other))?;
    let tell = |member| shape(member).unwrap_or_else(|| "success".to_owned());
    let (left, mut right) = (tell(one), tell(other));
    if left == right {
        right.push_str(" (other literals)");
    }
    let operation = format!("{what} of {operation}");
    (lefts.len() == rights.len()).then_some(Class { operation, left, right })
}

/// The body with its rows in an order of their own.
fn rows_in_order(answer: &Answer) -> Value {
    let mut body = answer.body.clone();
    if let Some(Value::Array(rows)) = body.get_mut("Items") {
        rows.sort_by_cached_key(Value::to_string);
    }
    body
}

fn is_cancelled(answer: &Answer) -> bool {
    answer.error_type() == "TransactionCanceledException"
}

/// What an answer says, whatever about.
pub(super) fn shape(answer: &Answer) -> String {
    match answer.message() {
        _ if answer.is_success() => "success".to_owned(),
        Some(message) => format!("{}: {}", answer.error_type(), shape_of_message(message)),
        None => format!("{} without message", answer.error_type()),
    }
}

/// How an error is wrapped: status, namespace of its type, name of the message's member.
fn frame(answer: &Answer) -> String {
    let member = answer.message_member().unwrap_or("no message");
    format!("{} {} {}", answer.status, answer.whole_type(), member)
}

/// Where two bodies differ, told from either side.
fn shapes_of_bodies(left: &Value, right: &Value) -> (String, String) {
    let mut differences = Differences::default();
    differences.collect("", left, right);
    let tell = |mut places: Vec<String>| {
        places.sort();
        places.dedup();
        places.truncate(DIFFERENCES_MAX);
        format!("success {{{}}}", places.join(", "))
    };
    (tell(differences.left), tell(differences.right))
}

/// The places that differ, as the left and as the right one has them.
#[derive(Default)]
struct Differences {
    left: Vec<String>,
    right: Vec<String>,
}

impl Differences {
    fn collect(&mut self, path: &str, left: &Value, right: &Value) {
        match (left, right) {
            (left, right) if left == right => {}
            (Value::Object(left), Value::Object(right)) => {
                for (name, inner) in left {
                    let path = format!("{path}.{}", step(name));
                    match right.get(name) {
                        Some(other) => self.collect(&path, inner, other),
                        None => self.left.push(format!("only {path}")),
                    }
                }
                for name in right.keys().filter(|name| !left.contains_key(*name)) {
                    self.right.push(format!("only {path}.{}", step(name)));
                }
            }
            (Value::Array(left), Value::Array(right)) if left.len() == right.len() => {
                for (inner, other) in left.iter().zip(right) {
                    self.collect(&format!("{path}[]"), inner, other);
                }
            }
            (Value::Array(left), Value::Array(right)) => {
                let longer = if left.len() > right.len() {
                    &mut self.left
                } else {
                    &mut self.right
                };
                longer.push(format!("longer {path}"));
            }
            (Value::String(_), Value::String(_)) if path.ends_with("Status") => {
                self.left.push(format!("{path}={left}"));
                self.right.push(format!("{path}={right}"));
            }
            _ => {
                self.left.push(format!("other {path}"));
                self.right.push(format!("other {path}"));
            }
        }
    }
}

/// Members of records that begin with a small letter.
const MEMBERS_OF_RECORDS: [&str; 5] = ["dynamodb", "eventName", "eventSource", "eventVersion", "userIdentity"];

/// Other names of the API begin with a capital letter; the rest is the user's.
fn step(name: &str) -> &str {
    if name.starts_with(char::is_uppercase) || MEMBERS_OF_RECORDS.contains(&name) {
        name
    } else {
        "*"
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{Answer, disagreement};

    fn shapes(left: (u16, Value), right: (u16, Value)) -> Option<(String, String)> {
        let answer = |(status, body)| Answer { status, body };
        disagreement("GetItem", &answer(left), &answer(right)).map(|class| (class.left, class.right))
    }

    #[test]
    fn equal_answers_agree() {
        assert_eq!(shapes((200, json!({"Item": {}})), (200, json!({"Item": {}}))), None);
    }

    #[test]
    fn bodies_differ_at_places_without_names_of_the_user() {
        let left = json!({"Item": {"a": {"N": "1"}, "b": {"S": "x"}}});
        let right = json!({"Item": {"a": {"N": "2"}}});
        let expected = (
            "success {only .Item.*, other .Item.*.N}".to_owned(),
            "success {other .Item.*.N}".to_owned(),
        );
        assert_eq!(shapes((200, left), (200, right)), Some(expected));
    }

    #[test]
    fn equal_rows_in_another_order_are_a_class_of_their_own() {
        let rows = |names: [&str; 2]| (200, json!({"Items": names}));
        let expected = ("success".to_owned(), "success".to_owned());
        assert_eq!(shapes(rows(["a", "b"]), rows(["b", "a"])), Some(expected));
    }

    #[test]
    fn an_error_and_a_success_disagree() {
        let error = json!({"__type": "com.amazon.coral.validate#ValidationException", "message": "Bad key pk"});
        let expected = ("success".to_owned(), "ValidationException: Bad key _".to_owned());
        assert_eq!(shapes((200, json!({})), (400, error)), Some(expected));
    }
}
