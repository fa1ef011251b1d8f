//! Who calls: each row of the service's authentication errors, and signatures made by the SDK's own signer (wire.md §8).

use std::time::{Duration, SystemTime};

use aws_credential_types::Credentials as SdkCredentials;
use aws_sigv4::http_request::{SignableBody, SignableRequest, SignatureLocation, SigningSettings, sign};
use aws_sigv4::sign::v4;
use bytes::Bytes;
use http::{Method, Request};
use http_body_util::Full;
use stator_core::engine::World;
use stator_service::Answers;
use stator_service::http::{Gateway, GatewaySettings};

use crate::rig::*;

const KEY: &str = "AKIDEXAMPLE";
const SECRET: &str = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";

/// The error that a request with this header and date meets.
async fn refused(request: Request<Full<Bytes>>) -> (String, String) {
    let gateway = gateway(TellsCaller, GatewaySettings::default());
    error_of(&gateway, request).await
}

async fn error_of(gateway: &Gateway<impl Answers>, request: Request<Full<Bytes>>) -> (String, String) {
    let received = ask(gateway, request).await;
    assert_eq!(received.status, 400);
    let body: serde_json::Value = serde_json::from_str(&received.body).unwrap();
    let class = body["__type"].as_str().unwrap().rsplit('#').next().unwrap();
    (class.to_owned(), body["message"].as_str().unwrap().to_owned())
}

async fn check_header(authorization: &str, class: &str, message: &str) {
    let wanted = (class.to_owned(), message.to_owned());
    assert_eq!(
        refused(request(GET_ITEM).with("authorization", authorization)).await,
        wanted
    );
}

async fn check_query(query: &str, class: &str, message: &str) {
    let request = request(GET_ITEM)
        .without("authorization")
        .to(Method::POST, &format!("/?{query}"));
    assert_eq!(refused(request).await, (class.to_owned(), message.to_owned()));
}

#[tokio::test]
async fn key_region_and_account_reach_the_call() {
    check_header(SIGNATURE, "ValidationException", "key eu-west-1 000000000000").await;
    check_query(
        "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=key%2F20260131%2Feu-west-1%2Fdynamodb%2Faws4_request\
         &X-Amz-Signature=0f&X-Amz-SignedHeaders=host&X-Amz-Date=20260131T120000Z",
        "ValidationException",
        "key eu-west-1 000000000000",
    )
    .await;
}

#[tokio::test]
async fn spaces_between_parts_do_not_matter() {
    for authorization in [
        "AWS4-HMAC-SHA256 Credential=key/20260131/eu-west-1/dynamodb/aws4_request,SignedHeaders=host,Signature=0f",
        "AWS4-HMAC-SHA256   Signature=0f,  SignedHeaders=x-amz-date;Host, Credential=key/20260131/eu-west-1/dynamodb/aws4_request",
    ] {
        check_header(authorization, "ValidationException", "key eu-west-1 000000000000").await;
    }
}

#[tokio::test]
async fn requests_that_are_not_signed() {
    let missing = (
        "MissingAuthenticationTokenException".to_owned(),
        "Request is missing Authentication Token".to_owned(),
    );
    assert_eq!(refused(request(GET_ITEM).without("authorization")).await, missing);
    for authorization in ["", "Bearer x", "AWS3-HTTPS AWSAccessKeyId=x"] {
        check_header(authorization, &missing.0, &missing.1).await;
    }
    check_query("X-Amz-Credential=x", &missing.0, &missing.1).await;
    check_query("Y-X-Amz-Algorithm=x", &missing.0, &missing.1).await;
}

#[tokio::test]
async fn requests_that_are_signed_in_both_forms() {
    let both = request(GET_ITEM).to(Method::POST, "/?X-Amz-Algorithm");
    let (class, message) = refused(both).await;
    assert_eq!(class, "InvalidSignatureException");
    assert_eq!(
        message,
        "Found both 'X-Amz-Algorithm' as a query-string param and 'Authorization' as HTTP header."
    );
}

