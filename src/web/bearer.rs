//! Requests with a bearer token (RFC 6750): where the token is, and how it is refused, one way for every endpoint that
//! takes one.

use super::answer;
use crate::protocol::bearer::BearerToken;
use crate::protocol::error::BearerError;
use crate::protocol::params::Params;
use poem::http::{StatusCode, header};
use poem::{Request, Response};

/// The token of a request: from the header, or from `form`, the body of a POST that is a form.
pub(super) fn token(request: &Request, form: Option<&Params>) -> Result<BearerToken, BearerError> {
    let mut headers = request.headers().get_all(header::AUTHORIZATION).iter();
    let header = headers.next().and_then(|value| value.to_str().ok());
    if headers.next().is_some() {
        return Err(BearerError::InvalidRequest("Two Authorization headers came at once."));
    }
    BearerToken::gather(header, form)
}

/// RFC 6750 3.
pub(super) fn refused(error: &BearerError) -> Response {
    let status = StatusCode::from_u16(error.status()).unwrap_or(StatusCode::UNAUTHORIZED);
    let response = Response::builder().status(status).finish();
    answer::with_header(response, header::WWW_AUTHENTICATE, &error.www_authenticate())
}
