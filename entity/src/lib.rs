//! Wardgate's tables: one file each, no behaviour.

pub mod acceptance;
pub mod account;
pub mod assertion;
pub mod audit;
pub mod audit_checkpoint;
pub mod audit_key;
pub mod authenticator;
pub mod challenge;
pub mod client;
pub mod client_registration;
pub mod consent;
pub mod counter;
pub mod ephemeral;
pub mod grant;
pub mod invitation;
pub mod invite_batch;
pub mod invite_line;
pub mod kept_answer;
pub mod mail_proof;
pub mod membership;
pub mod notice;
pub mod notice_draft;
pub mod organisation;
pub mod outbox;
pub mod rate;
pub mod refusal;
pub mod registration_token;
pub mod revoked_token;
pub mod session;
pub mod signing_key;
pub mod team;
pub mod token;

mod values;

pub use values::*;
