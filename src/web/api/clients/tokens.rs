//! Tokens with which applications register themselves.

use super::super::answer::{Emptied, Made, Refusal, tag};
use super::super::caller::{Caller, Token};
use super::super::idempotency::{self, Call};
use super::views::{MadeToken, NewToken, TokenView};
use super::{GUARD, SEE, Tag};
use crate::clients::{NewRegistrationToken, named};
use crate::ids::RegistrationTokenId;
use crate::protocol::client::Profile;
use crate::protocol::scope::Scope;
use crate::rights::{self, ApiScope, Permit};
use poem_openapi::OpenApi;
use poem_openapi::param::{Header, Path};
use poem_openapi::payload::Json;
use poem_openapi::types::ToJSON as _;
use std::collections::BTreeSet;

/// The calls.
pub(in super::super) struct RegistrationTokens;

#[OpenApi(tag = "Tag::Clients")]
impl RegistrationTokens {
    /// List the tokens with which applications register themselves, the newest first.
    #[oai(path = "/registration-tokens", method = "get")]
    async fn list_registration_tokens(&self, token: Token) -> Result<Json<Vec<TokenView>>, Refusal> {
        let caller = token.caller();
        caller.permit(SEE)?;
        let now = caller.app().ground.clock.now();
        let all = caller.app().clients.registration_tokens().await?;
        Ok(Json(all.into_iter().map(|it| TokenView::of(it, now)).collect()))
    }

    /// Make a token. It is in this answer alone. It is of use where `registration.dynamic` is true.
    #[oai(path = "/registration-tokens", method = "post")]
    async fn add_registration_token(
        &self,
        token: Token,
        /// The same key with the same body gives the same answer again, for 24 hours.
        #[oai(name = "Idempotency-Key")]
        key: Header<Option<String>>,
        new: Json<NewToken>,
    ) -> Result<Made<MadeToken>, Refusal> {
        let caller = token.caller();
        let permit = caller.permit(GUARD)?;
        let call = Call { key: key.0, name: "POST /registration-tokens", body: new.0.to_json() };
        idempotency::once(&caller, call, add(caller.clone(), permit, new.0)).await
    }

    /// Take a token back; applications that came by it stay.
    #[oai(path = "/registration-tokens/:id", method = "delete")]
    async fn revoke_registration_token(
        &self,
        token: Token,
        id: Path<uuid::Uuid>,
    ) -> Result<Emptied, Refusal> {
        let caller = token.caller();
        let permit = caller.permit(GUARD)?;
        let id = RegistrationTokenId(id.0);
        match caller.app().clients.revoke_registration_token(permit, &caller.origin, id).await? {
            true => Ok(Emptied::Done),
            false => Err(Refusal::not_found()),
        }
    }
}

async fn add(caller: Caller, permit: Permit, new: NewToken) -> Result<Made<MadeToken>, Refusal> {
    let profile = new.profile.as_deref().map_or(Ok(Profile::Default), named);
    let profile = profile.map_err(|text| Refusal::field("profile", &text))?;
    let mut scopes = BTreeSet::new();
    for name in &new.scopes {
        let scope = Scope::parse(name).ok_or_else(|| Refusal::field("scopes", "has an unknown scope"))?;
        for given in ApiScope::all_in(scope.as_str()) {
            if !rights::may_give(&caller.who, given) {
                return Err(Refusal::may_not_give(given));
            }
        }
        scopes.insert(scope);
    }
    let note: String = new.note.unwrap_or_default().chars().filter(|c| !c.is_control()).collect();
    let new = NewRegistrationToken { uses: new.uses, days: new.days, profile, scopes, note };
    let (id, token) = caller.app().clients.add_registration_token(permit, &caller.origin, new).await?;
    let made = MadeToken { id: id.0, token: token.text().to_owned() };
    let place = format!("{}/registration-tokens/{id}", caller.app().links.api());
    Ok(Made::Created(Json(made), tag(&id.to_string()), place))
}
