//! The cache of parsed expressions.
//!
//! Clients send the same few texts again and again; each is parsed once and then found by its text, refusals as well. What is kept is bounded
//! by the bytes of the texts. Two threads that miss one text at a time both parse it, to the same end.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use quick_cache::sync::{Cache, DefaultLifecycle};
use quick_cache::{DefaultHashBuilder, OptionsBuilder, Weighter};

use super::ast::{Condition, Projection, Syntax, Update};
use super::bind::{Parsed, Program};
use super::error::{ExpressionError, ExpressionKind, Problem, SyntaxError};
use super::partiql::{self, Refused, Statement};
use super::syntax;

/// Parsed expressions by their texts. Cheap to share: every operation of a server may use one.
#[derive(Debug)]
pub struct ExpressionCache {
    conditions: Shelf<Syntax<Condition>, SyntaxError>,
    projections: Shelf<Syntax<Projection>, SyntaxError>,
    updates: Shelf<Syntax<Update>, SyntaxError>,
    statements: Shelf<Statement, Refused>,
}

/// What a cache did so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CacheStats {
    /// Texts that were found.
    pub hits: u64,
    /// Texts that had to be parsed.
    pub misses: u64,
    /// Texts that are kept.
    pub entries: u64,
}

impl Default for ExpressionCache {
    /// A cache for a few ten thousand ordinary expressions.
    fn default() -> Self {
        Self::with_capacity(2 << 20)
    }
}

impl ExpressionCache {
    /// A cache for texts of about so many bytes in all.
    #[must_use]
    pub fn with_capacity(text_bytes_max: u64) -> Self {
        Self {
            conditions: Shelf::new(text_bytes_max / 2, syntax::SIZE_BYTES_MAX),
            projections: Shelf::new(text_bytes_max / 4, syntax::SIZE_BYTES_MAX),
            updates: Shelf::new(text_bytes_max / 4, syntax::SIZE_BYTES_MAX),
            statements: Shelf::new(text_bytes_max / 2, STATEMENT_BYTES_MAX),
        }
    }

    /// Reads the text of an expression, if the request has one.
    ///
    /// # Errors
    /// When the text is empty, too long, or not an expression of the language.
    pub fn parse<T: Program>(&self, kind: ExpressionKind, text: Option<&str>) -> Result<Parsed<T>, ExpressionError> {
        let syntax = text.map(|text| T::recall(self, text)).transpose();
        syntax
            .map(|syntax| Parsed::new(kind, syntax))
            .map_err(|error| Problem::Syntax(error).within(kind))
    }

    /// How often texts were found, and how many are kept.
    #[must_use]
    pub fn stats(&self) -> CacheStats {
        let shelves = [
            self.conditions.stats(),
            self.projections.stats(),
            self.updates.stats(),
            self.statements.stats(),
        ];
        shelves
            .into_iter()
            .fold(CacheStats::default(), |sum, shelf| CacheStats {
                hits: sum.hits + shelf.hits,
                misses: sum.misses + shelf.misses,
                entries: sum.entries + shelf.entries,
            })
    }

    /// Reads the text of a PartiQL statement.
    ///
    /// # Errors
    /// What is wrong with the text, whatever its parameters are.
    pub fn statement(&self, text: &str) -> Result<Arc<Statement>, Arc<Refused>> {
        self.statements.recall(text, Statement::read)
    }

    pub(super) fn condition(&self, text: &str) -> Outcome<Syntax<Condition>, SyntaxError> {
        self.conditions.recall(text, syntax::parse_condition)
    }

    pub(super) fn projection(&self, text: &str) -> Outcome<Syntax<Projection>, SyntaxError> {
        self.projections.recall(text, syntax::parse_projection)
    }

    pub(super) fn update(&self, text: &str) -> Outcome<Syntax<Update>, SyntaxError> {
        self.updates.recall(text, syntax::parse_update)
    }
}

/// Longest statement that is kept: each of its characters may take four bytes.
const STATEMENT_BYTES_MAX: usize = 4 * partiql::CHARACTERS_MAX;

/// What became of parsing a text.
type Outcome<T, E> = Result<Arc<T>, Arc<E>>;

/// The texts of one language, and what became of them.
#[derive(Debug)]
struct Shelf<T, E> {
    kept: Cache<Box<str>, Outcome<T, E>, TextBytes>,
    /// Longer texts are not kept.
    text_bytes_max: usize,
    hits: AtomicU64,
    misses: AtomicU64,
}

/// An entry weighs what its text does, and something for being there.
#[derive(Clone, Debug)]
struct TextBytes;

impl<T> Weighter<Box<str>, T> for TextBytes {
    fn weight(&self, text: &Box<str>, _: &T) -> u64 {
        const ENTRY_BYTES: u64 = 32;
        text.len() as u64 + ENTRY_BYTES
    }
}

impl<T, E> Shelf<T, E> {
    /// A shelf for texts of about so many bytes in all, each of which has at most so many.
    fn new(capacity_bytes: u64, text_bytes_max: usize) -> Self {
        const EXPRESSION_BYTES: u64 = 64;
        // A text that weighs more than its shard is never kept, so shards must not be many.
        const SHARDS: usize = 16;
        let options = OptionsBuilder::new()
            .shards(SHARDS)
            .estimated_items_capacity((capacity_bytes / EXPRESSION_BYTES) as usize)
            .weight_capacity(capacity_bytes)
            .build()
            .unwrap_or_else(|_| unreachable!("both capacities are given"));
        Self {
            kept: Cache::with_options(
                options,
                TextBytes,
                DefaultHashBuilder::default(),
                DefaultLifecycle::default(),
            ),
            text_bytes_max,
            hits: AtomicU64::new(0),
            misses: AtomicU64::new(0),
        }
    }

    fn recall(&self, text: &str, parse: impl FnOnce(&str) -> Result<T, E>) -> Outcome<T, E> {
        if let Some(kept) = self.kept.get(text) {
            self.hits.fetch_add(1, Ordering::Relaxed);
            return kept;
        }
        self.misses.fetch_add(1, Ordering::Relaxed);
        let outcome = parse(text).map(Arc::new).map_err(Arc::new);
        if text.len() <= self.text_bytes_max {
            self.kept.insert(text.into(), outcome.clone());
        }
        outcome
    }

    fn stats(&self) -> CacheStats {
        CacheStats {
            hits: self.hits.load(Ordering::Relaxed),
            misses: self.misses.load(Ordering::Relaxed),
            entries: self.kept.len() as u64,
        }
    }
}
