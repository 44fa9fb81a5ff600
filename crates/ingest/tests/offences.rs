//! Registers of offences: the sample against its truth, changed layouts, hostile files, blocks.

use std::collections::BTreeMap;

use jiff::civil::{Date, date};
use lagesbild_ingest::{OffenceSource, Reading, Source, read_offences};
use lagesbild_model::table::Offences;
use lagesbild_model::{Diagnostic, Period, Rule, Severity};

use crate::mutations::tried;
use crate::support::*;

pub(crate) const SAMPLE: &str = "data/sample/status/brott_uttag_2023-10-18.csv";

pub(crate) fn register() -> OffenceSource {
    let text = String::from_utf8(bytes("pipelines/kungsholmen-kallor/sources/brott-uttag.toml")).unwrap();
    match filled_in(&text, &KUNGSHOLMEN).parse() {
        Ok(Source::Offences(source)) => source,
        other => panic!("{other:?}"),
    }
}

/// Reads a register; its rows come as the store gets them.
pub(crate) fn read(source: &OffenceSource, text: &[u8]) -> (Reading, Vec<Offences>) {
    let mut all = Vec::new();
    let mut keep = |batches: Vec<Offences>| -> Result<(), ()> {
        all.extend(batches);
        Ok(())
    };
    static LISTS: std::sync::LazyLock<lagesbild_ingest::CodeLists> = std::sync::LazyLock::new(lists);
    let reading = read_offences(source, &source.file, text, &LISTS, &mut keep).unwrap();
    assert_books(&reading);
    let rows: usize = all.iter().map(Offences::rows).sum();
    assert!(reading.offences == 0 || reading.offences == rows as u64);
    (reading, all)
}

/// One row as the tests look at it.
struct Row {
    line: i64,
    id: String,
    code: String,
    category: String,
    start: Date,
    district: Option<String>,
    neighbourhood: Option<String>,
    place: Option<String>,
    has_coordinates: bool,
}

fn rows(batches: &[Offences]) -> Vec<Row> {
    let own = |text: Option<&str>| text.map(str::to_owned);
    let mut all = Vec::new();
    for batch in batches {
        for row in 0..batch.rows() {
            all.push(Row {
                line: batch.line[row],
                id: batch.offence.get(row).unwrap().to_owned(),
                code: batch.code.get(row).unwrap().to_owned(),
                category: batch.category.get(row).unwrap().to_owned(),
                start: date(1970, 1, 1).saturating_add(jiff::Span::new().days(batch.start_date[row])),
                district: own(batch.district.get(row)),
                neighbourhood: own(batch.neighbourhood.get(row)),
                place: own(batch.place.get(row)),
                has_coordinates: !batch.north[row].is_nan() && !batch.east[row].is_nan(),
            });
        }
    }
    all
}

/// Sums over weeks 1-41, by whatever `of` says of a row in Kungsholmen.
fn sums<K: Ord>(rows: &[Row], of: impl Fn(&Row) -> Vec<K>) -> BTreeMap<(K, i16), u64> {
    let mut sums = BTreeMap::new();
    for row in rows.iter().filter(|row| row.district.as_deref() == Some("kungsholmen-sdo")) {
        let week = row.start.iso_week_date();
        if week.week() <= 41 {
            for key in of(row) {
                *sums.entry((key, week.year())).or_default() += 1;
            }
        }
    }
    sums
}

fn areas_of(row: &Row) -> Vec<&'static str> {
    let place = row.place.as_deref() == Some("fridhemsplan");
    if place { vec!["Kungsholmen", "Fridhemsplan"] } else { vec!["Kungsholmen"] }
}

fn line(finding: &Diagnostic) -> i64 {
    finding.place.cell.map_or(0, |cell| i64::from(cell.line()))
}

