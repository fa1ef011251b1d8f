//! The commands around fixtures.

use serde_json::Value;

use crate::rig::{SHOP, SUITE, Server, ends};

#[test]
fn fixtures_are_loaded_dumped_and_compared() {
    let server = Server::start(&[]);
    let folder = tempfile::tempdir().unwrap();
    let dump = folder.path().join("dump.yml");
    let dump = dump.to_str().unwrap();
    let at = ["--endpoint", server.url.as_str()];
    assert!(ends(&[&["load", SHOP][..], &at].concat(), 0).contains("1 table, 107 items"));
    let again = ends(&[&["load", SHOP][..], &at].concat(), 1);
    assert!(
        again.contains("Table already exists: shop") && again.contains("--existing replace"),
        "{again}"
    );
    ends(&[&["load", SHOP, "--existing", "replace"][..], &at].concat(), 0);
    ends(&[&["dump", "--output", dump][..], &at].concat(), 0);
    assert_eq!(ends(&["diff", dump, server.url.as_str()], 0), "");
    assert_eq!(ends(&["diff", SHOP, dump], 0), "");
    let bucket = folder.path().join("bucket");
    ends(&[&["export", bucket.to_str().unwrap()][..], &at].concat(), 0);
    assert!(bucket.join("AWSDynamoDB").is_dir());
    let text = std::fs::read_to_string(dump)
        .unwrap()
        .replace("name: Bob", "name: Robert");
    std::fs::write(dump, text).unwrap();
    let difference = ends(&["diff", server.url.as_str(), dump], 1);
    assert!(
        difference.contains("~ { pk: USER#b2, sk: PROFILE }\n      name: Bob → Robert"),
        "{difference}"
    );
}

#[test]
fn a_server_begins_with_fixtures_for_every_access_key_and_region() {
    let server = Server::start(&["--fixtures", SHOP]);
    for (key, region) in [
        ("alice", "us-east-1"),
        ("bob", "eu-west-1"),
        ("alice+fork", "us-east-1"),
    ] {
        let who = ["--access-key", key, "--region", region];
        assert_eq!(
            ends(&[&["diff", SHOP, server.url.as_str()][..], &who].concat(), 0),
            "",
            "{key}"
        );
    }
    let refused = ends(&["--port", "0", "--fixtures", "/nowhere.yml"], 1);
    assert!(refused.contains("/nowhere.yml"), "{refused}");
}

#[test]
fn a_server_begins_with_replicas_in_the_regions_that_its_fixtures_name() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let fixtures = write(
        "shared.yml",
        "version: 1\ntables: { shop: { key: pk S, replicas: [eu-west-1] } }\nitems: { shop: [{ pk: LAMP }] }\n",
    );
    let suite = write(
        "suite.yml",
        "version: 1
steps:
  - GetItem: { TableName: shop, Key: { pk: { S: LAMP } } }
    region: eu-west-1
    answer: { Item: { pk: { S: LAMP } } }
  - PutItem: { TableName: shop, Item: { pk: { S: CHAIR } } }
    region: eu-west-1
  - GetItem: { TableName: shop, Key: { pk: { S: CHAIR } } }
    answer: { Item: { pk: { S: CHAIR } } }
  - DescribeTable: { TableName: shop }
    region: ap-south-1
    answer: !partial { Table: !partial { ItemCount: 1, Replicas: !absent } }
",
    );
    let server = Server::start(&["--fixtures", &fixtures]);
    ends(&["diff", &fixtures, &server.url], 0);
    ends(&["test", &suite, "--endpoint", &server.url], 0);
}

#[test]
fn a_server_begins_with_buckets_from_which_every_access_key_imports() {
    let folder = tempfile::tempdir().unwrap();
    let source = folder.path().join("buckets/source/shop");
    std::fs::create_dir_all(&source).unwrap();
    std::fs::write(source.join("a.json"), "{\"Item\":{\"pk\":{\"S\":\"LAMP\"}}}\n").unwrap();
    let suite = folder.path().join("suite.yml");
    std::fs::write(
        &suite,
        "version: 1
steps:
  - ImportTable:
      S3BucketSource: { S3Bucket: source, S3KeyPrefix: shop/ }
      InputFormat: DYNAMODB_JSON
      TableCreationParameters: { TableName: shop, BillingMode: PAY_PER_REQUEST, AttributeDefinitions: [{ AttributeName: pk, AttributeType: S }], KeySchema: [{ AttributeName: pk, KeyType: HASH }] }
    keep: { import: ImportTableDescription.ImportArn }
  - DescribeImport: { ImportArn: \"${import}\" }
    eventually: true
    answer: !partial { ImportTableDescription: !partial { ImportStatus: COMPLETED, ImportedItemCount: 1 } }
  - Scan: { TableName: shop }
    answer: !partial { Items: [{ pk: { S: LAMP } }] }
",
    )
    .unwrap();
    let buckets = folder.path().join("buckets");
    let server = Server::start(&["--buckets", buckets.to_str().unwrap()]);
    for key in ["alice", "bob"] {
        let at = ["--endpoint", &server.url, "--access-key", key];
        ends(&[&["test", suite.to_str().unwrap()][..], &at].concat(), 0);
    }
    let refused = ends(&["--port", "0", "--buckets", "/nowhere"], 1);
    assert!(refused.contains("/nowhere"), "{refused}");
}

#[test]
fn suites_run_against_an_engine_of_their_own_or_an_endpoint() {
    let folder = tempfile::tempdir().unwrap();
    let junit = folder.path().join("junit.xml");
    let junit = junit.to_str().unwrap();
    assert!(ends(&["test", SUITE, "--junit", junit], 0).contains("1 passed, 0 failed"));
    assert!(std::fs::read_to_string(junit).unwrap().contains("failures=\"0\""));
    let server = Server::start(&[]);
    ends(&["test", SUITE, "--endpoint", &server.url], 0);

    let broken = std::fs::read_to_string(SUITE)
        .unwrap()
        .replace("!partial { total: { N: \"7\" }", "!partial { total: { N: \"8\" }");
    let suite = folder.path().join("suite.yml");
    std::fs::write(&suite, broken).unwrap();
    let suite = suite.to_str().unwrap();
    let failed = ends(&["test", suite], 1);
    assert!(
        failed.contains("suite.yml:") && failed.contains("wanted \"8\", got \"7\""),
        "{failed}"
    );
    let report: Value = serde_json::from_str(&ends(&["test", suite, "--json"], 1)).unwrap();
    assert_eq!(report["failed"], 1);
    assert!(ends(&["test", suite, "--filter", "nothing"], 2).contains("there is no case"));
}

#[test]
fn what_cannot_be_read_ends_with_two() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("bad.yml");
    std::fs::write(&file, "version: 1\ntables: { shop: { kye: pk S } }\n").unwrap();
    let file = file.to_str().unwrap();
    for command in ["check", "load", "test", "import"] {
        let arguments: &[&str] = if command == "import" {
            &["import", "/nowhere.json"]
        } else {
            &[command, file]
        };
        let text = ends(arguments, 2);
        assert!(
            command == "import" || text.contains("bad.yml:2:19: there is no field `kye`; did you mean `key`?"),
            "{text}"
        );
    }
    assert!(ends(&["check", SHOP], 0).contains("no faults in 1 table, 107 items"));
}

