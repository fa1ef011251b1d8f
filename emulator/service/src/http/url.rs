//! URLs of endpoints: a scheme, a host, and maybe a port.

use std::fmt;

/// Where an endpoint is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Url {
    pub(super) is_secure: bool,
    /// Host and port as the URL spells them: the value of `Host`.
    pub(super) authority: String,
    /// The host; an address of version 6 without its brackets.
    pub(super) host: String,
    pub(super) port: u16,
}

/// A text that is no URL of an endpoint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct NoUrl(String);

impl fmt::Display for NoUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} is no URL of an endpoint; give one such as http://127.0.0.1:8000 or https://dynamodb.us-east-1.amazonaws.com",
            self.0
        )
    }
}

impl Url {
    pub(super) fn parse(text: &str) -> Result<Self, NoUrl> {
        Self::read(text).ok_or_else(|| NoUrl(text.to_owned()))
    }

    fn read(text: &str) -> Option<Self> {
        let secure = text.strip_prefix("https://");
        let authority = secure.or_else(|| text.strip_prefix("http://"))?.trim_end_matches('/');
        let port_default = if secure.is_some() { 443 } else { 80 };
        let (host, port) = match authority.rsplit_once(':') {
            Some((host, port)) if !port.ends_with(']') => (host, port.parse().ok()?),
            _ => (authority, port_default),
        };
        let host = match host.strip_prefix('[') {
            Some(address) => address.strip_suffix(']')?,
            None => host,
        };
        let is_host = |letter: char| letter.is_ascii_alphanumeric() || "-._:".contains(letter);
        (!host.is_empty() && host.chars().all(is_host)).then(|| Self {
            is_secure: secure.is_some(),
            authority: authority.to_owned(),
            host: host.to_owned(),
            port,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_name_a_host_and_a_port() {
        for (text, is_secure, authority, host, port) in [
            ("http://127.0.0.1:8000", false, "127.0.0.1:8000", "127.0.0.1", 8000),
            ("http://localhost/", false, "localhost", "localhost", 80),
            ("http://[::1]:80", false, "[::1]:80", "::1", 80),
            ("http://[::1]", false, "[::1]", "::1", 80),
            (
                "https://a-b.example.org",
                true,
                "a-b.example.org",
                "a-b.example.org",
                443,
            ),
        ] {
            let url = Url::parse(text).unwrap();
            let found = (url.is_secure, url.authority.as_str(), url.host.as_str(), url.port);
            assert_eq!(found, (is_secure, authority, host, port), "{text}");
        }
    }

    #[test]
    fn what_else_a_url_may_have_is_refused() {
        for text in [
            "",
            "localhost:8000",
            "ftp://a",
            "http://",
            "http://a:b",
            "http://a/b",
            "http://u@a",
            "http://a?b",
            "http://[::1",
        ] {
            assert!(Url::parse(text).is_err(), "{text}");
        }
    }
}
