//! The administration under `/_stator/`, which the service does not have: what a test in any language asks of the server beside the protocol.
//!
//! Each resource is a file with a list of [`Route`]s; [`RESOURCES`] is the one list of them. From a route follow the dispatch, the overview, and the
//! description in [`openapi`], which a test holds against what is really answered. A route is a function from an [`Ask`] to an [`Answer`] or a
//! [`Problem`]: it knows no HTTP. JSON is read and written with serde here and nowhere else in the service (docs/decisions/admin.md).
//!
//! A namespace is named by the caller that sees it: its access key and Region.

mod buckets;
mod clock;
mod expressions;
mod fixtures;
mod holds;
mod namespaces;
mod openapi;
mod page;
mod recordings;
mod replication;
mod route;
mod rule_shape;
mod rules;
mod settings;
mod snapshots;
mod status;
mod usage;

use std::sync::{Arc, OnceLock};

use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, RawPathParams, RawQuery, State};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodFilter, on};
use smol_str::SmolStr;
use stator_core::engine::Engine;

use super::body::BODY_SIZE_BYTES_MAX;
use crate::stack;
use page::Page;
use route::{Ask, Kind, Problem, Reach, Route};

/// What the path of every page begins with.
pub(super) const PREFIX: &str = "/_stator/";

/// Every resource, in the order of the description.
const RESOURCES: &[&[Route]] = &[
    status::ROUTES,
    namespaces::ROUTES,
    snapshots::ROUTES,
    clock::ROUTES,
    settings::ROUTES,
    replication::ROUTES,
    fixtures::ROUTES,
    buckets::ROUTES,
    rules::ROUTES,
    holds::ROUTES,
    usage::ROUTES,
    recordings::ROUTES,
    expressions::ROUTES,
];

/// Whether a server can be administered by requests.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Administration {
    /// Under `/_stator/`, by everybody who can reach it.
    #[default]
    On,
    /// Not at all; its health and its metrics are still told.
    Off,
}

/// What a route works with.
#[derive(Clone, Debug)]
struct Admin {
    state: stack::State,
    account: SmolStr,
    administration: Administration,
}

impl Admin {
    fn engine(&self) -> &Engine {
        &self.state.engine
    }

    /// The routes that are served, as they are described.
    fn routes(&self) -> impl Iterator<Item = &'static Route> {
        let least = match (self.administration, &self.state.shadow) {
            (Administration::Off, _) => Reach::Always,
            (Administration::On, Some(_)) => Reach::Layers,
            (Administration::On, None) => Reach::Engine,
        };
        let all = RESOURCES.iter().copied().flatten();
        all.filter(move |route| route.reach >= least)
    }
}

/// The pages. What serves them is made for the first of them that is asked for: most databases that a test embeds are never administered
/// by requests, and the routes are most of what such a database would take.
#[derive(Debug)]
pub(super) struct Pages {
    admin: Arc<Admin>,
    router: OnceLock<Router>,
}

impl Pages {
    pub(super) fn new(state: stack::State, account: SmolStr, administration: Administration) -> Self {
        let admin = Admin {
            state,
            account,
            administration,
        };
        Self {
            admin: Arc::new(admin),
            router: OnceLock::new(),
        }
    }

    pub(super) fn router(&self) -> Router {
        self.router.get_or_init(|| router(&self.admin)).clone()
    }
}

fn router(admin: &Arc<Admin>) -> Router {
    let mut router = Router::new();
    for route in admin.routes() {
        let serve = move |State(admin): State<Arc<Admin>>, path: RawPathParams, RawQuery(query), body: Bytes| {
            serve(admin, route, path, query, body)
        };
        router = router.route(&route.full_path(), on(filter(route.method), serve));
    }
    router
        .method_not_allowed_fallback(missing)
        .fallback(missing)
        .layer(DefaultBodyLimit::max(BODY_SIZE_BYTES_MAX))
        .with_state(Arc::clone(admin))
}

fn filter(method: route::Method) -> MethodFilter {
    match method {
        route::Method::Get => MethodFilter::GET,
        route::Method::Put => MethodFilter::PUT,
        route::Method::Post => MethodFilter::POST,
        route::Method::Delete => MethodFilter::DELETE,
    }
}

/// Answers on a thread that may take its time: letting go of a large database does.
async fn serve(
    admin: Arc<Admin>,
    route: &'static Route,
    path: RawPathParams,
    query: Option<String>,
    body: Bytes,
) -> Response {
    let path: Vec<(String, String)> = path
        .iter()
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect();
    let answered = tokio::task::spawn_blocking(move || {
        let ask = Ask::new(&path, query.as_deref().unwrap_or_default(), &body);
        (route.run)(&admin, &ask)
    });
    match answered.await {
        Ok(Ok(answer)) => answer.into_page().into_response(),
        Ok(Err(problem)) => Page::of_problem(&problem).into_response(),
        Err(panic) => {
            tracing::error!(%panic, path = route.path, "the administration panicked; please report it");
            Page::of_problem(&Problem::failure()).into_response()
        }
    }
}

/// The answer to a web page that may not administer.
pub(super) fn refuse_page() -> Response {
    let says = "A web page of another origin may not administer this server; --cors lists those that may";
    Page::of_problem(&Problem::new(Kind::Forbidden, says)).into_response()
}

async fn missing(State(admin): State<Arc<Admin>>) -> Response {
    Page::of_problem(&Problem::no_such_page(admin.routes())).into_response()
}
