//! The settings of an application: the same keys as in a `[[client]]` of the configuration.

use crate::config::ClientConfig;
use crate::rights::{Audience, Role};
use poem_openapi::Object;
use poem_openapi::types::MaybeUndefined;
use std::collections::BTreeMap;

/// People with a place like this; what is not said does not matter.
#[derive(Clone, Object)]
#[oai(rename = "Audience", deny_unknown_fields, skip_serializing_if_is_none)]
pub(super) struct AudienceView {
    /// In an organisation of this name.
    organisation: Option<String>,
    /// In a team of this name.
    team: Option<String>,
    /// With this role, or one that covers it.
    role: Option<String>,
}

/// Settings of an application. What is not named has the default, or stays as it is.
#[derive(Clone, Object)]
#[oai(deny_unknown_fields, skip_serializing_if_is_none)]
pub(super) struct ClientSettings {
    /// Name that people read.
    name: Option<String>,
    /// `client_secret_basic`, `client_secret_post`, `private_key_jwt` or `none`.
    auth_method: Option<String>,
    /// `web`, `native` or `browser`: where its code runs.
    application: Option<String>,
    /// `brand`, `blue`, `green`, `violet`, `plum`, `amber` or `slate`: the colour of its own dialogs.
    colour: Option<String>,
    /// `required`, `or_nonce` or `optional`: whether a request must carry a code challenge.
    pkce: Option<String>,
    /// `opaque` or `jwt`.
    access_tokens: Option<String>,
    /// The signature of its ID tokens.
    id_token_alg: Option<String>,
    /// `issuer` or `token_endpoint`: whom its assertions may be for.
    assertion_audience: Option<String>,
    /// Exact redirect URIs.
    redirect_uris: Option<Vec<String>>,
    /// Exact URIs to return to after sign-out.
    post_logout_redirect_uris: Option<Vec<String>>,
    /// Origins whose scripts may call the token endpoint.
    origins: Option<Vec<String>>,
    /// Resource servers that it may ask tokens for.
    resources: Option<Vec<String>>,
    /// Scopes that it may have of its own, without a person.
    service_scopes: Option<Vec<String>>,
    /// Scopes that it may ask for.
    scopes: Option<Vec<String>>,
    /// `authorization_code`, `refresh_token`, `client_credentials`.
    grant_types: Option<Vec<String>>,
    /// Whether it belongs to somebody else, so that people are asked before it learns of them.
    third_party: Option<bool>,
    /// Whether it may ask what any token is worth, as a resource server does.
    introspects: Option<bool>,
    /// Whether its ID tokens hold the claims of the scopes too.
    claims_in_id_token: Option<bool>,
    /// Whether it gets a refresh token for the length of the session without asking.
    refresh_with_session: Option<bool>,
    /// Whether each use of a refresh token replaces it.
    refresh_rotate: Option<bool>,
    /// Life of an access token. In seconds.
    access_token_seconds: Option<u32>,
    /// Life of an ID token. In seconds.
    id_token_seconds: Option<u32>,
    /// An unused refresh token dies after so long. In seconds.
    refresh_idle_seconds: Option<u32>,
    /// A refresh token dies so long after the person signed in. In seconds.
    refresh_absolute_seconds: Option<u32>,
    /// Where others start its sign-in; null for nowhere.
    #[oai(skip_serializing_if = "MaybeUndefined::is_undefined")]
    initiate_login_uri: MaybeUndefined<String>,
    /// Front page; null for none.
    #[oai(skip_serializing_if = "MaybeUndefined::is_undefined")]
    home_uri: MaybeUndefined<String>,
    /// Where it is told that a session ended; null for nowhere.
    #[oai(skip_serializing_if = "MaybeUndefined::is_undefined")]
    backchannel_logout_uri: MaybeUndefined<String>,
    /// Its public keys, the JSON text of a JWK set; null for none.
    #[oai(skip_serializing_if = "MaybeUndefined::is_undefined")]
    jwks: MaybeUndefined<String>,
    /// Where its public keys are fetched from; null for nowhere.
    #[oai(skip_serializing_if = "MaybeUndefined::is_undefined")]
    jwks_uri: MaybeUndefined<String>,
    /// The one algorithm of its assertions; null for that of each key.
    #[oai(skip_serializing_if = "MaybeUndefined::is_undefined")]
    assertion_alg: MaybeUndefined<String>,
    /// Who may use it: people with a place like one of these; empty for everybody.
    allow: Option<Vec<AudienceView>>,
    /// Its own names for levels of authentication.
    acr_aliases: Option<BTreeMap<String, String>>,
}

