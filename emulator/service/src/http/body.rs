//! Bodies of requests: read whole, within bounds of size, time and memory.
//!
//! A body of the usual size arrives in one piece, which is handed on without a copy. A larger one is collected; what it takes beyond a first part
//! is drawn from a budget that all connections share, so that many clients with large bodies are refused before memory ends. The budget
//! counts what has arrived, not what was announced: a client that announces much and sends nothing keeps nothing from others.

use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use bytes::{Buf, Bytes};
use http::HeaderMap;
use http::header::EXPECT;
use http_body::Body;
use http_body_util::BodyExt;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::coding::Coding;

/// The largest body that the service takes, before and after decompression.
pub const BODY_SIZE_BYTES_MAX: usize = 16 * 1024 * 1024;
/// What all bodies in flight may take together.
const BUDGET_BYTES: usize = 512 * 1024 * 1024;
/// What a body may take without asking the budget.
const FREE_BYTES: usize = 64 * 1024;
/// The budget is handed out in units of so many bytes.
const UNIT_BYTES: usize = 64 * 1024;
/// How much of a body that is too large is read, and thrown away, so that the client gets to see the answer.
const DRAIN_BYTES_MAX: usize = 64 * 1024 * 1024;

/// Reads bodies, and keeps their budget.
#[derive(Clone, Debug)]
pub(super) struct BodyReader {
    budget: Arc<Semaphore>,
    time_max: Duration,
}

/// A body that was read whole.
#[derive(Debug)]
pub(super) struct WholeBody {
    /// As it was sent, which is what is signed.
    pub(super) sent: Bytes,
    inflated: Option<Vec<u8>>,
    /// Keeps the body's share of the budget.
    _share: Option<OwnedSemaphorePermit>,
}

impl WholeBody {
    /// The content, decompressed.
    pub(super) fn content(&self) -> &[u8] {
        self.inflated.as_deref().unwrap_or(&self.sent)
    }
}

/// Why a body was not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unread {
    /// It is larger than the service takes.
    TooLarge,
    /// It did not arrive in time.
    TooSlow,
    /// There is no memory for it now.
    NoRoom,
    /// The connection broke, or broke the rules of HTTP.
    Broken,
    /// It is not compressed as it says.
    BadlyCoded,
}

/// Polls a future for the first time.
async fn poll_once<F: Future>(mut future: Pin<&mut F>) -> Poll<F::Output> {
    std::future::poll_fn(|context| Poll::Ready(future.as_mut().poll(context))).await
}

impl BodyReader {
    /// A reader that waits so long for a body.
    pub(super) fn new(time_max: Duration) -> Self {
        Self {
            budget: Arc::new(Semaphore::new(BUDGET_BYTES / UNIT_BYTES)),
            time_max,
        }
    }

    /// Reads a whole body.
    pub(super) async fn read<B: Body>(&self, headers: &HeaderMap, body: B) -> Result<WholeBody, Unread> {
        let mut body = pin!(body);
        let mut read = pin!(self.collect(headers, body.as_mut()));
        // A body that is there already needs no timer, and no runtime that has timers.
        let (sent, share) = match poll_once(read.as_mut()).await {
            Poll::Ready(read) => read?,
            Poll::Pending => tokio::time::timeout(self.time_max, read)
                .await
                .unwrap_or(Err(Unread::TooSlow))?,
        };
        let inflated = Coding::of_request(headers)
            .map(|coding| inflate(coding, &sent))
            .transpose()?;
        Ok(WholeBody {
            sent,
            inflated,
            _share: share,
        })
    }

    async fn collect<B: Body>(
        &self,
        headers: &HeaderMap,
        mut body: Pin<&mut B>,
    ) -> Result<(Bytes, Option<OwnedSemaphorePermit>), Unread> {
        if body.size_hint().lower() > BODY_SIZE_BYTES_MAX as u64 {
            // A client that asks before it sends needs no more than the answer.
            if !headers.contains_key(EXPECT) {
                drain(body).await;
            }
            return Err(Unread::TooLarge);
        }
        let first = next_piece(body.as_mut()).await?.unwrap_or_default();
        if body.is_end_stream() && first.len() <= BODY_SIZE_BYTES_MAX {
            return Ok((first, None));
        }
        let announced = usize::try_from(body.size_hint().lower()).unwrap_or(usize::MAX);
        let mut whole = Vec::with_capacity(first.len() + announced.min(FREE_BYTES));
        whole.extend_from_slice(&first);
        drop(first);
        let mut share = None;
        while let Some(piece) = next_piece(body.as_mut()).await? {
            if whole.len() + piece.len() > BODY_SIZE_BYTES_MAX {
                drain(body).await;
                return Err(Unread::TooLarge);
            }
            self.enlarge(&mut share, whole.len() + piece.len())?;
            whole.extend_from_slice(&piece);
        }
        Ok((whole.into(), share))
    }

