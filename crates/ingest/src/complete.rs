//! What a file does not say: zeros told by absence, rows that were set aside, weeks that are gone.
//!
//! After this step every combination of area, category and period that the file covers has a count, so that no sum can
//! pass over a hole. A hole becomes zero only where the source leaves out rows with zero *and* nothing speaks against it:
//! no quarantined row could be the one that is absent, the week has rows, and the area or category is not one that has
//! events every week.

use std::collections::BTreeSet;

use lagesbild_model::{AreaId, CategoryId, Period, Rule, Severity, Status};

use crate::definition::{Absent, CountSource, Layout, Long};
use crate::layout::{FoundPeriod, Sheet};
use crate::normalise::{Ledger, Taken, in_force};
use crate::quick_hash::{QuickMap, QuickSet};

/// An area, or a category in an area, that has this many events in an average week does not have a week without any: at
/// a mean of 20 the chance is 2 in 1 000 000 000.
const NEVER_ZERO: f64 = 20.0;

/// The weeks that a long file covers: from its declared start to the last week that it says it holds.
pub(crate) fn span(source: &CountSource, sheet: &Sheet) -> Option<(Period, Period)> {
    let Layout::Long(long) = &source.layout else { return None };
    let first = Period::iso_week(long.span.first_year, 1).ok()?;
    let declared = Period::iso_week(long.span.last_year, long.span.last_week).ok()?;
    let said = sheet.said_last.zip(sheet.extracted_at).and_then(|(said, extracted)| {
        let week = Period::iso_week(said.year.unwrap_or(long.span.last_year), said.week?).ok()?;
        (week.end() <= extracted).then_some(week)
    });
    let last = said.unwrap_or(declared);
    (first <= last).then_some((first, last))
}

/// Fills every hole of the file's figures.
pub(crate) fn complete(ledger: &mut Ledger<'_>) {
    match &ledger.source.layout {
        Layout::Crosstab(_) => complete_crosstab(ledger),
        Layout::Long(long) => {
            for at in 0..ledger.sheets.len() {
                complete_long(ledger, long, at);
            }
        }
    }
}

/// Each sheet has every category; each required area has a sheet.
fn complete_crosstab(ledger: &mut Ledger<'_>) {
    let (source, lists, sheets) = (ledger.source, ledger.lists, ledger.sheets);
    let partition = ledger.partition();
    let mut present: Vec<AreaId> = Vec::new();
    // A sheet that could not be laid out owes the periods that the others have.
    let all_periods: BTreeSet<Period> = sheets.iter().flat_map(|sheet| sheet.periods.iter().copied()).collect();
    for (at, sheet) in sheets.iter().enumerate() {
        let area = sheet.name.as_ref().and_then(|name| lists.areas.find(name.trim(), &source.id));
        let Some(area) = area.map(|(entry, _)| entry.code.clone()) else { continue };
        present.push(area.clone());
        let mut periods: Vec<Period> = sheet.periods.clone();
        if sheet.laid_out {
            tell_absent_categories(ledger, at, &partition);
        } else {
            periods.extend(&all_periods);
        }
        for category in &partition {
            for period in &periods {
                ledger.push((&area, category, *period), Taken::Status(Status::Missing), at, None);
            }
        }
    }
    for area in source.required.iter().filter(|area| !present.contains(area)) {
        let label = lists.areas.get(area).map_or(area.to_string(), |entry| entry.label.clone());
        let names: Vec<&str> = sheets.iter().filter_map(|sheet| sheet.name.as_deref()).collect();
        let means = |name: &str| lists.areas.nearest(name).iter().any(|entry| entry.code == *area);
        let near: Vec<&str> = names.iter().copied().filter(|name| means(name)).collect();
        let found = format!("sheets {}", list(&names));
        let hint = match near.as_slice() {
            [] => "rename the sheet, or add its name to `aliases.csv`".to_owned(),
            near => format!("nearest: {}; rename the sheet, or add its name to `aliases.csv`", list(near)),
        };
        let mut place = ledger.place(usize::MAX);
        place.sheet = None;
        ledger.tell(
            Severity::Error,
            Rule::MissingSheet,
            place,
            found,
            format!("a sheet for `{label}` ({area})"),
            &hint,
        );
        for category in &partition {
            for period in &all_periods {
                ledger.push((area, category, *period), Taken::Status(Status::Missing), usize::MAX, None);
            }
        }
    }
}

/// Tells each category that a sheet has no row for, unless a row of it may be the one.
fn tell_absent_categories(ledger: &mut Ledger<'_>, at: usize, partition: &[CategoryId]) {
    let rows = || ledger.rows.iter().filter(|row| row.sheet == at);
    if rows().any(|row| row.category.is_none() && !row.figures.is_empty()) {
        return;
    }
    let has_row = |category: &CategoryId| rows().any(|row| row.category.as_ref() == Some(category));
    let absent: Vec<CategoryId> = partition.iter().filter(|category| !has_row(category)).cloned().collect();
    for category in absent {
        let label = ledger.lists.categories.get(&category).map_or(category.to_string(), |entry| entry.label.clone());
        let (place, expected) = (ledger.place(at), format!("a row `{label}`"));
        let hint = "the category is unknown for this sheet, and so is every sum that needs it";
        ledger.tell(Severity::Error, Rule::MissingRow, place, "no such row".into(), expected, hint);
    }
}

