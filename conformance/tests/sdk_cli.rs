//! The AWS command line walks a table's life, one command a step, as a person or a script would.

use std::path::PathBuf;
use std::process::{Command, Output};

use serde_json::{Value, json};
use stator_conformance::clients::{PYTHON, REGION, Suite, client_environment, run_id};
use stator_conformance::server::Server;

/// The command line, the server it talks to, and the table whose life it walks.
struct Terminal {
    aws: PathBuf,
    server: Server,
    table: String,
}

#[test]
fn aws_cli_walks_the_life_of_a_table() {
    let Some(suite) = Suite::open("sdk_cli", "python", &[PYTHON]) else {
        return;
    };
    let terminal = Terminal {
        aws: suite.python_environment("requirements.txt").join("bin/aws"),
        server: Server::start(),
        table: format!("cli-{}", run_id()),
    };
    terminal.creates();
    terminal.writes();
    terminal.reads();
    terminal.labels();
    terminal.deletes();
}

impl Terminal {
    fn creates(&self) {
        let indexes = json!([{
            "IndexName": "by_status",
            "KeySchema": [
                {"AttributeName": "status", "KeyType": "HASH"},
                {"AttributeName": "price", "KeyType": "RANGE"},
            ],
            "Projection": {"ProjectionType": "KEYS_ONLY"},
        }]);
        let mut create = vec![
            "create-table",
            "--billing-mode",
            "PAY_PER_REQUEST",
            "--attribute-definitions",
        ];
        create.extend(["AttributeName=pk,AttributeType=S", "AttributeName=sk,AttributeType=S"]);
        create.extend([
            "AttributeName=status,AttributeType=S",
            "AttributeName=price,AttributeType=N",
        ]);
        create.extend([
            "--key-schema",
            "AttributeName=pk,KeyType=HASH",
            "AttributeName=sk,KeyType=RANGE",
        ]);
        let indexes = indexes.to_string();
        create.extend(["--global-secondary-indexes", &indexes]);
        let created = self.json(&create);
        assert_eq!(created["TableDescription"]["TableName"], self.table.as_str());
        self.silent(&["wait", "table-exists"]);

        let described = self.json(&["describe-table"]);
        let table = &described["Table"];
        assert_eq!(table["TableStatus"], "ACTIVE");
        assert_eq!(table["BillingModeSummary"]["BillingMode"], "PAY_PER_REQUEST");
        assert_eq!(table["WarmThroughput"]["Status"], "ACTIVE");
        assert_eq!(table["GlobalSecondaryIndexes"][0]["IndexStatus"], "ACTIVE");
        let again = self.refused(&create);
        let taken = format!(
            "(ResourceInUseException) when calling the CreateTable operation: Table already exists: {}",
            self.table
        );
        assert!(again.contains(&taken), "{again}");
    }

    fn writes(&self) {
        let first = order(1, "OPEN").to_string();
        let put_once = [
            "put-item",
            "--item",
            &first,
            "--condition-expression",
            "attribute_not_exists(pk)",
        ];
        self.silent(&put_once);
        let twice = self.refused(&put_once);
        let failed =
            "(ConditionalCheckFailedException) when calling the PutItem operation: The conditional request failed";
        assert!(twice.contains(failed), "{twice}");

        let more = (2..=8)
            .map(|n| json!({"PutRequest": {"Item": order(n, "SHIPPED")}}))
            .collect::<Vec<_>>();
        let batch = json!({self.table.as_str(): more}).to_string();
        let written = self.json_without_table(&["batch-write-item", "--request-items", &batch]);
        assert_eq!(written["UnprocessedItems"], json!({}));

        let updated = self.json(&[
            "update-item",
            "--key",
            &key(1).to_string(),
            "--update-expression",
            "SET #s = :s, price = price + :fee REMOVE note ADD tags :t",
            "--expression-attribute-names",
            r##"{"#s": "status"}"##,
            "--expression-attribute-values",
            r#"{":s": {"S": "SHIPPED"}, ":fee": {"N": "0.5"}, ":t": {"SS": ["gift"]}}"#,
            "--return-values",
            "UPDATED_NEW",
        ]);
        let new = json!({"status": {"S": "SHIPPED"}, "price": {"N": "10.5"}, "tags": {"SS": ["gift"]}});
        assert_eq!(updated["Attributes"], new);
    }

