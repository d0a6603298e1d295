#![expect(clippy::unwrap_used, reason = "a test says what is wrong by failing")]

use figment::Jail;
use figment::providers::Format as _;
use serde_json::json;

use super::{Settings, Switch};

#[test]
#[expect(clippy::result_large_err, reason = "the shape that figment's jail asks for")]
fn each_source_overrides_the_one_before() {
    Jail::expect_with(|jail| {
        let none = json!({});
        assert_eq!(Settings::load(None, &none).unwrap().listen, "127.0.0.1:3000");
        jail.create_file(
            "kalends.toml",
            "listen = '127.0.0.1:1'\nbase_domain = 'file.test'\nlimits = 'off'",
        )?;
        jail.set_env("KALENDS_LISTEN", "127.0.0.1:2");
        jail.set_env("KALENDS_LIMITS", "on");
        jail.set_env("KALENDS_SOMETHING_ELSE", "1");
        let settings = Settings::load(None, &json!({ "listen": "127.0.0.1:3" })).unwrap();
        assert_eq!(settings.listen, "127.0.0.1:3", "a flag before a variable");
        assert_eq!(settings.limits, Switch::On, "a variable before the file");
        assert_eq!(settings.base_domain, "file.test", "the file before the default");
        assert_eq!(Settings::load(None, &none).unwrap().listen, "127.0.0.1:2");
        Ok(())
    });
}

#[test]
#[expect(clippy::result_large_err, reason = "the shape that figment's jail asks for")]
fn what_cannot_be_used_is_refused_by_name() {
    Jail::expect_with(|jail| {
        let wrong = |flags| Settings::load(None, &flags).unwrap_err().to_string();
        assert!(wrong(json!({ "request_timeout": 0 })).contains("request_timeout"));
        assert!(wrong(json!({ "public_url": "booking.example.org" })).contains("public_url"));
        assert!(wrong(json!({ "trusted_proxies": "127.0.0.1, proxy" })).contains("trusted_proxies"));
        assert!(wrong(json!({ "database_url": "mysql://x" })).contains("database_url"));
        assert!(
            Settings::load(Some("missing.toml".as_ref()), &json!({})).is_err(),
            "a named file must exist"
        );
        jail.create_file("kalends.toml", "data_directory = 'x'")?;
        assert!(wrong(json!({})).contains("data_directory"));
        Ok(())
    });
}

#[test]
fn other_machines_are_served_only_when_that_was_asked_for() {
    let loopback = "127.0.0.1:80".parse().unwrap();
    let open = "0.0.0.0:80".parse().unwrap();
    let mut settings = Settings::default();
    assert_eq!(settings.check_address(loopback), Ok(None));
    assert!(settings.check_address(open).is_err());
    settings.insecure_http = true;
    assert!(
        settings.check_address(open).unwrap().is_some(),
        "allowed, with a warning"
    );
    settings.limits = Switch::Off;
    assert!(settings.check_address(open).is_err());
    assert_eq!(settings.check_address(loopback), Ok(None));
}

#[test]
fn the_example_has_every_setting_at_its_default() {
    let example = include_str!("../../../../kalends.example.toml");
    for name in Settings::names().unwrap() {
        let variable = format!("KALENDS_{}", name.to_uppercase());
        let flag = format!("--{}", name.replace('_', "-"));
        assert!(
            example.contains(&format!("({flag}, {variable})")),
            "{name} is explained"
        );
        assert!(example.contains(&format!("\n# {name} = ")), "{name} has a line");
    }
    let uncommented: String = example
        .lines()
        .filter_map(|line| line.strip_prefix("# "))
        .filter(|line| line.split_once(" = ").is_some_and(|(name, _)| !name.contains(' ')))
        .filter(|line| !line.starts_with("database_url") && !line.starts_with("public_url"))
        .map(|line| format!("{line}\n"))
        .collect();
    let read: Settings = figment::Figment::from(figment::providers::Toml::string(&uncommented))
        .extract()
        .unwrap();
    assert_eq!(format!("{read:?}"), format!("{:?}", Settings::default()));
}
