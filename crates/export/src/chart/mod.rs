//! Charts: one figure, one file. A chart is drawn from the cells of a sheet, computes nothing, and has the table as its twin.

mod interval;

pub(crate) use interval::intervals;
