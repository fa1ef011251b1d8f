//! Transfers as values: what is exported comes back equal, what is in a fork stays there, a replay has all of it.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::reading::{Input, read};
use crate::engine::lab::{Lab, caller};
use crate::engine::{EngineSettings, Existing, Namespace};
use crate::model::formats::{Budget, Compression, Format};
use crate::model::json::Timestamp;
use crate::store::{Database, KeyAttribute, KeySchema, ScalarType, TableDefinition};

fn here() -> Namespace {
    Namespace::of(&caller(), &EngineSettings::default())
}

fn creation(name: &str) -> Value {
    json!({
        "TableName": name, "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}, {"AttributeName": "n", "AttributeType": "N"}],
        "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
        "GlobalSecondaryIndexes": [{
            "IndexName": "by_n", "KeySchema": [{"AttributeName": "n", "KeyType": "HASH"}], "Projection": {"ProjectionType": "KEYS_ONLY"},
        }],
    })
}

/// The ARN of a table whose recovery is on; the table is there after so many milliseconds.
fn table(lab: &Lab, creation_ms: i64) -> Value {
    let created = lab.ok("CreateTable", creation("orders"));
    lab.engine.world().advance(creation_ms);
    let on = json!({"PointInTimeRecoveryEnabled": true});
    lab.ok(
        "UpdateContinuousBackups",
        json!({"TableName": "orders", "PointInTimeRecoverySpecification": on}),
    );
    created["TableDescription"]["TableArn"].clone()
}

fn export(lab: &Lab, arn: &Value, format: &str) -> Value {
    let asked = json!({"TableArn": arn, "S3Bucket": "exports", "S3Prefix": format, "ExportFormat": format});
    let answer = lab.ok("ExportTableToPointInTime", asked);
    let arn = &answer["ExportDescription"]["ExportArn"];
    lab.ok("DescribeExport", json!({"ExportArn": arn}))["ExportDescription"].clone()
}

fn import(lab: &Lab, prefix: &str, format: &str, table: &str) -> Value {
    let asked = json!({
        "S3BucketSource": {"S3Bucket": "exports", "S3KeyPrefix": prefix},
        "InputFormat": format, "InputCompressionType": "GZIP", "TableCreationParameters": creation(table),
    });
    let answer = lab.ok("ImportTable", asked);
    let arn = &answer["ImportTableDescription"]["ImportArn"];
    lab.ok("DescribeImport", json!({"ImportArn": arn}))["ImportTableDescription"].clone()
}

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        "\\PC{0,8}".prop_map(|text| json!({ "S": text })),
        any::<i32>().prop_map(|number| json!({"N": number.to_string()})),
        any::<bool>().prop_map(|truth| json!({ "BOOL": truth })),
        Just(json!({"NULL": true})),
        Just(json!({"B": "aGk="})),
        Just(json!({"SS": ["a", "b"]})),
        Just(json!({"NS": ["1", "2.5"]})),
    ];
    leaf.prop_recursive(3, 12, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..3).prop_map(|list| json!({ "L": list })),
            prop::collection::btree_map("\\PC{1,4}", inner, 0..3).prop_map(|map| json!({ "M": map })),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn what_is_exported_and_imported_is_the_same_table(
        items in prop::collection::btree_map("[a-z]{1,3}", (any::<i16>(), value()), 0..12),
    ) {
        let lab = Lab::instant();
        lab.engine.make_bucket(&here(), "exports").unwrap();
        let arn = table(&lab, 0);
        for (key, (number, value)) in &items {
            let item = json!({"pk": {"S": key}, "n": {"N": number.to_string()}, "v": value});
            lab.ok("PutItem", json!({"TableName": "orders", "Item": item}));
        }
        for format in ["DYNAMODB_JSON", "ION"] {
            let told = export(&lab, &arn, format);
            prop_assert_eq!(&told["ItemCount"], &json!(items.len()));
            let manifest = told["ExportManifest"].as_str().unwrap();
            let prefix = manifest.replace("manifest-summary.json", "data/");
            let name = format!("copy-{format}");
            let told = import(&lab, &prefix, format, &name);
            prop_assert_eq!(&told["ImportStatus"], "COMPLETED", "{}", told);
            let database = lab.engine.database(&caller());
            let (table, copy) = (database.table("orders").unwrap(), database.table(&name).unwrap());
            prop_assert_eq!(table.rows(), copy.rows());
            prop_assert_eq!(table.index_rows(0), copy.index_rows(0));
            prop_assert_eq!(table.size_bytes(), copy.size_bytes());
        }
        let mut replayed = Database::default();
        lab.engine.journal(&caller()).iter().for_each(|change| replayed.apply(change).drop_now());
        prop_assert_eq!(replayed, lab.engine.database(&caller()));
    }
}

