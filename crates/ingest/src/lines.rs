//! Line numbers as an editor shows them.
//!
//! The CSV parser tells where a record begins before it passes over blank lines; here they are counted.

/// Counts lines on the way through a text.
pub(crate) struct Lines<'a> {
    text: &'a str,
    at: usize,
    line: u32,
}

impl<'a> Lines<'a> {
    pub(crate) fn new(text: &'a str) -> Self {
        Lines { text, at: 0, line: 0 }
    }

    /// The line of the first character from `begin` on that is no line break.
    pub(crate) fn first_line(&mut self, begin: usize) -> u32 {
        let breaks = self.text.bytes().skip(begin).take_while(|byte| matches!(byte, b'\n' | b'\r')).count();
        self.lines_to(begin.saturating_add(breaks))
    }

    /// The number of line breaks before `end`.
    pub(crate) fn lines_to(&mut self, end: usize) -> u32 {
        let end = end.min(self.text.len());
        if let Some(passed) = self.text.as_bytes().get(self.at..end) {
            let after = self.text.as_bytes().get(self.at + 1..).unwrap_or_default();
            let next = after.iter().map(Some).chain([None]);
            // A carriage return ends a line of its own unless a line feed follows it.
            let is_break =
                |(byte, next): (&u8, Option<&u8>)| *byte == b'\n' || (*byte == b'\r' && next != Some(&b'\n'));
            let breaks = passed.iter().zip(next).filter(|(byte, next)| is_break((*byte, *next))).count();
            self.line = self.line.saturating_add(u32::try_from(breaks).unwrap_or(u32::MAX));
            self.at = end;
        }
        self.line
    }
}
