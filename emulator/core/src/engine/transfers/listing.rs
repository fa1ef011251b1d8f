//! Lists of exports, imports and bulk puts: a page at a time, up to 90 days back.
//!
//! A token is the ARN of the last transfer of a page, in hexadecimal digits, filled up with zeros as the service's model wants it.

use std::sync::Arc;

use super::arn::table_name;
use super::constraints::state_table_arn;
use crate::engine::context::Context;
use crate::engine::violations::{Pattern, Violations};
use crate::engine::wording::ForeignToken;
use crate::model::ApiError;
use crate::model::json::{Text, Timestamp};
use crate::store::{DAY_MS, Database};

/// How many transfers a page has unless the request says otherwise, and at most.
const PAGE_DEFAULT: i32 = 10;
const PAGE_MAX: i64 = 25;

/// For how long transfers are listed.
const LISTED_MS: i64 = 90 * DAY_MS;

/// Tokens of ListImports and ListBulkOperations.
const HEX_TOKEN: Pattern = Pattern::new("([0-9a-f]{16})+", |text| {
    !text.is_empty() && text.len() % 16 == 0 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
});

/// What a list is asked for.
pub(super) struct Listing<'r> {
    pub(super) table_arn: Option<&'r Text>,
    /// The member that limits the page, and its value.
    pub(super) limit: (&'static str, Option<&'r i32>),
    pub(super) token: Option<&'r Text>,
    /// The shortest token; absent where the service's model says nothing of tokens.
    pub(super) token_length_min: Option<usize>,
}

/// A transfer as it is listed.
pub(super) trait Transfer {
    /// What is told of it.
    type Summary;

    fn arn(&self) -> Text;

    fn begun(&self) -> Timestamp;

    fn summary(&self) -> Self::Summary;
}

/// What is told of one transfer, by which it is listed.
pub(super) struct Listed<S> {
    arn: Text,
    begun: Timestamp,
    summary: S,
}

impl<S> Listed<S> {
    pub(super) fn of<T: Transfer<Summary = S>>(transfer: &T) -> Self {
        Self {
            arn: transfer.arn(),
            begun: transfer.begun(),
            summary: transfer.summary(),
        }
    }
}

/// Transfers in the order of most lists: the last that began comes first.
pub(super) fn newest_first<'t, T: Transfer + 't>(
    transfers: impl Iterator<Item = &'t Arc<T>>,
) -> Vec<Listed<T::Summary>> {
    let mut all: Vec<_> = transfers.map(|transfer| Listed::of(&**transfer)).collect();
    all.sort_by(|a, b| (b.begun, &b.arn).cmp(&(a.begun, &a.arn)));
    all
}

impl Listing<'_> {
    /// A page of what `list` finds, which is given the name of the table that is asked for, and the token of the next one.
    ///
    /// # Errors
    /// When a member breaks its constraints, the ARN names no table, or the token is not one of these.
    pub(super) fn answer<S>(
        &self,
        context: &Context<'_>,
        list: impl FnOnce(&Database, Option<&Text>) -> Vec<Listed<S>>,
    ) -> Result<(Vec<S>, Option<Text>), ApiError> {
        let name = self.check(context)?;
        let all = context.read(|database| list(database, name.as_ref()));
        self.page(all, context.now())
    }

    /// Checks the members; the name of the table, if one is asked for.
    fn check(&self, context: &Context<'_>) -> Result<Option<Text>, ApiError> {
        let mut violations = Violations::default();
        state_table_arn(&mut violations, self.table_arn);
        let (member, limit) = self.limit;
        violations.echoed(member, limit).at_least(1).at_most(PAGE_MAX);
        if let Some(least) = self.token_length_min {
            let token = violations.echoed("nextToken", self.token);
            token.length_at_least(least).length_at_most(1024).pattern(&HEX_TOKEN);
        }
        violations.refuse()?;
        let name = self.table_arn.map(|arn| table_name(arn, context.caller()));
        Ok(name.transpose()?)
    }

    fn page<S>(&self, all: Vec<Listed<S>>, now: Timestamp) -> Result<(Vec<S>, Option<Text>), ApiError> {
        let horizon = now.plus_millis(-LISTED_MS);
        let mut wanted: Vec<_> = all.into_iter().filter(|listed| listed.begun >= horizon).collect();
        if let Some(token) = self.token {
            let foreign = || ForeignToken(token.clone());
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
