//! What an asynchronous test runs in. The test attribute calls this; a test calls what it needs of tokio itself.

use std::future::Future;

use tokio::runtime::{Builder, Runtime};

/// Runs a test on the thread that calls.
pub fn run_on_one_thread<T>(test: impl Future<Output = T>) -> T {
    started(&mut Builder::new_current_thread()).block_on(test)
}

/// Runs a test with two threads beside the one that calls.
pub fn run_on_two_threads<T>(test: impl Future<Output = T>) -> T {
    started(Builder::new_multi_thread().worker_threads(2)).block_on(test)
}

fn started(builder: &mut Builder) -> Runtime {
    let runtime = builder.enable_all().build();
    runtime.unwrap_or_else(|error| panic!("no runtime for a test: {error}"))
}
