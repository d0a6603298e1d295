//! How domain values stand in the databases: instants are `timestamptz` on PostgreSQL and microseconds on SQLite.

use jiff::{Timestamp, civil::Date};
use kalends_domain::time::Minutes;
use sqlx::encode::IsNull;
use sqlx::error::BoxDynError;
use sqlx::postgres::{PgArgumentBuffer, PgTypeInfo, PgValueRef, Postgres};
use sqlx::sqlite::{Sqlite, SqliteArgumentsBuffer, SqliteTypeInfo, SqliteValueRef};
use sqlx::{Decode, Encode, Type, ValueRef};

/// Microseconds between 1970-01-01 and 2000-01-01, where PostgreSQL's instants start.
const POSTGRES_EPOCH_MICROS: i64 = 946_684_800_000_000;
/// Where PostgreSQL's dates start.
const POSTGRES_EPOCH: Date = jiff::civil::date(2000, 1, 1);
/// PostgreSQL's first day (Julian day 0), from its epoch: whoever asks about times before it asks about all of them.
const POSTGRES_FIRST_DAY: i32 = -2_451_545;
const POSTGRES_FIRST_MICROS: i64 = POSTGRES_FIRST_DAY as i64 * 86_400_000_000;

/// A length as it is stored.
///
/// # Errors
/// The value, when it is negative.
pub fn minutes(stored: Option<i32>) -> std::result::Result<Option<Minutes>, String> {
    let length = |value: i32| u32::try_from(value).map(Minutes).map_err(|_| value.to_string());
    stored.map(length).transpose()
}

/// A number of minutes as it is stored: the columns' own rules keep it far below the largest.
pub fn stored(minutes: u32) -> i32 {
    i32::try_from(minutes).unwrap_or(i32::MAX)
}

/// An instant as a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Instant(pub Timestamp);

impl From<Instant> for Timestamp {
    fn from(instant: Instant) -> Self {
        instant.0
    }
}

impl Type<Postgres> for Instant {
    fn type_info() -> PgTypeInfo {
        PgTypeInfo::with_name("timestamptz")
    }
}

impl Encode<'_, Postgres> for Instant {
    fn encode_by_ref(&self, buf: &mut PgArgumentBuffer) -> std::result::Result<IsNull, BoxDynError> {
        let micros = self.0.as_microsecond() - POSTGRES_EPOCH_MICROS;
        <i64 as Encode<Postgres>>::encode(micros.max(POSTGRES_FIRST_MICROS), buf)
    }
}

impl<'r> Decode<'r, Postgres> for Instant {
    fn decode(value: PgValueRef<'r>) -> std::result::Result<Self, BoxDynError> {
        let micros = <i64 as Decode<Postgres>>::decode(value)?;
        Ok(Self(Timestamp::from_microsecond(micros + POSTGRES_EPOCH_MICROS)?))
    }
}

impl Type<Sqlite> for Instant {
    fn type_info() -> SqliteTypeInfo {
        <i64 as Type<Sqlite>>::type_info()
    }

    fn compatible(ty: &SqliteTypeInfo) -> bool {
        <i64 as Type<Sqlite>>::compatible(ty)
    }
}

impl Encode<'_, Sqlite> for Instant {
    fn encode_by_ref(&self, args: &mut SqliteArgumentsBuffer) -> std::result::Result<IsNull, BoxDynError> {
        <i64 as Encode<Sqlite>>::encode(self.0.as_microsecond(), args)
    }
}

impl<'r> Decode<'r, Sqlite> for Instant {
    fn decode(value: SqliteValueRef<'r>) -> std::result::Result<Self, BoxDynError> {
        Ok(Self(Timestamp::from_microsecond(<i64 as Decode<Sqlite>>::decode(
            value,
        )?)?))
    }
}

/// A calendar date as a column: `date` on PostgreSQL, `YYYY-MM-DD` on SQLite.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Day(pub Date);

impl From<Day> for Date {
    fn from(day: Day) -> Self {
        day.0
    }
}

impl Type<Postgres> for Day {
    fn type_info() -> PgTypeInfo {
        PgTypeInfo::with_name("date")
    }
}

impl Encode<'_, Postgres> for Day {
    fn encode_by_ref(&self, buf: &mut PgArgumentBuffer) -> std::result::Result<IsNull, BoxDynError> {
        let days = self.0.since(POSTGRES_EPOCH)?.get_days();
        <i32 as Encode<Postgres>>::encode(days.max(POSTGRES_FIRST_DAY), buf)
    }
}

impl<'r> Decode<'r, Postgres> for Day {
    fn decode(value: PgValueRef<'r>) -> std::result::Result<Self, BoxDynError> {
        let days = <i32 as Decode<Postgres>>::decode(value)?;
        Ok(Self(POSTGRES_EPOCH.checked_add(jiff::Span::new().try_days(days)?)?))
    }
}

impl Type<Sqlite> for Day {
    fn type_info() -> SqliteTypeInfo {
        <String as Type<Sqlite>>::type_info()
    }

    fn compatible(ty: &SqliteTypeInfo) -> bool {
        <String as Type<Sqlite>>::compatible(ty)
    }
}

impl Encode<'_, Sqlite> for Day {
    fn encode_by_ref(&self, args: &mut SqliteArgumentsBuffer) -> std::result::Result<IsNull, BoxDynError> {
        <String as Encode<Sqlite>>::encode(self.0.to_string(), args)
    }
}

impl<'r> Decode<'r, Sqlite> for Day {
    fn decode(value: SqliteValueRef<'r>) -> std::result::Result<Self, BoxDynError> {
        debug_assert!(!value.is_null(), "absent dates are Option<Day>");
        Ok(Self(<&str as Decode<Sqlite>>::decode(value)?.parse()?))
    }
}
