//! The only room that writes to the terminal: data to standard output, talk to standard error.
//!
//! Colour only where standard error is a terminal and `NO_COLOR` is not set; it never carries a meaning of its own. A
//! progress line only on a terminal.

use std::io::{self, IsTerminal, Write};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};
use lagesbild_model::{Diagnostic, Severity};

/// How many notes of one rule are told before the rest is summed up. Warnings and errors are all told.
const NOTES_PER_RULE: usize = 3;

/// Writes to the terminal.
#[derive(Debug)]
pub(crate) struct Printer {
    colour: bool,
    progress: Option<ProgressBar>,
}

impl Printer {
    /// A printer for this process; `quiet` keeps the progress line away.
    pub(crate) fn new(quiet: bool) -> Self {
        let terminal = io::stderr().is_terminal();
        let no_colour = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        let progress = (terminal && !quiet).then(|| {
            let bar = ProgressBar::new_spinner();
            if let Ok(style) = ProgressStyle::with_template("{spinner} {msg} ({elapsed})") {
                bar.set_style(style);
            }
            bar.enable_steady_tick(Duration::from_millis(100));
            bar
        });
        Printer { colour: terminal && !no_colour, progress }
    }

    /// What is being done now.
    pub(crate) fn step(&self, what: &'static str) {
        if let Some(bar) = &self.progress {
            bar.set_message(what);
        }
    }

    /// Takes the progress line away.
    pub(crate) fn done(&self) {
        if let Some(bar) = &self.progress {
            bar.finish_and_clear();
        }
    }

    /// Data: goes to standard output. A reader that has closed its end (`| head`) is no error.
    pub(crate) fn data(&self, text: &str) {
        let mut out = io::stdout().lock();
        let _ = out.write_all(text.as_bytes()).and_then(|()| out.flush());
    }

    /// Talk: a line on standard error.
    pub(crate) fn say(&self, text: &str) {
        let _ = writeln!(io::stderr().lock(), "{text}");
    }

    /// A failure, with its causes where it has any.
    pub(crate) fn error(&self, text: &str) {
        self.say(&format!("{}: {text}", self.painted("error", Severity::Error)));
    }

    /// All findings: errors and warnings one by one, notes by rule.
    pub(crate) fn findings(&self, findings: &[Diagnostic]) {
        for severity in [Severity::Error, Severity::Warning] {
            for finding in findings.iter().filter(|finding| finding.severity == severity) {
                self.finding(finding);
            }
        }
        let mut told: Vec<(lagesbild_model::Rule, usize)> = Vec::new();
        for finding in findings.iter().filter(|finding| finding.severity == Severity::Note) {
            let at = told.iter().position(|(rule, _)| *rule == finding.rule).unwrap_or_else(|| {
                told.push((finding.rule, 0));
                told.len() - 1
            });
            if let Some((_, number)) = told.get_mut(at) {
                *number += 1;
                if *number <= NOTES_PER_RULE {
                    self.finding(finding);
                }
            }
        }
        for (rule, number) in told.iter().filter(|(_, number)| *number > NOTES_PER_RULE) {
            self.say(&format!("note[{rule}]: {} more; all are in the table `diagnostics`", number - NOTES_PER_RULE));
        }
    }

    fn finding(&self, finding: &Diagnostic) {
        let text = finding.to_string();
        let head = finding.severity.code();
        match text.strip_prefix(head) {
            Some(rest) => self.say(&format!("{}{rest}", self.painted(head, finding.severity))),
            None => self.say(&text),
        }
    }

    fn painted(&self, text: &str, severity: Severity) -> String {
        let code = match severity {
            Severity::Error => 31,
            Severity::Warning => 33,
            Severity::Note => 36,
        };
        if self.colour { format!("\u{1b}[1;{code}m{text}\u{1b}[0m") } else { text.to_owned() }
    }
}
