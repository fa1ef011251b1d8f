//! Backups, recovery and restores beside other tables, Regions, forks and replays; the rows of the reference are cases.

use super::*;
use crate::engine::{Call, Caller};
use crate::model::{Layer, Operation, Request};
use crate::store::Database;

fn back_up(lab: &Lab, table: &str) -> Value {
    let made = lab.ok("CreateBackup", json!({"TableName": table, "BackupName": "backup"}));
    made["BackupDetails"]["BackupArn"].clone()
}

fn recover(lab: &Lab, specification: Value) {
    let body = json!({"TableName": "abc", "PointInTimeRecoverySpecification": specification});
    lab.ok("UpdateContinuousBackups", body);
}

fn put(lab: &Lab, key: &str) {
    lab.ok("PutItem", json!({"TableName": "abc", "Item": {"pk": {"S": key}}}));
}

fn count(lab: &Lab, table: &str) -> Value {
    lab.ok("Scan", json!({"TableName": table}))["Count"].clone()
}

/// The time now, in seconds.
fn seconds(lab: &Lab) -> i64 {
    lab.engine.world().now().as_seconds()
}

/// The database equals a replay of its Changes.
fn check_replay(lab: &Lab) {
    let mut replayed = Database::default();
    for change in lab.engine.journal(&crate::engine::lab::caller()) {
        replayed.apply(&change).drop_now();
    }
    let database = lab.engine.database(&crate::engine::lab::caller());
    assert!(replayed == database, "replaying the Changes gives the same database");
}

#[test]
fn a_replay_makes_the_same_backups_trails_and_restored_tables() {
    let lab = Lab::instant();
    lab.ok("CreateTable", on_demand(json!({})));
    recover(
        &lab,
        json!({"PointInTimeRecoveryEnabled": true, "RecoveryPeriodInDays": 1}),
    );
    put(&lab, "a");
    let backup = back_up(&lab, "abc");
    let then = seconds(&lab);
    lab.wait(5.0);
    put(&lab, "a");
    put(&lab, "b");
    lab.wait(600.0);
    lab.ok(
        "RestoreTableFromBackup",
        json!({"TargetTableName": "of-backup", "BackupArn": backup}),
    );
    lab.ok(
        "RestoreTableToPointInTime",
        json!({"SourceTableName": "abc", "TargetTableName": "of-then", "RestoreDateTime": then}),
    );
    assert_eq!((count(&lab, "of-backup"), count(&lab, "of-then")), (json!(1), json!(1)));
    check_replay(&lab);
    lab.ok("DeleteBackup", json!({"BackupArn": backup}));
    lab.ok("DeleteTable", json!({"TableName": "abc"}));
    check_replay(&lab);
    lab.wait(36.0 * 86_400.0);
    lab.ok("ListTables", json!({}));
    check_replay(&lab);
    let database = lab.engine.database(&crate::engine::lab::caller());
    assert!(database.backups().is_empty() && database.trail("abc").is_none());
}

#[test]
fn tables_of_one_name_that_are_deleted_at_one_time_have_a_backup_each() {
    let lab = Lab::instant();
    for _ in 0..3 {
        lab.ok("CreateTable", on_demand(json!({})));
        recover(&lab, json!({"PointInTimeRecoveryEnabled": true}));
        lab.ok("DeleteTable", json!({"TableName": "abc"}));
    }
    let listed = lab.ok("ListBackups", json!({"BackupType": "SYSTEM"}));
    let ids: Vec<&Value> = listed["BackupSummaries"]
        .as_array()
        .unwrap()
        .iter()
        .map(|backup| &backup["TableId"])
        .collect();
    assert_eq!(ids.len(), 3);
    assert!(ids[0] != ids[1] && ids[1] != ids[2]);
}

#[test]
fn of_the_backups_of_deleted_tables_the_last_thousand_stay() {
    let lab = Lab::instant();
    for number in 0..1_002 {
        let name = format!("table-{number}");
        lab.ok("CreateTable", on_demand(json!({"TableName": name})));
        let on = json!({"PointInTimeRecoveryEnabled": true});
        lab.ok(
            "UpdateContinuousBackups",
            json!({"TableName": name, "PointInTimeRecoverySpecification": on}),
        );
        lab.wait(1.0);
        lab.ok("DeleteTable", json!({"TableName": name}));
    }
    let listed = |table: &str| {
        let listed = lab.ok("ListBackups", json!({"BackupType": "SYSTEM", "TableName": table}));
        listed["BackupSummaries"].as_array().unwrap().len()
    };
    assert_eq!((listed("table-1"), listed("table-2"), listed("table-1001")), (0, 1, 1));
    check_replay(&lab);
}

