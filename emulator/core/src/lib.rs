//! The DynamoDB engine of Stator: pure, synchronous and deterministic.
//!
//! [`model`] holds values and wire shapes, `expression` the expression language, [`store`] tables as values, [`engine`] the operations. A
//! [`Call`](engine::Call) goes into an [`Engine`](engine::Engine), and the answer that the service would give comes out. The crate spawns
//! nothing, does no I/O, and takes time and chance from a [`World`](engine::World) alone.

pub mod engine;
pub mod expression;
pub mod model;
pub mod store;
