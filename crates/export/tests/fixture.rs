//! The report's two crime tables as rows of the store.
//!
//! `fixtures/contrasts.csv`: counts of the report; the rest by R 4.2.2 (`poisson.test` for interval, central p from
//! `pbinom`, `fisher.test` for the part against the rest, `p.adjust(…, "BH")` over the ten categories; smallest detectable
//! ratio `exp((qnorm(.975) + qnorm(.8)) * sqrt(2 / reference))`).
//! `fixtures/values.csv`: weeks 1–41 of 2019–2021, summed from a synthetic weekly file.

use std::collections::BTreeMap;

use lagesbild_export::{CodeSpan, FindingNote, Material, Report, SourceFile, SourceNote, Vocabulary};
use lagesbild_model::table::{Contrast, ContrastKind, IndicatorValue, PlannedContrast};
use lagesbild_model::{
    AreaId, CategoryId, CodeList, DateBasis, Digest, Entry, Flag, Period, Reason, Status, Verdict, WeekBasis,
};

/// Everything that a [`Material`] borrows.
pub(crate) struct Fixture {
    pub(crate) contrasts: Vec<Contrast>,
    pub(crate) values: Vec<IndicatorValue>,
    pub(crate) areas: CodeList<AreaId>,
    pub(crate) categories: CodeList<CategoryId>,
    pub(crate) codes: Vec<CodeSpan>,
    pub(crate) sources: Vec<SourceNote>,
    pub(crate) vocabulary: Vocabulary,
    pub(crate) findings: Vec<FindingNote>,
}

impl Fixture {
    pub(crate) fn material(&self) -> Material<'_> {
        Material {
            definition: "reports/brottstabeller.toml",
            contrasts: &self.contrasts,
            values: &self.values,
            areas: &self.areas,
            categories: &self.categories,
            codes: &self.codes,
            sources: &self.sources,
            targets: &[],
            asked: &[],
            grades: &[],
            vocabulary: &self.vocabulary,
            findings: &self.findings,
        }
    }

    /// The change of a category in an area.
    pub(crate) fn change(&mut self, area: &str, category: &str) -> &mut Contrast {
        let wanted = |row: &&mut Contrast| {
            row.kind == ContrastKind::Change
                && row.area.as_str() == area
                && row.category.as_str() == category
                && row.without_category.is_none()
        };
        self.contrasts.iter_mut().find(wanted).expect("a row of the fixture")
    }
}

/// The pipeline's own report definition, for Kungsholmen.
pub(crate) fn report_text() -> String {
    include_str!("../../../pipelines/kungsholmen/reports/brottstabeller.toml")
        .replace("${area}", "kungsholmen-sdo")
        .replace("${place}", "fridhemsplan")
}

pub(crate) fn report() -> Report {
    toml::from_str(&report_text()).expect("the report definition")
}

/// The same report with only the table `id`.
pub(crate) fn report_of(id: &str) -> Report {
    let mut report = report();
    report.tables.retain(|table| table.id.as_str() == id);
    report
}

pub(crate) fn fixture() -> Fixture {
    let lines = include_str!("fixtures/contrasts.csv").lines().skip(1);
    let contrasts = lines.map(|line| contrast(&line.split(';').collect::<Vec<_>>())).collect();
    let values = include_str!("fixtures/values.csv").lines().skip(1);
    Fixture {
        contrasts,
        values: values.map(|line| value(&line.split(';').collect::<Vec<_>>())).collect(),
        areas: areas(),
        categories: categories(),
        codes: Vec::new(),
        sources: sources(),
        vocabulary: vocabulary(),
        findings: Vec::new(),
    }
}

pub(crate) fn id<T: std::str::FromStr<Err: std::fmt::Debug>>(text: &str) -> T {
    text.parse().expect("a valid text")
}

fn to_week_41(year: i16) -> Period {
    Period::year_to_week(year, 41, WeekBasis::IsoWeeks).expect("a period")
}

