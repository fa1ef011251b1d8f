//! The grammar of expressions (observed-partiql.md §4–§6): terms with operators between.
//!
//! What has begun is kept on a stack of the parser's own, and trees have a greatest depth, so that no text can exhaust the stack.

use super::super::error::{Malformed, Span};
use super::super::tree::{CaseForm, Expr, ExprKind, Join, Prefix, Sense, Step};
use super::operator::{NOT_STRENGTH, Operator};
use super::statement::select;
use super::term::{CasePart, Frame, Start, start};
use super::tokens::{Kind, Part, Refusal, Tokens, refuse, symbol};
use super::types::type_name;

/// How many things may be open at a time, and how deep a tree may be. The service fails at 8,192 open parentheses; no statement that it accepts
/// comes near this.
const DEPTH_MAX: usize = 500;
/// How many queries may stand within each other; all are refused.
const QUERIES_MAX: usize = 8;

/// Reads an expression.
pub(super) fn expression(input: Tokens<'_>) -> Part<'_, Expr> {
    expression_within(input, QUERIES_MAX)
}

/// Reads an expression with so many queries within each other.
pub(super) fn expression_within(input: Tokens<'_>, queries: usize) -> Part<'_, Expr> {
    Parser {
        open: Vec::new(),
        queries,
    }
    .read(input)
}

struct Parser {
    open: Vec<Frame>,
    queries: usize,
}

/// What comes after an expression was put in its place.
enum Next {
    /// Another term.
    Term,
    /// The expression that it completed may go on.
    Whole(Expr),
    /// Nothing: the expression is the whole.
    Done(Expr),
}

impl Parser {
    fn read(mut self, mut input: Tokens<'_>) -> Part<'_, Expr> {
        loop {
            let (rest, term) = self.term(input)?;
            let Some(mut expr) = term else {
                input = rest;
                continue;
            };
            input = rest;
            loop {
                let (rest, next) = self.go_on(input, expr)?;
                input = rest;
                match next {
                    Next::Term => break,
                    Next::Whole(whole) => expr = whole,
                    Next::Done(whole) => return Ok((input, whole)),
                }
            }
        }
    }

    /// Reads the begin of a term: a whole one, or `None` when something was opened.
    fn term<'t>(&mut self, input: Tokens<'t>) -> Part<'t, Option<Expr>> {
        if input.is_keyword("select") && matches!(self.open.last(), Some(Frame::Group(..) | Frame::Call(..))) {
            return self.query(input);
        }
        match start(input)? {
            (rest, Start::Whole(expr)) => Ok((rest, Some(expr))),
            (rest, Start::Open(frame)) => {
                self.push(frame)?;
                Ok((rest, None))
            }
        }
    }

    fn query<'t>(&mut self, input: Tokens<'t>) -> Part<'t, Option<Expr>> {
        let Some(queries) = self.queries.checked_sub(1) else {
            return Err(nom::Err::Failure(Refusal::TooDeep));
        };
        let (rest, query) = select(input, queries)?;
        let span = query.span;
        Ok((rest, Some(Expr::new(ExprKind::Query(Box::new(query)), span))))
    }

    fn push(&mut self, frame: Frame) -> Result<(), nom::Err<Refusal>> {
        self.open.push(frame);
        match self.open.len() {
            count if count > DEPTH_MAX => Err(nom::Err::Failure(Refusal::TooDeep)),
            _ => Ok(()),
        }
    }

    /// Goes on after an expression: a step into it, an operator after it, or what it completes.
    fn go_on<'t>(&mut self, input: Tokens<'t>, expr: Expr) -> Part<'t, Next> {
        if usize::from(expr.depth) > DEPTH_MAX {
            return Err(nom::Err::Failure(Refusal::TooDeep));
        }
        match input.kind() {
            Some(Kind::Symbol(".")) => return dot(input.skip(1), expr),
            Some(Kind::Symbol("[")) => return self.bracket(input.skip(1), expr),
            _ => {}
        }
        if let Some(Frame::Sign(..)) = self.open.last()
            && let Some(Frame::Sign(sign, span)) = self.open.pop()
        {
            return Ok((input, Next::Whole(signed(sign, span, expr))));
        }
        let operator = Operator::next(input);
        let strength = operator.map_or(0, |(operator, _)| operator.strength());
        match self.open.pop() {
            Some(Frame::Not(span)) if strength <= NOT_STRENGTH => {
                let not = ExprKind::Prefix(Prefix::Not, Box::new(expr));
                Ok((input, Next::Whole(Expr::new(not, span))))
            }
            Some(Frame::Right(left, before)) if strength <= before.strength() => self.close(input, left, before, expr),
            Some(Frame::High(bounds, sense)) if strength <= Operator::Between(sense).strength() => {
                let [value, low] = *bounds;
                let span = value.span;
                let between = ExprKind::Between(Box::new([value, low, expr]), sense);
                Ok((input, Next::Whole(Expr::new(between, span))))
            }
            frame => match operator {
                Some((operator, length)) => {
                    self.open.extend(frame);
                    self.operator(input.skip(length), expr, operator)
                }
                None => match frame {
                    Some(frame) => self.complete(input, frame, expr),
                    None => Ok((input, Next::Done(expr))),
                },
            },
        }
    }

    /// A bracket after an expression: a position, or a star.
    fn bracket<'t>(&mut self, input: Tokens<'t>, expr: Expr) -> Part<'t, Next> {
        let (root, steps) = path_of(expr);
        if input.is_symbol("*") {
            let (rest, _) = symbol("]", Malformed::RightBracket)(input.skip(1))?;
            return Ok((rest, Next::Whole(with_step(root, steps, Step::Wildcard))));
        }
        self.push(Frame::Index(root, steps))?;
        Ok((input, Next::Term))
    }

    /// An operator after an expression.
    fn operator<'t>(&mut self, input: Tokens<'t>, left: Expr, operator: Operator) -> Part<'t, Next> {
        if let Operator::Is(sense) = operator {
            let span = left.span;
            let (rest, kind) = type_name(input)?;
            let is = ExprKind::Is(Box::new(left), kind, sense);
            return Ok((rest, Next::Whole(Expr::new(is, span))));
        }
        if input.0.is_empty() {
            return refuse(Malformed::MissingRight);
        }
        match operator {
            Operator::In(sense) if input.is_symbol("(") && !is_query(input.skip(1)) => {
                self.push(Frame::Candidates(left, sense, Vec::new()))?;
                Ok((input.skip(1), Next::Term))
            }
            operator => {
                self.push(Frame::Right(left, operator))?;
                Ok((input, Next::Term))
            }
        }
    }

    /// Ends an operator whose right side was read.
    fn close<'t>(&mut self, input: Tokens<'t>, left: Expr, operator: Operator, right: Expr) -> Part<'t, Next> {
        let span = left.span;
        let kind = match operator {
            Operator::Join(join) => joined(join, left, right),
            Operator::Infix(infix) => ExprKind::Infix(infix, Box::new([left, right])),
            Operator::In(sense) => ExprKind::In(Box::new([left, right]), sense),
            Operator::Between(sense) => {
                if !input.is_keyword("and") {
                    return refuse(Malformed::MissingAnd);
                }
                if input.0.len() == 1 {
                    return refuse(Malformed::MissingAfterAnd);
                }
                self.push(Frame::High(Box::new([left, right]), sense))?;
                return Ok((input.skip(1), Next::Term));
            }
            Operator::Is(_) => unreachable!("IS has a type on its right"),
        };
        Ok((input, Next::Whole(Expr::new(kind, span))))
    }

    /// Puts an expression without an operator after it into what is open around it.
    fn complete<'t>(&mut self, input: Tokens<'t>, frame: Frame, expr: Expr) -> Part<'t, Next> {
        match frame {
            Frame::Group(span, items) => {
                self.item(input, items, expr, ")", Malformed::RightParen, Closing::Group(span))
            }
            Frame::List(span, items) => {
                self.item(input, items, expr, "]", Malformed::RightBracket, Closing::List(span))
            }
            Frame::Bag(span, items) => self.item(
                input,
                items,
                expr,
                ">>",
                Malformed::RightDoubleAngleBracket,
                Closing::Bag(span),
            ),
            Frame::Call(span, name, items) => self.item(
                input,
                items,
                expr,
                ")",
                Malformed::RightParen,
                Closing::Call(span, name),
            ),
            Frame::Candidates(value, sense, items) => {
                let closing = Closing::Candidates(value, sense);
                self.item(input, items, expr, ")", Malformed::RightParen, closing)
            }
            Frame::Key(span, entries) => {
                let (rest, _) = symbol(":", Malformed::Colon)(input)?;
                self.push(Frame::Value(span, entries, expr))?;
                Ok((rest, Next::Term))
            }
            Frame::Value(span, mut entries, key) => {
                entries.push((key, expr));
                if input.is_symbol(",") {
                    self.push(Frame::Key(span, entries))?;
                    return Ok((input.skip(1), Next::Term));
                }
                let (rest, _) = symbol("}", Malformed::RightCurly)(input)?;
                Ok((rest, Next::Whole(Expr::new(ExprKind::Map(entries), span))))
            }
            Frame::Index(root, steps) => {
                let (rest, _) = symbol("]", Malformed::RightBracket)(input)?;
                let step = Step::Index(Box::new(expr));
                Ok((rest, Next::Whole(with_step(root, steps, step))))
            }
            Frame::Case(span, form, part) => self.case(input, span, form, part),
            Frame::Sign(..) | Frame::Not(_) | Frame::Right(..) | Frame::High(..) => {
                unreachable!("operators were closed")
            }
        }
    }

    /// Adds one of several expressions with commas between.
    fn item<'t>(
        &mut self,
        input: Tokens<'t>,
        mut items: Vec<Expr>,
        expr: Expr,
        close: &'static str,
        reason: Malformed,
        closing: Closing,
    ) -> Part<'t, Next> {
        items.push(expr);
        if input.is_symbol(",") {
            self.push(closing.reopened(items))?;
            return Ok((input.skip(1), Next::Term));
        }
        let (rest, _) = symbol(close, reason)(input)?;
        Ok((rest, Next::Whole(closing.closed(items))))
    }

    fn case<'t>(&mut self, input: Tokens<'t>, span: Span, form: CaseForm, part: CasePart) -> Part<'t, Next> {
        let (next, reason) = match part {
            CasePart::Subject if input.is_keyword("when") => (Some(CasePart::When), Malformed::When),
            CasePart::Subject => (None, Malformed::When),
            CasePart::When if input.is_keyword("then") => (Some(CasePart::Then), Malformed::Then),
            CasePart::When => (None, Malformed::Then),
            CasePart::Then if input.is_keyword("when") => (Some(CasePart::When), Malformed::End),
            CasePart::Then if input.is_keyword("else") => (Some(CasePart::Else), Malformed::End),
            CasePart::Then | CasePart::Else => (None, Malformed::End),
        };
        match next {
            Some(part) => {
                self.push(Frame::Case(span, form, part))?;
                Ok((input.skip(1), Next::Term))
            }
            None if reason == Malformed::End && input.is_keyword("end") => {
                let case = Expr::new(ExprKind::Case(form), span);
                Ok((input.skip(1), Next::Whole(case)))
            }
            None => refuse(reason),
        }
    }
}