#[test]
fn a_fork_has_the_buckets_and_transfers_of_its_parent_and_neither_sees_the_other() {
    let lab = Lab::paced();
    lab.engine.make_bucket(&here(), "exports").unwrap();
    let arn = table(&lab, 60_000);
    let asked = json!({"TableArn": arn, "S3Bucket": "exports"});
    lab.ok("ExportTableToPointInTime", asked);
    let fork = Namespace::new("fork", "eu-west-1");
    lab.engine.spaces().fork(&here(), &fork, Existing::Keep).unwrap();
    lab.engine.drop_bucket(&here(), "exports").unwrap();
    lab.engine.world().advance(200_000);
    assert_eq!(lab.engine.buckets(&here()).names().len(), 0);
    let exported = lab.engine.buckets(&fork);
    assert_eq!(exported.get("exports").map(|objects| objects.len()), Some(6));
    let status = |namespace: &Namespace| {
        let database = lab.engine.spaces().database(namespace).unwrap();
        let export = database.transfers().exports().next().unwrap();
        export.told.export_status.clone().unwrap()
    };
    assert_eq!(
        (status(&here()).as_str(), status(&fork).as_str()),
        ("FAILED", "COMPLETED")
    );
}

#[test]
fn exports_under_way_are_limited() {
    let lab = Lab::paced();
    let arn = table(&lab, 60_000);
    let asked = json!({"TableArn": arn, "S3Bucket": "exports"});
    for _ in 0..300 {
        lab.ok("ExportTableToPointInTime", asked.clone());
    }
    let refused = lab.call("ExportTableToPointInTime", &asked).unwrap_err();
    assert!(refused.starts_with("LimitExceededException"), "{refused}");
    lab.engine.world().advance(200_000);
    lab.ok("ExportTableToPointInTime", asked);
}

#[test]
fn an_import_that_unpacks_to_too_much_keeps_what_it_has_read() {
    let keys = KeySchema {
        partition: vec![KeyAttribute {
            name: "pk".into(),
            kind: ScalarType::S,
        }],
        sort: Vec::new(),
    };
    let definition = TableDefinition::new("t".into(), "".into(), "".into(), keys, Timestamp::default());
    let line = r#"{"Item":{"pk":{"S":"a"}}}"#;
    let object = format!("{line}\n{line}\n");
    let objects = vec![
        ("1".into(), object.as_bytes().into()),
        ("2".into(), object.as_bytes().into()),
    ];
    let found = read(
        definition,
        &Input::Records(Format::DynamoDbJson),
        Compression::None,
        objects,
        Budget::of(line.len() as u64 + 10),
    );
    assert_eq!((found.processed, found.imported, found.errors), (1, 1, 1));
}

/// Begins a bulk put of so many records into a table with a stream, and gives its ARN.
fn bulk_put(lab: &Lab, records: usize) -> Value {
    let mut creation = creation("orders");
    creation["StreamSpecification"] = json!({"StreamEnabled": true, "StreamViewType": "KEYS_ONLY"});
    lab.ok("CreateTable", creation);
    lab.engine.world().advance(60_000);
    let record = |number| format!("{{\"Item\":{{\"pk\":{{\"S\":\"{number}\"}},\"n\":{{\"N\":\"1\"}}}}}}\n");
    let object: String = (0..records).map(record).collect();
    lab.engine.make_bucket(&here(), "source").unwrap();
    lab.engine
        .put_object(&here(), "source", "records.json", object.into_bytes().into())
        .unwrap();
    let asked = json!({
        "TableName": "orders",
        "InputS3Configuration": {"S3Bucket": "source", "S3KeyPrefix": "records", "InputFormat": "DYNAMODB_JSON"},
        "OutputS3Configuration": {"S3Bucket": "source", "S3KeyPrefix": "out", "OutputType": ["ERROR"]},
    });
    lab.ok("StartBulkPutItems", asked)["BulkOperationDescription"]["BulkOperationArn"].clone()
}

/// What a table and its index have, after the Changes were held against a replay.
fn counts(lab: &Lab) -> (usize, usize) {
    let database = lab.engine.database(&caller());
    let mut replayed = Database::default();
    let changes = lab.engine.journal(&caller());
    changes.iter().for_each(|change| replayed.apply(change).drop_now());
    assert_eq!(replayed, database);
    let table = database.table("orders").unwrap();
    (table.rows().len(), table.index_rows(0).rows().len())
}

#[test]
fn a_bulk_put_of_several_portions_writes_all_of_them() {
    for lab in [Lab::instant(), Lab::paced()] {
        let arn = bulk_put(&lab, 2_500);
        lab.engine.world().advance(24 * 3_600_000);
        let told = lab.ok("DescribeBulkOperation", json!({ "BulkOperationArn": arn }));
        let told = &told["BulkOperationDescription"];
        assert_eq!(
            (&told["BulkOperationStatus"], &told["ProcessedItemCount"]),
            (&json!("COMPLETED"), &json!(2_500))
        );
        assert_eq!(counts(&lab), (2_500, 2_500));
    }
}

#[test]
fn a_bulk_put_that_is_cancelled_keeps_what_it_has_written() {
    let lab = Lab::paced();
    let arn = bulk_put(&lab, 5_000);
    let asked = json!({ "BulkOperationArn": arn });
    let told = || lab.ok("DescribeBulkOperation", asked.clone())["BulkOperationDescription"].clone();
    while told()["ProcessedItemCount"].as_u64().unwrap_or_default() == 0 {
        lab.engine.world().advance(1_000);
    }
    lab.ok("CancelBulkOperation", asked.clone());
    lab.engine.world().advance(24 * 3_600_000);
    let told = told();
    assert_eq!(told["BulkOperationStatus"], "CANCELLED");
    let processed = usize::try_from(told["ProcessedItemCount"].as_u64().unwrap()).unwrap();
    assert!((1..5_000).contains(&processed), "{processed}");
    assert_eq!(counts(&lab), (processed, processed));
}
