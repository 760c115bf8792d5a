//! Signing keys: where each stands, and rotating them.

use super::super::answer::{self, Answer};
use super::super::frame::{Page, Question};
use super::super::visit::Visit;
use crate::keys::Wish;
use crate::keys::rotation::Standing;
use crate::protocol::client::SigningAlg;
use crate::rights::{Act, Area, Guarded};
use serde_json::{Value, json};
use std::sync::Arc;
use url::form_urlencoded::Serializer;

const PART: &str = "/admin/keys";
const ROTATE: Act = Act::Guarded(Guarded::Keys, None);

/// GET /admin/keys
pub(super) async fn show(visit: Arc<Visit>) -> Answer {
    let caller = visit.caller_for(Area::Keys).await?;
    let said = match visit.query.get("said") {
        Some("rotated") => visit.text("status-keys-rotated", &[]),
        _ => String::new(),
    };
    let (times, language) = (&visit.app.desk.times, visit.browser.language.as_str());
    let view = |it: &crate::keys::Listed| {
        let (key, class, at) = match it.standing {
            Standing::Next(from) => ("key-next", "wait", from),
            Standing::Active(since) => ("key-active", "good", since),
            Standing::Retiring(until) => ("key-retiring", "warn", until),
        };
        json!({
            "alg": it.times.alg.as_str(), "kid": it.times.kid, "state_key": key, "state_class": class,
            "at_text": times.exact(language, at),
        })
    };
    let rows: Vec<Value> = visit.app.keys.list().await?.iter().map(view).collect();
    let algs = SigningAlg::ALL.map(SigningAlg::as_str);
    let data = json!({ "rows": rows, "algs": algs, "may_rotate": caller.may(ROTATE) });
    super::page(&visit, &caller, (PART, Page::new("admin_keys", data).said(said)))
}

/// POST /admin/keys: asks once, but for the planned way, which nobody notices.
pub(super) async fn rotate(visit: Arc<Visit>) -> Answer {
    let caller = visit.caller_for(Area::Keys).await?;
    let permit = caller.permit(ROTATE, PART)?;
    // The first time the form says what is wanted, after the question the address does.
    let wanted = |name| visit.form.get(name).or_else(|| visit.query.get(name)).unwrap_or_default();
    let wish = match wanted("wish") {
        "now" => Wish::Now,
        "revoke" => Wish::RevokeOld,
        _ => Wish::Planned,
    };
    let alg = SigningAlg::ALL.into_iter().find(|alg| alg.as_str() == wanted("alg"));
    if wish != Wish::Planned && visit.query.get("sure") != Some("yes") {
        let mut query = Serializer::new(String::new());
        query.append_pair("sure", "yes").append_pair("wish", wanted("wish"));
        query.extend_pairs(alg.map(|alg| ("alg", alg.as_str())));
        let text = if wish == Wish::Now { "keys-now-text" } else { "keys-revoke-text" };
        let question = Question {
            title_key: "keys-rotate-title",
            text: visit.text(text, &[]),
            action: format!("{PART}?{}", query.finish()),
            button_key: "keys-rotate-button",
            back_href: PART,
        };
        return super::page(&visit, &caller, (PART, Page::confirm(&question)));
    }
    let algs = alg.map_or_else(|| SigningAlg::ALL.to_vec(), |alg| vec![alg]);
    let ahead = visit.app.config.keys.publish_ahead_minutes * 60;
    visit.app.keys.rotate_now(permit, &visit.origin, &algs, (wish, ahead)).await?;
    Ok(answer::go("/admin/keys?said=rotated"))
}
