//! What a request says of its signature: the five parts, from the header form or the query form.
//!
//! A [`Claim`] has all parts, whatever they hold; a [`Scope`] is a credential of the right shape. Nothing here is compared with a secret.

use std::borrow::Cow;

use http::header::{AUTHORIZATION, DATE, HeaderName};
use http::request::Parts;
use http::{HeaderMap, HeaderValue};
use jiff::civil::DateTime;
use memchr::memchr2_iter;

use super::fault::{Fault, HeaderPart, ScopeFault};
use super::query::parameters;
use crate::http::sigv4::{ALGORITHM, SERVICE, TERMINATOR};

const AMZ_DATE: HeaderName = HeaderName::from_static("x-amz-date");

/// Where the signature stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// In the `Authorization` header.
    Header,
    /// In the query string.
    Query,
}

/// The parts of a signature.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Claim<'r> {
    pub(super) form: Form,
    pub(super) algorithm: Cow<'r, str>,
    pub(super) credential: Cow<'r, str>,
    pub(super) signed_headers: Cow<'r, str>,
    pub(super) signature: Cow<'r, str>,
    pub(super) date: Cow<'r, str>,
}

/// The elements of a credential.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Scope<'c> {
    pub(super) access_key: &'c str,
    pub(super) day: &'c str,
    pub(super) region: &'c str,
    service: &'c str,
    terminator: &'c str,
}

impl<'r> Claim<'r> {
    /// The signature that a request carries.
    pub(super) fn of(head: &'r Parts) -> Result<Self, Fault> {
        let query = head.uri.query().filter(|query| query.contains("X-Amz-Algorithm"));
        let in_query = query.is_some_and(|query| parameters(query).any(|(name, _)| name == "X-Amz-Algorithm"));
        match (query, head.headers.get(AUTHORIZATION)) {
            (Some(_), Some(_)) if in_query => Err(Fault::TwoForms),
            (Some(query), None) if in_query => Self::of_query(query),
            (_, Some(header)) => Self::of_header(text_of(header).ok_or(Fault::Unsigned)?, &head.headers),
            (_, None) => Err(Fault::Unsigned),
        }
    }

    fn of_header(header: &'r str, headers: &'r HeaderMap) -> Result<Self, Fault> {
        if !header.starts_with("AWS4-") {
            return Err(Fault::Unsigned);
        }
        let (algorithm, parts) = header.split_once(' ').unwrap_or((header, ""));
        let [credential, signature, signed_headers] = header_parts(parts);
        let date = headers.get(AMZ_DATE).or_else(|| headers.get(DATE));
        let (Some(credential), Some(signature), Some(signed_headers), Some(date)) =
            (credential, signature, signed_headers, date)
        else {
            let missing = [
                (HeaderPart::Credential, credential.is_none()),
                (HeaderPart::Signature, signature.is_none()),
                (HeaderPart::SignedHeaders, signed_headers.is_none()),
                (HeaderPart::Date, date.is_none()),
            ];
            let missing = missing.into_iter().filter(|(_, is_missing)| *is_missing);
            return Err(Fault::HeaderParts(
                missing.map(|(part, _)| part).collect(),
                header.to_owned(),
            ));
        };
        Ok(Self {
            form: Form::Header,
            date: String::from_utf8_lossy(date.as_bytes()),
            algorithm: algorithm.into(),
            credential: credential.into(),
            signed_headers: signed_headers.into(),
            signature: signature.into(),
        })
    }

    fn of_query(query: &'r str) -> Result<Self, Fault> {
        const NAMES: [&str; 5] = [
            "X-Amz-Algorithm",
            "X-Amz-Credential",
            "X-Amz-Signature",
            "X-Amz-SignedHeaders",
            "X-Amz-Date",
        ];
        let [algorithm, credential, signature, signed_headers, date] = NAMES.map(|wanted| {
            parameters(query)
                .find(|(name, value)| name == wanted && !value.is_empty())
                .map(|(_, value)| value)
        });
        let (Some(algorithm), Some(credential), Some(signature), Some(signed_headers), Some(date)) =
            (&algorithm, &credential, &signature, &signed_headers, &date)
        else {
            let found = [algorithm, credential, signature, signed_headers, date];
            let missing = NAMES.into_iter().zip(found).filter(|(_, found)| found.is_none());
            return Err(Fault::QueryParts(missing.map(|(name, _)| name).collect()));
        };
        Ok(Self {
            form: Form::Query,
            algorithm: algorithm.clone(),
            credential: credential.clone(),
            signed_headers: signed_headers.clone(),
            signature: signature.clone(),
            date: date.clone(),
        })
    }

    /// When the request was signed.
    pub(super) fn time(&self) -> Result<DateTime, Fault> {
        basic_time(&self.date).ok_or_else(|| Fault::Date(self.date.clone().into_owned()))
    }

    /// Checks that the host is signed.
    pub(super) fn check_host(&self) -> Result<(), Fault> {
        let mut names = pieces(&self.signed_headers, b';');
        let signed = names.any(|name| name.trim().eq_ignore_ascii_case("host"));
        signed.then_some(()).ok_or(Fault::HostUnsigned)
    }

    /// Checks the algorithm.
    pub(super) fn check_algorithm(&self) -> Result<(), Fault> {
        if self.algorithm == ALGORITHM {
            Ok(())
        } else {
            Err(Fault::Algorithm(self.algorithm.clone().into_owned()))
        }
    }