fn contrast(fields: &[&str]) -> Contrast {
    let field = |index: usize| fields[index];
    let real = |index: usize| field(index).parse::<f64>().ok();
    let int = |index: usize| field(index).parse::<i64>().ok();
    let kind: ContrastKind = id(field(0));
    let part = kind == ContrastKind::PartAgainstRest;
    let total = field(2) == "total";
    // A total is a family of its own, so that its corrected p value is the p value.
    let p = real(13);
    let q = if total { p } else { real(14) };
    let ratio = real(10);
    let without = if field(3).is_empty() { String::new() } else { format!("-utan-{}", field(3)) };
    let figure = format!("anmalda-brott-ytd/{}/{}/{}{without}/{}", field(0), field(1), field(2), to_week_41(2023));
    let judged = |p: Option<f64>| match (p.is_some_and(|p| p < 0.05), ratio.is_some_and(|ratio| ratio > 1.0), part) {
        (true, true, false) => (Verdict::Increase, Reason::Significant),
        (true, false, false) => (Verdict::Decrease, Reason::Significant),
        (true, true, true) => (Verdict::HigherThanRest, Reason::Significant),
        (true, false, true) => (Verdict::LowerThanRest, Reason::Significant),
        (false, _, false) => (Verdict::NoChangeShown, Reason::NotSignificant),
        (false, _, true) => (Verdict::NoDifferenceShown, Reason::NotSignificant),
    };
    let (verdict, reason) = judged(q);
    let (verdict_uncorrected, reason_uncorrected) = judged(p);
    let family = format!("anmalda-brott-ytd/{}/{}/{}", field(0), field(1), to_week_41(2023));
    let planned = Contrast::planned(PlannedContrast {
        figure,
        indicator: id("anmalda-brott-ytd"),
        comparison: id(field(0)),
        kind,
        measure: id("anmalda-brott"),
        source: id("status-ytd"),
        area: id(field(1)),
        category: id(field(2)),
        group: id("alla"),
        period: to_week_41(2023),
        reference_period: to_week_41(2022),
        level: 0.95,
        adjustment: "benjamini-hochberg".into(),
        family: if total { format!("{family}/total{without}") } else { family },
        alpha: 0.05,
        power: 0.8,
    });
    Contrast {
        reference_area: part.then(|| id("kungsholmen-sdo")),
        without_category: (!field(3).is_empty()).then(|| id(field(3))),
        value: int(4),
        reference_value: int(5),
        rest_value: int(6),
        rest_reference_value: int(7),
        rest_percent: real(9),
        status: Status::Preliminary,
        reference_status: Status::Final,
        difference: int(4).zip(int(5)).map(|(newer, older)| newer - older),
        percent: real(8),
        ratio,
        ratio_lower: real(11),
        ratio_upper: real(12),
        test: if part { "exact-conditional" } else { "exact-central" }.into(),
        p,
        q,
        family_size: if total { 1 } else { 10 },
        expected_flags: if total { 0.05 } else { 0.5 },
        detectable_increase: real(15),
        detectable_decrease: real(16),
        contribution_percent: real(17),
        verdict_uncorrected,
        reason_uncorrected,
        verdict,
        reason,
        rows: 1,
        reference_rows: 1,
        date_basis: DateBasis::OffenceStart,
        extracted_at: Some(id("2023-10-18")),
        reference_extracted_at: Some(id("2023-10-18")),
        ..planned
    }
}

fn value(fields: &[&str]) -> IndicatorValue {
    let (area, category) = (fields[0], fields[2]);
    let period = to_week_41(id(fields[1]));
    let events: i64 = id(fields[3]);
    IndicatorValue {
        figure: format!("anmalda-brott-vecka/{area}/{category}/{period}"),
        indicator: id("anmalda-brott-vecka"),
        measure: id("anmalda-brott"),
        source: id("status-vecka"),
        area: id(area),
        category: id(category),
        group: id("alla"),
        period,
        exposure_days: 287,
        events: Some(events),
        value: Some(events as f64),
        unit: "count".into(),
        lower: None,
        upper: None,
        level: 0.95,
        method: "garwood".into(),
        status: Status::Final,
        rows: 41,
        date_basis: DateBasis::OffenceStart,
        extracted_at: Some(id("2023-10-18")),
        n: None,
        weighted_n: None,
        asked: None,
        response_rate: None,
        standard_error: None,
        degrees_of_freedom: None,
        design_effect: None,
        base: None,
        rounding: None,
        note: None,
    }
}

