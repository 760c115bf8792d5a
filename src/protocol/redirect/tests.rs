use super::*;
use crate::protocol::client::tests::{native_client, web_client};
use crate::protocol::error::ErrorCode;

fn prove(policy: &ClientPolicy, uri: &str) -> Result<CallbackTarget, Unproven> {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    query.append_pair("client_id", &policy.client_id).append_pair("redirect_uri", uri);
    CallbackTarget::prove(policy, &Params::parse(query.finish().as_bytes()).unwrap())
}

fn target(uri: &str) -> CallbackTarget {
    CallbackTarget::try_from(uri.to_owned()).unwrap()
}

fn sent(response: Response) -> Url {
    match response {
        Response::Redirect(url) => url,
        Response::Post { .. } => panic!("not a redirect"),
    }
}

#[test]
fn an_answer_travels_as_the_request_asks_i35() {
    let target = CallbackTarget::try_from("https://a.example/cb?x=1".to_owned()).unwrap();
    let answer = |mode| target.success(mode, "c&d", Some("s"), "https://id.example");
    let fragment = sent(answer(ResponseMode::Fragment));
    assert_eq!(fragment.as_str(), "https://a.example/cb?x=1#code=c%26d&state=s&iss=https%3A%2F%2Fid.example");
    let fields = [("code", "c&d"), ("state", "s"), ("iss", "https://id.example")];
    let fields = fields.map(|(name, value)| (name, value.to_owned())).into();
    let action = "https://a.example/cb?x=1".to_owned();
    assert_eq!(answer(ResponseMode::FormPost), Response::Post { action, fields });
}

#[test]
fn only_the_registered_bytes_are_a_target_a60_i15_i16() {
    let client = web_client();
    assert_eq!(
        prove(&client, "https://app.example.com/cb").unwrap().redirect_uri(),
        "https://app.example.com/cb"
    );
    for uri in [
        "https://app.example.com/cb/",
        "https://app.example.com/CB",
        "https://app.example.com/Cb",
        "https://APP.example.com/cb",
        "HTTPS://app.example.com/cb",
        "http://app.example.com/cb",
        "https://app.example.com:443/cb",
        "https://app.example.com:8443/cb",
        "https://app.example.com./cb",
        "https://app.example.com//cb",
        "https://app.example.com/./cb",
        "https://app.example.com/x/../cb",
        "https://app.example.com/cb/..",
        "https://app.example.com/cb/..;/x",
        "https://app.example.com/cb;x",
        "https://app.example.com/%63b",
        "https://app.example.com/cb%2f",
        "https://app.example.com/%2e/cb",
        "https://app.example.com/%2e%2e/cb",
        "https://app.example.com/cb?",
        "https://app.example.com/cb?x",
        "https://app.example.com/cb#",
        "https://app.example.com/cb#x",
        "https://user@app.example.com/cb",
        "https://@app.example.com/cb",
        "https://app.example.com@evil.example/cb",
        "https://app.example.com:x@evil.example/cb",
        "https://evil.example/https://app.example.com/cb",
        "https://app.example.com.evil.example/cb",
        "https://appXexample.com/cb",
        "https://app.example.comevil/cb",
        "https://app.еxample.com/cb",
        "https://app。example.com/cb",
        " https://app.example.com/cb",
        "https://app.example.com/cb ",
        "https://app.example.com/cb\t",
        "https://app.example.com/cb\n",
        "https://app.example.com/cb\r\nLocation: https://evil.example",
        "https:/app.example.com/cb",
        "https:\\\\app.example.com\\cb",
        "//app.example.com/cb",
        "/cb",
        "javascript:alert(1)//https://app.example.com/cb",
        "data:text/html,https://app.example.com/cb",
        "https://localhost/cb",
        "https://127.0.0.1/cb",
    ] {
        assert!(matches!(prove(&client, uri), Err(Unproven::Mismatch { .. })), "{uri}");
    }
}

#[test]
fn a_missing_redirect_or_another_client_gives_no_target_a61() {
    let client = web_client();
    let prove = |query: &str| CallbackTarget::prove(&client, &Params::parse(query.as_bytes()).unwrap());
    assert_eq!(prove("client_id=dashboard"), Err(Unproven::MissingRedirect));
    assert_eq!(prove("client_id=dashboard&redirect_uri="), Err(Unproven::MissingRedirect));
    let uri = "https%3A%2F%2Fapp.example.com%2Fcb";
    assert_eq!(prove(&format!("client_id=other&redirect_uri={uri}")), Err(Unproven::WrongClient));
    assert_eq!(prove(&format!("redirect_uri={uri}")), Err(Unproven::WrongClient));
    assert!(prove(&format!("client_id=dashboard&redirect_uri={uri}")).is_ok());
}

