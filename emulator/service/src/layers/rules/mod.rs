//! Rules on requests: expectations, mocks and faults, over whatever stands below.
//!
//! A [`Rule`] says which requests it is about ([`Matcher`]), what happens to them ([`Effect`]) and how often ([`Times`]). Each namespace has rules of
//! its own ([`RuleSet`]), which also remember what was received, so that verification can tell what was wanted and what came instead. Rules see
//! requests resolved and never JSON. A request that a rule answers is rehearsed by the engine first, so that no mock accepts what
//! DynamoDB refuses, and the reply is held against the request.
//!
//! Where nobody has set a rule, a call costs one look at a number.

mod batch;
mod check;
mod effect;
mod fit;
mod matcher;
mod pattern;
mod received;
mod registry;
mod replay;
mod report;
mod rule;
mod set;

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use pin_project_lite::pin_project;
use stator_core::engine::{Call, Clock, Engine, Namespace};
use stator_core::model::{ApiError, ErrorKind, Reply, Request};
use tower::{Layer, Service, ServiceExt};

use crate::timers::Timers;
use crate::{Answers, Failure};

pub use check::RuleError;
pub use effect::{Alteration, Answer, Effect, Loss, PageEnd};
pub use matcher::{Matcher, Miss, Predicate};
pub use pattern::{Mismatch, Partial, Pattern};
pub use received::{Described, Fate, Received};
pub use registry::Rules;
pub use replay::Replay;
pub use report::Report;
pub use rule::{Chance, Origin, Rule, Times};
pub use set::{RECEIVED_MAX, RULES_MAX, RuleId, RuleSet, Standing, Strictness};

use set::Verdict;

/// Puts [`Ruled`] around a service.
#[derive(Clone, Debug)]
pub struct RulesLayer {
    rules: Arc<Rules>,
    engine: Arc<Engine>,
    timers: Timers,
}

impl RulesLayer {
    /// A layer that goes by these rules, and waits as these timers do. The engine resolves and rehearses requests, also where another
    /// terminal executes them.
    #[must_use]
    pub fn new(rules: Arc<Rules>, engine: Arc<Engine>, timers: Timers) -> Self {
        Self { rules, engine, timers }
    }
}

impl<S> Layer<S> for RulesLayer {
    type Service = Ruled<S>;

    fn layer(&self, inner: S) -> Ruled<S> {
        Ruled {
            inner,
            rules: Arc::clone(&self.rules),
            engine: Arc::clone(&self.engine),
            timers: self.timers.clone(),
        }
    }
}

/// A service whose calls go by rules.
#[derive(Clone, Debug)]
pub struct Ruled<S> {
    inner: S,
    rules: Arc<Rules>,
    engine: Arc<Engine>,
    timers: Timers,
}

pin_project! {
    /// An answer that is waited for.
    #[project = StepProjection]
    #[allow(missing_docs, reason = "each step is the future that it is of")]
    pub enum Step<F> {
        /// Of the inner service alone.
        Passed {
            #[pin]
            inner: F,
        },
        /// By the rules.
        Ruled {
            answer: Pin<Box<dyn Future<Output = Result<Reply, Failure>> + Send>> },
    }
}

impl<F: Future<Output = Result<Reply, Failure>>> Future for Step<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<F::Output> {
        match self.project() {
            StepProjection::Passed { inner } => inner.poll(context),
            StepProjection::Ruled { answer } => Poll::Ready(ready!(answer.as_mut().poll(context))),
        }
    }
}

impl<S: Answers> Service<Call> for Ruled<S> {
    type Response = Reply;
    type Error = Failure;
    type Future = Step<S::Future>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Failure>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, call: Call) -> Self::Future {
        let Some(set) = self.rules.of_call(&call, &self.engine) else {
            let inner = self.inner.call(call);
            return Step::Passed { inner };
        };
        let ruling = Ruling {
            set,
            engine: Arc::clone(&self.engine),
            timers: self.timers.clone(),
            inner: self.inner.clone(),
        };
        Step::Ruled {
            answer: Box::pin(ruling.answer(call)),
        }
    }
}

/// One call under rules.
struct Ruling<S> {
    set: Arc<RuleSet>,
    engine: Arc<Engine>,
    timers: Timers,
    inner: S,
}

impl<S: Answers> Ruling<S> {
    async fn answer(self, call: Call) -> Result<Reply, Failure> {
        let Verdict { effect, rule, delay } = self.set.receive(&self.engine, &call)?;
        let hold = match delay.is_zero() || !effect.executes() {
            true => None,
            false => self.engine.begin(&call)?,
        };
        self.wait(&call, delay).await;
        let call = match &hold {
            Some(hold) => call.within(hold),
            None => call,
        };
        self.take_effect(call, effect, rule).await
    }