/// What a finding must be for a reason of the truth: its rule, the heading of its column and words of what was found.
fn what(reason: &str) -> (Rule, &'static str, &'static str) {
    let has = |words: &str| reason.contains(words);
    if has("identical row") {
        (Rule::DuplicateRow, "löpnummer", "the row of line")
    } else if has("row differs") {
        (Rule::DuplicateRow, "löpnummer", "with other content")
    } else if has("unknown brottskod") {
        (Rule::UnknownCategory, "brottskod", "")
    } else if has("impossible brottsdatum_start") {
        (Rule::WrongPeriod, "brottsdatum_start", "no date of the calendar")
    } else if has("brottsdatum_start after") {
        (Rule::WrongPeriod, "brottsdatum_start", "after the extraction")
    } else if has("inskrivningsdatum after") {
        (Rule::WrongPeriod, "inskrivningsdatum", "after the extraction")
    } else if has("leading zero") {
        (Rule::RepairedValue, "brottskod", "without its leading zero")
    } else if has("stadsdelsområde spelled long") {
        (Rule::FoldedName, "stadsdelsområde", "`Kungsholmens stadsdelsområde`")
    } else if has("stadsdel in capitals") {
        (Rule::FoldedName, "stadsdel", "`STADSHAGEN`")
    } else if has("decomposed") {
        (Rule::FoldedName, "stadsdel", "a\u{308}")
    } else if has("double space or NBSP") {
        (Rule::FoldedName, "stadsdel", "Essingen")
    } else if has("stadsdel with Cyrillic") {
        (Rule::FoldedName, "stadsdel", "\u{430}")
    } else if has("plats with Cyrillic") {
        (Rule::FoldedName, "plats", "\u{435}")
    } else if has("slut before") {
        (Rule::WrongPeriod, "brottsdatum_slut", "an end before the start")
    } else if has("N and E swapped") {
        (Rule::WrongCoordinate, "N", "changed places")
    } else if has("coordinate 0,0") {
        (Rule::WrongCoordinate, "N", "zero")
    } else if has("outside Sweden") {
        (Rule::WrongCoordinate, "N", "outside Sweden")
    } else {
        panic!("{reason}")
    }
}

#[test]
fn every_planted_row_is_found_and_nothing_else() {
    let (reading, batches) = read(&register(), &bytes(SAMPLE));
    let (aside, warned) = (expected("brott-uttag/expected-aside.csv"), expected("brott-uttag/expected-warned.csv"));
    assert_eq!((aside.len(), warned.len()), (32, 161));
    let text = String::from_utf8(bytes(SAMPLE)).unwrap();
    let headings: Vec<&str> = text.lines().next().unwrap().split(';').collect();
    let (mut told, mut found, mut also) = (0, 0, 0);
    for (severity, planted) in [(Severity::Error, &aside), (Severity::Warning, &warned)] {
        told += reading.diagnostics.iter().filter(|finding| finding.severity == severity).count();
        for row in planted {
            let (rule, heading, words) = what(&row[1]);
            let at: i64 = row[0].parse().unwrap();
            let of_row: Vec<_> = reading.diagnostics.iter().filter(|finding| line(finding) == at).collect();
            // A start that lies ahead has an end that does.
            let [finding, others @ ..] = of_row.as_slice() else { panic!("{row:?}: nothing") };
            assert!(
                others.iter().all(|other| other.rule == Rule::WrongPeriod && row[1].contains("after the")),
                "{of_row:#?}"
            );
            also += others.len();
            let column = finding.place.cell.unwrap().column as usize;
            assert_eq!((finding.severity, finding.rule, headings[column]), (severity, rule, heading), "{finding}");
            assert!(finding.found.contains(words), "{row:?}: {finding}");
            found += 1;
        }
    }
    assert_eq!((told - also, found), (32 + 161, 32 + 161));
    println!("planted rows found: {found} of {}", aside.len() + warned.len());

    let set_aside: Vec<i64> = reading.quarantine.iter().map(|row| row.row).collect();
    assert_eq!(set_aside, aside.iter().map(|row| row[0].parse().unwrap()).collect::<Vec<i64>>());
    let books = &reading.accounting[0];
    assert_eq!((books.rows, books.accepted, books.quarantined, books.not_data), (24_351, 24_318, 32, 1));
    let rows = rows(&batches);
    assert_eq!((rows.len(), reading.offences), (24_318, 24_318));
    assert!(rows.is_sorted_by_key(|row| row.line));
    assert!(!rows.iter().any(|row| set_aside.contains(&row.line)));
    // Blank in 2 416 rows, and refused in ten: 3 zero, 5 swapped, 2 outside.
    assert_eq!(rows.iter().filter(|row| !row.has_coordinates).count(), 2416 + 10);
    // What a finding shows never is the number or the date of a case.
    for finding in &reading.diagnostics {
        assert!(!finding.found.contains("S-20") && !finding.found.contains("2022-"), "{finding}");
    }
}

