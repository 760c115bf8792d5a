//! What comes of handing a message to the outside: accepted, try again, or never. The same for every transport, so
//! that the outbox knows kinds and not vendors.

/// A message was accepted for delivery. It does not mean that it arrived (M16).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Receipt {
    /// The other side's own id of the message, if it told one.
    pub reference: Option<String>,
}

/// A message was not accepted. The text is for administrators and logs: it holds no secret, no address, no number and
/// nothing of the message (M19).
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SendError {
    /// May work later: the network, a 4xx of SMTP, a 5xx of HTTP, credentials that an operator has to repair.
    #[error("{0}")]
    Retry(String),
    /// Will never work: the address or the message itself was refused.
    #[error("{0}")]
    Permanent(String),
}

impl Receipt {
    /// A receipt with what the other side calls the message: printable ASCII, at most 128 characters of it.
    pub(super) fn named(reference: &str) -> Self {
        let kept: String = reference.chars().filter(|c| matches!(c, ' '..='~')).take(128).collect();
        Self { reference: Some(kept.trim().to_owned()).filter(|kept| !kept.is_empty()) }
    }
}

/// The harmless words of a foreign answer. Refusals like to quote the recipient, a link of the message or a code, so
/// only short words without digits, `@` and slashes stay; the price is a sentence with holes. An enhanced status code
/// (RFC 3463, `5.7.1`) stays too.
pub(super) fn harmless_words(answer: &str) -> String {
    let mut kept = String::new();
    for word in answer.split(|c: char| c.is_whitespace() || c.is_control()) {
        let plain = word.len() <= 24 && !word.contains(|c: char| c.is_numeric() || "@/\\#=<>%".contains(c));
        if word.is_empty() || !(plain || is_enhanced_status(word)) {
            continue;
        }
        if kept.len() + word.len() > 160 {
            break;
        }
        if !kept.is_empty() {
            kept.push(' ');
        }
        kept.push_str(word);
    }
    kept
}

fn is_enhanced_status(word: &str) -> bool {
    let parts: Vec<&str> = word.split('.').collect();
    let number =
        |part: &&str| !part.is_empty() && part.len() <= 3 && part.bytes().all(|b| b.is_ascii_digit());
    parts.len() == 3 && matches!(parts[0], "2" | "4" | "5") && parts.iter().all(number)
}

/// Whether `id` may stand in a header, an address and the name of a file.
pub(super) fn is_plain_id(id: &str) -> bool {
    !id.is_empty() && id.len() <= 64 && id.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_that_quotes_recipient_link_and_code_loses_them_m19() {
        let said =
            "5.7.1 <ada@clinic.example>: Blocked https://login.example.org/v/abc code 482915 by policy\r\nx";
        assert_eq!(harmless_words(said), "5.7.1 Blocked code by policy x");
        assert!(harmless_words(&"word ".repeat(500)).len() <= 160);
    }

    #[test]
    fn a_receipt_is_short_and_printable() {
        assert_eq!(Receipt::named("2.0.0 Ok:\r\n queued").reference.as_deref(), Some("2.0.0 Ok: queued"));
        assert_eq!(Receipt::named("\n").reference, None);
        assert_eq!(Receipt::named(&"x".repeat(500)).reference.unwrap().len(), 128);
    }
}
