//! A workbook of half a million rows: a bare loop over its cells that does nothing, our reading of it to coded counts, and
//! the same to Parquet, in turns of one run. `peers/workbook.py` times the other readers on the workbook that is made here.
//!
//! `cargo bench --workspace --bench workbook` prints the best and the median of each; a number after `--` is the number of
//! rounds (5 without one).

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a measurement that cannot be made tells nothing"
)]

use std::fs;
use std::io::Cursor;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use calamine::{Reader as _, Xlsx};
use lagesbild_ingest::{CodeLists, CountSource, ListFile, read_counts};
use lagesbild_model::store::write_table;

const AREAS: usize = 40;
const CATEGORIES: usize = 48;
/// The ISO weeks of 2019 to 2023: 2020 has 53.
const WEEKS: [(i16, usize); 5] = [(2019, 52), (2020, 53), (2021, 52), (2022, 52), (2023, 52)];
const ROWS: usize = 261 * AREAS * CATEGORIES;
const HEADINGS: [&str; 10] =
    ["År", "Vecka", "Område", "Brott", "Antal", "Polisregion", "Distrikt", "Uttag nr", "Andel", "Kod"];

fn main() {
    let rounds = std::env::args().filter_map(|argument| argument.parse().ok()).next().unwrap_or(5);
    let folder: PathBuf = Path::new(env!("CARGO_TARGET_TMPDIR")).join("bench-workbook");
    fs::create_dir_all(&folder).expect("a folder");
    let path = folder.join("workbook.xlsx");
    if !path.is_file() {
        generate(&path);
    }
    let bytes = fs::read(&path).expect("the workbook");
    let (source, lists) = (source(), lists());
    let to_counts = || read_counts(&source, "workbook.xlsx", &bytes, &lists);
    let reading = to_counts();
    let known = reading.counts.iter().filter(|count| count.value.is_some()).count();
    assert_eq!((reading.counts.len(), known), (ROWS, ROWS), "{:#?}", reading.diagnostics.first());
    drop(reading);

    let store = folder.join("store");
    let mut taken: [Vec<Taken>; 3] = Default::default();
    for _ in 0..rounds {
        let _ = fs::remove_dir_all(&store);
        fs::create_dir(&store).expect("a folder for the store");
        let [bare, counts, parquet] = &mut taken;
        bare.push(timed(|| bare_loop(&bytes)));
        counts.push(timed(|| to_counts().counts.len()));
        parquet.push(timed(|| write_table(&store, to_counts().counts, &[]).expect("the store")));
    }
    println!("{}: {ROWS} rows x {} columns, {} bytes", path.display(), HEADINGS.len(), bytes.len());
    let best = |times: &[Taken]| times.iter().map(|taken| taken.wall.as_secs_f64()).fold(f64::INFINITY, f64::min);
    let bare = best(&taken[0]);
    for (name, times) in ["bare calamine loop", "to counts", "to Parquet"].iter().zip(&mut taken) {
        times.sort_unstable_by_key(|taken| taken.wall);
        let median = times.get(times.len() / 2).map_or(0.0, |taken| taken.wall.as_secs_f64());
        let cpu = times.iter().map(|taken| taken.cpu).min().unwrap_or_default();
        let best = best(times);
        println!(
            "{name:20} best {best:.3} s  median {median:.3} s  {:.2} x bare  least CPU {:.2} s",
            best / bare,
            cpu.as_secs_f64()
        );
    }
}

struct Taken {
    wall: Duration,
    /// Of all threads together, in hundredths of a second; zero where the system does not tell.
    cpu: Duration,
}

fn timed<T>(work: impl FnOnce() -> T) -> Taken {
    let (begin, before) = (Instant::now(), cpu());
    let result = work();
    let taken = Taken { wall: begin.elapsed(), cpu: cpu().saturating_sub(before) };
    drop(std::hint::black_box(result));
    taken
}

