//! A price as it is shown.

use crate::http::locale::Locale;

/// Currencies whose smallest unit is not a hundredth (ISO 4217).
const WHOLE: [&str; 9] = ["JPY", "KRW", "VND", "CLP", "ISK", "UGX", "XAF", "XOF", "PYG"];
const THOUSANDTHS: [&str; 6] = ["BHD", "IQD", "JOD", "KWD", "OMR", "TND"];

/// `EUR 45.00` for 4500 cents; without a currency the number alone.
pub fn price(l: Locale, currency: Option<&str>, minor: i64) -> String {
    let currency = currency.unwrap_or_default();
    let digits = match currency {
        code if WHOLE.contains(&code) => 0,
        code if THOUSANDTHS.contains(&code) => 3,
        _ => 2,
    };
    let unit = 10_i64.pow(digits);
    let whole = l.number(minor / unit);
    let amount = match digits {
        0 => whole,
        digits => format!("{whole}.{:0width$}", minor % unit, width = digits as usize),
    };
    format!("{currency} {amount}").trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::price;
    use crate::http::locale::Locale;

    #[test]
    fn each_currency_has_its_own_smallest_unit() {
        assert_eq!(price(Locale::En, Some("EUR"), 4_505), "EUR 45.05");
        assert_eq!(price(Locale::En, Some("JPY"), 4_500), "JPY 4,500");
        assert_eq!(price(Locale::En, Some("KWD"), 4_500), "KWD 4.500");
        assert_eq!(price(Locale::En, None, 4_500), "45.00");
    }
}