#[test]
fn the_sums_of_the_report_come_out() {
    let (_, batches) = read(&register(), &bytes(SAMPLE));
    let (rows, lists) = (rows(&batches), lists());
    let label = |code: &str| lists.categories.iter().find(|c| c.code.as_str() == code).unwrap().label.clone();
    let by_category = sums(&rows, |row| {
        let category = label(&row.category);
        areas_of(row).into_iter().flat_map(|area| [(area, category.clone()), (area, "Total".to_owned())]).collect()
    });
    let mut checked = 0;
    for row in expected("brott-uttag/expected-sums.csv") {
        let [area, category, year, value] = row.as_slice() else { panic!("{row:?}") };
        let area = if area == "Kungsholmen" { "Kungsholmen" } else { "Fridhemsplan" };
        let found = by_category.get(&((area, category.clone()), year.parse().unwrap()));
        assert_eq!(found.map(ToString::to_string).as_ref(), Some(value), "{row:?}");
        checked += 1;
    }
    assert_eq!(checked, 44);

    let name = |code: &str| lists.areas.iter().find(|area| area.code.as_str() == code).unwrap().label.clone();
    let by_neighbourhood = sums(&rows, |row| vec![name(row.neighbourhood.as_deref().unwrap())]);
    for row in expected("brott-uttag/expected-neighbourhoods.csv") {
        let area = if row[0] == "Värde saknas" { "Kungsholmen, okänd stadsdel" } else { &row[0] };
        let found = by_neighbourhood.get(&(area.to_owned(), row[1].parse().unwrap()));
        assert_eq!(found.map(ToString::to_string).as_ref(), Some(&row[2]), "{row:?}");
    }

    let by_overlay = sums(&rows, |row| {
        let overlays = lists.offence_codes.overlays(row.code.parse().unwrap()).to_vec();
        let areas = areas_of(row);
        let name = |overlay: &str| overlay.replace('-', "_").replace("funktionsnedsatta", "funktionsnedsatt");
        let pair = |overlay: &lagesbild_model::OverlayId| {
            areas.iter().map(|area| (name(overlay.as_str()), *area)).collect::<Vec<_>>()
        };
        overlays.iter().flat_map(pair).collect()
    });
    let mut checked = 0;
    for row in expected("brott-uttag/expected-overlays.csv") {
        let area = if row[1] == "Kungsholmen" { "Kungsholmen" } else { "Fridhemsplan" };
        let found = by_overlay.get(&((row[0].clone(), area), row[2].parse().unwrap()));
        assert_eq!(found.copied().unwrap_or(0).to_string(), row[3], "{row:?}");
        checked += 1;
    }
    assert_eq!(checked, 28);
}

/// The whole sample with each record changed.
fn changed(change: impl Fn(Vec<&str>) -> Vec<String>) -> Vec<u8> {
    let text = String::from_utf8(bytes(SAMPLE)).unwrap();
    let line = |line: &str| change(line.split(';').collect()).join(";") + "\r\n";
    text.lines().map(line).collect::<String>().into_bytes()
}

fn owned(fields: Vec<&str>) -> Vec<String> {
    fields.into_iter().map(str::to_owned).collect()
}

