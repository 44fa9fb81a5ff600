//! The ledger of revisions: two extractions of one question, and files that only look different.

use std::collections::BTreeMap;

use jiff::civil::{Date, date};
use lagesbild_ingest::{CountSource, Encoding, Reader, Revisions, read_counts, revisions};
use lagesbild_model::table::{Count, Revision, RevisionKind};
use lagesbild_model::{DateBasis, SeriesId, SourceId, Status};

use crate::support::*;

fn of_kallor(name: &str) -> (CountSource, Vec<Count>) {
    let text = String::from_utf8(bytes(&format!("pipelines/kungsholmen-kallor/sources/{name}.toml"))).unwrap();
    let source: CountSource = toml::from_str(&filled_in(&text, &KUNGSHOLMEN)).unwrap();
    let counts = read_counts(&source, &source.file, &bytes(&format!("data/sample/{}", source.file)), &lists()).counts;
    (source, counts)
}

/// All counts as one series.
fn ledger(counts: &[Count]) -> Revisions {
    let id: SeriesId = "serie".parse().unwrap();
    let series: BTreeMap<SourceId, SeriesId> = counts.iter().map(|count| (count.source.clone(), id.clone())).collect();
    revisions(counts, &series, &lists())
}

fn both_extractions() -> Vec<Count> {
    let (early, late) = (of_kallor("status-uttag-2022"), of_kallor("status-uttag-2023"));
    assert_eq!(early.0.series, late.0.series);
    [early.1, late.1].concat()
}

/// `truth/status.json`, `revision_2022-10-19_vs_2023-10-18`, `growth_2022`.
const GROWTH_2022: [(&str, &str, i64); 20] = [
    ("kungsholmen-sdo", "valdsbrott", 42),
    ("kungsholmen-sdo", "trafikbrott", 4),
    ("kungsholmen-sdo", "ovriga-brott-mot-person", 22),
    ("kungsholmen-sdo", "tillgrepp-exkl-butik", 43),
    ("kungsholmen-sdo", "tillgrepp-i-butik", 2),
    ("kungsholmen-sdo", "bedrageribrott", 28),
    ("kungsholmen-sdo", "ovriga-brb-brott", -9),
    ("kungsholmen-sdo", "skadegorelsebrott", 87),
    ("kungsholmen-sdo", "ovriga-specialstraffrattsliga-brott", 12),
    ("kungsholmen-sdo", "narkotikabrott", 5),
    ("fridhemsplan", "valdsbrott", 2),
    ("fridhemsplan", "trafikbrott", 1),
    ("fridhemsplan", "ovriga-brott-mot-person", 0),
    ("fridhemsplan", "tillgrepp-exkl-butik", 1),
    ("fridhemsplan", "tillgrepp-i-butik", 1),
    ("fridhemsplan", "bedrageribrott", 1),
    ("fridhemsplan", "ovriga-brb-brott", 1),
    ("fridhemsplan", "skadegorelsebrott", 19),
    ("fridhemsplan", "ovriga-specialstraffrattsliga-brott", 0),
    ("fridhemsplan", "narkotikabrott", 1),
];

#[test]
fn two_extractions_a_year_apart() {
    let found = ledger(&both_extractions());
    assert_eq!(found.findings, []);
    let of_2022 = |area: &str, category: &str| {
        let mut rows = found.rows.iter().filter(|row| {
            row.area.as_str() == area && row.category.as_str() == category && row.period.to_string() == "2022-W01--W41"
        });
        let row = rows.next();
        assert!(rows.next().is_none());
        row
    };
    for (area, category, growth) in GROWTH_2022 {
        let row = of_2022(area, category);
        assert_eq!(row.and_then(|row| row.change).unwrap_or(0), growth, "{area} {category}");
        assert_eq!(row.is_none(), growth == 0, "{area} {category}");
        let Some(row) = row else { continue };
        // 20 offences were moved from Övriga BrB-brott: it shrank, while the total grew.
        let kind = if growth < 0 { RevisionKind::Recoding } else { RevisionKind::LateRegistration };
        assert_eq!(row.kind, kind, "{area} {category}");
        let share = growth as f64 / row.earlier_value.unwrap() as f64;
        assert_eq!(row.relative_change, Some(share));
        assert_eq!((row.earlier_extracted_at, row.later_extracted_at), (date(2022, 10, 19), date(2023, 10, 18)));
        assert_eq!(
            (row.earlier_source.as_str(), row.later_source.as_str()),
            ("status-uttag-2022", "status-uttag-2023")
        );
    }
    // `truth/status.json`, `early` and `late`.
    let row = of_2022("kungsholmen-sdo", "valdsbrott").unwrap();
    assert_eq!((row.earlier_value, row.later_value), (Some(685), Some(727)));
    // 2021 grew by 13 and 1; 2023 was not yet told and is no revision.
    let year = |area: &str, year: i64| {
        found
            .rows
            .iter()
            .filter(|r| r.area.as_str() == area && i64::from(r.period.named_year()) == year)
            .filter_map(|r| r.change)
            .sum::<i64>()
    };
    assert_eq!((year("kungsholmen-sdo", 2022), year("fridhemsplan", 2022)), (236, 27));
    assert_eq!((year("kungsholmen-sdo", 2021), year("fridhemsplan", 2021), year("kungsholmen-sdo", 2023)), (13, 1, 0));
    let [summary] = found.summaries.as_slice() else { panic!("{:?}", found.summaries) };
    // Two areas, two years, ten categories.
    assert_eq!((summary.compared, summary.changed(), summary.change), (40, found.rows.len(), 236 + 27 + 13 + 1));
    assert_eq!(summary.kinds[&RevisionKind::Recoding], 1);
}

