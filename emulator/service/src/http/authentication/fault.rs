//! What can be wrong with a signature, in the service's words (wire.md §8, observed-validation.md §2).

use std::fmt::{self, Display, Formatter};

use stator_core::model::{ApiError, ErrorKind};

/// A part of the header form that is not there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum HeaderPart {
    Credential,
    Signature,
    SignedHeaders,
    Date,
}

/// Why a request is not taken as its caller's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    /// It is signed in both forms.
    TwoForms,
    /// It is not signed.
    Unsigned,
    /// Parts of the header form are missing; and the header.
    HeaderParts(Vec<HeaderPart>, String),
    /// These parameters of the query form are missing.
    QueryParts(Vec<&'static str>),
    /// The date is no date.
    Date(String),
    /// It was signed too long ago.
    Expired {
        signed: String,
        earliest: String,
        now: String,
    },
    /// It was signed too far in the future.
    Early {
        signed: String,
        latest: String,
        now: String,
    },
    /// The host is not signed.
    HostUnsigned,
    /// The algorithm is another.
    Algorithm(String),
    /// The credential is not of five elements.
    CredentialShape(String),
    /// The credential's scope is wrong in these ways.
    Scope(Vec<ScopeFault>),
    /// Nobody has this access key.
    UnknownKey,
    /// The signature is another than it should be, from these two texts.
    Signature {
        canonical_request: String,
        string_to_sign: String,
    },
}

/// What is wrong with the scope of a credential.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum ScopeFault {
    Region(String),
    Service,
    Terminator(String),
    Date {
        scope: String,
        signed_day: String,
        signed: String,
    },
}

impl From<Fault> for ApiError {
    fn from(fault: Fault) -> Self {
        let kind = match fault {
            Fault::Unsigned => ErrorKind::MissingAuthenticationToken,
            Fault::UnknownKey => ErrorKind::UnrecognizedClient,
            Fault::HeaderParts(..)
            | Fault::QueryParts(_)
            | Fault::Date(_)
            | Fault::Algorithm(_)
            | Fault::CredentialShape(_) => ErrorKind::IncompleteSignature,
            Fault::TwoForms
            | Fault::Expired { .. }
            | Fault::Early { .. }
            | Fault::HostUnsigned
            | Fault::Scope(_)
            | Fault::Signature { .. } => ErrorKind::InvalidSignature,
        };
        ApiError::new(kind, fault)
    }
}

impl Display for Fault {
    fn fmt(&self, out: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::TwoForms => out
                .write_str("Found both 'X-Amz-Algorithm' as a query-string param and 'Authorization' as HTTP header."),
            Self::Unsigned => out.write_str("Request is missing Authentication Token"),
            Self::HeaderParts(missing, header) => {
                missing.iter().try_for_each(|part| write!(out, "{part} "))?;
                write!(out, "Authorization={header}")
            }
            Self::QueryParts(missing) => {
                for name in missing {
                    write!(out, "AWS query-string parameters must include '{name}'. ")?;
                }
                out.write_str("Re-examine the query-string parameters.")
            }
            Self::Date(date) => write!(
                out,
                "Date must be in ISO-8601 'basic format'. Got '{date}'. See http://en.wikipedia.org/wiki/ISO_8601"
            ),
            Self::Expired { signed, earliest, now } => write!(
                out,
                "Signature expired: {signed} is now earlier than {earliest} ({now} - 15 min.)"
            ),
            Self::Early { signed, latest, now } => write!(
                out,
                "Signature not yet current: {signed} is still later than {latest} ({now} + 15 min.)"
            ),
            Self::HostUnsigned => out.write_str("'Host' must be a 'SignedHeader' in the AWS Authorization."),
            Self::Algorithm(algorithm) => write!(
                out,
                "Unsupported AWS 'algorithm': '{algorithm}' (only AWS4-HMAC-SHA256 for now). "
            ),
            Self::CredentialShape(credential) => write!(
                out,
                "Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, \
                 got '{credential}'"
            ),
            Self::Scope(faults) => faults.iter().try_for_each(|fault| fault.fmt(out)),
            Self::UnknownKey => out.write_str("The security token included in the request is invalid."),
            Self::Signature {
                canonical_request,
                string_to_sign,
            } => write!(
                out,
                "The request signature we calculated does not match the signature you provided. Check your AWS Secret \
                 Access Key and signing method. Consult the service documentation for details.\n\n\
                 The Canonical String for this request should have been\n'{canonical_request}'\n\n\
                 The String-to-Sign should have been\n'{string_to_sign}'\n"
            ),
        }
    }
}

impl Display for HeaderPart {
    fn fmt(&self, out: &mut Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::Credential => "Authorization header requires 'Credential' parameter.",
            Self::Signature => "Authorization header requires 'Signature' parameter.",
            Self::SignedHeaders => "Authorization header requires 'SignedHeaders' parameter.",
            Self::Date => "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.",
        })
    }
}

impl Display for ScopeFault {
    fn fmt(&self, out: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Region(region) => write!(out, "Credential should be scoped to a valid region, not '{region}'. "),
            Self::Service => out.write_str("Credential should be scoped to correct service: 'dynamodb'. "),
            Self::Terminator(terminator) => write!(
                out,
                "Credential should be scoped with a valid terminator: 'aws4_request', not '{terminator}'. "
            ),
            Self::Date {
                scope,
                signed_day,
                signed,
            } => write!(
                out,
                "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: \
                 '{scope}' != '{signed_day}', from '{signed}'."
            ),
        }
    }
}
