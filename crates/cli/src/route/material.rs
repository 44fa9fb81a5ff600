//! What a report is made from: names, source lines and notes, gathered from the project and the run.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use lagesbild_export::{CodeSpan, FindingNote, Material, RateWords, SourceFacts, SourceFile, SourceNote, Vocabulary};
use lagesbild_ingest::Reading;
use lagesbild_model::table::{Accounting, Contrast, IndicatorValue, Target};
use lagesbild_model::{Asked, CategoryId, CodeList, DateBasis, Diagnostic, IndicatorId, Rule, Severity, SourceId};
use lagesbild_stats::definition::{CountTest, DenominatorYear, Estimate, Indicator, PartTest, Repeats, Watch};
use lagesbild_stats::evaluate::EXACT_POISSON;
use lagesbild_stats::multiplicity::Adjustment;
use lagesbild_stats::survey::ShareInterval;
use lagesbild_stats::survey::definition::DESIGN_T;
use lagesbild_stats::survey::published::PUBLISHED_SCORE;

use crate::project::{Defined, Project};

/// What reports need of the readings themselves, taken before their rows go to the store.
pub(super) struct Read {
    facts: Vec<SourceFacts>,
    targets: Vec<Target>,
}

impl Read {
    /// A part for each source, in their order.
    pub(super) fn of(readings: &[Reading]) -> Self {
        Read {
            facts: readings.iter().map(covered).collect(),
            targets: readings.iter().flat_map(|reading| reading.targets.clone()).collect(),
        }
    }
}

/// The days that a reading is about, the dates that it counts by, and when it was taken out.
fn covered(reading: &Reading) -> SourceFacts {
    let of_counts = reading.counts.iter().flat_map(|row| [row.period_start, row.period_end]);
    let of_published = reading.published.iter().flat_map(|row| [row.period.start(), row.period.end()]);
    let of_cases = reading.cases.iter().filter_map(|row| row.date);
    let of_targets = reading.targets.iter().filter_map(|row| row.done_to);
    let days: Vec<Date> = of_counts.chain(of_published).chain(of_cases).chain(of_targets).collect();
    let extracted = reading.counts.iter().filter_map(|row| row.extracted_at);
    let extracted: BTreeSet<Date> =
        extracted.chain(reading.published.iter().filter_map(|row| row.extracted_at)).collect();
    let bases: BTreeSet<DateBasis> = reading.counts.iter().map(|row| row.date_basis).collect();
    SourceFacts {
        days: days.iter().min().copied().zip(days.iter().max().copied()),
        date_bases: bases.into_iter().collect(),
        extracted: extracted.into_iter().collect(),
        ..SourceFacts::default()
    }
}

/// With the rows of the source and what was found in it.
fn counted(
    source: &SourceId,
    mut facts: SourceFacts,
    accounting: &[Accounting],
    findings: &[Diagnostic],
) -> SourceFacts {
    for sheet in accounting.iter().filter(|sheet| sheet.source == *source) {
        facts.rows += sheet.accepted;
        facts.quarantined += sheet.quarantined;
    }
    let mut rules: BTreeMap<Rule, usize> = BTreeMap::new();
    for finding in findings.iter().filter(|finding| finding.source.as_ref() == Some(source)) {
        *rules.entry(finding.rule).or_default() += 1;
    }
    facts.findings = rules.into_iter().collect();
    facts
}

/// Everything that a report borrows besides figures and code lists.
pub(super) struct Notes {
    targets: Vec<Target>,
    asked: Vec<Asked>,
    categories: CodeList<CategoryId>,
    codes: Vec<CodeSpan>,
    sources: Vec<SourceNote>,
    vocabulary: Vocabulary,
    findings: Vec<FindingNote>,
}