fn entry<I>(code: I, label: &str, parents: Vec<I>, flags: Vec<Flag>) -> Entry<I> {
    Entry {
        code,
        label: label.into(),
        level: String::new(),
        parents,
        flags,
        valid_from: None,
        valid_to: None,
        successors: vec![],
        note: String::new(),
    }
}

fn areas() -> CodeList<AreaId> {
    let entries = vec![
        entry(id("kungsholmen-sdo"), "Kungsholmens stadsdelsområde", vec![], vec![]),
        entry(id("fridhemsplan"), "Fridhemsplan", vec![id("kungsholmen-sdo")], vec![]),
    ];
    CodeList::new(entries, vec![]).expect("areas")
}

fn categories() -> CodeList<CategoryId> {
    const MEMBERS: [(&str, &str); 10] = [
        ("valdsbrott", "Våldsbrott"),
        ("trafikbrott", "Trafikbrott"),
        ("ovriga-brott-mot-person", "Övriga brott mot person"),
        ("tillgreppsbrott-exkl-butik", "Tillgreppsbrott (exkl i butik)"),
        ("tillgrepp-i-butik", "Tillgrepp i butik"),
        ("bedrageribrott", "Bedrägeribrott m.m."),
        ("ovriga-brb-brott", "Övriga BrB-brott"),
        ("skadegorelsebrott", "Skadegörelsebrott"),
        ("ovriga-specialstraffrattsliga-brott", "Övriga specialstraffrättsliga brott"),
        ("narkotikabrott", "Narkotikabrott"),
    ];
    let flags = |code: &str| match code {
        "trafikbrott" | "narkotikabrott" => vec![Flag::DiscoveryOffence],
        _ => vec![],
    };
    let mut entries = vec![entry(id("total"), "Totalt", vec![], vec![Flag::Total])];
    entries.extend(MEMBERS.map(|(code, label)| entry(id(code), label, vec![id("total")], flags(code))));
    CodeList::new(entries, vec![]).expect("categories")
}

fn sources() -> Vec<SourceNote> {
    let file = |file: &str, sheets: &[&str]| SourceFile {
        file: file.into(),
        sheets: sheets.iter().map(|sheet| (*sheet).to_owned()).collect(),
        sha256: Digest::of(file.as_bytes()),
    };
    vec![
        SourceNote {
            id: id("status-ytd"),
            label: "Status (Polismyndigheten)".into(),
            files: vec![file("status_kungsholmen_tom_v41_2023.xlsx", &["Kungsholmen", "Fridhemsplan"])],
            remark: "Antalen är de som står i lägesbilden.".into(),
            facts: None,
        },
        SourceNote {
            id: id("status-vecka"),
            label: "Status per vecka (Polismyndigheten)".into(),
            files: vec![file("status_vecka_lpo_norrmalm_2019-2023.csv", &[])],
            remark: "Antalen för 2019–2021 är påhittade.".into(),
            facts: None,
        },
    ]
}

fn vocabulary() -> Vocabulary {
    let map = |pairs: &[(&str, &str)]| pairs.iter().map(|(code, words)| ((*code).into(), (*words).into())).collect();
    Vocabulary {
        tests: map(&[
            ("exact-central", "exakt betingat test av två antal (Poisson)"),
            ("exact-conditional", "exakt betingat test av fyra antal (Fisher)"),
        ]),
        intervals: map(&[("exact-central", "exakt (Clopper–Pearson)"), ("exact-conditional", "exakt betingat")]),
        adjustments: map(&[("benjamini-hochberg", "Benjamini–Hochbergs metod")]),
        rates: BTreeMap::new(),
        told_from: BTreeMap::new(),
        logs: BTreeMap::new(),
        surveys: BTreeMap::new(),
    }
}
