//! How long files and functions get before they are surely two.

use super::{Finding, Rule, Weight, Workspace};

/// Lines of code of a file, without comments and tests.
const FILE_LINES: Limits = Limits {
    noted: 400,
    refused: 700,
};

/// Lines of a function, from `fn` to the closing brace.
const FUNCTION_LINES: Limits = Limits { noted: 70, refused: 90 };

/// The most lines before something is noted, and before it is refused.
struct Limits {
    noted: usize,
    refused: usize,
}

/// Sizes of files.
pub const FILES: Rule = Rule {
    name: "file size",
    why: "a module has 100 to 400 lines of code; past that, split by meaning",
    find: find_long_files,
};

/// Sizes of functions.
pub const FUNCTIONS: Rule = Rule {
    name: "function size",
    why: "functions fit a screen; 70 lines are surely two",
    find: find_long_functions,
};

impl Limits {
    fn weigh(&self, lines: usize) -> Option<Weight> {
        match lines {
            lines if lines > self.refused => Some(Weight::Refused),
            lines if lines > self.noted => Some(Weight::Noted),
            _ => None,
        }
    }
}

fn find_long_files(workspace: &Workspace<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for source in &workspace.sources {
        let lines = source.product_lines();
        findings.extend(FILE_LINES.weigh(lines).map(|weight| Finding {
            weight,
            ..Finding::noted(source.path, 0, format!("{lines} lines of code"))
        }));
    }
    findings
}

fn find_long_functions(workspace: &Workspace<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for source in &workspace.sources {
        for function in source.functions() {
            let what = format!("`{}` has {} lines", function.name, function.lines);
            findings.extend(FUNCTION_LINES.weigh(function.lines).map(|weight| Finding {
                weight,
                ..Finding::noted(source.path, function.line, what)
            }));
        }
    }
    findings
}
