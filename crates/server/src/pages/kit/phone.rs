//! Telephone numbers as people read them.

use phonenumber::Mode;

/// An international number in groups, as its country writes them (`+49 30 23125110`); any other as it was typed.
pub fn phone(number: &str) -> String {
    match phonenumber::parse(None, number) {
        Ok(known) if number.starts_with('+') && known.is_valid() => {
            known.format().mode(Mode::International).to_string()
        }
        _ => number.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::phone;

    #[test]
    fn an_international_number_is_shown_in_groups() {
        for (stored, shown) in [
            ("+493023125110", "+49 30 23125110"),
            ("+97145550123", "+971 4 555 0123"),
            ("+12015550123", "+1 201-555-0123"),
            ("030 901820", "030 901820"),
            ("+49", "+49"),
            ("", ""),
        ] {
            assert_eq!(phone(stored), shown);
        }
    }
}
