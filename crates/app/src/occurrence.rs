//! One of several times that are wanted together, and what can be said of it before anything is done.

use jiff::Timestamp;
use jiff::civil::Date;
use kalends_domain::id::{AppointmentId, LocationId, ProviderId};
use kalends_domain::rule::Rule;

use crate::app::App;
use crate::booking::{Offer, Wish};
use crate::ctx::Ctx;
use crate::error::{Alternative, AppError, Result};

/// Other times are looked for with the first so many that cannot be had.
const MOST_WITH_ALTERNATIVES: usize = 20;

/// A time that is wanted, with its verdict.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Occurrence {
    /// Its place among all of them, from 1.
    pub number: usize,
    /// On the calendar at the location.
    pub date: Date,
    /// Absent where the clock skips the time on that date.
    pub starts_at: Option<Timestamp>,
    /// The appointment that is moved, if one is.
    pub appointment_id: Option<AppointmentId>,
    pub verdict: Verdict,
}

/// What can be said of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    Free {
        ends_at: Timestamp,
        provider_id: ProviderId,
        location_id: LocationId,
    },
    /// By the rule of this name; or somebody else has the time.
    Refused {
        rule: String,
        /// What is free instead, around the time.
        alternatives: Vec<Alternative>,
    },
}

/// The rule by which a time is refused that the clock skips.
pub const NOT_A_TIME: &str = "not-a-time";

impl Occurrence {
    /// Whether it can be had.
    pub const fn is_free(&self) -> bool {
        matches!(self.verdict, Verdict::Free { .. })
    }
}

/// A time before it is looked at.
#[derive(Clone, Debug)]
pub(crate) struct Wanted {
    pub number: usize,
    pub date: Date,
    /// Absent where the clock skips the time on that date.
    pub wish: Option<Wish>,
    pub appointment_id: Option<AppointmentId>,
}

/// The verdict on each: `placed` are those of the wishes that there are, in their order.
///
/// # Errors
/// When other times cannot be read.
pub(crate) async fn verdicts(
    app: &App,
    ctx: &Ctx,
    wanted: &[Wanted],
    placed: &[Result<Offer>],
) -> Result<Vec<Occurrence>> {
    let mut placed = placed.iter();
    let mut looked_for = 0;
    let mut occurrences = Vec::new();
    for each in wanted {
        let found = each.wish.as_ref().and_then(|wish| Some((wish, placed.next()?)));
        let verdict = match found {
            Some((_, Ok(offer))) => Verdict::Free {
                ends_at: offer.span.ends_at(),
                provider_id: offer.provider_id,
                location_id: offer.place.location_id,
            },
            Some((wish, Err(refusal))) => {
                looked_for += 1;
                Verdict::Refused {
                    rule: rule(refusal),
                    alternatives: if looked_for > MOST_WITH_ALTERNATIVES {
                        Vec::new()
                    } else {
                        wish.alternatives(app, ctx).await?
                    },
                }
            }
            None => Verdict::Refused {
                rule: NOT_A_TIME.to_owned(),
                alternatives: Vec::new(),
            },
        };
        occurrences.push(Occurrence {
            number: each.number,
            date: each.date,
            starts_at: each.wish.as_ref().map(|wish| wish.starts_at),
            appointment_id: each.appointment_id,
            verdict,
        });
    }
    Ok(occurrences)
}

/// The name of the rule; of whatever is a conflict, [`Rule::Taken`].
fn rule(refusal: &AppError) -> String {
    match refusal {
        AppError::NotBookable { rule, .. } => rule.clone(),
        _ => Rule::Taken.name().to_owned(),
    }
}
