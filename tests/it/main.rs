//! The integration tests: one binary, a module for each feature or RFC.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop where it stands")]

mod accounts;
mod architecture;
mod audiences;
mod audit;
mod authorization;
mod backchannel_logout;
mod browser;
mod claims;
mod client_authentication;
mod client_commands;
mod conformance;
mod consent;
mod contract;
mod crash;
mod cross_origin;
mod email_proof;
mod endings;
mod explain;
mod invitations;
mod journey;
mod keys;
mod leaks;
mod logout;
mod notices;
mod outages;
mod parallel;
mod pkce;
mod properties;
mod races;
mod recovery;
mod registration;
mod rendering;
mod service_counts;
mod sessions;
mod sign_in;
mod source;
mod statements;
mod step_up;
mod support;
mod tampered_tokens;
mod team;
mod text_message_code;
mod token_kinds;
mod tokens;
