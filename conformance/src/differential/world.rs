//! The small world that the requests are about: three tables, few keys, attributes with a usual type each.
//!
//! Few keys make requests meet; usual types make most operations succeed; unusual names make literals easy to find in messages.

use serde_json::{Value, json};

use super::vectors::{DIVIDED, VECTOR_TABLES, WHOLE};

/// A table of the world.
#[derive(Debug)]
pub(super) struct TableSpec {
    pub(super) name: &'static str,
    pub(super) key: &'static [KeySpec],
    pub(super) indexes: &'static [IndexSpec],
}

/// A key attribute: name, type and the values that it takes.
#[derive(Debug)]
pub(super) struct KeySpec {
    pub(super) name: &'static str,
    pub(super) kind: &'static str,
    pub(super) values: &'static [&'static str],
}

/// A secondary index.
#[derive(Debug)]
pub(super) struct IndexSpec {
    pub(super) name: &'static str,
    pub(super) scope: Scope,
    pub(super) key: &'static [KeySpec],
    /// The attributes beside the keys; nothing means all.
    pub(super) projected: Option<&'static [&'static str]>,
}

/// Whether an index has partitions of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scope {
    Global,
    Local,
}

/// Attributes that are no keys, with their usual types.
pub(super) const ATTRIBUTES: [(&str, &str); 10] = [
    ("xs", "S"),
    ("xn", "N"),
    ("xb", "B"),
    ("xbool", "BOOL"),
    ("xnull", "NULL"),
    ("xl", "L"),
    ("xm", "M"),
    ("xss", "SS"),
    ("xns", "NS"),
    ("xbs", "BS"),
];

/// Names of members of maps.
pub(super) const MEMBERS: [&str; 3] = ["ka", "kb", "kc"];

/// Reserved words that items use as attribute names.
pub(super) const RESERVED: [&str; 3] = ["status", "Name", "size"];

const PK: KeySpec = KeySpec {
    name: "pk",
    kind: "S",
    values: &["p1", "p2"],
};
const SK: KeySpec = KeySpec {
    name: "sk",
    kind: "N",
    values: &["0", "1", "2", "10", "-1"],
};
const GK: KeySpec = KeySpec {
    name: "gk",
    kind: "S",
    values: &["g1", "g2"],
};

/// What the streams of the tables show; which table has which follows from the seed.
pub(super) const VIEWS: [&str; 4] = ["NEW_AND_OLD_IMAGES", "NEW_IMAGE", "OLD_IMAGE", "KEYS_ONLY"];

/// The tables. Their order is the order of creation.
pub(super) const TABLES: [TableSpec; 3] = [
    TableSpec {
        name: "diff.hash",
        key: &[KeySpec {
            name: "pk",
            kind: "S",
            values: &["p1", "p2", "p3", "é"],
        }],
        indexes: &[],
    },
    TableSpec {
        name: "diff.range",
        key: &[PK, SK],
        indexes: &[
            IndexSpec {
                name: "gsi-all",
                scope: Scope::Global,
                key: &[
                    GK,
                    KeySpec {
                        name: "gs",
                        kind: "N",
                        values: &["1", "2.5", "-3"],
                    },
                ],
                projected: None,
            },
            IndexSpec {
                name: "gsi-keys",
                scope: Scope::Global,
                key: &[GK],
                projected: Some(&[]),
            },
            IndexSpec {
                name: "lsi-part",
                scope: Scope::Local,
                key: &[
                    PK,
                    KeySpec {
                        name: "lk",
                        kind: "S",
                        values: &["a", "ab", "b"],
                    },
                ],
                projected: Some(&["xn"]),
            },
        ],
    },
    TableSpec {
        name: "diff.binary",
        key: &[
            KeySpec {
                name: "hn",
                kind: "N",
                values: &["1", "2", "1e2"],
            },
            KeySpec {
                name: "rb",
                kind: "B",
                values: &["AA==", "AAE=", "/w=="],
            },
        ],
        indexes: &[IndexSpec {
            name: "gsi-bytes",
            scope: Scope::Global,
            key: &[KeySpec {
                name: "gb",
                kind: "B",
                values: &["AQ==", "Ag=="],
            }],
            projected: None,
        }],
    },
];

/// Every word of the world that may stand in a message: names of tables, indexes and attributes.
pub(super) fn vocabulary() -> impl Iterator<Item = &'static str> {
    let of_key = |key: &'static [KeySpec]| key.iter().map(|part| part.name);
    let of_index = move |index: &'static IndexSpec| of_key(index.key).chain([index.name]);
    let of_table = move |table: &'static TableSpec| {
        of_key(table.key)
            .chain(table.indexes.iter().flat_map(of_index))
            .chain([table.name])
    };
    let attributes = ATTRIBUTES.iter().map(|(name, _)| *name);
    let of_vectors = VECTOR_TABLES.iter().map(|(name, _)| *name);
    TABLES
        .iter()
        .flat_map(of_table)
        .chain(attributes)
        .chain(MEMBERS)
        .chain(RESERVED)
        .chain(of_vectors)
        .chain([WHOLE, DIVIDED, "vec", "grp", "flt"])
}

impl TableSpec {
    /// The body of the CreateTable that makes it, with a stream of this view.
    pub(super) fn creation(&self, view: &str) -> Value {
        let mut body = json!({
            "TableName": self.name,
            "StreamSpecification": {"StreamEnabled": true, "StreamViewType": view},
            "BillingMode": "PAY_PER_REQUEST",
            "KeySchema": key_schema(self.key),
            "AttributeDefinitions": self.definitions(),
        });
        for (scope, member) in [
            (Scope::Global, "GlobalSecondaryIndexes"),
            (Scope::Local, "LocalSecondaryIndexes"),
        ] {
            let of_scope = self.indexes.iter().filter(|index| index.scope == scope);
            let indexes: Vec<_> = of_scope.map(IndexSpec::creation).collect();
            if !indexes.is_empty() {
                body[member] = Value::Array(indexes);
            }
        }
        body
    }

    fn definitions(&self) -> Value {
        let mut names = Vec::new();
        let mut definitions = Vec::new();
        for part in self.key.iter().chain(self.indexes.iter().flat_map(|index| index.key)) {
            if !names.contains(&part.name) {
                names.push(part.name);
                definitions.push(json!({"AttributeName": part.name, "AttributeType": part.kind}));
            }
        }
        Value::Array(definitions)
    }

    /// The key of an item of this table.
    pub(super) fn key_of(&self, item: &Value) -> Value {
        self.key
            .iter()
            .map(|part| (part.name.to_owned(), item[part.name].clone()))
            .collect()
    }
}

impl IndexSpec {
    /// The attribute that its entries are ordered by; how entries that tie in it follow each other is open.
    pub(super) fn sort_key(&self) -> Option<&'static str> {
        self.key.get(1).map(|sort| sort.name)
    }

    fn creation(&self) -> Value {
        let projection = match self.projected {
            None => json!({"ProjectionType": "ALL"}),
            Some([]) => json!({"ProjectionType": "KEYS_ONLY"}),
            Some(attributes) => json!({"ProjectionType": "INCLUDE", "NonKeyAttributes": attributes}),
        };
        json!({"IndexName": self.name, "KeySchema": key_schema(self.key), "Projection": projection})
    }
}

fn key_schema(key: &[KeySpec]) -> Value {
    let roles = ["HASH", "RANGE"];
    key.iter()
        .zip(roles)
        .map(|(part, role)| json!({"AttributeName": part.name, "KeyType": role}))
        .collect()
}
