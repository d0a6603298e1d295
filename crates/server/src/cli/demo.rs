//! `kalends demo`: a lively clinic on the embedded database, made through the use cases and served.
//!
//! It lives in a directory of its own, which a marker file names as the demo's. A demo made today is taken up as it was left;
//! an older one is made anew, since its appointments would all be past.

mod arabic;
mod chance;
mod clinic;
mod diary;
mod hours;
mod house;
mod names;
mod own;
mod people;
pub mod seed;
mod showcase;
mod stage;

use std::fs::{self, File};
use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;

use clap::Args;
use kalends_app::app::App;
use kalends_app::clock::Clock;
use kalends_app::{installation, signing_keys};
use kalends_domain::time::Zone;
use kalends_store::store::{self, Access, Store};
use serde::Serialize;
use tokio::net::TcpListener;

use super::settings::Common;
use crate::config::sqlite_url;
use crate::serve::{self, Failure, database};
use crate::telemetry;

use kalends_app::demo::PASSWORD;

/// How many patients a full demo has.
const PATIENTS: usize = 3_000;
/// So many use cases at once; the writer of the embedded database takes them together.
const AT_ONCE: usize = 16;
/// The file that says that a directory is the demo's; it holds the date on which the demo was made.
const MARKER: &str = "kalends-demo";
/// So many ports are tried, from the one that was asked for.
const PORTS: u16 = 50;

/// What the demo takes.
#[derive(Debug, Args, Serialize)]
pub struct Flags {
    /// Address and port; when the port is busy the next free one is taken [default: 127.0.0.1:3000]
    #[arg(long, value_name = "ADDRESS")]
    #[serde(skip_serializing_if = "Option::is_none")]
    listen: Option<String>,
    /// Let other machines see the demo, over plain HTTP
    #[arg(long)]
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    insecure_http: bool,
    /// Make the clinic anew, even if it was made today
    #[arg(long, env = "KALENDS_FRESH")]
    #[serde(skip)]
    fresh: bool,
    /// How many patients the clinic has
    #[arg(long, env = "KALENDS_PATIENTS", default_value_t = PATIENTS)]
    #[serde(skip)]
    patients: usize,
}

/// Makes the clinic when there is none of today, prints the sign-ins, and serves it.
pub async fn run(common: &Common, flags: &Flags) -> Result<ExitCode, Failure> {
    let settings = common.demo_settings(flags)?;
    telemetry::start(&settings)?;
    let address = serve::address(&settings).await?;
    let file = settings.sqlite_file();
    let file = file.ok_or("the demo lives on the embedded database: name a sqlite:// file, or none")?;
    prepare(&file, flags).await?;
    let app = database::open(&settings).await?;
    let listener = bind(address).await?;
    greet(&listener)?;
    serve::on(listener, app, &settings).await?;
    Ok(ExitCode::SUCCESS)
}

/// Sees to it that the file is a demo of today.
async fn prepare(file: &Path, flags: &Flags) -> Result<(), Failure> {
    let dir = file.parent().unwrap_or(Path::new("."));
    let now = Clock::System.now();
    let zone = clinic::SITES.first().map(|site| Zone::new(site.time_zone));
    let today = zone.ok_or("the clinic has no sites")??.date_at(now).to_string();
    if made_on(dir)?.as_deref() == Some(today.as_str()) && !flags.fresh && file.exists() {
        match store::migrate(&sqlite_url(file)).await {
            Ok(()) => return Ok(()),
            Err(cause) => eprintln!("The demo was made by another version ({cause}); making it anew."),
        }
    }
    eprintln!("Making the demo clinic …");
    let started = Instant::now();
    // The clinic is made in a file of its own that counts only when it is complete.
    let draft = dir.join("kalends-demo.making");
    remove_database(file)?;
    remove_database(&draft)?;
    database::make_file(&draft)?;
    fs::write(dir.join(MARKER), "")?;
    let made = fill(&sqlite_url(&draft), now, flags.patients).await?;
    File::open(&draft)?.sync_all()?;
    fs::rename(&draft, file)?;
    fs::write(dir.join(MARKER), &today)?;
    File::open(dir)?.sync_all()?;
    let seconds = started.elapsed().as_secs_f32();
    eprintln!(
        "{} patients and {} appointments in {seconds:.1} s.",
        made.patients, made.appointments
    );
    Ok(())
}

/// When the demo in this directory was made: absent when there is none, and empty when it was not finished.
///
/// # Errors
/// When the directory holds something else.
fn made_on(dir: &Path) -> Result<Option<String>, Failure> {
    match fs::read_to_string(dir.join(MARKER)) {
        Ok(date) => return Ok(Some(date)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(format!("{}: {error}", dir.display()).into()),
    }
    let is_empty = match fs::read_dir(dir) {
        Ok(mut entries) => entries.next().is_none(),
        Err(error) => error.kind() == io::ErrorKind::NotFound,
    };
    if is_empty {
        return Ok(None);
    }
    let dir = dir.display();
    Err(format!("{dir} holds something that is no demo of ours; name an empty directory with --data-dir").into())
}

fn remove_database(path: &Path) -> Result<(), Failure> {
    for suffix in ["", "-wal", "-shm"] {
        let mut name = path.as_os_str().to_owned();
        name.push(suffix);
        match fs::remove_file(PathBuf::from(name)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error.into()),
            _ => {}
        }
    }
    Ok(())
}

/// Makes the clinic in a new database, with so many patients, as if it were `now`.
///
/// # Errors
/// What the database or a use case refused.
pub async fn fill(url: &str, now: jiff::Timestamp, patients: usize) -> Result<seed::Made, Failure> {
    store::migrate(url).await?;
    let store = Store::connect(url, Access::Filler).await?;
    installation::complete(&store, now).await?;
    let keys = signing_keys::load(&store).await?;
    let app = App::new(store, Clock::System, keys);
    let made = seed::seed(&app, now, patients).await?;
    app.store.close().await?;
    Ok(made)
}

/// Listens on the address, or on the next free port after it.
async fn bind(address: SocketAddr) -> Result<TcpListener, Failure> {
    let mut wanted = address;
    for _ in 0..PORTS {
        match TcpListener::bind(wanted).await {
            Ok(listener) => return Ok(listener),
            Err(error) if error.kind() == io::ErrorKind::AddrInUse => {
                wanted.set_port(wanted.port().checked_add(1).ok_or("no port is free")?);
            }
            Err(error) => return Err(format!("cannot listen on {wanted}: {error}").into()),
        }
    }
    Err(format!("{address} and the {PORTS} ports after it are busy").into())
}

fn greet(listener: &TcpListener) -> Result<(), Failure> {
    let base = format!("http://{}", listener.local_addr()?);
    println!("{}: a demo; nothing in it is real.\n", clinic::NAME);
    for (who, page) in [
        ("admin", "/staff/login"),
        ("desk", "/staff/login"),
        ("doctor", "/staff/login"),
        ("operator", "/staff/login"),
        ("patient", "/patient/login"),
    ] {
        println!("  {:<20}  {base}{page}", format!("{who}@demo.test"));
    }
    println!("\nThe password is {PASSWORD} for each of them.\n");
    Ok(())
}
