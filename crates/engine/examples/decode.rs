//! Prints the messages of captures as JSON lines: `cargo run --release --example decode -- [--protocol NAME] FILE...`.

use std::io::Write as _;

use sightglass_dissect::Protocol;
use sightglass_engine::{DecodeOptions, decode};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut options = DecodeOptions { workers: 1, ..DecodeOptions::default() };
    let mut paths = Vec::new();
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        if argument == "--protocol" {
            let name = arguments.next().ok_or("--protocol takes a name")?;
            let protocol = Protocol::from_name(&name).ok_or("no such protocol")?;
            options.protocols.get_or_insert_default().push(protocol);
        } else if argument == "--workers" {
            options.workers = arguments.next().ok_or("--workers takes a number")?.parse()?;
        } else {
            paths.push(argument.into());
        }
    }
    let mut decoding = decode(&paths, options)?;
    let mut out = std::io::stdout().lock();
    while let Some(lines) = decoding.next_lines() {
        out.write_all(lines.as_bytes())?;
    }
    for warning in decoding.warnings() {
        writeln!(std::io::stderr(), "{warning}")?;
    }
    Ok(())
}
