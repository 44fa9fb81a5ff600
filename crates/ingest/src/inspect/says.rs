//! What titles and footers say: the last week, the day of extraction, what is preliminary, what markers mean.

use jiff::civil::Date;
use lagesbild_model::{fold, folds_alike};

use super::profile::{Confidence, Meaning, Saying, Statement, Words};
use crate::phrase::{Phrase, date_after};

/// Words before a date that tell when the figures were taken out.
const EXTRACTION: [&str; 7] = ["uttag", "hämtad", "hämtat", "framtag", "skapad", "utskri", "datauttag"];

/// Everything that one text says.
pub(super) fn of(words: &Words) -> Vec<Saying> {
    let mut says = Vec::new();
    let folded = fold(&words.text);
    if let Some((phrase, week, year)) = last_week(&words.text, &folded) {
        let said = year.map_or_else(|| format!("week {week}"), |year| format!("week {week} of {year}"));
        says.push(saying(words, "last-week", phrase, said, Some(i16::from(week)), year));
    }
    if let Some((prefix, date)) = extracted(&words.text) {
        says.push(saying(words, "extracted", prefix, date.to_string(), None, None));
    }
    if folded.contains("preliminär") {
        let year = folded
            .split(|c: char| !c.is_ascii_digit())
            .filter(|digits| digits.len() == 4)
            .find_map(|digits| digits.parse::<i16>().ok().filter(|year| (1950..=2100).contains(year)));
        let said = year.map_or_else(|| "figures are preliminary".to_owned(), |year| format!("{year} is preliminary"));
        says.push(saying(words, "preliminary", "preliminär".to_owned(), said, year, None));
    }
    says
}

pub(super) fn saying(
    words: &Words,
    about: &'static str,
    phrase: String,
    says: String,
    number: Option<i16>,
    year: Option<i16>,
) -> Saying {
    Saying { cell: words.cell.clone(), about, words: phrase, says, number, year }
}

/// The words that tell the last week, for a definition, with the week and perhaps its year.
fn last_week(text: &str, folded: &str) -> Option<(String, i8, Option<i16>)> {
    let mut found = None;
    for (at, _) in folded.match_indices(|c: char| c.is_ascii_digit()) {
        let (before, from) = folded.split_at(at);
        if before.ends_with(|c: char| c.is_ascii_digit()) {
            continue;
        }
        let digits = from.find(|c: char| !c.is_ascii_digit()).unwrap_or(from.len());
        let Some(week) = from.get(..digits).and_then(|digits| digits.parse::<i8>().ok()) else { continue };
        let trimmed = before.trim_end();
        let word = trimmed.rsplit([' ', '-', '(']).next().unwrap_or_default();
        if !(1..=53).contains(&week) || !matches!(word, "v." | "v" | "vecka" | "veckorna") {
            continue;
        }
        found = Some((before.len() - trimmed.len(), trimmed.len() - word.len(), at, digits, week));
    }
    let (_, word, at, digits, week) = found?;
    let words = folded.get(..word)?;
    let behind = folded.get(at + digits..)?;
    let year: Option<i16> = behind.strip_prefix(' ').and_then(|rest| rest.get(..4)).and_then(|year| year.parse().ok());
    // `2022 - 2023` behind a week is a span of years and not the week's own.
    let span = behind.get(5..).is_some_and(|rest| rest.trim_start().starts_with('-'));
    let year = year.filter(|year| (1950..=2100).contains(year) && !span);
    let ending = if year.is_some() { "{week} {year}" } else { "{week}" };
    // The fewest words before the week that tell it from other numbers of the text.
    let context: Vec<&str> = words.split_whitespace().rev().take(3).collect();
    let wanted = match context.as_slice() {
        [first, ..] if matches!(*first, "t.o.m." | "tom" | "t.o.m" | "tom." | "till" | "-") => {
            if *first == "till" && context.len() > 1 { 2 } else { 1 }
        }
        ["med", "och", "till"] => 3,
        _ => 0,
    };
    (wanted..=3).find_map(|number| {
        let before: Vec<&str> = context.iter().take(number).rev().copied().collect();
        let head = if before.is_empty() { String::new() } else { format!("{} ", before.join(" ")) };
        let phrase = format!("{head}{}{ending}", folded.get(word..at)?);
        let said = Phrase::new(&phrase)?.find(text)?;
        (said.week == Some(week) && said.year == year).then_some((phrase, week, year))
    })
}

