//! The waitlist: patients say which times they want where none is free; what frees up is offered to them
//! ([`offers`]), and staff see who has waited too long.

pub mod offers;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan as _};
use kalends_domain::id::{LocationId, PatientId, ProviderId, ServiceId, WaitlistEntryId};
use kalends_domain::location::Location;
use kalends_domain::page::{Page, PageRequest};
use kalends_domain::permission::{Action, Resource, Scope};
use kalends_domain::provider::Provider;
use kalends_domain::time::{LocalTime, Weekday};
use kalends_domain::waitlist::{EntryState, NamedEntry, WaitlistEntry, WaitlistOffer};
use kalends_store::tx::Tx;
use kalends_store::waitlist_entries::{self as store, EntryFilter};
use kalends_store::{audit, stored, waitlist_offers};
use serde_json::json;

use crate::app::App;
use crate::booking;
use crate::ctx::Ctx;
use crate::error::{AppError, Result};
use crate::idempotency::Once;
use crate::validate::Check;

/// The longest note, in characters.
const NOTE_MAX: usize = 500;
/// The longest that somebody waits, in days.
pub const LONGEST_DAYS: i32 = 366;
/// As many wishes as one patient may have at a time.
const MOST_ENTRIES: usize = 10;

/// What somebody waits for.
#[derive(Clone, Debug)]
pub struct NewEntry {
    /// Whom it is for: staff must say; patients wait for themselves where they do not say for whom they look after.
    pub patient_id: Option<PatientId>,
    pub service_id: ServiceId,
    /// With one of these; none: with anyone.
    pub provider_ids: Vec<ProviderId>,
    /// Absent: at any.
    pub location_id: Option<LocationId>,
    /// On one of these; none: on any.
    pub weekdays: Vec<Weekday>,
    /// Absent: all day.
    pub local_from: Option<LocalTime>,
    pub local_to: Option<LocalTime>,
    /// Absent: from today.
    pub from: Option<Date>,
    pub until: Date,
    pub note: Option<String>,
}

/// An entry with what was offered, the latest first; offers by telephone are for staff.
#[derive(Clone, Debug)]
pub struct Waiting {
    pub named: NamedEntry,
    pub state: EntryState,
    pub offers: Vec<WaitlistOffer>,
}

/// Which entries.
#[derive(Clone, Debug, Default)]
pub struct Query {
    pub patient_id: Option<PatientId>,
    pub service_id: Option<ServiceId>,
    /// Also those whose waiting is over.
    pub all: bool,
}

/// The date by which waiting is over: no location's date is earlier.
pub fn today(now: Timestamp) -> Date {
    let utc = now.to_zoned(TimeZone::UTC).date();
    utc.checked_sub(1.days()).unwrap_or(utc)
}

/// One page of those who wait, the longest first: for patients their own entries and those of whom they look after.
///
/// # Errors
/// When the role sees none, or the list cannot be sorted so.
pub async fn list(app: &App, ctx: &Ctx, request: &PageRequest, query: Query) -> Result<Page<Waiting>> {
    let mut tx = app.store.read(ctx.tenant_id()).await?;
    let mut filter = within(ctx, Action::Read)?;
    filter.service_id = query.service_id;
    filter.waiting_on = (!query.all).then(|| today(ctx.now));
    if let Some(patient) = query.patient_id {
        let theirs = filter.patients.as_ref().is_none_or(|own| own.contains(&patient));
        if !theirs {
            return Err(AppError::NotFound);
        }
        filter.patients = Some(vec![patient]);
    }
    let page = store::list(&mut tx, ctx.tenant_id(), request, &filter).await?;
    let items = waiting(&mut tx, ctx, page.items).await?;
    drop(tx);
    if ctx.is_staff() && !items.is_empty() {
        let mut entry = ctx.audit("list", "waitlist", None);
        entry.patient_id = query.patient_id;
        entry.detail = json!({"count": items.len()});
        let mut tx = app.store.begin(ctx.tenant_id()).await?;
        audit::insert(&mut tx, ctx.tenant_id(), &[entry]).await?;
        tx.commit().await?;
    }
    Ok(Page { items, next: page.next })
}

/// How far the caller sees.
fn within(ctx: &Ctx, action: Action) -> Result<EntryFilter> {
    let scope = ctx.require(Resource::Appointment, action)?;
    let Ok(user) = ctx.signed_in() else {
        return Ok(EntryFilter::default());
    };
    Ok(match scope {
        Scope::Organisation => EntryFilter::default(),
        Scope::Assigned => EntryFilter {
            locations: user.locations.clone(),
            departments: user.departments.clone(),
            ..EntryFilter::default()
        },
        Scope::Own if user.role.is_staff() => EntryFilter {
            provider_id: Some(user.provider_id.ok_or(AppError::Forbidden)?),
            ..EntryFilter::default()
        },
        Scope::Own => EntryFilter {
            patients: Some(user.patients(Resource::Appointment, action)),
            ..EntryFilter::default()
        },
    })
}

