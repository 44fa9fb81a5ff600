//! The percentages of a sentence, how closely each is told, and the words that belong to each.

use std::ops::Range;

use crate::number;

/// How closely a number is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Close {
    /// To its last decimal.
    Exact,
    /// *omkring*, and fractions as *var femte*.
    About,
    /// *drygt*: a little more.
    JustOver,
    /// *knappt*: a little less.
    JustUnder,
    /// *mer än*.
    Over,
    /// *mindre än*.
    Under,
}

/// A share in per cent as a text tells it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Share {
    pub(super) value: f64,
    /// The upper end of a span, as `10–15 %`.
    upper: Option<f64>,
    decimals: usize,
    pub(super) close: Close,
}

impl Share {
    /// Whether a stored share is the one that is told; `half` is half a unit of the last digit that its source prints.
    ///
    /// A rough word allows a tenth of the number, and one percentage point at least: *var femte* is 18 to 22 per cent.
    pub(super) fn is(&self, value: f64, half: f64) -> bool {
        let printed = |value: f64| number::decimal(value, self.decimals);
        let as_printed = printed(value) == printed(self.value) || (value - self.value).abs() <= half + 1e-9;
        if let Some(upper) = self.upper {
            return (self.value - half..=upper + half).contains(&value);
        }
        let slack = (self.value / 10.0).max(1.0) + 1e-9;
        match self.close {
            Close::Exact => as_printed,
            Close::About => (value - self.value).abs() <= slack,
            Close::JustOver => as_printed || (self.value..=self.value + slack).contains(&value),
            Close::JustUnder => as_printed || (self.value - slack..=self.value).contains(&value),
            Close::Over => value > self.value,
            Close::Under => value < self.value,
        }
    }
}

/// What a percentage is held against by the sentence itself.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Against {
    /// The whole that the area is a part of, or the rest of it.
    Place(Share),
    /// An earlier round, of the year that stands beside the number.
    Round(Share, Option<i16>),
}

/// A percentage in a sentence.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Percent {
    pub(super) share: Share,
    /// The text that tells what it is a share of.
    pub(super) about: Range<usize>,
    pub(super) against: Option<Against>,
}

/// A number with its place.
struct Told {
    at: Range<usize>,
    share: Share,
}

const SPELLED: [(&str, f64); 22] = [
    ("noll", 0.0),
    ("en", 1.0),
    ("två", 2.0),
    ("tre", 3.0),
    ("fyra", 4.0),
    ("fem", 5.0),
    ("sex", 6.0),
    ("sju", 7.0),
    ("åtta", 8.0),
    ("nio", 9.0),
    ("tio", 10.0),
    ("elva", 11.0),
    ("tolv", 12.0),
    ("femton", 15.0),
    ("tjugo", 20.0),
    ("trettio", 30.0),
    ("fyrtio", 40.0),
    ("femtio", 50.0),
    ("sextio", 60.0),
    ("sjuttio", 70.0),
    ("åttio", 80.0),
    ("nittio", 90.0),
];
const FRACTIONS: [(&str, f64); 14] = [
    ("hälften", 50.0),
    ("två tredjedelar", 200.0 / 3.0),
    ("en tredjedel", 100.0 / 3.0),
    ("tre fjärdedelar", 75.0),
    ("en fjärdedel", 25.0),
    ("en femtedel", 20.0),
    ("en tiondel", 10.0),
    ("var tredje", 100.0 / 3.0),
    ("var fjärde", 25.0),
    ("var femte", 20.0),
    ("var sjätte", 100.0 / 6.0),
    ("var sjunde", 100.0 / 7.0),
    ("var åttonde", 12.5),
    ("var tionde", 10.0),
];
/// Words before a number that tell how close it is, longer ones before those that they end in.
const CLOSENESS: [(&str, Close); 20] = [
    ("drygt", Close::JustOver),
    ("strax över", Close::JustOver),
    ("knappt", Close::JustUnder),
    ("strax under", Close::JustUnder),
    ("nästan", Close::JustUnder),
    ("närmare", Close::JustUnder),
    ("omkring", Close::About),
    ("ungefär", Close::About),
    ("cirka", Close::About),
    ("ca", Close::About),
    ("ca.", Close::About),
    ("runt", Close::About),
    ("kring", Close::About),
    ("mer än", Close::Over),
    ("fler än", Close::Over),
    ("över", Close::Over),
    ("mindre än", Close::Under),
    ("färre än", Close::Under),
    ("inte ens", Close::Under),
    ("under", Close::Under),
];
/// Words right before a number that hold it against the one before it.
const COMPARING: [&str; 9] =
    ["jmf", "jmf.", "jfr", "jfr.", "jämfört med", "jämförelse med", "jämföra med", "gentemot", "mot"];
