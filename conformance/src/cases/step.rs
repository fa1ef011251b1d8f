//! One step: fills it, sends it, and compares the reply with what is expected.

use std::io::{self, Write as _};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::{Value as Json, json};
use serde_yaml::Value;
use tokio::time::sleep;

use super::fill::{Bindings, FillError, Unbound, fill, text_of};
use super::format::{Action, Expected, RawReply, RawRequest, Step};
use super::pattern::{Mismatch, Pattern, PatternError};
use super::report::Failure;
use super::session::Session;
use super::wire::{Target, TransportError, WireReply, WireRequest, target_of};

/// Pages that a walk reads before it gives up.
const PAGES_MAX: usize = 10_000;

/// Why no reply could be compared.
enum StepFault {
    Fill(FillError),
    Pattern(PatternError),
    Transport(TransportError),
    /// A path of `keep` that leads nowhere.
    Kept(String),
    Encode(String),
    Endless,
}

impl From<FillError> for StepFault {
    fn from(error: FillError) -> Self {
        Self::Fill(error)
    }
}

impl From<PatternError> for StepFault {
    fn from(error: PatternError) -> Self {
        Self::Pattern(error)
    }
}

impl From<TransportError> for StepFault {
    fn from(error: TransportError) -> Self {
        Self::Transport(error)
    }
}

impl std::fmt::Display for StepFault {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Fill(error) => error.fmt(formatter),
            Self::Pattern(error) => error.fmt(formatter),
            Self::Transport(error) => error.fmt(formatter),
            Self::Kept(path) => write!(formatter, "the reply has nothing at {path} to keep"),
            Self::Encode(fault) => write!(formatter, "the body cannot be encoded: {fault}"),
            Self::Endless => write!(formatter, "more than {PAGES_MAX} pages"),
        }
    }
}

/// What was sent and what came.
struct Exchange {
    request: String,
    reply: WireReply,
}

/// Sends a step until its reply is as expected, or once; gives what it keeps.
pub(super) async fn run_step<T: Target>(
    session: &Session<'_, T>,
    step: &Step,
    bindings: &Bindings,
) -> Result<Bindings, Box<Failure>> {
    let tries = if step.eventually { session.patience.tries } else { 1 };
    let mut last = try_step(session, step, bindings).await;
    for _ in 1..tries {
        if last.is_ok() {
            break;
        }
        sleep(session.patience.pause).await;
        last = try_step(session, step, bindings).await;
    }
    last
}

async fn try_step<T: Target>(
    session: &Session<'_, T>,
    step: &Step,
    bindings: &Bindings,
) -> Result<Bindings, Box<Failure>> {
    let fault = |request: String, fault: StepFault| Failure {
        step: 0,
        request,
        expected: describe(&step.expected),
        actual: fault.to_string(),
        mismatches: Vec::new(),
        words_alone: false,
    };
    let exchange = match send(session, &step.action, bindings).await {
        Ok(exchange) => exchange,
        Err(error) => return Err(Box::new(fault(format!("{:?}", step.action), error))),
    };
    let mismatches = compare(&step.expected, &exchange.reply, bindings);
    let mismatches = mismatches.map_err(|error| fault(exchange.request.clone(), error))?;
    if !mismatches.is_empty() {
        return Err(Box::new(Failure {
            step: 0,
            request: exchange.request,
            expected: describe(&step.expected),
            actual: shown(&exchange.reply),
            words_alone: mismatches.iter().all(|mismatch| mismatch.at == MESSAGE),
            mismatches: mismatches.iter().map(ToString::to_string).collect(),
        }));
    }
    keep(&step.keep, &exchange.reply).map_err(|error| Box::new(fault(exchange.request, error)))
}

async fn send<T: Target>(
    session: &Session<'_, T>,
    action: &Action,
    bindings: &Bindings,
) -> Result<Exchange, StepFault> {
    match action {
        Action::Call { operation, request } => {
            let request = fill(request, bindings, Unbound::Refuse)?;
            let reply = session.call(operation, &request).await?;
            let request = format!("{operation} {}", serde_json::to_string(&request).unwrap_or_default());
            Ok(Exchange { request, reply })
        }
        Action::Walk {
            operation,
            request,
            segments,
        } => {
            let request = fill(request, bindings, Unbound::Refuse)?;
            let request = serde_json::to_value(&request).map_err(|error| StepFault::Encode(error.to_string()))?;
            let reply = walk(session, operation, &request, *segments).await?;
            let request = format!("every page of {operation} {request}");
            Ok(Exchange { request, reply })
        }
        Action::Http(raw) => {
            let request = encode(raw, session.headers(), bindings)?;
            let shown = format!(
                "{} {} {:?} {}",
                request.method,
                request.path,
                request.headers,
                String::from_utf8_lossy(&request.body)
            );
            let reply = session.send(request).await?;
            Ok(Exchange { request: shown, reply })
        }
    }
}

