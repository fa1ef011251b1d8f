//! Searches: finding the items of a vector index that are most like a vector.
//!
//! A search takes a snapshot of the table and compares all vectors of a partition, exactly; the service's own answers are approximate. It holds
//! no lock while it does.

mod nearest;
mod search_vectors;
