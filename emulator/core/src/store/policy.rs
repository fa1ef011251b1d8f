//! The resource policy of a table or a stream, and its revisions.
//!
//! A revision is the time of a change in milliseconds, and later ones are greater. It stays when the policy is deleted, since a
//! repeated deletion tells it.

use crate::model::json::Timestamp;
use crate::model::policy::Policy;

/// Which revision of a policy.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Revision(i64);

impl Revision {
    /// The number on the wire.
    #[must_use]
    pub fn number(self) -> i64 {
        self.0
    }
}

/// The policy of a resource, if it has one.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PolicySetting {
    policy: Option<Policy>,
    revision: Option<Revision>,
    changed: Option<Timestamp>,
}

impl PolicySetting {
    /// The policy and its revision.
    #[must_use]
    pub fn current(&self) -> Option<(&Policy, Revision)> {
        self.policy.as_ref().zip(self.revision)
    }

    /// When the policy that there was, was deleted, unless there is one again.
    #[must_use]
    pub fn deletion(&self) -> Option<Revision> {
        self.revision.filter(|_| self.policy.is_none())
    }

    /// When it was last changed, or was to be changed.
    #[must_use]
    pub fn changed(&self) -> Option<Timestamp> {
        self.changed
    }

    /// The setting with another policy, or none any more, from `now` on.
    #[must_use]
    pub fn replaced(&self, policy: Option<Policy>, now: Timestamp) -> Self {
        let next = self.revision.map_or(i64::MIN, |Revision(last)| last.saturating_add(1));
        Self {
            policy,
            revision: Some(Revision(now.as_millis().max(next))),
            changed: Some(now),
        }
    }

    /// The same as if it had just been changed.
    #[must_use]
    pub fn touched(&self, now: Timestamp) -> Self {
        Self {
            changed: Some(now),
            ..self.clone()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn revisions_grow_although_time_stands_still() {
        let now = Timestamp::from_millis(7);
        let first = PolicySetting::default().replaced(None, now);
        let second = first.replaced(None, now);
        assert_eq!(
            (first.deletion(), second.deletion()),
            (Some(Revision(7)), Some(Revision(8)))
        );
    }
}
