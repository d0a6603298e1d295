//! The messages of each language, parsed once.

use std::collections::HashSet;
use std::sync::{LazyLock, Mutex, PoisonError};

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use kalends_assets::CATALOGUES;
use unic_langid::LanguageIdentifier;

use super::Locale;

type Bundle = FluentBundle<FluentResource>;

static BUNDLES: LazyLock<[Bundle; 8]> = LazyLock::new(|| Locale::ALL.map(bundle));

/// Ids that were asked for in vain, so that each is logged once.
static MISSING: LazyLock<Mutex<HashSet<String>>> = LazyLock::new(Mutex::default);

fn bundle(locale: Locale) -> Bundle {
    let tag: LanguageIdentifier = locale.code().parse().unwrap_or_default();
    let mut bundle = Bundle::new_concurrent(vec![tag]);
    // Invisible marks around each argument keep a Latin name from turning a right-to-left sentence over.
    bundle.set_use_isolating(locale.is_rtl());
    for catalogue in CATALOGUES.iter().filter(|c| c.language == locale.code()) {
        let resource = FluentResource::try_new(catalogue.text.to_owned()).unwrap_or_else(|(rest, errors)| {
            tracing::error!(
                language = catalogue.language,
                file = catalogue.file,
                ?errors,
                "a message catalogue has errors"
            );
            rest
        });
        if let Err(errors) = bundle.add_resource(resource) {
            tracing::error!(
                language = catalogue.language,
                file = catalogue.file,
                ?errors,
                "a message is defined twice"
            );
        }
    }
    bundle
}

pub(super) fn has(locale: Locale, id: &str) -> bool {
    BUNDLES[locale.index()]
        .get_message(id)
        .is_some_and(|message| message.value().is_some())
}

pub(super) fn message(locale: Locale, id: &str, args: &[(&str, FluentValue<'_>)]) -> String {
    [locale, Locale::En]
        .into_iter()
        .find_map(|language| format(locale, language, id, args))
        .unwrap_or_else(|| {
            if MISSING
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .insert(id.to_owned())
            {
                tracing::error!(id, "no catalogue has this message");
            }
            // A developer sees at once that it is missing; a reader sees a word that may still help.
            if cfg!(debug_assertions) {
                format!("⟦missing message: {id}⟧")
            } else {
                id.to_owned()
            }
        })
}

fn format(reader: Locale, language: Locale, id: &str, args: &[(&str, FluentValue<'_>)]) -> Option<String> {
    let bundle = &BUNDLES[language.index()];
    let pattern = bundle.get_message(id)?.value()?;
    // A number stays one, for the choice of a plural, but is written as the reader writes numbers.
    let args: FluentArgs<'_> = args.iter().map(|(name, value)| (*name, value.clone())).collect();
    let mut errors = Vec::new();
    let text = bundle.format_pattern(pattern, Some(&args), &mut errors);
    if !errors.is_empty() {
        tracing::error!(id, language = reader.code(), ?errors, "a message lacks an argument");
        if cfg!(debug_assertions) {
            return Some(format!("⟦broken message: {id}: {errors:?}⟧"));
        }
    }
    Some(text.into_owned())
}
