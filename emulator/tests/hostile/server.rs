//! The program as a process of its own, and what a request takes of it.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use serde_json::Value;

/// The tables that the bodies ask for: one with every kind of index and a stream, named `table`.
const TABLE: &str = r#"{"TableName":"table","BillingMode":"PAY_PER_REQUEST","KeySchema":[{"AttributeName":"pk","KeyType":"HASH"},
    {"AttributeName":"sk","KeyType":"RANGE"}],"AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"S"},
    {"AttributeName":"sk","AttributeType":"S"},{"AttributeName":"g","AttributeType":"S"}],
    "GlobalSecondaryIndexes":[{"IndexName":"gsi","KeySchema":[{"AttributeName":"g","KeyType":"HASH"}],"Projection":{"ProjectionType":"ALL"}}],
    "LocalSecondaryIndexes":[{"IndexName":"lsi","KeySchema":[{"AttributeName":"pk","KeyType":"HASH"},{"AttributeName":"g","KeyType":"RANGE"}],
    "Projection":{"ProjectionType":"ALL"}}],"VectorIndexes":[{"IndexName":"vectors","VectorAttribute":{"AttributeName":"v"},
    "Projection":{"ProjectionType":"ALL"},"Dimensions":4096,"DistanceFunction":"COSINE"}],
    "StreamSpecification":{"StreamEnabled":true,"StreamViewType":"NEW_AND_OLD_IMAGES"}}"#;
/// An answer that takes longer than this is none.
const ANSWER_TIME_MAX: Duration = Duration::from_secs(600);

/// A server with the table, on a port of its own.
pub(crate) struct Server {
    process: Child,
    address: String,
}

/// What a request took of the server.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Cost {
    /// The time of its processors.
    pub(crate) cpu_ms: u64,
    /// The most memory that it had beyond what it had before.
    pub(crate) peak_bytes: u64,
}

impl Server {
    pub(crate) fn start() -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_stator"));
        let ours = std::env::vars_os().map(|(name, _)| name);
        for name in ours.filter(|name| name.to_string_lossy().starts_with("STATOR_")) {
            command.env_remove(name);
        }
        let arguments = ["--port", "0", "--worker-threads", "2", "--log-level", "off"];
        let mut process = command.args(arguments).stdout(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(process.stdout.take().unwrap())
            .read_line(&mut line)
            .unwrap();
        let ready: Value = serde_json::from_str(&line).unwrap();
        let server = Self {
            process,
            address: ready["address"].as_str().unwrap().to_owned(),
        };
        assert!(server.ask("CreateTable", TABLE.as_bytes()).contains("CREATING"));
        server
    }

    /// Sends a request, and tells what it took.
    pub(crate) fn cost_of(&self, operation: &str, body: &[u8]) -> (String, Cost) {
        // Makes the peak what is resident now.
        fs::write(self.proc("clear_refs"), "5").unwrap();
        let (cpu, resident) = (self.cpu_ms(), self.memory_bytes("VmRSS:"));
        let answer = self.ask(operation, body);
        let cost = Cost {
            cpu_ms: self.cpu_ms() - cpu,
            peak_bytes: self.memory_bytes("VmHWM:").saturating_sub(resident),
        };
        (answer, cost)
    }

    /// Sends a request on a connection of its own, and gives the whole response.
    fn ask(&self, operation: &str, body: &[u8]) -> String {
        let mut stream = self.connect();
        let head = format!(
            "{}Content-Length: {}\r\nConnection: close\r\n\r\n",
            head(operation),
            body.len()
        );
        stream.write_all(head.as_bytes()).unwrap();
        // A server that has read enough may answer and close before all is sent.
        let _ = stream.write_all(body);
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer);
        String::from_utf8(answer).unwrap()
    }

    /// Asks for something small, as any client would.
    pub(crate) fn assert_serves(&self) {
        let answer = self.ask("ListTables", b"{}");
        assert!(answer.contains(r#"{"TableNames":["table"]}"#), "{answer}");
    }

    /// Begins a request whose body comes in chunks.
    pub(crate) fn begin_chunked(&self) -> TcpStream {
        let mut stream = self.connect();
        let head = format!("{}Transfer-Encoding: chunked\r\n\r\n", head("PutItem"));
        stream.write_all(head.as_bytes()).unwrap();
        stream
    }

    fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(&self.address).unwrap();
        stream.set_read_timeout(Some(ANSWER_TIME_MAX)).unwrap();
        stream.set_write_timeout(Some(ANSWER_TIME_MAX)).unwrap();
        stream
    }

    fn proc(&self, file: &str) -> String {
        format!("/proc/{}/{file}", self.process.id())
    }

    /// User and system time, which the system counts in hundredths of a second.
    fn cpu_ms(&self) -> u64 {
        let stat = fs::read_to_string(self.proc("stat")).unwrap();
        let fields = stat.rsplit(')').next().unwrap().split_whitespace();
        fields
            .skip(11)
            .take(2)
            .map(|ticks| ticks.parse::<u64>().unwrap() * 10)
            .sum()
    }

    fn memory_bytes(&self, field: &str) -> u64 {
        let status = fs::read_to_string(self.proc("status")).unwrap();
        let line = status.lines().find(|line| line.starts_with(field)).unwrap();
        line.split_whitespace().nth(1).unwrap().parse::<u64>().unwrap() << 10
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn head(operation: &str) -> String {
    let api = match operation {
        "DescribeStream" | "GetRecords" | "GetShardIterator" | "ListStreams" => "DynamoDBStreams_20120810",
        _ => "DynamoDB_20120810",
    };
    format!(
        "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-amz-json-1.0\r\nX-Amz-Target: {api}.{operation}\r\n\
         X-Amz-Date: 20260131T120000Z\r\nAuthorization: AWS4-HMAC-SHA256 Credential=key/20260131/eu-west-1/dynamodb/aws4_request, \
         SignedHeaders=host, Signature=0f\r\n"
    )
}

pub(crate) fn send_chunk(stream: &mut TcpStream, content: &str) {
    assert!(try_send_chunk(stream, content));
}

/// Whether the other side still takes what is sent.
pub(crate) fn try_send_chunk(stream: &mut TcpStream, content: &str) -> bool {
    write!(stream, "{:x}\r\n{content}\r\n", content.len()).is_ok()
}
