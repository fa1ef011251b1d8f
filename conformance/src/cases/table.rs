//! Compact table definitions: `key: "pk S, sk S"`, `gsi: { by_day: "[tenant S, region S], [day S] -> INCLUDE(name)" }`.
//!
//! In goes the text of a file, out comes the CreateTable request that it stands for. Grammar:
//!
//! ```text
//! key        = attributes [ "," attributes ]              partition key, then sort key
//! attributes = attribute | "[" attribute { "," attribute } "]"
//! attribute  = name type                                  type is S, N or B
//! index      = key [ "->" projection ]                    ALL unless said
//! projection = "ALL" | "KEYS_ONLY" | "INCLUDE(" name { "," name } ")"
//! ```
//!
//! A local index names its sort key alone. It checks the form, never the service's rules: a file may define what the service refuses.

use std::collections::BTreeMap;
use std::fmt;

use serde::Deserialize;
use serde_json::{Value as Json, json};
use serde_yaml::Mapping;

/// A table as a file defines it.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct TableSpec {
    key: Key,
    #[serde(default)]
    gsi: IndexSpecs,
    #[serde(default)]
    lsi: IndexSpecs,
    /// Read and write units of the table and of each index; on-demand without it.
    throughput: Option<[u64; 2]>,
    /// Members of CreateTable that have no short form.
    #[serde(default)]
    with: Mapping,
}

/// Indexes by name, in the order of their names.
type IndexSpecs = BTreeMap<String, Index>;

/// A text that is not of the grammar.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct SpecError(String);

impl fmt::Display for SpecError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "{:?} is no key such as \"pk S, sk N\" or \"[a S, b S], c N -> ALL\"",
            self.0
        )
    }
}

/// An attribute of a key.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Attribute {
    name: String,
    kind: String,
}

/// A partition key and a sort key, each of one attribute or more; the sort key may be missing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
struct Key {
    hash: Vec<Attribute>,
    range: Vec<Attribute>,
}

/// The key of an index and what it projects.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
struct Index {
    key: Key,
    projection: Json,
}

impl TryFrom<String> for Key {
    type Error = SpecError;

    fn try_from(text: String) -> Result<Self, SpecError> {
        let groups = split_outside_brackets(&text);
        let groups = groups.into_iter().map(parse_attributes).collect::<Option<Vec<_>>>();
        match groups.as_deref() {
            Some([hash]) => Ok(Self {
                hash: hash.clone(),
                range: Vec::new(),
            }),
            Some([hash, range]) => Ok(Self {
                hash: hash.clone(),
                range: range.clone(),
            }),
            _ => Err(SpecError(text)),
        }
    }
}

impl TryFrom<String> for Index {
    type Error = SpecError;

    fn try_from(text: String) -> Result<Self, SpecError> {
        let (key, projection) = text.split_once("->").unwrap_or((&text, "ALL"));
        let projection = match projection.trim() {
            whole @ ("ALL" | "KEYS_ONLY") => json!({ "ProjectionType": whole }),
            include => {
                let names = include.strip_prefix("INCLUDE(").and_then(|rest| rest.strip_suffix(')'));
                let names = names.ok_or_else(|| SpecError(text.clone()))?;
                let names: Vec<_> = names.split(',').map(str::trim).collect();
                json!({ "ProjectionType": "INCLUDE", "NonKeyAttributes": names })
            }
        };
        let key = Key::try_from(key.to_owned()).map_err(|_| SpecError(text.clone()))?;
        Ok(Self { key, projection })
    }
}

/// The parts between commas that are not inside brackets.
fn split_outside_brackets(text: &str) -> Vec<&str> {
    let mut depth = 0;
    let outside = text.split(|letter| {
        match letter {
            '[' => depth += 1,
            ']' => depth -= 1,
            _ => {}
        }
        letter == ',' && depth == 0
    });
    outside.map(str::trim).collect()
}

fn parse_attributes(text: &str) -> Option<Vec<Attribute>> {
    let inner = text
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'))
        .unwrap_or(text);
    inner.split(',').map(parse_attribute).collect()
}

fn parse_attribute(text: &str) -> Option<Attribute> {
    let (name, kind) = text.trim().rsplit_once(' ')?;
    matches!(kind, "S" | "N" | "B").then(|| Attribute {
        name: name.trim().to_owned(),
        kind: kind.to_owned(),
    })
}

impl Key {
    fn schema(&self) -> Json {
        let element = |kind: &'static str| move |attribute: &Attribute| json!({ "AttributeName": attribute.name, "KeyType": kind });
        let elements = self
            .hash
            .iter()
            .map(element("HASH"))
            .chain(self.range.iter().map(element("RANGE")));
        elements.collect()
    }

