//! wardgate
fn main() {}
