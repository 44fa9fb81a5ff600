//! Which cells of a survey are withheld: those with too few answers, and those that would give such a cell away.
//!
//! A total that is told beside all of its parts but one tells that one. So where a part is withheld, what is left of the whole when
//! the parts that are told are taken away must be at least as many as a cell needs; otherwise the smallest of the parts is
//! withheld as well (complementary suppression; Hundepool and others 2012, *Statistical Disclosure Control*, section 4.2).
//! Wholes and parts are areas inside areas for one group, and groups inside groups in one area. Those whose area or group
//! nobody knows are no cell: girls and boys are told beside all pupils though a few have told neither.

/// How areas, or groups, lie inside and beside each other.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Kinship {
    /// By part and whole: whether the part lies inside; of two that are the same, the second inside the first.
    inside: Vec<Vec<bool>>,
    /// Whether two share nobody.
    apart: Vec<Vec<bool>>,
}

/// The answers of a cell, and whether it is told.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Shown {
    pub(crate) n: u64,
    pub(crate) told: bool,
}

impl Kinship {
    /// From the sets of areas (or groups) that somebody lies in, among `count` of them.
    pub(crate) fn of<'a>(sets: impl Iterator<Item = &'a [usize]>, count: usize) -> Self {
        let mut apart = vec![vec![true; count]; count];
        let mut all_in = vec![vec![true; count]; count];
        let mut peopled = vec![false; count];
        for set in sets {
            for one in set {
                peopled[*one] = true;
                set.iter().for_each(|other| apart[*one][*other] = false);
                (0..count).filter(|other| !set.contains(other)).for_each(|other| all_in[*one][other] = false);
            }
        }
        let inside = |part: usize, whole: usize| {
            part != whole && peopled[part] && all_in[part][whole] && (!all_in[whole][part] || whole < part)
        };
        let inside = (0..count).map(|part| (0..count).map(|whole| inside(part, whole)).collect()).collect();
        Kinship { inside, apart }
    }

    /// What lies inside a whole.
    pub(crate) fn parts(&self, whole: usize) -> Vec<usize> {
        (0..self.inside.len()).filter(|part| self.inside[*part][whole]).collect()
    }

    /// What shares nobody with a part: all that its other side may be made of.
    pub(super) fn beside(&self, part: usize) -> Vec<usize> {
        (0..self.apart.len()).filter(|other| self.apart[part][*other]).collect()
    }

    /// The part that must be withheld so that one that is withheld is not told by what is left of a whole of `n` answers; none
    /// where nobody or many enough are left.
    pub(crate) fn gives_away(
        &self,
        n: u64,
        parts: &[usize],
        shown: impl Fn(usize) -> Option<Shown>,
        minimum: u64,
    ) -> Option<usize> {
        let cells: Vec<(usize, Shown)> = parts.iter().filter_map(|part| Some((*part, shown(*part)?))).collect();
        let hidden: Vec<usize> =
            cells.iter().filter(|(_, cell)| !cell.told && cell.n > 0).map(|(part, _)| *part).collect();
        if hidden.is_empty() {
            return None;
        }
        let told: Vec<(usize, u64)> =
            cells.iter().filter(|(_, cell)| cell.told && cell.n > 0).map(|(part, cell)| (*part, cell.n)).collect();
        // A part inside another one that is told tells nothing more of the whole.
        let largest = told.iter().filter(|(part, _)| !told.iter().any(|(other, _)| self.inside[*part][*other]));
        let mut families: Vec<Vec<(usize, u64)>> = Vec::new();
        for part in largest {
            match families.iter_mut().find(|family| family.iter().all(|(other, _)| self.apart[part.0][*other])) {
                Some(family) => family.push(*part),
                None => families.push(vec![*part]),
            }
        }
        families.into_iter().find_map(|family| {
            let left = n.saturating_sub(family.iter().map(|(_, n)| n).sum());
            let holds = hidden.iter().any(|hidden| family.iter().all(|(part, _)| self.apart[*part][*hidden]));
            if left == 0 || left >= minimum || !holds {
                return None;
            }
            family.into_iter().min_by_key(|(part, n)| (*n, *part)).map(|(part, _)| part)
        })
    }
}

