//! A program without TLS: endpoints behind `https://` are refused when they are named.

use std::io;
use std::path::Path;

use tokio::net::TcpStream;

/// Nobody is believed, and there is no such value.
#[derive(Clone, Copy, Debug)]
pub(super) enum Tls {}

impl Tls {
    /// Refuses.
    ///
    /// # Errors
    /// Always.
    pub(super) fn trusting(_bundle: Option<&Path>) -> io::Result<Self> {
        Err(io::Error::other(
            "this program was built without TLS, for which there is the feature \"tls\"",
        ))
    }

    /// Cannot be called.
    pub(super) async fn begin(&self, _stream: TcpStream, _host: &str) -> io::Result<TcpStream> {
        match *self {}
    }
}
