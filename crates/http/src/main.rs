//! The program.

use mimalloc::MiMalloc;

/// Answers are put together in many short-lived pieces, by every worker at once.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

fn main() -> std::process::ExitCode {
    peerpath_http::cli::main()
}
