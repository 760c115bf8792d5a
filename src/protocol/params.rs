//! Parameters of a form body or a query string, parsed once and strictly.

use std::fmt;

use url::form_urlencoded;

use super::error::OAuthError;

/// The longest body or query that is looked at, in bytes.
pub const MAX_BYTES: usize = 64 * 1024;
/// The most parameters in one request.
pub const MAX_PARAMETERS: usize = 100;
/// The names that may come more than once: only `resource` (RFC 8707 2).
const REPEATABLE: &[&str] = &["resource"];

/// The parameters of one request. Prints names only: values may be secrets.
#[derive(Clone, PartialEq, Eq)]
pub struct Params {
    pairs: Vec<(String, String)>,
}

/// Why the bytes are no parameters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ParamsError {
    /// More than [`MAX_BYTES`].
    TooLong,
    /// More than [`MAX_PARAMETERS`].
    TooMany,
    /// A `%` without two hexadecimal digits.
    BadEncoding,
    /// The decoded bytes are no UTF-8.
    NotUtf8,
    /// A NUL character, which no parameter has a use for and PostgreSQL cannot store.
    Nul,
    /// The same name twice (RFC 6749 3.1).
    Repeated(String),
}

impl Params {
    /// Reads `application/x-www-form-urlencoded` bytes (RFC 6749 appendix B): a form body or a query string without
    /// its `?`.
    ///
    /// # Errors
    /// See [`ParamsError`]. A name that comes twice is refused even where one of the values is empty (A75): two
    /// parsers that pick different ones would see different requests.
    pub fn parse(bytes: &[u8]) -> Result<Self, ParamsError> {
        if bytes.len() > MAX_BYTES {
            return Err(ParamsError::TooLong);
        }
        Self::parse_long(bytes)
    }

    /// The same of a form that may be longer, where whoever received it has bounded it.
    ///
    /// # Errors
    /// As `parse`, but for the length.
    pub fn parse_long(bytes: &[u8]) -> Result<Self, ParamsError> {
        let mut pairs: Vec<(String, String)> = Vec::new();
        for part in bytes.split(|byte| *byte == b'&').filter(|part| !part.is_empty()) {
            if pairs.len() == MAX_PARAMETERS {
                return Err(ParamsError::TooMany);
            }
            let (name, value) = match part.iter().position(|byte| *byte == b'=') {
                Some(at) => (&part[..at], &part[at + 1..]),
                None => (part, &[][..]),
            };
            let (name, value) = (form_decode(name)?, form_decode(value)?);
            if !REPEATABLE.contains(&name.as_str()) && pairs.iter().any(|(known, _)| *known == name) {
                return Err(ParamsError::Repeated(name));
            }
            pairs.push((name, value));
        }
        Ok(Self { pairs })
    }

    /// The value of a parameter. An empty value counts as omitted (RFC 6749 3.1).
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.all(name).next()
    }

    /// All values of a parameter that may come more than once; empty ones are left out.
    pub fn all<'a>(&'a self, name: &str) -> impl Iterator<Item = &'a str> {
        self.pairs.iter().filter(move |(known, value)| known == name && !value.is_empty()).map(|(_, v)| &**v)
    }

    /// Every name with its value, as they came.
    pub fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        self.pairs.iter().map(|(name, value)| (&**name, &**value))
    }

    /// The parameters as a query string without `?`: what a cross-site POST is parked as before it is answered 303
    /// to a GET. Reads back to equal parameters.
    #[must_use]
    pub fn to_query(&self) -> String {
        form_urlencoded::Serializer::new(String::new()).extend_pairs(&self.pairs).finish()
    }
}

impl fmt::Debug for Params {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.pairs.iter().map(|(name, _)| name)).finish()
    }
}

/// Decodes one form-encoded name or value: `+` is a space, `%XX` a byte, the whole UTF-8 without NUL.
pub(super) fn form_decode(encoded: &[u8]) -> Result<String, ParamsError> {
    let mut decoded = Vec::with_capacity(encoded.len());
    let mut rest = encoded.iter();
    while let Some(&byte) = rest.next() {
        decoded.push(match byte {
            b'+' => b' ',
            b'%' => {
                let (high, low) = (rest.next().and_then(hex), rest.next().and_then(hex));
                high.zip(low).map(|(high, low)| high << 4 | low).ok_or(ParamsError::BadEncoding)?
            }
            plain => plain,
        });
    }
    if decoded.contains(&0) {
        return Err(ParamsError::Nul);
    }
    String::from_utf8(decoded).map_err(|_| ParamsError::NotUtf8)
}

