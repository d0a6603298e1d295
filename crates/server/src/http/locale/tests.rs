//! The catalogues are complete: the same messages with the same arguments in every offered language, each of them used,
//! and each that is used there.

use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::fs;
use std::path::Path;

use fluent_syntax::ast::{Entry, Expression, InlineExpression, Pattern, PatternElement};
use jiff::civil::{Weekday, date, time};
use kalends_assets::CATALOGUES;

use super::Locale;

type Outcome = Result<(), Box<dyn Error>>;

/// Ids that are put together at run time.
const COMPOSED: [&str; 4] = ["error-", "reason-", "rule-", "staff-rule-"];

/// Each message's id with the names of its arguments.
fn messages(locale: Locale) -> Result<BTreeMap<String, BTreeSet<String>>, Box<dyn Error>> {
    let mut found = BTreeMap::new();
    for catalogue in CATALOGUES.iter().filter(|c| c.language == locale.code()) {
        let resource = fluent_syntax::parser::parse(catalogue.text)
            .map_err(|(_, errors)| format!("{}: {errors:?}", catalogue.file))?;
        for entry in resource.body {
            let Entry::Message(message) = entry else { continue };
            let mut args = BTreeSet::new();
            if let Some(pattern) = &message.value {
                arguments(pattern, &mut args);
            }
            let id = message.id.name.to_owned();
            if found.insert(id.clone(), args).is_some() {
                return Err(format!("{}/{} defines {id} again", catalogue.language, catalogue.file).into());
            }
        }
    }
    Ok(found)
}

fn arguments(pattern: &Pattern<&str>, args: &mut BTreeSet<String>) {
    for element in &pattern.elements {
        let PatternElement::Placeable { expression } = element else {
            continue;
        };
        match expression {
            Expression::Inline(inline) => argument(inline, args),
            Expression::Select { selector, variants } => {
                argument(selector, args);
                for variant in variants {
                    arguments(&variant.value, args);
                }
            }
        }
    }
}

fn argument(inline: &InlineExpression<&str>, args: &mut BTreeSet<String>) {
    if let InlineExpression::VariableReference { id } = inline {
        args.insert(id.name.to_owned());
    }
}

#[test]
fn every_language_has_the_same_messages() -> Outcome {
    let english = messages(Locale::En)?;
    let mut wrong = Vec::new();
    for locale in Locale::OFFERED {
        let others = messages(locale)?;
        for (id, args) in &english {
            match others.get(id) {
                None => wrong.push(format!("{} lacks {id}", locale.code())),
                // A plural need not name the number that it stands for.
                Some(other) if !other.is_subset(args) => {
                    wrong.push(format!("{}: {id} has other arguments", locale.code()))
                }
                Some(_) => {}
            }
        }
        wrong.extend(
            others
                .keys()
                .filter(|id| !english.contains_key(*id))
                .map(|id| format!("only {} has {id}", locale.code())),
        );
    }
    if wrong.is_empty() {
        Ok(())
    } else {
        Err(wrong.join("\n").into())
    }
}

#[test]
fn every_message_is_used_and_every_used_one_exists() -> Outcome {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut sources = String::new();
    for dir in ["templates", "src"] {
        read(&root.join(dir), &mut sources)?;
    }
    let english = messages(Locale::En)?;
    let mut wrong = Vec::new();
    for call in [".t(\"", ".tf(\""] {
        for (at, _) in sources.match_indices(call) {
            let id = sources[at + call.len()..].split('"').next().unwrap_or_default();
            if !english.contains_key(id) {
                wrong.push(format!("{id} is used, but no catalogue has it"));
            }
        }
    }
    for id in english.keys() {
        let composed = COMPOSED.iter().any(|prefix| id.starts_with(prefix));
        if !composed && !sources.contains(&format!("\"{id}\"")) {
            wrong.push(format!("nothing uses {id}"));
        }
    }
    if wrong.is_empty() {
        Ok(())
    } else {
        Err(wrong.join("\n").into())
    }
}

fn read(dir: &Path, into: &mut String) -> Outcome {
    for entry in fs::read_dir(dir)? {
        let path = entry?.path();
        if path.is_dir() {
            read(&path, into)?;
        } else if !path.ends_with("tests.rs") {
            let text = fs::read_to_string(&path)?;
            // An example in a comment is no use.
            into.extend(
                text.lines()
                    .filter(|line| !line.trim_start().starts_with("//"))
                    .flat_map(|line| [line, "\n"]),
            );
        }
    }
    Ok(())
}

#[test]
fn dates_and_amounts_follow_the_language() {
    let (en, ar) = (Locale::En, Locale::Ar);
    let day = date(2027, 1, 12);
    assert_eq!(en.date_long(day), "Tuesday, 12 January 2027");
    assert_eq!(en.day(day), "Tue 12 Jan");
    assert_eq!(en.month(day), "January 2027");
    assert_eq!(en.date_range(day, date(2027, 1, 18)), "12–18 Jan 2027");
    assert_eq!(en.date_range(day, date(2027, 2, 2)), "12 Jan – 2 Feb 2027");
    assert_eq!(en.date_range(date(2026, 12, 29), day), "29 Dec 2026 – 12 Jan 2027");
    assert_eq!(
        Locale::Zh.date_range(date(2027, 1, 1), date(2027, 1, 2)),
        "1月1日 – 2027年1月2日"
    );
    assert_eq!(en.weekday(Weekday::Friday), "Friday");
    assert_eq!(en.day_time(day.at(9, 30, 0, 0)), "Tue 12 Jan, 09:30");
    assert_eq!(en.time_range(time(9, 30, 0, 0), time(10, 0, 0, 0)), "09:30–10:00");
    assert_eq!(en.number(1234567), "1,234,567");
    assert_eq!(en.minutes(95), "1 h 35 min");
    assert_eq!(
        en.list(&["Cardiology", "Dermatology", "Surgery"]),
        "Cardiology, Dermatology and Surgery"
    );
    assert_eq!(en.first_weekday(), Weekday::Monday);
    assert_eq!(en.days_away(day, date(2027, 1, 15)), "in 3 days");

    assert_eq!(ar.date_long(day), "الثلاثاء، 12 يناير 2027");
    assert_eq!(ar.date(day), ar.date_long(day));
    assert_eq!(ar.date_plain(day), "12 يناير 2027");
    assert_eq!(
        ar.time_range(time(9, 30, 0, 0), time(10, 0, 0, 0)),
        "\u{2066}09:30–10:00\u{2069}"
    );
    assert_eq!(ar.first_weekday(), Weekday::Saturday);
    assert_eq!(ar.list(&["أ", "ب"]), "أ وب");
}

#[test]
fn a_list_is_sorted_as_its_readers_expect() {
    let mut names = ["Zoë", "ångström", "Émile", "adam"];
    Locale::En.sort_by_name(&mut names, |name| name);
    assert_eq!(names, ["adam", "ångström", "Émile", "Zoë"]);
}

#[test]
fn a_missing_message_is_seen_in_a_test() {
    let id = ["no", "such", "message"].join("-");
    assert!(Locale::En.t(&id).contains("missing message"));
}
