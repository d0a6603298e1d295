//! Several times that are wanted together: each is judged as if those before it had been booked, and all are claimed in one change.

use kalends_domain::allocation::Whose;
use kalends_domain::appointment::{Appointment, Together};
use kalends_domain::slot::Terms;
use kalends_store::change::{Applied, Change};
use kalends_store::error::StoreError;
use kalends_store::tx::Tx;

use super::wish::{LOOKS, Offer, Wish, not_bookable, taken};
use super::{Said, record, written};
use crate::app::App;
use crate::appointments::for_caller;
use crate::ctx::Ctx;
use crate::error::{AppError, Result};
use crate::idempotency::Once;
use crate::occurrence::{Occurrence, Wanted, verdicts};
use crate::slots::Agreed;

/// What becomes of each wish, in their order: its best offer, or the rule that refuses it, or who has the time. With whom the one
/// before it is comes first among equals.
///
/// # Errors
/// What refuses all of them, whatever the time: a service that is unknown, answers that are none, a failed read.
pub async fn place(app: &App, ctx: &Ctx, tx: &mut Tx, wishes: &[Wish]) -> Result<Vec<Result<Offer>>> {
    let mut agreed: Vec<Agreed> = Vec::new();
    let mut placed = Vec::new();
    for wish in wishes {
        let mut look = wish.look(tx, ctx).await?;
        for before in &agreed {
            look.grounds.agree(before);
        }
        let mut wish = wish.clone();
        wish.preferred = wish.preferred.or(agreed.last().map(|before| before.provider_id));
        let found = match wish.offers(ctx, &look) {
            Ok(offers) => offers.into_iter().next().ok_or_else(|| taken(Whose::Provider)),
            Err(refusal @ (AppError::SlotTaken { .. } | AppError::NotBookable { .. })) => Err(refusal),
            Err(error) => return Err(error),
        };
        if let Ok(offer) = &found {
            let terms = look.grounds.provider(offer.provider_id).map(|it| it.giving.terms);
            agreed.push(Agreed {
                id: app.new_id(),
                service_id: wish.service_id,
                provider_id: offer.provider_id,
                patient_id: wish.patient_id,
                resource_ids: offer.place.resource_ids.clone(),
                group_id: offer.place.seat.map(|seat| seat.group_id),
                span: offer.span,
                guarded: terms.map_or(offer.span, |terms: Terms| terms.guarded(&offer.span)),
            });
        }
        placed.push(found);
    }
    Ok(placed)
}

/// What was booked together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BookedTogether {
    pub together: Together,
    /// In order of time.
    pub appointments: Vec<Appointment>,
    /// Those that could not be had, where they may be left out.
    pub left_out: Vec<Occurrence>,
}

/// Books all of `wanted` in one change, so that no part is ever there without the rest; with `skip`, those that can be had.
///
/// # Errors
/// [`AppError::NotAll`] with every verdict where one of them cannot be had, or with `skip` none can; else as a single booking.
pub async fn book(
    app: &App,
    ctx: &Ctx,
    wanted: &[Wanted],
    said: &Said,
    together: Together,
    skip: bool,
    once: &Once<'_, BookedTogether>,
) -> Result<BookedTogether> {
    let make = |seen: Seen<'_>| {
        let rest = skip && seen.occurrences.iter().any(Occurrence::is_free);
        if !rest && !seen.is_whole() {
            return Err(seen.refusal());
        }
        let mut change = Change::default();
        let mut appointments = Vec::new();
        for (wish, offer) in seen.offers() {
            let (one, appointment) = written(app, ctx, wish, offer, said, Some(together));
            change = change.and(one);
            appointments.push(appointment);
        }
        appointments.sort_by_key(|appointment| appointment.starts_at);
        if let Some(first) = appointments.first() {
            change
                .jobs
                .push(record::message(app, ctx, record::booked(first), &appointments));
        }
        for appointment in &mut appointments {
            for_caller(ctx, appointment);
        }
        let booked = BookedTogether {
            together,
            appointments,
            left_out: seen.occurrences.into_iter().filter(|it| !it.is_free()).collect(),
        };
        change.idempotency = once.row(&booked);
        Ok((change, booked))
    };
    match claim(app, ctx, wanted, make).await? {
        (Applied::Done, booked) => Ok(booked),
        (Applied::Replayed(stored), booked) => once.replayed(stored).map(|()| booked),
    }
}

/// What became of the wishes at one look.
pub struct Seen<'w> {
    wishes: &'w [Wish],
    placed: Vec<Result<Offer>>,
    /// Every verdict, where one of them cannot be had; else nothing.
    pub occurrences: Vec<Occurrence>,
}

impl Seen<'_> {
    /// Whether all of them can be had.
    pub fn is_whole(&self) -> bool {
        self.occurrences.is_empty()
    }

    /// Those that can be had, in order.
    pub fn offers(&self) -> impl Iterator<Item = (&Wish, &Offer)> {
        let offered = self.wishes.iter().zip(&self.placed);
        offered.filter_map(|(wish, offer)| Some((wish, offer.as_ref().ok()?)))
    }

    /// That not all of them can be had.
    pub fn refusal(self) -> AppError {
        AppError::NotAll {
            occurrences: self.occurrences,
        }
    }
}

/// Claims the offers with the one change that `make` writes for what became of the wishes, or refuses. A loss does not say which of
/// them was lost, so all of them are looked at anew.
///
/// # Errors
/// What `make` refuses, and as a single wish.
pub async fn claim<T>(
    app: &App,
    ctx: &Ctx,
    wanted: &[Wanted],
    make: impl Fn(Seen<'_>) -> Result<(Change, T)>,
) -> Result<(Applied, T)> {
    let wishes: Vec<Wish> = wanted.iter().filter_map(|each| each.wish.clone()).collect();
    let mut lost = taken(Whose::Provider);
    for _ in 0..LOOKS {
        let mut tx = app.store.read(ctx.tenant_id()).await?;
        let placed = place(app, ctx, &mut tx, &wishes).await?;
        drop(tx);
        let occurrences = if placed.iter().any(Result::is_err) || wishes.len() < wanted.len() {
            verdicts(app, ctx, wanted, &placed).await?
        } else {
            Vec::new()
        };
        let (change, outcome) = make(Seen {
            wishes: &wishes,
            placed,
            occurrences,
        })?;
        match app.store.apply(ctx.tenant_id(), ctx.now, &change).await {
            Ok(applied) => return Ok((applied, outcome)),
            Err(StoreError::Taken(whose)) => lost = taken(whose),
            Err(StoreError::LimitReached(rule)) => lost = not_bookable(rule, None),
            Err(StoreError::OpeningGone) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Err(lost)
}
