//! Dates, times, numbers and lists as a language writes them. Digits are Latin everywhere, and times are read on a
//! 24-hour clock: a table of times must line up, and one clinic's languages must agree on what is written on the door.

use std::sync::LazyLock;

use fluent_bundle::FluentValue;
use icu::calendar::types::Weekday as IcuWeekday;
use icu::calendar::week::WeekInformation;
use icu::calendar::{Date as IcuDate, Gregorian};
use icu::collator::options::CollatorOptions;
use icu::collator::{Collator, CollatorBorrowed};
use icu::datetime::FixedCalendarDateTimeFormatter;
use icu::datetime::fieldsets::{E, MD, MDE, YM, YMD, YMDE};
use icu::decimal::DecimalFormatter;
use icu::list::ListFormatter;
use icu::list::options::ListFormatterOptions;
use icu::locale::Locale as IcuLocale;
use jiff::civil::{Date, DateTime, Time, Weekday};

use super::Locale;

type Dates<F> = FixedCalendarDateTimeFormatter<Gregorian, F>;

/// The formatters of one language.
struct Formats {
    date_long: Dates<YMDE>,
    date: Dates<YMDE>,
    date_plain: Dates<YMD>,
    day: Dates<MDE>,
    day_long: Dates<MDE>,
    day_month: Dates<MD>,
    month: Dates<YM>,
    weekday_long: Dates<E>,
    weekday_short: Dates<E>,
    number: DecimalFormatter,
    list: ListFormatter,
    collator: CollatorBorrowed<'static>,
    first_weekday: Weekday,
}

static FORMATS: LazyLock<[Option<Formats>; 8]> = LazyLock::new(|| {
    Locale::ALL.map(|locale| {
        Formats::new(locale)
            .inspect_err(|error| tracing::error!(language = locale.code(), %error, "no formats for this language"))
            .ok()
    })
});

impl Formats {
    fn new(locale: Locale) -> Result<Self, Box<dyn std::error::Error>> {
        // English as most of the world writes it: day before month, weeks from Monday.
        let tag: IcuLocale = match locale {
            Locale::En => "en-GB-u-nu-latn",
            Locale::Es => "es-u-nu-latn",
            Locale::De => "de-u-nu-latn",
            Locale::Fr => "fr-u-nu-latn",
            Locale::Pt => "pt-u-nu-latn",
            Locale::Ar => "ar-u-nu-latn",
            Locale::Zh => "zh-u-nu-latn",
            Locale::Hi => "hi-u-nu-latn",
        }
        .parse()?;
        let p = || (&tag).into();
        // Arabic has no shorter names of months: what is shorter there is numbers, which read the other way round.
        let (date, date_plain) = match locale {
            Locale::Ar => (YMDE::long(), YMD::long()),
            _ => (YMDE::medium(), YMD::medium()),
        };
        Ok(Self {
            date_long: Dates::try_new(p(), YMDE::long())?,
            date: Dates::try_new(p(), date)?,
            date_plain: Dates::try_new(p(), date_plain)?,
            day: Dates::try_new(p(), MDE::medium())?,
            day_long: Dates::try_new(p(), MDE::long())?,
            day_month: Dates::try_new(p(), MD::medium())?,
            month: Dates::try_new(p(), YM::long())?,
            weekday_long: Dates::try_new(p(), E::long())?,
            weekday_short: Dates::try_new(p(), E::short())?,
            number: DecimalFormatter::try_new((&tag).into(), Default::default())?,
            list: ListFormatter::try_new_and((&tag).into(), ListFormatterOptions::default())?,
            collator: Collator::try_new((&tag).into(), CollatorOptions::default())?,
            first_weekday: match WeekInformation::try_new((&tag).into())?.first_weekday {
                IcuWeekday::Saturday => Weekday::Saturday,
                IcuWeekday::Sunday => Weekday::Sunday,
                _ => Weekday::Monday,
            },
        })
    }
}

/// ICU's date, or none outside its range (which is wider than jiff's).
fn icu(date: Date) -> Option<IcuDate<Gregorian>> {
    let (month, day) = (date.month().unsigned_abs(), date.day().unsigned_abs());
    IcuDate::try_new_gregorian(i32::from(date.year()), month, day).ok()
}

