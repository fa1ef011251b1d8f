//! One database in several Regions, and tables that have replicas there.

use aws_types::region::Region;
use stator_core::engine::{Call, ReplicationProgress};
use stator_core::model::wire::{ReplicaArg, ReplicationGroupUpdate, UpdateTableRequest};
use stator_core::model::{Layer, Request};

use super::Database;

impl Database {
    /// The same database as clients of another Region see it: with the tables there, and with the replicas that tables of this Region have
    /// there. Clock, rules and snapshots are those of both.
    ///
    /// ```
    /// # use stator_mock::Database;
    /// let ireland = Database::builder().region("eu-west-1").build();
    /// let ohio = ireland.in_region("us-east-2");
    /// ireland.create_table("orders", "id S");
    /// ireland.add_replica("orders", "us-east-2");
    /// assert_eq!(ohio.table_names(), ["orders"]);
    /// ```
    #[must_use]
    pub fn in_region(&self, region: &str) -> Self {
        let sdk = self
            .parts
            .sdk
            .to_builder()
            .region(Region::new(region.to_owned()))
            .build();
        Self::of(self.parts.state.clone(), region.into(), sdk)
    }

    /// Lets a table have a replica in another Region, and waits until it is there.
    ///
    /// # Panics
    /// When the table cannot have one.
    #[track_caller]
    pub fn add_replica(&self, table: &str, region: &str) {
        let create = ReplicaArg {
            region_name: Some(region.into()),
            ..ReplicaArg::default()
        };
        let request = UpdateTableRequest {
            table_name: Some(table.into()),
            replica_updates: Some(vec![ReplicationGroupUpdate {
                create: Some(create),
                ..ReplicationGroupUpdate::default()
            }]),
            ..UpdateTableRequest::default()
        };
        let engine = self.engine();
        let call = Call::new(Request::UpdateTable(request), Layer::Current, self.caller().clone());
        let made = engine.spaces().at_once(&self.namespace(), || engine.execute(call));
        if let Err(error) = made
            .map_err(|error| error.to_string())
            .and_then(|made| made.map_err(|error| error.to_string()))
        {
            panic!("no replica of {table} in {region}: {error}");
        }
    }

    /// Lets nothing of what other Regions write arrive in this one, or everything again.
    pub fn cut_replication(&self, is_cut: bool) {
        let (spaces, namespace) = (self.engine().spaces(), self.namespace());
        let mut settings = spaces.settings(&namespace);
        settings.replication.is_cut = is_cut;
        // A database has a handful of namespaces.
        let _ = spaces.set_settings(&namespace, settings);
    }

    /// How far the replicated tables of this Region are with what each other Region writes: what waits, since when, and which conflicts were lost.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// # use stator_mock::prelude::*;
    /// # use aws_sdk_dynamodb::types::AttributeValue;
    /// let ireland = Database::builder().region("eu-west-1").build();
    /// let ohio = ireland.in_region("us-east-2");
    /// ireland.create_table("orders", "id S");
    /// ireland.add_replica("orders", "us-east-2");
    /// ohio.cut_replication(true);
    /// let put = ireland.client().put_item().table_name("orders");
    /// put.item("id", AttributeValue::S("o1".into())).send().await.unwrap();
    /// assert_eq!(ohio.replication()[0].waiting, 1);
    /// ohio.cut_replication(false);
    /// let progress = &ohio.replication()[0];
    /// assert_eq!((progress.waiting, progress.applied, progress.lost), (0, 1, 0));
    /// # }
    /// ```
    #[must_use]
    pub fn replication(&self) -> Vec<ReplicationProgress> {
        self.engine().spaces().replication_progress(&self.namespace())
    }
}
