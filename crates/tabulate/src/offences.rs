//! Registers of offences → tallies: by area, category (or overlay) and period of the chosen date.
//!
//! One scan serves all areas. An offence counts once in every area that one of its columns names, so a place inside a
//! district counts in both; the areas are answered apart and never added.

use std::collections::HashMap;
use std::path::Path;

use jiff::Span;
use jiff::civil::Date;
use lagesbild_model::table::Offences;
use lagesbild_model::{AreaId, CategoryId, DateBasis, OffenceCode, Period, SourceId};
use lagesbild_stats::tally::{CountTally, Tallied};
use polars::prelude::{DataType, Engine, Expr, LazyFrame, col, len, lit};

use crate::rows::{self, EPOCH, TARGET};
use crate::{TabulateError, scan};

/// The columns that name areas.
const AREAS: [&str; 5] = ["municipality", "police_area", "district", "neighbourhood", "place"];

/// A register and how it is counted.
#[derive(Debug, Clone)]
pub struct Register<'a> {
    /// The source definition that read it.
    pub source: &'a SourceId,
    /// The date that decides an offence's period.
    pub basis: DateBasis,
    /// The day on which the rows were taken out.
    pub extracted_at: Date,
    /// Where and when the register has every offence.
    pub complete: Vec<Complete>,
}

/// Days of which a register has every offence in an area.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Complete {
    /// The area itself; what lies inside it is told apart.
    pub area: AreaId,
    /// The first day.
    pub from: Date,
    /// The last day.
    pub to: Date,
}

/// What offences are counted as.
#[derive(Debug, Clone, Copy)]
pub enum CountedAs<'a> {
    /// As what their category is: each offence once.
    Categories(&'a [CategoryId]),
    /// As what their code stands in: each offence once in every overlay that has its code.
    Overlays(&'a [(CategoryId, Vec<OffenceCode>)]),
}

impl CountedAs<'_> {
    /// The column that decides.
    fn column(self) -> &'static str {
        match self {
            CountedAs::Categories(_) => "category",
            CountedAs::Overlays(_) => "code",
        }
    }

    /// Each member with the values of the column that count as it.
    fn members(self) -> Vec<(CategoryId, Vec<String>)> {
        match self {
            CountedAs::Categories(categories) => {
                categories.iter().map(|category| (category.clone(), vec![category.to_string()])).collect()
            }
            CountedAs::Overlays(overlays) => {
                let texts = |codes: &[OffenceCode]| codes.iter().map(ToString::to_string).collect();
                overlays.iter().map(|(overlay, codes)| (overlay.clone(), texts(codes))).collect()
            }
        }
    }
}

/// Counts a register's offences: one tally per area, member and period, sorted by these, zeros included.
///
/// A tally's `days` are those of the period of which the register is complete in the area; where there are none, there is no
/// tally. Every figure is preliminary: a register goes on growing for the days that it has.
///
/// # Errors
/// Fails when the store cannot be read, or when there is no such date in a register.
pub fn tally_offences(
    store: &Path,
    register: &Register<'_>,
    areas: &[AreaId],
    counted: CountedAs<'_>,
    periods: &[Period],
) -> Result<Vec<Tallied>, TabulateError> {
    let basis = column(register.basis)?;
    let target = rows::target(basis, periods);
    let Some(counts) = count(store, register, areas, (counted.column(), target))? else { return Ok(Vec::new()) };
    Ok(grid(
        register,
        areas,
        counted,
        periods.iter().enumerate().map(|(at, period)| (rows::number(at), *period)),
        &counts,
    ))
}

/// Counts a register's offences by ISO week, for every week that the register knows of in an area; sorted by area, category
/// and week, zeros included.
///
/// # Errors
/// As [`tally_offences`].
pub fn tally_offence_weeks(
    store: &Path,
    register: &Register<'_>,
    areas: &[AreaId],
    categories: &[CategoryId],
) -> Result<Vec<Tallied>, TabulateError> {
    let basis = column(register.basis)?;
    // Weeks are numbered from the one that 1970-01-01, a Thursday, lies in.
    let target = (col(basis).cast(DataType::Int32) + lit(3)).floor_div(lit(7));
    let counted = CountedAs::Categories(categories);
    let Some(counts) = count(store, register, areas, (counted.column(), target))? else { return Ok(Vec::new()) };
    let mut weeks: Vec<(i32, Period)> = Vec::new();
    for complete in &register.complete {
        let mut week = Period::iso_week_of(complete.from);
        while let Some(period) = week.filter(|period| period.start() <= complete.to) {
            weeks.push((((period.start() - EPOCH).get_days() + 3).div_euclid(7), period));
            week = period.end().tomorrow().ok().and_then(Period::iso_week_of);
        }
    }
    weeks.sort_unstable_by_key(|(number, _)| *number);
    weeks.dedup();
    Ok(grid(register, areas, counted, weeks.into_iter(), &counts))
}

