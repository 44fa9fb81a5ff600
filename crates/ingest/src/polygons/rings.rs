//! Planar area, and what no boundary does: cross itself, or have a hole outside.

use super::geometry::{Fault, Part, Point, Ring};

/// How many pairs of lines the boundaries of one file may have compared.
const COMPARISONS: u64 = 200_000_000;

/// What is left of the work that one file may cause.
#[derive(Debug)]
pub(super) struct Budget(u64);

impl Default for Budget {
    fn default() -> Self {
        Budget(COMPARISONS)
    }
}

impl Budget {
    fn spend(&mut self, work: usize) -> Result<(), Fault> {
        let work = u64::try_from(work).unwrap_or(u64::MAX);
        self.0 = self.0.checked_sub(work).ok_or_else(|| {
            let expected = "boundaries that can be checked for crossings";
            Fault::new("boundaries of too many points", expected, "simplify them, or split the file")
        })?;
        Ok(())
    }
}

/// Area in square metres: outer rings less their holes.
pub(super) fn square_metres(parts: &[Part]) -> f64 {
    let mut sum = 0.0;
    for part in parts {
        for (at, ring) in part.iter().enumerate() {
            let area = enclosed(ring);
            sum += if at == 0 { area } else { -area };
        }
    }
    sum
}

/// The area that a ring encloses, whatever its direction (the shoelace formula, Meister 1769).
fn enclosed(ring: &Ring) -> f64 {
    // Measured from the first point: coordinates of millions of metres would cost digits.
    let [east, north] = ring.first().copied().unwrap_or_default();
    let twice: f64 =
        ring.array_windows().map(|[a, b]| (a[0] - east) * (b[1] - north) - (b[0] - east) * (a[1] - north)).sum();
    twice.abs() / 2.0
}

/// Everything that is wrong with rings as such.
pub(super) fn faults(parts: &[Part], budget: &mut Budget) -> Vec<Fault> {
    let rings: Vec<&Ring> = parts.iter().flatten().collect();
    let mut faults = Vec::new();
    if rings.iter().any(|ring| enclosed(ring) == 0.0) {
        faults.push(Fault::new("a ring that encloses nothing", "a boundary around an area", ""));
    }
    let crossing = match crossing(&rings, budget) {
        Ok(crossing) => crossing,
        Err(fault) => return vec![fault],
    };
    if let Some([east, north]) = crossing {
        let found = format!("a boundary that crosses or runs back over itself near {east:.0} east, {north:.0} north");
        let hint = "mend it in the system that it comes from (in QGIS: Fix geometries)";
        faults.push(Fault::new(found, "a boundary that does not", hint));
        return faults;
    }
    match misplaced(parts, budget) {
        Ok(misplaced) => faults.extend(misplaced),
        Err(fault) => faults.push(fault),
    }
    faults
}

/// One straight line of a ring.
#[derive(Debug, Clone, Copy)]
struct Line {
    ring: usize,
    at: usize,
    from: Point,
    to: Point,
}

impl Line {
    fn west(&self) -> f64 {
        self.from[0].min(self.to[0])
    }

    fn east(&self) -> f64 {
        self.from[0].max(self.to[0])
    }
}

/// Where two lines cross or lie upon each other. Rings may touch in points: that encloses the same area.
fn crossing(rings: &[&Ring], budget: &mut Budget) -> Result<Option<Point>, Fault> {
    let mut lines: Vec<Line> = Vec::new();
    for (ring, points) in rings.iter().enumerate() {
        let pairs = points.array_windows().enumerate().filter(|(_, [from, to])| from != to);
        lines.extend(pairs.map(|(at, [from, to])| Line { ring, at, from: *from, to: *to }));
    }
    lines.sort_by(|a, b| a.west().total_cmp(&b.west()).then(a.ring.cmp(&b.ring)).then(a.at.cmp(&b.at)));
    for (place, line) in lines.iter().enumerate() {
        let behind = lines.get(place + 1..).unwrap_or_default();
        let near = behind.partition_point(|other| other.west() <= line.east());
        budget.spend(near)?;
        let near = behind.get(..near).unwrap_or_default();
        if near.iter().any(|other| meet(line, other)) {
            return Ok(Some(line.from));
        }
    }
    Ok(None)
}