#[test]
fn fifty_restores_are_under_way_at_most() {
    let lab = Lab::paced();
    lab.ok("CreateTable", on_demand(json!({})));
    lab.wait(10.0);
    recover(&lab, json!({"PointInTimeRecoveryEnabled": true}));
    let restore =
        |target: &str| json!({"SourceTableName": "abc", "TargetTableName": target, "UseLatestRestorableTime": true});
    for number in 0..50 {
        lab.ok("RestoreTableToPointInTime", restore(&format!("copy-{number}")));
    }
    lab.refuses(
        "2026§5.16",
        "RestoreTableToPointInTime",
        restore("one-more"),
        "LimitExceededException: Subscriber limit exceeded: Only 50 restore operations can be done simultaneously",
    );
    lab.wait(120.0);
    lab.ok("RestoreTableToPointInTime", restore("one-more"));
}

#[test]
fn a_target_that_is_being_created_is_in_use() {
    let lab = Lab::paced();
    lab.ok("CreateTable", on_demand(json!({})));
    lab.wait(10.0);
    let backup = back_up(&lab, "abc");
    lab.ok("CreateTable", on_demand(json!({"TableName": "target"})));
    lab.refuses(
        "§9 in use",
        "RestoreTableFromBackup",
        json!({"TargetTableName": "target", "BackupArn": backup}),
        "TableInUseException: Table is being created: target",
    );
}

#[test]
fn a_table_is_restored_from_another_region_if_its_encryption_is_decided_on() {
    let lab = Lab::instant();
    lab.ok("CreateTable", on_demand(json!({})));
    put(&lab, "a");
    recover(&lab, json!({"PointInTimeRecoveryEnabled": true}));
    let backup = back_up(&lab, "abc");
    let elsewhere = Caller {
        region: "eu-west-1".into(),
        ..crate::engine::lab::caller()
    };
    let ask = |operation: &str, body: Value| {
        let operation = Operation::from_name(operation).unwrap();
        let (request, _) = Request::read(operation, &body.to_string()).unwrap();
        lab.engine
            .execute(Call::new(request, Layer::Current, elsewhere.clone()))
    };
    let restores = [
        (
            "RestoreTableFromBackup",
            json!({"TargetTableName": "of-backup", "BackupArn": backup, "SSESpecificationOverride": {}}),
        ),
        (
            "RestoreTableToPointInTime",
            json!({"TargetTableName": "of-table", "SourceTableArn": "arn:aws:dynamodb:eu-west-2:123456789012:table/abc",
                "UseLatestRestorableTime": true, "SSESpecificationOverride": {"Enabled": false}}),
        ),
    ];
    for (operation, body) in restores {
        ask(operation, body).unwrap();
    }
    let database = lab.engine.database(&elsewhere);
    for table in ["of-backup", "of-table"] {
        let table = database.table(table).unwrap();
        assert_eq!(table.item_count(), 1);
        assert!(table.definition().arn.starts_with("arn:aws:dynamodb:eu-west-1:"));
    }
}

#[test]
fn a_clock_that_is_set_back_begins_recovery_anew() {
    let lab = Lab::instant();
    lab.ok("CreateTable", on_demand(json!({})));
    recover(&lab, json!({"PointInTimeRecoveryEnabled": true}));
    lab.wait(3_600.0);
    put(&lab, "a");
    lab.wait(-1_800.0);
    let window = |lab: &Lab| {
        let described = lab.ok("DescribeContinuousBackups", json!({"TableName": "abc"}));
        let recovery = &described["ContinuousBackupsDescription"]["PointInTimeRecoveryDescription"];
        recovery["EarliestRestorableDateTime"].as_f64().unwrap() as i64
    };
    assert_eq!(
        window(&lab),
        seconds(&lab) - 1_800,
        "nothing was written since the clock went back"
    );
    put(&lab, "b");
    assert_eq!(window(&lab), seconds(&lab));
    let restore = json!({"SourceTableName": "abc", "TargetTableName": "copy", "UseLatestRestorableTime": true});
    lab.ok("RestoreTableToPointInTime", restore);
    assert_eq!(count(&lab, "copy"), 2);
}
