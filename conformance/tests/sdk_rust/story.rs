//! Plays steps in order, reports each on one line, and fails at the end when any has failed.

use std::any::type_name;
use std::collections::HashMap;
use std::fmt::Debug;
use std::sync::{Arc, Mutex};

use aws_sdk_dynamodb::config::interceptors::BeforeSerializationInterceptorContextRef;
use aws_sdk_dynamodb::config::{ConfigBag, Intercept};
use aws_sdk_dynamodb::error::{BoxError, ProvideErrorMetadata, SdkError};
use aws_sdk_dynamodb::types::AttributeValue;

use crate::Shop;

pub(crate) type Item = HashMap<String, AttributeValue>;

/// The last request that the client was asked to send.
#[derive(Clone, Debug, Default)]
pub(crate) struct LastRequest(Arc<Mutex<String>>);

impl Intercept for LastRequest {
    fn name(&self) -> &'static str {
        "LastRequest"
    }

    fn read_before_execution(
        &self,
        context: &BeforeSerializationInterceptorContextRef<'_>,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        *self.0.lock().unwrap() = format!("{:?}", context.input());
        Ok(())
    }
}

/// A shop, and the steps that failed so far.
pub(crate) struct Story {
    shop: Shop,
    last_request: LastRequest,
    failed: Vec<String>,
}

impl Story {
    pub(crate) fn new(shop: Shop, last_request: LastRequest) -> Self {
        Self {
            shop,
            last_request,
            failed: Vec::new(),
        }
    }

    pub(crate) async fn play<S, F>(&mut self, step: S)
    where
        S: FnOnce(Shop) -> F,
        F: Future<Output = ()> + Send + 'static,
    {
        let title = type_name::<S>()
            .rsplit("::")
            .next()
            .unwrap_or_default()
            .replace('_', " ");
        // A task of its own turns a panic into an error; the panic's message is printed by then.
        match tokio::spawn(step(self.shop.clone())).await {
            Ok(()) => println!("ok      {title}"),
            Err(_) => {
                println!("FAILED  {title}\nlast request: {}", self.last_request.0.lock().unwrap());
                self.failed.push(title);
            }
        }
    }

    pub(crate) fn end(self) {
        assert!(self.failed.is_empty(), "these steps failed: {:#?}", self.failed);
    }
}

/// Asserts that a call was refused by the service, and returns its typed error.
#[track_caller]
pub(crate) fn refused<T: Debug, E: ProvideErrorMetadata + Debug, R: Debug>(
    answer: Result<T, SdkError<E, R>>,
    code: &str,
    message: &str,
) -> E {
    let Err(SdkError::ServiceError(refusal)) = answer else {
        panic!("wanted {code}, got {answer:?}")
    };
    let error = refusal.into_err();
    assert_eq!((error.code(), error.message()), (Some(code), Some(message)));
    error
}

pub(crate) fn s(value: impl Into<String>) -> AttributeValue {
    AttributeValue::S(value.into())
}

pub(crate) fn n(value: impl ToString) -> AttributeValue {
    AttributeValue::N(value.to_string())
}

pub(crate) fn ss<const N: usize>(values: [&str; N]) -> AttributeValue {
    AttributeValue::Ss(values.map(str::to_owned).to_vec())
}

pub(crate) fn item<const N: usize>(attributes: [(&str, AttributeValue); N]) -> Item {
    attributes.map(|(name, value)| (name.to_owned(), value)).into()
}

pub(crate) fn map<const N: usize>(attributes: [(&str, AttributeValue); N]) -> AttributeValue {
    AttributeValue::M(item(attributes))
}

/// The item with its sets, which have no order, in the same one.
pub(crate) fn with_sorted_sets(mut item: Item) -> Item {
    for value in item.values_mut() {
        match value {
            AttributeValue::Ss(strings) | AttributeValue::Ns(strings) => strings.sort(),
            AttributeValue::Bs(blobs) => blobs.sort_by(|a, b| a.as_ref().cmp(b.as_ref())),
            _ => {}
        }
    }
    item
}

/// The names of the attributes, sorted.
pub(crate) fn names(item: &Item) -> Vec<&str> {
    let mut names = item.keys().map(String::as_str).collect::<Vec<_>>();
    names.sort_unstable();
    names
}
