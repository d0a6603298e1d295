//! `kalends serve`, from its start to its end.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;

use kalends_store::store::{Access, Store};

use crate::program::{Outcome, Server, kalends, run};

#[test]
fn it_starts_on_an_empty_directory_answers_and_stops() -> Outcome {
    let dir = tempfile::tempdir()?;
    let server = Server::start(&dir.path().join("new"), &["serve"])?;
    for path in ["/healthz", "/readyz", "/metrics", "/api/openapi.json", "/docs/"] {
        let answer = server.get(path)?;
        assert!(answer.starts_with("HTTP/1.1 200"), "{path}: {answer}");
    }
    server.stop()
}

#[test]
fn every_answer_refuses_what_a_browser_need_not_do() -> Outcome {
    let dir = tempfile::tempdir()?;
    let server = Server::start(dir.path(), &["serve"])?;
    for path in ["/healthz", "/nothing", "/api/v1/nothing", "/staff/login"] {
        let answer = server.get(path)?;
        for header in [
            "content-security-policy: default-src 'none'; script-src 'self';",
            "x-content-type-options: nosniff",
            "referrer-policy: same-origin",
            "cross-origin-opener-policy: same-origin",
            "cache-control: no-store",
            "x-request-id: ",
        ] {
            assert!(answer.contains(header), "{path} lacks {header}: {answer}");
        }
        assert!(!answer.contains("unsafe-"), "{path}: {answer}");
        assert!(
            !answer.contains("strict-transport-security"),
            "plain http promises nothing"
        );
    }
    server.stop()
}

#[test]
fn what_is_not_there_is_a_problem_for_programs_and_a_page_for_people() -> Outcome {
    let dir = tempfile::tempdir()?;
    let server = Server::start(dir.path(), &["serve"])?;
    let problem = server.get("/api/v2/departments")?;
    assert!(problem.starts_with("HTTP/1.1 404"), "{problem}");
    assert!(problem.contains("content-type: application/problem+json"), "{problem}");
    let page = server.get("/no-such-page")?;
    assert!(page.starts_with("HTTP/1.1 404"), "{page}");
    assert!(page.contains("<html"), "{page}");
    let method = server.get("/preferences")?;
    assert!(method.starts_with("HTTP/1.1 405"), "{method}");
    assert!(method.contains("allow: POST"), "{method}");
    server.stop()
}

#[test]
fn a_request_under_way_is_answered_before_it_stops() -> Outcome {
    let dir = tempfile::tempdir()?;
    let server = Server::start(dir.path(), &["serve"])?;
    let mut stream = TcpStream::connect(&server.address)?;
    let head = format!(
        "POST /preferences HTTP/1.1\r\nhost: {}\r\norigin: http://{0}\r\ncontent-type: application/x-www-form-urlencoded\r\n\
         content-length: 10\r\n\r\ntheme=",
        server.address
    );
    stream.write_all(head.as_bytes())?;
    // An answer to another request shows that the first one has been read.
    server.get("/healthz")?;
    server.terminate()?;
    while TcpStream::connect(&server.address).is_ok() {
        std::thread::yield_now();
    }
    stream.write_all(b"dark")?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    assert!(answer.starts_with("HTTP/1.1 303"), "{answer}");
    assert!(server.wait()?.success());
    Ok(())
}

#[test]
fn it_starts_again_where_it_was_killed() -> Outcome {
    let dir = tempfile::tempdir()?;
    Server::start(dir.path(), &["serve"])?.kill()?;
    let server = Server::start(dir.path(), &["serve"])?;
    assert!(server.get("/readyz")?.starts_with("HTTP/1.1 200"));
    assert!(run(dir.path(), &["verify"])?.status.success());
    server.stop()
}

#[test]
fn other_machines_are_served_only_with_the_flag() -> Outcome {
    let dir = tempfile::tempdir()?;
    let refused = run(dir.path(), &["serve", "--listen", "0.0.0.0:0"])?;
    assert_eq!(refused.status.code(), Some(1));
    assert!(String::from_utf8(refused.stderr)?.contains("--insecure-http"));
    let unlimited = ["serve", "--listen", "0.0.0.0:0", "--insecure-http", "--limits", "off"];
    assert_eq!(run(dir.path(), &unlimited)?.status.code(), Some(1));
    Ok(())
}

#[test]
fn a_busy_port_is_said() -> Outcome {
    let dir = tempfile::tempdir()?;
    let other = std::net::TcpListener::bind("127.0.0.1:0")?;
    let address = other.local_addr()?.to_string();
    let refused = run(dir.path(), &["serve", "--listen", &address])?;
    assert_eq!(refused.status.code(), Some(1));
    assert!(String::from_utf8(refused.stderr)?.contains("cannot listen on"));
    Ok(())
}

#[tokio::test]
async fn it_does_not_start_without_a_good_signing_key() -> Outcome {
    let dir = tempfile::tempdir()?;
    assert!(run(dir.path(), &["migrate"])?.status.success());
    let url = format!("sqlite://{}", dir.path().join("kalends.db").display());
    for damage in [
        "UPDATE signing_keys SET private_key = x'0000'",
        "DELETE FROM signing_keys",
    ] {
        let store = Store::connect(&url, Access::Owner).await?;
        let mut tx = store.begin_untenanted().await?;
        tx.query(damage).execute().await?;
        tx.commit().await?;
        store.close().await?;
        let refused = run(dir.path(), &["serve", "--listen", "127.0.0.1:0"])?;
        assert_eq!(refused.status.code(), Some(1), "{damage}: {refused:?}");
        assert!(String::from_utf8(refused.stderr)?.contains("signing key"));
    }
    assert!(
        run(dir.path(), &["migrate"])?.status.success(),
        "migrate makes a missing key"
    );
    Server::start(dir.path(), &["serve"])?.stop()
}

#[test]
fn a_schema_that_is_behind_is_left_when_that_was_asked_for() -> Outcome {
    let dir = tempfile::tempdir()?;
    let refused = run(dir.path(), &["serve", "--no-migrate", "--listen", "127.0.0.1:0"])?;
    assert_eq!(refused.status.code(), Some(1));
    Ok(())
}

#[test]
fn a_variable_sets_what_no_flag_does() -> Outcome {
    let dir = tempfile::tempdir()?;
    let refused = kalends(&["serve", "--data-dir"])
        .arg(dir.path())
        .env("KALENDS_LISTEN", "0.0.0.0:0")
        .output()?;
    assert!(String::from_utf8(refused.stderr)?.contains("--insecure-http"));
    Ok(())
}
