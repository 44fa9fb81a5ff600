//! Where a figure came from.

use crate::{CellRef, Digest};

/// The file, sheet and cell that a value was read from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    /// The file as the definition names it (relative, `/` as separator).
    pub file: std::sync::Arc<str>,
    /// The digest of the file as it was read.
    pub sha256: Digest,
    /// The sheet, for workbooks.
    pub sheet: Option<std::sync::Arc<str>>,
    /// The cell; absent for a zero that the file tells by leaving the row out.
    pub cell: Option<CellRef>,
}