    async fn take_effect(self, mut call: Call, effect: Effect, rule: Option<RuleId>) -> Result<Reply, Failure> {
        match effect {
            Effect::PassOn => self.pass(call).await,
            Effect::Error(error) => match fit::fit_error(&self.engine, &call, error) {
                Ok(error) => Err(error.into()),
                Err(reason) => Err(self.misfit(rule, &reason)),
            },
            Effect::Reply(reply) => self.fit(rule, &call, *reply),
            Effect::Answer(answer) => {
                let reply = answer.0(&call)?;
                self.fit(rule, &call, reply)
            }
            Effect::Recorded(replay) => match replay.answer(&self.engine, &call) {
                Ok(outcome) => outcome.map_err(Failure::from),
                Err(reason) => Err(self.misfit(rule, &reason)),
            },
            Effect::Alter(alteration) => {
                let reply = self.inner.clone().oneshot(call.clone()).await?;
                self.fit(rule, &call, alteration.0(reply))
            }
            Effect::LeaveUnprocessed(count) => {
                let Call { request, .. } = call.clone();
                let (rest, unprocessed) = batch::split(request, count);
                match rest {
                    Some(request) => Ok(unprocessed.beside(self.pass(Call { request, ..call }).await?)),
                    None => Ok(unprocessed.reply()),
                }
            }
            Effect::LoseAnswer(loss) => {
                // Whatever it answers, the client will not know.
                let _ = self.pass(call).await;
                Err(match loss {
                    Loss::Connection => Failure::ConnectionLost,
                    Loss::ServerError => ApiError::usual(ErrorKind::InternalServerError).into(),
                })
            }
            Effect::DropConnection => Err(Failure::ConnectionLost),
            Effect::EndPage(end) => self.pass(with_page_end(call, end)).await,
            Effect::Stale(span) => {
                call.directives.stale_ms = milliseconds(span);
                self.pass(call).await
            }
            Effect::Contend(span) => {
                self.engine.contend(&call, milliseconds(span)).map_err(ApiError::from)?;
                self.pass(call).await
            }
        }
    }

    async fn pass(self, call: Call) -> Result<Reply, Failure> {
        self.inner.oneshot(call).await
    }

    fn fit(&self, rule: Option<RuleId>, call: &Call, reply: Reply) -> Result<Reply, Failure> {
        fit::fit(&self.engine, call, reply).map_err(|reason| self.misfit(rule, &reason))
    }

    fn misfit(&self, rule: Option<RuleId>, reason: &str) -> Failure {
        let id = rule.unwrap_or_else(|| unreachable!("a rule has this effect"));
        self.set.note_misfit(id, reason).into()
    }

    /// Lets time go by: where the caller's clock stands still and others wait by the machine's, by moving it, and otherwise by waiting.
    async fn wait(&self, call: &Call, delay: Duration) {
        if delay.is_zero() {
            return;
        }
        let milliseconds = milliseconds(delay);
        if matches!(self.timers, Timers::Virtual(_)) {
            return self.timers.sleep(delay).await;
        }
        let namespace = Namespace::of(&call.caller, self.engine.settings());
        let spaces = self.engine.spaces();
        match spaces.own_clock(&namespace) {
            Some(Clock::Frozen(_)) => {
                let moved = spaces.move_clock(&namespace, |clock| clock.advanced(milliseconds));
                debug_assert!(moved.is_ok(), "a namespace with a clock of its own exists");
            }
            None if matches!(self.engine.world().clock(), Clock::Frozen(_)) => {
                self.engine.world().advance(milliseconds);
            }
            _ => self.timers.sleep(delay).await,
        }
    }
}

fn milliseconds(span: Duration) -> i64 {
    i64::try_from(span.as_millis()).unwrap_or(i64::MAX)
}

/// The call of which a page ends early.
fn with_page_end(mut call: Call, end: PageEnd) -> Call {
    match end {
        PageEnd::Bytes(bytes) => call.directives.page_bytes_max = Some(bytes),
        PageEnd::Items(count) => {
            let most = i32::try_from(count.get()).unwrap_or(i32::MAX);
            let limit = match &mut call.request {
                Request::Query(request) => &mut request.limit,
                Request::Scan(request) => &mut request.limit,
                _ => unreachable!("a rule that ends pages is about Query and Scan"),
            };
            // A limit that is refused stays as it is.
            if limit.is_none_or(|limit| limit > most) {
                *limit = Some(most);
            }
        }
    }
    call
}
