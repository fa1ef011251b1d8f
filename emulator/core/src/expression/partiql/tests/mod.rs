//! The language as a whole: texts and trees, and texts that are made to hurt.

mod bounds;
mod properties;
