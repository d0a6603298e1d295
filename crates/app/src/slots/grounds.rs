//! What a judgement stands on, read from the database in a few round trips, however many providers are in question.

mod agreed;

use std::collections::HashMap;

use jiff::Timestamp;
use kalends_domain::allocation::{Allocation, Bookable, Owner};
use kalends_domain::appointment::Appointment;
use kalends_domain::id::{HoldId, LocationId, PatientId, ProviderId, TenantId, TicketId, UserId};
use kalends_domain::limit::{Counted, Limit};
use kalends_domain::opening::Opening;
use kalends_domain::permission::Role;
use kalends_domain::rule::Rule;
use kalends_domain::slot::{
    Asker, Busy, Candidate, Closing, Horizon, Judgement, Own, Part, PatientStanding, Period, Room, Site, Terms,
};
use kalends_domain::tenant::{NoShowConsequence, Tenant};
use kalends_domain::time::{Minutes, Span, Zone};
use kalends_store::standings::{self, Among, Context, Giving, ServiceRules};
use kalends_store::tx::Tx;
use kalends_store::{allocations, closures, counted, holds, no_shows, openings, sites};
use uuid::Uuid;

use super::granted;
use crate::ctx::Ctx;
use crate::error::{AppError, Result};

pub use agreed::Agreed;

/// Everything that decides about the times of some providers for one service, as of one moment.
#[derive(Clone, Debug)]
pub struct Grounds {
    pub now: Timestamp,
    pub rules: ServiceRules,
    /// For whom, if that is known.
    patient: Option<PatientId>,
    /// How many appointments to come a patient may have, of whatever service.
    max_open_per_patient: Option<u32>,
    /// Whether times that fill gaps are preferred.
    pub(super) fill_gaps: bool,
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
    /// How they give the service.
    pub giving: Giving,
    openings: Vec<Opening>,
    busy: Vec<Busy>,
    /// What the asker's own holds keep, buffers included.
    held: Vec<Span>,
}

#[derive(Clone, Debug)]
struct SiteGrounds {
    location_id: LocationId,
    zone: Zone,
    archived: bool,
    rooms: Vec<Room>,
}

/// Who asks, and what is not in their way.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'a> {
    pub asker: Asker,
    /// Absent: wherever the provider is.
    pub location: Option<LocationId>,
    /// The asker's own hold, or the appointment that is moved.
    pub own: Own<'a>,
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
    /// A ticket of theirs, which sets aside what it is about.
    pub ticket: Option<Brought>,
}

/// A ticket that the asker brings.
#[derive(Clone, Copy, Debug)]
pub struct Brought {
    pub id: TicketId,
    /// Whether it was spent on the very appointment that is moved: then it need not be good any more.
    pub moved: bool,
}

impl For {
    /// A caller who asks on behalf of this patient.
    pub fn caller(ctx: &Ctx, patient: Option<PatientId>) -> Self {
        Self {
            patient,
            holder: holder(ctx),
            ticket: None,
        }
    }

