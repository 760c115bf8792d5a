//! The rules of the chain: what a digest is made of, and walking the trail to find the first row that does not fit.
//! Pure; the rows come from the database or from an exported file.

use crate::clock::Timestamp;
use crate::ids::OrganisationId;
use crate::seal::{hex, same, sha256, unhex};
use entities::audit::Model;
use serde::{Deserialize, Serialize};
use serde_json::json;

/// What the first row is chained to.
pub const BEGINNING: [u8; 32] = [0; 32];
/// Names the form of a digest, so that a later form cannot be taken for this one.
const FORM: &str = "wardgate-audit-1";

/// A sealed row, as it is exported and verified. `digest` covers everything but address, browser and salt, and those
/// by the commitment: so they can be erased, and the chain stays whole.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the fields are those of the row, see entities::audit")]
pub struct Record {
    pub place: i64,
    pub at: Timestamp,
    pub actor: String,
    pub act: String,
    pub target: String,
    pub outcome: String,
    pub reason: Option<String>,
    pub organisation: Option<OrganisationId>,
    pub client: Option<String>,
    pub address: String,
    pub user_agent: String,
    pub detail: String,
    /// Hex. SHA-256 of salt, address and browser.
    pub commitment: String,
    /// Hex; gone when the values were erased.
    pub salt: Option<String>,
    /// Hex.
    pub digest: String,
}

/// What a checkpoint states (the claims of its JWS).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Statement {
    /// The installation.
    pub iss: String,
    /// When it was signed.
    pub iat: i64,
    /// The last row that it covers.
    pub place: i64,
    /// The digest there, in hex.
    pub digest: String,
}

/// The first thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Broken {
    /// Where.
    pub place: i64,
    /// What, as the end of a sentence.
    pub what: &'static str,
}

/// What of a row may be erased, bound by a salt that is erased with it.
#[must_use]
pub fn commitment(salt: &[u8], address: &str, user_agent: &str) -> [u8; 32] {
    // The length divides the two, so that no other pair gives the same bytes.
    let length = u64::try_from(address.len()).unwrap_or(u64::MAX).to_be_bytes();
    sha256(&[salt, &length, address.as_bytes(), user_agent.as_bytes()].concat())
}

impl Record {
    /// The row with its seal; `None` while it has none.
    #[must_use]
    pub fn sealed(row: Model) -> Option<Self> {
        let (place, digest, commitment) = (row.place?, row.digest?, row.commitment?);
        Some(Self {
            place,
            at: row.at,
            actor: row.actor,
            act: row.act,
            target: row.target,
            outcome: row.outcome,
            reason: row.reason,
            organisation: row.organisation_id,
            client: row.client_id,
            address: row.address,
            user_agent: row.user_agent,
            detail: row.detail,
            commitment: hex(&commitment),
            salt: row.salt.map(|salt| hex(&salt)),
            digest: hex(&digest),
        })
    }

    /// The digest that the row has to have after `before`.
    #[must_use]
    pub fn digest_after(&self, before: &[u8; 32]) -> [u8; 32] {
        let fields = json!([
            FORM,
            self.place,
            self.at,
            self.actor,
            self.act,
            self.target,
            self.outcome,
            self.reason,
            self.organisation,
            self.client,
            self.detail,
            self.commitment,
        ]);
        sha256(&[before.as_slice(), fields.to_string().as_bytes()].concat())
    }

    /// Whether address and browser are those that were sealed. What was erased cannot be told any more.
    fn keeps_its_commitment(&self) -> bool {
        let Some(salt) = &self.salt else { return self.address.is_empty() && self.user_agent.is_empty() };
        let expected = unhex(salt).map(|salt| commitment(&salt, &self.address, &self.user_agent));
        expected.is_some_and(|expected| same(hex(&expected).as_bytes(), self.commitment.as_bytes()))
    }
}

/// Walks the trail from its first row.
#[derive(Clone, Debug)]
pub struct Walk {
    place: i64,
    digest: [u8; 32],
}

impl Default for Walk {
    fn default() -> Self {
        Self { place: 0, digest: BEGINNING }
    }
}

impl Walk {
    /// The last row that fits.
    #[must_use]
    pub const fn place(&self) -> i64 {
        self.place
    }

    /// Goes one row on.
    ///
    /// # Errors
    /// When the row does not fit.
    pub fn step(&mut self, row: &Record) -> Result<(), Broken> {
        let due = self.place + 1;
        if row.place > due {
            return Err(Broken { place: due, what: "is missing" });
        }
        if row.place < due {
            return Err(Broken { place: row.place, what: "is there twice, or out of order" });
        }
        if !row.keeps_its_commitment() {
            return Err(Broken {
                place: due,
                what: "has another address or browser than when it was sealed",
            });
        }
        let digest = row.digest_after(&self.digest);
        if !same(hex(&digest).as_bytes(), row.digest.as_bytes()) {
            return Err(Broken { place: due, what: "was changed, or took the place of another row" });
        }
        (self.place, self.digest) = (due, digest);
        Ok(())
    }

