//! Where a call is answered.

mod engine;

pub use engine::EngineTerminal;