impl ClientSettings {
    /// The settings of a client as it is written.
    pub(super) fn of(written: ClientConfig) -> Self {
        let maybe = MaybeUndefined::from_opt_undefined;
        Self {
            name: Some(written.name),
            auth_method: written.auth_method,
            application: written.application,
            colour: written.colour,
            pkce: written.pkce,
            access_tokens: written.access_tokens,
            id_token_alg: written.id_token_alg,
            assertion_audience: written.assertion_audience,
            redirect_uris: Some(written.redirect_uris),
            post_logout_redirect_uris: Some(written.post_logout_redirect_uris),
            origins: Some(written.origins),
            resources: Some(written.resources),
            service_scopes: Some(written.service_scopes),
            scopes: written.scopes,
            grant_types: written.grant_types,
            third_party: Some(written.third_party),
            introspects: Some(written.introspects),
            claims_in_id_token: written.claims_in_id_token,
            refresh_with_session: written.refresh_with_session,
            refresh_rotate: written.refresh_rotate,
            access_token_seconds: written.access_token_seconds,
            id_token_seconds: written.id_token_seconds,
            refresh_idle_seconds: written.refresh_idle_seconds,
            refresh_absolute_seconds: written.refresh_absolute_seconds,
            initiate_login_uri: maybe(written.initiate_login_uri),
            home_uri: maybe(written.home_uri),
            backchannel_logout_uri: maybe(written.backchannel_logout_uri),
            jwks: maybe(written.jwks),
            jwks_uri: maybe(written.jwks_uri),
            assertion_alg: maybe(written.assertion_alg),
            allow: Some(written.allow.into_iter().map(view).collect()),
            acr_aliases: Some(written.acr_aliases),
        }
    }

    /// Writes what is named over what is there.
    ///
    /// # Errors
    /// A role that there is none of: the field, and what is wrong.
    pub(super) fn over(self, written: &mut ClientConfig) -> Result<(), (String, String)> {
        set(self.name, &mut written.name);
        set_some(self.auth_method, &mut written.auth_method);
        set_some(self.application, &mut written.application);
        set_some(self.colour, &mut written.colour);
        set_some(self.pkce, &mut written.pkce);
        set_some(self.access_tokens, &mut written.access_tokens);
        set_some(self.id_token_alg, &mut written.id_token_alg);
        set_some(self.assertion_audience, &mut written.assertion_audience);
        set(self.redirect_uris, &mut written.redirect_uris);
        set(self.post_logout_redirect_uris, &mut written.post_logout_redirect_uris);
        set(self.origins, &mut written.origins);
        set(self.resources, &mut written.resources);
        set(self.service_scopes, &mut written.service_scopes);
        set_some(self.scopes, &mut written.scopes);
        set_some(self.grant_types, &mut written.grant_types);
        set(self.third_party, &mut written.third_party);
        set(self.introspects, &mut written.introspects);
        set_some(self.claims_in_id_token, &mut written.claims_in_id_token);
        set_some(self.refresh_with_session, &mut written.refresh_with_session);
        set_some(self.refresh_rotate, &mut written.refresh_rotate);
        set_some(self.access_token_seconds, &mut written.access_token_seconds);
        set_some(self.id_token_seconds, &mut written.id_token_seconds);
        set_some(self.refresh_idle_seconds, &mut written.refresh_idle_seconds);
        set_some(self.refresh_absolute_seconds, &mut written.refresh_absolute_seconds);
        merge(self.initiate_login_uri, &mut written.initiate_login_uri);
        merge(self.home_uri, &mut written.home_uri);
        merge(self.backchannel_logout_uri, &mut written.backchannel_logout_uri);
        merge(self.jwks, &mut written.jwks);
        merge(self.jwks_uri, &mut written.jwks_uri);
        merge(self.assertion_alg, &mut written.assertion_alg);
        set(self.acr_aliases, &mut written.acr_aliases);
        if let Some(allow) = self.allow {
            written.allow = allow.into_iter().map(read).collect::<Result<_, _>>()?;
        }
        written.public = written.auth_method.as_deref() == Some("none");
        Ok(())
    }
}

fn set<T>(named: Option<T>, target: &mut T) {
    if let Some(value) = named {
        *target = value;
    }
}

fn set_some<T>(named: Option<T>, target: &mut Option<T>) {
    if named.is_some() {
        *target = named;
    }
}

/// RFC 7396: null takes away.
fn merge(named: MaybeUndefined<String>, target: &mut Option<String>) {
    match named {
        MaybeUndefined::Undefined => {}
        MaybeUndefined::Null => *target = None,
        MaybeUndefined::Value(value) => *target = Some(value),
    }
}

fn view(audience: Audience) -> AudienceView {
    let role = audience.role.map(|role| role.name().to_owned());
    AudienceView { organisation: audience.organisation, team: audience.team, role }
}

fn read(view: AudienceView) -> Result<Audience, (String, String)> {
    let role = match view.role.as_deref().map(Role::parse) {
        None => None,
        Some(Some(role)) => Some(role),
        Some(None) => return Err(("allow".to_owned(), "there is no such role".to_owned())),
    };
    Ok(Audience { organisation: view.organisation, team: view.team, role })
}