const SEPARATORS: [&str; 9] =
    [" medan ", " men ", " samtidigt som ", "; ", " respektive ", " och ", ", ", " jämfört med ", " samt "];

/// The percentages of a folded text that are shares: no change (`med 3 %`, `+3 %`) and no difference in percentage points.
pub(super) fn percents(text: &str) -> Vec<Percent> {
    let mut told = digits(text);
    told.extend(words(text));
    told.retain(|one| !changes(text, one));
    told.sort_by_key(|one| one.at.start);
    let mut percents: Vec<Percent> = Vec::new();
    let mut from = 0;
    for (nth, one) in told.iter().enumerate() {
        let before = without_closeness(text[..one.at.start].trim_end()).trim_end_matches('(').trim_end();
        let compares = COMPARING.iter().any(|word| ends_with_word(before, word));
        let next = told.get(nth + 1);
        let end = next.map_or(text.len(), |next| cut(text, one.at.end, next.at.start));
        let year = years(&text[one.at.end..end]).first().copied();
        // ”34 % (40 % år 2020)”: a number of its own in brackets, of another year.
        let bracketed = year.is_some() && text[..one.at.start].trim_end().ends_with('(');
        if let Some(last) = percents.last_mut().filter(|last| (compares || bracketed) && last.against.is_none()) {
            last.against = Some(match year {
                Some(_) => Against::Round(one.share, year),
                None => Against::Place(one.share),
            });
            from = end;
            continue;
        }
        // ”från 9 % till 7 %”: the newer is the claim, the older what it is held against.
        let earlier = percents.pop_if(|last| {
            ends_with_word(before, "till") && {
                let head = text[last.about.start..].trim_start();
                last.against.is_none() && (head.starts_with("från ") || text[last.about.clone()].contains(" från "))
            }
        });
        let start = earlier.as_ref().map_or(from, |earlier| earlier.about.start);
        percents.push(Percent {
            share: one.share,
            about: start..end,
            against: earlier.map(|earlier| Against::Round(earlier.share, None)),
        });
        from = end;
    }
    percents
}

/// Where the words of one number end and those of the next begin.
///
/// Right before the next number where a separator stands there; else at the first separator after the one before.
fn cut(text: &str, from: usize, to: usize) -> usize {
    let between = &text[from..to];
    let bare = without_closeness(between.trim_end()).trim_end_matches('(').trim_end();
    let adjacent = SEPARATORS.iter().any(|separator| bare.ends_with(separator.trim_end()));
    if adjacent {
        return from + bare.len();
    }
    // Brackets close what belongs to the number before them.
    let skip = between.find(')').filter(|at| !between[..*at].contains('(')).map_or(0, |at| at + 1);
    let first = SEPARATORS.iter().filter_map(|separator| Some((between[skip..].find(separator)?, separator.len())));
    first.min().map_or(to, |(at, length)| from + skip + at + length)
}

