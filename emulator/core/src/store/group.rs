//! Groups of replicas: what a table knows of the tables in other Regions that hold the same items.
//!
//! Every table of a group carries the whole membership, its own entry among the others, so that it can be described and changed where it is asked
//! for. The memberships of a group are changed together (docs/decisions/replicas.md). What goes from Region to Region is not known here.

use smol_str::SmolStr;

use super::settings::{TableClass, words};
use crate::model::json::Timestamp;

words! {
    /// What a write in one Region means in the others.
    pub enum Consistency {
        /// It arrives there by itself; of two writes that do not know of each other the later one stays.
        Eventual = "EVENTUAL",
        /// It is there at once.
        Strong = "STRONG",
    }
}

words! {
    /// Whether a table that is in no group is to share its settings with replicas in other accounts.
    pub enum SettingsMode {
        /// It can be the source of such replicas.
        Shared = "ENABLED",
        /// It cannot any more.
        Kept = "DISABLED",
    }
}

/// Where a member of a group is in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum MemberPhase {
    /// Being made, and not yet told.
    Hidden,
    /// Being made.
    Creating,
    /// There.
    Active,
    /// There, while a setting of its own changes.
    Updating,
    /// On its way out.
    Deleting,
}

impl MemberPhase {
    /// The word on the wire, once the member is told.
    #[must_use]
    pub fn word(self) -> Option<&'static str> {
        match self {
            Self::Hidden => None,
            Self::Creating => Some("CREATING"),
            Self::Active => Some("ACTIVE"),
            Self::Updating => Some("UPDATING"),
            Self::Deleting => Some("DELETING"),
        }
    }
}

/// What becomes of a member later.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum MemberStep {
    /// It is told.
    Appear,
    /// It is there.
    Activate,
    /// The other tables rest again while it is on its way out, or it rests after another protection.
    Settle,
    /// It is no member any more.
    Leave,
}

impl MemberStep {
    /// Whether the status of the other tables tells that this is pending.
    #[must_use]
    pub fn is_update_of_table(self) -> bool {
        match self {
            Self::Appear | Self::Activate | Self::Settle => true,
            Self::Leave => false,
        }
    }
}

/// What a replica has instead of what its group has. An absent figure is the group's.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Overrides {
    /// Provisioned reads per second.
    pub read_units: Option<i64>,
    /// The most reads per second on demand.
    pub read_ceiling: Option<i64>,
}

impl Overrides {
    /// Whether there are none.
    #[must_use]
    pub fn are_none(&self) -> bool {
        *self == Self::default()
    }
}

/// How provisioned throughput is to follow the load. It is kept and told; there is no load here that it could follow.
#[derive(Clone, Debug, PartialEq)]
pub struct Scaling {
    /// The least units.
    pub units_min: i64,
    /// The most units.
    pub units_max: i64,
    /// The role that changes them.
    pub role_arn: SmolStr,
    /// The policy's name.
    pub policy: SmolStr,
    /// How many percent are to be used.
    pub target: f64,
    /// Whether units are never lowered.
    pub disables_scale_in: Option<bool>,
    /// Seconds of rest after they were lowered.
    pub scale_in_cooldown: Option<i32>,
    /// Seconds of rest after they were raised.
    pub scale_out_cooldown: Option<i32>,
}

/// What follows the load, of a table or of its indexes by their names.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Scaled(Vec<(Option<SmolStr>, Scaling)>);

impl Scaled {
    /// How the throughput of the table or an index follows the load, if it does.
    #[must_use]
    pub fn get(&self, index: Option<&str>) -> Option<&Scaling> {
        let mut all = self.0.iter();
        all.find(|(known, _)| known.as_deref() == index)
            .map(|(_, scaling)| scaling)
    }

    /// Lets the throughput of the table or an index follow the load, or no longer.
    pub fn set(&mut self, index: Option<&str>, scaling: Option<Scaling>) {
        self.0.retain(|(known, _)| known.as_deref() != index);
        self.0.extend(scaling.map(|scaling| (index.map(Into::into), scaling)));
    }
}

/// A table of a group.
#[derive(Clone, Debug, PartialEq)]
pub struct Member {
    /// Its Region.
    pub region: SmolStr,
    /// Where it is in its life.
    pub phase: MemberPhase,
    /// From which Region it got its items, and when; none of the table with which the group began.
    pub source: Option<(SmolStr, Timestamp)>,
    /// The key that encrypts it, as it was named.
    pub key_id: Option<SmolStr>,
    /// Its own table class.
    pub class: Option<TableClass>,
    /// What differs at the table.
    pub overrides: Overrides,
    /// What differs at its indexes, by their names.
    pub indexes: Vec<(SmolStr, Overrides)>,
    /// How its reads follow the load.
    pub scaled_reads: Scaled,
}

