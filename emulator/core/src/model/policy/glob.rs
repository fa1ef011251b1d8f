//! Patterns of policies: `*` stands for any text, `?` for one symbol.

/// Whether a pattern covers a text.
#[must_use]
pub fn covers(pattern: &str, text: &str) -> bool {
    let (pattern, text): (Vec<char>, Vec<char>) = (pattern.chars().collect(), text.chars().collect());
    let (mut at, mut read) = (0, 0);
    // Where to go on when what follows the last star does not fit: the star takes one symbol more.
    let mut retry: Option<(usize, usize)> = None;
    while read < text.len() {
        match pattern.get(at) {
            Some('*') => {
                retry = Some((at + 1, read));
                at += 1;
            }
            Some(symbol) if *symbol == '?' || *symbol == text[read] => {
                at += 1;
                read += 1;
            }
            _ => {
                let Some((after_star, taken)) = retry else {
                    return false;
                };
                retry = Some((after_star, taken + 1));
                (at, read) = (after_star, taken + 1);
            }
        }
    }
    pattern[at..].iter().all(|symbol| *symbol == '*')
}

/// Whether a pattern covers the name of an action, whose case makes no difference.
#[must_use]
pub fn covers_name(pattern: &str, name: &str) -> bool {
    covers(&pattern.to_ascii_lowercase(), &name.to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stars_and_question_marks_stand_for_what_they_say() {
        for (pattern, text, expected) in [
            ("", "", true),
            ("*", "", true),
            ("*", "abc", true),
            ("a*c", "abbc", true),
            ("a*b*c", "axbxbxc", true),
            ("a?c", "abc", true),
            ("a?c", "ac", false),
            ("*b", "abc", false),
            ("abc", "ABC", false),
        ] {
            assert_eq!(covers(pattern, text), expected, "{pattern} {text}");
        }
        assert!(covers_name("DynamoDB:get*", "dynamodb:GetItem"));
    }
}
