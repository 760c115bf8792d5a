use std::{
    os::unix::fs::PermissionsExt,
    sync::{Arc, atomic::Ordering},
};

use openssl::{
    asn1::Asn1Time,
    hash::MessageDigest,
    pkey::PKey,
    rsa::Rsa,
    ssl::{SslAcceptor, SslMethod},
    x509::X509,
};

use super::{sink::Sink, *};
use crate::{config::mail::MailTls, messages::captured_log::CapturedLog};

const NOON: i64 = 1_795_521_600; // 2026-11-24 12:00:00 UTC
const LINK: &str = "https://login.example.org/v/tok3n";

fn email() -> Email {
    Email {
        id: "0192f0c1-7a2b".into(),
        to: "ada@clinic.example".into(),
        subject: "Verify your e-mail".into(),
        text: format!("Hello Ada,\r\n.hidden\r\n..two\r\n{LINK}\r\n"),
        html: format!("<p>Hello Ada</p>\r\n<a href=\"{LINK}\">login.example.org</a>\r\n"),
    }
}

fn config(port: u16) -> MailConfig {
    MailConfig {
        transport: MailTransport::Smtp,
        host: "127.0.0.1".into(),
        port,
        tls: MailTls::None,
        from: "no-reply@login.example.org".into(),
        timeout_seconds: 1,
        ..MailConfig::default()
    }
}

fn transport(config: &MailConfig) -> EmailTransport {
    EmailTransport::from_config(config, "Huma", "login.example.org", &Mailbox::default()).unwrap()
}

/// Sends one e-mail to a sink that answers `instead`, and gives what came of it and the sink.
async fn sent(instead: &[(&'static str, &'static str)]) -> (Result<Receipt, SendError>, Arc<Sink>) {
    let (sink, port) = Sink::start(instead).await;
    (transport(&config(port)).send(&email(), NOON).await, sink)
}

#[tokio::test]
async fn a_mail_has_two_parts_and_the_letterhead_l9_l10() {
    let (sink, port) = Sink::start(&[]).await;
    let mut config = config(port);
    config.reply_to = "Help desk <help@example.org>".into();
    let receipt = transport(&config).send(&email(), NOON).await.unwrap();
    assert_eq!(receipt.reference.as_deref(), Some("2.0.0 queued as 7E51"));
    let message = sink.messages.lock().unwrap()[0].clone();
    let (head, body) = message.split_once("\r\n\r\n").unwrap();
    for line in [
        "From: Huma <no-reply@login.example.org>",
        "To: ada@clinic.example",
        "Reply-To: \"Help desk\" <help@example.org>",
        "Subject: Verify your e-mail",
        "Date: Tue, 24 Nov 2026 12:00:00 +0000",
        "Message-ID: <0192f0c1-7a2b@login.example.org>",
        "Auto-Submitted: auto-generated",
        "Content-Type: multipart/alternative;",
    ] {
        assert!(head.lines().any(|have| have.starts_with(line)), "{line} is missing in\n{head}");
    }
    let (plain, html) = (body.find("text/plain").unwrap(), body.find("text/html").unwrap());
    assert!(plain < html && body.matches(LINK).count() == 2, "{body}");
    assert!(sink.heard("EHLO login.example.org") && sink.heard("MAIL FROM:<no-reply@login.example.org>"));
}

#[tokio::test]
async fn a_line_that_begins_with_a_dot_does_not_end_the_mail() {
    let (outcome, sink) = sent(&[]).await;
    outcome.unwrap();
    let message = sink.messages.lock().unwrap()[0].clone();
    assert!(message.contains("\r\n..hidden\r\n...two\r\n"), "{message}");
}

#[tokio::test]
async fn a_name_outside_ascii_is_encoded_and_comes_back() {
    let (sink, port) = Sink::start(&[]).await;
    let mut config = config(port);
    config.from = "Klinik Düsseldorf <no-reply@login.example.org>".into();
    let mail = Email { subject: "Willkommen, Zoë".into(), text: "Grüße 🙂".into(), ..email() };
    transport(&config).send(&mail, NOON).await.unwrap();
    let message = sink.messages.lock().unwrap()[0].clone();
    assert!(message.is_ascii(), "{message}");
    assert!(message.contains("From: =?utf-8?b?") && message.contains("<no-reply@login.example.org>"));
    let read: Correspondent = config.from.parse().unwrap();
    assert_eq!(read.name.as_deref(), Some("Klinik Düsseldorf"));
}

