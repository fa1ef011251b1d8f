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
use super::syntax;

/// Parsed expressions by their texts. Cheap to share: every operation of a server may use one.
#[derive(Debug)]
pub struct ExpressionCache {
    conditions: Shelf<Condition>,
    projections: Shelf<Projection>,
    updates: Shelf<Update>,
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
            conditions: Shelf::new(text_bytes_max / 2),
            projections: Shelf::new(text_bytes_max / 4),
            updates: Shelf::new(text_bytes_max / 4),
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
        let shelves = [self.conditions.stats(), self.projections.stats(), self.updates.stats()];
        shelves
            .into_iter()
            .fold(CacheStats::default(), |sum, shelf| CacheStats {
                hits: sum.hits + shelf.hits,
                misses: sum.misses + shelf.misses,
                entries: sum.entries + shelf.entries,
            })
    }

    pub(super) fn condition(&self, text: &str) -> Outcome<Condition> {
        self.conditions.recall(text, syntax::parse_condition)
    }

    pub(super) fn projection(&self, text: &str) -> Outcome<Projection> {
        self.projections.recall(text, syntax::parse_projection)
    }

    pub(super) fn update(&self, text: &str) -> Outcome<Update> {
        self.updates.recall(text, syntax::parse_update)
    }
}

/// What became of parsing a text.
type Outcome<T> = Result<Arc<Syntax<T>>, Arc<SyntaxError>>;

/// The texts of one language.
#[derive(Debug)]
struct Shelf<T> {
    kept: Cache<Box<str>, Outcome<T>, TextBytes>,
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

impl<T> Shelf<T> {
    fn new(text_bytes_max: u64) -> Self {
        const EXPRESSION_BYTES: u64 = 64;
        // A text that weighs more than its shard is never kept, so shards must not be many.
        const SHARDS: usize = 16;
        let options = OptionsBuilder::new()
            .shards(SHARDS)
            .estimated_items_capacity((text_bytes_max / EXPRESSION_BYTES) as usize)
            .weight_capacity(text_bytes_max)
            .build()
            .unwrap_or_else(|_| unreachable!("both capacities are given"));
        Self {
            kept: Cache::with_options(
                options,
                TextBytes,
                DefaultHashBuilder::default(),
                DefaultLifecycle::default(),
            ),
            hits: AtomicU64::new(0),
            misses: AtomicU64::new(0),
        }
    }

    fn recall(&self, text: &str, parse: impl FnOnce(&str) -> Result<Syntax<T>, SyntaxError>) -> Outcome<T> {
        if let Some(kept) = self.kept.get(text) {
            self.hits.fetch_add(1, Ordering::Relaxed);
            return kept;
        }
        self.misses.fetch_add(1, Ordering::Relaxed);
        let outcome = parse(text).map(Arc::new).map_err(Arc::new);
        if text.len() <= syntax::SIZE_BYTES_MAX {
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
