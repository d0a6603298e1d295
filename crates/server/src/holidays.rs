//! The public holidays of the countries and of their regions. The build works them out with `date-holidays`, whose data rest on
//! Wikipedia's articles and are under CC BY-SA 3.0; what shows them says so.

use std::collections::HashMap;
use std::sync::LazyLock;

use jiff::ToSpan as _;
use jiff::civil::Date;
use kalends_app::closures::NewClosure;
use kalends_app::error::{AppError, Result};
use kalends_domain::id::LocationId;
use kalends_domain::time::LocalTime;
use serde::Deserialize;

/// Whose data they are.
pub const SOURCE: &str = "date-holidays, after Wikipedia (CC BY-SA 3.0)";

/// A country of which the holidays are known.
#[derive(Debug, Deserialize)]
pub struct Country {
    /// By ISO 3166-1: `DE`.
    pub code: String,
    /// By the language.
    names: HashMap<String, String>,
    /// The time zones in it.
    zones: Vec<String>,
    /// Its regions and theirs: the code, as `BY` or `BY.A`, and the name in their own language.
    pub regions: Vec<(String, String)>,
}

impl Country {
    /// In this language, or as its code.
    pub fn name(&self, language: &str) -> &str {
        self.names.get(language).unwrap_or(&self.code)
    }
}

/// A public holiday.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holiday {
    /// In the language of the place.
    pub name: String,
    /// In English, if that is another one.
    pub english: Option<String>,
    pub first: Date,
    pub last: Date,
    /// From this time of the first day on; absent: all of it.
    pub from: Option<LocalTime>,
}

impl Holiday {
    /// The closure of a location, or of all of them.
    pub fn closure(&self, location_id: Option<LocationId>) -> NewClosure {
        NewClosure {
            location_id,
            first_date: Some(self.first),
            last_date: Some(self.last),
            from_time: self.from,
            reason: Some(self.name.clone()),
            ..NewClosure::default()
        }
    }
}

#[derive(Deserialize)]
struct Calendar {
    holidays: Vec<Entry>,
}

/// A holiday on some dates in some regions.
#[derive(Deserialize)]
struct Entry {
    name: String,
    english: Option<String>,
    days: i32,
    from: Option<LocalTime>,
    dates: Vec<Date>,
    /// Where it is kept, the country as a whole being the empty code; absent: everywhere in it.
    regions: Option<Vec<String>>,
}

static COUNTRIES: LazyLock<Vec<Country>> = LazyLock::new(|| {
    let lines = kalends_assets::HOLIDAYS.lines();
    lines.filter_map(|line| serde_json::from_str(line).ok()).collect()
});

/// Every country, by its code.
pub fn countries() -> &'static [Country] {
    &COUNTRIES
}

/// The country with this code.
pub fn country(code: &str) -> Option<&'static Country> {
    COUNTRIES.iter().find(|it| it.code == code)
}

/// The country in which this time zone is.
pub fn country_in(zone: &str) -> Option<&'static Country> {
    COUNTRIES.iter().find(|it| it.zones.iter().any(|its| its == zone))
}

/// The country and the region that are asked for; with no country, the one in which this time zone is.
///
/// # Errors
/// When one of them is unknown.
pub fn place<'a>(
    code: Option<&str>,
    region: Option<&'a str>,
    zone: &str,
) -> Result<(&'static Country, Option<&'a str>)> {
    let found = match code {
        Some(code) => country(code).ok_or_else(|| AppError::field("country", "unknown")),
        None => country_in(zone).ok_or_else(|| AppError::field("country", "required")),
    }?;
    match region {
        Some(code) if found.regions.iter().all(|(its, _)| its != code) => Err(AppError::field("region", "unknown")),
        _ => Ok((found, region)),
    }
}

