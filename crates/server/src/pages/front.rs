//! The front page: what the organisation is, what can be booked there and with whom.

use std::collections::HashMap;

use askama::Template;
use askama::filters::HtmlSafe;
use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::get;
use kalends_app::ctx::Ctx;
use kalends_app::{departments, providers, services};
use kalends_domain::id::DepartmentId;
use kalends_domain::provider::Provider;
use kalends_domain::service::{Mode, Service};
use kalends_store::providers::ProviderFilter;
use kalends_store::services::ServiceFilter;

use super::book::offered::all;
use super::book::wanted::Wanted;
use super::book::ways::call;
use super::kit::{Action, Blank, Frame, Icon, Page, Refused, home, render};
use super::price::price;
use super::session::Anyone;
use crate::http::locale::Locale;
use crate::http::state::AppState;

pub fn router() -> Router<AppState> {
    Router::new().route("/", get(show))
}

/// A service as something to choose.
#[derive(Clone, Debug, Template)]
#[template(path = "front/offer.html")]
pub struct Offer {
    l: Locale,
    name: String,
    description: String,
    /// `30 min`, `EUR 45.00`, `Video`.
    facts: Vec<String>,
    href: String,
}

impl Offer {
    fn icon(&self, name: &'static str) -> Icon {
        Icon(name)
    }
}

impl HtmlSafe for Offer {}

/// A service, and the address at which its booking begins.
pub fn offer(ctx: &Ctx, l: Locale, service: &Service, wanted: &Wanted) -> Offer {
    let mut facts = vec![l.minutes(service.duration_minutes)];
    match service.mode {
        Mode::InPerson => {}
        Mode::Video => facts.push(l.t("front-video")),
        Mode::Phone => facts.push(l.t("front-phone")),
    }
    let currency = ctx.tenant.settings.currency.as_deref();
    facts.extend(service.price_minor.map(|minor| price(l, currency, minor)));
    if service.requires_approval {
        facts.push(l.t("front-approval"));
    }
    Offer {
        l,
        name: service.name_in(l.code()).to_owned(),
        description: service.description_in(l.code()).to_owned(),
        facts,
        href: wanted.address("/book"),
    }
}

/// A department as a card.
struct Unit {
    name: String,
    description: String,
    href: String,
}

/// A provider as a card.
struct Person {
    name: String,
    initials: String,
    specialties: String,
    /// `Speaks English and Arabic`
    languages: String,
    bio: String,
    href: String,
    accepting: bool,
}

#[derive(Template)]
#[template(path = "front/front.html")]
struct Front {
    page: Page,
    tagline: String,
    call: Option<Action>,
    /// Their own pages, for those who are signed in.
    dashboard: &'static str,
    units: Vec<Unit>,
    services: Vec<Offer>,
    people: Vec<Person>,
    blank: Option<Blank>,
}

/// `GET /`
async fn show(State(state): State<AppState>, Anyone(ctx): Anyone, frame: Frame) -> Result<Response, Refused> {
    let l = frame.l;
    let mut units = departments::list(&state.app, &ctx, &all()).await?.items;
    let public = ServiceFilter {
        public: Some(true),
        ..ServiceFilter::default()
    };
    let mut offered = services::list(&state.app, &ctx, &all(), public).await?.items;
    let public = ProviderFilter {
        public: Some(true),
        ..ProviderFilter::default()
    };
    let people = providers::list(&state.app, &ctx, &all(), public).await?.items;
    l.sort_by_name(&mut units, |unit| unit.name_in(l.code()));
    l.sort_by_name(&mut offered, |service| service.name_in(l.code()));
    let names: HashMap<DepartmentId, &str> = units.iter().map(|unit| (unit.id, unit.name_in(l.code()))).collect();
    let call = call(&ctx, l);
    let blank = offered.is_empty().then(|| {
        let blank = Blank::new(Icon("calendar-x-2"), l.t("front-none"), l.t("front-none-text"));
        call.iter().cloned().fold(blank, Blank::action)
    });
    let starting = |wanted: Wanted| wanted.address("/book");
    let front = Front {
        tagline: ctx.tenant.settings.tagline.clone().unwrap_or_default(),
        dashboard: ctx.role().map_or("", |role| home(Some(role))),
        services: offered
            .iter()
            .map(|service| {
                let wanted = Wanted {
                    service: Some(service.id),
                    ..Wanted::default()
                };
                offer(&ctx, l, service, &wanted)
            })
            .collect(),
        people: people.iter().map(|provider| person(l, provider, &names)).collect(),
        units: units
            .iter()
            .map(|unit| Unit {
                name: unit.name_in(l.code()).to_owned(),
                description: unit.description_in(l.code()).to_owned(),
                href: starting(Wanted {
                    department: Some(unit.id),
                    ..Wanted::default()
                }),
            })
            .collect(),
        page: frame.page(&ctx, l.t("front-title")).wide(),
        call,
        blank,
    };
    Ok(render(&front))
}

fn person(l: Locale, provider: &Provider, departments: &HashMap<DepartmentId, &str>) -> Person {
    let of = provider
        .department_ids
        .iter()
        .filter_map(|id| departments.get(id).copied());
    let specialties: Vec<&str> = of.collect();
    let languages: Vec<String> = provider.languages.iter().map(|tag| language(tag)).collect();
    let wanted = Wanted {
        provider: Some(provider.id),
        ..Wanted::default()
    };
    let initials = [&provider.given_name, &provider.family_name];
    Person {
        name: provider.full_name(),
        initials: initials.iter().filter_map(|name| name.chars().next()).collect(),
        specialties: l.list(&specialties),
        languages: if languages.is_empty() {
            String::new()
        } else {
            l.tf("front-speaks", &[("languages", l.list(&languages).into())])
        },
        bio: provider.bio.clone().unwrap_or_default(),
        href: wanted.address("/book"),
        accepting: provider.accepting && !provider.service_ids.is_empty(),
    }
}

/// Languages that people speak although no page is written in them yet, as their speakers call them.
const SPOKEN: [(&str, &str); 22] = [
    ("bg", "Български"),
    ("bn", "বাংলা"),
    ("cs", "Čeština"),
    ("da", "Dansk"),
    ("el", "Ελληνικά"),
    ("fa", "فارسی"),
    ("he", "עברית"),
    ("hr", "Hrvatski"),
    ("hu", "Magyar"),
    ("ig", "Igbo"),
    ("it", "Italiano"),
    ("ja", "日本語"),
    ("ko", "한국어"),
    ("nl", "Nederlands"),
    ("pl", "Polski"),
    ("ro", "Română"),
    ("ru", "Русский"),
    ("sv", "Svenska"),
    ("ta", "தமிழ்"),
    ("tr", "Türkçe"),
    ("uk", "Українська"),
    ("vi", "Tiếng Việt"),
];

/// What its speakers call a language; its tag where we do not know.
fn language(tag: &str) -> String {
    let primary = tag.split('-').next().unwrap_or_default().to_ascii_lowercase();
    let spoken = SPOKEN.iter().find(|(code, _)| *code == primary).map(|(_, name)| *name);
    let own = Locale::ALL.into_iter().find(|locale| locale.code() == primary);
    own.map(Locale::name).or(spoken).unwrap_or(tag).to_owned()
}
