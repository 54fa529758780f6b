//! The program.

fn main() -> std::process::ExitCode {
    peerpath_http::main()
}
