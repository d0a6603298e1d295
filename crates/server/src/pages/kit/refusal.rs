//! The words for what a use case refused.

use fluent_bundle::FluentValue;
use kalends_app::error::FieldError;

use crate::http::locale::Locale;

/// Why a field is refused: the message `error-<code>`, or `error-<code>-plain` where the rule gives no figures.
pub fn refusal(l: Locale, error: &FieldError) -> String {
    let id = format!("error-{}", error.code);
    let plain = format!("{id}-plain");
    if error.params.is_empty() && l.has(&plain) {
        return l.t(&plain);
    }
    let args: Vec<(&str, FluentValue<'_>)> = error
        .params
        .iter()
        .map(|(name, value)| (*name, value.as_str().into()))
        .collect();
    l.tf(&id, &args)
}

#[cfg(test)]
mod tests {
    use std::error::Error;
    use std::fs;
    use std::path::Path;

    use kalends_domain::opening::Flaw;

    use super::{FieldError, Locale, refusal};

    /// The second argument of every `fail(field, "code"…)` and `field("name", "code")` in the use cases.
    fn codes(dir: &Path, into: &mut Vec<String>) -> Result<(), Box<dyn Error>> {
        for entry in fs::read_dir(dir)? {
            let path = entry?.path();
            if path.is_dir() {
                codes(&path, into)?;
            } else if !path.ends_with("tests.rs") {
                let source = fs::read_to_string(&path)?;
                for call in ["fail(", "fail_with(", "AppError::field("] {
                    for (at, _) in source.match_indices(call) {
                        let arguments = source[at + call.len()..].split(';').next().unwrap_or_default();
                        let second = arguments.split_once(',').map_or("", |(_, rest)| rest.trim_start());
                        let code = second.strip_prefix('"').and_then(|rest| rest.split('"').next());
                        into.extend(code.map(str::to_owned));
                    }
                }
            }
        }
        Ok(())
    }

    #[test]
    fn every_code_of_a_refusal_has_its_words() -> Result<(), Box<dyn Error>> {
        let mut found: Vec<String> = Flaw::ALL.iter().map(|flaw| flaw.name().to_owned()).collect();
        codes(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../app/src"), &mut found)?;
        assert!(found.len() > 20, "the use cases are written differently now: {found:?}");
        let lacking = |id: &String| !Locale::En.has(id);
        let wrong: Vec<String> = found
            .iter()
            .map(|code| format!("error-{code}"))
            .filter(lacking)
            .collect();
        assert_eq!(wrong, [""; 0], "locales/*/error.ftl lacks these");
        Ok(())
    }

    #[test]
    fn a_refusal_without_figures_is_still_a_sentence() {
        let mut error = FieldError {
            pointer: "/limit".to_owned(),
            code: "out-of-range",
            params: vec![("min", "1".to_owned()), ("max", "200".to_owned())],
        };
        assert_eq!(refusal(Locale::En, &error), "Enter a number from 1 to 200.");
        error.params.clear();
        assert_eq!(refusal(Locale::En, &error), "This is outside what is possible.");
    }
}
