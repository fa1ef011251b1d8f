//! An engine with two tables behind a rules layer, and requests as JSON.

use std::sync::Arc;

use stator_core::engine::{Call, Caller, Clock, Engine, Namespace, World};
use stator_core::expression::{Condition, ExpressionKind, KeyCondition, Spelled, Update};
use stator_core::model::json::Timestamp;
use stator_core::model::{Operation, Request};
use stator_service::Failure;
use stator_service::layers::rules::{Effect, Matcher, Origin, Rule, RuleId, RuleSet, Rules, RulesLayer, Times};
use stator_service::terminals::EngineTerminal;
use stator_service::timers::Timers;
use tower::{Layer, ServiceExt};

pub(crate) struct Rig {
    pub(crate) engine: Arc<Engine>,
    pub(crate) rules: Arc<Rules>,
}

pub(crate) fn caller() -> Caller {
    Caller {
        access_key: "key".into(),
        region: "eu-west-2".into(),
        account: "123456789012".into(),
    }
}

impl Rig {
    pub(crate) fn new() -> Self {
        let world = World::new(Clock::Frozen(Timestamp::from_millis(1_793_534_400_000)), 1);
        let rig = Self {
            engine: Arc::new(Engine::new(world)),
            rules: Arc::default(),
        };
        for table in ["orders", "carts"] {
            let request = format!(
                r#"{{"TableName":"{table}","BillingMode":"PAY_PER_REQUEST",
                "AttributeDefinitions":[{{"AttributeName":"pk","AttributeType":"S"}},{{"AttributeName":"sk","AttributeType":"S"}},
                  {{"AttributeName":"day","AttributeType":"N"}}],
                "KeySchema":[{{"AttributeName":"pk","KeyType":"HASH"}},{{"AttributeName":"sk","KeyType":"RANGE"}}],
                "GlobalSecondaryIndexes":[{{"IndexName":"by_day","Projection":{{"ProjectionType":"ALL"}},
                  "KeySchema":[{{"AttributeName":"day","KeyType":"HASH"}},{{"AttributeName":"sk","KeyType":"RANGE"}}]}}]}}"#
            );
            rig.engine.execute(call("CreateTable", &request)).unwrap();
        }
        rig
    }

    pub(crate) fn set(&self) -> Arc<RuleSet> {
        self.rules.of(&Namespace::of(&caller(), self.engine.settings()))
    }

    pub(crate) fn add(&self, rule: Rule) -> RuleId {
        let namespace = Namespace::of(&caller(), self.engine.settings());
        self.rules.add(&self.engine, &namespace, rule).unwrap()
    }

    /// Sends a request through the layer; the answer's body, or the error.
    pub(crate) async fn send(&self, operation: &str, body: &str) -> Result<String, Failure> {
        self.ask(call(operation, body)).await
    }

    /// The same with a call.
    pub(crate) async fn ask(&self, call: Call) -> Result<String, Failure> {
        let layer = RulesLayer::new(Arc::clone(&self.rules), Arc::clone(&self.engine), Timers::Machine);
        let service = layer.layer(EngineTerminal::new(Arc::clone(&self.engine)));
        let reply = service.oneshot(call).await?;
        let mut out = Vec::new();
        reply.write(&mut out);
        Ok(String::from_utf8(out).unwrap())
    }

    /// Sends a request past the rules.
    pub(crate) fn direct(&self, operation: &str, body: &str) -> String {
        let reply = self.engine.execute(call(operation, body)).unwrap();
        let mut out = Vec::new();
        reply.write(&mut out);
        String::from_utf8(out).unwrap()
    }

    pub(crate) async fn put(&self, pk: &str, status: &str) -> Result<String, Failure> {
        self.send("PutItem", &put(pk, status)).await
    }
}

pub(crate) fn put(pk: &str, status: &str) -> String {
    format!(r#"{{"TableName":"orders","Item":{{"pk":{{"S":"{pk}"}},"sk":{{"S":"1"}},"status":{{"S":"{status}"}}}}}}"#)
}

pub(crate) fn get(pk: &str) -> String {
    format!(r#"{{"TableName":"orders","Key":{{"pk":{{"S":"{pk}"}},"sk":{{"S":"1"}}}}}}"#)
}

/// A batch of so many puts.
pub(crate) fn batch(puts: std::ops::Range<usize>) -> String {
    let writes: Vec<String> = puts
        .map(|n| format!(r#"{{"PutRequest":{{"Item":{{"pk":{{"S":"{n}"}},"sk":{{"S":"1"}}}}}}}}"#))
        .collect();
    format!(r#"{{"RequestItems":{{"orders":[{}]}}}}"#, writes.join(","))
}

pub(crate) fn call(operation: &str, body: &str) -> Call {
    let operation = Operation::from_name(operation).unwrap();
    let (request, layer) = Request::read(operation, body).unwrap();
    Call::new(request, layer, caller())
}

/// A rule as a test builds it.
pub(crate) fn on(operations: &[Operation]) -> Rule {
    Rule {
        matcher: Matcher {
            operations: operations.to_vec(),
            ..Matcher::default()
        },
        ..Rule::new(Origin::named("tests/shop.rs:7:1"))
    }
}

pub(crate) trait Build: Sized {
    fn matching(self, change: impl FnOnce(&mut Matcher)) -> Self;
    fn times(self, times: impl Into<Times>) -> Self;
    fn effect(self, effect: Effect) -> Self;

    fn table(self, name: &str) -> Self {
        self.matching(|matcher| matcher.table = Some(name.into()))
    }

    fn key_condition(self, text: &str) -> Self {
        self.matching(|matcher| {
            matcher.key_condition = Some(Spelled::normal::<KeyCondition>(text, ExpressionKind::KeyCondition).unwrap());
        })
    }

    fn filter(self, text: &str) -> Self {
        self.matching(|matcher| {
            matcher.filter = Some(Spelled::normal::<Condition>(text, ExpressionKind::Filter).unwrap());
        })
    }

    fn condition(self, text: &str) -> Self {
        self.matching(|matcher| {
            matcher.condition = Some(Spelled::normal::<Condition>(text, ExpressionKind::Condition).unwrap());
        })
    }

    fn update(self, text: &str) -> Self {
        self.matching(|matcher| matcher.update = Some(Spelled::normal::<Update>(text, ExpressionKind::Update).unwrap()))
    }
}

impl Build for Rule {
    fn matching(mut self, change: impl FnOnce(&mut Matcher)) -> Self {
        change(&mut self.matcher);
        self
    }

    fn times(self, times: impl Into<Times>) -> Self {
        Self {
            times: times.into(),
            ..self
        }
    }

    fn effect(self, effect: Effect) -> Self {
        Self { effect, ..self }
    }
}
