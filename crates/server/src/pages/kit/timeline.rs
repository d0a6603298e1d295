//! A day on a grid of five-minute rows: one provider, or several side by side.

use askama::Template;
use askama::filters::HtmlSafe;
use jiff::civil::Time;

use super::status::Status;
use crate::http::locale::Locale;

const ROW_MINUTES: i32 = 5;

/// A stretch of a day. `from` and `to` are the clock's times on that day.
#[derive(Clone, Debug)]
pub struct Span {
    pub from: Time,
    /// Midnight is the end of the day.
    pub to: Time,
    /// What stands there; none for open time as such, the white ground beneath.
    pub status: Option<Status>,
    pub title: String,
    pub text: String,
    pub href: String,
}

impl Span {
    /// Open time.
    pub fn open(from: Time, to: Time) -> Self {
        Self {
            from,
            to,
            status: None,
            title: String::new(),
            text: String::new(),
            href: String::new(),
        }
    }

    /// An appointment, a hold, a block or a free time.
    pub fn entry(from: Time, to: Time, status: Status, title: impl Into<String>) -> Self {
        Self {
            status: Some(status),
            title: title.into(),
            ..Self::open(from, to)
        }
    }

    #[must_use]
    pub fn text(mut self, text: impl Into<String>) -> Self {
        self.text = text.into();
        self
    }

    #[must_use]
    pub fn href(mut self, href: impl Into<String>) -> Self {
        self.href = href.into();
        self
    }
}

/// A column: a provider's day, or one day of a week.
#[derive(Clone, Debug, Default)]
pub struct Lane {
    pub title: String,
    pub text: String,
    pub href: String,
    pub spans: Vec<Span>,
    /// The clock's time at the place, if it is this column's day.
    pub now: Option<Time>,
}

/// An entry in its place. Those at the same time stand beside each other, each in its share of the column.
struct Placed<'a> {
    span: &'a Span,
    status: Status,
    place: usize,
    share: String,
}

impl Lane {
    pub fn new(title: impl Into<String>, text: impl Into<String>, spans: Vec<Span>) -> Self {
        Self {
            title: title.into(),
            text: text.into(),
            href: String::new(),
            spans,
            now: None,
        }
    }

    #[must_use]
    pub fn href(mut self, href: impl Into<String>) -> Self {
        self.href = href.into();
        self
    }

    #[must_use]
    pub fn now(mut self, now: Option<Time>) -> Self {
        self.now = now;
        self
    }

    fn open(&self) -> impl Iterator<Item = &Span> {
        self.spans.iter().filter(|span| span.status.is_none())
    }

    fn entries(&self) -> Vec<Placed<'_>> {
        let mut entries: Vec<(&Span, Status)> = self
            .spans
            .iter()
            .filter_map(|span| Some((span, span.status?)))
            .collect();
        entries.sort_by_key(|(span, _)| (minutes(span.from), end_minutes(span)));
        let mut placed: Vec<Placed<'_>> = Vec::new();
        // The columns' ends in the present run of entries that overlap, and where that run begins.
        let (mut ends, mut run): (Vec<i32>, usize) = (Vec::new(), 0);
        for (span, status) in entries {
            let from = minutes(span.from);
            if ends.iter().all(|end| *end <= from) {
                share(&mut placed[run..], ends.len());
                run = placed.len();
                ends.clear();
            }
            let end = end_minutes(span).max(from + ROW_MINUTES);
            let place = ends.iter().position(|end| *end <= from).unwrap_or(ends.len());
            match ends.get_mut(place) {
                Some(last) => *last = end,
                None => ends.push(end),
            }
            placed.push(Placed {
                span,
                status,
                place,
                share: String::new(),
            });
        }
        share(&mut placed[run..], ends.len());
        placed
    }
}

/// The most entries that stand beside each other; more than so many lie over the last.
const MOST_BESIDE: usize = 4;

