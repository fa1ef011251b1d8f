//! A rule that passes on never changes an answer.

use proptest::prelude::*;
use stator_core::model::Operation;
use stator_service::layers::rules::{Partial, Times};

use crate::rig::*;

fn requests() -> impl Strategy<Value = Vec<(&'static str, String)>> {
    let key = prop_oneof![Just("a"), Just("b"), Just("c")];
    let request = prop_oneof![
        key.clone().prop_map(|pk| ("PutItem", put(pk, "NEW"))),
        key.clone().prop_map(|pk| ("GetItem", get(pk))),
        key.clone().prop_map(|pk| ("DeleteItem", get(pk))),
        key.prop_map(|pk| (
            "UpdateItem",
            get(pk).replace("\"Key\"", r#""UpdateExpression":"SET n = size(x)","Key""#)
        )),
        Just(("Scan", r#"{"TableName":"orders","Limit":2}"#.to_owned())),
        (0..3usize).prop_map(|from| ("BatchWriteItem", batch(from..from + 3))),
        Just(("Query", r#"{"TableName":"orders"}"#.to_owned())),
        Just(("DescribeTable", r#"{"TableName":"carts"}"#.to_owned())),
    ];
    proptest::collection::vec(request, 1..30)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_rule_that_passes_on_changes_no_answer(requests in requests()) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let (plain, ruled) = (Rig::new(), Rig::new());
        ruled.add(on(&[]).times(Times::ANY));
        ruled.add(on(&[Operation::PutItem]).table("orders").matching(|matcher| {
            matcher.item = Some(Partial::default().with("status", "NEW"));
        }).times(Times::ANY));
        ruled.add(on(&[Operation::Scan]).times(Times::NEVER));
        for (operation, body) in requests {
            let answers = runtime.block_on(async {
                (plain.send(operation, &body).await, ruled.send(operation, &body).await)
            });
            prop_assert_eq!(answers.0, answers.1);
        }
        prop_assert_eq!(plain.engine.database(&caller()), ruled.engine.database(&caller()));
    }
}
