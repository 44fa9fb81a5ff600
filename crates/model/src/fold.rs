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
    for c in text.nfkc().flat_map(char::to_lowercase).nfc() {
        match look_alike(c) {
            '\u{ad}' | '\u{200b}'..='\u{200d}' | '\u{2060}' | '\u{feff}' => {}
            c if c.is_whitespace() => {
                if !folded.is_empty() && !folded.ends_with(' ') {
                    folded.push(' ');
                }
            }
            c => folded.push(c),
        }
    }
    if folded.ends_with(' ') {
        folded.pop();
    }
    folded
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