    fn reads(&self) {
        let got = self.json(&["get-item", "--key", &key(1).to_string(), "--consistent-read"]);
        assert_eq!(got["Item"]["price"], json!({"N": "10.5"}));
        assert_eq!(
            got["Item"]["photo"],
            json!({"B": "cmF3IGJ5dGVz"}),
            "bytes go in raw and come out in base64"
        );
        assert_eq!(got["Item"].get("note"), None);

        let mut query = vec![
            "query",
            "--key-condition-expression",
            "pk = :pk AND begins_with(sk, :prefix)",
        ];
        query.extend([
            "--expression-attribute-values",
            r#"{":pk": {"S": "CUSTOMER#ada"}, ":prefix": {"S": "ORDER#"}}"#,
        ]);
        query.extend([
            "--projection-expression",
            "sk",
            "--no-scan-index-forward",
            "--page-size",
            "3",
        ]);
        let all = self.json(&query);
        let newest_first = (1..=8)
            .rev()
            .map(|n| json!({"sk": {"S": format!("ORDER#{n}")}}))
            .collect::<Value>();
        assert_eq!(
            all["Items"], newest_first,
            "the command line follows the pages by itself"
        );

        query.extend(["--max-items", "5"]);
        let first = self.json(&query);
        let token = first["NextToken"].as_str().expect("five of eight items leave a token");
        query.extend(["--starting-token", token]);
        let second = self.json(&query);
        let (first, second) = (first["Items"].as_array(), second["Items"].as_array());
        assert_eq!((first.map(Vec::len), second.map(Vec::len)), (Some(5), Some(3)));

        let mut shipped = vec![
            "query",
            "--index-name",
            "by_status",
            "--key-condition-expression",
            "#s = :s AND price > :t",
        ];
        shipped.extend(["--expression-attribute-names", r##"{"#s": "status"}"##]);
        shipped.extend([
            "--expression-attribute-values",
            r#"{":s": {"S": "SHIPPED"}, ":t": {"N": "49.99"}}"#,
        ]);
        shipped.extend(["--query", "Items[].price.N", "--return-consumed-capacity", "TOTAL"]);
        assert_eq!(self.json(&shipped), json!(["50", "60", "70", "80"]));

        let counted = self.json(&["scan", "--select", "COUNT"]);
        assert_eq!(counted["Count"], 8);
        let unknown = self.refused(&["query", "--index-name", "nope", "--key-condition-expression", "pk = sk"]);
        assert!(
            unknown.contains("(ValidationException) when calling the Query operation: "),
            "{unknown}"
        );
    }

    fn labels(&self) {
        let described = self.json(&["describe-table"]);
        let arn = described["Table"]["TableArn"].as_str().expect("an ARN is a string");
        assert!(
            arn.starts_with(&format!("arn:aws:dynamodb:{REGION}:")),
            "{arn} has the caller's region"
        );
        self.run(&["tag-resource", "--resource-arn", arn, "--tags", "Key=team,Value=orders"]);
        let tags = self.json_without_table(&["list-tags-of-resource", "--resource-arn", arn]);
        assert_eq!(tags["Tags"], json!([{"Key": "team", "Value": "orders"}]));

        let specification = "Enabled=true,AttributeName=expires";
        let updated = self.json(&["update-time-to-live", "--time-to-live-specification", specification]);
        assert_eq!(
            updated["TimeToLiveSpecification"],
            json!({"Enabled": true, "AttributeName": "expires"})
        );
        let described = self.json(&["describe-time-to-live"]);
        assert_eq!(described["TimeToLiveDescription"]["AttributeName"], "expires");
    }

    fn deletes(&self) {
        let listed = self.json_without_table(&["list-tables", "--page-size", "1"]);
        let names = listed["TableNames"].as_array().expect("a list of names");
        assert!(names.contains(&json!(self.table)), "{names:?}");
        let old = self.json(&[
            "delete-item",
            "--key",
            &key(8).to_string(),
            "--return-values",
            "ALL_OLD",
        ]);
        assert_eq!(old["Attributes"]["status"], json!({"S": "SHIPPED"}));
        let deleted = self.json(&["delete-table"]);
        assert_eq!(deleted["TableDescription"]["TableStatus"], "DELETING");
        self.silent(&["wait", "table-not-exists"]);
        let gone = self.refused(&["describe-table"]);
        let missing = format!(
            "(ResourceNotFoundException) when calling the DescribeTable operation: \
             Requested resource not found: Table: {} not found",
            self.table
        );
        assert!(gone.contains(&missing), "{gone}");
    }
}

impl Terminal {
    /// Runs a command on the table and reads its answer.
    fn json(&self, arguments: &[&str]) -> Value {
        self.json_without_table(&self.on_the_table(arguments))
    }

    fn json_without_table(&self, arguments: &[&str]) -> Value {
        let output = self.run(arguments);
        serde_json::from_slice(&output.stdout).expect("the answer is JSON")
    }

    /// Runs a command on the table that answers nothing.
    fn silent(&self, arguments: &[&str]) {
        let output = self.run(&self.on_the_table(arguments));
        assert_eq!(String::from_utf8_lossy(&output.stdout).trim(), "");
    }

    fn run(&self, arguments: &[&str]) -> Output {
        let output = self.aws(arguments);
        assert!(
            output.status.success(),
            "{arguments:?} failed:\n{}",
            String::from_utf8_lossy(&output.stderr)
        );
        output
    }

    /// Runs a command on the table that the service refuses, and returns what the command line says of it.
    fn refused(&self, arguments: &[&str]) -> String {
        let arguments = self.on_the_table(arguments);
        let output = self.aws(&arguments);
        assert!(!output.status.success(), "{arguments:?} was accepted");
        String::from_utf8_lossy(&output.stderr).into_owned()
    }

    fn on_the_table<'a>(&'a self, arguments: &[&'a str]) -> Vec<&'a str> {
        [arguments, &["--table-name", &self.table]].concat()
    }

    fn aws(&self, arguments: &[&str]) -> Output {
        println!("aws dynamodb {}", arguments.join(" "));
        let mut command = Command::new(&self.aws);
        command.args(["dynamodb", "--output", "json"]).args(arguments);
        client_environment(&mut command, &self.server)
            .output()
            .expect("the command line runs")
    }
}

fn key(n: u32) -> Value {
    json!({"pk": {"S": "CUSTOMER#ada"}, "sk": {"S": format!("ORDER#{n}")}})
}

fn order(n: u32, status: &str) -> Value {
    json!({
        "pk": {"S": "CUSTOMER#ada"},
        "sk": {"S": format!("ORDER#{n}")},
        "status": {"S": status},
        "price": {"N": (n * 10).to_string()},
        "note": {"S": "Grüße 🛒"},
        "photo": {"B": "raw bytes"},
    })
}
