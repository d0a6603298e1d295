//! Arguments of a statement, for whichever database it runs on.

use jiff::{Timestamp, civil::Date};
use kalends_domain::id;
use sqlx::error::BoxDynError;
use sqlx::postgres::{PgArguments, Postgres};
use sqlx::sqlite::{Sqlite, SqliteArguments};
use sqlx::types::Json;
use sqlx::{Arguments, Encode, Type};
use uuid::Uuid;

use crate::value::{Day, Instant};

/// The arguments collected so far.
pub enum Args {
    Postgres(PgArguments),
    Sqlite(SqliteArguments),
}

impl Args {
    fn add<T>(&mut self, value: T) -> Result<(), BoxDynError>
    where
        T: for<'q> Encode<'q, Postgres> + Type<Postgres> + for<'q> Encode<'q, Sqlite> + Type<Sqlite> + Send,
    {
        match self {
            Self::Postgres(args) => args.add(value),
            Self::Sqlite(args) => args.add(value),
        }
    }
}

/// A value that can stand for `$n` on both databases.
pub trait Bind {
    /// Appends the value.
    ///
    /// # Errors
    /// When the value cannot be represented in a column, such as a date out of range.
    fn bind(self, args: &mut Args) -> Result<(), BoxDynError>;
}

macro_rules! bind_as {
    ($($from:ty => |$value:ident| $to:expr;)+) => {$(
        impl Bind for $from {
            fn bind(self, args: &mut Args) -> Result<(), BoxDynError> {
                let $value = self;
                args.add($to)
            }
        }
        impl Bind for Option<$from> {
            fn bind(self, args: &mut Args) -> Result<(), BoxDynError> {
                args.add(self.map(|$value| $to))
            }
        }
    )+};
}

bind_as! {
    bool => |value| value;
    i32 => |value| value;
    i64 => |value| value;
    u32 => |value| i64::from(value);
    Uuid => |value| value;
    String => |value| value;
    &str => |value| value.to_owned();
    &String => |value| value.clone();
    Vec<u8> => |value| value;
    &[u8] => |value| value.to_vec();
    Timestamp => |value| Instant(value);
    Date => |value| Day(value);
    serde_json::Value => |value| Json(value);
    &serde_json::Value => |value| Json(value.clone());
    id::TenantId => |value| value.uuid();
    id::UserId => |value| value.uuid();
    id::MembershipId => |value| value.uuid();
    id::SessionId => |value| value.uuid();
    id::LocationId => |value| value.uuid();
    id::DepartmentId => |value| value.uuid();
    id::TemplateId => |value| value.uuid();
    id::ResourceId => |value| value.uuid();
    id::ProviderId => |value| value.uuid();
    id::ServiceId => |value| value.uuid();
    id::PatientId => |value| value.uuid();
    id::ProxyId => |value| value.uuid();
    id::TicketId => |value| value.uuid();
    id::QuestionId => |value| value.uuid();
    id::OpeningId => |value| value.uuid();
    id::AllocationId => |value| value.uuid();
    id::GroupId => |value| value.uuid();
    id::SeriesId => |value| value.uuid();
    id::VisitId => |value| value.uuid();
    id::WaitlistEntryId => |value| value.uuid();
    id::WaitlistOfferId => |value| value.uuid();
    id::HoldId => |value| value.uuid();
    id::BlockId => |value| value.uuid();
    id::ClosureId => |value| value.uuid();
    id::AppointmentId => |value| value.uuid();
    id::JobId => |value| value.uuid();
    id::AuditEntryId => |value| value.uuid();
}
