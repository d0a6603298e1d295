//! The catalogue's use cases on both databases: what is stored, found, refused, and by whom.

mod booked;
mod people;
mod rules;
mod visibility;

use kalends_app::departments::{self, DepartmentPatch};
use kalends_app::error::AppError;
use kalends_app::idempotency::Once;
use kalends_app::locations::{self, LocationPatch};
use kalends_app::patients::{self, PatientPatch};
use kalends_app::services::{self, ServicePatch};
use kalends_domain::page::PageRequest;
use kalends_domain::service::Mode;
use kalends_store::on_both;
use kalends_store::services::ServiceFilter;

use people::People;

fn named(name: &str) -> DepartmentPatch {
    DepartmentPatch {
        name: Some(name.into()),
        ..DepartmentPatch::default()
    }
}

fn service(name: &str) -> ServicePatch {
    ServicePatch {
        name: Some(name.into()),
        duration_minutes: Some(30),
        ..ServicePatch::default()
    }
}

fn patient(given_name: &str, family_name: &str) -> PatientPatch {
    PatientPatch {
        given_name: Some(given_name.into()),
        family_name: Some(family_name.into()),
        ..PatientPatch::default()
    }
}

fn searching(words: &str) -> PageRequest {
    PageRequest {
        search: Some(words.into()),
        ..PageRequest::default()
    }
}