    /// The credential, taken apart and checked as far as this is possible without knowing any.
    pub(super) fn scope(&self) -> Result<Scope<'_>, Fault> {
        let mut elements = pieces(&self.credential, b'/');
        let mut next = || elements.next();
        let (Some(access_key), Some(day), Some(region), Some(service), Some(terminator), None) =
            (next(), next(), next(), next(), next(), next())
        else {
            return Err(Fault::CredentialShape(self.credential.clone().into_owned()));
        };
        let scope = Scope {
            access_key,
            day,
            region,
            service,
            terminator,
        };
        let faults = scope.faults(&self.date);
        if faults.is_empty() {
            Ok(scope)
        } else {
            Err(Fault::Scope(faults))
        }
    }
}

impl Scope<'_> {
    fn faults(&self, signed: &str) -> Vec<ScopeFault> {
        let mut faults = Vec::new();
        if self.region.is_empty() {
            faults.push(ScopeFault::Region(self.region.to_owned()));
        }
        if self.service != SERVICE {
            faults.push(ScopeFault::Service);
        }
        if self.terminator != TERMINATOR {
            faults.push(ScopeFault::Terminator(self.terminator.to_owned()));
        }
        let signed_day = signed.get(..8).unwrap_or(signed);
        if self.day != signed_day {
            faults.push(ScopeFault::Date {
                scope: self.day.to_owned(),
                signed_day: signed_day.to_owned(),
                signed: signed.to_owned(),
            });
        }
        faults
    }

    /// The scope without the access key, as it is signed.
    pub(super) fn text(&self) -> String {
        format!("{}/{}/{}/{}", self.day, self.region, self.service, self.terminator)
    }

    /// The parts that a signing key is derived from.
    pub(super) fn key_parts(&self) -> [&str; 4] {
        [self.day, self.region, self.service, self.terminator]
    }
}

/// The pieces of a text between separators, which are ASCII. Every request has such texts, of some ten bytes a piece, for which the search of
/// `str::split` takes several times as long.
fn pieces(text: &str, separator: u8) -> impl Iterator<Item = &str> {
    let mut rest = Some(text);
    std::iter::from_fn(move || {
        let text = rest.take()?;
        let Some(end) = text.bytes().position(|byte| byte == separator) else {
            return Some(text);
        };
        rest = Some(&text[end + 1..]);
        Some(&text[..end])
    })
}

/// The credential, the signature and the signed headers that a header names, each where it comes first; in one pass, since every request has one.
fn header_parts(parts: &str) -> [Option<&str>; 3] {
    const BEGINNINGS: [&str; 3] = ["Credential=", "Signature=", "SignedHeaders="];
    let mut found = [None; 3];
    let mut from = 0;
    for end in memchr2_iter(b',', b' ', parts.as_bytes()).chain([parts.len()]) {
        let part = &parts[from..end];
        from = end + 1;
        for (found, beginning) in found.iter_mut().zip(BEGINNINGS) {
            if let Some(value) = part.strip_prefix(beginning) {
                found.get_or_insert(value);
            }
        }
    }
    found
}

/// A header's text; none if it is not UTF-8, which nobody signs with.
fn text_of(header: &HeaderValue) -> Option<&str> {
    std::str::from_utf8(header.as_bytes()).ok()
}

/// A time in ISO-8601's basic format, e.g. `20260131T235959Z`.
fn basic_time(text: &str) -> Option<DateTime> {
    let bytes = text.as_bytes();
    if bytes.len() != 16 || bytes[8] != b'T' || bytes[15] != b'Z' {
        return None;
    }
    let number = |from: usize, to: usize| -> Option<i16> {
        let digits = &bytes[from..to];
        let all = digits.iter().all(u8::is_ascii_digit);
        all.then(|| {
            digits
                .iter()
                .fold(0, |number, digit| number * 10 + i16::from(digit - b'0'))
        })
    };
    let small = |from: usize| number(from, from + 2).and_then(|number| i8::try_from(number).ok());
    DateTime::new(
        number(0, 4)?,
        small(4)?,
        small(6)?,
        small(9)?,
        small(11)?,
        small(13)?,
        0,
    )
    .ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_of_a_header_stand_in_any_order_between_commas_and_spaces() {
        for (header, parts) in [
            ("", [None; 3]),
            (
                "Credential=a/b, SignedHeaders=host;date, Signature=cd",
                [Some("a/b"), Some("cd"), Some("host;date")],
            ),
            (
                "Signature=cd,Credential=a=b Credential=later",
                [Some("a=b"), Some("cd"), None],
            ),
            ("Credential, Signatures=1, =2,SignedHeaders=", [None, None, Some("")]),
        ] {
            assert_eq!(header_parts(header), parts, "{header}");
        }
    }

    #[test]
    fn times_are_read_strictly() {
        assert_eq!(
            basic_time("20240229T235959Z"),
            Some(jiff::civil::datetime(2024, 2, 29, 23, 59, 59, 0))
        );
        for text in [
            "",
            "20230229T000000Z",
            "20260131 235959Z",
            "2026-01-31T23:59:59Z",
            "20260131T235959",
            "20260131T240000Z",
            "２０２６T0000Z",
        ] {
            assert_eq!(basic_time(text), None, "{text}");
        }
    }
}