/// The words before the day of extraction, as they stand, and the day.
fn extracted(text: &str) -> Option<(String, Date)> {
    let digits = text.char_indices().filter(|(_, c)| c.is_ascii_digit());
    let at = digits.map(|(at, _)| at).find(|at| {
        let date = text.get(*at..at + 10).and_then(|date| date.parse::<Date>().ok());
        date.is_some() && !text.get(at + 10..).is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
    })?;
    let before = text.get(..at)?.trim_end();
    let start = before.rfind(['.', ';', ',', '(']).map_or(0, |at| at + 1);
    let prefix = before.get(start..)?.trim();
    let folded = fold(prefix);
    if prefix.chars().count() > 30 || !EXTRACTION.iter().any(|word| folded.contains(word)) {
        return None;
    }
    // One word is enough, where it is the one before the date.
    let last = prefix.rsplit(' ').next().unwrap_or(prefix);
    let prefix = if EXTRACTION.iter().any(|word| fold(last).contains(word)) { last } else { prefix };
    let date = date_after(prefix, text)?.ok()?;
    Some((prefix.to_owned(), date))
}

/// Whether the words before a date cell tell an extraction.
pub(super) fn tells_extraction(text: &str) -> bool {
    let folded = fold(text);
    EXTRACTION.iter().any(|word| folded.contains(word))
}

/// Explanations of markers: each text with the words behind it.
pub(super) fn explanations(words: &[Words]) -> Vec<(String, String, String)> {
    let mut found = Vec::new();
    for text in words {
        let parts: Vec<&str> = text.text.split("  ").map(str::trim).filter(|part| !part.is_empty()).collect();
        for (at, part) in parts.iter().enumerate() {
            let short = |text: &str| text.chars().count() <= 14;
            if let Some((marker, meaning)) = part.split_once(" = ").filter(|(marker, _)| short(marker)) {
                found.push((marker.trim().to_owned(), meaning.trim().to_owned(), text.cell.clone()));
            } else if let (true, Some(next)) = (short(part), parts.get(at + 1)) {
                found.push(((*part).to_owned(), (*next).to_owned(), text.cell.clone()));
            } else if let Some((marker, meaning)) =
                part.split_once(' ').filter(|(m, _)| super::sheet::is_usual_marker(m))
            {
                found.push((marker.to_owned(), meaning.trim().to_owned(), text.cell.clone()));
            }
        }
    }
    found
}

/// What a marker may mean: as the file explains it, or by convention.
pub(super) fn meaning(marker: &str, explained: &[(String, String, String)]) -> Statement<Meaning> {
    if let Some((_, words, cell)) = explained.iter().find(|(text, ..)| folds_alike(text, marker))
        && let Some(meaning) = of_words(words)
    {
        return Statement::new(
            meaning,
            Confidence::Likely,
            format!("{cell} explains it: {}", super::shown_words(words)),
        );
    }
    if let Some(meaning) = of_words(marker) {
        return Statement::new(meaning, Confidence::Likely, "its own words");
    }
    let (meaning, why) = match marker {
        "-" | "–" | "—" => (Meaning::Zero, "a dash stands for none in official statistics"),
        "." => (Meaning::NotApplicable, "a single point stands for what cannot be in official statistics"),
        ".." | "..." | "…" => (Meaning::Missing, "points stand for what is not available in official statistics"),
        "x" | "X" | "*" => (Meaning::Suppressed, "often stands for withheld figures"),
        marker if marker.starts_with(['<', '≤']) => (Meaning::Suppressed, "only its size is told"),
        _ => (Meaning::Missing, "nothing in the file explains it"),
    };
    Statement::new(meaning, Confidence::Guess, why)
}