    fn attributes(&self) -> impl Iterator<Item = &Attribute> {
        self.hash.iter().chain(&self.range)
    }
}

impl TableSpec {
    /// The request that creates this table under a name.
    pub(super) fn create_request(&self, table: &str) -> Json {
        let mut request = json!({
            "TableName": table,
            "KeySchema": self.key.schema(),
            "AttributeDefinitions": self.definitions(),
            "BillingMode": "PAY_PER_REQUEST",
        });
        if let Some(units) = self.throughput {
            request["BillingMode"] = json!("PROVISIONED");
            request["ProvisionedThroughput"] = throughput(units);
        }
        if !self.gsi.is_empty() {
            request["GlobalSecondaryIndexes"] = self.global_indexes();
        }
        if !self.lsi.is_empty() {
            request["LocalSecondaryIndexes"] = self.local_indexes();
        }
        for (member, value) in &self.with {
            let member = member.as_str().expect("keys of a file are texts");
            request[member] = serde_json::to_value(value).expect("keys of a file are texts, so its values are JSON");
        }
        request
    }

    fn definitions(&self) -> Json {
        let of_indexes = self
            .gsi
            .values()
            .chain(self.lsi.values())
            .flat_map(|index| index.key.attributes());
        let kinds: BTreeMap<_, _> = of_indexes
            .chain(self.key.attributes())
            .map(|attribute| (&attribute.name, &attribute.kind))
            .collect();
        let definitions = kinds
            .into_iter()
            .map(|(name, kind)| json!({ "AttributeName": name, "AttributeType": kind }));
        definitions.collect()
    }

    fn global_indexes(&self) -> Json {
        let indexes = self.gsi.iter().map(|(name, index)| {
            let mut request = json!({
                "IndexName": name,
                "KeySchema": index.key.schema(),
                "Projection": index.projection,
            });
            if let Some(units) = self.throughput {
                request["ProvisionedThroughput"] = throughput(units);
            }
            request
        });
        indexes.collect()
    }

    /// A local index shares the partition key of the table.
    fn local_indexes(&self) -> Json {
        let indexes = self.lsi.iter().map(|(name, index)| {
            let key = Key {
                hash: self.key.hash.clone(),
                range: index.key.hash.clone(),
            };
            json!({ "IndexName": name, "KeySchema": key.schema(), "Projection": index.projection })
        });
        indexes.collect()
    }
}

fn throughput([read, write]: [u64; 2]) -> Json {
    json!({ "ReadCapacityUnits": read, "WriteCapacityUnits": write })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(text: &str) -> Json {
        serde_yaml::from_str::<TableSpec>(text).unwrap().create_request("t")
    }

    #[test]
    fn a_key_becomes_schema_and_definitions() {
        let request = request("key: pk S, sk N");
        assert_eq!(
            request["KeySchema"],
            json!([{ "AttributeName": "pk", "KeyType": "HASH" }, { "AttributeName": "sk", "KeyType": "RANGE" }])
        );
        assert_eq!(
            request["AttributeDefinitions"],
            json!([{ "AttributeName": "pk", "AttributeType": "S" }, { "AttributeName": "sk", "AttributeType": "N" }])
        );
    }

    #[test]
    fn an_index_may_have_several_key_attributes() {
        let request = request("{ key: pk S, gsi: { g: '[a S, b N], [c S, d B] -> INCLUDE(x, y)' } }");
        let index = &request["GlobalSecondaryIndexes"][0];
        let kinds: Vec<_> = index["KeySchema"]
            .as_array()
            .unwrap()
            .iter()
            .map(|key| &key["KeyType"])
            .collect();
        assert_eq!(kinds, ["HASH", "HASH", "RANGE", "RANGE"]);
        assert_eq!(
            index["Projection"],
            json!({ "ProjectionType": "INCLUDE", "NonKeyAttributes": ["x", "y"] })
        );
    }

    #[test]
    fn a_local_index_shares_the_partition_key() {
        let request = request("{ key: 'pk S, sk S', lsi: { l: n N -> KEYS_ONLY }, throughput: [5, 6] }");
        let keys = &request["LocalSecondaryIndexes"][0]["KeySchema"];
        assert_eq!(
            (&keys[0]["AttributeName"], &keys[1]["AttributeName"]),
            (&json!("pk"), &json!("n"))
        );
        assert_eq!(
            request["ProvisionedThroughput"],
            json!({ "ReadCapacityUnits": 5, "WriteCapacityUnits": 6 })
        );
    }

    #[test]
    fn what_is_no_key_is_refused() {
        for bad in ["pk", "pk X", "a S, b S, c S", "a S -> SOME"] {
            assert!(Index::try_from(bad.to_owned()).is_err(), "{bad}");
        }
    }
}