impl Member {
    /// A member without anything of its own.
    #[must_use]
    pub fn new(region: SmolStr, phase: MemberPhase, source: Option<(SmolStr, Timestamp)>) -> Self {
        Self {
            region,
            phase,
            source,
            key_id: None,
            class: None,
            overrides: Overrides::default(),
            indexes: Vec::new(),
            scaled_reads: Scaled::default(),
        }
    }
}

/// A Region that keeps the writes of a strongly consistent group without a table that could be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Witness {
    /// The Region.
    pub region: SmolStr,
    /// Where it is in its life.
    pub phase: MemberPhase,
}

/// What a table knows of its group.
#[derive(Clone, Debug, PartialEq)]
pub struct Membership {
    /// The group's identity: a new one for each group.
    pub group: SmolStr,
    /// The table's own Region.
    pub region: SmolStr,
    /// All tables of the group in the order in which they joined it, this one too.
    pub members: Vec<Member>,
    /// What a write means elsewhere.
    pub consistency: Consistency,
    /// The Region that keeps writes without a table.
    pub witness: Option<Witness>,
    /// Whether the table is kept from leaving the group.
    pub is_protected: bool,
    /// How the writes of all tables follow the load.
    pub scaled_writes: Scaled,
}

impl Membership {
    /// The membership of a table that is alone in a new group.
    #[must_use]
    pub fn new(group: SmolStr, region: SmolStr, consistency: Consistency) -> Self {
        Self {
            members: vec![Member::new(region.clone(), MemberPhase::Active, None)],
            group,
            region,
            consistency,
            witness: None,
            is_protected: true,
            scaled_writes: Scaled::default(),
        }
    }

    /// The same group as a table of another Region sees it.
    #[must_use]
    pub fn seen_from(&self, region: &SmolStr) -> Self {
        Self {
            region: region.clone(),
            is_protected: true,
            ..self.clone()
        }
    }

    /// The member in a Region.
    #[must_use]
    pub fn member(&self, region: &str) -> Option<&Member> {
        self.members.iter().find(|member| member.region == region)
    }

    /// The members in other Regions, in the order in which they joined.
    pub fn peers(&self) -> impl Iterator<Item = &Member> {
        self.members.iter().filter(|member| member.region != self.region)
    }

    /// Adds a member.
    pub fn add(&mut self, member: Member) {
        debug_assert!(self.member(&member.region).is_none(), "a Region has one member");
        self.members.push(member);
    }

    /// The members by Region.
    #[must_use]
    pub fn by_region(&self) -> Vec<&Member> {
        let mut members: Vec<&Member> = self.members.iter().collect();
        members.sort_by(|left, right| left.region.cmp(&right.region));
        members
    }

    /// Lets a member be in another phase.
    pub fn set_phase(&mut self, region: &str, phase: MemberPhase) {
        if let Some(member) = self.members.iter_mut().find(|member| member.region == region) {
            member.phase = phase;
        }
        if let Some(witness) = self.witness.as_mut().filter(|witness| witness.region == region) {
            witness.phase = phase;
        }
    }

    /// Lets a step of a member happen; whether there is a group any more.
    pub(super) fn take(&mut self, region: &str, step: MemberStep) -> bool {
        match step {
            MemberStep::Appear => self.set_phase(region, MemberPhase::Creating),
            MemberStep::Activate => self.set_phase(region, MemberPhase::Active),
            MemberStep::Settle => {}
            MemberStep::Leave => {
                self.members.retain(|member| member.region != region);
                self.witness.take_if(|witness| witness.region == region);
            }
        }
        self.peers().next().is_some() && self.member(&self.region).is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_group_ends_with_the_last_replica_and_for_who_leaves_it() {
        let mut membership = Membership::new("g".into(), "eu".into(), Consistency::Eventual);
        for region in ["us", "ap"] {
            membership.add(Member::new(region.into(), MemberPhase::Hidden, None));
        }
        let regions = |members: Vec<&Member>| members.iter().map(|member| member.region.clone()).collect::<Vec<_>>();
        assert_eq!(regions(membership.members.iter().collect()), ["eu", "us", "ap"]);
        assert_eq!(regions(membership.by_region()), ["ap", "eu", "us"]);
        assert!(membership.take("ap", MemberStep::Appear));
        assert!(membership.take("ap", MemberStep::Leave));
        let mut other = membership.seen_from(&"us".into());
        assert!(!membership.take("us", MemberStep::Leave));
        assert!(!other.take("us", MemberStep::Leave));
    }
}
