//! Rules on a database, read as sentences: `db.on(PutItem).table("orders").once().error(ErrorKind::InternalServerError)`.
//!
//! A sentence is set when it ends, at its semicolon. What can never match, or never happen, is refused there and then with a panic that says
//! why. What was wanted and did not happen is a panic when the database is let go of, at a checkpoint, or when a scoped rule ends.

use std::fmt;
use std::num::NonZeroUsize;
use std::panic::Location;
use std::sync::Arc;
use std::time::Duration;

use stator_core::engine::Call;
use stator_core::engine::resolved::Resolved;
use stator_core::expression::{Condition, ExpressionKind, KeyCondition, Projection, Spelled, Update};
use stator_core::model::{ApiError, Operation, Reply};
use stator_service::layers::rules::{
    Alteration, Answer, Chance, Effect, Loss, Matcher, Origin, PageEnd, Partial, Predicate, Rule, RuleId, RuleSet,
    Times,
};

use crate::Database;
use crate::answer::{IntoError, IntoReply, Reason, cancelled};

/// Which operations a rule is about.
#[derive(Clone, Debug, Default)]
pub struct Operations(Vec<Operation>);

/// Every operation: `db.on(AnyOperation)`.
#[derive(Clone, Copy, Debug)]
pub struct AnyOperation;

impl From<Operation> for Operations {
    fn from(operation: Operation) -> Self {
        Self(vec![operation])
    }
}

impl From<AnyOperation> for Operations {
    fn from(_: AnyOperation) -> Self {
        Self::default()
    }
}

impl<const N: usize> From<[Operation; N]> for Operations {
    fn from(operations: [Operation; N]) -> Self {
        Self(operations.into())
    }
}

/// A rule that is being said. It is set at the end of its statement; [`set`](Self::set) and [`scoped`](Self::scoped) end it with something to hold.
///
/// What is not said may be anything. A rule that does nothing to its requests is an expectation on the code under test: it counts, and one
/// request more than wanted is a failure. A rule that does something, be it a delay, is spent once it has happened as often as wanted, and
/// further requests go past it. Rules are looked at in the order in which they are set; the first that answers, or has an effect on the
/// answer, takes the request. Unless a number of times is said, at least one is wanted.
pub struct Expectation {
    db: Database,
    /// Taken when the rule is set.
    rule: Option<Rule>,
}

impl Expectation {
    #[track_caller]
    pub(crate) fn new(db: &Database, operations: Operations) -> Self {
        let matcher = Matcher {
            operations: operations.0,
            ..Matcher::default()
        };
        Self {
            db: db.clone(),
            rule: Some(Rule {
                matcher,
                ..Rule::new(Origin::of(Location::caller()))
            }),
        }
    }

    fn change(mut self, change: impl FnOnce(&mut Rule)) -> Self {
        if let Some(rule) = &mut self.rule {
            change(rule);
        }
        self
    }

    fn effect(mut self, effect: Effect) -> Self {
        self.rule = self.rule.take().map(|rule| rule.with_effect(effect));
        self
    }

    /// The operation, where there is one.
    fn operation(&self) -> Option<Operation> {
        self.rule.as_ref()?.matcher.operations.first().copied()
    }

    /// Of this table.
    pub fn table(self, name: &str) -> Self {
        self.change(|rule| rule.matcher.table = Some(name.into()))
    }

    /// With a key that has these attributes.
    pub fn key(self, key: Partial) -> Self {
        self.change(|rule| rule.matcher.key = Some(key))
    }

    /// With an item that has these attributes, and maybe others.
    pub fn item(self, item: Partial) -> Self {
        self.change(|rule| rule.matcher.item = Some(item))
    }

    /// Via this index.
    pub fn via_index(self, name: &str) -> Self {
        self.change(|rule| rule.matcher.index = Some(name.into()))
    }

    /// With this condition on the key, whatever names and placeholders it is written with. Values stand in the text:
    /// `pk = 'USER#1' AND begins_with(sk, 'ORDER#')`.
    #[track_caller]
    pub fn key_condition(self, text: &str) -> Self {
        let tree = said(
            text,
            Spelled::normal::<KeyCondition>(text, ExpressionKind::KeyCondition),
        );
        self.change(|rule| rule.matcher.key_condition = Some(tree))
    }

    /// With this filter: `status = 'NEW' AND total > 12.5`.
    #[track_caller]
    pub fn filter(self, text: &str) -> Self {
        let tree = said(text, Spelled::normal::<Condition>(text, ExpressionKind::Filter));
        self.change(|rule| rule.matcher.filter = Some(tree))
    }

    /// With this condition on the write: `attribute_not_exists(pk)`.
    #[track_caller]
    pub fn condition(self, text: &str) -> Self {
        let tree = said(text, Spelled::normal::<Condition>(text, ExpressionKind::Condition));
        self.change(|rule| rule.matcher.condition = Some(tree))
    }

