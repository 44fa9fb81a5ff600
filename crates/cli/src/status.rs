//! How a run ends, for people and for schedulers.

use std::process::ExitCode;

use lagesbild_model::{Diagnostic, Rule, Severity};

/// The exit codes, all of them; they are listed in the README and never change their meaning.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Status {
    /// Everything went well.
    Fine = 0,
    /// The run failed: the system or the software could not do it.
    Failed = 1,
    /// The call was wrong: an unknown option, a bad parameter.
    Usage = 2,
    /// There are findings at or above `--fail-on`.
    Findings = 3,
    /// Another run holds the lock.
    Locked = 4,
    /// An input file is missing, or is about another period than asked for.
    Input = 5,
}

impl From<Status> for ExitCode {
    fn from(status: Status) -> Self {
        ExitCode::from(status as u8)
    }
}

/// The status that a list of findings asks for.
pub(crate) fn of_findings(findings: &[Diagnostic], fail_on: Option<Severity>) -> Status {
    if findings.iter().any(|finding| matches!(finding.rule, Rule::MissingFile | Rule::StaleInput)) {
        return Status::Input;
    }
    match fail_on {
        Some(limit) if findings.iter().any(|finding| finding.severity >= limit) => Status::Findings,
        _ => Status::Fine,
    }
}
