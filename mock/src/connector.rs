//! What the SDK needs of its surroundings, without any: a connection that is a function call, and the database's time.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_smithy_async::rt::sleep::{AsyncSleep, Sleep};
use aws_smithy_async::time::TimeSource;
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::body::SdkBody;
use stator_core::engine::Engine;
use stator_service::Answers;
use stator_service::http::Gateway;
use stator_service::timers::VirtualTimers;

/// A connection to a gateway of this process.
pub(crate) struct InProcess<S> {
    gateway: Gateway<S>,
}

impl<S: Answers> InProcess<S> {
    pub(crate) fn new(gateway: Gateway<S>) -> Self {
        Self { gateway }
    }
}

impl<S> Clone for InProcess<S> {
    fn clone(&self) -> Self {
        Self {
            gateway: self.gateway.clone(),
        }
    }
}

impl<S> fmt::Debug for InProcess<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("InProcess")
    }
}

impl<S: Answers> HttpClient for InProcess<S> {
    fn http_connector(&self, _: &HttpConnectorSettings, _: &RuntimeComponents) -> SharedHttpConnector {
        SharedHttpConnector::new(self.clone())
    }
}

impl<S: Answers> HttpConnector for InProcess<S> {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let gateway = self.gateway.clone();
        HttpConnectorFuture::new(async move {
            let request = request
                .try_into_http1x()
                .map_err(|error| ConnectorError::user(error.into()))?;
            // A connection that goes away is what SDKs take for a failure of the network, and retry.
            let answer = gateway
                .exchange(request)
                .await
                .map_err(|lost| ConnectorError::io(lost.into()))?;
            HttpResponse::try_from(answer.map(SdkBody::from)).map_err(|error| ConnectorError::other(error.into(), None))
        })
    }
}

/// Credentials that any stator believes.
pub(crate) fn credentials(access_key: &str) -> SharedCredentialsProvider {
    SharedCredentialsProvider::new(Credentials::new(access_key, "secret", None, None, "stator-mock"))
}

/// Waits in the database's time, that is, not at all.
#[derive(Clone, Debug)]
pub(crate) struct Sleeps(VirtualTimers);

impl Sleeps {
    pub(crate) fn new(timers: VirtualTimers) -> Self {
        Self(timers)
    }
}

impl AsyncSleep for Sleeps {
    fn sleep(&self, duration: Duration) -> Sleep {
        Sleep::new(self.0.sleep(duration))
    }
}

/// The time by the database's clock.
#[derive(Clone, Debug)]
pub(crate) struct EngineTime(Arc<Engine>);

impl EngineTime {
    pub(crate) fn new(engine: Arc<Engine>) -> Self {
        Self(engine)
    }
}

impl TimeSource for EngineTime {
    fn now(&self) -> SystemTime {
        let milliseconds = self.0.world().now().as_millis();
        UNIX_EPOCH + Duration::from_millis(u64::try_from(milliseconds).unwrap_or_default())
    }
}
