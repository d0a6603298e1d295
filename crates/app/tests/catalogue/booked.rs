//! Records that an appointment needs, links between records, and what another organisation cannot reach.

use std::error::Error;

use jiff::Timestamp;
use kalends_app::app::App;
use kalends_app::departments;
use kalends_app::error::AppError;
use kalends_app::idempotency::Once;
use kalends_app::locations::{self, LocationPatch};
use kalends_app::patients::{self, PatientPatch};
use kalends_app::providers::{self, NewProvider, ProviderPatch};
use kalends_app::resources::{self, ResourcePatch};
use kalends_app::services::{self, ServicePatch};
use kalends_domain::appointment::{Appointment, Policy, Status};
use kalends_domain::id::{LocationId, PatientId, ProviderId, ServiceId};
use kalends_domain::page::PageRequest;
use kalends_store::change::Change;
use kalends_store::on_both;
use kalends_store::providers::ProviderFilter;
use kalends_store::services::ServiceFilter;
use kalends_store::stored;

use super::people::People;
use super::rules::codes;
use super::{named, patient, service};

/// A location, and what takes place there.
pub struct Practice {
    pub location: LocationId,
    pub service: ServiceId,
    pub provider: ProviderId,
    pub patient: PatientId,
}

impl Practice {
    pub async fn of(people: &People) -> Result<Self, Box<dyn Error>> {
        let (app, admin) = (&people.app, people.admin());
        let site = LocationPatch {
            name: Some("North".into()),
            time_zone: Some("UTC".into()),
            ..LocationPatch::default()
        };
        let profile = ProviderPatch {
            given_name: Some("Eve".into()),
            family_name: Some("Doctor".into()),
            ..ProviderPatch::default()
        };
        let provider = NewProvider {
            email: Some("eve@example.org".into()),
            password: Some("a long enough password".into()),
            profile,
        };
        let provider = providers::create(app, &admin, provider, &Once::unkeyed()).await?;
        let given_by = ServicePatch {
            provider_ids: Some(vec![provider.id]),
            ..service("Check-up")
        };
        Ok(Self {
            location: locations::create(app, &admin, site, &Once::unkeyed()).await?.id,
            service: services::create(app, &admin, given_by, &Once::unkeyed()).await?.id,
            provider: provider.id,
            patient: patients::create(app, &admin, patient("Ann", "Example"), &Once::unkeyed())
                .await?
                .id,
        })
    }

    /// Stores a booked appointment from `starts_at` for half an hour.
    pub async fn book(&self, people: &People, starts_at: Timestamp) -> Result<(), Box<dyn Error>> {
        let (app, admin) = (&people.app, people.admin());
        let appointment = Appointment {
            id: app.new_id(),
            version: 1,
            status: Status::Booked,
            service_id: self.service,
            provider_id: self.provider,
            patient_id: self.patient,
            location_id: self.location,
            resource_ids: Vec::new(),
            group_id: None,
            starts_at,
            ends_at: starts_at + jiff::SignedDuration::from_mins(30),
            time_zone: "UTC".into(),
            reason: None,
            notes: None,
            policy: Policy {
                buffer_before_minutes: 0,
                buffer_after_minutes: 0,
                cancel_cutoff_minutes: 0,
                reschedule_cutoff_minutes: 0,
                requires_approval: false,
                capacity: 1,
            },
            overrides: vec![],
            together: None,
            ticket_id: None,
            answers: Vec::new(),
            booked_by: None,
            status_reason: None,
            forgiven: false,
            created_at: admin.now,
            updated_at: admin.now,
        };
        let change = Change {
            appointments: vec![appointment],
            ..Change::default()
        };
        app.store.apply(admin.tenant_id(), admin.now, &change).await?;
        Ok(())
    }
}

async fn archive_all(app: &App, people: &People, it: &Practice) -> Vec<Result<(), AppError>> {
    let admin = people.admin();
    let archived = Some(true);
    vec![
        services::update(
            app,
            &admin,
            it.service,
            None,
            ServicePatch {
                archived,
                ..Default::default()
            },
        )
        .await
        .map(drop),
        providers::update(
            app,
            &admin,
            it.provider,
            None,
            ProviderPatch {
                archived,
                ..Default::default()
            },
        )
        .await
        .map(drop),
        locations::update(
            app,
            &admin,
            it.location,
            None,
            LocationPatch {
                archived,
                ..Default::default()
            },
        )
        .await
        .map(drop),
        patients::update(
            app,
            &admin,
            it.patient,
            None,
            PatientPatch {
                archived,
                ..Default::default()
            },
        )
        .await
        .map(drop),
    ]
}

