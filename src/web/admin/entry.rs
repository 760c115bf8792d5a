//! Coming in: an ordinary authorization request with code and PKCE, for the console's own token. Its cookie holds that
//! token, so the one gate is asked at each page, and whoever is disabled is out of the console too.

use super::super::answer::{self, Answer, Stop};
use super::super::cookies::Name;
use super::super::visit::Visit;
use crate::clients::CONSOLE;
use crate::grants::PresentedPerson;
use crate::organisations;
use crate::protocol::bearer::BearerToken;
use crate::protocol::metadata;
use crate::protocol::pkce::CodeVerifier;
use crate::protocol::scope::Scope;
use crate::protocol::token::TokenRequest;
use crate::random::Secret;
use crate::rights::{self, Act, ApiScope, Area, Bearer, Decision, Permit, Reach, Who};
use crate::seal::{same, sha256_base64url};
use crate::store::ephemeral::Kind;
use poem::http::{Method, StatusCode};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use url::form_urlencoded::Serializer;

/// Seconds that a sign-in to the console may take.
const LIFE: i64 = 2 * 60 * 60;
/// Seconds for which both factors count as just proved.
pub(in super::super) const FRESH: i64 = 5 * 60;

/// Whoever acts in the console, with all places.
pub(in super::super) struct Caller {
    who: Who,
}

impl Caller {
    /// For queries that ask who looks.
    pub(in super::super) fn who(&self) -> &Who {
        &self.who
    }

    /// Whether an act is open, or would be after a fresh proof: what a page offers.
    pub(in super::super) fn may(&self, act: Act) -> bool {
        !matches!(rights::decide(&self.who, act), Decision::Refused)
    }

    /// Whether the person sees an area anywhere.
    pub(in super::super) fn sees(&self, area: Area) -> bool {
        rights::reach(&self.who, area) != Reach::Within(Vec::new())
    }

    /// The permit for an act. When both factors have to be proved again: the way there, which comes back to `back`.
    pub(in super::super) fn permit(&self, act: Act, back: &str) -> Result<Permit, Stop> {
        match rights::decide(&self.who, act) {
            Decision::Allowed(permit) => Ok(permit),
            Decision::StepUp => Err(Stop::Go(sign_in(back, true))),
            Decision::Refused => Err(Stop::Forbidden),
        }
    }
}

impl Visit {
    /// Who acts in the console; else the way to sign in, which comes back to this page.
    pub(in super::super) async fn caller(&self) -> Result<Caller, Stop> {
        match self.console_caller().await? {
            Some(caller) => Ok(caller),
            None if self.method == Method::GET => Err(Stop::Go(sign_in(&self.here(), false))),
            None => Err(Stop::Go(sign_in("/admin", false))),
        }
    }

    /// This page with its query, but for what was said on it.
    fn here(&self) -> String {
        let mut query = Serializer::new(String::new());
        query.extend_pairs(self.query.pairs().filter(|(name, _)| *name != "said"));
        let query = query.finish();
        if query.is_empty() { self.path.clone() } else { format!("{}?{query}", self.path) }
    }

    /// The same for a part of the console: who sees nothing of it anywhere may not come in.
    pub(in super::super) async fn caller_for(&self, area: Area) -> Result<Caller, Stop> {
        let caller = self.caller().await?;
        if caller.sees(area) { Ok(caller) } else { Err(Stop::Forbidden) }
    }

    async fn console_caller(&self) -> Result<Option<Caller>, Stop> {
        let Some(secret) = &self.console_secret else { return Ok(None) };
        let header = format!("Bearer {}", secret.text());
        let Ok(token) = BearerToken::gather(Some(&header), None) else { return Ok(None) };
        let presented = self.app.grants.presented(&token, &self.app.links.api()).await?;
        let Some(presented) = presented.filter(|it| it.client_id == CONSOLE) else { return Ok(None) };
        // The console follows the browser: whoever signs in as somebody else is that person here too.
        let current = self.visitor.session.as_ref().map(|(session, _)| session.id);
        let Some(person) = presented.person.filter(|person| Some(person.session) == current) else {
            return Ok(None);
        };
        let PresentedPerson { account, auth_time, .. } = person;
        let places = organisations::places(self.app.ground.db.read(), account).await?;
        let is_fresh = self.app.ground.clock.now().since(auth_time) < FRESH;
        let scopes = ApiScope::all_in(&presented.scope);
        let who = Who::Bearer(Bearer { person: Some((account, places)), scopes, is_fresh });
        Ok(Some(Caller { who }))
    }
}

