//! The words that PartiQL keeps for itself: they are no names unless quoted (observed-partiql.md, appendix).
//!
//! The list is in `keywords.txt` beside this file.

use std::sync::LazyLock;

static WORDS: LazyLock<Vec<&str>> = LazyLock::new(|| {
    let mut words: Vec<&str> = include_str!("keywords.txt").lines().collect();
    words.sort_unstable();
    words
});

/// The keyword that a bare word is, in lower case.
pub(super) fn keyword(word: &str) -> Option<&'static str> {
    let lower = |byte: u8| byte.to_ascii_lowercase();
    let found = WORDS.binary_search_by(|known| known.bytes().cmp(word.bytes().map(lower)));
    found.ok().map(|at| WORDS[at])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keywords_are_known_in_any_case_and_other_words_are_free() {
        assert_eq!(WORDS.len(), 249);
        assert_eq!(keyword("SeLeCt"), Some("select"));
        for name in ["pk", "year", "leading", "every", "to_string", "txctx", "", "set_add"] {
            assert_eq!(keyword(name), None, "{name}");
        }
    }
}