/// Numbers in digits before `%` or `procent`, and `5 av 100`.
fn digits(text: &str) -> Vec<Told> {
    let signs = text.match_indices('%').map(|(at, sign)| (at, at + sign.len()));
    let spelled = text.match_indices("procent").filter_map(|(at, word)| {
        let end = at + word.len();
        text[end..].chars().next().is_none_or(|c| !c.is_alphabetic()).then_some((at, end))
    });
    let mut found = Vec::new();
    for (at, end) in signs.chain(spelled) {
        let before = text[..at].trim_end();
        if let Some((start, value, decimals)) = number_before(before) {
            let head = before[..start].trim_end();
            if head.ends_with(['+', '\u{2212}']) {
                continue;
            }
            let (start, lower) = span_before(head, value).unwrap_or((start, None));
            // A sign, and no dash of a span.
            if lower.is_none() && head.ends_with('-') {
                continue;
            }
            let share = match lower {
                Some(lower) => Share { value: lower, upper: Some(value), decimals, close: Close::Exact },
                None => Share { value, upper: None, decimals, close: closeness(&text[..start], Close::Exact) },
            };
            found.push(Told { at: start..end, share });
        } else if let Some((start, value)) = SPELLED
            .iter()
            .find_map(|(word, value)| ends_with_word(before, word).then(|| (before.len() - word.len(), *value)))
        {
            let share = Share { value, upper: None, decimals: 0, close: closeness(&text[..start], Close::Exact) };
            found.push(Told { at: start..end, share });
        }
    }
    found
}

/// `hälften`, `var femte`.
fn words(text: &str) -> Vec<Told> {
    let of_word = |(word, value): &(&str, f64)| -> Vec<Told> {
        let close = |at: usize| closeness(&text[..at], Close::About);
        super::super::words::places(text, word)
            .filter(|at| {
                let end = *at + word.len();
                // ”var tredje vecka” is how often, and no share.
                !["år", "månad", "vecka", "dag", "gång"].iter().any(|unit| text[end..].trim_start().starts_with(unit))
            })
            .map(|at| Told {
                at: at..at + word.len(),
                share: Share { value: *value, upper: None, decimals: 0, close: close(at) },
            })
            .collect()
    };
    FRACTIONS.iter().flat_map(of_word).collect()
}

/// The number that a text ends with: where it begins, its value and its decimals.
fn number_before(text: &str) -> Option<(usize, f64, usize)> {
    let length: usize =
        text.chars().rev().take_while(|c| c.is_ascii_digit() || matches!(c, ',' | '.')).map(char::len_utf8).sum();
    let digits = text[text.len() - length..].trim_start_matches([',', '.']);
    let value: f64 = digits.replace(',', ".").parse().ok()?;
    let decimals = digits.split_once([',', '.']).map_or(0, |(_, decimals)| decimals.len());
    (0.0..=100.0).contains(&value).then_some((text.len() - digits.len(), value, decimals))
}

/// The lower end of a span before its upper: `10-`, `mellan 10 och`.
fn span_before(head: &str, upper: f64) -> Option<(usize, Option<f64>)> {
    let lower = |text: &str| number_before(text.trim_end().trim_end_matches('%').trim_end());
    if let Some(dashed) = head.strip_suffix('-') {
        let (start, value, _) = lower(dashed).filter(|(_, value, _)| *value < upper)?;
        return Some((start, Some(value)));
    }
    let (start, value, _) = lower(head.strip_suffix("och")?).filter(|(_, value, _)| *value < upper)?;
    let before = head[..start].trim_end();
    before.ends_with("mellan").then(|| (before.len() - "mellan".len(), Some(value)))
}

/// Whether a number tells a change and no share.
fn changes(text: &str, told: &Told) -> bool {
    let before = without_closeness(text[..told.at.start].trim_end());
    let by = ends_with_word(before, "med") && !COMPARING.iter().any(|word| ends_with_word(before, word));
    by || text[told.at.end..].trim_start().starts_with("enhet")
}

fn closeness(before: &str, otherwise: Close) -> Close {
    let before = before.trim_end();
    CLOSENESS.iter().find(|(word, _)| ends_with_word(before, word)).map_or(otherwise, |(_, close)| *close)
}

fn without_closeness(text: &str) -> &str {
    let word = CLOSENESS.iter().find(|(word, _)| ends_with_word(text, word));
    word.map_or(text, |(word, _)| text[..text.len() - word.len()].trim_end())
}

fn ends_with_word(text: &str, word: &str) -> bool {
    text.strip_suffix(word).is_some_and(|head| head.chars().next_back().is_none_or(|c| !c.is_alphanumeric()))
}