    /// Draws on the budget until `share` covers a body of this size.
    fn enlarge(&self, share: &mut Option<OwnedSemaphorePermit>, size_bytes: usize) -> Result<(), Unread> {
        let units = size_bytes.saturating_sub(FREE_BYTES).div_ceil(UNIT_BYTES);
        let held = share.as_ref().map_or(0, OwnedSemaphorePermit::num_permits);
        let more = u32::try_from(units.saturating_sub(held)).unwrap_or(u32::MAX);
        if more == 0 {
            return Ok(());
        }
        let permit = Arc::clone(&self.budget)
            .try_acquire_many_owned(more)
            .map_err(|_| Unread::NoRoom)?;
        match share {
            Some(share) => share.merge(permit),
            None => *share = Some(permit),
        }
        Ok(())
    }
}

/// The next piece of data; trailers are passed over.
async fn next_piece<B: Body>(mut body: Pin<&mut B>) -> Result<Option<Bytes>, Unread> {
    loop {
        let Some(frame) = body.as_mut().frame().await else {
            return Ok(None);
        };
        let frame = frame.map_err(|_| Unread::Broken)?;
        if let Ok(mut data) = frame.into_data() {
            return Ok(Some(data.copy_to_bytes(data.remaining())));
        }
    }
}

async fn drain<B: Body>(mut body: Pin<&mut B>) {
    let mut drained = 0;
    while drained <= DRAIN_BYTES_MAX {
        match next_piece(body.as_mut()).await {
            Ok(Some(piece)) => drained += piece.len(),
            Ok(None) | Err(_) => return,
        }
    }
}

fn inflate(coding: Coding, sent: &[u8]) -> Result<Vec<u8>, Unread> {
    let content = coding
        .decode(sent, BODY_SIZE_BYTES_MAX)
        .map_err(|_| Unread::BadlyCoded)?;
    if content.len() > BODY_SIZE_BYTES_MAX {
        return Err(Unread::TooLarge);
    }
    Ok(content)
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;
    use std::task::{Context, Poll};

    use http_body::Frame;
    use http_body_util::Full;

    use super::*;

    fn reader() -> BodyReader {
        BodyReader::new(Duration::from_secs(60))
    }

    /// A body of so many pieces of 1 MiB, whose length nobody announces.
    struct Pieces(usize);

    impl Body for Pieces {
        type Data = Bytes;
        type Error = Infallible;

        fn poll_frame(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
            let Some(rest) = self.0.checked_sub(1) else {
                return Poll::Ready(None);
            };
            self.0 = rest;
            Poll::Ready(Some(Ok(Frame::data(Bytes::from(vec![b' '; 1024 * 1024])))))
        }
    }

    #[tokio::test]
    async fn one_piece_is_handed_on_without_a_copy() {
        let sent = Bytes::from_static(b"{}");
        let body = reader().read(&HeaderMap::new(), Full::new(sent.clone())).await.unwrap();
        assert_eq!(body.content().as_ptr(), sent.as_ptr());
    }

    #[tokio::test]
    async fn the_limit_is_exact_and_also_holds_for_bodies_of_unknown_length() {
        let body = reader().read(&HeaderMap::new(), Pieces(16)).await.unwrap();
        assert_eq!(body.content().len(), BODY_SIZE_BYTES_MAX);
        let refused = reader().read(&HeaderMap::new(), Pieces(17)).await;
        assert_eq!(refused.unwrap_err(), Unread::TooLarge);
    }

    #[tokio::test]
    async fn large_bodies_in_flight_share_a_budget_and_give_it_back() {
        let reader = reader();
        let mut held = Vec::new();
        loop {
            match reader.read(&HeaderMap::new(), Pieces(16)).await {
                Ok(body) => held.push(body),
                Err(refusal) => {
                    assert_eq!(refusal, Unread::NoRoom);
                    break;
                }
            }
        }
        assert_eq!(held.len(), BUDGET_BYTES / BODY_SIZE_BYTES_MAX);
        let small = reader
            .read(&HeaderMap::new(), Full::new(Bytes::from_static(b"{}")))
            .await;
        assert!(small.is_ok(), "a body of the usual size needs no budget");
        held.pop();
        assert!(reader.read(&HeaderMap::new(), Pieces(16)).await.is_ok());
    }
}
