//! Waiting: by the machine's clock, or in an engine's virtual time, where nobody really waits.
//!
//! A virtual sleeper stands in a queue by the time at which it is due. Once all others have had a turn, the first of the queue moves the engine's
//! clock to its time and goes on. So latency, backoff and timeouts happen in their order and take no time, and what depends on the
//! clock (expiry, capacity, states) sees that time has passed. A sleeper does not know whether somebody waits for something that is
//! not in the queue, such as a socket: a virtual timeout around that is over at once.

use std::collections::BTreeMap;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use parking_lot::Mutex;
use stator_core::engine::Engine;
use stator_core::model::json::Timestamp;

/// How those wait who have to.
#[derive(Clone, Debug)]
pub enum Timers {
    /// As long as they are told to; this needs a runtime of tokio.
    Machine,
    /// Not at all: an engine's clock moves instead.
    Virtual(VirtualTimers),
}

/// The queue of those who wait in an engine's time.
#[derive(Clone, Debug)]
pub struct VirtualTimers {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    engine: Arc<Engine>,
    queue: Mutex<Queue>,
}

/// Sleepers by when they are due, and then in the order in which they came.
#[derive(Debug, Default)]
struct Queue {
    sleepers: BTreeMap<Turn, Waker>,
    come: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Turn {
    due_ms: i64,
    place: u64,
}

impl Timers {
    /// Waits for so long.
    pub async fn sleep(&self, duration: Duration) {
        match self {
            Self::Machine => tokio::time::sleep(duration).await,
            Self::Virtual(timers) => timers.sleep(duration).await,
        }
    }
}

impl VirtualTimers {
    /// Timers that move this engine's clock.
    #[must_use]
    pub fn new(engine: Arc<Engine>) -> Self {
        let queue = Mutex::default();
        Self {
            shared: Arc::new(Shared { engine, queue }),
        }
    }

    /// Waits until the engine's clock shows a time so much later; fractions of a millisecond count as a whole one.
    pub fn sleep(&self, duration: Duration) -> VirtualSleep {
        VirtualSleep {
            shared: Arc::clone(&self.shared),
            duration_ms: i64::try_from(duration.as_nanos().div_ceil(1_000_000)).unwrap_or(i64::MAX),
            turn: None,
        }
    }
}

/// Somebody who waits.
#[derive(Debug)]
#[must_use = "nobody waits until this is polled"]
pub struct VirtualSleep {
    shared: Arc<Shared>,
    duration_ms: i64,
    turn: Option<Turn>,
}

impl Future for VirtualSleep {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        let Some(turn) = self.turn else {
            self.turn = Some(self.shared.enter(self.duration_ms, context.waker()));
            // Whoever is ready now goes first, and may be due earlier.
            context.waker().wake_by_ref();
            return Poll::Pending;
        };
        if !self.shared.is_next(turn, context.waker()) {
            return Poll::Pending;
        }
        self.shared
            .engine
            .world()
            .advance_to(Timestamp::from_millis(turn.due_ms));
        self.shared.leave(turn);
        Poll::Ready(())
    }
}

impl Drop for VirtualSleep {
    fn drop(&mut self) {
        if let Some(turn) = self.turn {
            self.shared.leave(turn);
        }
    }
}

impl Shared {
    fn enter(&self, duration_ms: i64, waker: &Waker) -> Turn {
        let now = self.engine.world().now();
        let mut queue = self.queue.lock();
        queue.come += 1;
        let turn = Turn {
            due_ms: now.plus_millis(duration_ms).as_millis(),
            place: queue.come,
        };
        queue.sleepers.insert(turn, waker.clone());
        turn
    }

    /// Whether it is the turn of this one; if not, it is woken when it may be.
    fn is_next(&self, turn: Turn, waker: &Waker) -> bool {
        let mut queue = self.queue.lock();
        let is_next = queue.sleepers.first_key_value().is_none_or(|(&first, _)| first >= turn);
        if !is_next && let Some(kept) = queue.sleepers.get_mut(&turn) {
            kept.clone_from(waker);
        }
        is_next
    }

    /// Leaves the queue, if that has not happened, and lets the next one have its turn.
    fn leave(&self, turn: Turn) {
        let next = {
            let mut queue = self.queue.lock();
            let left = queue.sleepers.remove(&turn);
            left.and_then(|_| queue.sleepers.first_key_value().map(|(_, waker)| waker.clone()))
        };
        if let Some(next) = next {
            next.wake();
        }
    }
}

#[cfg(test)]
mod tests {
    use stator_core::engine::{Clock, World};

    use super::*;

    fn timers() -> (Arc<Engine>, VirtualTimers) {
        let engine = Arc::new(Engine::new(World::new(Clock::Frozen(Timestamp::from_millis(0)), 7)));
        (Arc::clone(&engine), VirtualTimers::new(engine))
    }

    #[tokio::test]
    async fn sleepers_go_on_in_the_order_of_their_times() {
        let (engine, timers) = timers();
        let order = Mutex::new(Vec::new());
        let nap = async |name, ms| {
            timers.sleep(Duration::from_millis(ms)).await;
            order.lock().push((name, engine.world().now().as_millis()));
        };
        let twice = async {
            nap("a", 10).await;
            nap("b", 10).await;
        };
        tokio::join!(nap("c", 30), twice, nap("d", 15), nap("e", 15));
        assert_eq!(*order.lock(), [("a", 10), ("d", 15), ("e", 15), ("b", 20), ("c", 30)]);
    }

    #[tokio::test]
    async fn a_timeout_ends_what_takes_longer_and_leaves_the_rest() {
        let (engine, timers) = timers();
        let race = async |work_ms| {
            tokio::select! {
                biased;
                () = timers.sleep(Duration::from_millis(work_ms)) => "work",
                () = timers.sleep(Duration::from_millis(100)) => "timeout",
            }
        };
        assert_eq!(race(99).await, "work");
        assert_eq!(engine.world().now().as_millis(), 99);
        assert_eq!(race(101).await, "timeout");
        assert_eq!(engine.world().now().as_millis(), 199);
    }
}
