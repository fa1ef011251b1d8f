//! Buckets, which stand in for S3: what a test puts there for an import, and what an export has left.

use stator_core::engine::{BucketError, Engine};
use stator_core::store::Objects;

use crate::Database;

/// A bucket of a database.
///
/// ```
/// # use stator_mock::Database;
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # use aws_sdk_dynamodb::types::*;
/// # let db = Database::new();
/// db.bucket("arrivals").put("lamps.csv", "id,name\nl1,Lamp\n");
///
/// let source = S3BucketSource::builder().s3_bucket("arrivals").build()?;
/// let id = AttributeDefinition::builder().attribute_name("id").attribute_type(ScalarAttributeType::S).build()?;
/// let key = KeySchemaElement::builder().attribute_name("id").key_type(KeyType::Hash).build()?;
/// let table = TableCreationParameters::builder().table_name("lamps").attribute_definitions(id).key_schema(key);
/// let table = table.billing_mode(BillingMode::PayPerRequest).build()?;
/// let import = db.client().import_table().s3_bucket_source(source).input_format(InputFormat::Csv);
/// import.table_creation_parameters(table).send().await?;
///
/// assert_eq!(db.table("lamps").count(), 1);
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Bucket {
    db: Database,
    name: String,
}

impl Bucket {
    #[track_caller]
    pub(crate) fn make(db: Database, name: &str) -> Self {
        let bucket = Self {
            name: name.to_owned(),
            db,
        };
        bucket.must(bucket.engine().make_bucket(&bucket.db.namespace(), name));
        bucket
    }

    /// Puts an object, in place of the one with its key.
    ///
    /// # Panics
    /// When no object can have this key.
    #[track_caller]
    pub fn put(&self, key: &str, content: impl AsRef<[u8]>) -> &Self {
        let content = content.as_ref().into();
        let put = self.engine().put_object(&self.db.namespace(), &self.name, key, content);
        self.must(put);
        self
    }

    /// What is in an object; nothing if there is no such object.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<Vec<u8>> {
        self.objects().get(key).map(|content| content.to_vec())
    }

    /// The keys of all objects, in order.
    #[must_use]
    pub fn keys(&self) -> Vec<String> {
        self.objects().keys().map(ToString::to_string).collect()
    }

    fn objects(&self) -> Objects {
        let buckets = self.engine().buckets(&self.db.namespace());
        buckets.get(&self.name).cloned().unwrap_or_default()
    }

    fn engine(&self) -> &Engine {
        self.db.engine()
    }

    #[track_caller]
    fn must<T>(&self, done: Result<T, BucketError>) -> T {
        done.unwrap_or_else(|error| panic!("bucket {}: {error}", self.name))
    }
}
