//! The protocol: one HTTP request in, one HTTP response out, with the service's checks in the service's order (wire.md §7).
//!
//! A gateway needs no socket: the server feeds it from connections, and a test or an embedded client can feed it directly. The body is parsed
//! once, straight into a typed request. The service checks that it is JSON before it looks at the target and the signature; here this
//! is checked first only when one of these is refused, since the decoder finds it anyway.
//!
//! Nothing that happens to one request concerns another: a panic becomes an `InternalServerError`.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::request::Parts;
use http::{Method, Request, Response, StatusCode};
use http_body::Body;
use http_body_util::{BodyExt, Either};
use smol_str::SmolStr;
use stator_core::engine::{Call, Caller, Engine};
use stator_core::model::json::{Reader, Refusal};
use stator_core::model::{ApiError, ErrorKind, Request as ApiRequest};
use tower::ServiceExt;

use super::admin::{self, Administration, Pages};
use super::authentication::{self, Credentials, Identity};
use super::body::{BodyReader, Unread, WholeBody};
use super::coding::Coding;
use super::cors::{self, Origins};
use super::media::MediaType;
use super::response::{Answer, ResponseBody};
use super::target;
use crate::failure::ConnectionLost;
use crate::{Answers, Failure, stack};

/// The Region of callers that name none.
const REGION_DEFAULT: &str = "us-east-1";
/// Errors as middleware passes them around.
type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// What a gateway is told once.
#[derive(Clone, Debug)]
pub struct GatewaySettings {
    /// The account of all callers, 12 digits.
    pub account: SmolStr,
    /// The origins that may call.
    pub origins: Origins,
    /// The callers that may call; if none are given, everybody may, and signatures are not verified.
    pub credentials: Option<Credentials>,
    /// Whether the server can be administered by requests.
    pub administration: Administration,
    /// How long a client may take to send a body.
    pub body_time_max: Duration,
}

impl Default for GatewaySettings {
    fn default() -> Self {
        Self {
            account: SmolStr::new_static("000000000000"),
            origins: Origins::default(),
            credentials: None,
            administration: Administration::On,
            body_time_max: Duration::from_secs(60),
        }
    }
}

/// Answers HTTP requests from a stack.
#[derive(Debug)]
pub struct Gateway<S> {
    parts: Arc<GatewayParts<S>>,
}

#[derive(Debug)]
struct GatewayParts<S> {
    stack: S,
    /// For its world, which makes request ids and tells the time.
    engine: Arc<Engine>,
    admin: Pages,
    bodies: BodyReader,
    settings: GatewaySettings,
}

impl<S> Clone for Gateway<S> {
    fn clone(&self) -> Self {
        Self {
            parts: Arc::clone(&self.parts),
        }
    }
}

impl<S: Answers> Gateway<S> {
    /// A gateway to a stack, whose state is administered beside it.
    pub fn new(stack: S, state: stack::State, settings: GatewaySettings) -> Self {
        let parts = GatewayParts {
            stack,
            engine: Arc::clone(&state.engine),
            admin: Pages::new(state, settings.account.clone(), settings.administration),
            bodies: BodyReader::new(settings.body_time_max),
            settings,
        };
        Self { parts: Arc::new(parts) }
    }

    /// Answers a request, whatever it is.
    ///
    /// # Errors
    /// When the connection is to be closed without an answer, which happens only where a test asks for it.
    pub async fn answer<B>(&self, request: Request<B>) -> Result<Response<ResponseBody>, ConnectionLost>
    where
        B: Body<Data = Bytes, Error: Into<BoxError>> + Send + 'static,
    {
        let (head, body) = request.into_parts();
        if head.uri.path().starts_with(admin::PREFIX) {
            if !self.parts.settings.origins.may_administer(&head.headers) {
                return Ok(admin::refuse_page().map(Either::Right));
            }
            return Ok(self.parts.administer(Request::from_parts(head, body)).await);
        }
        let world = self.parts.engine.world();
        let origin = self.parts.settings.origins.admit(&head.headers);
        let is_preflight = origin.is_some() && head.method == Method::OPTIONS;
        let answer = self.parts.respond(&head, body, is_preflight).await?;
        let mut response = answer.into_response(world);
        if is_preflight {
            cors::grant_preflight(&head.headers, response.headers_mut());
        }
        if let Some(origin) = origin {
            origin.mark(response.headers_mut());
        }
        Ok(response)
    }

    /// Answers a request whole, for those who have no connection to write to.
    ///
    /// # Errors
    /// As [`Self::answer`].
    pub async fn exchange<B>(&self, request: Request<B>) -> Result<Response<Bytes>, ConnectionLost>
    where
        B: Body<Data = Bytes, Error: Into<BoxError>> + Send + 'static,
    {
        let (head, body) = self.answer(request).await?.into_parts();
        let body = match body {
            Either::Left(written) => written.into_bytes(),
            // A page of the administration that breaks off is a connection that does.
            Either::Right(page) => page.collect().await.map_err(|_| ConnectionLost)?.to_bytes(),
        };
        Ok(Response::from_parts(head, body))
    }
}

impl<S: Answers> GatewayParts<S> {
    async fn administer<B>(&self, request: Request<B>) -> Response<ResponseBody>
    where
        B: Body<Data = Bytes, Error: Into<BoxError>> + Send + 'static,
    {
        let Ok(response) = self.admin.router().oneshot(request).await;
        response.map(Either::Right)
    }

