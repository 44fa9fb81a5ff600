//! TOML as people write it: keys in a fixed order, comments above what they are about.

use std::fmt::{Display, Write as _};

/// A text of TOML that grows line by line.
#[derive(Debug, Default)]
pub(super) struct Toml(String);

impl Toml {
    pub(super) fn comment(&mut self, text: &str) {
        let text: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
        let _ = writeln!(self.0, "# {}", text.trim_end());
    }

    pub(super) fn table(&mut self, name: &str) {
        let _ = writeln!(self.0, "\n[{name}]");
    }

    pub(super) fn text(&mut self, key: &str, text: &str) {
        let _ = writeln!(self.0, "{key} = {}", quoted(text));
    }

    pub(super) fn plain(&mut self, key: &str, value: impl Display) {
        let _ = writeln!(self.0, "{key} = {value}");
    }

    pub(super) fn texts<T: AsRef<str>>(&mut self, key: &str, texts: &[T]) {
        let list: Vec<String> = texts.iter().map(|text| quoted(text.as_ref())).collect();
        let _ = writeln!(self.0, "{key} = [{}]", list.join(", "));
    }

    /// A table in one line; nothing when it is empty.
    pub(super) fn map<'t>(&mut self, key: &str, entries: impl Iterator<Item = (&'t str, &'t str)>) {
        let list: Vec<String> = entries.map(|(name, value)| format!("{} = {}", quoted(name), quoted(value))).collect();
        if !list.is_empty() {
            let _ = writeln!(self.0, "{key} = {{ {} }}", list.join(", "));
        }
    }

    pub(super) fn add(&mut self, other: Toml) {
        self.0.push_str(&other.0);
    }

    pub(super) fn finish(self) -> String {
        self.0
    }
}

/// A text as a basic string.
pub(in crate::inspect) fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\t' => quoted.push_str("\\t"),
            '\n' => quoted.push_str("\\n"),
            c if c.is_control() => {
                let _ = write!(quoted, "\\u{:04X}", u32::from(c));
            }
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_come_home() {
        for text in ["a\"b", "\\", "\t", "x\u{1}y", "År (\u{a0}%)", "..", ""] {
            let read: ::toml::Table = format!("a = {}", quoted(text)).parse().unwrap();
            assert_eq!(read["a"].as_str(), Some(text));
        }
    }
}
