//! The one binary of the house.

use std::process::ExitCode;

fn main() -> ExitCode {
    hauspost::telemetry::panic::keep_quiet();
    let mut arguments = std::env::args_os().skip(1);
    // Before anything else: the worker must reach its walls with one thread and nothing opened.
    if arguments.next().is_some_and(|command| command == hauspost::inference::process::WORKER_COMMAND) {
        return hauspost::cli::engine_worker::run(arguments);
    }
    ExitCode::from(hauspost::cli::command::main())
}
