//! Findings told one by one as long as anybody would read them.
//!
//! A file that fits its definition nowhere has some findings for each of its rows. Nobody reads the second thousand of them,
//! and a million would take more memory than the file. Each row that was set aside stands in the table `quarantine` all
//! the same.

use std::collections::BTreeMap;

use lagesbild_model::{Diagnostic, Place, Rule, Severity};

/// How many findings of one rule and severity are told of a file or sheet.
const TOLD: u64 = 1000;

/// Counts findings by severity and rule.
#[derive(Debug, Clone, Default)]
pub(crate) struct Flood {
    seen: BTreeMap<(Severity, Rule), u64>,
}

impl Flood {
    /// Keeps of the findings from the place `from` on those that are told.
    pub(crate) fn trim(&mut self, findings: &mut Vec<Diagnostic>, from: usize) {
        if findings.len() <= from {
            return;
        }
        let new = findings.split_off(from);
        findings.extend(new.into_iter().filter(|finding| {
            let seen = self.seen.entry((finding.severity, finding.rule)).or_insert(0);
            *seen += 1;
            *seen <= TOLD
        }));
    }

    /// For each kind of which not all were told, how many were not.
    pub(crate) fn rest(&self, place: &Place) -> impl Iterator<Item = Diagnostic> {
        let more = self.seen.iter().filter(|(_, seen)| **seen > TOLD);
        more.map(|((severity, rule), seen)| {
            let found = format!("{seen} findings of this kind, of which {TOLD} are told");
            let place = Place { cell: None, ..place.clone() };
            let finding = Diagnostic::new(*severity, *rule, place, found, "a file that fits its definition");
            finding.hint("each row that was set aside stands in the table `quarantine`")
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_second_thousand_is_counted() {
        let (mut flood, mut findings) = (Flood::default(), Vec::new());
        let finding = |rule| Diagnostic::new(Severity::Error, rule, Place::file("x"), "", "");
        for nth in 0..2500 {
            let from = findings.len();
            findings.push(finding(Rule::UnknownArea));
            if nth == 7 {
                findings.push(finding(Rule::NotANumber));
            }
            flood.trim(&mut findings, from);
        }
        assert_eq!(findings.len(), 1001);
        let rest: Vec<_> = flood.rest(&Place::file("x")).collect();
        assert_eq!(rest.len(), 1);
        assert_eq!((rest[0].rule, rest[0].severity), (Rule::UnknownArea, Severity::Error));
        assert_eq!(rest[0].found, "2500 findings of this kind, of which 1000 are told");
    }
}
