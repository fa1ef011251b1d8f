//! The body of an answer that is there already, handed to its connection a piece at a time.
//!
//! A socket takes a megabyte in one go if it is offered one, and the thread that offers it answers nobody else meanwhile. So after each piece of
//! a large body it is the turn of others.

use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};

/// How much of an answer is written at a time, to memory and to the socket: it takes as long as a few requests for one item.
pub(super) const PIECE_SIZE_BYTES: usize = 32 * 1024;

/// A body.
#[derive(Debug)]
pub struct Written {
    left: Bytes,
    /// Whether a piece has just been handed over.
    is_others_turn: bool,
}

impl Written {
    /// What is left of it, in one piece.
    pub(super) fn into_bytes(self) -> Bytes {
        self.left
    }
}

impl From<Bytes> for Written {
    fn from(whole: Bytes) -> Self {
        Self {
            left: whole,
            is_others_turn: false,
        }
    }
}

impl Body for Written {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        if std::mem::take(&mut self.is_others_turn) {
            context.waker().wake_by_ref();
            return Poll::Pending;
        }
        let size = self.left.len().min(PIECE_SIZE_BYTES);
        let piece = self.left.split_to(size);
        self.is_others_turn = !self.left.is_empty();
        Poll::Ready((!piece.is_empty()).then(|| Ok(Frame::data(piece))))
    }

    fn is_end_stream(&self) -> bool {
        self.left.is_empty()
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.left.len() as u64)
    }
}

#[cfg(test)]
mod tests {
    use http_body_util::BodyExt;

    use super::*;

    #[tokio::test]
    async fn a_body_arrives_whole_however_large_it_is() {
        for size in [0, 1, PIECE_SIZE_BYTES, PIECE_SIZE_BYTES + 1, 5 * PIECE_SIZE_BYTES - 1] {
            let sent: Bytes = (0..size).map(|at| at as u8).collect();
            let body = Written::from(sent.clone());
            assert_eq!(body.size_hint().exact(), Some(size as u64));
            assert_eq!(body.is_end_stream(), size == 0);
            let Ok(received) = body.collect().await;
            assert_eq!(received.to_bytes(), sent);
        }
    }

    #[tokio::test]
    async fn others_have_their_turn_between_pieces() {
        let mut body = Written::from(Bytes::from(vec![0; 2 * PIECE_SIZE_BYTES]));
        let mut context = Context::from_waker(std::task::Waker::noop());
        let mut poll = || Pin::new(&mut body).poll_frame(&mut context);
        assert!(poll().is_ready());
        assert!(poll().is_pending());
        assert!(matches!(poll(), Poll::Ready(Some(_))));
        assert!(matches!(poll(), Poll::Ready(None)));
    }
}
