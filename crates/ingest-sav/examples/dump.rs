//! Prints an SPSS file as lines of text, to be compared with what `tests/peer.py` prints.
#![allow(clippy::print_stdout)]

#[path = "../tests/support/dump.rs"]
mod dump;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let path = std::env::args().nth(1).ok_or("usage: dump FILE")?;
    print!("{}", dump::dump(&lagesbild_ingest_sav::read(&std::fs::read(path)?)?));
    Ok(())
}
