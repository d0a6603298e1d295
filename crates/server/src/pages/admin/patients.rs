//! `/admin/patients`

use jiff::civil::Date;
use kalends_app::ctx::Ctx;
use kalends_app::error::Result;
use kalends_app::idempotency::Once;
use kalends_app::patients::{self, PatientPatch};
use kalends_domain::id::PatientId;
use kalends_domain::page::{Page, PageRequest};
use kalends_domain::patient::Patient;
use uuid::Uuid;

use super::reading::Reading;
use super::records::{Records, Words};
use crate::http::locale::Locale;
use crate::http::state::AppState;
use crate::pages::kit::{Action, Cell, Column, Field, Form, Icon, Search, Submitted, phone};
use crate::pages::session::AsDesk;

pub struct Patients;

impl Records for Patients {
    const PATH: &'static str = "/admin/patients";
    type Who = AsDesk;
    type Record = Patient;
    type Id = PatientId;
    type Choices = ();

    fn words(l: Locale) -> Words {
        Words {
            title: l.t("patients-title"),
            search: l.t("patients-search"),
            add: l.t("patients-add"),
            none: l.t("patients-none"),
            none_text: l.t("patients-none-text"),
            icon: Icon("users"),
        }
    }

    async fn choices(_: &AppState, _: &Ctx) -> Result<()> {
        Ok(())
    }

    async fn list(state: &AppState, ctx: &Ctx, request: &PageRequest, _: &Search) -> Result<Page<Patient>> {
        patients::list(&state.app, ctx, request).await
    }

    async fn get(state: &AppState, ctx: &Ctx, id: PatientId) -> Result<Patient> {
        patients::get(&state.app, ctx, id).await
    }

    async fn save(
        state: &AppState,
        ctx: &Ctx,
        existing: Option<(PatientId, Option<i64>)>,
        submitted: &Submitted,
    ) -> Result<()> {
        let mut read = Reading::of(submitted);
        let patch = PatientPatch {
            given_name: Some(read.text("given_name")),
            family_name: Some(read.text("family_name")),
            email: Some(read.maybe("email")),
            phone: Some(read.maybe("phone")),
            birth_date: Some(read.parsed::<Date>("birth_date", "malformed")),
            notes: Some(read.maybe("notes")),
            ..PatientPatch::default()
        };
        read.finish()?;
        match existing {
            None => patients::create(&state.app, ctx, patch, &Once::unkeyed())
                .await
                .map(drop),
            Some((id, version)) => patients::update(&state.app, ctx, id, version, patch).await.map(drop),
        }
    }

    async fn archive(state: &AppState, ctx: &Ctx, id: PatientId, archived: bool) -> Result<()> {
        let patch = PatientPatch {
            archived: Some(archived),
            ..PatientPatch::default()
        };
        patients::update(&state.app, ctx, id, None, patch).await.map(drop)
    }

    fn columns(l: Locale) -> Vec<Column> {
        vec![
            Column::new(l.t("records-name")).sort("name"),
            Column::new(l.t("records-birth-date")),
            Column::new(l.t("records-phone")),
            Column::new(l.t("records-email")),
            Column::new(l.t("patients-account")),
        ]
    }

    fn cells(l: Locale, it: &Patient, (): &()) -> Vec<Cell> {
        vec![
            Cell::text(it.full_name()),
            Cell::maybe(it.birth_date.map(|date| l.date_plain(date))),
            Cell::phone(it.phone.as_deref()),
            it.email.as_deref().map_or_else(|| Cell::muted("–"), Cell::code),
            Cell::maybe(it.user_id.map(|_| l.t("patients-has-account"))),
        ]
    }

    fn actions(l: Locale, it: &Patient) -> Vec<Action> {
        let appointments = format!("/admin/appointments?patient={}", it.id);
        let proxies = format!("/admin/patients/{}/proxies", it.id);
        vec![
            Action::link(l.t("patients-appointments"), appointments).about(it.full_name()),
            Action::link(l.t("proxies-link"), proxies).about(it.full_name()),
            Action::link(l.t("tickets-link"), format!("/patients/{}/tickets", it.id)).about(it.full_name()),
        ]
    }

    fn fields(l: Locale, form: Form, (): &(), it: Option<&Patient>) -> Form {
        form.row([
            Field::text("given_name", l.t("records-given-name"))
                .required()
                .maybe(it.map(|it| it.given_name.clone())),
            Field::text("family_name", l.t("records-family-name"))
                .required()
                .maybe(it.map(|it| it.family_name.clone())),
        ])
        .row([
            Field::date("birth_date", l.t("records-birth-date"))
                .maybe(it.and_then(|it| it.birth_date).map(|date| date.to_string())),
            Field::tel("phone", l.t("records-phone"))
                .autocomplete("off")
                .maybe(it.and_then(|it| it.phone.as_deref()).map(phone)),
        ])
        .field(
            Field::email("email", l.t("records-email"))
                .autocomplete("off")
                .maybe(it.and_then(|it| it.email.clone())),
        )
        .field(
            Field::textarea("notes", l.t("patients-notes"))
                .hint(l.t("patients-notes-hint"))
                .maybe(it.and_then(|it| it.notes.clone())),
        )
    }

    fn id(it: &Patient) -> Uuid {
        it.id.uuid()
    }

    fn name(it: &Patient) -> String {
        it.full_name()
    }

    fn version(it: &Patient) -> i64 {
        it.stamp.version
    }

    fn is_archived(it: &Patient) -> bool {
        it.stamp.archived_at.is_some()
    }
}