    /// With these changes: `SET status = 'PAID', n = n + 1 REMOVE draft`.
    #[track_caller]
    pub fn update(self, text: &str) -> Self {
        let tree = said(text, Spelled::normal::<Update>(text, ExpressionKind::Update));
        self.change(|rule| rule.matcher.update = Some(tree))
    }

    /// With this projection: `pk, address.city`.
    #[track_caller]
    pub fn projection(self, text: &str) -> Self {
        let tree = said(text, Spelled::normal::<Projection>(text, ExpressionKind::Projection));
        self.change(|rule| rule.matcher.projection = Some(tree))
    }

    /// A read that is strongly consistent.
    pub fn consistent(self) -> Self {
        self.change(|rule| rule.matcher.consistent_read = Some(true))
    }

    /// A read that need not be strongly consistent.
    pub fn eventually_consistent(self) -> Self {
        self.change(|rule| rule.matcher.consistent_read = Some(false))
    }

    /// That a function accepts; it sees the request as it was sent, and resolved.
    pub fn matching(self, accepts: impl Fn(&Call, &Resolved) -> bool + Send + Sync + 'static) -> Self {
        self.change(|rule| rule.matcher.predicate = Some(Predicate(Arc::new(accepts))))
    }

    /// A name for reports.
    pub fn named(self, name: &str) -> Self {
        self.change(|rule| rule.name = Some(name.into()))
    }

    /// So often: `2`, `1..=2`, `3..`, `..=4`.
    pub fn times(self, times: impl Into<Times>) -> Self {
        self.change(|rule| rule.times = times.into())
    }

    /// Once.
    pub fn once(self) -> Self {
        self.times(1)
    }

    /// However often, also not at all.
    pub fn any_times(self) -> Self {
        self.times(Times::ANY)
    }

    /// Never: one such request is a failure.
    pub fn never(self) -> Self {
        self.times(Times::NEVER)
    }

    /// So much later, in the time of the database's clients. A transaction is under way for so long: until then its items are held against whoever else
    /// writes them.
    pub fn after(self, delay: Duration) -> Self {
        self.change(|rule| rule.delay = Some(delay))
    }

    /// With this probability. Which requests are taken follows from the seed and their order alone. None at all is fine, unless a number of
    /// times is said afterwards.
    pub fn with_probability(self, probability: f64, seed: u64) -> Self {
        let chance = Chance { probability, seed };
        self.change(|rule| rule.chance = Some(chance)).any_times()
    }

    /// In its place among the rules of this sequence, which come in the order in which they are set.
    pub fn in_sequence(self, name: &str) -> Self {
        self.change(|rule| rule.sequence = Some(name.into()))
    }

    /// Answers in place of the engine, once that has found nothing wrong with the request. An item, items, a reply of the SDK or the engine, or
    /// the service's JSON.
    #[track_caller]
    pub fn reply(self, reply: impl IntoReply) -> Self {
        let Some(operation) = self.operation() else {
            panic!("say of which operation a request is answered");
        };
        match reply.into_reply(operation) {
            Ok(reply) => self.effect(Effect::Reply(Box::new(reply))),
            Err(reason) => panic!("this is no reply of {operation}: {reason}"),
        }
    }

    /// Lets a function answer in place of the engine, once that has found nothing wrong with the request.
    pub fn reply_with(self, answer: impl Fn(&Call) -> Result<Reply, ApiError> + Send + Sync + 'static) -> Self {
        self.effect(Effect::Answer(Answer(Arc::new(answer))))
    }

    /// Fails with an error: `ErrorKind::InternalServerError`, `(ErrorKind::Validation, "no")`.
    pub fn error(self, error: impl IntoError) -> Self {
        self.effect(Effect::Error(error.into_error()))
    }

    /// Executes the request and changes the reply.
    pub fn alter(self, alter: impl Fn(Reply) -> Reply + Send + Sync + 'static) -> Self {
        self.effect(Effect::Alter(Alteration(Arc::new(alter))))
    }

    /// Hands the last requests of a batch back; the engine executes the rest.
    #[track_caller]
    pub fn leave_unprocessed(self, count: usize) -> Self {
        let count = NonZeroUsize::new(count).unwrap_or_else(|| panic!("at least one request is left unprocessed"));
        self.effect(Effect::LeaveUnprocessed(count))
    }

    /// Cancels a transaction, with a reason for each of its actions.
    pub fn cancel(self, reasons: impl IntoIterator<Item = Reason>) -> Self {
        self.effect(Effect::Error(cancelled(reasons)))
    }

    /// Executes the request and closes the connection: the client does not learn that it succeeded.
    pub fn lose_answer(self) -> Self {
        self.effect(Effect::LoseAnswer(Loss::Connection))
    }