/// The years that a text names, in its order.
pub(super) fn years(text: &str) -> Vec<i16> {
    let words = text.split(|c: char| !c.is_alphanumeric());
    words
        .filter(|word| word.len() == 4)
        .filter_map(|word| word.parse().ok())
        .filter(|year| (1990..2100).contains(year))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &str) -> Vec<String> {
        let share = |share: &Share| match share.upper {
            Some(upper) => format!("{}..{upper}", share.value),
            None => format!("{} {:?}", share.value, share.close),
        };
        let one = |percent: &Percent| {
            let against = match &percent.against {
                None => String::new(),
                Some(Against::Place(other)) => format!(" / {}", share(other)),
                Some(Against::Round(other, year)) => format!(" < {} {}", share(other), year.unwrap_or_default()),
            };
            format!("{}{against}: {}", share(&percent.share), text[percent.about.clone()].trim())
        };
        percents(text).iter().map(one).collect()
    }

    #[test]
    fn each_percentage_has_its_words() {
        for (text, expected) in [
            (
                "3 % skulle flytta, och drygt 7 % känner oro",
                &["3 Exact: 3 % skulle flytta, och", "7 JustOver: drygt 7 % känner oro"][..],
            ),
            (
                "andelen som flyttar är 3 % och andelen med oro 7 %",
                &["3 Exact: andelen som flyttar är 3 % och", "7 Exact: andelen med oro 7 %"],
            ),
            (
                "belysning (52.7%), nedskräpning (64.6%)",
                &["52.7 Exact: belysning (52.7%),", "64.6 Exact: nedskräpning (64.6%)"],
            ),
            ("3% skulle flytta (jmf. 8% i hela staden)", &["3 Exact / 8 Exact: 3% skulle flytta (jmf."]),
            ("oron är 7 % jämfört med 9 % i staden", &["7 Exact / 9 Exact: oron är 7 % jämfört med"]),
            ("oron var 7 % (jmf. 9 % år 2020)", &["7 Exact < 9 Exact 2020: oron var 7 % (jmf."]),
            (
                "oron var 7 % (9 % 2020), hos unga 5 %",
                &["7 Exact < 9 Exact 2020: oron var 7 % (", "5 Exact: hos unga 5 %"],
            ),
            ("oron sjönk från 9 % till 7 %", &["7 Exact < 9 Exact 0: oron sjönk från 9 % till 7 %"]),
            ("mellan 10 och 15 procent av eleverna", &["10..15: mellan 10 och 15 procent av eleverna"]),
            ("10-15 % av eleverna", &["10..15: 10-15 % av eleverna"]),
            ("tre procent av eleverna", &["3 Exact: tre procent av eleverna"]),
            (
                "mer än hälften av eleverna, var femte lärare",
                &["50 Over: mer än hälften av eleverna,", "20 About: var femte lärare"],
            ),
            ("brotten ökade med 3 %", &[]),
            ("andelen steg med 2 procentenheter", &[]),
            ("brotten: +3 %, -27,5 %", &[]),
            ("de skolkar var tredje vecka", &[]),
        ] {
            assert_eq!(told(text), expected, "{text}");
        }
    }

    #[test]
    fn rough_words_allow_a_tenth() {
        let share = |value: f64, close: Close| Share { value, upper: None, decimals: 0, close };
        for (told, value, is) in [
            (share(3.0, Close::Exact), 2.99, true),
            (share(3.0, Close::Exact), 3.5, false),
            (share(20.0, Close::About), 18.1, true),
            (share(20.0, Close::About), 17.9, false),
            (share(7.0, Close::JustOver), 7.9, true),
            (share(7.0, Close::JustOver), 6.4, false),
            (share(7.0, Close::JustUnder), 6.1, true),
            (share(50.0, Close::Over), 50.0, false),
            (share(50.0, Close::Under), 49.0, true),
        ] {
            assert_eq!(told.is(value, 0.0), is, "{told:?} {value}");
        }
        // What the source prints as 3 may be anything from 2.5 to 3.5, and so 3.2.
        assert!(Share { value: 3.2, upper: None, decimals: 1, close: Close::Exact }.is(3.0, 0.5));
    }
}
