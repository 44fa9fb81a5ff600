//! The command `lagesbild`.
//!
//! `args` says what can be asked, `project` reads a pipeline, `route` tells the whole way from an export to a release,
//! `commands` holds one file per command, and `printer` is the only room that writes to the terminal.

mod args;
mod commands;
mod manifest;
mod parameters;
mod printer;
mod project;
mod route;
mod status;

use std::process::ExitCode;

use clap::Parser;

use args::{Args, Command};

fn main() -> ExitCode {
    let args = match Args::try_parse() {
        Ok(args) => args,
        Err(error) => {
            // Help and version are answers and go to standard output; a wrong call goes to standard error.
            let status = if error.use_stderr() { status::Status::Usage } else { status::Status::Fine };
            let _ = error.print();
            return status.into();
        }
    };
    if let Command::Run(run) = &args.command
        && let Some(jobs) = run.jobs
    {
        limit_threads(jobs);
    }
    match args.command {
        Command::Run(run) => commands::run::run(&run),
        Command::Check(check) => commands::check::run(&check),
        Command::Inspect(inspect) => commands::inspect::run(&inspect),
        Command::Query(query) => commands::query::run(&query),
        Command::Calc(calc) => commands::calc::run(&calc),
        Command::Claims(claims) => commands::claims::run(&claims),
        Command::Explain(explain) => commands::explain::run(&explain),
    }
    .into()
}

/// Limits both pools of threads: our own and that of polars, which takes its size from the environment only.
#[allow(unsafe_code, reason = "the environment is set before the first thread is started")]
fn limit_threads(jobs: u16) {
    // SAFETY: this is the first thing after the arguments are read; no other thread runs that could read the environment.
    unsafe { std::env::set_var("POLARS_MAX_THREADS", jobs.to_string()) };
    // Fails only when a pool exists already, and then its size is what it is.
    let _ = rayon::ThreadPoolBuilder::new().num_threads(usize::from(jobs)).build_global();
}
