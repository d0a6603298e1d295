#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use super::*;

fn pool() -> Passwords {
    Passwords::new(1, 4)
}

const RIGHT: Verdict = Verdict::Right { rehashed: None };

#[tokio::test]
async fn a_password_is_every_byte_of_it() {
    let long = "p".repeat(72);
    let pairs = [
        ("correct horse", "correct horsf"),
        (" spaced out ", "spaced out"),
        ("caf\u{e9} au lait", "cafe\u{301} au lait"),
        ("nul\0 inside", "nul\0 outside"),
        ("nul\0 inside", "nul"),
        ("🐎🔋📎🐎", "🐎🔋📎🐴"),
        (&format!("{long}X"), &format!("{long}Y")),
        (&format!("{long}X"), &long),
        (&"x".repeat(1_024), &"x".repeat(1_023)),
    ];
    let passwords = pool();
    for (password, other) in pairs {
        let hash = passwords.hash(password).await.unwrap();
        assert_eq!(
            passwords.verify(password, Some(&hash)).await.unwrap(),
            RIGHT,
            "{password:?}"
        );
        assert_eq!(
            passwords.verify(other, Some(&hash)).await.unwrap(),
            Verdict::Wrong,
            "{other:?}"
        );
    }
}

#[test]
fn eight_to_1024_bytes_are_accepted() {
    for (password, fits) in [
        ("1234567".to_owned(), false),
        ("12345678".to_owned(), true),
        ("éééé".to_owned(), true),
        ("x".repeat(1_024), true),
        ("x".repeat(1_025), false),
        ("x".repeat(4_096), false),
    ] {
        let mut rules = Check::default();
        check(&mut rules, "password", &password);
        assert_eq!(rules.finish().is_ok(), fits, "{} bytes", password.len());
    }
}

#[tokio::test]
async fn a_bcrypt_hash_is_accepted_once_and_replaced() {
    // Made by Python's bcrypt for "imported-password", cost 4.
    let imported = bcrypt::non_truncating_hash("imported-password", 4).unwrap();
    let passwords = pool();
    assert_eq!(
        passwords.verify("imported-passwore", Some(&imported)).await.unwrap(),
        Verdict::Wrong
    );
    let Verdict::Right {
        rehashed: Some(rehashed),
    } = passwords.verify("imported-password", Some(&imported)).await.unwrap()
    else {
        panic!("not rehashed")
    };
    assert!(rehashed.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
    assert_eq!(
        passwords.verify("imported-password", Some(&rehashed)).await.unwrap(),
        RIGHT
    );
}

#[tokio::test]
async fn a_bcrypt_hash_never_takes_more_than_it_looks_at() {
    let long = "b".repeat(72);
    let imported = bcrypt::non_truncating_hash(&long[..71], 4).unwrap();
    let passwords = pool();
    assert_eq!(
        passwords.verify(&format!("{long}X"), Some(&imported)).await.unwrap(),
        Verdict::Wrong
    );
}

#[tokio::test]
async fn unreadable_and_absurd_hashes_are_wrong() {
    let absurd = bcrypt::non_truncating_hash("password", 4)
        .unwrap()
        .replace("$04$", "$31$");
    for stored in ["", "password", "$argon2id$", "$2b$12$short", absurd.as_str()] {
        assert_eq!(
            pool().verify("password", Some(stored)).await.unwrap(),
            Verdict::Wrong,
            "{stored}"
        );
    }
    assert_eq!(pool().verify("password", None).await.unwrap(), Verdict::Wrong);
    PasswordHash::new(NOBODYS).unwrap();
}

#[tokio::test]
async fn a_full_queue_answers_at_once() {
    let passwords = Passwords::new(1, 2);
    let all = futures(&passwords, 20).await;
    let refused = all
        .iter()
        .filter(|result| matches!(result, Err(AppError::RateLimited { .. })))
        .count();
    assert!(refused > 0, "nobody was refused");
    assert!(all.iter().any(Result::is_ok));
    assert!(
        passwords.verify("password", None).await.is_ok(),
        "the queue did not drain"
    );
}

async fn futures(passwords: &Passwords, count: usize) -> Vec<Result<Verdict>> {
    let mut running = tokio::task::JoinSet::new();
    for _ in 0..count {
        let passwords = passwords.clone();
        running.spawn(async move { passwords.verify("password", None).await });
    }
    running.join_all().await
}
