//! What a judgement says about a start.

use jiff::Timestamp;

use crate::allocation::Owner;
use crate::group::Seat;
use crate::id::{LocationId, OpeningId, ResourceId};
use crate::opening::PublishMode;
use crate::rule::Rule;
use crate::time::{Interval, Span};

/// A start that was looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    pub starts_at: Timestamp,
    pub ends_at: Timestamp,
    pub verdict: Verdict,
    /// The rules that would have refused it, had staff not set them aside.
    pub set_aside: Vec<Rule>,
}

/// Whether a start can be booked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    Offered(Place),
    /// By every one of these, at least one, in the order of [`Rule`].
    Refused(Vec<Reason>),
}

/// Where an offered start takes place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The opening in which it starts.
    pub opening_id: OpeningId,
    pub location_id: LocationId,
    /// The rooms and the equipment that are free for it, in the order of their ids.
    pub resource_ids: Vec<ResourceId>,
    /// The seat in a group, where patients share a time.
    pub seat: Option<Seat>,
}

/// Why a booking cannot be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// Somebody else has the time: another one may be free.
    Conflict,
    /// This rule, whoever else books.
    Rule(Rule),
}

impl Candidate {
    /// Where it would take place, if it is offered.
    pub const fn offered(&self) -> Option<&Place> {
        match &self.verdict {
            Verdict::Offered(place) => Some(place),
            Verdict::Refused(_) => None,
        }
    }

    /// Why it is not offered; empty if it is.
    pub fn reasons(&self) -> &[Reason] {
        match &self.verdict {
            Verdict::Offered(_) => &[],
            Verdict::Refused(reasons) => reasons,
        }
    }

    /// Why it cannot be booked, in one word: the first rule that is no mere conflict, because that one stays.
    pub fn refusal(&self) -> Option<Refusal> {
        let mut rules = self.reasons().iter().map(Reason::rule).peekable();
        rules.peek()?;
        Some(
            rules
                .find(|rule| !rule.is_conflict())
                .map_or(Refusal::Conflict, Refusal::Rule),
        )
    }
}

/// What a service needs and does not get.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Missing {
    /// Any resource of this kind.
    #[error("no {0} is free")]
    Kind(String),
    /// The one of this name.
    #[error("{0} is not free")]
    Named(String),
    /// One that is not in use at this location.
    #[error("a resource that the service needs is not in use at this location")]
    Elsewhere,
}

/// A rule that refuses a start, with what there is to say about it. Its text is for staff and logs; it names no person.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Reason {
    #[error("the service, the provider or the location is archived")]
    Archived,
    #[error("the provider does not give this service")]
    ServiceNotOffered,
    #[error("the provider takes no new patients")]
    NotAccepting,
    #[error("the ticket is for another provider")]
    TicketElsewhere,
    #[error("the service is for new patients")]
    NewPatientsOnly,
    #[error("the service is for returning patients")]
    ReturningPatientsOnly,
    #[error("the patient has {most} appointments to come, as many as one may")]
    TooManyOpen { most: u32 },
    #[error("the patient missed too many appointments and books by telephone")]
    PhoneOnly,
    #[error("it is past")]
    Past,
    #[error("the minimum notice allows starts from {earliest}")]
    LeadTime { earliest: Timestamp },
    /// Starts from `until` on are too far ahead.
    #[error("starts can be booked before {until}")]
    BookingHorizon { until: Timestamp },
    /// `open_until`: when the opening in which it starts ends; absent when it starts in none.
    #[error("{}", outside(*.open_until))]
    OutsideOpenings { open_until: Option<Timestamp> },
    #[error("starts are {} minutes apart, from {}", .interval.minutes().0, .from)]
    StartInterval { interval: Interval, from: Timestamp },
    #[error("the opening is published as {mode}, not online")]
    NotPublished { mode: PublishMode },
    /// The public may book in the opening from `from` on.
    #[error("the opening is released for booking online at {from}")]
    NotReleased { from: Timestamp },
    #[error("the opening is kept for other services")]
    ServiceNotInOpening,
    /// `rule` is one of the four caps.
    #[error("{rule}: there are {most} already, as many as may be")]
    Cap { rule: Rule, most: u32 },
    #[error("the location is closed from {} to {}", .span.starts_at(), .span.ends_at())]
    Closure { span: Span },
    #[error("the provider has time off from {} to {}", .span.starts_at(), .span.ends_at())]
    TimeOff { span: Span },
    #[error("the provider's time is blocked from {} to {}", .span.starts_at(), .span.ends_at())]
    Block { span: Span },
    /// `span` is the other's time without buffers.
    #[error("the provider has {} from {} to {}, buffers aside", taker(.by), .span.starts_at(), .span.ends_at())]
    Taken { by: Owner, span: Span },
    #[error("all {most} seats are taken")]
    SessionFull { most: u32 },
    #[error("the patient has an appointment from {} to {}", .span.starts_at(), .span.ends_at())]
    PatientOverlap { span: Span },
    #[error("{missing}")]
    NoResource { missing: Missing },
}

fn outside(open_until: Option<Timestamp>) -> String {
    match open_until {
        Some(end) => format!("the provider is open until {end} only"),
        None => "the provider is not open then".to_owned(),
    }
}

const fn taker(by: &Owner) -> &'static str {
    match by {
        Owner::Appointment(_) => "an appointment",
        Owner::Hold { .. } => "a time on hold",
        Owner::Block(_) => "a block",
        Owner::External => "something in another calendar",
    }
}

impl Reason {
    /// The rule's name.
    pub const fn rule(&self) -> Rule {
        match self {
            Self::Archived => Rule::Archived,
            Self::ServiceNotOffered => Rule::ServiceNotOffered,
            Self::NotAccepting => Rule::NotAccepting,
            Self::TicketElsewhere => Rule::TicketElsewhere,
            Self::NewPatientsOnly => Rule::NewPatientsOnly,
            Self::ReturningPatientsOnly => Rule::ReturningPatientsOnly,
            Self::TooManyOpen { .. } => Rule::TooManyOpen,
            Self::Cap { rule, .. } => *rule,
            Self::PhoneOnly => Rule::PhoneOnly,
            Self::Past => Rule::Past,
            Self::LeadTime { .. } => Rule::LeadTime,
            Self::BookingHorizon { .. } => Rule::BookingHorizon,
            Self::OutsideOpenings { .. } => Rule::OutsideOpenings,
            Self::StartInterval { .. } => Rule::StartInterval,
            Self::NotPublished { .. } => Rule::NotPublished,
            Self::NotReleased { .. } => Rule::NotReleased,
            Self::ServiceNotInOpening => Rule::ServiceNotInOpening,
            Self::Closure { .. } => Rule::Closure,
            Self::TimeOff { .. } => Rule::TimeOff,
            Self::Block { .. } => Rule::Block,
            Self::Taken { .. } => Rule::Taken,
            Self::SessionFull { .. } => Rule::SessionFull,
            Self::PatientOverlap { .. } => Rule::PatientOverlap,
            Self::NoResource { .. } => Rule::NoResource,
        }
    }
}