impl Locale {
    fn formats(self) -> Option<&'static Formats> {
        FORMATS[self.index()].as_ref()
    }

    /// Writes a date with one of the formatters, or as ISO 8601 if that cannot be.
    fn write(self, date: Date, how: impl Fn(&'static Formats, &IcuDate<Gregorian>) -> String) -> String {
        match (self.formats(), icu(date)) {
            (Some(formats), Some(icu)) => how(formats, &icu),
            _ => date.to_string(),
        }
    }

    /// `Tuesday, 12 January 2027`.
    pub fn date_long(self, date: Date) -> String {
        self.write(date, |f, d| f.date_long.format(d).to_string())
    }

    /// `Tue, 12 Jan 2027`.
    pub fn date(self, date: Date) -> String {
        self.write(date, |f, d| f.date.format(d).to_string())
    }

    /// `12 Jan 2027`, for dates whose weekday does not matter, as a birth date.
    pub fn date_plain(self, date: Date) -> String {
        self.write(date, |f, d| f.date_plain.format(d).to_string())
    }

    /// `Tue 12 Jan`: a day near by.
    pub fn day(self, date: Date) -> String {
        self.write(date, |f, d| f.day.format(d).to_string())
    }

    /// `Tuesday 12 January`.
    pub fn day_long(self, date: Date) -> String {
        self.write(date, |f, d| f.day_long.format(d).to_string())
    }

    /// `12 Jan`.
    pub fn day_month(self, date: Date) -> String {
        self.write(date, |f, d| f.day_month.format(d).to_string())
    }

    /// `January 2027`.
    pub fn month(self, date: Date) -> String {
        self.write(date, |f, d| f.month.format(d).to_string())
    }

    /// `12–16 Jan 2027`, `29 Jan – 4 Feb 2027`, or both dates in full where they are in different years.
    pub fn date_range(self, from: Date, to: Date) -> String {
        if from == to {
            return self.date(from);
        }
        let end = self.date_plain(to);
        let after_day = end.strip_prefix(&to.day().to_string());
        let day_leads = after_day.is_some_and(|rest| !rest.starts_with(|next: char| next.is_ascii_digit()));
        self.isolated(if from.year() != to.year() {
            format!("{} – {end}", self.date_plain(from))
        } else if from.month() == to.month() && day_leads {
            format!("{}–{end}", from.day())
        } else {
            format!("{} – {end}", self.day_month(from))
        })
    }

    /// `Tuesday`.
    pub fn weekday(self, weekday: Weekday) -> String {
        self.write(a(weekday), |f, d| f.weekday_long.format(d).to_string())
    }

    /// `Tue`.
    pub fn weekday_short(self, weekday: Weekday) -> String {
        self.write(a(weekday), |f, d| f.weekday_short.format(d).to_string())
    }

    pub fn first_weekday(self) -> Weekday {
        self.formats().map_or(Weekday::Monday, |f| f.first_weekday)
    }

    /// The seven weekdays in the order of a calendar.
    pub fn weekdays(self) -> [Weekday; 7] {
        let first = self.first_weekday();
        [0, 1, 2, 3, 4, 5, 6].map(|days| first.wrapping_add(days))
    }

    /// `09:30`.
    pub fn time(self, time: Time) -> String {
        time.strftime("%H:%M").to_string()
    }

    /// `09:30–10:00`, which stays in this order in a right-to-left line.
    pub fn time_range(self, from: Time, to: Time) -> String {
        let range = format!("{}–{}", self.time(from), self.time(to));
        if self.is_rtl() {
            format!("\u{2066}{range}\u{2069}")
        } else {
            range
        }
    }

    /// `Tue 12 Jan, 09:30`.
    pub fn day_time(self, at: DateTime) -> String {
        self.joined(self.day(at.date()), self.time(at.time()))
    }

    /// `Tue, 12 Jan 2027, 09:30`.
    pub fn date_time(self, at: DateTime) -> String {
        self.joined(self.date(at.date()), self.time(at.time()))
    }

    /// `Tuesday 12 January, 09:30–10:00`.
    pub fn day_time_range(self, from: DateTime, to: DateTime) -> String {
        self.joined(self.day_long(from.date()), self.time_range(from.time(), to.time()))
    }

    fn joined(self, date: String, time: String) -> String {
        let joined = self.tf("format-date-time", &[("date", date.into()), ("time", time.into())]);
        // Its parts are isolated, so that a sentence around them would not see which way they run.
        if self.is_rtl() {
            format!("\u{200F}{joined}")
        } else {
            joined
        }
    }

    /// `1,234`.
    pub fn number(self, number: impl Into<i64>) -> String {
        let number = number.into();
        self.formats()
            .map_or_else(|| number.to_string(), |f| f.number.format_to_string(&number.into()))
    }

    /// `74%` for 74.
    pub fn percent(self, percent: impl Into<i64>) -> String {
        self.tf("format-percent", &[("n", self.number(percent).into())])
    }

    /// `45 min`, `1 h 30 min`.
    pub fn minutes(self, minutes: impl Into<i64>) -> String {
        let minutes = minutes.into();
        let args: [(&str, FluentValue<'_>); 2] = [("hours", (minutes / 60).into()), ("minutes", (minutes % 60).into())];
        match (minutes / 60, minutes % 60) {
            (0, _) => self.tf("format-minutes", &args),
            (_, 0) => self.tf("format-hours", &args),
            _ => self.tf("format-hours-minutes", &args),
        }
    }

    /// `today`, `tomorrow`, `in 3 days`, `2 days ago`: how far `date` is from `today`.
    pub fn days_away(self, today: Date, date: Date) -> String {
        let days = i64::from((date - today).get_days());
        match days {
            0 => self.t("format-today"),
            1 => self.t("format-tomorrow"),
            -1 => self.t("format-yesterday"),
            2.. => self.tf("format-days-ahead", &[("n", days.into())]),
            _ => self.tf("format-days-ago", &[("n", (-days).into())]),
        }
    }

    /// `Cardiology, Dermatology and Surgery`.
    pub fn list<S: AsRef<str>>(self, items: &[S]) -> String {
        let items: Vec<&str> = items.iter().map(AsRef::as_ref).collect();
        match self.formats() {
            Some(formats) => formats.list.format_to_string(items.iter()),
            None => items.join(", "),
        }
    }

    /// Puts things in the order in which this language's readers look for their names.
    pub fn sort_by_name<T>(self, items: &mut [T], name: impl Fn(&T) -> &str) {
        items.sort_by(|one, other| match self.formats() {
            Some(formats) => formats.collator.compare(name(one), name(other)),
            None => name(one).cmp(name(other)),
        });
    }

    fn isolated(self, text: String) -> String {
        if self.is_rtl() {
            format!("\u{2067}{text}\u{2069}")
        } else {
            text
        }
    }
}

/// Some day of this name.
fn a(weekday: Weekday) -> Date {
    const MONDAY: Date = jiff::civil::date(2024, 1, 1);
    MONDAY.saturating_add(jiff::Span::new().days(weekday.to_monday_zero_offset()))
}