fn hex(digit: &u8) -> Option<u8> {
    char::from(*digit).to_digit(16).and_then(|value| u8::try_from(value).ok())
}

impl fmt::Display for ParamsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLong => write!(f, "The request is longer than {MAX_BYTES} bytes."),
            Self::TooMany => write!(f, "The request has more than {MAX_PARAMETERS} parameters."),
            Self::BadEncoding => f.write_str("A percent sign is not followed by two hexadecimal digits."),
            Self::NotUtf8 => f.write_str("A parameter is not UTF-8."),
            Self::Nul => f.write_str("A parameter contains a NUL character."),
            Self::Repeated(name) => {
                let name: String = name.chars().take(40).collect();
                write!(f, "The parameter {name} is repeated.")
            }
        }
    }
}

impl std::error::Error for ParamsError {}

impl From<ParamsError> for OAuthError {
    fn from(error: ParamsError) -> Self {
        Self::invalid_request(&error.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_decoded_and_empty_ones_count_as_omitted() {
        let params = Params::parse(b"&a=1+2&b=%C3%A9&c=&d&&e=x%3Dy=z&f%20g=h&").unwrap();
        let cases = [
            ("a", Some("1 2")),
            ("b", Some("é")),
            ("c", None),
            ("d", None),
            ("e", Some("x=y=z")),
            ("f g", Some("h")),
            ("g", None),
        ];
        for (name, expected) in cases {
            assert_eq!(params.get(name), expected, "{name}");
        }
    }

    #[test]
    fn malformed_bytes_are_refused() {
        let cases: [(&[u8], ParamsError); 10] = [
            (b"a=%", ParamsError::BadEncoding),
            (b"a=%4", ParamsError::BadEncoding),
            (b"a=%4g", ParamsError::BadEncoding),
            (b"a=%+1", ParamsError::BadEncoding),
            (b"%zz=1", ParamsError::BadEncoding),
            (b"a=%ff", ParamsError::NotUtf8),
            (b"a=\xff", ParamsError::NotUtf8),
            (b"a=%C0%AF", ParamsError::NotUtf8),
            (b"a=x%00", ParamsError::Nul),
            (b"a\0=x", ParamsError::Nul),
        ];
        for (bytes, expected) in cases {
            assert_eq!(Params::parse(bytes), Err(expected), "{}", String::from_utf8_lossy(bytes));
        }
    }

    #[test]
    fn a_repeated_parameter_is_refused_but_resource_a75() {
        for query in ["client_id=a&client_id=b", "scope=openid&scope=", "x=&x=", "client_id=a&client%5Fid=b"]
        {
            assert!(matches!(Params::parse(query.as_bytes()), Err(ParamsError::Repeated(_))), "{query}");
        }
        let params = Params::parse(b"resource=a&x=1&resource=&resource=b").unwrap();
        assert_eq!(params.all("resource").collect::<Vec<_>>(), ["a", "b"]);
    }

    #[test]
    fn size_and_number_are_bounded_a65() {
        let long = |bytes: usize| format!("a={}", "x".repeat(bytes - 2));
        assert!(Params::parse(long(MAX_BYTES).as_bytes()).is_ok());
        assert_eq!(Params::parse(long(MAX_BYTES + 1).as_bytes()), Err(ParamsError::TooLong));
        let many = |count: usize| (0..count).map(|i| format!("p{i}=1")).collect::<Vec<_>>().join("&");
        assert!(Params::parse(many(MAX_PARAMETERS).as_bytes()).is_ok());
        assert_eq!(Params::parse(many(MAX_PARAMETERS + 1).as_bytes()), Err(ParamsError::TooMany));
    }

    #[test]
    fn parameters_survive_being_parked_as_a_query() {
        let params =
            Params::parse(b"state=a%26b%3D%0D%0A%3Cscript%3E+%25&scope=openid+email&resource=1&resource=2");
        let params = params.unwrap();
        let query = params.to_query();
        assert!(query.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'<'), "{query}");
        assert_eq!(Params::parse(query.as_bytes()).unwrap(), params);
    }

    #[test]
    fn values_are_never_printed() {
        let params = Params::parse(b"client_secret=hush").unwrap();
        assert_eq!(format!("{params:?}"), r#"{"client_secret"}"#);
    }

    #[test]
    fn the_error_for_the_client_is_inert() {
        let error = Params::parse(b"a%0D%0A=1&a%0D%0A=2").unwrap_err();
        assert_eq!(OAuthError::from(error).description(), "The parameter a?? is repeated.");
    }
}
