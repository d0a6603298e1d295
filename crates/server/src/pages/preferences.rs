//! `POST /preferences`: the reader's choice of language and theme, kept in cookies.

use axum::Form;
use axum::http::HeaderValue;
use axum::http::header::SET_COOKIE;
use axum::response::Response;
use serde::Deserialize;

use super::kit::{Theme, see_other};
use crate::http::locale::{LANG_COOKIE, Locale};

/// What the menu in the bar sends: one of the two, and where to go back to.
#[derive(Debug, Deserialize)]
pub struct Choice {
    #[serde(default)]
    lang: String,
    #[serde(default)]
    theme: String,
    #[serde(default)]
    return_to: String,
}

/// Keeps the choice for a year and goes back to the page. What is not on offer is left as it was.
pub async fn update(Form(choice): Form<Choice>) -> Response {
    let lang = Locale::offered(&choice.lang).map(|locale| (LANG_COOKIE, locale.code()));
    let theme = Theme::named(&choice.theme).map(|theme| (Theme::COOKIE, theme.name()));
    // An address that names a language would win over the new choice.
    let mut response = see_other(&without_lang(&choice.return_to));
    for (name, value) in lang.into_iter().chain(theme) {
        if let Ok(cookie) = HeaderValue::from_str(&format!("{name}={value}; Path=/; Max-Age=31536000; SameSite=Lax")) {
            response.headers_mut().append(SET_COOKIE, cookie);
        }
    }
    response
}

fn without_lang(path: &str) -> String {
    let Some((path, query)) = path.split_once('?') else {
        return path.to_owned();
    };
    let rest: Vec<_> = query.split('&').filter(|pair| !pair.starts_with("lang=")).collect();
    if rest.is_empty() {
        path.to_owned()
    } else {
        format!("{path}?{}", rest.join("&"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_choice_is_kept_and_the_way_back_stays_on_this_site() {
        let choice = |return_to: &str| Choice {
            lang: "ar".into(),
            theme: "sepia".into(),
            return_to: return_to.into(),
        };
        let response = update(Form(choice("/book?lang=en&day=3"))).await;
        assert_eq!(response.headers()["location"], "/book?day=3");
        let cookies: Vec<_> = response.headers().get_all(SET_COOKIE).iter().collect();
        assert_eq!(cookies, ["lang=ar; Path=/; Max-Age=31536000; SameSite=Lax"]);
        assert_eq!(update(Form(choice("//evil.test"))).await.headers()["location"], "/");
    }
}
