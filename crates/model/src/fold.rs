//! Folding of names for matching. The original text is always kept; only comparisons see the folded form.
//!
//! Exports mix composed and decomposed letters (`å` as one or two code points), no-break spaces, stray capitals and
//! even Cyrillic letters that look Latin. The folded form removes exactly these differences and no others: `ö` never
//! becomes `o`, because *Björn* and *Bjorn* may be two names.

use unicode_normalization::UnicodeNormalization;

/// The form of `text` under which two spellings of one name are equal.
///
/// NFKC, lower case, Cyrillic and Greek look-alikes as Latin letters, runs of white space as one space, no
/// zero-width characters, hyphens of all kinds as `-`.
///
/// ```
/// use lagesbild_model::fold;
/// assert_eq!(fold("  FRIDHEMSPLAN\u{a0}"), "fridhemsplan");
/// assert_eq!(fold("drogs\u{446}en"), "drogscen");    // Cyrillic ц
/// assert_eq!(fold("a\u{30a}"), "å");                 // decomposed
/// assert_ne!(fold("Görän"), fold("Göran"));          // a misspelling is an alias, not a fold
/// ```
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    if text.is_ascii() {
        // Nothing to compose or decompose, and no letter looks like another.
        folded.extend(tidied(text.chars().map(|c| c.to_ascii_lowercase())));
    } else {
        folded.extend(letters(text));
    }
    folded
}

/// Whether two texts have the same folded form.
///
/// No further than to the first difference: a text of a million letters is told from a name in no time.
///
/// ```
/// use lagesbild_model::{fold, folds_alike};
/// assert!(folds_alike("  FRIDHEMSPLAN\u{a0}", "Fridhemsplan"));
/// assert!(!folds_alike("Göran", "Goran"));
/// ```
pub fn folds_alike(a: &str, b: &str) -> bool {
    // Letters that nothing behind them can change decide most comparisons.
    match (a.as_bytes(), b.as_bytes()) {
        ([a, after_a, ..], [b, after_b, ..])
            if [a, b].iter().all(|byte| byte.is_ascii_alphanumeric())
                && after_a.is_ascii()
                && after_b.is_ascii()
                && !a.eq_ignore_ascii_case(b) =>
        {
            false
        }
        _ => letters(a).eq(letters(b)),
    }
}

/// Whether the folded form of a text begins with that of another. No further than to the first difference, as [`folds_alike`].
///
/// ```
/// use lagesbild_model::folds_to_begin;
/// assert!(folds_to_begin("  KÄLLA:\u{a0}Status", "källa: "));
/// assert!(!folds_to_begin("Käll", "källa"));
/// ```
pub fn folds_to_begin(text: &str, beginning: &str) -> bool {
    let mut text = letters(text);
    letters(beginning).all(|letter| text.next() == Some(letter))
}

/// The letters of the folded form, one after the other.
fn letters(text: &str) -> impl Iterator<Item = char> {
    tidied(text.nfkc().flat_map(char::to_lowercase).nfc().map(look_alike))
}

/// Letters without those of no width, and with one space for each run of white space between others.
fn tidied(mut letters: impl Iterator<Item = char>) -> impl Iterator<Item = char> {
    let (mut begun, mut after_space) = (false, None);
    std::iter::from_fn(move || {
        if let Some(letter) = after_space.take() {
            return Some(letter);
        }
        let mut space = false;
        loop {
            match letters.next()? {
                '\u{ad}' | '\u{200b}'..='\u{200d}' | '\u{2060}' | '\u{feff}' => {}
                c if c.is_whitespace() => space = begun,
                c if space => {
                    after_space = Some(c);
                    return Some(' ');
                }
                c => {
                    begun = true;
                    return Some(c);
                }
            }
        }
    })
}

/// The Latin letter that `c` is easily mistaken for.
///
/// Pairs from Unicode TR 39 (confusables), restricted to lower case; `ц` (for `c`) and `н` (for `n`) are added because
/// they occur in real Swedish reports typed on a Cyrillic layout.
fn look_alike(c: char) -> char {
    match c {
        'а' | 'α' => 'a',
        'с' | 'ц' | 'ϲ' => 'c',
        'ԁ' => 'd',
        'е' => 'e',
        'һ' => 'h',
        'і' | 'ι' => 'i',
        'ј' => 'j',
        'к' | 'κ' => 'k',
        'м' => 'm',
        'н' => 'n',
        'о' | 'ο' => 'o',
        'р' | 'ρ' => 'p',
        'ѕ' => 's',
        'т' | 'τ' => 't',
        'ν' => 'v',
        'х' | 'χ' => 'x',
        'у' => 'y',
        'ӓ' => 'ä',
        'ӧ' => 'ö',
        '\u{2010}'..='\u{2015}' | '\u{2212}' => '-',
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::{fold, folds_alike, folds_to_begin, letters};

    #[test]
    fn comparing_is_folding_both() {
        let texts = [
            "",
            " ",
            "a",
            "A",
            "a\u{30a}",
            "å",
            "Å",
            "b",
            "A\u{30a} b",
            " å  B ",
            "\u{ad}a",
            "a\u{200b}",
            "ab",
            "a b",
            "1",
            "1\u{b2}",
            "12",
            "ﬁn",
            "fin",
            "fi\u{301}n",
            "f\u{131}n",
            "İ",
            "i\u{307}",
            "drogs\u{446}en",
            "drogscen",
            "a\u{a0}b",
            "a\tb",
            "a\u{1c}b",
            "-",
            "\u{2013}",
        ];
        for a in texts {
            assert_eq!(fold(a), letters(a).collect::<String>(), "{a:?}");
            for b in texts {
                assert_eq!(folds_alike(a, b), fold(a) == fold(b), "{a:?} {b:?}");
                assert_eq!(folds_to_begin(a, b), fold(a).starts_with(&fold(b)), "{a:?} {b:?}");
            }
        }
    }
}
