use super::category::Grouping;
use crate::{Confidence, OffenceCode};

super::table! {
    /// Offence codes (*brottskoder*) that belong to one category, or one code that stands in an overlay.
    ///
    /// A code is in one category on a day and in any number of overlays.
    OffenceRange, "offence_codes", version 1, key (grouping, first, member, valid_from),
    {
        /// Whether the codes belong to a category or stand in an overlay.
        grouping: code(Grouping),
        /// First code, four digits.
        first: code(OffenceCode),
        /// Last code; it is part of the range.
        last: code(OffenceCode),
        /// The category or overlay, a `code` of `categories` in the same grouping.
        member: text,
        /// Why, in Swedish; may be empty.
        basis: text,
        /// How sure it is that the codes belong to the category; null for overlays, whose lists do not tell it.
        confidence: maybe_code(Confidence),
        /// First day on which it holds; null where that is open.
        valid_from: maybe_date,
        /// Last day on which it holds; null where that is open.
        valid_to: maybe_date,
    }
}