    /// Compares with a checkpoint of the place that was reached just now.
    ///
    /// # Errors
    /// When the chain is another one than the one that was signed: somebody has made it anew.
    pub fn compare(&self, statement: &Statement) -> Result<(), Broken> {
        if statement.place == self.place && statement.digest != hex(&self.digest) {
            let what = "does not fit its signed checkpoint: the trail was made anew";
            return Err(Broken { place: self.place, what });
        }
        Ok(())
    }

    /// At the end: every checkpoint has to have been reached.
    ///
    /// # Errors
    /// When rows at the end are gone.
    pub fn finish(&self, statements: &[Statement]) -> Result<(), Broken> {
        if statements.iter().any(|statement| statement.place > self.place) {
            return Err(Broken {
                place: self.place + 1,
                what: "is missing, and so is every row up to a signed checkpoint",
            });
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chain(length: i64) -> Vec<Record> {
        let mut before = BEGINNING;
        (1..=length)
            .map(|place| {
                let salt = [u8::try_from(place).unwrap(); 16];
                let (address, user_agent) = ("192.0.2.1".to_owned(), format!("browser {place}"));
                let mut record = Record {
                    place,
                    at: Timestamp(1000 + place),
                    actor: "host".into(),
                    act: "client.added".into(),
                    target: format!("app-{place}"),
                    outcome: "done".into(),
                    reason: None,
                    organisation: None,
                    client: None,
                    detail: "{}".into(),
                    commitment: hex(&commitment(&salt, &address, &user_agent)),
                    salt: Some(hex(&salt)),
                    digest: String::new(),
                    address,
                    user_agent,
                };
                before = record.digest_after(&before);
                record.digest = hex(&before);
                record
            })
            .collect()
    }

    fn walked(rows: &[Record], statements: &[Statement]) -> Result<i64, Broken> {
        let mut walk = Walk::default();
        for row in rows {
            walk.step(row)?;
            statements.iter().try_for_each(|statement| walk.compare(statement))?;
        }
        walk.finish(statements)?;
        Ok(walk.place())
    }

    fn signed(row: &Record) -> Statement {
        Statement { iss: "https://id.example".into(), iat: 1, place: row.place, digest: row.digest.clone() }
    }

    #[test]
    fn the_first_row_that_does_not_fit_is_named_a109() {
        type Tamper = fn(&mut Vec<Record>);
        let table: [(&str, Tamper, i64); 9] = [
            ("edited", |rows| rows[4].target = "other".into(), 5),
            ("refusal made a success", |rows| rows[2].reason = Some("no".into()), 3),
            ("deleted", |rows| drop(rows.remove(4)), 5),
            ("first deleted", |rows| drop(rows.remove(0)), 1),
            ("inserted", |rows| rows.insert(4, rows[3].clone()), 4),
            ("reordered", |rows| rows.swap(2, 6), 3),
            (
                "swapped with their places",
                |rows| {
                    rows.swap(2, 6);
                    (rows[2].place, rows[6].place) = (3, 7);
                },
                3,
            ),
            ("another address", |rows| rows[7].address = "198.51.100.1".into(), 8),
            ("erased by halves", |rows| rows[7].salt = None, 8),
        ];
        let whole = chain(10);
        assert_eq!(walked(&whole, &[signed(&whole[9])]), Ok(10));
        for (what, tamper, place) in table {
            let mut rows = whole.clone();
            tamper(&mut rows);
            let broken = walked(&rows, &[]).unwrap_err();
            assert_eq!(broken.place, place, "{what}: {broken:?}");
        }
    }

    #[test]
    fn a_cut_tail_and_a_chain_made_anew_are_found_by_a_checkpoint() {
        let whole = chain(10);
        assert_eq!(walked(&whole[..7], &[]), Ok(7), "nothing in the rows tells");
        assert_eq!(walked(&whole[..7], &[signed(&whole[9])]).unwrap_err().place, 8);
        let mut before = BEGINNING;
        let mut anew = whole.clone();
        anew[2].target = "other".into();
        for row in &mut anew {
            before = row.digest_after(&before);
            row.digest = hex(&before);
        }
        assert_eq!(walked(&anew, &[]), Ok(10));
        assert_eq!(walked(&anew, &[signed(&whole[5])]).unwrap_err().place, 6);
    }

    #[test]
    fn what_is_erased_with_its_salt_leaves_the_chain_whole() {
        let mut rows = chain(3);
        (rows[1].salt, rows[1].address, rows[1].user_agent) = (None, String::new(), String::new());
        assert_eq!(walked(&rows, &[]), Ok(3));
    }

    #[test]
    fn no_two_pairs_of_values_have_one_commitment() {
        assert_ne!(commitment(b"s", "ab", "c"), commitment(b"s", "a", "bc"));
        assert_ne!(commitment(b"s", "a", "b"), commitment(b"t", "a", "b"));
    }
}
