//! Buckets of a namespace, which stand in for S3 where tables are exported and imported.
//!
//! Objects are put and read as they are, one at a time, or as JSON, several at once: a text as a string, a packed text unpacked as `{"gzip": "…"}`,
//! anything else as `{"base64": "…"}`.

use std::collections::BTreeMap;
use std::io::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use flate2::write::GzEncoder;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use stator_core::engine::BucketError;
use stator_core::model::formats::{Budget, Compression, Lines};
use stator_core::store::{Objects, objects_of_prefix};

use super::Admin;
use super::route::{Answer, Ask, Gives, Kind, Method, Problem, Reach, Route, Takes, nothing};

const OF_NAMESPACE: &str = "namespaces/{access_key}/{region}/buckets";
const OF_BUCKET: &str = "namespaces/{access_key}/{region}/buckets/{bucket}";
const OF_OBJECT: &str = "namespaces/{access_key}/{region}/buckets/{bucket}/objects/{key}";

/// Up to how many bytes a packed object is told unpacked.
const UNPACKED_BYTES_MAX: u64 = 16 << 20;

pub(super) const ROUTES: &[Route] = &[
    Route {
        method: Method::Get,
        path: OF_NAMESPACE,
        summary: "Lists the buckets of a namespace, to which tables are exported and from which they are imported.",
        takes: Takes::Nothing,
        gives: Gives::Json(list_schema),
        problems: &[],
        reach: Reach::Engine,
        run: list,
    },
    Route {
        method: Method::Post,
        path: OF_NAMESPACE,
        summary: "Makes a bucket, unless it is there, puts objects into it, and tells all that it has then.",
        takes: Takes::Json(fill_schema),
        gives: Gives::Json(filled_schema),
        problems: &[Kind::Malformed, Kind::TooMany],
        reach: Reach::Engine,
        run: fill,
    },
    Route {
        method: Method::Put,
        path: OF_BUCKET,
        summary: "Makes a bucket, unless it is there.",
        takes: Takes::Nothing,
        gives: Gives::Json(nothing),
        problems: &[Kind::Malformed, Kind::TooMany],
        reach: Reach::Engine,
        run: make,
    },
    Route {
        method: Method::Get,
        path: OF_BUCKET,
        summary: "Lists the objects of a bucket, with ?prefix= those whose keys begin like this.",
        takes: Takes::Nothing,
        gives: Gives::Json(objects_schema),
        problems: &[Kind::Missing],
        reach: Reach::Engine,
        run: list_objects,
    },
    Route {
        method: Method::Delete,
        path: OF_BUCKET,
        summary: "Lets go of a bucket and its objects.",
        takes: Takes::Nothing,
        gives: Gives::Json(nothing),
        problems: &[Kind::Missing],
        reach: Reach::Engine,
        run: remove,
    },
    Route {
        method: Method::Put,
        path: OF_OBJECT,
        summary: "Puts an object, in place of the one with its key. Slashes in the key are written as %2F.",
        takes: Takes::Bytes("What is to be in the object."),
        gives: Gives::Json(nothing),
        problems: &[Kind::Malformed, Kind::Missing],
        reach: Reach::Engine,
        run: put_object,
    },
    Route {
        method: Method::Get,
        path: OF_OBJECT,
        summary: "Gives what is in an object.",
        takes: Takes::Nothing,
        gives: Gives::Bytes,
        problems: &[Kind::Missing],
        reach: Reach::Engine,
        run: get_object,
    },
    Route {
        method: Method::Delete,
        path: OF_OBJECT,
        summary: "Lets go of an object.",
        takes: Takes::Nothing,
        gives: Gives::Json(nothing),
        problems: &[Kind::Missing],
        reach: Reach::Engine,
        run: remove_object,
    },
];

/// A bucket, and objects to put into it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Fill {
    name: String,
    #[serde(default)]
    objects: BTreeMap<String, Content>,
}

