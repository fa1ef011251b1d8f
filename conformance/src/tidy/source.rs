//! A source file as the rules ask about it: which of its tokens are test code, what it names, how long its functions are.
//!
//! In goes the text of a file, out come its code tokens, comments, paths, functions and declared names. Test code is what stands under
//! `#[cfg(test)]` or a `#[test]`-like attribute, and whole files in `tests` and `benches` folders. It reads words, not types: a
//! path is what is written, with `crate`, `self` and `super` resolved by the file's place.

use super::tokens::{Kind, Token, tokens};

/// Words that may stand before a path and are no part of it.
const KEYWORDS: [&str; 20] = [
    "as", "break", "const", "dyn", "else", "extern", "fn", "for", "if", "impl", "in", "let", "match", "mod", "move",
    "mut", "pub", "return", "use", "where",
];

/// One file of Rust.
pub struct Source<'a> {
    /// Its path in the workspace.
    pub path: &'a str,
    /// Its code, without comments.
    pub code: Vec<Token<'a>>,
    /// Its comments.
    pub comments: Vec<Token<'a>>,
    /// Every path of two words or more that it names, and every word of a `use`.
    pub named: Vec<Named<'a>>,
    /// For each token of the code, whether it is of a test.
    is_test: Vec<bool>,
}

/// A path that the file names, such as `crate::model::Value`.
#[derive(Debug, PartialEq, Eq)]
pub struct Named<'a> {
    /// Its words in order.
    pub words: Vec<&'a str>,
    /// The line of its first word.
    pub line: usize,
    /// Whether test code names it.
    pub is_test: bool,
}

/// A function and its length.
#[derive(Debug, PartialEq, Eq)]
pub struct Function<'a> {
    /// Its name.
    pub name: &'a str,
    /// The line of its `fn`.
    pub line: usize,
    /// Lines from `fn` to the closing brace.
    pub lines: usize,
}

impl<'a> Source<'a> {
    /// Reads a file.
    pub fn new(path: &'a str, text: &'a str) -> Self {
        let (comments, code): (Vec<_>, Vec<_>) =
            tokens(text).into_iter().partition(|token| token.kind == Kind::Comment);
        let in_test_folder = path.split('/').any(|folder| folder == "tests" || folder == "benches");
        let mut source = Self {
            path,
            is_test: vec![in_test_folder; code.len()],
            code,
            comments,
            named: Vec::new(),
        };
        if !in_test_folder {
            source.mark_tests();
        }
        source.named = source.find_named();
        source
    }

    /// Takes the whole file as test code.
    pub fn mark_all_as_test(&mut self) {
        self.is_test.fill(true);
        for path in &mut self.named {
            path.is_test = true;
        }
    }

