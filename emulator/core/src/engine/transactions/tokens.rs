//! Idempotency tokens: which requests were executed within the last ten minutes, so that sending one again executes nothing
//! (transactions.md §3, observed-tables.md §12).
//!
//! [`Tokens`] is a value like the database that it stands beside: a clone costs two reference counts and shares nothing that changes. Time
//! comes from whoever asks. What a request was is kept as a fingerprint of its actions, what it answered as the units that reading its
//! items would cost. A request that was refused leaves no trace.

use std::fmt;
use std::sync::Arc;

use imbl::OrdMap;
use xxhash_rust::xxh3::Xxh3;

use crate::engine::capacity::{Axis, CapacityReport, Units};
use crate::engine::context::Context;
use crate::engine::space::Transaction;
use crate::model::json::{Text, Timestamp, Wire, to_text};
use crate::model::wire::ConsumedCapacity;
use crate::model::{ApiError, ErrorKind, Operation};

/// How long a token is known after its request was executed.
pub(crate) const WINDOW_MS: i64 = 600_000;
/// The most tokens that are known in a namespace; the oldest are forgotten first.
pub(crate) const TOKENS_MAX: usize = 50_000;

/// A token, and the operation that it was given to: each operation has tokens of its own.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct TokenKey {
    pub(crate) operation: Operation,
    pub(crate) token: Text,
}

impl TokenKey {
    /// A token of a transaction that nobody sees, which may be of either operation.
    pub(crate) fn of_unseen(token: &str) -> [Self; 2] {
        [Operation::TransactWriteItems, Operation::ExecuteTransaction].map(|operation| Self {
            operation,
            token: token.into(),
        })
    }
}

/// What tells one request from another: its actions, however their maps were ordered, and nothing else of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Fingerprint(u128);

impl Fingerprint {
    /// The fingerprint of a request's actions. Maps that keep the order in which they were sent must be sorted before.
    pub(crate) fn of<T: Wire>(actions: &[T]) -> Self {
        let mut hash = Xxh3::new();
        for action in actions {
            hash.update(to_text(action).as_bytes());
        }
        Self(hash.digest128())
    }
}

/// Units by table as the request named it.
pub(crate) type Costs = Arc<[(Text, Units)]>;

/// A request that was executed.
#[derive(Clone, Debug)]
struct Executed {
    fingerprint: Fingerprint,
    at: Timestamp,
    /// Its place in the order of execution.
    number: u64,
    costs: Costs,
}

/// The tokens of a namespace.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tokens {
    executed: OrdMap<TokenKey, Executed>,
    by_age: OrdMap<u64, TokenKey>,
}

/// Why a token is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TokenError {
    /// It was used for other actions.
    Mismatch,
    /// The transaction that it was given to is under way.
    InProgress,
}

impl fmt::Display for TokenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Mismatch => f.write_str(
                "The request uses the same client token as a previous, but non-identical request. Do not reuse a client token with \
                 different requests, unless the requests are identical",
            ),
            // As users of the service quote it (aws-sdk-java-v2, issue 2518); the model has another sentence.
            Self::InProgress => f.write_str("Transaction from previous request is still in progress"),
        }
    }
}

impl From<TokenError> for ApiError {
    fn from(error: TokenError) -> Self {
        let kind = match error {
            TokenError::Mismatch => ErrorKind::IdempotentParameterMismatch,
            TokenError::InProgress => ErrorKind::TransactionInProgress,
        };
        Self::new(kind, error)
    }
}

impl Tokens {
    /// What repeating an executed request costs; `None` if the request is new.
    ///
    /// # Errors
    /// When the token was used for other actions.
    pub(crate) fn find(
        &self,
        key: &TokenKey,
        fingerprint: Fingerprint,
        now: Timestamp,
    ) -> Result<Option<Costs>, TokenError> {
        match self.executed.get(key).filter(|executed| !executed.is_over(now)) {
            None => Ok(None),
            Some(executed) if executed.fingerprint == fingerprint => Ok(Some(Arc::clone(&executed.costs))),
            Some(_) => Err(TokenError::Mismatch),
        }
    }