fn share(run: &mut [Placed<'_>], columns: usize) {
    let columns = columns.min(MOST_BESIDE);
    for entry in run.iter_mut().filter(|_| columns > 1) {
        entry.share = format!(" share-{columns}-{}", entry.place.min(columns - 1) + 1);
    }
}

/// The grid.
#[derive(Clone, Debug, Template)]
#[template(path = "kit/timeline.html")]
pub struct Timeline {
    pub l: Locale,
    /// What is shown, for screen readers.
    pub label: String,
    /// The first and the last hour shown, 0 to 24.
    pub from_hour: i32,
    pub to_hour: i32,
    pub lanes: Vec<Lane>,
    /// The clock's time at the place, if the day is today.
    pub now: Option<Time>,
}

impl Timeline {
    /// A grid just long enough for what is on it, and from 8 to 18 at least.
    pub fn new(l: Locale, label: impl Into<String>, lanes: Vec<Lane>) -> Self {
        let spans = || lanes.iter().flat_map(|lane| &lane.spans);
        let from_hour = spans().map(|span| minutes(span.from) / 60).min().unwrap_or(8).min(8);
        let to_hour = spans()
            .map(|span| (end_minutes(span) + 59) / 60)
            .max()
            .unwrap_or(18)
            .max(18);
        Self {
            l,
            label: label.into(),
            from_hour,
            to_hour,
            lanes,
            now: None,
        }
    }

    #[must_use]
    pub fn now(mut self, now: Option<Time>) -> Self {
        self.now = now;
        self
    }

    fn hours(&self) -> Vec<(i32, String)> {
        (self.from_hour..self.to_hour)
            .map(|hour| ((hour - self.from_hour) * 60 / ROW_MINUTES + 1, format!("{hour:02}:00")))
            .collect()
    }

    fn rows(&self) -> i32 {
        (self.to_hour - self.from_hour) * 60 / ROW_MINUTES
    }

    /// The classes that put a stretch in its place.
    fn place(&self, span: &Span) -> String {
        let from = (minutes(span.from) - self.from_hour * 60).max(0);
        let to = (end_minutes(span) - self.from_hour * 60).min(self.rows() * ROW_MINUTES);
        let (row, length) = (from / ROW_MINUTES + 1, (to - from) / ROW_MINUTES);
        format!("row-start-{row} row-span-{}", length.max(1))
    }

    fn now_row(&self, lane: &Lane) -> Option<i32> {
        let row = (minutes(lane.now.or(self.now)?) - self.from_hour * 60) / ROW_MINUTES + 1;
        (1..=self.rows()).contains(&row).then_some(row)
    }

    /// Whether a stretch has room for one line only.
    fn is_short(&self, span: &Span) -> bool {
        end_minutes(span) - minutes(span.from) < 20
    }

    /// Whether a stretch is long enough for a second line.
    fn has_room(&self, span: &Span) -> bool {
        end_minutes(span) - minutes(span.from) >= 25
    }

    /// A column's place, after the hours.
    fn column(&self, index0: &usize) -> usize {
        index0 + 2
    }
}

fn minutes(time: Time) -> i32 {
    i32::from(time.hour()) * 60 + i32::from(time.minute())
}

fn end_minutes(span: &Span) -> i32 {
    match minutes(span.to) {
        0 => 24 * 60,
        end => end,
    }
}

impl HtmlSafe for Timeline {}

#[cfg(test)]
mod tests {
    use jiff::civil::time;

    use super::{Lane, Span};
    use crate::pages::kit::Status;

    #[test]
    fn entries_at_the_same_time_share_the_column() {
        let entry = |from: (i8, i8), to: (i8, i8)| {
            Span::entry(time(from.0, from.1, 0, 0), time(to.0, to.1, 0, 0), Status::Booked, "")
        };
        let spans = vec![
            entry((9, 0), (10, 0)),
            entry((9, 30), (10, 30)),
            entry((10, 0), (10, 30)),
            entry((10, 30), (11, 0)),
        ];
        let lane = Lane::new("", "", spans);
        let shares: Vec<String> = lane.entries().into_iter().map(|entry| entry.share).collect();
        assert_eq!(shares, [" share-2-1", " share-2-2", " share-2-1", ""]);
    }
}
