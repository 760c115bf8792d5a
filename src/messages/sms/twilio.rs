//! Twilio Messages: a form with To, From or MessagingServiceSid, and Body, under Basic authentication (M13).

use std::time::Duration;

use base64::{Engine, engine::general_purpose::STANDARD};
use secrecy::ExposeSecret;
use url::form_urlencoded;

use super::{
    Sms,
    post::{Answer, Post},
};
use crate::{
    config::{problem::Problem, sms::TwilioConfig},
    messages::delivery::{Receipt, SendError},
};

/// Twilio Messages.
pub struct Twilio {
    post: Post,
    sender: (&'static str, String),
}

impl Twilio {
    pub(super) fn from_config(config: &TwilioConfig, timeout: Duration) -> Result<Self, Problem> {
        let token = config
            .auth_token()
            .and_then(|token| token.ok_or_else(|| "is missing".into()))
            .map_err(|text| Problem::new("sms.twilio.auth_token", text))?;
        let url = format!(
            "{}/2010-04-01/Accounts/{}/Messages.json",
            config.base_url.trim_end_matches('/'),
            config.account_sid
        );
        let mut post = Post::new("sms.twilio.base_url", "POST", &url, timeout)?;
        let user = if config.api_key.is_empty() { &config.account_sid } else { &config.api_key };
        let basic = STANDARD.encode(format!("{user}:{}", token.expose_secret()));
        post.header("Authorization", &format!("Basic {basic}"))
            .and_then(|()| post.header("Content-Type", "application/x-www-form-urlencoded"))
            .map_err(|text| Problem::new("sms.twilio.auth_token", text))?;
        let sender = if config.messaging_service_sid.is_empty() {
            ("From", config.from.clone())
        } else {
            ("MessagingServiceSid", config.messaging_service_sid.clone())
        };
        Ok(Self { post, sender })
    }

    pub(super) async fn send(&self, sms: &Sms) -> Result<Receipt, SendError> {
        // A code that waited longer than it lives only puzzles; Twilio takes 1 to 36000 seconds.
        let validity = sms.ttl_seconds.clamp(1, 36_000).to_string();
        let body = form_urlencoded::Serializer::new(String::new())
            .append_pair("To", &sms.to)
            .append_pair(self.sender.0, &self.sender.1)
            .append_pair("Body", &sms.text)
            .append_pair("ValidityPeriod", &validity)
            .finish();
        judge(&self.post.send(body, None).await?)
    }
}

/// Twilio's message quotes the number, so only its error code is told.
fn judge(answer: &Answer) -> Result<Receipt, SendError> {
    let code = answer.at("/error_code").or_else(|| answer.at("/code")).filter(|code| is_code(code));
    let text = match &code {
        Some(code) => format!("Twilio answered {}, error {code}", answer.status),
        None => format!("Twilio answered {}", answer.status),
    };
    match answer.status {
        200 | 201 => {
            let failed =
                matches!(answer.at("/status").as_deref(), Some("failed" | "undelivered" | "canceled"));
            match answer.at("/sid") {
                Some(sid) if !failed && code.is_none() => Ok(Receipt::named(&sid)),
                _ => Err(SendError::Retry(format!("{text} without accepting the message"))),
            }
        }
        // 401 is about our credentials, not about the message: it heals once an operator has repaired them.
        401 | 408 | 429 => Err(SendError::Retry(text)),
        400..=499 => Err(SendError::Permanent(text)),
        _ => Err(SendError::Retry(text)),
    }
}

fn is_code(code: &str) -> bool {
    code.len() == 5 && code.bytes().all(|b| b.is_ascii_digit())
}
