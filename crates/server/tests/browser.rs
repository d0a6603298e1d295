//! The journeys of `e2e/journeys/`: a real browser at servers whose clock stands still.

#[path = "browser/journey.rs"]
mod journey;
#[path = "browser/site.rs"]
mod site;

use kalends_store::on_both;
use kalends_store::testing::{Kind, TestDatabase, TestResult};

use journey::walk;
use site::Site;

on_both! {
    async fn a_new_clinic_fills_its_first_month(database: TestDatabase) {
        walk("seed", &Site::new_clinic(database).await?).await
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_patient_books_on_a_phone() -> TestResult {
    walk(
        "booking",
        &Site::demo(TestDatabase::create(Kind::Postgres).await?).await?,
    )
    .await
}

/// Every page that a role sees, in each language, theme and width.
macro_rules! pages_of {
    ($($role:ident)+) => {$(
        #[tokio::test(flavor = "multi_thread")]
        async fn $role() -> TestResult {
            let site = Site::demo(TestDatabase::create(Kind::Sqlite).await?).await?;
            walk(concat!("pages-", stringify!($role)), &site).await
        }
    )+};
}

mod every_page_is_sound_for {
    use super::{Kind, Site, TestDatabase, TestResult, walk};

    pages_of! { visitor patient doctor desk admin operator }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_desk_answers_a_call_by_keyboard() -> TestResult {
    walk("desk", &Site::demo(TestDatabase::create(Kind::Sqlite).await?).await?).await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_reference_of_the_api_is_sound() -> TestResult {
    walk(
        "docs",
        &Site::new_clinic(TestDatabase::create(Kind::Sqlite).await?).await?,
    )
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_harness_notices_what_is_wrong() -> TestResult {
    walk(
        "harness",
        &Site::new_clinic(TestDatabase::create(Kind::Sqlite).await?).await?,
    )
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_people_store_is_text_on_every_page() -> TestResult {
    walk("script", &Site::demo(TestDatabase::create(Kind::Sqlite).await?).await?).await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_calendar_can_be_pictured() -> TestResult {
    walk(
        "picture",
        &Site::pictured(TestDatabase::create(Kind::Sqlite).await?).await?,
    )
    .await
}
