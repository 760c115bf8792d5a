//! Any gateway that takes a POST, described by `[sms.http]`. It is believed only if its status, and its body where a
//! test is set, say that it accepted (A41).

use std::{fmt::Write, time::Duration};

use openssl::{error::ErrorStack, hash::MessageDigest, pkey::PKey, sign::Signer};
use secrecy::{ExposeSecret, SecretString};

use super::{
    Sms,
    post::{Answer, Post},
};
use crate::{
    config::{
        gateway_body::{BodyFormat, BodyValues},
        problem::Problem,
        sms::{HttpGatewayConfig, JsonTest},
    },
    messages::delivery::{Receipt, SendError, harmless_words},
};

/// A gateway that takes a POST.
pub struct HttpGateway {
    post: Post,
    format: BodyFormat,
    template: String,
    secret: Option<SecretString>,
    success_statuses: Vec<u16>,
    success_json: JsonTest,
    permanent_statuses: Vec<u16>,
    receipt: String,
}

impl HttpGateway {
    pub(super) fn from_config(config: &HttpGatewayConfig, timeout: Duration) -> Result<Self, Problem> {
        let problem = |key: &str, text: String| Problem::new(format!("sms.http.{key}"), text);
        let mut post = Post::new("sms.http.url", &config.method, &config.url, timeout)?;
        for (name, value) in &config.headers {
            post.header(name, value.expose_secret())
                .map_err(|text| problem(&format!("headers.{name}"), text.to_owned()))?;
        }
        post.header("Content-Type", &config.content_type)
            .map_err(|text| problem("content_type", text.to_owned()))?;
        let format = BodyFormat::of(&config.content_type)
            .ok_or_else(|| problem("content_type", "is neither JSON nor a form".into()))?;
        Ok(Self {
            post,
            format,
            template: config.body.clone(),
            secret: config.hmac_secret().map_err(|text| problem("hmac_secret", text))?,
            success_statuses: config.success_statuses.clone(),
            success_json: config.success_json.clone(),
            permanent_statuses: config.permanent_statuses.clone(),
            receipt: config.receipt.clone(),
        })
    }

    pub(super) async fn send(&self, sms: &Sms, sent_at: i64) -> Result<Receipt, SendError> {
        let values = BodyValues { to: &sms.to, text: &sms.text, id: &sms.id, ttl: sms.ttl_seconds };
        let body = self.format.fill(&self.template, values);
        let signature = match &self.secret {
            Some(secret) => Some((
                "X-Wardgate-Signature",
                signature(secret, sent_at, &body)
                    .map_err(|_| SendError::Retry("the request cannot be signed".into()))?,
            )),
            None => None,
        };
        self.judge(&self.post.send(body, signature).await?)
    }

    fn judge(&self, answer: &Answer) -> Result<Receipt, SendError> {
        let status = answer.status;
        if self.permanent_statuses.contains(&status) {
            return Err(SendError::Permanent(format!("the gateway answered {status}")));
        }
        if !self.success_statuses.contains(&status) {
            return Err(SendError::Retry(format!("the gateway answered {status}")));
        }
        let JsonTest { pointer, equals } = &self.success_json;
        if !pointer.is_empty() {
            let found = answer.at(pointer);
            if found.as_ref() != Some(equals) {
                let said = harmless_words(found.as_deref().unwrap_or("nothing"));
                return Err(SendError::Retry(format!(
                    "the gateway answered {status}, but {pointer} is not {equals:?} ({said})"
                )));
            }
        }
        let receipt = Some(&self.receipt).filter(|pointer| !pointer.is_empty());
        Ok(Receipt::named(&receipt.and_then(|pointer| answer.at(pointer)).unwrap_or_default()))
    }
}

/// `t=UNIX,v1=HEX`, the HMAC-SHA256 over the time, a dot and the body, so an old request cannot be played again later.
fn signature(secret: &SecretString, unix: i64, body: &str) -> Result<String, ErrorStack> {
    let key = PKey::hmac(secret.expose_secret().as_bytes())?;
    let mut signer = Signer::new(MessageDigest::sha256(), &key)?;
    signer.update(format!("{unix}.{body}").as_bytes())?;
    let mut header = format!("t={unix},v1=");
    for byte in signer.sign_to_vec()? {
        // Writing into a String cannot fail.
        let _ = write!(header, "{byte:02x}");
    }
    Ok(header)
}
