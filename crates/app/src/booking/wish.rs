//! A time that somebody wants: looked at by the rules, then claimed from the database, which has the last word.

use std::collections::HashMap;

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use kalends_domain::allocation::Whose;
use kalends_domain::appointment::Appointment;
use kalends_domain::assignment::{Assignment, Load};
use kalends_domain::id::{AppointmentId, HoldId, LocationId, PatientId, ProviderId, ServiceId, TicketId};
use kalends_domain::intake::Answer;
use kalends_domain::limit::Limit;
use kalends_domain::rule::Rule;
use kalends_domain::slot::{Candidate, Own, Place, Refusal};
use kalends_domain::time::{Minutes, Span};
use kalends_store::appointments::{self as store, Visible};
use kalends_store::change::{Applied, Change, OpeningCheck};
use kalends_store::error::StoreError;
use kalends_store::loads;
use kalends_store::tx::Tx;

use super::look::Look;
use crate::app::App;
use crate::clock::random_bytes;
use crate::ctx::Ctx;
use crate::error::{AppError, Result};
use crate::intake::{self, Answers};
use crate::slots::{Among, Asked, For, Giving, Grounds, ProviderGrounds, asker, load};

/// How often a lost time is looked at anew: each loss shows who was faster, so the next look tells the truth.
pub(super) const LOOKS: usize = 4;
/// How far back appointments count when they are shared out.
const COUNTED_FOR: SignedDuration = SignedDuration::from_hours(30 * 24);

/// What is wanted.
#[derive(Clone, Debug)]
pub struct Wish {
    pub service_id: ServiceId,
    pub starts_at: Timestamp,
    /// Absent: anyone who gives the service.
    pub provider_id: Option<ProviderId>,
    /// Absent: wherever the provider is.
    pub location_id: Option<LocationId>,
    /// Absent while nobody knows who it is for.
    pub patient_id: Option<PatientId>,
    /// A ticket of the patient's.
    pub ticket_id: Option<TicketId>,
    /// What the caller answers to the service's questions; absent where they are not asked, as for a hold or a move.
    pub answers: Option<Answers>,
    /// What the caller gives up for it: their hold,
    pub hold: Option<HoldId>,
    /// and the appointments that are moved, this one among them.
    pub given_up: Vec<AppointmentId>,
    /// Comes first among equals: the provider of the caller's hold.
    pub preferred: Option<ProviderId>,
    /// The rules that staff set aside.
    pub overrides: Vec<Rule>,
    /// How far the caller may book.
    pub within: Visible,
    /// The appointment that is moved: it keeps its length and its buffers, whatever became of the service.
    pub moved: Option<Appointment>,
}

/// A place that the rules offer for the wish.
#[derive(Clone, Debug)]
pub struct Offer {
    pub provider_id: ProviderId,
    pub place: Place,
    pub span: Span,
    pub time_zone: String,
    /// What must still be open when it is claimed.
    pub openings: Vec<OpeningCheck>,
    /// What must not be exceeded when it is claimed.
    pub limits: Vec<Limit>,
    /// How the provider gives the service.
    pub giving: Giving,
    /// The rules that were set aside for it.
    pub set_aside: Vec<Rule>,
    /// What was answered to the service's questions.
    pub answers: Vec<Answer>,
}

impl Wish {
    /// Looks, and claims the first offer that nobody takes meanwhile, with the change that `make` writes for it.
    ///
    /// # Errors
    /// The rule that refuses it, or who has the time: without alternatives, see [`with_alternatives`](super::alternatives).
    pub async fn claim<T>(&self, app: &App, ctx: &Ctx, make: impl Fn(&Offer) -> (Change, T)) -> Result<(Applied, T)> {
        let _turn = app.claims.acquire().await;
        let mut lost = Whose::Provider;
        for _ in 0..LOOKS {
            let mut tx = app.store.read(ctx.tenant_id()).await?;
            let seen = self.look(&mut tx, ctx).await?;
            drop(tx);
            for offer in &self.offers(ctx, &seen)? {
                let (change, outcome) = make(offer);
                match app.store.apply(ctx.tenant_id(), ctx.now, &change).await {
                    Ok(applied) => return Ok((applied, outcome)),
                    Err(StoreError::Taken(Whose::Provider)) => {}
                    // Another look would not find another answer: no rule of the judgement counts these.
                    Err(StoreError::LimitReached(Rule::OverbookingLimit)) => {
                        return Err(not_bookable(Rule::OverbookingLimit, None));
                    }
                    // Another room may be free, or another rule may say no by now: look again.
                    Err(StoreError::Taken(Whose::Resource)) => {
                        lost = Whose::Resource;
                        break;
                    }
                    Err(StoreError::OpeningGone | StoreError::LimitReached(_)) => break,
                    Err(error) => return Err(error.into()),
                }
            }
        }
        Err(taken(lost))
    }

