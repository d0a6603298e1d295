//! Tenants by host name, by token and by field.

use kalends_domain::permission::Role;
use kalends_domain::tenant::TenantStatus;
use kalends_store::on_both;
use serde_json::json;

use super::server::{PASSWORD, Server};

on_both! {
    async fn a_host_or_a_field_names_the_tenant(database: TestDatabase) {
        let server = Server::start(&database).await?;
        let anna = server.add_tenant("anna").await?;
        server.add_user_to(&anna, "admin@example.org", Role::Admin).await?;
        let port = server.address.port();
        let host = format!("anna.localhost:{port}");
        let login = json!({"email": "admin@example.org", "password": PASSWORD});
        assert_eq!(server.post("/auth/login", login.clone()).send().await?.status, 401, "not at the default tenant");
        let by_host = server.post("/auth/login", login.clone()).header("host", &host).send().await?;
        assert_eq!(by_host.status, 200, "{}", by_host.text);
        let mut named = login.clone();
        named["tenant"] = json!("anna");
        let by_field = server.post("/auth/login", named.clone()).send().await?;
        assert_eq!(by_field.body["user"]["tenant_id"], json!(anna.id.uuid()));
        named["tenant"] = json!("default");
        assert_eq!(server.post("/auth/login", named).header("host", &host).send().await?.status, 401, "two names");

        let token = by_host.text_of("access_token");
        assert_eq!(server.me(token).await?.status, 200, "the token's tenant");
        assert_eq!(server.get("/me").bearer(token).header("host", &host).send().await?.status, 200);
        let elsewhere = server.get("/me").bearer(token).header("host", &format!("default.localhost:{port}")).send().await?;
        assert_eq!(elsewhere.status, 401, "the host of another tenant");
        for header in ["x-tenant-id", "x-forwarded-host"] {
            let me = server.get("/me").bearer(token).header(header, "default.localhost").send().await?;
            assert_eq!(me.body["tenant_id"], json!(anna.id.uuid()));
        }
        let unknown = server.get("/departments").header("host", "nobody.localhost").send().await?;
        assert_eq!((unknown.status.as_u16(), unknown.problem()), (404, "not-found"));
        Ok(())
    }

    async fn a_suspended_tenant_closes_with_the_next_request(database: TestDatabase) {
        let server = Server::start(&database).await?;
        let anna = server.add_tenant("anna").await?;
        server.add_user_to(&anna, "admin@example.org", Role::Admin).await?;
        let login = json!({"email": "admin@example.org", "password": PASSWORD, "tenant": "anna"});
        let signed_in = server.post("/auth/login", login.clone()).send().await?;
        let (access, refresh) = (signed_in.text_of("access_token"), signed_in.text_of("refresh_token"));
        kalends_app::tenants::set_status(&server.app, &server.system(), "anna", TenantStatus::Suspended).await?;
        assert_eq!(server.me(access).await?.status, 401);
        assert_eq!(server.refresh(refresh).await?.status, 401);
        assert_eq!(server.post("/auth/login", login).send().await?.problem(), "invalid-credentials");
        let register = json!({"email": "x@example.org", "password": PASSWORD, "given_name": "X", "family_name": "Y", "tenant": "anna"});
        assert_eq!(server.post("/auth/register", register).send().await?.status, 404);
        let host = format!("anna.localhost:{}", server.address.port());
        assert_eq!(server.get("/departments").header("host", &host).send().await?.status, 404);
        assert_eq!(server.get("//patient/login").header("host", &host).send().await?.status, 404);
        Ok(())
    }
}
