//! Which URIs a client may register for redirects.

use url::Url;

use super::client::Application;

/// The longest registered URI, in bytes.
const MAX_URI: usize = 2048;
/// Parameters of an authorization response: a registered URI may not bring its own.
const RESPONSE_PARAMETERS: [&str; 6] = ["code", "state", "iss", "error", "error_description", "error_uri"];

/// What is wrong with a redirect URI (or post-logout redirect URI) of such an application, as the end of a sentence
/// that begins with the URI; `None` if it may be registered. `development` allows http to loopback addresses for
/// every kind of application.
///
/// RFC 9700 2.1 and 4.1, RFC 8252 7 and 8.4 (B2, A62, I14). The same function guards registration and use.
#[must_use]
pub fn problem(uri: &str, application: Application, development: bool) -> Option<&'static str> {
    text_problem(uri)
        .or_else(|| match Url::parse(uri) {
            Ok(url) => scheme_problem(&url, application, development).or_else(|| parts_problem(&url)),
            Err(_) => Some("is not an absolute URI"),
        })
        .or_else(|| normal_form_problem(uri))
}

/// Bytes that no URI needs, and those that would make a pattern, a fragment or a second meaning of it.
fn text_problem(uri: &str) -> Option<&'static str> {
    if uri.is_empty() || uri.len() > MAX_URI {
        return Some("must have 1 to 2048 characters");
    }
    if !uri.bytes().all(|byte| byte.is_ascii_graphic() && !b"\"<>\\^`{|}".contains(&byte)) {
        return Some("has characters that a URI cannot have (write them percent-encoded)");
    }
    if uri.contains('*') {
        return Some("has a wildcard, and redirect URIs match exactly");
    }
    if uri.contains('#') {
        return Some("has a fragment"); // RFC 6749 3.1.2
    }
    None
}

fn scheme_problem(url: &Url, application: Application, development: bool) -> Option<&'static str> {
    let native = application == Application::Native;
    match url.scheme() {
        "https" => None,
        "http" if is_loopback(url) && (native || development) => None,
        "http" => Some("must be https (http is for loopback addresses of native applications)"),
        // RFC 8252 7.1: a private scheme is a domain name of the app's maker, reversed. That it needs a dot also keeps
        // javascript:, data:, file: and the like out for good.
        private if native && private.contains('.') => None,
        _ if native => Some("must be https, or a scheme of reverse domain form such as com.example.app"),
        _ => Some("must be https"),
    }
}

fn is_loopback(url: &Url) -> bool {
    matches!(url.host_str(), Some("127.0.0.1" | "[::1]" | "localhost"))
}

fn parts_problem(url: &Url) -> Option<&'static str> {
    if !url.username().is_empty() || url.password().is_some() {
        return Some("has a user name or password");
    }
    // The host goes into Content-Security-Policy: a `;` or `,` there would end the directive.
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._[]:".contains(&byte);
    if url.host_str().is_some_and(|host| host.is_empty() || !host.bytes().all(plain)) {
        return Some("has a host with unusual characters");
    }
    if url.query_pairs().any(|(name, _)| RESPONSE_PARAMETERS.contains(&&*name)) {
        return Some("has a parameter that the answer will carry, such as code or state");
    }
    None
}

/// A URI that browsers would rewrite (`..`, upper-case host, default port, `@` without a user, missing slashes) may
/// be read differently by two parsers. The root may be written without its slash.
fn normal_form_problem(uri: &str) -> Option<&'static str> {
    let parsed = Url::parse(uri).ok()?;
    let normal = parsed.as_str();
    if normal == uri || normal.strip_suffix('/') == Some(uri) {
        return None;
    }
    Some("is not in normal form (lower-case scheme and host, no default port, no dot segments)")
}

#[cfg(test)]
mod tests {
    use super::*;
    use Application::{Browser, Native, Web};

    #[test]
    fn sound_uris_may_be_registered() {
        let cases = [
            (Web, "https://app.example.com/cb"),
            (Web, "https://app.example.com"),
            (Web, "https://app.example.com:8443/a/b?tenant=1&x=%2F"),
            (Web, "https://xn--bcher-kva.example/cb"),
            (Browser, "https://10.1.2.3/cb"),
            (Native, "https://app.example.com/cb"),
            (Native, "http://127.0.0.1/cb"),
            (Native, "http://127.0.0.1:9000/cb"),
            (Native, "http://[::1]/cb"),
            (Native, "http://localhost:9000/cb"),
            (Native, "com.example.app:/cb"),
            (Native, "com.example.app://cb/x"),
        ];
        for (application, uri) in cases {
            assert_eq!(problem(uri, application, false), None, "{uri}");
        }
    }

    #[test]
    fn unsound_uris_are_refused_a62_b2() {
        for uri in [
            "",
            "/cb",
            "app.example.com/cb",
            "//app.example.com/cb",
            "https:app.example.com/cb",
            "https:///app.example.com/cb",
            "https://",
            "https://app.example.com/cb#",
            "https://app.example.com/cb#x",
            "https://user@app.example.com/cb",
            "https://user:pw@app.example.com/cb",
            "https://@app.example.com/cb",
            "https://:@app.example.com/cb",
            "https://*.example.com/cb",
            "https://app.example.com/*",
            "https://app.example.com/a/../cb",
            "https://app.example.com/./cb",
            "https://app.example.com/%2e%2e/cb",
            "https://APP.example.com/cb",
            "HTTPS://app.example.com/cb",
            "https://app.example.com:443/cb",
            "https://app.example.com\\cb",
            "https://bücher.example/cb",
            "https://app.example.com/c b",
            "https://app.example.com/cb\n",
            "\thttps://app.example.com/cb",
            "https://app.example.com;script-src/cb",
            "https://app,example.com/cb",
            "https://app.example.com/cb?code=1",
            "https://app.example.com/cb?a=1&st%61te=2",
            "http://app.example.com/cb",
            "http://127.0.0.1.example.com/cb",
            "http://192.168.1.1/cb",
            "http://0.0.0.0/cb",
            "http://2130706433/cb",
            "http://[::ffff:127.0.0.1]/cb",
            "javascript:alert(1)",
            "JavaScript:alert(1)",
            "java\tscript:alert(1)",
            "data:text/html,x",
            "file:///etc/passwd",
            "vbscript:x",
            "blob:https://app.example.com/1",
            "about:blank",
            "myapp:/cb",
            "urn:ietf:wg:oauth:2.0:oob",
        ] {
            for application in [Web, Native, Browser] {
                for development in [false, true] {
                    assert!(problem(uri, application, development).is_some(), "{uri} {application:?}");
                }
            }
        }
        assert!(problem(&format!("https://a.example/{}", "x".repeat(2048)), Web, false).is_some());
    }

    #[test]
    fn private_schemes_and_http_are_for_native_applications() {
        for uri in ["com.example.app:/cb", "http://127.0.0.1/cb", "http://localhost/cb", "http://[::1]:80/cb"]
        {
            assert!(problem(uri, Web, false).is_some(), "{uri}");
            assert!(problem(uri, Browser, false).is_some(), "{uri}");
        }
    }

    #[test]
    fn development_allows_http_to_loopback_and_nothing_else() {
        assert_eq!(problem("http://localhost:9000/cb", Web, true), None);
        assert_eq!(problem("http://127.0.0.1:9000/cb", Browser, true), None);
        assert!(problem("http://app.example.com/cb", Web, true).is_some());
        assert!(problem("com.example.app:/cb", Web, true).is_some());
    }
}
