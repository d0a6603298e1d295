//! `/admin/audit`: who did or saw what.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use kalends_app::audit::{self, AuditFilter, AuditRecord};
use kalends_app::locations;
use kalends_domain::audit::{ActorKind, Outcome};
use kalends_domain::time::Zone;
use serde_json::Value;

use super::records::all;
use crate::http::locale::Locale;
use crate::http::state::AppState;
use crate::pages::kit::{Action, Blank, Cell, Choice, Column, Frame, Icon, Page, Refused, Row, Search, Table, render};
use crate::pages::session::AsAdmin;

#[derive(Template)]
#[template(path = "admin/list.html")]
struct Audit {
    page: Page,
    actions: Vec<Action>,
    table: Table,
}

/// `GET /admin/audit`
pub async fn list(
    State(state): State<AppState>,
    AsAdmin(ctx): AsAdmin,
    frame: Frame,
    search: Search,
) -> Result<Response, Refused> {
    let l = frame.l;
    let zone = locations::list(&state.app, &ctx, &all())
        .await?
        .items
        .into_iter()
        .next()
        .map(|it| it.time_zone);
    let zone = zone.and_then(|name| Zone::new(&name).ok());
    let filter = AuditFilter {
        outcome: search.some("outcome").and_then(|name| name.parse().ok()),
        resource: search.some("resource").map(str::to_owned),
        patient_id: search.some("patient").and_then(|id| id.parse().ok()),
        ..AuditFilter::default()
    };
    let mut request = search.request();
    if search.sort().is_none() {
        request.descending = true;
    }
    let found = audit::list(&state.app, &ctx, &request, filter).await?;
    let columns = vec![
        Column::new(l.t("audit-when")).sort("at"),
        Column::new(l.t("audit-who")),
        Column::new(l.t("audit-what")),
        Column::new(l.t("audit-from")),
        Column::new(l.t("audit-seal")).end(),
    ];
    let outcomes = vec![
        Choice::new("", l.t("audit-any-outcome")),
        Choice::new(Outcome::Done.name(), l.t("audit-done")),
        Choice::new(Outcome::Refused.name(), l.t("audit-refused")),
    ];
    let table = Table::new(l, l.t("audit-title"), &search, columns)
        .filter("outcome", l.t("audit-outcome"), outcomes)
        .rows(found.items.iter().map(|record| row(l, zone.as_ref(), record)))
        .next(found.next.as_ref())
        .blank(Blank::new(Icon("history"), l.t("audit-none"), l.t("audit-none-text")));
    let page = frame.page(&ctx, l.t("audit-title")).lead(l.t("audit-lead"));
    Ok(render(&Audit {
        page,
        actions: Vec::new(),
        table,
    }))
}

/// That it was refused, and why where that was noted.
fn refused(l: Locale, detail: &Value) -> String {
    let why = match detail["why"].as_str() {
        Some("forbidden") => l.t("audit-refused-forbidden"),
        Some("not-found") => l.t("audit-refused-not-found"),
        _ => l.t("audit-refused"),
    };
    match detail["left_out"].as_u64() {
        Some(count) => format!("{why} {}", l.tf("audit-left-out", &[("n", count.into())])),
        None => why,
    }
}

fn row(l: Locale, zone: Option<&Zone>, record: &AuditRecord) -> Row {
    let it = &record.entry;
    let when = zone.map_or_else(|| it.at.to_string(), |zone| l.date_time(zone.local(it.at)));
    let who = match it.actor_kind {
        ActorKind::User => record.actor_name.clone().unwrap_or_else(|| l.t("audit-somebody")),
        ActorKind::Anonymous => l.t("audit-anonymous"),
        ActorKind::System => l.t("audit-system"),
    };
    // The names of actions and records are the audit trail's own, the same in every language and in the API.
    let what = format!("{} {}", it.action, it.resource);
    let what = match it.outcome {
        Outcome::Done => Cell::code(what),
        Outcome::Refused => Cell::code(what).second(refused(l, &it.detail)),
    };
    Row::new(vec![
        Cell::text(when),
        Cell::text(who).second(it.role.map(|role| role.name().to_owned()).unwrap_or_default()),
        what,
        Cell::maybe(it.address.clone()),
        record
            .seal_number
            .map_or_else(|| Cell::muted("–"), |number| Cell::code(number.to_string())),
    ])
}
