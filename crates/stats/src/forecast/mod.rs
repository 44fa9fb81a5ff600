//! What comes next, by the simplest rules, and how good a forecast was.
//!
//! The rules here are the yardstick that any other forecast has to beat on data it has not seen.

pub mod accuracy;
pub mod comparison;
pub mod naive;
pub mod score;
