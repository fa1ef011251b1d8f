//! Rules: which requests, how often, and what happens to them.

use std::fmt;
use std::ops::{RangeFrom, RangeInclusive, RangeToInclusive};
use std::panic::Location;
use std::time::Duration;

use smol_str::{SmolStr, format_smolstr};

use super::effect::Effect;
use super::matcher::Matcher;

/// A rule as it is set.
#[derive(Clone, Debug)]
pub struct Rule {
    /// What it is called in reports.
    pub name: Option<SmolStr>,
    /// Where it was set.
    pub origin: Origin,
    /// Which requests it is about.
    pub matcher: Matcher,
    /// What happens to them.
    pub effect: Effect,
    /// How often.
    pub times: Times,
    /// How much later the request is executed, or what replaces it is answered.
    pub delay: Option<Duration>,
    /// How likely it takes effect on a request that it is about.
    pub chance: Option<Chance>,
    /// Rules of one sequence come one after the other, in the order in which they were set.
    pub sequence: Option<SmolStr>,
}

impl Rule {
    /// A rule that lets every request pass.
    #[must_use]
    pub fn new(origin: Origin) -> Self {
        Self {
            name: None,
            origin,
            matcher: Matcher::default(),
            effect: Effect::PassOn,
            times: Times::default(),
            delay: None,
            chance: None,
            sequence: None,
        }
    }

    /// The same rule with another effect. One that makes reads stale is about those alone that may be.
    #[must_use]
    pub fn with_effect(mut self, effect: Effect) -> Self {
        if matches!(effect, Effect::Stale(_)) {
            self.matcher.consistent_read.get_or_insert(false);
        }
        self.effect = effect;
        self
    }

    /// Whether the rule only watches: then one request more than wanted is a failure. A rule that does something is spent instead, and further
    /// requests go past it.
    #[must_use]
    pub fn watches(&self) -> bool {
        matches!(self.effect, Effect::PassOn) && self.delay.is_none()
    }
}

/// Where a rule was set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin(SmolStr);

impl Origin {
    /// A line of a test.
    #[must_use]
    pub fn of(location: &Location<'_>) -> Self {
        Self(format_smolstr!(
            "{}:{}:{}",
            location.file(),
            location.line(),
            location.column()
        ))
    }

    /// Somewhere else, e.g. a line that a test in another language tells.
    #[must_use]
    pub fn named(text: impl Into<SmolStr>) -> Self {
        Self(text.into())
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// How often something is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Times {
    /// At least.
    pub min: u64,
    /// At most; without bound if there is none.
    pub max: Option<u64>,
}

impl Times {
    /// Not at all.
    pub const NEVER: Self = Self { min: 0, max: Some(0) };
    /// However often.
    pub const ANY: Self = Self { min: 0, max: None };

    /// Whether something that happened so often happened often enough, and not too often.
    #[must_use]
    pub fn contains(&self, count: u64) -> bool {
        count >= self.min && self.max.is_none_or(|max| count <= max)
    }
}

/// At least once: a rule that nothing ever meets is a mistake.
impl Default for Times {
    fn default() -> Self {
        Self { min: 1, max: None }
    }
}

impl From<u64> for Times {
    fn from(count: u64) -> Self {
        Self {
            min: count,
            max: Some(count),
        }
    }
}

impl From<RangeInclusive<u64>> for Times {
    fn from(range: RangeInclusive<u64>) -> Self {
        Self {
            min: *range.start(),
            max: Some(*range.end()),
        }
    }
}

impl From<RangeFrom<u64>> for Times {
    fn from(range: RangeFrom<u64>) -> Self {
        Self {
            min: range.start,
            max: None,
        }
    }
}

impl From<RangeToInclusive<u64>> for Times {
    fn from(range: RangeToInclusive<u64>) -> Self {
        Self {
            min: 0,
            max: Some(range.end),
        }
    }
}

impl fmt::Display for Times {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.min, self.max) {
            (0, Some(0)) => f.write_str("never"),
            (1, Some(1)) => f.write_str("once"),
            (2, Some(2)) => f.write_str("twice"),
            (0, None) => f.write_str("any number of times"),
            (1, None) => f.write_str("at least once"),
            (min, None) => write!(f, "at least {min} times"),
            (0, Some(max)) => write!(f, "at most {max} times"),
            (min, Some(max)) if min == max => write!(f, "{min} times"),
            (min, Some(max)) => write!(f, "{min} to {max} times"),
        }
    }
}

/// How likely a rule takes effect. Which of its requests it takes follows from the seed and their order alone.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Chance {
    /// From 0 to 1.
    pub probability: f64,
    /// Another seed takes others.
    pub seed: u64,
}

impl Chance {
    /// Whether the request with this number is taken.
    #[must_use]
    pub fn takes(&self, number: u64) -> bool {
        // 53 bits are what a double holds exactly.
        let random = mixed(self.seed ^ mixed(number)) >> 11;
        (random as f64) < self.probability * (1_u64 << 53) as f64
    }
}

/// Mixes the bits of a number (splitmix64).
fn mixed(number: u64) -> u64 {
    let mut bits = number.wrapping_add(0x9E37_79B9_7F4A_7C15);
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    bits ^ (bits >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_read_as_words() {
        let words = [
            (Times::from(0), "never"),
            (Times::from(1), "once"),
            (Times::from(2), "twice"),
            (Times::from(3), "3 times"),
            (Times::from(1..=2), "1 to 2 times"),
            (Times::from(..=2), "at most 2 times"),
            (Times::from(2..), "at least 2 times"),
            (Times::default(), "at least once"),
            (Times::ANY, "any number of times"),
        ];
        for (times, text) in words {
            assert_eq!(times.to_string(), text);
        }
    }

    #[test]
    fn chance_takes_its_share_and_repeats_itself() {
        let chance = |seed| Chance { probability: 0.3, seed };
        let taken = |seed| -> Vec<bool> { (0..10_000).map(|number| chance(seed).takes(number)).collect() };
        let count = taken(7).iter().filter(|taken| **taken).count();
        assert!((2_800..3_200).contains(&count), "{count}");
        assert_eq!(taken(7), taken(7));
        assert_ne!(taken(7), taken(8));
        let never = Chance {
            probability: 0.0,
            seed: 1,
        };
        let always = Chance {
            probability: 1.0,
            seed: 1,
        };
        assert!((0..1_000).all(|number| !never.takes(number) && always.takes(number)));
    }
}
