//! The form that changes one's own password: on the staff's page and on the patients', in each language.

use kalends_domain::permission::Role;
use kalends_store::on_both;

use crate::api::browser::Browser;
use crate::api::server::{Outcome, PASSWORD, Server};

const NEW: &str = "a better password";
const WRONG: &str = "not the present one";

/// What the form answers, in a language: a wrong present password, a new one that is too short, and one that is right.
const ANSWERS: [(&str, [&str; 3]); 2] = [
    (
        "en",
        [
            "This is not your present password.",
            "Use at least 8 characters.",
            "Your password is changed.",
        ],
    ),
    (
        "ar",
        ["هذه ليست كلمة مرورك الحالية.", "أحرف على الأقل.", "تغيرت كلمة مرورك."],
    ),
];

/// The text beside a field that was refused.
fn beside<'p>(html: &'p str, field: &str) -> Outcome<&'p str> {
    let (_, text) = html
        .split_once(&format!("id=\"{field}-error\""))
        .ok_or_else(|| format!("nothing stands beside {field}"))?;
    Ok(text.split("</p>").next().unwrap_or_default())
}

/// Changes somebody's password in one browser, while they are signed in on another.
async fn change(server: &Server, page: &str, email: &str, language: &str, answers: [&str; 3]) -> Outcome<()> {
    let form = format!("{page}/password");
    let [wrong, short, changed] = answers;
    let mut browser = Browser::sign_in(server, email).await?;
    let mut elsewhere = Browser::sign_in(server, email).await?;
    browser.get(&format!("{page}?lang={language}")).await?.expect(200)?;
    for (current, new, field, words) in [
        (WRONG, NEW, "current_password", wrong),
        ("", NEW, "current_password", wrong),
        (PASSWORD, "1234567", "new_password", short),
    ] {
        let fields = [("current_password", current), ("new_password", new)];
        let refused = browser.post(&form, &fields).await?.expect(422)?;
        assert!(beside(&refused.html, field)?.contains(words), "{field} in {language}");
        assert_eq!(refused.html.matches("aria-invalid").count(), 1, "only {field} is wrong");
        refused.shows(&[email, &format!("action=\"{form}\"")])?;
        // A page that is kept, or looked at over a shoulder, holds no password.
        for secret in [WRONG, NEW, PASSWORD, "1234567"] {
            assert!(!refused.has(secret), "{page} shows {secret:?}");
        }
        elsewhere.get(page).await?.expect(200)?;
    }
    let fields = [("current_password", PASSWORD), ("new_password", NEW)];
    browser.submit(&form, &fields).await?.shows(&[changed])?;
    browser.get(page).await?.expect(200)?;
    let ended = elsewhere.get(page).await?.expect(303)?;
    assert!(ended.location.contains("/login?next="), "{}", ended.location);
    assert_eq!(server.login(email, PASSWORD).await?.status, 401);
    assert_eq!(server.login(email, NEW).await?.status, 200);
    Ok(())
}

on_both! {
    async fn a_new_password_needs_the_present_one_and_ends_other_sessions(database: TestDatabase) {
        let server = Server::start_with(&database, false).await?;
        for (language, answers) in ANSWERS {
            for role in [Role::Receptionist, Role::Operator] {
                let email = format!("{}-{language}@example.org", role.name());
                server.add_user(&email, role).await?;
                change(&server, "/account", &email, language, answers).await?;
            }
            let email = format!("patient-{language}@example.org");
            server.register(&email).await?;
            change(&server, "/patient/profile", &email, language, answers).await?;
        }
        Ok(())
    }

    async fn whoever_works_here_comes_back_to_their_account_by_the_staffs_door(database: TestDatabase) {
        let server = Server::start(&database).await?;
        let visitor = Browser::of_visitor(&server)?.get("/account").await?.expect(303)?;
        assert_eq!(visitor.location, "/staff/login?next=%2Faccount");
        Ok(())
    }
}
