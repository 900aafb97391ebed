//! Every real capture, read as its truth file says.
//!
//! The captures lie beside the repository in `../shared/captures`, or where `SIGHTGLASS_CAPTURES` says; without them
//! the test says so and passes.

#![expect(
    clippy::unwrap_used,
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a test may fail loudly"
)]

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;
use sightglass_capture::{Input, Options};

fn captures() -> Option<PathBuf> {
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/captures");
    let folder = std::env::var_os("SIGHTGLASS_CAPTURES").map_or_else(beside, PathBuf::from);
    let found = folder.join("truth").is_dir();
    if !found {
        println!("skipped: no captures in {}; set SIGHTGLASS_CAPTURES to their folder", folder.display());
    }
    found.then_some(folder)
}

/// Nanoseconds of a decimal number of seconds.
fn nanoseconds(text: &str) -> i128 {
    let (seconds, fraction) = text.split_once('.').unwrap_or((text, ""));
    let fraction: i128 = format!("{fraction:0<9}")[..9].parse().unwrap();
    seconds.parse::<i128>().unwrap() * 1_000_000_000 + fraction
}

/// What differs between a capture and its truth.
fn differences(path: &Path, truth: &Value) -> Vec<String> {
    let mut found = Vec::new();
    let mut input = match Input::open(&[path.to_path_buf()], Options::default()) {
        Ok(input) => input,
        Err(error) if truth.get("error").is_some() => {
            println!("refused like the truth: {error}");
            return found;
        }
        Err(error) => return vec![format!("refused: {error}")],
    };
    let (mut packets, mut bytes) = (0_u64, 0_u64);
    while let Some(batch) = input.next_batch() {
        for frame in &batch.frames {
            packets += 1;
            bytes += u64::from(frame.orig_len);
            if frame.number != packets {
                found.push(format!("frame {packets} has number {}", frame.number));
            }
            if batch.data(frame).len() != frame.captured_len() as usize {
                found.push(format!("frame {packets} lacks bytes"));
            }
        }
    }
    let info = &input.captures()[0];
    if (info.packets, info.bytes) != (packets, bytes) {
        found.push(format!(
            "counters say {} packets, {} bytes; frames {packets}, {bytes}",
            info.packets, info.bytes
        ));
    }
    if truth.get("error").is_some() {
        return found; // read where the other reader refused
    }
    let mut compare = |what: &str, ours: String, truth: String| {
        if ours != truth {
            found.push(format!("{what}: {ours}, truth {truth}"));
        }
    };
    compare("packets", packets.to_string(), truth["packets"].to_string());
    compare("bytes", bytes.to_string(), truth["bytes"].to_string());
    let first = info.first_time.map(|time| nanoseconds(&time.to_string()));
    compare("first_ts", format!("{first:?}"), format!("{:?}", truth["first_ts"].as_str().map(nanoseconds)));
    let last = info.last_time.map(|time| nanoseconds(&time.to_string()));
    let duration = last.zip(first).map_or(0, |(last, first)| last - first);
    #[expect(clippy::cast_precision_loss, reason = "the truth has microseconds as a float")]
    let seconds = duration as f64 / 1e9;
    // The truth subtracted two times as floats: nothing for usual times, a millisecond for those far in the future.
    #[expect(clippy::cast_precision_loss, reason = "only the magnitude matters")]
    let tolerance = first.map_or(0.0, |first| first as f64 / 1e9 * f64::EPSILON * 2.0).max(1.1e-6);
    if (seconds - truth["duration"].as_f64().unwrap()).abs() > tolerance {
        compare("duration", seconds.to_string(), truth["duration"].to_string());
    }
    found
}

#[test]
fn every_capture_reads_as_its_truth_says() {
    let Some(folder) = captures() else { return };
    let (mut read, mut wrong) = (0, Vec::new());
    for entry in fs::read_dir(&folder).unwrap() {
        let below = entry.unwrap().path();
        if !below.is_dir() {
            continue;
        }
        for file in fs::read_dir(&below).unwrap() {
            let file = file.unwrap().path();
            let (group, name) = (below.file_name().unwrap(), file.file_name().unwrap());
            let truth = format!("truth/{}__{}.json", group.to_str().unwrap(), name.to_str().unwrap());
            let Ok(truth) = fs::read_to_string(folder.join(truth)) else { continue };
            read += 1;
            for difference in differences(&file, &serde_json::from_str(&truth).unwrap()) {
                wrong.push(format!("{}: {difference}", file.display()));
            }
        }
    }
    println!("{read} captures read");
    assert!(read > 0, "no capture has a truth file");
    assert!(wrong.is_empty(), "{} differences:\n{}", wrong.len(), wrong.join("\n"));
}
