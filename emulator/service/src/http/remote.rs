//! An endpoint elsewhere, as fixtures, suites and the upstream terminal know it: requests go out as they are, or signed.

use std::net::IpAddr;
use std::path::PathBuf;

use stator_fixtures::{Endpoint, TransportError, WireReply, WireRequest};
use tokio::runtime::{Builder, Runtime};

use super::client::{Client, Received, Unanswered};
use super::signing::{Signed, Signer};
use super::url::Url;

/// How an endpoint elsewhere is reached.
#[derive(Clone, Debug, Default)]
pub struct Access {
    /// Who signs requests; without one they go out as they are.
    pub signer: Option<Signer>,
    /// A file of certificates, in PEM, that are believed behind `https://` beside those that everybody believes.
    pub ca_bundle: Option<PathBuf>,
}

/// An endpoint elsewhere.
#[derive(Debug)]
pub struct Remote {
    client: Client,
    signer: Option<Signer>,
}

impl Remote {
    /// The endpoint with this URL.
    ///
    /// # Errors
    /// When the URL is none of an endpoint, or certificates cannot be read.
    pub fn new(url: &str, access: Access) -> Result<Self, Unanswered> {
        let Access { signer, ca_bundle } = access;
        let client = Client::new(url, ca_bundle.as_deref())?;
        Ok(Self { client, signer })
    }

    /// Sends a request and waits for the whole reply. What is not of the API, such as a question for health, is not signed.
    ///
    /// # Errors
    /// When no reply comes; an error of the protocol is a reply.
    pub async fn ask(&self, request: WireRequest) -> Result<WireReply, Unanswered> {
        let WireRequest {
            method,
            path,
            mut headers,
            body,
        } = request;
        if let Some(signer) = self.signer.as_ref().filter(|_| path == "/") {
            let signed = Signed {
                method: &method,
                host: self.client.authority(),
                path: &path,
                body: &body,
            };
            signer.sign(signed, &mut headers);
        }
        let Received { status, headers, body } = self.client.send(&method, &path, &headers, body).await?;
        Ok(WireReply {
            status,
            headers,
            body: body.into(),
        })
    }

    /// Whether the URL names this machine.
    #[must_use]
    pub fn is_on_this_machine(url: &str) -> bool {
        let Ok(url) = Url::parse(url) else { return false };
        let address: Result<IpAddr, _> = url.host.parse();
        url.host == "localhost" || address.is_ok_and(|address| address.is_loopback() || address.is_unspecified())
    }
}

/// An endpoint elsewhere, for threads that wait.
#[derive(Debug)]
pub struct BlockingRemote {
    remote: Remote,
    runtime: Runtime,
}

impl BlockingRemote {
    /// The endpoint with this URL, to which requests go as they are.
    ///
    /// # Errors
    /// As [`new`](Self::new).
    pub fn at(url: &str) -> Result<Self, Unanswered> {
        Self::new(url, Access::default())
    }

    /// The endpoint with this URL.
    ///
    /// # Errors
    /// As [`Remote::new`], and when the system gives no threads.
    pub fn new(url: &str, access: Access) -> Result<Self, Unanswered> {
        let remote = Remote::new(url, access)?;
        let runtime = Builder::new_multi_thread().worker_threads(2).enable_all().build();
        let runtime = runtime.map_err(|error| Unanswered::because(format!("cannot start threads: {error}")))?;
        Ok(Self { remote, runtime })
    }

    /// Whether the endpoint answers as a Stator does.
    #[must_use]
    pub fn is_stator(&self) -> bool {
        let health = self.send(WireRequest {
            method: "GET".to_owned(),
            path: "/_stator/health".to_owned(),
            headers: Vec::new(),
            body: Vec::new(),
        });
        health.is_ok_and(|reply| {
            reply.status == 200 && String::from_utf8_lossy(&reply.body).contains("\"status\":\"ok\"")
        })
    }
}

impl Endpoint for BlockingRemote {
    fn send(&self, request: WireRequest) -> Result<WireReply, TransportError> {
        let reply = self.runtime.block_on(self.remote.ask(request));
        reply.map_err(|error| TransportError(error.to_string()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_machine_has_several_names() {
        for url in [
            "http://localhost:8000",
            "https://localhost",
            "http://127.0.0.1:8000/",
            "http://[::1]:80",
            "http://0.0.0.0:1",
        ] {
            assert!(Remote::is_on_this_machine(url), "{url}");
        }
        for url in [
            "http://10.0.0.1:8000",
            "https://dynamodb.us-east-1.amazonaws.com",
            "http://localhost.example:80",
        ] {
            assert!(!Remote::is_on_this_machine(url), "{url}");
        }
    }
}
