//! The ready line: how programs that start a server learn where it is.

use std::io::Write;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::PathBuf;

/// The line of a server that listens on this address.
pub(crate) fn line(address: SocketAddr) -> String {
    format!(
        "{{\"event\":\"ready\",\"address\":\"{address}\",\"port\":{},\"url\":\"http://{}\",\"pid\":{},\"version\":\"{}\"}}\n",
        address.port(),
        reachable(address),
        std::process::id(),
        env!("CARGO_PKG_VERSION"),
    )
}

/// An address under which a server that listens on `address` can be called from this machine.
pub(crate) fn reachable(address: SocketAddr) -> SocketAddr {
    let ip = match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        ip => ip,
    };
    SocketAddr::new(ip, address.port())
}

/// A ready file, which is there as long as the server is.
#[derive(Debug)]
pub(crate) struct ReadyFile {
    path: PathBuf,
}

impl ReadyFile {
    /// Writes the file; whoever sees it sees all of it.
    pub(crate) fn write(path: PathBuf, line: &str) -> Result<Self, String> {
        let mut draft = path.clone().into_os_string();
        draft.push(format!(".{}", std::process::id()));
        std::fs::write(&draft, line)
            .and_then(|()| std::fs::rename(&draft, &path))
            .map_err(|error| format!("cannot write the ready file {}: {error}", path.display()))?;
        Ok(Self { path })
    }
}

impl Drop for ReadyFile {
    fn drop(&mut self) {
        if let Err(error) = std::fs::remove_file(&self.path) {
            tracing::debug!(%error, "the ready file was gone already");
        }
    }
}

/// Prints the ready line. That nobody reads standard output is no reason not to serve.
pub(crate) fn print(line: &str) {
    let mut out = std::io::stdout().lock();
    if let Err(error) = out.write_all(line.as_bytes()).and_then(|()| out.flush()) {
        tracing::warn!(%error, "nobody reads the ready line");
    }
}