/// Reads page after page, and puts them together as one reply: its `Items`, its counts, and how many `Pages` there were.
///
/// The first error ends the walk and is its reply.
async fn walk<T: Target>(
    session: &Session<'_, T>,
    operation: &str,
    request: &Json,
    segments: Option<u32>,
) -> Result<WireReply, StepFault> {
    let (mut items, mut count, mut scanned, mut pages) = (Vec::new(), 0, 0, 0);
    for segment in 0..segments.unwrap_or(1) {
        let mut request = request.clone();
        if let Some(total) = segments {
            request["Segment"] = json!(segment);
            request["TotalSegments"] = json!(total);
        }
        loop {
            let reply = session.call(operation, &request).await?;
            if reply.status != 200 {
                return Ok(reply);
            }
            let mut page: Json = serde_json::from_slice(&reply.body).unwrap_or_default();
            if let Json::Array(list) = page["Items"].take() {
                items.extend(list);
            }
            count += page["Count"].as_u64().unwrap_or_default();
            scanned += page["ScannedCount"].as_u64().unwrap_or_default();
            pages += 1;
            if pages > PAGES_MAX {
                return Err(StepFault::Endless);
            }
            match page["LastEvaluatedKey"].take() {
                Json::Null => break,
                key => request["ExclusiveStartKey"] = key,
            }
        }
    }
    let joined = json!({ "Items": items, "Count": count, "ScannedCount": scanned, "Pages": pages });
    Ok(WireReply {
        status: 200,
        headers: Vec::new(),
        body: joined.to_string().into_bytes(),
    })
}

fn encode(raw: &RawRequest, standard: Vec<(String, String)>, bindings: &Bindings) -> Result<WireRequest, StepFault> {
    let text = |value: &Value| -> Result<String, StepFault> {
        let filled = fill(value, bindings, Unbound::Refuse)?;
        match text_of(&filled) {
            Some(text) => Ok(text),
            None => serde_json::to_string(&filled).map_err(|error| StepFault::Encode(error.to_string())),
        }
    };
    let mut headers = standard;
    if let Some(operation) = &raw.operation {
        headers.push(("x-amz-target".to_owned(), target_of(operation)));
    }
    for (name, value) in raw.headers.as_mapping().into_iter().flatten() {
        let name = text(name)?.to_lowercase();
        headers.retain(|(header, _)| *header != name);
        if !value.is_null() {
            headers.push((name, text(value)?));
        }
    }
    let mut body = match (&raw.body, &raw.base64) {
        (Some(body), _) => text(body)?.into_bytes(),
        (None, Some(bytes)) => STANDARD
            .decode(text(bytes)?)
            .map_err(|error| StepFault::Encode(error.to_string()))?,
        (None, None) => Vec::new(),
    };
    if raw.gzip {
        body = compress(&body).map_err(|error| StepFault::Encode(error.to_string()))?;
        headers.push(("content-encoding".to_owned(), "gzip".to_owned()));
    }
    Ok(WireRequest {
        method: raw.method.clone(),
        path: text(&Value::from(raw.path.as_str()))?,
        headers,
        body,
    })
}

fn compress(body: &[u8]) -> io::Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(body)?;
    encoder.finish()
}

/// Where a mismatch of wording stands.
const MESSAGE: &str = "message";