#[tokio::test]
async fn a_line_end_in_a_subject_or_address_makes_no_header_a12() {
    let (sink, port) = Sink::start(&[]).await;
    let transport = transport(&config(port));
    let mail = Email { subject: "Hello\r\nBcc: eve@example.org\r\n\r\nBody".into(), ..email() };
    transport.send(&mail, NOON).await.unwrap();
    let message = sink.messages.lock().unwrap()[0].clone();
    assert!(message.contains("Subject: Hello  Bcc: eve@example.org"), "{message}");
    assert!(!message.lines().any(|line| line.starts_with("Bcc") || line == "Body"), "{message}");
    for to in
        ["ada@clinic.example\r\nBcc: eve@example.org", "ada@clinic.example>\r\nRCPT TO:<eve@x.org", "ada", ""]
    {
        let outcome = transport.send(&Email { to: to.into(), ..email() }, NOON).await;
        assert!(matches!(outcome, Err(SendError::Permanent(_))), "{to}: {outcome:?}");
    }
    let outcome = transport.send(&Email { id: "a@b>\r\nX: y".into(), ..email() }, NOON).await;
    assert!(matches!(outcome, Err(SendError::Permanent(_))), "{outcome:?}");
    assert_eq!(sink.messages.lock().unwrap().len(), 1);
}

#[tokio::test]
async fn a_4xx_is_tried_again_and_a_5xx_is_not() {
    for (at, answer, permanent) in [
        ("RCPT", "450 4.2.1 <ada@clinic.example>: mailbox busy", false),
        ("RCPT", "550 5.1.1 <ada@clinic.example>: no such user", true),
        ("MAIL", "451 4.3.0 later", false),
        ("DATA", "554 5.5.1 no", true),
        (".", "452 4.3.1 disk full", false),
        (".", "554 5.7.1 spam: https://login.example.org/v/tok3n", true),
        (".", "354 what", false),
    ] {
        let (outcome, _) = sent(&[(at, answer)]).await;
        let error = outcome.unwrap_err();
        assert_eq!(matches!(error, SendError::Permanent(_)), permanent, "{at} {answer}: {error:?}");
        let text = error.to_string();
        assert!(text.contains(&answer[..3]), "{text}");
        assert!(!text.contains("ada@") && !text.contains("tok3n"), "{text}");
    }
}

#[tokio::test]
async fn a_mail_server_that_is_away_or_hangs_up_is_tried_again() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    drop(listener);
    let outcome = transport(&config(port)).send(&email(), NOON).await;
    assert!(matches!(&outcome, Err(SendError::Retry(text)) if text.contains("reached")), "{outcome:?}");
    for at in ["EHLO", "RCPT", "."] {
        let (outcome, _) = sent(&[(at, "close")]).await;
        assert!(matches!(outcome, Err(SendError::Retry(_))), "{at}: {outcome:?}");
    }
}

