//! The search for an order: try what may come next, remember where that led nowhere, go back.
//!
//! What may come next is any request that was called before the first return among those that have no place yet. A set of requests that
//! have their place and the state that they led to are never tried twice, which is what keeps the search short.

use std::collections::HashSet;

use super::{Exchange, Model};

/// Whether a history has an order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The positions of the exchanges in an order that explains them.
    Explained(Vec<usize>),
    /// No order explains them; so many were explained together at most.
    Unexplained {
        /// The most exchanges that any order explained before it failed.
        most: usize,
    },
}

impl Verdict {
    /// Whether there is an order.
    #[must_use]
    pub fn is_explained(&self) -> bool {
        matches!(self, Self::Explained(_))
    }
}

/// A set of positions.
#[derive(Clone, PartialEq, Eq, Hash)]
struct Placed(Vec<u64>);

impl Placed {
    fn none(count: usize) -> Self {
        Self(vec![0; count.div_ceil(64)])
    }

    fn has(&self, at: usize) -> bool {
        self.0[at / 64] >> (at % 64) & 1 == 1
    }

    fn flip(&mut self, at: usize) {
        self.0[at / 64] ^= 1 << (at % 64);
    }
}

/// Finds an order of a history that a model explains.
pub fn check<M: Model>(model: &M, history: &[Exchange<M::Input, M::Output>]) -> Verdict {
    let mut search = Search {
        model,
        history,
        by_call: by_call(history),
        placed: Placed::none(history.len()),
        order: Vec::new(),
        tried: HashSet::new(),
    };
    search.run()
}

fn by_call<I, O>(history: &[Exchange<I, O>]) -> Vec<usize> {
    let mut positions: Vec<usize> = (0..history.len()).collect();
    positions.sort_by_key(|&at| history[at].called);
    positions
}

struct Search<'a, M: Model> {
    model: &'a M,
    history: &'a [Exchange<M::Input, M::Output>],
    by_call: Vec<usize>,
    placed: Placed,
    order: Vec<usize>,
    tried: HashSet<(Placed, M::State)>,
}

impl<M: Model> Search<'_, M> {
    fn run(&mut self) -> Verdict {
        let mut states = vec![self.model.initial()];
        // What may come next at each length of the order, last first.
        let mut choices = vec![self.next()];
        let mut most = 0;
        loop {
            if self.order.len() == self.history.len() {
                return Verdict::Explained(self.order.clone());
            }
            let Some(open) = choices.last_mut() else {
                return Verdict::Unexplained { most };
            };
            let Some(at) = open.pop() else {
                choices.pop();
                states.pop();
                if let Some(last) = self.order.pop() {
                    self.placed.flip(last);
                }
                continue;
            };
            let exchange = &self.history[at];
            let Some(state) = self
                .model
                .step(&states[states.len() - 1], &exchange.input, &exchange.output)
            else {
                continue;
            };
            self.placed.flip(at);
            if !self.tried.insert((self.placed.clone(), state.clone())) {
                self.placed.flip(at);
                continue;
            }
            self.order.push(at);
            most = most.max(self.order.len());
            states.push(state);
            choices.push(self.next());
        }
    }

    /// The exchanges without a place that were called before any of them returned, those called first at the end.
    fn next(&self) -> Vec<usize> {
        let mut open = Vec::new();
        let mut first_return = u64::MAX;
        for &at in self.by_call.iter().filter(|&&at| !self.placed.has(at)) {
            if self.history[at].called > first_return {
                break;
            }
            first_return = first_return.min(self.history[at].returned);
            open.push(at);
        }
        open.retain(|&at| self.history[at].called < first_return);
        open.reverse();
        open
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One number that is written and read.
    struct Register;

    #[derive(Clone, Debug)]
    enum Ask {
        Write(u8),
        Read,
    }

    impl Model for Register {
        type State = u8;
        type Input = Ask;
        type Output = u8;

        fn initial(&self) -> u8 {
            0
        }

        fn step(&self, state: &u8, input: &Ask, output: &u8) -> Option<u8> {
            match input {
                Ask::Write(value) => Some(*value),
                Ask::Read => (state == output).then_some(*state),
            }
        }
    }

    fn exchange(called: u64, returned: u64, input: Ask, output: u8) -> Exchange<Ask, u8> {
        Exchange {
            called,
            returned,
            input,
            output,
        }
    }

    #[test]
    fn overlapping_requests_may_take_either_order() {
        let read = |output| exchange(1, 4, Ask::Read, output);
        let write = exchange(2, 3, Ask::Write(7), 0);
        assert_eq!(
            check(&Register, &[read(0), write.clone()]),
            Verdict::Explained(vec![0, 1])
        );
        assert_eq!(
            check(&Register, &[read(7), write.clone()]),
            Verdict::Explained(vec![1, 0])
        );
        assert_eq!(check(&Register, &[read(5), write]), Verdict::Unexplained { most: 1 });
    }

    #[test]
    fn a_request_that_returned_comes_before_one_that_was_called_later() {
        let history = [exchange(1, 2, Ask::Write(7), 0), exchange(3, 4, Ask::Read, 0)];
        assert_eq!(check(&Register, &history), Verdict::Unexplained { most: 1 });
    }

    #[test]
    fn two_readers_see_the_writes_in_one_order() {
        let history = [
            exchange(1, 9, Ask::Write(1), 0),
            exchange(2, 8, Ask::Write(2), 0),
            exchange(3, 4, Ask::Read, 1),
            exchange(5, 6, Ask::Read, 2),
            exchange(6, 7, Ask::Read, 1),
        ];
        assert!(!check(&Register, &history).is_explained());
        assert!(check(&Register, &history[..4]).is_explained());
    }

    #[test]
    fn nothing_is_explained_by_nothing() {
        assert_eq!(check(&Register, &[]), Verdict::Explained(vec![]));
    }
}
