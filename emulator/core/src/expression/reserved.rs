//! The words that an expression may not use as bare attribute names.
//!
//! The list is the service's own, in `reserved-words.txt` beside this file.

use std::cmp::Ordering;
use std::sync::LazyLock;

static WORDS: LazyLock<Vec<&str>> = LazyLock::new(|| {
    let mut words: Vec<&str> = include_str!("reserved-words.txt").lines().collect();
    words.sort_unstable();
    words
});

/// Whether a word is reserved, in whatever case it is written.
pub(super) fn is_reserved(word: &str) -> bool {
    WORDS.binary_search_by(|reserved| ignoring_case(reserved, word)).is_ok()
}

/// Orders an upper-case word against one of any case.
fn ignoring_case(upper: &str, word: &str) -> Ordering {
    upper.bytes().cmp(word.bytes().map(|byte| byte.to_ascii_uppercase()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_of_the_list_is_reserved_in_any_case() {
        assert_eq!(WORDS.len(), 573);
        for word in WORDS.iter() {
            assert!(is_reserved(word), "{word}");
            assert!(is_reserved(&word.to_lowercase()), "{word}");
        }
    }

    #[test]
    fn other_words_are_free() {
        for word in ["pk", "sk", "", "ABORTS", "zzz", "é", "_name"] {
            assert!(!is_reserved(word), "{word}");
        }
    }
}
