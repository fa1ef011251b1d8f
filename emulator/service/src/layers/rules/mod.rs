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
mod stage;

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use pin_project_lite::pin_project;
use stator_core::engine::{Call, Clock, Engine, Hold, Namespace};
use stator_core::model::{ApiError, ErrorKind, Operation, Reply};
use tower::{Layer, Service, ServiceExt};

use crate::terminals::Shadow;
use crate::timers::Timers;
use crate::{Answers, Failure, pages};

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

pub(crate) use batch::{Unprocessed, without};
pub(crate) use effect::can_conflict;
use set::Verdict;
use stage::Stage;

/// Puts [`Ruled`] around a service.
#[derive(Clone, Debug)]
pub struct RulesLayer {
    rules: Arc<Rules>,
    stage: Stage,
    timers: Timers,
}

impl RulesLayer {
    /// A layer that goes by these rules, and waits as these timers do. The engine resolves and rehearses requests, also where another
    /// terminal executes them.
    #[must_use]
    pub fn new(rules: Arc<Rules>, engine: Arc<Engine>, timers: Timers) -> Self {
        let stage = Stage::new(engine);
        Self { rules, stage, timers }
    }

    /// The same layer over an upstream, of which the engine learns what it has to judge.
    #[must_use]
    pub fn over(self, shadow: Option<Arc<Shadow>>) -> Self {
        let stage = self.stage.over(shadow);
        Self { stage, ..self }
    }
}

impl<S> Layer<S> for RulesLayer {
    type Service = Ruled<S>;

    fn layer(&self, inner: S) -> Ruled<S> {
        Ruled {
            inner,
            rules: Arc::clone(&self.rules),
            stage: self.stage.clone(),
            timers: self.timers.clone(),
        }
    }
}

/// A service whose calls go by rules.
#[derive(Clone, Debug)]
pub struct Ruled<S> {
    inner: S,
    rules: Arc<Rules>,
    stage: Stage,
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
        let Some(set) = self.rules.of_call(&call, &self.stage.engine) else {
            let inner = self.inner.call(call);
            return Step::Passed { inner };
        };
        let ruling = Ruling {
            set,
            stage: self.stage.clone(),
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
    stage: Stage,
    timers: Timers,
    inner: S,
}

impl<S: Answers> Ruling<S> {
    async fn answer(self, call: Call) -> Result<Reply, Failure> {
        let Verdict { effect, rule, delay } = self.set.receive(&self.stage, &call).await?;
        let hold = match delay.is_zero() || !effect.executes() {
            true => None,
            false => self.begin(&call).await?,
        };
        self.wait(&call, delay).await;
        let call = match &hold {
            Some(hold) => call.within(hold),
            None => call,
        };
        self.take_effect(call, effect, rule).await
    }

    /// Begins a transaction that takes time.
    async fn begin(&self, call: &Call) -> Result<Option<Hold>, Failure> {
        let is_transaction = matches!(
            call.request.operation(),
            Operation::TransactWriteItems | Operation::ExecuteTransaction
        );
        if !is_transaction {
            return Ok(None);
        }
        self.stage.prepare(call).await?;
        Ok(self.stage.engine.begin(call)?)
    }

    async fn take_effect(self, mut call: Call, effect: Effect, rule: Option<RuleId>) -> Result<Reply, Failure> {
        match effect {
            Effect::PassOn => self.pass(call).await,
            Effect::Error(error) => match fit::fit_error(&self.stage.engine, &call, error) {
                Ok(error) => Err(error.into()),
                Err(reason) => Err(self.misfit(rule, &reason)),
            },
            Effect::Reply(reply) => self.fit(rule, &call, *reply),
            Effect::Answer(answer) => {
                let reply = answer.0(&call)?;
                self.fit(rule, &call, reply)
            }
            Effect::Recorded(replay) => match replay.answer(&self.stage.engine, &call) {
                Ok(outcome) => outcome.map_err(Failure::from),
                Err(reason) => Err(self.misfit(rule, &reason)),
            },
            Effect::Alter(alteration) => {
                let reply = self.inner.clone().oneshot(call.clone()).await?;
                self.fit(rule, &call, alteration.0(reply))
            }
            Effect::LeaveUnprocessed(count) => {
                let (rest, unprocessed) = batch::split(*call.request, count);
                match rest {
                    Some(request) => {
                        call.request = Box::new(request);
                        Ok(unprocessed.beside(self.pass(call).await?))
                    }
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
                self.stage.prepare(&call).await?;
                let contended = self.stage.engine.contend(&call, milliseconds(span));
                contended.map_err(ApiError::from)?;
                self.pass(call).await
            }
        }
    }

    async fn pass(self, call: Call) -> Result<Reply, Failure> {
        self.inner.oneshot(call).await
    }

    fn fit(&self, rule: Option<RuleId>, call: &Call, reply: Reply) -> Result<Reply, Failure> {
        fit::fit(&self.stage.engine, call, reply).map_err(|reason| self.misfit(rule, &reason))
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
        let engine = &self.stage.engine;
        let namespace = Namespace::of(&call.caller, engine.settings());
        let spaces = engine.spaces();
        match spaces.own_clock(&namespace) {
            Some(Clock::Frozen(_)) => {
                let moved = spaces.move_clock(&namespace, |clock| clock.advanced(milliseconds));
                debug_assert!(moved.is_ok(), "a namespace with a clock of its own exists");
            }
            None if matches!(engine.world().clock(), Clock::Frozen(_)) => {
                engine.world().advance(milliseconds);
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
        PageEnd::Items(count) => pages::limit(&mut call.request, count.get()),
    }
    call
}