/// The pair of the same lag: 2023 as told on 2023-10-18 against 2022 as told on 2022-10-19. Against 2022 as told a year
/// later, 2023 seems to fall; like for like, it rose.
#[test]
fn the_fair_pair_has_another_sign() {
    let counts = both_extractions();
    let total = |source: &str, year: i64| -> i64 {
        let of = counts.iter().filter(|count| {
            count.source.as_str() == source && count.area.as_str() == "kungsholmen-sdo" && count.period_year == year
        });
        of.map(|count| count.value.unwrap()).sum()
    };
    let (now, fair, late) =
        (total("status-uttag-2023", 2023), total("status-uttag-2022", 2022), total("status-uttag-2023", 2022));
    assert_eq!((now, fair, late), (9184, 9099, 9335)); // truth/status.json
    assert_eq!((now - late, now - fair), (-151, 85));
}

/// The same table in other clothes, on another day: three types of workbook, five ways to store a text.
#[test]
fn a_file_saved_anew_makes_no_revision() {
    let source = source("status-ytd", &KUNGSHOLMEN);
    let mut counts = Vec::new();
    for (at, extension) in ["xlsx", "xls", "ods"].into_iter().enumerate() {
        let sample = format!("data/sample/status/status_kungsholmen_tom_v41_2023.{extension}");
        counts.push(saved_again(&read_counts(&source, "twin", &bytes(&sample), &lists()).counts, at));
    }
    let found = ledger(&counts.concat());
    assert_eq!((found.rows.as_slice(), found.summaries.len()), (&[][..], 2));
    assert!(found.summaries.iter().all(|summary| summary.compared == 40));

    let weekly = self::source("status-weekly", &SODERMALM);
    let text = encoding_rs::WINDOWS_1252.decode(&bytes(&format!("data/sample/{}", weekly.file))).0.into_owned();
    let utf16: Vec<u8> = [0xFF, 0xFE].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect();
    let marked = format!("\u{feff}{text}").into_bytes();
    let windows = encoding_rs::WINDOWS_1252.encode(&text).0.into_owned();
    // Formatting: a count as a spreadsheet writes it, and lines that end another way.
    let written = |line: &str| match line.rsplit_once(';') {
        Some((head, count)) if !count.is_empty() && count.bytes().all(|byte| byte.is_ascii_digit()) => {
            format!("{head};\"{count},0\"\n")
        }
        _ => format!("{line}\n"),
    };
    let decimals: String = text.lines().map(written).collect();
    assert!(decimals.contains(",0\"\n"));
    let copies: [(Vec<u8>, Encoding); 5] = [
        (windows.clone(), Encoding::Windows1252),
        (text.clone().into_bytes(), Encoding::Utf8),
        (marked, Encoding::Utf8),
        (utf16, Encoding::Utf16),
        (decimals.into_bytes(), Encoding::Utf8),
    ];
    let mut counts = Vec::new();
    for (at, (bytes, encoding)) in copies.into_iter().enumerate() {
        let mut source = weekly.clone();
        source.reader = Reader::Delimited { delimiter: Some(';'), encoding: Some(encoding) };
        counts.push(saved_again(&read_counts(&source, "copy.csv", &bytes, &lists()).counts, at));
    }
    let found = ledger(&counts.concat());
    assert_eq!((found.rows.as_slice(), found.summaries.len()), (&[][..], 4));
    assert!(found.summaries.iter().all(|summary| summary.compared > 1000), "{:?}", found.summaries);
}

/// The counts as another source that was taken out so many days later.
fn saved_again(counts: &[Count], days: usize) -> Vec<Count> {
    let again = |count: &Count| {
        let mut day = count.extracted_at.unwrap();
        (0..days).for_each(|_| day = day.tomorrow().unwrap());
        Count { source: format!("{}-{days}", count.source).parse().unwrap(), extracted_at: Some(day), ..count.clone() }
    };
    assert!(!counts.is_empty());
    counts.iter().map(again).collect()
}

