//! Registers of offences, of any length: read in blocks, never held as a whole, never a row as strings.
//!
//! ```text
//! bytes ─blocks─▶ blocks of whole records ─parse (in parallel)─▶ columns + events ─ledger (in order)─▶ store
//! ```
//!
//! A block is cut at the first end of a record behind a fixed number of bytes, so that its rows, and with them every byte
//! of the store, are the same for any number of threads. While one wave of blocks is parsed, the wave before is stored
//! and the next one is read. Each distinct text of a column is decoded, folded and looked up once per block.

mod area_names;
mod blocks;
mod calendar;
mod codes;
mod coordinates;
mod events;
mod heading;
mod ids;
mod ledger;
mod lookup;
mod own_text;
mod parse;
mod record;
mod unpacked;

use std::io::Read;

use lagesbild_model::table::Offences;

use crate::definition::OffenceSource;
use crate::{CodeLists, Reading};
use blocks::Blocks;
use heading::Head;
use ledger::Ledger;

/// The blocks that are worked on at once, whatever the number of threads: memory is bounded by them.
const MOST_AT_ONCE: usize = 6;

/// Reads a register of offences from `input` and hands its rows to `store`, a run of them per block, in the order of the
/// file. What is handed over is final: rows set aside are not among it.
///
/// The reading holds everything but the rows themselves. It is usable only when the file was read to its end.
///
/// # Errors
/// Fails only with what `store` fails with; what is wrong with the file is told in the reading.
pub fn read_offences<E: Send>(
    source: &OffenceSource,
    file: &str,
    input: impl Read + Send,
    lists: &CodeLists,
    store: &mut (dyn FnMut(Vec<Offences>) -> Result<(), E> + Send),
) -> Result<Reading, E> {
    let Some((delimiter, encoding)) = source.text() else {
        // A definition with another reader is refused before it gets here.
        return Ok(Reading::nothing(lagesbild_model::Digest::of(&[]), Vec::new()));
    };
    let mut blocks = Blocks::new(input, delimiter);
    let mut ledger = Ledger::new(source, file);
    let at_once = rayon::current_num_threads().clamp(2, MOST_AT_ONCE);
    let first = blocks.next();
    let head = match &first {
        Some(block) => heading::find(source, lists, file, &block.bytes, delimiter, encoding),
        None => Err(vec![heading::empty(file)]),
    };
    let head = match head {
        Ok((head, notes)) => {
            ledger.tell_all(notes);
            ledger.begin(&head);
            head
        }
        Err(findings) => {
            ledger.tell_all(findings);
            return Ok(ledger.close_unread(first, blocks));
        }
    };
    let mut wave: Vec<blocks::Block> = first.into_iter().chain(blocks.by_ref().take(at_once - 1)).collect();
    let mut parsed: Vec<parse::Parsed> = Vec::new();
    while !(wave.is_empty() && parsed.is_empty()) {
        let current = std::mem::take(&mut wave);
        let before = std::mem::take(&mut parsed);
        let parse = || parse_wave(&head, current);
        let read = || blocks.by_ref().take(at_once).collect();
        let keep = || ledger.take_all(before).map_or(Ok(()), &mut *store);
        let ((now, next), stored) = rayon::join(|| rayon::join(parse, read), keep);
        stored?;
        if ledger.has_given_up() {
            break;
        }
        (parsed, wave) = (now, next);
    }
    Ok(ledger.close(blocks))
}

fn parse_wave(head: &Head<'_>, wave: Vec<blocks::Block>) -> Vec<parse::Parsed> {
    use rayon::prelude::*;
    wave.into_par_iter().map(|block| parse::parse(head, block)).collect()
}
