//! What the use cases of all kept records share: opening one to change it, saving it with its audit entry, and the rules
//! about links. A new record is a blank one that is changed, so every rule stands once.

use kalends_domain::id::PatientId;
use kalends_domain::page::PageRequest;
use kalends_domain::permission::{Action, Resource};
use kalends_store::error::StoreError;
use kalends_store::stored::{self, Stored};
use kalends_store::tx::Tx;
use serde_json::json;
use uuid::Uuid;

use crate::app::App;
use crate::ctx::Ctx;
use crate::error::{AppError, Result};
use crate::idempotency::Once;
use crate::validate::Check;

/// The most records that one can be linked to.
const LINKS_MAX: usize = 200;

/// Whether the caller may see such a list of the catalogue: archived records are for those who keep it.
///
/// # Errors
/// [`AppError::Unauthenticated`] or [`AppError::Forbidden`].
pub fn may_list(ctx: &Ctx, request: &PageRequest) -> Result<()> {
    if request.archived {
        ctx.require(Resource::Catalogue, Action::Write)?;
    }
    Ok(())
}

/// Those who work with the catalogue see what is not public; everybody else, the operator too, sees the public part.
pub fn sees_private(ctx: &Ctx) -> bool {
    ctx.is_staff() && ctx.require(Resource::Catalogue, Action::Read).is_ok()
}

/// One record in a writing transaction: as it was, and as it shall be.
pub struct Change<R> {
    pub tx: Tx,
    /// Absent for a new record.
    pub before: Option<R>,
    pub it: R,
}

/// Opens a transaction that makes a record of `blank`; an idempotency key that was used before ends it here.
///
/// # Errors
/// [`AppError::Replayed`] or [`AppError::KeyReused`].
pub async fn make<R: Stored>(app: &App, ctx: &Ctx, blank: R, once: &Once<'_, R>) -> Result<Change<R>> {
    let mut tx = app.store.begin(ctx.tenant_id()).await?;
    once.begin(&mut tx, ctx).await?;
    Ok(Change {
        tx,
        before: None,
        it: blank,
    })
}

/// Opens a transaction that changes the record.
///
/// # Errors
/// [`AppError::NotFound`], or [`AppError::Stale`] when `expected` is not its version.
pub async fn open<R: Stored>(app: &App, ctx: &Ctx, id: R::Id, expected: Option<i64>) -> Result<Change<R>> {
    let mut tx = app.store.begin(ctx.tenant_id()).await?;
    let it: R = stored::lock(&mut tx, ctx.tenant_id(), id)
        .await?
        .ok_or(AppError::NotFound)?;
    if expected.is_some_and(|expected| expected != it.stamp().version) {
        return Err(AppError::Stale);
    }
    Ok(Change {
        tx,
        before: Some(it.clone()),
        it,
    })
}

impl<R: Stored> Change<R> {
    /// Takes the record out of use (`true`), back into it (`false`), or leaves it as it is.
    ///
    /// # Errors
    /// [`AppError::InUse`] when an appointment still needs it.
    pub async fn archive(&mut self, ctx: &Ctx, archived: Option<bool>) -> Result<()> {
        match archived {
            Some(true) if !self.it.stamp().is_archived() => {
                self.require_unbooked(ctx).await?;
                self.it.stamp_mut().archived_at = Some(ctx.now);
            }
            Some(false) => self.it.stamp_mut().archived_at = None,
            Some(true) | None => {}
        }
        Ok(())
    }

    /// Refuses while an appointment that is still to come needs the record.
    ///
    /// # Errors
    /// [`AppError::InUse`].
    pub async fn require_unbooked(&mut self, ctx: &Ctx) -> Result<()> {
        if stored::is_booked::<R>(&mut self.tx, ctx.tenant_id(), self.it.id(), ctx.now).await? {
            return Err(AppError::InUse);
        }
        Ok(())
    }

    /// Notes a linked id that is not in use, unless it is the one that the record has already.
    ///
    /// # Errors
    /// What the database refused.
    pub async fn check_link<L: Stored>(
        &mut self,
        ctx: &Ctx,
        check: &mut Check,
        field: &str,
        id: L::Id,
        already: Option<L::Id>,
    ) -> Result<()>
    where
        L::Id: PartialEq,
    {
        if already != Some(id)
            && stored::current::<L>(&mut self.tx, ctx.tenant_id(), &[id])
                .await?
                .is_empty()
        {
            check.fail(field, "unknown-id");
        }
        Ok(())
    }

