//! The trail in the forms that other systems read: CEF for log collectors, AuditEvent for clinical records. Both are
//! copies for reading; only the JSON lines can be verified.

use super::chain::Record;
use crate::clock;
use serde_json::{Value, json};

/// Codes of the audit vocabulary of DICOM (PS3.16 CID 400), which FHIR names too.
const DCM: &str = "http://dicom.nema.org/resources/ontology/DCM";

/// One event in the Common Event Format (ArcSight CEF 0).
#[must_use]
pub fn cef(row: &Record, issuer: &str) -> String {
    let severity = if row.reason.is_some() { 6 } else { 3 };
    let head = [env!("CARGO_PKG_VERSION"), &row.act, &row.act.replace(['.', '_'], " ")].map(head_text);
    let mut fields = vec![
        ("rt", (row.at.0 * 1000).to_string()),
        ("dvchost", issuer.to_owned()),
        ("suser", row.actor.clone()),
        ("outcome", row.outcome.clone()),
        ("cs1Label", "target".to_owned()),
        ("cs1", row.target.clone()),
        ("cn1Label", "place".to_owned()),
        ("cn1", row.place.to_string()),
    ];
    let given = [
        ("src", Some(row.address.clone()).filter(|address| !address.is_empty())),
        ("requestClientApplication", Some(row.user_agent.clone()).filter(|agent| !agent.is_empty())),
        ("reason", row.reason.clone()),
        ("cs2", row.client.clone().filter(|client| !client.is_empty())),
        ("cs3", row.organisation.map(|organisation| organisation.to_string())),
    ];
    for (name, value) in given {
        let Some(value) = value else { continue };
        match name {
            "cs2" => fields.push(("cs2Label", "client".to_owned())),
            "cs3" => fields.push(("cs3Label", "organisation".to_owned())),
            _ => {}
        }
        fields.push((name, value));
    }
    let fields: Vec<String> =
        fields.iter().map(|(name, value)| format!("{name}={}", field_text(value))).collect();
    let [version, act, words] = head;
    format!("CEF:0|Wardgate|Wardgate|{version}|{act}|{words}|{severity}|{}", fields.join(" "))
}

/// In the head a bar and a backslash are escaped, and no line may break.
fn head_text(text: &str) -> String {
    one_line(text).replace('\\', "\\\\").replace('|', "\\|")
}

/// In a field an equals sign and a backslash are escaped, and a line break is written out.
fn field_text(text: &str) -> String {
    let text = text.replace('\\', "\\\\").replace('=', "\\=").replace("\r\n", "\n");
    one_line(&text.replace(['\n', '\r'], "\\n"))
}

fn one_line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

/// One event as an AuditEvent resource (FHIR R4).
#[must_use]
pub fn fhir(row: &Record, issuer: &str) -> Value {
    let (code, display) = kind(&row.act);
    let mut agent = json!({
        "who": { "identifier": { "system": issuer, "value": row.actor } },
        "requestor": true,
    });
    if !row.address.is_empty() {
        // 2 is an IP address.
        agent["network"] = json!({ "address": row.address, "type": "2" });
    }
    let mut detail = vec![
        json!({ "type": "place", "valueString": row.place.to_string() }),
        json!({ "type": "digest", "valueString": row.digest }),
    ];
    detail.extend(row.client.as_ref().map(|client| json!({ "type": "client", "valueString": client })));
    let organisation = row.organisation.map(|organisation| organisation.to_string());
    detail.extend(organisation.map(|id| json!({ "type": "organisation", "valueString": id })));
    let mut event = json!({
        "resourceType": "AuditEvent",
        "type": { "system": DCM, "code": code, "display": display },
        "subtype": [{ "system": format!("{issuer}/audit"), "code": row.act }],
        "action": action(&row.act),
        "recorded": clock::rfc3339(row.at),
        "outcome": if row.reason.is_some() { "4" } else { "0" },
        "agent": [agent],
        "source": { "site": issuer, "observer": { "display": "Wardgate" } },
        "entity": [{
            "what": { "identifier": { "system": issuer, "value": row.target } },
            "detail": detail,
        }],
    });
    if let Some(reason) = &row.reason {
        event["outcomeDesc"] = json!(reason);
    }
    event
}

/// What an act is in the audit vocabulary.
fn kind(act: &str) -> (&'static str, &'static str) {
    match act.split('.').next().unwrap_or_default() {
        "sign_in" | "session" | "code" | "token" | "refresh" | "grant" | "phone" | "email" | "password"
        | "recovery" => ("110114", "User Authentication"),
        "audit" => ("110101", "Audit Log Used"),
        "client" | "organisation" | "team" | "key" | "notice" => ("110129", "Security Configuration"),
        "account" | "invitation" | "membership" | "consent" => ("110137", "User Security Attributes Changed"),
        _ => ("110100", "Application Activity"),
    }
}

/// Create, read, update, delete or execute.
fn action(act: &str) -> &'static str {
    match act.split('.').nth(1).unwrap_or_default() {
        "added" | "created" | "registered" | "published" => "C",
        "read" | "exported" => "R",
        "removed" => "D",
        "changed" | "disabled" | "unblocked" | "blocked" | "secret_rotated" | "revoked" | "withdrawn" => "U",
        _ => "E",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Timestamp;

    fn row() -> Record {
        Record {
            place: 7,
            at: Timestamp(1_795_510_800),
            actor: "account:1".into(),
            act: "client.added".into(),
            target: "a|b=c\\d\nCEF:0|x".into(),
            outcome: "done".into(),
            reason: None,
            organisation: None,
            client: Some("app".into()),
            address: "192.0.2.1".into(),
            user_agent: "Mozilla\r\nX: y".into(),
            detail: "{}".into(),
            commitment: "00".into(),
            salt: None,
            digest: "ff".into(),
        }
    }

    #[test]
    fn a_cef_event_is_one_line_whatever_the_values_hold_a107() {
        let line = cef(&row(), "https://id.example");
        let version = env!("CARGO_PKG_VERSION");
        let expected = format!(
            "CEF:0|Wardgate|Wardgate|{version}|client.added|client added|3|rt=1795510800000 \
             dvchost=https://id.example suser=account:1 outcome=done cs1Label=target \
             cs1=a|b\\=c\\\\d\\nCEF:0|x cn1Label=place cn1=7 src=192.0.2.1 \
             requestClientApplication=Mozilla\\nX: y cs2Label=client cs2=app"
        );
        assert_eq!(line, expected);
        let refused = Record { reason: Some("no".into()), outcome: "refused".into(), ..row() };
        assert!(cef(&refused, "x").contains("|6|") && cef(&refused, "x").contains(" reason=no"));
    }

    #[test]
    fn an_audit_event_has_what_fhir_requires() {
        let event = fhir(&Record { reason: Some("no".into()), ..row() }, "https://id.example");
        assert_eq!(event["resourceType"], "AuditEvent");
        assert_eq!(event["type"]["code"], "110129");
        assert_eq!((&event["action"], &event["outcome"]), (&json!("C"), &json!("4")));
        assert_eq!(event["recorded"], "2026-11-24T09:00:00Z");
        assert_eq!(event["agent"][0]["requestor"], true);
        assert_eq!(event["agent"][0]["network"]["address"], "192.0.2.1");
        assert_eq!(event["source"]["observer"]["display"], "Wardgate");
        assert_eq!(event["outcomeDesc"], "no");
        let erased = fhir(&Record { address: String::new(), ..row() }, "x");
        assert!(erased["agent"][0].get("network").is_none() && erased.get("outcomeDesc").is_none());
    }
}
