//! The OpenID provider as this dashboard sees it: discovery, the way there, the way back, and the way out.
//!
//! Nothing here knows HTTP on our side; `sign_in` and `sign_out` do.

use std::io;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Context, anyhow, ensure};
use openidconnect::core::{
    CoreAuthDisplay, CoreAuthenticationFlow, CoreClaimName, CoreClaimType, CoreClient, CoreClientAuthMethod,
    CoreGenderClaim, CoreGrantType, CoreIdToken, CoreIdTokenVerifier, CoreJsonWebKey,
    CoreJweContentEncryptionAlgorithm, CoreJweKeyManagementAlgorithm, CoreJwsSigningAlgorithm as Alg,
    CoreResponseMode, CoreResponseType, CoreSubjectIdentifierType,
};
use openidconnect::{
    AccessToken, AccessTokenHash, AdditionalProviderMetadata, AuthorizationCode, ClaimsVerificationError,
    ClientId, ClientSecret, CsrfToken, EndSessionUrl, EndpointMaybeSet, EndpointNotSet, EndpointSet,
    IssuerUrl, LoginHint, LogoutRequest, Nonce, OAuth2TokenResponse, PkceCodeChallenge, PkceCodeVerifier,
    PostLogoutRedirectUrl, ProviderMetadata, RedirectUrl, RequestTokenError, Scope,
    SignatureVerificationError, SubjectIdentifier, TokenResponse, UserInfoClaims, reqwest,
};
use serde::{Deserialize, Serialize};
use url::Url;

use super::Settings;
use super::address::{BaseUrl, is_loopback};
use super::sessions::{ABSOLUTE_LIMIT, Person};

/// How long a person waits for a provider that is still starting.
const PATIENCE: Duration = Duration::from_secs(4);
const RETRY_PAUSE: Duration = Duration::from_millis(400);
/// After a failure nobody tries again for this long, so that waiting people do not queue up.
const REST: Duration = Duration::from_secs(2);
/// Metadata and keys are read anew after this long, and at once when a key is missing.
const FRESH: Duration = Duration::from_secs(60 * 60);
/// How far the provider's two clock readings, `iat` and `auth_time`, may disagree.
const LEEWAY: i64 = 60;

/// Metadata that the crate has no field for.
#[derive(Clone, Debug, Deserialize, Serialize)]
struct MoreMetadata {
    end_session_endpoint: Option<EndSessionUrl>,
    #[serde(default)]
    authorization_response_iss_parameter_supported: bool,
}
impl AdditionalProviderMetadata for MoreMetadata {}

/// Claims beyond the standard ones, read leniently: a provider may lack them or mean something else by them.
#[derive(Clone, Debug, Deserialize, Serialize)]
struct MoreClaims {
    profession: Option<serde_json::Value>,
    organisation: Option<serde_json::Value>,
}
impl openidconnect::AdditionalClaims for MoreClaims {}

type Metadata = ProviderMetadata<
    MoreMetadata,
    CoreAuthDisplay,
    CoreClientAuthMethod,
    CoreClaimName,
    CoreClaimType,
    CoreGrantType,
    CoreJweContentEncryptionAlgorithm,
    CoreJweKeyManagementAlgorithm,
    CoreJsonWebKey,
    CoreResponseMode,
    CoreResponseType,
    CoreSubjectIdentifierType,
>;
type Client = CoreClient<
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointMaybeSet,
    EndpointMaybeSet,
>;
type UserInfo = UserInfoClaims<MoreClaims, CoreGenderClaim>;

/// Why a sign-in did not come about; the inner error is for the log.
#[derive(Debug)]
pub(super) enum Failure {
    /// The provider does not answer; trying again may help.
    Unreachable(anyhow::Error),
    /// The provider answered, and the answer must not be believed or is a refusal.
    Refused(anyhow::Error),
}

/// The provider, whether or not it is up.
pub(super) struct Provider {
    issuer: IssuerUrl,
    client_id: ClientId,
    client_secret: Option<ClientSecret>,
    redirect: RedirectUrl,
    after_sign_out: PostLogoutRedirectUrl,
    http: reqwest::Client,
    known: Mutex<Option<Arc<Known>>>,
    /// Held while somebody looks the provider up; the time of the last failure.
    looking: tokio::sync::Mutex<Option<Instant>>,
}

/// What discovery found.
struct Known {
    client: Client,
    end_session: Option<EndSessionUrl>,
    names_issuer: bool,
    since: Instant,
}

/// A sign-in to be begun: where the browser goes and what must be remembered for its return.
pub(super) struct Departure {
    pub(super) address: Url,
    pub(super) state: CsrfToken,
    pub(super) nonce: Nonce,
    pub(super) verifier: PkceCodeVerifier,
}

