//! The settings of a table: billing, throughput, class, encryption, stream, protection, tags, expiry.
//!
//! Values without behaviour but for their own arithmetic. Each setting remembers as much of its past as a rule of the service asks for.
//! Nothing here knows requests, wording or what a change of a setting takes.

use smol_str::SmolStr;

use crate::model::Name;
use crate::model::json::Timestamp;

/// Defines enumerations of the wire: a variant and its word.
macro_rules! words {
    ($(
        $(#[$meta:meta])*
        pub enum $name:ident { $( $(#[$variant_meta:meta])* $variant:ident = $word:literal, )* }
    )*) => {$(
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum $name { $( $(#[$variant_meta])* $variant, )* }

        impl $name {
            /// The word on the wire.
            #[must_use]
            pub fn word(self) -> &'static str {
                match self { $( Self::$variant => $word, )* }
            }

            /// The variant of a word, which is case-sensitive.
            #[must_use]
            pub fn from_word(word: &str) -> Option<Self> {
                match word { $( $word => Some(Self::$variant), )* _ => None }
            }
        }
    )*};
}

pub(super) use words;

words! {
    /// How a table is paid for.
    pub enum BillingMode {
        /// By throughput that is set.
        Provisioned = "PROVISIONED",
        /// By request.
        PayPerRequest = "PAY_PER_REQUEST",
    }

    /// What storage a table is kept in.
    pub enum TableClass {
        /// The usual one.
        Standard = "STANDARD",
        /// Cheaper to keep, dearer to use.
        InfrequentAccess = "STANDARD_INFREQUENT_ACCESS",
    }

    /// What the records of a stream show of an item.
    pub enum StreamView {
        /// Its key.
        KeysOnly = "KEYS_ONLY",
        /// How it is after the change.
        NewImage = "NEW_IMAGE",
        /// How it was before the change.
        OldImage = "OLD_IMAGE",
        /// Both.
        NewAndOldImages = "NEW_AND_OLD_IMAGES",
    }
}

/// A figure for reads and one for writes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Units {
    /// For reads.
    pub read: i64,
    /// For writes.
    pub write: i64,
}

impl Units {
    /// The greater figure of each.
    #[must_use]
    pub fn max(self, other: Self) -> Self {
        Self {
            read: self.read.max(other.read),
            write: self.write.max(other.write),
        }
    }
}

/// Times at which something was done, as far back as a rule asks for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct History(Vec<Timestamp>);

impl History {
    /// The times of the last so many milliseconds, oldest first.
    pub fn within(&self, now: Timestamp, span_ms: i64) -> impl ExactSizeIterator<Item = Timestamp> + '_ {
        let first = self.0.partition_point(|at| at.plus_millis(span_ms) <= now);
        self.0[first..].iter().copied()
    }

    /// Adds a time and forgets those that are older than so many milliseconds.
    pub fn record(&mut self, now: Timestamp, span_ms: i64) {
        self.0.retain(|at| at.plus_millis(span_ms) > now);
        self.0.push(now);
    }
}

/// Milliseconds of a day in UTC.
pub const DAY_MS: i64 = 24 * 60 * 60 * 1_000;

/// Provisioned throughput and when it changed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Throughput {
    /// The figures; zero on demand.
    pub units: Units,
    /// When a figure was last raised.
    pub last_increase: Option<Timestamp>,
    /// When a figure was last lowered.
    pub last_decrease: Option<Timestamp>,
    /// How often a figure was lowered on the UTC day of `last_decrease`.
    decreases: u32,
}

impl Throughput {
    /// Throughput that has not changed yet.
    #[must_use]
    pub fn new(units: Units) -> Self {
        Self {
            units,
            ..Self::default()
        }
    }

    /// How often a figure was lowered on the UTC day of `now`.
    #[must_use]
    pub fn decreases_on_day_of(&self, now: Timestamp) -> u32 {
        let day = |at: Timestamp| at.as_millis().div_euclid(DAY_MS);
        if self.last_decrease.is_some_and(|at| day(at) == day(now)) {
            self.decreases
        } else {
            0
        }
    }

    /// Tells from now on that the figures change to these, which they do later: the times are known at once, the count is not.
    pub fn announce(&mut self, units: Units, now: Timestamp) {
        if units.read > self.units.read || units.write > self.units.write {
            self.last_increase = Some(now);
        }
        if self.is_lowered_by(units) {
            self.decreases = self.decreases_on_day_of(now);
            self.last_decrease = Some(now);
        }
    }

    /// Sets the figures; several lowered at once count as one decrease.
    pub fn change(&mut self, units: Units, now: Timestamp) {
        if units.read > self.units.read || units.write > self.units.write {
            self.last_increase = Some(now);
        }
        if self.is_lowered_by(units) {
            self.decreases = self.decreases_on_day_of(now) + 1;
            self.last_decrease = Some(now);
        }
        self.units = units;
    }

    /// Whether setting these figures lowers one.
    #[must_use]
    pub fn is_lowered_by(&self, units: Units) -> bool {
        units.read < self.units.read || units.write < self.units.write
    }
}

/// Ceilings on demand.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Ceilings {
    /// The most reads per second.
    pub read: Option<i64>,
    /// The most writes per second.
    pub write: Option<i64>,
}

/// What a table or a global index can serve.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Capacity {
    /// Provisioned throughput; zero on demand.
    pub throughput: Throughput,
    /// What can be served at once; it never falls.
    pub warm: Units,
    /// Ceilings on demand.
    pub ceilings: Ceilings,
}

impl Capacity {
    /// What an on-demand table or index can serve at once when it is new.
    pub const ON_DEMAND_WARM: Units = Units {
        read: 12_000,
        write: 4_000,
    };

    /// The capacity of something new on demand.
    #[must_use]
    pub fn on_demand() -> Self {
        Self {
            warm: Self::ON_DEMAND_WARM,
            ..Self::default()
        }
    }

    /// The capacity of something new with throughput of its own.
    #[must_use]
    pub fn provisioned(units: Units) -> Self {
        Self {
            throughput: Throughput::new(units),
            warm: units,
            ceilings: Ceilings::default(),
        }
    }

    /// Sets provisioned throughput; what can be served at once rises with it.
    pub fn provision(&mut self, units: Units, now: Timestamp) {
        self.throughput.change(units, now);
        self.warm = self.warm.max(units);
        self.ceilings = Ceilings::default();
    }

    /// Sets provisioned throughput of what was on demand, which counts as no increase.
    pub fn begin_provision(&mut self, units: Units) {
        self.throughput.units = units;
        self.warm = self.warm.max(units);
        self.ceilings = Ceilings::default();
    }

    /// Ends provisioned throughput of a table, which counts as no decrease.
    pub fn unprovision(&mut self) {
        self.throughput.units = Units::default();
        self.warm = self.warm.max(Self::ON_DEMAND_WARM);
    }

    /// Ends provisioned throughput of an index, which does count as one.
    pub fn unprovision_index(&mut self, now: Timestamp) {
        self.throughput.change(Units::default(), now);
        self.warm = self.warm.max(Self::ON_DEMAND_WARM);
    }
}

/// How a table is paid for, and since when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Billing {
    /// How it is paid for now.
    pub mode: BillingMode,
    /// When it last became paid by request.
    pub on_demand_since: Option<Timestamp>,
}

