//! What a judgement stands on, read from the database in a few round trips, however many providers are in question.

use std::collections::HashMap;

use jiff::Timestamp;
use kalends_domain::allocation::{Allocation, Bookable, Owner};
use kalends_domain::appointment::Appointment;
use kalends_domain::id::{HoldId, LocationId, PatientId, ProviderId, TenantId, UserId};
use kalends_domain::opening::Opening;
use kalends_domain::permission::Role;
use kalends_domain::rule::Rule;
use kalends_domain::slot::{Asker, Busy, Candidate, Closing, Horizon, Judgement, Own, Part, Room, Site, Standing};
use kalends_domain::tenant::Tenant;
use kalends_domain::time::{Minutes, Span, Zone};
use kalends_store::standings::{self, Among, ServiceRules};
use kalends_store::tx::Tx;
use kalends_store::{allocations, closures, holds, openings, sites};
use uuid::Uuid;

use crate::ctx::Ctx;
use crate::error::{AppError, Result};

/// Everything that decides about the times of some providers for one service, as of one moment.
#[derive(Clone, Debug)]
pub struct Grounds {
    pub now: Timestamp,
    pub rules: ServiceRules,
    /// Those in question, in no particular order.
    pub providers: Vec<ProviderGrounds>,
    sites: Vec<SiteGrounds>,
    closings: Vec<Closing>,
    patient_busy: Vec<Busy>,
}

/// One provider in question.
#[derive(Clone, Debug)]
pub struct ProviderGrounds {
    pub id: ProviderId,
    pub standing: Standing,
    openings: Vec<Opening>,
    busy: Vec<Busy>,
}

#[derive(Clone, Debug)]
struct SiteGrounds {
    location_id: LocationId,
    zone: Zone,
    archived: bool,
    rooms: Option<Vec<Room>>,
}

/// Who asks, and what is not in their way.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'a> {
    pub asker: Asker,
    /// Absent: wherever the provider is.
    pub location: Option<LocationId>,
    /// The asker's own hold, or the appointment that is moved.
    pub own: Own,
    /// The rules that staff set aside.
    pub overrides: &'a [Rule],
}

impl Asked<'_> {
    /// A plain question.
    pub fn by(asker: Asker) -> Self {
        Self {
            asker,
            location: None,
            own: Own::default(),
            overrides: &[],
        }
    }
}

/// For whom, as far as that is known.
#[derive(Clone, Copy, Debug, Default)]
pub struct For {
    /// Their other appointments are in the way.
    pub patient: Option<PatientId>,
    /// Their holds are not.
    pub holder: Option<UserId>,
}

impl For {
    /// A caller who asks on behalf of this patient.
    pub fn caller(ctx: &Ctx, patient: Option<PatientId>) -> Self {
        Self {
            patient,
            holder: holder(ctx),
        }
    }
}

/// Whose holds give way to what the caller books: a patient's own. Staff keep times for several people.
pub fn holder(ctx: &Ctx) -> Option<UserId> {
    let user = ctx.signed_in().ok()?;
    (user.role == Role::Patient).then_some(user.user_id)
}

/// Reads what decides about starts in `range`, for the providers in question and whom it is for.
///
/// # Errors
/// [`AppError::NotFound`] when there is no such service. A failed read fails the request: it never means that time is free.
pub async fn load(
    tx: &mut Tx,
    tenant: &Tenant,
    now: Timestamp,
    among: Among,
    who: For,
    range: Span,
) -> Result<Grounds> {
    let patient = who.patient;
    let (rules, standings) = standings::list(tx, tenant.id, among, patient, horizon(tenant))
        .await?
        .ok_or(AppError::NotFound)?;
    // As far around as an appointment that starts in the range can reach.
    let reach = range.widened(rules.terms.buffer_before, rules.terms.duration);
    let reach = reach.widened(Minutes::ZERO, rules.terms.buffer_after);

    let mut openings_of: HashMap<ProviderId, Vec<Opening>> = HashMap::new();
    for opening in openings::list_among(tx, tenant.id, among, reach).await? {
        openings_of.entry(opening.provider_id).or_default().push(opening);
    }
    let taken = allocations::list_among(tx, tenant.id, among, patient, reach).await?;
    let own = own_holds(tx, tenant.id, now, who.holder, &taken).await?;
    let mut busy_of: HashMap<Uuid, Vec<Busy>> = HashMap::new();
    for allocation in taken {
        if matches!(allocation.owner, Owner::Hold { id, .. } if own.contains(&id)) {
            continue;
        }
        busy_of
            .entry(allocation.bookable.uuid())
            .or_default()
            .push(busy(&allocation)?);
    }
    let needs_room = rules.policy.resource_kind.is_some();
    let sites = sites::list(tx, tenant.id, Some(rules.id)).await?;
    let closings = closures::closings(tx, tenant.id, reach).await?;

    let site = |site: sites::Site| SiteGrounds {
        location_id: site.location_id,
        zone: site.zone,
        archived: site.archived,
        rooms: needs_room.then(|| {
            let room = |id: &_| Room {
                id: *id,
                busy: busy_of
                    .get(&Bookable::Resource(*id).uuid())
                    .cloned()
                    .unwrap_or_default(),
            };
            site.rooms.iter().map(room).collect()
        }),
    };
    Ok(Grounds {
        now,
        sites: sites.into_iter().map(site).collect(),
        closings,
        patient_busy: patient
            .and_then(|id| busy_of.get(&id.uuid()).cloned())
            .unwrap_or_default(),
        providers: standings
            .into_iter()
            .map(|(id, standing)| ProviderGrounds {
                id,
                standing,
                openings: openings_of.remove(&id).unwrap_or_default(),
                busy: busy_of.remove(&id.uuid()).unwrap_or_default(),
            })
            .collect(),
        rules,
    })
}