/// What several expressions with commas between belong to.
enum Closing {
    Group(Span),
    List(Span),
    Bag(Span),
    Call(Span, smol_str::SmolStr),
    Candidates(Expr, Sense),
}

impl Closing {
    fn reopened(self, items: Vec<Expr>) -> Frame {
        match self {
            Self::Group(span) => Frame::Group(span, items),
            Self::List(span) => Frame::List(span, items),
            Self::Bag(span) => Frame::Bag(span, items),
            Self::Call(span, name) => Frame::Call(span, name, items),
            Self::Candidates(value, sense) => Frame::Candidates(value, sense, items),
        }
    }

    fn closed(self, mut items: Vec<Expr>) -> Expr {
        match self {
            // Parentheses around one expression leave nothing; around several they are a list.
            Self::Group(span) => match items.pop() {
                Some(only) if items.is_empty() => only,
                last => {
                    items.extend(last);
                    Expr::new(ExprKind::List(items), span)
                }
            },
            Self::List(span) => Expr::new(ExprKind::List(items), span),
            Self::Bag(span) => Expr::new(ExprKind::Bag(items), span),
            Self::Call(span, name) => Expr::new(ExprKind::Call(name, items), span),
            Self::Candidates(value, sense) => {
                let span = value.span;
                let list = Expr::new(ExprKind::List(items), span);
                Expr::new(ExprKind::In(Box::new([value, list]), sense), span)
            }
        }
    }
}

