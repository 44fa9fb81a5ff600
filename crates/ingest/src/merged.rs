//! Merged cells of a sheet: which filled cell stands for which others.

use lagesbild_model::CellRef;

/// The most columns that all merged ranges of a sheet may take together.
const MAX_WIDTH: u64 = 1 << 20;

/// A rectangle of cells that a spreadsheet shows as one; only its upper left cell holds anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct MergedRange {
    /// The upper left cell.
    pub(crate) first: CellRef,
    /// The lower right cell.
    pub(crate) last: CellRef,
}

/// Why the merged ranges of a sheet cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum MergeFault {
    /// This range shares cells with another one: nobody could say which of them a cell belongs to.
    Overlap(MergedRange),
    /// The ranges cover more than any honest sheet has.
    TooMany,
}

/// All merged ranges of a sheet.
#[derive(Debug, Clone, Default)]
pub(crate) struct Merged {
    ranges: Vec<MergedRange>,
    /// For every column of every range: column, first row, last row, number of the range; sorted. A search in it takes
    /// few steps, however many ranges a hostile file has.
    columns: Vec<(u32, u32, u32, u32)>,
}

impl Merged {
    /// Takes the ranges of a sheet in any order; those of a single cell, and repetitions, are left out.
    ///
    /// # Errors
    /// Fails when ranges overlap or are far too many.
    pub(crate) fn new(mut ranges: Vec<MergedRange>) -> Result<Self, MergeFault> {
        ranges.retain(|range| {
            range.first != range.last && range.first.row <= range.last.row && range.first.column <= range.last.column
        });
        ranges.sort_unstable();
        ranges.dedup();
        let width = |range: &MergedRange| u64::from(range.last.column - range.first.column) + 1;
        if ranges.iter().map(width).fold(0, u64::saturating_add) > MAX_WIDTH {
            return Err(MergeFault::TooMany);
        }
        let mut columns = Vec::new();
        for (number, range) in (0u32..).zip(&ranges) {
            let rows = (range.first.row, range.last.row);
            columns.extend((range.first.column..=range.last.column).map(|column| (column, rows.0, rows.1, number)));
        }
        columns.sort_unstable();
        for [(left, _, last, _), (right, first, _, number)] in columns.array_windows() {
            if left == right && first <= last {
                let range = usize::try_from(*number).ok().and_then(|at| ranges.get(at));
                return Err(range.map_or(MergeFault::TooMany, |range| MergeFault::Overlap(*range)));
            }
        }
        Ok(Merged { ranges, columns })
    }

    /// The ranges, sorted by their upper left cell.
    #[allow(dead_code, reason = "the layouts that list ranges come with the next change")]
    pub(crate) fn ranges(&self) -> &[MergedRange] {
        &self.ranges
    }

    /// The range that a cell belongs to, its upper left cell included.
    pub(crate) fn over(&self, cell: CellRef) -> Option<MergedRange> {
        let at = self.columns.partition_point(|(column, first, ..)| (*column, *first) <= (cell.column, cell.row));
        let (column, _, last, number) = self.columns.get(at.checked_sub(1)?)?;
        let inside = *column == cell.column && cell.row <= *last;
        inside.then(|| usize::try_from(*number).ok().and_then(|at| self.ranges.get(at)).copied()).flatten()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn range(text: &str) -> MergedRange {
        let (first, last) = text.split_once(':').unwrap();
        MergedRange { first: first.parse().unwrap(), last: last.parse().unwrap() }
    }

    #[test]
    fn a_cell_knows_its_range() {
        let merged = Merged::new(["B1:D1", "A1:A2", "A1:A2", "F9:F9"].map(range).to_vec()).unwrap();
        assert_eq!(merged.ranges(), ["A1:A2", "B1:D1"].map(range));
        let over = |cell: &str| merged.over(cell.parse().unwrap());
        for (cell, expected) in [("A1", "A1:A2"), ("A2", "A1:A2"), ("B1", "B1:D1"), ("D1", "B1:D1")] {
            assert_eq!(over(cell), Some(range(expected)), "{cell}");
        }
        for cell in ["A3", "B2", "E1", "F9"] {
            assert_eq!(over(cell), None, "{cell}");
        }
    }

    #[test]
    fn overlaps_and_floods_are_told() {
        let overlap = Merged::new(["A1:C3", "C3:D4"].map(range).to_vec());
        assert_eq!(overlap.unwrap_err(), MergeFault::Overlap(range("C3:D4")));
        let wide = |row| MergedRange { first: CellRef { row, column: 0 }, last: CellRef { row, column: 16_383 } };
        assert_eq!(Merged::new((0..65).map(wide).collect()).unwrap_err(), MergeFault::TooMany);
    }
}
