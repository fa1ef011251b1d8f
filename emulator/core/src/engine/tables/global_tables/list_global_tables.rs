//! ListGlobalTables: an empty list, since there is no global table of 2017.
//!
//! Order: the name at which the page begins, the constraints, the Region.

use super::{GroupError, check_text};
use crate::engine::context::{Context, Execute};
use crate::engine::violations::Violations;
use crate::model::ApiError;
use crate::model::wire::{ListGlobalTablesReply, ListGlobalTablesRequest};

impl Execute for ListGlobalTablesRequest {
    type Reply = ListGlobalTablesReply;

    fn execute(self, _: &Context<'_>) -> Result<ListGlobalTablesReply, ApiError> {
        if let Some(start) = &self.exclusive_start_global_table_name {
            check_text("exclusiveStartGlobalTableName", start)?;
        }
        let mut violations = Violations::default();
        violations.echoed("limit", self.limit.as_ref()).at_least(1);
        violations.refuse()?;
        if self.region_name.is_some_and(|region| !is_region(&region)) {
            return Err(GroupError::NoRegion.into());
        }
        Ok(ListGlobalTablesReply::default())
    }
}

/// Whether a text is built like the name of a Region: `eu-west-2`, `us-gov-east-1`.
fn is_region(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    let is_word = |part: &&str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_lowercase());
    match parts.split_last() {
        Some((number, words)) => {
            words.len() >= 2
                && words.iter().all(is_word)
                && !number.is_empty()
                && number.bytes().all(|byte| byte.is_ascii_digit())
        }
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::is_region;

    #[test]
    fn regions_are_told_from_other_texts() {
        for region in ["eu-west-2", "us-gov-east-1", "ap-southeast-10"] {
            assert!(is_region(region), "{region}");
        }
        for text in ["", "bogus", "eu-west", "eu-2", "EU-west-2", "eu--2", "eu-west-2-"] {
            assert!(!is_region(text), "{text}");
        }
    }
}
