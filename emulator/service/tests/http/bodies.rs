//! Bodies: sizes, compression, and clients that send them slowly.

use std::io::{Read, Write};
use std::time::Duration;

use flate2::Compression;
use flate2::read::{GzDecoder, ZlibDecoder};
use flate2::write::{GzEncoder, ZlibEncoder};
use stator_core::engine::Call;
use stator_core::model::wire::ListTablesReply;
use stator_core::model::{ApiError, Reply};
use stator_service::http::{BODY_SIZE_BYTES_MAX, GatewaySettings, ServerSettings};

use crate::rig::*;

fn gzip(content: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(content).unwrap();
    encoder.finish().unwrap()
}

/// A request that is padded to a size.
fn padded(size_bytes: usize) -> String {
    let padding = size_bytes - GET_ITEM.len();
    format!("{}{GET_ITEM}", " ".repeat(padding))
}

#[tokio::test]
async fn compressed_requests_are_read() {
    let gateway = gateway(succeeds(), GatewaySettings::default());
    let received = ask(
        &gateway,
        request(gzip(GET_ITEM.as_bytes())).with("content-encoding", "gzip"),
    )
    .await;
    assert_eq!(received.status, 200);
    let mut deflated = ZlibEncoder::new(Vec::new(), Compression::fast());
    deflated.write_all(GET_ITEM.as_bytes()).unwrap();
    let deflated = request(deflated.finish().unwrap()).with("content-encoding", "deflate");
    assert_eq!(ask(&gateway, deflated).await.status, 200);
    let in_two_members = [gzip(&GET_ITEM.as_bytes()[..9]), gzip(&GET_ITEM.as_bytes()[9..])].concat();
    let received = ask(&gateway, request(in_two_members).with("content-encoding", "GZIP")).await;
    assert_eq!(received.status, 200);
}

#[tokio::test]
async fn what_is_not_gzip_is_not_json() {
    let gateway = gateway(succeeds(), GatewaySettings::default());
    let cut = &gzip(GET_ITEM.as_bytes())[..20];
    for (body, coding) in [
        (GET_ITEM.as_bytes(), "gzip"),
        (cut, "gzip"),
        (cut, "deflate"),
        (cut, "br"),
    ] {
        let received = ask(&gateway, request(body.to_vec()).with("content-encoding", coding)).await;
        assert_eq!(received.status, 400);
        assert_eq!(
            received.body,
            r#"{"__type":"com.amazon.coral.service#SerializationException"}"#
        );
    }
}

#[tokio::test]
async fn a_large_reply_is_compressed_for_those_who_accept_it() {
    let names = |count: usize| (0..count).map(|n| format!("table-{n:03}").into()).collect();
    let gateway = |count| {
        let reply = move || ListTablesReply {
            table_names: names(count),
            ..Default::default()
        };
        gateway(
            tower::service_fn(move |_: Call| std::future::ready(Ok(Reply::ListTables(reply())))),
            GatewaySettings::default(),
        )
    };
    let (small, large) = (gateway(100), gateway(1_000));
    let plain = ask(&large, request(GET_ITEM)).await;
    assert_eq!(plain.header("content-encoding"), "");
    for (gateway, accepted, coding) in [
        (&large, "gzip, deflate, br", "gzip"),
        (&large, "deflate", "deflate"),
        (&large, "identity", ""),
        (&small, "gzip", ""),
    ] {
        let asked = request(GET_ITEM).with("accept-encoding", accepted);
        let (head, body) = gateway.exchange(asked).await.unwrap().into_parts();
        let header = |name: &str| head.headers.get(name).map_or("", |value| value.to_str().unwrap());
        assert_eq!(header("content-encoding"), coding, "{accepted}");
        assert_eq!(
            header("x-amz-crc32"),
            crc32fast::hash(&body).to_string(),
            "of what is sent"
        );
        let mut content = String::new();
        match coding {
            "gzip" => GzDecoder::new(&*body).read_to_string(&mut content).unwrap(),
            "deflate" => ZlibDecoder::new(&*body).read_to_string(&mut content).unwrap(),
            _ => continue,
        };
        assert_eq!(content, plain.body);
    }
}