fn of_words(words: &str) -> Option<Meaning> {
    let words = fold(words);
    let any = |list: &[&str]| list.iter().any(|word| words.contains(word));
    if any(&["färre än", "redovisas inte", "redovisas ej", "sekret", "röjande", "för få", "skyddad", "döljs"]) {
        Some(Meaning::Suppressed)
    } else if any(&[
        "ställdes inte",
        "ställdes ej",
        "kan inte förekomma",
        "kan ej förekomma",
        "inte aktuell",
        "ej aktuell",
        "fanns inte",
    ]) {
        Some(Meaning::NotApplicable)
    } else if any(&["saknas", "ej tillgänglig", "inte tillgänglig", "okän", "bortfall", "ej svar"]) {
        Some(Meaning::Missing)
    } else if any(&["inget", "inga ", "ingen ", "noll"]) {
        Some(Meaning::Zero)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Words {
        Words { cell: "A1".into(), shown: String::new(), text: text.into() }
    }

    #[test]
    fn the_last_week_is_told_in_words_for_a_definition() {
        for (text, phrase, week, year) in [
            ("Anmälda brott t.o.m. v. 41, brottsplatsadress inom området", "t.o.m. v. {week}", 41, None),
            ("Källa: Status, anmälda brott fram till v. 41 år 2022 - 2023.", "fram till v. {week}", 41, None),
            ("Källa: Status, per vecka t.o.m. v. 41 2023. Datumbegrepp", "t.o.m. v. {week} {year}", 41, Some(2023)),
            ("Källa: fram till v. 41 2022 - 2023.", "fram till v. {week}", 41, None),
            ("Period: v. 1 - v. 41", "- v. {week}", 41, None),
            ("Period: vecka 1-41", "", 0, None),
        ] {
            let found = last_week(text, &fold(text));
            if phrase.is_empty() {
                assert!(found.is_none_or(|(_, week, _)| week == 1), "{text}");
            } else {
                assert_eq!(found, Some((phrase.to_owned(), week, year)), "{text}");
            }
        }
        assert_eq!(last_week("Anmälda brott 2023", "anmälda brott 2023"), None);
    }

    #[test]
    fn the_day_of_extraction_is_found_behind_its_word() {
        let found = |text: &str| extracted(text).map(|(prefix, date)| format!("{prefix} {date}"));
        assert_eq!(found("Uttag: 2023-10-18").as_deref(), Some("Uttag: 2023-10-18"));
        assert_eq!(found("Status. Anmälda brott per månad. Uttag: 2023-10-18").as_deref(), Some("Uttag: 2023-10-18"));
        assert_eq!(found("Uttagsdatum 2022-10-19").as_deref(), Some("Uttagsdatum 2022-10-19"));
        assert_eq!(found("Folkmängd 2023-12-31"), None);
    }

    #[test]
    fn markers_are_explained_by_footers() {
        let notes = [
            words("..  Uppgift ej tillgänglig.   -  Inget brott anmält."),
            words("x = färre än 60 svar i kolumnen.   .. = x"),
        ];
        let explained = explanations(&notes);
        let means = |marker: &str| meaning(marker, &explained);
        assert_eq!(means("..").is, Meaning::Missing);
        assert_eq!((means("-").is, means("-").confidence), (Meaning::Zero, Confidence::Likely));
        assert_eq!(means("x").is, Meaning::Suppressed);
        assert_eq!((means("<5").is, means("<5").confidence), (Meaning::Suppressed, Confidence::Guess));
        assert_eq!(meaning("Värde saknas", &[]).is, Meaning::Missing);
    }
}
