//! Where requests are judged: the engine of this process, which over an upstream has to learn first what they are about.

use std::sync::Arc;

use stator_core::engine::{Call, Engine};

use crate::Failure;
use crate::terminals::Shadow;

/// Where requests are judged.
#[derive(Clone, Debug)]
pub(super) struct Stage {
    pub(super) engine: Arc<Engine>,
    shadow: Option<Arc<Shadow>>,
}

impl Stage {
    /// An engine that has the tables itself.
    pub(super) fn new(engine: Arc<Engine>) -> Self {
        Self { engine, shadow: None }
    }

    /// The same, over an upstream that has them, if there is one.
    pub(super) fn over(self, shadow: Option<Arc<Shadow>>) -> Self {
        Self { shadow, ..self }
    }

    /// Lets the engine know what a call is about.
    ///
    /// # Errors
    /// What an upstream answers that does not tell.
    pub(super) async fn prepare(&self, call: &Call) -> Result<(), Failure> {
        match &self.shadow {
            Some(shadow) => shadow.learn(call).await,
            None => Ok(()),
        }
    }
}