#[tokio::test]
async fn an_error_is_sent_as_it_is() {
    let lengthy = tower::service_fn(|_: Call| {
        std::future::ready(Err::<Reply, _>(ApiError::validation("long ".repeat(10_000)).into()))
    });
    let gateway = gateway(lengthy, GatewaySettings::default());
    let received = ask(&gateway, request(GET_ITEM).with("accept-encoding", "gzip")).await;
    assert_eq!(
        (received.status.as_u16(), received.header("content-encoding")),
        (400, "")
    );
}

#[tokio::test]
async fn the_limit_holds_for_what_is_sent_and_for_what_comes_out() {
    let gateway = gateway(succeeds(), GatewaySettings::default());
    let (fits, too_large) = (padded(BODY_SIZE_BYTES_MAX), padded(BODY_SIZE_BYTES_MAX + 1));
    assert_eq!(ask(&gateway, request(fits.clone())).await.status, 200);
    assert_eq!(ask(&gateway, request(too_large.clone())).await.status, 413);
    let compressed = |text: &str| request(gzip(text.as_bytes())).with("content-encoding", "gzip");
    assert_eq!(ask(&gateway, compressed(&fits)).await.status, 200);
    let received = ask(&gateway, compressed(&too_large)).await;
    assert_eq!((received.status.as_u16(), received.body.as_str()), (413, ""));
}

#[tokio::test]
async fn a_client_with_too_large_a_body_sees_the_answer() {
    let server = Running::usual();
    let mut connection = server.connect().await;
    connection
        .send(bytes_of_request(&padded(BODY_SIZE_BYTES_MAX + 1), ""))
        .await;
    assert_eq!(connection.receive().await.unwrap().status, 413);
    assert!(connection.receive().await.is_none(), "the connection is closed");
}

#[tokio::test]
async fn a_client_that_asks_first_is_told_before_it_sends() {
    let server = Running::usual();
    let mut connection = server.connect().await;
    let head = |length| head_of_request(length, "Expect: 100-continue\r\n");
    connection.send(head(GET_ITEM.len())).await;
    assert_eq!(connection.receive().await.unwrap().status, 100);
    connection.send(GET_ITEM).await;
    assert_eq!(connection.receive().await.unwrap().status, 200);
    connection.send(head(BODY_SIZE_BYTES_MAX + 1)).await;
    assert_eq!(connection.receive().await.unwrap().status, 413);
}

#[tokio::test]
async fn bodies_in_chunks_are_read() {
    let server = Running::usual();
    let mut connection = server.connect().await;
    let head = head_of_request(0, "Transfer-Encoding: chunked\r\n").replace("Content-Length: 0\r\n", "");
    let (first, second) = GET_ITEM.split_at(10);
    connection
        .send(format!(
            "{head}{:x}\r\n{first}\r\n{:x}\r\n{second}\r\n0\r\n\r\n",
            first.len(),
            second.len()
        ))
        .await;
    assert_eq!(connection.receive().await.unwrap().status, 200);
}

#[tokio::test]
async fn a_body_that_does_not_come_in_time_is_given_up() {
    let settings = GatewaySettings {
        body_time_max: Duration::from_millis(20),
        ..GatewaySettings::default()
    };
    let server = Running::start(gateway(succeeds(), settings), ServerSettings::default());
    let mut slow = server.connect().await;
    slow.send(head_of_request(100, "") + "{").await;
    let received = slow.receive().await.unwrap();
    assert_eq!(
        (received.status.as_u16(), received.header("connection")),
        (408, "close")
    );
    assert!(slow.receive().await.is_none(), "the connection is closed");
}
