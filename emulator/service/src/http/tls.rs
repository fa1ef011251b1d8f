//! TLS for endpoints behind `https://`: Mozilla's roots, and those of the file that `SSL_CERT_FILE` names.

use std::io;
use std::path::Path;
use std::sync::{Arc, OnceLock};

use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::{ClientConfig, RootCertStore};

/// The variable that names a file of further roots, as for other programs.
const ROOTS_FILE: &str = "SSL_CERT_FILE";

/// Begins TLS on a connection to a host.
pub(super) async fn begin(stream: TcpStream, host: &str) -> io::Result<TlsStream<TcpStream>> {
    let name = ServerName::try_from(host.to_owned()).map_err(io::Error::other)?;
    connector()?.connect(name, stream).await
}

/// The settings of all connections, made with the first of them: who needs no TLS has no roots in memory.
fn connector() -> io::Result<TlsConnector> {
    static CONFIG: OnceLock<Arc<ClientConfig>> = OnceLock::new();
    if let Some(config) = CONFIG.get() {
        return Ok(TlsConnector::from(Arc::clone(config)));
    }
    let mut roots = RootCertStore::empty();
    roots.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
    if let Some(file) = std::env::var_os(ROOTS_FILE) {
        add_roots(&mut roots, Path::new(&file))?;
    }
    let builder = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()));
    let builder = builder
        .with_safe_default_protocol_versions()
        .map_err(io::Error::other)?;
    let config = Arc::new(builder.with_root_certificates(roots).with_no_client_auth());
    Ok(TlsConnector::from(Arc::clone(CONFIG.get_or_init(|| config))))
}

fn add_roots(roots: &mut RootCertStore, file: &Path) -> io::Result<()> {
    let wrong = |error: &dyn std::fmt::Display| io::Error::other(format!("{ROOTS_FILE} {}: {error}", file.display()));
    let certificates = CertificateDer::pem_file_iter(file).map_err(|error| wrong(&error))?;
    for certificate in certificates {
        let certificate = certificate.map_err(|error| wrong(&error))?;
        roots.add(certificate).map_err(|error| wrong(&error))?;
    }
    Ok(())
}
