//! The colour in which people see an application. A closed set, so that each has enough contrast, light and dark.

use serde::{Deserialize, Serialize};

/// The colour of an application's own dialogs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Colour {
    /// That of the theme.
    #[default]
    Brand,
    /// Blue.
    Blue,
    /// Green.
    Green,
    /// Violet.
    Violet,
    /// Plum.
    Plum,
    /// Amber.
    Amber,
    /// Slate.
    Slate,
}

impl Colour {
    /// The name, as configuration, rows and themes write it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Brand => "brand",
            Self::Blue => "blue",
            Self::Green => "green",
            Self::Violet => "violet",
            Self::Plum => "plum",
            Self::Amber => "amber",
            Self::Slate => "slate",
        }
    }
}
