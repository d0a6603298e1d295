//! Tenants: found by host name, closed and opened, kept apart; and the key without which nothing starts.

use kalends_app::error::AppError;
use kalends_app::sessions::{self, Origin};
use kalends_app::signing_keys::{self, KeyError};
use kalends_app::tenants::{self, Named};
use kalends_domain::permission::Role;
use kalends_domain::tenant::TenantStatus;
use kalends_store::on_both;
use kalends_store::signing_keys::SigningKey;
use kalends_store::store::{Access, Store};

use super::world::{PASSWORD, World};

on_both! {
    async fn a_host_name_names_a_tenant(database: TestDatabase) {
        let world = World::new(&database).await?;
        let anna = world.elsewhere("st-anna").await?.tenant;
        let mut tx = world.app.store.begin(anna.id).await?;
        kalends_store::tenants::insert_host(&mut tx, anna.id, "booking.example.org").await?;
        tx.commit().await?;
        for (host, named) in [
            ("st-anna.localhost:3000", Some("st-anna")),
            ("ST-ANNA.localhost.", Some("st-anna")),
            ("default.localhost", Some("default")),
            ("booking.example.org:443", Some("st-anna")),
            ("localhost:3000", None),
            ("127.0.0.1:3000", None),
            ("[::1]:3000", None),
            ("elsewhere.example.org", None),
            ("", None),
        ] {
            let found = tenants::find_by_host(&world.app, host, "localhost").await?;
            let slug = match &found {
                Named::Tenant(tenant) => Some(tenant.slug.as_str()),
                Named::Nothing => None,
                Named::Unknown => Some("?"),
            };
            assert_eq!(slug, named, "{host}");
        }
        for host in ["nobody.localhost", "a.st-anna.localhost", "'.localhost", "www.localhost"] {
            assert_eq!(tenants::find_by_host(&world.app, host, "localhost").await?, Named::Unknown, "{host}");
        }
        Ok(())
    }

    async fn a_token_is_worth_nothing_at_another_tenant(database: TestDatabase) {
        let world = World::new(&database).await?;
        let other = world.elsewhere("other").await?;
        let grant = world.register("ana@example.org").await?;
        let there = Origin { tenant: Some(other.tenant.id), ..World::origin("browser") };
        let here = Origin { tenant: Some(world.tenant.id), ..World::origin("browser") };
        assert!(sessions::authenticate(&world.app, &there, &grant.access_token).await.is_err());
        assert!(sessions::refresh(&world.app, &there, &grant.refresh_token).await.is_err());
        sessions::sign_out_with(&world.app, &there, &grant.refresh_token).await?;
        assert!(sessions::authenticate(&world.app, &here, &grant.access_token).await.is_ok());
        assert!(sessions::refresh(&world.app, &here, &grant.refresh_token).await.is_ok());
        Ok(())
    }

    async fn a_suspended_tenant_is_closed_at_once(database: TestDatabase) {
        let world = World::new(&database).await?;
        let grant = world.register("ana@example.org").await?;
        world.user("operator@example.org", Role::Operator).await?;
        let other = world.elsewhere("other").await?;
        let theirs = other.register("ana@example.org").await?;
        let operator = world.acting("operator@example.org").await?;
        tenants::set_status(&world.app, &operator, "other", TenantStatus::Suspended).await?;
        assert!(world.authenticate(&theirs).await.is_err());
        assert!(world.refresh("browser", &theirs.refresh_token).await.is_err());
        assert!(world.authenticate(&grant).await.is_ok());
        tenants::set_status(&world.app, &operator, "other", TenantStatus::Active).await?;
        assert!(world.authenticate(&theirs).await.is_ok());
        Ok(())
    }

    async fn tenants_are_the_operators(database: TestDatabase) {
        let world = World::new(&database).await?;
        world.user("admin@example.org", Role::Admin).await?;
        world.user("operator@example.org", Role::Operator).await?;
        let admin = world.acting("admin@example.org").await?;
        assert!(matches!(tenants::create(&world.app, &admin, "mine", None).await, Err(AppError::Forbidden)));
        assert!(matches!(tenants::list(&world.app, &admin).await, Err(AppError::Forbidden)));
        let operator = world.acting("operator@example.org").await?;
        tenants::create(&world.app, &operator, "new-clinic", Some("New Clinic")).await?;
        for slug in ["new-clinic", "-bad", "www", "UPPER", "a b"] {
            assert!(matches!(tenants::create(&world.app, &operator, slug, None).await, Err(AppError::Invalid(_))));
        }
        let slugs: Vec<_> = tenants::list(&world.app, &operator).await?.into_iter().map(|it| it.slug).collect();
        assert_eq!(slugs, ["default", "new-clinic"]);
        // The operator never sees patients.
        assert!(kalends_app::patients::list(&world.app, &operator, &Default::default()).await.is_err());
        Ok(())
    }

    async fn a_server_needs_a_key_that_only_the_owner_makes(database: TestDatabase) {
        let world = World::new(&database).await?;
        assert!(matches!(signing_keys::load(&world.app.store).await, Err(KeyError::Missing)));
        let owner = Store::connect(&database.url, Access::Owner).await?;
        signing_keys::ensure(&owner, world.app.now()).await?;
        let first = signing_keys::load(&world.app.store).await?;
        signing_keys::ensure(&owner, world.app.now()).await?;
        let restarted = signing_keys::load(&world.app.store).await?;
        // The same key after a restart: nobody is signed out by one.
        let app = kalends_app::app::App::new(world.app.store.clone(), world.app.clock.clone(), first);
        let grant = World { app, tenant: world.tenant.clone() }.register("ana@example.org").await?;
        let app = kalends_app::app::App::new(world.app.store.clone(), world.app.clock.clone(), restarted);
        assert!(World { app, tenant: world.tenant.clone() }.authenticate(&grant).await.is_ok());
        assert!(world.authenticate(&grant).await.is_err(), "another key");

        let weak = SigningKey { kid: "weak".into(), private_key: b"changeme".to_vec() };
        let mut tx = owner.begin_untenanted().await?;
        kalends_store::signing_keys::insert(&mut tx, &weak, world.app.now()).await?;
        tx.commit().await?;
        assert!(matches!(signing_keys::load(&world.app.store).await, Err(KeyError::Weak(kid)) if kid == "weak"));
        Ok(())
    }

    async fn an_account_is_never_overwritten(database: TestDatabase) {
        let world = World::new(&database).await?;
        world.user("admin@example.org", Role::Admin).await?;
        assert!(matches!(world.user("Admin@example.org", Role::Admin).await, Err(AppError::EmailTaken)));
        world.sign_in("admin@example.org", PASSWORD).await?;
        Ok(())
    }
}
