//! What people who are signed in were refused, on the audit trail: what their role may not do (403), and records that are not
//! there for them (404), whether they exist or not. One place for the API and the pages.
//!
//! It is written when the answer is known and what was refused is rolled back. How much of it anybody can cause is bounded
//! ([`Limits::refused`](crate::http::limits::Limits::refused)); what is left out is counted, and told by the next entry.

use axum::extract::{MatchedPath, Request, State};
use axum::http::{Method, StatusCode};
use axum::middleware::Next;
use axum::response::Response;
use kalends_app::audit::{self, Refusal};
use kalends_app::ctx::Ctx;
use uuid::Uuid;

use crate::http::metrics;
use crate::http::state::AppState;
use crate::http::who::Who;

/// Notes a refusal before its answer goes out.
pub async fn note(State(state): State<AppState>, mut request: Request, next: Next) -> Response {
    let who = Who::of(request.extensions_mut());
    let method = request.method().clone();
    let route = request.extensions().get::<MatchedPath>().cloned();
    let path = request.uri().path().to_owned();
    let response = next.run(request).await;
    let why = match response.status() {
        StatusCode::FORBIDDEN => "forbidden",
        StatusCode::NOT_FOUND => "not-found",
        _ => return response,
    };
    let (Some(route), Some(ctx)) = (route, who.told()) else {
        return response;
    };
    if let Ok(user) = ctx.signed_in() {
        metrics::refused(why);
        if let Some(left_out) = state.limits.refused(user.user_id, ctx.address, ctx.now) {
            write(&state, ctx, refusal(&method, route.as_str(), &path, why, left_out)).await;
        }
    }
    response
}

/// What cannot be written does not change the answer: the refusal stands.
async fn write(state: &AppState, ctx: &Ctx, refusal: Refusal) {
    if let Err(error) = audit::note_refusal(&state.app, ctx, refusal).await {
        tracing::error!(%error, "a refusal is not on the audit trail");
    }
}

/// The refused operation in the trail's words. Ids are the only part of an address that is kept.
fn refusal(method: &Method, route: &str, path: &str, why: &'static str, left_out: u64) -> Refusal {
    let names: Vec<&str> = route
        .trim_start_matches("/api/v1")
        .split('/')
        .filter(|part| !part.is_empty())
        .collect();
    let is_name = |part: &&&str| !part.starts_with('{');
    let before_id = names.iter().take_while(is_name);
    let noun = before_id.last().copied().unwrap_or("page");
    let step = names.iter().skip_while(is_name).filter(is_name).last();
    let action = match (step, method.as_str()) {
        (Some(step), "POST") => step.replace('-', "_"),
        (_, "POST") => "create".to_owned(),
        (_, "PATCH" | "PUT") => "update".to_owned(),
        (_, "DELETE") => "archive".to_owned(),
        _ => "read".to_owned(),
    };
    Refusal {
        action,
        resource: singular(noun),
        resource_id: path.split('/').find_map(|part| Uuid::try_parse(part).ok()),
        why,
        route: format!("{method} {route}"),
        left_out,
    }
}

/// A collection's name as the trail names one of it.
fn singular(noun: &str) -> String {
    match noun {
        "settings" | "reports" => noun.to_owned(),
        _ => noun.strip_suffix('s').unwrap_or(noun).replace('-', "_"),
    }
}

#[cfg(test)]
mod tests {
    use super::{Method, refusal};

    const ID: &str = "0190a5a0-0000-7000-8000-000000000001";

    #[test]
    fn a_refusal_reads_like_any_other_entry() {
        for (method, route, action, resource, has_id) in [
            (Method::GET, "/api/v1/users", "read", "user", false),
            (Method::GET, "/api/v1/patients/{id}", "read", "patient", true),
            (Method::PATCH, "/api/v1/patients/{id}", "update", "patient", true),
            (Method::DELETE, "/api/v1/services/{id}", "archive", "service", true),
            (Method::POST, "/api/v1/appointments", "create", "appointment", false),
            (
                Method::POST,
                "/api/v1/appointments/{id}/check-in",
                "check_in",
                "appointment",
                true,
            ),
            (
                Method::GET,
                "/api/v1/appointments/{id}/history",
                "read",
                "appointment",
                true,
            ),
            (
                Method::POST,
                "/api/v1/providers/{id}/openings/generate",
                "generate",
                "provider",
                true,
            ),
            (Method::PUT, "/api/v1/settings", "update", "settings", false),
            (Method::POST, "/admin/users", "create", "user", false),
            (Method::GET, "/patient/appointments/{id}", "read", "appointment", true),
            (Method::GET, "/", "read", "page", false),
        ] {
            let path = route.replace("{id}", ID);
            let it = refusal(&method, route, &path, "forbidden", 0);
            let said = (it.action.as_str(), it.resource.as_str(), it.resource_id.is_some());
            assert_eq!(said, (action, resource, has_id), "{method} {route}");
        }
    }

    #[test]
    fn what_is_no_id_is_not_kept() {
        let path = "/api/v1/patients/ada@example.org";
        let it = refusal(&Method::GET, "/api/v1/patients/{id}", path, "not-found", 0);
        assert_eq!((it.resource_id, it.route.as_str()), (None, "GET /api/v1/patients/{id}"));
    }
}
