//! Bodies of requests: what is read and written again reads as the same request.
//!
//! What a client sent wrong is kept beside a placeholder and not written, so that such a request comes back without its faults.
//! The first line names the operation, the rest is the body. The layer may differ: a request is written in the plain spelling.
#![no_main]

use libfuzzer_sys::fuzz_target;
use stator_core::model::json::Writer;
use stator_core::model::{Operation, Request};

fuzz_target!(|text: &str| {
    let (name, body) = text.split_once('\n').unwrap_or(("", text));
    let Some(operation) = Operation::from_name(name) else {
        return;
    };
    let Ok((request, _)) = Request::read(operation, body) else {
        return;
    };
    let body = written(&request);
    let (again, _) = Request::read(operation, &body).expect("what was written is a body");
    assert_eq!(written(&again), body);
    assert!(again == request || bears_faults(&request), "{body}\n{request:?}");
});

/// Whether a value in the request was sent wrong: a placeholder stands for it then, and is what is written.
fn bears_faults(request: &Request) -> bool {
    format!("{request:?}").contains("Faults(Some([Fault {")
}

fn written(request: &Request) -> String {
    let mut body = Vec::new();
    request.write(&mut Writer::new(&mut body));
    String::from_utf8(body).expect("a body is UTF-8")
}