/// What a reading came to: the same rows, or the finding that names the difference; everything else is wrong.
fn outcome(text: &[u8], right: &[String]) -> Result<&'static str, String> {
    let (reading, batches) = read(&register(), text);
    let ids: Vec<String> = rows(&batches)
        .iter()
        .map(|row| format!("{} {} {} {}", row.id, row.category, row.start, row.has_coordinates))
        .collect();
    if reading.offences > 0 && of(&reading, Rule::StaleInput).is_empty() {
        return if ids == right { Ok("read right") } else { Err(format!("{} rows", ids.len())) };
    }
    let named = |finding: &&Diagnostic| {
        finding.severity == Severity::Error
            && matches!(finding.rule, Rule::ProfileDifference | Rule::Malformed | Rule::StaleInput)
    };
    reading.diagnostics.iter().find(named).map(|_| "named").ok_or_else(|| format!("{:#?}", reading.diagnostics))
}

#[test]
fn a_changed_layout_is_read_right_or_named() {
    let (_, batches) = read(&register(), &bytes(SAMPLE));
    let right: Vec<String> = rows(&batches)
        .iter()
        .map(|row| format!("{} {} {} {}", row.id, row.category, row.start, row.has_coordinates))
        .collect();
    let sample = bytes(SAMPLE);
    let text = String::from_utf8(sample.clone()).unwrap();
    let titled = format!("Uttag ur Status\r\n\r\nFramtaget av Polismyndigheten\r\n{text}").into_bytes();
    let renamed = text.replacen("brottsdatum_start", "startdatum", 1).into_bytes();
    let lost = changed(|mut fields| {
        fields.remove(1);
        owned(fields)
    });
    let swapped_headings = text.replacen(";N;E;", ";E;N;", 1).into_bytes();
    let twice = text.replacen("brottsdatum_slut", "brottsdatum_start", 1).into_bytes();
    let date_style = |style: fn(&str) -> String| {
        changed(move |fields| {
            let day = |(at, text): (usize, &str)| if (2..5).contains(&at) { style(text) } else { text.to_owned() };
            fields.into_iter().enumerate().map(day).collect()
        })
    };
    let slashed = date_style(|text| match text.split_at_checked(10) {
        Some((day, time)) if day.starts_with("20") => {
            format!("{}/{}/{}{time}", &day[8..], &day[5..7], &day[..4])
        }
        _ => text.to_owned(),
    });
    let cases: Vec<(&str, Vec<u8>, &str)> = vec![
        ("column order", changed(|fields| owned(fields.into_iter().rev().collect())), "read right"),
        ("renamed heading", renamed, "named"),
        ("lost column", lost, "named"),
        ("a heading twice", twice, "named"),
        ("extra title rows", titled, "read right"),
        (
            "extra column",
            changed(|mut fields| {
                fields.insert(3, "x");
                owned(fields)
            }),
            "read right",
        ),
        ("other delimiter", text.replace(';', ",").into_bytes(), "named"),
        ("tab as delimiter", text.replace(';', "\t").into_bytes(), "named"),
        (
            "dates with T and seconds",
            date_style(|text| text.replace(' ', "T") + if text.contains(':') { ":00" } else { "" }),
            "read right",
        ),
        ("dates with slashes", slashed, "named"),
        ("line feeds alone", text.replace("\r\n", "\n").into_bytes(), "read right"),
        ("byte order mark", [b"\xEF\xBB\xBF", sample.as_slice()].concat(), "read right"),
        (
            "every field in quotation marks",
            changed(|fields| fields.iter().map(|field| format!("\"{field}\"")).collect()),
            "read right",
        ),
        (
            "headings in capitals",
            text.replacen("löpnummer;brottskod", "LÖPNUMMER;BROTTSKOD", 1).into_bytes(),
            "read right",
        ),
        ("Windows-1252", windows_1252(&text), "named"),
        ("cut in half", sample[..sample.len() / 2].to_vec(), "named"),
    ];
    let all = cases.len();
    let mut wrong = Vec::new();
    for (name, text, expected) in &cases {
        match outcome(text, &right) {
            Ok(outcome) if outcome == *expected => {}
            other => wrong.push(format!("{name}: {other:?}, expected {expected}")),
        }
    }
    // Exchanged headings give exchanged coordinates: the rows are stored without a place on the map, each with a warning.
    let (reading, batches) = read(&register(), &swapped_headings);
    let without = rows(&batches).iter().filter(|row| !row.has_coordinates).count();
    assert_eq!((reading.offences, without), (24_318, 24_318 - 5));
    assert!(reading.diagnostics.iter().any(|finding| finding.found.contains("more of `wrong-coordinate`")));
    assert_eq!(wrong, [""; 0], "{} of {all} changes are wrong", wrong.len());
    tried("brott-uttag", all + 1);
    println!("{} of {} changed layouts read right or named", all + 1, all + 1);
}