impl Notes {
    pub(super) fn new(
        project: &Project,
        as_of: Option<Date>,
        read: Read,
        accounting: &[Accounting],
        findings: &[Diagnostic],
    ) -> Self {
        let mut sources: Vec<SourceNote> =
            project.sources.iter().map(|source| source_note(project, &source.content, accounting)).collect();
        for (note, facts) in sources.iter_mut().zip(read.facts) {
            note.facts = Some(counted(&note.id, facts, accounting, findings));
        }
        let mut findings = finding_notes(accounting, findings);
        if let Some(day) = as_of {
            let text = format!("Beräknat utifrån vad som var känt {day}: endast uttag till och med den dagen är med.");
            let note = |source: &SourceNote| FindingNote { source: source.id.clone(), text: text.clone() };
            findings.extend(sources.iter().map(note));
        }
        for series in series(project) {
            let members = project.members(&series);
            let of_series = |note: &&SourceNote| members.contains(&note.id) && !note.files.is_empty();
            let notes: Vec<SourceNote> = sources.iter().filter(of_series).cloned().collect();
            let joined = |part: fn(&SourceNote) -> &str, between: &str| {
                let mut parts: Vec<&str> = notes.iter().map(part).filter(|text| !text.is_empty()).collect();
                parts.dedup();
                parts.join(between)
            };
            sources.push(SourceNote {
                label: joined(|note| &note.label, "; "),
                remark: joined(|note| &note.remark, " "),
                files: notes.iter().flat_map(|note| note.files.clone()).collect(),
                id: series.clone(),
                facts: None,
            });
            let of_members = findings.iter().filter(|note| members.contains(&note.source));
            let texts: BTreeSet<String> = of_members.map(|note| note.text.clone()).collect();
            findings.extend(texts.into_iter().map(|text| FindingNote { source: series.clone(), text }));
        }
        Notes {
            sources,
            categories: project.lists.counted(|_| true),
            codes: code_spans(project),
            vocabulary: Vocabulary {
                surveys: project.survey_words(),
                told_from: told_from(project),
                logs: logs(project),
                rates: rates(project),
                ..vocabulary()
            },
            findings,
            targets: read.targets,
            asked: project.asked(),
        }
    }

    pub(super) fn material<'a>(
        &'a self,
        project: &'a Project,
        definition: &'a str,
        contrasts: &'a [Contrast],
        values: &'a [IndicatorValue],
    ) -> Material<'a> {
        Material {
            definition,
            contrasts,
            values,
            areas: &project.lists.areas,
            categories: &self.categories,
            codes: &self.codes,
            sources: &self.sources,
            targets: &self.targets,
            asked: &self.asked,
            grades: &project.lists.wordings,
            vocabulary: &self.vocabulary,
            findings: &self.findings,
        }
    }
}

/// The codes of overlays that begin or end.
fn code_spans(project: &Project) -> Vec<CodeSpan> {
    let mut spans = Vec::new();
    for overlay in project.lists.overlays.iter() {
        let codes = project.lists.offence_codes.codes_of(&overlay.code);
        spans.extend(codes.filter(|code| code.valid_from.or(code.valid_to).is_some()).map(|code| CodeSpan {
            category: overlay.code.clone().into(),
            code: code.code,
            valid_from: code.valid_from,
            valid_to: code.valid_to,
        }));
    }
    spans
}

/// What the indicators of rates relate their counts to.
fn rates(project: &Project) -> BTreeMap<IndicatorId, RateWords> {
    let of_rates = project.indicators.iter().filter_map(|defined| {
        let Estimate::Rate { per, .. } = defined.content.estimate else { return None };
        let denominators = &defined.content.denominator;
        let first = denominators.first()?;
        let words = RateWords {
            per,
            category: first.category.clone(),
            year_before: first.year == DenominatorYear::Previous,
            sources: denominators.iter().map(|own| own.source.clone()).collect(),
        };
        Some((defined.content.id.clone(), words))
    });
    of_rates.collect()
}

/// The count from which each indicator of overlays tells what is sensitive.
fn told_from(project: &Project) -> BTreeMap<IndicatorId, u64> {
    let of_overlays = project.indicators.iter().filter(|defined| !defined.content.numerator.overlays.is_empty());
    of_overlays.map(|defined| (defined.content.id.clone(), defined.content.withhold.below)).collect()
}

/// The indicators that count cases of a log, and whether a case that repeats another counts.
fn logs(project: &Project) -> BTreeMap<IndicatorId, bool> {
    let rule = |defined: &Defined<Indicator>| {
        let rule = defined.content.numerator.cases.as_ref()?;
        Some((defined.content.id.clone(), rule.repeats == Repeats::Counted))
    };
    project.indicators.iter().filter_map(rule).collect()
}

/// The series of a project, under the ids by which indicators name them.
fn series(project: &Project) -> BTreeSet<SourceId> {
    project.sources.iter().filter_map(|source| source.content.series()?.as_str().parse().ok()).collect()
}