/// The holidays of a year, by their dates: of the whole country, or of one of its regions. None for years that are too far away.
pub fn of(country: &Country, region: Option<&str>, year: i16) -> Vec<Holiday> {
    let head = format!("{{\"code\":\"{}\"", country.code);
    let line = kalends_assets::HOLIDAYS.lines().find(|line| line.starts_with(&head));
    let Some(calendar) = line.and_then(|line| serde_json::from_str::<Calendar>(line).ok()) else {
        return Vec::new();
    };
    let region = region.unwrap_or_default();
    let mut found = Vec::new();
    for entry in calendar.holidays {
        if !entry.regions.iter().flatten().any(|its| its == region) && entry.regions.is_some() {
            continue;
        }
        for first in entry.dates.iter().filter(|date| date.year() == year) {
            found.push(Holiday {
                name: entry.name.clone(),
                english: entry.english.clone(),
                first: *first,
                last: first.saturating_add((entry.days - 1).days()),
                from: entry.from,
            });
        }
    }
    found.sort_by_key(|it| (it.first, it.last));
    // Two feasts on one day close it once.
    found.dedup_by(|later, first| {
        let same = (later.first, later.last, later.from) == (first.first, first.last, first.from);
        if same {
            first.name = format!("{} / {}", first.name, later.name);
            first.english = first
                .english
                .take()
                .zip(later.english.take())
                .map(|(a, b)| format!("{a} / {b}"));
        }
        same
    });
    found
}

#[cfg(test)]
mod tests {
    use jiff::civil::{Date, date};

    use super::{Holiday, countries, country, country_in, of};

    fn on(code: &str, region: Option<&str>, day: Date) -> Option<Holiday> {
        let all = of(country(code)?, region, day.year());
        all.into_iter().find(|it| it.first == day)
    }

    #[test]
    fn known_days_of_known_places_are_there_and_nowhere_else() {
        let name = |code, region, day| on(code, region, day).map(|it| it.name);
        let good_friday = on("DE", None, date(2027, 3, 26));
        assert_eq!(good_friday.and_then(|it| it.english).as_deref(), Some("Good Friday"));
        let assumption = date(2027, 8, 15);
        assert_eq!(
            name("DE", Some("SL"), assumption).as_deref(),
            Some("Mari\u{e4} Himmelfahrt")
        );
        assert_eq!(name("DE", Some("BE"), assumption), None);
        assert_eq!(name("DE", None, assumption), None);
        // The fourth Thursday, a feast by the moon of several days, and one that a Sunday moves.
        assert_eq!(
            name("US", Some("NY"), date(2027, 11, 25)).as_deref(),
            Some("Thanksgiving Day")
        );
        assert!(on("EG", None, date(2027, 5, 16)).is_some_and(|it| it.last == date(2027, 5, 19)));
        assert!(name("GB", Some("ENG"), date(2027, 12, 28)).is_some_and(|it| it.contains("substitute")));
        assert_eq!(name("DE", None, date(2027, 3, 25)), None);
    }

    #[test]
    fn every_place_has_holidays_next_year_and_a_name_in_every_language() {
        assert!(countries().len() > 150, "{}", countries().len());
        for it in countries() {
            for language in crate::http::locale::Locale::OFFERED {
                assert_ne!(it.name(language.code()), it.code);
            }
            assert!(!of(it, None, 2027).is_empty(), "{}", it.code);
            for (region, name) in &it.regions {
                assert!(
                    !name.is_empty() && !of(it, Some(region), 2027).is_empty(),
                    "{} {region}",
                    it.code
                );
            }
        }
    }

    #[test]
    fn two_feasts_of_one_day_are_one_holiday() {
        let egypt = country("EG").map(|it| of(it, None, 2027)).unwrap_or_default();
        let january = egypt.iter().filter(|it| it.first == date(2027, 1, 25));
        assert_eq!(
            january.map(|it| it.name.matches(" / ").count()).collect::<Vec<_>>(),
            [1]
        );
    }

    #[test]
    fn a_country_is_known_by_its_clock() {
        assert_eq!(country_in("Europe/Berlin").map(|it| it.code.as_str()), Some("DE"));
        assert!(country_in("UTC").is_none());
    }
}
