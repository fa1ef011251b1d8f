//! Buckets of a namespace, as whoever runs the engine fills and reads them. The service has none of its own: exports and imports find objects here
//! that are otherwise in S3.

use std::fmt;
use std::sync::Arc;

use smol_str::SmolStr;

use super::transfers::BUCKET_NAME;
use super::{Engine, Namespace, SpaceError};
use crate::store::{BucketChange, Buckets, Change};

/// The most buckets of a namespace.
pub const BUCKETS_MAX: usize = 1_000;

/// The longest key of an object, in bytes.
const KEY_BYTES_MAX: usize = 1_024;

/// Why nothing was done to a bucket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BucketError {
    /// No bucket can have this name.
    Name(SmolStr),
    /// No object can have this key.
    Key(SmolStr),
    /// There is no such bucket.
    NoBucket(SmolStr),
    /// There is no such object.
    NoObject(SmolStr, SmolStr),
    /// The namespace has as many buckets as it may have.
    TooMany,
    /// There is no room for the namespace.
    Space(SpaceError),
}

impl fmt::Display for BucketError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name(name) => write!(
                f,
                "\"{}\" names no bucket; a name is 2 to 255 letters, digits, points, hyphens and underscores",
                name.escape_default()
            ),
            Self::Key(key) => write!(
                f,
                "\"{}\" is no key of an object; a key has 1 to {KEY_BYTES_MAX} bytes",
                key.escape_default()
            ),
            Self::NoBucket(name) => write!(f, "There is no bucket {name}"),
            Self::NoObject(bucket, key) => write!(f, "There is no object {key} in bucket {bucket}"),
            Self::TooMany => write!(
                f,
                "There are {BUCKETS_MAX} buckets, and no more are made: delete those that are not needed"
            ),
            Self::Space(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for BucketError {}

impl Engine {
    /// The buckets of a namespace as they are by now, in O(1).
    ///
    /// ```
    /// # use stator_core::engine::{Engine, Namespace, World};
    /// let (engine, shop) = (Engine::new(World::real()), Namespace::new("shop", "eu-west-1"));
    /// engine.make_bucket(&shop, "exports")?;
    /// engine.put_object(&shop, "exports", "greeting.txt", b"hello".as_slice().into())?;
    /// let buckets = engine.buckets(&shop);
    /// let object = buckets.get("exports").and_then(|objects| objects.get("greeting.txt"));
    /// assert_eq!(object.map(|bytes| &**bytes), Some(b"hello".as_slice()));
    /// # Ok::<(), stator_core::engine::BucketError>(())
    /// ```
    #[must_use]
    pub fn buckets(&self, namespace: &Namespace) -> Buckets {
        let database = self.spaces.database(namespace);
        database.map(|database| database.buckets().clone()).unwrap_or_default()
    }

    /// Makes a bucket, unless it is there; makes the namespace if there is none.
    ///
    /// # Errors
    /// When no bucket can have this name, or there are too many.
    pub fn make_bucket(&self, namespace: &Namespace, bucket: &str) -> Result<(), BucketError> {
        if !(2..=255).contains(&bucket.len()) || !BUCKET_NAME.matches(bucket) {
            return Err(BucketError::Name(bucket.into()));
        }
        self.change_bucket(namespace, |buckets| match buckets.get(bucket) {
            Some(_) => Ok(None),
            None if buckets.names().len() >= BUCKETS_MAX => Err(BucketError::TooMany),
            None => Ok(Some(BucketChange::Make { bucket: bucket.into() })),
        })
    }

    /// Lets go of a bucket and its objects.
    ///
    /// # Errors
    /// When there is none.
    pub fn drop_bucket(&self, namespace: &Namespace, bucket: &str) -> Result<(), BucketError> {
        self.change_bucket(namespace, |buckets| {
            check_bucket(buckets, bucket)?;
            Ok(Some(BucketChange::Drop { bucket: bucket.into() }))
        })
    }

    /// Puts an object into a bucket, in place of the one with its key.
    ///
    /// # Errors
    /// When there is no such bucket, or no object can have this key.
    pub fn put_object(
        &self,
        namespace: &Namespace,
        bucket: &str,
        key: &str,
        bytes: Arc<[u8]>,
    ) -> Result<(), BucketError> {
        if key.is_empty() || key.len() > KEY_BYTES_MAX {
            return Err(BucketError::Key(key.into()));
        }
        self.change_bucket(namespace, |buckets| {
            check_bucket(buckets, bucket)?;
            let (bucket, key) = (bucket.into(), key.into());
            Ok(Some(BucketChange::Put { bucket, key, bytes }))
        })
    }

    /// Lets go of an object.
    ///
    /// # Errors
    /// When there is none.
    pub fn delete_object(&self, namespace: &Namespace, bucket: &str, key: &str) -> Result<(), BucketError> {
        self.change_bucket(namespace, |buckets| {
            check_bucket(buckets, bucket)?;
            let (bucket, key): (SmolStr, SmolStr) = (bucket.into(), key.into());
            match buckets.get(&bucket).is_some_and(|objects| objects.contains_key(&key)) {
                true => Ok(Some(BucketChange::Delete { bucket, key })),
                false => Err(BucketError::NoObject(bucket, key)),
            }
        })
    }

    fn change_bucket(
        &self,
        namespace: &Namespace,
        change: impl FnOnce(&Buckets) -> Result<Option<BucketChange>, BucketError>,
    ) -> Result<(), BucketError> {
        let space = self.spaces.make(namespace).map_err(BucketError::Space)?;
        space.write(|transaction| {
            if let Some(change) = change(transaction.database().buckets())? {
                transaction.commit(Change::Bucket(change));
            }
            Ok(())
        })
    }
}

fn check_bucket(buckets: &Buckets, bucket: &str) -> Result<(), BucketError> {
    match buckets.get(bucket) {
        Some(_) => Ok(()),
        None => Err(BucketError::NoBucket(bucket.into())),
    }
}
