//! The arithmetic of Signature Version 4, which those who verify signatures and those who make them share.

use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};

/// The only algorithm that the service takes.
pub(super) const ALGORITHM: &str = "AWS4-HMAC-SHA256";
/// The service that credentials must be scoped to; DynamoDB Streams signs with the same name.
pub(super) const SERVICE: &str = "dynamodb";
/// The last element of a scope.
pub(super) const TERMINATOR: &str = "aws4_request";

pub(super) type HmacSha256 = Hmac<Sha256>;

/// The key for a scope of these elements.
pub(super) fn signing_key(secret: &str, scope: [&str; 4]) -> Vec<u8> {
    let first = format!("AWS4{secret}").into_bytes();
    scope
        .iter()
        .fold(first, |key, part| keyed(&key, part).finalize().into_bytes().to_vec())
}

pub(super) fn keyed(key: &[u8], text: &str) -> HmacSha256 {
    let Ok(mac) = HmacSha256::new_from_slice(key) else {
        unreachable!("HMAC takes keys of any length")
    };
    mac.chain_update(text)
}

pub(super) fn hash(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}

/// The text that is signed: when, for what scope, and the hash of the request in its canonical form.
pub(super) fn string_to_sign(algorithm: &str, date: &str, scope: &str, canonical_request: &str) -> String {
    format!("{algorithm}\n{date}\n{scope}\n{}", hash(canonical_request.as_bytes()))
}
