//! Signing in, renewing, signing out.

use jiff::SignedDuration;
use kalends_app::error::AppError;
use kalends_app::sessions;
use kalends_app::sweep::Sweep;
use kalends_app::users::{self, UserPatch};
use kalends_domain::permission::Role;
use kalends_domain::tenant::TenantStatus;
use kalends_store::on_both;

use super::world::{PASSWORD, World};

fn seconds(seconds: i64) -> SignedDuration {
    SignedDuration::from_secs(seconds)
}

fn refused<T>(result: &kalends_app::error::Result<T>) -> bool {
    matches!(result, Err(AppError::Unauthenticated))
}

on_both! {
    async fn a_patient_registers_and_signs_in(database: TestDatabase) {
        let world = World::new(&database).await?;
        let grant = world.register("Ana@Example.org").await?;
        assert_eq!((grant.user.role, grant.expires_in_seconds), (Role::Patient, 600));
        assert!(grant.user.patient_id.is_some());
        assert_eq!(grant.memberships.len(), 1);
        let ctx = world.authenticate(&grant).await?;
        assert_eq!(ctx.signed_in()?.email, "Ana@Example.org");
        assert_eq!(ctx.tenant.slug, "default");
        let again = world.sign_in(" ana@EXAMPLE.org ", PASSWORD).await?;
        assert_eq!(again.user.user_id, grant.user.user_id);
        assert_ne!(again.user.session_id, grant.user.session_id);
        Ok(())
    }

    async fn an_address_is_registered_once_however_it_is_written(database: TestDatabase) {
        let world = World::new(&database).await?;
        world.register("ana@example.org").await?;
        for email in ["ana@example.org", "ANA@example.org", "  ana@Example.ORG"] {
            assert!(matches!(world.register(email).await, Err(AppError::EmailTaken)), "{email}");
        }
        world.register("ana+clinic@example.org").await?;
        // In another organisation she is somebody else, with another password perhaps.
        let other = world.elsewhere("other").await?;
        let there = other.register("ana@example.org").await?;
        assert_ne!(there.user.user_id, world.sign_in("ana@example.org", PASSWORD).await?.user.user_id);
        Ok(())
    }

    async fn every_reason_not_to_sign_in_looks_the_same(database: TestDatabase) {
        let world = World::new(&database).await?;
        world.register("ana@example.org").await?;
        let admin = world.user("admin@example.org", Role::Admin).await?;
        let gone = world.user("gone@example.org", Role::Doctor).await?;
        let archive = UserPatch { archived: Some(true), ..UserPatch::default() };
        users::update(&world.app, &world.system(), gone.id, None, archive).await?;
        let suspended = world.elsewhere("suspended").await?;
        suspended.register("ana@example.org").await?;
        let status = TenantStatus::Suspended;
        let tenant = kalends_app::tenants::set_status(&world.app, &world.system(), "suspended", status).await?;
        let suspended = World { app: world.app.clone(), tenant: tenant.into() };
        for (world, email, password) in [
            (&world, "nobody@example.org", PASSWORD),
            (&world, "ana@example.org", "wrong password"),
            (&world, "ana@example.org", ""),
            (&world, "", PASSWORD),
            (&world, "gone@example.org", PASSWORD),
            (&suspended, "ana@example.org", PASSWORD),
        ] {
            let refusal = world.sign_in(email, password).await;
            assert!(matches!(refusal, Err(AppError::InvalidCredentials)), "{email} {password}");
        }
        assert_eq!(admin.role, Some(Role::Admin));
        Ok(())
    }

    async fn a_refresh_token_is_good_once(database: TestDatabase) {
        let world = World::new(&database).await?;
        let first = world.register("ana@example.org").await?;
        world.app.clock.advance(seconds(60));
        let second = world.refresh("browser", &first.refresh_token).await?;
        assert_ne!(second.refresh_token, first.refresh_token);
        let third = world.refresh("browser", &second.refresh_token).await?;
        world.app.clock.advance(seconds(11));
        // Whoever holds the old one, the session ends, with its newest tokens.
        assert!(refused(&world.refresh("browser", &first.refresh_token).await));
        assert!(refused(&world.refresh("browser", &third.refresh_token).await));
        assert!(refused(&world.authenticate(&third).await));
        Ok(())
    }

    async fn parallel_requests_of_one_browser_share_the_successor(database: TestDatabase) {
        let world = World::new(&database).await?;
        let first = world.register("ana@example.org").await?;
        let mut running = tokio::task::JoinSet::new();
        for _ in 0..8 {
            let (app, token) = (world.app.clone(), first.refresh_token.clone());
            running.spawn(async move { sessions::refresh(&app, &World::origin("browser"), &token).await });
        }
        let mut tokens = Vec::new();
        while let Some(done) = running.join_next().await {
            tokens.push(done??.refresh_token);
        }
        tokens.dedup();
        assert_eq!(tokens.len(), 1, "one lineage");
        world.app.clock.advance(seconds(9));
        let repeated = world.refresh("browser", &first.refresh_token).await?;
        assert_eq!(repeated.refresh_token, tokens[0]);
        assert!(world.authenticate(&repeated).await.is_ok());
        Ok(())
    }

    async fn the_grace_is_for_the_same_client_and_an_unused_successor(database: TestDatabase) {
        let world = World::new(&database).await?;
        let first = world.register("ana@example.org").await?;
        let second = world.refresh("browser", &first.refresh_token).await?;
        assert!(refused(&world.refresh("thief", &first.refresh_token).await));
        assert!(refused(&world.authenticate(&second).await));

        let first = world.sign_in("ana@example.org", PASSWORD).await?;
        let second = world.refresh("browser", &first.refresh_token).await?;
        world.refresh("browser", &second.refresh_token).await?;
        assert!(refused(&world.refresh("browser", &first.refresh_token).await), "a grandparent");
        assert!(refused(&world.authenticate(&second).await));
        Ok(())
    }

    async fn a_session_ends_when_it_is_idle_and_after_thirty_days(database: TestDatabase) {
        let world = World::new(&database).await?;
        let day = SignedDuration::from_hours(24);
        let idle = world.register("ana@example.org").await?;
        world.app.clock.advance(day * 7);
        assert!(refused(&world.refresh("browser", &idle.refresh_token).await));

        let mut busy = world.sign_in("ana@example.org", PASSWORD).await?;
        for _ in 0..5 {
            world.app.clock.advance(day * 6 - seconds(1));
            busy = world.refresh("browser", &busy.refresh_token).await?;
            assert!(world.authenticate(&busy).await.is_ok());
        }
        assert_eq!(busy.refresh_expires_in_seconds, 5);
        world.app.clock.advance(seconds(5));
        assert!(refused(&world.refresh("browser", &busy.refresh_token).await));
        assert!(refused(&world.authenticate(&busy).await), "no access token outlives its session");
        Ok(())
    }

    async fn signing_out_ends_every_token_of_the_session(database: TestDatabase) {
        let world = World::new(&database).await?;
        let one = world.register("ana@example.org").await?;
        let two = world.sign_in("ana@example.org", PASSWORD).await?;
        let three = world.sign_in("ana@example.org", PASSWORD).await?;
        sessions::sign_out_with(&world.app, &World::origin("browser"), &one.refresh_token).await?;
        assert!(refused(&world.authenticate(&one).await));
        assert!(refused(&world.refresh("browser", &one.refresh_token).await));
        for unknown in ["", "kr_", "nonsense", &two.access_token, &one.refresh_token] {
            sessions::sign_out_with(&world.app, &World::origin("browser"), unknown).await?;
        }
        let ctx = world.authenticate(&two).await?;
        assert_eq!(sessions::sign_out_everywhere(&world.app, &ctx).await?, 2);
        for grant in [two, three] {
            assert!(refused(&world.authenticate(&grant).await));
            assert!(refused(&world.refresh("browser", &grant.refresh_token).await));
        }
        Ok(())
    }

    async fn a_new_password_ends_the_other_sessions(database: TestDatabase) {
        let world = World::new(&database).await?;
        let other = world.register("ana@example.org").await?;
        let own = world.sign_in("ana@example.org", PASSWORD).await?;
        let ctx = world.authenticate(&own).await?;
        let wrong = users::change_password(&world.app, &ctx, "wrong password", "a better password").await;
        assert!(matches!(wrong, Err(AppError::Invalid(_))));
        users::change_password(&world.app, &ctx, PASSWORD, "a better password").await?;
        assert!(refused(&world.authenticate(&other).await));
        assert!(world.authenticate(&own).await.is_ok());
        assert!(world.sign_in("ana@example.org", PASSWORD).await.is_err());
        world.sign_in("ana@example.org", "a better password").await?;
        Ok(())
    }

    async fn an_imported_bcrypt_password_works_and_is_hashed_anew(database: TestDatabase) {
        let world = World::new(&database).await?;
        let user = world.user("old@example.org", Role::Doctor).await?;
        let imported = bcrypt::non_truncating_hash("seed password", 4)?;
        let mut tx = world.app.store.begin(world.tenant.id).await?;
        kalends_store::users::set_password(&mut tx, world.tenant.id, user.id, &imported).await?;
        tx.commit().await?;
        world.sign_in("old@example.org", "seed password").await?;
        let mut tx = world.app.store.read(world.tenant.id).await?;
        let account = kalends_store::users::account(&mut tx, world.tenant.id, user.id).await?;
        let hash = account.and_then(|account| account.password_hash).unwrap_or_default();
        assert!(hash.starts_with("$argon2id$"));
        drop(tx);
        world.sign_in("old@example.org", "seed password").await?;
        Ok(())
    }

    async fn what_has_run_out_is_swept_away(database: TestDatabase) {
        let world = World::new(&database).await?;
        let old = world.register("ana@example.org").await?;
        world.refresh("browser", &old.refresh_token).await?;
        world.app.clock.advance(SignedDuration::from_hours(29 * 24));
        let new = world.sign_in("ana@example.org", PASSWORD).await?;
        assert_eq!(Sweep::EndedSessions.run(&world.app).await?, 0);
        world.app.clock.advance(SignedDuration::from_hours(24));
        assert_eq!(Sweep::EndedSessions.run(&world.app).await?, 1);
        assert!(refused(&world.refresh("browser", &old.refresh_token).await));
        assert!(world.refresh("browser", &new.refresh_token).await.is_ok());
        Ok(())
    }
}
