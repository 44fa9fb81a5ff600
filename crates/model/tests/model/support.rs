//! A folder that goes away again, and rows of every table with pseudo-random content.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use jiff::civil::{Date, date};
use lagesbild_model::table::{
    Accounting, Answers, Caution, Contrast, ContrastKind, Count, Finding, IndicatorValue, ResponseColumn, Responses,
    Revision, RevisionKind, Sidedness, Variable, VariableRole,
};
use lagesbild_model::{
    CellRef, DateBasis, Digest, Period, Reason, Rule, Severity, Status, Verdict, WeekBasis, iso_weeks_in_year,
};

/// A folder of a test's own; removed when the test ends, however it ends.
pub(crate) struct Temp(PathBuf);

impl Temp {
    pub(crate) fn new() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("model-{}-{number}", std::process::id()));
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).unwrap();
        Temp(folder)
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Temp {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// Numbers that look random and are the same every time (xorshift, Marsaglia 2003).
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn new(seed: u64) -> Self {
        Dice(seed | 1)
    }

    pub(crate) fn below(&mut self, end: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 16) % end
    }

    pub(crate) fn one<T: Clone>(&mut self, of: &[T]) -> T {
        of[self.below(of.len() as u64) as usize].clone()
    }

    pub(crate) fn maybe<T>(&mut self, make: impl FnOnce(&mut Self) -> T) -> Option<T> {
        (self.below(3) > 0).then(|| make(self))
    }

    pub(crate) fn int(&mut self) -> i64 {
        match self.below(8) {
            0 => i64::MAX,
            1 => i64::MIN,
            2 => 0,
            _ => self.below(1 << 40) as i64 - (1 << 39),
        }
    }

    /// Any number but NaN, which is not equal to itself: tiny p values, infinities and minus zero among them.
    pub(crate) fn real(&mut self) -> f64 {
        const EDGES: [f64; 8] = [
            0.0,
            -0.0,
            f64::INFINITY,
            f64::NEG_INFINITY,
            f64::MIN_POSITIVE,
            5e-324,
            f64::MAX,
            8.430_441_386_648_543e-32,
        ];
        if self.below(3) == 0 { self.one(&EDGES) } else { self.below(1 << 53) as f64 / 7e9 - 1e5 }
    }

    pub(crate) fn text(&mut self) -> String {
        const TEXTS: [&str; 7] = ["", "Våldsbrott", "=1+1", "a;b\n\"c\"", "\u{a0}", "🚓", "NULL"];
        format!("{}{}", self.one(&TEXTS), self.below(50))
    }

    pub(crate) fn id<T: std::str::FromStr<Err: std::fmt::Debug>>(&mut self) -> T {
        const IDS: [&str; 4] = ["kungsholmen-sdo", "fridhemsplan", "a", "x-2023-w41"];
        self.one(&IDS).parse().unwrap()
    }

    pub(crate) fn day(&mut self) -> Date {
        date(1900 + self.below(300) as i16, 1 + self.below(12) as i8, 1 + self.below(28) as i8)
    }

    pub(crate) fn period(&mut self) -> Period {
        let year = 1900 + self.below(300) as i16;
        let week = 1 + self.below(iso_weeks_in_year(year) as u64) as i8;
        match self.below(5) {
            0 => Period::year(year),
            1 => Period::month(year, 1 + self.below(12) as i8),
            2 => Period::iso_week(year, week),
            3 => Period::year_to_week(year, week, WeekBasis::IsoWeeks),
            _ => Period::year_to_week(year, week, WeekBasis::FromJanuary),
        }
        .unwrap()
    }

    pub(crate) fn digest(&mut self) -> Digest {
        Digest::of(&self.below(9).to_le_bytes())
    }

    pub(crate) fn cell(&mut self) -> CellRef {
        CellRef { row: self.below(1 << 20) as u32, column: self.below(1 << 14) as u32 }
    }
}

pub(crate) fn count(dice: &mut Dice) -> Count {
    let period = dice.period();
    Count {
        source: dice.id(),
        measure: dice.id(),
        area: dice.id(),
        category: dice.id(),
        group: dice.id(),
        period,
        period_kind: period.kind(),
        period_year: i64::from(period.named_year()),
        period_start: period.start(),
        period_end: period.end(),
        exposure_days: period.exposure_days(),
        value: dice.maybe(Dice::int),
        status: dice.one(Status::ALL),
        date_basis: dice.one(DateBasis::ALL),
        extracted_at: dice.maybe(Dice::day),
        file: dice.text().into(),
        file_sha256: dice.digest(),
        sheet: dice.maybe(Dice::text).map(Into::into),
        cell: dice.maybe(Dice::cell),
    }
}

