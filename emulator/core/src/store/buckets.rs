//! Buckets as values: objects by key, beside the tables that are exported to them and imported from them.
//!
//! An object never changes: another takes its place. So a clone shares all of them. Who may read a bucket, and what the objects mean, is
//! not known here.

use std::sync::Arc;

use imbl::OrdMap;
use smol_str::SmolStr;

/// The objects of a bucket, by key.
pub type Objects = OrdMap<SmolStr, Arc<[u8]>>;

/// The buckets of one namespace, by name.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Buckets(OrdMap<SmolStr, Objects>);

/// What happens to a bucket.
#[derive(Clone, Debug, PartialEq)]
pub enum BucketChange {
    /// It is made, unless it is there.
    Make {
        /// The bucket's name.
        bucket: SmolStr,
    },
    /// It and its objects go.
    Drop {
        /// The bucket's name.
        bucket: SmolStr,
    },
    /// An object is put, in place of what has its key.
    Put {
        /// The bucket's name.
        bucket: SmolStr,
        /// The object's key.
        key: SmolStr,
        /// What is in it.
        bytes: Arc<[u8]>,
    },
    /// An object goes.
    Delete {
        /// The bucket's name.
        bucket: SmolStr,
        /// The object's key.
        key: SmolStr,
    },
}

impl Buckets {
    /// The objects of the bucket with this name.
    #[must_use]
    pub fn get(&self, bucket: &str) -> Option<&Objects> {
        self.0.get(bucket)
    }

    /// The names of all buckets, in order.
    pub fn names(&self) -> impl ExactSizeIterator<Item = &SmolStr> {
        self.0.keys()
    }

    /// Makes a change, and gives what it lets go of.
    pub(super) fn apply(&mut self, change: &BucketChange) -> Objects {
        match change {
            BucketChange::Make { bucket } => {
                self.0.entry(bucket.clone()).or_default();
                Objects::default()
            }
            BucketChange::Drop { bucket } => self.0.remove(bucket).unwrap_or_default(),
            BucketChange::Put { bucket, key, bytes } => {
                self.put(bucket, [(key.clone(), Arc::clone(bytes))]);
                Objects::default()
            }
            BucketChange::Delete { bucket, key } => {
                self.edit(bucket).remove(key);
                Objects::default()
            }
        }
    }

    /// Puts objects into a bucket.
    pub(super) fn put(&mut self, bucket: &str, objects: impl IntoIterator<Item = (SmolStr, Arc<[u8]>)>) {
        self.edit(bucket).extend(objects);
    }

    fn edit(&mut self, bucket: &str) -> &mut Objects {
        self.0
            .get_mut(bucket)
            .unwrap_or_else(|| unreachable!("a change names a bucket of the database that it was made for"))
    }
}

/// The objects of a bucket whose keys begin with a prefix, in the order of their keys.
pub fn objects_of_prefix<'o>(
    objects: &'o Objects,
    prefix: &'o str,
) -> impl Iterator<Item = (&'o SmolStr, &'o Arc<[u8]>)> {
    objects
        .range::<_, str>((std::ops::Bound::Included(prefix), std::ops::Bound::Unbounded))
        .take_while(move |(key, _)| key.starts_with(prefix))
}
