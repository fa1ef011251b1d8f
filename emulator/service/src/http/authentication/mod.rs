//! Who calls: signatures in both forms, with the service's checks in the service's order (wire.md §8).
//!
//! The head of a request comes in, the caller's [`Identity`] goes out. Without configured [`Credentials`] any key is believed, and what is
//! checked is what can be checked without secrets: all parts are there, the date is a date, the host is signed, the algorithm and the
//! scope are right. With credentials the age and the signature are checked too. The age is left out while the world's clock is shifted or
//! stands still, since clients sign with the time of their machine.

mod claim;
mod fault;
mod query;
mod verification;

use std::collections::HashMap;
use std::fmt;

use http::request::Parts;
use smol_str::SmolStr;
use stator_core::engine::{World, split_fork};
use stator_core::model::ApiError;

use claim::Claim;
use fault::Fault;

/// The access keys that may call, and their secrets.
#[derive(Clone, Default)]
pub struct Credentials {
    secrets: HashMap<String, String>,
}

impl Credentials {
    /// The secret of an access key. Forks of an access key's tables have access keys of their own, and its secret.
    fn secret(&self, access_key: &str) -> Option<&str> {
        let base = || split_fork(access_key).and_then(|(base, _)| self.secrets.get(base));
        self.secrets.get(access_key).or_else(base).map(String::as_str)
    }
}

impl FromIterator<(String, String)> for Credentials {
    /// Credentials from pairs of an access key and its secret.
    fn from_iter<T: IntoIterator<Item = (String, String)>>(pairs: T) -> Self {
        Self {
            secrets: pairs.into_iter().collect(),
        }
    }
}

impl fmt::Debug for Credentials {
    /// Names the access keys and keeps the secrets.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_set().entries(self.secrets.keys()).finish()
    }
}

/// Who signed a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Identity {
    pub(super) access_key: SmolStr,
    pub(super) region: SmolStr,
}

/// The caller of a request, whose body is hashed as it was sent.
pub(super) fn authenticate(
    head: &Parts,
    body: &[u8],
    credentials: Option<&Credentials>,
    world: &World,
) -> Result<Identity, ApiError> {
    let identify = || -> Result<Identity, Fault> {
        let claim = Claim::of(head)?;
        let signed = claim.time()?;
        if credentials.is_some() && world.keeps_machine_time() {
            verification::check_age(signed, world.now().as_millis())?;
        }
        claim.check_host()?;
        claim.check_algorithm()?;
        let scope = claim.scope()?;
        if let Some(credentials) = credentials {
            verification::check_signature(&claim, scope, head, body, credentials)?;
        }
        Ok(Identity {
            access_key: scope.access_key.into(),
            region: scope.region.into(),
        })
    };
    identify().map_err(ApiError::from)
}

/// The Region that a request is signed for, if it is signed at all.
pub(super) fn region(head: &Parts) -> Option<SmolStr> {
    let claim = Claim::of(head).ok()?;
    claim.scope().ok().map(|scope| scope.region.into())
}
