//! The rules of the house that neither the compiler nor a lint can see: which module may import which, and how long a
//! file may be. A failure names the file and line, and what to do instead.

use std::collections::BTreeSet;
use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

type Outcome = Result<(), Box<dyn Error>>;

/// The server's entries. They meet in `serve.rs`; what two of them share lives in `http/`.
const SIBLINGS: [&str; 4] = ["api", "pages", "worker", "cli"];

/// What each crate must do without, so that its layer stays what it is.
const FORBIDDEN: [(&str, &[&str]); 4] = [
    (
        "domain",
        &[
            "kalends-store",
            "kalends-app",
            "kalends-server",
            "tokio",
            "sqlx",
            "axum",
            "rand",
            "reqwest",
            "tracing",
        ],
    ),
    ("store", &["kalends-app", "kalends-server", "axum", "askama", "reqwest"]),
    ("app", &["kalends-server", "sqlx", "axum", "askama", "clap"]),
    (
        "assets",
        &["kalends-store", "kalends-app", "kalends-server", "sqlx", "axum"],
    ),
];

const MOST_LINES: usize = 500;

/// File names that say nothing about what is inside.
const NAMELESS: [&str; 6] = ["mod.rs", "utils.rs", "helpers.rs", "common.rs", "misc.rs", "prelude.rs"];

#[test]
fn the_servers_entries_do_not_import_each_other() -> Outcome {
    let src = root().join("crates/server/src");
    let mut wrong = Vec::new();
    for sibling in SIBLINGS {
        let mut files = files_under(&src.join(sibling), &["rs"])?;
        files.extend(Some(src.join(format!("{sibling}.rs"))).filter(|file| file.exists()));
        for file in files {
            for (line, module) in crate_paths(&fs::read_to_string(&file)?) {
                if module != sibling && SIBLINGS.contains(&module.as_str()) {
                    wrong.push(format!("{}:{line}: {sibling} imports {module}", short(&file)));
                }
            }
        }
    }
    report(
        &wrong,
        "Move what both need into crates/server/src/http/, or into a use case of kalends-app.",
    )
}

#[test]
fn no_layer_depends_on_what_belongs_to_another() -> Outcome {
    let mut wrong = Vec::new();
    for (layer, forbidden) in FORBIDDEN {
        let manifest = fs::read_to_string(root().join(format!("crates/{layer}/Cargo.toml")))?;
        for name in dependencies(&manifest) {
            if forbidden.contains(&name) {
                wrong.push(format!("crates/{layer}/Cargo.toml: {layer} depends on {name}"));
            }
        }
    }
    report(
        &wrong,
        "Do it in the layer that has this dependency, and pass the result as an argument.",
    )
}

#[test]
fn every_file_is_short_and_named_after_what_it_is_for() -> Outcome {
    let mut wrong = Vec::new();
    for dir in ["crates", "web", "e2e", "bench"] {
        for file in files_under(&root().join(dir), &["rs", "html", "ts", "mjs", "css", "ftl"])? {
            let lines = fs::read_to_string(&file)?.lines().count();
            if lines > MOST_LINES {
                wrong.push(format!("{}: {lines} lines, the most is {MOST_LINES}", short(&file)));
            }
            if file
                .file_name()
                .is_some_and(|name| NAMELESS.iter().any(|bad| name == *bad))
            {
                wrong.push(format!("{}: the name does not say what is inside", short(&file)));
            }
        }
    }
    report(&wrong, "Split it by noun; write foo.rs and foo/, not foo/mod.rs.")
}

#[test]
fn both_databases_have_every_migration_and_its_way_back() -> Outcome {
    let [postgres, sqlite] = ["postgres", "sqlite"].map(|dialect| migrations(&root().join("migrations").join(dialect)));
    let (postgres, sqlite) = (postgres?, sqlite?);
    let mut wrong = Vec::new();
    for name in postgres.symmetric_difference(&sqlite) {
        wrong.push(format!(
            "{name}: in one of migrations/postgres and migrations/sqlite only"
        ));
    }
    for up in postgres.iter().filter_map(|name| name.strip_suffix(".up.sql")) {
        if !postgres.contains(&format!("{up}.down.sql")) {
            wrong.push(format!("{up}: no .down.sql"));
        }
    }
    assert!(!postgres.is_empty(), "there are migrations");
    report(
        &wrong,
        "Write the same number and name for both databases, up and down.",
    )
}