#[tokio::test]
async fn header_forms_with_missing_parts() {
    for (authorization, message) in [
        (
            "AWS4-",
            "Authorization header requires 'Credential' parameter. Authorization header requires 'Signature' parameter. \
             Authorization header requires 'SignedHeaders' parameter. Authorization=AWS4-",
        ),
        (
            "AWS4-HMAC-SHA256 Credential=a, Signature=b",
            "Authorization header requires 'SignedHeaders' parameter. \
             Authorization=AWS4-HMAC-SHA256 Credential=a, Signature=b",
        ),
    ] {
        check_header(authorization, "IncompleteSignatureException", message).await;
    }
    let (class, message) = refused(
        request(GET_ITEM)
            .without("x-amz-date")
            .with("authorization", "AWS4-x Credential=a"),
    )
    .await;
    assert_eq!(class, "IncompleteSignatureException");
    assert_eq!(
        message,
        "Authorization header requires 'Signature' parameter. Authorization header requires 'SignedHeaders' parameter. \
         Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. \
         Authorization=AWS4-x Credential=a"
    );
}

#[tokio::test]
async fn the_date_header_serves_as_well() {
    let request = request(GET_ITEM).without("x-amz-date").with("date", DATE);
    assert_eq!(refused(request).await.1, "key eu-west-1 000000000000");
}

#[tokio::test]
async fn query_forms_with_missing_parts() {
    check_query(
        "X-Amz-Algorithm",
        "IncompleteSignatureException",
        "AWS query-string parameters must include 'X-Amz-Algorithm'. \
         AWS query-string parameters must include 'X-Amz-Credential'. \
         AWS query-string parameters must include 'X-Amz-Signature'. \
         AWS query-string parameters must include 'X-Amz-SignedHeaders'. \
         AWS query-string parameters must include 'X-Amz-Date'. Re-examine the query-string parameters.",
    )
    .await;
    check_query(
        "X-Amz-Algorithm=a&X-Amz-Credential=b&X-Amz-SignedHeaders=c&X-Amz-Date=d",
        "IncompleteSignatureException",
        "AWS query-string parameters must include 'X-Amz-Signature'. Re-examine the query-string parameters.",
    )
    .await;
}

#[tokio::test]
async fn parts_of_the_wrong_shape_in_the_services_order() {
    let (class, message) = refused(request(GET_ITEM).with("x-amz-date", "2026-01-31")).await;
    assert_eq!(class, "IncompleteSignatureException");
    assert_eq!(
        message,
        "Date must be in ISO-8601 'basic format'. Got '2026-01-31'. See http://en.wikipedia.org/wiki/ISO_8601"
    );
    check_header(
        "AWS4-X Credential=a, SignedHeaders=x-amz-date, Signature=0f",
        "InvalidSignatureException",
        "'Host' must be a 'SignedHeader' in the AWS Authorization.",
    )
    .await;
    check_header(
        "AWS4-X Credential=a, SignedHeaders=host, Signature=0f",
        "IncompleteSignatureException",
        "Unsupported AWS 'algorithm': 'AWS4-X' (only AWS4-HMAC-SHA256 for now). ",
    )
    .await;
    check_header(
        "AWS4-HMAC-SHA256 Credential=a/b/c, SignedHeaders=host, Signature=0f",
        "IncompleteSignatureException",
        "Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got 'a/b/c'",
    )
    .await;
    check_header(
        "AWS4-HMAC-SHA256 Credential=a/20260130//s3/end, SignedHeaders=host, Signature=0f",
        "InvalidSignatureException",
        "Credential should be scoped to a valid region, not ''. \
         Credential should be scoped to correct service: 'dynamodb'. \
         Credential should be scoped with a valid terminator: 'aws4_request', not 'end'. \
         Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: \
         '20260130' != '20260131', from '20260131T120000Z'.",
    )
    .await;
}

/// A gateway that knows one caller.
fn strict(world: World) -> Gateway<impl Answers> {
    let settings = GatewaySettings {
        account: "123456789012".into(),
        credentials: Some([(KEY.to_owned(), SECRET.to_owned())].into_iter().collect()),
        ..GatewaySettings::default()
    };
    gateway_in(world, TellsCaller, settings)
}

#[allow(clippy::disallowed_methods, reason = "clients sign with the time of their machine")]
fn now() -> SystemTime {
    SystemTime::now()
}