pub(crate) fn indicator_value(dice: &mut Dice) -> IndicatorValue {
    IndicatorValue {
        figure: dice.text(),
        indicator: dice.id(),
        measure: dice.id(),
        source: dice.id(),
        area: dice.id(),
        category: dice.id(),
        group: dice.id(),
        period: dice.period(),
        exposure_days: dice.int(),
        events: dice.maybe(Dice::int),
        value: dice.maybe(Dice::real),
        unit: dice.text(),
        lower: dice.maybe(Dice::real),
        upper: dice.maybe(Dice::real),
        level: dice.real(),
        method: dice.text(),
        status: dice.one(Status::ALL),
        rows: dice.int(),
        date_basis: dice.one(DateBasis::ALL),
        extracted_at: dice.maybe(Dice::day),
        n: dice.maybe(Dice::int),
        weighted_n: dice.maybe(Dice::real),
        asked: dice.maybe(Dice::int),
        response_rate: dice.maybe(Dice::real),
        standard_error: dice.maybe(Dice::real),
        degrees_of_freedom: dice.maybe(Dice::real),
        design_effect: dice.maybe(Dice::real),
        base: dice.maybe(Dice::text),
        rounding: dice.maybe(Dice::real),
        note: dice.maybe(Dice::text),
    }
}

pub(crate) fn contrast(dice: &mut Dice) -> Contrast {
    Contrast {
        figure: dice.text(),
        indicator: dice.id(),
        comparison: dice.id(),
        kind: dice.one(ContrastKind::ALL),
        measure: dice.id(),
        source: dice.id(),
        area: dice.id(),
        reference_area: dice.maybe(Dice::id),
        category: dice.id(),
        without_category: dice.maybe(Dice::id),
        group: dice.id(),
        period: dice.period(),
        reference_period: dice.period(),
        value: dice.maybe(Dice::int),
        reference_value: dice.maybe(Dice::int),
        rest_value: dice.maybe(Dice::int),
        rest_reference_value: dice.maybe(Dice::int),
        rest_percent: dice.maybe(Dice::real),
        exposure_days: dice.int(),
        reference_exposure_days: dice.int(),
        status: dice.one(Status::ALL),
        reference_status: dice.one(Status::ALL),
        difference: dice.maybe(Dice::int),
        percent: dice.maybe(Dice::real),
        ratio: dice.maybe(Dice::real),
        ratio_lower: dice.maybe(Dice::real),
        ratio_upper: dice.maybe(Dice::real),
        level: dice.real(),
        test: dice.text(),
        sidedness: dice.one(Sidedness::ALL),
        p: dice.maybe(Dice::real),
        p_mid: dice.maybe(Dice::real),
        q: dice.maybe(Dice::real),
        adjustment: dice.text(),
        family: dice.text(),
        family_size: dice.int(),
        alpha: dice.real(),
        expected_flags: dice.real(),
        detectable_increase: dice.maybe(Dice::real),
        detectable_decrease: dice.maybe(Dice::real),
        power: dice.real(),
        contribution_percent: dice.maybe(Dice::real),
        verdict_uncorrected: dice.one(Verdict::ALL),
        reason_uncorrected: dice.one(Reason::ALL),
        verdict: dice.one(Verdict::ALL),
        reason: dice.one(Reason::ALL),
        dispersion: dice.maybe(Dice::real),
        dispersion_periods: dice.maybe(Dice::int),
        p_dispersed: dice.maybe(Dice::real),
        q_dispersed: dice.maybe(Dice::real),
        verdict_dispersed: dice.maybe(|dice| dice.one(Verdict::ALL)),
        reason_dispersed: dice.maybe(|dice| dice.one(Reason::ALL)),
        expected: dice.maybe(Dice::real),
        expected_lower: dice.maybe(Dice::real),
        expected_upper: dice.maybe(Dice::real),
        slope: dice.maybe(Dice::real),
        points: dice.maybe(Dice::int),
        caution: dice.maybe(|dice| dice.one(Caution::ALL)),
        denominator: dice.maybe(Dice::int),
        reference_denominator: dice.maybe(Dice::int),
        rate: dice.maybe(Dice::real),
        reference_rate: dice.maybe(Dice::real),
        rate_lower: dice.maybe(Dice::real),
        rate_upper: dice.maybe(Dice::real),
        rate_outer_lower: dice.maybe(Dice::real),
        rate_outer_upper: dice.maybe(Dice::real),
        rows: dice.int(),
        reference_rows: dice.int(),
        date_basis: dice.one(DateBasis::ALL),
        extracted_at: dice.maybe(Dice::day),
        reference_extracted_at: dice.maybe(Dice::day),
        estimate: dice.maybe(Dice::real),
        reference_estimate: dice.maybe(Dice::real),
        estimate_difference: dice.maybe(Dice::real),
        difference_lower: dice.maybe(Dice::real),
        difference_upper: dice.maybe(Dice::real),
        standard_error: dice.maybe(Dice::real),
        degrees_of_freedom: dice.maybe(Dice::real),
        n: dice.maybe(Dice::int),
        reference_n: dice.maybe(Dice::int),
        design_effect: dice.maybe(Dice::real),
        reference_design_effect: dice.maybe(Dice::real),
        base: dice.maybe(Dice::text),
        rounding: dice.maybe(Dice::real),
        p_simple: dice.maybe(Dice::real),
        q_simple: dice.maybe(Dice::real),
        verdict_simple: dice.maybe(|dice| dice.one(Verdict::ALL)),
        p_rounded: dice.maybe(Dice::real),
        q_rounded: dice.maybe(Dice::real),
        missing_percent: dice.maybe(Dice::real),
        absent_percent: dice.maybe(Dice::real),
        tipping_missing: dice.maybe(Dice::real),
        tipping_absent: dice.maybe(Dice::real),
    }
}

