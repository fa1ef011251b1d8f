//! Sequences of tokens as nom reads them: what remains of a text that a lexer has split.

use std::slice::Iter;

use nom::{Input, Needed};

/// The tokens that remain to be read.
#[derive(Debug, PartialEq)]
pub(super) struct Sequence<'t, T>(pub(super) &'t [T]);

impl<T> Clone for Sequence<'_, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Sequence<'_, T> {}

impl<'t, T> Input for Sequence<'t, T> {
    type Item = &'t T;
    type Iter = Iter<'t, T>;
    type IterIndices = std::iter::Enumerate<Iter<'t, T>>;

    fn input_len(&self) -> usize {
        self.0.len()
    }

    fn take(&self, index: usize) -> Self {
        Self(&self.0[..index])
    }

    fn take_from(&self, index: usize) -> Self {
        Self(&self.0[index..])
    }

    fn take_split(&self, index: usize) -> (Self, Self) {
        let (taken, rest) = self.0.split_at(index);
        (Self(rest), Self(taken))
    }

    fn position<P: Fn(Self::Item) -> bool>(&self, predicate: P) -> Option<usize> {
        self.0.iter().position(predicate)
    }

    fn iter_elements(&self) -> Self::Iter {
        self.0.iter()
    }

    fn iter_indices(&self) -> Self::IterIndices {
        self.0.iter().enumerate()
    }

    fn slice_index(&self, count: usize) -> Result<usize, Needed> {
        match count.checked_sub(self.0.len()) {
            None | Some(0) => Ok(count),
            Some(missing) => Err(Needed::new(missing)),
        }
    }
}
