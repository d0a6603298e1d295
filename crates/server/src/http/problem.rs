//! Every error of the API as a problem document (RFC 9457). The one place that knows which error is which status.

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use kalends_app::error::{Alternative, AppError, Conflict, FieldError};
use kalends_app::occurrence::{Occurrence, Verdict};
use kalends_domain::allocation::{Owner, Whose};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// A problem document.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Problem {
    /// A stable URN that ends in the problem's name, such as `urn:kalends:problem:slot-taken`.
    #[serde(rename = "type")]
    pub kind: String,
    pub title: &'static str,
    pub status: u16,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// Fields that break a rule.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<ProblemField>,
    /// The rule of booking that said no.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rule: Option<String>,
    /// Slots that are free instead.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub alternatives: Option<Vec<ProblemAlternative>>,
    /// Every time that was wanted together with others, with its verdict.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub occurrences: Option<Vec<OccurrenceView>>,
    /// What is in the way of a block.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub conflicts: Option<Vec<ProblemConflict>>,
    #[serde(skip)]
    pub retry_after_seconds: Option<u64>,
}

/// A field that breaks a rule.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ProblemField {
    /// A JSON pointer into the request.
    pub pointer: String,
    /// The rule's stable name.
    pub code: &'static str,
    pub detail: String,
}

/// A free slot.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ProblemAlternative {
    #[schema(value_type = String, format = DateTime)]
    pub starts_at: jiff::Timestamp,
    #[schema(value_type = String, format = DateTime)]
    pub ends_at: jiff::Timestamp,
    pub time_zone: String,
    pub provider_id: Uuid,
    pub location_id: Uuid,
}

impl From<Alternative> for ProblemAlternative {
    fn from(slot: Alternative) -> Self {
        Self {
            starts_at: slot.starts_at,
            ends_at: slot.ends_at,
            time_zone: slot.time_zone,
            provider_id: slot.provider_id.uuid(),
            location_id: slot.location_id.uuid(),
        }
    }
}

/// One of several times that are wanted together, and whether it can be had.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct OccurrenceView {
    /// From 1.
    number: usize,
    /// On the calendar at the location.
    #[schema(value_type = String, format = Date)]
    date: jiff::civil::Date,
    /// Null where the clock skips the time on that date.
    #[schema(value_type = Option<String>, format = DateTime)]
    starts_at: Option<jiff::Timestamp>,
    /// The appointment that is moved, if one is.
    appointment_id: Option<Uuid>,
    free: bool,
    #[schema(value_type = Option<String>, format = DateTime)]
    ends_at: Option<jiff::Timestamp>,
    /// With whom and where it can be had.
    provider_id: Option<Uuid>,
    location_id: Option<Uuid>,
    /// Why it cannot be had: a rule's name, `taken` where somebody else has the time, or `not-a-time`.
    rule: Option<String>,
    /// What is free instead, around the time.
    alternatives: Vec<ProblemAlternative>,
}

impl From<Occurrence> for OccurrenceView {
    fn from(it: Occurrence) -> Self {
        let free = it.is_free();
        let (number, date, starts_at) = (it.number, it.date, it.starts_at);
        let appointment_id = it.appointment_id.map(|id| id.uuid());
        let (ends_at, provider_id, location_id, rule, alternatives) = match it.verdict {
            Verdict::Free {
                ends_at,
                provider_id,
                location_id,
            } => (
                Some(ends_at),
                Some(provider_id.uuid()),
                Some(location_id.uuid()),
                None,
                Vec::new(),
            ),
            Verdict::Refused { rule, alternatives } => (None, None, None, Some(rule), alternatives),
        };
        Self {
            number,
            date,
            starts_at,
            appointment_id,
            free,
            ends_at,
            provider_id,
            location_id,
            rule,
            alternatives: alternatives.into_iter().map(Into::into).collect(),
        }
    }
}

/// Something that takes a time.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ProblemConflict {
    /// `appointment`, `hold`, `block` or `external`.
    pub kind: &'static str,
    #[schema(value_type = String, format = DateTime)]
    pub starts_at: jiff::Timestamp,
    #[schema(value_type = String, format = DateTime)]
    pub ends_at: jiff::Timestamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub appointment_id: Option<Uuid>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub block_id: Option<Uuid>,
}

impl From<Conflict> for ProblemConflict {
    fn from(it: Conflict) -> Self {
        let (appointment_id, block_id) = match it.owner {
            Owner::Appointment(id) => (Some(id.uuid()), None),
            Owner::Block(id) => (None, Some(id.uuid())),
            Owner::Hold { .. } | Owner::External => (None, None),
        };
        Self {
            kind: it.owner.kind(),
            starts_at: it.starts_at,
            ends_at: it.ends_at,
            appointment_id,
            block_id,
        }
    }
}

impl Problem {
    /// A problem by its name, which ends its type.
    pub fn new(status: StatusCode, name: &str, title: &'static str) -> Self {
        Self {
            kind: format!("urn:kalends:problem:{name}"),
            title,
            status: status.as_u16(),
            detail: None,
            errors: Vec::new(),
            rule: None,
            alternatives: None,
            occurrences: None,
            conflicts: None,
            retry_after_seconds: None,
        }
    }

    /// The same problem with an explanation of this occurrence.
    #[must_use]
    pub fn with_detail(mut self, detail: impl Into<String>) -> Self {
        self.detail = Some(detail.into());
        self
    }
}

/// How a handler of the API fails: with a problem, or by answering what was answered before.
pub enum Failure {
    Problem(Box<Problem>),
    Replay(kalends_app::idempotency::Answer),
}

impl From<Problem> for Failure {
    fn from(problem: Problem) -> Self {
        Self::Problem(Box::new(problem))
    }
}