/// What is in an object.
#[derive(Deserialize)]
#[serde(untagged)]
enum Content {
    Text(String),
    Gzip(Gzip),
    Base64(Base64),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Gzip {
    gzip: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Base64 {
    base64: String,
}

impl Content {
    fn into_bytes(self) -> Result<Vec<u8>, Problem> {
        match self {
            Self::Text(text) => Ok(text.into_bytes()),
            Self::Gzip(Gzip { gzip }) => {
                let mut packed = GzEncoder::new(Vec::new(), flate2::Compression::fast());
                let written = packed.write_all(gzip.as_bytes()).and_then(|()| packed.finish());
                written.map_err(|_| Problem::failure())
            }
            Self::Base64(Base64 { base64 }) => {
                let bytes = STANDARD.decode(&base64);
                bytes.map_err(|error| Problem::malformed(format!("\"{base64}\" is no base64: {error}")))
            }
        }
    }
}

/// What is in an object, as JSON tells it.
fn told(bytes: &[u8]) -> Value {
    if let Ok(text) = std::str::from_utf8(bytes) {
        return json!(text);
    }
    let mut budget = Budget::of(UNPACKED_BYTES_MAX);
    let unpacked = Lines::new(bytes, Compression::Gzip, &mut budget).and_then(Lines::text);
    match unpacked {
        Ok(text) => json!({ "gzip": text }),
        Err(_) => json!({ "base64": STANDARD.encode(bytes) }),
    }
}

fn content_schema() -> Value {
    let one = |name: &str| {
        json!({
            "type": "object", "required": [name], "additionalProperties": false,
            "properties": {name: {"type": "string"}},
        })
    };
    json!({"oneOf": [{"type": "string"}, one("gzip"), one("base64")]})
}

fn fill_schema() -> Value {
    json!({
        "type": "object", "required": ["name"], "additionalProperties": false,
        "properties": {
            "name": {"type": "string"},
            "objects": {"type": "object", "additionalProperties": content_schema()},
        },
    })
}

fn filled_schema() -> Value {
    json!({
        "type": "object", "required": ["name", "objects"], "additionalProperties": false,
        "properties": {
            "name": {"type": "string"},
            "objects": {"type": "object", "additionalProperties": content_schema()},
        },
    })
}

fn list_schema() -> Value {
    let bucket = json!({
        "type": "object", "required": ["name", "objects", "bytes"], "additionalProperties": false,
        "properties": {"name": {"type": "string"}, "objects": {"type": "integer"}, "bytes": {"type": "integer"}},
    });
    json!({
        "type": "object", "required": ["buckets"], "additionalProperties": false,
        "properties": {"buckets": {"type": "array", "items": bucket}},
    })
}

fn objects_schema() -> Value {
    let object = json!({
        "type": "object", "required": ["key", "bytes"], "additionalProperties": false,
        "properties": {"key": {"type": "string"}, "bytes": {"type": "integer"}},
    });
    json!({
        "type": "object", "required": ["objects"], "additionalProperties": false,
        "properties": {"objects": {"type": "array", "items": object}},
    })
}

impl From<BucketError> for Problem {
    fn from(error: BucketError) -> Self {
        let kind = match error {
            BucketError::Name(_) | BucketError::Key(_) => Kind::Malformed,
            BucketError::NoBucket(_) | BucketError::NoObject(..) => Kind::Missing,
            BucketError::TooMany => Kind::TooMany,
            BucketError::Space(error) => return error.into(),
        };
        Self::new(kind, error)
    }
}

fn list(admin: &Admin, ask: &Ask<'_>) -> Result<Answer, Problem> {
    let buckets = admin.engine().buckets(&ask.namespace(admin));
    let told = buckets.names().map(|name| {
        let objects = buckets.get(name).cloned().unwrap_or_default();
        let bytes: usize = objects.values().map(|bytes| bytes.len()).sum();
        json!({"name": name.as_str(), "objects": objects.len(), "bytes": bytes})
    });
    let told: Vec<_> = told.collect();
    Ok(Answer::Json(json!({ "buckets": told })))
}

fn fill(admin: &Admin, ask: &Ask<'_>) -> Result<Answer, Problem> {
    let Fill { name, objects } = ask.json()?;
    let (engine, namespace) = (admin.engine(), ask.namespace(admin));
    let objects = objects.into_iter();
    let objects = objects.map(|(key, content)| Ok((key, content.into_bytes()?)));
    let objects = objects.collect::<Result<Vec<_>, Problem>>()?;
    engine.make_bucket(&namespace, &name)?;
    for (key, bytes) in objects {
        engine.put_object(&namespace, &name, &key, bytes.into())?;
    }
    let filled = engine.buckets(&namespace).get(&name).cloned().unwrap_or_default();
    let told: Map<String, Value> = filled
        .iter()
        .map(|(key, bytes)| (key.to_string(), told(bytes)))
        .collect();
    Ok(Answer::Json(json!({"name": name, "objects": told})))
}

fn make(admin: &Admin, ask: &Ask<'_>) -> Result<Answer, Problem> {
    let namespace = ask.namespace(admin);
    admin.engine().make_bucket(&namespace, ask.parameter("bucket"))?;
    Ok(Answer::done())
}

fn remove(admin: &Admin, ask: &Ask<'_>) -> Result<Answer, Problem> {
    let namespace = ask.namespace(admin);
    admin.engine().drop_bucket(&namespace, ask.parameter("bucket"))?;
    Ok(Answer::done())
}

/// The objects of the bucket that the path names.
fn objects(admin: &Admin, ask: &Ask<'_>) -> Result<Objects, BucketError> {
    let bucket = ask.parameter("bucket");
    let buckets = admin.engine().buckets(&ask.namespace(admin));
    let objects = buckets.get(bucket).cloned();
    objects.ok_or_else(|| BucketError::NoBucket(bucket.into()))
}

fn list_objects(admin: &Admin, ask: &Ask<'_>) -> Result<Answer, Problem> {
    let objects = objects(admin, ask)?;
    let prefix = ask.option("prefix").unwrap_or_default();
    let told: Vec<_> = objects_of_prefix(&objects, &prefix)
        .map(|(key, bytes)| json!({"key": key.as_str(), "bytes": bytes.len()}))
        .collect();
    Ok(Answer::Json(json!({ "objects": told })))
}

fn put_object(admin: &Admin, ask: &Ask<'_>) -> Result<Answer, Problem> {
    let (namespace, bucket, key) = (ask.namespace(admin), ask.parameter("bucket"), ask.parameter("key"));
    admin.engine().put_object(&namespace, bucket, key, ask.bytes().into())?;
    Ok(Answer::done())
}

fn get_object(admin: &Admin, ask: &Ask<'_>) -> Result<Answer, Problem> {
    let (bucket, key) = (ask.parameter("bucket"), ask.parameter("key"));
    let object = objects(admin, ask)?.get(key).cloned();
    let object = object.ok_or_else(|| BucketError::NoObject(bucket.into(), key.into()))?;
    Ok(Answer::Bytes(object.to_vec()))
}

fn remove_object(admin: &Admin, ask: &Ask<'_>) -> Result<Answer, Problem> {
    let (namespace, bucket, key) = (ask.namespace(admin), ask.parameter("bucket"), ask.parameter("key"));
    admin.engine().delete_object(&namespace, bucket, key)?;
    Ok(Answer::done())
}