/// The rows that a count is made of, each by the file and the line it was read from, in that order.
///
/// # Errors
/// As [`tally_offences`].
pub fn offence_lines(
    store: &Path,
    register: &Register<'_>,
    area: &AreaId,
    counted: CountedAs<'_>,
    period: Period,
) -> Result<Vec<(String, i64)>, TabulateError> {
    let basis = column(register.basis)?;
    let members = counted.members().into_iter().flat_map(|(_, values)| values);
    let counts = members.fold(lit(false), |any, value| any.or(col(counted.column()).eq(lit(value))));
    let counted = scan(&store.join(format!("{}.parquet", Offences::NAME)))?
        .filter(col("source").eq(lit(register.source.as_str())))
        .filter(rows::within(basis, period))
        .filter(inside(area).and(counts));
    rows::lines(counted, "line")
}

/// Whether one of an offence's columns names the area.
fn inside(area: &AreaId) -> Expr {
    AREAS
        .iter()
        .fold(lit(false), |any, column| any.or(col(*column).is_not_null().and(col(*column).eq(lit(area.as_str())))))
}

/// The column of a date basis.
fn column(basis: DateBasis) -> Result<&'static str, TabulateError> {
    match basis {
        DateBasis::OffenceStart => Ok("start_date"),
        DateBasis::OffenceEnd => Ok("end_date"),
        DateBasis::Registration => Ok("registered"),
        DateBasis::Undeclared => Err(TabulateError::Contract {
            table: Offences::NAME,
            column: "start_date",
            problem: "a register has several dates and none was chosen".into(),
        }),
    }
}

/// Offences by the place of their area in `areas`, what decides as what they count, and target.
type Counts = HashMap<(usize, String, i32), u64>;

/// The counts; none when the store has no row of the register, which then says nothing, not even zero.
fn count(
    store: &Path,
    register: &Register<'_>,
    areas: &[AreaId],
    (decides, target): (&str, Expr),
) -> Result<Option<Counts>, TabulateError> {
    let frame: LazyFrame = scan(&store.join(format!("{}.parquet", Offences::NAME)))?
        .filter(col("source").eq(lit(register.source.as_str())));
    if frame.clone().limit(1).collect_with_engine(Engine::Streaming)?.unwrap_single().height() == 0 {
        return Ok(None);
    }
    let name = |at: usize| format!("area_{at}");
    let mut sums: Vec<Expr> = vec![len().cast(DataType::Int64).alias("rows")];
    for (at, area) in areas.iter().enumerate() {
        sums.push(inside(area).fill_null(lit(false)).sum().cast(DataType::Int64).alias(name(at)));
    }
    let frame = frame
        .with_column(target.alias(TARGET))
        .filter(col(TARGET).is_not_null())
        .group_by([col(decides), col(TARGET)])
        .agg(sums)
        .collect_with_engine(Engine::Streaming)?
        .unwrap_single();
    let (decider, target) = (frame.column(decides)?.str()?, frame.column(TARGET)?.i32()?);
    let mut counts = Counts::new();
    for at in 0..areas.len() {
        let sums = frame.column(&name(at))?.i64()?;
        for row in 0..frame.height() {
            if let (Some(decider), Some(target), Some(sum)) = (decider.get(row), target.get(row), sums.get(row)) {
                *counts.entry((at, decider.to_owned(), target)).or_default() += sum.unsigned_abs();
            }
        }
    }
    Ok(Some(counts))
}

/// The tallies of all areas, members and periods, zeros included.
fn grid(
    register: &Register<'_>,
    areas: &[AreaId],
    counted: CountedAs<'_>,
    periods: impl Iterator<Item = (i32, Period)> + Clone,
    counts: &Counts,
) -> Vec<Tallied> {
    let mut tallies = Vec::new();
    let members = counted.members();
    for (at, area) in areas.iter().enumerate() {
        for (number, period) in periods.clone() {
            let days = complete_days(register, area, period);
            if days == 0 {
                continue;
            }
            for (category, deciders) in &members {
                let of_one = |decider: &String| counts.get(&(at, decider.clone(), number)).copied().unwrap_or(0);
                let events = deciders.iter().map(of_one).sum::<u64>();
                let tally = CountTally {
                    events,
                    rows: events,
                    days,
                    preliminary: events.max(1),
                    missing: 0,
                    suppressed: 0,
                    not_applicable: 0,
                    date_basis: Some(register.basis),
                    mixed_date_basis: false,
                    extracted_at: Some(register.extracted_at),
                };
                tallies.push(Tallied { area: area.clone(), category: category.clone(), period, tally });
            }
        }
    }
    tallies.sort_by(|a, b| (&a.area, &a.category, a.period).cmp(&(&b.area, &b.category, b.period)));
    tallies
}

/// The days of `period` of which the register is complete in `area`. Stretches that touch or meet count once.
fn complete_days(register: &Register<'_>, area: &AreaId, period: Period) -> u64 {
    let mut stretches: Vec<(Date, Date)> = register
        .complete
        .iter()
        .filter(|complete| complete.area == *area)
        .map(|complete| (complete.from.max(period.start()), complete.to.min(period.end())))
        .filter(|(from, to)| from <= to)
        .collect();
    stretches.sort_unstable();
    let (mut days, mut counted) = (0, None::<Date>);
    for (from, to) in stretches {
        let from = counted.map_or(from, |last| from.max(last.saturating_add(Span::new().days(1))));
        if from <= to {
            days += u64::from((to - from).get_days().unsigned_abs()) + 1;
            counted = Some(to);
        }
    }
    days
}
