//! Appointments that lie outside all hours, each with the way to it.

use askama::Template;
use kalends_domain::opening::Meeting;

use super::board::Board;
use super::sheet::{clock_range, dated};
use crate::pages::kit::Tone;

/// As many as are named; the rest is a number.
const MOST: usize = 12;

/// A list of them.
#[derive(Template)]
#[template(path = "calendar/stranded.html")]
pub struct Stranded {
    title: String,
    lines: Vec<Line>,
    tone: Tone,
    more: usize,
}

/// One of them.
pub struct Line {
    when: String,
    href: String,
}

impl Stranded {
    pub fn new(title: impl Into<String>, mut lines: Vec<Line>) -> Self {
        let more = lines.len().saturating_sub(MOST);
        lines.truncate(MOST);
        Self {
            title: title.into(),
            lines,
            tone: Tone::Warning,
            more,
        }
    }
}

/// When each of them is.
pub fn lines(board: &Board, meetings: &[Meeting]) -> Vec<Line> {
    let line = |meeting: &Meeting| Line {
        when: dated(
            board.l,
            board.l.day(board.zone.date_at(meeting.span.starts_at())),
            clock_range(board.l, &board.zone, &meeting.span),
        ),
        href: board.at.page(&[("appointment", &meeting.appointment_id.to_string())]),
    };
    meetings.iter().map(line).collect()
}
