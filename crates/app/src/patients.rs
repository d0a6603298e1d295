//! Patients: found and kept by the desk, seen by their own doctors, and by themselves. Every look is on the audit trail.

use jiff::civil::Date;
use kalends_domain::id::PatientId;
use kalends_domain::page::{Page, PageRequest};
use kalends_domain::patient::Patient;
use kalends_domain::permission::{Action, Resource, Role, Scope};
use kalends_domain::stamp::Stamp;
use kalends_store::audit;
use kalends_store::patients::{self as store, PatientFilter};
use kalends_store::tx::Tx;
use serde_json::json;

use crate::app::App;
use crate::catalogue::{self, Change};
use crate::ctx::Ctx;
use crate::error::{AppError, Result};
use crate::idempotency::Once;
use crate::validate::{Check, NOTES_MAX};

/// What changes, or what a new patient has (both names at least): an absent member stays as it is, `Some(None)` clears.
#[derive(Clone, Debug, Default)]
pub struct PatientPatch {
    pub given_name: Option<String>,
    pub family_name: Option<String>,
    pub email: Option<Option<String>>,
    pub phone: Option<Option<String>>,
    pub birth_date: Option<Option<Date>>,
    pub language: Option<Option<String>>,
    pub notes: Option<Option<String>>,
    /// `true` takes them out of use, `false` back into it.
    pub archived: Option<bool>,
}

/// One page of patients, found by names, e-mail, telephone or birth date; for doctors, of those who come to them.
///
/// # Errors
/// [`AppError::Forbidden`] for patients, or a list that cannot be sorted so.
pub async fn list(app: &App, ctx: &Ctx, request: &PageRequest) -> Result<Page<Patient>> {
    let mut filter = PatientFilter::default();
    if ctx.require(Resource::Patient, Action::Read)? == Scope::Own {
        let user = ctx.signed_in()?;
        if user.role == Role::Patient {
            return Err(AppError::Forbidden);
        }
        filter.of_provider = Some(user.provider_id.ok_or(AppError::Forbidden)?);
    }
    let mut tx = app.store.begin(ctx.tenant_id()).await?;
    let page = store::list(&mut tx, ctx.tenant_id(), request, filter).await?;
    let mut entry = ctx.audit("list", "patient", None);
    entry.detail = json!({ "count": page.items.len(), "searched": request.search.is_some() });
    audit::insert(&mut tx, ctx.tenant_id(), &[entry]).await?;
    tx.commit().await?;
    Ok(page)
}

/// One patient, archived or not: theirs who are staff here, their doctor, or the patient, who does not see the notes.
///
/// # Errors
/// [`AppError::NotFound`], also for those who may not know of them.
pub async fn get(app: &App, ctx: &Ctx, id: PatientId) -> Result<Patient> {
    let mut tx = app.store.begin(ctx.tenant_id()).await?;
    require_within(&mut tx, ctx, id, Action::Read).await?;
    let patient = store::find(&mut tx, ctx.tenant_id(), id)
        .await?
        .ok_or(AppError::NotFound)?;
    let mut entry = ctx.audit("read", "patient", Some(id.uuid()));
    entry.patient_id = Some(id);
    audit::insert(&mut tx, ctx.tenant_id(), &[entry]).await?;
    tx.commit().await?;
    Ok(as_seen(ctx, patient))
}

/// Makes a patient who has no account.
///
/// # Errors
/// Fields that break a rule; [`AppError::Replayed`] when the key was used before.
pub async fn create(app: &App, ctx: &Ctx, input: PatientPatch, once: &Once<'_, Patient>) -> Result<Patient> {
    if ctx.require(Resource::Patient, Action::Write)? == Scope::Own {
        return Err(AppError::Forbidden);
    }
    let blank = blank(app.new_id(), ctx);
    let mut change = catalogue::make(app, ctx, blank, once).await?;
    let whose = Some(change.it.id);
    apply(ctx, &mut change, input).await?;
    change.save_once(ctx, whose, once).await
}

