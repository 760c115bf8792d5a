//! `[registration]`: whether applications may register themselves.

use serde::Deserialize;

/// Dynamic registration.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Registration {
    /// Whether the registration endpoint is there. Even then a token is needed for each registration.
    pub dynamic: bool,
}
