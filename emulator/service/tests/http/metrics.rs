//! Counts of calls, as `/_stator/metrics` shows them.

use http::Method;
use stator_core::model::ErrorKind;
use stator_service::http::GatewaySettings;

use crate::rig::*;

#[tokio::test]
async fn calls_are_counted_by_operation_and_outcome() {
    let gateway = gateway(TellsCaller, GatewaySettings::default());
    for _ in 0..3 {
        ask(&gateway, request(GET_ITEM)).await;
    }
    ask(&gateway, request("not json")).await;
    let page = receive(
        gateway
            .answer(request("").to(Method::GET, "/_stator/metrics"))
            .await
            .unwrap(),
    )
    .await;
    assert!(page.header("content-type").starts_with("text/plain; version=0.0.4"));
    let class = ErrorKind::Validation.name();
    for line in [
        format!("stator_calls_total{{operation=\"GetItem\",outcome=\"{class}\"}} 3"),
        "stator_calls_total{operation=\"GetItem\",outcome=\"success\"} 0".to_owned(),
        "stator_call_duration_seconds_count{operation=\"GetItem\"} 3".to_owned(),
        "stator_expressions_total{cache=\"hit\"} 0".to_owned(),
    ] {
        assert!(
            page.body.lines().any(|other| other == line),
            "{line} is not in\n{}",
            page.body
        );
    }
}
