//! Names and descriptions in the languages of the pages, beside those in the organisation's own.

use kalends_app::ctx::Ctx;
use kalends_domain::texts::Texts;

use super::reading::Reading;
use crate::http::locale::Locale;
use crate::pages::kit::{Field, Form};

/// The languages into which something can be translated: all but the organisation's own.
pub fn languages(ctx: &Ctx) -> Vec<Locale> {
    let own = ctx.tenant.settings.language.as_deref().unwrap_or("en");
    let others = Locale::OFFERED.into_iter().filter(|it| it.code() != own);
    others.collect()
}

/// A name and a description for each of these languages.
pub fn fields(
    l: Locale,
    form: Form,
    languages: &[Locale],
    names: Option<&Texts>,
    descriptions: Option<&Texts>,
) -> Form {
    languages.iter().fold(form, |form, language| {
        let code = language.code();
        let label = |id: &str| format!("{} ({})", l.t(id), language.name());
        let text = |of: Option<&Texts>| of.and_then(|it| it.0.get(code).cloned());
        form.field(
            Field::text(format!("name_{code}"), label("records-name"))
                .attribute("dir", "auto")
                .maybe(text(names)),
        )
        .field(
            Field::textarea(format!("description_{code}"), label("records-description"))
                .attribute("dir", "auto")
                .maybe(text(descriptions)),
        )
    })
}

/// What the form says: names and descriptions.
pub fn read(read: &Reading<'_>, languages: &[Locale]) -> (Texts, Texts) {
    let texts = |part: &str| {
        let text = |it: &Locale| (it.code().to_owned(), read.text(&format!("{part}_{}", it.code())));
        Texts(languages.iter().map(text).collect())
    };
    (texts("name"), texts("description"))
}
