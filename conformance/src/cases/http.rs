//! An endpoint behind a plain `http://` URL, for threads that wait.

use stator_fixtures::{Endpoint, TransportError, WireReply, WireRequest};
use stator_service::http::Client;
use tokio::runtime::{Builder, Runtime};

/// An endpoint behind a plain `http://` URL. Requests go out exactly as a case spells them.
pub struct HttpEndpoint {
    client: Client,
    runtime: Runtime,
}

impl HttpEndpoint {
    /// An endpoint by its URL, such as `http://127.0.0.1:8000`.
    ///
    /// # Errors
    /// When the URL is not of the form `http://host:port`.
    pub fn new(url: &str) -> Result<Self, TransportError> {
        let runtime = Builder::new_multi_thread().worker_threads(2).enable_all().build();
        Ok(Self {
            client: Client::new(url).map_err(|error| TransportError(error.to_string()))?,
            runtime: runtime.map_err(|error| TransportError(error.to_string()))?,
        })
    }
}

impl Endpoint for HttpEndpoint {
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
