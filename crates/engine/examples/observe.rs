//! Prints what captures say about devices: `cargo run --example observe -- FILE...`, one line per observation or file.

use std::io::Write as _;

use sightglass_engine::{Options, analyze};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let paths: Vec<_> = std::env::args().skip(1).map(Into::into).collect();
    let mut analysis = analyze(&paths, Options { hash: false, ..Options::default() })?;
    let mut out = std::io::stdout().lock();
    while let Some(batch) = analysis.next_batch() {
        for row in batch.events.observations {
            let ip = row.ip.map(|ip| ip.to_string()).unwrap_or_default();
            let mac = row.mac.map(|mac| mac.to_string()).unwrap_or_default();
            let (path, attribute, value, protocol) = (row.path, row.attribute, row.value, row.protocol);
            writeln!(
                out,
                "{}\t{ip}\t{mac}\t{path}\t{protocol}\t{attribute}\t{value}\t{}",
                row.frame, row.confidence
            )?;
        }
        for row in batch.events.files {
            writeln!(
                out,
                "{}\tfile\t{}\t{}\t{}\t{}",
                row.frame, row.protocol, row.name, row.size, row.sha256
            )?;
        }
    }
    Ok(())
}
