//! Resource servers that a token is for (RFC 8707).

use std::collections::BTreeSet;

use super::error::{ErrorCode, OAuthError};
use super::params::Params;

/// How many one request may name.
const MOST: usize = 16;

/// The resources that a request names, each one of `allowed`, byte by byte. None named means none.
///
/// # Errors
/// `invalid_target` (RFC 8707 2).
pub fn parse(params: &Params, allowed: &[String]) -> Result<BTreeSet<String>, OAuthError> {
    let refuse = |text: &str| OAuthError::new(ErrorCode::InvalidTarget, text);
    let mut wanted = BTreeSet::new();
    for resource in params.all("resource") {
        if !allowed.iter().any(|known| known == resource) {
            return Err(refuse("This client may not ask for a token for this resource."));
        }
        wanted.insert(resource.to_owned());
    }
    if wanted.len() > MOST {
        return Err(refuse("More than 16 resources."));
    }
    Ok(wanted)
}

/// Whether a URI may be registered as a resource: absolute, https, without fragment (RFC 8707 2) or blank.
#[must_use]
pub fn is_sound(resource: &str) -> bool {
    let absolute =
        url::Url::parse(resource).is_ok_and(|url| matches!(url.scheme(), "https" | "http" | "urn"));
    absolute && resource.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'#')
}

/// As it is stored: separated by blanks, which no resource holds.
#[must_use]
pub fn print(resources: &BTreeSet<String>) -> String {
    resources.iter().map(String::as_str).collect::<Vec<_>>().join(" ")
}

/// Reads what [`print()`] wrote.
#[must_use]
pub fn read(stored: &str) -> BTreeSet<String> {
    stored.split(' ').filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_resource_is_asked_for_byte_by_byte_or_refused() {
        let allowed = ["https://fhir.example/r4".to_owned(), "urn:rota".to_owned()];
        let table = [
            ("", Some("")),
            ("resource=https://fhir.example/r4", Some("https://fhir.example/r4")),
            ("resource=urn:rota&resource=https://fhir.example/r4", Some("https://fhir.example/r4 urn:rota")),
            ("resource=urn:rota&resource=urn:rota", Some("urn:rota")),
            ("resource=https://fhir.example/r4/", None),
            ("resource=https://FHIR.example/r4", None),
            ("resource=urn:rota&resource=x", None),
        ];
        for (query, expected) in table {
            let got = parse(&Params::parse(query.as_bytes()).unwrap(), &allowed);
            assert_eq!(got.as_ref().ok().map(print).as_deref(), expected, "{query}");
            if let Ok(got) = got {
                assert_eq!(read(&print(&got)), got);
            }
        }
    }

    #[test]
    fn what_is_no_absolute_uri_cannot_be_registered() {
        for (uri, sound) in [
            ("https://fhir.example/r4", true),
            ("urn:wardgate:api", true),
            ("fhir.example", false),
            ("https://a.example/#x", false),
            ("https://a.example/a b", false),
            ("javascript:alert(1)", false),
            ("", false),
        ] {
            assert_eq!(is_sound(uri), sound, "{uri}");
        }
    }
}
