//! The links between definitions: every id that one names must be defined by another.

mod surveys;

use std::collections::BTreeSet;
use std::fmt::Display;

use lagesbild_export::Report;
use lagesbild_export::definition::{Kind, Table};
use lagesbild_ingest::{CodeLists, Source};
use lagesbild_model::table::Case;
use lagesbild_model::{AreaId, DateBasis, Diagnostic, GroupId, Place, Rule, SeriesId, Severity};
use lagesbild_stats::definition::{Compare, Indicator};
use lagesbild_stats::survey::evaluate::EVERYBODY;

use super::indicators::{Indicators, Shown};
use super::{Defined, Pipeline};

pub(super) fn check(
    pipeline: &Pipeline,
    sources: &[Defined<Source>],
    defined: &Indicators,
    lists: &CodeLists,
) -> Vec<Diagnostic> {
    let Indicators { counts: indicators, surveys, published, participation, ranks } = defined;
    let mut findings = Vec::new();
    for source in sources {
        findings.extend(source.content.check(&source.file, lists));
    }
    findings.extend(repeated(sources.iter().map(|source| (&source.file, source.content.id()))));
    let of_counts = indicators.iter().map(|indicator| (&indicator.file, &indicator.content.id));
    let of_surveys = surveys.iter().map(|indicator| (&indicator.file, &indicator.content.id));
    let of_tables = published.iter().map(|indicator| (&indicator.file, &indicator.content.id));
    let of_participation = participation.iter().map(|indicator| (&indicator.file, &indicator.content.id));
    let of_ranks = ranks.iter().map(|indicator| (&indicator.file, &indicator.content.id));
    let all = of_counts.chain(of_surveys).chain(of_tables).chain(of_participation).chain(of_ranks);
    findings.extend(repeated(all));
    for survey in surveys {
        let problems = surveys::of_survey(&survey.content, sources, participation, lists);
        findings.extend(problems.into_iter().map(|(found, expected)| fault(&survey.file, found, expected)));
    }
    for indicator in ranks {
        let problems = surveys::of_ranks(&indicator.content, surveys);
        findings.extend(problems.into_iter().map(|(found, expected)| fault(&indicator.file, found, expected)));
    }
    for indicator in participation {
        let problems = surveys::of_participation(&indicator.content, sources, lists);
        findings.extend(problems.into_iter().map(|(found, expected)| fault(&indicator.file, found, expected)));
    }
    for indicator in published {
        let problems = surveys::of_published(&indicator.content, sources, lists);
        findings.extend(problems.into_iter().map(|(found, expected)| fault(&indicator.file, found, expected)));
    }
    for indicator in indicators {
        let problems = of_indicator(&indicator.content, sources, lists);
        findings.extend(problems.into_iter().map(|(found, expected)| fault(&indicator.file, found, expected)));
    }
    let defined = |id| indicators.iter().any(|indicator| indicator.content.id == id);
    for pair in &pipeline.reconcile {
        for id in [&pair.left, &pair.right].into_iter().filter(|id| !defined((*id).clone())) {
            let known = names(indicators.iter().map(|indicator| &indicator.content.id));
            findings.push(fault("pipeline.toml", format!("`reconcile` names indicator `{id}`"), known));
        }
    }
    for pair in &pipeline.reconcile_weeks {
        let is = |id, offences| {
            sources
                .iter()
                .any(|source| *source.content.id() == id && matches!(source.content, Source::Offences(_)) == offences)
        };
        if !is(pair.counts.clone(), false) || !is(pair.offences.clone(), true) {
            let found = format!("`reconcile-weeks` names `{}` and `{}`", pair.counts, pair.offences);
            findings.push(fault("pipeline.toml", found, "a source of counts and a register of offences".to_owned()));
        }
    }
    let known: BTreeSet<_> = sources.iter().map(|source| source.content.id()).collect();
    // An indicator names either by the same key.
    for source in sources {
        if let Some(series) =
            source.content.series().filter(|series| known.iter().any(|id| id.as_str() == series.as_str()))
        {
            findings.push(fault(
                &source.file,
                format!("`series = \"{series}\"`"),
                "a name that no source has".to_owned(),
            ));
        }
    }
    for id in pipeline.remarks.keys().filter(|id| !known.contains(id)) {
        let found = format!("`remarks` names source `{id}`");
        findings.push(fault("pipeline.toml", found, names(sources.iter().map(|source| source.content.id()))));
    }
    for (id, share) in &pipeline.set_aside {
        if !known.contains(id) {
            let found = format!("`set-aside` names source `{id}`");
            findings.push(fault("pipeline.toml", found, names(sources.iter().map(|source| source.content.id()))));
        }
        if !(0.0..=1.0).contains(share) {
            let found = format!("`set-aside` of `{id}` is {share}");
            findings.push(fault("pipeline.toml", found, "a part of the rows, from 0 to 1, as 0.005".to_owned()));
        }
    }
    // One id that is named twice in a definition is one fault.
    let mut told = Vec::with_capacity(findings.len());
    findings.into_iter().for_each(|finding| {
        if !told.contains(&finding) {
            told.push(finding);
        }
    });
    told
}

