use std::os::unix::fs::PermissionsExt;

use base64::{Engine, engine::general_purpose::STANDARD};
use openssl::{hash::MessageDigest, pkey::PKey, sign::Signer};
use url::form_urlencoded;

use super::{sink::Gateway, *};
use crate::{
    config::sms::{HttpGatewayConfig, JsonTest, TwilioConfig},
    messages::captured_log::CapturedLog,
};

const NOON: i64 = 1_795_521_600;
const ACCOUNT: &str = "AC0123456789abcdef0123456789abcdef";

fn sms() -> Sms {
    Sms {
        id: "0192f0c1-7a2b".into(),
        to: "+4915112345678".into(),
        text: "Huma: \"never\" share & keep\n\n@login.example.org #482915".into(),
        ttl_seconds: 300,
    }
}

fn gateway(url: &str) -> SmsConfig {
    SmsConfig {
        transport: SmsTransportKind::Http,
        timeout_seconds: 1,
        http: HttpGatewayConfig {
            url: format!("{url}/send?key=swordfish"),
            headers: [("X-Api-Key".into(), "swordfish".into())].into(),
            success_json: JsonTest { pointer: "/status".into(), equals: "ok".into() },
            receipt: "/id".into(),
            ..HttpGatewayConfig::default()
        },
        ..SmsConfig::default()
    }
}

fn twilio(url: &str) -> SmsConfig {
    SmsConfig {
        transport: SmsTransportKind::Twilio,
        timeout_seconds: 1,
        twilio: TwilioConfig {
            account_sid: ACCOUNT.into(),
            auth_token: "swordfish".into(),
            from: "+15005550006".into(),
            base_url: url.into(),
            ..TwilioConfig::default()
        },
        ..SmsConfig::default()
    }
}

async fn send(config: &SmsConfig) -> Result<Receipt, SendError> {
    let outcome = SmsTransport::from_config(config, &Mailbox::default()).unwrap().send(&sms(), NOON).await;
    if let Err(error) = &outcome {
        let text = error.to_string();
        for secret in ["swordfish", "482915", "4915112345678"] {
            assert!(!text.contains(secret), "{text}");
        }
    }
    outcome
}

