//! What is done to an application on its page: a new secret, a sign-in to try, its end.

use super::super::super::answer::{self, Answer, Stop};
use super::super::super::frame::{Page, Question};
use super::super::super::visit::Visit;
use super::{GUARD, PART, block, seen};
use crate::clients::{Client, Removed, Rotated};
use crate::protocol::client::GrantType;
use crate::protocol::metadata;
use crate::protocol::scope;
use crate::random::Secret;
use crate::seal::sha256_base64url;
use crate::themes::Arg;
use serde_json::json;
use std::sync::Arc;
use url::form_urlencoded::Serializer;

/// Hours for which an old secret may go on, at most.
const LONGEST: i64 = 2160;

/// POST /admin/clients/ID/secret
pub(super) async fn rotate(visit: Arc<Visit>) -> Answer {
    let (caller, client) = seen(&visit).await?;
    let permit = caller.permit(GUARD, &format!("{PART}/{}", client.id))?;
    let hours = visit.field("keep_hours").parse().ok().filter(|hours| (0..=LONGEST).contains(hours));
    let hours: i64 = hours.ok_or(Stop::BadForm)?;
    let clients = &visit.app.clients;
    match clients.rotate_secret(permit, &visit.origin, &client.id, hours * 3600).await? {
        Rotated::Yes(secret, until) => {
            let times = &visit.app.desk.times;
            let when = times.exact(&visit.browser.language, until);
            let text = match hours {
                0 => visit.text("client-secret-old-over", &[]),
                _ => visit.text("client-secret-old-until", &[("when", Arg::Text(&when))]),
            };
            shown_once(&visit, &caller, &client, (Some(&secret), text))
        }
        Rotated::Unknown => Err(Stop::NotFound),
        Rotated::Configured | Rotated::NoSecret => Err(Stop::Forbidden),
    }
}

/// The page that shows a secret, which no other page does.
pub(super) fn shown_once(
    visit: &Visit,
    caller: &super::Caller,
    client: &Client,
    (secret, said): (Option<&Secret>, String),
) -> Answer {
    let data = json!({
        "href": format!("{PART}/{}", client.id),
        "title": client.name,
        "has_secret": secret.is_some(),
        "block": block(visit, client, secret.map(Secret::text)),
    });
    super::super::page(visit, caller, (PART, Page::new("admin_client_secret", data).said(said)))
}

/// POST /admin/clients/ID/remove: says what ends and asks once, then does it.
pub(super) async fn remove(visit: Arc<Visit>) -> Answer {
    let (caller, client) = seen(&visit).await?;
    let href = format!("{PART}/{}", client.id);
    let permit = caller.permit(GUARD, &href)?;
    if visit.query.get("sure") != Some("yes") {
        let text = visit.text("client-remove-text", &[("name", Arg::Text(&client.name))]);
        let question = Question {
            title_key: "client-remove-title",
            text,
            action: format!("{href}/remove?sure=yes"),
            button_key: "client-remove-button",
            back_href: &href,
        };
        return super::super::page(&visit, &caller, (PART, Page::confirm(&question)));
    }
    match visit.app.clients.remove(permit, &visit.origin, &client.id).await? {
        Removed::Yes => Ok(answer::go(&format!("{PART}?said=removed"))),
        Removed::Unknown => Err(Stop::NotFound),
        Removed::Configured => Err(Stop::Forbidden),
    }
}

/// GET /admin/clients/ID/try: where its sign-in starts, else a request of its own. Nobody has the verifier of that one, so
/// its code is of no use to anybody.
pub(super) async fn try_it(visit: Arc<Visit>) -> Answer {
    let (_, client) = seen(&visit).await?;
    let issuer = visit.app.links.issuer();
    if let Some(uri) = &client.initiate_login_uri {
        let mut url = url::Url::parse(uri).map_err(|_| Stop::NotFound)?;
        url.query_pairs_mut().append_pair("iss", issuer);
        return Ok(answer::go(url.as_str()));
    }
    let signs_in = client.policy.grant_types.contains(&GrantType::AuthorizationCode);
    let uri = client.policy.redirect_uris.first().filter(|_| signs_in).ok_or(Stop::NotFound)?;
    let random = &visit.app.ground.random;
    let mut query = Serializer::new(String::new());
    query
        .append_pair("response_type", "code")
        .append_pair("client_id", &client.id)
        .append_pair("redirect_uri", uri)
        .append_pair("scope", &scope::print(&client.policy.scopes))
        .append_pair("state", random.secret().text())
        .append_pair("nonce", random.secret().text())
        .append_pair("code_challenge", &sha256_base64url(random.secret().text().as_bytes()))
        .append_pair("code_challenge_method", "S256");
    Ok(answer::go(&format!("{}?{}", metadata::AUTHORIZE, query.finish())))
}
