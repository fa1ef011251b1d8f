//! Signatures compared with secrets: Signature Version 4 as a server computes it.
//!
//! This runs only when credentials are configured. Which session token a request carries is not looked at.

use hmac::Mac;
use http::header::HOST;
use http::request::Parts;
use jiff::civil::DateTime;
use jiff::{Span, Timestamp, tz::TimeZone};

use super::Credentials;
use super::claim::{Claim, Scope};
use super::fault::Fault;
use super::query;
use crate::http::sigv4::{hash, keyed, signing_key, string_to_sign};

/// How far a client's clock may be off.
const SKEW_MAX_MINUTES: i64 = 15;

/// Checks that a request was signed within the last quarter of an hour, and not in the future.
pub(super) fn check_age(signed: DateTime, now_ms: i64) -> Result<(), Fault> {
    let Ok(now) = Timestamp::from_millisecond(now_ms) else {
        return Ok(());
    };
    let now = TimeZone::UTC.to_datetime(now);
    let skew = Span::new().minutes(SKEW_MAX_MINUTES);
    let (earliest, latest) = (now.saturating_sub(skew), now.saturating_add(skew));
    if signed < earliest {
        return Err(Fault::Expired {
            signed: basic_text(signed),
            earliest: basic_text(earliest),
            now: basic_text(now),
        });
    }
    if signed > latest {
        return Err(Fault::Early {
            signed: basic_text(signed),
            latest: basic_text(latest),
            now: basic_text(now),
        });
    }
    Ok(())
}

fn basic_text(time: DateTime) -> String {
    time.strftime("%Y%m%dT%H%M%SZ").to_string()
}

/// Checks the signature of a request against the caller's secret.
pub(super) fn check_signature(
    claim: &Claim<'_>,
    scope: Scope<'_>,
    head: &Parts,
    body: &[u8],
    credentials: &Credentials,
) -> Result<(), Fault> {
    let secret = credentials.secret(scope.access_key).ok_or(Fault::UnknownKey)?;
    let canonical_request = canonical_request(claim, head, body);
    let string_to_sign = string_to_sign(&claim.algorithm, &claim.date, &scope.text(), &canonical_request);
    let wanted = keyed(&signing_key(secret, scope.key_parts()), &string_to_sign);
    let given = hex::decode(claim.signature.as_bytes()).unwrap_or_default();
    wanted.verify_slice(&given).map_err(|_| Fault::Signature {
        canonical_request,
        string_to_sign,
    })
}

fn canonical_request(claim: &Claim<'_>, head: &Parts, body: &[u8]) -> String {
    let mut text = format!(
        "{}\n{}\n{}\n",
        head.method,
        head.uri.path(),
        query::canonical(head.uri.query().unwrap_or_default())
    );
    for name in claim.signed_headers.split(';') {
        text.push_str(name);
        text.push(':');
        text.push_str(&header_value(name, head));
        text.push('\n');
    }
    text.push_str(&format!("\n{}\n{}", claim.signed_headers, hash(body)));
    text
}

/// The values of a header, joined, with each run of spaces as one space. HTTP/2 has the host in the request's target.
fn header_value(name: &str, head: &Parts) -> String {
    let values: Vec<String> = head
        .headers
        .get_all(name)
        .iter()
        .map(|value| single_spaced(value.as_bytes()))
        .collect();
    match head.uri.authority() {
        Some(authority) if values.is_empty() && name == HOST => authority.to_string(),
        _ => values.join(","),
    }
}

fn single_spaced(value: &[u8]) -> String {
    let value = String::from_utf8_lossy(value);
    let words: Vec<&str> = value.split(' ').filter(|word| !word.is_empty()).collect();
    words.join(" ")
}
