//! Which counts of what is sensitive are withheld: small ones, and those that would give a small one away.
//!
//! The rule is that of surveys ([`crate::survey`]; Hundepool and others 2012, *Statistical Disclosure Control*, section 4.2), with
//! counts in the place of answers. It is applied to tallies, so that nothing that is made of them can tell what is withheld. A zero
//! is told: nobody stands behind it.

use std::collections::{BTreeMap, BTreeSet};

use lagesbild_model::{AreaId, CategoryId, Period};

use crate::survey::withhold::{Kinship, Shown};
use crate::tally::{CountTally, Tallied};

/// How what is counted lies inside and across each other.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Kin {
    /// The categories (or overlays) that an event counts in, for each kind of event.
    pub categories: Vec<Vec<CategoryId>>,
    /// The areas that a place lies in, for each kind of place.
    pub areas: Vec<Vec<AreaId>>,
    /// The categories whose small counts may point at a person.
    pub sensitive: BTreeSet<CategoryId>,
}

/// Withholds every sensitive count from 1 to below `below`, and the counts that would give one away: where the rest of an area
/// would be so small, the part; where the rest of a whole would, the smallest of its told parts.
///
/// ```
/// use lagesbild_model::{DateBasis, Period, Reason, Status};
/// use lagesbild_stats::evaluate::{Kin, withhold};
/// use lagesbild_stats::tally::{CountObservation, CountTally, Tallied, Tally};
///
/// let week: Period = "2023-W41".parse()?;
/// let counted = |events| -> Result<Tallied, Box<dyn std::error::Error>> {
///     let mut tally = CountTally::empty();
///     tally.add(&CountObservation {
///         value: Some(events), status: Status::Final, days: 7, date_basis: DateBasis::OffenceStart, extracted_at: None,
///     });
///     Ok(Tallied { area: "fridhemsplan".parse()?, category: "parrelation".parse()?, period: week, tally })
/// };
/// let kin = Kin { sensitive: ["parrelation".parse()?].into(), ..Kin::default() };
/// let mut few = [counted(4)?];
/// withhold(&mut few, 5, &kin);
/// assert_eq!(few[0].tally.known(7), Err(Reason::ValueSuppressed));
/// let mut enough = [counted(5)?];
/// withhold(&mut enough, 5, &kin);
/// assert_eq!(enough[0].tally.known(7), Ok(5));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn withhold(tallies: &mut [Tallied], below: u64, kin: &Kin) {
    let periods: BTreeSet<Period> = tallies.iter().map(|row| row.period).collect();
    for period in periods {
        let hidden = withheld(tallies, period, below, kin);
        for row in tallies.iter_mut().filter(|row| row.period == period) {
            if hidden.contains(&(row.area.clone(), row.category.clone())) {
                // Rows are offences in a register: their number is the count.
                row.tally = CountTally { events: 0, rows: 0, preliminary: 0, suppressed: 1, ..row.tally };
            }
        }
    }
}

/// The cells of a period that are withheld.
fn withheld(tallies: &[Tallied], period: Period, below: u64, kin: &Kin) -> BTreeSet<(AreaId, CategoryId)> {
    let of_period = || tallies.iter().filter(|row| row.period == period);
    let areas: Vec<&AreaId> = of_period().map(|row| &row.area).collect::<BTreeSet<_>>().into_iter().collect();
    let categories: Vec<&CategoryId> =
        of_period().map(|row| &row.category).collect::<BTreeSet<_>>().into_iter().collect();
    let counts: BTreeMap<(&AreaId, &CategoryId), u64> =
        of_period().map(|row| ((&row.area, &row.category), row.tally.events)).collect();
    let of_areas = kinship(&kin.areas, &areas);
    let of_categories = kinship(&kin.categories, &categories);
    let count = |area: usize, category: usize| counts.get(&(areas[area], categories[category])).copied();
    let small = |n: u64| (1..below).contains(&n);
    let sensitive: Vec<bool> = categories.iter().map(|category| kin.sensitive.contains(*category)).collect();
    let cells: Vec<(usize, usize)> =
        (0..areas.len()).flat_map(|area| (0..categories.len()).map(move |category| (area, category))).collect();
    let mut hidden: BTreeSet<(usize, usize)> = cells
        .iter()
        .copied()
        .filter(|(area, category)| sensitive[*category] && count(*area, *category).is_some_and(small))
        .collect();
    // To withhold a cell may give away another one, so all are looked at until none asks for more.
    loop {
        let shown = |area: usize, category: usize| {
            count(area, category).map(|n| Shown { n, told: !hidden.contains(&(area, category)) })
        };
        let next = cells.iter().find_map(|(area, category)| {
            let (area, category) = (*area, *category);
            let whole = shown(area, category).filter(|cell| cell.told)?;
            let parts = of_areas.parts(area);
            let rest = |part: &usize| {
                let part = shown(*part, category).filter(|part| part.told);
                sensitive[category] && part.is_some_and(|part| small(whole.n.saturating_sub(part.n)))
            };
            let left = parts.iter().copied().find(rest).map(|part| (part, category));
            let by_area = || {
                let part = of_areas.gives_away(whole.n, &parts, |part| shown(part, category), below);
                part.map(|part| (part, category))
            };
            let by_category = || {
                let parts = of_categories.parts(category);
                let part = of_categories.gives_away(whole.n, &parts, |part| shown(area, part), below);
                part.map(|part| (area, part))
            };
            left.or_else(by_area).or_else(by_category)
        });
        let Some(cell) = next else { break };
        hidden.insert(cell);
    }
    hidden.into_iter().map(|(area, category)| (areas[area].clone(), categories[category].clone())).collect()
}

