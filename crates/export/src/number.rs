//! Swedish number formats, from this one place.
//!
//! Decimal comma, no-break space between thousands and before `%`, a true minus sign (U+2212), and halves rounded away
//! from zero as spreadsheets do, so that a printed table and a workbook show the same digits.

/// No-break space: between thousands, and between a number and its unit.
pub const NBSP: char = '\u{a0}';
/// Minus sign.
pub const MINUS: char = '\u{2212}';

/// A whole number.
///
/// ```
/// use lagesbild_export::number::count;
/// assert_eq!(count(9184), "9\u{a0}184");
/// assert_eq!(count(-151), "\u{2212}151");
/// assert_eq!(count(1_234_567), "1\u{a0}234\u{a0}567");
/// ```
pub fn count(value: i64) -> String {
    let digits = grouped(&value.unsigned_abs().to_string());
    if value < 0 { format!("{MINUS}{digits}") } else { digits }
}

/// A whole number as a change: with its sign, except for zero.
///
/// ```
/// use lagesbild_export::number::signed_count;
/// assert_eq!(signed_count(163), "+163");
/// assert_eq!(signed_count(-862), "\u{2212}862");
/// assert_eq!(signed_count(0), "0");
/// ```
pub fn signed_count(value: i64) -> String {
    if value > 0 { format!("+{}", count(value)) } else { count(value) }
}

/// A decimal number. What rounds to zero has no sign.
///
/// ```
/// use lagesbild_export::number::decimal;
/// assert_eq!(decimal(0.98382431709, 2), "0,98");
/// assert_eq!(decimal(-31.25, 1), "\u{2212}31,3");
/// assert_eq!(decimal(-0.04, 1), "0,0");
/// ```
pub fn decimal(value: f64, decimals: usize) -> String {
    let (negative, digits) = rounded(value, decimals);
    let (whole, fraction) = digits.split_at(digits.len() - decimals);
    let sign = if negative { MINUS.to_string() } else { String::new() };
    let comma = if decimals == 0 { "" } else { "," };
    format!("{sign}{}{comma}{fraction}", grouped(whole))
}

/// A decimal number as a change: with its sign, unless it rounds to zero.
///
/// ```
/// assert_eq!(lagesbild_export::number::signed_decimal(41.53, 1), "+41,5");
/// assert_eq!(lagesbild_export::number::signed_decimal(0.04, 1), "0,0");
/// ```
pub fn signed_decimal(value: f64, decimals: usize) -> String {
    let text = decimal(value, decimals);
    let plain = text.starts_with(MINUS) || !text.contains(|c: char| matches!(c, '1'..='9'));
    if plain { text } else { format!("+{text}") }
}

/// A percentage that is already in per cent.
///
/// ```
/// assert_eq!(lagesbild_export::number::percent(570.86, 1), "570,9\u{a0}%");
/// ```
pub fn percent(value: f64, decimals: usize) -> String {
    format!("{}{NBSP}%", decimal(value, decimals))
}

/// A percentage that is already in per cent, as a change.
///
/// ```
/// assert_eq!(lagesbild_export::number::signed_percent(-1.6176, 1), "\u{2212}1,6\u{a0}%");
/// ```
pub fn signed_percent(value: f64, decimals: usize) -> String {
    format!("{}{NBSP}%", signed_decimal(value, decimals))
}

/// A fraction such as a level or a power, in per cent with as few decimals as it needs.
///
/// ```
/// assert_eq!(lagesbild_export::number::level(0.95), "95\u{a0}%");
/// assert_eq!(lagesbild_export::number::level(0.998), "99,8\u{a0}%");
/// ```
pub fn level(fraction: f64) -> String {
    let text = decimal(fraction * 100.0, 1);
    format!("{}{NBSP}%", text.strip_suffix(",0").unwrap_or(&text))
}

/// A p value: three decimals, and never zero.
///
/// ```
/// use lagesbild_export::number::p_value;
/// assert_eq!(p_value(0.031812), "0,032");
/// assert_eq!(p_value(8.4e-32), "<0,001");
/// ```
pub fn p_value(value: f64) -> String {
    if value < 0.001 { "<0,001".to_owned() } else { decimal(value, 3) }
}

/// An interval. Between limits of which one is negative stands a word, since a dash would look like a sign.
///
/// ```
/// use lagesbild_export::number::interval;
/// assert_eq!(interval("0,96", "1,01"), "0,96–1,01");
/// assert_eq!(interval("\u{2212}0,5", "0,3"), "\u{2212}0,5 till 0,3");
/// ```
pub fn interval(lower: &str, upper: &str) -> String {
    let signed = [lower, upper].iter().any(|limit| limit.starts_with([MINUS, '+']));
    if signed { format!("{lower} till {upper}") } else { format!("{lower}–{upper}") }
}

/// Things in a row: `a, b och c`.
pub(crate) fn listed(texts: &[String]) -> String {
    match texts {
        [first @ .., last] if !first.is_empty() => format!("{} och {last}", first.join(", ")),
        _ => texts.concat(),
    }
}

fn grouped(digits: &str) -> String {
    let mut out = String::with_capacity(digits.len() + digits.len() / 3 * NBSP.len_utf8());
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(NBSP);
        }
        out.push(digit);
    }
    out
}

/// The sign and the digits of `value` at so many decimals, halves away from zero; at least one digit before the comma.
///
/// Works on the shortest decimal text of the number, which is what a spreadsheet rounds: 1.005 becomes 1.01 although its
/// binary form lies a little below the half.
fn rounded(value: f64, decimals: usize) -> (bool, String) {
    let text = value.abs().to_string();
    let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
    let mut digits: Vec<u8> =
        whole.bytes().chain(fraction.bytes().chain(std::iter::repeat(b'0')).take(decimals)).collect();
    if fraction.as_bytes().get(decimals).is_some_and(|next| *next >= b'5') {
        let carried = digits.iter_mut().rev().all(|digit| {
            let nine = *digit == b'9';
            *digit = if nine { b'0' } else { *digit + 1 };
            nine
        });
        if carried {
            digits.insert(0, b'1');
        }
    }
    let negative = value < 0.0 && digits.iter().any(|digit| *digit != b'0');
    (negative, digits.into_iter().map(char::from).collect())
}
