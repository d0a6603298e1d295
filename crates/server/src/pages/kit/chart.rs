//! Bars with their numbers, drawn on the server, and the same as a table.

use askama::Template;
use askama::filters::HtmlSafe;

use crate::http::locale::Locale;

const WIDTH: i64 = 720;
const HEIGHT: i64 = 240;
/// Room for the values above and the labels below.
const TOP: i64 = 24;
const BOTTOM: i64 = 28;

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

/// A chart of bars over a base line.
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

    fn size(&self) -> (i64, i64, i64) {
        (WIDTH, HEIGHT, HEIGHT - BOTTOM)
    }

    fn drawn(&self) -> Vec<Drawn<'_>> {
        let count = i64::try_from(self.bars.len()).unwrap_or(i64::MAX).max(1);
        let most = self
            .bars
            .iter()
            .map(|bar| bar.value)
            .max()
            .unwrap_or(0)
            .max(self.most)
            .max(1);
        let step = WIDTH / count;
        let width = (step * 5 / 8).clamp(2, 64);
        (0_i64..)
            .zip(&self.bars)
            .map(|(at, bar)| {
                // The first bar stands where the line of text begins.
                let place = if self.l.is_rtl() { count - 1 - at } else { at };
                let height = (HEIGHT - TOP - BOTTOM) * bar.value.max(0) / most;
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