/// On which side of a line a point lies: positive to its left, 0 on it.
fn side(from: Point, to: Point, point: Point) -> f64 {
    (to[0] - from[0]) * (point[1] - from[1]) - (to[1] - from[1]) * (point[0] - from[0])
}

/// Whether two lines cross, or share more than a point.
fn meet(a: &Line, b: &Line) -> bool {
    let of_a = (side(a.from, a.to, b.from), side(a.from, a.to, b.to));
    let of_b = (side(b.from, b.to, a.from), side(b.from, b.to, a.to));
    if of_a == (0.0, 0.0) {
        // One straight line: how far they share it, along its longer direction.
        let along = usize::from((a.to[0] - a.from[0]).abs() < (a.to[1] - a.from[1]).abs());
        let begin = a.from[along].min(a.to[along]).max(b.from[along].min(b.to[along]));
        let end = a.from[along].max(a.to[along]).min(b.from[along].max(b.to[along]));
        return begin < end;
    }
    of_a.0 * of_a.1 < 0.0 && of_b.0 * of_b.1 < 0.0
}

/// Holes outside their polygon, and polygons inside others; no two rings cross.
fn misplaced(parts: &[Part], budget: &mut Budget) -> Result<Vec<Fault>, Fault> {
    let mut faults = Vec::new();
    for (at, part) in parts.iter().enumerate() {
        let Some((outer, holes)) = part.split_first() else { continue };
        for (hole_at, hole) in holes.iter().enumerate() {
            if !is_inside(hole, outer, budget)? {
                faults.push(Fault::new("a hole outside its polygon", "holes inside the outer ring", ""));
            }
            for other in holes.get(hole_at + 1..).unwrap_or_default() {
                if is_inside(hole, other, budget)? || is_inside(other, hole, budget)? {
                    faults.push(Fault::new("a hole inside another", "holes beside each other", ""));
                }
            }
        }
        for other in parts.get(at + 1..).unwrap_or_default() {
            let Some((other_outer, other_holes)) = other.split_first() else { continue };
            for (inner, outer, holes) in [(outer, other_outer, other_holes), (other_outer, outer, holes)] {
                let mut overlaps = is_inside(inner, outer, budget)?;
                for hole in holes {
                    overlaps = overlaps && !is_inside(inner, hole, budget)?;
                }
                if overlaps {
                    faults.push(Fault::new("a polygon inside another", "polygons beside each other", ""));
                }
            }
        }
    }
    Ok(faults)
}

/// Whether `ring` lies inside `outer`, which it does not cross: decided by its first point that is not on `outer`.
fn is_inside(ring: &Ring, outer: &Ring, budget: &mut Budget) -> Result<bool, Fault> {
    for point in ring {
        budget.spend(outer.len())?;
        match locate(*point, outer) {
            Some(inside) => return Ok(inside),
            None => continue,
        }
    }
    // Every point lies on the other ring: the same ring, or a chord of it, which has to be inside.
    Ok(true)
}

