//! The name of a database: which access key in which Region it belongs to.
//!
//! As text it is `key/region`, or `shared` where all callers share one database. An access key with a plus names a fork: what stands before its
//! first plus is the access key of the base, in the same Region. Access keys of the service are letters and digits, so that nobody has
//! one with a plus by accident. Whether the base exists is not known here.

use std::fmt;
use std::str::FromStr;

use smol_str::SmolStr;

use super::{Caller, EngineSettings, Namespaces};

/// What separates the base's access key from what tells its forks apart.
const FORK_MARK: char = '+';
/// The name of the one database that all callers share.
const SHARED: &str = "shared";

/// The name of a database.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Namespace(Option<Owner>);

#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
struct Owner {
    access_key: SmolStr,
    region: SmolStr,
}

/// A text that names no database.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MalformedNamespace(String);

impl Namespace {
    /// The database of all callers, where they share one.
    pub const SHARED: Self = Self(None);

    /// The database of an access key in a Region.
    #[must_use]
    pub fn new(access_key: impl Into<SmolStr>, region: impl Into<SmolStr>) -> Self {
        Self(Some(Owner {
            access_key: access_key.into(),
            region: region.into(),
        }))
    }

    /// The database that a caller sees.
    #[must_use]
    pub fn of(caller: &Caller, settings: &EngineSettings) -> Self {
        match settings.namespaces {
            Namespaces::PerCaller => Self::new(caller.access_key.clone(), caller.region.clone()),
            Namespaces::Shared => Self::SHARED,
        }
    }

    /// The Region of the database; none if all callers share one.
    #[must_use]
    pub fn region(&self) -> Option<&str> {
        self.0.as_ref().map(|owner| owner.region.as_str())
    }

    /// The database of the same access key in another Region; none if all callers share one.
    #[must_use]
    pub fn in_region(&self, region: &str) -> Option<Self> {
        let owner = self.0.as_ref()?;
        Some(Self::new(owner.access_key.clone(), region))
    }

    /// The database that this one is a fork of, if its name says that it is one.
    #[must_use]
    pub fn base(&self) -> Option<Self> {
        let owner = self.0.as_ref()?;
        let (base, _) = split_fork(&owner.access_key)?;
        Some(Self::new(base, owner.region.clone()))
    }
}

/// The access key of the base, and what tells the fork apart; none if an access key names no fork.
#[must_use]
pub fn split_fork(access_key: &str) -> Option<(&str, &str)> {
    access_key.split_once(FORK_MARK).filter(|(base, _)| !base.is_empty())
}

impl fmt::Display for Namespace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Some(owner) => write!(f, "{}/{}", owner.access_key, owner.region),
            None => f.write_str(SHARED),
        }
    }
}

impl FromStr for Namespace {
    type Err = MalformedNamespace;

    fn from_str(text: &str) -> Result<Self, MalformedNamespace> {
        match text.split_once('/') {
            None if text == SHARED => Ok(Self::SHARED),
            Some((access_key, region)) if !access_key.is_empty() && !region.is_empty() && !region.contains('/') => {
                Ok(Self::new(access_key, region))
            }
            _ => Err(MalformedNamespace(text.to_owned())),
        }
    }
}

impl fmt::Display for MalformedNamespace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "\"{}\" names no namespace; a name is an access key and a Region, such as test/us-east-1, or {SHARED}",
            self.0.escape_default()
        )
    }
}

impl std::error::Error for MalformedNamespace {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_its_text() {
        for text in ["key/eu-west-1", "base+test 1/us-east-1", "shared"] {
            let namespace: Namespace = text.parse().unwrap();
            assert_eq!(namespace.to_string(), text);
        }
        for text in ["", "key", "/eu-west-1", "key/", "a/b/c", "Shared"] {
            assert!(text.parse::<Namespace>().is_err(), "{text}");
        }
    }

    #[test]
    fn a_plus_names_the_base_in_the_same_region() {
        for (name, base) in [
            ("base+a/r", Some("base/r")),
            ("base+a+b/r", Some("base/r")),
            ("base+/r", Some("base/r")),
            ("base/r", None),
            ("+a/r", None),
            ("shared", None),
        ] {
            let found = name.parse::<Namespace>().unwrap().base();
            assert_eq!(found, base.map(|base| base.parse().unwrap()), "{name}");
        }
    }
}
