//! Histories: what concurrent clients asked and were answered, and whether one order of the requests explains it.
//!
//! A [`History`] says of each request when it was called and when it returned. It is *linearizable* when the requests have an order in which
//! each takes effect at one moment between its call and its return, and in which a [`Model`] answers as the system did. Where a request
//! can be a whole transaction that is strict serializability. [`check`] finds such an order or says that there is none; it is the method of
//! Wing and Gong with the memory of Lowe, as porcupine has it. It knows nothing of the system: [`items`] is the model of a table.

mod check;
pub mod items;

pub use check::{Verdict, check};

/// How a system should behave, one request at a time.
pub trait Model {
    /// What it is in.
    type State: Clone + Eq + std::hash::Hash;
    /// What it is asked.
    type Input;
    /// What it answers.
    type Output;

    /// The state in which every history begins.
    fn initial(&self) -> Self::State;

    /// The state after a request that was answered so; `None` if it cannot be answered so.
    fn step(&self, state: &Self::State, input: &Self::Input, output: &Self::Output) -> Option<Self::State>;
}

/// A request, its answer, and between which moments it took place.
#[derive(Clone, Debug, PartialEq)]
pub struct Exchange<I, O> {
    /// When it was called, on a clock that all clients share.
    pub called: u64,
    /// When it returned, on the same clock.
    pub returned: u64,
    /// What was asked.
    pub input: I,
    /// What was answered.
    pub output: O,
}

/// The exchanges of all clients, in any order.
pub type History<I, O> = Vec<Exchange<I, O>>;
