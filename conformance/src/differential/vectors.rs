//! Tables whose items have vectors, one for each distance function. They are filled when a run begins, searched, and not written again.
//!
//! No two items are equally far from anything that is searched for, since the order of such items is open.

use serde_json::{Value, json};

/// The tables, and their distance functions.
pub(super) const VECTOR_TABLES: [(&str, &str); 3] = [
    ("diff.cosine", "COSINE"),
    ("diff.euclid", "EUCLIDEAN"),
    ("diff.dot", "DOT_PRODUCT"),
];

/// An index over all items, which holds them whole.
pub(super) const WHOLE: &str = "vec-all";
/// An index that is divided by `grp`, filters by `flt`, and holds keys.
pub(super) const DIVIDED: &str = "vec-grp";

/// Items of each table.
const ITEMS: u32 = 24;

/// The body of the CreateTable of a table with this distance function.
pub(super) fn creation(name: &str, distance: &str) -> Value {
    let index = |index: &str, projection: &str| {
        json!({
            "IndexName": index, "VectorAttribute": {"AttributeName": "vec"}, "Dimensions": 3, "DistanceFunction": distance,
            "Projection": {"ProjectionType": projection},
        })
    };
    let mut divided = index(DIVIDED, "KEYS_ONLY");
    divided["SearchSchema"] = json!([
        {"AttributeName": "grp", "SearchSchemaElementType": "HASH"},
        {"AttributeName": "flt", "SearchSchemaElementType": "INLINE_FILTER"},
    ]);
    json!({
        "TableName": name,
        "BillingMode": "PAY_PER_REQUEST",
        "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
        "AttributeDefinitions": [
            {"AttributeName": "pk", "AttributeType": "S"},
            {"AttributeName": "grp", "AttributeType": "S"},
            {"AttributeName": "flt", "AttributeType": "N"},
        ],
        "VectorIndexes": [index(WHOLE, "ALL"), divided],
    })
}

/// What each of the tables holds.
pub(super) fn items() -> impl Iterator<Item = Value> {
    (0..ITEMS).map(|number| {
        // The root keeps sums of a few elements, times numbers of few digits, from being the same for two items.
        let root = f64::from(number).sqrt();
        let element = |step: u32, of: u32| {
            let whole = f64::from(number * step % of) / 8.0 - 5.0;
            json!({"N": format!("{:.5}", whole + root / f64::from(of))})
        };
        json!({
            "pk": {"S": format!("v{number}")},
            "vec": {"L": [element(37, 101), element(53, 97), element(71, 89)]},
            "grp": {"S": if number % 3 == 0 { "g1" } else { "g2" }},
            "flt": {"N": (number % 2).to_string()},
            "xs": {"S": "a b"},
        })
    })
}