/// The text in Windows-1252, without the letters that it does not have.
fn windows_1252(text: &str) -> Vec<u8> {
    text.chars().filter_map(|c| u8::try_from(u32::from(c)).ok()).collect()
}

const HEADING: &str = "löpnummer;brottskod;brottsdatum_start;brottsdatum_slut;inskrivningsdatum;kommun;lokalpolisområde;\
                       stadsdelsområde;stadsdel;plats;N;E;målsägande_ålder_grupp\n";

/// A register of `rows` offences, about 100 bytes each, with what `edit` makes of each row.
pub(crate) fn generated(rows: usize, edit: impl Fn(usize, String) -> String) -> Vec<u8> {
    let mut text = HEADING.to_owned();
    for row in 0..rows {
        let line = format!(
            "S-2022-{row:06};5010;2022-03-{:02} 10:00;2022-03-{:02} 11:00;2022-04-01;Stockholm;Norrmalm;Kungsholmen;\
             Stadshagen;Fridhemsplan;6581163;672231;\n",
            1 + row % 28,
            1 + row % 28,
        );
        text.push_str(&edit(row, line));
    }
    text.into_bytes()
}

pub(crate) fn without_cover() -> OffenceSource {
    OffenceSource { complete: Vec::new(), ..register() }
}

#[test]
fn blocks_leave_no_seam() {
    // Three blocks; a number again in the same block, in the next one, and far back; a break inside quotation marks.
    let edit = |row: usize, line: String| match row {
        1000 => line.replacen("S-2022-001000", "S-2022-000500", 1),
        150_000 => line.replacen("S-2022-150000", "S-2022-000007", 1),
        299_999 => line.replacen("S-2022-299999", "S-2022-000008", 1),
        200 | 299_000 => line.replacen("Fridhemsplan", "\"Fridhems\nplan\"", 1),
        _ => line,
    };
    let text = generated(300_000, edit);
    assert!(text.len() > 2 * (16 << 20));
    let whole = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| read(&without_cover(), &text))
    };
    let (reading, batches) = whole(1);
    let (other, others) = whole(5);
    assert_eq!(batches, others, "the same rows on any number of threads");
    assert_eq!(reading.diagnostics, other.diagnostics);
    let rows = rows(&batches);
    assert_eq!((rows.len(), reading.offences), (299_997, 299_997));
    let number = |row: &Row| row.id.rsplit('-').next().unwrap().parse::<i64>().unwrap();
    // Line 1 is the heading; two rows take two lines.
    let line_of = |number: i64| number + 2 + i64::from(number > 200) + i64::from(number > 299_000);
    assert!(rows.iter().all(|row| row.line == line_of(number(row))), "lines are those of the file");
    let again: Vec<(i64, &str)> =
        of(&reading, Rule::DuplicateRow).into_iter().map(|finding| (line(finding), finding.found.as_str())).collect();
    assert_eq!(
        again,
        [
            (1003, "the number of line 503 with other content"),
            (150_003, "the number of line 9 with other content"),
            (300_003, "a number that an earlier row has"),
        ]
    );
    assert_eq!(reading.accounting[0].rows, 300_003);
    // A place with a break inside folds to the place: the break is a blank.
    assert_eq!(rows.iter().filter(|row| row.place.is_none()).count(), 2);
}

