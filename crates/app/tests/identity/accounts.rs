//! What an admin may do to accounts, and what takes effect at once.

use kalends_app::ctx::Ctx;
use kalends_app::error::{AppError, Result};
use kalends_app::users::{self, UserPatch};
use kalends_domain::id::UserId;
use kalends_domain::page::PageRequest;
use kalends_domain::permission::Role;
use kalends_domain::user::User;
use kalends_store::on_both;

use super::world::{PASSWORD, World};

async fn set_role(world: &World, ctx: &Ctx, id: UserId, role: Role) -> Result<User> {
    let patch = UserPatch {
        role: Some(role),
        ..UserPatch::default()
    };
    users::update(&world.app, ctx, id, None, patch).await
}

async fn archive(world: &World, ctx: &Ctx, id: UserId, archived: bool) -> Result<User> {
    let patch = UserPatch {
        archived: Some(archived),
        ..UserPatch::default()
    };
    users::update(&world.app, ctx, id, None, patch).await
}

/// The code of the one field that broke a rule.
fn code<T>(result: Result<T>) -> &'static str {
    match result {
        Err(AppError::Invalid(fields)) if fields.len() == 1 => fields[0].code,
        _ => "",
    }
}

on_both! {
    async fn only_admins_keep_accounts(database: TestDatabase) {
        let world = World::new(&database).await?;
        let admin = world.user("admin@example.org", Role::Admin).await?;
        for (email, role) in [
            ("doctor@example.org", Role::Doctor),
            ("desk@example.org", Role::Receptionist),
            ("patient@example.org", Role::Patient),
        ] {
            world.user(email, role).await?;
            let ctx = world.acting(email).await?;
            assert_eq!(ctx.role(), Some(role));
            let new = world.user_by(&ctx, "new@example.org", Role::Admin).await;
            assert!(matches!(new, Err(AppError::Forbidden)), "{role}");
            let takeover = UserPatch {
                email: Some("mine@example.org".into()),
                password: Some(PASSWORD.into()),
                ..UserPatch::default()
            };
            let takeover = users::update(&world.app, &ctx, admin.id, None, takeover).await;
            assert!(matches!(takeover, Err(AppError::Forbidden)), "{role}");
            assert!(users::list(&world.app, &ctx, &PageRequest::default(), None).await.is_err());
            assert!(users::get(&world.app, &ctx, admin.id).await.is_err());
        }
        Ok(())
    }

    async fn the_operators_role_is_out_of_an_admins_reach(database: TestDatabase) {
        let world = World::new(&database).await?;
        world.user("admin@example.org", Role::Admin).await?;
        let operator = world.user("operator@example.org", Role::Operator).await?;
        let ctx = world.acting("admin@example.org").await?;
        assert!(matches!(world.user_by(&ctx, "me@example.org", Role::Operator).await, Err(AppError::Forbidden)));
        let doctor = world.user_by(&ctx, "doctor@example.org", Role::Doctor).await?;
        assert!(matches!(set_role(&world, &ctx, doctor.id, Role::Operator).await, Err(AppError::Forbidden)));
        assert!(matches!(set_role(&world, &ctx, operator.id, Role::Admin).await, Err(AppError::Forbidden)));
        assert!(matches!(archive(&world, &ctx, operator.id, true).await, Err(AppError::Forbidden)));
        Ok(())
    }

    async fn an_admin_always_remains(database: TestDatabase) {
        let world = World::new(&database).await?;
        let first = world.user("first@example.org", Role::Admin).await?;
        let second = world.user("second@example.org", Role::Admin).await?;
        let ctx = world.acting("first@example.org").await?;
        assert_eq!(code(archive(&world, &ctx, first.id, true).await), "own-account");
        assert_eq!(code(set_role(&world, &ctx, first.id, Role::Doctor).await), "own-account");
        archive(&world, &ctx, second.id, true).await?;
        assert_eq!(code(archive(&world, &world.system(), first.id, true).await), "last-admin");
        assert_eq!(code(set_role(&world, &world.system(), first.id, Role::Doctor).await), "last-admin");
        archive(&world, &ctx, second.id, false).await?;

        // Each takes the other's role away at the same moment: one is too late.
        let other = world.acting("second@example.org").await?;
        let (one, two) = tokio::join!(
            set_role(&world, &ctx, second.id, Role::Doctor),
            set_role(&world, &other, first.id, Role::Doctor),
        );
        assert!(one.is_ok() != two.is_ok(), "one of them remains: {one:?} {two:?}");
        Ok(())
    }

    async fn a_lost_role_or_account_is_felt_with_the_next_request(database: TestDatabase) {
        let world = World::new(&database).await?;
        world.user("admin@example.org", Role::Admin).await?;
        let doctor = world.user("doctor@example.org", Role::Doctor).await?;
        let admin = world.acting("admin@example.org").await?;
        let session = world.sign_in("doctor@example.org", PASSWORD).await?;

        let changed = set_role(&world, &admin, doctor.id, Role::Receptionist).await?;
        assert_eq!(changed.role, Some(Role::Receptionist));
        assert!(world.authenticate(&session).await.is_err());
        assert!(world.refresh("browser", &session.refresh_token).await.is_err());
        let session = world.sign_in("doctor@example.org", PASSWORD).await?;
        assert_eq!(session.user.role, Role::Receptionist);
        set_role(&world, &admin, doctor.id, Role::Doctor).await?;
        assert_eq!(world.sign_in("doctor@example.org", PASSWORD).await?.user.role, Role::Doctor);

        let session = world.sign_in("doctor@example.org", PASSWORD).await?;
        archive(&world, &admin, doctor.id, true).await?;
        assert!(world.authenticate(&session).await.is_err());
        assert!(world.sign_in("doctor@example.org", PASSWORD).await.is_err());
        archive(&world, &admin, doctor.id, false).await?;
        assert!(world.authenticate(&session).await.is_err(), "a session that ended stays ended");
        world.sign_in("doctor@example.org", PASSWORD).await?;

        let session = world.sign_in("doctor@example.org", PASSWORD).await?;
        let reset = UserPatch { password: Some("set by the admin".into()), ..UserPatch::default() };
        users::update(&world.app, &admin, doctor.id, None, reset).await?;
        assert!(world.authenticate(&session).await.is_err());
        world.sign_in("doctor@example.org", "set by the admin").await?;
        Ok(())
    }

    async fn a_patient_who_becomes_staff_stays_a_patient(database: TestDatabase) {
        let world = World::new(&database).await?;
        let patient = world.register("ana@example.org").await?;
        set_role(&world, &world.system(), patient.user.user_id, Role::Receptionist).await?;
        let session = world.sign_in("ana@example.org", PASSWORD).await?;
        assert_eq!((session.user.role, session.memberships.len()), (Role::Receptionist, 2));
        set_role(&world, &world.system(), patient.user.user_id, Role::Patient).await?;
        let session = world.sign_in("ana@example.org", PASSWORD).await?;
        assert_eq!((session.user.role, session.memberships.len()), (Role::Patient, 1));
        assert_eq!(session.user.patient_id, patient.user.patient_id);
        let staff = world.user("desk@example.org", Role::Receptionist).await?;
        set_role(&world, &world.system(), staff.id, Role::Patient).await?;
        assert!(world.sign_in("desk@example.org", PASSWORD).await?.user.patient_id.is_some());
        Ok(())
    }

    async fn accounts_are_listed_found_and_kept_apart(database: TestDatabase) {
        let world = World::new(&database).await?;
        world.user("admin@example.org", Role::Admin).await?;
        world.user("doctor@example.org", Role::Doctor).await?;
        world.register("ana@example.org").await?;
        let ctx = world.acting("admin@example.org").await?;
        let list = |request: PageRequest, role| {
            let (app, ctx) = (&world.app, &ctx);
            async move { users::list(app, ctx, &request, role).await.map(|page| page.items) }
        };
        assert_eq!(list(PageRequest::default(), None).await?.len(), 3);
        assert_eq!(list(PageRequest::default(), Some(Role::Doctor)).await?[0].email, "doctor@example.org");
        let found = PageRequest { search: Some("nunez".into()), ..PageRequest::default() };
        assert_eq!(list(found, None).await?[0].email, "ana@example.org");
        for sort in ["name", "email", "created_at"] {
            let mut request = PageRequest { sort: Some(sort.into()), limit: 1, ..PageRequest::default() };
            let mut seen = 0;
            loop {
                let page = users::list(&world.app, &ctx, &request, None).await?;
                seen += page.items.len();
                request.after = page.next;
                if request.after.is_none() { break; }
            }
            assert_eq!(seen, 3, "{sort}");
        }
        let other = world.elsewhere("other").await?;
        let foreign = other.user("doctor@example.org", Role::Doctor).await?;
        assert!(matches!(users::get(&world.app, &ctx, foreign.id).await, Err(AppError::NotFound)));
        assert!(matches!(archive(&world, &ctx, foreign.id, true).await, Err(AppError::NotFound)));
        Ok(())
    }

    async fn accounts_are_changed_by_version(database: TestDatabase) {
        let world = World::new(&database).await?;
        let user = world.user("doctor@example.org", Role::Doctor).await?;
        world.user("desk@example.org", Role::Receptionist).await?;
        let ctx = world.system();
        let patch = |email: &str| UserPatch { email: Some(email.into()), ..UserPatch::default() };
        let changed = users::update(&world.app, &ctx, user.id, Some(1), patch("Doc@example.org")).await?;
        assert_eq!((changed.version, changed.email.as_str()), (2, "Doc@example.org"));
        let stale = users::update(&world.app, &ctx, user.id, Some(1), patch("late@example.org")).await;
        assert!(matches!(stale, Err(AppError::Stale)));
        let taken = users::update(&world.app, &ctx, user.id, None, patch("DESK@example.org")).await;
        assert!(matches!(taken, Err(AppError::EmailTaken)));
        assert_eq!(code(users::update(&world.app, &ctx, user.id, None, patch("nonsense")).await), "not-an-email");
        world.sign_in("doc@example.org", PASSWORD).await?;
        Ok(())
    }
}
