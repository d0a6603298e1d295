//! A price as it is shown.

use crate::http::locale::Locale;

/// Currencies whose smallest unit is not a hundredth (ISO 4217).
const WHOLE: [&str; 9] = ["JPY", "KRW", "VND", "CLP", "ISK", "UGX", "XAF", "XOF", "PYG"];
const THOUSANDTHS: [&str; 6] = ["BHD", "IQD", "JOD", "KWD", "OMR", "TND"];

/// `EUR 45.00` for 4500 cents; without a currency the number alone.
pub fn price(l: Locale, currency: Option<&str>, minor: i64) -> String {
    let digits = digits(currency);
    let currency = currency.unwrap_or_default();
    let unit = 10_i64.pow(digits);
    let whole = l.number(minor / unit);
    let amount = match digits {
        0 => whole,
        digits => format!("{whole}.{:0width$}", minor % unit, width = digits as usize),
    };
    format!("{currency} {amount}").trim().to_owned()
}

/// How many digits of the currency's unit its smallest unit has.
fn digits(currency: Option<&str>) -> u32 {
    match currency.unwrap_or_default() {
        code if WHOLE.contains(&code) => 0,
        code if THOUSANDTHS.contains(&code) => 3,
        _ => 2,
    }
}

/// As it is typed into a form: `45.00`.
pub fn typed_price(currency: Option<&str>, minor: i64) -> String {
    match digits(currency) {
        0 => minor.to_string(),
        digits => {
            let unit = 10_i64.pow(digits);
            format!("{}.{:0width$}", minor / unit, minor % unit, width = digits as usize)
        }
    }
}

/// What was typed, in the smallest unit: digits, and after a point or a comma no more of them than the currency has.
pub fn read_price(currency: Option<&str>, text: &str) -> Option<i64> {
    let digits = digits(currency);
    let text = text.trim().replace(',', ".");
    let (whole, part) = text.split_once('.').unwrap_or((&text, ""));
    let is_number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let length = u32::try_from(part.len()).ok().filter(|length| *length <= digits)?;
    if whole.is_empty() || !is_number(whole) || !is_number(part) {
        return None;
    }
    let part = if part.is_empty() { 0 } else { part.parse().ok()? };
    let whole: i64 = whole.parse().ok()?;
    whole
        .checked_mul(10_i64.pow(digits))?
        .checked_add(10_i64.pow(digits - length).checked_mul(part)?)
}

#[cfg(test)]
mod tests {
    use super::{price, read_price, typed_price};
    use crate::http::locale::Locale;

    #[test]
    fn each_currency_has_its_own_smallest_unit() {
        assert_eq!(price(Locale::En, Some("EUR"), 4_505), "EUR 45.05");
        assert_eq!(price(Locale::En, Some("JPY"), 4_500), "JPY 4,500");
        assert_eq!(price(Locale::En, Some("KWD"), 4_500), "KWD 4.500");
        assert_eq!(price(Locale::En, None, 4_500), "45.00");
    }

    #[test]
    fn what_is_typed_is_read_back() {
        for (currency, minor) in [(Some("EUR"), 4_505), (Some("JPY"), 4_500), (Some("KWD"), 45), (None, 0)] {
            assert_eq!(read_price(currency, &typed_price(currency, minor)), Some(minor));
        }
        assert_eq!(read_price(Some("EUR"), " 45,5 "), Some(4_550));
        for wrong in ["", "-1", "4.567", "45 EUR", ".5", "1.2.3", "99999999999999999999"] {
            assert_eq!(read_price(Some("EUR"), wrong), None, "{wrong}");
        }
    }
}