/// How the members of `own` lie inside each other, by the sets that events or places are in.
fn kinship<I: Ord>(sets: &[Vec<I>], own: &[&I]) -> Kinship {
    let places: Vec<Vec<usize>> = sets
        .iter()
        .map(|set| set.iter().filter_map(|member| own.iter().position(|other| *other == member)).collect())
        .collect();
    Kinship::of(places.iter().map(Vec::as_slice), own.len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tally::Tally;
    use lagesbild_model::{DateBasis, Status};

    /// What is told of the district and the place inside it, in the order of the alphabet: children, partners, all, adults.
    fn told(district: [u64; 4], place: [u64; 4]) -> [[Option<u64>; 4]; 2] {
        let categories = ["brott-mot-barn", "parrelation", "sarskilt-utsatta", "valdtakt-vuxen"];
        let id = |text: &str| text.parse::<CategoryId>().expect("a slug");
        let area = |text: &str| text.parse::<AreaId>().expect("a slug");
        let period: Period = "2023-W41".parse().expect("a week");
        let row = |of: &str, category: &str, events| {
            let mut tally = CountTally::empty();
            tally.add(&crate::tally::CountObservation {
                value: Some(events),
                status: Status::Preliminary,
                days: 7,
                date_basis: DateBasis::OffenceStart,
                extracted_at: None,
            });
            Tallied { area: area(of), category: id(category), period, tally }
        };
        let mut tallies: Vec<Tallied> = Vec::new();
        for (of, counts) in [("district", district), ("place", place)] {
            tallies.extend(categories.iter().zip(counts).map(|(category, events)| row(of, category, events)));
        }
        let set = |names: &[&str]| names.iter().map(|name| id(name)).collect::<Vec<_>>();
        let kin = Kin {
            // A rape by a partner counts as both.
            categories: vec![
                set(&["sarskilt-utsatta", "brott-mot-barn"]),
                set(&["sarskilt-utsatta", "parrelation"]),
                set(&["sarskilt-utsatta", "parrelation", "valdtakt-vuxen"]),
                set(&["sarskilt-utsatta", "valdtakt-vuxen"]),
            ],
            areas: vec![vec![area("district")], vec![area("district"), area("place")]],
            sensitive: set(&categories).into_iter().collect(),
        };
        withhold(&mut tallies, 5, &kin);
        let value = |at: usize| tallies[at].tally.known(7).ok();
        [std::array::from_fn(value), std::array::from_fn(|at| value(4 + at))]
    }

    #[test]
    fn small_counts_are_withheld_and_zeros_told() {
        let [district, place] = told([25, 194, 233, 19], [3, 16, 22, 0]);
        assert_eq!(district, [Some(25), Some(194), Some(233), Some(19)]);
        // 22 - 16 leaves 6, of which nobody can say what they are.
        assert_eq!(place, [None, Some(16), Some(22), Some(0)]);
    }

    #[test]
    fn a_part_is_withheld_where_the_whole_would_tell_another() {
        // 16 - 14 is 2: the crimes against children.
        let [_, place] = told([25, 194, 233, 19], [2, 14, 16, 0]);
        assert_eq!(place, [None, None, Some(16), Some(0)]);
    }

    #[test]
    fn a_part_is_withheld_where_the_rest_of_its_area_is_small() {
        let [district, place] = told([25, 194, 233, 19], [23, 60, 80, 6]);
        // 25 - 23 is 2 in the rest of the district.
        assert_eq!((district[0], place[0]), (Some(25), None));
    }
}
