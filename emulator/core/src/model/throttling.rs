//! Why a request was throttled, as errors tell it (wire.md §10).

use std::fmt;

use super::json::{Text, Writer};

/// What was accessed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Resource {
    /// A table.
    Table,
    /// A global secondary index.
    Index,
}

/// How it was accessed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Access {
    /// Something was read.
    Read,
    /// Something was written.
    Write,
}

/// Which limit was reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Limit {
    /// What is provisioned for the table or index.
    ProvisionedThroughput,
    /// What the account may use.
    AccountLimit,
    /// What one partition can serve.
    KeyRangeThroughput,
    /// What was set as the most of an on-demand table or index.
    MaxOnDemandThroughput,
}

/// One of the reasons for which a request was throttled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ThrottlingReason {
    /// What was accessed.
    pub on: Resource,
    /// How it was accessed.
    pub access: Access,
    /// The limit that was reached.
    pub limit: Limit,
    /// The ARN of the table or index.
    pub arn: Text,
}

impl ThrottlingReason {
    /// Every word for a reason, with what it says.
    pub fn words() -> impl Iterator<Item = (String, Resource, Access, Limit)> {
        const LIMITS: [Limit; 4] = [
            Limit::ProvisionedThroughput,
            Limit::AccountLimit,
            Limit::KeyRangeThroughput,
            Limit::MaxOnDemandThroughput,
        ];
        let places = [Resource::Table, Resource::Index]
            .into_iter()
            .flat_map(|on| [Access::Read, Access::Write].map(|access| (on, access)));
        places.flat_map(|(on, access)| {
            LIMITS.map(|limit| {
                let arn = Text::default();
                let reason = Self { on, access, limit, arn };
                (reason.to_string(), on, access, limit)
            })
        })
    }

    /// The reason of this word at a table or index.
    #[must_use]
    pub fn from_word(word: &str, arn: Text) -> Option<Self> {
        let (_, on, access, limit) = Self::words().find(|(known, ..)| known == word)?;
        Some(Self { on, access, limit, arn })
    }

    pub(super) fn write(&self, writer: &mut Writer<'_>) {
        writer.object(|members| {
            members.name("reason").string(&self.to_string());
            members.name("resource").string(&self.arn);
        });
    }
}

/// Prints the word, e.g. `TableWriteKeyRangeThroughputExceeded`.
impl fmt::Display for ThrottlingReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let on = match self.on {
            Resource::Table => "Table",
            Resource::Index => "Index",
        };
        let access = match self.access {
            Access::Read => "Read",
            Access::Write => "Write",
        };
        let limit = match self.limit {
            Limit::ProvisionedThroughput => "ProvisionedThroughput",
            Limit::AccountLimit => "AccountLimit",
            Limit::KeyRangeThroughput => "KeyRangeThroughput",
            Limit::MaxOnDemandThroughput => "MaxOnDemandThroughput",
        };
        write!(f, "{on}{access}{limit}Exceeded")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_are_sixteen_words_and_each_says_one_thing() {
        let words: std::collections::BTreeSet<String> = ThrottlingReason::words().map(|(word, ..)| word).collect();
        assert_eq!(words.len(), 16);
        for word in words {
            let reason = ThrottlingReason::from_word(&word, "arn".into()).unwrap();
            assert_eq!(reason.to_string(), word);
        }
        assert_eq!(ThrottlingReason::from_word("TableRead", "arn".into()), None);
    }
}
