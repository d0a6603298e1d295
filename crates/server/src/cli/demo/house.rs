//! The clinic itself: its sites, rooms, departments, services, doctors and the people of the desk.

use jiff::{Timestamp, ToSpan as _};
use kalends_app::departments::DepartmentPatch;
use kalends_app::idempotency::Once;
use kalends_app::locations::LocationPatch;
use kalends_app::providers::{NewProvider, ProviderPatch};
use kalends_app::resources::ResourcePatch;
use kalends_app::services::ServicePatch;
use kalends_app::settings::SettingsInput;
use kalends_app::users::NewUser;
use kalends_app::{departments, locations, providers, resources, services, settings, users};
use kalends_domain::id::{DepartmentId, LocationId, ProviderId, ServiceId};
use kalends_domain::permission::Role;
use kalends_domain::service::{Mode, Service};
use kalends_domain::time::Zone;
use kalends_domain::user::User;

use super::PASSWORD;
use super::arabic;
use super::clinic::{self, DEPARTMENTS, DOCTORS, Doctor, Rule, SERVICES, SITES};
use super::stage::{Person, Stage, making};
use crate::serve::Failure;

/// What was made, in the order of the plan in `clinic.rs`.
pub struct House {
    pub sites: Vec<(LocationId, Zone)>,
    pub services: Vec<Service>,
    pub providers: Vec<Member>,
    pub desk: Person,
}

/// A provider of the clinic.
pub struct Member {
    pub id: ProviderId,
    pub plan: &'static Doctor,
    pub person: Person,
}

impl House {
    /// A provider's first site, and the clock there.
    pub fn home(&self, member: &Member) -> Option<&(LocationId, Zone)> {
        let (site, _) = member.plan.days.first()?;
        self.sites.get(*site)
    }
}

/// Makes all of it, two years ago.
pub async fn build(stage: &Stage) -> Result<House, Failure> {
    let at = stage.now - 17_520.hours();
    let ctx = stage.ctx(&Person::system(), at);
    let name = SettingsInput {
        name: clinic::NAME.into(),
        tagline: Some(clinic::TAGLINE.into()),
        phone: Some(clinic::PHONE.into()),
        currency: Some("EUR".into()),
        ..SettingsInput::default()
    };
    settings::update(&stage.app, &ctx, None, name)
        .await
        .map_err(making("settings"))?;
    let sites = make_sites(stage, at).await?;
    let department_ids = make_departments(stage, at).await?;
    let services = make_services(stage, at, &department_ids).await?;
    let service_ids: Vec<ServiceId> = services.iter().map(|service| service.id).collect();
    let mut members = Vec::new();
    for (place, plan) in DOCTORS.iter().enumerate() {
        members.push(make_provider(stage, at, place, plan, &department_ids, &sites, &service_ids).await?);
    }
    make_user(stage, at, Role::Admin, "admin", "Ruth", "Adler").await?;
    make_user(stage, at, Role::Operator, "operator", "Oskar", "Brandt").await?;
    let desk = make_user(stage, at, Role::Receptionist, "desk", "Dina", "Marques").await?;
    Ok(House {
        sites,
        services,
        providers: members,
        desk: Person::user(&stage.app, &desk, Role::Receptionist, None, None),
    })
}

async fn make_sites(stage: &Stage, at: Timestamp) -> Result<Vec<(LocationId, Zone)>, Failure> {
    let ctx = stage.ctx(&Person::system(), at);
    let mut made = Vec::new();
    for site in &SITES {
        let input = LocationPatch {
            name: Some(site.name.into()),
            time_zone: Some(site.time_zone.into()),
            address: Some(Some(site.address.into())),
            phone: Some(Some(site.phone.into())),
            archived: None,
        };
        let location = locations::create(&stage.app, &ctx, input, &Once::unkeyed())
            .await
            .map_err(making(site.name))?;
        for (kind, name) in site.rooms {
            let input = ResourcePatch {
                name: Some((*name).into()),
                kind: Some((*kind).into()),
                location_id: Some(location.id),
                archived: None,
            };
            resources::create(&stage.app, &ctx, input, &Once::unkeyed())
                .await
                .map_err(making(name))?;
        }
        made.push((location.id, Zone::new(site.time_zone)?));
    }
    Ok(made)
}

async fn make_departments(stage: &Stage, at: Timestamp) -> Result<Vec<DepartmentId>, Failure> {
    let ctx = stage.ctx(&Person::system(), at);
    let mut made = Vec::new();
    for (name, description) in DEPARTMENTS {
        let (names, descriptions) = arabic::words(name);
        let input = DepartmentPatch {
            name: Some(name.into()),
            names: Some(names),
            description: Some(Some(description.into())),
            descriptions: Some(descriptions),
            ..DepartmentPatch::default()
        };
        let department = departments::create(&stage.app, &ctx, input, &Once::unkeyed())
            .await
            .map_err(making(name))?;
        made.push(department.id);
    }
    Ok(made)
}