#[tokio::test]
async fn an_attempt_that_ran_out_of_time_does_not_answer_for_the_next_mail() {
    let (sink, port) = Sink::start(&[(".", "")]).await;
    let transport = transport(&config(port));
    let outcome = transport.send(&email(), NOON).await;
    assert!(matches!(&outcome, Err(SendError::Retry(text)) if text.contains("within 1 s")), "{outcome:?}");
    *sink.instead.lock().unwrap() = vec![(".", "554 5.7.1 no")];
    let outcome = transport.send(&email(), NOON).await;
    assert!(matches!(outcome, Err(SendError::Permanent(_))), "{outcome:?}");
    assert_eq!(sink.connections.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn a_connection_is_used_again_and_a_dead_one_is_replaced() {
    let (sink, port) = Sink::start(&[]).await;
    let transport = transport(&config(port));
    for _ in 0..3 {
        transport.send(&email(), NOON).await.unwrap();
    }
    assert_eq!(sink.connections.load(Ordering::SeqCst), 1);
    *sink.instead.lock().unwrap() = vec![("NOOP", "close")];
    transport.send(&email(), NOON).await.unwrap();
    assert_eq!(sink.connections.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn a_mail_server_without_starttls_never_sees_the_mail_l10() {
    let (sink, port) = Sink::start(&[]).await;
    let config = MailConfig { tls: MailTls::Required, ..config(port) };
    let outcome = transport(&config).send(&email(), NOON).await;
    assert!(matches!(&outcome, Err(SendError::Retry(text)) if text.contains("STARTTLS")), "{outcome:?}");
    assert!(!sink.heard("MAIL"));
}

#[tokio::test]
async fn a_mail_server_with_a_certificate_of_its_own_making_never_sees_the_mail_l10() {
    let key = PKey::from_rsa(Rsa::generate(2048).unwrap()).unwrap();
    let mut certificate = X509::builder().unwrap();
    certificate.set_pubkey(&key).unwrap();
    certificate.set_not_before(&Asn1Time::days_from_now(0).unwrap()).unwrap();
    certificate.set_not_after(&Asn1Time::days_from_now(1).unwrap()).unwrap();
    certificate.sign(&key, MessageDigest::sha256()).unwrap();
    let mut acceptor = SslAcceptor::mozilla_intermediate(SslMethod::tls()).unwrap();
    acceptor.set_private_key(&key).unwrap();
    acceptor.set_certificate(&certificate.build()).unwrap();
    let acceptor = acceptor.build();
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let config = MailConfig { tls: MailTls::Implicit, ..config(listener.local_addr().unwrap().port()) };
    let server = std::thread::spawn(move || acceptor.accept(listener.accept().unwrap().0).is_ok());
    let outcome = transport(&config).send(&email(), NOON).await;
    assert!(matches!(&outcome, Err(SendError::Retry(text)) if text.contains("certificate")), "{outcome:?}");
    assert!(!server.join().unwrap(), "the handshake must not succeed");
}

#[tokio::test]
async fn a_wrong_password_is_tried_again_and_not_told() {
    let (sink, port) = Sink::start(&[("AUTH", "535 5.7.8 wrong password swordfish9")]).await;
    let mut config = config(port);
    config.username = "wardgate".into();
    config.password = "swordfish9".into();
    let transport = transport(&config);
    let error = transport.send(&email(), NOON).await.unwrap_err();
    assert!(matches!(&error, SendError::Retry(text) if text.contains("535")), "{error:?}");
    assert!(!error.to_string().contains("swordfish") && !format!("{transport:?}").contains("swordfish"));
    sink.instead.lock().unwrap().clear();
    transport.send(&email(), NOON).await.unwrap();
}

#[tokio::test]
async fn the_log_holds_neither_mail_nor_password_even_at_trace_m19() {
    let (_, port) = Sink::start(&[]).await;
    let mut config = config(port);
    config.username = "wardgate".into();
    config.password = "swordfish".into();
    let log = CapturedLog::start();
    transport(&config).send(&email(), NOON).await.unwrap();
    tracing::trace!("the log is on");
    let log = log.text();
    assert!(log.contains("the log is on"));
    for secret in ["tok3n", "ada@", "AHdhcmRnYXRlAHN3b3JkZmlzaA=="] {
        assert!(!log.contains(secret), "{log}");
    }
}

#[tokio::test]
async fn a_folder_gets_one_private_file_per_mail_and_the_mailbox_gets_it_too() {
    let dir = tempfile::tempdir().unwrap();
    let mailbox = Mailbox::default();
    let config = MailConfig {
        transport: MailTransport::Folder,
        folder: dir.path().join("mails"),
        from: "no-reply@login.example.org".into(),
        ..MailConfig::default()
    };
    let transport = EmailTransport::from_config(&config, "Huma", "login.example.org", &mailbox).unwrap();
    transport.send(&email(), NOON).await.unwrap();
    let outcome = transport.send(&Email { id: "../../etc/x".into(), ..email() }, NOON).await;
    assert!(matches!(outcome, Err(SendError::Permanent(_))), "{outcome:?}");
    let names: Vec<_> =
        std::fs::read_dir(&config.folder).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(names, ["1795521600-email-0192f0c1-7a2b.eml"]);
    let path = config.folder.join(&names[0]);
    assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    assert!(std::fs::read_to_string(path).unwrap().contains(LINK));
    assert_eq!(mailbox.newest_first().len(), 1);
}

#[tokio::test]
async fn the_memory_transport_keeps_the_mail_and_fails_on_demand() {
    let mailbox = Mailbox::default();
    let config = MailConfig { transport: MailTransport::Memory, ..config(0) };
    let transport = EmailTransport::from_config(&config, "Huma", "login.example.org", &mailbox).unwrap();
    transport.send(&email(), NOON).await.unwrap();
    let kept = mailbox.last(Kind::Email, "ada@clinic.example").unwrap();
    assert_eq!((kept.sent_at, kept.text), (NOON, email().text));
    mailbox.fail_with(Kind::Email, Some(SendError::Retry("down".into())));
    assert_eq!(transport.send(&email(), NOON).await, Err(SendError::Retry("down".into())));
}

#[test]
fn a_missing_transport_and_a_sender_that_is_none_are_problems_with_their_key() {
    let problem = |config: &MailConfig| {
        EmailTransport::from_config(config, "Huma", "login.example.org", &Mailbox::default()).unwrap_err().key
    };
    assert_eq!(problem(&MailConfig { transport: MailTransport::None, ..config(0) }), "mail.transport");
    assert_eq!(problem(&MailConfig { from: "nobody".into(), ..config(0) }), "mail.from");
    let nowhere =
        MailConfig { transport: MailTransport::Folder, folder: "/proc/no/such".into(), ..config(0) };
    assert_eq!(problem(&nowhere), "mail.folder");
}