fn list(names: &[&str]) -> String {
    match names {
        [] => "none".to_owned(),
        names => names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", "),
    }
}

/// Every ISO week from `first` to `last`.
fn weeks(first: Period, last: Period) -> Vec<Period> {
    let mut weeks = vec![first];
    let mut week = first;
    while let Some(next) = week.end().tomorrow().ok().map(|monday| monday.iso_week_date()) {
        match Period::iso_week(next.year(), next.week()) {
            Ok(next) if next <= last => {
                weeks.push(next);
                week = next;
            }
            _ => break,
        }
    }
    weeks
}

/// What the rows of a long file say about its holes.
struct Seen {
    /// Weeks with any row.
    weeks: QuickSet<Period>,
    /// Areas with any row in a week.
    area_weeks: QuickSet<(AreaId, Period)>,
    /// What each quarantined row may have been; what it does not tell is open.
    quarantined: QuickSet<(Option<AreaId>, Option<CategoryId>, Option<Period>)>,
    /// The last week with a row.
    last: Option<Period>,
    /// Areas of accepted rows.
    areas: BTreeSet<AreaId>,
    /// Events per area, and per area and category.
    events: QuickMap<(AreaId, Option<CategoryId>), i64>,
}

impl Seen {
    fn new(ledger: &Ledger<'_>, at: usize) -> Self {
        let mut seen = Seen {
            weeks: QuickSet::default(),
            area_weeks: QuickSet::default(),
            quarantined: QuickSet::default(),
            last: None,
            areas: BTreeSet::new(),
            events: QuickMap::default(),
        };
        // Rows of one area and week, and figures of one area and category, tend to follow each other: what was taken in
        // with the row or figure before is not taken in again.
        let mut last_area: Option<&AreaId> = None;
        let mut last_week: Option<(&AreaId, Period)> = None;
        for row in ledger.rows.iter().filter(|row| row.sheet == at) {
            if !row.quarantined() && row.area.is_some() && row.area.as_ref() != last_area {
                last_area = row.area.as_ref();
                seen.areas.extend(row.area.clone());
            }
            for figure in &row.figures {
                let periods: &[Option<Period>] = match &figure.period {
                    FoundPeriod::Is(period) => {
                        let area_week = row.area.as_ref().map(|area| (area, *period));
                        if area_week.is_none() || area_week != last_week {
                            last_week = area_week;
                            seen.weeks.insert(*period);
                            seen.area_weeks.extend(row.area.clone().map(|area| (area, *period)));
                            seen.last = seen.last.max(Some(*period));
                        }
                        &[Some(*period)]
                    }
                    FoundPeriod::Not(candidates) if candidates.is_empty() => &[None],
                    FoundPeriod::Not(candidates) => &candidates.iter().copied().map(Some).collect::<Vec<_>>(),
                };
                if row.quarantined() {
                    for period in periods {
                        seen.quarantined.insert((row.area.clone(), row.category.clone(), *period));
                    }
                }
            }
        }
        for ((area, category), events) in ledger.events() {
            *seen.events.entry((area.clone(), None)).or_insert(0) += events;
            *seen.events.entry((area, Some(category))).or_insert(0) += events;
        }
        seen
    }

    /// Whether a quarantined row could be the one for this area, category and week.
    fn may_be_quarantined(&self, area: &AreaId, category: &CategoryId, period: Period) -> bool {
        if self.quarantined.is_empty() {
            return false;
        }
        [Some(area.clone()), None].into_iter().any(|area| {
            [Some(category.clone()), None].into_iter().any(|category| {
                [Some(period), None]
                    .into_iter()
                    .any(|period| self.quarantined.contains(&(area.clone(), category.clone(), period)))
            })
        })
    }

    /// Events in an average week other than one without any.
    fn mean(&self, area: &AreaId, category: Option<&CategoryId>, weeks: usize) -> f64 {
        let events = self.events.get(&(area.clone(), category.cloned())).copied().unwrap_or(0);
        events as f64 / weeks.saturating_sub(1).max(1) as f64
    }
}