#[test]
fn an_endpoint_that_is_no_emulator_is_refused() {
    let text = ends(&["load", SHOP, "--endpoint", "http://192.0.2.1:9"], 1);
    assert!(text.contains("--allow-real"), "{text}");
}

#[test]
fn the_schema_is_printed() {
    let schema: Value = serde_json::from_str(&ends(&["schema"], 0)).unwrap();
    assert_eq!(schema["title"], "Stator fixtures");
}

#[test]
fn a_table_with_a_vector_index_is_dumped_and_loaded_again() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let (film, dump) = (path("film.yml"), path("dump.yml"));
    std::fs::write(
        &film,
        "version: 1
tables:
  films:
    key: id S
    with:
      VectorIndexes:
        - IndexName: by_plot
          VectorAttribute: { AttributeName: plot }
          Projection: { ProjectionType: ALL }
          Dimensions: 2
          DistanceFunction: COSINE
items:
  films:
    - { id: f1, plot: [1, 0], title: North }
    - { id: f2, plot: [0, 1] }
",
    )
    .unwrap();
    let server = Server::start(&[]);
    ends(&["load", &film, "--endpoint", &server.url], 0);
    ends(&["dump", "--output", &dump, "--endpoint", &server.url], 0);
    let dumped = std::fs::read_to_string(&dump).unwrap();
    assert!(
        dumped.contains(r#""IndexName":"by_plot""#) && dumped.contains(r#""Dimensions":2"#),
        "{dumped}"
    );
    assert_eq!(ends(&["diff", &film, &dump], 0), "");
    ends(&["load", &dump, "--existing", "replace", "--endpoint", &server.url], 0);
    assert_eq!(ends(&["diff", &film, &server.url], 0), "");
    let search = "{ name: nearest, version: 1, steps: [{ SearchVectors: { TableName: films, IndexName: by_plot, SearchVector: [{ N: '0.9' }, { N: '0.1' }], TopK: 1, ProjectionExpression: id }, \
                  answer: { SearchResults: [!partial { Item: { id: { S: f1 } } }] } }] }";
    let suite = path("search.yml");
    std::fs::write(&suite, search).unwrap();
    ends(&["test", &suite, "--endpoint", &server.url, "--access-key", "test"], 0);
}

#[test]
fn a_suite_runs_where_its_dialect_is_spoken() {
    let folder = tempfile::tempdir().unwrap();
    // The two layers word an unknown word differently.
    let suite = |dialect: &str, says: &str| {
        let file = folder.path().join(format!("{dialect}.yml"));
        let text = format!(
            "version: 1\ndialect: {dialect}\ncases:\n  - name: an unknown word\n    steps:\n      - PutItem: {{ TableName: shop, Item: {{ pk: {{ S: a }} }}, ReturnValues: X }}\n        error: {{ ValidationException: \"{says}\" }}\n"
        );
        std::fs::write(&file, text).unwrap();
        file.to_str().unwrap().to_owned()
    };
    let (current, classic) = (
        suite(
            "current",
            "1 validation error detected: Failed to satisfy constraint: Member must satisfy enum value set: [ALL_OLD, UPDATED_OLD, ALL_NEW, UPDATE_NEW, NONE]",
        ),
        suite(
            "classic",
            "1 validation error detected: Value 'X' at 'returnValues' failed to satisfy constraint: Member must satisfy enum value set: [ALL_NEW, UPDATED_OLD, ALL_OLD, NONE, UPDATED_NEW]",
        ),
    );
    assert!(ends(&["test", &current, &classic, &current], 0).contains("3 passed, 0 failed"));
    let server = Server::start(&["--validation-dialect", "classic"]);
    let at = ["--endpoint", server.url.as_str()];
    let refused = ends(&[&["test", &classic][..], &at].concat(), 2);
    assert!(refused.contains("say --dialect classic"), "{refused}");
    ends(&[&["test", &classic, "--dialect", "classic"][..], &at].concat(), 0);
    ends(&[&["test", &current, "--dialect", "classic"][..], &at].concat(), 2);
    assert!(ends(&["test", &current, "--dialect", "old"], 2).contains("classic"));
}
