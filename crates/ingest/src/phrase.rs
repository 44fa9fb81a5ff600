//! What files say of themselves in words: "t.o.m. v. 41", "Uttag: 2023-10-18".

use jiff::civil::Date;
use lagesbild_model::fold;

/// Words with places for a week and a year, as `t.o.m. v. {week} {year}`.
#[derive(Debug, Clone)]
pub(crate) struct Phrase {
    parts: Vec<Part>,
}

#[derive(Debug, Clone)]
enum Part {
    Words(String),
    Week,
    Year,
}

/// What a text said in the places of a phrase.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Said {
    pub(crate) week: Option<i8>,
    pub(crate) year: Option<i16>,
}

impl Phrase {
    /// A phrase from its definition; none when it has other places than `{week}` and `{year}` or begins with one.
    pub(crate) fn new(definition: &str) -> Option<Phrase> {
        let mut parts = Vec::new();
        let mut rest = definition;
        while let Some((words, after)) = rest.split_once('{') {
            let (place, after) = after.split_once('}')?;
            parts.push(Part::Words(fold_keeping_ends(words)));
            parts.push(match place {
                "week" => Part::Week,
                "year" => Part::Year,
                _ => return None,
            });
            rest = after;
        }
        parts.push(Part::Words(fold_keeping_ends(rest)));
        matches!(parts.first(), Some(Part::Words(words)) if !words.trim().is_empty()).then_some(Phrase { parts })
    }

    /// Whether the phrase tells a week.
    pub(crate) fn asks_for_week(&self) -> bool {
        self.parts.iter().any(|part| matches!(part, Part::Week))
    }

    /// What `text` says in the places of the phrase, the first time that it holds the phrase.
    pub(crate) fn find(&self, text: &str) -> Option<Said> {
        let text = fold(text);
        let Some(Part::Words(first)) = self.parts.first() else { return None };
        text.match_indices(first.as_str()).find_map(|(at, _)| self.match_at(text.get(at..)?))
    }

    fn match_at(&self, mut text: &str) -> Option<Said> {
        let mut said = Said { week: None, year: None };
        for part in &self.parts {
            match part {
                Part::Words(words) => text = text.strip_prefix(words.as_str())?,
                Part::Week => {
                    let (number, rest) = leading_number(text)?;
                    said.week = Some(i8::try_from(number).ok()?);
                    text = rest;
                }
                Part::Year => {
                    let (number, rest) = leading_number(text)?;
                    said.year = Some(number);
                    text = rest;
                }
            }
        }
        Some(said)
    }
}

/// All digits at the start of `text` as a number, and what follows them.
fn leading_number(text: &str) -> Option<(i16, &str)> {
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (digits, rest) = text.split_at(end);
    digits.parse().ok().map(|number| (number, rest))
}

/// [`fold`], but blanks at either end stay (as one), because more of the phrase follows there.
fn fold_keeping_ends(words: &str) -> String {
    let mut folded = fold(words);
    if words.ends_with(char::is_whitespace) && !folded.is_empty() {
        folded.push(' ');
    }
    if words.starts_with(char::is_whitespace) {
        folded.insert(0, ' ');
    }
    folded
}

/// The ISO date that follows `prefix` in `text`; `Err` when the prefix is there and no date follows it.
pub(crate) fn date_after(prefix: &str, text: &str) -> Option<Result<Date, ()>> {
    let text = fold(text);
    let (_, after) = text.split_once(&fold(prefix))?;
    let after = after.trim_start();
    let date =
        after.get(..10).filter(|_| !after.get(10..11).is_some_and(|c| c.as_bytes().iter().all(u8::is_ascii_digit)));
    Some(date.and_then(|date| date.parse().ok()).ok_or(()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn a_week_is_read_whole() {
        let phrase = Phrase::new("t.o.m. v. {week}").unwrap();
        let week = |text: &str| phrase.find(text).and_then(|said| said.week);
        assert_eq!(week("Anmälda brott t.o.m. v. 41, brottsplatsadress inom området"), Some(41));
        assert_eq!(week("ANMÄLDA BROTT T.O.M.\u{a0}V. 4"), Some(4));
        assert_eq!(week("Anmälda brott per vecka"), None);
        let with_year = Phrase::new("t.o.m. v. {week} {year}").unwrap();
        let said = with_year.find("Källa: Status, per vecka t.o.m. v. 41 2023. Datumbegrepp").unwrap();
        assert_eq!(said, Said { week: Some(41), year: Some(2023) });
        assert!(Phrase::new("v. {vecka}").is_none());
        assert!(Phrase::new("{week}").is_none());
    }

    #[test]
    fn a_date_is_whole_or_not_there() {
        assert_eq!(date_after("Uttag:", "Uttag: 2023-10-18. Uppgifterna"), Some(Ok(date(2023, 10, 18))));
        assert_eq!(date_after("Uttag:", "uttag:\u{a0}2023-10-18"), Some(Ok(date(2023, 10, 18))));
        assert_eq!(date_after("Uttag:", "Uttag: 2023-10-1"), Some(Err(())));
        assert_eq!(date_after("Uttag:", "Uttag: 2023-10-181"), Some(Err(())));
        assert_eq!(date_after("Uttag:", "Uttag: 18 oktober"), Some(Err(())));
        assert_eq!(date_after("Uttag:", "Uttagen"), None);
    }
}
