//! Connections: many, slow, silent, over both versions of HTTP, and their end.

use std::sync::Arc;
use std::time::Duration;

use http_body_util::Full;
use hyper_util::rt::{TokioExecutor, TokioIo};
use stator_core::engine::Call;
use stator_core::model::Reply;
use stator_service::http::{GatewaySettings, ServerSettings, Stop};
use stator_service::{Answers, Failure};
use tokio::net::TcpStream;
use tokio::sync::{Notify, mpsc};

use crate::rig::*;

/// A terminal that tells of each call that arrives, and answers it when it is released.
fn waiting() -> (impl Answers, Arc<Notify>, mpsc::UnboundedReceiver<()>) {
    let release = Arc::new(Notify::new());
    let (arrived, arrivals) = mpsc::unbounded_channel();
    let released = Arc::clone(&release);
    let terminal = tower::service_fn(move |_: Call| {
        let (released, arrived) = (Arc::clone(&released), arrived.clone());
        async move {
            arrived.send(()).unwrap();
            released.notified().await;
            Ok::<_, Failure>(Reply::GetItem(Default::default()))
        }
    });
    (terminal, release, arrivals)
}

#[tokio::test]
async fn requests_follow_one_another_on_a_connection_and_need_not_wait() {
    let server = Running::usual();
    let mut connection = server.connect().await;
    let pipeline = [
        bytes_of_request(GET_ITEM, ""),
        bytes_of_request("{", ""),
        bytes_of_request(GET_ITEM, ""),
    ]
    .concat();
    for _ in 0..3 {
        connection.send(&pipeline).await;
        for status in [200, 400, 200] {
            let received = connection.receive().await.unwrap();
            assert_eq!(received.status, status);
            assert!(!received.header("date").is_empty());
        }
    }
    connection
        .send(bytes_of_request(GET_ITEM, "Connection: close\r\n"))
        .await;
    assert_eq!(connection.receive().await.unwrap().status, 200);
    assert!(connection.receive().await.is_none());
}

#[tokio::test]
async fn a_lost_connection_ends_without_an_answer() {
    let loses = tower::service_fn(|_: Call| async { Err::<Reply, _>(Failure::ConnectionLost) });
    let server = Running::start(gateway(loses, GatewaySettings::default()), ServerSettings::default());
    let mut connection = server.connect().await;
    connection.send(bytes_of_request(GET_ITEM, "")).await;
    assert!(connection.receive().await.is_none());
}

#[tokio::test]
async fn http2_with_prior_knowledge_carries_many_requests_at_once() {
    let server = Running::usual();
    let stream = TcpStream::connect(server.address).await.unwrap();
    let (client, connection) = hyper::client::conn::http2::handshake(TokioExecutor::new(), TokioIo::new(stream))
        .await
        .unwrap();
    tokio::spawn(connection);
    let mut answers = tokio::task::JoinSet::new();
    for number in 0..200 {
        let mut client = client.clone();
        let body = if number % 2 == 0 { GET_ITEM } else { "{" };
        let request = request(body)
            .without("host")
            .to(http::Method::POST, "http://localhost/");
        answers.spawn(async move {
            let received = receive(client.send_request(request).await.unwrap()).await;
            assert_eq!(received.status, if number % 2 == 0 { 200 } else { 400 });
            assert_eq!(
                received.header("x-amz-crc32"),
                crc32fast::hash(received.body.as_bytes()).to_string()
            );
        });
    }
    let mut answered = 0;
    while let Some(result) = answers.join_next().await {
        result.unwrap();
        answered += 1;
    }
    assert_eq!(answered, 200);
}

#[tokio::test]
async fn heads_are_bounded() {
    let server = Running::usual();
    for headers in [
        format!("X-Large: {}\r\n", "x".repeat(100_000)),
        (0..200).map(|number| format!("X-{number}: x\r\n")).collect(),
    ] {
        let mut connection = server.connect().await;
        connection.send(bytes_of_request(GET_ITEM, &headers)).await;
        assert_eq!(connection.receive().await.unwrap().status, 431);
    }
    let mut connection = server.connect().await;
    connection.send("this is not HTTP\r\n\r\n").await;
    assert_eq!(connection.receive().await.unwrap().status, 400);
}

#[tokio::test]
async fn connections_that_bring_no_request_are_closed() {
    let settings = ServerSettings {
        silence_max: Duration::from_millis(20),
        ..ServerSettings::default()
    };
    let server = Running::start(gateway(succeeds(), GatewaySettings::default()), settings);
    let mut used = server.connect().await;
    used.send(bytes_of_request(GET_ITEM, "")).await;
    assert_eq!(used.receive().await.unwrap().status, 200);
    assert!(used.receive().await.is_none(), "used and then idle");
    for beginning in [
        "",
        "P",
        "POST / HTTP/1.1\r\nHost: lo",
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    ] {
        let mut connection = server.connect().await;
        connection.send(beginning).await;
        let end = tokio::time::timeout(Duration::from_secs(20), connection.ends()).await;
        assert!(end.is_ok(), "{beginning:?}");
    }
}

