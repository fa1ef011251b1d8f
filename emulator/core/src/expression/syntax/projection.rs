//! The grammar of projections: paths with commas between.

use super::super::ast::Projection;
use super::Parsed;
use super::operand::{list, path};
use super::tokens::Tokens;

/// Reads all tokens of a projection.
pub(super) fn parse(input: Tokens<'_>) -> Parsed<Projection> {
    let (rest, paths) = list(path)(input)?;
    rest.end()?;
    Ok(Projection(paths))
}
