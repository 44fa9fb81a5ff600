//! Giving back memory on all threads.

use rayon::prelude::*;

/// How many a thread takes at a time.
const RUN: usize = 8192;

/// Drops what nobody needs any more. Millions of small pieces take as long to give back as to make.
pub(crate) fn free<T: Send>(items: Vec<T>) {
    items.into_par_iter().with_min_len(RUN).for_each(drop);
}