    /// Executes the request and answers `InternalServerError`, which leaves the outcome open.
    pub fn fail_after_executing(self) -> Self {
        self.effect(Effect::LoseAnswer(Loss::ServerError))
    }

    /// Closes the connection before the request is executed.
    pub fn drop_connection(self) -> Self {
        self.effect(Effect::DropConnection)
    }

    /// Ends pages after so many evaluated items.
    #[track_caller]
    pub fn page_size(self, items: usize) -> Self {
        let items = NonZeroUsize::new(items).unwrap_or_else(|| panic!("a page has at least one item"));
        self.effect(Effect::EndPage(PageEnd::Items(items)))
    }

    /// Ends pages once so many bytes were read.
    pub fn page_bytes(self, bytes: u64) -> Self {
        self.effect(Effect::EndPage(PageEnd::Bytes(bytes)))
    }

    /// Lets reads see their table or index as it was so long ago, as far back as the rule has been there. A read that asks to be strongly consistent goes
    /// past the rule.
    ///
    /// ```
    /// # use stator_mock::prelude::*;
    /// # use aws_sdk_dynamodb::types::AttributeValue;
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let db = Database::new();
    /// db.create_table("orders", "id S");
    /// db.on(GetItem).table("orders").once().stale(ms(500));
    ///
    /// let id = || AttributeValue::S("o1".into());
    /// db.client().put_item().table_name("orders").item("id", id()).send().await.unwrap();
    /// let get = db.client().get_item().table_name("orders").key("id", id());
    /// assert!(get.clone().send().await.unwrap().item.is_none());
    /// assert!(get.send().await.unwrap().item.is_some(), "the rule is spent");
    /// # }
    /// ```
    pub fn stale(self, span: Duration) -> Self {
        self.effect(Effect::Stale(span))
    }

    /// Lets a transaction that nobody sees begin on the items of the request, which takes so long: the request itself, its retries and whatever else
    /// writes these items until then meets it, with `TransactionConflictException`, a cancellation or an unprocessed item. Reads take no notice.
    pub fn contend(self, span: Duration) -> Self {
        self.effect(Effect::Contend(span))
    }

    /// Sets the rule, and returns a handle to it.
    #[track_caller]
    pub fn set(mut self) -> RuleHandle {
        let rule = self.rule.take().unwrap_or_else(|| unreachable!("a rule is set once"));
        register(&self.db, rule)
    }

    /// Sets the rule until the guard that is returned is dropped, which verifies it.
    #[track_caller]
    pub fn scoped(self) -> ScopedRule {
        ScopedRule(self.set())
    }
}

/// The statement has ended.
impl Drop for Expectation {
    fn drop(&mut self) {
        if let Some(rule) = self.rule.take().filter(|_| !std::thread::panicking()) {
            register(&self.db, rule);
        }
    }
}

impl fmt::Debug for Expectation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Expectation").field(&self.rule).finish()
    }
}

#[track_caller]
fn said<T>(text: &str, tree: Result<T, String>) -> T {
    tree.unwrap_or_else(|reason| panic!("`{text}` is no such expression: {reason}"))
}

#[track_caller]
pub(crate) fn register(db: &Database, rule: Rule) -> RuleHandle {
    let origin = rule.origin.clone();
    match db.rules().add(db.engine(), &db.namespace(), rule) {
        Ok(id) => RuleHandle { set: db.rule_set(), id },
        Err(error) => panic!("the rule set at {origin} makes no sense: {error}"),
    }
}

/// A rule that is set.
#[derive(Clone, Debug)]
pub struct RuleHandle {
    set: Arc<RuleSet>,
    id: RuleId,
}

impl RuleHandle {
    /// How often it has happened; 0 once it was removed.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.set.standing(self.id).map_or(0, |standing| standing.count)
    }

    /// Fails unless it has happened as often as wanted.
    #[track_caller]
    pub fn verify(&self) {
        if let Err(report) = self.set.verify_rule(self.id) {
            panic!("{report}");
        }
    }

    /// Removes it, met or not.
    pub fn remove(&self) {
        self.set.remove(self.id);
    }
}

/// A rule that ends with its scope.
#[derive(Debug)]
#[must_use = "the rule ends when this is dropped"]
pub struct ScopedRule(RuleHandle);

impl std::ops::Deref for ScopedRule {
    type Target = RuleHandle;

    fn deref(&self) -> &RuleHandle {
        &self.0
    }
}

impl Drop for ScopedRule {
    fn drop(&mut self) {
        let outcome = self.0.set.verify_rule(self.0.id);
        self.0.remove();
        if let Err(report) = outcome
            && !std::thread::panicking()
        {
            panic!("{report}");
        }
    }
}