on_both! {
    async fn what_an_appointment_needs_stays_until_it_is_over(database: TestDatabase) {
        let people = People::of(&database).await?;
        let practice = Practice::of(&people).await?;
        practice.book(&people, "2027-03-01T09:00:00Z".parse()?).await?;
        practice.book(&people, "2027-03-09T09:00:00Z".parse()?).await?;
        for outcome in archive_all(&people.app, &people, &practice).await {
            assert!(matches!(outcome, Err(AppError::InUse)), "{outcome:?}");
        }
        people.app.clock.advance(jiff::SignedDuration::from_hours(24 * 8));
        for outcome in archive_all(&people.app, &people, &practice).await {
            assert!(outcome.is_ok(), "{outcome:?}");
        }
        Ok(())
    }

    async fn links_are_kept_from_both_sides_and_in_order(database: TestDatabase) {
        let people = People::of(&database).await?;
        let (app, admin) = (&people.app, people.admin());
        let practice = Practice::of(&people).await?;
        let other = LocationPatch { name: Some("South".into()), time_zone: Some("UTC".into()), ..LocationPatch::default() };
        let other = locations::create(app, &admin, other, &Once::unkeyed()).await?.id;
        let department = departments::create(app, &admin, named("Cardiology"), &Once::unkeyed()).await?.id;
        let unlinked = services::create(app, &admin, service("X-ray"), &Once::unkeyed()).await?.id;

        let links = |locations: &[LocationId]| ProviderPatch {
            location_ids: Some(locations.to_vec()),
            department_ids: Some(vec![department, department]),
            ..ProviderPatch::default()
        };
        let update = |patch| providers::update(app, &admin, practice.provider, None, patch);
        update(links(&[other, practice.location])).await?;
        let it = providers::get(app, &admin, practice.provider).await?;
        assert_eq!(it.location_ids, [other, practice.location]);
        assert_eq!((it.department_ids, it.service_ids), (vec![department], vec![practice.service]));
        update(links(&[practice.location, other])).await?;
        assert_eq!(providers::get(app, &admin, practice.provider).await?.location_ids, [practice.location, other]);

        let filter = ProviderFilter {
            department_id: Some(department),
            location_id: Some(other),
            service_id: Some(practice.service),
            accepting: Some(true),
            public: None,
        };
        let request = PageRequest::default();
        assert_eq!(providers::list(app, &admin, &request, filter).await?.items.len(), 1);
        let filter = ProviderFilter { service_id: Some(unlinked), ..ProviderFilter::default() };
        assert!(providers::list(app, &admin, &request, filter).await?.items.is_empty());
        let filter = ServiceFilter { provider_id: Some(practice.provider), ..ServiceFilter::default() };
        let given = services::list(app, &admin, &request, filter).await?.items;
        assert_eq!(given.iter().map(|it| it.id).collect::<Vec<_>>(), [practice.service]);

        let none = ServicePatch { provider_ids: Some(vec![]), ..ServicePatch::default() };
        services::update(app, &admin, practice.service, None, none).await?;
        assert!(providers::get(app, &admin, practice.provider).await?.service_ids.is_empty());
        Ok(())
    }

    async fn a_link_to_an_archived_record_rests_and_comes_back(database: TestDatabase) {
        let people = People::of(&database).await?;
        let (app, admin) = (&people.app, people.admin());
        let practice = Practice::of(&people).await?;
        let archived = |archived| ServicePatch { archived: Some(archived), ..ServicePatch::default() };
        services::update(app, &admin, practice.service, None, archived(true)).await?;
        let it = providers::get(app, &admin, practice.provider).await?;
        assert!(it.service_ids.is_empty());
        let relink = ProviderPatch { service_ids: Some(vec![practice.service]), ..ProviderPatch::default() };
        let refused = providers::update(app, &admin, practice.provider, None, relink).await;
        assert_eq!(codes(refused), ["/service_ids/0 unknown-id"]);
        services::update(app, &admin, practice.service, None, archived(false)).await?;
        assert_eq!(providers::get(app, &admin, practice.provider).await?.service_ids, [practice.service]);
        Ok(())
    }

    async fn another_organisation_reaches_nothing(database: TestDatabase) {
        let people = People::of(&database).await?;
        let (app, stranger) = (&people.app, people.stranger());
        let it = Practice::of(&people).await?;
        let room = ResourcePatch {
            name: Some("Room".into()),
            kind: Some("room".into()),
            location_id: Some(it.location),
            archived: None,
        };
        assert!(matches!(locations::get(app, &stranger, it.location).await, Err(AppError::NotFound)));
        assert!(matches!(patients::get(app, &stranger, it.patient).await, Err(AppError::NotFound)));
        let outcome = services::update(app, &stranger, it.service, None, service("Mine")).await;
        assert!(matches!(outcome, Err(AppError::NotFound)));
        assert_eq!(codes(resources::create(app, &stranger, room, &Once::unkeyed()).await), ["/location_id unknown-id"]);
        let borrowed = ServicePatch { provider_ids: Some(vec![it.provider]), ..service("Mine") };
        let refused = services::create(app, &stranger, borrowed, &Once::unkeyed()).await;
        assert_eq!(codes(refused), ["/provider_ids/0 unknown-id"]);
        assert!(patients::list(app, &stranger, &PageRequest::default()).await?.items.is_empty());

        // The database itself refuses a link across organisations.
        let mut tx = app.store.begin(stranger.tenant_id()).await?;
        let mut own = providers::blank(app.new_id(), &stranger);
        own.location_ids = vec![it.location];
        assert!(stored::insert(&mut tx, stranger.tenant_id(), &own).await.is_err());
        Ok(())
    }
}