/// A request that the SDK's signer signed.
fn signed(key: &str, secret: &str, at: SystemTime, location: SignatureLocation) -> Request<Full<Bytes>> {
    let mut request = request(GET_ITEM)
        .without("authorization")
        .without("x-amz-date")
        .with("x-spaced", "  a   b ")
        .to(Method::POST, "/");
    let identity = SdkCredentials::from_keys(key, secret, None).into();
    let mut settings = SigningSettings::default();
    settings.expires_in = matches!(location, SignatureLocation::QueryParams).then_some(Duration::from_secs(60));
    settings.signature_location = location;
    let parameters = v4::SigningParams::builder()
        .identity(&identity)
        .region("eu-west-1")
        .name("dynamodb")
        .time(at)
        .settings(settings)
        .build()
        .unwrap()
        .into();
    let headers = request
        .headers()
        .iter()
        .map(|(name, value)| (name.as_str(), value.to_str().unwrap()));
    let signable = SignableRequest::new(
        "POST",
        "http://localhost:8000/",
        headers,
        SignableBody::Bytes(GET_ITEM.as_bytes()),
    )
    .unwrap();
    let (instructions, _) = sign(signable, &parameters).unwrap().into_parts();
    instructions.apply_to_request_http1x(&mut request);
    request
}

#[tokio::test]
async fn signatures_of_the_sdk_are_accepted_in_both_forms() {
    for location in [SignatureLocation::Headers, SignatureLocation::QueryParams] {
        let (class, message) = error_of(&strict(World::real()), signed(KEY, SECRET, now(), location)).await;
        assert_eq!(
            (class.as_str(), message.as_str()),
            ("ValidationException", "AKIDEXAMPLE eu-west-1 123456789012")
        );
    }
}

#[tokio::test]
async fn signatures_are_verified_over_http2_where_the_host_is_in_the_target() {
    let request = signed(KEY, SECRET, now(), SignatureLocation::Headers)
        .without("host")
        .to(Method::POST, "http://localhost:8000/");
    assert_eq!(error_of(&strict(World::real()), request).await.0, "ValidationException");
}

#[tokio::test]
async fn unknown_keys_wrong_secrets_and_changed_requests_are_refused() {
    let gateway = strict(World::real());
    let unknown = signed("AKIDOTHER", SECRET, now(), SignatureLocation::Headers);
    assert_eq!(
        error_of(&gateway, unknown).await,
        (
            "UnrecognizedClientException".to_owned(),
            "The security token included in the request is invalid.".to_owned()
        )
    );
    let wrong_secret = signed(KEY, "other", now(), SignatureLocation::Headers);
    let changed_header =
        signed(KEY, SECRET, now(), SignatureLocation::Headers).with("x-amz-target", "DynamoDB_20120810.PutItem");
    let (head, _) = signed(KEY, SECRET, now(), SignatureLocation::Headers).into_parts();
    let changed_body = Request::from_parts(head, Full::new(Bytes::from_static(b"{\"TableName\":\"u\"}")));
    for request in [wrong_secret, changed_header, changed_body] {
        let (class, message) = error_of(&gateway, request).await;
        assert_eq!(class, "InvalidSignatureException");
        assert!(message.starts_with("The request signature we calculated does not match the signature you provided."));
        assert!(
            message.contains("The Canonical String for this request should have been\n'POST\n/\n\n"),
            "{message}"
        );
        assert!(
            message.contains("The String-to-Sign should have been\n'AWS4-HMAC-SHA256\n"),
            "{message}"
        );
    }
}

#[tokio::test]
async fn signatures_of_another_time_are_refused_unless_the_world_has_a_time_of_its_own() {
    let hour = Duration::from_secs(3600);
    for (at, words) in [
        (now() - hour, "Signature expired: "),
        (now() + hour, "Signature not yet current: "),
    ] {
        let request = || signed(KEY, SECRET, at, SignatureLocation::Headers);
        let (class, message) = error_of(&strict(World::real()), request()).await;
        assert_eq!(class, "InvalidSignatureException");
        assert!(
            message.starts_with(words) && message.ends_with(" 15 min.)"),
            "{message}"
        );
        let shifted = World::real();
        shifted.advance(1);
        assert_eq!(error_of(&strict(shifted), request()).await.0, "ValidationException");
    }
}