    /// Notes every linked id that is not in use, unless the record is linked to it already; returns each id once.
    ///
    /// # Errors
    /// What the database refused.
    pub async fn check_links<L: Stored>(
        &mut self,
        ctx: &Ctx,
        check: &mut Check,
        field: &str,
        ids: Vec<L::Id>,
        already: &[L::Id],
    ) -> Result<Vec<L::Id>>
    where
        L::Id: PartialEq,
    {
        if ids.len() > LINKS_MAX {
            check.fail_with(field, "too-many", vec![("max", LINKS_MAX.to_string())]);
            return Ok(already.to_vec());
        }
        let added: Vec<L::Id> = ids.iter().copied().filter(|id| !already.contains(id)).collect();
        let known = stored::current::<L>(&mut self.tx, ctx.tenant_id(), &added).await?;
        let mut distinct: Vec<L::Id> = Vec::new();
        for (position, id) in ids.iter().enumerate() {
            let uuid: Uuid = (*id).into();
            if !already.contains(id) && !known.contains(&uuid) {
                check.fail(&format!("{field}/{position}"), "unknown-id");
            }
            if !distinct.contains(id) {
                distinct.push(*id);
            }
        }
        Ok(distinct)
    }

    /// Stores the record with its audit entry and commits. A change that changes nothing leaves no trace.
    ///
    /// # Errors
    /// [`AppError::Stale`] when somebody else was faster, `name` with `taken`.
    pub async fn save(mut self, ctx: &Ctx, whose: Option<PatientId>) -> Result<R> {
        self.write(ctx, whose).await?;
        self.tx.commit().await?;
        Ok(self.it)
    }

    /// As [`Change::save`] for a new record: the answer is stored with it, under the caller's key.
    ///
    /// # Errors
    /// `name` with `taken`.
    pub async fn save_once(mut self, ctx: &Ctx, whose: Option<PatientId>, once: &Once<'_, R>) -> Result<R> {
        self.write(ctx, whose).await?;
        self.finish(ctx, once).await
    }

    /// Stores the answer to a new record that was written, and commits.
    ///
    /// # Errors
    /// What the database refused.
    pub async fn finish(mut self, ctx: &Ctx, once: &Once<'_, R>) -> Result<R> {
        once.finish(&mut self.tx, ctx, &self.it).await?;
        self.tx.commit().await?;
        Ok(self.it)
    }

    /// Stores the record with its audit entry, for those who write more before they commit.
    ///
    /// # Errors
    /// As [`Change::save`].
    pub async fn write(&mut self, ctx: &Ctx, whose: Option<PatientId>) -> Result<()> {
        let tenant = ctx.tenant_id();
        let (action, fields) = match &self.before {
            None => {
                stored::insert(&mut self.tx, tenant, &self.it)
                    .await
                    .map_err(name_taken)?;
                ("create", Vec::new())
            }
            Some(before) => {
                if *before == self.it {
                    return Ok(());
                }
                let action = match (before.stamp().is_archived(), self.it.stamp().is_archived()) {
                    (false, true) => "archive",
                    (true, false) => "restore",
                    _ => "update",
                };
                let stamp = self.it.stamp_mut();
                stamp.version += 1;
                stamp.updated_at = ctx.now;
                stored::update(&mut self.tx, tenant, &self.it, before)
                    .await
                    .map_err(name_taken)?;
                (action, changed_fields(before, &self.it))
            }
        };
        let mut entry = ctx.audit(action, R::NOUN, Some(self.it.id().into()));
        entry.patient_id = whose;
        if !fields.is_empty() {
            entry.detail = json!({ "fields": fields });
        }
        kalends_store::audit::insert(&mut self.tx, tenant, &[entry]).await?;
        Ok(())
    }
}

/// The names of the fields that differ, never what is in them.
fn changed_fields<R: Stored>(before: &R, after: &R) -> Vec<String> {
    let (before, after) = (json!(before), json!(after));
    let fields = after.as_object().into_iter().flatten();
    fields
        .filter(|(name, value)| *name != "stamp" && before.get(name) != Some(*value))
        .map(|(name, _)| name.clone())
        .collect()
}

fn name_taken(error: StoreError) -> AppError {
    match error {
        StoreError::Unique { .. } => AppError::field("name", "taken"),
        other => other.into(),
    }
}
