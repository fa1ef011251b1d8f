//! What an endpoint answered.

use serde_json::Value;

/// A status and a body; a body that is not JSON is kept as text.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// The body; its members are sorted, for what is compared and sorted by its text must not depend on the order in which they were sent.
    pub body: Value,
}

impl Answer {
    pub(super) fn new(status: u16, body: &[u8]) -> Self {
        let text = || Value::String(String::from_utf8_lossy(body).into_owned());
        let mut body = serde_json::from_slice(body).unwrap_or_else(|_| text());
        body.sort_all_objects();
        Self { status, body }
    }

    pub(super) fn is_success(&self) -> bool {
        self.status == 200
    }

    /// The error's type without its namespace.
    pub(super) fn error_type(&self) -> &str {
        let whole = self.whole_type();
        whole.rsplit('#').next().unwrap_or(whole)
    }

    /// The error's type as sent.
    pub(super) fn whole_type(&self) -> &str {
        self.body["__type"].as_str().unwrap_or("untyped")
    }

    /// The error's message, under either spelling.
    pub(super) fn message(&self) -> Option<&str> {
        self.body[self.message_member()?].as_str()
    }

    /// Under which name the message came.
    pub(super) fn message_member(&self) -> Option<&'static str> {
        ["message", "Message"]
            .into_iter()
            .find(|name| self.body.get(name).is_some())
    }
}

#[cfg(test)]
mod tests {
    use super::Answer;

    #[test]
    fn members_are_read_in_one_order_whatever_the_build() {
        let answer = Answer::new(200, br#"{"Items": [{"pk": {"S": "b"}, "gk": {"S": "a"}}], "Count": 1}"#);
        let text = r#"{"Count":1,"Items":[{"gk":{"S":"a"},"pk":{"S":"b"}}]}"#;
        assert_eq!(answer.body.to_string(), text);
    }
}