    /// The same with a ticket that the caller names, or that the appointment which is moved was booked with.
    #[must_use]
    pub fn with(self, ticket: Option<TicketId>, moved: Option<&Appointment>) -> Self {
        let brought = match moved {
            Some(moved) => moved.ticket_id.map(|id| Brought { id, moved: true }),
            None => ticket.map(|id| Brought { id, moved: false }),
        };
        Self {
            ticket: brought,
            ..self
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
    let context = context(tenant, now, patient);
    let (rules, mut givings) = standings::list(tx, tenant.id, among, &context)
        .await?
        .ok_or(AppError::NotFound)?;
    if let Some(brought) = who.ticket {
        granted::apply(tx, tenant.id, now, brought, patient, rules.id, &mut givings).await?;
    }
    match consequence(tx, tenant, now, patient).await? {
        NoShowConsequence::None => {}
        NoShowConsequence::Approval => givings
            .iter_mut()
            .for_each(|giving| giving.policy.requires_approval = true),
        NoShowConsequence::PhoneOnly => givings
            .iter_mut()
            .for_each(|giving| giving.standing.patient.phone_only = true),
    }
    let reach = reach(range, &rules, &givings.iter().collect::<Vec<_>>());
    if givings.iter().any(|giving| !giving.caps.is_empty()) {
        let counted = counted::list(tx, tenant.id, among, range.widened(WEEK, WEEK)).await?;
        for cap in givings.iter_mut().flat_map(|giving| &mut giving.caps) {
            cap.counted = counted.of(cap);
        }
    }

    let mut openings_of: HashMap<ProviderId, Vec<Opening>> = HashMap::new();
    for opening in openings::list_among(tx, tenant.id, among, reach).await? {
        openings_of.entry(opening.provider_id).or_default().push(opening);
    }
    let taken = allocations::list_among(tx, tenant.id, among, patient, reach).await?;
    let own = own_holds(tx, tenant.id, now, who.holder, &taken).await?;
    let mut busy_of: HashMap<Uuid, Vec<Busy>> = HashMap::new();
    let mut held_of: HashMap<Uuid, Vec<Span>> = HashMap::new();
    for allocation in taken {
        let (whose, busy) = (allocation.bookable.uuid(), busy(&allocation)?);
        if matches!(busy.owner, Owner::Hold { id, .. } if own.contains(&id)) {
            held_of.entry(whose).or_default().push(busy.guarded);
        } else {
            busy_of.entry(whose).or_default().push(busy);
        }
    }
    let sites = sites::list(tx, tenant.id, Some(rules.id)).await?;
    let closings = closures::closings(tx, tenant.id, reach).await?;

    let room = |room: sites::SiteRoom| Room {
        busy: busy_of
            .get(&Bookable::Resource(room.id).uuid())
            .cloned()
            .unwrap_or_default(),
        id: room.id,
        name: room.name,
        kind: room.kind,
    };
    let site = |site: sites::Site| SiteGrounds {
        location_id: site.location_id,
        zone: site.zone,
        archived: site.archived,
        rooms: site.rooms.into_iter().map(room).collect(),
    };
    Ok(Grounds {
        now,
        sites: sites.into_iter().map(site).collect(),
        closings,
        patient_busy: patient
            .and_then(|id| busy_of.get(&id.uuid()).cloned())
            .unwrap_or_default(),
        providers: givings
            .into_iter()
            .map(|giving| ProviderGrounds {
                id: giving.provider_id,
                openings: openings_of.remove(&giving.provider_id).unwrap_or_default(),
                busy: busy_of.remove(&giving.provider_id.uuid()).unwrap_or_default(),
                held: held_of.remove(&giving.provider_id.uuid()).unwrap_or_default(),
                giving,
            })
            .collect(),
        rules,
        patient,
        fill_gaps: tenant.settings.fill_gaps,
        max_open_per_patient: context.max_open_per_patient,
    })
}

/// What follows for the patient who is known, where the organisation lets anything follow.
async fn consequence(
    tx: &mut Tx,
    tenant: &Tenant,
    now: Timestamp,
    patient: Option<PatientId>,
) -> Result<NoShowConsequence> {
    let settings = &tenant.settings;
    match patient {
        Some(patient) if settings.no_show_consequence != NoShowConsequence::None => {
            let since = settings.no_shows_since(now);
            let missed = no_shows::count(tx, tenant.id, patient, since).await?;
            Ok(settings.consequence_of(missed))
        }
        _ => Ok(NoShowConsequence::None),
    }
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

/// A day more than a week, whatever the clocks do: a period that a start lies in is within it.
const WEEK: Minutes = Minutes(8 * 24 * 60);

/// For whom, and what holds where the service does not say.
pub(super) fn context(tenant: &Tenant, now: Timestamp, patient: Option<PatientId>) -> Context {
    let settings = &tenant.settings;
    Context {
        now,
        patient,
        horizon: settings
            .booking_horizon_days
            .and_then(|days| u16::try_from(days).ok())
            .map_or(Horizon::DEFAULT, Horizon::Days),
        max_open_per_patient: settings.max_open_per_patient.and_then(|most| u32::try_from(most).ok()),
    }
}

/// As far around as an appointment that starts in the range can reach, with whomever.
fn reach(range: Span, rules: &ServiceRules, givings: &[&Giving]) -> Span {
    let all = || givings.iter().map(|giving| &giving.terms).chain([&rules.terms]);
    let most = |minutes: fn(&Terms) -> Minutes| Minutes(all().map(|terms| minutes(terms).0).max().unwrap_or_default());
    range
        .widened(most(|terms| terms.buffer_before), most(|terms| terms.duration))
        .widened(Minutes::ZERO, most(|terms| terms.buffer_after))
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
        self.judgement(provider, asked, &sites).candidates(range).collect()
    }

    /// What must still be open when `span` is booked with this provider.
    pub fn parts(&self, provider: &ProviderGrounds, asked: &Asked<'_>, span: Span, at: LocationId) -> Vec<Part> {
        let sites = self.sites(asked);
        self.judgement(provider, asked, &sites).parts(span, at)
    }

    /// What the guard must keep when this start is booked with this provider.
    pub fn limits(
        &self,
        provider: &ProviderGrounds,
        asked: &Asked<'_>,
        candidate: &Candidate,
        at: LocationId,
    ) -> Vec<Limit> {
        let sites = self.sites(asked);
        let mut limits = self.judgement(provider, asked, &sites).limits(candidate, at);
        let Some(patient) = self
            .patient
            .filter(|_| !candidate.set_aside.contains(&Rule::TooManyOpen))
        else {
            return limits;
        };
        let of_service = self.rules.max_open_per_patient.map(|most| (Some(self.rules.id), most));
        let of_any = self.max_open_per_patient.map(|most| (None, most));
        for (service_id, most) in of_service.into_iter().chain(of_any) {
            limits.push(Limit {
                rule: Rule::TooManyOpen,
                counted: Counted {
                    provider_id: None,
                    service_id,
                    patient_id: Some(patient),
                    from: self.now,
                    until: None,
                    set_aside: None,
                },
                most,
            });
        }
        limits
    }

    /// The day in which `moment` begins, at the first location; elsewhere it differs by some hours of the night.
    pub fn day(&self, moment: Span) -> Span {
        let zone = self.sites.first().map(|site| &site.zone);
        zone.and_then(|zone| Period::Day.around(moment.starts_at(), zone))
            .unwrap_or(moment)
    }

    /// The clock of a location.
    pub fn zone(&self, location: LocationId) -> Option<&Zone> {
        let site = self.sites.iter().find(|site| site.location_id == location)?;
        Some(&site.zone)
    }

    /// An appointment that is moved keeps its length and its buffers, whatever became of the service.
    pub fn keep_terms(&mut self, moved: &Appointment) {
        let minutes = |minutes: i32| Minutes(minutes.unsigned_abs());
        let duration = moved.ends_at.duration_since(moved.starts_at).as_mins();
        for provider in &mut self.providers {
            let terms = &mut provider.giving.terms;
            terms.duration = Minutes(u32::try_from(duration).unwrap_or(terms.duration.0));
            terms.buffer_before = minutes(moved.policy.buffer_before_minutes);
            terms.buffer_after = minutes(moved.policy.buffer_after_minutes);
            terms.capacity = moved.policy.capacity.unsigned_abs();
            // They have it already: it is not one more, and whom it is for was judged when it was booked.
            provider.giving.standing.patient = PatientStanding::default();
        }
        self.rules.max_open_per_patient = None;
        self.max_open_per_patient = None;
    }

    /// The rooms of the location that the service may take and that are free for `span` with the provider's buffers, but for
    /// what is given up.
    pub fn free_rooms(&self, provider: ProviderId, at: LocationId, span: Span, own: Own<'_>) -> Vec<Room> {
        let terms = self.provider(provider).map_or(self.rules.terms, |it| it.giving.terms);
        let guarded = terms.guarded(&span);
        let rooms = self
            .sites
            .iter()
            .filter(|site| site.location_id == at)
            .flat_map(|site| &site.rooms);
        rooms
            .filter(|room| room.is_free(&guarded, self.now, own))
            .cloned()
            .collect()
    }

    pub(super) fn sites(&self, asked: &Asked<'_>) -> Vec<Site<'_>> {
        self.sites
            .iter()
            .filter(|site| asked.location.is_none_or(|location| location == site.location_id))
            .map(|site| Site {
                location_id: site.location_id,
                zone: &site.zone,
                archived: site.archived,
                rooms: &site.rooms,
            })
            .collect()
    }

    pub(super) fn judgement<'a>(
        &'a self,
        provider: &'a ProviderGrounds,
        asked: &Asked<'a>,
        sites: &'a [Site<'a>],
    ) -> Judgement<'a> {
        Judgement {
            now: self.now,
            asker: asked.asker,
            service_id: Some(self.rules.id),
            terms: provider.giving.terms,
            needs: &self.rules.needs,
            standing: provider.giving.standing,
            sites,
            openings: &provider.openings,
            busy: &provider.busy,
            closings: &self.closings,
            patient_busy: &self.patient_busy,
            caps: &provider.giving.caps,
            own: asked.own,
            held: &provider.held,
            overrides: asked.overrides,
        }
    }
}
