//! Lists of exports, imports and bulk puts: a page at a time, up to 90 days back.
//!
//! A token is the ARN of the last transfer of a page, in hexadecimal digits, filled up with zeros as the service's model wants it.

use std::fmt;

use super::INVALID_REQUEST;
use super::arn::table_name;
use super::constraints::state_table_arn;
use crate::engine::context::Context;
use crate::engine::violations::{Pattern, Violations};
use crate::model::ApiError;
use crate::model::json::{Text, Timestamp};
use crate::store::DAY_MS;

/// How many transfers a page has unless the request says otherwise, and at most.
const PAGE_DEFAULT: i32 = 10;
const PAGE_MAX: i64 = 25;

/// For how long transfers are listed.
const LISTED_MS: i64 = 90 * DAY_MS;

/// Tokens of ListImports and ListBulkOperations.
const HEX_TOKEN: Pattern = Pattern::new("([0-9a-f]{16})+", |text| {
    !text.is_empty() && text.len() % 16 == 0 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
});

/// A token that no page ended with.
#[derive(Clone, Debug, PartialEq, Eq)]
struct ForeignToken(Text);

impl fmt::Display for ForeignToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{INVALID_REQUEST}Provided nextToken is invalid: {}", self.0)
    }
}

/// What a list is asked for.
pub(super) struct Listing<'r> {
    pub(super) table_arn: Option<&'r Text>,
    /// The member that limits the page, and its value.
    pub(super) limit: (&'static str, Option<&'r i32>),
    pub(super) token: Option<&'r Text>,
}

/// What is told of one transfer, by which it is listed.
pub(super) struct Listed<T> {
    pub(super) arn: Text,
    pub(super) begun: Timestamp,
    pub(super) summary: T,
}

impl Listing<'_> {
    /// States the constraints of a token of hexadecimal digits.
    pub(super) fn state_hex_token(&self, length_least: usize, violations: &mut Violations) {
        let member = violations.echoed("nextToken", self.token);
        let member = member.length_at_least(length_least).length_at_most(1024);
        member.pattern(&HEX_TOKEN);
    }

    /// Checks the members; `more` states further constraints.
    ///
    /// # Errors
    /// When one breaks its constraints, or the ARN names no table.
    pub(super) fn check(&self, context: &Context<'_>, more: impl FnOnce(&mut Violations)) -> Result<(), ApiError> {
        let mut violations = Violations::default();
        state_table_arn(&mut violations, self.table_arn);
        let (member, limit) = self.limit;
        violations.echoed(member, limit).at_least(1).at_most(PAGE_MAX);
        more(&mut violations);
        violations.refuse()?;
        if let Some(arn) = self.table_arn {
            table_name(arn, context.caller())?;
        }
        Ok(())
    }

    /// A page of what is listed, which comes in its order, and the token of the next one.
    ///
    /// # Errors
    /// When the token is not one of these.
    pub(super) fn page<T>(&self, all: Vec<Listed<T>>, now: Timestamp) -> Result<(Vec<T>, Option<Text>), ApiError> {
        let horizon = now.plus_millis(-LISTED_MS);
        let mut wanted: Vec<_> = all.into_iter().filter(|listed| listed.begun >= horizon).collect();
        if let Some(token) = self.token {
            let foreign = || ApiError::validation(ForeignToken(token.clone()));
            let last = read_token(token).ok_or_else(foreign)?;
            let position = wanted
                .iter()
                .position(|listed| listed.arn == last)
                .ok_or_else(foreign)?;
            wanted.drain(..=position);
        }
        let limit = self.limit.1.copied().unwrap_or(PAGE_DEFAULT).unsigned_abs() as usize;
        let is_last = wanted.len() <= limit;
        wanted.truncate(limit);
        let token = wanted.last().filter(|_| !is_last).map(|last| write_token(&last.arn));
        Ok((wanted.into_iter().map(|listed| listed.summary).collect(), token))
    }
}

fn write_token(arn: &str) -> Text {
    let mut token: String = arn.bytes().map(|byte| format!("{byte:02x}")).collect();
    while !token.len().is_multiple_of(16) {
        token.push('0');
    }
    token.into()
}

fn read_token(token: &str) -> Option<String> {
    let pairs = token.as_bytes().chunks(2);
    let bytes = pairs.map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok());
    let arn = String::from_utf8(bytes.collect::<Option<_>>()?).ok()?;
    Some(arn.trim_end_matches('\0').to_owned())
}