on_both! {
    async fn a_record_is_read_back_as_it_was_stored(database: TestDatabase) {
        let people = People::of(&database).await?;
        let (app, admin) = (&people.app, people.admin());
        let department = departments::create(app, &admin, named("Cardiology"), &Once::unkeyed()).await?;
        let input = ServicePatch {
            description: Some(Some("Heart".into())),
            department_id: Some(Some(department.id)),
            buffer_after_minutes: Some(10),
            start_interval_minutes: Some(Some(15)),
            lead_time_minutes: Some(120),
            booking_horizon_days: Some(Some(90)),
            cancel_cutoff_minutes: Some(1440),
            resource_kind: Some(Some("room".into())),
            requires_approval: Some(true),
            public: Some(false),
            mode: Some(Mode::Video),
            price_minor: Some(Some(5000)),
            ..service("Check-up")
        };
        let made = services::create(app, &admin, input, &Once::unkeyed()).await?;
        assert_eq!(services::get(app, &admin, made.id).await?, made);
        assert_eq!((made.capacity, made.stamp.version), (1, 1));
        Ok(())
    }

    async fn a_change_leaves_the_rest_and_counts_versions(database: TestDatabase) {
        let people = People::of(&database).await?;
        let (app, admin) = (&people.app, people.admin());
        let input = LocationPatch {
            name: Some("North".into()),
            time_zone: Some("europe/berlin".into()),
            address: Some(Some("1 Long Street\nTown".into())),
            phone: Some(Some("+49 30 901820".into())),
            archived: None,
        };
        let made = locations::create(app, &admin, input, &Once::unkeyed()).await?;
        assert_eq!((made.time_zone.as_str(), made.phone.as_deref()), ("Europe/Berlin", Some("+4930901820")));

        let rename = LocationPatch { name: Some("South".into()), ..LocationPatch::default() };
        let renamed = locations::update(app, &admin, made.id, Some(1), rename.clone()).await?;
        assert_eq!((renamed.stamp.version, &renamed.address), (2, &made.address));
        let stale = locations::update(app, &admin, made.id, Some(1), rename.clone()).await;
        assert!(matches!(stale, Err(AppError::Stale)));

        let same = locations::update(app, &admin, made.id, None, rename).await?;
        assert_eq!(same.stamp.version, 2, "nothing changed");
        let cleared = LocationPatch { address: Some(None), ..LocationPatch::default() };
        assert_eq!(locations::update(app, &admin, made.id, None, cleared).await?.address, None);
        Ok(())
    }

    async fn changes_that_expect_no_version_follow_each_other(database: TestDatabase) {
        let people = People::of(&database).await?;
        let (app, admin) = (&people.app, people.admin());
        let made = departments::create(app, &admin, named("A"), &Once::unkeyed()).await?;
        let mut changes = tokio::task::JoinSet::new();
        for n in 0..8 {
            let (app, admin) = (app.clone(), admin.clone());
            changes.spawn(async move {
                departments::update(&app, &admin, made.id, None, named(&format!("Name {n}"))).await.map(drop)
            });
        }
        while let Some(outcome) = changes.join_next().await {
            outcome??;
        }
        assert_eq!(departments::get(app, &admin, made.id).await?.stamp.version, 9);
        Ok(())
    }

    async fn names_of_current_records_are_unique(database: TestDatabase) {
        let people = People::of(&database).await?;
        let (app, admin) = (&people.app, people.admin());
        let made = departments::create(app, &admin, named("Gynäkologie"), &Once::unkeyed()).await?;
        let taken = departments::create(app, &admin, named("GYNÄKOLOGIE "), &Once::unkeyed()).await;
        assert_eq!(rules::codes(taken), ["/name taken"]);

        let archived = DepartmentPatch { archived: Some(true), ..DepartmentPatch::default() };
        departments::update(app, &admin, made.id, None, archived).await?;
        departments::create(app, &admin, named("Gynäkologie"), &Once::unkeyed()).await?;
        let restored = DepartmentPatch { archived: Some(false), ..DepartmentPatch::default() };
        assert_eq!(rules::codes(departments::update(app, &admin, made.id, None, restored).await), ["/name taken"]);
        Ok(())
    }

    async fn a_person_is_found_in_any_script_by_anything_known(database: TestDatabase) {
        let people = People::of(&database).await?;
        let (app, desk) = (&people.app, people.desk());
        let jose = PatientPatch {
            email: Some(Some("pepe@example.org".into())),
            phone: Some(Some("+49 151 23456789".into())),
            birth_date: Some(Some(jiff::civil::date(1980, 3, 14))),
            ..patient("José", "Núñez")
        };
        for input in [jose, patient("أحمد", "الهاشمي"), patient("小明", "王"), patient("Søren", "Łukasz")] {
            patients::create(app, &desk, input, &Once::unkeyed()).await?;
        }
        for (search, found) in [
            ("jose", "José"), ("NUÑEZ José", "José"), ("pepe@ex", "José"), ("0151 2345", "José"), ("+49151", "José"),
            ("1980-03-14", "José"), ("14.03.1980", "José"), ("3/14/1980", "José"), ("احمد", "أحمد"), ("王", "小明"),
            ("soren lukasz", "Søren"),
        ] {
            let page = patients::list(app, &desk, &searching(search)).await?;
            let names: Vec<_> = page.items.iter().map(|it| it.given_name.as_str()).collect();
            assert_eq!(names, [found], "{search}");
        }
        for search in ["%", "_", "jose qq", "' OR 1=1 --"] {
            assert!(patients::list(app, &desk, &searching(search)).await?.items.is_empty(), "{search}");
        }
        Ok(())
    }

    async fn pages_follow_each_other_without_gap_or_repeat(database: TestDatabase) {
        let people = People::of(&database).await?;
        let (app, admin) = (&people.app, people.admin());
        let names = ["Äther", "Zoo", "étage", "apple", "Östlich", "banana", "Ölung"];
        for name in names {
            services::create(app, &admin, service(name), &Once::unkeyed()).await?;
        }
        for (sort, descending) in [("name", false), ("name", true), ("created_at", false), ("created_at", true)] {
            let mut seen = Vec::new();
            let mut request = PageRequest { limit: 2, sort: Some(sort.into()), descending, ..PageRequest::default() };
            loop {
                let page = services::list(app, &admin, &request, ServiceFilter::default()).await?;
                seen.extend(page.items.into_iter().map(|it| it.name));
                match page.next {
                    Some(next) => request.after = Some(next),
                    None => break,
                }
            }
            let mut expected = names.map(String::from);
            if sort == "name" {
                expected.sort_by_key(|name| kalends_domain::text::fold(name));
            }
            if descending && sort == "name" {
                expected.reverse();
            }
            if sort == "name" {
                assert_eq!(seen, expected);
            }
            seen.sort();
            expected.sort();
            assert_eq!(seen, expected, "{sort}");
        }
        let request = PageRequest { sort: Some("notes; DROP TABLE services".into()), ..PageRequest::default() };
        let refused = services::list(app, &admin, &request, ServiceFilter::default()).await;
        assert_eq!(rules::codes(refused), ["/sort unknown-sort"]);
        Ok(())
    }
}