fn fault(file: &str, found: String, expected: String) -> Diagnostic {
    Diagnostic::new(Severity::Error, Rule::Definition, Place::file(file), found, expected)
}

fn names<T: Display>(ids: impl Iterator<Item = T>) -> String {
    let names: Vec<String> = ids.map(|id| format!("`{id}`")).collect();
    if names.is_empty() { "none is defined".to_owned() } else { format!("one of {}", names.join(", ")) }
}

fn repeated<'a, I: Ord + Display + 'a>(ids: impl Iterator<Item = (&'a String, &'a I)>) -> Vec<Diagnostic> {
    let mut seen = BTreeSet::new();
    ids.filter(|(_, id)| !seen.insert(*id))
        .map(|(file, id)| fault(file, format!("id `{id}` is taken by another file"), "an id of its own".to_owned()))
        .collect()
}

fn of_indicator(indicator: &Indicator, sources: &[Defined<Source>], lists: &CodeLists) -> Vec<(String, String)> {
    let mut problems: Vec<(String, String)> = Vec::new();
    if let Err(faults) = indicator.check() {
        problems
            .extend(faults.into_iter().map(|fault| (fault.to_string(), "a definition without contradiction".into())));
    }
    let numerator = &indicator.numerator;
    let mut counted = vec![(&numerator.source, &numerator.measure)];
    for denominator in &indicator.denominator {
        counted.push((&denominator.source, &denominator.measure));
        if lists.categories.get(&denominator.category).is_none() {
            let found = format!("category `{}` of the denominator", denominator.category);
            problems.push((found, "a code of the code list of categories".into()));
        }
    }
    for (id, counts) in counted {
        let named = |source: &&Defined<Source>| {
            let series = source.content.series().map(SeriesId::as_str);
            source.content.id() == id || series == Some(id.as_str())
        };
        let members: Vec<&Defined<Source>> = sources.iter().filter(named).collect();
        if members.is_empty() {
            let known = names(sources.iter().map(|source| source.content.id()));
            problems.push((format!("source `{id}`"), known));
        }
        for source in members.into_iter().filter(|source| !(numerator.cases.is_some() && is_log(source))) {
            match source.content.measure() {
                None => problems.push((format!("source `{id}`"), "a source of counts".to_owned())),
                Some(measure) if measure != counts => {
                    let expected = format!("`{measure}`, which the source counts");
                    problems.push((format!("measure `{counts}`"), expected));
                }
                Some(_) => {}
            }
        }
    }
    let register = sources
        .iter()
        .any(|source| *source.content.id() == numerator.source && matches!(source.content, Source::Offences(_)));
    match (register, numerator.date_basis) {
        (true, None | Some(DateBasis::Undeclared)) => problems.push((
            "no `date-basis` beside a register of offences".to_owned(),
            "`offence-start`, `offence-end` or `registration`".to_owned(),
        )),
        (false, Some(basis)) => problems.push((
            format!("`date-basis = \"{basis}\"`"),
            "none: only a register of offences has several dates to choose from".to_owned(),
        )),
        _ => {}
    }
    if let Some(partition) = numerator.partition.as_ref().filter(|own| lists.categories.children(own).next().is_none())
    {
        problems.push((format!("partition `{partition}`"), "a category that others have as parent".into()));
    }
    for overlay in numerator.overlays.iter().filter(|own| lists.overlays.get(own).is_none()) {
        problems.push((format!("overlay `{overlay}`"), names(lists.overlays.iter().map(|entry| &entry.code))));
    }
    let log = sources.iter().any(|source| *source.content.id() == numerator.source && is_log(source));
    match (log, numerator.cases.is_some()) {
        (false, true) => problems.push((
            format!("`numerator.cases` beside `{}`", numerator.source),
            "a source of `cases`: only a log has kinds of them".to_owned(),
        )),
        (true, false) => problems.push((
            format!("no `numerator.cases` beside the log `{}`", numerator.source),
            "which of its cases count as what".to_owned(),
        )),
        _ if !register && !log && !numerator.overlays.is_empty() => {
            let found = format!("overlays of `{}`", numerator.source);
            let expected = "a register of offences, whose codes tell the overlays, or a log of cases";
            problems.push((found, expected.to_owned()));
        }
        _ => {}
    }
    problems.extend(unknown(&indicator.areas, lists));
    for compare in &indicator.compare {
        let pairs: Vec<(&AreaId, &AreaId)> = match compare {
            Compare::PartAgainstRest { part, whole, .. } => vec![(part, whole)],
            Compare::Benchmark { benchmark, contains: true, .. } => {
                indicator.areas.iter().filter(|area| *area != benchmark).map(|area| (area, benchmark)).collect()
            }
            _ => Vec::new(),
        };
        problems.extend(outside(pairs, lists));
    }
    problems
}

