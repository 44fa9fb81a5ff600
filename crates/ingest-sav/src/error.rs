//! What can be wrong with a file.

/// Why a file was not read. No variant holds the content of an answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SavError {
    /// The file does not begin as an SPSS system file.
    #[error("not an SPSS system file: it does not begin with $FL2 or $FL3")]
    NotSav,
    /// More than is read: of bytes, variables, values, value labels.
    #[error("{found} {what}; at most {limit} are read")]
    TooMuch {
        /// What there is too much of.
        what: &'static str,
        /// How much the file holds or declares.
        found: u64,
        /// The most that is read.
        limit: u64,
    },
    /// The structure contradicts itself.
    #[error("damaged at byte {at}: {what}")]
    Damaged {
        /// Where the structure breaks, in bytes from the start of the file.
        at: usize,
        /// What was found there and what was expected.
        what: String,
    },
    /// A well-formed file of a kind that is not read, since its values could come out wrong.
    #[error("{what}; {hint}")]
    Unsupported {
        /// What the file uses.
        what: String,
        /// What to do about it.
        hint: &'static str,
    },
    /// The data hold another number of rows than the header declares.
    #[error("the header declares {declared} rows and the data hold {found}{}", if *whole { "" } else { " and a part of one" })]
    Rows {
        /// Rows by the header.
        declared: u64,
        /// Whole rows in the data.
        found: u64,
        /// Whether the data end where a row ends.
        whole: bool,
    },
    /// The header declares no number of rows, and the data end inside a row.
    #[error("the data end inside row {row}, and the header does not say how many rows there are")]
    CutRow {
        /// The row that is cut, counted from 1.
        row: u64,
    },
    /// A name or label that is not text in the declared encoding.
    #[error("{what} is not {encoding} text")]
    Text {
        /// Which text.
        what: String,
        /// The declared encoding.
        encoding: String,
    },
    /// The library that decodes the file refused it, or broke.
    #[error("not decoded: {0}")]
    Library(String),
}

impl SavError {
    pub(crate) fn damaged(at: usize, what: impl Into<String>) -> Self {
        Self::Damaged { at, what: what.into() }
    }
}