#[test]
fn a_loopback_redirect_of_a_native_app_may_choose_its_port_b1() {
    let client = native_client();
    for uri in [
        "http://127.0.0.1/cb",
        "http://127.0.0.1:1/cb",
        "http://127.0.0.1:65535/cb",
        "http://[::1]:51004/cb?x=1",
        "http://localhost/cb",
        "com.example.app:/cb",
    ] {
        assert_eq!(prove(&client, uri).unwrap().redirect_uri(), uri);
    }
    for uri in [
        "http://localhost:51004/cb",
        "http://127.0.0.1:0/cb",
        "http://127.0.0.1:080/cb",
        "http://127.0.0.1:65536/cb",
        "http://127.0.0.1:/cb",
        "http://127.0.0.1:+80/cb",
        "http://127.0.0.1:80@evil.example/cb",
        "http://127.0.0.1@evil.example/cb",
        "http://127.0.0.1.evil.example/cb",
        "http://127.0.0.1:80.evil.example/cb",
        "http://127.0.0.1:51004/cb2",
        "http://127.0.0.1:51004/cb?x=1",
        "http://127.0.0.1:51004/cb#x",
        "http://127.0.0.2:51004/cb",
        "http://[::1]:51004/cb",
        "https://127.0.0.1:51004/cb",
        "com.example.app:51004/cb",
    ] {
        assert!(prove(&client, uri).is_err(), "{uri}");
    }
    let mut web = web_client();
    web.redirect_uris = vec!["http://127.0.0.1:9000/cb".into()];
    assert!(prove(&web, "http://127.0.0.1:9001/cb").is_err(), "only native applications choose");
}

#[test]
fn a_dangerous_uri_is_refused_at_run_time_too_a62() {
    for uri in
        ["javascript:alert(1)", "data:text/html,x", "http://app.example.com/cb", "https://a.example/#x"]
    {
        let mut client = web_client();
        client.redirect_uris = vec![uri.into()];
        assert!(matches!(prove(&client, uri), Err(Unproven::Unsafe(_))), "{uri}");
    }
}

#[test]
fn answers_keep_the_registered_query_and_carry_the_issuer_a78() {
    let issuer = "https://id.example.com";
    let cases = [
        (
            "https://a.example/cb",
            "https://a.example/cb?code=c%26d&state=s+%3C&iss=https%3A%2F%2Fid.example.com",
        ),
        (
            "https://a.example/cb?t=%2F1",
            "https://a.example/cb?t=%2F1&code=c%26d&state=s+%3C&iss=https%3A%2F%2Fid.example.com",
        ),
        (
            "com.example.app:/cb",
            "com.example.app:/cb?code=c%26d&state=s+%3C&iss=https%3A%2F%2Fid.example.com",
        ),
        ("com.example.app:cb", "com.example.app:cb?code=c%26d&state=s+%3C&iss=https%3A%2F%2Fid.example.com"),
    ];
    for (uri, expected) in cases {
        let url = sent(target(uri).success(ResponseMode::Query, "c&d", Some("s <"), issuer));
        assert_eq!(url.as_str(), expected);
    }
    let error = OAuthError::new(ErrorCode::AccessDenied, "No.");
    let url = sent(target("https://a.example/cb").error(ResponseMode::Query, &error, None, issuer));
    let expected =
        "https://a.example/cb?error=access_denied&error_description=No.&iss=https%3A%2F%2Fid.example.com";
    assert_eq!(url.as_str(), expected);
}

#[test]
fn a_state_with_line_ends_and_markup_stays_inert_a65() {
    let state = "\r\nSet-Cookie: a=b\r\n\r\n<script>alert(1)</script>&iss=https://evil.example#";
    let url = sent(target("https://a.example/cb").success(
        ResponseMode::Query,
        "c",
        Some(state),
        "https://id.example.com",
    ));
    assert!(url.as_str().bytes().all(|byte| byte.is_ascii_graphic() && !b"<>\"#".contains(&byte)));
    let read = Params::parse(url.query().unwrap().as_bytes()).unwrap();
    assert_eq!((read.get("state"), read.get("iss")), (Some(state), Some("https://id.example.com")));
}

#[test]
fn the_origin_is_a_source_expression() {
    let cases = [
        ("https://a.example/cb?x=1", "https://a.example"),
        ("https://a.example:8443/cb", "https://a.example:8443"),
        ("http://127.0.0.1:51004/cb", "http://127.0.0.1:51004"),
        ("http://[::1]:51004/cb", "http:"),
        ("com.example.app:/cb", "com.example.app:"),
    ];
    for (uri, expected) in cases {
        assert_eq!(target(uri).origin(), expected);
    }
}

#[test]
fn a_target_can_be_parked_as_its_uri() {
    let target = target("http://127.0.0.1:80/cb");
    let json = serde_json::to_string(&target).unwrap();
    assert_eq!(json, r#""http://127.0.0.1:80/cb""#);
    assert_eq!(serde_json::from_str::<CallbackTarget>(&json).unwrap(), target);
    assert!(serde_json::from_str::<CallbackTarget>(r#""/cb""#).is_err());
}
