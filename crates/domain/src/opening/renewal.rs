//! A template's openings made anew, after it was changed or when more of them are due.

use jiff::Timestamp;

use super::plan::plan;
use super::{Dates, Opening, Place, Plan};
use crate::id::OpeningId;
use crate::template::Template;

/// What making a template's openings anew comes to, before anything is done.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Renewal {
    /// Openings that the template no longer has.
    pub remove: Vec<OpeningId>,
    /// What it has and is not there; `kept` are openings of other origin, which stay in its way.
    pub plan: Plan,
    /// Openings that are there and as they should be.
    pub unchanged: usize,
}

/// Compares what `template` wants on `dates` with what is there.
///
/// An opening that was made from the template and is not as it should be is taken away, unless it has begun. One that was made or
/// changed by hand, or from another template, stays. `existing` are the provider's openings that overlap the dates, in any order.
pub fn renew(place: &Place<'_>, dates: Dates, template: &Template, now: Timestamp, existing: &[Opening]) -> Renewal {
    let is_own = |opening: &&Opening| {
        let is_due = (dates.first..=dates.last).contains(&opening.local_date) && opening.span.starts_at() > now;
        opening.template_id == Some(template.id) && is_due
    };
    let (right, wrong): (Vec<&Opening>, Vec<&Opening>) = existing
        .iter()
        .filter(is_own)
        .partition(|opening| template.wants(opening));
    let remove: Vec<OpeningId> = wrong.iter().map(|opening| opening.id).collect();
    let remaining = existing.iter().filter(|opening| !remove.contains(&opening.id));
    let mut plan = plan(place, dates, Some(template.id), now, remaining, |date| {
        template.on(date)
    });
    plan.kept.retain(|id| !right.iter().any(|opening| opening.id == *id));
    Renewal {
        remove,
        plan,
        unchanged: right.len(),
    }
}