/// The caller's own holds, which give way to what they book: read only where somebody holds a time at all.
async fn own_holds(
    tx: &mut Tx,
    tenant: TenantId,
    now: Timestamp,
    holder: Option<UserId>,
    taken: &[Allocation],
) -> Result<Vec<HoldId>> {
    let is_hold = |it: &Allocation| matches!(it.owner, Owner::Hold { .. });
    match holder {
        Some(holder) if taken.iter().any(is_hold) => {
            let live = holds::list_live(tx, tenant, now, holder).await?;
            Ok(live.into_iter().map(|hold| hold.id).collect())
        }
        _ => Ok(Vec::new()),
    }
}

/// How far ahead may be booked where the service does not say.
pub(super) fn horizon(tenant: &Tenant) -> Horizon {
    let days = tenant.settings.booking_horizon_days;
    days.and_then(|days| u16::try_from(days).ok())
        .map_or(Horizon::DEFAULT, Horizon::Days)
}

/// An allocation as the rules see it.
pub(super) fn busy(allocation: &Allocation) -> Result<Busy> {
    Busy::try_from(allocation).map_err(|error| AppError::Internal(format!("allocation {}: {error}", allocation.id)))
}

impl Grounds {
    /// The provider, if in question.
    pub fn provider(&self, id: ProviderId) -> Option<&ProviderGrounds> {
        self.providers.iter().find(|provider| provider.id == id)
    }

    /// The verdict on one start with this provider.
    pub fn judge(&self, provider: &ProviderGrounds, asked: &Asked<'_>, starts_at: Timestamp) -> Candidate {
        let sites = self.sites(asked);
        self.judgement(provider, asked, &sites).judge(starts_at)
    }

    /// Every start in `range` with this provider, with its verdict.
    pub fn candidates(&self, provider: &ProviderGrounds, asked: &Asked<'_>, range: Span) -> Vec<Candidate> {
        let sites = self.sites(asked);
        self.judgement(provider, asked, &sites).candidates(range)
    }

    /// What must still be open when `span` is booked with this provider.
    pub fn parts(&self, provider: &ProviderGrounds, asked: &Asked<'_>, span: Span, at: LocationId) -> Vec<Part> {
        let sites = self.sites(asked);
        self.judgement(provider, asked, &sites).parts(span, at)
    }

    /// The clock of a location.
    pub fn zone(&self, location: LocationId) -> Option<&Zone> {
        let site = self.sites.iter().find(|site| site.location_id == location)?;
        Some(&site.zone)
    }

    /// An appointment that is moved keeps its length and its buffers, whatever became of the service.
    pub fn keep_terms(&mut self, moved: &Appointment) {
        let minutes = |minutes: i32| Minutes(minutes.unsigned_abs());
        let terms = &mut self.rules.terms;
        let duration = moved.ends_at.duration_since(moved.starts_at).as_mins();
        terms.duration = Minutes(u32::try_from(duration).unwrap_or(terms.duration.0));
        terms.buffer_before = minutes(moved.policy.buffer_before_minutes);
        terms.buffer_after = minutes(moved.policy.buffer_after_minutes);
    }

    fn sites(&self, asked: &Asked<'_>) -> Vec<Site<'_>> {
        self.sites
            .iter()
            .filter(|site| asked.location.is_none_or(|location| location == site.location_id))
            .map(|site| Site {
                location_id: site.location_id,
                zone: &site.zone,
                archived: site.archived,
                rooms: site.rooms.as_deref(),
            })
            .collect()
    }

    fn judgement<'a>(
        &'a self,
        provider: &'a ProviderGrounds,
        asked: &Asked<'a>,
        sites: &'a [Site<'a>],
    ) -> Judgement<'a> {
        Judgement {
            now: self.now,
            asker: asked.asker,
            service_id: Some(self.rules.id),
            terms: self.rules.terms,
            standing: provider.standing,
            sites,
            openings: &provider.openings,
            busy: &provider.busy,
            closings: &self.closings,
            patient_busy: &self.patient_busy,
            own: asked.own,
            overrides: asked.overrides,
        }
    }
}
