//! The frame of the protocol: what is answered before an operation runs, and in which order (wire.md §4–§7, observed-validation.md §2).

use http::Method;
use stator_core::engine::Call;
use stator_core::model::{ApiError, ErrorKind, Reply};
use stator_service::http::{Gateway, GatewaySettings};
use stator_service::{Answers, Failure};

use crate::rig::*;

const NOT_FOUND: &str = "<UnknownOperationException/>\n";
const NOT_JSON: &str = r#"{"__type":"com.amazon.coral.service#SerializationException"}"#;
const UNKNOWN: &str = r#"{"__type":"com.amazon.coral.service#UnknownOperationException"}"#;
const UNSIGNED: &str = r#"{"__type":"com.amazon.coral.service#MissingAuthenticationTokenException","message":"Request is missing Authentication Token"}"#;

fn usual() -> Gateway<impl Answers> {
    gateway(succeeds(), GatewaySettings::default())
}

#[tokio::test]
async fn a_reply_has_the_type_and_the_checksum_of_its_body() {
    let received = ask(&usual(), request(GET_ITEM)).await;
    assert_eq!((received.status.as_u16(), received.body.as_str()), (200, "{}"));
    assert_eq!(received.header("content-type"), "application/x-amz-json-1.0");
    assert_eq!(received.header("x-amz-crc32"), "2745614147");
}

#[tokio::test]
async fn request_ids_follow_from_the_seed_and_are_never_the_same() {
    let mut ids = Vec::new();
    for gateway in [usual(), usual()] {
        for _ in 0..2 {
            ids.push(
                ask(&gateway, request(GET_ITEM))
                    .await
                    .header("x-amzn-requestid")
                    .to_owned(),
            );
        }
    }
    assert_eq!(ids[..2], ids[2..]);
    assert_ne!(ids[0], ids[1]);
}

#[tokio::test]
async fn get_of_any_path_is_a_health_check_in_the_callers_region() {
    for (request, region) in [
        (request("").to(Method::GET, "/").without("authorization"), "us-east-1"),
        (request("").to(Method::GET, "/any/path?x=1"), "eu-west-1"),
    ] {
        let received = ask(&usual(), request).await;
        assert_eq!(received.status, 200);
        assert_eq!(received.body, format!("healthy: dynamodb.{region}.amazonaws.com "));
    }
}

#[tokio::test]
async fn what_is_not_the_protocol_is_not_found() {
    for request in [
        request(GET_ITEM).to(Method::PUT, "/"),
        request("").to(Method::DELETE, "/"),
        request("").to(Method::OPTIONS, "/"),
        request(GET_ITEM).to(Method::POST, "/path"),
        request(GET_ITEM).with("content-type", "text/plain"),
        request(GET_ITEM).with("content-type", "application/x-amz-json-1.1"),
        request(GET_ITEM).without("content-type"),
        request("").with("content-type", "text/plain"),
    ] {
        let shown = format!("{request:?}");
        let received = ask(&usual(), request).await;
        assert_eq!(
            (received.status.as_u16(), received.body.as_str()),
            (404, NOT_FOUND),
            "{shown}"
        );
        assert_eq!(received.header("x-amz-crc32"), "3552371480");
    }
}

#[tokio::test]
async fn the_type_of_a_reply_follows_that_of_the_request() {
    for (sent, wanted) in [
        ("application/x-amz-json-1.0", "application/x-amz-json-1.0"),
        (
            "Application/X-Amz-JSON-1.0 ; charset=utf-8",
            "application/x-amz-json-1.0",
        ),
        ("application/json", "application/json"),
        ("application/json;charset=utf-8", "application/json"),
    ] {
        let received = ask(&usual(), request(GET_ITEM).with("content-type", sent)).await;
        assert_eq!(
            (received.status.as_u16(), received.header("content-type")),
            (200, wanted),
            "{sent}"
        );
    }
    let received = ask(&usual(), request("").without("content-type").without("x-amz-target")).await;
    assert_eq!(received.body, UNKNOWN, "neither a body nor a type is no reason to stop");
    assert_eq!(received.header("content-type"), "application/json");
}

#[tokio::test]
async fn targets_are_exact() {
    for target in [
        "",
        "GetItem",
        "DynamoDB_20120810",
        "DynamoDB_20120810.",
        "DynamoDB_20120810.getItem",
        "DynamoDB_20120810.GetItem.",
        "DynamoDB_20111205.GetItem",
        "DynamoDBStreams_20120810.GetItem",
        "DynamoDB_20120810.NoSuchOperation",
    ] {
        let received = ask(&usual(), request(GET_ITEM).with("x-amz-target", target)).await;
        assert_eq!(
            (received.status.as_u16(), received.body.as_str()),
            (400, UNKNOWN),
            "{target}"
        );
    }
}