    /// Notes that a request was executed, and forgets what is over.
    pub(crate) fn remember(&mut self, key: TokenKey, fingerprint: Fingerprint, now: Timestamp, costs: Costs) {
        let number = self.by_age.get_max().map_or(0, |(number, _)| number + 1);
        let executed = Executed {
            fingerprint,
            at: now,
            number,
            costs,
        };
        if let Some(before) = self.executed.insert(key.clone(), executed) {
            self.by_age.remove(&before.number);
        }
        self.by_age.insert(number, key);
        self.forget(now);
        debug_assert_eq!(
            self.executed.len(),
            self.by_age.len(),
            "every token has one place in the order"
        );
    }

    fn forget(&mut self, now: Timestamp) {
        while let Some((number, key)) = self.by_age.get_min().cloned() {
            let is_over = self.executed.get(&key).is_none_or(|executed| executed.is_over(now));
            if !is_over && self.by_age.len() <= TOKENS_MAX {
                return;
            }
            self.by_age.remove(&number);
            self.executed.remove(&key);
        }
    }
}

/// What repeating a request costs, if it was executed before.
///
/// # Errors
/// When the token was used for other actions, or the transaction that it was given to is under way.
pub(crate) fn find_executed(
    token: Option<&(TokenKey, Fingerprint)>,
    transaction: &mut Transaction<'_>,
    context: &Context<'_>,
) -> Result<Option<Costs>, TokenError> {
    let Some((key, fingerprint)) = token else {
        return Ok(None);
    };
    if context.held(transaction).runs(key) {
        return Err(TokenError::InProgress);
    }
    transaction.tokens().find(key, *fingerprint, context.now())
}

impl Executed {
    fn is_over(&self, now: Timestamp) -> bool {
        now.as_millis().saturating_sub(self.at.as_millis()) >= WINDOW_MS
    }
}

/// How a repeated request reports its costs: as reads.
pub(crate) fn report(costs: &Costs, report: CapacityReport) -> Option<Vec<ConsumedCapacity>> {
    let reported = costs
        .iter()
        .filter_map(|(table, units)| units.clone().report_on(Axis::Read, report, table));
    (report != CapacityReport::None).then(|| reported.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(token: &str) -> TokenKey {
        TokenKey {
            operation: Operation::TransactWriteItems,
            token: token.into(),
        }
    }

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_millis(seconds * 1_000)
    }

    fn remember(tokens: &mut Tokens, token: &str, print: u128, seconds: i64) {
        tokens.remember(key(token), Fingerprint(print), at(seconds), Arc::new([]));
    }

    #[test]
    fn a_token_is_known_for_ten_minutes_and_then_new() {
        let mut tokens = Tokens::default();
        remember(&mut tokens, "a", 1, 1_000);
        assert!(tokens.find(&key("a"), Fingerprint(1), at(1_599)).unwrap().is_some());
        assert_eq!(
            tokens.find(&key("a"), Fingerprint(2), at(1_599)).unwrap_err(),
            TokenError::Mismatch
        );
        assert!(tokens.find(&key("a"), Fingerprint(2), at(1_600)).unwrap().is_none());
        assert!(tokens.find(&key("b"), Fingerprint(1), at(1_000)).unwrap().is_none());
    }

    #[test]
    fn what_is_over_is_forgotten_and_the_rest_is_bounded() {
        let mut tokens = Tokens::default();
        for number in 0..TOKENS_MAX + 5 {
            remember(&mut tokens, &number.to_string(), 1, 0);
        }
        assert_eq!(tokens.executed.len(), TOKENS_MAX);
        assert!(tokens.find(&key("4"), Fingerprint(1), at(0)).unwrap().is_none());
        assert!(tokens.find(&key("5"), Fingerprint(1), at(0)).unwrap().is_some());
        remember(&mut tokens, "later", 1, 600);
        assert_eq!(tokens.executed.len(), 1);
    }

    #[test]
    fn a_token_used_again_after_its_window_starts_a_new_one() {
        let mut tokens = Tokens::default();
        remember(&mut tokens, "a", 1, 0);
        remember(&mut tokens, "a", 2, 600);
        assert!(tokens.find(&key("a"), Fingerprint(2), at(1_199)).unwrap().is_some());
    }

    #[test]
    fn a_clone_does_not_see_later_tokens() {
        let mut tokens = Tokens::default();
        let before = tokens.clone();
        remember(&mut tokens, "a", 1, 0);
        assert!(before.find(&key("a"), Fingerprint(1), at(0)).unwrap().is_none());
    }
}
