//! The order of the layers, and the reasons for it.
//!
//! From the outside in:
//!
//! 1. **metrics** is outermost, so that it counts what the client sees, and times all that happens to a call once it is one.
//! 2. **rules** come next to the terminal, so that what they answer in its place, or do to its answer, looks to all others as if the
//!    service had done it.
//!
//! Then comes the terminal. A layer is a folder under [`layers`](crate::layers); it gets its place and its reason here.

use std::sync::Arc;

use tower::Layer;

use crate::Answers;
use crate::layers::metrics::{Metrics, MetricsLayer};
use crate::layers::rules::RulesLayer;

/// All layers, in their order, around a terminal.
pub fn over(terminal: impl Answers, metrics: Arc<Metrics>, rules: RulesLayer) -> impl Answers {
    MetricsLayer::new(metrics).layer(rules.layer(terminal))
}