impl Provider {
    pub(super) fn new(settings: &Settings, base: &BaseUrl) -> io::Result<Self> {
        let invalid = |error: url::ParseError| io::Error::new(io::ErrorKind::InvalidInput, error);
        let issuer = IssuerUrl::new(settings.issuer.clone()).map_err(invalid)?;
        let mut http = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .connect_timeout(Duration::from_secs(3))
            .timeout(Duration::from_secs(10));
        if is_loopback(issuer.url()) {
            http = http.no_proxy();
        }
        Ok(Self {
            issuer,
            client_id: ClientId::new(settings.client_id.clone()),
            client_secret: settings.client_secret.clone().map(ClientSecret::new),
            redirect: RedirectUrl::new(base.page("/callback")).map_err(invalid)?,
            after_sign_out: PostLogoutRedirectUrl::new(base.page("/signed-out")).map_err(invalid)?,
            http: http.build().map_err(io::Error::other)?,
            known: Mutex::default(),
            looking: tokio::sync::Mutex::default(),
        })
    }

    /// Whether `issuer` names this provider, compared as a string (OIDC Core 4, RFC 9207 2.4).
    pub(super) fn is_issuer(&self, issuer: &str) -> bool {
        issuer == self.issuer.as_str()
    }

    /// Whether the authorization response's `iss` is right: present if announced, and never another one.
    pub(super) async fn accepts_response_from(&self, iss: Option<&str>) -> Result<bool, Failure> {
        match iss {
            Some(iss) => Ok(self.is_issuer(iss)),
            None => Ok(!self.known().await?.names_issuer),
        }
    }

    /// The origins that signing out may lead through.
    pub(super) fn origins(&self) -> Vec<String> {
        let mut origins = vec![self.issuer.url().origin().ascii_serialization()];
        let end = self.cached().and_then(|known| known.end_session.clone());
        origins.extend(end.map(|end| end.url().origin().ascii_serialization()));
        origins.dedup();
        origins
    }

    /// Prepares the authorization request: code flow, PKCE S256, state, nonce. `max_age` is our own absolute
    /// limit, and makes `auth_time` mandatory in the ID token.
    pub(super) async fn depart(&self, login_hint: Option<String>) -> Result<Departure, Failure> {
        let known = self.known().await?;
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let mut request = known
            .client
            .authorize_url(
                CoreAuthenticationFlow::AuthorizationCode,
                || CsrfToken::new_random_len(32),
                || Nonce::new_random_len(32),
            )
            .add_scope(Scope::new("profile".into()))
            .set_pkce_challenge(challenge)
            .set_max_age(ABSOLUTE_LIMIT);
        if let Some(hint) = login_hint {
            request = request.set_login_hint(LoginHint::new(hint));
        }
        let (address, state, nonce) = request.url();
        Ok(Departure { address, state, nonce, verifier })
    }

    /// Redeems the code, checks the ID token and asks who the person is.
    pub(super) async fn arrive(
        &self,
        code: String,
        verifier: PkceCodeVerifier,
        nonce: &Nonce,
    ) -> Result<(Person, CoreIdToken), Failure> {
        let known = self.known().await?;
        let tokens = known
            .client
            .exchange_code(AuthorizationCode::new(code))
            .map_err(|error| Failure::Refused(error.into()))?
            .set_pkce_verifier(verifier)
            .request_async(&self.http)
            .await
            .map_err(|error| match error {
                RequestTokenError::Request(_) => Failure::Unreachable(error.into()),
                _ => Failure::Refused(error.into()),
            })?;
        let id_token = tokens
            .id_token()
            .ok_or_else(|| Failure::Refused(anyhow!("the token response has no ID token")))?;
        let (subject, authenticated_at) = self.verify(known, id_token, nonce, tokens.access_token()).await?;
        let info = self.user_info(tokens.access_token().clone(), subject).await.map_err(Failure::Refused)?;
        Ok((person(&info, authenticated_at), id_token.clone()))
    }

    /// The address that ends the session at the provider, if it has one.
    pub(super) fn sign_out_address(&self, id_token: &CoreIdToken, state: CsrfToken) -> Option<Url> {
        let end_session = self.cached()?.end_session.clone()?;
        let request = LogoutRequest::from(end_session)
            .set_id_token_hint(id_token)
            .set_client_id(self.client_id.clone())
            .set_post_logout_redirect_uri(self.after_sign_out.clone())
            .set_state(state);
        Some(request.http_get_url())
    }

    /// Checks the ID token; with a key we do not know yet, once more after reading the keys anew.
    async fn verify(
        &self,
        known: Arc<Known>,
        id_token: &CoreIdToken,
        nonce: &Nonce,
        access_token: &AccessToken,
    ) -> Result<(SubjectIdentifier, i64), Failure> {
        let unknown_key = matches!(
            id_token.claims(&verifier(&known.client), nonce),
            Err(ClaimsVerificationError::SignatureVerification(SignatureVerificationError::NoMatchingKey))
        );
        let known = if unknown_key { self.discover().await.map_err(Failure::Unreachable)? } else { known };
        verified(&known.client, id_token, nonce, access_token).map_err(Failure::Refused)
    }