#[test]
fn a_path_into_the_crate_is_found_however_it_is_written() {
    let source =
        "use crate::{http::{a, b}, pages};\n// crate::worker\nfn f() { crate::cli::run() }\npub(crate) fn g() {}";
    let found: Vec<_> = crate_paths(source);
    assert_eq!(
        found,
        [(1, "http".to_owned()), (1, "pages".to_owned()), (3, "cli".to_owned())]
    );
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn short(file: &Path) -> String {
    file.strip_prefix(root()).unwrap_or(file).display().to_string()
}

fn report(wrong: &[String], remedy: &str) -> Outcome {
    if wrong.is_empty() {
        Ok(())
    } else {
        Err(format!("\n{}\n{remedy}", wrong.join("\n")).into())
    }
}

fn migrations(dir: &Path) -> Result<BTreeSet<String>, Box<dyn Error>> {
    let files = files_under(dir, &["sql"])?;
    Ok(files
        .iter()
        .filter_map(|file| Some(file.file_name()?.to_str()?.to_owned()))
        .collect())
}

/// Every file below `dir` with one of these extensions; none if there is no such directory.
fn files_under(dir: &Path, extensions: &[&str]) -> Result<Vec<PathBuf>, Box<dyn Error>> {
    let mut found = Vec::new();
    if !dir.is_dir() {
        return Ok(found);
    }
    for entry in fs::read_dir(dir)? {
        let path = entry?.path();
        if path.is_dir() {
            if !["node_modules", "dist", "output", "target"]
                .iter()
                .any(|built| path.ends_with(built))
            {
                found.extend(files_under(&path, extensions)?);
            }
        } else if path
            .extension()
            .is_some_and(|ext| extensions.iter().any(|wanted| ext == *wanted))
        {
            found.push(path);
        }
    }
    Ok(found)
}

/// The names under `[dependencies]`: what is in the program, tests aside.
fn dependencies(manifest: &str) -> impl Iterator<Item = &str> {
    manifest
        .lines()
        .skip_while(|line| *line != "[dependencies]")
        .skip(1)
        .take_while(|line| !line.starts_with('['))
        .filter_map(|line| line.split(['.', ' ', '=']).next())
        .filter(|name| !name.is_empty() && !name.starts_with('#'))
}

/// The line and first segment of every `crate::…` path, groups (`crate::{a::b, c}`) taken apart, comments skipped.
fn crate_paths(source: &str) -> Vec<(usize, String)> {
    let code: String = source
        .lines()
        .map(|line| line.split("//").next().unwrap_or_default().to_owned() + "\n")
        .collect();
    let mut found = Vec::new();
    for (at, _) in code.match_indices("crate::") {
        let line = code[..at].matches('\n').count() + 1;
        let path = &code[at + "crate::".len()..];
        if let Some(group) = path.strip_prefix('{') {
            found.extend(first_segments(group).into_iter().map(|name| (line, name)));
        } else {
            found.push((line, leading_word(path)));
        }
    }
    found
}

/// The first word of each member of a `{…}` group, whose opening brace is already off.
fn first_segments(group: &str) -> Vec<String> {
    let (mut depth, mut start, mut members) = (0, 0, Vec::new());
    for (at, sign) in group.char_indices() {
        match sign {
            '{' => depth += 1,
            '}' if depth > 0 => depth -= 1,
            ',' | '}' if depth == 0 => {
                members.push(leading_word(&group[start..at]));
                start = at + 1;
                if sign == '}' {
                    break;
                }
            }
            _ => {}
        }
    }
    members
}

fn leading_word(text: &str) -> String {
    text.trim_start()
        .chars()
        .take_while(|c| c.is_alphanumeric() || *c == '_')
        .collect()
}
