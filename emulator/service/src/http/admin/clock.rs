//! Clocks: the server's, and those that namespaces have of their own.

use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use serde_json::{Value, json};
use stator_core::engine::Clock;
use stator_core::model::json::Timestamp as EngineTime;

use super::Admin;
use super::route::{Answer, Ask, Gives, Kind, Method, Problem, Reach, Route, Takes};

const OF_NAMESPACE: &str = "namespaces/{access_key}/{region}/clock";

pub(super) const ROUTES: &[Route] = &[
    Route {
        method: Method::Get,
        path: "clock",
        summary: "Tells the server's clock, by which every namespace goes that has none of its own.",
        takes: Takes::Nothing,
        gives: Gives::Json(clock_schema),
        problems: &[],
        reach: Reach::Layers,
        run: tell,
    },
    Route {
        method: Method::Post,
        path: "clock",
        summary: "Freezes, moves or runs the server's clock.",
        takes: Takes::Json(move_schema),
        gives: Gives::Json(clock_schema),
        problems: &[Kind::Malformed],
        reach: Reach::Layers,
        run: change,
    },
    Route {
        method: Method::Get,
        path: OF_NAMESPACE,
        summary: "Tells the clock by which a namespace goes.",
        takes: Takes::Nothing,
        gives: Gives::Json(own_clock_schema),
        problems: &[],
        reach: Reach::Layers,
        run: tell_own,
    },
    Route {
        method: Method::Post,
        path: OF_NAMESPACE,
        summary: "Freezes, moves or runs the clock of a namespace, which has its own from then on. Others see nothing of it.",
        takes: Takes::Json(move_schema),
        gives: Gives::Json(own_clock_schema),
        problems: &[Kind::Malformed, Kind::TooMany],
        reach: Reach::Layers,
        run: change_own,
    },
    Route {
        method: Method::Delete,
        path: OF_NAMESPACE,
        summary: "Lets a namespace go by the server's clock again.",
        takes: Takes::Nothing,
        gives: Gives::Json(own_clock_schema),
        problems: &[],
        reach: Reach::Layers,
        run: follow,
    },
];

/// What is to become of a clock; exactly one of these.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "snake_case")]
enum Move {
    /// Stand still at a time, or where it is: `now`.
    Freeze(String),
    /// Go ahead by so much.
    Advance(Length),
    /// Run on from the time that it shows.
    Run(bool),
}

/// Seconds, or a length as ISO 8601 or people spell it.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Length {
    Seconds(f64),
    Spelled(String),
}

fn move_schema() -> Value {
    let one = |name: &str, schema: Value| json!({"type": "object", "required": [name], "additionalProperties": false, "properties": {name: schema}});
    json!({"oneOf": [
        one("freeze", json!({"type": "string", "description": "An ISO 8601 time at which the clock stands still, or now."})),
        one("advance", json!({"type": ["number", "string"], "description": "How far the clock goes ahead: seconds, or a length such as PT1H or 48h 30m."})),
        one("run", json!({"const": true, "description": "The clock runs on from the time that it shows."})),
    ]})
}

fn clock_schema() -> Value {
    json!({
        "type": "object", "required": ["now", "now_ms", "state"], "additionalProperties": false,
        "properties": {
            "now": {"type": "string", "description": "The time, in ISO 8601."},
            "now_ms": {"type": "integer", "description": "The time in milliseconds since 1970 began."},
            "state": {"enum": ["frozen", "running"]},
        },
    })
}

fn own_clock_schema() -> Value {
    let mut schema = clock_schema();
    schema["properties"]["own"] =
        json!({"type": "boolean", "description": "Whether the clock is the namespace's own, and not the server's."});
    schema["required"] = json!(["now", "now_ms", "state", "own"]);
    schema
}

fn tell(admin: &Admin, _: &Ask<'_>) -> Result<Answer, Problem> {
    Ok(Answer::Json(described(admin.engine().world().clock())))
}

fn change(admin: &Admin, ask: &Ask<'_>) -> Result<Answer, Problem> {
    let world = admin.engine().world();
    let moved = ask.json::<Move>()?.read()?(world.clock());
    world.set_clock(moved);
    Ok(Answer::Json(described(moved)))
}

fn tell_own(admin: &Admin, ask: &Ask<'_>) -> Result<Answer, Problem> {
    let (spaces, namespace) = (admin.engine().spaces(), ask.namespace(admin));
    let mut answer = described(spaces.clock(&namespace));
    answer["own"] = spaces.own_clock(&namespace).is_some().into();
    Ok(Answer::Json(answer))
}

fn change_own(admin: &Admin, ask: &Ask<'_>) -> Result<Answer, Problem> {
    let moving = ask.json::<Move>()?.read()?;
    admin.engine().spaces().move_clock(&ask.namespace(admin), moving)?;
    tell_own(admin, ask)
}

fn follow(admin: &Admin, ask: &Ask<'_>) -> Result<Answer, Problem> {
    admin.engine().spaces().follow_clock(&ask.namespace(admin));
    tell_own(admin, ask)
}

impl Move {
    /// What it does to a clock.
    fn read(self) -> Result<impl FnOnce(Clock) -> Clock, Problem> {
        enum Step {
            Freeze(Option<EngineTime>),
            Advance(i64),
            Run,
        }
        let step = match self {
            Self::Freeze(word) if word == "now" => Step::Freeze(None),
            Self::Freeze(time) => {
                let time: Timestamp = time
                    .parse()
                    .map_err(|error| Problem::malformed(format!("\"freeze\" is neither a time nor now: {error}")))?;
                Step::Freeze(Some(EngineTime::from_millis(time.as_millisecond())))
            }
            Self::Advance(length) => Step::Advance(length.milliseconds()?),
            Self::Run(true) => Step::Run,
            Self::Run(false) => {
                return Err(Problem::malformed(
                    "A clock that is not to run is frozen: {\"freeze\": \"now\"}",
                ));
            }
        };
        Ok(move |clock: Clock| match step {
            Step::Freeze(None) => clock.frozen(),
            Step::Freeze(Some(time)) => Clock::Frozen(time),
            Step::Advance(milliseconds) => clock.advanced(milliseconds),
            Step::Run => clock.running(),
        })
    }
}

impl Length {
    /// The farthest that a clock goes at once: a thousand years.
    const MILLISECONDS_MAX: i64 = 1_000 * 366 * 86_400_000;

    fn milliseconds(&self) -> Result<i64, Problem> {
        let milliseconds = match self {
            Self::Seconds(seconds) => (seconds * 1_000.0).round() as i64,
            Self::Spelled(text) => {
                let length: SignedDuration = text
                    .parse()
                    .map_err(|error| Problem::malformed(format!("\"advance\" is no length of time: {error}")))?;
                i64::try_from(length.as_millis()).unwrap_or(i64::MAX)
            }
        };
        if (0..=Self::MILLISECONDS_MAX).contains(&milliseconds) {
            Ok(milliseconds)
        } else {
            Err(Problem::malformed(
                "\"advance\" goes ahead, and a thousand years at most; {\"freeze\": …} goes anywhere",
            ))
        }
    }
}

fn described(clock: Clock) -> Value {
    let now_ms = clock.now().as_millis();
    let now = Timestamp::from_millisecond(now_ms).map_or_else(|_| format!("{now_ms} ms"), |time| format!("{time:.3}"));
    let state = match clock {
        Clock::Frozen(_) => "frozen",
        Clock::Real { .. } => "running",
    };
    json!({"now": now, "now_ms": now_ms, "state": state})
}
