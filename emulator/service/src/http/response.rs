//! Responses: the headers that every one carries, and bodies.

use bytes::Bytes;
use http::header::{CONNECTION, CONTENT_ENCODING, CONTENT_TYPE, HeaderName, SERVER};
use http::{HeaderValue, Response, StatusCode};
use http_body_util::Either;
use stator_core::engine::World;
use stator_core::model::json::Writer;
use stator_core::model::{ApiError, Reply};

use super::coding::{Coding, PLAIN_SIZE_BYTES_MAX};
use super::media::MediaType;
use super::written::{PIECE_SIZE_BYTES, Written};

/// The body of a response: of the protocol, or what the administrative pages make.
pub type ResponseBody = Either<Written, axum::body::Body>;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-amzn-requestid");
const CRC32: HeaderName = HeaderName::from_static("x-amz-crc32");
/// How many headers a response has at most, CORS included.
const HEADERS_MAX: usize = 12;
/// Room for most replies, so that the buffer need not grow.
const REPLY_SIZE_BYTES: usize = 1024;

/// What is answered, before the headers that every response carries.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) status: StatusCode,
    pub(super) media: Option<MediaType>,
    pub(super) body: Bytes,
    /// How the body is compressed.
    pub(super) coding: Option<Coding>,
    /// Whether the connection cannot be used any more.
    pub(super) closes: bool,
}

impl Answer {
    /// An answer without a body.
    pub(super) fn empty(status: StatusCode) -> Self {
        Self::plain(status, Bytes::new())
    }

    /// An answer outside the protocol.
    pub(super) fn plain(status: StatusCode, body: Bytes) -> Self {
        Self {
            status,
            media: None,
            body,
            coding: None,
            closes: false,
        }
    }

    /// What the service answers to anything that is not the protocol.
    pub(super) fn not_found() -> Self {
        Self::plain(
            StatusCode::NOT_FOUND,
            Bytes::from_static(b"<UnknownOperationException/>\n"),
        )
    }

    /// The reply of an operation. A large one lets others have their turn while it is written.
    pub(super) async fn of_reply(reply: Reply, media: MediaType) -> Self {
        let mut body = Vec::with_capacity(REPLY_SIZE_BYTES);
        let mut pieces = reply.into_pieces();
        while !pieces.write(&mut body, PIECE_SIZE_BYTES) {
            tokio::task::yield_now().await;
        }
        Self {
            media: Some(media),
            ..Self::plain(StatusCode::OK, body.into())
        }
    }

    /// The same, compressed if it is large.
    pub(super) async fn coded(self, coding: Coding) -> Self {
        if self.body.len() <= PLAIN_SIZE_BYTES_MAX {
            return self;
        }
        Self {
            body: coding.encode(&self.body).await,
            coding: Some(coding),
            ..self
        }
    }

    /// An error.
    pub(super) fn of_error(error: &ApiError, media: MediaType) -> Self {
        let mut body = Vec::new();
        error.write(&mut Writer::new(&mut body));
        let status = StatusCode::from_u16(error.kind().status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        Self {
            media: Some(media),
            ..Self::plain(status, body.into())
        }
    }

    /// The response, with a request id and the checksum of its body.
    pub(super) fn into_response(self, world: &World) -> Response<ResponseBody> {
        let crc32 = crc32fast::hash(&self.body);
        let mut response = Response::new(Either::Left(Written::from(self.body)));
        *response.status_mut() = self.status;
        let headers = response.headers_mut();
        headers.reserve(HEADERS_MAX);
        headers.insert(SERVER, HeaderValue::from_static("Server"));
        if let Some(media) = self.media {
            headers.insert(CONTENT_TYPE, media.header());
        }
        headers.insert(REQUEST_ID, request_id(world));
        headers.insert(CRC32, HeaderValue::from(crc32));
        if let Some(coding) = self.coding {
            headers.insert(CONTENT_ENCODING, coding.header());
        }
        if self.closes {
            headers.insert(CONNECTION, HeaderValue::from_static("close"));
        }
        response
    }
}

fn request_id(world: &World) -> HeaderValue {
    let mut id = [b'0'; 52];
    world.write_request_id(&mut id);
    HeaderValue::from_bytes(&id).unwrap_or_else(|_| unreachable!("a request id is of letters and digits"))
}
