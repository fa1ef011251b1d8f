//! Policies, insights and destinations: that they are part of the database, and what no case shows.

use super::*;
use crate::engine::lab::caller;
use crate::store::Database;

const ARN: &str = "arn:aws:dynamodb:eu-west-2:123456789012:table/abc";
const KINESIS: &str = "arn:aws:kinesis:eu-west-2:123456789012:stream/orders";
const POLICY: &str = r#"{"Statement":[{"Effect":"Deny","Principal":"*","Action":"dynamodb:GetItem","Resource":"*"}]}"#;

fn table() -> Value {
    json!({"TableName": "abc"})
}

fn insights(lab: &Lab, action: &str) -> Value {
    let body = json!({"TableName": "abc", "ContributorInsightsAction": action});
    lab.ok("UpdateContributorInsights", body)["ContributorInsightsStatus"].take()
}

fn status(lab: &Lab) -> Value {
    lab.ok("DescribeContributorInsights", table())["ContributorInsightsStatus"].take()
}

#[test]
fn replaying_the_changes_gives_an_equal_database() {
    let lab = Lab::paced();
    let stream = json!({"StreamEnabled": true, "StreamViewType": "KEYS_ONLY"});
    let more = json!({"StreamSpecification": stream, "ResourcePolicy": POLICY});
    let created = lab.ok("CreateTable", on_demand(more));
    lab.wait(20.0);
    insights(&lab, "ENABLE");
    let destination = json!({"TableName": "abc", "StreamArn": KINESIS});
    lab.ok("EnableKinesisStreamingDestination", destination.clone());
    lab.wait(20.0);
    let stream = created["TableDescription"]["LatestStreamArn"].clone();
    lab.ok("PutResourcePolicy", json!({"ResourceArn": stream, "Policy": POLICY}));
    lab.ok("DeleteResourcePolicy", json!({"ResourceArn": ARN}));
    lab.ok("DisableKinesisStreamingDestination", destination);
    lab.wait(20.0);
    assert_eq!(status(&lab), "ENABLED");

    let mut replayed = Database::default();
    for change in lab.engine.journal(&caller()) {
        replayed.apply(&change).drop_now();
    }
    let database = lab.engine.database(&caller());
    assert_eq!(replayed, database);
    let definition = database.table("abc").unwrap().definition();
    assert_eq!(definition.companions.destinations().count(), 1);
    assert!(definition.policy.deletion().is_some());
    assert!(
        database
            .streams()
            .iter()
            .all(|stream| stream.policy().current().is_some())
    );
}

#[test]
fn a_fork_has_all_of_it_and_goes_its_own_way() {
    let lab = Lab::instant();
    lab.ok("CreateTable", on_demand(json!({"ResourcePolicy": POLICY})));
    insights(&lab, "ENABLE");
    let fork = Lab {
        engine: lab.engine.fork(),
    };
    fork.ok("DeleteResourcePolicy", json!({"ResourceArn": ARN}));
    insights(&fork, "DISABLE");
    lab.ok("GetResourcePolicy", json!({"ResourceArn": ARN}));
    assert_eq!((status(&lab), status(&fork)), (json!("ENABLED"), json!("DISABLED")));
}

#[test]
fn the_last_change_of_insights_wins() {
    let lab = Lab::paced();
    lab.ok("CreateTable", on_demand(json!({})));
    lab.wait(20.0);
    assert_eq!(insights(&lab, "ENABLE"), "ENABLING");
    assert_eq!(insights(&lab, "ENABLE"), "ENABLING", "nothing changes");
    lab.wait(1.0);
    assert_eq!(insights(&lab, "DISABLE"), "DISABLING");
    assert_eq!(insights(&lab, "DISABLE"), "DISABLING", "nothing changes");
    lab.wait(60.0);
    assert_eq!(status(&lab), "DISABLED", "what was to be enabled is not");
}

#[test]
fn destinations_that_fail_take_no_more_room_than_there_is() {
    let lab = Lab::instant();
    lab.ok("CreateTable", on_demand(json!({})));
    for number in 0..60 {
        let arn = format!("arn:aws:kinesis:us-east-1:123456789012:stream/s{number}");
        let body = json!({"TableName": "abc", "StreamArn": arn});
        lab.ok("EnableKinesisStreamingDestination", body);
    }
    let described = lab.ok("DescribeKinesisStreamingDestination", table());
    let destinations = described["KinesisDataStreamDestinations"].as_array().unwrap();
    assert!(destinations.len() <= 51, "{}", destinations.len());
    assert!(
        destinations.last().unwrap()["StreamArn"]
            .as_str()
            .unwrap()
            .ends_with("s59")
    );
}

#[test]
fn a_list_goes_on_behind_a_place_that_is_gone() {
    let lab = Lab::instant();
    for name in ["aaa", "bbb", "ccc"] {
        lab.ok("CreateTable", on_demand(json!({"TableName": name})));
        let body = json!({"TableName": name, "ContributorInsightsAction": "ENABLE"});
        lab.ok("UpdateContributorInsights", body);
    }
    let list = |more: Value| lab.ok("ListContributorInsights", with(json!({"MaxResults": 2}), more));
    let token = list(json!({}))["NextToken"].take();
    lab.ok("DeleteTable", json!({"TableName": "bbb"}));
    let rest = list(json!({"NextToken": token}));
    let names = |page: &Value| -> Vec<String> {
        let summaries = page["ContributorInsightsSummaries"].as_array().unwrap();
        let name = |summary: &Value| summary["TableName"].as_str().unwrap().to_owned();
        summaries.iter().map(name).collect()
    };
    assert_eq!(names(&rest), ["ccc"]);
    assert_eq!(rest.get("NextToken"), None);
    for token in ["", "!", "aGFsbG8"] {
        let expected = format!("ValidationException: Invalid Request: Provided nextToken is invalid: {token}");
        lab.refuses(
            "token",
            "ListContributorInsights",
            json!({"NextToken": token}),
            &expected,
        );
    }
}