fn source_note(project: &Project, source: &lagesbild_ingest::Source, accounting: &[Accounting]) -> SourceNote {
    let mut files: Vec<SourceFile> = Vec::new();
    for sheet in accounting.iter().filter(|sheet| sheet.source == *source.id() && sheet.accepted > 0) {
        match files.iter_mut().find(|file| file.file == sheet.file) {
            Some(file) => file.sheets.extend(sheet.sheet.clone()),
            None => files.push(SourceFile {
                file: sheet.file.clone(),
                sheets: sheet.sheet.clone().into_iter().collect(),
                sha256: sheet.file_sha256,
            }),
        }
    }
    SourceNote {
        id: source.id().clone(),
        label: source.label().to_owned(),
        files,
        remark: project.pipeline.remarks.get(source.id()).cloned().unwrap_or_default(),
        facts: None,
    }
}

/// The test of an area's count against the common rate of a funnel, and the interval that goes with it.
const FUNNEL_TEST: (&str, &str) = (EXACT_POISSON, "exakt test av ett antal mot det väntade (Poisson)");
const FUNNEL_INTERVAL: (&str, &str) = (EXACT_POISSON, "exakt (Garwood)");

fn vocabulary() -> Vocabulary {
    let words = |pairs: &[(&str, &str)]| -> BTreeMap<String, String> {
        pairs.iter().map(|(code, words)| ((*code).to_owned(), (*words).to_owned())).collect()
    };
    let (count, part) = (CountTest::ExactCentral, PartTest::ExactConditional);
    let adjustments: Vec<_> = Adjustment::ALL.iter().map(|kind| (kind.code(), kind.swedish())).collect();
    let mut tests = vec![(count.code(), count.swedish()), (part.code(), part.swedish()), FUNNEL_TEST];
    tests.extend(Watch::SWEDISH.map(|(code, expected, _)| (code, expected)));
    let mut intervals =
        vec![(count.code(), count.swedish_interval()), (part.code(), part.swedish_interval()), FUNNEL_INTERVAL];
    intervals.extend(Watch::SWEDISH.map(|(code, _, usual)| (code, usual)));
    for (code, test, interval) in [DESIGN_T, PUBLISHED_SCORE] {
        tests.push((code, test));
        intervals.push((code, interval));
    }
    intervals.extend(ShareInterval::SWEDISH);
    Vocabulary {
        tests: words(&tests),
        intervals: words(&intervals),
        adjustments: words(&adjustments),
        rates: BTreeMap::new(),
        told_from: BTreeMap::new(),
        logs: BTreeMap::new(),
        surveys: BTreeMap::new(),
    }
}

/// What a reader of the tables must know about the reading of their sources.
fn finding_notes(accounting: &[Accounting], findings: &[Diagnostic]) -> Vec<FindingNote> {
    let mut notes = Vec::new();
    let (mut differing, mut faults) = (BTreeMap::<&SourceId, usize>::new(), BTreeMap::<&SourceId, usize>::new());
    for finding in findings.iter().filter(|finding| finding.severity == Severity::Error) {
        let Some(source) = &finding.source else { continue };
        match finding.rule {
            Rule::TotalMismatch => {
                let text = format!("Obs! En summa i källan stämmer inte med sina delar ({}).", finding.place);
                notes.push(FindingNote { source: source.clone(), text });
            }
            Rule::PersonalData => {
                let text = "Obs! Källan har innehåll som kan vara personuppgifter; inget av det är lagrat.".to_owned();
                notes.push(FindingNote { source: source.clone(), text });
            }
            Rule::Reconciliation => *differing.entry(source).or_default() += 1,
            _ => *faults.entry(source).or_default() += 1,
        }
    }
    let mut aside: BTreeMap<&SourceId, i64> = BTreeMap::new();
    for sheet in accounting {
        *aside.entry(&sheet.source).or_default() += sheet.quarantined;
    }
    let mut note = |source: &SourceId, text: String| notes.push(FindingNote { source: source.clone(), text });
    for (source, number) in differing {
        note(
            source,
            format!("Obs! Källan motsägs av en annan källa i {number} uppgifter; de står i tabellen diagnostics."),
        );
    }
    for (source, number) in faults {
        note(
            source,
            format!(
                "Obs! {number} fel hittades när källan lästes. Uppgifter som berörs är märkta som saknade; felen står i \
                 tabellen diagnostics."
            ),
        );
    }
    for (source, rows) in aside.into_iter().filter(|(_, rows)| *rows > 0) {
        let text = if rows == 1 {
            "En rad i källan är lagd åt sidan; den står i tabellen diagnostics.".to_owned()
        } else {
            format!("{rows} rader i källan är lagda åt sidan; de står i tabellen diagnostics.")
        };
        note(source, text);
    }
    notes
}
