//! Web pages as callers (wire.md §5).

use http::Method;
use stator_service::http::GatewaySettings;

use crate::rig::*;

const PAGE: &str = "http://localhost:3000";

#[tokio::test]
async fn any_origin_may_call_unless_told_otherwise() {
    let gateway = gateway(succeeds(), GatewaySettings::default());
    let received = ask(&gateway, request(GET_ITEM).with("origin", PAGE)).await;
    assert_eq!(received.header("access-control-allow-origin"), "*");
    assert_eq!(
        ask(&gateway, request(GET_ITEM))
            .await
            .header("access-control-allow-origin"),
        ""
    );
    let refused = ask(&gateway, request("{").with("origin", PAGE)).await;
    assert_eq!(
        refused.header("access-control-allow-origin"),
        "*",
        "errors are for the page as well"
    );
}

#[tokio::test]
async fn a_preflight_is_granted_what_it_asks_for() {
    let gateway = gateway(succeeds(), GatewaySettings::default());
    let preflight = request("")
        .to(Method::OPTIONS, "/")
        .without("authorization")
        .with("origin", PAGE)
        .with("access-control-request-headers", "x-amz-target, content-type")
        .with("access-control-request-method", "POST");
    let received = ask(&gateway, preflight).await;
    assert_eq!((received.status.as_u16(), received.body.as_str()), (200, ""));
    for (header, value) in [
        ("access-control-allow-origin", "*"),
        ("access-control-max-age", "172800"),
        ("access-control-allow-headers", "x-amz-target, content-type"),
        ("access-control-allow-methods", "POST"),
    ] {
        assert_eq!(received.header(header), value, "{header}");
    }
}

#[tokio::test]
async fn of_a_list_each_origin_is_answered_by_name_and_others_as_if_they_had_none() {
    let settings = GatewaySettings {
        origins: "https://example.org, http://localhost:3000/".parse().unwrap(),
        ..GatewaySettings::default()
    };
    let gateway = gateway(succeeds(), settings);
    let listed = ask(&gateway, request(GET_ITEM).with("origin", PAGE)).await;
    assert_eq!(listed.header("access-control-allow-origin"), PAGE);
    assert_eq!(listed.header("vary"), "Origin");
    let other = request(GET_ITEM).with("origin", "http://evil.example");
    assert_eq!(ask(&gateway, other).await.header("access-control-allow-origin"), "");
    let preflight = request("")
        .to(Method::OPTIONS, "/")
        .with("origin", "http://evil.example");
    assert_eq!(ask(&gateway, preflight).await.status, 404);
}
