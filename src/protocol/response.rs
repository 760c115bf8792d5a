//! How an authorization answer travels to the application.

use serde::{Deserialize, Serialize};
use url::Url;

use super::params::Params;

/// How an answer travels (OAuth Multiple Response Types 2.1, Form Post Response Mode 1.0).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ResponseMode {
    /// In the query of the redirect URI: the default for a code.
    #[default]
    Query,
    /// Behind its `#`: read by script in the page alone.
    Fragment,
    /// As a form that the browser posts: in no history and no log.
    FormPost,
}

impl ResponseMode {
    /// Every mode, in the order of the metadata.
    pub const ALL: [Self; 3] = [Self::Query, Self::Fragment, Self::FormPost];

    /// The value on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Query => "query",
            Self::Fragment => "fragment",
            Self::FormPost => "form_post",
        }
    }

    /// The mode of a request; the default where it names none or one that is not known, which is its own error.
    #[must_use]
    pub fn of(params: &Params) -> Self {
        let wanted = params.get("response_mode").unwrap_or_default();
        Self::ALL.into_iter().find(|mode| mode.as_str() == wanted).unwrap_or_default()
    }
}

/// An answer to an application, ready to be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Response {
    /// The browser goes there.
    Redirect(Url),
    /// The browser posts these fields there.
    Post {
        /// The redirect URI.
        action: String,
        /// Names and values, to be escaped.
        fields: Vec<(&'static str, String)>,
    },
}