/// Changes a patient: staff everything, patients their own and their dependants' name, telephone, birth date and language.
///
/// # Errors
/// [`AppError::Stale`] when `expected` is not their version, [`AppError::InUse`] when an appointment keeps them from being
/// archived, `read-only` for what patients may not change, or fields that break a rule.
pub async fn update(
    app: &App,
    ctx: &Ctx,
    id: PatientId,
    expected: Option<i64>,
    patch: PatientPatch,
) -> Result<Patient> {
    let scope = ctx.require(Resource::Patient, Action::Write)?;
    if scope == Scope::Own {
        ctx.require_patient(id, Resource::Patient, Action::Write)?;
        let mut check = Check::default();
        for (field, touched) in [
            ("email", patch.email.is_some()),
            ("notes", patch.notes.is_some()),
            ("archived", patch.archived.is_some()),
        ] {
            if touched {
                check.fail(field, "read-only");
            }
        }
        check.finish()?;
    }
    let mut change = catalogue::open(app, ctx, id, expected).await?;
    apply(ctx, &mut change, patch).await?;
    Ok(as_seen(ctx, change.save(ctx, Some(id)).await?))
}

/// A patient of whom nothing is known, for registration too.
pub fn blank(id: PatientId, ctx: &Ctx) -> Patient {
    Patient {
        id,
        user_id: None,
        given_name: String::new(),
        family_name: String::new(),
        email: None,
        phone: None,
        birth_date: None,
        language: None,
        notes: None,
        stamp: Stamp::new(ctx.now),
    }
}

async fn apply(ctx: &Ctx, change: &mut Change<Patient>, patch: PatientPatch) -> Result<()> {
    let mut check = Check::default();
    let archived = patch.archived;
    fields(&mut check, ctx, &mut change.it, patch);
    check.finish()?;
    change.archive(ctx, archived).await
}

/// The rules for a patient's fields, for registration too.
pub fn fields(check: &mut Check, ctx: &Ctx, it: &mut Patient, patch: PatientPatch) {
    check.name("given_name", patch.given_name, &mut it.given_name);
    check.name("family_name", patch.family_name, &mut it.family_name);
    if let Some(email) = patch.email {
        let email = email.filter(|email| !email.trim().is_empty());
        it.email = email.map(|email| check.email("email", &email));
    }
    if let Some(phone) = patch.phone {
        it.phone = check.optional_phone("phone", phone.as_deref());
    }
    if let Some(date) = patch.birth_date {
        it.birth_date = date.map(|date| check.birth_date("birth_date", date, ctx.now));
    }
    if let Some(language) = patch.language {
        it.language = check.optional_language("language", language.as_deref());
    }
    if let Some(notes) = patch.notes {
        it.notes = check.optional_lines("notes", notes.as_deref(), NOTES_MAX);
    }
}

/// Whether the caller may know of this patient.
///
/// # Errors
/// [`AppError::NotFound`] when not, [`AppError::Forbidden`] for those who see no patients at all.
pub async fn require_within(tx: &mut Tx, ctx: &Ctx, id: PatientId, action: Action) -> Result<()> {
    require_reach(tx, ctx, id, Resource::Patient, action).await
}

/// The same for something else of the patient's.
///
/// # Errors
/// As [`require_within`].
pub async fn require_reach(tx: &mut Tx, ctx: &Ctx, id: PatientId, resource: Resource, action: Action) -> Result<()> {
    if ctx.require(resource, action)? > Scope::Own {
        return Ok(());
    }
    match ctx.signed_in()?.provider_id {
        Some(provider) if ctx.is_staff() => store::has_provider(tx, ctx.tenant_id(), id, provider)
            .await?
            .then_some(())
            .ok_or(AppError::NotFound),
        _ => ctx.require_patient(id, resource, action),
    }
}

/// What the caller sees of a patient: the notes are for staff.
fn as_seen(ctx: &Ctx, mut patient: Patient) -> Patient {
    if !ctx.is_staff() {
        patient.notes = None;
    }
    patient
}
