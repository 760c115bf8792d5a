//! The integration tests: one binary, a module for each feature or RFC.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop where it stands")]

mod architecture;
mod authorization;
mod browser;
mod client_authentication;
mod client_commands;
mod contract;
mod crash;
mod email_proof;
mod invitations;
mod journey;
mod leaks;
mod notices;
mod outages;
mod pkce;
mod recovery;
mod registration;
mod rendering;
mod sessions;
mod sign_in;
mod source;
mod support;
mod team;
mod text_message_code;
mod tokens;
