//! Where a call is answered.

mod engine;
mod upstream;

pub use engine::EngineTerminal;
pub use upstream::{Shadow, UpstreamTerminal};
