//! A server in this process, on a clock that stands still.

use std::io::Write as _;
use std::net::SocketAddr;
use std::process::{Command, Stdio};
use std::sync::Arc;

use jiff::Timestamp;
use kalends_app::app::App;
use kalends_app::clock::Clock;
use kalends_app::demo::PASSWORD;
use kalends_app::{installation, signing_keys};
use kalends_server::cli::demo;
use kalends_server::http::state::{AppState, Config};
use kalends_server::serve::router;
use kalends_store::store::{Access, Store};
use kalends_store::testing::TestDatabase;
use reqwest::Client;
use serde_json::{Value, json};
use tokio::net::TcpListener;

pub type Outcome<T> = Result<T, Box<dyn std::error::Error>>;

/// The present of every journey: Tuesday, 12 January 2027, 09:00 in Berlin, with most of the month still to come.
pub const NOW: Timestamp = Timestamp::constant(1_799_740_800, 0);

/// As many patients as make the demo clinic's lists longer than a page.
const FEW: usize = 240;
/// As many as `kalends demo` makes.
const MANY: usize = 3_000;

/// A server and its database, which goes with it.
pub struct Site {
    pub address: SocketAddr,
    _database: TestDatabase,
}

impl Site {
    /// The demo clinic as it would be today, were it [`NOW`].
    pub async fn demo(database: TestDatabase) -> Outcome<Self> {
        Self::demo_with(database, FEW).await
    }

    /// The same as full as `kalends demo` makes it, if a picture of it is wanted (`KALENDS_PICTURE=1`).
    #[expect(
        clippy::disallowed_methods,
        reason = "whether a picture is kept is the runner's to choose"
    )]
    pub async fn pictured(database: TestDatabase) -> Outcome<Self> {
        let wanted = std::env::var_os("KALENDS_PICTURE").is_some();
        Self::demo_with(database, if wanted { MANY } else { FEW }).await
    }

    async fn demo_with(database: TestDatabase, patients: usize) -> Outcome<Self> {
        demo::fill(&database.url, NOW, patients)
            .await
            .map_err(|failure| failure.to_string())?;
        Self::serve(database).await
    }

    /// An installation as it is after `kalends create-admin`: nothing but an admin (of the demo's name and password), who has
    /// told the API of one location, one service and one provider.
    pub async fn new_clinic(database: TestDatabase) -> Outcome<Self> {
        let owner = Store::connect(&database.url, Access::Owner).await?;
        installation::complete(&owner, NOW).await?;
        owner.close().await?;
        create_admin(&database.url)?;
        let site = Self::serve(database).await?;
        site.furnish().await?;
        Ok(site)
    }

    async fn serve(database: TestDatabase) -> Outcome<Self> {
        let store = database.store().await?;
        let keys = signing_keys::load(&store).await?;
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let state = AppState {
            app: App::new(store, Clock::fixed(NOW), keys),
            config: Arc::new(Config {
                public_url: format!("http://{address}"),
                base_domain: "localhost".into(),
                limits: false,
                request_timeout_seconds: 60,
            }),
            limits: Arc::default(),
        };
        let service = router(state).into_make_service_with_connect_info::<SocketAddr>();
        tokio::spawn(async move { axum::serve(listener, service).await });
        Ok(Self {
            address,
            _database: database,
        })
    }

    async fn furnish(&self) -> Outcome<()> {
        let signed_in = self
            .post(
                "/auth/login",
                "",
                json!({"email": "admin@demo.test", "password": PASSWORD}),
            )
            .await?;
        let token = signed_in["access_token"].as_str().ok_or("no access token")?;
        let location = json!({"name": "Main street", "time_zone": "Europe/Berlin"});
        let location = self.post("/locations", token, location).await?;
        let service = json!({"name": "Consultation", "duration_minutes": 30});
        let service = self.post("/services", token, service).await?;
        let provider = json!({
            "email": "amara@clinic.test", "given_name": "Amara", "family_name": "Okafor", "title": "Dr",
            "location_ids": [location["id"]], "service_ids": [service["id"]],
        });
        self.post("/providers", token, provider).await?;
        Ok(())
    }

    async fn post(&self, path: &str, token: &str, body: Value) -> Outcome<Value> {
        let url = format!("http://{}/api/v1{path}", self.address);
        let answer = Client::new().post(url).bearer_auth(token).json(&body).send().await?;
        Ok(answer.error_for_status()?.json().await?)
    }
}

/// Makes the first admin as an operator of the installation does, on the command line.
fn create_admin(url: &str) -> Outcome<()> {
    let mut command = Command::new(env!("CARGO_BIN_EXE_kalends"));
    let arguments = [
        "create-admin",
        "--email",
        "admin@demo.test",
        "--name",
        "Ruth Adler",
        "--password-stdin",
    ];
    command.env_clear().args(arguments).args(["--database-url", url]);
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()?;
    let mut input = child.stdin.take().ok_or("no standard input")?;
    writeln!(input, "{PASSWORD}")?;
    drop(input);
    let output = child.wait_with_output()?;
    if output.status.success() {
        Ok(())
    } else {
        Err(format!("create-admin: {}", String::from_utf8_lossy(&output.stderr)).into())
    }
}
