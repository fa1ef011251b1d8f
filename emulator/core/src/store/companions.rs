//! What a table has beside it: services that are switched on and off for it or for one of its indexes, and take time for that.
//!
//! Contributor insights and Kinesis destinations differ in what they are about; that they are being enabled, are on, are being disabled, or
//! failed is one thing, a [`Phase`]. A companion is told what it will be by a pending [`Step`](super::Step), as everything about a table
//! is. Invariants: there is one of insights for the table and for each index, and one destination for each Kinesis stream. Nothing here knows the
//! words of the wire, or why something fails.

use smol_str::SmolStr;

use super::settings::words;
use crate::model::json::Timestamp;

/// The most destinations that are remembered although nothing is written to them.
const IDLE_DESTINATIONS_MAX: usize = 50;

/// Where a companion is in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Phase {
    /// On its way to being on, or to failing.
    Enabling,
    /// At work.
    On,
    /// At work, while a setting changes.
    Updating,
    /// On its way to being off.
    Disabling,
    /// No longer at work.
    Off,
    /// Never at work, for a reason.
    Failed(Obstacle),
}

impl Phase {
    /// Whether it is at work, or on its way from or to that.
    #[must_use]
    pub fn is_live(self) -> bool {
        matches!(self, Self::Enabling | Self::On | Self::Updating | Self::Disabling)
    }
}

/// Why something could not be enabled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Obstacle {
    /// The rules of the Region are used up.
    TooManyRules,
    /// The stream is none that the caller may write to.
    NoPermission,
    /// The stream is in another Region.
    ForeignRegion,
    /// The stream was not active for as long as that was waited for.
    NoActiveStream,
}

/// A companion by what it is about.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Companion {
    /// Insights into a global index, or into the table.
    Insights(Option<SmolStr>),
    /// The destination with this ARN.
    Destination(SmolStr),
}

words! {
    /// Which keys insights count.
    pub enum InsightsMode {
        /// Those that are used most and those that are throttled most.
        AccessedAndThrottled = "ACCESSED_AND_THROTTLED_KEYS",
        /// Those that are throttled most.
        Throttled = "THROTTLED_KEYS",
    }

    /// How exactly a destination is told when something changed.
    pub enum Precision {
        /// To the millisecond.
        Millisecond = "MILLISECOND",
        /// To the microsecond.
        Microsecond = "MICROSECOND",
    }
}

/// Insights into the keys of a table or a global index.
#[derive(Clone, Debug, PartialEq)]
pub struct Insights {
    /// The index; the table itself if it is absent.
    pub index: Option<SmolStr>,
    /// Which keys are counted.
    pub mode: InsightsMode,
    /// Where they are in their life.
    pub phase: Phase,
    /// When they were enabled, which the names of their rules spell.
    pub since: Timestamp,
    /// When something about them last changed.
    pub changed: Timestamp,
}

/// A Kinesis stream that changes are written to.
#[derive(Clone, Debug, PartialEq)]
pub struct Destination {
    /// The stream's ARN.
    pub stream_arn: SmolStr,
    /// The precision, once it was set.
    pub precision: Option<Precision>,
    /// Where it is in its life.
    pub phase: Phase,
}

/// All that a table has beside it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Companions {
    insights: Vec<Insights>,
    destinations: Vec<Destination>,
}

impl Companions {
    /// The insights into the table or an index, once they were enabled.
    #[must_use]
    pub fn insights(&self, index: Option<&SmolStr>) -> Option<&Insights> {
        self.insights.iter().find(|insights| insights.index.as_ref() == index)
    }

    /// All insights.
    pub fn all_insights(&self) -> impl Iterator<Item = &Insights> {
        self.insights.iter()
    }

    /// The destination with an ARN, once it was enabled.
    #[must_use]
    pub fn destination(&self, stream_arn: &str) -> Option<&Destination> {
        self.destinations
            .iter()
            .find(|destination| destination.stream_arn == stream_arn)
    }

    /// All destinations in the order in which they were first enabled.
    pub fn destinations(&self) -> impl Iterator<Item = &Destination> {
        self.destinations.iter()
    }

    /// Puts insights in their place.
    pub fn put_insights(&mut self, insights: Insights) {
        self.insights.retain(|known| known.index != insights.index);
        self.insights.push(insights);
    }

    /// Puts a destination in its place. Of those that are idle the oldest may be forgotten.
    pub fn put_destination(&mut self, destination: Destination) {
        let known = self
            .destinations
            .iter_mut()
            .find(|known| known.stream_arn == destination.stream_arn);
        match known {
            Some(known) => *known = destination,
            None => self.destinations.push(destination),
        }
        let is_idle = |destination: &Destination| !destination.phase.is_live();
        let idle = self
            .destinations
            .iter()
            .filter(|destination| is_idle(destination))
            .count();
        if idle > IDLE_DESTINATIONS_MAX
            && let Some(oldest) = self.destinations.iter().position(is_idle)
        {
            self.destinations.remove(oldest);
        }
    }

    /// Lets go of what is beside an index.
    pub(super) fn drop_index(&mut self, index: &str) {
        self.insights
            .retain(|insights| insights.index.as_deref() != Some(index));
    }

    /// Lets a companion reach a phase, if it is still there.
    pub(super) fn reach(&mut self, companion: &Companion, phase: Phase, at: Timestamp) {
        match companion {
            Companion::Insights(index) => {
                let insights = self.insights.iter_mut().find(|known| known.index == *index);
                if let Some(insights) = insights {
                    insights.phase = phase;
                    insights.changed = at;
                }
            }
            Companion::Destination(arn) => {
                let destination = self.destinations.iter_mut().find(|known| known.stream_arn == *arn);
                if let Some(destination) = destination {
                    destination.phase = phase;
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn destination(name: usize, phase: Phase) -> Destination {
        Destination {
            stream_arn: format!("arn:{name}").into(),
            precision: None,
            phase,
        }
    }

    #[test]
    fn idle_destinations_are_forgotten_oldest_first_and_live_ones_never() {
        let mut companions = Companions::default();
        companions.put_destination(destination(0, Phase::On));
        for name in 1..=IDLE_DESTINATIONS_MAX + 2 {
            companions.put_destination(destination(name, Phase::Failed(Obstacle::NoPermission)));
        }
        let kept: Vec<_> = companions
            .destinations()
            .map(|known| known.stream_arn.clone())
            .collect();
        assert_eq!(kept.len(), IDLE_DESTINATIONS_MAX + 1);
        assert_eq!(&kept[..2], ["arn:0", "arn:3"]);
    }

    #[test]
    fn what_is_gone_reaches_nothing() {
        let mut companions = Companions::default();
        let companion = Companion::Insights(Some("i".into()));
        companions.reach(&companion, Phase::On, Timestamp::from_millis(1));
        assert_eq!(companions, Companions::default());
    }
}