    async fn user_info(&self, token: AccessToken, subject: SubjectIdentifier) -> anyhow::Result<UserInfo> {
        let known = self.cached().context("the provider is not known yet")?;
        // The crate compares `sub` with the ID token's (OIDC Core 5.3.2).
        let request = known.client.user_info(token, Some(subject))?;
        request.request_async(&self.http).await.context("UserInfo")
    }

    /// The provider's metadata, looked up when first needed and again when old. A provider that is down keeps
    /// the person waiting for a few seconds, then they are told.
    async fn known(&self) -> Result<Arc<Known>, Failure> {
        if let Some(known) = self.fresh() {
            return Ok(known);
        }
        let mut last_failure = self.looking.lock().await;
        if let Some(known) = self.fresh() {
            return Ok(known);
        }
        if last_failure.is_some_and(|then| then.elapsed() < REST) {
            return self.cached().ok_or_else(|| Failure::Unreachable(anyhow!("it failed a moment ago")));
        }
        let began = Instant::now();
        loop {
            match self.discover().await {
                Ok(known) => return Ok(known),
                Err(error) if began.elapsed() + RETRY_PAUSE > PATIENCE => {
                    *last_failure = Some(Instant::now());
                    return self.cached().ok_or(Failure::Unreachable(error));
                }
                Err(_) => tokio::time::sleep(RETRY_PAUSE).await,
            }
        }
    }

    /// Reads metadata and keys; the crate checks that the document names our issuer (OIDC Discovery 4.3).
    async fn discover(&self) -> anyhow::Result<Arc<Known>> {
        let metadata =
            Metadata::discover_async(self.issuer.clone(), &self.http).await.context("discovery")?;
        let more = metadata.additional_metadata().clone();
        let client =
            CoreClient::from_provider_metadata(metadata, self.client_id.clone(), self.client_secret.clone())
                .set_redirect_uri(self.redirect.clone());
        let known = Arc::new(Known {
            client,
            end_session: more.end_session_endpoint,
            names_issuer: more.authorization_response_iss_parameter_supported,
            since: Instant::now(),
        });
        *self.known.lock().unwrap_or_else(PoisonError::into_inner) = Some(Arc::clone(&known));
        Ok(known)
    }

    fn cached(&self) -> Option<Arc<Known>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn fresh(&self) -> Option<Arc<Known>> {
        self.cached().filter(|known| known.since.elapsed() < FRESH)
    }
}

/// Signatures by public key only: with HS256 the client secret would be a signing key.
fn verifier(client: &Client) -> CoreIdTokenVerifier<'_> {
    client.id_token_verifier().set_allowed_algs([
        Alg::RsaSsaPkcs1V15Sha256,
        Alg::RsaSsaPssSha256,
        Alg::EcdsaP256Sha256,
        Alg::EcdsaP384Sha384,
        Alg::EdDsa,
    ])
}

/// The checks of OIDC Core 3.1.3.7 and 3.1.3.8. The crate makes those of signature, `iss`, `aud`, `azp`, `exp`
/// and nonce.
fn verified(
    client: &Client,
    id_token: &CoreIdToken,
    nonce: &Nonce,
    access_token: &AccessToken,
) -> anyhow::Result<(SubjectIdentifier, i64)> {
    let verifier = verifier(client);
    let claims = id_token.claims(&verifier, nonce).context("ID token")?;
    if let Some(expected) = claims.access_token_hash() {
        let actual = AccessTokenHash::from_token(
            access_token,
            id_token.signing_alg()?,
            id_token.signing_key(&verifier)?,
        )?;
        ensure!(actual == *expected, "at_hash does not fit the access token");
    }
    let authenticated_at = claims.auth_time().context("the ID token lacks auth_time")?.timestamp();
    let age = claims.issue_time().timestamp() - authenticated_at;
    ensure!(age >= -LEEWAY, "auth_time is later than iat");
    ensure!(age <= ABSOLUTE_LIMIT.as_secs().cast_signed() + LEEWAY, "the provider did not heed max_age");
    Ok((claims.subject().clone(), authenticated_at))
}

fn person(info: &UserInfo, authenticated_at: i64) -> Person {
    let given = info.given_name().and_then(|name| name.get(None)).map(|name| name.as_str());
    let family = info.family_name().and_then(|name| name.get(None)).map(|name| name.as_str());
    let whole = info.name().and_then(|name| name.get(None)).map(|name| name.to_string());
    let parts = || [given, family].into_iter().flatten().collect::<Vec<_>>().join(" ");
    let name = whole.unwrap_or_else(parts).trim().to_owned();
    let more = info.additional_claims();
    let role = [&more.profession, &more.organisation]
        .into_iter()
        .filter_map(|claim| claim.as_ref()?.as_str())
        .filter(|word| !word.trim().is_empty())
        .collect::<Vec<_>>()
        .join(" · ");
    Person {
        name: if name.is_empty() { info.subject().to_string() } else { name },
        role: if role.is_empty() { "Clinician".into() } else { role },
        authenticated_at,
    }
}
