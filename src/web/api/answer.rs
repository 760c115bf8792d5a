//! Answers: what was asked for, or a problem in words and in a stable type (RFC 9457).

use super::super::answer::json;
use crate::fault::Fault;
use crate::rights::{Act, ApiScope};
use poem::Response;
use poem::http::{HeaderValue, StatusCode, header};
use poem_openapi::payload::Json;
use poem_openapi::types::{ParseFromJSON, ToJSON};
use poem_openapi::{ApiResponse, Object};

/// What went wrong (RFC 9457).
#[derive(Debug, Object)]
#[oai(rename = "Problem")]
pub(super) struct ProblemBody {
    /// A stable name for programs: `urn:wardgate:problem:` and a word.
    #[oai(rename = "type")]
    pub(super) kind: String,
    /// What it is, in words.
    pub(super) title: String,
    /// The HTTP status.
    pub(super) status: u16,
    /// What to do about it.
    #[oai(skip_serializing_if_is_none)]
    pub(super) detail: Option<String>,
    /// What is wrong with single fields.
    #[oai(skip_serializing_if_is_empty, default)]
    pub(super) errors: Vec<FieldProblem>,
}

/// What is wrong with a field.
#[derive(Debug, Object)]
pub(super) struct FieldProblem {
    /// Its name; of a nested one the path.
    pub(super) field: String,
    /// What is wrong.
    pub(super) text: String,
}

