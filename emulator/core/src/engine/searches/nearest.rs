//! The rows of a vector index that are most like a probe.
//!
//! All vectors of a range are compared and the best few are kept in a heap of that size. Of two that are equally alike the one with the smaller
//! key is the better, so that answers are reproducible.

use std::cmp::Ordering;
use std::collections::BinaryHeap;

use crate::engine::pages::page::KeySpan;
use crate::model::PackedItem;
use crate::store::{IndexRows, Probe, Row, RowKey, Vector};

/// A row and how alike its vector is.
#[derive(Clone, Copy, Debug)]
pub(super) struct Hit<'a> {
    pub(super) row: &'a Row,
    pub(super) score: f64,
}

/// The rows of a span that are most like the probe, the most alike first, so many at most. `admits` says which items count, if not all do.
pub(super) fn nearest<'a>(
    index: &'a IndexRows,
    span: &KeySpan,
    probe: &Probe,
    count_max: usize,
    admits: Option<&dyn Fn(&PackedItem) -> bool>,
) -> Vec<Hit<'a>> {
    let mut best = Best::new(probe, count_max);
    let vectors = span.vectors(index.vectors());
    match admits {
        // Without a filter a search runs over the vectors alone.
        None => vectors.for_each(|(key, vector)| best.offer(key, vector)),
        Some(admits) => {
            let rows = span.entries(index.rows());
            let admitted = rows.zip(vectors).filter(|((_, row), _)| admits(&row.item));
            admitted.for_each(|(_, (key, vector))| best.offer(key, vector));
        }
    }
    let hit = |candidate: Candidate<'a>| Hit {
        row: index
            .rows()
            .get(candidate.key)
            .unwrap_or_else(|| unreachable!("each vector belongs to a row")),
        score: candidate.score,
    };
    best.heap.into_sorted_vec().into_iter().map(hit).collect()
}

/// The best rows so far; the worst of them is on top of the heap.
struct Best<'p, 'a> {
    probe: &'p Probe,
    count_max: usize,
    heap: BinaryHeap<Candidate<'a>>,
}

impl<'p, 'a> Best<'p, 'a> {
    fn new(probe: &'p Probe, count_max: usize) -> Self {
        Self {
            probe,
            count_max,
            heap: BinaryHeap::with_capacity(count_max),
        }
    }

    fn offer(&mut self, key: &'a RowKey, vector: Vector<'_>) {
        let score = self.probe.score(vector);
        let candidate = Candidate {
            rank: self.probe.rank(score),
            score,
            key,
        };
        if self.heap.len() < self.count_max {
            self.heap.push(candidate);
        } else if let Some(mut worst) = self.heap.peek_mut()
            && candidate < *worst
        {
            *worst = candidate;
        }
    }
}

/// A row that may be among the best: the less its rank, the better.
#[derive(Clone, Copy, Debug)]
struct Candidate<'a> {
    rank: f64,
    score: f64,
    key: &'a RowKey,
}

impl Ord for Candidate<'_> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.rank.total_cmp(&other.rank).then_with(|| self.key.cmp(other.key))
    }
}

impl PartialOrd for Candidate<'_> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Candidate<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Candidate<'_> {}
