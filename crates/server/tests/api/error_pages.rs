//! What is shown instead of a page: in the reader's language, under the organisation's name, with a way out.

use kalends_domain::permission::Role;
use kalends_store::on_both;
use reqwest::Method;
use serde_json::json;

use crate::api::browser::Browser;
use crate::api::server::Server;

const NAME: &str = "Praxis Mitte";

on_both! {
    async fn what_is_not_open_or_not_there_is_said_with_a_way_out(database: TestDatabase) {
        let server = Server::start_with(&database, false).await?;
        let admin = server.staff(Role::Admin).await?;
        let settings = json!({"name": NAME, "booking_horizon_days": 90, "currency": "EUR"});
        admin.send(Method::PUT, "/settings", Some(&settings), &[]).await?.expect(200)?;
        let doctor = server.staff(Role::Doctor).await?;
        let mut doctor = Browser::of_staff(&server, &doctor).await?;
        let mut visitor = Browser::of_visitor(&server)?;
        for (shell, forbidden, missing, home) in [
            ("<html lang=\"en\" dir=\"ltr\"", "This is not open to you", "There is no such page", "Go to the home page"),
            ("<html lang=\"ar\" dir=\"rtl\"", "هذه الصفحة غير متاحة لك", "لا توجد صفحة كهذه", "إلى الصفحة الرئيسية"),
        ] {
            let language = if shell.contains("ar") { "ar" } else { "en" };
            doctor.get(&format!("/doctor/dashboard?lang={language}")).await?.expect(200)?;
            visitor.get(&format!("/?lang={language}")).await?.expect(200)?;
            let title = |words: &str| format!("<title>{words} · {NAME}</title>");
            // A page is left for one's own; what its form would have done is refused.
            assert_eq!(doctor.get("/admin/departments").await?.expect(303)?.location, "/doctor/dashboard");
            let refused = doctor.post("/admin/departments", &[("name", "Mine")]).await?.expect(403)?;
            let out = format!("href=\"/doctor/dashboard\">{home}</a>");
            refused.shows(&[shell, &title(forbidden), &out, "action=\"/logout\""])?;
            let out = format!("href=\"/\">{home}</a>");
            visitor.get("/no/such/page").await?.expect(404)?.shows(&[shell, &title(missing), &out])?;
        }
        let departments = admin.get("/departments").await?.expect(200)?;
        assert_eq!(departments.body["items"], json!([]));
        Ok(())
    }
}
