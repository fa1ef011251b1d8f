//! The tokens under which both endpoints remember transactions.
//!
//! Generated requests take theirs from a few, so that they meet again; what is sent is one of this process and of the current generation. Where one side
//! did a transaction and the other refused it, the one remembers what the other does not: the generation ends, and both begin without memory.

use std::borrow::Cow;
use std::process;

use serde_json::json;

use super::generate::Request;

const MEMBER: &str = "ClientRequestToken";
/// Longer tokens are refused, and none is remembered.
const CHARACTERS_MAX: usize = 36;

/// What tokens are called by now.
#[derive(Debug, Default)]
pub(super) struct Tokens {
    generation: u64,
}

impl Tokens {
    /// Whether the request has a token.
    pub(super) fn are_in(request: &Request) -> bool {
        request.body.get(MEMBER).is_some()
    }

    /// The request with its token as it is sent; tokens that nobody remembers stay as they are.
    pub(super) fn sent<'r>(&self, request: &'r Request) -> Cow<'r, Request> {
        let Some(token) = request.body[MEMBER].as_str() else {
            return Cow::Borrowed(request);
        };
        if token.is_empty() || token.len() > CHARACTERS_MAX {
            return Cow::Borrowed(request);
        }
        let own = format!("-{}-{}", process::id(), self.generation);
        let kept: String = token.chars().take(CHARACTERS_MAX - own.len()).collect();
        let mut sent = request.clone();
        sent.body[MEMBER] = json!(kept + &own);
        Cow::Owned(sent)
    }

    /// Forgets all tokens: what comes next is asked for the first time.
    pub(super) fn forget(&mut self) {
        self.generation += 1;
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{Request, Tokens};

    fn sent(tokens: &Tokens, token: &str) -> Value {
        let request = Request {
            operation: "TransactWriteItems",
            body: json!({"ClientRequestToken": token}),
        };
        tokens.sent(&request).body["ClientRequestToken"].clone()
    }

    #[test]
    fn a_generation_keeps_its_tokens_and_the_next_has_others() {
        let mut tokens = Tokens::default();
        let first = sent(&tokens, "token-1");
        assert_eq!(sent(&tokens, "token-1"), first);
        tokens.forget();
        assert_ne!(sent(&tokens, "token-1"), first);
    }

    #[test]
    fn lengths_at_the_limits_stay() {
        let tokens = Tokens::default();
        for length in [0, 36, 37] {
            let token = sent(&tokens, &"t".repeat(length));
            assert_eq!(token.as_str().map(str::len), Some(length));
        }
    }
}