/// Areas that no code list has.
fn unknown<'a>(areas: impl IntoIterator<Item = &'a AreaId>, lists: &CodeLists) -> Vec<(String, String)> {
    let unknown = areas.into_iter().filter(|area| lists.areas.get(area).is_none());
    unknown.map(|area| (format!("area `{area}`"), "a code of the code list of areas".to_owned())).collect()
}

/// Parts that the code list does not place inside their wholes.
fn outside<'a>(pairs: impl IntoIterator<Item = (&'a AreaId, &'a AreaId)>, lists: &CodeLists) -> Vec<(String, String)> {
    let outside = pairs.into_iter().filter(|(part, whole)| !lists.areas.is_inside(part, whole));
    let told = |(part, whole)| {
        (format!("`{part}` as part of `{whole}`"), "an area that the code list places inside the whole".to_owned())
    };
    outside.map(told).collect()
}

/// Takes the tables out of the reports that show what nobody defines, with a finding for each fault; what is left can be written.
/// A report without any table left is taken out as well.
pub(super) fn showable(
    reports: Vec<Defined<Report>>,
    defined: &Indicators,
    lists: &CodeLists,
) -> (Vec<Defined<Report>>, Vec<Diagnostic>) {
    let shown = defined.shown();
    let (mut kept, mut findings) = (Vec::new(), Vec::new());
    for mut report in reports {
        report.content.tables.retain(|table| {
            let problems = of_table(table, &shown, lists);
            let sound = problems.is_empty();
            for (found, expected) in problems {
                let place = Place { sheet: Some(format!("table {}", table.id)), ..Place::file(&report.file) };
                let hint = "the table is left out, everything else is written; correct the name in the table, or define what it names";
                findings.push(Diagnostic::new(Severity::Error, Rule::Definition, place, found, expected).hint(hint));
            }
            sound
        });
        if report.content.tables.is_empty() && report.content.listings.is_empty() {
            let found = "no table is left; the report is not written".to_owned();
            findings.push(fault(&report.file, found, "at least one table that can be shown".to_owned()));
        } else {
            kept.push(report);
        }
    }
    (kept, findings)
}

fn of_table(table: &Table, defined: &[Shown<'_>], lists: &CodeLists) -> Vec<(String, String)> {
    let mut problems = Vec::new();
    for (id, comparison) in table.indicators() {
        let Some(indicator) = defined.iter().find(|indicator| indicator.id == id) else {
            problems.push((format!("indicator `{id}`"), names(defined.iter().map(|indicator| indicator.id))));
            continue;
        };
        if let Some(comparison) = comparison
            && !indicator.comparisons.contains(&comparison)
        {
            let known = names(indicator.comparisons.iter());
            problems.push((format!("comparison `{comparison}` of `{id}`"), known));
        }
        for area in table.areas().into_iter().filter(|area| !indicator.areas.contains(area)) {
            problems.push((format!("area `{area}` of `{id}`"), names(indicator.areas.iter())));
        }
        if let Kind::Shares { questions, groups, .. } = &table.kind {
            if indicator.questions.is_empty() {
                let found = format!("questions of `{id}`");
                problems.push((found, "an indicator of a survey or of published shares".to_owned()));
            }
            for question in questions.iter().filter(|own| !indicator.questions.contains(own)) {
                let known = names(indicator.questions.iter());
                problems.push((format!("question `{question}` of `{id}`"), known));
            }
            let everybody = |own: &&GroupId| own.as_str() == EVERYBODY;
            for group in groups.iter().filter(|own| !everybody(own) && !indicator.groups.contains(own)) {
                problems.push((format!("group `{group}` of `{id}`"), names(indicator.groups.iter())));
            }
        } else if !indicator.questions.is_empty() {
            let found = format!("categories of `{id}`");
            problems.push((found, "an indicator of counts".to_owned()));
        } else if matches!(table.kind, Kind::Overlays { .. }) != indicator.overlays {
            let (found, expected) = match indicator.overlays {
                true => ("categories", "a table of kind `overlays`: the indicator counts overlays"),
                false => ("overlays", "an indicator with `numerator.overlays`"),
            };
            problems.push((format!("{found} of `{id}`"), expected.to_owned()));
        }
    }
    if let Some(partition) = &table.partition
        && lists.categories.children(partition).next().is_none()
    {
        let found = format!("partition `{partition}`");
        problems.push((found, "a category that others have as parent".to_owned()));
    }
    problems
}

/// Whether a source is a log of cases.
fn is_log(source: &Defined<Source>) -> bool {
    source.content.table() == Case::TABLE
}
