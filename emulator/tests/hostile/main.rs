//! Bodies that are made to be expensive, sent to the program itself: each is answered, in time and memory that are in proportion to it, and
//! with an answer that is no larger.
//!
//! A new kind of body is one entry of the table in [`bodies`]. Every kind is sent small and eight times as large; time is the processor's time of
//! the server, so that a busy machine does not count, and memory is the server's peak beyond what it had. `STATOR_HOSTILE_BYTES` sets
//! the larger size: 16777000 comes near to the largest body that is read.

#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod bodies;
mod server;

use bodies::{Hostile, KINDS, Scale};
use server::{Cost, Server};

/// The larger size when nothing else is asked for: a debug build takes all kinds of it in less than a minute.
const LARGE_BYTES: usize = 1 << 20;
/// How much smaller the smaller size is.
const STEP: usize = 8;
/// What eight times the size may take: far from what is quadratic, which takes 64 times as much.
const TIMES_CPU_MAX: u64 = 20;
/// Below this no proportion can be told: the system counts in hundredths of a second.
const CPU_MS_FREE: u64 = 150;
/// What a mebibyte may take of a debug build.
const CPU_MS_MAX: u64 = 4_000;
/// Peak memory may be so many times the body, beside what lists of any length take until the rest of them is forgotten.
const TIMES_MEMORY_MAX: u64 = 24;
const MEMORY_FREE_BYTES: u64 = 40 << 20;
/// The most that a refusal says: an echo of 256 KiB or two, as they are written in JSON, and words around them. Control characters take six times
/// their length there.
const ANSWER_BYTES_MAX: usize = 2 << 20;
/// What a refusal may say, small bodies apart, in hundredths of the body.
const ANSWER_SHARE_MAX: usize = 110;

/// What goes wrong with a kind of body, and what it took.
fn faults(server: &Server, kind: &Hostile, large_bytes: usize) -> (Vec<String>, Cost) {
    let mut faults = Vec::new();
    let mut refused = |scale_bytes: usize| {
        let body = kind.body(scale_bytes);
        let (answer, cost) = server.cost_of(kind.operation, &body);
        if !answer.contains(kind.refusal) {
            let beginning: String = answer.chars().take(400).collect();
            faults.push(format!("{} bytes were answered {beginning}", body.len()));
        }
        let is_long = answer.len() > (600 << 10).max(body.len() * ANSWER_SHARE_MAX / 100);
        if is_long || answer.len() > ANSWER_BYTES_MAX {
            faults.push(format!(
                "{} bytes were answered with {} bytes",
                body.len(),
                answer.len()
            ));
        }
        let memory_max = MEMORY_FREE_BYTES + TIMES_MEMORY_MAX * body.len() as u64;
        if cost.peak_bytes > memory_max {
            faults.push(format!("{} bytes took {} bytes of memory", body.len(), cost.peak_bytes));
        }
        cost
    };
    let small = refused(large_bytes / STEP);
    let large = refused(large_bytes);
    if kind.scale == Scale::Bytes && large.cpu_ms > CPU_MS_FREE + TIMES_CPU_MAX * small.cpu_ms {
        faults.push(format!(
            "{STEP} times the size took {} ms and not {} ms",
            large.cpu_ms, small.cpu_ms
        ));
    }
    if large.cpu_ms > CPU_MS_FREE + CPU_MS_MAX * (large_bytes as u64).div_ceil(1 << 20) {
        faults.push(format!("{large_bytes} bytes took {} ms", large.cpu_ms));
    }
    (faults, large)
}

#[test]
fn hostile_bodies_are_refused_in_proportion_to_their_size() {
    let server = Server::start();
    let large_bytes = match std::env::var("STATOR_HOSTILE_BYTES") {
        Ok(bytes) => bytes.parse().unwrap(),
        Err(_) => LARGE_BYTES,
    };
    let mut failures = Vec::new();
    for kind in KINDS {
        let (faults, cost) = faults(&server, kind, large_bytes);
        println!(
            "{:6} ms {:5} KiB  {}: {}",
            cost.cpu_ms,
            cost.peak_bytes >> 10,
            kind.operation,
            kind.name
        );
        failures.extend(
            faults
                .iter()
                .map(|fault| format!("{}, {}: {fault}", kind.operation, kind.name)),
        );
    }
    assert!(failures.is_empty(), "\n{}", failures.join("\n"));
    server.assert_serves();
}

#[test]
fn every_kind_has_a_name_of_its_own() {
    let mut names: Vec<_> = KINDS.iter().map(|kind| (kind.operation, kind.name)).collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), KINDS.len());
}

/// Clients that never end what they have begun, twice as many as there are threads to answer.
#[test]
fn bodies_that_trickle_hold_up_nobody() {
    let server = Server::start();
    let mut slow: Vec<_> = (0..4).map(|_| server.begin_chunked()).collect();
    for _ in 0..20 {
        for client in &mut slow {
            server::send_chunk(client, "{\"a\":");
        }
        server.assert_serves();
    }
}

#[test]
fn a_body_that_never_ends_is_refused_and_cut() {
    let server = Server::start();
    let chunk = " ".repeat(1 << 20);
    let mut client = server.begin_chunked();
    // The server reads on for a while so that the client sees the answer, and then closes.
    let sent = (0..200)
        .take_while(|_| server::try_send_chunk(&mut client, &chunk))
        .count();
    assert!(sent < 200, "the server reads for ever");
    server.assert_serves();
}
