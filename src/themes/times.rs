//! Times in words, in the installation's zone: "today until 16:40", "2 hours ago".

use super::{Arg, Themes};
use crate::clock::Timestamp;
use jiff::tz::TimeZone;
use std::sync::Arc;

/// Says times in a zone.
#[derive(Clone, Debug)]
pub struct Times {
    themes: Arc<Themes>,
    zone: TimeZone,
}

impl Times {
    /// In the zone of this IANA name; UTC when it is unknown, which `check` reports.
    #[must_use]
    pub fn new(themes: Arc<Themes>, zone: &str) -> Self {
        Self { themes, zone: TimeZone::get(zone).unwrap_or(TimeZone::UTC) }
    }

    /// "today until 16:40", "tomorrow until …", or a date and time.
    #[must_use]
    pub fn until(&self, language: &str, at: Timestamp, now: Timestamp) -> String {
        let (then, today) = (self.zoned(at), self.zoned(now));
        let time = then.strftime("%H:%M").to_string();
        let tomorrow = today.tomorrow().map(|day| day.date());
        if then.date() == today.date() {
            self.themes.text(language, "time-until-today", &[("time", Arg::Text(&time))])
        } else if tomorrow.is_ok_and(|day| day == then.date()) {
            self.themes.text(language, "time-until-tomorrow", &[("time", Arg::Text(&time))])
        } else {
            let date = date(language, &then);
            let args = [("date", Arg::Text(&date)), ("time", Arg::Text(&time))];
            self.themes.text(language, "time-until-date", &args)
        }
    }

    /// "just now", "5 minutes ago", "3 days ago".
    #[must_use]
    pub fn ago(&self, language: &str, at: Timestamp, now: Timestamp) -> String {
        let seconds = now.since(at).max(0);
        let (key, n) = match seconds {
            0..60 => ("time-ago-now", 0),
            60..3600 => ("time-ago-minutes", seconds / 60),
            3600..86_400 => ("time-ago-hours", seconds / 3600),
            _ => ("time-ago-days", seconds / 86_400),
        };
        self.themes.text(language, key, &[("n", Arg::Number(n))])
    }

    /// Date, time and zone: "24 Nov 2026 16:40 GMT".
    #[must_use]
    pub fn exact(&self, language: &str, at: Timestamp) -> String {
        let then = self.zoned(at);
        format!("{} {}", date(language, &then), then.strftime("%H:%M %Z"))
    }

    fn zoned(&self, at: Timestamp) -> jiff::ZonedDateTime {
        jiff::Timestamp::from_second(at.0)
            .unwrap_or(jiff::Timestamp::UNIX_EPOCH)
            .to_zoned_datetime(self.zone.clone())
    }
}

/// Dates in digits where names of months would need a translation of their own.
fn date(language: &str, at: &jiff::ZonedDateTime) -> String {
    match language {
        "en" => at.strftime("%-d %b %Y").to_string(),
        "de" => at.strftime("%-d.%-m.%Y").to_string(),
        _ => at.strftime("%Y-%m-%d").to_string(),
    }
}
