//! The integration tests: one binary, a module for each feature or RFC.

mod journey;
