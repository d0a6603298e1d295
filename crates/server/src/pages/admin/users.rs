//! `/admin/users`: who signs in, and as what.

use kalends_app::ctx::Ctx;
use kalends_app::error::Result;
use kalends_app::idempotency::Once;
use kalends_app::users::{self, NewUser, UserPatch};
use kalends_domain::id::UserId;
use kalends_domain::page::{Page, PageRequest};
use kalends_domain::permission::Role;
use kalends_domain::user::User;
use uuid::Uuid;

use super::reading::Reading;
use super::records::{Records, Words};
use crate::http::locale::Locale;
use crate::http::state::AppState;
use crate::pages::kit::{Cell, Choice, Column, Field, Form, Icon, Search, Submitted, Table};
use crate::pages::session::AsAdmin;

pub struct Users;

/// The roles that an organisation gives.
fn roles(l: Locale) -> impl Iterator<Item = Choice> {
    [Role::Admin, Role::Doctor, Role::Receptionist, Role::Patient]
        .into_iter()
        .map(move |role| Choice::new(role.name(), role_name(l, role)))
}

fn role_name(l: Locale, role: Role) -> String {
    l.t(match role {
        Role::Admin => "role-admin",
        Role::Doctor => "role-doctor",
        Role::Receptionist => "role-receptionist",
        Role::Patient => "role-patient",
        Role::Operator => "role-operator",
    })
}

impl Records for Users {
    const PATH: &'static str = "/admin/users";
    type Who = AsAdmin;
    type Record = User;
    type Id = UserId;
    type Choices = ();

    fn words(l: Locale) -> Words {
        Words {
            title: l.t("users-title"),
            search: l.t("users-search"),
            add: l.t("users-add"),
            none: l.t("users-none"),
            none_text: l.t("users-none-text"),
            icon: Icon("user-cog"),
        }
    }

    async fn choices(_: &AppState, _: &Ctx) -> Result<()> {
        Ok(())
    }

    async fn list(state: &AppState, ctx: &Ctx, request: &PageRequest, search: &Search) -> Result<Page<User>> {
        let role = search.some("role").and_then(|role| role.parse().ok());
        users::list(&state.app, ctx, request, role).await
    }

    async fn get(state: &AppState, ctx: &Ctx, id: UserId) -> Result<User> {
        users::get(&state.app, ctx, id).await
    }

    async fn save(
        state: &AppState,
        ctx: &Ctx,
        existing: Option<(UserId, Option<i64>)>,
        submitted: &Submitted,
    ) -> Result<()> {
        let mut read = Reading::of(submitted);
        let new = NewUser {
            email: read.text("email"),
            given_name: read.text("given_name"),
            family_name: read.text("family_name"),
            language: None,
            role: read.parsed("role", "unknown-role").unwrap_or(Role::Patient),
            password: read.maybe("password"),
        };
        let patch = UserPatch {
            email: Some(new.email.clone()),
            given_name: Some(new.given_name.clone()),
            family_name: Some(new.family_name.clone()),
            role: Some(new.role),
            password: new.password.clone(),
            ..UserPatch::default()
        };
        read.finish()?;
        match existing {
            None => users::create(&state.app, ctx, new, &Once::unkeyed()).await.map(drop),
            Some((id, version)) => users::update(&state.app, ctx, id, version, patch).await.map(drop),
        }
    }

    async fn archive(state: &AppState, ctx: &Ctx, id: UserId, archived: bool) -> Result<()> {
        let patch = UserPatch {
            archived: Some(archived),
            ..UserPatch::default()
        };
        users::update(&state.app, ctx, id, None, patch).await.map(drop)
    }

    fn columns(l: Locale) -> Vec<Column> {
        vec![
            Column::new(l.t("records-name")).sort("name"),
            Column::new(l.t("records-email")).sort("email"),
            Column::new(l.t("users-role")),
        ]
    }

    fn cells(l: Locale, it: &User, (): &()) -> Vec<Cell> {
        vec![
            Cell::text(format!("{} {}", it.given_name, it.family_name)),
            Cell::code(&it.email),
            Cell::maybe(it.role.map(|role| role_name(l, role))),
        ]
    }

    fn filters(l: Locale, table: Table, (): &()) -> Table {
        let all = std::iter::once(Choice::new("", l.t("users-all-roles")));
        table.filter("role", l.t("users-role"), all.chain(roles(l)).collect())
    }

    fn fields(l: Locale, form: Form, (): &(), it: Option<&User>) -> Form {
        let hint = if it.is_some() {
            l.t("users-password-keep")
        } else {
            l.t("users-password-hint")
        };
        form.row([
            Field::text("given_name", l.t("records-given-name"))
                .required()
                .maybe(it.map(|it| it.given_name.clone())),
            Field::text("family_name", l.t("records-family-name"))
                .required()
                .maybe(it.map(|it| it.family_name.clone())),
        ])
        .field(
            Field::email("email", l.t("records-email"))
                .required()
                .autocomplete("off")
                .maybe(it.map(|it| it.email.clone())),
        )
        .field(
            Field::radios("role", l.t("users-role"), roles(l).collect())
                .required()
                .across()
                .maybe(it.and_then(|it| it.role).map(Role::name)),
        )
        .field(Field::password("password", l.t("users-password"), "new-password").hint(hint))
    }

    fn id(it: &User) -> Uuid {
        it.id.uuid()
    }

    fn name(it: &User) -> String {
        format!("{} {}", it.given_name, it.family_name)
    }

    fn version(it: &User) -> i64 {
        it.version
    }

    fn is_archived(it: &User) -> bool {
        it.archived_at.is_some()
    }
}
