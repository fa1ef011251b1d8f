//! One database in two Regions, through the SDK's clients: replicas, lag, and Regions that cannot reach each other.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::time::Duration;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::{
    AttributeValue, CreateReplicationGroupMemberAction, ReplicaStatus, ReplicationGroupUpdate,
};
use stator_mock::Database;

async fn put(client: &Client, id: &str, from: &str) {
    let put = client.put_item().table_name("orders");
    let put = put
        .item("id", AttributeValue::S(id.into()))
        .item("from", AttributeValue::S(from.into()));
    put.send().await.unwrap();
}

async fn origin(client: &Client, id: &str) -> Option<String> {
    let get = client
        .get_item()
        .table_name("orders")
        .key("id", AttributeValue::S(id.into()));
    let item = get.send().await.unwrap().item?;
    Some(item["from"].as_s().unwrap().clone())
}

#[tokio::test]
async fn a_replica_is_made_by_the_sdk_and_sees_what_is_written_in_the_other_region() {
    let ireland = Database::builder().region("eu-west-1").build();
    let ohio = ireland.in_region("us-east-2");
    ireland.create_table("orders", "id S");
    let create = CreateReplicationGroupMemberAction::builder()
        .region_name("us-east-2")
        .build()
        .unwrap();
    let update = ReplicationGroupUpdate::builder().create(create).build();
    let update = ireland
        .client()
        .update_table()
        .table_name("orders")
        .replica_updates(update);
    update.send().await.unwrap();
    let described = ohio
        .client()
        .describe_table()
        .table_name("orders")
        .send()
        .await
        .unwrap()
        .table
        .unwrap();
    let replica = &described.replicas()[0];
    assert_eq!(
        (replica.region_name(), replica.replica_status()),
        (Some("eu-west-1"), Some(&ReplicaStatus::Active))
    );

    put(&ireland.client(), "a", "ireland").await;
    assert_eq!(origin(&ohio.client(), "a").await.as_deref(), Some("ireland"));
    put(&ohio.client(), "a", "ohio").await;
    assert_eq!(origin(&ireland.client(), "a").await.as_deref(), Some("ohio"));
}

#[tokio::test]
async fn writes_arrive_late_or_not_until_regions_reach_each_other_again() {
    let ireland = Database::builder()
        .region("eu-west-1")
        .frozen_at_ms(1_700_000_000_000)
        .replication_lag(Duration::from_secs(1))
        .build();
    let ohio = ireland.in_region("us-east-2");
    ireland.create_table("orders", "id S");
    ireland.add_replica("orders", "us-east-2");
    put(&ireland.client(), "a", "ireland").await;
    assert_eq!(origin(&ohio.client(), "a").await, None);
    ireland.clock().advance(Duration::from_secs(1));
    assert_eq!(origin(&ohio.client(), "a").await.as_deref(), Some("ireland"));

    ohio.cut_replication(true);
    put(&ohio.client(), "b", "ohio").await;
    ireland.clock().advance(Duration::from_secs(5));
    put(&ireland.client(), "b", "ireland").await;
    ireland.clock().advance(Duration::from_secs(5));
    assert_eq!(origin(&ohio.client(), "b").await.as_deref(), Some("ohio"));
    let waiting = &ohio.replication()[0];
    assert_eq!((&*waiting.table, &*waiting.from), ("orders", "eu-west-1"));
    assert_eq!(
        (waiting.waiting, waiting.behind_ms, waiting.applied, waiting.lost),
        (1, 5_000, 1, 0)
    );
    let came = &ireland.replication()[0];
    assert_eq!((came.waiting, came.behind_ms, came.applied, came.lost), (0, 0, 1, 0));
    let before = ohio.snapshot();
    ohio.cut_replication(false);
    for region in [&ireland, &ohio] {
        assert_eq!(origin(&region.client(), "b").await.as_deref(), Some("ireland"));
    }
    ireland.restore(&before);
    assert_eq!(origin(&ohio.client(), "b").await.as_deref(), Some("ohio"));
}

#[tokio::test]
async fn of_two_writes_that_do_not_know_of_each_other_the_earlier_one_is_lost() {
    let ireland = Database::builder()
        .region("eu-west-1")
        .frozen_at_ms(1_700_000_000_000)
        .build();
    let ohio = ireland.in_region("us-east-2");
    ireland.create_table("orders", "id S");
    ireland.add_replica("orders", "us-east-2");
    for region in [&ireland, &ohio] {
        region.cut_replication(true);
    }
    put(&ohio.client(), "a", "ohio").await;
    ireland.clock().advance(Duration::from_secs(1));
    put(&ireland.client(), "a", "ireland").await;
    for region in [&ireland, &ohio] {
        assert_eq!(region.replication()[0].waiting, 1);
        region.cut_replication(false);
    }
    for (region, applied, lost) in [(&ireland, 0, 1), (&ohio, 1, 0)] {
        assert_eq!(origin(&region.client(), "a").await.as_deref(), Some("ireland"));
        let progress = &region.replication()[0];
        assert_eq!((progress.waiting, progress.applied, progress.lost), (0, applied, lost));
    }
}
