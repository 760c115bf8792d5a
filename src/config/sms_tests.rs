use super::*;

fn parse(toml: &str) -> SmsConfig {
    toml::from_str(toml).unwrap()
}

fn keys(config: &SmsConfig, production: bool) -> Vec<String> {
    config.problems("sms", production).into_iter().map(|problem| problem.key).collect()
}

const GATEWAY: &str = r#"
transport = "http"
[http]
url = "https://sms.example.org/v1/send"
headers = { Authorization = "Bearer swordfish" }
content_type = "application/x-www-form-urlencoded; charset=utf-8"
body = "to={to}&text={text}"
hmac_secret = "0123456789abcdef"
success_json = { pointer = "/status", equals = "ok" }
receipt = "/id"
"#;

const TWILIO: &str = r#"
transport = "twilio"
[twilio]
account_sid = "AC0123456789abcdef0123456789abcdef"
auth_token = "swordfish"
from = "+15005550006"
"#;

#[test]
fn a_full_gateway_and_a_full_twilio_are_fine_in_production_and_print_no_secret() {
    for text in [GATEWAY, TWILIO] {
        let config = parse(text);
        assert_eq!(config.problems("sms", true), []);
        assert!(!format!("{config:?}").contains("swordfish"));
    }
}

#[test]
fn all_problems_of_a_gateway_are_told_at_once_with_their_path() {
    let config = parse(
        r#"transport = "http"
        timeout_seconds = 0
        [http]
        url = "http://sms.example.org"
        method = "GET"
        headers = { Host = "x", "bad name" = "x", Key = "a\nb" }
        body = "{}"
        hmac_secret = "short"
        success_statuses = [302]
        permanent_statuses = [200]
        success_json = { equals = "ok" }
        receipt = "id""#,
    );
    assert_eq!(
        keys(&config, true),
        [
            "sms.timeout_seconds",
            "sms.http.url",
            "sms.http.method",
            "sms.http.headers.Host",
            "sms.http.headers.Key",
            "sms.http.headers.bad name",
            "sms.http.body",
            "sms.http.hmac_secret",
            "sms.http.success_statuses",
            "sms.http.permanent_statuses",
            "sms.http.receipt",
            "sms.http.success_json.pointer",
        ]
    );
}

#[test]
fn an_empty_twilio_section_names_what_is_missing() {
    let config = parse("transport = \"twilio\"\n[twilio]\nbase_url = \"http://127.0.0.1:9\"");
    let missing = ["sms.twilio.account_sid", "sms.twilio.auth_token", "sms.twilio.from"];
    assert_eq!(keys(&config, false), missing);
    assert_eq!(keys(&config, true)[3..], ["sms.twilio.base_url"]);
}

#[test]
fn production_wants_a_real_gateway_and_development_does_not() {
    for transport in ["folder", "memory", ""] {
        let config = parse(&format!("transport = \"{transport}\"\nfolder = \"texts\""));
        assert_eq!(keys(&config, true), ["sms.transport"], "{transport}");
        assert_eq!(keys(&config, false), [] as [&str; 0], "{transport}");
    }
    assert_eq!(keys(&parse("transport = \"folder\""), false), ["sms.folder"]);
}

#[test]
fn an_address_with_a_password_in_it_is_refused_without_printing_it() {
    let config = parse(&GATEWAY.replace("https://", "https://user:swordfish@"));
    let problems = config.problems("sms", true);
    assert_eq!(problems[0].key, "sms.http.url");
    assert!(!problems[0].to_string().contains("swordfish"));
}

#[test]
fn an_unknown_key_is_refused_at_every_level() {
    for text in ["urll = 1", "[http]\nurll = 1", "[http.success_json]\npath = 1", "[twilio]\ntoken = 1"] {
        assert!(toml::from_str::<SmsConfig>(text).is_err(), "{text}");
    }
}
