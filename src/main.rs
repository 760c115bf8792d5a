//! The `wardgate` binary: arguments, configuration, one command.

use std::process::ExitCode;

fn main() -> ExitCode {
    wardgate::cli::run()
}
