//! `[brand]`: what people see.

use super::Problem;
use serde::Deserialize;
use std::path::PathBuf;

/// Name, support, time zone, theme folder.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Brand {
    /// What people know the product as.
    pub name: String,
    /// The help on every page.
    pub support_email: String,
    /// IANA name of the zone times are shown in.
    pub time_zone: String,
    /// Folder with overriding theme files; empty for none.
    pub theme: PathBuf,
}

impl Brand {
    pub(super) fn problems(&self) -> Vec<Problem> {
        let mut all = Vec::new();
        let length = self.name.chars().count();
        if length == 0 || length > 20 {
            all.push(Problem::new("brand.name", "must have 1 to 20 characters: it starts each text message"));
        }
        if !self.support_email.contains('@') {
            all.push(Problem::new("brand.support_email", "is missing: write the address that helps people"));
        }
        if jiff::tz::TimeZone::get(&self.time_zone).is_err() {
            all.push(Problem::new("brand.time_zone", "is no time zone: write one like Europe/London"));
        }
        if !self.theme.as_os_str().is_empty() && !self.theme.is_dir() {
            all.push(Problem::new("brand.theme", "is not a folder"));
        }
        all
    }
}
