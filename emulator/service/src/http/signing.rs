//! Signatures on requests to other endpoints: credentials, and Signature Version 4 as a client makes it.

use std::fmt;

use hmac::Mac;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use stator_core::engine::Clock;

use super::sigv4::{ALGORITHM, SERVICE, TERMINATOR, hash, keyed, signing_key, string_to_sign};

/// Signs requests to an endpoint that verifies signatures.
#[derive(Clone)]
pub struct Signer {
    /// The access key.
    pub access_key: String,
    /// Its secret.
    pub secret: String,
    /// The token of temporary credentials.
    pub session_token: Option<String>,
    /// The Region of the endpoint.
    pub region: String,
}

impl fmt::Debug for Signer {
    /// Names who signs, and keeps the secrets.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{} in {}", self.access_key, self.region)
    }
}

/// What of a request is signed.
#[derive(Clone, Copy, Debug)]
pub(super) struct Signed<'r> {
    pub(super) method: &'r str,
    pub(super) host: &'r str,
    pub(super) path: &'r str,
    pub(super) body: &'r [u8],
}

/// Headers that say who calls; a request is signed with the signer's alone.
const IDENTITY: [&str; 4] = ["authorization", "host", "x-amz-date", "x-amz-security-token"];

impl Signer {
    /// Signs a request now, in the place of whatever signature it has.
    pub(super) fn sign(&self, request: Signed<'_>, headers: &mut Vec<(String, String)>) {
        let now = Timestamp::from_millisecond(Clock::MACHINE.now().as_millis()).unwrap_or_default();
        let date = TimeZone::UTC.to_datetime(now).strftime("%Y%m%dT%H%M%SZ").to_string();
        self.sign_at(&date, request, headers);
    }

    fn sign_at(&self, date: &str, request: Signed<'_>, headers: &mut Vec<(String, String)>) {
        headers.retain(|(name, _)| !IDENTITY.contains(&name.to_ascii_lowercase().as_str()));
        let mut add = |name: &str, value: &str| headers.push((name.to_owned(), value.to_owned()));
        add("host", request.host);
        add("x-amz-date", date);
        if let Some(token) = &self.session_token {
            add("x-amz-security-token", token);
        }
        let mut signed: Vec<(String, &str)> = headers
            .iter()
            .map(|(name, value)| (name.to_ascii_lowercase(), value.trim()))
            .collect();
        signed.sort();
        let names: Vec<&str> = signed.iter().map(|(name, _)| name.as_str()).collect();
        let names = names.join(";");
        let lines: String = signed.iter().map(|(name, value)| format!("{name}:{value}\n")).collect();
        let canonical = format!(
            "{}\n{}\n\n{lines}\n{names}\n{}",
            request.method,
            request.path,
            hash(request.body)
        );
        let scope = [date.get(..8).unwrap_or(date), &self.region, SERVICE, TERMINATOR];
        let text = string_to_sign(ALGORITHM, date, &scope.join("/"), &canonical);
        let signature = keyed(&signing_key(&self.secret, scope), &text).finalize().into_bytes();
        let authorization = format!(
            "{ALGORITHM} Credential={}/{}, SignedHeaders={names}, Signature={}",
            self.access_key,
            scope.join("/"),
            hex::encode(signature)
        );
        headers.push(("authorization".to_owned(), authorization));
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, UNIX_EPOCH};

    use aws_credential_types::Credentials;
    use aws_sigv4::http_request::{SignableBody, SignableRequest, SigningSettings, sign};
    use aws_sigv4::sign::v4;

    use super::*;

    /// The authorization that the SDK's own signer makes.
    fn by_the_sdk(signer: &Signer, request: Signed<'_>, headers: &[(String, String)]) -> String {
        let identity = Credentials::new(
            &signer.access_key,
            &signer.secret,
            signer.session_token.clone(),
            None,
            "test",
        );
        let identity = identity.into();
        let params = v4::SigningParams::builder()
            .identity(&identity)
            .region(&signer.region)
            .name("dynamodb")
            .time(UNIX_EPOCH + Duration::from_secs(1_767_225_600))
            .settings(SigningSettings::default())
            .build()
            .unwrap();
        let url = format!("https://{}{}", request.host, request.path);
        let headers = headers.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        let signable = SignableRequest::new(request.method, url, headers, SignableBody::Bytes(request.body)).unwrap();
        let (instructions, _) = sign(signable, &params.into()).unwrap().into_parts();
        let found = instructions.headers().find(|(name, _)| *name == "authorization");
        found.unwrap().1.to_owned()
    }

    #[test]
    fn signatures_are_those_of_the_sdk() {
        for session_token in [None, Some("token/+=".to_owned())] {
            let signer = Signer {
                access_key: "AKIDEXAMPLE".to_owned(),
                secret: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY".to_owned(),
                session_token,
                region: "eu-west-2".to_owned(),
            };
            let request = Signed {
                method: "POST",
                host: "dynamodb.eu-west-2.amazonaws.com",
                path: "/",
                body: br#"{"TableName":"t"}"#,
            };
            let given = [
                ("content-type", "application/x-amz-json-1.0"),
                ("x-amz-target", "DynamoDB_20120810.Scan"),
            ];
            let given = given.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec();
            let mut headers = given.clone();
            headers.push(("authorization".to_owned(), "another".to_owned()));
            signer.sign_at("20260101T000000Z", request, &mut headers);
            let own: Vec<_> = headers.iter().filter(|(name, _)| name == "authorization").collect();
            assert_eq!(own.len(), 1);
            assert_eq!(own[0].1, by_the_sdk(&signer, request, &given));
            assert!(!format!("{signer:?}").contains("wJalr"));
        }
    }
}
