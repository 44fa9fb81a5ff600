//! What a hostile file may cost: each is read in a process of its own, and its peak memory and time are printed.
//!
//! The files are made in `files.rs`; two that are large and honest are among them. The measurement is ignored in the usual
//! run, because it takes minutes and measures time:
//! `cargo test --release --test main hostile -- --ignored --nocapture`. With `LAGESBILD_HOSTILE_ONLY` only files whose
//! names hold that text are measured.
//!
//! The limit of time is judged on the processor's time, user and system: the clock on the wall counts what others do.

mod files;

use std::process::Command;
use std::time::Instant;

use lagesbild_ingest::{Source, read_source};
use lagesbild_model::{Rule, Severity};

use crate::support::*;

/// The file that a child reads, and how.
const FILE: &str = "LAGESBILD_HOSTILE_FILE";
/// A part of the names of those that are measured.
const ONLY: &str = "LAGESBILD_HOSTILE_ONLY";
/// The peak memory and the processor time that no file may exceed.
const MAX_KB: u64 = 512 << 10;
const MAX_SECONDS: f64 = 5.0;

/// The definition by which a kind of file is read.
fn definition_of(kind: &str) -> Source {
    let of_sources = |name: &str| -> Source {
        let text = bytes(&format!("pipelines/kungsholmen-kallor/sources/{name}.toml"));
        filled_in(&String::from_utf8(text).unwrap(), &KUNGSHOLMEN).parse().unwrap()
    };
    let reader = |text: &str| toml::from_str(text).unwrap();
    let weekly = |of: &str| {
        let mut weekly = source("status-weekly", &SODERMALM);
        weekly.reader = reader(of);
        weekly
    };
    match kind {
        "csv" => Source::Counts(weekly("kind = \"delimited\"\ndelimiter = \";\"\nencoding = \"utf-8\"")),
        "legit csv" | "legit xlsx" => {
            let is_csv = kind == "legit csv";
            let csv = "kind = \"delimited\"\ndelimiter = \";\"\nencoding = \"utf-8\"";
            let mut long = weekly(if is_csv { csv } else { "kind = \"workbook\"" });
            long.required.clear();
            long.checks.clear();
            if let lagesbild_ingest::Layout::Long(layout) = &mut long.layout {
                // As far as the rows of each go: a week that has none would be made, as missing.
                layout.span.first_year = 1900;
                (layout.span.last_year, layout.span.last_week) = (if is_csv { 2022 } else { 1987 }, 52);
            }
            Source::Counts(long)
        }
        "html" => {
            let mut html = source("status-ytd", &KUNGSHOLMEN);
            html.reader = reader("kind = \"html\"\nencoding = \"utf-8\"");
            Source::Counts(html)
        }
        "register" => of_sources("brott-uttag"),
        "log" => of_sources("tycktill"),
        "survey" => of_sources("trygghetsmatning-2023-csv"),
        "sav" => of_sources("trygghetsmatning-2023"),
        "map" => of_sources("stadsdelar-polygon"),
        "px" => of_sources("befolkning-stadsdel"),
        _ => Source::Counts(source("status-ytd", &KUNGSHOLMEN)),
    }
}

/// The processor time of this process so far, in seconds.
fn processor_seconds() -> f64 {
    // Fields 14 and 15, in hundredths of a second; the second field may hold blanks and ends with a bracket.
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap();
    let fields = stat.rsplit_once(')').unwrap().1.split_whitespace().skip(11).take(2);
    fields.map(|ticks| ticks.parse::<f64>().unwrap() / 100.0).sum()
}

/// Reads one file, as a child of the measurement; prints what it cost.
#[test]
#[ignore = "a child of the measurement below"]
fn child() {
    let Some(file) = std::env::var_os(FILE) else { return };
    let bytes = std::fs::read(&file).unwrap();
    let name = file.to_string_lossy().into_owned();
    let source = definition_of(name.rsplit_once('.').unwrap().1);
    let lists = lists();
    let (begin, before) = (Instant::now(), processor_seconds());
    let reading = read_source(&source, "x", &bytes, &lists);
    let (seconds, processor) = (begin.elapsed().as_secs_f64(), processor_seconds() - before);
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    assert_books(&reading);
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    let errors = || reading.diagnostics.iter().filter(|finding| finding.severity == Severity::Error);
    let first = errors().find(|finding| finding.rule == Rule::Malformed).or_else(|| errors().next());
    let found = first.map_or_else(String::new, |finding| finding.found.chars().take(70).collect());
    let accepted: i64 = reading.accounting.iter().map(|books| books.accepted).sum();
    let peak = peak.trim().trim_end_matches(" kB");
    println!("COST|{peak}|{seconds:.2}|{processor:.2}|{accepted}|{}|{found}", errors().count());
}

#[test]
#[ignore = "takes minutes and measures time; see the head of the file"]
fn hostile_files_stay_within_bounds() {
    let folder = std::env::temp_dir().join(format!("lagesbild-hostile-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let only = std::env::var(ONLY).unwrap_or_default();
    let (mut over, mut measured) = (Vec::new(), 0);
    println!("| file | bytes | peak MiB | seconds | processor seconds | rows accepted | errors | one of them |");
    println!("|---|---|---|---|---|---|---|---|");
    for (nth, (name, make)) in files::files().into_iter().filter(|(name, _)| name.contains(&only)).enumerate() {
        let kind = name.split(':').next().unwrap_or_default();
        let path = folder.join(format!("{nth}.{kind}"));
        let content = make();
        std::fs::write(&path, &content).unwrap();
        let size = content.len();
        drop(content);
        measured += 1;
        let child = Command::new(std::env::current_exe().unwrap())
            .args(["hostile::child", "--exact", "--ignored", "--nocapture", "--test-threads", "1"])
            .env(FILE, &path)
            .env("RUST_BACKTRACE", "0")
            .output()
            .unwrap();
        std::fs::remove_file(&path).unwrap();
        let output = String::from_utf8_lossy(&child.stdout);
        let cost = output.lines().find_map(|line| line.split_once("COST|")).map(|(_, cost)| cost.to_owned());
        let Some(cost) = cost.filter(|_| child.status.success()) else {
            println!(
                "| {name} | {size} | DIED: {} |",
                String::from_utf8_lossy(&child.stderr).lines().last().unwrap_or_default()
            );
            over.push(name);
            continue;
        };
        let fields: Vec<&str> = cost.splitn(6, '|').collect();
        let (kb, processor): (u64, f64) = (fields[0].parse().unwrap(), fields[2].parse().unwrap());
        let accepted: i64 = fields[3].parse().unwrap();
        println!(
            "| {name} | {size} | {} | {} | {processor:.2} | {accepted} | {} | {} |",
            kb >> 10,
            fields[1],
            fields[4],
            fields[5]
        );
        if kb > MAX_KB || processor > MAX_SECONDS || (name.starts_with("legit") && accepted < 500_000) {
            over.push(name);
        }
    }
    std::fs::remove_dir_all(&folder).unwrap();
    println!("{} of {measured} within the limits", measured - over.len());
    assert_eq!(over, Vec::<&str>::new(), "too much memory or time");
}