    /// Whether there is an offer as things stand.
    ///
    /// # Errors
    /// The rule that refuses it, or who has the time.
    pub async fn check(&self, app: &App, ctx: &Ctx) -> Result<()> {
        let mut tx = app.store.read(ctx.tenant_id()).await?;
        let seen = self.look(&mut tx, ctx).await?;
        self.offers(ctx, &seen).map(drop)
    }

    /// Everything that decides about the wish, as things stand.
    pub(super) async fn look(&self, tx: &mut Tx, ctx: &Ctx) -> Result<Look> {
        let moment = Span::new(self.starts_at, Minutes(1).after(self.starts_at));
        let moment = moment.map_err(|_| AppError::field("starts_at", "out-of-range"))?;
        let grounds = self.grounds(tx, ctx, self.among(), moment).await?;
        let providers = self.providers(tx, ctx, &grounds).await?;
        let providers = providers.iter().map(|provider| provider.id).collect();
        let loads = self.loads(tx, ctx, &grounds, moment).await?;
        let answers = self.answered(tx, ctx, &grounds).await?;
        Ok(Look {
            grounds,
            providers,
            loads,
            answers,
        })
    }

    /// What the rules offer for the wish by this look, the best first: never nothing.
    pub(super) fn offers(&self, ctx: &Ctx, look: &Look) -> Result<Vec<Offer>> {
        let grounds = &look.grounds;
        let providers = look.providers.iter().filter_map(|id| grounds.provider(*id));
        let mut candidates: Vec<(ProviderId, Candidate)> = providers
            .map(|provider| (provider.id, grounds.judge(provider, &self.asked(ctx), self.starts_at)))
            .collect();
        let rank = |id| {
            let load = look.loads.get(&id).copied().unwrap_or_default();
            grounds.rules.assignment.rank(&load, grounds.rules.usual_provider_first)
        };
        // Over others only where nobody is free; the first of equals is anyone of them.
        candidates.sort_by_cached_key(|(id, candidate)| {
            let over = candidate.set_aside.contains(&Rule::Taken);
            (over, Some(*id) != self.preferred, rank(*id), random_bytes::<8>())
        });
        let offers: Vec<Offer> = candidates
            .iter()
            .filter_map(|(id, candidate)| self.offer(ctx, grounds, *id, candidate))
            .map(|offer| Offer {
                answers: look.answers.clone(),
                ..offer
            })
            .collect();
        if offers.is_empty() {
            return Err(self.refusal(ctx, &candidates));
        }
        Ok(offers)
    }

    /// How much each provider has to do, where that decides who gets it.
    async fn loads(
        &self,
        tx: &mut Tx,
        ctx: &Ctx,
        grounds: &Grounds,
        moment: Span,
    ) -> Result<HashMap<ProviderId, Load>> {
        let rules = &grounds.rules;
        let by_chance = rules.assignment == Assignment::Random && !rules.usual_provider_first;
        if by_chance || self.provider_id.is_some() || grounds.providers.len() < 2 {
            return Ok(HashMap::new());
        }
        let day = grounds.day(moment);
        let since = ctx.now - COUNTED_FOR;
        Ok(loads::list(tx, ctx.tenant_id(), self.service_id, self.patient_id, day, since).await?)
    }

    /// The answers to the service's questions, where they are asked.
    async fn answered(&self, tx: &mut Tx, ctx: &Ctx, grounds: &Grounds) -> Result<Vec<Answer>> {
        let Some(answers) = &self.answers else {
            return Ok(Vec::new());
        };
        // On the calendar where it will be, as far as that is known; else in UTC.
        let zone = self.location_id.and_then(|id| grounds.zone(id));
        let today = match zone {
            Some(zone) => zone.date_at(ctx.now),
            None => ctx.now.to_zoned(TimeZone::UTC).date(),
        };
        let rules = &grounds.rules;
        intake::answered(tx, ctx, rules.id, rules.asks, answers, today).await
    }

    /// Everything that decides about starts in `range`.
    pub(super) async fn grounds(&self, tx: &mut Tx, ctx: &Ctx, among: Among, range: Span) -> Result<Grounds> {
        let who = For::caller(ctx, self.patient_id).with(self.ticket_id, self.moved.as_ref());
        let mut grounds = load(tx, &ctx.tenant, ctx.now, among, who, range).await?;
        if let Some(moved) = &self.moved {
            grounds.keep_terms(moved);
        }
        let unknown_location = self.location_id.is_some_and(|id| grounds.zone(id).is_none());
        let unknown_provider = matches!(among, Among::Provider(..)) && grounds.providers.is_empty();
        if unknown_location || unknown_provider {
            return Err(AppError::NotFound);
        }
        Ok(grounds)
    }