    async fn respond<B: Body>(&self, head: &Parts, body: B, is_preflight: bool) -> Result<Answer, ConnectionLost> {
        Ok(match head.method {
            Method::GET => health(head),
            Method::OPTIONS if is_preflight => Answer::empty(StatusCode::OK),
            Method::POST => match self.bodies.read(&head.headers, body).await {
                Ok(body) => self.post(head, body).await?,
                Err(unread) => answer_unread(unread, head),
            },
            _ => Answer::not_found(),
        })
    }

    async fn post(&self, head: &Parts, body: WholeBody) -> Result<Answer, ConnectionLost> {
        let named = head.headers.get(CONTENT_TYPE).filter(|value| !value.is_empty());
        let media = match named {
            Some(value) => MediaType::named_by(value),
            None => body.content().is_empty().then_some(MediaType::Json),
        };
        let (Some(media), "/") = (media, head.uri.path()) else {
            return Ok(Answer::not_found());
        };
        match caught(self.execute(head, body, media)).await {
            Ok(answer) => answer,
            Err(panic) => {
                tracing::error!(
                    reason = reason(&*panic),
                    "a request made the server panic; please report it"
                );
                let failure = ApiError::usual(ErrorKind::InternalServerError);
                Ok(Answer::of_error(&failure, media))
            }
        }
    }

    async fn execute(&self, head: &Parts, body: WholeBody, media: MediaType) -> Result<Answer, ConnectionLost> {
        let outcome = match self.decode(head, &body) {
            Ok(call) => {
                // The typed request is all that is needed from here on.
                drop(body);
                let operation = call.request.operation();
                let outcome = self.stack.clone().oneshot(call).await;
                tracing::debug!(%operation, error = outcome.as_ref().err().map(tracing::field::display), "answered");
                outcome
            }
            Err(error) => {
                tracing::debug!(%error, "refused");
                Err(Failure::Error(error))
            }
        };
        match outcome {
            Ok(reply) => {
                let answer = Answer::of_reply(reply, media).await;
                Ok(match Coding::accepted(&head.headers) {
                    Some(coding) => answer.coded(coding).await,
                    None => answer,
                })
            }
            Err(Failure::Error(error)) => Ok(Answer::of_error(&error, media)),
            Err(Failure::ConnectionLost) => Err(ConnectionLost),
        }
    }

    fn decode(&self, head: &Parts, body: &WholeBody) -> Result<Call, ApiError> {
        let content = body.content();
        let text = std::str::from_utf8(content).map_err(|_| Refusal::Malformed);
        let admitted = target::operation(&head.headers).and_then(|operation| {
            let credentials = self.settings.credentials.as_ref();
            let identity = authentication::authenticate(head, &body.sent, credentials, self.engine.world())?;
            Ok((operation, identity))
        });
        let (operation, identity) = match admitted {
            Ok(admitted) => admitted,
            Err(error) if content.is_empty() || text.is_ok_and(Reader::is_json) => return Err(error),
            Err(_) => return Err(not_json()),
        };
        let (request, layer) =
            text.and_then(|text| ApiRequest::read(operation, text))
                .map_err(|refusal| match refusal {
                    Refusal::Kind(Some(message)) => ApiError::new(ErrorKind::Serialization, message),
                    Refusal::Typed(message) => ApiError::new(ErrorKind::SearchSerialization, message),
                    Refusal::Invalid(message) => ApiError::validation(message),
                    Refusal::Kind(None) | Refusal::Malformed => not_json(),
                })?;
        Ok(Call::new(request, layer, self.caller(identity)))
    }

    fn caller(&self, identity: Identity) -> Caller {
        Caller {
            access_key: identity.access_key,
            region: identity.region,
            account: self.settings.account.clone(),
        }
    }
}

/// The error of a body that is no JSON, or nothing at all: the service sends no message with it.
fn not_json() -> ApiError {
    ApiError::bare(ErrorKind::Serialization)
}

fn health(head: &Parts) -> Answer {
    let region = authentication::region(head);
    let region = region.as_deref().unwrap_or(REGION_DEFAULT);
    let body = format!("healthy: dynamodb.{region}.amazonaws.com ");
    Answer::plain(StatusCode::OK, body.into())
}

fn answer_unread(unread: Unread, head: &Parts) -> Answer {
    let status = match unread {
        Unread::BadlyCoded => {
            let media = head.headers.get(CONTENT_TYPE).and_then(MediaType::named_by);
            return media.map_or_else(Answer::not_found, |media| Answer::of_error(&not_json(), media));
        }
        Unread::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        Unread::TooSlow => StatusCode::REQUEST_TIMEOUT,
        Unread::NoRoom => StatusCode::SERVICE_UNAVAILABLE,
        Unread::Broken => StatusCode::BAD_REQUEST,
    };
    Answer {
        closes: true,
        ..Answer::empty(status)
    }
}

/// Runs a future; a panic inside of it ends it and nothing else. Tables are values that change by one swap at the end of an operation, so
/// that an operation that was cut short has changed nothing.
async fn caught<F: Future>(future: F) -> Result<F::Output, Box<dyn Any + Send>> {
    let mut future = pin!(future);
    std::future::poll_fn(
        |context| match catch_unwind(AssertUnwindSafe(|| future.as_mut().poll(context))) {
            Ok(poll) => poll.map(Ok),
            Err(panic) => Poll::Ready(Err(panic)),
        },
    )
    .await
}

fn reason(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<&str>().copied();
    text.or_else(|| panic.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("unknown")
}
