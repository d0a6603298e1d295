//! Builds `web/` with Node and lists the results for `src/lib.rs` to embed. A build without Node stops here and says
//! so: pages without their styles would be worse than no program.
#![expect(
    clippy::disallowed_methods,
    reason = "cargo tells a build script where to write through the environment"
)]

use std::ffi::OsStr;
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};
use std::{env, fs};

/// What the result is made from. Class and icon names stand in the templates and in the pages' Rust code.
const INPUTS: [&str; 11] = [
    "locales",
    "web/src",
    "web/styles",
    "web/static",
    "web/build.mjs",
    "web/holidays.mjs",
    "web/icons.mjs",
    "web/package.json",
    "web/package-lock.json",
    "crates/server/templates",
    "crates/server/src/pages",
];

fn main() -> ExitCode {
    match build() {
        Ok(()) => ExitCode::SUCCESS,
        Err(reason) => {
            for line in reason.lines().filter(|line| !line.trim().is_empty()) {
                println!("cargo::error={line}");
            }
            ExitCode::FAILURE
        }
    }
}

fn build() -> Result<(), String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    for input in INPUTS {
        println!("cargo::rerun-if-changed={}", root.join(input).display());
    }
    let web = root.join("web");
    let out = PathBuf::from(env::var_os("OUT_DIR").ok_or("cargo did not set OUT_DIR")?);
    let dist = out.join("dist");
    install_packages(&web)?;
    run(&web, "node", [OsStr::new("build.mjs"), dist.as_os_str()])?;
    fs::write(out.join("assets.rs"), table(&dist)?).map_err(|e| format!("cannot write the list of assets: {e}"))?;
    let catalogues =
        catalogues(&root.join("locales")).map_err(|e| format!("cannot list the message catalogues: {e}"))?;
    fs::write(out.join("catalogues.rs"), catalogues).map_err(|e| format!("cannot write the list of catalogues: {e}"))
}

/// A Rust array of every `locales/LANGUAGE/FILE.ftl`, in the order of their names.
fn catalogues(dir: &Path) -> Result<String, Box<dyn std::error::Error>> {
    let mut files = Vec::new();
    for language in fs::read_dir(dir)? {
        let language = language?.path();
        for file in fs::read_dir(&language)? {
            files.push((language.clone(), file?.path()));
        }
    }
    files.sort();
    let mut rust = "[\n".to_owned();
    for (language, file) in files
        .iter()
        .filter(|(_, file)| file.extension() == Some(OsStr::new("ftl")))
    {
        let (language, name) = (language.file_name(), file.file_name());
        let path = fs::canonicalize(file)?;
        writeln!(
            rust,
            "    Catalogue {{ language: {:?}, file: {:?}, text: include_str!({path:?}) }},",
            language.unwrap_or_default(),
            name.unwrap_or_default(),
        )?;
    }
    rust.push(']');
    Ok(rust)
}

/// Installs the packages of the lockfile, unless exactly those are there. `scripts/node-modules` keeps the same mark.
fn install_packages(web: &Path) -> Result<(), String> {
    let (lock, mark) = (web.join("package-lock.json"), web.join("node_modules/.kalends-lock"));
    let wanted = fs::read(&lock).map_err(|e| format!("cannot read {}: {e}", lock.display()))?;
    if fs::read(&mark).is_ok_and(|installed| installed == wanted) {
        return Ok(());
    }
    let npm = if cfg!(windows) { "npm.cmd" } else { "npm" };
    run(
        web,
        npm,
        ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"],
    )?;
    fs::write(&mark, wanted).map_err(|e| format!("cannot write {}: {e}", mark.display()))
}

fn run<A: AsRef<OsStr>>(dir: &Path, program: &str, args: impl IntoIterator<Item = A>) -> Result<(), String> {
    let output = Command::new(program)
        .args(args)
        .current_dir(dir)
        .stdin(Stdio::null())
        .output()
        .map_err(|e| {
            format!("Kalends needs Node.js 20 or newer, with npm, to build its pages, but `{program}` could not be started ({e}).\nSee https://nodejs.org")
        })?;
    if output.status.success() {
        return Ok(());
    }
    let said = [output.stdout, output.stderr].concat();
    Err(format!(
        "`{program}` failed in web/ ({}):\n{}",
        output.status,
        String::from_utf8_lossy(&said)
    ))
}

/// A Rust array of every line of the manifest.
fn table(dist: &Path) -> Result<String, String> {
    let manifest =
        fs::read_to_string(dist.join("manifest.txt")).map_err(|e| format!("web/build.mjs left no manifest: {e}"))?;
    let mut rust = "[\n".to_owned();
    for line in manifest.lines() {
        let [name, file, content_type] = line
            .split('\t')
            .collect::<Vec<_>>()
            .try_into()
            .map_err(|_| format!("a manifest line is not `name TAB file TAB type`: {line}"))?;
        let path = dist.join(file);
        let url = format!("/assets/{file}");
        writeln!(
            rust,
            "    Asset {{ name: {name:?}, url: {url:?}, file: {file:?}, content_type: {content_type:?}, bytes: include_bytes!({path:?}) }},"
        )
        .map_err(|e| e.to_string())?;
    }
    rust.push(']');
    Ok(rust)
}
