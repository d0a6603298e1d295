//! The first step: which service.

use askama::Template;
use axum::response::Response;
use kalends_app::ctx::Ctx;
use kalends_app::{providers, services};
use kalends_domain::permission::Role;
use kalends_domain::provider::Provider;
use kalends_domain::service::Service;
use kalends_store::providers::ProviderFilter;
use kalends_store::services::ServiceFilter;

use super::offered::all;
use super::wanted::Wanted;
use super::ways::call;
use super::whom;
use crate::http::state::AppState;
use crate::pages::front::{Offer, offer};
use crate::pages::kit::{Blank, Frame, Icon, Page, Refused, Tabs, render, see_other};
use crate::pages::visit;

#[derive(Template)]
#[template(path = "book/choose.html")]
struct Choose {
    page: Page,
    /// Whom it is for, where that is a question.
    whom: Option<Tabs>,
    services: Vec<Offer>,
    /// To several of them at once, where there are several.
    visit: Option<String>,
    blank: Option<Blank>,
}

/// The services to choose from: all, those of a department, or those of a provider. A provider's only one is chosen already.
pub async fn show(state: &AppState, ctx: &Ctx, frame: &Frame, wanted: Wanted) -> Result<Response, Refused> {
    let l = frame.l;
    let public = ServiceFilter {
        public: Some(true),
        ..ServiceFilter::default()
    };
    let mut found = services::list(&state.app, ctx, &all(), public).await?.items;
    let provider = match wanted.provider {
        Some(id) => Some(providers::get(&state.app, ctx, id).await?),
        None => None,
    };
    narrow(state, ctx, &wanted, provider.as_ref(), &mut found).await?;
    if let (Some(_), [only]) = (&provider, found.as_slice()) {
        let wanted = Wanted {
            service: Some(only.id),
            ..wanted
        };
        return Ok(see_other(&wanted.address("/book")));
    }
    l.sort_by_name(&mut found, |service| service.name_in(l.code()));
    let offers: Vec<Offer> = found
        .iter()
        .map(|service| {
            let wanted = Wanted {
                service: Some(service.id),
                department: None,
                ..wanted.clone()
            };
            offer(ctx, l, service, &wanted)
        })
        .collect();
    let mut page = frame.page(ctx, l.t("book-title"));
    if let Some(provider) = &provider {
        page = page.lead(l.tf("book-with-provider", &[("name", provider.full_name().into())]));
    }
    let blank = offers.is_empty().then(|| {
        let blank = Blank::new(
            Icon("calendar-x-2"),
            l.t("book-no-services"),
            l.t("book-no-services-text"),
        );
        call(ctx, l).into_iter().fold(blank, Blank::action)
    });
    let is_patient = ctx.role() == Some(Role::Patient);
    Ok(render(&Choose {
        whom: whom::tabs(ctx, l, &wanted),
        page,
        // Who is not signed in books them one by one; staff book for a patient, from their card.
        visit: (is_patient && offers.len() > 1 && wanted.ticket.is_none()).then(|| visit(&wanted)),
        services: offers,
        blank,
    }))
}

/// The page of several services, for the same patient.
fn visit(wanted: &Wanted) -> String {
    match wanted.patient {
        Some(id) => visit::of_patient(&id.to_string()),
        None => "/book/visit".to_owned(),
    }
}

/// Leaves the services that the provider gives, or that somebody of the department does.
async fn narrow(
    state: &AppState,
    ctx: &Ctx,
    wanted: &Wanted,
    provider: Option<&Provider>,
    services: &mut Vec<Service>,
) -> Result<(), Refused> {
    if let Some(provider) = provider {
        services.retain(|service| provider.service_ids.contains(&service.id));
    }
    if let Some(department) = wanted.department {
        let within = ProviderFilter {
            department_id: Some(department),
            public: Some(true),
            ..ProviderFilter::default()
        };
        let members = providers::list(&state.app, ctx, &all(), within).await?.items;
        services.retain(|service| {
            service.department_id.map_or_else(
                || members.iter().any(|member| member.service_ids.contains(&service.id)),
                |of| of == department,
            )
        });
    }
    Ok(())
}