#[tokio::test]
async fn a_gateway_gets_the_message_as_json_and_its_id_is_kept_m13() {
    let sink = Gateway::answering(200, r#"{"status":"ok","id":"gw-17"}"#).await;
    let receipt = send(&gateway(&sink.url)).await.unwrap();
    assert_eq!(receipt.reference.as_deref(), Some("gw-17"));
    let request = sink.request();
    assert!(request.head.starts_with("POST /send?key=swordfish HTTP/1.1"), "{}", request.head);
    assert_eq!(request.header("content-type"), Some("application/json"));
    assert_eq!(request.header("x-api-key"), Some("swordfish"));
    assert_eq!(request.header("x-wardgate-signature"), None);
    let body: serde_json::Value = serde_json::from_str(&request.body).unwrap();
    let expected = serde_json::json!({ "id": sms().id, "to": sms().to, "text": sms().text, "ttl": 300 });
    assert_eq!(body, expected);
}

#[tokio::test]
async fn a_gateway_gets_the_message_as_a_form_with_everything_escaped_m13() {
    let sink = Gateway::answering(202, r#"{"status":"ok"}"#).await;
    let mut config = gateway(&sink.url);
    config.http.content_type = "application/x-www-form-urlencoded".into();
    config.http.body = "recipient={to}&message={text}&x=1".into();
    assert_eq!(send(&config).await.unwrap().reference, None);
    let pairs: Vec<_> = form_urlencoded::parse(sink.request().body.as_bytes()).into_owned().collect();
    let expected = [("recipient", sms().to), ("message", sms().text), ("x", "1".into())];
    assert_eq!(pairs, expected.map(|(name, value)| (name.to_owned(), value)));
}

#[tokio::test]
async fn a_request_is_signed_over_time_and_body_m13() {
    let sink = Gateway::answering(200, r#"{"status":"ok"}"#).await;
    let mut config = gateway(&sink.url);
    config.http.hmac_secret = "0123456789abcdef".into();
    send(&config).await.unwrap();
    let request = sink.request();
    let key = PKey::hmac(b"0123456789abcdef").unwrap();
    let mut signer = Signer::new(MessageDigest::sha256(), &key).unwrap();
    signer.update(format!("{NOON}.{}", request.body).as_bytes()).unwrap();
    let hex: String = signer.sign_to_vec().unwrap().iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(request.header("x-wardgate-signature"), Some(format!("t={NOON},v1={hex}").as_str()));
}

#[tokio::test]
async fn a_gateway_that_fails_or_says_200_and_means_no_is_never_believed_a41() {
    let large = format!("{{\"status\":\"ok\",\"pad\":\"{}\"}}", "x".repeat(70_000));
    for (status, body, told) in [
        (500, r#"{"status":"ok"}"#, "500"),
        (503, "", "503"),
        (429, "", "429"),
        (302, "", "302"),
        (200, r#"{"status":"error","message":"+4915112345678 482915"}"#, "(error)"),
        (200, r#"{"status":"482915"}"#, "\"ok\" ()"),
        (200, r#"{"status":["ok"]}"#, "(nothing)"),
        (200, "<html>ok</html>", "(nothing)"),
        (204, "", "(nothing)"),
        (200, large.as_str(), "too much"),
    ] {
        let sink = Gateway::answering(status, body).await;
        let error = send(&gateway(&sink.url)).await.unwrap_err();
        assert!(matches!(&error, SendError::Retry(text) if text.contains(told)), "{status}: {error:?}");
        assert_eq!(sink.count(), 1, "no redirect is followed and nothing is sent twice");
    }
}

#[tokio::test]
async fn a_status_that_the_operator_calls_permanent_is_permanent() {
    let sink = Gateway::answering(422, "").await;
    assert_eq!(send(&gateway(&sink.url)).await, Err(SendError::Permanent("the gateway answered 422".into())));
}

#[tokio::test]
async fn a_gateway_that_is_silent_or_away_is_tried_again_a41() {
    let sink = Gateway::silent().await;
    for config in [gateway(&sink.url), twilio(&sink.url)] {
        let outcome = send(&config).await;
        assert_eq!(outcome, Err(SendError::Retry("the gateway did not answer in time".into())));
    }
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let away = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let outcome = send(&gateway(&away)).await;
    assert_eq!(outcome, Err(SendError::Retry("the gateway cannot be reached".into())));
}

#[tokio::test]
async fn twilio_gets_a_form_under_basic_authentication_m13() {
    let sink = Gateway::answering(201, r#"{"sid":"SM17","status":"queued","error_code":null}"#).await;
    assert_eq!(send(&twilio(&sink.url)).await.unwrap().reference.as_deref(), Some("SM17"));
    let request = sink.request();
    let target = format!("POST /2010-04-01/Accounts/{ACCOUNT}/Messages.json HTTP/1.1");
    assert!(request.head.starts_with(&target), "{}", request.head);
    let basic = format!("Basic {}", STANDARD.encode(format!("{ACCOUNT}:swordfish")));
    assert_eq!(request.header("authorization"), Some(basic.as_str()));
    let pairs: Vec<_> = form_urlencoded::parse(request.body.as_bytes()).into_owned().collect();
    let expected = [
        ("To", sms().to),
        ("From", "+15005550006".into()),
        ("Body", sms().text),
        ("ValidityPeriod", "300".into()),
    ];
    assert_eq!(pairs, expected.map(|(name, value)| (name.to_owned(), value)));
}

#[tokio::test]
async fn twilio_may_be_used_with_an_api_key_and_a_messaging_service() {
    let sink = Gateway::answering(201, r#"{"sid":"SM17","status":"accepted"}"#).await;
    let mut config = twilio(&sink.url);
    config.twilio.api_key = "SK0123456789abcdef0123456789abcdef".into();
    config.twilio.from = String::new();
    config.twilio.messaging_service_sid = "MG17".into();
    send(&config).await.unwrap();
    let request = sink.request();
    let basic = STANDARD.encode("SK0123456789abcdef0123456789abcdef:swordfish");
    assert_eq!(request.header("authorization"), Some(format!("Basic {basic}").as_str()));
    assert!(request.body.contains("MessagingServiceSid=MG17") && !request.body.contains("From="));
}

#[tokio::test]
async fn twilio_refusals_are_sorted_and_told_by_their_code_a41() {
    let invalid = r#"{"code":21211,"message":"'To' +4915112345678 is not a number","status":400}"#;
    for (status, body, permanent, told) in [
        (400, invalid, true, "400, error 21211"),
        (404, "", true, "404"),
        (401, r#"{"code":20003}"#, false, "error 20003"),
        (429, r#"{"code":20429}"#, false, "error 20429"),
        (500, "", false, "500"),
        (307, "", false, "307"),
        (200, "", false, "without accepting"),
        (201, r#"{"sid":"SM1","status":"failed","error_code":30007}"#, false, "error 30007"),
    ] {
        let sink = Gateway::answering(status, body).await;
        let error = send(&twilio(&sink.url)).await.unwrap_err();
        assert_eq!(matches!(error, SendError::Permanent(_)), permanent, "{status}: {error:?}");
        assert!(error.to_string().contains(told), "{status}: {error:?}");
    }
}

#[tokio::test]
async fn a_number_that_is_not_e164_never_leaves_m8() {
    let mailbox = Mailbox::default();
    let config = SmsConfig { transport: SmsTransportKind::Memory, ..SmsConfig::default() };
    let transport = SmsTransport::from_config(&config, &mailbox).unwrap();
    for to in ["", "015112345678", "+0151123456", "+49 151", "+49151123456;ext=1", "+4915112345678901"] {
        let outcome = transport.send(&Sms { to: to.into(), ..sms() }, NOON).await;
        assert!(matches!(outcome, Err(SendError::Permanent(_))), "{to}: {outcome:?}");
    }
    assert!(mailbox.newest_first().is_empty());
    transport.send(&sms(), NOON).await.unwrap();
    assert_eq!(mailbox.last(Kind::Sms, &sms().to).unwrap().text, sms().text);
    assert!(!format!("{:?}", sms()).contains("482915"));
}

#[tokio::test]
async fn a_folder_gets_one_private_file_per_text() {
    let dir = tempfile::tempdir().unwrap();
    let mailbox = Mailbox::default();
    let config =
        SmsConfig { transport: SmsTransportKind::Folder, folder: dir.path().into(), ..SmsConfig::default() };
    let transport = SmsTransport::from_config(&config, &mailbox).unwrap();
    transport.send(&sms(), NOON).await.unwrap();
    let path = dir.path().join("1795521600-sms-0192f0c1-7a2b.txt");
    assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    assert!(std::fs::read_to_string(path).unwrap().contains("#482915"));
    mailbox.fail_with(Kind::Sms, Some(SendError::Permanent("no".into())));
    assert_eq!(transport.send(&sms(), NOON).await, Err(SendError::Permanent("no".into())));
    assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 1);
}

#[tokio::test]
async fn the_log_holds_neither_text_nor_number_nor_key_even_at_trace_m19() {
    let sink = Gateway::answering(201, r#"{"sid":"SM17","status":"ok"}"#).await;
    let log = CapturedLog::start();
    send(&gateway(&sink.url)).await.unwrap();
    send(&twilio(&sink.url)).await.unwrap();
    tracing::trace!("the log is on");
    let log = log.text();
    assert!(log.contains("the log is on"));
    let basic = STANDARD.encode(format!("{ACCOUNT}:swordfish"));
    for secret in ["482915", "4915112345678", "swordfish", &basic] {
        assert!(!log.contains(secret), "{log}");
    }
}

#[test]
fn a_missing_transport_is_a_problem_with_its_key() {
    let problem = SmsTransport::from_config(&SmsConfig::default(), &Mailbox::default()).unwrap_err();
    assert_eq!(problem.to_string(), "sms.transport: is not set");
}