    /// The providers in question whom the caller may book.
    pub(super) async fn providers<'g>(
        &self,
        tx: &mut Tx,
        ctx: &Ctx,
        grounds: &'g Grounds,
    ) -> Result<Vec<&'g ProviderGrounds>> {
        let assigned = match &self.within.departments[..] {
            [] => None,
            departments => Some(store::providers_of(tx, ctx.tenant_id(), departments).await?),
        };
        let within = |provider: &&ProviderGrounds| {
            self.within.provider_id.is_none_or(|own| own == provider.id)
                && assigned.as_ref().is_none_or(|ids| ids.contains(&provider.id))
        };
        let providers: Vec<_> = grounds.providers.iter().filter(within).collect();
        if providers.is_empty() && !grounds.providers.is_empty() {
            return Err(AppError::Forbidden);
        }
        Ok(providers)
    }

    /// The question as the rules take it.
    pub(super) fn asked(&self, ctx: &Ctx) -> Asked<'_> {
        Asked {
            location: self.location_id,
            own: Own {
                hold: self.hold,
                appointments: &self.given_up,
            },
            overrides: &self.overrides,
            ..Asked::by(asker(ctx))
        }
    }

    /// Whether the caller may book there.
    pub(super) fn reaches(&self, location: LocationId) -> bool {
        self.within.locations.is_empty() || self.within.locations.contains(&location)
    }

    fn among(&self) -> Among {
        match self.provider_id {
            Some(provider) => Among::Provider(self.service_id, provider),
            None => Among::Service(self.service_id),
        }
    }

    fn offer(&self, ctx: &Ctx, grounds: &Grounds, id: ProviderId, candidate: &Candidate) -> Option<Offer> {
        let place = candidate.offered().filter(|place| self.reaches(place.location_id))?;
        let span = Span::new(candidate.starts_at, candidate.ends_at).ok()?;
        let provider = grounds.provider(id)?;
        let parts = grounds.parts(provider, &self.asked(ctx), span, place.location_id);
        let openings = parts.into_iter().map(|part| OpeningCheck {
            id: part.opening_id,
            location_id: part.location_id,
            starts_at: part.span.starts_at(),
            ends_at: part.span.ends_at(),
        });
        Some(Offer {
            provider_id: id,
            place: place.clone(),
            span,
            time_zone: grounds.zone(place.location_id)?.name().to_owned(),
            openings: openings.collect(),
            limits: grounds.limits(provider, &self.asked(ctx), candidate, place.location_id),
            giving: provider.giving.clone(),
            set_aside: candidate.set_aside.clone(),
            answers: Vec::new(),
        })
    }

    /// Why there is no offer: somebody else's being faster if that is all with some provider, else the rule that stands
    /// alone, or nearly, with one of them.
    fn refusal(&self, ctx: &Ctx, candidates: &[(ProviderId, Candidate)]) -> AppError {
        let refused = || candidates.iter().map(|(_, candidate)| candidate);
        if refused().any(|candidate| candidate.offered().is_some()) {
            // Offered, but at a location that this person does not work for.
            return AppError::Forbidden;
        }
        let mut conflicts = refused().filter(|candidate| candidate.refusal() == Some(Refusal::Conflict));
        if let Some(first) = conflicts.next() {
            // A provider would have had time, had there been a room.
            let lacks_room = |it: &Candidate| it.reasons().iter().all(|reason| reason.rule() == Rule::NoResource);
            let no_room = lacks_room(first) || conflicts.any(lacks_room);
            return taken(if no_room { Whose::Resource } else { Whose::Provider });
        }
        let nearest = refused().min_by_key(|candidate| candidate.reasons().len());
        let Some((candidate, Some(Refusal::Rule(rule)))) = nearest.map(|it| (it, it.refusal())) else {
            return not_bookable(Rule::ServiceNotOffered, None);
        };
        let reason = candidate.reasons().iter().find(|reason| reason.rule() == rule);
        not_bookable(rule, reason.filter(|_| ctx.is_staff()).map(ToString::to_string))
    }
}

pub(super) fn taken(whose: Whose) -> AppError {
    AppError::SlotTaken {
        whose,
        alternatives: Vec::new(),
    }
}

pub(super) fn not_bookable(rule: Rule, detail: Option<String>) -> AppError {
    AppError::NotBookable {
        rule: rule.name().to_owned(),
        detail,
    }
}