/// A table is provisioned unless it is said otherwise.
impl Default for Billing {
    fn default() -> Self {
        Self {
            mode: BillingMode::Provisioned,
            on_demand_since: None,
        }
    }
}

/// The storage class of a table.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ClassSetting {
    /// The class, once it was set; the standard one until then.
    pub class: Option<TableClass>,
    /// When it was last changed on the living table.
    pub last_update: Option<Timestamp>,
    /// Changes on the living table.
    pub changes: History,
}

/// Encryption by a key in the caller's account.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Encryption {
    /// The key's ARN, if there is one.
    pub key_arn: Option<SmolStr>,
    /// Changes on the living table.
    pub changes: History,
}

/// The stream of a table.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StreamSetting {
    /// What the records show, while the stream is on.
    pub view: Option<StreamView>,
    /// The label of the latest stream, which stays when it is off, and the time that it spells.
    pub latest: Option<(SmolStr, Timestamp)>,
    /// When the latest stream was turned off.
    pub ended: Option<Timestamp>,
    /// How many shards the latest stream began with.
    pub shards: u16,
}

/// How items expire.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Expiry {
    /// The attribute that holds the time, if items expire.
    pub attribute: Option<Name>,
    /// When this was last changed.
    pub changed: Option<Timestamp>,
}

/// Point-in-time recovery.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Recovery {
    /// When it was turned on.
    pub since: Timestamp,
    /// How many days back a restore can go.
    pub days: i64,
}

impl Recovery {
    /// The longest period, which is the one that is set unless another is asked for.
    pub const DAYS_MAX: i64 = 35;
}

/// Whether a table can be deleted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Protection {
    /// Whether deletion is refused.
    pub is_on: bool,
    /// When this was last changed.
    pub changed: Option<Timestamp>,
}

/// The tags of a table or a stream.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tags {
    /// Keys and values in the order in which the keys came.
    pub list: Vec<(SmolStr, SmolStr)>,
    /// When they were last changed.
    pub changed: Option<Timestamp>,
    /// What the last change set; nothing if it took tags away.
    pub written: Vec<(SmolStr, SmolStr)>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decreases_are_counted_by_utc_day() {
        let at = |hour: i64| Timestamp::from_millis(hour * 3_600_000);
        let mut throughput = Throughput::new(Units { read: 10, write: 10 });
        throughput.change(Units { read: 9, write: 9 }, at(1));
        throughput.change(Units { read: 8, write: 20 }, at(2));
        assert_eq!(throughput.decreases_on_day_of(at(23)), 2);
        assert_eq!(throughput.decreases_on_day_of(at(24)), 0);
        assert_eq!(throughput.last_increase, Some(at(2)));
    }

    #[test]
    fn warm_throughput_never_falls() {
        let now = Timestamp::from_millis(0);
        let mut capacity = Capacity::provisioned(Units { read: 5, write: 5 });
        capacity.provision(Units { read: 3, write: 9 }, now);
        assert_eq!(capacity.warm, Units { read: 5, write: 9 });
        capacity.unprovision();
        assert_eq!(capacity.warm, Capacity::ON_DEMAND_WARM);
        capacity.provision(Units { read: 1, write: 1 }, now);
        assert_eq!(capacity.warm, Capacity::ON_DEMAND_WARM);
    }

    #[test]
    fn history_forgets_what_no_rule_asks_for() {
        let at = Timestamp::from_millis;
        let mut history = History::default();
        for now in [0, 5, 12] {
            history.record(at(now), 10);
        }
        assert_eq!(history.within(at(12), 10).collect::<Vec<_>>(), [at(5), at(12)]);
        assert_eq!(history.within(at(15), 10).len(), 1);
        assert_eq!(history.within(at(22), 10).len(), 0);
    }
}