/// Whether a point lies inside a ring; none when it lies on it (even-odd rule).
fn locate(point: Point, ring: &Ring) -> Option<bool> {
    let mut inside = false;
    for [from, to] in ring.array_windows() {
        let between = |axis: usize| from[axis].min(to[axis]) <= point[axis] && point[axis] <= from[axis].max(to[axis]);
        let turn = side(*from, *to, point);
        if turn == 0.0 && between(0) && between(1) {
            return None;
        }
        let upwards = from[1] <= point[1] && point[1] < to[1];
        let downwards = to[1] <= point[1] && point[1] < from[1];
        if (upwards && turn > 0.0) || (downwards && turn < 0.0) {
            inside = !inside;
        }
    }
    Some(inside)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ring(points: &[(f64, f64)]) -> Ring {
        let mut ring: Ring = points.iter().map(|(x, y)| [*x, *y]).collect();
        ring.extend(ring.first().copied());
        ring
    }

    fn square(from: f64, to: f64) -> Ring {
        ring(&[(from, from), (to, from), (to, to), (from, to)])
    }

    fn found(parts: &[Part]) -> Vec<String> {
        let first = |fault: Fault| fault.found.split(" near").next().unwrap_or_default().to_owned();
        faults(parts, &mut Budget::default()).into_iter().map(first).collect()
    }

    const CROSSES: &str = "a boundary that crosses or runs back over itself";

    #[test]
    fn holes_are_subtracted_whatever_their_direction() {
        let mut hole = square(2.0, 4.0);
        assert_eq!(square_metres(&[vec![square(0.0, 10.0), hole.clone()]]), 96.0);
        hole.reverse();
        assert_eq!(square_metres(&[vec![square(0.0, 10.0), hole], vec![square(20.0, 21.0)]]), 97.0);
        // Far from the origin nothing is lost.
        let far = ring(&[
            (674_000.0, 6_580_000.0),
            (674_000.1, 6_580_000.0),
            (674_000.1, 6_580_000.1),
            (674_000.0, 6_580_000.1),
        ]);
        assert!((square_metres(&[vec![far]]) - 0.01).abs() < 1e-9);
    }

    #[test]
    fn a_boundary_that_crosses_itself_is_told() {
        let bow = ring(&[(0.0, 0.0), (1.0, 1.0), (1.0, 0.0), (0.0, 2.0)]);
        assert_eq!(found(&[vec![bow]]), [CROSSES]);
        let spike = ring(&[(0.0, 0.0), (4.0, 0.0), (4.0, 4.0), (4.0, 2.0), (0.0, 4.0)]);
        assert_eq!(found(&[vec![spike]]), [CROSSES]);
        let flat = ring(&[(0.0, 0.0), (4.0, 0.0), (2.0, 0.0)]);
        assert_eq!(found(&[vec![flat]]), ["a ring that encloses nothing", CROSSES]);
        // Two squares that touch in a corner are one ring that does not cross itself.
        let touch =
            ring(&[(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (2.0, 1.0), (2.0, 2.0), (1.0, 2.0), (1.0, 1.0), (0.0, 1.0)]);
        assert_eq!(found(&[vec![touch]]), [""; 0]);
        assert_eq!(found(&[vec![square(0.0, 2.0)], vec![square(1.0, 3.0)]]), [CROSSES]);
    }

    #[test]
    fn rings_lie_where_they_belong() {
        assert_eq!(found(&[vec![square(0.0, 9.0), square(1.0, 2.0), square(3.0, 4.0)]]), [""; 0]);
        assert_eq!(found(&[vec![square(0.0, 2.0), square(3.0, 4.0)]]), ["a hole outside its polygon"]);
        assert_eq!(found(&[vec![square(0.0, 9.0), square(1.0, 5.0), square(2.0, 3.0)]]), ["a hole inside another"]);
        assert_eq!(found(&[vec![square(0.0, 9.0)], vec![square(1.0, 2.0)]]), ["a polygon inside another"]);
        assert_eq!(found(&[vec![square(0.0, 9.0), square(1.0, 5.0)], vec![square(2.0, 3.0)]]), [""; 0]);
    }

    #[test]
    fn work_is_bounded() {
        let comb: Vec<(f64, f64)> = (0..40_000)
            .map(|at| (f64::from(at % 2) * 1e6, f64::from(at)))
            .chain([(2e6, 39_999.0), (2e6, -1.0)])
            .collect();
        assert_eq!(found(&[vec![ring(&comb)]]), ["boundaries of too many points"]);
    }
}
