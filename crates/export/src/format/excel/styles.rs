//! The looks of a workbook, and the number formats of each unit.

use rust_xlsxwriter::{Format, FormatAlign, FormatBorder, FormatUnderline};

use crate::{RowKind, Unit, Value};

/// Neutral greys and one dark blue: no colour in a table means good or bad.
const RULE: u32 = 0x00BF_BFBF;
const HEADER_FILL: u32 = 0x00E7_EBF0;
const LINK: u32 = 0x001F_4E79;

/// The format code of a unit. Codes are written the international way (`.` and `,`); each program shows them with the
/// separators of its own language. What stands in quotes is shown as it is, so there the Swedish signs stand.
pub(super) fn number_format(unit: Unit) -> &'static str {
    match unit {
        Unit::Count | Unit::WholePercent | Unit::Rank => "#,##0",
        Unit::Mean | Unit::Percent => "#,##0.0",
        Unit::Points => "+#,##0.0;\"\u{2212}\"#,##0.0;0.0",
        Unit::CountChange | Unit::WholePoints => "+#,##0;\"\u{2212}\"#,##0;0",
        // The value is in per cent already; a bare % in the code would multiply it by a hundred.
        Unit::PercentChange => "+#,##0.0\"\u{a0}%\";\"\u{2212}\"#,##0.0\"\u{a0}%\";0.0\"\u{a0}%\"",
        Unit::PercentShare => "#,##0.0\"\u{a0}%\";\"\u{2212}\"#,##0.0\"\u{a0}%\"",
        Unit::Ratio => "#,##0.00",
        Unit::PValue => "[<0.001]\"<0,001\";0.000",
        Unit::Words => "General",
    }
}

pub(super) fn title() -> Format {
    Format::new().set_bold().set_font_size(14)
}

pub(super) fn subtitle() -> Format {
    Format::new().set_font_size(11)
}

pub(super) fn link() -> Format {
    Format::new().set_font_color(LINK).set_underline(FormatUnderline::Single).set_align(FormatAlign::Top)
}

/// A heading above row labels or in a list.
pub(super) fn header() -> Format {
    Format::new()
        .set_bold()
        .set_text_wrap()
        .set_align(FormatAlign::Left)
        .set_align(FormatAlign::Bottom)
        .set_background_color(HEADER_FILL)
        .set_border_top(FormatBorder::Thin)
        .set_border_bottom(FormatBorder::Thin)
}

/// The heading of a column, over its values. Headings and values keep a distance to the column's edge, so that long
/// headings of neighbours never touch.
pub(super) fn column_header(unit: Unit) -> Format {
    match unit {
        Unit::Words => header().set_indent(1),
        _ => header().set_align(FormatAlign::Right).set_indent(1),
    }
}

/// The base of a table row: totals are bold and stand between rules.
fn row(kind: RowKind) -> Format {
    let format = Format::new().set_align(FormatAlign::Top).set_border_bottom_color(RULE);
    match kind {
        RowKind::Total => format.set_bold().set_border_bottom(FormatBorder::Thin),
        RowKind::Category => format.set_border_bottom(FormatBorder::Hair),
    }
}

pub(super) fn label(kind: RowKind) -> Format {
    row(kind).set_align(FormatAlign::Left).set_text_wrap()
}

pub(super) fn cell(kind: RowKind, unit: Unit, value: &Value) -> Format {
    match value {
        Value::Text(_) => row(kind).set_align(FormatAlign::Left).set_indent(1).set_text_wrap(),
        Value::Mark(_) => row(kind).set_align(FormatAlign::Right).set_indent(1),
        Value::Count(_) | Value::Real(_) => {
            row(kind).set_align(FormatAlign::Right).set_indent(1).set_num_format(number_format(unit))
        }
    }
}

/// Words in a list.
pub(super) fn plain() -> Format {
    Format::new().set_text_wrap().set_align(FormatAlign::Top).set_align(FormatAlign::Left)
}

pub(super) fn note() -> Format {
    Format::new().set_font_size(10).set_text_wrap().set_align(FormatAlign::Top).set_align(FormatAlign::Left)
}