fn is_query(input: Tokens<'_>) -> bool {
    input.is_keyword("select") || input.is_keyword("values")
}

/// A step to a name, or to everything.
fn dot(input: Tokens<'_>, expr: Expr) -> Part<'_, Next> {
    let (root, steps) = path_of(expr);
    let step = match input.head() {
        Some(token) if token.is_name() => Step::Name(token.name(), token.span),
        Some(_) if input.is_symbol("*") => Step::Wildcard,
        _ => return refuse(Malformed::DotComponent),
    };
    Ok((input.skip(1), Next::Whole(with_step(root, steps, step))))
}

/// An expression as the begin of a path.
fn path_of(expr: Expr) -> (Expr, Vec<Step>) {
    match expr.kind {
        ExprKind::Path(root, steps) => (*root, steps),
        _ => (expr, Vec::new()),
    }
}

fn with_step(root: Expr, mut steps: Vec<Step>, step: Step) -> Expr {
    steps.push(step);
    let span = root.span;
    Expr::new(ExprKind::Path(Box::new(root), steps), span)
}

/// An expression with a sign before it, which a number takes in.
fn signed(sign: Prefix, span: Span, expr: Expr) -> Expr {
    let kind = match (expr.kind, sign) {
        (ExprKind::Number(text), Prefix::Minus) => ExprKind::Number(match text.strip_prefix('-') {
            Some(positive) => positive.into(),
            None => format!("-{text}").into(),
        }),
        (ExprKind::Number(text), _) => ExprKind::Number(text),
        (kind, _) => {
            let inner = Expr::new(kind, expr.span);
            ExprKind::Prefix(sign, Box::new(inner))
        }
    };
    Expr::new(kind, span)
}

/// Joins expressions that were joined alike before.
fn joined(join: Join, left: Expr, right: Expr) -> ExprKind {
    match left.kind {
        ExprKind::Joined(before, mut items) if before == join => {
            items.push(right);
            ExprKind::Joined(join, items)
        }
        kind => ExprKind::Joined(join, vec![Expr { kind, ..left }, right]),
    }
}
