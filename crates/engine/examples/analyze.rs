//! Analyzes captures and prints the summary, for measuring the engine alone.

use std::io::Write as _;

use sightglass_engine::{Options, analyze};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut options = Options { hash: false, ..Options::default() };
    let mut paths = Vec::new();
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        if argument == "--workers" {
            options.workers = arguments.next().ok_or("--workers takes a number")?.parse()?;
        } else if argument == "--no-values" {
            options.values = false;
        } else {
            paths.push(argument.into());
        }
    }
    let mut analysis = analyze(&paths, options)?;
    let mut rows = 0usize;
    while let Some(batch) = analysis.next_batch() {
        rows = rows.saturating_add(batch.events.len());
    }
    let mut out = std::io::stdout().lock();
    writeln!(out, "{}", analysis.summary().to_json())?;
    writeln!(out, "{rows} rows")?;
    Ok(())
}