/// Each area in force has every category in every week of the span.
fn complete_long(ledger: &mut Ledger<'_>, long: &Long, at: usize) {
    let Some(sheet) = ledger.sheets.get(at).filter(|sheet| sheet.laid_out) else { return };
    let Some((first, last)) = span(ledger.source, sheet) else { return };
    let seen = Seen::new(ledger, at);
    if seen.weeks.is_empty() {
        let expected = "rows below the heading".to_owned();
        ledger.tell(Severity::Error, Rule::MissingRow, ledger.place(at), "no data row".into(), expected, "");
    }
    let weeks = weeks(first, last);
    let partition = ledger.partition();
    let lists = ledger.lists;
    let mut areas = seen.areas.clone();
    for area in &ledger.source.required {
        if areas.insert(area.clone()) {
            let label = lists.areas.get(area).map_or(area.to_string(), |entry| entry.label.clone());
            let expected = format!("rows for `{label}` ({area})");
            let hint = "is the area spelled in a new way, or left out of the export?";
            ledger.tell(Severity::Error, Rule::MissingRow, ledger.place(at), "no row".into(), expected, hint);
        }
    }
    let mut gaps = Gaps::default();
    for week in weeks.iter().filter(|week| !seen.weeks.contains(week)) {
        gaps.add(None, *week);
    }
    for area in &areas {
        let Some(entry) = lists.areas.get(area) else { continue };
        let in_force_weeks = weeks.iter().filter(|week| in_force(entry, **week)).count();
        let never_zero = seen.mean(area, None, in_force_weeks) >= NEVER_ZERO;
        let absent_throughout = !seen.areas.contains(area);
        let means: Vec<(CategoryId, bool)> = partition
            .iter()
            .map(|category| (category.clone(), seen.mean(area, Some(category), in_force_weeks) >= NEVER_ZERO))
            .collect();
        for week in &weeks {
            let applies = in_force(entry, *week);
            let whole_week = !seen.weeks.contains(week);
            let no_row = applies && !seen.area_weeks.contains(&(area.clone(), *week));
            let gap = no_row && never_zero && !whole_week;
            if gap && !partition.iter().all(|category| seen.may_be_quarantined(area, category, *week)) {
                gaps.add(Some((area, None)), *week);
            }
            for (category, never_zero) in &means {
                if ledger.has(area, category, *week) {
                    continue;
                }
                let quarantined = seen.may_be_quarantined(area, category, *week);
                let unlikely = *never_zero && applies && !whole_week && !gap && !quarantined;
                if unlikely {
                    gaps.add(Some((area, Some(category))), *week);
                }
                let cut = sheet.cut && seen.last == Some(*week);
                let missing = whole_week || gap || unlikely || quarantined || cut || absent_throughout;
                let taken = if !applies {
                    Taken::Status(Status::NotApplicable)
                } else if missing || long.absent == Absent::Missing {
                    Taken::Status(Status::Missing)
                } else {
                    Taken::Count(0)
                };
                ledger.push((area, category, *week), taken, at, None);
            }
        }
    }
    gaps.tell(ledger, at, &seen, first, last, &weeks);
}

/// Runs of weeks without rows: of the file, of an area, or of a category in an area.
#[derive(Default)]
struct Gaps {
    runs: Vec<Run>,
}

struct Run {
    of: Option<(AreaId, Option<CategoryId>)>,
    first: Period,
    last: Period,
    weeks: usize,
}

impl Gaps {
    fn add(&mut self, of: Option<(&AreaId, Option<&CategoryId>)>, week: Period) {
        let of = of.map(|(area, category)| (area.clone(), category.cloned()));
        let run = self.runs.iter_mut().rev().find(|run| run.of == of);
        match run.filter(|run| run.last.end().tomorrow().ok() == Some(week.start())) {
            Some(run) => {
                run.last = week;
                run.weeks += 1;
            }
            None => self.runs.push(Run { of, first: week, last: week, weeks: 1 }),
        }
    }

    /// One finding per run.
    fn tell(self, ledger: &mut Ledger<'_>, at: usize, seen: &Seen, first: Period, last: Period, weeks: &[Period]) {
        let lists = ledger.lists;
        for run in self.runs {
            let when = if run.weeks == 1 { run.first.to_string() } else { format!("{} to {}", run.first, run.last) };
            let (found, expected) = match &run.of {
                None => (format!("no row for {when}"), format!("rows in every week from {first} to {last}")),
                Some((area, category)) => {
                    let entry = lists.areas.get(area);
                    let mut name = entry.map_or(area.to_string(), |entry| entry.label.clone());
                    if let Some(category) = category {
                        let label =
                            lists.categories.get(category).map_or(category.to_string(), |entry| entry.label.clone());
                        name = format!("{name}, {label}");
                    }
                    let in_force =
                        weeks.iter().filter(|week| entry.is_some_and(|entry| in_force(entry, **week))).count();
                    let mean = seen.mean(area, category.as_ref(), in_force);
                    (
                        format!("no row for `{name}` in {when}"),
                        format!("rows: the other weeks have {mean:.1} events on average"),
                    )
                }
            };
            let hint = "too few for chance; the figures count as missing, not as zero: fetch the export again";
            ledger.tell(Severity::Error, Rule::MissingPeriod, ledger.place(at), found, expected, hint);
        }
    }
}
