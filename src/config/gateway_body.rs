//! The body that a generic SMS gateway is sent: a template with `{to}`, `{text}`, `{id}` and `{ttl}`. Pure: it escapes
//! for the content type, so a quotation mark in a text cannot become a second field.

use url::form_urlencoded;

/// How values are escaped; follows from the content type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BodyFormat {
    /// `application/json`: values stand inside quotation marks that the template writes.
    Json,
    /// `application/x-www-form-urlencoded`
    Form,
}

/// What the placeholders of a body stand for.
#[derive(Clone, Copy)]
pub struct BodyValues<'a> {
    /// The number, E.164.
    pub to: &'a str,
    /// The text of the message.
    pub text: &'a str,
    /// Our id of the message, the same at each attempt.
    pub id: &'a str,
    /// Seconds for which the text is of use.
    pub ttl: u32,
}

impl BodyFormat {
    /// The format that `content_type` asks for, if it is one we can escape for.
    pub fn of(content_type: &str) -> Option<Self> {
        let essence = content_type.split(';').next().unwrap_or_default().trim();
        match essence.to_ascii_lowercase().as_str() {
            "application/json" => Some(Self::Json),
            "application/x-www-form-urlencoded" => Some(Self::Form),
            _ => None,
        }
    }

    /// Fills `template` in one pass, so a text that itself says `{to}` stays as it is.
    pub fn fill(self, template: &str, values: BodyValues<'_>) -> String {
        let mut filled = String::with_capacity(template.len() + values.text.len());
        let mut rest = template;
        while let Some(start) = rest.find('{') {
            filled.push_str(&rest[..start]);
            rest = &rest[start..];
            let taken = match placeholder(rest).and_then(|name| Some((name, values.get(name)?))) {
                Some((name, value)) => {
                    filled.push_str(&self.escape(&value));
                    name.len() + 2
                }
                None => {
                    filled.push('{');
                    1
                }
            };
            rest = &rest[taken..];
        }
        filled.push_str(rest);
        filled
    }

    /// Whether `template` can work: it names the number and the text, nothing unknown, and holds when filled.
    ///
    /// # Errors
    /// In words, for the operator.
    pub fn check(self, template: &str) -> Result<(), String> {
        let awkward = BodyValues { to: "+4915100000000", text: "\"a\" & b\n\\", id: "0", ttl: 300 };
        for needed in ["to", "text"] {
            if !template.contains(&format!("{{{needed}}}")) {
                return Err(format!("does not hold {{{needed}}}"));
            }
        }
        let unknown = template
            .match_indices('{')
            .filter_map(|(at, _)| placeholder(&template[at..]))
            .find(|name| awkward.get(name).is_none());
        if let Some(name) = unknown {
            return Err(format!("holds {{{name}}}; known are {{to}}, {{text}}, {{id}} and {{ttl}}"));
        }
        match self {
            Self::Json => {
                serde_json::from_str::<serde_json::Value>(&self.fill(template, awkward)).map(drop).map_err(
                    |error| format!("is no JSON once it is filled ({error}); quote {{to}} and {{text}}"),
                )
            }
            Self::Form => Ok(()),
        }
    }

    fn escape(self, value: &str) -> String {
        match self {
            Self::Json => {
                let quoted = serde_json::Value::from(value).to_string();
                quoted[1..quoted.len() - 1].to_owned()
            }
            Self::Form => form_urlencoded::byte_serialize(value.as_bytes()).collect(),
        }
    }
}

impl BodyValues<'_> {
    fn get(&self, name: &str) -> Option<String> {
        match name {
            "to" => Some(self.to.to_owned()),
            "text" => Some(self.text.to_owned()),
            "id" => Some(self.id.to_owned()),
            "ttl" => Some(self.ttl.to_string()),
            _ => None,
        }
    }
}

/// The name of the placeholder that `text` begins with: lower-case letters between braces.
fn placeholder(text: &str) -> Option<&str> {
    let (name, _) = text.strip_prefix('{')?.split_once('}')?;
    (!name.is_empty() && name.chars().all(|c| c.is_ascii_lowercase() || c == '_')).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(text: &str) -> BodyValues<'_> {
        BodyValues { to: "+491511234567", text, id: "m-1", ttl: 300 }
    }

    #[test]
    fn a_json_body_keeps_quotes_and_newlines_inside_the_text_m13() {
        let template = r#"{"to":"{to}","text":"{text}","ref":{"id":"{id}","ttl":{ttl}}}"#;
        BodyFormat::Json.check(template).unwrap();
        let body = BodyFormat::Json.fill(template, values("5\" \\ \n\",\"to\":\"+1\" @h #482915"));
        let value: serde_json::Value = serde_json::from_str(&body).unwrap();
        assert_eq!(value["text"], "5\" \\ \n\",\"to\":\"+1\" @h #482915");
        assert_eq!(value["to"], "+491511234567");
        assert_eq!(value["ref"]["ttl"], 300);
    }

    #[test]
    fn a_form_body_keeps_ampersands_and_plus_signs_inside_the_text_m13() {
        let body = BodyFormat::Form.fill("to={to}&message={text}", values("a&to=+1\nü=%"));
        let pairs: Vec<_> = form_urlencoded::parse(body.as_bytes()).into_owned().collect();
        assert_eq!(
            pairs,
            [("to".into(), "+491511234567".into()), ("message".into(), "a&to=+1\nü=%".to_owned())]
        );
    }

    #[test]
    fn a_text_that_looks_like_a_placeholder_stays_as_it_is() {
        assert_eq!(
            BodyFormat::Json.fill("[\"{text}\",\"{to}\"]", values("{to}{id}")),
            "[\"{to}{id}\",\"+491511234567\"]"
        );
    }

    #[test]
    fn a_template_that_cannot_work_is_told_why() {
        let why = |format: BodyFormat, template| format.check(template).unwrap_err();
        assert!(why(BodyFormat::Form, "text={text}").contains("{to}"));
        assert!(why(BodyFormat::Form, "to={to}&text={text}&from={from}").contains("{from}"));
        assert!(why(BodyFormat::Json, r#"{"to":"{to}","text":{text}}"#).contains("quote"));
    }
}
