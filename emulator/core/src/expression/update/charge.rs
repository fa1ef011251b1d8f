//! What the service charges for the statement of an update, in bytes (observed-expressions.md §10).

use super::super::ast::Sign;
use super::super::path::{DocumentPath, Step};
use super::{Action, Change, Source};

/// The charge of a whole statement.
pub(super) fn of_statement(actions: &[Action]) -> usize {
    const STATEMENT: usize = 3;
    STATEMENT + actions.iter().map(of_action).sum::<usize>()
}

fn of_action(action: &Action) -> usize {
    const WRITE: usize = 19;
    const TAKE: usize = 1;
    let target = of_target(&action.target);
    match &action.change {
        Change::Set(source) => WRITE + target + of_source(source),
        Change::Add(value) => WRITE + target + value.size_bytes(),
        Change::Remove | Change::Delete(_) => TAKE + target,
    }
}

fn of_target(target: &DocumentPath) -> usize {
    const STEP: usize = 4;
    let steps = target.steps().iter().map(|step| STEP + of_step(step));
    target.attribute().len() + steps.sum::<usize>()
}

fn of_source(source: &Source) -> usize {
    let both = |sources: &[Source; 2]| sources.iter().map(of_source).sum::<usize>();
    match source {
        Source::Path(path) => of_operand(path),
        Source::Value(value) => value.size_bytes(),
        Source::IfNotExists(path, other) => 39 + of_operand(path) + of_source(other),
        Source::ListAppend(lists) => 37 + both(lists),
        Source::Sum(Sign::Plus, terms) => 34 + both(terms),
        Source::Sum(Sign::Minus, terms) => 37 + both(terms),
    }
}

fn of_operand(path: &DocumentPath) -> usize {
    const STEP: usize = 14;
    let steps = path.steps().iter().map(|step| STEP + of_step(step));
    1 + STEP + path.attribute().len() + steps.sum::<usize>()
}

/// An index weighs its digits.
fn of_step(step: &Step) -> usize {
    match step {
        Step::Member(name) => name.len(),
        Step::Element(index) => index.checked_ilog10().map_or(1, |log| log as usize + 1),
    }
}
