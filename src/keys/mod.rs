//! Signing keys: making, reading, signing, verifying, publishing.
//!
//! Owns: private keys in memory and everything that touches `josekit`, which no other module may name. Does not own:
//! what is signed (`protocol` shapes the claims, `grants` fills them), nor what the claims of a verified token mean:
//! expiry, issuer and audience are the caller's to check.

pub mod jose;
