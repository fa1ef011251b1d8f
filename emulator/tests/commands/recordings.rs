//! `stator record` and `stator replay`: to an endpoint that verifies signatures, behind TLS too, and back from the file.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use rustix::process::Signal;
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::Runtime;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring;

use crate::rig::{SHOP, Server, ends, stator};

const ACCESS_KEY: &str = "AKIAIOSFODNN7EXAMPLE";
const SECRET: &str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
/// The variable that the secret of an upstream stands in.
const KEPT: (&str, &str) = ("AWS_SECRET_ACCESS_KEY", SECRET);

/// A Stator that verifies signatures.
fn careful() -> Server {
    Server::start(&["--credentials", &format!("{ACCESS_KEY}={SECRET}")])
}

/// Waits until a file has a text; a server writes it when it has time.
fn wait_for(file: &str, text: &str) -> String {
    for _ in 0..1_200 {
        match std::fs::read_to_string(file) {
            Ok(content) if content.contains(text) => return content,
            _ => std::thread::sleep(Duration::from_millis(100)),
        }
    }
    panic!("{file} has no {text}");
}

#[test]
fn a_session_is_recorded_run_and_replayed() {
    let folder = tempfile::tempdir().unwrap();
    let session = folder.path().join("session.yml");
    let session = session.to_str().unwrap();
    let upstream = careful();
    let arguments = [
        &["--upstream", &upstream.url, "--out", session][..],
        &["--redact", "email", "--access-key", ACCESS_KEY],
    ];
    let proxy = Server::start_with(&["record"], &arguments.concat(), &[KEPT]);
    ends(&["load", SHOP, "--endpoint", &proxy.url], 0);
    ends(&["diff", SHOP, &proxy.url], 0);

    // Killed without a word, it leaves a file that is whole.
    wait_for(session, "Scan:");
    assert_eq!(proxy.end(Signal::KILL), None);
    let text = std::fs::read_to_string(session).unwrap();
    for hidden in [ACCESS_KEY, SECRET, "Signature", "@example"] {
        assert!(!text.contains(hidden), "{hidden} is in the recording");
    }
    ends(&["check", session], 0);
    assert!(ends(&["test", session], 0).contains("1 passed, 0 failed"));

    let replay = Server::start_with(&["replay", session], &[], &[]);
    ends(&["test", session, "--endpoint", &replay.url], 0);
    assert_eq!(replay.end(Signal::TERM), Some(0));
    let replay = Server::start_with(&["replay", session], &[], &[]);
    ends(&["load", SHOP, "--existing", "replace", "--endpoint", &replay.url], 1);
    assert_eq!(replay.end(Signal::TERM), Some(1), "what was not recorded is told");
}

#[test]
fn a_recording_goes_on_from_what_was_there() {
    let folder = tempfile::tempdir().unwrap();
    let session = folder.path().join("session.yml");
    let session = session.to_str().unwrap();
    let upstream = Server::start(&["--fixtures", SHOP]);
    let proxy = Server::start_with(&["record"], &["--upstream", &upstream.url, "--out", session], &[]);
    ends(&["diff", SHOP, &proxy.url], 0);
    assert_eq!(proxy.end(Signal::INT), Some(0));
    assert_eq!(ends(&["diff", SHOP, session], 0), "");
    ends(&["test", session], 0);
}

/// An endpoint behind TLS, until this is dropped: what comes is decrypted and handed on as it is.
struct Secure {
    url: String,
    _runtime: Runtime,
}

impl Secure {
    /// Before a server, with a certificate of its own, which is written to a file.
    fn before(server: &Server, certificate_file: &str) -> Self {
        let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
        std::fs::write(certificate_file, made.cert.pem()).unwrap();
        let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![made.cert.der().clone()], made.signing_key.into());
        let acceptor = TlsAcceptor::from(Arc::new(config.unwrap()));
        let inner: SocketAddr = server.url.trim_start_matches("http://").parse().unwrap();
        let runtime = Runtime::new().unwrap();
        let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
        let port = listener.local_addr().unwrap().port();
        runtime.spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(forward(acceptor.clone(), stream, inner));
            }
        });
        Self {
            url: format!("https://localhost:{port}"),
            _runtime: runtime,
        }
    }
}

/// Hands bytes on in both directions. A client that does not believe the certificate goes away.
async fn forward(acceptor: TlsAcceptor, stream: TcpStream, inner: SocketAddr) {
    if let Ok(mut outside) = acceptor.accept(stream).await {
        let mut inside = TcpStream::connect(inner).await.unwrap();
        let _ = tokio::io::copy_bidirectional(&mut outside, &mut inside).await;
    }
}

#[test]
fn an_upstream_behind_tls_is_recorded_and_signed_for() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let (session, certificate) = (path("session.yml"), path("ca.pem"));
    let inner = careful();
    let secure = Secure::before(&inner, &certificate);
    let whom = ["--access-key", ACCESS_KEY];

    // Whoever presents a certificate that nobody vouches for is not spoken to.
    let distrustful = ["load", SHOP, "--endpoint", &secure.url];
    let refused = ends(&[&distrustful[..], &whom].concat(), 1);
    assert!(refused.contains("UnknownIssuer"), "{refused}");
    // Through one file or the other it is.
    for (variable, access_key, code) in [
        ("AWS_CA_BUNDLE", ACCESS_KEY, 0),
        ("SSL_CERT_FILE", ACCESS_KEY, 0),
        ("SSL_CERT_FILE", "another", 1),
    ] {
        let mut load = stator(&["dump", "--endpoint", &secure.url, "--access-key", access_key]);
        let output = load.env(variable, &certificate).env(KEPT.0, KEPT.1).output().unwrap();
        assert_eq!(output.status.code(), Some(code), "{variable} {access_key}: {output:?}");
    }

    let arguments = [
        &[
            "--upstream",
            &secure.url,
            "--out",
            &session,
            "--ca-bundle",
            &certificate,
        ][..],
        &whom,
    ];
    let proxy = Server::start_with(&["record"], &arguments.concat(), &[KEPT]);
    ends(&["load", SHOP, "--endpoint", &proxy.url], 0);
    assert_eq!(ends(&["diff", SHOP, &proxy.url], 0), "");
    assert_eq!(proxy.end(Signal::TERM), Some(0));
    assert!(ends(&["test", &session], 0).contains("1 passed, 0 failed"));
}

#[test]
fn certificates_that_cannot_be_read_are_told_before_anything_is_served() {
    let folder = tempfile::tempdir().unwrap();
    let (out, bundle) = (folder.path().join("out.yml"), folder.path().join("empty.pem"));
    std::fs::write(&bundle, "").unwrap();
    let (out, bundle) = (out.to_str().unwrap(), bundle.to_str().unwrap());
    let upstream = ["--upstream", "https://localhost:1", "--out", out, "--port", "0"];
    for (bundle, says) in [(bundle, "there are none in it"), ("/nowhere.pem", "/nowhere.pem")] {
        let refused = ends(&[&["record"][..], &upstream, &["--ca-bundle", bundle]].concat(), 1);
        assert!(refused.contains(says), "{refused}");
    }
}