/// The entries with what was offered, as far as the caller is to see it.
async fn waiting(tx: &mut Tx, ctx: &Ctx, entries: Vec<NamedEntry>) -> Result<Vec<Waiting>> {
    let ids: Vec<WaitlistEntryId> = entries.iter().map(|it| it.entry.id).collect();
    let mut offers = waitlist_offers::list(tx, ctx.tenant_id(), &ids).await?;
    offers.retain(|offer| ctx.is_staff() || !offer.by_desk);
    let today = today(ctx.now);
    Ok(entries
        .into_iter()
        .map(|named| Waiting {
            state: named.entry.state(today),
            offers: offers
                .iter()
                .filter(|it| it.entry_id == named.entry.id)
                .cloned()
                .collect(),
            named,
        })
        .collect())
}

/// One entry.
///
/// # Errors
/// [`AppError::NotFound`], also for one that is out of the caller's reach.
pub async fn get(app: &App, ctx: &Ctx, id: WaitlistEntryId) -> Result<Waiting> {
    let mut tx = app.store.read(ctx.tenant_id()).await?;
    let found = reached(&mut tx, ctx, id, Action::Read).await?;
    let found = waiting(&mut tx, ctx, vec![found]).await?.pop();
    found.ok_or(AppError::NotFound)
}

/// The entry, if the caller may `action` it.
async fn reached(tx: &mut Tx, ctx: &Ctx, id: WaitlistEntryId, action: Action) -> Result<NamedEntry> {
    let filter = within(ctx, action)?;
    let found = store::find(tx, ctx.tenant_id(), id).await?.ok_or(AppError::NotFound)?;
    let patients = [found.entry.patient_id];
    if filter.patients.as_ref().is_some_and(|own| !own.contains(&patients[0])) {
        return Err(AppError::NotFound);
    }
    // The list's own conditions say how far staff reach.
    let of_patient = EntryFilter {
        patients: Some(patients.to_vec()),
        ..filter
    };
    let request = PageRequest {
        limit: kalends_domain::page::MAX_LIMIT,
        ..PageRequest::default()
    };
    let listed = store::list(tx, ctx.tenant_id(), &request, &of_patient).await?;
    listed
        .items
        .into_iter()
        .find(|it| it.entry.id == id)
        .ok_or(AppError::NotFound)
}

/// Joins the waitlist.
///
/// # Errors
/// Fields that break a rule; the rule `too-many-waitlist-entries`; [`AppError::NotFound`] for a patient whom the caller may
/// not book for; [`AppError::Replayed`] when the key was used before.
pub async fn join(app: &App, ctx: &Ctx, input: NewEntry, once: &Once<'_, Waiting>) -> Result<Waiting> {
    ctx.require(Resource::Appointment, Action::Write)?;
    let tenant = ctx.tenant_id();
    let patient_id = booking::patient(app, ctx, input.patient_id).await?;
    let mut tx = app.store.begin(tenant).await?;
    once.begin(&mut tx, ctx).await?;
    let entry = checked(app, ctx, &mut tx, patient_id, input).await?;
    let own = EntryFilter {
        patients: Some(vec![patient_id]),
        waiting_on: Some(today(ctx.now)),
        ..EntryFilter::default()
    };
    let request = PageRequest {
        limit: kalends_domain::page::MAX_LIMIT,
        ..PageRequest::default()
    };
    if store::list(&mut tx, tenant, &request, &own).await?.items.len() >= MOST_ENTRIES {
        return Err(AppError::rule("too-many-waitlist-entries"));
    }
    store::insert(&mut tx, tenant, &entry).await?;
    let mut trail = ctx.audit("join", "waitlist", Some(entry.id.uuid()));
    trail.patient_id = Some(patient_id);
    trail.detail = json!({"service_id": entry.service_id, "from": entry.from, "until": entry.until});
    audit::insert(&mut tx, tenant, &[trail]).await?;
    let made = store::find(&mut tx, tenant, entry.id).await?;
    let made = waiting(&mut tx, ctx, made.into_iter().collect()).await?.pop();
    let made = made.ok_or_else(|| AppError::Internal("an entry that was just made is not there".into()))?;
    once.finish(&mut tx, ctx, &made).await?;
    tx.commit().await?;
    Ok(made)
}