/// Where a sign-in to the console begins.
fn sign_in(back: &str, fresh: bool) -> String {
    let mut query = Serializer::new(String::new());
    query.append_pair("to", back);
    if fresh {
        query.append_pair("fresh", "yes");
    }
    format!("/admin/sign-in?{}", query.finish())
}

/// A sign-in that is under way.
#[derive(Serialize, Deserialize)]
struct Begun {
    to: String,
    browser: Vec<u8>,
    verifier: String,
}

/// GET /admin/sign-in: to our own authorization endpoint, as any application would.
pub(super) async fn begin(visit: Arc<Visit>) -> Answer {
    let ground = &visit.app.ground;
    let (state, verifier) = (ground.random.secret(), ground.random.secret());
    let begun = Begun {
        to: own_page(visit.query.get("to").unwrap_or_default()).to_owned(),
        browser: visit.browser.hash.clone(),
        verifier: verifier.text().to_owned(),
    };
    ground.ephemeral.put(Kind::Console, &state.hash(), &begun, LIFE).await?;
    let scopes = Scope::ALL.into_iter().filter(|scope| scope.is_api()).map(Scope::as_str);
    let scope = std::iter::once("openid").chain(scopes).collect::<Vec<_>>().join(" ");
    let mut query = Serializer::new(String::new());
    query
        .append_pair("response_type", "code")
        .append_pair("client_id", CONSOLE)
        .append_pair("redirect_uri", &visit.app.links.console_callback())
        .append_pair("scope", &scope)
        .append_pair("resource", &visit.app.links.api())
        .append_pair("state", state.text())
        .append_pair("code_challenge", &sha256_base64url(verifier.text().as_bytes()))
        .append_pair("code_challenge_method", "S256");
    if visit.query.get("fresh").is_some() {
        query.append_pair("max_age", &(FRESH / 2).to_string());
    }
    Ok(answer::go(&format!("{}?{}", metadata::AUTHORIZE, query.finish())))
}

/// GET /admin/callback: the code becomes the console's token.
pub(super) async fn callback(visit: Arc<Visit>) -> Answer {
    let app = &visit.app;
    let state = Secret::presented(visit.query.get("state").unwrap_or_default());
    let begun: Option<Begun> = app.ground.ephemeral.take(Kind::Console, &state.hash()).await?;
    let begun = begun.filter(|begun| same(&begun.browser, &visit.browser.hash)).ok_or(Stop::Stale)?;
    // Mix-up: an answer of another issuer is none of ours (RFC 9207 2.4).
    if visit.query.get("iss") != Some(app.links.issuer()) {
        return Err(Stop::Stale);
    }
    let Some(code) = visit.query.get("code") else {
        let error = visit.query.get("error").unwrap_or_default();
        return Err(Stop::Problem(StatusCode::FORBIDDEN, "forbidden", error.chars().take(60).collect()));
    };
    let client = app.clients.find(CONSOLE).await?.ok_or(Stop::Stale)?;
    let request = TokenRequest::AuthorizationCode {
        code: code.to_owned(),
        redirect_uri: app.links.console_callback(),
        verifier: CodeVerifier::parse(&begun.verifier),
        resources: [app.links.api()].into(),
    };
    let tokens = app.grants.exchange(&client, request, &visit.origin).await?.map_err(|_| Stop::Stale)?;
    let response = answer::go(&begun.to);
    Ok(answer::set_cookie(response, Name::Console, &tokens.access_token, app.links.is_https()))
}

/// A page of the console, or its front page: never another site (A77).
fn own_page(to: &str) -> &str {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"/-_.?=&%+*".contains(&byte);
    let inside = to == "/admin" || to.starts_with("/admin/") || to.starts_with("/admin?");
    if inside && !to.contains("//") && to.bytes().all(plain) && to.len() <= 1024 { to } else { "/admin" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sign_in_comes_back_to_the_console_and_nowhere_else() {
        for (to, expected) in [
            ("/admin/organisations?after=a%2Fb", "/admin/organisations?after=a%2Fb"),
            ("/admin", "/admin"),
            ("/admin?x=1", "/admin?x=1"),
            ("/administer", "/admin"),
            ("//evil.example/admin/", "/admin"),
            ("/admin//evil.example", "/admin"),
            ("/admin/\\evil.example", "/admin"),
            ("https://evil.example/admin/", "/admin"),
            ("/admin/\r\nSet-Cookie: a", "/admin"),
            ("", "/admin"),
        ] {
            assert_eq!(own_page(to), expected, "{to:?}");
        }
    }
}
