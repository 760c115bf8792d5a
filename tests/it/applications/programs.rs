//! The same by programs.
