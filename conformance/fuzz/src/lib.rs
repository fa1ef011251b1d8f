//! What targets share: the round trip of a text, a request and an item to run its program on, and what holds whatever an engine is asked.
//!
//! Every type of value has a placeholder and an attribute, so that a program meets each type in each place.

use std::fmt::{Debug, Display};
use std::sync::LazyLock;

use stator_core::engine::{Call, Caller, Engine};
use stator_core::expression::ast::Syntax;
use stator_core::expression::{ExpressionCache, ExpressionKind, Placeholders, Program, SIZE_BYTES_MAX};
use stator_core::model::json::from_text;
use stator_core::model::wire::UpdateItemRequest;
use stator_core::model::{AttributeMap, Operation, Reply, Request};

static CACHE: LazyLock<ExpressionCache> = LazyLock::new(|| ExpressionCache::with_capacity(1 << 16));

static REQUEST: LazyLock<UpdateItemRequest> = LazyLock::new(|| {
    from_text(
        r##"{
            "ExpressionAttributeNames": {"#p": "p", "#l": "l", "#m": "m", "#dot": "m.x", "#none": "none"},
            "ExpressionAttributeValues": {
                ":s": {"S": "text"}, ":n": {"N": "1"}, ":z": {"N": "9.9E+125"}, ":b": {"B": "AQI="}, ":t": {"BOOL": true},
                ":null": {"NULL": true}, ":l": {"L": [{"N": "1"}]}, ":m": {"M": {"x": {"S": "y"}}}, ":ss": {"SS": ["text", "y"]},
                ":ns": {"NS": ["1", "2"]}, ":bs": {"BS": ["AQI="]}, ":type": {"S": "SS"}
            },
            "Key": {
                "p": {"S": "text"}, "n": {"N": "1"}, "z": {"N": "-9.9E+125"}, "b": {"B": "AQID"}, "t": {"BOOL": true}, "m.x": {"S": ""},
                "null": {"NULL": true}, "l": {"L": [{"N": "1"}, {"L": [{"S": "text"}]}, {"M": {"x": {"N": "2"}}}]},
                "m": {"M": {"x": {"S": "y"}, "l": {"L": [{"NULL": true}]}}}, "ss": {"SS": ["text"]}, "ns": {"NS": ["1"]}, "bs": {"BS": ["AQI="]}
            }
        }"##,
    )
    .expect("the request is well-formed")
});

static ITEM: LazyLock<AttributeMap> = LazyLock::new(|| {
    let key = REQUEST.key.as_ref();
    key.expect("the item stands in the place of the key").item.unpack()
});

/// An item with an attribute of each type.
pub fn item() -> &'static AttributeMap {
    &ITEM
}

/// Parses a text; what is printed of its tree must read as the same tree. Then binds it to the request.
///
/// # Panics
/// When the round trip fails.
pub fn program<T: Program>(kind: ExpressionKind, text: &str) -> Option<T>
where
    Syntax<T::Tree>: Debug + Display + PartialEq,
{
    let parsed = CACHE.parse::<T>(kind, Some(text)).ok()?;
    let syntax = parsed.syntax().expect("a text has a tree");
    let printed = syntax.to_string();
    if printed.len() <= SIZE_BYTES_MAX {
        let again = CACHE
            .parse::<T>(kind, Some(&printed))
            .expect("what was printed is an expression");
        assert_eq!(again.syntax(), Some(syntax), "{printed}");
    }
    let mut placeholders = Placeholders::new(
        REQUEST.expression_attribute_names.as_ref(),
        REQUEST.expression_attribute_values.as_ref(),
    );
    placeholders.bind(parsed).into_program().ok()?
}

/// Executes a request, if it can be read; whether it succeeded. The answer reads as what was written, and a refused request has changed nothing.
pub fn execute(engine: &Engine, operation: Operation, body: &str) -> bool {
    let Ok((request, layer)) = Request::read(operation, body) else {
        return false;
    };
    let before = engine.database(&caller());
    match engine.execute(Call::new(request, layer, caller())) {
        Ok(reply) => {
            let mut answer = Vec::new();
            reply.write(&mut answer);
            let answer = String::from_utf8(answer).expect("an answer is UTF-8");
            assert_eq!(Reply::read(operation, &answer).as_ref(), Ok(&reply), "{body}\n{answer}");
            true
        }
        Err(error) => {
            assert!(engine.database(&caller()) == before, "{body}\n{error:?}");
            false
        }
    }
}

/// Who asks.
pub fn caller() -> Caller {
    Caller {
        access_key: "fuzz".into(),
        region: "eu-west-1".into(),
        account: "000000000000".into(),
    }
}
