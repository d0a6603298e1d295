//! Patients who make their own account: a user, a patient and what links them, and the first session.
//!
//! An account never takes over a patient's record by its e-mail address, which nobody has verified: the desk links the two.

use jiff::civil::Date;
use kalends_domain::id::UserId;
use kalends_domain::patient::Patient;
use kalends_domain::permission::Role;
use kalends_domain::tenant::TenantStatus;
use kalends_domain::user::Membership;
use kalends_store::tx::Tx;
use kalends_store::{audit, memberships, stored};

use crate::app::App;
use crate::ctx::Ctx;
use crate::error::{AppError, Result};
use crate::patients::{self, PatientPatch};
use crate::sessions::{self, Client, Grant};
use crate::users::{self, NewUser};
use crate::validate::Check;

/// What a patient says of themselves.
#[derive(Clone, Debug)]
pub struct Registration {
    pub email: String,
    pub password: String,
    pub given_name: String,
    pub family_name: String,
    pub phone: Option<String>,
    pub birth_date: Option<Date>,
    pub language: Option<String>,
}

/// Makes a patient's account and signs them in.
///
/// # Errors
/// [`AppError::EmailTaken`], fields that break a rule, [`AppError::RateLimited`] when too many passwords wait to be hashed,
/// [`AppError::NotFound`] in a suspended tenant.
pub async fn register(app: &App, ctx: &Ctx, client: &Client, input: Registration) -> Result<Grant> {
    if ctx.tenant.status != TenantStatus::Active {
        return Err(AppError::NotFound);
    }
    let mut check = Check::default();
    let mut patient = patients::blank(app.new_id(), ctx);
    let known = PatientPatch {
        given_name: Some(input.given_name.clone()),
        family_name: Some(input.family_name.clone()),
        phone: Some(input.phone),
        birth_date: Some(input.birth_date),
        language: Some(input.language.clone()),
        ..PatientPatch::default()
    };
    patients::fields(&mut check, ctx, &mut patient, known);
    let account = NewUser {
        email: input.email,
        given_name: input.given_name,
        family_name: input.family_name,
        language: input.language,
        role: Role::Patient,
        password: Some(input.password),
    };
    let account = users::prepare(app, ctx, &mut check, &account).await?;
    check.finish()?;
    let mut tx = app.store.begin(ctx.tenant_id()).await?;
    users::insert(&mut tx, ctx, &account).await?;
    let user = &account.user;
    patient.email = Some(user.email.clone());
    let membership = add_patient(&mut tx, ctx, user.id, patient, account.membership).await?;
    let grant = sessions::start(app, ctx, &mut tx, client, &membership).await?;
    tx.commit().await?;
    Ok(grant)
}

/// Stores a user's own patient and the membership that says so.
///
/// # Errors
/// What the database refused.
pub(crate) async fn add_patient(
    tx: &mut Tx,
    ctx: &Ctx,
    user: UserId,
    mut patient: Patient,
    mut membership: Membership,
) -> Result<Membership> {
    patient.user_id = Some(user);
    stored::insert(tx, ctx.tenant_id(), &patient).await?;
    membership.patient_id = Some(patient.id);
    memberships::insert(tx, ctx.tenant_id(), &membership).await?;
    let mut entry = ctx.audit("create", "patient", Some(patient.id.uuid()));
    entry.patient_id = Some(patient.id);
    audit::insert(tx, ctx.tenant_id(), &[entry]).await?;
    Ok(membership)
}
