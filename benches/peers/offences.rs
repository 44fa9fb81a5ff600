//! Register of offences → Parquet, as `lagesbild run` does it: for timing against another engine's plain copy.
//!
//! `offences generate FILE ROWS` writes a synthetic register; `offences copy FILE FOLDER` reads it into
//! `FOLDER/offences.parquet` and prints rows, findings, seconds and the peak of resident memory.

#![allow(clippy::expect_used, clippy::print_stdout, reason = "a measurement that cannot be made has nothing to tell")]

use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::Path;
use std::thread;
use std::time::Instant;

use lagesbild_ingest::{CodeLists, ListFile, OffenceFiles, Source, read_offences};
use lagesbild_model::store::{Input, StoreError, open_stream};
use lagesbild_model::table::Offences;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments.as_slice() {
        ["generate", file, rows] => generate(file, rows.parse().expect("a number of rows")),
        ["copy", file, folder] => copy(file, folder),
        _ => println!("offences generate FILE ROWS | offences copy FILE FOLDER"),
    }
}

const PLACES: [&str; 12] = [
    "",
    "Fridhemsplan",
    "Norr Mälarstrand",
    "Scheelegatan",
    "Hantverkargatan",
    "Kungsholms strand",
    "Kronobergsparken",
    "Bergsgatan",
    "S:t Eriksgatan",
    "Fleminggatan",
    "Thorildsplan",
    "Lindhagensgatan",
];
const NEIGHBOURHOODS: [&str; 8] = [
    "Kungsholmen",
    "Stadshagen",
    "Kristineberg",
    "Fredhäll",
    "Marieberg",
    "Lilla Essingen",
    "Stora Essingen",
    "Värde saknas",
];
const CODES: [&str; 16] = [
    "5010", "5011", "1201", "1208", "3002", "0880", "0825", "0957", "4023", "0355", "0483", "9803", "0853", "3005",
    "0807", "1207",
];
const AGES: [&str; 8] = ["", "Juridisk person", "30-49", "18-29", "50-65", "66-79", "Uppgift saknas", "15-17"];
const LENGTHS: [u64; 12] = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/// Writes a synthetic register: no offence in it exists. One row in 4 000 is to be set aside or warned of.
fn generate(file: &str, rows: u64) {
    let mut out = BufWriter::with_capacity(1 << 20, File::create(file).expect("a file"));
    let heading = "löpnummer;brottskod;brottsdatum_start;brottsdatum_slut;inskrivningsdatum;kommun;lokalpolisområde;\
                   stadsdelsområde;stadsdel;plats;N;E;målsägande_ålder_grupp\r\n";
    out.write_all(heading.as_bytes()).expect("a line");
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    for row in 0..rows {
        // SplitMix64: a fixed sequence.
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^= z >> 31;
        let mut draw = |n: u64| {
            let drawn = z % n;
            z /= n;
            drawn
        };
        let day_of_row = row * 2000 / rows;
        let year = 2018 + day_of_row / 365;
        let mut day = day_of_row % 365;
        let mut month = 0;
        while day >= LENGTHS[month] {
            day -= LENGTHS[month];
            month += 1;
        }
        let minute = draw(1440);
        let id = if row % 8000 == 7999 { row - 1 } else { row };
        let code = if row % 8000 == 3999 { "9999" } else { CODES[draw(16) as usize] };
        let neighbourhood = NEIGHBOURHOODS[draw(8) as usize];
        let place = PLACES[draw(12) as usize];
        let age = AGES[draw(8) as usize];
        let (north, east) = (6_579_500 + draw(3000), 670_500 + (row * 7919) % 3500);
        let date = format!("{year}-{:02}-{:02}", month + 1, day + 1);
        let (hour, minute) = (minute / 60, minute % 60);
        let later = hour.max(12 + row % 12);
        write!(
            out,
            "S-{year}-{id:08};{code};{date} {hour:02}:{minute:02};{date} {later:02}:59;{date};Stockholm;Norrmalm;\
             Kungsholmen;{neighbourhood};{place};{north};{east};{age}\r\n"
        )
        .expect("a line");
    }
    out.flush().expect("the last lines");
}

fn root(inside: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(inside)
}

fn lists() -> CodeLists {
    let read = |name: &str| fs::read(root(&format!("pipelines/codelists/{name}"))).expect("a code list");
    let (areas, categories, aliases) = (read("areas.csv"), read("categories.csv"), read("aliases.csv"));
    let (codes, overlays, memberships) =
        (read("offence-codes.csv"), read("overlays.csv"), read("offence-overlays.csv"));
    let file = |name, bytes| ListFile { name, bytes };
    let lists =
        CodeLists::read(file("areas.csv", &areas), file("categories.csv", &categories), file("aliases.csv", &aliases));
    let offences = OffenceFiles {
        codes: file("offence-codes.csv", &codes),
        overlays: file("overlays.csv", &overlays),
        memberships: file("offence-overlays.csv", &memberships),
    };
    lists.and_then(|lists| lists.with_offence_codes(offences)).expect("code lists")
}

fn copy(file: &str, folder: &str) {
    let begin = Instant::now();
    let text = fs::read_to_string(root("pipelines/kungsholmen-kallor/sources/brott-uttag.toml")).expect("a definition");
    let definition: Source = text.replace("${area}", "kungsholmen-sdo").parse().expect("a sound definition");
    let Source::Offences(mut source) = definition else { return };
    source.complete.clear();
    let lists = lists();
    let _ = fs::remove_dir_all(folder);
    fs::create_dir_all(folder).expect("a folder");
    let (mut stream, encoder) = open_stream(Path::new(folder)).expect("a table");
    let mut keep = |batches: Vec<Offences>| -> Result<(), StoreError> {
        let groups: Vec<_> = thread::scope(|scope| {
            let workers: Vec<_> = batches.iter().map(|batch| scope.spawn(|| encoder.encode(batch))).collect();
            workers.into_iter().map(|worker| worker.join().expect("a thread that ends")).collect()
        });
        groups.into_iter().try_for_each(|group| stream.append(group?))
    };
    let input = File::open(file).expect("the register");
    let reading = read_offences(&source, "register.csv", input, &lists, &mut keep).expect("a table");
    let input = Input { file: "register.csv".to_owned(), sha256: reading.sha256 };
    let rows = stream.finish(&[input]).expect("the end of the table");
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap_or("not told").trim();
    println!(
        "ours: rows {rows}, set aside {}, findings {}, {:.2} s, {:.2} s CPU, peak {peak}",
        reading.quarantine.len(),
        reading.diagnostics.len(),
        begin.elapsed().as_secs_f64(),
        cpu()
    );
}

/// Seconds that all threads of the process have taken of the processors (Linux), in hundredths.
fn cpu() -> f64 {
    let stat = fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields = stat.rsplit(')').next().unwrap_or_default().split_whitespace().skip(11).take(2);
    fields.filter_map(|field| field.parse::<f64>().ok()).sum::<f64>() / 100.0
}