#[tokio::test]
async fn what_is_not_json_is_refused_without_words() {
    let deep = "[".repeat(5_000_000);
    for body in [
        "{",
        "{}}",
        r#"{"TableName":"t""#,
        "nonsense",
        " ",
        r#"{"TableName":"t","Unknown":[1,]}"#,
        &deep,
    ] {
        let received = ask(&usual(), request(body.to_owned())).await;
        let shown: String = body.chars().take(20).collect();
        assert_eq!(
            (received.status.as_u16(), received.body.as_str()),
            (400, NOT_JSON),
            "{shown}"
        );
    }
    let received = ask(&usual(), request(&b"{\"TableName\":\"\xff\xfe\"}"[..])).await;
    assert_eq!(received.body, NOT_JSON, "invalid UTF-8");
}

#[tokio::test]
async fn json_of_another_shape_is_refused_with_words() {
    let received = ask(&usual(), request(r#"{"TableName":1}"#)).await;
    assert_eq!(
        received.body,
        r#"{"__type":"com.amazon.coral.service#SerializationException","Message":"NUMBER_VALUE cannot be converted to String"}"#
    );
}

#[tokio::test]
async fn checks_come_in_the_services_order() {
    let no_target = || request("{").with("x-amz-target", "x").without("authorization");
    let cases = [
        (no_target().with("content-type", "text/plain"), 404, NOT_FOUND),
        (no_target(), 400, NOT_JSON),
        (
            request("{}").with("x-amz-target", "x").without("authorization"),
            400,
            UNKNOWN,
        ),
        (
            request("").with("x-amz-target", "x").without("authorization"),
            400,
            UNKNOWN,
        ),
        (request("{").without("authorization"), 400, NOT_JSON),
        (request(r#"{"TableName":1}"#).without("authorization"), 400, UNSIGNED),
        (request("").without("authorization"), 400, UNSIGNED),
        (request(""), 400, NOT_JSON),
    ];
    for (request, status, body) in cases {
        let shown = format!("{request:?}");
        let received = ask(&usual(), request).await;
        assert_eq!(
            (received.status.as_u16(), received.body.as_str()),
            (status, body),
            "{shown}"
        );
    }
}

#[tokio::test]
async fn an_error_of_the_stack_has_its_own_status_and_body() {
    let fails = tower::service_fn(|_: Call| async {
        let error = ApiError::new(ErrorKind::InternalServerError, "out of order");
        Err::<Reply, _>(Failure::Error(error))
    });
    let received = ask(&gateway(fails, GatewaySettings::default()), request(GET_ITEM)).await;
    assert_eq!(received.status, 500);
    assert_eq!(
        received.body,
        r#"{"__type":"com.amazonaws.dynamodb.v20120810#InternalServerError","message":"out of order"}"#
    );
}

#[tokio::test]
async fn a_panic_is_an_internal_server_error_and_nothing_more() {
    let panics_on_table_p = tower::service_fn(|call: Call| async move {
        assert!(
            !format!("{:?}", call.request).contains("panic please"),
            "as was asked for"
        );
        Ok(Reply::GetItem(Default::default()))
    });
    let gateway = gateway(panics_on_table_p, GatewaySettings::default());
    let received = ask(&gateway, request(r#"{"TableName":"panic please"}"#)).await;
    assert_eq!(received.status, 500);
    assert!(received.body.contains("#InternalServerError\""), "{}", received.body);
    assert_eq!(ask(&gateway, request(GET_ITEM)).await.status, 200);
}

#[tokio::test]
async fn pages_of_stator_itself_are_apart() {
    let gateway = usual();
    let health = receive(
        gateway
            .answer(request("").to(Method::GET, "/_stator/health"))
            .await
            .unwrap(),
    )
    .await;
    assert_eq!(
        (health.status.as_u16(), health.body.trim()),
        (200, r#"{"status":"ok"}"#)
    );
    let other = receive(
        gateway
            .answer(request("").to(Method::GET, "/_stator/other"))
            .await
            .unwrap(),
    )
    .await;
    assert_eq!(other.status, 404);
    assert!(
        other.body.contains("/_stator/openapi.json"),
        "it says what there is: {}",
        other.body
    );
}