    /// The code that is not of a test.
    pub fn product(&self) -> impl Iterator<Item = &Token<'a>> {
        let marked = self.code.iter().zip(&self.is_test);
        marked.filter(|(_, is_test)| !**is_test).map(|(token, _)| token)
    }

    /// Lines that hold code which is not of a test.
    pub fn product_lines(&self) -> usize {
        let (mut lines, mut counted) = (0, 0);
        for token in self.product() {
            let first = token.line.max(counted + 1);
            lines += (token.last_line + 1).saturating_sub(first);
            counted = counted.max(token.last_line);
        }
        lines
    }

    /// Whether the code at `at` reads `words`, one token each.
    pub fn reads(&self, at: usize, words: &[&str]) -> bool {
        let found = self.code[at..].iter().map(|token| token.text);
        self.code.len() - at >= words.len() && found.zip(words).all(|(found, word)| found == *word)
    }

    /// Where the product's code reads `words`, as lines.
    pub fn product_lines_that_read(&self, words: &[&str]) -> Vec<usize> {
        let places = (0..self.code.len()).filter(|&at| !self.is_test[at] && self.reads(at, words));
        places.map(|at| self.code[at].line).collect()
    }

    fn find_named(&self) -> Vec<Named<'a>> {
        let mut named = Vec::new();
        let mut at = 0;
        while at < self.code.len() {
            if !self.begins_path(at) {
                at += 1;
                continue;
            }
            let imports = self.is_imported(at);
            at = self.name_tree(at, &[], &mut named);
            if !imports && named.last().is_some_and(|path| path.words.len() < 2) {
                named.pop();
            }
        }
        for path in &mut named {
            self.resolve(path);
        }
        named
    }

    /// Whether a path begins with the word at `at`; what follows `a::` is in the middle of one.
    fn begins_path(&self, at: usize) -> bool {
        let is_name = |token: &Token<'_>| token.kind == Kind::Word && !KEYWORDS.contains(&token.text);
        let is_global = at < 2 || !is_name(&self.code[at - 2]);
        is_name(&self.code[at]) && (at == 0 || self.code[at - 1].text != "::" || is_global)
    }

    /// Whether the path at `at` stands in a `use`, be it global.
    fn is_imported(&self, at: usize) -> bool {
        let before = |back: usize| at.checked_sub(back).map(|at| self.code[at].text);
        before(1) == Some("use") || before(1) == Some("::") && before(2) == Some("use")
    }

    /// Reads `a::b` or `a::{b, c::d}` at `at` below `above`; answers where it ends.
    fn name_tree(&self, mut at: usize, above: &[&'a str], named: &mut Vec<Named<'a>>) -> usize {
        let mut words = above.to_vec();
        let start = at;
        while let Some(token) = self.code.get(at).filter(|token| token.kind == Kind::Word) {
            words.push(token.text);
            at += 1;
            if self.code.get(at).is_none_or(|token| token.text != "::") {
                break;
            }
            at += 1;
            if self.code.get(at).is_some_and(|token| token.text == "{") {
                return self.name_group(at + 1, &words, named);
            }
        }
        if at > start {
            named.push(Named {
                words,
                line: self.code[start].line,
                is_test: self.is_test[start],
            });
        }
        at
    }

    /// Reads the trees of a group after its brace; answers where it ends.
    fn name_group(&self, mut at: usize, above: &[&'a str], named: &mut Vec<Named<'a>>) -> usize {
        while let Some(token) = self.code.get(at) {
            at = match token.text {
                "}" => return at + 1,
                "as" => at + 2,
                _ if token.kind == Kind::Word => self.name_tree(at, above, named),
                _ => at + 1,
            };
        }
        at
    }

    /// Writes `self` and `super` at the front of a path as the path from `crate`.
    fn resolve(&self, path: &mut Named<'a>) {
        if !matches!(path.words[0], "self" | "super") {
            return;
        }
        let mut module = self.module();
        while let Some(&first) = path.words.first() {
            match first {
                "self" => {}
                "super" => drop(module.pop()),
                _ => break,
            }
            path.words.remove(0);
        }
        path.words.splice(0..0, std::iter::once("crate").chain(module));
    }

    /// The module that this file is, as words below the crate.
    pub fn module(&self) -> Vec<&'a str> {
        let (_, inner) = self.path.rsplit_once("src/").unwrap_or(("", self.path));
        let mut words: Vec<_> = inner.trim_end_matches(".rs").split('/').collect();
        if matches!(words.last(), Some(&("mod" | "lib" | "main"))) {
            words.pop();
        }
        words
    }

    /// The functions with a body that are not of a test.
    pub fn functions(&self) -> Vec<Function<'a>> {
        let starts = (0..self.code.len()).filter(|&at| !self.is_test[at] && self.code[at].text == "fn");
        let functions = starts.filter_map(|at| {
            let name = self.code.get(at + 1).filter(|token| token.kind == Kind::Word)?;
            let end = &self.code[self.item_end(at)];
            let line = self.code[at].line;
            (end.text == "}").then(|| Function {
                name: name.text,
                line,
                lines: end.last_line - line + 1,
            })
        });
        functions.collect()
    }

    /// The names that this file gives, with their lines: of items, modules and variables.
    pub fn declared(&self) -> Vec<(&'a str, usize)> {
        const WORDS: [&str; 11] = [
            "fn", "struct", "enum", "trait", "mod", "type", "const", "static", "let", "mut", "union",
        ];
        let pairs = self.code.windows(2);
        let declared = pairs.filter(|pair| WORDS.contains(&pair[0].text) && pair[1].kind == Kind::Word);
        let names = declared.map(|pair| (pair[1].text, pair[1].line));
        names.filter(|(name, _)| !WORDS.contains(name)).collect()
    }

    /// The modules in files of their own that are declared for tests alone.
    pub fn test_modules(&self) -> Vec<&'a str> {
        let declarations = (0..self.code.len()).filter(|&at| self.is_test[at] && self.code[at].text == "mod");
        let ended = declarations.filter(|&at| self.code.get(at + 2).is_some_and(|token| token.text == ";"));
        ended.map(|at| self.code[at + 1].text).collect()
    }

    fn mark_tests(&mut self) {
        let mut at = 0;
        while at < self.code.len() {
            if self.reads(at, &["#", "["]) {
                let end = self.bracket_end(at + 1);
                if self.is_of_test(at + 2, end) {
                    let last = self.item_end(end + 1).min(self.code.len() - 1);
                    self.is_test[at..=last].fill(true);
                    at = last;
                }
            } else if self.reads(at, &["#", "!", "["]) && self.is_of_test(at + 3, self.bracket_end(at + 2)) {
                self.mark_all_as_test();
                return;
            }
            at += 1;
        }
    }

    /// Whether the attribute between two tokens is `cfg(test)` or a macro that makes tests.
    fn is_of_test(&self, start: usize, end: usize) -> bool {
        let words: Vec<_> = self.code[start..end].iter().map(|token| token.text).collect();
        if words.first() == Some(&"cfg") {
            return words.contains(&"test") && !words.contains(&"not");
        }
        let path = words.iter().take_while(|word| **word != "(");
        path.last() == Some(&"test")
    }

    /// The closing mark of the bracket at `at`, or the end of the code.
    fn bracket_end(&self, at: usize) -> usize {
        let mut depth = 0usize;
        for (index, token) in self.code.iter().enumerate().skip(at) {
            match token.text {
                "[" | "(" | "{" => depth += 1,
                "]" | ")" | "}" => depth = depth.saturating_sub(1),
                _ => {}
            }
            if depth == 0 {
                return index;
            }
        }
        self.code.len() - 1
    }

    /// The last token of the item at `at`: the end of its body, or its semicolon.
    fn item_end(&self, mut at: usize) -> usize {
        while let Some(token) = self.code.get(at) {
            match token.text {
                ";" => return at,
                "{" => return self.bracket_end(at),
                "(" | "[" => at = self.bracket_end(at) + 1,
                _ => at += 1,
            }
        }
        self.code.len() - 1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(path: &str, text: &str) -> Vec<String> {
        let source = Source::new(path, text);
        source.named.iter().map(|path| path.words.join("::")).collect()
    }

    #[test]
    fn paths_are_read_out_of_groups_and_expressions() {
        assert_eq!(
            named(
                "src/lib.rs",
                "use a::{b::{self, c as d}, e::*, f};\nlet x = g::h::<i::J>(k, l::m);"
            ),
            ["a::b::self", "a::b::c", "a::e", "a::f", "g::h", "i::J", "l::m"]
        );
        assert_eq!(
            named("src/lib.rs", "use serde_json as json; use ::http;"),
            ["serde_json", "http"]
        );
        assert_eq!(
            named("src/lib.rs", "let http = 1; ::http::x(<T as a::B>::c)"),
            ["http::x", "a::B"]
        );
    }

    #[test]
    fn relative_paths_are_resolved_by_the_place_of_the_file() {
        assert_eq!(
            named("c/src/store/table.rs", "use super::key::Key;"),
            ["crate::store::key::Key"]
        );
        assert_eq!(
            named("c/src/store/mod.rs", "use super::engine; use self::a;"),
            ["crate::engine", "crate::store::a"]
        );
        assert_eq!(
            named("c/src/lib.rs", "use self::a; use crate::b;"),
            ["crate::a", "crate::b"]
        );
    }

    #[test]
    fn test_code_is_told_apart() {
        let text = "fn a() {}\n#[cfg(test)]\nmod tests {\n fn b() {}\n}\n#[tokio::test(flavor = \"x\")]\nasync fn c() { x }\nfn d() {}\n\
                    #[cfg(not(test))]\nfn e() {}\n#[cfg(test)]\nmod later;";
        let source = Source::new("src/a.rs", text);
        let names: Vec<_> = source.functions().iter().map(|function| function.name).collect();
        assert_eq!(names, ["a", "d", "e"]);
        assert_eq!(source.test_modules(), ["later"]);
        assert_eq!(Source::new("x/tests/a.rs", text).product().count(), 0);
        assert_eq!(Source::new("src/a.rs", "#![cfg(test)] fn a() {}").product().count(), 0);
    }

    #[test]
    fn functions_end_with_their_body() {
        let text = "trait T { fn none(a: [u8; 3]); }\nfn one(a: fn(u8) -> u8) -> [u8; 2] {\n  if x { \"}\" }\n}\n";
        let source = Source::new("src/a.rs", text);
        let wanted = Function {
            name: "one",
            line: 2,
            lines: 3,
        };
        assert_eq!(source.functions(), [wanted]);
    }

    #[test]
    fn lines_without_code_are_not_counted() {
        let source = Source::new(
            "src/a.rs",
            "//! doc\n\nfn a() {\n // why\n \"x\ny\";\n}\n#[cfg(test)]\nmod tests {\n}\n",
        );
        assert_eq!(source.product_lines(), 4);
    }
}
