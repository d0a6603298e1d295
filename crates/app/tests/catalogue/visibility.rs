//! Who sees and changes what, and the trail that it leaves.

use kalends_app::error::AppError;
use kalends_app::idempotency::Once;
use kalends_app::patients::{self, PatientPatch};
use kalends_app::providers::{self, NewProvider, ProviderPatch};
use kalends_app::resources;
use kalends_app::services::{self, ServicePatch};
use kalends_domain::page::PageRequest;
use kalends_domain::permission::Role;
use kalends_store::on_both;
use kalends_store::providers::ProviderFilter;
use kalends_store::resources::ResourceFilter;
use kalends_store::services::ServiceFilter;

use super::booked::Practice;
use super::people::People;
use super::rules::codes;
use super::{patient, service};

on_both! {
    async fn visitors_see_what_is_public(database: TestDatabase) {
        let people = People::of(&database).await?;
        let (app, admin, visitor) = (&people.app, people.admin(), people.visitor());
        let practice = Practice::of(&people).await?;
        let private = ServicePatch { public: Some(false), ..service("Board meeting") };
        let private = services::create(app, &admin, private, &Once::unkeyed()).await?.id;
        let request = PageRequest::default();
        for (ctx, count) in [(&visitor, 1), (&people.patient(practice.patient), 1), (&people.desk(), 2)] {
            assert_eq!(services::list(app, ctx, &request, ServiceFilter::default()).await?.items.len(), count);
        }
        assert!(matches!(services::get(app, &visitor, private).await, Err(AppError::NotFound)));
        assert_eq!(providers::list(app, &visitor, &request, ProviderFilter::default()).await?.items.len(), 1);

        let archived = PageRequest { archived: true, ..PageRequest::default() };
        let refused = services::list(app, &visitor, &archived, ServiceFilter::default()).await;
        assert!(matches!(refused, Err(AppError::Unauthenticated)));
        let refused = resources::list(app, &people.patient(practice.patient), &request, ResourceFilter::default()).await;
        assert!(matches!(refused, Err(AppError::Forbidden)));
        let refused = services::create(app, &people.desk(), service("Mine"), &Once::unkeyed()).await;
        assert!(matches!(refused, Err(AppError::Forbidden)));
        Ok(())
    }

    async fn doctors_keep_their_own_profile_only(database: TestDatabase) {
        let people = People::of(&database).await?;
        let app = &people.app;
        let practice = Practice::of(&people).await?;
        let doctor = people.doctor(practice.provider);
        let profile = ProviderPatch {
            bio: Some(Some("I listen.".into())),
            languages: Some(vec!["en".into(), "ar".into()]),
            accepting: Some(false),
            ..ProviderPatch::default()
        };
        let it = providers::update(app, &doctor, practice.provider, None, profile.clone()).await?;
        assert_eq!((it.languages.len(), it.accepting), (2, false));
        let services = ProviderPatch { service_ids: Some(vec![]), ..ProviderPatch::default() };
        let refused = providers::update(app, &doctor, practice.provider, None, services).await;
        assert_eq!(codes(refused), ["/service_ids read-only"]);
        let colleague = people.doctor(app.new_id());
        assert!(matches!(
            providers::update(app, &colleague, practice.provider, None, profile).await,
            Err(AppError::Forbidden)
        ));
        Ok(())
    }

    async fn a_provider_signs_in_with_their_address_once(database: TestDatabase) {
        let people = People::of(&database).await?;
        let (app, admin) = (&people.app, people.admin());
        let practice = Practice::of(&people).await?;
        let again = |email: &str| NewProvider {
            email: Some(email.into()),
            password: None,
            profile: ProviderPatch {
                given_name: Some("Eve".into()),
                family_name: Some("Twin".into()),
                ..ProviderPatch::default()
            },
        };
        let taken = providers::create(app, &admin, again(" EVE@example.org"), &Once::unkeyed()).await;
        assert!(matches!(taken, Err(AppError::EmailTaken)));
        let nameless = NewProvider { profile: ProviderPatch::default(), ..again("nobody") };
        let refused = providers::create(app, &admin, nameless, &Once::unkeyed()).await;
        assert_eq!(codes(refused), ["/email not-an-email", "/given_name required", "/family_name required"]);

        let it = providers::get(app, &people.desk(), practice.provider).await?;
        assert_eq!(it.email.as_deref(), Some("eve@example.org"));
        assert_eq!(providers::get(app, &people.visitor(), practice.provider).await?.email, None);
        let mut tx = app.store.read(admin.tenant_id()).await?;
        let user = it.user_id.ok_or("has an account")?;
        let held = kalends_store::memberships::list(&mut tx, admin.tenant_id(), user).await?;
        assert_eq!(held.iter().map(|it| (it.role, it.provider_id)).collect::<Vec<_>>(), [(Role::Doctor, Some(it.id))]);
        Ok(())
    }

    async fn patients_are_seen_by_those_who_look_after_them(database: TestDatabase) {
        let people = People::of(&database).await?;
        let (app, desk) = (&people.app, people.desk());
        let practice = Practice::of(&people).await?;
        practice.book(&people, "2027-03-01T09:00:00Z".parse()?).await?;
        let noted = PatientPatch { notes: Some(Some("Anxious".into())), ..PatientPatch::default() };
        patients::update(app, &desk, practice.patient, None, noted.clone()).await?;
        let unknown = patients::create(app, &desk, patient("Un", "Known"), &Once::unkeyed()).await?.id;

        let (doctor, own) = (people.doctor(practice.provider), people.patient(practice.patient));
        let request = PageRequest::default();
        assert_eq!(patients::list(app, &doctor, &request).await?.items.len(), 1);
        assert!(patients::get(app, &doctor, practice.patient).await?.notes.is_some());
        assert!(matches!(patients::get(app, &doctor, unknown).await, Err(AppError::NotFound)));
        assert!(matches!(patients::list(app, &own, &request).await, Err(AppError::Forbidden)));
        assert_eq!(patients::get(app, &own, practice.patient).await?.notes, None);
        assert!(matches!(patients::get(app, &own, unknown).await, Err(AppError::NotFound)));

        assert_eq!(codes(patients::update(app, &own, practice.patient, None, noted).await), ["/notes read-only"]);
        let moved = PatientPatch { family_name: Some("Married".into()), ..PatientPatch::default() };
        let it = patients::update(app, &own, practice.patient, None, moved.clone()).await?;
        assert_eq!((it.family_name.as_str(), it.notes), ("Married", None));
        assert!(patients::get(app, &doctor, practice.patient).await?.notes.is_some());
        assert!(matches!(patients::update(app, &own, unknown, None, moved).await, Err(AppError::NotFound)));
        Ok(())
    }

    async fn every_look_at_a_patient_is_on_the_trail(database: TestDatabase) {
        let people = People::of(&database).await?;
        let (app, desk) = (&people.app, people.desk());
        let it = patients::create(app, &desk, patient("Secret", "Name"), &Once::unkeyed()).await?;
        patients::get(app, &desk, it.id).await?;
        patients::list(app, &desk, &PageRequest::default()).await?;
        let phone = PatientPatch { phone: Some(Some("+4930901820".into())), ..PatientPatch::default() };
        patients::update(app, &desk, it.id, None, phone.clone()).await?;
        patients::update(app, &desk, it.id, None, phone).await?;

        let mut tx = app.store.read(desk.tenant_id()).await?;
        let all = "SELECT action || ' ' || CAST(detail AS text) FROM audit_entries WHERE tenant_id = $1 AND resource = 'patient'";
        let mut entries: Vec<String> = tx.query(all).bind(desk.tenant_id()).scalars().await?;
        entries.sort();
        let squeezed: Vec<String> = entries.iter().map(|entry| entry.replace([' ', '"'], "")).collect();
        assert_eq!(squeezed, ["create{}", "list{count:1,searched:false}", "read{}", "update{fields:[phone]}"]);
        let of_patient = "SELECT COUNT(*) FROM audit_entries WHERE tenant_id = $1 AND patient_id = $2";
        let count: i64 = tx.query(of_patient).bind(desk.tenant_id()).bind(it.id).scalar().await?;
        assert_eq!(count, 3);
        Ok(())
    }
}
