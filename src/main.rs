//! The one binary of the house.

use std::process::ExitCode;

fn main() -> ExitCode {
    hauspost::telemetry::panic::keep_quiet();
    let mut arguments = std::env::args_os().skip(1);
    // Before anything else: the workers must reach their walls with one thread and nothing opened.
    if let Some(command) = arguments.next() {
        if command == hauspost::inference::process::WORKER_COMMAND {
            return hauspost::cli::engine_worker::run(arguments);
        }
        if command == hauspost::knowledge::source::worker::READER_COMMAND {
            return hauspost::cli::source_reader::run(arguments);
        }
    }
    ExitCode::from(hauspost::cli::command::main())
}
