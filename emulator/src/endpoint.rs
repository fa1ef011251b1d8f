//! An endpoint elsewhere, as fixtures and suites know it: the HTTP client behind a blocking face.
//!
//! Nothing is loaded into, or deleted from, an endpoint that is not known to be an emulator, unless the user says so: one on this machine,
//! or one that answers as Stator does.

use std::net::IpAddr;

use clap::Args;
use stator_fixtures::{Endpoint, EndpointTarget, Sender, TransportError, WireReply, WireRequest};
use stator_service::http::Client;
use tokio::runtime::{Builder, Runtime};

/// Which endpoint, and as whom.
#[derive(Args, Debug)]
pub(crate) struct Place {
    /// The endpoint.
    #[arg(
        long,
        env = "STATOR_ENDPOINT",
        default_value = "http://127.0.0.1:8000",
        value_name = "URL"
    )]
    pub(crate) endpoint: String,
    #[command(flatten)]
    pub(crate) owner: Owner,
}

/// Whose tables, and how sure one must be.
#[derive(Args, Debug)]
pub(crate) struct Owner {
    /// The access key whose tables these are; emulators keep them apart.
    #[arg(long, env = "AWS_ACCESS_KEY_ID", default_value = "test", value_name = "KEY")]
    pub(crate) access_key: String,
    /// The Region whose tables these are.
    #[arg(long, env = "AWS_REGION", default_value = "us-east-1", value_name = "REGION")]
    pub(crate) region: String,
    /// Go on although the endpoint is neither on this machine nor a Stator.
    #[arg(long)]
    pub(crate) allow_real: bool,
}

impl Owner {
    /// The sender of requests.
    pub(crate) fn sender(&self) -> Sender {
        Sender {
            access_key: self.access_key.clone(),
            region: self.region.clone(),
        }
    }
}

/// An endpoint that can be asked.
#[derive(Debug)]
pub(crate) struct Remote {
    client: Client,
    runtime: Runtime,
}

impl Remote {
    /// The endpoint with this URL, wherever it is.
    pub(crate) fn at(url: &str) -> Result<Self, String> {
        let runtime = Builder::new_multi_thread().worker_threads(2).enable_all().build();
        Ok(Self {
            client: Client::new(url).map_err(|error| error.to_string())?,
            runtime: runtime.map_err(|error| format!("cannot start threads: {error}"))?,
        })
    }

    /// The endpoint with this URL, if it is an emulator or need not be one.
    pub(crate) fn emulator_at(url: &str, allow_real: bool) -> Result<Self, String> {
        let remote = Self::at(url)?;
        if allow_real || is_on_this_machine(url) || remote.is_stator() {
            return Ok(remote);
        }
        Err(format!(
            "{url} is neither on this machine nor a Stator, and this command writes. If it is an emulator, or you really mean it, add --allow-real"
        ))
    }

    /// The database of an owner.
    pub(crate) fn target(&self, owner: &Owner) -> EndpointTarget<'_, Self> {
        EndpointTarget::new(self, owner.sender())
    }

    fn is_stator(&self) -> bool {
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

impl Endpoint for Remote {
    fn send(&self, request: WireRequest) -> Result<WireReply, TransportError> {
        let WireRequest {
            method,
            path,
            headers,
            body,
        } = request;
        let reply = self.runtime.block_on(self.client.send(&method, &path, &headers, body));
        let reply = reply.map_err(|error| TransportError(error.to_string()))?;
        Ok(WireReply {
            status: reply.status,
            headers: reply.headers,
            body: reply.body.into(),
        })
    }
}

/// Whether a URL names this machine.
fn is_on_this_machine(url: &str) -> bool {
    let authority = url
        .strip_prefix("http://")
        .unwrap_or(url)
        .split('/')
        .next()
        .unwrap_or_default();
    let host = authority.rsplit_once(':').map_or(authority, |(host, _)| host);
    let address: Result<IpAddr, _> = host.trim_matches(['[', ']']).parse();
    host == "localhost" || address.is_ok_and(|address| address.is_loopback() || address.is_unspecified())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_machine_has_several_names() {
        for url in [
            "http://localhost:8000",
            "http://127.0.0.1:8000/",
            "http://[::1]:80",
            "http://0.0.0.0:1",
        ] {
            assert!(is_on_this_machine(url), "{url}");
        }
        for url in [
            "http://10.0.0.1:8000",
            "http://dynamodb.us-east-1.amazonaws.com:80",
            "http://localhost.example:80",
        ] {
            assert!(!is_on_this_machine(url), "{url}");
        }
    }
}