async fn make_services(stage: &Stage, at: Timestamp, department_ids: &[DepartmentId]) -> Result<Vec<Service>, Failure> {
    let ctx = stage.ctx(&Person::system(), at);
    let mut made = Vec::new();
    for plan in &SERVICES {
        let (names, descriptions) = arabic::words(plan.name);
        let mut input = ServicePatch {
            name: Some(plan.name.into()),
            names: Some(names),
            description: Some(Some(plan.description.into())),
            descriptions: Some(descriptions),
            department_id: Some(department_ids.get(plan.department).copied()),
            duration_minutes: Some(plan.minutes),
            price_minor: Some(Some(plan.price)),
            ..ServicePatch::default()
        };
        for rule in plan.rules {
            apply(&mut input, *rule);
        }
        let service = services::create(&stage.app, &ctx, input, &Once::unkeyed())
            .await
            .map_err(making(plan.name))?;
        made.push(service);
    }
    Ok(made)
}

fn apply(input: &mut ServicePatch, rule: Rule) {
    match rule {
        Rule::BufferBefore(minutes) => input.buffer_before_minutes = Some(minutes),
        Rule::BufferAfter(minutes) => input.buffer_after_minutes = Some(minutes),
        Rule::Every(minutes) => input.start_interval_minutes = Some(Some(minutes)),
        Rule::LeadTime(minutes) => input.lead_time_minutes = Some(minutes),
        Rule::HorizonDays(days) => input.booking_horizon_days = Some(Some(days)),
        Rule::Cutoff(minutes) => {
            input.cancel_cutoff_minutes = Some(minutes);
            input.reschedule_cutoff_minutes = Some(minutes);
        }
        Rule::Room(kind) => input.resource_kind = Some(Some(kind.into())),
        Rule::Seats(count) => input.capacity = Some(count),
        Rule::Approval => input.requires_approval = Some(true),
        Rule::Video => input.mode = Some(Mode::Video),
        Rule::Phone => input.mode = Some(Mode::Phone),
    }
}

/// The first doctor signs in; the others have accounts without passwords.
async fn make_provider(
    stage: &Stage,
    at: Timestamp,
    place: usize,
    plan: &'static Doctor,
    department_ids: &[DepartmentId],
    sites: &[(LocationId, Zone)],
    service_ids: &[ServiceId],
) -> Result<Member, Failure> {
    let ctx = stage.ctx(&Person::system(), at);
    let (email, password) = match place {
        0 => ("doctor@demo.test".to_owned(), Some(PASSWORD.to_owned())),
        _ => (format!("doctor-{place}@lindenhof.example"), None),
    };
    let profile = ProviderPatch {
        given_name: Some(plan.given.into()),
        family_name: Some(plan.family.into()),
        title: Some(Some(plan.title.to_owned()).filter(|title| !title.is_empty())),
        bio: Some(Some(plan.bio.into())),
        languages: Some(plan.languages.iter().map(|tag| (*tag).to_owned()).collect()),
        department_ids: Some(department_ids.get(plan.department).copied().into_iter().collect()),
        location_ids: Some(
            plan.days
                .iter()
                .filter_map(|(site, _)| Some(sites.get(*site)?.0))
                .collect(),
        ),
        service_ids: Some(
            plan.services
                .iter()
                .filter_map(|service| service_ids.get(*service).copied())
                .collect(),
        ),
        ..ProviderPatch::default()
    };
    let input = NewProvider {
        email: Some(email),
        password,
        profile,
    };
    let provider = providers::create(&stage.app, &ctx, input, &Once::unkeyed())
        .await
        .map_err(making(plan.family))?;
    let user = provider.user_id.ok_or("a provider of the demo clinic has no account")?;
    Ok(Member {
        id: provider.id,
        plan,
        person: Person::doctor(&stage.app, user, provider.id),
    })
}

async fn make_user(
    stage: &Stage,
    at: Timestamp,
    role: Role,
    name: &str,
    given: &str,
    family: &str,
) -> Result<User, Failure> {
    let input = NewUser {
        email: format!("{name}@demo.test"),
        given_name: given.into(),
        family_name: family.into(),
        language: None,
        role,
        password: Some(PASSWORD.into()),
    };
    let ctx = stage.ctx(&Person::system(), at);
    users::create(&stage.app, &ctx, input, &Once::unkeyed())
        .await
        .map_err(making(name))
}