/// Why a call was refused.
#[derive(Debug, ApiResponse)]
pub(super) enum Refusal {
    /// The request cannot be read.
    #[oai(status = 400, content_type = "application/problem+json")]
    BadRequest(Json<Box<ProblemBody>>),
    /// No good token, or one for which both factors have to be proved again (RFC 9470).
    #[oai(status = 401, content_type = "application/problem+json")]
    Unauthorized(Json<Box<ProblemBody>>, #[oai(header = "WWW-Authenticate")] String),
    /// The token or its person may not do this.
    #[oai(status = 403, content_type = "application/problem+json")]
    Forbidden(Json<Box<ProblemBody>>),
    /// There is no such thing, or none that the caller sees.
    #[oai(status = 404, content_type = "application/problem+json")]
    NotFound(Json<Box<ProblemBody>>),
    /// Something else is in the way.
    #[oai(status = 409, content_type = "application/problem+json")]
    Conflict(Json<Box<ProblemBody>>),
    /// It was changed since it was read.
    #[oai(status = 412, content_type = "application/problem+json")]
    PreconditionFailed(Json<Box<ProblemBody>>),
    /// The body is of another type than JSON.
    #[oai(status = 415, content_type = "application/problem+json")]
    UnsupportedMediaType(Json<Box<ProblemBody>>),
    /// A field is wrong.
    #[oai(status = 422, content_type = "application/problem+json")]
    Unprocessable(Json<Box<ProblemBody>>),
    /// `If-Match` is missing.
    #[oai(status = 428, content_type = "application/problem+json")]
    PreconditionRequired(Json<Box<ProblemBody>>),
    /// Too many calls.
    #[oai(status = 429, content_type = "application/problem+json")]
    TooMany(Json<Box<ProblemBody>>, #[oai(header = "Retry-After")] u32),
    /// Our own mistake.
    #[oai(status = 500, content_type = "application/problem+json")]
    Internal(Json<Box<ProblemBody>>),
    /// A part that Wardgate stands on is away.
    #[oai(status = 503, content_type = "application/problem+json")]
    Unavailable(Json<Box<ProblemBody>>, #[oai(header = "Retry-After")] u32),
}

fn body(status: StatusCode, word: &str, title: &str) -> Box<ProblemBody> {
    Box::new(ProblemBody {
        kind: format!("urn:wardgate:problem:{word}"),
        title: title.to_owned(),
        status: status.as_u16(),
        detail: None,
        errors: Vec::new(),
    })
}

impl Refusal {
    pub(super) fn no_token() -> Self {
        let body = body(StatusCode::UNAUTHORIZED, "invalid-token", "A valid access token is needed.");
        Self::Unauthorized(Json(body), "Bearer error=\"invalid_token\"".to_owned())
    }

    /// Both factors have to be proved again (RFC 9470 3).
    pub(super) fn step_up(seconds: i64) -> Self {
        let title = "The person has to prove both factors again.";
        let body = body(StatusCode::UNAUTHORIZED, "insufficient-user-authentication", title);
        let challenge = format!("Bearer error=\"insufficient_user_authentication\", max_age=\"{seconds}\"");
        Self::Unauthorized(Json(body), challenge)
    }

    pub(super) fn forbidden(act: Act) -> Self {
        let title = "The token or its person may not do this.";
        let detail = format!("It needs the scope {} and a role that allows it.", act.scope().name());
        let body = body(StatusCode::FORBIDDEN, "forbidden", title);
        Self::Forbidden(Json(Box::new(ProblemBody { detail: Some(detail), ..*body })))
    }

    pub(super) fn not_found() -> Self {
        Self::NotFound(Json(body(StatusCode::NOT_FOUND, "not-found", "There is no such thing here.")))
    }

    pub(super) fn bad_request(detail: &str) -> Self {
        let body = body(StatusCode::BAD_REQUEST, "bad-request", "The request cannot be read.");
        Self::BadRequest(Json(Box::new(ProblemBody { detail: Some(detail.to_owned()), ..*body })))
    }

    pub(super) fn field(field: &str, text: &str) -> Self {
        let body = body(StatusCode::UNPROCESSABLE_ENTITY, "invalid-fields", "A field is wrong.");
        let errors = vec![FieldProblem { field: field.to_owned(), text: text.to_owned() }];
        Self::Unprocessable(Json(Box::new(ProblemBody { errors, ..*body })))
    }

    /// Several fields, each with what is wrong.
    pub(super) fn fields(told: Vec<(String, String)>) -> Self {
        let title = "Some fields are wrong.";
        let body = body(StatusCode::UNPROCESSABLE_ENTITY, "invalid-fields", title);
        let errors = told.into_iter().map(|(field, text)| FieldProblem { field, text }).collect();
        Self::Unprocessable(Json(Box::new(ProblemBody { errors, ..*body })))
    }

    /// An idempotency key that came with another body before.
    pub(super) fn other_body() -> Self {
        let title = "This Idempotency-Key was used with another body.";
        Self::Unprocessable(Json(body(StatusCode::UNPROCESSABLE_ENTITY, "key-reused", title)))
    }

    /// Somebody makes the same call with the same key, or made it and was cut off.
    pub(super) fn under_way() -> Self {
        let title = "The same call is under way, or was cut off. If it stays so, look whether the thing is there, \
                     and use a new key.";
        Self::conflict("under-way", title)
    }

    /// Something else is in the way.
    pub(super) fn conflict(word: &str, title: &str) -> Self {
        Self::Conflict(Json(body(StatusCode::CONFLICT, word, title)))
    }

    /// An application would get more of this API than the caller's own token has.
    pub(super) fn may_not_give(scope: ApiScope) -> Self {
        let title = "The application would have more of this API than your token has.";
        let detail = format!("Your token has no {}.", scope.name());
        let body = body(StatusCode::FORBIDDEN, "more-than-own", title);
        Self::Forbidden(Json(Box::new(ProblemBody { detail: Some(detail), ..*body })))
    }

    pub(super) fn taken(field: &str) -> Self {
        let body = body(StatusCode::CONFLICT, "name-taken", "Another one has this name.");
        let errors = vec![FieldProblem { field: field.to_owned(), text: "is taken".to_owned() }];
        Self::Conflict(Json(Box::new(ProblemBody { errors, ..*body })))
    }

    pub(super) fn stale() -> Self {
        let title = "It was changed since you read it. Read it again, then change it.";
        Self::PreconditionFailed(Json(body(StatusCode::PRECONDITION_FAILED, "changed-meanwhile", title)))
    }

    pub(super) fn too_many(seconds: u32) -> Self {
        let title = "Too many calls. Wait for the next window.";
        Self::TooMany(Json(body(StatusCode::TOO_MANY_REQUESTS, "too-many-calls", title)), seconds)
    }

    /// The inviter has sent as many invitations as a day allows.
    pub(super) fn day_is_full(seconds: u32) -> Self {
        let title = "You have sent as many invitations as a day allows.";
        Self::TooMany(Json(body(StatusCode::TOO_MANY_REQUESTS, "invite-limit", title)), seconds)
    }

    pub(super) fn no_version() -> Self {
        let title = "Say in If-Match which version you read.";
        Self::PreconditionRequired(Json(body(StatusCode::PRECONDITION_REQUIRED, "version-needed", title)))
    }
}

impl From<Fault> for Refusal {
    fn from(fault: Fault) -> Self {
        tracing::error!(%fault, "a call of the API failed");
        match fault.retry_after() {
            Some(seconds) => {
                let title = "A part of Wardgate does not answer. Try again.";
                Self::Unavailable(Json(body(StatusCode::SERVICE_UNAVAILABLE, "unavailable", title)), seconds)
            }
            None => {
                let title = "Something went wrong on our side.";
                Self::Internal(Json(body(StatusCode::INTERNAL_SERVER_ERROR, "internal", title)))
            }
        }
    }
}

/// An error from before or beside the handlers: an unknown path, a body that cannot be read.
pub(super) fn of_error(error: poem::Error, call: &str) -> Response {
    if error.is_from_response() {
        return error.into_response();
    }
    let refusal = match error.status() {
        StatusCode::NOT_FOUND => Refusal::not_found(),
        StatusCode::UNAUTHORIZED => Refusal::no_token(),
        StatusCode::METHOD_NOT_ALLOWED => return not_allowed(),
        StatusCode::UNSUPPORTED_MEDIA_TYPE => {
            let title = "The body has to be JSON.";
            let body = body(StatusCode::UNSUPPORTED_MEDIA_TYPE, "media-type", title);
            Refusal::UnsupportedMediaType(Json(body))
        }
        // What cannot be read is told back; what went wrong with us is not.
        status if status.is_client_error() => Refusal::bad_request(&error.to_string()),
        _ => {
            tracing::error!(%error, call, "a call of the API failed");
            let title = "Something went wrong on our side.";
            Refusal::Internal(Json(body(StatusCode::INTERNAL_SERVER_ERROR, "internal", title)))
        }
    };
    poem::Error::from(refusal).into_response()
}

/// No operation declares it: it is the answer to a method that the document does not have.
fn not_allowed() -> Response {
    let body = body(StatusCode::METHOD_NOT_ALLOWED, "method", "This cannot be done here.");
    let mut response = json(StatusCode::METHOD_NOT_ALLOWED, &body.to_json());
    let kind = HeaderValue::from_static("application/problem+json");
    response.headers_mut().insert(header::CONTENT_TYPE, kind);
    response
}

/// One thing with its version.
#[derive(ApiResponse)]
pub(super) enum Found<T: ParseFromJSON + ToJSON + Send> {
    /// Here it is.
    #[oai(status = 200)]
    Ok(Json<T>, #[oai(header = "ETag")] String),
}

/// One thing that was made.
#[derive(ApiResponse)]
pub(super) enum Made<T: ParseFromJSON + ToJSON + Send> {
    /// Here it is.
    #[oai(status = 201)]
    Created(Json<T>, #[oai(header = "ETag")] String, #[oai(header = "Location")] String),
}

/// Something that is gone now.
#[derive(ApiResponse)]
pub(super) enum Emptied {
    /// It is gone.
    #[oai(status = 204)]
    Done,
}

/// A page of a list.
#[derive(Object)]
pub(super) struct ListPage<T: ParseFromJSON + ToJSON + Send + Sync> {
    /// Its rows, in order.
    pub(super) items: Vec<T>,
    /// Where the next page begins, for `after`; not there on the last one.
    #[oai(skip_serializing_if_is_none)]
    pub(super) next: Option<String>,
}

/// An entity tag of a version (RFC 9110 8.8.3).
pub(super) fn tag(version: &str) -> String {
    format!("\"{version}\"")
}

/// The version in an `If-Match`, which every change needs.
pub(super) fn version(if_match: Option<&str>) -> Result<&str, Refusal> {
    let tag = if_match.ok_or_else(Refusal::no_version)?;
    Ok(tag.trim().trim_matches('"'))
}
