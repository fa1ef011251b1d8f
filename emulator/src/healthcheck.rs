//! `stator healthcheck`: asks a server for its health, for containers that have no other program.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use crate::arguments::Healthcheck;
use crate::ready::reachable;

/// How long connecting, asking and answering may take, each.
const PATIENCE: Duration = Duration::from_secs(3);
/// More of an answer is not looked at.
const ANSWER_SIZE_BYTES_MAX: u64 = 4096;

/// Asks once.
pub(crate) fn check(arguments: &Healthcheck) -> Result<(), String> {
    let address = match &arguments.url {
        Some(url) => address_of(url)?,
        None => reachable(SocketAddr::new(arguments.host, arguments.port)),
    };
    let answer = ask(address).map_err(|error| {
        format!("no server answers on {address}: {error}. Is it running? Give its address with --url http://HOST:PORT")
    })?;
    let status = answer.lines().next().unwrap_or_default();
    if status.starts_with("HTTP/1.1 200") {
        Ok(())
    } else {
        Err(format!(
            "the server on {address} is not well, or is not Stator: it answered {status:?}"
        ))
    }
}

fn ask(address: SocketAddr) -> std::io::Result<String> {
    let mut stream = TcpStream::connect_timeout(&address, PATIENCE)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    write!(
        stream,
        "GET /_stator/health HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n"
    )?;
    let mut answer = Vec::new();
    stream.take(ANSWER_SIZE_BYTES_MAX).read_to_end(&mut answer)?;
    Ok(String::from_utf8_lossy(&answer).into_owned())
}

/// The address in a URL. Names are not looked up, but for `localhost`.
fn address_of(url: &str) -> Result<SocketAddr, String> {
    let wrong = || {
        format!("{url} is no address to ask; give http:// and an IP address and port, such as http://127.0.0.1:8000")
    };
    let rest = url.strip_prefix("http://").ok_or_else(wrong)?;
    let authority = rest
        .split('/')
        .next()
        .unwrap_or_default()
        .replace("localhost", "127.0.0.1");
    let with_port = if authority.parse::<std::net::IpAddr>().is_ok() || authority.ends_with(']') {
        format!("{authority}:80")
    } else {
        authority
    };
    with_port.parse().map_err(|_| wrong())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_lead_to_addresses() {
        for (url, address) in [
            ("http://127.0.0.1:8000", "127.0.0.1:8000"),
            ("http://localhost:43121/", "127.0.0.1:43121"),
            ("http://[::1]:8000/_stator/health", "[::1]:8000"),
            ("http://10.0.0.7", "10.0.0.7:80"),
        ] {
            assert_eq!(address_of(url), Ok(address.parse().unwrap()), "{url}");
        }
        for url in [
            "",
            "127.0.0.1:8000",
            "https://127.0.0.1:8000",
            "http://example.org:80",
            "http://",
        ] {
            assert!(address_of(url).is_err(), "{url}");
        }
    }
}