#[tokio::test]
async fn a_request_that_takes_its_time_is_not_silence() {
    let (waits, release, mut arrivals) = waiting();
    let settings = ServerSettings {
        silence_max: Duration::from_millis(5),
        ..ServerSettings::default()
    };
    let server = Running::start(gateway(waits, GatewaySettings::default()), settings);
    let mut connection = server.connect().await;
    connection.send(bytes_of_request(GET_ITEM, "")).await;
    arrivals.recv().await.unwrap();
    // A silent connection that comes later is closed; by then the watch has looked at the busy one as often.
    assert!(server.connect().await.receive().await.is_none());
    release.notify_one();
    assert_eq!(connection.receive().await.unwrap().status, 200);
}

#[tokio::test]
async fn slow_clients_stall_nobody() {
    let server = Running::usual();
    let mut slow = Vec::new();
    for beginning in ["", "P", "POST / HTTP/1.1\r\nHo", &(head_of_request(1_000, "") + "{")] {
        for _ in 0..50 {
            let mut connection = server.connect().await;
            connection.send(beginning).await;
            slow.push(connection);
        }
    }
    let mut quick = server.connect().await;
    for _ in 0..100 {
        quick.send(bytes_of_request(GET_ITEM, "")).await;
        assert_eq!(quick.receive().await.unwrap().status, 200);
    }
}

#[tokio::test]
async fn two_thousand_connections_are_answered() {
    rlimit::increase_nofile_limit(8_192).unwrap();
    let server = Running::usual();
    let mut connections = Vec::new();
    for _ in 0..2_000 {
        connections.push(server.connect().await);
    }
    for connection in &mut connections {
        connection.send(bytes_of_request(GET_ITEM, "")).await;
    }
    for connection in &mut connections {
        assert_eq!(connection.receive().await.unwrap().status, 200);
    }
}

#[tokio::test]
async fn more_connections_than_allowed_wait_for_their_turn() {
    let settings = ServerSettings {
        connections_max: 1,
        ..ServerSettings::default()
    };
    let server = Running::start(gateway(succeeds(), GatewaySettings::default()), settings);
    let mut first = server.connect().await;
    first.send(bytes_of_request(GET_ITEM, "")).await;
    assert_eq!(first.receive().await.unwrap().status, 200);
    let mut second = server.connect().await;
    second.send(bytes_of_request(GET_ITEM, "")).await;
    first.send(bytes_of_request(GET_ITEM, "")).await;
    assert_eq!(
        first.receive().await.unwrap().status,
        200,
        "the first still has its turn"
    );
    drop(first);
    assert_eq!(second.receive().await.unwrap().status, 200);
}

#[tokio::test]
async fn a_stopping_server_answers_what_it_has_begun() {
    let (waits, release, mut arrivals) = waiting();
    let server = Running::start(gateway(waits, GatewaySettings::default()), ServerSettings::default());
    let mut idle = server.connect().await;
    let mut busy = server.connect().await;
    busy.send(bytes_of_request(GET_ITEM, "")).await;
    arrivals.recv().await.unwrap();
    let stopped = server.stop();
    assert!(idle.receive().await.is_none(), "an idle connection is closed");
    release.notify_one();
    assert_eq!(busy.receive().await.unwrap().status, 200);
    assert!(busy.receive().await.is_none());
    assert_eq!(stopped.await.unwrap(), Stop::Drained);
}

#[tokio::test]
async fn a_stopping_server_does_not_wait_for_ever() {
    let (arrived, mut arrivals) = mpsc::unbounded_channel();
    let never = tower::service_fn(move |_: Call| {
        let arrived = arrived.clone();
        async move {
            arrived.send(()).unwrap();
            std::future::pending().await
        }
    });
    let settings = ServerSettings {
        grace: Duration::from_millis(20),
        ..ServerSettings::default()
    };
    let server = Running::start(gateway(never, GatewaySettings::default()), settings);
    let mut busy = server.connect().await;
    busy.send(bytes_of_request(GET_ITEM, "")).await;
    arrivals.recv().await.unwrap();
    assert_eq!(server.stop().await.unwrap(), Stop::Cut);
}

#[tokio::test]
async fn the_body_of_the_rig_is_the_body_of_the_wire() {
    // The rig asks a gateway without a socket; this holds that to what a socket brings.
    let server = Running::usual();
    let mut connection = server.connect().await;
    connection.send(bytes_of_request(GET_ITEM, "")).await;
    let over_a_socket = connection.receive().await.unwrap();
    let gateway = gateway(succeeds(), GatewaySettings::default());
    let directly = ask(&gateway, request(GET_ITEM).map(|_| Full::from(GET_ITEM))).await;
    assert_eq!(over_a_socket.body, directly.body);
    for header in ["x-amz-crc32", "content-type", "server", "x-amzn-requestid"] {
        assert_eq!(over_a_socket.header(header), directly.header(header), "{header}");
    }
}
