//! Bars with their numbers, drawn on the server, and the same as a table.

use askama::Template;
use askama::filters::HtmlSafe;

use crate::http::locale::Locale;

const WIDTH: i64 = 720;
const HEIGHT: i64 = 240;
/// Room for the values above and the labels below.
const TOP: i64 = 24;
const BOTTOM: i64 = 28;

/// Rows of lying bars: the height of one, and the room for its label and its value.
const ROW: i64 = 24;
const LABEL: i64 = 190;
const VALUE: i64 = 70;
/// A letter's width, roughly.
const LETTER: usize = 7;

/// One bar.
#[derive(Clone, Debug)]
pub struct Bar {
    pub label: String,
    pub value: i64,
    /// The value in words, such as `74%`.
    pub text: String,
}

impl Bar {
    pub fn new(label: impl Into<String>, value: i64, text: impl Into<String>) -> Self {
        Self {
            label: label.into(),
            value,
            text: text.into(),
        }
    }
}

/// A chart of bars over a base line, or of lying ones where their labels would not fit side by side.
#[derive(Clone, Debug, Template)]
#[template(path = "kit/chart.html")]
pub struct BarChart {
    pub l: Locale,
    /// What is shown, in a sentence.
    pub title: String,
    /// The heading of the labels and that of the values, for the table.
    pub heads: (String, String),
    pub bars: Vec<Bar>,
    /// The value of the full height; at least that of the highest bar.
    pub most: i64,
}

/// A bar in the picture's own units.
struct Drawn<'a> {
    bar: &'a Bar,
    x: i64,
    y: i64,
    width: i64,
    height: i64,
}

/// A lying bar, with where its label ends, its value begins, and their line is.
struct Lying<'a> {
    bar: &'a Bar,
    x: i64,
    y: i64,
    width: i64,
    height: i64,
    line: i64,
    label: i64,
    value: i64,
}

impl Drawn<'_> {
    fn middle(&self) -> i64 {
        self.x + self.width / 2
    }
}

impl BarChart {
    pub fn new(l: Locale, title: impl Into<String>, heads: (String, String), bars: Vec<Bar>) -> Self {
        Self {
            l,
            title: title.into(),
            heads,
            bars,
            most: 1,
        }
    }

    /// Makes `most` the full height: 100 for a share.
    #[must_use]
    pub fn most(mut self, most: i64) -> Self {
        self.most = most;
        self
    }

    /// Whether the bars lie, each in a row after its label.
    fn is_lying(&self) -> bool {
        let longest = self.bars.iter().map(|bar| bar.label.chars().count()).max().unwrap_or(0);
        i64::try_from(longest * LETTER * self.bars.len()).is_ok_and(|wide| wide > WIDTH)
    }

    fn size(&self) -> (i64, i64, i64) {
        if self.is_lying() {
            let height = ROW * self.count();
            (WIDTH, height, height)
        } else {
            (WIDTH, HEIGHT, HEIGHT - BOTTOM)
        }
    }

    fn count(&self) -> i64 {
        i64::try_from(self.bars.len()).unwrap_or(i64::MAX).max(1)
    }

    /// The value of the full height.
    fn full(&self) -> i64 {
        let highest = self.bars.iter().map(|bar| bar.value).max().unwrap_or(0);
        highest.max(self.most).max(1)
    }

    /// From the side where a line of text begins.
    fn across(&self, x: i64) -> i64 {
        if self.l.is_rtl() { WIDTH - x } else { x }
    }

    fn lying(&self) -> Vec<Lying<'_>> {
        let full = self.full();
        (0_i64..)
            .zip(&self.bars)
            .map(|(at, bar)| {
                let width = (WIDTH - LABEL - VALUE) * bar.value.max(0) / full;
                let [from, to] = [self.across(LABEL), self.across(LABEL + width)];
                Lying {
                    bar,
                    x: from.min(to),
                    y: at * ROW + ROW / 4,
                    width,
                    height: ROW / 2,
                    line: at * ROW + ROW * 2 / 3,
                    label: self.across(LABEL - 10),
                    value: self.across(LABEL + width + 8),
                }
            })
            .collect()
    }

    fn drawn(&self) -> Vec<Drawn<'_>> {
        let (count, full) = (self.count(), self.full());
        let step = WIDTH / count;
        let width = (step * 5 / 8).clamp(2, 64);
        (0_i64..)
            .zip(&self.bars)
            .map(|(at, bar)| {
                // The first bar stands where the line of text begins.
                let place = if self.l.is_rtl() { count - 1 - at } else { at };
                let height = (HEIGHT - TOP - BOTTOM) * bar.value.max(0) / full;
                Drawn {
                    bar,
                    x: place * step + (step - width) / 2,
                    y: HEIGHT - BOTTOM - height,
                    width,
                    height,
                }
            })
            .collect()
    }
}

impl HtmlSafe for BarChart {}

#[cfg(test)]
mod tests {
    use super::{Bar, BarChart, Locale, WIDTH};

    fn chart(l: Locale, label: &str) -> BarChart {
        let bars = (1..=9).map(|value| Bar::new(label, value, value.to_string()));
        BarChart::new(l, "Numbers", (String::new(), String::new()), bars.collect())
    }

    #[test]
    fn bars_lie_where_their_labels_would_not_fit_side_by_side() {
        assert!(!chart(Locale::En, "Week 1").is_lying());
        assert!(chart(Locale::En, "Prof. Dr. Leyla Aydin").is_lying());
    }

    #[test]
    fn lying_bars_begin_where_lines_begin() {
        let [english, arabic] = [Locale::En, Locale::Ar].map(|l| chart(l, "Prof. Dr. Leyla Aydin"));
        for (left, right) in english.lying().iter().zip(arabic.lying()) {
            assert_eq!(left.x, WIDTH - right.x - right.width);
            assert_eq!(left.label, WIDTH - right.label);
            assert!(left.label < left.x && left.x + left.width < left.value);
        }
    }
}