fn compare(expected: &Expected, reply: &WireReply, bindings: &Bindings) -> Result<Vec<Mismatch>, StepFault> {
    let parse =
        |value: &Value| -> Result<Pattern, StepFault> { Ok(Pattern::parse(&fill(value, bindings, Unbound::Refuse)?)?) };
    let json = || serde_json::from_slice::<Json>(&reply.body).ok();
    let mut mismatches = Vec::new();
    match expected {
        Expected::Success => mismatches.extend(compare_status(200, reply)),
        Expected::Answer(pattern) => {
            mismatches.extend(compare_status(200, reply));
            let body = if reply.body.is_empty() { Some(json!({})) } else { json() };
            mismatches.extend(parse(pattern)?.compare(body.as_ref(), &reply.body));
        }
        Expected::Error {
            kind,
            message,
            members,
            status,
        } => {
            mismatches.extend(compare_status(*status, reply));
            let body = json().unwrap_or_default();
            mismatches.extend(compare_type(kind, &body));
            if let Some(message) = message {
                let found = body.get("message").or_else(|| body.get("Message"));
                let compared = parse(message)?.compare(found, &reply.body);
                mismatches.extend(compared.into_iter().map(|mismatch| Mismatch {
                    at: MESSAGE.to_owned(),
                    ..mismatch
                }));
            }
            for (name, pattern) in members {
                let compared = parse(pattern)?.compare(body.get(name), &reply.body);
                mismatches.extend(compared.into_iter().map(|mismatch| Mismatch {
                    at: format!("{name} {}", mismatch.at),
                    ..mismatch
                }));
            }
        }
        Expected::Reply(raw) => mismatches.extend(compare_raw(raw, reply, parse)?),
    }
    Ok(mismatches)
}

fn compare_raw(
    raw: &RawReply,
    reply: &WireReply,
    parse: impl Fn(&Value) -> Result<Pattern, StepFault>,
) -> Result<Vec<Mismatch>, StepFault> {
    let mut mismatches = Vec::new();
    mismatches.extend(raw.status.and_then(|status| compare_status(status, reply)));
    for (name, pattern) in raw.headers.as_mapping().into_iter().flatten() {
        let name = name.as_str().unwrap_or_default();
        let value = reply.header(&name.to_lowercase()).map(Json::from);
        let compared = parse(pattern)?.compare(value.as_ref(), &reply.body);
        mismatches.extend(compared.into_iter().map(|mismatch| Mismatch {
            at: name.to_owned(),
            ..mismatch
        }));
    }
    if let Some(pattern) = &raw.body {
        let text = Json::from(String::from_utf8_lossy(&reply.body));
        mismatches.extend(parse(pattern)?.compare(Some(&text), &reply.body));
    }
    if let Some(pattern) = &raw.json {
        let body: Option<Json> = serde_json::from_slice(&reply.body).ok();
        mismatches.extend(parse(pattern)?.compare(body.as_ref(), &reply.body));
    }
    Ok(mismatches)
}

fn compare_status(wanted: u16, reply: &WireReply) -> Option<Mismatch> {
    (reply.status != wanted).then(|| Mismatch {
        at: "status".to_owned(),
        fault: format!("wanted {wanted}, got {}", reply.status),
    })
}

/// Compares the part after `#`, or all of it when the expectation has a namespace.
fn compare_type(wanted: &str, body: &Json) -> Option<Mismatch> {
    let full = body["__type"].as_str().unwrap_or_default();
    let short = full.rsplit('#').next().unwrap_or_default();
    let found = if wanted.contains('#') { full } else { short };
    (found != wanted).then(|| Mismatch {
        at: "__type".to_owned(),
        fault: format!("wanted {wanted}, got {found:?}"),
    })
}

/// The parts of a reply that later steps name.
fn keep(paths: &[(String, String)], reply: &WireReply) -> Result<Bindings, StepFault> {
    let body: Json = serde_json::from_slice(&reply.body).unwrap_or_default();
    let kept = paths.iter().map(|(name, path)| {
        let found = path.split('.').try_fold(&body, |value, part| match value {
            Json::Array(list) => part.parse::<usize>().ok().and_then(|index| list.get(index)),
            value => value.get(part),
        });
        let value = found.and_then(|value| serde_yaml::to_value(value).ok());
        let value = value.ok_or_else(|| StepFault::Kept(path.clone()))?;
        Ok((name.clone(), value))
    });
    kept.collect()
}

/// An expectation as a reader of a failure sees it.
fn describe(expected: &Expected) -> String {
    let yaml = |value: &Value| serde_yaml::to_string(value).unwrap_or_default().trim().to_owned();
    match expected {
        Expected::Success => "success".to_owned(),
        Expected::Answer(value) => yaml(value),
        Expected::Error {
            kind, message, status, ..
        } => {
            let message = message.as_ref().map(|message| format!(": {}", yaml(message)));
            format!("{status} {kind}{}", message.unwrap_or_default())
        }
        Expected::Reply(reply) => format!("{reply:?}"),
    }
}

fn shown(reply: &WireReply) -> String {
    format!("{} {}", reply.status, String::from_utf8_lossy(&reply.body))
}
