//! The integration tests: one binary, a module for each feature or RFC.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop where it stands")]

mod architecture;
mod browser;
mod contract;
mod email_proof;
mod invitations;
mod journey;
mod rendering;
mod sign_in;
mod source;
mod support;
