//! Why a use case did not do what it was asked. It knows no HTTP: `server/http/problem.rs` maps it to statuses.

use jiff::Timestamp;
use kalends_domain::allocation::{Owner, Whose};
use kalends_domain::appointment::WrongState;
use kalends_domain::id::{LocationId, ProviderId};
use kalends_store::error::StoreError;

use crate::idempotency::Answer;
use crate::occurrence::Occurrence;

/// The outcome of a use case.
pub type Result<T> = std::result::Result<T, AppError>;

/// Why not.
#[derive(Debug, thiserror::Error)]
pub enum AppError {
    #[error("nobody is signed in")]
    Unauthenticated,
    /// One answer for an unknown address, a wrong password and an account that may not sign in.
    #[error("the e-mail address or the password is wrong")]
    InvalidCredentials,
    #[error("this role may not do that")]
    Forbidden,
    /// Unknown, of another tenant, or not for this person to know of: all the same from outside.
    #[error("there is no such record")]
    NotFound,
    /// Fields that break a rule.
    #[error("{} field(s) are not valid", .0.len())]
    Invalid(Vec<FieldError>),
    /// A user of this tenant has the address.
    #[error("the e-mail address is taken")]
    EmailTaken,
    /// The record was changed since the caller read it.
    #[error("the record has another version by now")]
    Stale,
    /// Other records still need this one.
    #[error("the record is still in use")]
    InUse,
    /// The step does not fit the appointment's state.
    #[error(transparent)]
    WrongState(#[from] WrongState),
    /// A rule of booking says no; `rule` is its stable name.
    #[error("not bookable: {rule}")]
    NotBookable { rule: String, detail: Option<String> },
    /// Somebody else has the time.
    #[error("the time of the {whose} is taken")]
    SlotTaken {
        whose: Whose,
        alternatives: Vec<Alternative>,
    },
    /// Of several times that were to be booked or moved together, some cannot be: nothing was done.
    #[error("not every time can be had")]
    NotAll { occurrences: Vec<Occurrence> },
    /// A time that staff wanted for something else is taken, by these.
    #[error("{} thing(s) in the way", .conflicts.len())]
    Occupied { conflicts: Vec<Conflict> },
    /// The hold was used, released or has expired.
    #[error("the hold has expired")]
    HoldExpired { alternatives: Vec<Alternative> },
    /// Not a refusal: the request was answered before, and this was the answer.
    #[error("answered before")]
    Replayed(Answer),
    /// The idempotency key was used for another request.
    #[error("the idempotency key was used for another request")]
    KeyReused,
    /// Too many attempts.
    #[error("too many attempts")]
    RateLimited { retry_after_seconds: u64 },
    /// The program cannot answer now; it may in a moment.
    #[error("the database is out of reach")]
    Unavailable(#[source] StoreError),
    /// A fault of the program or its surroundings. The cause is logged once, at the boundary, and never shown.
    #[error("internal: {0}")]
    Internal(String),
}

/// A slot offered instead of one that is gone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alternative {
    pub starts_at: Timestamp,
    pub ends_at: Timestamp,
    pub time_zone: String,
    pub provider_id: ProviderId,
    pub location_id: LocationId,
}

/// What takes a time, told to staff.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Conflict {
    pub starts_at: Timestamp,
    pub ends_at: Timestamp,
    pub owner: Owner,
}

/// A field that breaks a rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldError {
    /// A JSON pointer: `/name`, `/provider_ids/0`.
    pub pointer: String,
    /// The rule's stable name; its text is `error-<code>` in the catalogues.
    pub code: &'static str,
    /// What the text needs: `("max", "200")`.
    pub params: Vec<(&'static str, String)>,
}

impl AppError {
    /// A rule of booking says no.
    pub fn rule(name: &str) -> Self {
        Self::NotBookable {
            rule: name.to_owned(),
            detail: None,
        }
    }

    /// One field that breaks a rule.
    pub fn field(name: &str, code: &'static str) -> Self {
        Self::Invalid(vec![FieldError {
            pointer: format!("/{name}"),
            code,
            params: Vec::new(),
        }])
    }
}

impl From<StoreError> for AppError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Stale => Self::Stale,
            // What was referred to was checked by the use case; whoever removed it since is the faster one.
            StoreError::ForeignKey => Self::NotFound,
            StoreError::UnknownSort(_) => Self::field("sort", "unknown-sort"),
            StoreError::NotInList(parameter) => Self::field(parameter, "not-in-this-list"),
            StoreError::Taken(whose) => Self::SlotTaken {
                whose,
                alternatives: Vec::new(),
            },
            StoreError::HoldGone => Self::HoldExpired {
                alternatives: Vec::new(),
            },
            StoreError::TicketGone => Self::rule("ticket-expired"),
            // Of appointments only a ticket is unique: another one has it.
            StoreError::Unique { table } if table == "appointments" => Self::rule("ticket-spent"),
            StoreError::TooManyHolds => Self::NotBookable {
                rule: "too-many-holds".into(),
                detail: None,
            },
            StoreError::LimitReached(rule) if rule.is_conflict() => Self::SlotTaken {
                whose: Whose::Provider,
                alternatives: Vec::new(),
            },
            StoreError::LimitReached(rule) => Self::NotBookable {
                rule: rule.name().into(),
                detail: None,
            },
            StoreError::OpeningGone => Self::NotBookable {
                rule: "outside-openings".into(),
                detail: None,
            },
            StoreError::Conflict => Self::SlotTaken {
                whose: Whose::Provider,
                alternatives: Vec::new(),
            },
            StoreError::Database(sqlx) if is_outage(&sqlx.to_string()) => Self::Unavailable(StoreError::Database(sqlx)),
            other => Self::Internal(other.to_string()),
        }
    }
}

/// Whether the database itself is out of reach, full or read-only, as opposed to a statement that is wrong.
fn is_outage(message: &str) -> bool {
    const SIGNS: [&str; 8] = [
        "pool timed out",
        "Connection refused",
        "error communicating",
        "database is locked",
        "disk is full",
        "readonly database",
        "read-only transaction",
        "shutting down",
    ];
    SIGNS.iter().any(|sign| message.contains(sign))
}