pub(crate) fn accounting(dice: &mut Dice) -> Accounting {
    Accounting {
        source: dice.id(),
        file: dice.text(),
        file_sha256: dice.digest(),
        sheet: dice.maybe(Dice::text),
        rows: dice.int(),
        accepted: dice.int(),
        quarantined: dice.int(),
        not_data: dice.int(),
        figures: dice.int(),
        totals_checked: dice.int(),
    }
}

pub(crate) fn revision(dice: &mut Dice) -> Revision {
    Revision {
        series: dice.id(),
        measure: dice.id(),
        area: dice.id(),
        category: dice.id(),
        group: dice.id(),
        period: dice.period(),
        date_basis: dice.one(DateBasis::ALL),
        earlier_source: dice.id(),
        earlier_extracted_at: dice.day(),
        earlier_value: dice.maybe(Dice::int),
        earlier_status: dice.maybe(|dice| dice.one(Status::ALL)),
        earlier_sheet: dice.maybe(Dice::text),
        earlier_cell: dice.maybe(Dice::cell),
        later_source: dice.id(),
        later_extracted_at: dice.day(),
        later_value: dice.maybe(Dice::int),
        later_status: dice.maybe(|dice| dice.one(Status::ALL)),
        later_sheet: dice.maybe(Dice::text),
        later_cell: dice.maybe(Dice::cell),
        change: dice.maybe(Dice::int),
        relative_change: dice.maybe(Dice::real),
        kind: dice.one(RevisionKind::ALL),
    }
}

pub(crate) fn finding(dice: &mut Dice) -> Finding {
    Finding {
        severity: dice.one(Severity::ALL),
        rule: dice.one(Rule::ALL),
        source: dice.text(),
        file: dice.text(),
        sheet: dice.maybe(Dice::text),
        cell: dice.maybe(Dice::cell),
        row: dice.maybe(Dice::int),
        found: dice.text(),
        expected: dice.text(),
        hint: dice.text(),
    }
}

pub(crate) fn variable(dice: &mut Dice) -> Variable {
    Variable {
        source: format!("enkat-{}", dice.below(3)).parse().unwrap(),
        survey: "enkat".parse().unwrap(),
        round: 2000 + dice.below(30) as i64,
        position: dice.below(1 << 20) as i64,
        name: format!("f{}", dice.below(100)),
        original: format!("fr{}_åäö", dice.below(100)),
        label: "Hur ofta?".into(),
        role: dice.one(VariableRole::ALL),
        code_position: dice.below(1 << 20) as i64,
        code: dice.maybe(|dice| dice.below(100).to_string()),
        code_label: dice.one(&["", "Ja", "Nej"]).into(),
        status: dice.one(Status::ALL),
        area: dice.maybe(|_| "kungsholmen-sdo".parse().unwrap()),
        respondents: dice.below(1 << 40) as i64,
        file: "enkat/a.sav".into(),
        file_sha256: Digest::of(b"enkat"),
    }
}

/// Responses with a column of every kind.
pub(crate) fn responses(seed: u64, number: usize) -> Responses {
    let dice = &mut Dice::new(seed);
    let column = |name: &str, answers: Answers, statuses: Option<Vec<Status>>| ResponseColumn {
        name: name.into(),
        label: format!("Frågan {name}?"),
        answers,
        statuses,
    };
    let statuses: Vec<Status> = (0..number).map(|_| dice.one(Status::ALL)).collect();
    let known = |status: &Status| status.has_value();
    let whole = statuses.iter().map(|status| known(status).then(|| dice.int())).collect();
    let real = statuses.iter().map(|status| known(status).then(|| dice.real())).collect();
    let text = statuses.iter().map(|status| known(status).then(|| format!("svar {} åäö", dice.below(9)))).collect();
    Responses {
        source: "enkat-2023".parse().unwrap(),
        survey: "enkat".parse().unwrap(),
        round: 2023,
        rows: (1..=number as i64).map(|row| row * 2).collect(),
        columns: vec![
            column("lopnr", Answers::Whole((0..number as i64).map(Some).collect()), None),
            column("f1", Answers::Whole(whole), Some(statuses.clone())),
            column("vikt", Answers::Real((0..number).map(|_| Some(dice.real())).collect()), None),
            column("f2", Answers::Real(real), Some(statuses.clone())),
            column("f3", Answers::Text(text), Some(statuses)),
        ],
    }
}

/// So many rows, the same for the same seed.
pub(crate) fn rows<T>(seed: u64, number: usize, make: fn(&mut Dice) -> T) -> Vec<T> {
    let mut dice = Dice::new(seed);
    (0..number).map(|_| make(&mut dice)).collect()
}
