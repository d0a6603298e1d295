//! What a measurement says.

/// A line of the table.
pub struct Row {
    pub what: String,
    pub figure: String,
    /// What it is held against, measured in the same run.
    pub beside: String,
    pub ratio: String,
}

/// The middle one of some figures.
pub fn median(figures: &[f64]) -> f64 {
    percentile(&mut figures.to_vec(), 50)
}

/// The figure that `percent` of a hundred do not exceed.
pub fn percentile(figures: &mut [f64], percent: usize) -> f64 {
    figures.sort_by(f64::total_cmp);
    let at = (figures.len() * percent / 100).min(figures.len().saturating_sub(1));
    figures.get(at).copied().unwrap_or(f64::NAN)
}

/// Prints the table in Markdown.
#[expect(clippy::print_stdout, reason = "the results are the program's output")]
pub fn print(rows: &[Row]) {
    println!("| measured | figure | beside | ratio |\n|---|---|---|---|");
    for Row {
        what,
        figure,
        beside,
        ratio,
    } in rows
    {
        println!("| {what} | {figure} | {beside} | {ratio} |");
    }
}