async fn checked(app: &App, ctx: &Ctx, tx: &mut Tx, patient_id: PatientId, input: NewEntry) -> Result<WaitlistEntry> {
    let tenant = ctx.tenant_id();
    let mut check = Check::default();
    let note = check.optional_lines("note", input.note.as_deref(), NOTE_MAX);
    let first = today(ctx.now);
    let from = input.from.unwrap_or(first).max(first);
    let latest = first.saturating_add(LONGEST_DAYS.days());
    if input.until < first {
        check.fail("until", "past");
    } else if input.until < from {
        check.fail("until", "dates-reversed");
    } else if input.until > latest {
        check.fail("until", "too-far-ahead");
    }
    let (local_from, local_to) = (
        input.local_from.unwrap_or(LocalTime::START_OF_DAY),
        input.local_to.unwrap_or(LocalTime::END_OF_DAY),
    );
    if local_to <= local_from {
        check.fail("local_to", "end-not-after-start");
    }
    // Patients wait for what they could book, had it a free time.
    let service = kalends_store::services::find(tx, tenant, input.service_id).await?;
    let service = service.filter(|it| !it.stamp.is_archived() && (it.public || ctx.is_staff()));
    if service.is_none() {
        check.fail("service_id", "unknown-id");
    }
    let mut provider_ids = input.provider_ids;
    provider_ids.sort_unstable();
    provider_ids.dedup();
    let known = stored::current::<Provider>(tx, tenant, &provider_ids).await?;
    if known.len() != provider_ids.len() {
        check.fail("provider_ids", "unknown-id");
    } else if let Some(service) = &service
        && !provider_ids.iter().all(|id| service.provider_ids.contains(id))
    {
        check.fail("provider_ids", "does-not-give-service");
    }
    if let Some(id) = input.location_id
        && stored::current::<Location>(tx, tenant, &[id]).await?.is_empty()
    {
        check.fail("location_id", "unknown-id");
    }
    check.finish()?;
    let mut weekdays = input.weekdays;
    weekdays.sort_unstable();
    weekdays.dedup();
    Ok(WaitlistEntry {
        id: app.new_id(),
        patient_id,
        service_id: input.service_id,
        provider_ids,
        location_id: input.location_id,
        weekdays,
        local_from,
        local_to,
        from,
        until: input.until,
        note,
        created_by: ctx.user_id(),
        created_at: ctx.now,
        contacted_at: None,
        left_at: None,
        booked: false,
        offered_at: None,
    })
}

/// Gives up waiting; what was offered is free for others once nobody else may take it.
///
/// # Errors
/// [`AppError::NotFound`] for an entry that is unknown, out of reach or was given up before.
pub async fn leave(app: &App, ctx: &Ctx, id: WaitlistEntryId) -> Result<()> {
    let tenant = ctx.tenant_id();
    let mut tx = app.store.begin(tenant).await?;
    let found = reached(&mut tx, ctx, id, Action::Write).await?;
    if !store::leave(&mut tx, tenant, id, ctx.now).await? {
        return Err(AppError::NotFound);
    }
    for offer in waitlist_offers::list(&mut tx, tenant, &[id]).await? {
        waitlist_offers::decline(&mut tx, tenant, &offer, ctx.now).await?;
    }
    trail(&mut tx, ctx, "leave", &found.entry).await?;
    Ok(tx.commit().await?)
}

/// Notes that staff were in touch about it.
///
/// # Errors
/// [`AppError::Forbidden`] for patients, [`AppError::NotFound`].
pub async fn contact(app: &App, ctx: &Ctx, id: WaitlistEntryId) -> Result<()> {
    if !ctx.is_staff() {
        ctx.require(Resource::Appointment, Action::Write)?;
        return Err(AppError::Forbidden);
    }
    let tenant = ctx.tenant_id();
    let mut tx = app.store.begin(tenant).await?;
    let found = reached(&mut tx, ctx, id, Action::Write).await?;
    store::contact(&mut tx, tenant, id, ctx.now).await?;
    trail(&mut tx, ctx, "contact", &found.entry).await?;
    Ok(tx.commit().await?)
}

async fn trail(tx: &mut Tx, ctx: &Ctx, action: &str, entry: &WaitlistEntry) -> Result<()> {
    let mut trail = ctx.audit(action, "waitlist", Some(entry.id.uuid()));
    trail.patient_id = Some(entry.patient_id);
    Ok(audit::insert(tx, ctx.tenant_id(), &[trail]).await?)
}

#[cfg(test)]
mod tests;
