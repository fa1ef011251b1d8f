//! Seeded chance for the generators, and the rate at which they slip.
//!
//! A generator writes what is valid and asks [`Chance::slips`] at each place where it could do wrong; the rate is zero while a valid request is
//! wanted. So valid and broken requests come from one grammar.

use rand::rngs::ChaCha12Rng;
use rand::{Rng, SeedableRng};

/// How much rarer the later slips of a request are.
const LATER_SLIPS_ONE_IN: u64 = 7;

/// A source of chance; equal seeds give equal choices.
#[derive(Debug)]
pub(super) struct Chance {
    entropy: ChaCha12Rng,
    slip_percent: u64,
    slips: u32,
}

impl Chance {
    pub(super) fn new(seed: u64) -> Self {
        Self {
            entropy: ChaCha12Rng::seed_from_u64(seed),
            slip_percent: 0,
            slips: 0,
        }
    }

    /// Sets the rate for the next request and forgets the slips of the last one.
    pub(super) fn begin_request(&mut self, slip_percent: u64) {
        self.slip_percent = slip_percent;
        self.slips = 0;
    }

    /// How often the current request slipped.
    pub(super) fn slips_so_far(&self) -> u32 {
        self.slips
    }

    /// Whether to do wrong here. After the first slip of a request others are rare: two faults at once tell about order alone.
    pub(super) fn slips(&mut self) -> bool {
        let percent = if self.slips == 0 {
            self.slip_percent
        } else {
            self.slip_percent / LATER_SLIPS_ONE_IN
        };
        let slips = percent > 0 && self.percent(percent);
        self.slips += u32::from(slips);
        slips
    }

    pub(super) fn percent(&mut self, percent: u64) -> bool {
        self.entropy.next_u64() % 100 < percent
    }

    /// A number below `limit`, which is positive.
    pub(super) fn below(&mut self, limit: usize) -> usize {
        let drawn = self.entropy.next_u64() % (limit as u64);
        usize::try_from(drawn).unwrap_or(0)
    }

    /// A number in `low..=high`.
    pub(super) fn between(&mut self, low: usize, high: usize) -> usize {
        low + self.below(high - low + 1)
    }

    /// One of the options.
    pub(super) fn pick<'a, T: ?Sized>(&mut self, options: &[&'a T]) -> &'a T {
        options[self.below(options.len())]
    }

    /// One of the options, of which the good ones come first; a slip takes a bad one.
    pub(super) fn pick_or_slip<'a>(&mut self, good: &[&'a str], bad: &[&'a str]) -> &'a str {
        if self.slips() { self.pick(bad) } else { self.pick(good) }
    }

    /// So many different options, in the options' order.
    pub(super) fn some<'a>(&mut self, options: &[&'a str], count: usize) -> Vec<&'a str> {
        let mut left: Vec<&str> = options.to_vec();
        while left.len() > count {
            let at = self.below(left.len());
            left.remove(at);
        }
        left
    }
}

#[cfg(test)]
mod tests {
    use super::Chance;

    #[test]
    fn equal_seeds_choose_alike() {
        let (mut one, mut other) = (Chance::new(7), Chance::new(7));
        let draw = |chance: &mut Chance| (0..50).map(|_| chance.below(1000)).collect::<Vec<_>>();
        assert_eq!(draw(&mut one), draw(&mut other));
    }

    #[test]
    fn nothing_slips_while_a_valid_request_is_wanted() {
        let mut chance = Chance::new(7);
        chance.begin_request(0);
        assert!((0..1000).all(|_| !chance.slips()));
    }
}
