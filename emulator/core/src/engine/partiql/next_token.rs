//! `NextToken`: where a SELECT goes on, and for which statement and parameters (observed-partiql.md §10).
//!
//! A token is base64 of a version, what binds it to its request, and the key of the last row. It is no secret: whoever makes one up reads
//! nothing that he could not read otherwise.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use xxhash_rust::xxh3::xxh3_128;

use super::fault::StatementFault;
use super::member::Sent;
use crate::model::Value;
use crate::model::json::{Text, to_text};
use crate::model::wire::Parameter;
use crate::store::RowKey;

const VERSION: u8 = 1;
/// How many bytes bind a token to its request.
const BINDING_BYTES: usize = 16;

/// What a token is bound to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Binding(Option<[u8; BINDING_BYTES]>);

impl Binding {
    /// The statement byte by byte and the parameters by value; a list or map among them is never the same again.
    pub(super) fn of(sent: Sent<'_>) -> Self {
        let mut bytes = sent.statement.map(|text| text.as_bytes().to_vec()).unwrap_or_default();
        for parameter in sent.parameters.into_iter().flatten() {
            match &parameter.arg.value {
                Value::L(_) | Value::M(_) => return Self(None),
                value => {
                    bytes.push(0);
                    bytes.extend_from_slice(to_text(value).as_bytes());
                    bytes.extend_from_slice(&scale(parameter).to_be_bytes());
                }
            }
        }
        Self(Some(xxh3_128(&bytes).to_be_bytes()))
    }

    /// The token that goes on after a row.
    pub(super) fn token(self, last: &RowKey) -> Text {
        let mut bytes = vec![VERSION];
        bytes.extend_from_slice(&self.0.unwrap_or_default());
        bytes.extend_from_slice(&last.to_bytes());
        STANDARD.encode(bytes).into()
    }

    /// The row after which a token goes on.
    ///
    /// # Errors
    /// When it is no token, or one of another request.
    pub(super) fn position(self, token: &str) -> Result<RowKey, StatementFault> {
        let bytes = STANDARD.decode(token).map_err(|_| StatementFault::TokenUnreadable)?;
        let (&version, rest) = bytes.split_first().ok_or(StatementFault::TokenUnreadable)?;
        if version != VERSION || rest.len() <= BINDING_BYTES {
            return Err(StatementFault::TokenUnreadable);
        }
        let (binding, key) = rest.split_at(BINDING_BYTES);
        match self.0 {
            Some(own) if own == *binding => Ok(RowKey::from(key.to_vec())),
            _ => Err(StatementFault::TokenMismatch),
        }
    }
}

/// The scale of a number as Java's `BigDecimal` reads it: 1.0 and 1 have different ones, 1E2 and 1e+2 the same.
fn scale(parameter: &Parameter) -> i64 {
    let Some(text) = &parameter.number else { return 0 };
    let (mantissa, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
    let decimals = mantissa.split_once('.').map_or(0, |(_, decimals)| decimals.len());
    decimals as i64 - exponent.parse::<i64>().unwrap_or_default()
}
