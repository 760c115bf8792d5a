//! Secrets sent by e-mail: a link's token and a short code that is typed instead. Each has one
//! purpose, one address and one browser in which it can be finished without more (L2, L4).

use super::store;
use crate::clock::Timestamp;
use crate::fault::Fault;
use crate::ids::{AccountId, MailProofId};
use crate::random::Secret;
use crate::seal::same;
use crate::store::Ground;
pub use entities::mail_proof::Model as Proof;

/// Codes that may be typed for one proof.
pub const GUESSES: i32 = 5;

/// What a proof is for. A secret for one purpose is unknown for the other (A15).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Proves the address of an account.
    Verify,
    /// Starts a recovery of the password.
    Recover,
}

impl Purpose {
    /// Stored name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Verify => "verify",
            Self::Recover => "recover",
        }
    }
}

/// Whom a new proof is for.
#[derive(Clone, Debug)]
pub struct For {
    /// The account; none when the address has none.
    pub account: Option<AccountId>,
    /// The address as compared.
    pub email_key: String,
    /// Hash of the browser that began.
    pub bound_to: Vec<u8>,
    /// Seconds until it is dead.
    pub seconds: i64,
}

/// A new proof: the row, and the two secrets for the message.
#[derive(Debug)]
pub struct Issued {
    /// The row to insert.
    pub row: Proof,
    /// The link's token.
    pub token: Secret,
    /// The code to type.
    pub code: String,
}

/// Makes a proof. Nothing is stored yet.
#[must_use]
pub fn issue(ground: &Ground, purpose: Purpose, whom: For) -> Issued {
    let (now, id) = (ground.clock.now(), MailProofId(ground.new_id()));
    let (token, code) = (ground.random.secret(), ground.random.typed_code());
    let row = Proof {
        id,
        purpose: purpose.name().to_owned(),
        account_id: whom.account,
        email_key: whom.email_key,
        token_hash: token.hash(),
        code_hash: code_hash(ground, id, &code),
        bound_to: whom.bound_to,
        guesses: 0,
        created_at: now,
        expires_at: now.plus(whom.seconds),
        used_at: None,
        superseded_at: None,
    };
    Issued { row, token, code }
}

/// What came of a typed code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Guessed {
    /// It is the proof's. The caller concludes with `spend_proof` in the write of what it opens.
    Right,
    /// It is not, and was counted; or it cannot be a code at all.
    Wrong,
    /// The proof is dead or out of tries: nothing was compared.
    Dead,
}

/// Counts a typed code in a committed write, then compares it.
///
/// # Errors
/// When the database is away.
pub async fn guess(ground: &Ground, proof: &Proof, typed: &str) -> Result<Guessed, Fault> {
    let Some(code) = tidy_code(typed) else { return Ok(Guessed::Wrong) };
    let (id, now) = (proof.id, ground.clock.now());
    let counted = ground
        .db
        .write(move |tx| Box::pin(async move { store::count_proof_guess(tx, id, now).await }))
        .await?;
    if !counted {
        return Ok(Guessed::Dead);
    }
    let right = same(&code_hash(ground, id, &code), &proof.code_hash);
    Ok(if right { Guessed::Right } else { Guessed::Wrong })
}

/// A typed code as it is compared: upper case, blanks and dashes gone; `None` when it cannot be one.
fn tidy_code(typed: &str) -> Option<String> {
    let code: String = typed.chars().filter(|c| !c.is_whitespace() && *c != '-').collect();
    (code.len() == 8 && code.bytes().all(|b| b.is_ascii_alphanumeric())).then(|| code.to_ascii_uppercase())
}

/// Whether a proof can still be used.
#[must_use]
pub fn is_live(proof: &Proof, now: Timestamp) -> bool {
    proof.used_at.is_none() && proof.superseded_at.is_none() && proof.expires_at > now
}

fn code_hash(ground: &Ground, id: MailProofId, code: &str) -> Vec<u8> {
    ground.ring.mac("mail code", &[id.0.as_bytes(), code.as_bytes()]).to_vec()
}

#[cfg(test)]
mod tests {
    use super::tidy_code;

    #[test]
    fn a_typed_code_may_have_blanks_dashes_and_small_letters() {
        assert_eq!(tidy_code(" k7mq-2wxy "), Some("K7MQ2WXY".to_owned()));
        for text in ["", "K7MQ2WX", "K7MQ2WXYZ", "K7MQ2WXÄ"] {
            assert_eq!(tidy_code(text), None, "{text}");
        }
    }
}
