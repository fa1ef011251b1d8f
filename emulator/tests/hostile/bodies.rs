//! The table of hostile bodies.

/// A kind of body, and what it is refused with.
pub(crate) struct Hostile {
    pub(crate) operation: &'static str,
    pub(crate) name: &'static str,
    pub(crate) scale: Scale,
    /// A part of the answer that no other refusal has.
    pub(crate) refusal: &'static str,
    shape: Shape,
}

/// What grows with the size that is asked for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scale {
    /// The body.
    Bytes,
    /// Nothing: the body is as large as what it is about may be.
    Fixed,
}

/// How a body of any size is made.
enum Shape {
    /// A beginning, the same piece again and again, and an end.
    Repeat(&'static str, &'static str, &'static str),
    /// The same, each `@` of the piece being a number of its own.
    Count(&'static str, &'static str, &'static str),
    /// A beginning that opens something, again and again, and as many ends.
    Nest(&'static str, &'static str, &'static str, &'static str),
    /// The same, so many times within each other and as often side by side as the size allows.
    Nests(&'static str, &'static str, usize, &'static str, &'static str),
    /// A beginning, a piece so many times, and an end.
    Times(&'static str, &'static str, usize, &'static str),
}

const fn grows(operation: &'static str, name: &'static str, refusal: &'static str, shape: Shape) -> Hostile {
    Hostile {
        operation,
        name,
        scale: Scale::Bytes,
        refusal,
        shape,
    }
}

const fn fixed(operation: &'static str, name: &'static str, refusal: &'static str, shape: Shape) -> Hostile {
    Hostile {
        operation,
        name,
        scale: Scale::Fixed,
        refusal,
        shape,
    }
}

impl Hostile {
    /// The body, of about this many bytes if it grows.
    pub(crate) fn body(&self, bytes: usize) -> Vec<u8> {
        match self.shape {
            Shape::Repeat(head, piece, tail) => {
                let times = bytes.saturating_sub(head.len() + tail.len()) / piece.len();
                [head, &piece.repeat(times), tail].concat()
            }
            Shape::Count(head, piece, tail) => {
                let mut body = head.to_owned();
                for number in 0.. {
                    let next = piece.replace('@', &number.to_string());
                    if body.len() + next.len() + tail.len() > bytes {
                        break;
                    }
                    body.push_str(&next);
                }
                body + tail
            }
            Shape::Nest(head, open, close, tail) => {
                let times = bytes.saturating_sub(head.len() + tail.len()) / (open.len() + close.len());
                [head, &open.repeat(times), &close.repeat(times), tail].concat()
            }
            Shape::Nests(head, open, levels, close, tail) => {
                let one = format!("{}{{\"S\":\"\"}}{},", open.repeat(levels), close.repeat(levels));
                [head, &one.repeat((bytes / one.len()).max(1)), tail].concat()
            }
            Shape::Times(head, piece, times, tail) => [head, &piece.repeat(times), tail].concat(),
        }
        .into_bytes()
    }
}

const UNREADABLE: &str = "#SerializationException";
const NO_TYPE: &str = "Supplied AttributeValue is empty";
const DEEP: &str = "Nesting Levels have exceeded supported limits";
const INVALID: &str = "#ValidationException";
const FAILED: &str = "#InternalServerError";
const DUPLICATES: &str = "contains duplicates";
const NOT_A_NUMBER: &str = "38 significant digits";
const TEN: &str = "10 validation errors detected: ";
const TOO_LONG: &str = "Member must have length less than or equal to ";

/// Makes the table of one line for each kind.
macro_rules! kinds {
    ($( $scale:ident $operation:ident $name:literal, $refusal:expr, $shape:ident($($part:expr),*); )*) => {
        /// Every kind.
        pub(crate) const KINDS: &[Hostile] = &[
            $( $scale(stringify!($operation), $name, $refusal, Shape::$shape($($part),*)), )*
        ];
    };
}

// What grows with the size or not, the operation, the name, the refusal, and how the body is made.
kinds! {
    // What any operation reads.
    grows PutItem "nothing but white space", UNREADABLE, Repeat("", " \n", "");
    grows PutItem "arrays that are never closed", UNREADABLE, Repeat(r#"{"x":"#, "[", "");
    grows PutItem "an unknown member that nests", UNREADABLE, Nest(r#"{"x":"#, r#"{"x":["#, "]}", "}");
    grows PutItem "an unknown member of empty objects", "2 validation errors", Repeat(r#"{"x":["#, "{},", "0]}");
    grows PutItem "an unknown text of escapes", "2 validation errors", Repeat(r#"{"x":""#, r#"\u00e9"#, r#""}"#);
    grows PutItem "the same member again and again", UNREADABLE, Repeat("{", r#""TableName":"a","#, "}");
    grows PutItem "the same member, and then all is well", NO_TYPE, Repeat("{", r#""TableName":"a","#, r#""Item":{"a":{}}}"#);
    grows PutItem "a surrogate without its other half", TOO_LONG, Repeat(r#"{"TableName":""#, r#"\ud800"#, r#""}"#);
    grows PutItem "a long name of a table", TOO_LONG, Repeat(r#"{"Item":{},"TableName":""#, "x", r#""}"#);
    grows UpdateItem "a long name of a table", TOO_LONG, Repeat(r#"{"Key":{},"TableName":""#, "é", r#""}"#);
    grows CreateTable "a long name of a table", TOO_LONG, Repeat(r#"{"TableName":""#, "!", r#""}"#);
    grows Query "an endless limit", "limit", Repeat(r#"{"TableName":"table","KeyConditionExpression":"","Limit":-"#, "9", "}");
    grows Query "a limit with an endless exponent", "limit", Repeat(r#"{"TableName":"table","KeyConditionExpression":"","Limit":-1e"#, "9", "}");
    grows GetItem "a long ARN of a table", "Exception", Repeat(r#"{"Key":{"pk":{"S":"a"}},"TableName":"arn:aws:dynamodb:eu-west-1:000000000000:table/"#, "x", r#""}"#);
    grows DescribeTable "a long ARN of a table", "Exception", Repeat(r#"{"TableName":"arn:aws:dynamodb:mars:000000000000:table/"#, "x", r#""}"#);
    grows PutItem "a name of control characters", TOO_LONG, Repeat(r#"{"Item":{},"TableName":""#, r#"\u0001"#, r#""}"#);
    // Values.
    grows PutItem "empty values in a list", NO_TYPE, Repeat(r#"{"TableName":"table","Item":{"pk":{"L":["#, "{},", "{}]}}}");
    grows PutItem "nulls in a list", UNREADABLE, Repeat(r#"{"TableName":"table","Item":{"pk":{"L":["#, "null,", "0]}}}");
    grows PutItem "values of two types in a list", "more than one datatypes", Repeat(r#"{"TableName":"table","Item":{"pk":{"L":["#, r#"{"S":"","N":"1"},"#, r#"{"S":""}]}}}"#);
    grows PutItem "lists in lists", UNREADABLE, Nest(r#"{"TableName":"table","Item":{"pk":"#, r#"{"L":["#, "]}", "}}");
    grows PutItem "lists in lists, side by side", DEEP, Nests(r#"{"TableName":"table","Item":{"pk":{"L":["#, r#"{"L":["#, 900, "]}", r#"{"S":""}]}}}"#);
    grows PutItem "maps in maps, side by side", DEEP, Nests(r#"{"TableName":"table","Item":{"pk":{"L":["#, r#"{"M":{"a":"#, 40, "}}", r#"{"S":""}]}}}"#);
    grows PutItem "attributes", INVALID, Count(r#"{"TableName":"table","Item":{"#, r#""a@":{"S":""},"#, r#""pk":{"S":"a"}}}"#);
    grows PutItem "attributes without a type", NO_TYPE, Count(r#"{"TableName":"table","Item":{"#, r#""@":{},"#, r#""pk":{"S":"a"}}}"#);
    grows PutItem "the same attribute again and again", "Missing the key", Repeat(r#"{"TableName":"table","Item":{"#, r#""a":{"S":""},"#, r#""pk":{"S":"a"}}}"#);
    grows PutItem "a long name of an attribute", "too large", Repeat(r#"{"TableName":"table","Item":{""#, "a", r#"":{"S":""}}}"#);
    grows PutItem "a long text", INVALID, Repeat(r#"{"TableName":"table","Item":{"pk":{"S":""#, r#"\u20ac"#, r#""}}}"#);
    grows PutItem "a long number", NOT_A_NUMBER, Repeat(r#"{"TableName":"table","Item":{"pk":{"N":""#, "1", r#""}}}"#);
    grows PutItem "a number of nothing but zeros", "Type mismatch for key pk", Repeat(r#"{"TableName":"table","Item":{"pk":{"N":""#, "0", r#"1"}}}"#);
    grows PutItem "a number with an endless exponent", "numeric value", Repeat(r#"{"TableName":"table","Item":{"pk":{"N":"1e"#, "9", r#""}}}"#);
    grows PutItem "long numbers", NOT_A_NUMBER, Repeat(r#"{"TableName":"table","Item":{"pk":{"NS":["#, r#""111111111111111111111111111111111111111111","#, r#""1"]}}}"#);
    grows PutItem "a set of strings", INVALID, Count(r#"{"TableName":"table","Item":{"pk":{"SS":["#, r#""member-@","#, r#""z"]}}}"#);
    grows PutItem "a set of strings that are equal", DUPLICATES, Repeat(r#"{"TableName":"table","Item":{"pk":{"SS":["#, r#""","#, r#""z"]}}}"#);
    grows PutItem "a set of strings with one pair", DUPLICATES, Count(r#"{"TableName":"table","Item":{"pk":{"SS":["#, r#""\u00e9@","#, r#""z","z"]}}}"#);
    grows PutItem "a set of numbers that are equal", DUPLICATES, Repeat(r#"{"TableName":"table","Item":{"pk":{"NS":["#, r#""1.0","#, r#""1"]}}}"#);
    grows PutItem "a set of numbers", INVALID, Count(r#"{"TableName":"table","Item":{"pk":{"NS":["#, r#""@.000000000000001","#, r#""-1"]}}}"#);
    grows PutItem "a set of bytes that are equal", DUPLICATES, Repeat(r#"{"TableName":"table","Item":{"pk":{"BS":["#, r#""AA==","#, r#""AA=="]}}}"#);
    grows PutItem "sets within a list", DUPLICATES, Repeat(r#"{"TableName":"table","Item":{"pk":{"L":["#, r#"{"SS":["",""]},"#, r#"{"S":""}]}}}"#);
    grows PutItem "bytes that are none", UNREADABLE, Repeat(r#"{"TableName":"table","Item":{"pk":{"B":""#, "!", r#""}}}"#);
    grows PutItem "numbers that are none", "numeric value", Repeat(r#"{"TableName":"table","Item":{"pk":{"NS":["#, r#""x","#, r#""y"]}}}"#);
    grows PutItem "bytes", "Exception", Repeat(r#"{"TableName":"table","Item":{"pk":{"B":""#, "A", r#""}}}"#);
    grows PutItem "a vector", INVALID, Repeat(r#"{"TableName":"table","Item":{"pk":{"S":"a"},"sk":{"S":"a"},"v":{"L":["#, r#"{"N":"1"},"#, r#"{"N":"1"}]}}}"#);
    grows BatchWriteItem "a set of strings that are equal", DUPLICATES, Repeat(r#"{"RequestItems":{"table":[{"PutRequest":{"Item":{"pk":{"SS":["#, r#""","#, r#""z"]}}}}]}}"#);
    // Keys and legacy parameters.
    grows GetItem "attributes of a key", "does not match the schema", Count(r#"{"TableName":"table","Key":{"#, r#""a@":{"S":""},"#, r#""pk":{"S":"a"}}}"#);
    grows GetItem "names to get", "Duplicate value", Repeat(r#"{"TableName":"table","Key":{"pk":{"S":"a"},"sk":{"S":"a"}},"AttributesToGet":["#, r#""a","#, r#""b"]}"#);
    grows Query "names to get", "Key", Count(r#"{"TableName":"table","AttributesToGet":["#, r#""@","#, r#""b"]}"#);
    grows Query "key conditions", "number of query conditions", Count(r#"{"TableName":"table","KeyConditions":{"#, r#""@":{"ComparisonOperator":"EQ","AttributeValueList":[{"S":"a"}]},"#, r#""pk":{"ComparisonOperator":"EQ","AttributeValueList":[{"S":"a"}]}}}"#);
    grows Query "a start key", "starting key", Count(r#"{"TableName":"table","KeyConditions":{"pk":{"ComparisonOperator":"EQ","AttributeValueList":[{"S":"a"}]}},"ExclusiveStartKey":{"#, r#""@":{"S":""},"#, r#""pk":{"S":"a"}}}"#);
    grows Scan "conditions without an operator", TEN, Count(r#"{"TableName":"table","ScanFilter":{"#, r#""@":{},"#, r#""pk":{}}}"#);
    grows Scan "values of a condition", "Invalid number of argument", Repeat(r#"{"TableName":"table","ScanFilter":{"a":{"ComparisonOperator":"EQ","AttributeValueList":["#, r#"{"S":""},"#, r#"{"S":""}]}}}"#);
    grows PutItem "expected attributes", "Value must be provided when Exists is null", Count(r#"{"TableName":"table","Item":{"pk":{"S":"a"}},"Expected":{"#, r#""@":{},"#, r#""pk":{}}}"#);
    grows UpdateItem "attribute updates", "Only DELETE action is allowed", Count(r#"{"TableName":"table","Key":{"pk":{"S":"a"},"sk":{"S":"a"}},"AttributeUpdates":{"#, r#""@":{},"#, r#""a":{}}}"#);
    grows UpdateItem "attribute updates of a key", "part of the key", Count(r#"{"TableName":"table","Key":{"pk":{"S":"a"},"sk":{"S":"a"}},"AttributeUpdates":{"#, r#""attribute-@":{"Value":{"S":""}},"#, r#""pk":{"Value":{"S":""}}}}"#);
    // Expressions.
    grows PutItem "an expression longer than any", "Expression size has exceeded", Repeat(r#"{"TableName":"table","Item":{"pk":{"S":"a"}},"ConditionExpression":""#, "a=b AND ", r#"a=b"}"#);
    grows PutItem "names of nothing", "unused in expressions", Count(r#"{"TableName":"table","Item":{"pk":{"S":"a"}},"ConditionExpression":"a=b","ExpressionAttributeNames":{"#, r##""#@":"a","##, r##""#a":"b"}}"##);
    grows PutItem "values of nothing", "unused in expressions", Count(r#"{"TableName":"table","Item":{"pk":{"S":"a"}},"ConditionExpression":"a=b","ExpressionAttributeValues":{"#, r#"":@":{"S":"a"},"#, r#"":a":{"S":"a"}}}"#);
    grows PutItem "a long placeholder", "a key that is too long", Repeat(r#"{"TableName":"table","Item":{"pk":{"S":"a"}},"ConditionExpression":"a=b","ExpressionAttributeNames":{""#, "x", r#"":"b"}}"#);
    fixed PutItem "open parentheses", "Invalid ConditionExpression", Times(r#"{"TableName":"table","Item":{"pk":{"S":"a"}},"ConditionExpression":""#, "(", 4_096, r#""}"#);
    fixed PutItem "conditions within conditions", "Invalid ConditionExpression", Times(r#"{"TableName":"table","Item":{"pk":{"S":"a"}},"ConditionExpression":""#, "a=b OR(", 580, r#""}"#);
    fixed PutItem "denials of denials", "Invalid ConditionExpression", Times(r#"{"TableName":"table","Item":{"pk":{"S":"a"}},"ConditionExpression":""#, "NOT ", 1_000, r#"a"}"#);
    fixed GetItem "a path of steps", "Invalid ProjectionExpression", Times(r#"{"TableName":"table","Key":{"pk":{"S":"a"},"sk":{"S":"a"}},"ProjectionExpression":"a"#, ".a", 2_040, r#""}"#);
    fixed UpdateItem "a path of steps", "Invalid UpdateExpression", Times(r#"{"TableName":"table","Key":{"pk":{"S":"a"},"sk":{"S":"a"}},"UpdateExpression":"REMOVE a"#, ".a", 2_040, r#""}"#);
    fixed UpdateItem "a sum of paths", "Invalid UpdateExpression", Times(r#"{"TableName":"table","Key":{"pk":{"S":"a"},"sk":{"S":"a"}},"UpdateExpression":"SET a=b"#, "+b", 2_030, r#""}"#);
    fixed PutItem "candidates of IN", "Invalid ConditionExpression", Times(r#"{"TableName":"table","Item":{"pk":{"S":"a"}},"ConditionExpression":"a IN (b"#, ",b", 2_040, r#")"}"#);
    fixed GetItem "a path of indexes", "Invalid ProjectionExpression", Times(r#"{"TableName":"table","Key":{"pk":{"S":"a"},"sk":{"S":"a"}},"ProjectionExpression":"a"#, "[0]", 1_360, r#""}"#);
    fixed GetItem "paths that overlap", "Two document paths overlap", Times(r#"{"TableName":"table","Key":{"pk":{"S":"a"},"sk":{"S":"a"}},"ProjectionExpression":"a"#, ",a", 2_000, r#""}"#);
    fixed UpdateItem "paths that overlap", "Two document paths overlap", Times(r#"{"TableName":"table","Key":{"pk":{"S":"a"},"sk":{"S":"a"}},"UpdateExpression":"REMOVE a"#, ",a", 2_000, r#""}"#);
    // Batches and transactions.
    grows BatchGetItem "keys", TOO_LONG, Count(r#"{"RequestItems":{"table":{"Keys":["#, r#"{"pk":{"S":"@"}},"#, "{}]}}}");
    grows BatchGetItem "empty keys", TOO_LONG, Repeat(r#"{"RequestItems":{"table":{"Keys":["#, "{},", "{}]}}}");
    grows BatchGetItem "tables of bad names", "Map keys must satisfy constraint", Count(r#"{"RequestItems":{"#, r#""!@":{"Keys":[{}]},"#, r#""a":{"Keys":[{}]}}}"#);
    grows BatchGetItem "tables without keys", "validation error", Count(r#"{"RequestItems":{"#, r#""table-@":{},"#, r#""table":{}}}"#);
    grows BatchWriteItem "empty writes", "Map value must satisfy constraint", Repeat(r#"{"RequestItems":{"table":["#, "{},", "{}]}}");
    grows BatchWriteItem "tables", "Map value must satisfy constraint", Count(r#"{"RequestItems":{"#, r#""table-@":[],"#, r#""table":[]}}"#);
    grows TransactWriteItems "empty actions", TOO_LONG, Repeat(r#"{"TransactItems":["#, "{},", "{}]}");
    grows TransactWriteItems "a long token", TOO_LONG, Repeat(r#"{"TransactItems":[{}],"ClientRequestToken":""#, "x", r#""}"#);
    grows TransactWriteItems "puts", TOO_LONG, Repeat(r#"{"TransactItems":["#, r#"{"Put":{"TableName":"table","Item":{"pk":{"S":"a"}}}},"#, "{}]}");
    grows TransactGetItems "empty actions", "Member must not be null", Repeat(r#"{"TransactItems":["#, "{},", "{}]}");
    grows TransactGetItems "reads", TOO_LONG, Repeat(r#"{"TransactItems":["#, r#"{"Get":{"TableName":"table","Key":{}}},"#, r#"{"Get":{"TableName":"table","Key":{}}}]}"#);
    // PartiQL.
    grows ExecuteStatement "a long statement", TOO_LONG, Repeat(r#"{"Statement":""#, "SELECT ", r#""}"#);
    grows ExecuteStatement "parameters", r#"{"Items":[]}"#, Repeat(r#"{"Statement":"SELECT * FROM \"table\"","Parameters":["#, r#"{"S":""},"#, r#"{"S":""}]}"#);
    grows ExecuteStatement "parameters without a type", NO_TYPE, Repeat(r#"{"Statement":"SELECT * FROM \"table\"","Parameters":["#, "{},", "{}]}");
    grows ExecuteStatement "a long token", "NextToken", Repeat(r#"{"Statement":"SELECT * FROM \"table\"","NextToken":""#, "A", r#""}"#);
    grows BatchExecuteStatement "empty statements", TEN, Repeat(r#"{"Statements":["#, "{},", "{}]}");
    grows BatchExecuteStatement "statements", TOO_LONG, Repeat(r#"{"Statements":["#, r#"{"Statement":"x"},"#, r#"{"Statement":"x"}]}"#);
    grows ExecuteTransaction "statements", TOO_LONG, Repeat(r#"{"TransactStatements":["#, r#"{"Statement":"x"},"#, r#"{"Statement":"x"}]}"#);
    fixed ExecuteStatement "a path of steps to compare", INVALID, Times(r#"{"Statement":"SELECT * FROM \"table\" WHERE a"#, ".a", 4_000, r#" = 1"}"#);
    fixed ExecuteStatement "a path of steps to set", INVALID, Times(r#"{"Statement":"UPDATE \"table\" SET a"#, ".a", 4_000, r#" = 1 WHERE pk = 'a'"}"#);
    fixed ExecuteStatement "a path of indexes", INVALID, Times(r#"{"Statement":"SELECT a"#, "[0]", 2_600, r#" FROM \"table\""}"#);
    fixed ExecuteStatement "a sum of numbers", FAILED, Times(r#"{"Statement":"UPDATE \"table\" SET a = 1"#, "+1", 4_000, r#" WHERE pk = 'a'"}"#);
    fixed ExecuteStatement "a path of steps", "ValidationException", Times(r#"{"Statement":"SELECT a"#, ".a", 4_000, r#" FROM \"table\""}"#);
    fixed ExecuteStatement "lists in lists", FAILED, Times(r#"{"Statement":"SELECT * FROM \"table\" WHERE a="#, "[", 8_000, r#""}"#);
    fixed ExecuteStatement "open parentheses", FAILED, Times(r#"{"Statement":"SELECT * FROM \"table\" WHERE "#, "(", 8_000, r#""}"#);
    fixed ExecuteStatement "denials of denials", FAILED, Times(r#"{"Statement":"SELECT * FROM \"table\" WHERE "#, "NOT ", 2_000, r#"a"}"#);
    fixed ExecuteStatement "conditions in a row", "ValidationException", Times(r#"{"Statement":"SELECT * FROM \"table\" WHERE a=1"#, " OR a=1", 1_160, r#" OR"}"#);
    fixed ExecuteStatement "members of a set that are equal", "ValidationException", Times(r#"{"Statement":"INSERT INTO \"table\" VALUE {'pk':<<1"#, ",1", 4_000, r#">>}"}"#);
    // Tables, tags, streams, vectors.
    grows CreateTable "empty global indexes", TEN, Repeat(r#"{"TableName":"new","GlobalSecondaryIndexes":["#, "{},", "{}]}");
    grows CreateTable "global indexes", "ValidationException", Count(r#"{"TableName":"new","BillingMode":"PAY_PER_REQUEST","AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"S"}],"KeySchema":[{"AttributeName":"pk","KeyType":"HASH"}],"GlobalSecondaryIndexes":["#, r#"{"IndexName":"index-@","KeySchema":[{"AttributeName":"pk","KeyType":"HASH"}],"Projection":{"ProjectionType":"ALL"}},"#, r#"{"IndexName":"index","KeySchema":[{"AttributeName":"pk","KeyType":"HASH"}],"Projection":{"ProjectionType":"ALL"}}]}"#);
    grows CreateTable "definitions", "ValidationException", Count(r#"{"TableName":"new","BillingMode":"PAY_PER_REQUEST","KeySchema":[{"AttributeName":"pk","KeyType":"HASH"}],"AttributeDefinitions":["#, r#"{"AttributeName":"a@","AttributeType":"S"},"#, r#"{"AttributeName":"pk","AttributeType":"S"}]}"#);
    grows CreateTable "definitions of nothing", TEN, Repeat(r#"{"TableName":"new","AttributeDefinitions":["#, "{},", "{}]}");
    grows CreateTable "key elements", TOO_LONG, Repeat(r#"{"TableName":"new","BillingMode":"PAY_PER_REQUEST","AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"S"}],"KeySchema":["#, r#"{"AttributeName":"pk","KeyType":"HASH"},"#, r#"{"AttributeName":"pk","KeyType":"HASH"}]}"#);
    grows CreateTable "attributes that a local index includes", TOO_LONG, Count(r#"{"TableName":"new","BillingMode":"PAY_PER_REQUEST","AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"S"}],"KeySchema":[{"AttributeName":"pk","KeyType":"HASH"}],"LocalSecondaryIndexes":[{"IndexName":"index","KeySchema":[{"AttributeName":"pk","KeyType":"HASH"}],"Projection":{"ProjectionType":"INCLUDE","NonKeyAttributes":["#, r#""a@","#, r#""a"]}}]}"#);
    grows CreateTable "vector indexes", TEN, Repeat(r#"{"TableName":"new","VectorIndexes":["#, "{},", "{}]}");
    grows CreateTable "tags", "Number of Tags", Count(r#"{"TableName":"new","BillingMode":"PAY_PER_REQUEST","AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"S"}],"KeySchema":[{"AttributeName":"pk","KeyType":"HASH"}],"Tags":["#, r#"{"Key":"@","Value":""},"#, r#"{"Key":"a","Value":""}]}"#);
    grows UpdateTable "updates of indexes", "One of GlobalSecondaryIndexUpdate", Repeat(r#"{"TableName":"table","GlobalSecondaryIndexUpdates":["#, "{},", "{}]}");
    grows UpdateTable "updates of replicas", "ValidationException", Repeat(r#"{"TableName":"table","ReplicaUpdates":["#, "{},", "{}]}");
    grows TagResource "tags", "Number of Tags", Count(r#"{"ResourceArn":"arn:aws:dynamodb:eu-west-1:000000000000:table/table","Tags":["#, r#"{"Key":"@","Value":""},"#, r#"{"Key":"a","Value":""}]}"#);
    grows TagResource "a long name of a resource", "ValidationException", Repeat(r#"{"Tags":[],"ResourceArn":"arn:aws:dynamodb:eu-west-1:000000000000:table/"#, "x", r#""}"#);
    grows UntagResource "the same key again and again", "Number of Tags", Repeat(r#"{"ResourceArn":"arn:aws:dynamodb:eu-west-1:000000000000:table/table","TagKeys":["#, r#""a","#, r#""b"]}"#);
    grows UpdateTimeToLive "a long name of an attribute", TOO_LONG, Repeat(r#"{"TableName":"table","TimeToLiveSpecification":{"Enabled":true,"AttributeName":""#, r#"\u00e9"#, r#""}}"#);
    grows CreateBackup "a long name of a backup", TOO_LONG, Repeat(r#"{"TableName":"table","BackupName":""#, "x", r#""}"#);
    grows DescribeBackup "a long ARN", "Backup not found", Repeat(r#"{"BackupArn":"arn:aws:dynamodb:eu-west-1:000000000000:table/table/backup/"#, "1", r#""}"#);
    grows DeleteBackup "an ARN of many parts", "Invalid Backup ARN", Repeat(r#"{"BackupArn":"arn:aws:dynamodb:eu-west-1:000000000000:table"#, "/", r#""}"#);
    grows ListBackups "a long ARN", "BackupSummaries", Repeat(r#"{"ExclusiveStartBackupArn":"arn:aws:dynamodb:eu-west-1:000000000000:table/table/backup/"#, "9", r#""}"#);
    grows RestoreTableFromBackup "empty indexes", TEN, Repeat(r#"{"TargetTableName":"new","BackupArn":"a","GlobalSecondaryIndexOverride":["#, "{},", "{}]}");
    grows RestoreTableFromBackup "a long name of a table", "at most 255 characters long", Repeat(r#"{"BackupArn":"a","TargetTableName":""#, "x", r#""}"#);
    grows RestoreTableToPointInTime "vector indexes", TEN, Repeat(r#"{"SourceTableName":"table","TargetTableName":"new","UseLatestRestorableTime":true,"VectorIndexOverride":["#, "{},", "{}]}");
    grows ExportTableToPointInTime "a long prefix", TOO_LONG, Repeat(r#"{"TableArn":"a","S3Bucket":"exports","S3Prefix":""#, "x", r#""}"#);
    grows ExportTableToPointInTime "an ARN of many parts", TOO_LONG, Repeat(r#"{"S3Bucket":"exports","TableArn":"arn:aws:dynamodb"#, ":", r#""}"#);
    grows DescribeExport "a long ARN", TOO_LONG, Repeat(r#"{"ExportArn":"arn:aws:dynamodb:eu-west-1:000000000000:table/table/export/"#, "1", r#""}"#);
    grows ListExports "a token that is none", "Provided nextToken is invalid", Repeat(r#"{"NextToken":""#, "0", r#""}"#);
    grows ImportTable "names of columns", TOO_LONG, Repeat(r#"{"S3BucketSource":{"S3Bucket":"source"},"InputFormat":"CSV","InputFormatOptions":{"Csv":{"HeaderList":["#, r#""a","#, r#""b"]}}}"#);
    grows ImportTable "empty global indexes", TEN, Repeat(r#"{"TableCreationParameters":{"TableName":"new","GlobalSecondaryIndexes":["#, "{},", "{}]}}");
    grows ListImports "a long token", TOO_LONG, Repeat(r#"{"NextToken":""#, "0", r#""}"#);
    grows StartBulkPutItems "a long prefix", TOO_LONG, Repeat(r#"{"TableName":"table","InputS3Configuration":{"S3Bucket":"source","InputFormat":"ION","S3KeyPrefix":""#, "x", r#""}}"#);
    grows StartBulkPutItems "types of output", "Member must satisfy", Repeat(r#"{"TableName":"table","OutputS3Configuration":{"OutputType":["#, r#""a","#, r#""b"]}}"#);
    grows DescribeBulkOperation "a long ARN", TOO_LONG, Repeat(r#"{"BulkOperationArn":"arn:aws:dynamodb:eu-west-1:000000000000:table/table/bulk/"#, "1", r#""}"#);
    grows ListBulkOperations "a long token", TOO_LONG, Repeat(r#"{"NextToken":""#, "0", r#""}"#);
    grows PutResourcePolicy "statements", "Maximum policy size", Repeat(r#"{"ResourceArn":"arn:aws:dynamodb:eu-west-1:000000000000:table/table","Policy":"{\"Statement\":["#, "{},", r#"{}]}"}"#);
    grows PutResourcePolicy "brackets", "Maximum policy size", Repeat(r#"{"ResourceArn":"arn:aws:dynamodb:eu-west-1:000000000000:table/table","Policy":""#, "[", r#""}"#);
    grows UpdateContributorInsights "a long name of an index", "Exception", Repeat(r#"{"TableName":"table","ContributorInsightsAction":"ENABLE","IndexName":""#, "x", r#""}"#);
    grows EnableKinesisStreamingDestination "a long ARN", TOO_LONG, Repeat(r#"{"TableName":"table","StreamArn":"arn:aws:kinesis:eu-west-1:000000000000:stream/"#, "x", r#""}"#);
    grows ListTables "a long name of a table", TOO_LONG, Repeat(r#"{"ExclusiveStartTableName":""#, "x", r#""}"#);
    grows GetRecords "a long iterator", "ValidationException", Repeat(r#"{"ShardIterator":""#, "A", r#""}"#);
    grows GetShardIterator "a long sequence number", TOO_LONG, Repeat(r#"{"StreamArn":"a","ShardId":"a","ShardIteratorType":"AT_SEQUENCE_NUMBER","SequenceNumber":""#, "9", r#""}"#);
    grows DescribeStream "a long ARN of a stream", TOO_LONG, Repeat(r#"{"StreamArn":"arn:aws:dynamodb:eu-west-1:000000000000:table/table/stream/"#, "x", r#""}"#);
    grows SearchVectors "a vector", "dimension", Repeat(r#"{"TableName":"table","IndexName":"vectors","TopK":1,"SearchVector":["#, r#"{"N":"1"},"#, r#"{"N":"1"}]}"#);
    grows SearchVectors "a vector of empty values", UNREADABLE, Repeat(r#"{"TableName":"table","IndexName":"vectors","TopK":1,"SearchVector":["#, "{},", "{}]}");
    grows SearchVectors "values of nothing", "ExpressionAttributeValues", Count(r#"{"TableName":"table","IndexName":"vectors","TopK":1,"SearchVector":[{"N":"1"}],"ExpressionAttributeValues":{"#, r#"":@":{"S":"a"},"#, r#"":a":{"S":"a"}}}"#);
}
