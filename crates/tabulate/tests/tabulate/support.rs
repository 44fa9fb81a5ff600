//! A store of a test's own, and the pieces of a figure.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use jiff::civil::{Date, date};
use lagesbild_model::store::write_table;
use lagesbild_model::table::Count;
use lagesbild_model::{CategoryId, DateBasis, Digest, Period, Status};
use lagesbild_stats::definition::Indicator;
use lagesbild_stats::tally::{CountTally, Tallied};
use serde_json::json;

/// A folder of a test's own; removed when the test ends, however it ends.
pub(crate) struct Store(PathBuf);

impl Store {
    pub(crate) fn of(rows: Vec<Count>) -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("tabulate-{}-{number}", std::process::id()));
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).unwrap();
        write_table(&folder, rows, &[]).unwrap();
        Store(folder)
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Store {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

pub(crate) const EXTRACTED: Date = date(2023, 10, 18);

/// A figure of the source `s` for the area `a` and the category `c`.
pub(crate) fn row(period: &str, value: Option<i64>, status: Status) -> Count {
    let period: Period = period.parse().unwrap();
    Count {
        source: "s".parse().unwrap(),
        measure: "m".parse().unwrap(),
        area: "a".parse().unwrap(),
        category: "c".parse().unwrap(),
        group: "alla".parse().unwrap(),
        period,
        period_kind: period.kind(),
        period_year: i64::from(period.named_year()),
        period_start: period.start(),
        period_end: period.end(),
        exposure_days: period.exposure_days(),
        value,
        status,
        date_basis: DateBasis::OffenceStart,
        extracted_at: Some(EXTRACTED),
        file: "f.csv".into(),
        file_sha256: Digest::of(b"f"),
        sheet: None,
        cell: None,
    }
}

pub(crate) fn known(period: &str, value: i64) -> Count {
    row(period, Some(value), Status::Final)
}

/// Every week of a year from 1 to `last`, each with a value.
pub(crate) fn weeks(year: i16, last: i8, value: i64) -> Vec<Count> {
    (1..=last).map(|week| known(&format!("{year}-W{week:02}"), value)).collect()
}

/// An indicator over the source `s`, as a definition would say it.
pub(crate) fn indicator(areas: &[&str], week: i8, basis: &str, years: &[i16]) -> Indicator {
    serde_json::from_value(json!({
        "id": "i", "label": "I", "areas": areas,
        "numerator": { "source": "s", "measure": "m", "group": "alla", "partition": "total" },
        "period": { "kind": "year-to-week", "week": week, "basis": basis, "years": years },
        "estimate": { "kind": "count", "interval": "garwood" },
        "adjust": { "kind": "benjamini-hochberg", "family": "table" },
    }))
    .unwrap()
}

pub(crate) fn categories(codes: &[&str]) -> Vec<CategoryId> {
    codes.iter().map(|code| code.parse().unwrap()).collect()
}

/// The tallies of rows for the area `a`, the category `c` and weeks 1 to 41 of 2023 and 2022.
pub(crate) fn tallied(rows: Vec<Count>) -> Vec<Tallied> {
    let indicator = indicator(&["a"], 41, "iso-weeks", &[2023, 2022]);
    let store = Store::of(rows);
    lagesbild_tabulate::tally(store.path(), &indicator, &categories(&["c"]), &indicator.periods().unwrap()).unwrap()
}

/// The only tally of rows that all belong to one period.
#[track_caller]
pub(crate) fn only(rows: Vec<Count>) -> CountTally {
    match tallied(rows).as_slice() {
        [one] => one.tally,
        other => panic!("{other:#?}"),
    }
}
