//! TLS for endpoints behind `https://`: Mozilla's roots, those of the file that `SSL_CERT_FILE` names, and those of a bundle of one's own.

use std::path::Path;
use std::sync::Arc;
use std::{fmt, io};

use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::{ClientConfig, RootCertStore};

/// The variable that names a file of further roots, as for other programs.
const ROOTS_FILE: &str = "SSL_CERT_FILE";

/// Whom to believe behind `https://`.
#[derive(Clone)]
pub(super) struct Tls(TlsConnector);

impl fmt::Debug for Tls {
    /// The roots are many, and their settings long.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("TLS")
    }
}

impl Tls {
    /// Believes Mozilla's roots, those of the environment, and those of a file.
    ///
    /// # Errors
    /// When a file has no certificates.
    pub(super) fn trusting(bundle: Option<&Path>) -> io::Result<Self> {
        let mut roots = RootCertStore::empty();
        roots.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
        if let Some(file) = std::env::var_os(ROOTS_FILE) {
            add_roots(&mut roots, Path::new(&file))?;
        }
        if let Some(file) = bundle {
            add_roots(&mut roots, file)?;
        }
        let builder = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()));
        let builder = builder
            .with_safe_default_protocol_versions()
            .map_err(io::Error::other)?;
        let config = builder.with_root_certificates(roots).with_no_client_auth();
        Ok(Self(TlsConnector::from(Arc::new(config))))
    }

    /// Begins TLS on a connection to a host.
    pub(super) async fn begin(&self, stream: TcpStream, host: &str) -> io::Result<TlsStream<TcpStream>> {
        let name = ServerName::try_from(host.to_owned()).map_err(io::Error::other)?;
        self.0.connect(name, stream).await
    }
}

fn add_roots(roots: &mut RootCertStore, file: &Path) -> io::Result<()> {
    let wrong = |error: &dyn fmt::Display| io::Error::other(format!("certificates of {}: {error}", file.display()));
    let certificates = CertificateDer::pem_file_iter(file).map_err(|error| wrong(&error))?;
    let before = roots.len();
    for certificate in certificates {
        let certificate = certificate.map_err(|error| wrong(&error))?;
        roots.add(certificate).map_err(|error| wrong(&error))?;
    }
    match roots.len() > before {
        true => Ok(()),
        false => Err(wrong(&"there are none in it; they stand in PEM there")),
    }
}
