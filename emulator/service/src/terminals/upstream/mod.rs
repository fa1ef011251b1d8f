//! An endpoint elsewhere as a terminal: Amazon DynamoDB, another emulator, another Stator.
//!
//! A typed call goes out and its reply comes back (`line.rs`), so that every layer works over an upstream as it does over the engine. What layers ask
//! of the engine beside a request is done here as far as requests can do it: reports of capacity are asked for, a page ends early by a limit, and
//! items that this process holds are refused before the upstream is asked. For that, and for the rules, the engine of this
//! process knows what a call is about (`shadow.rs`). What was cannot be read at an upstream.

mod line;
mod shadow;

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use stator_core::engine::{Call, Engine};
use stator_core::model::{PackedItem, Reply};

use crate::Failure;
use crate::http::Remote;
use crate::layers::usage;
use crate::pages;
use line::Line;
use shadow::Encounter;
pub use shadow::Shadow;

/// Answers calls from an endpoint elsewhere.
#[derive(Clone, Debug)]
pub struct UpstreamTerminal {
    shadow: Arc<Shadow>,
}

impl UpstreamTerminal {
    /// A terminal before an endpoint; the engine refuses what cannot be sent there, and judges for the rules.
    #[must_use]
    pub fn new(remote: Remote, engine: Arc<Engine>) -> Self {
        let line = Arc::new(Line::new(remote, engine));
        Self {
            shadow: Arc::new(Shadow::new(line)),
        }
    }

    /// What the engine of this process knows of the endpoint.
    #[must_use]
    pub fn shadow(&self) -> Arc<Shadow> {
        Arc::clone(&self.shadow)
    }

    async fn answer(self, mut call: Call) -> Result<Reply, Failure> {
        let line = self.shadow.line();
        if call.directives.reports_capacity {
            usage::ask_for_report(&mut call.request);
        }
        if let Some(bytes_max) = call.directives.page_bytes_max {
            self.end_page(&mut call, bytes_max).await?;
        }
        match self.shadow.encounter(&call).await? {
            Encounter::Nothing => Ok(line.ask(call).await?),
            Encounter::Refusal(error) => Err(error.into()),
            Encounter::HeldItems { rest: None, held } => Ok(held.reply()),
            Encounter::HeldItems {
                rest: Some(request),
                held,
            } => {
                let call = Call { request, ..call };
                Ok(held.beside(line.ask(call).await?))
            }
        }
    }

    /// Lets a page end with the item at which so many bytes are reached: the page is read whole first, and how many items it has by then is the limit.
    async fn end_page(&self, call: &mut Call, bytes_max: u64) -> Result<(), Failure> {
        let Some(table) = self.shadow.line().engine.resolve(call).parts.pop() else {
            return Ok(());
        };
        self.shadow.learn_table(&call.caller, &table.table).await?;
        let Some(key) = self.shadow.partition_key(&call.caller, &table.table) else {
            return Ok(());
        };
        let Some(whole) = pages::whole(&call.request, &key) else {
            return Ok(());
        };
        let whole = Call::new(whole, call.layer, call.caller.clone());
        // What is refused here is refused for the call itself, in the words for it.
        let Ok(Reply::Query(page) | Reply::Scan(page)) = self.shadow.line().ask(whole).await else {
            return Ok(());
        };
        if let Some(count) = count_within(page.items.as_deref().unwrap_or_default(), bytes_max) {
            pages::limit(&mut call.request, count);
        }
        Ok(())
    }
}

/// How many items there are when so many bytes are reached; `None` if they are not.
fn count_within(items: &[PackedItem], bytes_max: u64) -> Option<usize> {
    let mut bytes = 0;
    let reaches = |item: &PackedItem| {
        bytes += item.size_bytes() as u64;
        bytes >= bytes_max
    };
    items.iter().position(reaches).map(|at| at + 1)
}

impl tower::Service<Call> for UpstreamTerminal {
    type Response = Reply;
    type Error = Failure;
    type Future = Pin<Box<dyn Future<Output = Result<Reply, Failure>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Failure>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, call: Call) -> Self::Future {
        Box::pin(self.clone().answer(call))
    }
}