/// What the process has taken of the processors so far (Linux).
fn cpu() -> Duration {
    let stat = fs::read_to_string("/proc/self/stat").unwrap_or_default();
    // Behind the name, which may hold blanks: the 12th and 13th fields are hundredths in user and system mode.
    let fields = stat.rsplit(')').next().unwrap_or_default().split_whitespace().skip(11).take(2);
    Duration::from_millis(fields.filter_map(|field| field.parse::<u64>().ok()).sum::<u64>() * 10)
}

/// Opens the workbook and visits every cell.
fn bare_loop(bytes: &[u8]) -> u64 {
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).expect("a workbook");
    let name = book.sheet_names().first().cloned().expect("a sheet");
    let mut reader = book.worksheet_cells_reader(&name).expect("its cells");
    let mut cells = 0;
    while let Some(cell) = reader.next_cell().expect("a cell") {
        std::hint::black_box(&cell);
        cells += 1;
    }
    cells
}

/// Writes a synthetic workbook: a figure for each week, area and category, and five columns that nobody asks for.
fn generate(path: &Path) {
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet();
    for (column, heading) in (0u16..).zip(HEADINGS) {
        sheet.write(0, column, heading).expect("a heading");
    }
    let weeks = WEEKS.iter().flat_map(|(year, last)| (1..=*last).map(move |week| (*year, week)));
    let keys = weeks.flat_map(|week| (0..AREAS * CATEGORIES).map(move |at| (week, at / CATEGORIES, at % CATEGORIES)));
    for (nth, ((year, week), area, category)) in keys.enumerate() {
        let row = u32::try_from(nth).expect("a row") + 1;
        let numbers = [(1, week as f64), (4, (nth * 7 % 31) as f64), (7, nth as f64), (8, (nth % 1000) as f64 / 7.0)];
        for (column, number) in [(0, f64::from(year)), (9, (nth * 13 % 9973) as f64)].into_iter().chain(numbers) {
            sheet.write(row, column, number).expect("a number");
        }
        let texts = [
            (2, format!("Område {area}")),
            (3, format!("Brott {category}")),
            (5, "Stockholm".to_owned()),
            (6, format!("Distrikt {}", area % 7)),
        ];
        for (column, text) in texts {
            sheet.write(row, column, text).expect("a text");
        }
    }
    let last = u32::try_from(ROWS).expect("a row") + 1;
    sheet.write(last, 0, "Uttag: 2024-01-10, t.o.m. v. 52 2023").expect("a footnote");
    book.save(path).expect("the workbook");
}

/// The definition that reads it.
fn source() -> CountSource {
    let definition = r#"
        id = "stor"
        label = "Syntetisk arbetsbok"
        file = "workbook.xlsx"
        measure = "anmalda-brott"
        group = "alla"
        date-basis = "offence-start"
        total = "total"
        footnotes = ["Uttag:"]
        says = { period = "t.o.m. v. {week} {year}", extracted = "Uttag:" }
        reader = { kind = "workbook" }
        [layout]
        kind = "long"
        year = "År"
        week = "Vecka"
        area = "Område"
        category = "Brott"
        value = "Antal"
        absent = "missing"
        span = { first-year = 2019, last-year = 2023, last-week = 52 }
    "#;
    toml::from_str(definition).unwrap_or_else(|error| panic!("{error}"))
}

/// The code lists of its areas and categories.
fn lists() -> CodeLists {
    let head = "code;label;level;parents;flags;valid_from;valid_to;note\n";
    let areas: String = (0..AREAS).map(|nth| format!("o{nth};Område {nth};;;;;;\n")).collect();
    let categories: String = (0..CATEGORIES).map(|nth| format!("b{nth};Brott {nth};;total;;;;\n")).collect();
    let (areas, categories) = (format!("{head}{areas}"), format!("{head}total;Total;;;total;;;\n{categories}"));
    CodeLists::read(
        ListFile { name: "areas.csv", bytes: areas.as_bytes() },
        ListFile { name: "categories.csv", bytes: categories.as_bytes() },
        ListFile { name: "aliases.csv", bytes: b"list;variant;code;source;note\n" },
    )
    .unwrap_or_else(|findings| panic!("{findings:?}"))
}