#[test]
fn equal_findings_are_told_a_hundred_times() {
    let text = generated(3000, |row, line| if row < 2500 { line.replacen(";5010;", ";9999;", 1) } else { line });
    let (reading, batches) = read(&without_cover(), &text);
    assert_eq!((reading.quarantine.len(), rows(&batches).len()), (2500, 500));
    let told = of(&reading, Rule::UnknownCategory);
    assert_eq!(told.len(), 101);
    assert_eq!(told[0].found, "2400 more of `unknown-category` in column 2");
}

#[test]
fn what_is_no_register_gives_nothing() {
    let source = without_cover();
    let open = generated(
        3000,
        |row, line| if row == 2000 { line.replacen("Fridhemsplan", "\"Fridhemsplan", 1) } else { line },
    );
    let endless = [generated(10, |_, line| line), b"\"".to_vec(), vec![b'x'; 3 << 20]].concat();
    let cases: Vec<(&str, Vec<u8>, Rule)> = vec![
        ("empty", Vec::new(), Rule::Malformed),
        ("blank", b"\r\n\r\n".to_vec(), Rule::ProfileDifference),
        ("a workbook", bytes("data/sample/status/status_uttag_2023-10-18.xlsx"), Rule::Malformed),
        ("noise", (0..100_000_u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 13) as u8).collect(), Rule::Malformed),
        ("zeros", vec![0; 4096], Rule::Malformed),
        ("an open quotation mark", open, Rule::Malformed),
        ("a record without end", endless, Rule::Malformed),
        ("another table", bytes("data/sample/status/status_vecka_lpo_norrmalm_2019-2023.csv"), Rule::Malformed),
    ];
    for (name, text, rule) in cases {
        let (reading, _) = read(&source, &text);
        assert_eq!(reading.offences, 0, "{name}");
        assert!(
            reading.diagnostics.iter().any(|f| f.severity == Severity::Error && f.rule == rule),
            "{name}: {reading:#?}"
        );
    }
}

#[test]
fn a_cut_or_damaged_file_never_panics_and_its_books_add_up() {
    let text =
        generated(
            60,
            |row, line| if row == 30 { line.replacen("Fridhemsplan", "\"Frid \"\"hems\"\" plan\"", 1) } else { line },
        );
    let source = without_cover();
    for at in (0..text.len()).step_by(text.len() / 200) {
        read(&source, &text[..at]);
        let mut flipped = text.clone();
        flipped[at] ^= 1 << (at % 8);
        read(&source, &flipped);
    }
}

#[test]
fn weeks_that_the_file_should_have_are_missed() {
    let source = register();
    // Rows are in the order of registration: the last weeks are gone when the end is.
    let text = String::from_utf8(bytes(SAMPLE)).unwrap();
    let cut: String = text.split_inclusive('\n').take(22_000).collect();
    let (reading, _) = read(&source, cut.as_bytes());
    assert!(only(&reading, Rule::StaleInput).found.starts_with("no offence in"));
    assert_eq!(Period::iso_week_of(date(2023, 10, 17)).unwrap().to_string(), "2023-W42");
}

#[test]
fn letters_of_windows_1252_are_read_when_declared() {
    let text = generated(50, |_, line| line.replacen("Stadshagen", "Fredhäll", 1));
    let old = windows_1252(&String::from_utf8(text.clone()).unwrap());
    let definition = String::from_utf8(bytes("pipelines/kungsholmen-kallor/sources/brott-uttag.toml")).unwrap();
    let definition =
        filled_in(&definition, &KUNGSHOLMEN).replace("encoding = \"utf-8\"", "encoding = \"windows-1252\"");
    let Ok(Source::Offences(mut source)) = definition.parse() else { panic!("the definition") };
    source.complete.clear();
    let (_, expected) = read(&without_cover(), &text);
    let (_, found) = read(&source, &old);
    assert_eq!(found, expected);
}
