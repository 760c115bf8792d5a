//! Whether messages can leave: by a look at the other side, or by a message to somebody who asked for one.

use super::finding::Finding;
use super::outside::reaches;
use crate::clock::Clock;
use crate::config::mail::MailTransport;
use crate::config::sms::SmsTransportKind;
use crate::config::{Config, Problem};
use crate::ids;
use crate::messages::delivery::{Receipt, SendError};
use crate::messages::email::{Email, EmailTransport};
use crate::messages::memory::Mailbox;
use crate::messages::sms::{Sms, SmsTransport};
use crate::random::Random;
use std::path::Path;

/// The mail server, or with `to` a message through it.
pub(super) async fn mail(config: &Config, to: Option<&str>) -> Vec<Finding> {
    let (check, mail) = ("mail", &config.mail);
    if let Some(to) = to {
        return vec![sent(check, send_mail(config, to).await)];
    }
    vec![match mail.transport {
        MailTransport::Smtp => match reaches(&mail.host, mail.port()).await {
            Ok(()) => Finding::ok(
                check,
                format!("{} port {} answers; --send-test-mail tells more", mail.host, mail.port()),
            ),
            Err(why) => Finding::problem(
                check,
                format!("{} port {}: {why}", mail.host, mail.port()),
                "correct mail.host, mail.port and mail.tls, or open the firewall to it",
            ),
        },
        MailTransport::Folder => folder(check, &mail.folder),
        MailTransport::Memory | MailTransport::None => nowhere(check),
    }]
}

/// The gateway of text messages, or with `to` a message through it.
pub(super) async fn sms(config: &Config, to: Option<&str>) -> Vec<Finding> {
    let (check, sms) = ("sms", &config.sms);
    if let Some(to) = to {
        return vec![sent(check, send_sms(config, to).await)];
    }
    let url = match sms.transport {
        SmsTransportKind::Http => &sms.http.url,
        SmsTransportKind::Twilio => &sms.twilio.base_url,
        SmsTransportKind::Folder => return vec![folder(check, &sms.folder)],
        SmsTransportKind::Memory | SmsTransportKind::None => return vec![nowhere(check)],
    };
    // Of the address only the host is told: paths and queries of gateways hold keys.
    let place = url::Url::parse(url)
        .ok()
        .and_then(|url| Some((url.host_str()?.to_owned(), url.port_or_known_default()?)));
    let Some((host, port)) = place else { return vec![nowhere(check)] };
    vec![match reaches(&host, port).await {
        Ok(()) => Finding::ok(check, format!("{host} port {port} answers; --send-test-sms tells more")),
        Err(why) => Finding::problem(
            check,
            format!("{host} port {port}: {why}"),
            "correct the gateway's address in [sms], or open the firewall to it",
        ),
    }]
}

fn nowhere(check: &'static str) -> Finding {
    Finding::problem(check, "messages leave nowhere", format!("set {check}.transport"))
}

fn folder(check: &'static str, folder: &Path) -> Finding {
    let text = format!("messages go into the folder {} and to nobody", folder.display());
    Finding::warning(check, text, format!("set {check}.transport to a real one where people sign in"))
}

fn sent(check: &'static str, outcome: Result<Receipt, String>) -> Finding {
    match outcome {
        Ok(receipt) => {
            let named = receipt.reference.map(|it| format!(" ({it})")).unwrap_or_default();
            Finding::ok(check, format!("a test message was accepted{named}; see whether it arrives"))
        }
        Err(why) => Finding::problem(
            check,
            format!("a test message was refused: {why}"),
            format!("correct [{check}]"),
        ),
    }
}

fn id() -> String {
    ids::new(Clock::System.now(), &Random::System).to_string()
}

async fn send_mail(config: &Config, to: &str) -> Result<Receipt, String> {
    let (brand, host) = (&config.brand.name, config.server.host());
    let transport = EmailTransport::from_config(&config.mail, brand, &host, &Mailbox::default());
    let transport = transport.map_err(|problem: Problem| problem.to_string())?;
    let text = format!("{brand} at {host} can send e-mails. Nothing needs to be done.");
    let email = Email {
        id: id(),
        to: to.to_owned(),
        subject: format!("{brand}: a test"),
        html: format!("<p>{}</p>", escaped(&text)),
        text,
    };
    transport.send(&email, Clock::System.now().0).await.map_err(|error: SendError| error.to_string())
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;")
}

async fn send_sms(config: &Config, to: &str) -> Result<Receipt, String> {
    let digits = to.strip_prefix('+').filter(|it| (7..=15).contains(&it.len()));
    if !digits.is_some_and(|it| it.bytes().all(|byte| byte.is_ascii_digit())) {
        return Err("the number must be written like +447400123456".to_owned());
    }
    let transport = SmsTransport::from_config(&config.sms, &Mailbox::default());
    let transport = transport.map_err(|problem: Problem| problem.to_string())?;
    let text = format!("{}: a test. Nothing needs to be done.", config.brand.name);
    let sms = Sms { id: id(), to: to.to_owned(), text, ttl_seconds: 600 };
    transport.send(&sms, Clock::System.now().0).await.map_err(|error: SendError| error.to_string())
}
