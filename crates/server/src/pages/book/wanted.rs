//! What a visitor has chosen so far. It stands in the address, so that going back, reloading and passing on a link all work.

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use jiff::civil::Date;
use kalends_domain::id::{DepartmentId, HoldId, LocationId, PatientId, ProviderId, ServiceId, TicketId};

use crate::pages::kit::{Action, Search};

/// The choices of a booking, none of which must have been made.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    /// Whom it is for; absent: the visitor.
    pub patient: Option<PatientId>,
    /// What staff granted them to book.
    pub ticket: Option<TicketId>,
    pub service: Option<ServiceId>,
    pub department: Option<DepartmentId>,
    /// Absent: anyone.
    pub provider: Option<ProviderId>,
    /// Absent: wherever there is time.
    pub location: Option<LocationId>,
    /// The first date that is shown.
    pub from: Option<Date>,
    pub at: Option<Pick>,
}

/// One time at one place, as a radio button sends it: `2027-01-12T09:00:00Z~<location>[~<provider>]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pick {
    pub starts_at: Timestamp,
    pub location: LocationId,
    pub provider: Option<ProviderId>,
}

/// The hold behind a confirmation page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    pub id: HoldId,
    pub token: String,
}

/// What is not readable is as good as not chosen: an old link should still open its page.
fn parsed<T: FromStr>(text: &str) -> Option<T> {
    text.trim().parse().ok()
}

impl Wanted {
    /// From the pairs of an address or of a form.
    pub fn read<'a>(get: impl Fn(&str) -> &'a str) -> Self {
        Self {
            patient: parsed(get("patient")),
            ticket: parsed(get("ticket")),
            service: parsed(get("service")),
            department: parsed(get("department")),
            provider: parsed(get("provider")),
            location: parsed(get("location")),
            from: parsed(get("from")),
            at: parsed(get("at")),
        }
    }

    /// The pairs that say all this.
    pub fn pairs(&self) -> Vec<(&'static str, String)> {
        fn text<T: fmt::Display>(value: Option<T>) -> String {
            value.map(|value| value.to_string()).unwrap_or_default()
        }
        let pairs = [
            ("patient", text(self.patient)),
            ("ticket", text(self.ticket)),
            ("service", text(self.service)),
            ("department", text(self.department)),
            ("provider", text(self.provider)),
            ("location", text(self.location)),
            ("from", text(self.from)),
            ("at", text(self.at)),
        ];
        pairs.into_iter().filter(|(_, value)| !value.is_empty()).collect()
    }

    /// The address of `path` with all this.
    pub fn address(&self, path: &str) -> String {
        address(path, &self.pairs())
    }

    /// The same for other dates.
    pub fn from(&self, date: Date) -> Self {
        Self {
            from: Some(date),
            at: None,
            ..self.clone()
        }
    }

    /// The same with this time.
    pub fn at(&self, pick: Pick) -> Self {
        Self {
            at: Some(pick),
            ..self.clone()
        }
    }

    /// Puts all this into a button's form.
    pub fn within(&self, action: Action) -> Action {
        self.pairs()
            .into_iter()
            .fold(action, |action, (name, value)| action.with(name, value))
    }
}

impl Kept {
    pub fn read<'a>(get: impl Fn(&str) -> &'a str) -> Option<Self> {
        Some(Self {
            id: parsed(get("hold"))?,
            token: Some(get("token")).filter(|token| !token.is_empty())?.to_owned(),
        })
    }

    pub fn pairs(&self) -> Vec<(&'static str, String)> {
        vec![("hold", self.id.to_string()), ("token", self.token.clone())]
    }
}

/// A path with these pairs as its query.
pub fn address(path: &str, pairs: &[(&'static str, String)]) -> String {
    let pairs: Vec<(&str, &str)> = pairs.iter().map(|(name, value)| (*name, value.as_str())).collect();
    Search::of(path).with(&pairs)
}

impl fmt::Display for Pick {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}~{}", self.starts_at, self.location)?;
        match self.provider {
            Some(provider) => write!(f, "~{provider}"),
            None => Ok(()),
        }
    }
}

impl FromStr for Pick {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let mut parts = text.split('~');
        let mut next = || parts.next().ok_or(());
        let starts_at = next()?.parse().map_err(drop)?;
        let location = next()?.parse().map_err(drop)?;
        let provider = match parts.next() {
            Some(provider) => Some(provider.parse().map_err(drop)?),
            None => None,
        };
        Ok(Self {
            starts_at,
            location,
            provider,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{Pick, Wanted};
    use crate::pages::kit::Search;

    const ID: &str = "018f3c0a-0000-7000-8000-000000000001";

    #[test]
    fn an_address_says_all_that_was_chosen() {
        let address =
            format!("/book?patient={ID}&ticket={ID}&service={ID}&from=2027%2D01%2D12&at=2027-01-12T09%3A00%3A00Z~{ID}");
        let search = Search::of(&address);
        let wanted = Wanted::read(|name| search.get(name));
        let again = Search::of(&wanted.address("/book"));
        assert!(wanted.at.is_some());
        assert_eq!(Wanted::read(|name| again.get(name)), wanted);
    }

    #[test]
    fn what_is_not_readable_is_not_chosen() {
        let search = Search::of("/book?service=1&from=tomorrow&at=2027-01-12T09:00:00Z&provider=x");
        assert_eq!(Wanted::read(|name| search.get(name)), Wanted::default());
        assert!("2027-01-12T09:00:00Z~x".parse::<Pick>().is_err());
    }
}