/// Why a cell is withheld.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Withheld {
    /// Too few answered.
    Few,
    /// It would give away another one.
    GivesAway,
}

/// Which cells are withheld, by area and group; `n` are answers, none where there is no such cell.
pub(super) fn withheld(
    n: &[Vec<Option<u64>>],
    (areas, groups): (&Kinship, &Kinship),
    minimum: u64,
) -> Vec<Vec<Option<Withheld>>> {
    let few = |n: &Option<u64>| n.filter(|n| *n < minimum).map(|_| Withheld::Few);
    let mut withheld: Vec<Vec<Option<Withheld>>> = n.iter().map(|row| row.iter().map(few).collect()).collect();
    let columns = n.first().map_or(0, Vec::len);
    let parts =
        |kinship: &Kinship, count: usize| -> Vec<Vec<usize>> { (0..count).map(|whole| kinship.parts(whole)).collect() };
    let (of_areas, of_groups) = (parts(areas, n.len()), parts(groups, columns));
    let all: Vec<(usize, usize)> = (0..n.len()).flat_map(|area| (0..columns).map(move |group| (area, group))).collect();
    // To withhold a cell may leave too little of another whole, so all are looked at until none asks for more.
    loop {
        let shown =
            |area: usize, group: usize| n[area][group].map(|n| Shown { n, told: withheld[area][group].is_none() });
        let next = all.iter().find_map(|(area, group)| {
            let whole = shown(*area, *group).filter(|cell| cell.told)?;
            let by_area = areas.gives_away(whole.n, &of_areas[*area], |part| shown(part, *group), minimum);
            let by_group = || groups.gives_away(whole.n, &of_groups[*group], |part| shown(*area, part), minimum);
            by_area.map(|part| (part, *group)).or_else(|| by_group().map(|part| (*area, part)))
        });
        let Some((area, group)) = next else { return withheld };
        withheld[area][group] = Some(Withheld::GivesAway);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinship(sets: &[&[usize]], count: usize) -> Kinship {
        Kinship::of(sets.iter().copied(), count)
    }

    #[test]
    fn areas_lie_inside_each_other() {
        // 0 is the city, 1 and 2 its districts, 3 a place in district 1.
        let areas = kinship(&[&[0], &[0, 1], &[0, 1, 3], &[0, 2]], 4);
        assert_eq!((areas.parts(0), areas.parts(1)), (vec![1, 2, 3], vec![3]));
        assert_eq!(areas.beside(3), [2]);
    }

    #[test]
    fn groups_of_different_variables_are_not_beside_each_other() {
        // 0 everybody, 1 women, 2 men, 3 the old.
        let groups = kinship(&[&[0, 1], &[0, 2], &[0, 1, 3], &[0, 2, 3]], 4);
        assert_eq!((groups.beside(1), groups.beside(3)), (vec![2], vec![]));
    }

    /// A district that is withheld must not be told by its own parts.
    #[test]
    fn parts_of_a_part_count_where_the_part_itself_is_withheld() {
        // 0 all, 1 the few, 2 the rest, which 3 and 4 make up.
        let (areas, groups) = (kinship(&[&[0]], 1), kinship(&[&[0, 1], &[0, 2, 3], &[0, 2, 4]], 5));
        let n = [152, 12, 140, 40, 100].map(Some).to_vec();
        let (few, away) = (Some(Withheld::Few), Some(Withheld::GivesAway));
        assert_eq!(withheld(&[n], (&areas, &groups), 30)[0], [None, few, away, away, None]);
    }

    #[test]
    fn the_smallest_part_goes_with_one_that_a_total_would_tell() {
        let (areas, groups) = (kinship(&[&[0]], 1), kinship(&[&[0, 1], &[0, 2], &[0, 3]], 4));
        let why = |n: [u64; 4]| withheld(&[n.map(Some).to_vec()], (&areas, &groups), 30)[0].clone();
        let (few, away) = (Some(Withheld::Few), Some(Withheld::GivesAway));
        assert_eq!(why([200, 60, 90, 50]), [None; 4]);
        assert_eq!(why([162, 60, 90, 12]), [None, away, None, few]);
        // Two are withheld already, and together they are many enough.
        assert_eq!(why([142, 100, 21, 21]), [None, None, few, few]);
        // Nobody is left: there is nothing to give away.
        assert_eq!(why([150, 60, 90, 0]), [None, None, None, few]);
        // Ten whose group nobody knows are no cell, but they hide one among them.
        assert_eq!(why([210, 60, 90, 50]), [None; 4]);
        assert_eq!(why([182, 60, 90, 22]), [None, None, None, few]);
    }

    /// After it, no whole that is told leaves too few for parts that are told, and nothing is withheld without need.
    #[test]
    fn no_whole_gives_a_part_away() {
        let mut state = 20_231_015_u64;
        let mut drawn = |below: u64| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) % below
        };
        let (mut gave, mut kept) = (0, 0);
        for _ in 0..3000 {
            // Everybody lies in area 0 and group 0; areas 1 to 3 are parts, 4 a part of 1; groups 1 and 2, and 3 across them.
            let people: Vec<(Vec<usize>, Vec<usize>)> = (0..drawn(400))
                .map(|_| {
                    let areas = [vec![0], vec![0, 1], vec![0, 1, 4], vec![0, 2], vec![0, 3]][drawn(5) as usize].clone();
                    let mut groups = [vec![0], vec![0, 1], vec![0, 2], vec![0, 2]][drawn(4) as usize].clone();
                    if drawn(5) == 0 {
                        groups.push(3);
                    }
                    (areas, groups)
                })
                .collect();
            let areas = Kinship::of(people.iter().map(|person| person.0.as_slice()), 5);
            let groups = Kinship::of(people.iter().map(|person| person.1.as_slice()), 4);
            let count = |area: usize, group: usize| {
                people.iter().filter(|(areas, groups)| areas.contains(&area) && groups.contains(&group)).count() as u64
            };
            let n: Vec<Vec<Option<u64>>> =
                (0..5).map(|area| (0..4).map(|group| Some(count(area, group))).collect()).collect();
            let withheld = withheld(&n, (&areas, &groups), 30);
            let told = |area: usize, group: usize| (withheld[area][group].is_none()).then(|| count(area, group));
            let check = |whole: Option<u64>, cells: Vec<(usize, usize)>| {
                let hidden =
                    cells.iter().any(|(area, group)| withheld[*area][*group].is_some() && count(*area, *group) > 0);
                let parts: Vec<Option<u64>> = cells.iter().map(|(area, group)| told(*area, *group)).collect();
                let Some(whole) = whole else { return };
                let left = whole - parts.iter().flatten().sum::<u64>();
                let told = parts.iter().filter(|part| part.is_some()).count();
                assert!(told == 0 || !hidden || left == 0 || left >= 30, "{whole} tells {parts:?}: {left} are left");
            };
            for group in 0..4 {
                check(told(0, group), vec![(1, group), (2, group), (3, group)]);
                check(told(1, group), vec![(4, group)]);
            }
            for area in 0..5 {
                check(told(area, 0), vec![(area, 1), (area, 2)]);
                check(told(area, 0), vec![(area, 3)]);
            }
            gave += withheld.iter().flatten().filter(|why| **why == Some(Withheld::GivesAway)).count();
            kept += withheld.iter().flatten().filter(|why| why.is_none()).count();
        }
        assert!(gave > 500 && kept > 10_000, "{gave} {kept}");
    }
}