/// A figure of one of the ten categories, in 2022, as told on a day.
fn told(day: Date, area: &str, category: &str, value: Option<i64>, status: Status) -> Count {
    let (_, counts) = of_kallor("status-uttag-2022");
    let sample = counts.into_iter().find(|count| count.period_year == 2022).unwrap();
    Count {
        source: format!("uttag-{day}").parse().unwrap(),
        area: area.parse().unwrap(),
        category: category.parse().unwrap(),
        value,
        status,
        extracted_at: Some(day),
        ..sample
    }
}

fn kinds(found: &Revisions) -> Vec<(&str, RevisionKind, Option<i64>)> {
    found.rows.iter().map(|row: &Revision| (row.category.as_str(), row.kind, row.change)).collect()
}

const EARLY: Date = date(2022, 10, 19);
const LATE: Date = date(2023, 10, 18);

fn value(day: Date, category: &str, value: i64) -> Count {
    told(day, "kungsholmen-sdo", category, Some(value), Status::Preliminary)
}

/// By hand.
#[test]
fn kinds_are_told_apart() {
    use RevisionKind::*;
    // Ten moved and nothing new: both sides are recoded.
    let moved = [
        value(EARLY, "valdsbrott", 100),
        value(EARLY, "trafikbrott", 50),
        value(LATE, "valdsbrott", 110),
        value(LATE, "trafikbrott", 40),
    ];
    assert_eq!(kinds(&ledger(&moved)), [("trafikbrott", Recoding, Some(-10)), ("valdsbrott", Recoding, Some(10))]);
    // Taken back: the others do not grow by as much.
    let back = [
        value(EARLY, "valdsbrott", 100),
        value(EARLY, "trafikbrott", 50),
        value(LATE, "valdsbrott", 102),
        value(LATE, "trafikbrott", 40),
    ];
    assert_eq!(
        kinds(&ledger(&back)),
        [("trafikbrott", Reduction, Some(-10)), ("valdsbrott", LateRegistration, Some(2))]
    );
    // What is known of a figure, and figures that come and go.
    let status = |day, category, value, status| told(day, "kungsholmen-sdo", category, value, status);
    let known = [
        value(EARLY, "valdsbrott", 100),
        status(LATE, "valdsbrott", Some(100), Status::Final),
        status(EARLY, "trafikbrott", None, Status::Suppressed),
        status(LATE, "trafikbrott", Some(0), Status::Preliminary),
        value(EARLY, "narkotikabrott", 0),
        status(LATE, "narkotikabrott", None, Status::Missing),
        value(EARLY, "skadegorelsebrott", 7),
        value(LATE, "bedrageribrott", 8),
    ];
    assert_eq!(
        kinds(&ledger(&known)),
        [
            ("bedrageribrott", Appeared, None),
            ("narkotikabrott", Withdrawn, None),
            ("skadegorelsebrott", Withdrawn, None),
            ("trafikbrott", Appeared, None),
            ("valdsbrott", StatusOnly, Some(0)),
        ]
    );
    // Norrmalm's district ended on 30 June 2023, between the extractions.
    let area = [
        told(EARLY, "norrmalm-sdo", "valdsbrott", Some(10), Status::Preliminary),
        told(LATE, "norrmalm-sdo", "valdsbrott", Some(11), Status::Preliminary),
    ];
    assert_eq!(kinds(&ledger(&area)), [("valdsbrott", Boundary, Some(1))]);
    let mut basis = [value(EARLY, "valdsbrott", 10), value(LATE, "valdsbrott", 11)];
    basis[1].date_basis = DateBasis::Registration;
    assert_eq!(kinds(&ledger(&basis)), [("valdsbrott", Definition, Some(1))]);
    // A source without a series stands alone.
    assert_eq!(revisions(&basis, &BTreeMap::new(), &lists()), Revisions::default());
}

/// Three extractions make two steps, whatever order they are read in; two of one day that differ are told.
#[test]
fn extractions_are_held_against_the_one_before() {
    let mut counts =
        vec![value(LATE, "valdsbrott", 12), value(EARLY, "valdsbrott", 10), value(date(2023, 1, 2), "valdsbrott", 11)];
    let found = ledger(&counts);
    let steps: Vec<_> = found.rows.iter().map(|row| (row.earlier_value, row.later_value)).collect();
    assert_eq!(steps, [(Some(10), Some(11)), (Some(11), Some(12))]);
    assert_eq!(found.summaries.len(), 2);
    let mut other = value(LATE, "valdsbrott", 13);
    other.source = "uttag-igen".parse().unwrap();
    counts.push(other);
    let found = ledger(&counts);
    assert_eq!(found.findings.len(), 1, "{:#?}", found.findings);
    assert_eq!(found.findings[0].found, "13 for kungsholmen-sdo, valdsbrott, 2022-W01--W41");
    counts.reverse();
    assert_eq!(ledger(&counts).rows, found.rows);
}