impl From<AppError> for Failure {
    fn from(error: AppError) -> Self {
        use StatusCode as S;
        let problem = match error {
            AppError::Replayed(answer) => return Self::Replay(answer),
            AppError::Unauthenticated => Problem::new(S::UNAUTHORIZED, "unauthenticated", "Sign in first"),
            AppError::InvalidCredentials => Problem::new(
                S::UNAUTHORIZED,
                "invalid-credentials",
                "The e-mail address or the password is wrong",
            ),
            AppError::Forbidden => Problem::new(S::FORBIDDEN, "forbidden", "This role may not do that"),
            AppError::NotFound => Problem::new(S::NOT_FOUND, "not-found", "There is no such record"),
            AppError::Invalid(fields) => invalid(fields),
            AppError::EmailTaken => Problem::new(
                S::UNPROCESSABLE_ENTITY,
                "email-taken",
                "An account with this e-mail address exists",
            ),
            AppError::Stale => Problem::new(S::PRECONDITION_FAILED, "stale", "The record was changed meanwhile"),
            AppError::InUse => Problem::new(S::CONFLICT, "in-use", "The record is still in use"),
            AppError::WrongState(wrong) => {
                Problem::new(S::CONFLICT, "wrong-state", "The appointment is in another state")
                    .with_detail(wrong.to_string())
            }
            AppError::NotBookable { rule, detail } => Problem {
                rule: Some(rule),
                detail,
                ..Problem::new(S::UNPROCESSABLE_ENTITY, "not-bookable", "A rule says no")
            },
            // The patient's own time is theirs to sort out: nobody else was faster.
            AppError::SlotTaken {
                whose: Whose::Patient, ..
            } => Problem {
                rule: Some("patient-overlap".into()),
                ..Problem::new(S::UNPROCESSABLE_ENTITY, "not-bookable", "A rule says no")
            },
            AppError::SlotTaken {
                whose: Whose::Resource,
                alternatives,
            } => with_alternatives(
                Problem::new(S::CONFLICT, "slot-taken", "Someone just took this time")
                    .with_detail("A room or equipment that the service needs is taken"),
                alternatives,
            ),
            AppError::SlotTaken { alternatives, .. } => with_alternatives(
                Problem::new(S::CONFLICT, "slot-taken", "Someone just took this time"),
                alternatives,
            ),
            AppError::NotAll { occurrences } => Problem {
                occurrences: Some(occurrences.into_iter().map(Into::into).collect()),
                ..Problem::new(
                    S::CONFLICT,
                    "not-all-free",
                    "Not every time can be had, so nothing was done",
                )
            },
            AppError::Occupied { conflicts } => Problem {
                conflicts: Some(conflicts.into_iter().map(Into::into).collect()),
                ..Problem::new(S::CONFLICT, "slot-taken", "Something is in the way")
            },
            AppError::HoldExpired { alternatives } => with_alternatives(
                Problem::new(S::CONFLICT, "hold-expired", "The hold has expired"),
                alternatives,
            ),
            AppError::KeyReused => Problem::new(
                S::UNPROCESSABLE_ENTITY,
                "idempotency-key-reused",
                "The idempotency key was used for another request",
            ),
            AppError::RateLimited { retry_after_seconds } => Problem {
                retry_after_seconds: Some(retry_after_seconds),
                ..Problem::new(S::TOO_MANY_REQUESTS, "rate-limited", "Too many attempts; wait a moment")
            },
            AppError::Unavailable(cause) => {
                tracing::error!(%cause, "the database is out of reach");
                Problem {
                    retry_after_seconds: Some(2),
                    ..Problem::new(S::SERVICE_UNAVAILABLE, "unavailable", "Not available at the moment")
                }
            }
            AppError::Internal(cause) => {
                tracing::error!(cause, "a request failed");
                Problem::new(S::INTERNAL_SERVER_ERROR, "internal", "Something went wrong on our side")
            }
        };
        problem.into()
    }
}

impl From<kalends_store::error::StoreError> for Failure {
    fn from(error: kalends_store::error::StoreError) -> Self {
        AppError::from(error).into()
    }
}

fn with_alternatives(mut problem: Problem, alternatives: Vec<Alternative>) -> Problem {
    problem.alternatives = Some(alternatives.into_iter().map(Into::into).collect());
    problem
}

fn invalid(fields: Vec<FieldError>) -> Problem {
    let not_yet = fields.iter().any(|field| field.code == "not-yet");
    let (name, title) = if not_yet {
        ("not-yet", "This does not exist yet")
    } else {
        ("invalid", "Some fields break a rule")
    };
    let errors = fields
        .into_iter()
        .map(|FieldError { pointer, code, params }| {
            let limits: Vec<String> = params.iter().map(|(name, value)| format!("{name} {value}")).collect();
            let words = code.replace('-', " ");
            let detail = if limits.is_empty() {
                words
            } else {
                format!("{words}: {}", limits.join(", "))
            };
            ProblemField { pointer, code, detail }
        })
        .collect();
    Problem {
        errors,
        ..Problem::new(StatusCode::UNPROCESSABLE_ENTITY, name, title)
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let retry_after = self.retry_after_seconds;
        let mut response = (status, Json(self)).into_response();
        let headers = response.headers_mut();
        headers.insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/problem+json"),
        );
        if status == StatusCode::UNAUTHORIZED {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        if let Some(seconds) = retry_after {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        match self {
            Self::Problem(problem) => problem.into_response(),
            Self::Replay(answer) => {
                let status = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::OK);
                let json = [(header::CONTENT_TYPE, HeaderValue::from_static("application/json"))];
                (status, json, answer.body).into_response()
            }
        }
    }
}

/// What a handler of the API returns.
pub type ApiResult<T> = Result<T, Failure>;
