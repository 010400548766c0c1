//! The program: everything is in the library. Read `lib.rs` for the map of the house.

fn main() -> std::process::ExitCode {
    aoxanh::station::main()
}
