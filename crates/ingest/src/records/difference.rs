//! Profile differences: the layout of a known source is not the declared one, told in words instead of as an error of
//! parsing.

use lagesbild_model::{CellRef, Diagnostic, Place, Rule, Severity, fold, shown};

/// A heading that the definition does not know, and where it stands.
pub(super) type New = (String, CellRef);

/// What has changed between declared and found headings; none when nothing has.
///
/// A declared heading that is absent is paired with the new one that it has most likely become.
pub(super) fn difference(what: &str, missing: &[String], new: &[New], place: &Place) -> Option<Diagnostic> {
    let mut left: Vec<&New> = new.iter().collect();
    let mut words = Vec::new();
    let mut first: Option<CellRef> = None;
    let mut gone = Vec::new();
    for missing_one in missing {
        let alone = missing.len() == 1 && left.len() == 1;
        let likely = left.iter().enumerate().map(|(at, (text, _))| (likeness(missing_one, text), at));
        let best =
            likely.filter(|(score, _)| *score > 0.5 || alone).max_by(|a, b| a.0.total_cmp(&b.0).then(b.1.cmp(&a.1)));
        match best {
            Some((_, at)) => {
                let (text, cell) = left.remove(at);
                first.get_or_insert(*cell);
                words.push(format!("{what} {} is now {}", shown(missing_one), shown(text)));
            }
            None => gone.push(format!("no {what} {}", shown(missing_one))),
        }
    }
    words.append(&mut gone);
    if let [(_, cell), ..] = left.as_slice() {
        first.get_or_insert(*cell);
        let texts = left.iter().map(|(text, _)| shown(text)).collect::<Vec<_>>().join(", ");
        words.push(match left.len() {
            1 => format!("one new {what}: {texts}"),
            many => format!("{many} new {what}s: {texts}"),
        });
    }
    if words.is_empty() {
        return None;
    }
    let severity = if missing.is_empty() { Severity::Warning } else { Severity::Error };
    let place = first.map_or_else(|| place.clone(), |cell| place.at(cell));
    let finding = Diagnostic::new(
        severity,
        Rule::ProfileDifference,
        place,
        words.join(", "),
        format!("the {what}s of the definition"),
    );
    Some(finding.hint("look into the file; if the change is meant, correct the definition"))
}

/// How likely it is that one heading has become the other: by letters, by words, and by growing or losing words.
fn likeness(declared: &str, found: &str) -> f64 {
    let (declared, found) = (fold(declared), fold(found));
    let words = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
    let (left, right) = (words(&declared), words(&found));
    let common = left.iter().filter(|word| right.contains(word)).count();
    let letters = strsim::normalized_damerau_levenshtein(&declared, &found);
    let contained = common > 0 && common == left.len().min(right.len());
    if contained { letters.max(0.75 + letters / 4.0) } else { letters }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(missing: &[&str], new: &[&str]) -> Option<String> {
        let missing: Vec<String> = missing.iter().map(ToString::to_string).collect();
        let new: Vec<New> =
            (0u32..).zip(new).map(|(column, text)| ((*text).to_owned(), CellRef { row: 4, column })).collect();
        difference("column", &missing, &new, &Place::file("x"))
            .map(|finding| format!("{} {}", finding.place, finding.found))
    }

    #[test]
    fn a_change_is_told_in_words() {
        assert_eq!(told(&[], &[]), None);
        assert_eq!(
            told(&["Antal"], &["Kön", "Ålder", "Antal anmälda brott"]).as_deref(),
            Some("x › line 5, column 3 column `Antal` is now `Antal anmälda brott`, 2 new columns: `Kön`, `Ålder`")
        );
        assert_eq!(told(&["Område"], &[]).as_deref(), Some("x no column `Område`"));
        assert_eq!(told(&["Män"], &["Pojkar"]).as_deref(), Some("x › line 5, column 1 column `Män` is now `Pojkar`"));
        assert_eq!(told(&[], &["Kön"]).as_deref(), Some("x › line 5, column 1 one new column: `Kön`"));
    }
}
