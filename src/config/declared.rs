//! What an installation holds beside its settings, as a file declares it: organisations, teams, applications, texts.
//! Owns the form of the file, read and written; what differs from it and how that is brought in line is `lifecycle`'s.

use super::{ClientConfig, Problem, Texts};
use crate::rights::Role;
use serde::Deserialize;
use serde_json::Value;

/// The whole file.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Declared {
    /// Organisations with their teams.
    #[serde(rename = "organisation")]
    pub organisations: Vec<DeclaredOrganisation>,
    /// Applications, by the keys of the configuration.
    #[serde(rename = "client")]
    pub clients: Vec<ClientConfig>,
    /// The terms, by language; where the configuration has its own they have to be equal.
    pub terms: Texts,
    /// Notices that are neither terms nor disclaimers.
    #[serde(rename = "notice")]
    pub notices: Vec<DeclaredNotice>,
}

/// One organisation.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeclaredOrganisation {
    /// Its name.
    pub name: String,
    /// Whether clinicians may invite colleagues into their own team.
    #[serde(default)]
    pub peers_may_invite: bool,
    /// Addresses that one clinician may invite in a day; 0 for as many as the configuration allows.
    #[serde(default)]
    pub peer_quota: i32,
    /// Whether a clinician's invitation waits until it is approved.
    #[serde(default)]
    pub peer_approval: bool,
    /// Domains that an invited address may have; none for any.
    #[serde(default)]
    pub invite_domains: Vec<String>,
    /// Days until a link dies; 0 for those of the configuration.
    #[serde(default)]
    pub invite_days: i32,
    /// The role that forms offer first.
    #[serde(default)]
    pub default_role: Option<Role>,
    /// Application to land on, where an invitation names none.
    #[serde(default)]
    pub default_client: Option<String>,
    /// Names of its teams.
    #[serde(default)]
    pub teams: Vec<String>,
}

/// One notice.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeclaredNotice {
    /// Its name.
    pub name: String,
    /// Name of the organisation whose people it is for; of everybody's none.
    #[serde(default)]
    pub organisation: Option<String>,
    /// Days for which people may put it off, where it is new.
    #[serde(default)]
    pub grace_days: i32,
    /// Its texts by language.
    pub text: Texts,
}

impl Declared {
    /// Reads the file's text.
    ///
    /// # Errors
    /// The first mistake with its line, never with what stands there: it may be a secret.
    pub fn parse(text: &str) -> Result<Self, String> {
        toml::from_str(text).map_err(|error| {
            let before = error.span().and_then(|span| text.get(..span.start)).unwrap_or_default();
            let line = before.matches('\n').count() + 1;
            format!("line {line}: {}", error.message())
        })
    }

    /// What is wrong with it by itself. `name_fits` judges names of organisations and teams.
    #[must_use]
    pub fn problems(&self, name_fits: impl Fn(&str) -> bool) -> Vec<Problem> {
        let mut all = super::clients::problems(&self.clients);
        for (at, it) in self.organisations.iter().enumerate() {
            let key = |field: &str| format!("organisation[{at}].{field}");
            if !name_fits(&it.name) || it.name.trim() != it.name {
                all.push(Problem::new(key("name"), "must have 1 to 80 characters and no blank at its ends"));
            }
            if self.organisations[..at].iter().any(|earlier| earlier.name == it.name) {
                all.push(Problem::new(key("name"), format!("{} is there twice", it.name)));
            }
            for (nth, team) in it.teams.iter().enumerate() {
                let key = format!("organisation[{at}].teams[{nth}]");
                if !name_fits(team) || team.trim() != team {
                    all.push(Problem::new(key, "must have 1 to 80 characters and no blank at its ends"));
                } else if it.teams[..nth].contains(team) {
                    all.push(Problem::new(key, format!("{team} is there twice")));
                }
            }
        }
        if !self.terms.is_empty() {
            all.extend(super::clients::texts_problems("terms", &self.terms));
        }
        for (at, it) in self.notices.iter().enumerate() {
            all.extend(super::clients::texts_problems(&format!("notice[{at}].text"), &it.text));
            if self.notices[..at].iter().any(|earlier| earlier.name == it.name) {
                all.push(Problem::new(format!("notice[{at}].name"), format!("{} is there twice", it.name)));
            }
        }
        all
    }
}

/// The text of a file that holds `value`. What is null is left out, since TOML has no word for it.
///
/// # Errors
/// When it holds what TOML cannot say.
pub fn write(value: Value) -> Result<String, String> {
    let table = toml::Value::try_from(without_nulls(value)).map_err(|error| error.to_string())?;
    toml::to_string_pretty(&table).map_err(|error| error.to_string())
}

fn without_nulls(value: Value) -> Value {
    match value {
        Value::Object(fields) => {
            let kept = fields.into_iter().filter(|(_, value)| !value.is_null());
            Value::Object(kept.map(|(key, value)| (key, without_nulls(value))).collect())
        }
        Value::Array(values) => Value::Array(values.into_iter().map(without_nulls).collect()),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_is_written_reads_the_same() {
        let value = json!({
            "organisation": [{ "name": "North \"A\"", "peers_may_invite": true, "teams": ["Ä", "B"] }],
            "client": [{
                "id": "app", "name": "App", "home_uri": null, "acr_aliases": { "http://a/b": "urn:x" },
                "allow": [{ "organisation": "North", "role": "admin" }],
                "disclaimer": { "en": { "title": "T", "text": "one\n\ntwo \\ \"three\"" } },
            }],
            "terms": { "en": { "title": "T", "text": "t" } },
            "notice": [{
                "name": "radiology", "organisation": null, "grace_days": 14,
                "text": { "en": { "title": "T", "text": "## a\n\n- b" } },
            }],
        });
        let text = write(value).unwrap();
        let read = Declared::parse(&text).unwrap_or_else(|error| panic!("{error}\n{text}"));
        assert_eq!(read.organisations[0].teams, ["Ä", "B"]);
        assert!(read.organisations[0].name == "North \"A\"" && read.organisations[0].peers_may_invite);
        assert_eq!(read.clients[0].disclaimer["en"].text, "one\n\ntwo \\ \"three\"");
        assert_eq!(read.clients[0].acr_aliases["http://a/b"], "urn:x");
        assert_eq!(read.clients[0].allow.len(), 1);
        assert_eq!((read.notices[0].name.as_str(), read.notices[0].grace_days), ("radiology", 14));
        assert_eq!(read.notices[0].text["en"].text, "## a\n\n- b");
        assert!(read.problems(|_| true).is_empty());
    }

    #[test]
    fn a_mistake_names_its_place_and_no_secret() {
        let error = Declared::parse("[[client]]\nid = \"a\"\nsecrett = \"MARK\"\n").unwrap_err();
        assert!(error.contains("line 3") && error.contains("secrett") && !error.contains("MARK"), "{error}");
        let twice = "[[organisation]]\nname = \"A\"\nteams = [\"T\", \"T\", \" U\"]\n[[organisation]]\nname = \"A\"\n";
        let problems = Declared::parse(twice).unwrap().problems(|name| !name.is_empty());
        let keys: Vec<&str> = problems.iter().map(|it| it.key.as_str()).collect();
        assert_eq!(keys, ["organisation[0].teams[1]", "organisation[0].teams[2]", "organisation[1].name"]);
    }
}
