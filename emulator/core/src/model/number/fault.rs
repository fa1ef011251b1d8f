//! Why a text, or a sum, is no number that DynamoDB stores, in the service's words.

use std::fmt;

/// Why a text, or a sum, is no number that DynamoDB stores.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NumberFault {
    /// The text does not follow the grammar, or its exponent cannot be read.
    NotANumber,
    /// The magnitude is 1E+126 or more.
    Overflow,
    /// The magnitude is below 1E-130.
    Underflow,
    /// More than 38 significant digits.
    Precision,
}

impl fmt::Display for NumberFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotANumber => "The parameter cannot be converted to a numeric value",
            Self::Overflow => {
                "Number overflow. Attempting to store a number with magnitude larger than supported range"
            }
            Self::Underflow => {
                "Number underflow. Attempting to store a number with magnitude smaller than supported range"
            }
            Self::Precision => "Attempting to store more than 38 significant digits in a Number",
        })
    }
}
